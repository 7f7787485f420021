"""Which target holds for a line: its scope, its period, its newest revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.frames import TARGETS, checked
from perf_core.domain.period import Period, parse_period

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SCOPES: dict[str, tuple[str, ...]] = {
    "employee_brand_role": ("employee_id", "brand", "role"),
    "employee_brand": ("employee_id", "brand"),
    "employee_role": ("employee_id", "role"),
    "employee": ("employee_id",),
    "brand_role": ("brand", "role"),
    "role": ("role",),
    "brand": ("brand",),
    "everyone": (),
}
"""Whom a target is for, most specific first: the columns that it fills and a card must match."""

_SCOPE_COLUMNS = ("employee_id", "brand", "role")

DEFAULT = "default"
"""The template item's own target, a month's."""

FROM_DAYS = "days"
"""Put together from the targets of the period's days."""


@dataclass(frozen=True)
class LineTargets:
    """The period's target of each line, before the card's share of the period.

    Attributes
    ----------
    value : array of float, shape (n_lines,)
        NaN is *no target*.
    scope : array of str, shape (n_lines,)
        A name of ``SCOPES``, ``DEFAULT``, ``FROM_DAYS``, or ``""`` without a target.
    """

    value: Values
    scope: npt.NDArray[np.object_]


def in_force(targets: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """The newest revision of each target made by a day.

    Two codes that name the same days (a month and a window of its days) are one period.

    Returns
    -------
    DataFrame
        One row per (``start``, ``end``, indicator, employee, brand, role), with ``value``.
    """
    made = checked(targets, TARGETS)[targets["revised_on"] <= as_of.isoformat()]
    periods = {code: parse_period(code) for code in made["period"].unique()}
    starts = {code: period.start.toordinal() for code, period in periods.items()}
    ends = {code: period.end.toordinal() for code, period in periods.items()}
    made = made.assign(
        start=made["period"].map(starts).astype("int64"),
        end=made["period"].map(ends).astype("int64"),
    )
    spans = set(zip(starts.values(), ends.values(), strict=True))
    if len(spans) == len(periods) and not (made["revised_on"] != "").any():
        return made
    key = ["start", "end", "indicator", "employee_id", "brand", "role"]
    ordered = made.sort_values(["revised_on", "period"], kind="stable")
    return ordered.drop_duplicates(key, keep="last")


def in_store_currency(targets: pd.DataFrame, rates: pd.DataFrame, *, currency: str) -> pd.DataFrame:
    """Targets with their amounts in the store's currency.

    The rate is that of the month in which the target's period begins: the one that is known when
    the target is set. Without it there is no target.
    """
    foreign = ~targets["currency"].isin(["", currency])
    if not foreign.any():
        return targets
    known = {
        (f"{month:%Y-%m}", code): rate
        for month, code, rate in rates[["month", "currency", "rate"]].itertuples(index=False)
    }
    factor = [
        known.get((f"{parse_period(code).start:%Y-%m}", money), np.nan) if is_foreign else 1.0
        for code, money, is_foreign in zip(
            targets["period"], targets["currency"], foreign, strict=True
        )
    ]
    converted = targets.assign(value=targets["value"] * factor)
    return converted[converted["value"].notna()]


def line_targets(
    lines: pd.DataFrame, targets: pd.DataFrame, *, period: Period, as_of: date
) -> LineTargets:
    """Find the period's target of each line, before the card's share.

    A target of the period itself at the most specific scope; the template item's default is a
    month's. A period without one takes it from all its days: each day has the target of the
    shortest period covering it; additive targets, divided by that period's days, add up, others
    are averaged; a day without a target means no target.

    Parameters
    ----------
    lines : DataFrame
        ``indicator``, ``employee_id``, ``brand``, ``role``, ``default`` (NaN: none) and
        ``is_additive``.
    targets : DataFrame
        ``domain.frames.TARGETS`` of every period that shares a day with this one, in the store's
        currency.
    """
    current = in_force(targets, as_of=as_of)
    return _LineTargets(lines.reset_index(drop=True), current).of(period)


class _LineTargets:
    def __init__(self, lines: pd.DataFrame, current: pd.DataFrame) -> None:
        self.lines = lines
        self.current = current
        self.default = lines["default"].to_numpy(dtype=np.float64)
        self.is_additive = lines["is_additive"].to_numpy(dtype=np.bool_)
        self.columns = {
            name: lines[name].to_numpy(dtype=object) for name in ("employee_id", "brand", "role")
        }
        number, codes = pd.factorize(lines["indicator"].to_numpy(dtype=object))
        self.rows_of = {code: np.nonzero(number == at)[0] for at, code in enumerate(codes)}
        self.scope_of = _scopes(current)

    def of(self, period: Period) -> LineTargets:
        own = self.own(period.start.toordinal(), period.end.toordinal())
        month = next(period.months())
        if (month.start, month.end) == (period.start, period.end):
            _fill(own, self.default, DEFAULT)
        lacking = np.isnan(own.value)
        if lacking.any():
            _fill(own, self.from_days(period, lacking), FROM_DAYS)
        return own

    def own(self, start: int, end: int) -> LineTargets:
        """The targets given for these very days."""
        found = LineTargets(
            np.full(len(self.lines), np.nan), np.full(len(self.lines), "", dtype=object)
        )
        same = (self.current["start"] == start) & (self.current["end"] == end)
        for scope, columns in SCOPES.items():
            rows = self.current[same.to_numpy() & (self.scope_of == scope)]
            for code, group in rows.groupby("indicator", sort=False) if len(rows) else ():
                at = self.rows_of.get(str(code))
                if at is None:
                    continue
                value_of = dict(zip(_keys(group, columns), group["value"], strict=True))
                keys = zip(*(self.columns[name][at] for name in columns), strict=True)
                wanted = keys if columns else ((),) * len(at)
                values = np.full(len(self.lines), np.nan)
                values[at] = [value_of.get(key, np.nan) for key in wanted]
                _fill(found, values, scope)
        return found

    def from_days(self, period: Period, lacking: Flags) -> Values:
        """Targets put together from the days, for the lines that lack one."""
        part = _LineTargets(self.lines[lacking].reset_index(drop=True), self.current)
        start, n_days = period.start.toordinal(), period.n_days
        open_days = np.ones((len(part.lines), n_days), dtype=np.bool_)
        total = np.zeros(len(part.lines))
        for from_day, until in part.shortest_first(period):
            value = part.covering(from_day, until, period)
            first, last = max(from_day - start, 0), min(until - start, n_days)
            taken = open_days[:, first:last] & ~np.isnan(value)[:, None]
            open_days[:, first:last] &= ~taken
            share = np.where(part.is_additive, until - from_day, n_days)
            total += np.where(np.isnan(value), 0.0, value) * taken.sum(axis=1) / share
        answer = np.full(len(self.lines), np.nan)
        answer[lacking] = np.where(open_days.any(axis=1), np.nan, total)
        return answer

    def covering(self, start: int, end: int, period: Period) -> Values:
        found = self.own(start, end)
        months = {(one.start.toordinal(), one.end.toordinal()) for one in period.months()}
        if (start, end) in months:
            _fill(found, self.default, DEFAULT)
        return found.value

    def shortest_first(self, period: Period) -> list[tuple[int, int]]:
        """The periods with targets that share a day with the period; later ones before earlier."""
        known = {
            (int(start), int(end))
            for start, end in self.current[["start", "end"]].drop_duplicates().to_numpy()
            if start < period.end.toordinal() and end > period.start.toordinal()
        }
        if not np.isnan(self.default).all():
            known |= {(one.start.toordinal(), one.end.toordinal()) for one in period.months()}
        return sorted(known, key=lambda span: (span[1] - span[0], -span[0]))


def _keys(frame: pd.DataFrame, columns: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if not columns:
        return ((),) * len(frame)
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def _scopes(targets: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The scope of each target by the columns that it fills."""
    named = {frozenset(columns): scope for scope, columns in SCOPES.items()}
    scopes = np.array(
        [
            named[frozenset(name for at, name in enumerate(_SCOPE_COLUMNS) if number >> at & 1)]
            for number in range(2 ** len(_SCOPE_COLUMNS))
        ],
        dtype=object,
    )
    filled = sum(
        (targets[name].to_numpy(dtype=object) != "").astype(np.int64) << at
        for at, name in enumerate(_SCOPE_COLUMNS)
    )
    return scopes[np.asarray(filled, dtype=np.int64)]


def _fill(found: LineTargets, values: Values, scope: str) -> None:
    """Give the lines that have no target yet the one of a wider scope."""
    taken = np.isnan(found.value) & ~np.isnan(values)
    found.value[taken] = values[taken]
    found.scope[taken] = scope
