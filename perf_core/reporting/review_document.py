"""A shared review as a page of its own: the card, the team or the groups, frozen at its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from perf_core.domain.period import Period, parse_period
from perf_core.domain.share import (
    FEWEST_NAMELESS,
    LinkKind,
    ShareLink,
    nameless_mean,
    nameless_median,
)
from perf_core.domain.share_parts import ViewPart
from perf_core.language.formats import (
    ABSENT,
    format_change,
    format_day,
    format_instant,
    format_number,
    format_period,
    format_share,
    format_short_period,
)
from perf_core.language.translate import Reader
from perf_core.reporting.review_groups import group_parts
from perf_core.reporting.review_markup import (
    Column,
    Markup,
    bar,
    joined,
    line_chart,
    table,
    tag,
    tiles,
)
from perf_core.reporting.review_view import view_about, view_parts, view_title
from perf_core.reporting.review_words import (
    BIN,
    grade,
    named,
    points,
    rank,
    spread,
    value,
)


def review_parts(link: ShareLink, *, shared_by: str, reader: Reader) -> Markup:
    """Give what a reader sees of a link: who, from whom, and the figures.

    Parameters
    ----------
    link : ShareLink
        Its content narrowed to what its creator may see.
    shared_by : str
        The creator by name.
    reader : Reader
        The language.
    """
    content, period = link.content, parse_period(link.period)
    match link.kind:
        case LinkKind.PERSON:
            body = _person(content, period, reader)
        case LinkKind.TEAM:
            body = _team(content, reader)
        case LinkKind.VIEW if link.part is not ViewPart.GROUPS:
            body = view_parts(link, period, reader)
        case _:
            body = group_parts(content, reader)
    return joined(
        [
            tag("h1", review_title(link, reader)),
            tag("p", _about(link, reader), class_="quiet"),
            _told(link, shared_by, reader),
            body,
            _foot(reader),
        ]
    )


def review_title(link: ShareLink, reader: Reader) -> str:
    """What the review is about, and its period."""
    _ = reader
    content = link.content
    period = format_period(parse_period(link.period), reader.language)
    match link.kind:
        case LinkKind.PERSON:
            name = content["who"]["name"] or _("A scorecard without a name")
            return f"{name} · {period}"
        case LinkKind.TEAM:
            return _("Team review · {period}", period=period)
        case LinkKind.BRAND:
            brand = content["limits"][0]["codes"][0]
            return f"{named(brand, reader)} · {period}"
        case LinkKind.VIEW:
            return view_title(link, period, reader)


def watermark_words(link: ShareLink, *, shared_by: str, reader: Reader) -> str:
    """What stands all over the page: from whom to whom, and when."""
    _ = reader
    parts = [
        link.readers[:60] or _("Shared link"),
        shared_by,
        format_day(_local(link.created_at, link).date(), reader.language),
    ]
    return " · ".join(part for part in parts if part)


def _about(link: ShareLink, reader: Reader) -> str:
    _ = reader
    content = link.content
    match link.kind:
        case LinkKind.PERSON:
            places = [
                content["who"].get(axis) for axis in ("role", "brand", "region", "department")
            ]
            return " · ".join(named(one, reader) for one in places if one)
        case LinkKind.TEAM:
            places = [named(one, reader) for one in content["filters"].values()]
            n_rows = len(content["rows"])
            return " · ".join([*places, _.ngettext("{n} scorecard", "{n} scorecards", n_rows)])
        case LinkKind.BRAND:
            return _.ngettext(
                "{n} person with a complete scorecard",
                "{n} people with a complete scorecard",
                content["whole"]["n_people"],
            )
        case LinkKind.VIEW:
            return view_about(link, reader)


def _told(link: ShareLink, shared_by: str, reader: Reader) -> Markup:
    """From whom, to whom, when, until when: what every reader and every print says."""
    _ = reader
    places = {
        "readers": link.readers or _("whoever has the link"),
        "creator": shared_by or _("a colleague"),
        "made": format_instant(_local(link.created_at, link), reader.language),
        "day": format_day(link.as_of, reader.language),
        "until": format_instant(_local(link.expires_at, link), reader.language),
    }
    sentence = _(
        "Shared with {readers} by {creator} on {made}. Frozen at data up to {day}. "
        "Opens until {until}.",
        **places,
    )
    more = []
    if link.hide_names:
        more.append(_("Names are hidden."))
    if link.content.get("is_partial"):
        more.append(_("It shows only the people {creator} may see.", creator=places["creator"]))
    return tag("div", tag("p", sentence), tag("p", " ".join(more)) if more else "", class_="told")


def _foot(reader: Reader) -> Markup:
    _ = reader
    return tag(
        "p",
        _(
            "Pay is never part of a shared link. Averages, medians and ranks are shown from "
            "{fewest} people up.",
            fewest=FEWEST_NAMELESS,
        ),
        class_="note",
    )


# --- one person -----------------------------------------------------------------------------------


def _person(content: Mapping[str, Any], period: Period, reader: Reader) -> Markup:
    _ = reader
    card = content["card"]
    parts: list[str] = [tiles(_card_tiles(content, card, reader))]
    if card["vetoed"]:
        parts.append(
            tag(
                "div",
                _(
                    "A confirmed breach in this period sets the total to zero. The lines show "
                    "what would have been earned."
                ),
                class_="told warn",
            )
        )
    if not period.can_grade:
        parts.append(tag("p", _("Grades exist for periods of 28 days and longer."), class_="note"))
    parts.append(tag("h2", _("Scorecard")))
    parts.append(_lines(content, reader))
    if sum(one["total"] is not None for one in content["past"]) > 1:
        parts.append(tag("h2", _("The last periods")))
        parts.append(_past(content, reader))
    return joined(parts)


def _card_tiles(
    content: Mapping[str, Any], card: Mapping[str, Any], reader: Reader
) -> list[tuple[str, str, str]]:
    _ = reader
    language = reader.language
    figures = [
        (
            _("Total") if card["complete"] else _("Provisional total"),
            points(card["total"], reader),
            _("pass mark {mark}", mark=f"{content['pass_mark']:g}"),
        ),
        (_("Grade"), grade(content, card["grade"], reader) or ABSENT, ""),
        (_("Rank"), rank(card, reader) or ABSENT, ""),
    ]
    if card["review_total"] is not None:
        figures.append((_("From reviews"), points(card["review_total"], reader), ""))
    figures.append((_("Rests on data"), format_share(card["data_share"], language, digits=0), ""))
    return figures


def _lines(content: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    language = reader.language
    columns = [
        Column(_("Indicator")),
        Column(_("Actual"), is_number=True),
        Column(_("Target"), is_number=True),
        Column(_("Achievement"), is_wide=True),
        Column(_("Points"), is_number=True),
    ]
    rows = []
    for line in content["lines"]:
        weight = tag(
            "span",
            _("weight {weight}", weight=format_number(line["weight"], language)),
            class_="note",
        )
        is_scored = line["status"] == "scored"
        share = format_share(line["achievement"], language, digits=0)
        rows.append(
            [
                joined([tag("strong", named(line["name"], reader)), weight]),
                value(line["actual"], line["unit"], content, reader),
                value(line["target"], line["unit"], content, reader),
                joined(
                    [
                        share,
                        bar(
                            line["achievement"],
                            alt=_("Achievement {share}", share=share),
                            is_behind=line["achievement"] < 1 - 1e-9,
                        ),
                    ]
                )
                if is_scored and line["achievement"] is not None
                else tag("span", _unscored(line["status"], reader), class_="note"),
                _(
                    "{points} of {most}",
                    points=format_number(line["points"], language),
                    most=format_number(line["effective_weight"], language),
                )
                if is_scored
                else ABSENT,
            ]
        )
    return table(columns, rows)


def _unscored(status: str, reader: Reader) -> str:
    _ = reader
    if status == "no_target":
        return _("no target, so it is not scored")
    return _("no data yet; its weight is spread over the other lines")


def _past(content: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    past: Sequence[Mapping[str, Any]] = content["past"]
    labels = [format_short_period(parse_period(one["period"]), reader.language) for one in past]
    chart = line_chart(
        labels,
        [one["total"] for one in past],
        [one["peers"] for one in past],
        mark=content["pass_mark"],
        alt=_("Totals of the last periods beside the median of the role"),
    )
    note = _("Dotted: the median of everybody else in the role, from four people on.")
    return joined([chart, tag("p", note, class_="note")])


# --- a team ---------------------------------------------------------------------------------------


def _team(content: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    rows: Sequence[Mapping[str, Any]] = content["rows"]
    complete = [row["total"] for row in rows if row["complete"]]
    mark = content["pass_mark"]
    passed = [float(total >= mark - 1e-9) for total in complete]
    figures = [
        (_("Scorecards"), str(len(rows)), ""),
        (_("Mean total"), points(nameless_mean(complete), reader), ""),
        (_("Median"), points(nameless_median(complete), reader), ""),
        (
            _("Attainment"),
            format_share(nameless_mean(passed), reader.language, digits=0),
            _("from {mark} points on", mark=f"{mark:g}"),
        ),
    ]
    parts: list[str] = [tiles(figures)]
    bins = _bins(complete)
    if bins:
        parts += [tag("h2", _("How totals spread")), spread(bins, mark, reader)]
    parts += [tag("h2", _("Scorecards")), _team_table(content, rows, reader)]
    return joined(parts)


def _bins(totals: Sequence[float]) -> list[list[int]]:
    """How many totals lie in each ten points; nothing below four people."""
    if len(totals) < FEWEST_NAMELESS:
        return []
    counts: dict[int, int] = {}
    for total in totals:
        lower = int(total // BIN) * BIN
        counts[lower] = counts.get(lower, 0) + 1
    return [[lower, counts[lower]] for lower in sorted(counts)]


def _team_table(
    content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], reader: Reader
) -> Markup:
    _ = reader
    language = reader.language
    columns = [
        Column(_("Name")),
        Column(_("Total"), is_wide=True),
        Column(_("Change"), is_number=True),
        Column(_("Pace"), is_number=True),
        Column(_("Grade")),
        Column(_("Rank"), is_number=True),
        Column(_("Costs most points"), is_wide=True),
    ]
    ordered = sorted(rows, key=lambda row: (-(row["total"] or 0.0), row["number"]))
    told = []
    for row, tells in zip(ordered, _tells_place(ordered), strict=True):
        place = _place(row, reader) if tells else ""
        total = points(row["total"], reader)
        told.append(
            [
                joined(
                    [tag("strong", _person_name(row, reader)), tag("span", place, class_="note")]
                ),
                joined(
                    [
                        total,
                        tag("span", _remark(row, reader), class_="quiet"),
                        bar(
                            (row["total"] or 0.0) / 100,
                            alt=_("Total {total}", total=total),
                            is_behind=row["complete"]
                            and (row["total"] or 0.0) < content["pass_mark"] - 1e-9,
                        ),
                    ]
                ),
                format_change(row["change"], language) if row["change"] is not None else "",
                format_share(row["pace"], language, digits=0) if row["pace"] is not None else "",
                grade(content, row["grade"], reader),
                rank(row, reader) if tells else "",
                named(row["weakest"], reader) if tells and row["weakest"] else "",
            ]
        )
    return table(columns, told)


def _person_name(row: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    return row["name"] or _("Person {n}", n=row["number"])


def _place(row: Mapping[str, Any], reader: Reader) -> str:
    return " · ".join(named(part, reader) for part in (row["role"], row["brand"]) if part)


def _tells_place(rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Whether a row's role and brand are told, and what depends on the role.

    Without names that is only where at least four of the rows share both.
    """
    places = [repr((row["role"], row["brand"])) for row in rows]
    n_alike = Counter(places)
    return [
        row["name"] is not None or n_alike[place] >= FEWEST_NAMELESS
        for row, place in zip(rows, places, strict=True)
    ]


def _remark(row: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    if row["vetoed"]:
        return " · " + _("breach: total is zero")
    return "" if row["complete"] else " · " + _("incomplete")


def _local(instant: datetime, link: ShareLink) -> datetime:
    return instant.astimezone(ZoneInfo(link.content["zone"]))
