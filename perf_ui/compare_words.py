"""The figures of a comparison in words: what they are called, how they are defined, written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pandas as pd
from babel.numbers import get_currency_symbol

from perf_core.domain.catalogue import AxisKind
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_day,
    format_number,
    format_period,
    format_share,
    format_share_change,
    format_value,
    is_absent,
)
from perf_core.services.axis_groups import GROUPED
from perf_core.services.directory import Directory
from perf_core.services.group_figures import Figure
from perf_core.services.trend_periods import kind_of_trend
from perf_ui import words
from perf_ui.i18n import _, language, ngettext

_HANDY: Final = 10.0
"""Amounts are written in thousands once the largest has so many of them."""

KINDS: Final[tuple[AxisKind, ...]] = ("brand", "region", "department", "role", "channel")


def kind_of(axis: str) -> AxisKind:
    """The kind of name that an axis has."""
    return next(kind for kind in (*KINDS, *GROUPED) if kind == axis)


def group_name(directory: Directory, axis: str, code: str) -> str:
    """A group by its name; the one without a code says so."""
    if not code:
        return {
            "brand": _("Without a brand"),
            "region": _("Without a region"),
            "department": _("Without a department"),
            "role": _("Without a role"),
        }.get(axis, _("Without a channel"))
    return words.axis_name(directory, kind_of(axis), code)


def axis_titles() -> dict[str, str]:
    """The axes in words."""
    return {
        "brand": _("Brand"),
        "region": _("Region"),
        "department": _("Department"),
        "role": _("Role"),
        "channel": _("Channel"),
        "person": _("Person"),
        "brand_group": _("Price level"),
        "region_group": _("Region group"),
    }


def figure_title(directory: Directory, figure: Figure) -> str:
    """What a figure is called."""
    if figure.is_indicator:
        return words.indicator_name(directory, figure.code)
    return {
        "headcount": _("Headcount"),
        "revenue": _("Revenue"),
        "revenue_growth": _("Revenue growth"),
        "attainment": _("Attainment"),
        "mean_total": _("Mean total"),
        "total_sd": _("Spread of totals"),
        "pay_cost": _("Pay cost"),
        "cost_ratio": _("Cost ratio"),
        "attrition": _("Attrition"),
        "bonus_cost": _("Bonus cost"),
    }[figure.code]


def definition(directory: Directory, figure: Figure) -> str:
    """How a figure is defined, in a sentence or two."""
    if figure.is_indicator:
        found = directory.catalogue.indicators[figure.code]
        return _(
            "{formula}, of the sums of the whole group.",
            formula=words.formula_words(directory, found.formula),
        )
    mark = f"{directory.catalogue.grades.pass_mark:g}"
    return {
        "headcount": _("People on the last day looked at, by where they were on that day."),
        "revenue": _(
            "What was paid for valid orders. By brand, region or channel with what nobody is "
            "credited with; by role or department only what people are credited with."
        ),
        "revenue_growth": _("Revenue against the same days of the period before."),
        "attainment": _(
            "Complete scorecards with a total of {mark} or more ÷ complete scorecards. Each card "
            "is measured by the targets of its own brand.",
            mark=mark,
        ),
        "mean_total": _("Mean of the totals of complete scorecards; a breach counts as 0."),
        "total_sd": _("Standard deviation of the totals: how far people are apart."),
        "pay_cost": _(
            "Pay of the months, spread evenly over the days people were employed, counted where "
            "they were on each day. Until a month's pay is loaded the last base pay stands in."
        ),
        "cost_ratio": _(
            "Pay cost ÷ the revenue credited to the same people; for roles without revenue of "
            "their own ÷ the revenue of the brands and regions they serve."
        ),
        "attrition": _(
            "People who left ÷ the mean of the headcounts of the first and the last day; not "
            "made up to a year."
        ),
        "bonus_cost": _("Bonus factor × bonus base, summed up over the scorecards."),
    }[figure.code]


def wording(
    directory: Directory, figure: Figure, *, digits: int | None = None
) -> Callable[[float | None], str]:
    """What writes a figure's values as the reader does; shares with so many digits if told."""
    reads_in = language()
    currency = directory.currency
    if figure.code == "headcount":
        return lambda value: format_number(value, reads_in, digits=0)
    if figure.code in ("mean_total", "total_sd"):
        return lambda value: format_number(value, reads_in, digits=1, fixed=True)
    if figure.code == "revenue_growth":
        return lambda value: format_share_change(value, reads_in, points=False)

    def written(value: float | None) -> str:
        if value is None or is_absent(value):
            return ABSENT
        if figure.unit == "percent" and digits is not None:
            return format_share(value, reads_in, digits=digits)
        return format_value(value, figure.unit, reads_in, currency=currency, compact=True)

    return written


def growth_words(value: float | None) -> str:
    """A growth in percent with its sign."""
    return format_share_change(value, language(), points=False)


def course_title(what: str, periods: list[Period]) -> str:
    """The title of something shown period by period."""
    match kind_of_trend(periods):
        case "year":
            return _("{what}, year by year", what=what)
        case "quarter":
            return _("{what}, quarter by quarter", what=what)
    return _("{what}, month by month", what=what)


def last_periods(n: int, periods: list[Period]) -> str:
    """Over which periods a small line runs."""
    match kind_of_trend(periods):
        case "year":
            return ngettext("Last {n} year", "Last {n} years", n)
        case "quarter":
            return ngettext("Last {n} quarter", "Last {n} quarters", n)
    return ngettext("Last {n} month", "Last {n} months", n)


def course_note(directory: Directory, periods: list[Period]) -> str:
    """Say which ends of a line hold fewer days than the rest; nothing if none does."""
    said = []
    first, newest = directory.first_data_day, directory.data_day
    if first is not None and periods[0].start < first <= periods[0].last_day:
        said.append(
            _(
                "{period} begins on {day}, with the first data.",
                period=format_period(periods[0], language()),
                day=format_day(first, language()),
            )
        )
    if newest is not None and newest < periods[-1].last_day:
        said.append(
            _(
                "{period} counts up to {day}, the newest day with data.",
                period=format_period(periods[-1], language()),
                day=format_day(newest, language()),
            )
        )
    return " ".join(said)


@dataclass(frozen=True)
class MoneyUnit:
    """How money is written in a table: in which unit, and how much of the currency that is."""

    name: str
    size: float


def money_unit(directory: Directory, values: pd.Series[float]) -> MoneyUnit:
    """Ten thousands as Chinese readers count, thousands elsewhere; of small amounts single ones."""
    symbol = get_currency_symbol(directory.currency, locale=language())
    name, size = ("万", 10_000.0) if language() == "zh" else ("k", 1_000.0)
    if not values.abs().max() >= _HANDY * size:
        return MoneyUnit(symbol, 1.0)
    return MoneyUnit(f"{symbol} {name}", size)
