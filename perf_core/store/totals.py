"""Sums of measures over runs of days, read with as few statements and rows as will do.

A run of days is cut into its whole months, read from the monthly roll-up, and the days before and
after, read from the daily rows. Runs that many people share are one scan that the store sums by
person; the few others are looked up person by person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from perf_core.domain.frames import SEGMENTS, checked
from perf_core.store.tables import SHIPPED_MEASURES

SHARED_BY = 40
"""From so many people on, one run of days is scanned once instead of looked up for each."""

_MONTH = "datetime64[M]"
_DAY = "datetime64[D]"

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Money:
    """What turns stored amounts into the store's currency.

    Attributes
    ----------
    own : dict of str to str
        The units of the company's own measures, by code; the shipped ones are known.
    rates : DataFrame
        ``month`` (first day), ``currency``, ``rate``.
    """

    own: Mapping[str, str]
    rates: pd.DataFrame

    def is_money(self, code: str) -> bool:
        """Whether the measure is kept in whole 1/10,000 of a currency's unit."""
        return SHIPPED_MEASURES.get(code, self.own.get(code)) == "money"


def window_totals(
    connection: Connection,
    segments: pd.DataFrame,
    codes: Iterable[str],
    *,
    money: Money,
    data_day: date | None,
    by_channel: bool = False,
) -> pd.DataFrame:
    """Sum measures over runs of days of people.

    Parameters
    ----------
    connection : Connection
        A reading connection.
    segments : DataFrame
        ``domain.frames.SEGMENTS``. Rows with one ``segment_id`` are added up; a person's rows of
        one id may not overlap.
    codes : iterable of str
        The measures.
    money : Money
        Units of own measures, and the rates: foreign amounts are converted at the rate of their
        month. Without a rate the sum is no data.
    data_day : date or None
        The last day that rows exist for: a run that reaches it reaches its month's end.
    by_channel : bool, default=False
        Also by channel.

    Returns
    -------
    DataFrame
        ``segment_id``, ``channel`` if asked for, and a float column per code; NaN where there was
        no value. Ids (and channels) without any row are left out.
    """
    wanted = sorted(set(codes))
    checked(segments, SEGMENTS)
    keys = ("segment_id", "channel") if by_channel else ("segment_id",)
    if not wanted or segments.empty:
        return _sums([], keys, wanted, money)
    query = _Query(connection, wanted, money, by_channel=by_channel)
    months, days = _cut(segments, data_day)
    parts = [
        *query.shared("monthly_measures", _many(months)),
        *query.single("monthly_measures", _each_month(_few(months))),
        *query.shared("daily_measures", _many(days)),
        *query.single("daily_measures", _few(days)),
    ]
    return _sums(parts, keys, wanted, money)


def uncredited_totals(
    connection: Connection,
    spans: pd.DataFrame,
    codes: Iterable[str],
    *,
    money: Money,
    data_day: date | None,
) -> pd.DataFrame:
    """Sum the measures of nobody over spans of days, by brand, region and channel.

    Parameters
    ----------
    spans : DataFrame
        ``segment_id``, ``first``, ``last``: rows with one id are added up.

    Returns
    -------
    DataFrame
        ``segment_id``, ``brand``, ``region``, ``channel`` and a float column per code.
    """
    wanted = sorted(set(codes))
    keys = ("segment_id", "brand", "region", "channel")
    if not wanted or spans.empty:
        return _sums([], keys, wanted, money)
    query = _Query(connection, wanted, money, by_channel=True)
    months, days = _cut(spans.assign(employee_id=""), data_day)
    parts = [
        *query.nobody("monthly_measures", months),
        *query.nobody("daily_measures", days),
    ]
    return _sums(parts, keys, wanted, money)


# --- cutting runs of days -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Runs:
    """Runs of days or of months of people, both ends included."""

    ids: npt.NDArray[np.int64]
    employees: npt.NDArray[np.object_]
    first: Days
    last: Days

    def take(self, rows: npt.NDArray[Any]) -> _Runs:
        return _Runs(self.ids[rows], self.employees[rows], self.first[rows], self.last[rows])


def _cut(segments: pd.DataFrame, data_day: date | None) -> tuple[_Runs, _Runs]:
    """The whole months of each run of days, and the days that are left."""
    ids = segments["segment_id"].to_numpy(dtype=np.int64)
    employees = segments["employee_id"].to_numpy(dtype=object)
    first = segments["first"].to_numpy().astype(_DAY)
    last = segments["last"].to_numpy().astype(_DAY)
    month = first.astype(_MONTH)
    start = np.where(month.astype(_DAY) == first, month, month + 1)
    after = (last + 1).astype(_MONTH)
    is_end = after.astype(_DAY) == last + 1
    if data_day is not None:
        is_end |= last >= np.datetime64(data_day)
    end = np.where(is_end, last.astype(_MONTH), last.astype(_MONTH) - 1)
    has_months = start <= end
    everything = _Runs(ids, employees, first, last)
    whole = _Runs(ids, employees, start.astype(_DAY), end.astype(_DAY)).take(has_months)
    head_last = np.where(has_months, start.astype(_DAY) - 1, last)
    tail_first = np.where(has_months, (end + 1).astype(_DAY), last + 1)
    head = _Runs(ids, employees, first, head_last).take(first <= head_last)
    tail = _Runs(ids, employees, tail_first, last).take(has_months & (tail_first <= last))
    return whole, _joined(everything, head, tail)


def _joined(like: _Runs, *several: _Runs) -> _Runs:
    none = like.take(np.zeros(len(like.ids), dtype=np.bool_))
    runs = (none, *several)
    return _Runs(
        np.concatenate([one.ids for one in runs]),
        np.concatenate([one.employees for one in runs]),
        np.concatenate([one.first for one in runs]),
        np.concatenate([one.last for one in runs]),
    )


def _span_numbers(runs: _Runs) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each run's span as a number, and how many runs have that span."""
    spans = np.stack([runs.first.astype(np.int64), runs.last.astype(np.int64)], axis=1)
    _, number, count = np.unique(spans, axis=0, return_inverse=True, return_counts=True)
    return number.reshape(-1), count


def _is_shared(runs: _Runs) -> npt.NDArray[np.bool_]:
    if not len(runs.ids):
        return np.zeros(0, dtype=np.bool_)
    number, count = _span_numbers(runs)
    return count[number] >= SHARED_BY


def _many(runs: _Runs) -> _Runs:
    return runs.take(_is_shared(runs))


def _few(runs: _Runs) -> _Runs:
    return runs.take(~_is_shared(runs))


def _each_month(runs: _Runs) -> _Runs:
    """Runs of months as single months, which the roll-up's key finds at once."""
    first, last = runs.first.astype(_MONTH), runs.last.astype(_MONTH)
    length = (last - first).astype(np.int64) + 1
    row = np.repeat(np.arange(len(length)), length)
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    month = (first[row] + offset).astype(_DAY)
    return _Runs(runs.ids[row], runs.employees[row], month, month)


# --- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Summed rows of one statement: keys, currency, month of the rate, values by code."""

    keys: dict[str, npt.NDArray[Any]]
    currency: npt.NDArray[np.object_]
    month: npt.NDArray[np.object_] | None
    sums: npt.NDArray[np.float64]


_ASKED_SQLITE = (
    "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS employee, "
    "json_extract(value, '$[2]') AS first, json_extract(value, '$[3]') AS last "
    "FROM json_each(:asked)"
)
_ASKED_POSTGRESQL = (
    "SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:employees AS text[]), "
    "CAST(:first AS date[]), CAST(:last AS date[])) AS u(id, employee, first, last)"
)


class _Query:
    """Writes and runs the statements, in the words of either database."""

    def __init__(
        self, connection: Connection, codes: Sequence[str], money: Money, *, by_channel: bool
    ) -> None:
        self.connection = connection
        self.codes = codes
        self.money = money
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.by_channel = by_channel
        # Without rates no amount is foreign, and the month need not be kept apart.
        self.by_month = len(money.rates) > 0

    def sums(self, table: str) -> str:
        columns = [f"{self.sum_of(code)} AS v{n}" for n, code in enumerate(self.codes)]
        if self.by_month:
            columns.append(f"{self.month_of(table)} AS rate_month")
        return ", ".join(columns)

    def sum_of(self, code: str) -> str:
        if code in SHIPPED_MEASURES:
            column = f't."{code}"'
        elif self.is_sqlite:
            column = f"json_extract(t.own, {_quoted(_json_path(code))})"
        else:
            column = f"CAST(t.own ->> {_quoted(code)} AS double precision)"
        # PostgreSQL sums whole numbers to decimals, which Python reads one object at a time.
        return f"SUM({column})" if self.is_sqlite else f"CAST(SUM({column}) AS double precision)"

    def month_of(self, table: str) -> str:
        if table == "monthly_measures":
            return "t.month" if self.is_sqlite else "CAST(t.month AS text)"
        if self.is_sqlite:
            return "substr(t.day, 1, 7) || '-01'"
        return "to_char(t.day, 'YYYY-MM-01')"

    def grouped(self, table: str, *keys: str) -> str:
        month = (self.month_of(table),) if self.by_month else ()
        channel = ("t.channel",) if self.by_channel else ()
        return ", ".join((*keys, "t.currency", *channel, *month))

    def shared(self, table: str, runs: _Runs) -> list[_Part]:
        """One scan for each span that many people share; the store sums by person."""
        if not len(runs.ids):
            return []
        number, _ = _span_numbers(runs)
        person = "employee_id" if table == "monthly_measures" else "credited_to"
        rows = self.spans(table, runs, number, f"t.{person}", f"t.{person} <> ''")
        asked = pd.DataFrame(
            {"span": number, "employee_id": runs.employees, "segment_id": runs.ids}
        )
        found = self.part(rows, ("span", "employee_id"))
        answered = pd.DataFrame(
            {
                "span": found.keys["span"].astype(np.int64),
                "employee_id": found.keys["employee_id"],
                "row": np.arange(len(rows)),
            }
        )
        matched = asked.merge(answered, on=["span", "employee_id"])
        at = matched["row"].to_numpy()
        keys = {name: values[at] for name, values in found.keys.items()}
        keys["segment_id"] = matched["segment_id"].to_numpy()
        month = None if found.month is None else found.month[at]
        return [_Part(keys, found.currency[at], month, found.sums[at])]

    def nobody(self, table: str, runs: _Runs) -> list[_Part]:
        """The rows that nobody is credited with."""
        if not len(runs.ids):
            return []
        number, _ = _span_numbers(runs)
        person = "employee_id" if table == "monthly_measures" else "credited_to"
        rows = self.spans(table, runs, number, "t.brand, t.region", f"t.{person} = ''")
        found = self.part(rows, ("span", "brand", "region"))
        parts = []
        for one in np.unique(number):
            at = found.keys["span"].astype(np.int64) == one
            for segment_id in runs.ids[number == one]:
                keys = {name: values[at] for name, values in found.keys.items()}
                keys["segment_id"] = np.full(int(at.sum()), segment_id)
                month = None if found.month is None else found.month[at]
                parts.append(_Part(keys, found.currency[at], month, found.sums[at]))
        return parts

    def spans(
        self, table: str, runs: _Runs, number: npt.NDArray[np.int64], keys: str, where: str
    ) -> list[tuple[Any, ...]]:
        day = "month" if table == "monthly_measures" else "day"
        channel = "t.channel, " if self.by_channel else ""
        statements, values = [], {}
        for one in np.unique(number):
            at = int(np.argmax(number == one))
            first, last = str(runs.first[at]), str(runs.last[at])
            values[f"a{one}"], values[f"b{one}"] = _bound(self, first), _bound(self, last)
            # One month by equality: its rows lie in the order that they are grouped in.
            between = f"= :a{one}" if first == last else f"BETWEEN :a{one} AND :b{one}"
            if first == last:
                del values[f"b{one}"]
            statements.append(
                f"SELECT {one} AS span, {keys}, {channel}t.currency, {self.sums(table)} "
                f"FROM {table} t WHERE t.{day} {between} AND {where} "
                f"GROUP BY {self.grouped(table, keys)}"
            )
        return self.rows(" UNION ALL ".join(statements), values)

    def single(self, table: str, runs: _Runs) -> list[_Part]:
        """Look runs up person by person, all of them in one statement."""
        if not len(runs.ids):
            return []
        person = "employee_id" if table == "monthly_measures" else "credited_to"
        # Equality on the month reaches the person within the roll-up's key.
        on_day = (
            "t.month = s.first"
            if table == "monthly_measures"
            else "t.day BETWEEN s.first AND s.last"
        )
        channel = "t.channel, " if self.by_channel else ""
        asked, values = self.asked(runs)
        # CROSS JOIN keeps SQLite from turning the order around and scanning the table.
        join = "CROSS JOIN" if self.is_sqlite else "JOIN"
        link = "WHERE" if self.is_sqlite else "ON"
        rows = self.rows(
            f"WITH s AS ({asked}) SELECT s.id, {channel}t.currency, {self.sums(table)} "
            f"FROM s {join} {table} t {link} t.{person} = s.employee AND {on_day} "
            f"GROUP BY {self.grouped(table, 's.id')}",
            values,
        )
        return [self.part(rows, ("segment_id",))]

    def asked(self, runs: _Runs) -> tuple[str, dict[str, Any]]:
        first, last = runs.first.astype(str).tolist(), runs.last.astype(str).tolist()
        ids, employees = runs.ids.tolist(), runs.employees.tolist()
        if self.is_sqlite:
            return _ASKED_SQLITE, {
                "asked": json.dumps(list(zip(ids, employees, first, last, strict=True)))
            }
        return _ASKED_POSTGRESQL, {
            "ids": ids,
            "employees": employees,
            "first": first,
            "last": last,
        }

    def rows(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        # The driver's own tuples: a record per row would cost more than the sums.
        cursor = self.connection.execute(text(statement), dict(values)).cursor
        return list(cursor.fetchall())

    def part(self, rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> _Part:
        """Split rows into keys, currency and values."""
        key_names = (*names, *(("channel",) if self.by_channel else ()), "currency")
        wide = len(key_names) + len(self.codes) + (1 if self.by_month else 0)
        columns = list(zip(*rows, strict=True)) or [()] * wide
        keys = {
            name: np.array(column, dtype=object)
            for name, column in zip(key_names, columns, strict=False)
        }
        values = columns[len(key_names) : len(key_names) + len(self.codes)]
        return _Part(
            keys,
            keys.pop("currency"),
            np.array(columns[-1], dtype=object) if self.by_month else None,
            np.array(values, dtype=np.float64).T,
        )


def _bound(query: _Query, day: str) -> Any:
    return day if query.is_sqlite else date.fromisoformat(day)


def _json_path(code: str) -> str:
    return f'$."{code}"'


def _quoted(value: str) -> str:
    # A colon would be read as the name of a parameter.
    return "'" + value.replace("'", "''").replace(":", r"\:") + "'"


# --- adding up ------------------------------------------------------------------------------------


def _sums(
    parts: list[_Part], keys: tuple[str, ...], codes: Sequence[str], money: Money
) -> pd.DataFrame:
    """Convert amounts and add the parts up by their keys."""
    parts = [part for part in parts if len(part.sums)]
    if not parts:
        kinds = {name: "int64" if name == "segment_id" else "str" for name in keys}
        kinds.update(dict.fromkeys(codes, "float64"))
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    values = np.concatenate([_converted(part, codes, money) for part in parts])
    frame = pd.DataFrame(
        {name: np.concatenate([part.keys[name] for part in parts]) for name in keys}
    )
    frame["segment_id"] = frame["segment_id"].astype("int64")
    group, unique = pd.factorize(
        frame["segment_id"] if len(keys) == 1 else pd.MultiIndex.from_frame(frame), sort=True
    )
    known = ~np.isnan(values)
    # An amount without a rate must not pass as nothing: infinity stands for it until the end.
    lost = np.isinf(values)
    answer = frame.iloc[pd.Series(group).drop_duplicates().index].copy()
    answer.index = pd.Index(group[answer.index])
    answer = answer.sort_index().reset_index(drop=True)
    for name in keys[1:]:
        answer[name] = answer[name].astype("str")
    size = len(unique)
    for n, code in enumerate(codes):
        weights = np.where(known[:, n] & ~lost[:, n], values[:, n], 0.0)
        total = np.bincount(group, weights=weights, minlength=size)
        count = np.bincount(group, weights=known[:, n], minlength=size)
        gone = np.bincount(group, weights=lost[:, n], minlength=size)
        answer[code] = np.where((count > 0) & (gone == 0), total, np.nan)
    return answer


def _converted(part: _Part, codes: Sequence[str], money: Money) -> npt.NDArray[np.float64]:
    """The values with amounts in the store's currency."""
    amounts = np.array([money.is_money(code) for code in codes], dtype=np.bool_)
    values = part.sums.copy()
    if not amounts.any():
        return values
    factor = np.ones(len(values))
    foreign = part.currency != ""
    if foreign.any():
        rates = {
            (f"{month:%Y-%m-%d}", currency): rate
            for month, currency, rate in money.rates.itertuples(index=False)
        }
        months = part.month if part.month is not None else np.full(len(values), "")
        factor[foreign] = [
            rates.get((str(month)[:10], currency), np.inf)
            for month, currency in zip(months[foreign], part.currency[foreign], strict=True)
        ]
    for n in np.nonzero(amounts)[0]:
        column = values[:, n]
        with np.errstate(invalid="ignore"):
            known = np.where(np.isinf(factor), np.inf, column * factor / 10_000)
        values[:, n] = np.where(np.isnan(column), np.nan, known)
    return values
