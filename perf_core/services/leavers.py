"""Who left: their last grades beside those of who stayed, and why, as far as it was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from perf_core.analysis.intervals import wilson
from perf_core.domain.access import Scope
from perf_core.domain.period import Period, month_of
from perf_core.scoring.groups import Within, is_within
from perf_core.scoring.stays import PLACE, as_days, on_day, stays
from perf_core.scoring.tenure import DAYS_A_MONTH
from perf_core.services.score_period import PeriodScores, narrow_scores, read_basis
from perf_core.store.engine import Store
from perf_core.store.leaving import read_leave_reasons

MONTHS_BEFORE: Final = 3
"""How many months of cards say how somebody did: the one of the last day, and two before."""

FEWEST_LEAVERS: Final = 3
"""The reasons of fewer leavers would be a person's reason."""


@dataclass(frozen=True)
class Leavers:
    """Who left in a period and who stayed. Nobody changes its frames.

    Attributes
    ----------
    period : Period
        The days looked at.
    last : date
        The last of them that counts.
    people : DataFrame
        One row per leaver, the newest first: ``employee_id``, ``name``, the place on the last
        day, ``last_day``, ``months`` of tenure, ``total`` and ``grade`` of the last complete
        card, ``was_top`` (the top grade at least once in the last months); ``leave_type`` and
        ``leave_reason`` where the viewer may see one person's.
    standing : DataFrame
        Two rows, ``left`` and ``stayed``: ``n`` people with a card in their last months, ``top``
        how many of them had the top grade, ``share`` with ``low`` and ``high`` (95 % Wilson
        interval), ``mean_total`` of the last cards; ``people``, with or without a card.
    counted : DataFrame
        Whom ``standing`` and ``lost_top`` count: ``employee_id``, ``name``, ``role``, ``brand``,
        ``is_left``, ``total`` and ``grade`` of the last complete card, ``was_top``; leavers first.
    lost_top : Series
        Of those who had the top grade: ``n`` (left or stayed), ``left``, ``share``, ``low``,
        ``high``.
    reasons : DataFrame
        ``leave_type``, ``leave_reason`` and ``left``, how many; the most frequent first. Both
        blank: nothing was recorded.
    reasons_withheld : bool
        Whether the leavers are too few to tell their reasons to this viewer.
    """

    period: Period
    last: date
    people: pd.DataFrame
    standing: pd.DataFrame
    counted: pd.DataFrame
    lost_top: pd.Series
    reasons: pd.DataFrame
    reasons_withheld: bool


def months_needed(store: Store, period: Period, *, within: Within, scope: Scope) -> list[Period]:
    """The months whose scores say how leavers and stayers did, oldest first."""
    gone, _, last = _who(store, period, within, scope)
    days = [day.date() for day in pd.to_datetime(gone["last"])]
    found = {one.code: one for day in days for one in _months_up_to(day)}
    found |= {one.code: one for one in _months_up_to(_end_of_whole_month(last))}
    return sorted(found.values())


def leavers_of(
    store: Store,
    period: Period,
    *,
    within: Within,
    scope: Scope,
    scores: Mapping[str, PeriodScores],
    only: Collection[str] | None = None,
) -> Leavers:
    """Tell who left in a period and how they did, beside who stayed.

    Parameters
    ----------
    store : Store
        The store to read.
    period : Period
        The days to look at; of a running one those with data.
    within : mapping of str to collection of str
        Only leavers whose last day, and stayers whose newest day, lies within these codes.
    scope : Scope
        Whom the viewer may see.
    scores : mapping of str to PeriodScores
        The company's scores of the months of :func:`months_needed`, by code.
    only : collection of str, optional
        Of the leavers these alone: those who left in one band of tenure.
    """
    gone, here, last = _who(store, period, within, scope)
    if only is not None:
        gone = gone[gone["employee_id"].isin(list(only))].reset_index(drop=True)
    seen = [narrow_scores(one, scope) for one in scores.values()]
    cards = _cards(seen)
    top = _top_grade(store)
    left = gone.join(_last_cards(gone, cards, top, until=gone["last"]))
    until = pd.Series(pd.Timestamp(_end_of_whole_month(last)), here.index)
    stayed = here.join(_last_cards(here, cards, top, until=until))
    with store.reading() as connection:
        said = read_leave_reasons(connection)
    told = left.merge(said, on="employee_id", how="left")
    told[["leave_type", "leave_reason"]] = told[["leave_type", "leave_reason"]].fillna("")
    withheld = not scope.may_edit and len(told) < FEWEST_LEAVERS
    return Leavers(
        period,
        last,
        _people(told, scope),
        _standing(left, stayed),
        _counted(left, stayed),
        _lost_top(left, stayed),
        _reasons(told.iloc[:0] if withheld else told),
        withheld and len(told) > 0,
    )


def _who(
    store: Store, period: Period, within: Within, scope: Scope
) -> tuple[pd.DataFrame, pd.DataFrame, date]:
    """Those who left within the limits, those still there, and the last day that counts."""
    with store.reading() as connection:
        basis = read_basis(store, connection)
    last = min(period.last_day, basis.company.data_day or period.last_day)
    people = scope.narrow(basis.company.people)
    found = stays(
        people,
        scope.narrow(basis.company.assignments),
        first=period.start,
        last=max(period.start, last),
    )
    found = found[is_within(found, within)]
    is_gone = found["last"].to_numpy() == as_days(found["left"].to_numpy(np.int64))
    names = people.set_index("employee_id")["name"]
    gone, here = (
        one.assign(name=one["employee_id"].map(names)).reset_index(drop=True)
        for one in (found[is_gone], on_day(found[~is_gone], last))
    )
    return gone, here, last


def _months_up_to(day: date) -> list[Period]:
    months = [month_of(day)]
    while len(months) < MONTHS_BEFORE:
        months.append(months[-1].previous())
    return months


def _end_of_whole_month(day: date) -> date:
    """The day, if a month ends with it, else the end of the month before.

    Cards of a running month are provisional.
    """
    month = month_of(day)
    return day if day == month.last_day else month.previous().last_day


def _top_grade(store: Store) -> str:
    with store.reading() as connection:
        grades = read_basis(store, connection).catalogue.grades.grades
    return grades[0].code if grades else ""


def _cards(scores: Iterable[PeriodScores]) -> pd.DataFrame:
    """Complete cards of months: whose, of which month, total and grade."""
    columns = ["employee_id", "total", "grade", "days"]
    frames = [
        one.cards.loc[one.cards["complete"].astype(bool), columns].assign(
            month=pd.Timestamp(one.period.start)
        )
        for one in scores
    ]
    if not frames:
        return pd.DataFrame(columns=[*columns, "month"])
    found: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return found


def _last_cards(
    whom: pd.DataFrame, cards: pd.DataFrame, top: str, *, until: pd.Series
) -> pd.DataFrame:
    """``total`` and ``grade`` of each one's newest card, and whether any of the last was top."""
    month = until.to_numpy().astype("datetime64[M]")
    asked = pd.DataFrame({"employee_id": whom["employee_id"], "_row": whom.index, "_until": month})
    met = asked.merge(cards, on="employee_id")
    age = met["_until"].to_numpy().astype("datetime64[M]") - met["month"].to_numpy().astype(
        "datetime64[M]"
    )
    months = age.astype(np.int64)
    met = met[(months >= 0) & (months < MONTHS_BEFORE)]
    # Of two cards of one month the longer one speaks.
    newest = met.sort_values(["_row", "month", "days"]).drop_duplicates("_row", keep="last")
    found: pd.DataFrame = newest.set_index("_row")[["total", "grade"]].reindex(whom.index)
    is_top = met["grade"].eq(top).groupby(met["_row"]).any().reindex(whom.index)
    return found.assign(
        total=found["total"].astype(float),
        grade=found["grade"].astype("object").where(found["grade"].notna(), ""),
        has_card=is_top.notna(),
        was_top=is_top.eq(True),
    )


def _people(left: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    days = left["left"].to_numpy(np.int64) - left["hired"].to_numpy(np.int64) + 1
    told = left.assign(last_day=left["last"], months=days / DAYS_A_MONTH)
    columns = ["employee_id", "name", *PLACE, "last_day", "months", "total", "grade", "was_top"]
    if scope.may_edit:
        # Why one person left is between them and HR.
        columns += ["leave_type", "leave_reason"]
    told = told.sort_values(["last_day", "employee_id"], ascending=[False, True])
    shown: pd.DataFrame = told.loc[:, columns]
    return shown.reset_index(drop=True)


def _standing(left: pd.DataFrame, stayed: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for frame in (left, stayed):
        known = frame[frame["has_card"]]
        rows.append(
            {
                "people": len(frame),
                "n": len(known),
                "top": int(known["was_top"].sum()),
                "mean_total": known["total"].mean() if len(known) else np.nan,
            }
        )
    found = pd.DataFrame(rows, index=["left", "stayed"])
    found["share"] = found["top"] / found["n"].where(found["n"] > 0)
    return found.join(wilson(found["top"], found["n"]).set_index(found.index))


def _counted(left: pd.DataFrame, stayed: pd.DataFrame) -> pd.DataFrame:
    """Everybody with a card in the last months, leavers first, the best of each before."""
    columns = ["employee_id", "name", "role", "brand", "is_left", "total", "grade", "was_top"]
    both = pd.concat([left.assign(is_left=True), stayed.assign(is_left=False)], ignore_index=True)
    known = both[both["has_card"].astype(bool)].astype({"was_top": bool})
    order = known.sort_values(
        ["is_left", "was_top", "total", "employee_id"], ascending=[False, False, False, True]
    )
    shown: pd.DataFrame = order.loc[:, columns]
    return shown.reset_index(drop=True)


def _lost_top(left: pd.DataFrame, stayed: pd.DataFrame) -> pd.Series:
    gone = int(left["was_top"].sum())
    n = gone + int(stayed["was_top"].sum())
    interval = wilson(gone, n).iloc[0]
    return pd.Series({"n": n, "left": gone, "share": gone / n if n else np.nan, **interval})


def _reasons(left: pd.DataFrame) -> pd.DataFrame:
    by = ["leave_type", "leave_reason"]
    count = left.groupby(by)["employee_id"].size().rename("left").reset_index()
    return count.sort_values(["left", *by], ascending=[False, True, True], ignore_index=True)
