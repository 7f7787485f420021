"""Groups and their cost ratios in words: names, shares, points, what a file says of itself."""

from __future__ import annotations

from typing import Any

from perf_core.domain.period import Period
from perf_core.language.formats import (
    format_change,
    format_day,
    format_period,
    format_share,
    is_absent,
    listed,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_cost_reads, compare_words
from perf_ui.i18n import _, language, ngettext


def name_of(directory: Directory, by: tuple[str, ...], row: Any) -> str:
    """A group by its names; of no axis it is all together."""
    names = [compare_words.group_name(directory, axis, str(row[axis])) for axis in by]
    return " · ".join(names) if names else _("All together")


def points(value: float | None) -> str:
    """A difference of two shares in points, with its sign."""
    return format_change(None if value is None else value * 100, language())


def share(value: float | None) -> str:
    """A share in percent."""
    return format_share(value, language())


def span_words(low: float | None, high: float | None) -> str:
    """An interval of shares; nothing where there is none."""
    if is_absent(low) or is_absent(high):
        return _("no interval")
    return _("{low} to {high}", low=share(low), high=share(high))


def months_words(months: float) -> str:
    """A length of time in months."""
    return ngettext("{n} month", "{n} months", months)


def course_words() -> str:
    """How the course of a group is defined."""
    return _(
        "Cost ratio of each period, and since the one before what more pay per head, more people "
        "and less revenue did to it: the three parts sum to the change."
    )


def about_view(
    directory: Directory,
    view: ComparisonView,
    before: Period | None = None,
    *,
    of: Period | None = None,
) -> dict[str, str]:
    """What a downloaded file says about itself: period, data date, limits."""
    about = {
        _("Period"): format_period(of or view.period, language()),
        _("Data up to"): format_day(compare_cost_reads.last_day(view.period), language()),
    }
    if before is not None:
        about[_("Compared with")] = format_period(before, language())
    for axis, codes in view.chosen:
        names = [compare_words.group_name(directory, axis, code) for code in codes]
        about[compare_words.axis_titles()[axis]] = listed(names, language())
    return about
