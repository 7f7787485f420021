"""One line of a card in words: what it is made of, its course, its channels, its target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from perf_core.language.formats import format_day, format_period, is_absent
from perf_core.language.translate import Reader
from perf_core.reporting import figures
from perf_core.services.directory import Directory
from perf_ui import reads, words
from perf_ui.card_words import Card
from perf_ui.i18n import _, language, ngettext
from perf_ui.kept import kept
from perf_ui.widgets import plain


@dataclass(frozen=True)
class MadeOf:
    """Where the figure of a line comes from.

    Attributes
    ----------
    formula, window, compared : str
        The formula in names, the days it covers, the days it is compared with (markdown).
    table : DataFrame
        The measures with their sums.
    measures : tuple of str
        Their codes.
    first, last : date or None
        The days covered.
    """

    formula: str
    window: str
    compared: str
    table: pd.DataFrame
    measures: tuple[str, ...]
    first: date | None
    last: date | None


@kept(most=512)
def made_of(card: Card, code: str, _language: str) -> MadeOf:
    """Word where the figure of a line comes from."""
    directory = card.directory
    why = reads.explanation(card.scope, card.period, card.key)
    measures = why.measures[why.measures["indicator"] == code]
    formula = words.formula_words(directory, directory.catalogue.indicators[code].formula)
    first = last = None
    window = compared = ""
    if len(why.spans):
        first, last = why.spans["first"].min().date(), why.spans["last"].max().date()
        window = ngettext(
            "{n} day of this scorecard, {first} to {last}; days of absence left out.",
            "{n} days of this scorecard, {first} to {last}; days of absence left out.",
            why.days,
            first=format_day(first, language()),
            last=format_day(last, language()),
        )
    if len(why.compared) and measures["uses_previous"].any():
        compared = _(
            "Compared with {first} to {last}.",
            first=format_day(why.compared["first"].min().date(), language()),
            last=format_day(why.compared["last"].max().date(), language()),
        )
    return MadeOf(
        formula=_(
            "{indicator} = {formula}",
            indicator=plain(words.indicator_name(directory, code)),
            formula=plain(formula),
        ),
        window=window,
        compared=compared,
        table=_measure_table(directory, measures),
        measures=tuple(measures["measure"]),
        first=first,
        last=last,
    )


def _measure_table(directory: Directory, measures: pd.DataFrame) -> pd.DataFrame:
    rows = words.rows_of(measures)
    table = {
        _("Measure"): [plain(words.measure_name(directory, row.measure)) for row in rows],
        _("Sum"): [plain(words.measure_value(directory, row.measure, row.value)) for row in rows],
    }
    if measures["uses_previous"].any():
        table[_("Before")] = [
            plain(words.measure_value(directory, row.measure, row.previous)) for row in rows
        ]
    return pd.DataFrame(table)


@kept(most=512)
def course_figure(card: Card, code: str, _language: str) -> Any:
    """The figure of an indicator's daily course; none where no day has a value."""
    daily, _channels = reads.course(card.scope, card.period, card.key, code)
    if not daily["actual"].notna().any():
        return None
    found = card.directory.catalogue.indicators[code]
    return figures.daily_course(
        daily["day"].dt.strftime("%Y-%m-%d").tolist(),
        [None if pd.isna(one) else float(one) for one in daily["actual"]],
        [None if pd.isna(one) else float(one) for one in daily["expected"]],
        name=words.indicator_name(card.directory, code),
        wording=lambda value: words.indicator_value(card.directory, code, value),
        is_sum=bool(card.line(code).is_additive),
        scale=words.scale(card.directory, found.unit),
        reader=Reader(language()),
    )


@kept(most=512)
def channel_figure(card: Card, code: str, _language: str) -> Any:
    """The figure of an indicator by channel; none for a single one."""
    _daily, channels = reads.course(card.scope, card.period, card.key, code)
    if len(channels) < 2:
        return None
    return figures.amounts_by_name(
        channel_names(card, channels),
        channels["actual"].tolist(),
        wording=lambda value: words.indicator_value(card.directory, code, value),
    )


def channel_names(card: Card, channels: pd.DataFrame) -> list[str]:
    """The channels by name."""
    return [words.axis_name(card.directory, "channel", one) or "–" for one in channels["channel"]]


# --- its target -----------------------------------------------------------------------------------


@kept(most=512)
def target_words(card: Card, code: str, _language: str) -> str:
    """Where the target in force comes from."""
    line, directory = card.line(code), card.directory
    whole = plain(words.indicator_value(directory, code, line.period_target, compact=False))
    match line.target_scope:
        case "":
            found = _("There is no target for this period.")
        case "default":
            found = _("{target} :gray[· the template's default for a month]", target=whole)
        case "days":
            found = _("{target} :gray[· put together from the targets of its days]", target=whole)
        case _agreed:
            found = _(
                "{target} :gray[· agreed for {period}]",
                target=whole,
                period=plain(format_period(card.period, language())),
            )
    own = line.target
    if line.is_additive and not is_absent(own) and abs(own - line.period_target) > 1e-9:
        found += " " + _(
            ":gray[· {share} for the days of this scorecard so far]",
            share=plain(words.indicator_value(directory, code, own, compact=False)),
        )
    return found


@kept(most=512)
def revision_table(card: Card, code: str, _language: str) -> pd.DataFrame:
    """Every value the target has had; empty without any."""
    rows = words.rows_of(reads.targets(card.scope, card.period, card.key, code).revisions)
    directory = card.directory

    def whom(row: Any) -> str:
        parts = [
            _("this person") if row.employee_id else "",
            words.axis_name(directory, "brand", row.brand),
            words.axis_name(directory, "role", row.role),
        ]
        return " · ".join(part for part in parts if part) or _("everybody")

    def since(row: Any) -> str:
        if not row.revised_on:
            return _("from the start")
        return format_day(date.fromisoformat(row.revised_on), language())

    return pd.DataFrame(
        {
            _("In force"): [plain(since(row)) for row in rows],
            _("Target"): [
                plain(words.indicator_value(directory, code, row.value, compact=False))
                for row in rows
            ],
            _("For"): [plain(whom(row)) for row in rows],
            _("By"): [plain(words.who_changed(directory, row.changed_by)) for row in rows],
            _("Reason"): [plain(row.reason) for row in rows],
        }
    )
