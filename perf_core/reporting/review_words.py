"""Words and values of a shared review: names in both languages, numbers by their unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from perf_core.language.formats import format_number, format_value
from perf_core.language.translate import Reader
from perf_core.reporting.review_markup import Markup, columns_chart

BIN: Final = 10
"""How many points one column of a spread holds."""


def named(names: Mapping[str, str], reader: Reader) -> str:
    """A name in the reader's language."""
    return names.get(reader.language) or names.get("en", "")


def group_named(names: Mapping[str, str] | None, axis: str, reader: Reader) -> str:
    """A group by its name; the one without a code says so, as Compare does."""
    _ = reader
    if names:
        return named(names, reader)
    return {
        "brand": _("Without a brand"),
        "region": _("Without a region"),
        "department": _("Without a department"),
        "role": _("Without a role"),
    }.get(axis, _("Without a channel"))


def in_a_row(sentences: Sequence[str], reader: Reader) -> str:
    """Sentences one after the other: Chinese ones need no space between them."""
    return ("" if reader.language == "zh" else " ").join(sentences)


def axis_titles(reader: Reader) -> dict[str, str]:
    """What groups are made by, in words."""
    _ = reader
    return {
        "brand": _("Brand"),
        "region": _("Region"),
        "role": _("Role"),
        "channel": _("Channel"),
        "department": _("Department"),
        "tenure": _("Tenure"),
        "person": _("Person"),
    }


def axes_title(by: Sequence[str], reader: Reader) -> str:
    """Several axes as one title."""
    return " × ".join(axis_titles(reader).get(axis, axis) for axis in by)


def grade(content: Mapping[str, Any], code: str | None, reader: Reader) -> str:
    """A grade by its name; nothing for none."""
    if not code:
        return ""
    names = content["grades"].get(code)
    return named(names, reader) if names else code


def rank(card: Mapping[str, Any], reader: Reader) -> str:
    """A rank and the size of its cohort; nothing for none."""
    _ = reader
    if card["rank"] is None or card["of"] is None:
        return ""
    return _("{rank} of {of}", rank=int(card["rank"]), of=int(card["of"]))


def points(total: float | None, reader: Reader) -> str:
    """A total with one decimal."""
    return format_number(total, reader.language, digits=1, fixed=True)


def value(of: float | None, unit: str, content: Mapping[str, Any], reader: Reader) -> str:
    """An indicator's value in its unit."""
    return format_value(of, unit, reader.language, currency=content["currency"], compact=True)


def spread(bins: Sequence[Sequence[int]], mark: float, reader: Reader) -> Markup:
    """How many totals lie in each ten points."""
    _ = reader
    return columns_chart(
        bins, width=BIN, mark=mark, alt=_("How many scorecards lie in each ten points")
    )
