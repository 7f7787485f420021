"""Where everybody was on each day: the stays that groups of people are made of.

A *stay* is one run of days of one person in one group of everything an assignment says. Stays
cover each employed day exactly once, so that parts make the whole: a day without an assignment
is a stay with blank codes. Absence does not end a stay; it is counted in ``present``.

Days come in and go out as ``datetime64`` columns; inside they are whole day numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

PLACE = ("brand", "region", "role", "department", "manager_id")
"""What an assignment says about a day."""

Days = npt.NDArray[np.int64]

_NO_END = np.int64(np.datetime64("9999-12-31", "D").astype(np.int64))
_NAT = np.iinfo(np.int64).min


def day_number(day: date) -> int:
    """The number of a day, counted from 1970-01-01."""
    return int(np.datetime64(day, "D").astype(np.int64))


def day_numbers(days: pd.Series[pd.Timestamp], *, missing: int) -> Days:
    """The numbers of a column of days; a missing day gets ``missing``."""
    numbers = days.to_numpy(dtype="datetime64[D]").astype(np.int64)
    return np.where(numbers == _NAT, np.int64(missing), numbers)


def as_days(numbers: Days) -> npt.NDArray[np.datetime64]:
    """Day numbers as ``datetime64``."""
    return numbers.astype("datetime64[D]").astype("datetime64[s]")


def stays(
    people: pd.DataFrame, assignments: pd.DataFrame, *, first: date, last: date
) -> pd.DataFrame:
    """Find where everybody employed was from one day to another.

    An assignment ends on its ``to_date``, and at the latest on the day before the person's next
    one. It counts only on employed days, from the hire date to the leave date, both included.

    Parameters
    ----------
    people : DataFrame
        ``employee_id``, ``hire_date``, ``leave_date`` (missing: still here).
    assignments : DataFrame
        ``employee_id``, ``from_date``, ``to_date`` (missing: open) and the columns of ``PLACE``.
    first, last : date
        The days to look at, both included.

    Returns
    -------
    DataFrame
        One row per stay, in the order of ``people`` and by day: ``employee_id``, ``first``,
        ``last`` (days), ``days``, the columns of ``PLACE``, ``hired`` and ``left`` (day numbers
        of the employment).

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "employee_id": ["Lin"],
    ...     "hire_date": pd.to_datetime(["2026-06-03"]),
    ...     "leave_date": pd.to_datetime([None]),
    ... })
    >>> moves = pd.DataFrame({
    ...     "employee_id": ["Lin", "Lin"],
    ...     "from_date": pd.to_datetime(["2026-06-03", "2026-06-11"]),
    ...     "to_date": pd.to_datetime([None, None]),
    ...     "brand": ["luxe", "core"], "region": "", "role": "service", "department": "",
    ...     "manager_id": "",
    ... })
    >>> found = stays(people, moves, first=date(2026, 6, 1), last=date(2026, 6, 30))
    >>> found[["brand", "days"]].to_dict("list")
    {'brand': ['luxe', 'core'], 'days': [8, 20]}
    """
    employed = _employed(people, day_number(first), day_number(last))
    held = _held(assignments, employed)
    found = _with_gaps(held, employed)
    codes = {name: np.append(_texts(assignments[name]), "")[found.row] for name in PLACE}
    return pd.DataFrame(
        {
            "employee_id": _texts(people["employee_id"])[found.person],
            "first": as_days(found.first),
            "last": as_days(found.last),
            "days": found.last - found.first + 1,
            **codes,
            "hired": employed.hired[found.person],
            "left": employed.left[found.person],
        }
    ).astype(dict.fromkeys(("employee_id", *PLACE), "str"))


@dataclass(frozen=True)
class _Employed:
    """Everybody's employment, and the part of it that lies in the days looked at."""

    index: pd.Index
    hired: Days
    left: Days
    low: Days
    high: Days


@dataclass(frozen=True)
class _Runs:
    """Runs of days of people, in order: the number of the person and the row of the assignment.

    The row of a run without an assignment is -1.
    """

    person: Days
    row: Days
    first: Days
    last: Days

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> _Runs:
        return _Runs(self.person[rows], self.row[rows], self.first[rows], self.last[rows])


def _texts(column: pd.Series[str]) -> npt.NDArray[np.object_]:
    return column.to_numpy(dtype=object)


def _employed(people: pd.DataFrame, low: int, high: int) -> _Employed:
    hired = day_numbers(people["hire_date"], missing=0)
    left = day_numbers(people["leave_date"], missing=int(_NO_END))
    index = pd.Index(_texts(people["employee_id"]))
    return _Employed(index, hired, left, np.maximum(hired, low), np.minimum(left, high))


def _held(assignments: pd.DataFrame, employed: _Employed) -> _Runs:
    """The employed days that assignments cover."""
    person = employed.index.get_indexer(pd.Index(_texts(assignments["employee_id"])))
    begins = day_numbers(assignments["from_date"], missing=0)
    ends = day_numbers(assignments["to_date"], missing=int(_NO_END))
    row = np.lexsort((begins, person))
    runs = _Runs(person[row].astype(np.int64), row, begins[row], ends[row])
    if len(row):
        is_followed = np.append(runs.person[1:] == runs.person[:-1], [False])
        following = np.append(runs.first[1:], [0]) - 1
        runs.last[is_followed] = np.minimum(runs.last, following)[is_followed]
        runs = runs.take(runs.person >= 0)
    first = np.maximum(runs.first, employed.low[runs.person])
    last = np.minimum(runs.last, employed.high[runs.person])
    return _Runs(runs.person, runs.row, first, last).take(first <= last)


def _with_gaps(held: _Runs, employed: _Employed) -> _Runs:
    """The runs, and the employed days between them that no assignment covers."""
    n_people = len(employed.index)
    is_first = np.append([True], held.person[1:] != held.person[:-1])[: len(held.person)]
    since = np.append([0], held.last[:-1])[: len(held.last)] + 1
    before = _Runs(
        held.person,
        np.full(len(held.person), -1),
        np.where(is_first, employed.low[held.person], since),
        held.first - 1,
    )
    reached = employed.low - 1
    np.maximum.at(reached, held.person, held.last)
    everybody = np.arange(n_people)
    after = _Runs(everybody, np.full(n_people, -1), reached + 1, employed.high)
    parts = (held, before.take(before.first <= before.last), after.take(after.first <= after.last))
    found = _Runs(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.last for part in parts]),
    )
    return found.take(np.lexsort((found.first, found.person)))


def not_employed(people: pd.DataFrame, *, first: date, last: date) -> pd.DataFrame:
    """Find the days of a run on which people were not employed.

    Rows of such days are there when somebody's last day became known after the rows.

    Returns
    -------
    DataFrame
        ``employee_id``, ``first``, ``last``: up to two rows per person, before the hire date and
        after the leave date.
    """
    employed = _employed(people, day_number(first), day_number(last))
    whom = np.concatenate([np.arange(len(people))] * 2)
    begins = np.append(np.full(len(people), day_number(first)), employed.left + 1)
    begins = np.maximum(begins, day_number(first))
    ends = np.append(employed.hired - 1, np.full(len(people), day_number(last)))
    ends = np.minimum(ends, day_number(last))
    is_any = begins <= ends
    return pd.DataFrame(
        {
            "employee_id": pd.Series(_texts(people["employee_id"])[whom[is_any]], dtype="str"),
            "first": as_days(begins[is_any]),
            "last": as_days(ends[is_any]),
        }
    )


def split_by_month(found: pd.DataFrame) -> pd.DataFrame:
    """Cut stays where a calendar month begins.

    Parameters
    ----------
    found : DataFrame
        As from :func:`stays`.

    Returns
    -------
    DataFrame
        As from :func:`stays`, with ``month`` (the month's first day) and ``employed_days``, the
        days of the whole month on which the person was employed.
    """
    low = found["first"].to_numpy(dtype="datetime64[M]").astype(np.int64)
    high = found["last"].to_numpy(dtype="datetime64[M]").astype(np.int64)
    count = high - low + 1
    pieces = found.loc[found.index.repeat(count)]
    position = pieces.groupby(level=0, sort=False).cumcount().to_numpy()
    month = (np.repeat(low, count) + position).astype("datetime64[M]")
    opens = month.astype("datetime64[D]").astype(np.int64)
    closes = (month + 1).astype("datetime64[D]").astype(np.int64) - 1
    pieces = pieces.reset_index(drop=True)
    first = np.maximum(day_numbers(pieces["first"], missing=0), opens)
    last = np.minimum(day_numbers(pieces["last"], missing=0), closes)
    whole = np.minimum(pieces["left"], closes) - np.maximum(pieces["hired"], opens) + 1
    return pieces.assign(
        first=as_days(first),
        last=as_days(last),
        days=last - first + 1,
        month=as_days(opens),
        employed_days=whole,
    )


def clipped(found: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The part of stays that lies between two days, both included."""
    begins = np.maximum(day_numbers(found["first"], missing=0), day_number(first))
    ends = np.minimum(day_numbers(found["last"], missing=0), day_number(last))
    inside = begins <= ends
    begins, ends = begins[inside], ends[inside]
    return found[inside].assign(first=as_days(begins), last=as_days(ends), days=ends - begins + 1)


def on_day(found: pd.DataFrame, day: date) -> pd.DataFrame:
    """The stays that hold a day: one row per person employed on it."""
    wanted = np.datetime64(day, "s")
    return found[(found["first"] <= wanted) & (found["last"] >= wanted)]


def absent_days(pieces: pd.DataFrame, absences: pd.DataFrame) -> Days:
    """Count the days of recorded absence in each stay.

    Parameters
    ----------
    pieces : DataFrame
        As from :func:`stays`, with any index.
    absences : DataFrame
        ``employee_id``, ``from_day``, ``to_day``, both days included; they may overlap.

    Returns
    -------
    ndarray of int, shape (n_stays,)
        Days away, each counted once.
    """
    first, last = (day_numbers(pieces[name], missing=0) for name in ("first", "last"))
    away = _joined(absences, low=first.min(initial=int(_NO_END)), high=last.max(initial=0))
    if away.empty:
        return np.zeros(len(pieces), dtype=np.int64)
    stay = pd.DataFrame(
        {
            "employee_id": pieces["employee_id"].to_numpy(),
            "first": first,
            "last": last,
            "_row": np.arange(len(pieces)),
        }
    )
    met = stay.merge(away, on="employee_id")
    opens = np.maximum(met["first"].to_numpy(np.int64), met["_from"].to_numpy(np.int64))
    closes = np.minimum(met["last"].to_numpy(np.int64), met["_to"].to_numpy(np.int64))
    return np.bincount(
        met["_row"].to_numpy(np.int64),
        weights=np.maximum(closes - opens + 1, 0),
        minlength=len(pieces),
    ).astype(np.int64)


def _joined(absences: pd.DataFrame, *, low: int, high: int) -> pd.DataFrame:
    """Absences within days, by person, joined where they overlap: no day is in two of them."""
    away = pd.DataFrame(
        {
            "employee_id": absences["employee_id"].to_numpy(),
            "_from": day_numbers(absences["from_day"], missing=0),
            "_to": day_numbers(absences["to_day"], missing=0),
        }
    )
    away = away[(away["_from"] <= high) & (away["_to"] >= low)]
    if away.empty:
        return away
    away = away.sort_values(["employee_id", "_from"], ignore_index=True)
    by_person = away.groupby("employee_id", sort=False)
    reached = by_person["_to"].cummax().groupby(away["employee_id"], sort=False).shift(1)
    run = (reached.isna() | (away["_from"] > reached)).cumsum().rename("_run")
    joined = away.groupby(["employee_id", run], sort=False).agg(
        _from=("_from", "min"), _to=("_to", "max")
    )
    return joined.reset_index()
