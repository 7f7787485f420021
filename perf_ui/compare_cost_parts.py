"""What groups cost: why the cost ratio moved, and what new people cost against what they bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.period import Period
from perf_core.language.formats import ABSENT, format_period
from perf_core.reporting import cost_figures as drawn
from perf_core.services.comparison import ComparisonView
from perf_core.services.cost_causes import CostCauses, earlier_periods
from perf_core.services.directory import Directory
from perf_ui import (
    compare_cost_detail_parts,
    compare_cost_reads,
    compare_course_parts,
    compare_hire_parts,
    compare_words,
)
from perf_ui import compare_cost_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_picks import pick, picked
from perf_ui.compare_served_words import served_note
from perf_ui.filters import choice_filter, flag_filter
from perf_ui.i18n import _, language, reader
from perf_ui.widgets import empty_state, plain

_MOST: Final = 12
_MONTH: Final = 31
_SAID: Final = 3
_SEEN: Final = 0.0005
"""A twentieth of a point: less is written as nothing, and no bar of it is seen."""
_ENOUGH: Final = 0.5
"""With a smaller share of groups that can be told, fewer and larger ones are shown."""
_OF_PEOPLE: Final = ("brand", "region", "department", "role")


def cost(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show what moved the cost ratios, and what new people cost and bring."""
    if view.is_by_channel:
        st.info(
            _("People and their pay belong to no channel: choose other rows, columns or limits."),
            icon=":material/info:",
        )
        return
    if scope.pay is PayRight.NONE and not scope.more_pay:
        st.info(
            _("Pay is not among what you may see, and what groups cost is made of pay."),
            icon=":material/lock:",
        )
    else:
        _causes(scope, directory, view)
    compare_hire_parts.hires(scope, directory, view)


def axes_of_cost(view: ComparisonView) -> tuple[str, ...]:
    """The axes of the cost part: those of the view, and the role (else the brand) beside one.

    What one code holds tells nothing apart and is left out.
    """
    held = {axis for axis in _OF_PEOPLE if len(view.codes(axis)) == 1}
    chosen = [axis for axis in view.by if axis in _OF_PEOPLE]
    for axis in ("role", "brand"):
        if len(chosen) < 2 and axis not in (*chosen, *held):
            chosen.append(axis)
    return tuple(chosen)


# --- what moved the ratio -------------------------------------------------------------------------


def _causes(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    judged = with_loaded_pay(scope, directory, view, axes_of_cost(view))
    offered = earlier_periods(judged.period, directory.first_data_day)
    if not offered:
        empty_state(
            _("There is no earlier period to compare with"),
            _("Why a cost ratio moved can be said from the second period with data on."),
        )
        return
    st.subheader(_("Why the cost ratio moved"), anchor=False, help=plain(ratio_words()))
    if judged.period != view.period:
        st.caption(
            _(
                "The pay of {period} is not loaded yet: here is {before} against the one before.",
                period=format_period(view.period, language()),
                before=format_period(judged.period, language()),
            )
        )
    named = {one.code: format_period(one, language()) for one in offered}
    chosen = choice_filter("against", _("Compared with"), named, default=offered[0].code, width=230)
    before = next(one for one in offered if one.code == chosen)
    found = finest_known(scope, judged, before)
    if found.known.empty:
        empty_state(_("No cost ratio can be compared"), gap_words(found))
        return
    if found.by != (wanted := axes_of_cost(view)):
        st.caption(_coarser_words(scope, judged, before, wanted))
    _said(scope, directory, judged, found)
    groups = compare_course_parts.groups_told(scope, directory, view, found)
    group = picked("group", groups.names) if found.by else ""
    _cause_card(scope, directory, judged, found, group)
    compare_course_parts.one_group(scope, directory, view, found)
    compare_cost_detail_parts.answer_if_asked(scope, directory, judged, view, found)


def _coarser_words(
    scope: Scope, view: ComparisonView, before: Period, wanted: tuple[str, ...]
) -> str:
    """That fewer axes are shown than were asked for, and why."""
    fine = compare_cost_reads.causes(scope, view, wanted, before=before)
    if fine.known.empty:
        return _("Split further, nothing can be told: pay is withheld or missing.")
    titles = compare_words.axis_titles()
    return _(
        "By {axes} only {n} of {of} groups could be told, since pay of so few people is withheld "
        "or missing: here are larger groups.",
        axes=" × ".join(titles[axis].lower() for axis in wanted),
        n=len(fine.known),
        of=len(fine.groups),
    )


def finest_known(scope: Scope, view: ComparisonView, before: Period) -> CostCauses:
    """The causes by the axes wanted, or by fewer where most of those groups cannot be told.

    In a small company a brand's role is two or three people: of most of these nothing may be
    shown, and a list of the few others would be taken for the whole.
    """
    found: CostCauses = compare_cost_reads.kept(
        scope,
        view,
        "finest_known",
        before.code,
        build=lambda: _finest_known(scope, view, before),
    )
    return found


def _finest_known(scope: Scope, view: ComparisonView, before: Period) -> CostCauses:
    wanted = axes_of_cost(view)
    found = [compare_cost_reads.causes(scope, view, wanted, before=before)]
    if _share_known(found[0]) >= _ENOUGH:
        return found[0]
    for by in (wanted[:1], wanted[1:], ()):
        if by not in {one.by for one in found}:
            found.append(compare_cost_reads.causes(scope, view, by, before=before))
            if _share_known(found[-1]) >= _ENOUGH:
                return found[-1]
    return max(found, key=lambda one: (not one.known.empty, _share_known(one)))


def _share_known(found: CostCauses) -> float:
    """How many of the groups that were there can be told."""
    rows = found.groups
    was_there = rows["change"].notna() | ~rows[["gap_before", "gap_after"]].isin(["nobody"]).any(
        axis=1
    )
    return float(rows["change"].notna().sum() / was_there.sum()) if was_there.any() else 0.0


def with_loaded_pay(
    scope: Scope, directory: Directory, view: ComparisonView, by: tuple[str, ...]
) -> ComparisonView:
    """The view, or that of the period before while the pay of a month or less is not loaded.

    Base pay stands in for it; every group would seem to have become cheaper by its bonuses.
    """
    offered = earlier_periods(view.period, directory.first_data_day, most=2)
    if view.period.n_days > _MONTH or len(offered) < 2:
        return view
    found = compare_cost_reads.causes(scope, view, by, before=offered[0])
    is_stand_in = bool(found.groups["estimated_after"].any())
    return replace(view, period=offered[0]) if is_stand_in else view


def _sentence(directory: Directory, found: CostCauses, row: Any) -> str:
    return _(
        "{group}: {before} → {after}, of which pay per head {pay}, people {people}, "
        "revenue {revenue} points",
        group=said.name_of(directory, found.by, row),
        before=said.share(row["before"]),
        after=said.share(row["after"]),
        pay=said.points(row["by_pay"]),
        people=said.points(row["by_people"]),
        revenue=said.points(row["by_revenue"]),
    )


@dataclass(frozen=True)
class _Told:
    """What is told of two periods in words."""

    is_moved: bool
    moves: str
    notes: tuple[str, ...]
    how_drawn: str


def _told(scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses) -> _Told:
    """The words of a comparison, found once for a view."""

    def build() -> _Told:
        marks = {True: ":orange[↑]", False: ":blue[↓]"}
        told = [f"- {marks[is_rise]} {plain(text)}" for is_rise, text in moves(directory, found)]
        notes = tuple(plain(note) for note in cause_notes(directory, found))
        return _Told(is_moved(found), "\n".join(told), notes, _page_note(found))

    facts = (found.before.code, found.after.code, *found.by)
    words: _Told = compare_cost_reads.kept(scope, view, "cost_words", *facts, build=build)
    return words


def _said(scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses) -> None:
    """The greatest rises and the greatest fall, in words."""
    told = _told(scope, directory, view, found)
    if not told.is_moved:
        st.info(unmoved_words(), icon=":material/balance:")
    if told.moves:
        st.markdown(told.moves)
    if told.notes:
        st.caption("\n\n".join(told.notes))


def is_moved(found: CostCauses) -> bool:
    """Whether anything would be seen in a figure of causes."""
    parts = found.known[["change", "by_pay", "by_people", "by_revenue"]]
    return bool((parts.abs() >= _SEEN).any(axis=None))


def unmoved_words() -> str:
    """What is said instead of a figure in which nothing would be seen."""
    return _("No cost ratio moved by a tenth of a point.")


def moves(directory: Directory, found: CostCauses) -> list[tuple[bool, str]]:
    """The greatest rises and the greatest fall: whether it is a rise, and what is said."""
    known = compare_course_parts.named_groups(found)
    known = known[known["change"].abs() >= _SEEN]
    risen = known[known["change"] > 0].nlargest(_SAID, "change")
    fallen = known[known["change"] < 0].nsmallest(1, "change")
    return [
        (is_rise, _sentence(directory, found, row))
        for is_rise, rows in ((True, risen), (False, fallen))
        for _index, row in rows.iterrows()
    ]


def cause_notes(directory: Directory, found: CostCauses) -> list[str]:
    """What limits the comparison of two periods."""
    notes = []
    served = served_note(directory, found.known["role"]) if "role" in found.by else ""
    if served:
        notes.append(served)
    if found.known[["estimated_before", "estimated_after"]].any(axis=None):
        notes.append(
            _(
                "Where a month's pay is not loaded yet, the last base pay stands in: bonuses are "
                "missing in it, so that pay per head looks lower than it will be."
            )
        )
    if len(found.known) < len(found.groups):
        notes.append(gap_words(found))
    return notes


def gap_words(found: CostCauses) -> str:
    """Which groups cannot be compared, and why, in words."""
    rows = found.groups[found.groups["change"].isna()]
    gap = rows["gap_after"].where(rows["gap_after"] != "", rows["gap_before"])
    # Whatever may not be seen is said first, whichever period it is in.
    gap = gap.where(~rows["gap_before"].eq("withheld"), "withheld")
    n = {str(code): int(count) for code, count in gap.value_counts().items()}
    reasons = {
        "withheld": _("{n} withheld, since one or two people's pay could be told from it"),
        "no_pay": _("{n} without pay"),
        "no_revenue": _("{n} without revenue above 0"),
        "nobody": _("{n} with nobody in one of the periods"),
    }
    told = [text.format(n=n[code]) for code, text in reasons.items() if code in n]
    return _("Groups that cannot be compared: {list}.", list=" · ".join(told)) if told else ""


def _cause_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses, group: str
) -> None:
    """What moved each group's ratio; a click on a bar chooses the group that is told of below."""
    if _told(scope, directory, view, found).is_moved:
        _cause_chart(scope, directory, view, found, group)
    if flag_filter("table", _("Show the numbers as a table")):
        st.dataframe(
            compare_cost_reads.kept(
                scope,
                view,
                "cause_rows",
                found.before.code,
                *found.by,
                build=lambda: _cause_rows(directory, found),
            ),
            hide_index=True,
            width="stretch",
            placeholder=ABSENT,
        )


def _cause_chart(
    scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses, group: str
) -> None:
    title = cause_title()
    chart_card(
        title,
        compare_cost_reads.kept(
            scope,
            view,
            "causes",
            found.before.code,
            *found.by,
            group,
            build=lambda: cause_figure(directory, found, group=group),
        ),
        key=f"causes_{stamp(view, found.before.code, group)}",
        alt=title,
        on_pick=(lambda codes: pick("group", "|".join(codes))) if found.by else None,
        defined=plain(cause_words()),
        note=_told(scope, directory, view, found).how_drawn,
        table=lambda: cause_table(directory, found),
        about=said.about_view(directory, view, found.before),
    )


def _cause_rows(directory: Directory, found: CostCauses) -> pd.DataFrame:
    """The table of causes in words; what cannot be told says why."""
    rows = found.groups
    reasons = gap_names()
    gap = rows["gap_after"].where(rows["gap_after"] != "", rows["gap_before"])
    return pd.DataFrame(
        {
            _("Group"): [said.name_of(directory, found.by, row) for _index, row in rows.iterrows()],
            format_period(found.before, language()): rows["before"].map(said.share),
            format_period(found.after, language()): rows["after"].map(said.share),
            _("Change"): rows["change"].map(said.points),
            _("by pay per head"): rows["by_pay"].map(said.points),
            _("by people"): rows["by_people"].map(said.points),
            _("by revenue"): rows["by_revenue"].map(said.points),
            _("Note"): [reasons.get(str(code), "") for code in gap],
        }
    )


def gap_names() -> dict[str, str]:
    """Why a group has no cost ratio."""
    return {
        "withheld": _("withheld: one or two people's pay could be told from it"),
        "no_pay": _("no pay"),
        "no_revenue": _("no revenue above 0"),
        "nobody": _("nobody in one of the periods"),
    }


def cause_title() -> str:
    """What the figure of causes is called."""
    return _("What moved the cost ratio, in points")


def ratio_words() -> str:
    """How a cost ratio is defined."""
    return _(
        "Cost ratio = pay cost ÷ revenue of the same people; for roles without revenue of their "
        "own ÷ the revenue of the brands and regions they serve. Pay is spread evenly over the "
        "days people were employed."
    )


def cause_words() -> str:
    """How the causes of a change are defined."""
    return _(
        "Cost ratio = people × pay per head ÷ revenue. Each part is what the ratio would have "
        "moved by that cause alone, on logarithmic means, so that the three sum to the whole "
        "change. People are those with pay, on an average day; a running period is taken at its "
        "pace so far."
    )


def cause_note(found: CostCauses) -> str:
    """How the figure of causes is read, with its definition: where nothing can be hovered."""
    return " ".join(text for text in (_most_words(found), cause_words()) if text)


def _page_note(found: CostCauses) -> str:
    """How the figure is read where a hover of the title tells its definition."""
    said_so = [_most_words(found)]
    said_so.append(_("To the right a cause raised the ratio, to the left it lowered it."))
    if found.by:
        said_so.append(_("Click a bar to follow the group below."))
    return " ".join(text for text in said_so if text)


def _most_words(found: CostCauses) -> str:
    """Which groups are not drawn."""
    n_named = len(compare_course_parts.named_groups(found))
    told = []
    if n_named > _MOST:
        told.append(_("The {n} greatest changes of {of}.", n=_MOST, of=n_named))
    if n_named < len(found.known):
        told.append(_("Who belongs to no group is not drawn; the table has all."))
    return " ".join(told)


def cause_figure(directory: Directory, found: CostCauses, *, group: str = "") -> Any:
    """The causes of the greatest changes, a bar for each group; a chosen one stands out."""
    moved = [
        drawn.Moved(
            said.name_of(directory, found.by, row),
            row["change"],
            row["by_pay"],
            row["by_people"],
            row["by_revenue"],
            note=_sentence(directory, found, row),
            codes=tuple(str(row[axis]) for axis in found.by),
        )
        for _index, row in compare_course_parts.named_groups(found).head(_MOST).iterrows()
    ]
    return drawn.cause_bars(
        moved,
        wording=said.points,
        reader=reader(),
        language=language(),
        picked=tuple(group.split("|")) if group else None,
    )


def cause_table(directory: Directory, found: CostCauses) -> pd.DataFrame:
    """The causes of all groups as a file holds them."""
    rows = found.groups
    names = {
        compare_words.axis_titles()[axis]: [
            compare_words.group_name(directory, axis, str(code)) for code in rows[axis]
        ]
        for axis in found.by
    }
    was, now = (format_period(one, language()) for one in (found.before, found.after))
    titled = {
        "before": _("Cost ratio, {period}", period=was),
        "after": _("Cost ratio, {period}", period=now),
        "change": _("Change"),
        "by_pay": _("by pay per head"),
        "by_people": _("by people"),
        "by_revenue": _("by revenue"),
        "people_before": _("People, {period}", period=was),
        "people_after": _("People, {period}", period=now),
        "pay_before": _("Pay per head, {period}", period=was),
        "pay_after": _("Pay per head, {period}", period=now),
        "revenue_before": _("Revenue, {period}", period=was),
        "revenue_after": _("Revenue, {period}", period=now),
    }
    return pd.DataFrame({**names, **{title: rows[name] for name, title in titled.items()}})
