"""A shared review of groups: a brand's period, or several groups side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_change,
    format_number,
    format_share,
    format_share_change,
)
from perf_core.language.translate import Reader
from perf_core.reporting.review_markup import Column, Markup, joined, shares, table, tag, tiles
from perf_core.reporting.review_words import (
    axes_title,
    grade,
    group_named,
    named,
    points,
    spread,
    value,
)


def group_parts(content: Mapping[str, Any], reader: Reader) -> Markup:
    """Give the figures of a brand's period, or of a view of groups."""
    _ = reader
    parts: list[str] = [tiles(_group_tiles(content, reader))]
    graded = [(code, share) for code, share in content["grade_shares"].items() if share]
    if graded:
        words = [
            f"{grade(content, code, reader)} {format_share(share, reader.language, digits=0)}"
            for code, share in graded
        ]
        parts += [tag("h2", _("Grades")), shares(graded, words, alt=", ".join(words))]
    if content["totals"]:
        parts += [
            tag("h2", _("How totals spread")),
            spread(content["totals"], content["pass_mark"], reader),
        ]
    for one in content["tables"]:
        parts += [tag("h2", axes_title(one["by"], reader)), _group_table(content, one, reader)]
    if content["indicators"]:
        parts += [tag("h2", _("Indicators")), _indicator_table(content, reader)]
    return joined(parts)


def _group_tiles(content: Mapping[str, Any], reader: Reader) -> list[tuple[str, str, str]]:
    _ = reader
    language = reader.language
    now, before = content["whole"], content["before"] or {}

    def against(name: str, *, is_share: bool) -> str:
        if now[name] is None or before.get(name) is None:
            return ""
        change = now[name] - before[name]
        told = (
            format_share_change(change, language) if is_share else format_change(change, language)
        )
        return _("{change} against the period before", change=told)

    figures = [
        (
            _("Headcount"),
            format_number(now["headcount"], language, digits=0),
            against("headcount", is_share=False),
        ),
        (
            _("Revenue"),
            format_amount(now["revenue"], content["currency"], language, compact=True),
            ""
            if now["revenue_growth"] is None
            else _(
                "{growth} growth",
                growth=format_share_change(now["revenue_growth"], language, points=False),
            ),
        ),
        (
            _("Attainment"),
            format_share(now["attainment"], language),
            against("attainment", is_share=True),
        ),
        (
            _("Mean total"),
            points(now["mean_total"], reader),
            against("mean_total", is_share=False),
        ),
        (_("Attrition"), format_share(now["attrition"], language), ""),
    ]
    return [figure for figure in figures if figure[1] != ABSENT]


def _group_table(content: Mapping[str, Any], told: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    language = reader.language
    is_of_people = "channel" not in told["by"]
    columns = [
        Column(axes_title(told["by"], reader)),
        *([Column(_("Headcount"), is_number=True)] if is_of_people else []),
        Column(_("Revenue"), is_number=True),
        Column(_("Revenue growth"), is_number=True),
        *(
            [
                Column(_("Attainment"), is_number=True),
                Column(_("Mean total"), is_number=True),
                Column(_("Spread"), is_number=True),
                Column(_("Attrition"), is_number=True),
            ]
            if is_of_people
            else []
        ),
    ]
    rows = []
    for row in told["rows"]:
        name = " · ".join(group_named(row[axis], axis, reader) for axis in told["by"])
        revenue = row["revenue"]
        money = (
            "0"
            if revenue == 0
            else format_amount(revenue, content["currency"], language, compact=True)
        )
        growth = format_share_change(row["revenue_growth"], language, points=False)
        people = [
            format_share(row["attainment"], language, digits=0),
            points(row["mean_total"], reader),
            format_number(row["total_sd"], language),
            format_share(row["attrition"], language),
        ]
        head = [format_number(row["headcount"], language, digits=0)]
        rows.append(
            [
                tag("strong", name),
                *(head if is_of_people else []),
                money,
                growth,
                *(people if is_of_people else []),
            ]
        )
    note = _("– stands for no data, or for a group too small to be shown without names.")
    return joined([table(columns, rows), tag("p", note, class_="note")])


def _indicator_table(content: Mapping[str, Any], reader: Reader) -> Markup:
    _ = reader
    columns = [
        Column(_("Indicator")),
        Column(_("Actual"), is_number=True),
        Column(_("Target"), is_number=True),
        Column(_("Attainment"), is_number=True),
    ]
    rows = [
        [
            tag("strong", named(one["name"], reader)),
            value(one["actual"], one["unit"], content, reader),
            value(one["target"], one["unit"], content, reader),
            format_share(one["attainment"], reader.language, digits=0),
        ]
        for one in content["indicators"]
        if one["actual"] is not None or one["target"] is not None
    ]
    note = _(
        "The actual is of all people of the group, the target of those who have one; attainment "
        "is that of their scorecards."
    )
    return joined([table(columns, rows), tag("p", note, class_="note")])
