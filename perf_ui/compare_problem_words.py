"""Whose problem an indicator is, what a step costs, what changed since an event: in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_change,
    format_day,
    format_number,
    format_period,
    format_share,
    format_share_change,
    format_value,
    is_absent,
    listed,
)
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.funnel import Base, Funnel
from perf_core.services.shared_problems import WORSE_BY, Verdict
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_words, words
from perf_ui.i18n import _, language, ngettext


def groups_word(axis: str) -> str:
    """The groups of an axis in the plural."""
    return {
        "brand": _("brands"),
        "region": _("regions"),
        "department": _("departments"),
        "role": _("roles"),
        "person": _("people"),
    }.get(axis, _("groups"))


def group_name(directory: Directory, axis: str, code: str) -> str:
    """A group of an axis, or a person, by name."""
    if axis != PERSON:
        return compare_words.group_name(directory, axis, code)
    return str(directory.people["name"].get(code, code))


def indicators_counted(n: int, of: int) -> str:
    """How many of the indicators have a verdict (markdown)."""
    if not n:
        return ngettext("**None** of {of} indicator", "**None** of {of} indicators", of, of=of)
    return ngettext("**{n}** of {of} indicator", "**{n}** of {of} indicators", of, n=n, of=of)


def verdict_name(verdict: Verdict) -> str:
    """A verdict in a word or two."""
    return {
        "shared": _("Shared"),
        "own": _("One's own"),
        "mixed": _("Some of them"),
        "fine": _("Fine"),
        "unknown": _("Cannot be told"),
    }[verdict]


def verdict_rule(verdict: Verdict, axis: str) -> str:
    """What a verdict means."""
    groups = groups_word(axis)
    return {
        "shared": _(
            "All or nearly all {groups} (at least four in five) reach less than 95 % of their own "
            "target: look for one cause that they share.",
            groups=groups,
        ),
        "own": _(
            "One alone reaches less than 95 % of its own target, the others do not: look for the "
            "cause there, and ask the others how they do it."
        ),
        "mixed": _(
            "Some {groups} reach less than 95 % of their own target, others do not.", groups=groups
        ),
        "fine": _("All {groups} reach at least 95 % of their own target.", groups=groups),
        "unknown": _(
            "Fewer than two {groups} are measured on it: there is nobody to compare with.",
            groups=groups,
        ),
    }[verdict]


def joined(*sentences: str) -> str:
    """Sentences one after the other: Chinese ones need no space between them."""
    return ("" if language() == "zh" else " ").join(one for one in sentences if one)


def base_name(base: Base) -> str:
    """What a funnel is measured against."""
    return {
        "year": _("A year ago"),
        "previous": _("The period before"),
        "group": _("All together"),
        "best": _("The best"),
    }[base]


def base_words(base: Base, view: ComparisonView, best: str) -> str:
    """What a funnel is measured against, exactly."""
    reads_in = language()
    match base:
        case "year":
            return _("against {period}", period=format_period(view.period.year_before(), reads_in))
        case "previous":
            return _("against {period}", period=format_period(view.period.previous(), reads_in))
        case "group":
            return _("against the rates of all together, at the own number of visits")
        case "best":
            return _("against the rates of {best}, at the own number of visits", best=best)


def step_name(step: str, *, begins_with: str = "visits") -> str:
    """A step of the funnel."""
    if step == "traffic" and begins_with == "orders":
        return _("Number of orders")
    return {
        "traffic": _("Visits"),
        "conversion": _("Conversion"),
        "order_value": _("Order value"),
        "kept": _("Refunds"),
    }[step]


def step_rule(step: str, *, begins_with: str = "visits") -> str:
    """How a step of the funnel is defined."""
    if step == "traffic" and begins_with == "orders":
        return _("Valid orders: visits are not known here.")
    return {
        "traffic": _("All visits to the shops of the group."),
        "conversion": _("Valid orders ÷ visits."),
        "order_value": _("Revenue ÷ valid orders."),
        "kept": _("Refunded amount ÷ revenue."),
    }[step]


def step_value(directory: Directory, step: str, value: float | None) -> str:
    """A step's own figure: visits, a rate, an amount, the share refunded."""
    if value is None or is_absent(value):
        return ABSENT
    return {
        "traffic": lambda: count(value),
        "conversion": lambda: share(value, digits=2),
        "order_value": lambda: money(directory, value),
        "kept": lambda: share(1 - value),
    }[step]()


def mix_name(what: str) -> str:
    """A kind of visits or customers."""
    return {
        "paid_share": _("Paid visits, of all whose kind is known"),
        "repeat_share": _("Orders of returning customers, of all orders"),
    }[what]


def mix_rule(what: str) -> str:
    """How a kind of visits or customers is defined."""
    return {
        "paid_share": _(
            "Paid visits ÷ (paid + organic visits). Which orders came from paid and which from "
            "organic visits is not recorded: only visits are told apart."
        ),
        "repeat_share": _(
            "Orders of customers with an earlier valid order in the same brand, as far back as "
            "orders are loaded ÷ valid orders. Revenue is not told apart by kind of customer."
        ),
    }[what]


def signed_amount(directory: Directory, value: float | None) -> str:
    """An amount with its sign."""
    if value is None or is_absent(value):
        return ABSENT
    text = format_amount(value, directory.currency, language(), compact=True)
    return f"+{text}" if value > 0 else text


def share(value: float | None, *, digits: int = 1) -> str:
    """A share in percent."""
    return format_share(value, language(), digits=digits)


def distance(value: float | None) -> str:
    """A distance as a share, with its sign."""
    if value is None or is_absent(value):
        return ABSENT
    return format_share_change(value, language(), points=False)


def better_or_worse(value: float | None) -> str:
    """A distance in words: what is near is alike."""
    if value is None or is_absent(value):
        return ABSENT
    if abs(value) < WORSE_BY:
        return _("alike ({way})", way=distance(value))
    return distance(value)


def told_apart(value: float | None) -> str:
    """A distance in a sentence, where a bare sign would not say which way is good.

    A return rate that rose has a distance below 0: "−17%" of it would be read as a fall.
    """
    if value is None or is_absent(value):
        return ABSENT
    way = distance(abs(value)).lstrip("+")
    if value > 0:
        way = _("{way} better", way=way)
    elif value < 0:
        way = _("{way} worse", way=way)
    return _("alike ({way})", way=way) if abs(value) < WORSE_BY else way


def nothing_lost(found: Funnel, against: str) -> str:
    """Say why no step costs anything: all went well, or there is nothing to compare with."""
    if found.parts["change"].notna().any():
        return _("No step costs anything {against}.", against=against)
    return _("There is nothing to compare with.")


def name_of(directory: Directory, view: ComparisonView, code: str) -> str:
    """A group of the axis along which problems are told apart."""
    return compare_words.group_name(directory, problem_reads.axis_of(view), code)


def about(directory: Directory, view: ComparisonView) -> dict[str, str]:
    """What a downloaded file says about itself."""
    limits = [
        listed((compare_words.group_name(directory, axis, code) for code in codes), language())
        for axis, codes in view.chosen
    ]
    last = problem_reads.last_day_of(view.period)
    return {
        _("Period"): format_period(view.period, language()),
        _("Data up to"): format_day(last, language()),
        _("Narrowed to"): " · ".join(limits) or _("All"),
    }


def change_of_unit(directory: Directory, value: float | None, unit: str) -> str:
    """A change in a figure's own unit, with its sign."""
    if value is None or is_absent(value):
        return ABSENT
    if unit == "percent":
        return format_share_change(value, language())
    if unit in ("points", "rating", "count"):
        return format_change(value, language(), digits=1 if unit != "rating" else 2)
    text = format_value(value, unit, language(), currency=directory.currency, compact=True)
    return f"+{text}" if value > 0 else text


def who_marked(directory: Directory, by: Any) -> str:
    """Who marked an event."""
    return words.who_changed(directory, str(by))


def known_values(values: pd.Series[Any]) -> list[float | None]:
    """The values for a figure: what is missing is absent."""
    return [None if pd.isna(one) else float(one) for one in values]


def known_columns(table: pd.DataFrame) -> pd.DataFrame:
    """A worded table without the columns of which nothing is known."""
    return table.loc[:, ~(table == ABSENT).all()]


def count(value: float | None) -> str:
    """A count with its thousands parted."""
    return format_number(value, language(), digits=0)


def money(directory: Directory, value: float | None) -> str:
    """An amount in the company's currency."""
    return format_value(value, "money", language(), currency=directory.currency, compact=True)
