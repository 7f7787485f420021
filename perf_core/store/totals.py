"""Sums of measures over runs of days, read with as few statements and rows as will do.

A run of days is cut into its whole months, read from the monthly roll-up, and the days before and
after, read from the daily rows. Runs that many people share are one scan that the store sums by
person; the few others are looked up person by person. Each way is one statement. Of a month with a
few days of absence the month is read and the few days are taken away from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from perf_core.domain.frames import SEGMENTS, checked
from perf_core.store.day_runs import NearlyMonths, Runs, cut, joined, nearly_months
from perf_core.store.measure_tables import SHIPPED_MEASURES
from perf_core.store.summed_rows import Money, Part, sums_of, without

__all__ = ["Money", "uncredited_totals", "window_totals"]

Grain = Literal["monthly", "daily"]
_TABLE: dict[Grain, str] = {"monthly": "monthly_measures", "daily": "daily_measures"}
_DAY: dict[Grain, str] = {"monthly": "month", "daily": "day"}
_PERSON: dict[Grain, str] = {"monthly": "employee_id", "daily": "credited_to"}


def window_totals(
    connection: Connection,
    segments: pd.DataFrame,
    codes: Iterable[str],
    *,
    money: Money,
    data_day: date | None,
    by_channel: bool = False,
) -> pd.DataFrame:
    """Sum measures over runs of days of people: three statements at most.

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
        return sums_of([], keys, wanted, money)
    query = _Query(connection, wanted, money, by_channel=by_channel)
    months, days = cut(segments, data_day)
    many_months, few_months = months.shared()
    many_days, few_days = days.shared()
    nearly, few_days = nearly_months(few_days, data_day)
    parts = [
        *query.shared({"monthly": many_months, "daily": many_days}),
        *query.single_and_nearly(few_months.each_month(), few_days, nearly),
    ]
    return sums_of(parts, keys, wanted, money)


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
        return sums_of([], keys, wanted, money)
    query = _Query(connection, wanted, money, by_channel=True)
    months, days = cut(spans.assign(employee_id=""), data_day)
    return sums_of(query.nobody({"monthly": months, "daily": days}), keys, wanted, money)


# --- asking ---------------------------------------------------------------------------------------


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
        self.money = money
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.by_channel = by_channel
        # Without rates no amount is foreign: months and currencies need not be kept apart.
        self.by_rate = len(money.rates) > 0

    def shared(self, runs: Mapping[Grain, Runs]) -> list[Part]:
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

    def nobody(self, runs: Mapping[Grain, Runs]) -> list[Part]:
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

    def single(self, runs: Mapping[Grain, Runs]) -> list[Part]:
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

    def single_and_nearly(self, months: Runs, days: Runs, nearly: NearlyMonths) -> list[Part]:
        """Look runs up, and months of which a few days are taken away: in the same statement."""
        if not len(nearly.months):
            return self.single({"monthly": months, "daily": days})
        # Numbers behind all ids tell the three kinds of answered rows apart.
        ids = np.concatenate([months.ids, days.ids, [-1]])
        of_months = int(ids.max()) + 1
        of_spared = of_months + len(nearly.months)
        asked: dict[Grain, Runs] = {
            "monthly": joined(months, nearly.months.first_days().numbered_from(of_months)),
            "daily": joined(days, nearly.spared.numbered_from(of_spared)),
        }
        parts = []
        for found in self.single(asked):
            number = found.keys["segment_id"].astype(np.int64)
            plain, spared = number < of_months, number >= of_spared
            own = np.nonzero(plain)[0]
            whole = np.nonzero(~plain & ~spared)[0]
            taken = np.nonzero(spared)[0]
            difference, is_unsure = without(
                found.take(whole, number[whole] - of_months),
                found.take(taken, number[taken] - of_spared),
            )
            if is_unsure.any():
                difference = self.read_again(difference, is_unsure, nearly)
            of_segment = difference.keys["segment_id"].astype(np.int64)
            rows = np.arange(len(of_segment))
            parts.append(found.take(own, number[own]))
            parts.append(difference.take(rows, nearly.segment_ids[of_segment]))
        return parts

    def read_again(
        self, difference: Part, is_unsure: npt.NDArray[np.bool_], nearly: NearlyMonths
    ) -> Part:
        """Read day by day what a difference cannot tell, only those measures of those people."""
        some = np.nonzero(is_unsure.any(axis=0))[0]
        number = difference.keys["segment_id"].astype(np.int64)
        wanted = nearly.wanted.take(np.isin(nearly.wanted.ids, number[is_unsure.any(axis=1)]))
        query = _Query(
            self.connection,
            [self.codes[int(n)] for n in some],
            self.money,
            by_channel=self.by_channel,
        )
        sums = difference.sums.copy()
        sums[is_unsure] = np.nan
        at = difference.rows()
        is_there = np.logical_not(is_unsure.any(axis=1))
        for found in query.single({"daily": wanted}):
            for key, row in found.rows().items():
                unsure = is_unsure[at[key], some]
                sums[at[key], some[unsure]] = found.sums[row, unsure]
                is_there[at[key]] = True
        # Without a row on any of the days there is no sum, not one without a value.
        rows = np.nonzero(is_there)[0]
        return replace(difference, sums=sums).take(rows, number[rows])

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

    def part(self, rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> Part:
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
        return Part(
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
