"""Events and what was found about them, in words that claim no more than the figures do."""

from __future__ import annotations

import math
from typing import Any

from perf_core.domain.business_event import EVENT_AXES, BusinessEvent
from perf_core.language.formats import (
    format_day,
    format_period,
    format_share_change,
    format_short_period,
    format_value,
)
from perf_core.services.before_after import FEW_MONTHS, FEW_PEOPLE, BeforeAfter, Figure, Plan
from perf_core.services.directory import Directory
from perf_core.services.group_figures import figure_of
from perf_ui import compare_event_verdict, compare_words, words
from perf_ui import compare_problem_words as said
from perf_ui.i18n import _, language
from perf_ui.widgets import plain


def kind_names() -> dict[str, str]:
    """The kinds of events."""
    return {
        "training": _("Training"),
        "pilot": _("Pilot"),
        "pay": _("Pay change"),
        "template": _("New scorecard template"),
        "other": _("Something else"),
    }


def place(directory: Directory, event: BusinessEvent) -> str:
    """The groups an event concerns."""
    parts = []
    for axis in EVENT_AXES:
        names = [compare_words.group_name(directory, axis, code) for code in event.codes(axis)]
        if len(names) > 3:
            names = [_("{first} and {n} more", first=names[0], n=len(names) - 1)]
        if names:
            parts.append(" + ".join(names))
    return " · ".join(parts) or _("Everybody")


def short_title(directory: Directory, event: BusinessEvent) -> str:
    """An event by its name; one that is offered by its kind and place."""
    if event.name:
        return event.name
    kind = kind_names().get(event.kind, event.kind)
    return f"{kind} · {place(directory, event)}"


def title(directory: Directory, event: BusinessEvent) -> str:
    """An event with its day."""
    return f"{format_day(event.day, language())} · {short_title(directory, event)}"


def description(directory: Directory, event: BusinessEvent) -> str:
    """Kind, groups and day of an event, and who marked it (plain text)."""
    facts = [
        kind_names().get(event.kind, event.kind),
        _("concerns: {groups}", groups=place(directory, event)),
        _("from {day} on", day=format_day(event.day, language())),
    ]
    if event.is_offered:
        facts.append(_("offered from the published templates"))
    else:
        facts.append(
            _(
                "marked by {who}, {when}",
                who=said.who_marked(directory, event.created_by),
                when=words.instant_words(directory, event.created_at),
            )
        )
    if event.note:
        facts.append(event.note)
    return plain(" · ".join(facts))


def missing_months(event: BusinessEvent, plan: Plan) -> str:
    """Why nothing can be compared yet."""
    day = format_day(event.day, language())
    if not plan.before:
        return _(
            "No whole month with data lies before {day}: there is nothing to compare with.",
            day=day,
        )
    return _(
        "The first whole month after {day} is not over yet: come back when its data is loaded.",
        day=day,
    )


def figure_name(directory: Directory, figure: Figure) -> str:
    """What is measured."""
    if figure.is_indicator:
        return words.indicator_name(directory, figure.code)
    return {
        "revenue_per_head": _("Revenue per head"),
        "revenue": _("Revenue"),
        "cost_ratio": _("Cost ratio"),
        "attrition": _("Attrition"),
        "mean_total": _("Mean total"),
        "attainment": _("Attainment"),
    }[figure.code]


def figure_words(directory: Directory, figure: Figure) -> str:
    """How what is measured is defined (plain text, for markdown)."""
    if figure.code == "revenue_per_head":
        return plain(_("Revenue of the month ÷ people on its last day."))
    return plain(compare_words.definition(directory, figure_of(directory.catalogue, figure.code)))


def gap_names() -> dict[str, str]:
    """Why a group's month does not count."""
    return {
        "withheld": _("pay withheld"),
        "estimated": _("pay not loaded yet: left out"),
        "zero": _("nothing: left out"),
        "missing": _("no figure"),
    }


def value(directory: Directory, figure: Figure, number: float | None) -> str:
    """A value of the figure in its unit."""
    return format_value(number, figure.unit, language(), currency=directory.currency, compact=True)


def change(directory: Directory, figure: Figure, number: float | None) -> str:
    """A change as it is told: a growth in percent, or in the figure's own unit."""
    if figure.is_relative:
        return format_share_change(number, language(), points=False)
    return said.change_of_unit(directory, number, figure.unit)


def group_name(directory: Directory, found: BeforeAfter, row: Any) -> str:
    """A group of the comparison."""
    names = [
        compare_words.group_name(directory, axis, str(getattr(row, axis)))
        for axis in found.plan.axes
    ]
    return " · ".join(names) or _("Everybody")


# --- what was found -------------------------------------------------------------------------------


def headline(directory: Directory, found: BeforeAfter) -> str:
    """The answer in a line."""
    figure = figure_name(directory, found.figure)
    if found.found.way == "none" or math.isnan(found.effect):
        own = found.told(found.found.own_change)
        if math.isnan(own):
            return _("{figure}: nothing can be compared", figure=figure)
        return _(
            "{figure}: {change} in its groups, with nobody to compare",
            figure=figure,
            change=change(directory, found.figure, own),
        )
    text = change(directory, found.figure, found.effect)
    if found.may_be_nothing:
        return _(
            "{figure}: {change} against the others, which may be nothing at all",
            figure=figure,
            change=text,
        )
    return _("{figure}: {change} against the others", figure=figure, change=text)


def sentences(directory: Directory, found: BeforeAfter) -> list[str]:
    """What was measured, and how sure it is (markdown)."""
    result, plan = found.found, found.plan
    if result.way == "none":
        return [compare_event_verdict.verdict(found), _no_answer(found)]
    own = plain(change(directory, found.figure, found.told(result.own_change)))
    others = plain(change(directory, found.figure, found.told(result.other_change)))
    lines = [
        compare_event_verdict.verdict(found),
        _(
            "**{event}** went with {own} in {treated}, from {first} to {last} against "
            "{before_first} to {before_last}. {untreated}, without it, changed by {others} in the "
            "same months.",
            event=plain(short_title(directory, found.event)),
            own=own,
            treated=_names(directory, found, treated=True),
            untreated=_names(directory, found, treated=False),
            others=others,
            first=_month(plan.after[0]),
            last=_month(plan.after[-1]),
            before_first=_month(plan.before[0]),
            before_last=_month(plan.before[-1]),
        ),
    ]
    match result.way:
        case "interval":
            lines.append(
                _(
                    "In 95 of 100 such comparisons the difference lies within the interval, here "
                    "{low} to {high} ({n} groups, {months} months).",
                    low=plain(change(directory, found.figure, found.told(result.low))),
                    high=plain(change(directory, found.figure, found.told(result.high))),
                    n=result.n_treated + result.n_untreated,
                    months=result.n_before + result.n_after,
                )
            )
        case "placebo":
            lines.append(
                _(
                    "Had any other of the groups been chosen, {rank} of the {n} choices (the true "
                    "one among them) would show a difference at least as large: the fewer, the "
                    "less it looks like chance.",
                    rank=result.rank,
                    n=result.placebos,
                )
            )
        case _:
            lines.append(
                _(
                    "With {n} groups no interval can be trusted: this is the bare difference. "
                    "Of the {placebos} ways to choose the groups, {rank} would show one at least "
                    "as large, the true one among them.",
                    n=result.n_treated + result.n_untreated,
                    placebos=result.placebos,
                    rank=result.rank,
                )
            )
    if "drift" in found.doubts:
        # Among the doubts it stands already.
        return lines
    lines.append(
        compare_event_verdict.side_by_side(
            found, lambda value: change(directory, found.figure, value)
        )
    )
    return lines


def _names(directory: Directory, found: BeforeAfter, *, treated: bool) -> str:
    """The groups of a kind by name, or how many there are."""
    mine = found.groups[found.groups["treated"] == treated]
    if len(mine) > 3:
        groups = said.groups_word(found.plan.axes[0] if len(found.plan.axes) == 1 else "")
        return _("{n} {groups}", n=len(mine), groups=groups)
    names = [group_name(directory, found, row) for row in words.rows_of(mine)]
    return plain(("、" if language() == "zh" else ", ").join(names))


def _month(period: Any) -> str:
    return plain(format_short_period(period, language()))


def _no_answer(found: BeforeAfter) -> str:
    if not found.plan.axes:
        return _(
            "It concerns everybody: there is no group without it, so what changed cannot be told "
            "from what would have changed anyway."
        )
    if not found.found.n_treated:
        return _("None of the groups it concerns has this figure on both sides of its first day.")
    return _(
        "No group without it has this figure on both sides of its first day, as far as you may "
        "see: what changed cannot be told from what would have changed anyway."
    )


def doubts(directory: Directory, found: BeforeAfter) -> list[str]:
    """What speaks against taking the answer at its word (markdown)."""
    result = found.found
    told = {
        "other_yardstick": _(
            "The new template makes the total in another way: a total may move although nobody "
            "works otherwise. An indicator tells more."
        ),
        "few_groups": _(
            "There are only {n} groups: one of them with a good or bad spell of its own could "
            "make all of the difference.",
            n=result.n_treated + result.n_untreated,
        ),
        "one_group": _(
            "Only one group had it, or only one did not: what else happened there cannot be told "
            "apart from it."
        ),
        "drift": _(
            "Already before, its groups moved by {drift} a month against the others: the two did "
            "not run side by side, and had that gone on, the difference would be another.",
            drift=plain(change(directory, found.figure, found.told(result.drift))),
        ),
        "other_events": _(
            "Other things changed in these months, too: {events}.",
            events=plain("; ".join(title(directory, one) for one in found.other_events[:3])),
        ),
        "few_months": _(
            "Fewer than {n} months on one side: a single odd month weighs much.", n=FEW_MONTHS
        ),
        "small_groups": _(
            "Its groups have fewer than {n} people on average: each of them moves the figure.",
            n=FEW_PEOPLE,
        ),
        "dropped": _(
            "Left out, with no figure before or none after: {n} of the groups.",
            n=len(result.dropped),
        ),
        "uneven": _(
            "Not every group has the figure in every month: the difference is taken month by "
            "month among those that have it, so it need not be the one change less the other."
        ),
        "zeros": _(
            "Months in which a group had nothing at all are left out, since there is no percent "
            "of nothing: a group that stopped looks better than it is."
        ),
        "pay_estimated": _(
            "Months whose pay is not loaded yet are left out: base pay alone would make them look "
            "cheap."
        ),
        "pay_withheld": _(
            "Pay figures of groups of fewer than three people are withheld and left out."
        ),
    }
    return [told[doubt] for doubt in found.doubts]


def method(found: BeforeAfter) -> str:
    """How the answer was made."""
    plan = found.plan
    text = _(
        "Difference in differences: the change of the groups with the event less that of the "
        "others, beside an effect of every group and every month. It shows what went with the "
        "event, not what it caused."
    )
    text += " " + _("Every group counts the same, however many people it has.")
    if found.figure.is_relative:
        text += " " + _(
            "Changes are taken in percent, so that large and small groups compare: +20% beside "
            "+5% is a difference of +14.3%, since 1.20 ÷ 1.05 = 1.143."
        )
    if plan.skipped is not None:
        text += " " + _(
            "{month} lies on both sides and is left out.",
            month=format_period(plan.skipped, language()),
        )
    if plan.within.get("role"):
        text += " " + _("Only people of the same roles are compared.")
    return text
