"""Sums of measures over runs of days, read with as few statements and rows as will do.

A run of days is cut into its whole months, read from the monthly roll-up, and the days before and
after, read from the daily rows. Runs that many people share are one scan that the store sums by
person; the few others are looked up person by person. Each way is one statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from perf_core.domain.frames import SEGMENTS, checked
from perf_core.store.day_runs import Runs, cut
from perf_core.store.tables import SHIPPED_MEASURES

Grain = Literal["monthly", "daily"]
_TABLE: dict[Grain, str] = {"monthly": "monthly_measures", "daily": "daily_measures"}
_DAY: dict[Grain, str] = {"monthly": "month", "daily": "day"}
_PERSON: dict[Grain, str] = {"monthly": "employee_id", "daily": "credited_to"}


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
    """Sum measures over runs of days of people: two statements at most.

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
    months, days = cut(segments, data_day)
    many_months, few_months = months.shared()
    many_days, few_days = days.shared()
    parts = [
        *query.shared({"monthly": many_months, "daily": many_days}),
        *query.single({"monthly": few_months.each_month(), "daily": few_days}),
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
    months, days = cut(spans.assign(employee_id=""), data_day)
    return _sums(query.nobody({"monthly": months, "daily": days}), keys, wanted, money)


# --- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Summed rows of one statement: keys, currency, month of the rate, values by code."""

    keys: dict[str, npt.NDArray[Any]]
    currency: npt.NDArray[np.object_]
    month: npt.NDArray[np.object_] | None
    sums: npt.NDArray[np.float64]

    def take(self, rows: npt.NDArray[Any], segment_ids: npt.NDArray[np.int64]) -> _Part:
        """Some rows, each for the segment that asked for it."""
        keys = {name: values[rows] for name, values in self.keys.items()}
        keys["segment_id"] = segment_ids
        month = None if self.month is None else self.month[rows]
        return _Part(keys, self.currency[rows], month, self.sums[rows])


_ASKED_SQLITE = (
    "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS employee, "
    "json_extract(value, '$[2]') AS first, json_extract(value, '$[3]') AS last "
    "FROM json_each(:asked_{grain})"
)
_ASKED_POSTGRESQL = (
    "SELECT * FROM unnest(CAST(:ids_{grain} AS bigint[]), CAST(:employees_{grain} AS text[]), "
    "CAST(:first_{grain} AS date[]), CAST(:last_{grain} AS date[])) AS u(id, employee, first, last)"
)


class _Query:
    """Writes and runs the statements, in the words of either database."""

    def __init__(
        self, connection: Connection, codes: Sequence[str], money: Money, *, by_channel: bool
    ) -> None:
        self.connection = connection
        self.codes = codes
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.by_channel = by_channel
        # Without rates no amount is foreign: months and currencies need not be kept apart.
        self.by_rate = len(money.rates) > 0

    def shared(self, runs: Mapping[Grain, Runs]) -> list[_Part]:
        """One scan for each span that many people share; the store sums by person."""
        statement, values, spans = self.spans(runs, ("employee",), "<> ''")
        if not statement:
            return []
        found = self.part(self.rows(statement, values), ("span", "employee"))
        rows, ids = [], []
        for number, run in spans:
            own = np.nonzero(found.keys["span"] == number)[0]
            # Each answered row meets every run of its person: a person's rows may be several
            # (channels, currencies), and so may the runs that share a span.
            order = np.argsort(run.employees, kind="stable")
            sorted_runs = run.employees[order]
            start = np.searchsorted(sorted_runs, found.keys["employee"][own], side="left")
            end = np.searchsorted(sorted_runs, found.keys["employee"][own], side="right")
            length = end - start
            rows.append(np.repeat(own, length))
            offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
            ids.append(run.ids[order][np.repeat(start, length) + offset])
        return [found.take(np.concatenate(rows), np.concatenate(ids))]

    def nobody(self, runs: Mapping[Grain, Runs]) -> list[_Part]:
        """The rows that nobody is credited with."""
        statement, values, spans = self.spans(runs, ("brand", "region"), "= ''")
        if not statement:
            return []
        found = self.part(self.rows(statement, values), ("span", "brand", "region"))
        parts = []
        for number, run in spans:
            rows = np.nonzero(found.keys["span"].astype(np.int64) == number)[0]
            parts += [found.take(rows, np.full(len(rows), one)) for one in run.ids]
        return parts

    def spans(
        self, runs: Mapping[Grain, Runs], keys: tuple[str, ...], whose: str
    ) -> tuple[str, dict[str, Any], list[tuple[int, Runs]]]:
        """A statement of one scan per span, its values, and the runs of each span."""
        scans: list[str] = []
        values: dict[str, Any] = {}
        spans: list[tuple[int, Runs]] = []
        for grain, some in runs.items():
            number, _ = some.spans() if len(some) else (some.ids, some.ids)
            for one in np.unique(number):
                run = some.take(number == one)
                at = len(spans)
                spans.append((at, run))
                columns = [f"t.{_PERSON[grain] if key == 'employee' else key}" for key in keys]
                first, last = str(run.first[0]), str(run.last[0])
                values[f"a{at}"] = self.bound(first)
                # One month by equality: its rows lie in the order that they are grouped in.
                on_day = f"= :a{at}"
                if first != last:
                    values[f"b{at}"] = self.bound(last)
                    on_day = f"BETWEEN :a{at} AND :b{at}"
                scans.append(
                    f"SELECT {at} AS span, {', '.join(columns)}, {self.columns(grain)} "
                    f"FROM {_TABLE[grain]} t WHERE t.{_DAY[grain]} {on_day} "
                    f"AND t.{_PERSON[grain]} {whose} GROUP BY {self.grouped(grain, columns)}"
                )
        return " UNION ALL ".join(scans), values, spans

    def single(self, runs: Mapping[Grain, Runs]) -> list[_Part]:
        """Look runs up person by person, all of them in one statement."""
        asked: list[str] = []
        lookups: list[str] = []
        values: dict[str, Any] = {}
        for grain, some in runs.items():
            if not len(some):
                continue
            name = f"asked_{grain}"
            query = _ASKED_SQLITE if self.is_sqlite else _ASKED_POSTGRESQL
            asked.append(f"{name} AS ({query.format(grain=grain)})")
            values.update(self.asked(grain, some))
            # Equality on the month reaches the person within the roll-up's key.
            on_day = (
                "t.month = s.first" if grain == "monthly" else "t.day BETWEEN s.first AND s.last"
            )
            # CROSS JOIN keeps SQLite from turning the order around and scanning the table.
            join, link = ("CROSS JOIN", "WHERE") if self.is_sqlite else ("JOIN", "ON")
            lookups.append(
                f"SELECT s.id, {self.columns(grain)} FROM {name} s {join} {_TABLE[grain]} t "
                f"{link} t.{_PERSON[grain]} = s.employee AND {on_day} "
                f"GROUP BY {self.grouped(grain, ['s.id'])}"
            )
        if not lookups:
            return []
        statement = f"WITH {', '.join(asked)} {' UNION ALL '.join(lookups)}"
        return [self.part(self.rows(statement, values), ("segment_id",))]

    def asked(self, grain: Grain, runs: Runs) -> dict[str, Any]:
        first, last = runs.first.astype(str).tolist(), runs.last.astype(str).tolist()
        ids, employees = runs.ids.tolist(), runs.employees.tolist()
        if self.is_sqlite:
            rows = list(zip(ids, employees, first, last, strict=True))
            return {f"asked_{grain}": json.dumps(rows)}
        return {
            f"ids_{grain}": ids,
            f"employees_{grain}": employees,
            f"first_{grain}": first,
            f"last_{grain}": last,
        }

    def columns(self, grain: Grain) -> str:
        """Channel, currency, month and the sums."""
        names = ["t.channel"] if self.by_channel else []
        names.append("t.currency" if self.by_rate else "MAX(t.currency)")
        if self.by_rate:
            names.append(self.month_of(grain))
        return ", ".join([*names, *map(self.sum_of, self.codes)])

    def grouped(self, grain: Grain, keys: Sequence[str]) -> str:
        channel = ("t.channel",) if self.by_channel else ()
        rate = ("t.currency", self.month_of(grain)) if self.by_rate else ()
        return ", ".join((*keys, *channel, *rate))

    def sum_of(self, code: str) -> str:
        if code in SHIPPED_MEASURES:
            column = f't."{code}"'
        elif self.is_sqlite:
            column = f"json_extract(t.own, {_quoted(_json_path(code))})"
        else:
            column = f"CAST(t.own ->> {_quoted(code)} AS double precision)"
        # PostgreSQL sums whole numbers to decimals, which Python reads one object at a time.
        return f"SUM({column})" if self.is_sqlite else f"CAST(SUM({column}) AS double precision)"

    def month_of(self, grain: Grain) -> str:
        if grain == "monthly":
            return "t.month" if self.is_sqlite else "CAST(t.month AS text)"
        if self.is_sqlite:
            return "substr(t.day, 1, 7) || '-01'"
        return "to_char(t.day, 'YYYY-MM-01')"

    def bound(self, day: str) -> Any:
        return day if self.is_sqlite else date.fromisoformat(day)

    def rows(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        # The driver's own tuples: a record per row would cost more than the sums.
        cursor = self.connection.execute(text(statement), dict(values)).cursor
        return list(cursor.fetchall())

    def part(self, rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> _Part:
        """Split rows into keys, currency, month and values."""
        key_names = (
            *names,
            *(("channel",) if self.by_channel else ()),
            "currency",
            *(("month",) if self.by_rate else ()),
        )
        columns = list(zip(*rows, strict=True)) or [()] * (len(key_names) + len(self.codes))
        keys = {
            name: np.array(column, dtype=object)
            for name, column in zip(key_names, columns, strict=False)
        }
        values = [np.array(column, dtype=np.float64) for column in columns[len(key_names) :]]
        return _Part(
            keys,
            keys.pop("currency"),
            keys.pop("month") if self.by_rate else None,
            np.stack(values, axis=1),
        )


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
        kinds = {name: "int64" if name == "segment_id" else "object" for name in keys}
        kinds.update(dict.fromkeys(codes, "float64"))
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    values = np.concatenate([_converted(part, codes, money) for part in parts])
    columns = {name: np.concatenate([part.keys[name] for part in parts]) for name in keys}
    columns["segment_id"] = columns["segment_id"].astype(np.int64)
    first, group = _groups(columns, keys)
    known = ~np.isnan(values)
    # An amount without a rate must not pass as nothing: infinity stands for it until the end.
    lost = np.isinf(values)
    answer: dict[str, npt.NDArray[Any]] = {name: columns[name][first] for name in keys}
    size = len(first)
    for n, code in enumerate(codes):
        is_there = known[:, n]
        if not is_there.any():
            answer[code] = np.full(size, np.nan)
            continue
        weights = np.where(is_there & ~lost[:, n], values[:, n], 0.0)
        total = np.bincount(group, weights=weights, minlength=size)
        count = np.bincount(group, weights=is_there, minlength=size)
        gone = np.bincount(group, weights=lost[:, n], minlength=size)
        answer[code] = np.where((count > 0) & (gone == 0), total, np.nan)
    return pd.DataFrame(answer, copy=False)


def _groups(
    columns: Mapping[str, npt.NDArray[Any]], keys: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The first row of each group in the order of the keys, and each row's group."""
    if len(keys) == 1:
        _, first, group = np.unique(columns["segment_id"], return_index=True, return_inverse=True)
        return first, group.reshape(-1)
    frame = pd.DataFrame({name: columns[name] for name in keys})
    number = frame.groupby(list(keys), sort=True).ngroup().to_numpy(dtype=np.int64)
    _, first = np.unique(number, return_index=True)
    return first, np.asarray(number, dtype=np.int64)


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
            (f"{month:%Y-%m}", currency): rate
            for month, currency, rate in money.rates.itertuples(index=False)
        }
        months = part.month if part.month is not None else np.full(len(values), "")
        factor[foreign] = [
            rates.get((str(month)[:7], currency), np.inf)
            for month, currency in zip(months[foreign], part.currency[foreign], strict=True)
        ]
    for n in np.nonzero(amounts)[0]:
        column = values[:, n]
        with np.errstate(invalid="ignore"):
            known = np.where(np.isinf(factor), np.inf, column * factor / 10_000)
        values[:, n] = np.where(np.isnan(column), np.nan, known)
    return values
