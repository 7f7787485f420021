"""A shared comparison: whose problem each indicator is, and the way from visits to revenue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from perf_core.domain.period import Period
from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_number,
    format_period,
    format_share,
    format_share_change,
)
from perf_core.language.translate import Reader
from perf_core.reporting.review_charts import heat
from perf_core.reporting.review_markup import Column, Markup, bar, joined, table, tag, tiles
from perf_core.reporting.review_words import axis_titles, group_named, in_a_row, named

_VERDICTS: Final = ("shared", "own", "mixed", "fine", "unknown")
_NAMED: Final = 3
_MOST_INDICATORS: Final = 6
_MOST_GROUPS: Final = 20


def problem_parts(content: Mapping[str, Any], period: Period, reader: Reader) -> Markup:
    """Give the verdicts and the business of a shared comparison."""
    told = content["problem"]
    parts: list[str] = [tiles(_answer(told, content, period, reader))]
    if told["verdicts"]:
        parts += _verdicts(told["verdicts"], reader)
    if told["funnel"]:
        parts += _funnel(told["funnel"], told["axis"], content, period, reader)
    if told["channels"]:
        parts += [tag("h2", reader("Channels")), _channels(told["channels"], content, reader)]
    if told["customers"]:
        parts += [
            tag("h2", reader("Customers")),
            _customers(told["customers"], told["axis"], reader),
        ]
    return joined(parts)


def _answer(
    told: Mapping[str, Any], content: Mapping[str, Any], period: Period, reader: Reader
) -> list[tuple[str, str, str]]:
    _ = reader
    figures = []
    verdicts = told["verdicts"]
    if verdicts:
        titles = {
            "shared": _("Shared: nearly all fall short"),
            "own": _("One's own: one alone falls short"),
        }
        of = len(verdicts["indicators"])
        for verdict, title in titles.items():
            mine = [one for one in verdicts["indicators"] if one["verdict"] == verdict]
            names = " · ".join(named(one["name"], reader) for one in mine[:_NAMED])
            figures.append((title, _("{n} of {of}", n=len(mine), of=of), names))
    if told["funnel"]:
        lost = [row for row in told["funnel"]["rows"] if row["lost"] is not None]
        if lost:
            worst = min(lost, key=lambda row: row["lost"])
            said = _(
                "{group}: {step}",
                group=group_named(worst["group"], told["axis"], reader),
                step=_step(worst["lost_by"], reader, begins_with=worst["begins_with"]),
            )
            against = _against(told["funnel"], told["axis"], period, reader)
            figures.append(
                (
                    _("Costs most on the way to revenue"),
                    _signed(worst["lost"], content, reader),
                    f"{said} · {against}",
                )
            )
    return figures


# --- verdicts -------------------------------------------------------------------------------------


def _verdicts(told: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    rows: Sequence[Mapping[str, Any]] = told["indicators"]
    parts: list[str] = [tag("h2", _("Whose problem is it?"))]
    if told["role"]:
        people = _(
            "The people of one role are compared: {role}. Nobody stands here by name or figure.",
            role=named(told["role"], reader),
        )
        parts.append(tag("p", people, class_="note"))
    parts.append(_overview(told, rows, reader))
    notes = [
        _(
            "Below 95 % of the own target it falls short. Shared: at least four in five do; one's "
            "own: one alone does."
        )
    ]
    if told["n_left_out"]:
        notes.append(
            _(
                "Groups of fewer than {fewest} people on an indicator are left out of it, so a "
                "verdict may differ from that in the app.",
                fewest=FEWEST_NAMELESS,
            )
        )
    parts.append(tag("p", in_a_row(notes, reader), class_="note"))
    looked_at = _looked_at(told, rows)
    if looked_at and not told["role"]:
        parts += [
            tag("h2", _("How far each went towards its own target")),
            *_grid(told["axis"], looked_at, reader),
        ]
        parts += _chosen(told, looked_at, reader)
    return parts


def _looked_at(
    told: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The indicators of the verdict that its maker looked at, else of the first there is."""
    there = [verdict for verdict in _VERDICTS if any(row["verdict"] == verdict for row in rows)]
    verdict = told["verdict"] if told["verdict"] in there else there[0]
    return [row for row in rows if row["verdict"] == verdict and row["groups"]]


def _overview(told: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], reader: Reader) -> Markup:
    _ = reader
    names = verdict_names(reader)
    is_of_groups = not told["role"]
    columns = [
        Column(_("Indicator")),
        Column(_("Verdict")),
        Column(_("Fall short"), is_number=True),
        *([Column(_("Furthest behind")), Column(_("Furthest ahead"))] if is_of_groups else []),
        *([Column(_("Short a year ago"), is_number=True)] if told["has_year_ago"] else []),
    ]
    shown = []
    for row in rows:
        ends = [
            _("{group}: {share}", group=group_named(row[end], told["axis"], reader), share=share)
            if row[f"{end}_at"] is not None and (end == "worst" or row["n_groups"] > 1)
            else ABSENT
            for end in ("worst", "best")
            for share in [format_share(row[f"{end}_at"], reader.language, digits=0)]
        ]
        ago = row["n_short_ago"]
        shown.append(
            [
                tag("strong", named(row["name"], reader)),
                tag("span", names[row["verdict"]], class_=f"badge {row['verdict']}"),
                _("{n} of {of}", n=int(row["n_short"]), of=int(row["n_groups"])),
                *(ends if is_of_groups else []),
                *([ABSENT if ago is None else str(int(ago))] if told["has_year_ago"] else []),
            ]
        )
    return table(columns, shown)


def verdict_names(reader: Reader) -> dict[str, str]:
    """The verdicts in a word or two."""
    _ = reader
    return {
        "shared": _("Shared"),
        "own": _("One's own"),
        "mixed": _("Some of them"),
        "fine": _("Fine"),
        "unknown": _("Cannot be told"),
    }


def _grid(axis: str, rows: Sequence[Mapping[str, Any]], reader: Reader) -> list[str]:
    """Groups by indicators; the groups that are behind most stand on top."""
    _ = reader
    shown = rows[:_MOST_INDICATORS]
    reached: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    cells: dict[tuple[str, int], Mapping[str, Any]] = {}
    for at, row in enumerate(shown):
        for one in row["groups"]:
            key = repr(one["group"])
            names[key] = group_named(one["group"], axis, reader)
            cells[key, at] = one
            if one["achievement"] is not None:
                reached.setdefault(key, []).append(one["achievement"])
    order = sorted(reached, key=lambda key: (min(reached[key]), names[key]))
    columns = [
        Column(axis_titles(reader).get(axis, axis)),
        *(Column(named(row["name"], reader), is_number=True) for row in shown),
    ]
    lines = []
    for key in order[:_MOST_GROUPS]:
        told = []
        for at in range(len(shown)):
            value = cells[key, at]["achievement"] if (key, at) in cells else None
            text = format_share(value, reader.language, digits=0)
            told.append(heat(value, text))
        lines.append([tag("strong", names[key]), *told])
    notes = [_("Orange falls short, blue is beyond; the widest shortfall stands on top.")]
    if len(order) > _MOST_GROUPS:
        notes.append(_("The {n} furthest behind of {of}.", n=_MOST_GROUPS, of=len(order)))
    if len(rows) > len(shown):
        notes.append(
            _("The first {n} of {of} indicators with this verdict.", n=len(shown), of=len(rows))
        )
    return [table(columns, lines), tag("p", in_a_row(notes, reader), class_="note")]


def _chosen(
    told: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], reader: Reader
) -> list[str]:
    """One indicator, group by group: the one its maker had picked, else the first."""
    _ = reader
    one = next((row for row in rows if row["is_chosen"]), rows[0])
    columns = [
        Column(axis_titles(reader).get(told["axis"], told["axis"])),
        Column(_("Of own target"), is_wide=True),
        Column(_("People"), is_number=True),
        *([Column(_("Against a year ago"), is_number=True)] if told["has_year_ago"] else []),
    ]
    groups = [group for group in one["groups"] if group["achievement"] is not None]
    lines = []
    for group in groups[:_MOST_GROUPS]:
        share = format_share(group["achievement"], reader.language, digits=0)
        way = bar(
            group["achievement"],
            alt=_("Achievement {share}", share=share),
            is_behind=group["achievement"] < 0.95 - 1e-9,
        )
        past = format_share_change(group["change"], reader.language, points=False)
        lines.append(
            [
                tag("strong", group_named(group["group"], told["axis"], reader)),
                joined([share, way]),
                format_number(group["people"], reader.language, digits=0),
                *([past] if told["has_year_ago"] else []),
            ]
        )
    notes = []
    if told["has_year_ago"]:
        notes.append(_("Against a year ago: how the actual moved, above 0 is better."))
    if len(groups) > _MOST_GROUPS:
        notes.append(_("The {n} furthest behind of {of}.", n=_MOST_GROUPS, of=len(groups)))
    said = [tag("p", in_a_row(notes, reader), class_="note")] if notes else []
    return [tag("h2", named(one["name"], reader)), table(columns, lines), *said]


# --- the way to revenue ---------------------------------------------------------------------------


def _funnel(
    told: Mapping[str, Any],
    axis: str,
    content: Mapping[str, Any],
    period: Period,
    reader: Reader,
) -> list[str]:
    _ = reader
    language = reader.language
    rows: Sequence[Mapping[str, Any]] = told["rows"]
    against = _against(told, axis, period, reader)
    columns = [
        Column(axis_titles(reader).get(axis, axis)),
        Column(_("Visits"), is_number=True),
        Column(_("Conversion"), is_number=True),
        Column(_("Order value"), is_number=True),
        Column(_("Refunds"), is_number=True),
        Column(_("Revenue"), is_number=True),
        Column(_("Costs most"), is_wide=True),
        Column(_("Difference in all"), is_number=True),
    ]
    lines = []
    for row in rows:
        lost = (
            _(
                "{step}: {amount}",
                step=_step(row["lost_by"], reader, begins_with=row["begins_with"]),
                amount=_signed(row["lost"], content, reader),
            )
            if row["lost"] is not None
            else ABSENT
        )
        refunds = None if row["kept"] is None else 1 - row["kept"]
        lines.append(
            [
                tag("strong", group_named(row["group"], axis, reader)),
                format_number(row["visits"], language, digits=0),
                format_share(row["conversion"], language, digits=2),
                _amount(row["order_value"], content, reader),
                format_share(refunds, language),
                _amount(row["revenue"], content, reader),
                lost,
                _signed(row["change"], content, reader),
            ]
        )
    note = _(
        "The difference in kept revenue {against}, split without a remainder (logarithmic "
        "mean, LMDI). It says where the money is, not why.",
        against=against,
    )
    return [
        tag("h2", _("From visit to kept revenue")),
        table(columns, lines),
        tag("p", note, class_="note"),
    ]


def _against(told: Mapping[str, Any], axis: str, period: Period, reader: Reader) -> str:
    _ = reader
    match told["base"]:
        case "year":
            return _(
                "against {period}", period=format_period(period.year_before(), reader.language)
            )
        case "previous":
            return _("against {period}", period=format_period(period.previous(), reader.language))
        case "group":
            return _("against the rates of all together, at the own number of visits")
        case _best:
            best = group_named(told["best"], axis, reader)
            return _("against the rates of {best}, at the own number of visits", best=best)


def _step(step: str | None, reader: Reader, *, begins_with: str) -> str:
    _ = reader
    if step == "traffic" and begins_with == "orders":
        return _("Number of orders")
    return {
        "traffic": _("Visits"),
        "conversion": _("Conversion"),
        "order_value": _("Order value"),
        "kept": _("Refunds"),
    }.get(step or "", ABSENT)


def _amount(value: float | None, content: Mapping[str, Any], reader: Reader) -> str:
    return format_amount(value, content["currency"], reader.language, compact=True)


def _signed(value: float | None, content: Mapping[str, Any], reader: Reader) -> str:
    text = _amount(value, content, reader)
    return f"+{text}" if value is not None and value > 0 else text


def _channels(
    rows: Sequence[Mapping[str, Any]], content: Mapping[str, Any], reader: Reader
) -> Markup:
    _ = reader
    language = reader.language
    columns = [
        Column(_("Channel")),
        Column(_("Share of visits"), is_number=True),
        Column(_("Conversion"), is_number=True),
        Column(_("Order value"), is_number=True),
        Column(_("Refunds"), is_number=True),
        Column(_("Paid visits"), is_number=True),
        Column(_("Repeat orders"), is_number=True),
        Column(_("Revenue"), is_number=True),
    ]
    lines = [
        [
            joined(
                [
                    tag("strong", group_named(row["group"], "channel", reader)),
                    tag("span", named(row["seller"], reader), class_="note")
                    if row["seller"] and not _says(row["group"], row["seller"], reader)
                    else "",
                ]
            ),
            format_share(row["visit_share"], language, digits=0),
            format_share(row["conversion"], language, digits=2),
            _amount(row["order_value"], content, reader),
            format_share(row["refund_share"], language),
            format_share(row["paid_share"], language, digits=0),
            format_share(row["repeat_share"], language, digits=0),
            _amount(row["revenue"], content, reader),
        ]
        for row in rows[:_MOST_GROUPS]
    ]
    if len(rows) <= _MOST_GROUPS:
        return table(columns, lines)
    note = _("The {n} with most revenue of {of}.", n=_MOST_GROUPS, of=len(rows))
    return joined([table(columns, lines), tag("p", note, class_="note")])


def _says(channel: Mapping[str, str] | None, seller: Mapping[str, str], reader: Reader) -> bool:
    """Whether the name of a channel says already who sells there."""
    return named(seller, reader) in group_named(channel, "channel", reader)


def _customers(rows: Sequence[Mapping[str, Any]], axis: str, reader: Reader) -> Markup:
    _ = reader
    language = reader.language
    columns = [
        Column(axis_titles(reader).get(axis, axis)),
        Column(_("Visits"), is_number=True),
        Column(_("Paid visits"), is_number=True),
        Column(_("Orders"), is_number=True),
        Column(_("Repeat orders"), is_number=True),
    ]
    return table(
        columns,
        [
            [
                tag("strong", group_named(row["group"], axis, reader)),
                format_number(row["visits"], language, digits=0),
                format_share(row["paid_share"], language, digits=0),
                format_number(row["orders"], language, digits=0),
                format_share(row["repeat_share"], language, digits=0),
            ]
            for row in rows
        ],
    )
