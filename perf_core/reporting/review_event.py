"""A shared comparison: what changed since an event, in groups with it and without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from perf_core.domain.period import parse_period
from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.language.formats import (
    ABSENT,
    format_change,
    format_day,
    format_number,
    format_period,
    format_share_change,
    format_short_period,
    format_value,
)
from perf_core.language.translate import Reader
from perf_core.reporting.review_charts import Line, lines
from perf_core.reporting.review_markup import Column, Markup, joined, table, tag, tiles
from perf_core.reporting.review_words import group_named, in_a_row, named

_MOST_GROUPS: Final = 20
_FEW_MONTHS: Final = 3
_FEW_PEOPLE: Final = 3


def event_parts(content: Mapping[str, Any], reader: Reader) -> Markup:
    """Give what was found about an event."""
    _ = reader
    told = content["event"]
    parts: list[str] = [
        tag("h2", _headline(told, content, reader)),
        tag("p", _verdict(told, reader), class_="told"),
        tiles(_figures(told, content, reader)),
        *(tag("p", one) for one in _how_sure(told, reader)),
    ]
    doubts = _doubts(told, content, reader)
    if doubts:
        parts.append(tag("h2", _("What speaks against taking it at its word")))
        parts.append(tag("ul", *(tag("li", one) for one in doubts)))
    if len(told["courses"]) > 1:
        parts += [
            tag("h2", _("Change against the months before")),
            *_courses(told, content, reader),
        ]
    if told["rows"]:
        parts += [tag("h2", _("Every group, before and after")), *_groups(told, content, reader)]
    parts.append(tag("p", _method(told, reader), class_="note"))
    return joined(parts)


def event_name(event: Mapping[str, Any], reader: Reader) -> str:
    """An event by its name; one that is offered by its kind and place."""
    if event["name"]:
        return str(event["name"])
    return f"{_kinds(reader).get(event['kind'], event['kind'])} · {_place(event, reader)}"


def event_about(event: Mapping[str, Any], reader: Reader) -> str:
    """Kind, groups and day of an event."""
    _ = reader
    day = format_day(date.fromisoformat(event["day"]), reader.language)
    return " · ".join(
        [
            _kinds(reader).get(event["kind"], event["kind"]),
            _("concerns: {groups}", groups=_place(event, reader)),
            _("from {day} on", day=day),
        ]
    )


def _kinds(reader: Reader) -> dict[str, str]:
    _ = reader
    return {
        "training": _("Training"),
        "pilot": _("Pilot"),
        "template": _("New scorecard template"),
        "other": _("Something else"),
    }


def _place(event: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    parts = []
    for one in event["concerns"]:
        names = [group_named(code, one["axis"], reader) for code in one["codes"]]
        if len(names) > 3:
            names = [_("{first} and {n} more", first=names[0], n=len(names) - 1)]
        parts.append(" + ".join(names))
    return " · ".join(parts) or _("Everybody")


def _figure_name(told: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    figure = told["figure"]
    if figure["code"] is None:
        return named(figure["name"], reader)
    return {
        "revenue_per_head": _("Revenue per head"),
        "revenue": _("Revenue"),
        "attrition": _("Attrition"),
        "mean_total": _("Mean total"),
        "attainment": _("Attainment"),
    }[figure["code"]]


def _value(
    told: Mapping[str, Any], value: float | None, content: Mapping[str, Any], reader: Reader
) -> str:
    unit = told["figure"]["unit"]
    return format_value(value, unit, reader.language, currency=content["currency"], compact=True)


def _change(
    told: Mapping[str, Any], value: float | None, content: Mapping[str, Any], reader: Reader
) -> str:
    """A growth in percent, or a change in the figure's own unit, with its sign."""
    figure = told["figure"]
    if value is None:
        return ABSENT
    if figure["is_relative"]:
        return format_share_change(value, reader.language, points=False)
    if figure["unit"] == "percent":
        return format_share_change(value, reader.language)
    if figure["unit"] in ("points", "rating", "count"):
        digits = 2 if figure["unit"] == "rating" else 1
        return format_change(value, reader.language, digits=digits)
    text = _value(told, value, content, reader)
    return f"+{text}" if value > 0 else text


# --- the answer -----------------------------------------------------------------------------------


def _headline(told: Mapping[str, Any], content: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    figure = _figure_name(told, reader)
    if told["way"] == "none" or told["effect"] is None:
        if told["own_change"] is None:
            return _("{figure}: nothing can be compared", figure=figure)
        own = _change(told, told["own_change"], content, reader)
        return _(
            "{figure}: {change} in its groups, with nobody to compare", figure=figure, change=own
        )
    change = _change(told, told["effect"], content, reader)
    if told["may_be_nothing"]:
        return _(
            "{figure}: {change} against the others, which may be nothing at all",
            figure=figure,
            change=change,
        )
    return _("{figure}: {change} against the others", figure=figure, change=change)


def _verdict(told: Mapping[str, Any], reader: Reader) -> str:
    """How far the answer carries a decision."""
    _ = reader
    match (told["verdict"], told["is_better"]):
        case ("none", _any):
            return _("It cannot be judged: there is nobody to compare with.")
        case ("open", _any):
            return _("No difference beyond chance. This figure is no reason to extend it.")
        case ("hint", True):
            return _("Promising, but not proven.")
        case ("hint", False):
            return _("Rather harmful, but not proven. Do not extend it yet.")
        case (_proven, True):
            return _("Worth extending, as far as this figure tells.")
    return _("Not to be extended as it is.")


def _figures(
    told: Mapping[str, Any], content: Mapping[str, Any], reader: Reader
) -> list[tuple[str, str, str]]:
    _ = reader
    groups = (told["n_treated"], told["n_untreated"])
    figures = [
        (_("With it"), told["own_change"], groups[0]),
        (_("Without it"), told["other_change"], groups[1]),
    ]
    shown = [
        (
            title,
            _change(told, value, content, reader),
            _("1 group") if n == 1 else _("{n} groups", n=int(n or 0)),
        )
        for title, value, n in figures
        if value is not None
    ]
    if told["low"] is not None and told["high"] is not None:
        span = _(
            "{low} to {high}",
            low=_change(told, told["low"], content, reader),
            high=_change(told, told["high"], content, reader),
        )
        effect = _change(told, told["effect"], content, reader)
        shown.append((_("Difference"), effect, _("95 % interval {span}", span=span)))
    return shown


def _how_sure(told: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    if not told["before"] or not told["after"]:
        return []
    first, last, before_first, before_last = (
        format_short_period(parse_period(code), reader.language)
        for code in (told["after"][0], told["after"][-1], told["before"][0], told["before"][-1])
    )
    said = [
        _(
            "{first} to {last} against {before_first} to {before_last}.",
            first=first,
            last=last,
            before_first=before_first,
            before_last=before_last,
        )
    ]
    n = int((told["n_treated"] or 0) + (told["n_untreated"] or 0))
    rank, placebos = int(told["rank"] or 0), int(told["placebos"] or 0)
    match told["way"]:
        case "interval":
            said.append(
                _(
                    "In 95 of 100 such comparisons the difference lies within the interval "
                    "({n} groups, {months} months).",
                    n=n,
                    months=int(told["n_before"] + told["n_after"]),
                )
            )
        case "placebo":
            said.append(
                _(
                    "Had any other of the groups been chosen, {rank} of the {n} choices (the true "
                    "one among them) would show a difference at least as large: the fewer, the "
                    "less it looks like chance.",
                    rank=rank,
                    n=placebos,
                )
            )
        case "bare":
            said.append(
                _(
                    "With {n} groups no interval can be trusted: this is the bare difference. "
                    "Of the {placebos} ways to choose the groups, {rank} would show one at least "
                    "as large, the true one among them.",
                    n=n,
                    placebos=placebos,
                    rank=rank,
                )
            )
    return said


def _doubts(told: Mapping[str, Any], content: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    others = [
        f"{format_day(date.fromisoformat(one['day']), reader.language)} · {event_name(one, reader)}"
        for one in told["others"]
    ]
    said = {
        "other_yardstick": _(
            "The new template makes the total in another way: a total may move although nobody "
            "works otherwise. An indicator tells more."
        ),
        "few_groups": _(
            "There are only {n} groups: one of them with a good or bad spell of its own could "
            "make all of the difference.",
            n=int((told["n_treated"] or 0) + (told["n_untreated"] or 0)),
        ),
        "one_group": _(
            "Only one group had it, or only one did not: what else happened there cannot be told "
            "apart from it."
        ),
        "drift": _(
            "Already before, its groups moved by {drift} a month against the others: the two did "
            "not run side by side, and had that gone on, the difference would be another.",
            drift=_change(told, told["drift"], content, reader),
        ),
        "other_events": _(
            "Other things changed in these months, too: {events}.", events="; ".join(others)
        )
        if others
        else _("Other things changed in these months, too."),
        "few_months": _(
            "Fewer than {n} months on one side: a single odd month weighs much.", n=_FEW_MONTHS
        ),
        "small_groups": _(
            "Its groups have fewer than {n} people on average: each of them moves the figure.",
            n=_FEW_PEOPLE,
        ),
        "dropped": _(
            "Left out, with no figure before or none after: {n} of the groups.",
            n=told["n_dropped"],
        ),
        "uneven": _(
            "Not every group has the figure in every month: the difference is taken month by "
            "month among those that have it, so it need not be the one change less the other."
        ),
        "zeros": _(
            "Months in which a group had nothing at all are left out, since there is no percent "
            "of nothing: a group that stopped looks better than it is."
        ),
    }
    return [said[doubt] for doubt in told["doubts"] if doubt in said]


def _method(told: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    said = [
        _(
            "Difference in differences: the change of the groups with the event less that of the "
            "others, beside an effect of every group and every month. It shows what went with the "
            "event, not what it caused."
        ),
        _("Every group counts the same, however many people it has."),
    ]
    if told["skipped"]:
        month = format_period(parse_period(told["skipped"]), reader.language)
        said.append(_("{month} lies on both sides and is left out.", month=month))
    if told["is_of_roles"]:
        said.append(_("Only people of the same roles are compared."))
    return in_a_row(said, reader)


# --- courses and groups ---------------------------------------------------------------------------


def _courses(told: Mapping[str, Any], content: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    courses: Sequence[Mapping[str, Any]] = told["courses"]
    sides = [(_("With it"), "treated"), (_("Without it"), "untreated")]
    drawn = [Line(name, [row[side] for row in courses]) for name, side in sides]
    drawn = [line for line in drawn if any(value is not None for value in line.values)]
    labels = [format_short_period(parse_period(row["month"]), reader.language) for row in courses]
    begins_at = sum(row["month"] in told["before"] for row in courses)
    if not drawn:
        return []
    chart = lines(
        labels,
        drawn,
        wording=lambda value: _change(told, value, content, reader),
        alt=_("The groups with the event and those without it, month by month"),
        begins_at=begins_at,
    )
    note = _(
        "Each line is the mean of its groups, each less its own mean before. Before the event "
        "the two should run side by side."
    )
    return [chart, tag("p", note, class_="note")]


def _groups(told: Mapping[str, Any], content: Mapping[str, Any], reader: Reader) -> list[str]:
    _ = reader
    rows: Sequence[Mapping[str, Any]] = told["rows"]
    columns = [
        Column(_("Group")),
        Column(_("With it")),
        Column(_("People"), is_number=True),
        Column(_("Mean before"), is_number=True),
        Column(_("Mean after"), is_number=True),
        Column(_("Change"), is_number=True),
    ]
    shown = [
        [
            tag("strong", _group(row, reader)),
            _("yes") if row["treated"] else _("no"),
            format_number(row["people"], reader.language, digits=0),
            _value(told, row["before"], content, reader),
            _value(told, row["after"], content, reader),
            _moved(told, row, content, reader),
        ]
        for row in rows[:_MOST_GROUPS]
    ]
    notes = [
        _(
            "{dash} stands for groups of fewer than {fewest} people in some month, and for those "
            "from which such a group could be worked out.",
            dash=ABSENT,
            fewest=FEWEST_NAMELESS,
        )
    ]
    if len(rows) > len(shown):
        notes.append(_("The first {n} of {of} groups.", n=len(shown), of=len(rows)))
    return [table(columns, shown), tag("p", in_a_row(notes, reader), class_="note")]


def _group(row: Mapping[str, Any], reader: Reader) -> str:
    _ = reader
    names = [group_named(names, axis, reader) for axis, names in row["group"].items()]
    return " · ".join(names) or _("Everybody")


def _moved(
    told: Mapping[str, Any],
    row: Mapping[str, Any],
    content: Mapping[str, Any],
    reader: Reader,
) -> str:
    """How a group moved, as the answer tells changes."""
    if row["change"] is None:
        return ABSENT
    if told["figure"]["is_relative"]:
        grown = row["after"] / row["before"] - 1 if row["before"] else None
        return _change(told, grown, content, reader)
    return _change(told, row["change"], content, reader)
