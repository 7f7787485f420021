"""Codes and values as the reader's words: names from the catalogue, numbers by their unit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from perf_core.domain.catalogue import AxisKind
from perf_core.domain.period import Period
from perf_core.language.formats import (
    format_change,
    format_day,
    format_instant,
    format_number,
    format_period,
    format_short_period,
    format_value,
    is_absent,
)
from perf_core.reporting import formula_words as formula
from perf_core.reporting.axis_labels import Scale
from perf_core.services.directory import Directory
from perf_core.services.score_period import PeriodScores
from perf_ui.i18n import _, language, named, ngettext, reader
from perf_ui.kept import kept
from perf_ui.widgets import plain

BadgeColour = Literal["blue", "gray", "orange"]

_GRADE_COLOURS: Final[tuple[BadgeColour, ...]] = ("blue", "gray", "orange")


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame one by one, each column by its name."""
    return list(frame.itertuples())


def indicator_name(directory: Directory, code: str) -> str:
    """An indicator by its name."""
    found = directory.catalogue.indicators.get(code)
    return named(found.names, code) if found is not None else code


def axis_name(directory: Directory, kind: AxisKind, code: str) -> str:
    """A brand, region, role … by its name; nothing for none."""
    return named(directory.axis_names(kind, code), code) if code else ""


def indicator_value(
    directory: Directory, code: str, value: float | None, *, compact: bool = True
) -> str:
    """An indicator's value in its unit."""
    found = directory.catalogue.indicators.get(code)
    unit = found.unit if found is not None else "count"
    return format_value(value, unit, language(), currency=directory.currency, compact=compact)


def scale(directory: Directory, unit: str, *, is_change: bool = False) -> Scale:
    """How the numbers along an axis are written: for figures that take a ``Scale``."""
    return Scale(unit, language(), directory.currency, is_change)


def grade_name(directory: Directory, code: str) -> str:
    """A grade by its name; nothing for none."""
    for grade in directory.catalogue.grades.grades:
        if grade.code == code:
            return named(grade.names, code)
    return code


def grade_colour(directory: Directory, code: str) -> BadgeColour:
    """The best grade in the accent, the last in the signal, those between in grey."""
    codes = [grade.code for grade in directory.catalogue.grades.grades]
    if code not in codes:
        return "gray"
    if code == codes[0]:
        return "blue"
    return "orange" if code == codes[-1] else "gray"


def rank_words(rank: float | None, of: float | None) -> str:
    """A rank and the size of its cohort."""
    if rank is None or of is None or is_absent(rank) or is_absent(of):
        return ""
    return f"{int(rank)} / {int(of)}"


def place_words(directory: Directory, row: pd.Series[Any] | Any) -> str:
    """Role and brand of a card."""
    parts = [axis_name(directory, "role", row.role), axis_name(directory, "brand", row.brand)]
    return " · ".join(part for part in parts if part)


def elapsed_words(scores: PeriodScores) -> str:
    """How far the period has run and through which day the data goes."""
    return _elapsed(scores.period, scores.as_of, language())


@kept(most=256)
def _elapsed(period: Period, as_of: date, spoken: str) -> str:
    day = format_day(as_of, spoken, with_weekday=True)
    name = format_period(period, spoken)
    if as_of < period.last_day:
        return ngettext(
            "{period} · data up to {day} · {gone} of {n} day gone",
            "{period} · data up to {day} · {gone} of {n} days gone",
            period.n_days,
            period=name,
            day=day,
            gone=max(0, (as_of - period.start).days + 1),
        )
    return _("{period} · complete, through {day}", period=name, day=day)


def attention_reason(directory: Directory, row: Any) -> str:
    """Why somebody is on the list, in one sentence (markdown, names made plain)."""
    if row.reason == "vetoed":
        return _("A confirmed breach sets the total to zero.")
    if not isinstance(row.indicator, str) or not row.indicator:
        return _("Below the pass mark.")
    indicator = plain(indicator_name(directory, row.indicator))
    actual = indicator_value(directory, row.indicator, row.actual)
    target = indicator_value(directory, row.indicator, row.target)
    if row.reason == "fell" and not is_absent(row.points_change) and row.points_change < 0:
        return _(
            "Fell most on **{indicator}**: {actual} of {target}, {change} points",
            indicator=indicator,
            actual=plain(actual),
            target=plain(target),
            change=plain(format_change(row.points_change, language())),
        )
    return _(
        "Held back by **{indicator}**: {actual} of {target}",
        indicator=indicator,
        actual=plain(actual),
        target=plain(target),
    )


def about_view(
    directory: Directory, scores: PeriodScores, *, brand: str = "", role: str = ""
) -> dict[str, str]:
    """What a downloaded file says about itself: period, filters, data date."""
    return {
        _("Period"): format_period(scores.period, language()),
        _("Data up to"): format_day(scores.as_of, language()),
        _("Brand"): axis_name(directory, "brand", brand) or _("All"),
        _("Role"): axis_name(directory, "role", role) or _("All"),
    }


def total_words(total: float | None) -> str:
    """A total with one decimal."""
    return format_number(total, language(), digits=1, fixed=True)


def short_period(period: Period) -> str:
    """A period in a few letters."""
    return format_short_period(period, language())


def measure_name(directory: Directory, code: str) -> str:
    """A measure, or a dimension of marks, by its name."""
    found = directory.catalogue.measures.get(code)
    if found is not None:
        return named(found.names, code)
    return axis_name(directory, "dimension", code) or code


def measure_value(directory: Directory, code: str, value: float | None) -> str:
    """A measure's value in its unit."""
    found = directory.catalogue.measures.get(code)
    unit = found.unit if found is not None else "count"
    return format_value(value, unit, language(), currency=directory.currency)


def formula_words(directory: Directory, text: str) -> str:
    """A formula with names in place of codes: “Orders ÷ Visits”."""
    return formula.formula_words(
        text, name=lambda code: measure_name(directory, code), reader=reader()
    )


def instant_words(directory: Directory, at: datetime | None) -> str:
    """An instant in the company's zone, whatever zone the store keeps (without one: UTC)."""
    if at is None or is_absent(at):
        return format_instant(None, language())
    instant = at if at.tzinfo else at.replace(tzinfo=UTC)
    zone = ZoneInfo(directory.catalogue.settings.timezone)
    return format_instant(instant.astimezone(zone), language())


def who_changed(directory: Directory, by: str) -> str:
    """Who made a change: a person by name, a part they played, or a file."""
    if by in directory.people.index:
        return str(directory.people.loc[by, "name"])
    return {"hr": _("HR"), "": _("imported")}.get(by, by)
