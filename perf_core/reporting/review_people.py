"""A shared comparison: how many leave, how long people stay, how leavers did. Nobody by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.language.formats import (
    ABSENT,
    format_day,
    format_number,
    format_share,
)
from perf_core.language.translate import Reader
from perf_core.reporting.review_charts import MOST_LINES, Line, lines
from perf_core.reporting.review_markup import Column, Markup, bar, joined, table, tag, tiles
from perf_core.reporting.review_words import axis_titles, group_named, points

_LEAST_FULL: Final = 0.3
_ENDS: Final = ("first", "last")


def people_parts(content: Mapping[str, Any], reader: Reader) -> Markup:
    """Give the rates of leaving, the curves and the standing of leavers."""
    _ = reader
    told = content["leaving"]
    if not told["is_recorded"]:
        unknown = _(
            "Either nobody ever left, or leave_date of the employees table is empty or was "
            "not loaded. A rate of 0 would only look like good news."
        )
        return tag("p", unknown)
    parts: list[str] = [
        tiles(_whole(told, reader)),
        tag("h2", _("How many leave")),
        _rates(told, reader),
    ]
    if told["curves"]:
        parts += [tag("h2", _("How long people stay")), *_curves(told, reader)]
    if told["standing"]:
        parts += [tag("h2", _("Those who left, beside those who stayed")), *_standing(told, reader)]
    return joined(parts)


def span_of(told: Mapping[str, Any], reader: Reader) -> str:
    """The days looked at."""
    first, last = (format_day(date.fromisoformat(told[end]), reader.language) for end in _ENDS)
    return f"{first} – {last}"


def _whole(told: Mapping[str, Any], reader: Reader) -> list[tuple[str, str, str]]:
    _ = reader
    whole = told["whole"]
    language = reader.language
    figures = [
        (
            _("Attrition"),
            format_share(whole["rate"], language),
            _("95 % interval {span}", span=_span(whole, reader)),
        ),
        (_("Left"), format_number(whole["left"], language, digits=0), span_of(told, reader)),
        (
            _("Headcount"),
            format_number(whole["at_end"], language, digits=0),
            ""
            if whole["at_start"] is None
            else _("{n} at first", n=format_number(whole["at_start"], language, digits=0)),
        ),
    ]
    return [figure for figure in figures if figure[1] != ABSENT]


def _span(row: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    if row["low"] is None or row["high"] is None:
        return _("no interval")
    low, high = (format_share(row[end], reader.language) for end in ("low", "high"))
    return _("{low} to {high}", low=low, high=high)


def _name(row: Mapping[str, Any], axis: str, reader: Reader) -> str:
    return (
        band_name(row["band"][0], row["band"][1], reader)
        if "band" in row
        else group_named(row["group"], axis, reader)
    )


def band_name(begins: int, ends: int | None, reader: Reader) -> str:
    """A band of tenure in words, by its months."""
    _ = reader
    if ends is None:
        return _("{n} years and more", n=begins // 12)
    if begins == 0:
        return _("up to {n} months", n=ends)
    if begins % 12 == 0 and ends % 12 == 0:
        return _("{first} to {last} years", first=begins // 12, last=ends // 12)
    return _("{first} to {last} months", first=begins, last=ends)


def _rates(told: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    language = reader.language
    by_tenure = told["axis"] == "tenure"
    rows: Sequence[Mapping[str, Any]] = told["rows"]
    if not by_tenure:
        rows = sorted(rows, key=lambda row: -(row["rate"] if row["rate"] is not None else -1.0))
    known = [row["rate"] for row in rows if row["rate"] is not None]
    full = max([_LEAST_FULL, *known])
    columns = [
        Column(axis_titles(reader).get(told["axis"], told["axis"])),
        Column(_("Attrition"), is_wide=True),
        Column(_("95 % interval"), is_number=True),
        Column(_("Left"), is_number=True),
        Column(_("At first"), is_number=True),
        Column(_("At last"), is_number=True),
    ]
    shown = []
    for row in rows:
        rate = format_share(row["rate"], language)
        counts = [
            format_number(row[name], language, digits=0) for name in ("left", "at_start", "at_end")
        ]
        shown.append(
            [
                tag("strong", _name(row, told["axis"], reader)),
                ABSENT
                if row["rate"] is None
                else joined(
                    [
                        rate,
                        bar(
                            row["rate"],
                            alt=_("Attrition {rate}", rate=rate),
                            full=full,
                            has_tick=False,
                        ),
                    ]
                ),
                ABSENT if row["rate"] is None else _span(row, reader),
                *counts,
            ]
        )
    note = _(
        "People who left in these days ÷ mean of the headcounts of the first and the last day, "
        "with the 95 % Wilson interval. {dash} stands for groups of fewer than {fewest} people, "
        "and for those from which such a group could be worked out.",
        dash=ABSENT,
        fewest=FEWEST_NAMELESS,
    )
    if by_tenure:
        note = _(
            "Left while in the band ÷ everybody who was in it on any day, with the 95 % Wilson "
            "interval. {dash} stands for bands of fewer than {fewest} people, and for those from "
            "which such a band could be worked out.",
            dash=ABSENT,
            fewest=FEWEST_NAMELESS,
        )
    return joined([table(columns, shown), tag("p", note, class_="note")])


# --- how long people stay -------------------------------------------------------------------------


def _curves(told: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    curves = told["curves"]
    whole = curves["whole"]
    groups: Sequence[Mapping[str, Any]] = curves["groups"]
    months = whole["months"]

    def drawn(name: str, curve: Mapping[str, Any]) -> Line:
        known = dict(zip(curve["months"], curve["shares"], strict=True))
        return Line(name, [known.get(month) for month in months])

    names = [group_named(one["group"], told["axis"], reader) for one in groups]
    chosen = [
        drawn(_("All together"), whole),
        *(drawn(name, one) for name, one in zip(names, groups, strict=True)),
    ]
    chosen = [line for line in chosen if any(value is not None for value in line.values)]
    parts: list[str] = []
    if len(months) > 1 and chosen:
        parts.append(
            lines(
                [_month(month, reader) for month in months],
                chosen[:MOST_LINES],
                wording=lambda value: format_share(value, reader.language, digits=0),
                alt=_("Share of people still here, by tenure"),
                least=(0.0, 1.0),
                every=12 if months[0] == 0 else 1,
            )
        )
        parts.append(tag("p", _("Across: months since the hiring."), class_="note"))
    parts.append(_after(whole, groups, names, reader, axis=told["axis"]))
    note = _(
        "Kaplan–Meier. Watched from {since} to {until}: who was hired before joins the curve "
        "with the tenure of the first day, so that nobody counts who was not seen.",
        since=format_day(date.fromisoformat(curves["since"]), reader.language),
        until=format_day(date.fromisoformat(curves["until"]), reader.language),
    )
    return [*parts, tag("p", note, class_="note")]


def _month(month: int, reader: Reader) -> str:
    return format_number(month, reader.language, digits=0)


def _after(
    whole: Mapping[str, Any],
    groups: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    reader: Reader,
    *,
    axis: str,
) -> Markup:
    _ = reader
    columns = [
        Column(axis_titles(reader).get(axis, axis)),
        *(Column(_("after {n} months", n=one["months"]), is_number=True) for one in whole["after"]),
    ]
    rows = [
        [
            tag("strong", name),
            *(format_share(at["share"], reader.language, digits=0) for at in one["after"]),
        ]
        for name, one in [
            (_("All together"), whole),
            *zip(names, groups, strict=True),
        ]
    ]
    return table(columns, rows)


# --- who left -------------------------------------------------------------------------------------


def _standing(told: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    language = reader.language
    gone, here = told["standing"]["left"], told["standing"]["stayed"]

    def beside(top: float, n: float) -> str:
        return _("{n} of {of}", n=int(top), of=int(n))

    figures = [
        (
            _("Of those who left"),
            format_share(gone["share"], language),
            beside(gone["top"], gone["n"]),
        ),
        (_("Of those here"), format_share(here["share"], language), beside(here["top"], here["n"])),
    ]
    if told["lost_top"]:
        lost = told["lost_top"]
        figures.append(
            (
                _("Of the best, left"),
                format_share(lost["share"], language),
                beside(lost["left"], lost["n"]),
            )
        )
    figures.append(
        (
            _("Mean last total"),
            points(gone["mean_total"], reader),
            _("{total} of those here", total=points(here["mean_total"], reader)),
        )
    )
    note = _(
        "The share who had the top grade at least once in their last three months, on complete "
        "scorecards. Who they are, and the reasons that were written, stay in the app."
    )
    parts: list[str] = [tiles(figures), tag("p", note, class_="note")]
    if told["types"]:
        kinds = {"voluntary": _("by own wish"), "involuntary": _("by the company")}
        columns = [Column(_("Kind")), Column(_("Left"), is_number=True)]
        rows = [
            [tag("strong", kinds[one["type"]]), format_number(one["left"], language, digits=0)]
            for one in told["types"]
        ]
        parts.append(table(columns, rows))
    return parts
