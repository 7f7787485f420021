"""Before and after: mark what changed, and see what went with it, against those without it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.business_event import BusinessEvent
from perf_core.language.formats import format_day
from perf_core.reporting.axis_labels import Scale
from perf_core.reporting.event_figures import each_change, two_courses
from perf_core.services.before_after import MONTHS, BeforeAfter, Figure, figures_for
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import address, compare_events_detail, compare_events_form, words
from perf_ui import compare_event_words as event_words
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_made_of import ask
from perf_ui.filters import flag_filter, settle
from perf_ui.i18n import _, language, ngettext
from perf_ui.widgets import empty_state, plain

MOST_GROUPS: Final = 20
_DEFAULT_MONTHS: Final = "6"


def before_after(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show what changed since an event in its groups, against the groups without it."""
    events = problem_reads.events(scope)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = _event_picker(directory, events)
        compare_events_form.mark(scope, directory)
    is_told = compare_events_form.tell_elsewhere(chosen)
    if chosen is not None and not is_told and address.read("event") not in {"", chosen.event_id}:
        st.info(
            _("The event that the address asks for was removed, or is not yours to see."),
            icon=":material/filter_alt_off:",
        )
    if chosen is None:
        empty_state(
            _("Nothing is marked yet"),
            _(
                "Mark a training, a pilot or a pay change with its first day and the groups it "
                "concerns; new versions of scorecard templates are offered by themselves."
            ),
            icon=":material/flag:",
        )
        return
    _event_line(scope, directory, chosen)
    figure, n_months = _what_to_measure(scope, directory, chosen)
    plan = problem_reads.plan_of(chosen, view, n_months)
    if not plan.before or not plan.after:
        empty_state(
            _("There is no whole month on either side yet"),
            event_words.missing_months(chosen, plan),
            icon=":material/hourglass_empty:",
        )
        return
    found = problem_reads.result(scope, view, chosen, figure, n_months)
    _answer(scope, directory, view, found)
    compare_events_detail.answer_if_asked(scope, directory, found)


# --- choosing -------------------------------------------------------------------------------------


def _event_picker(directory: Directory, events: tuple[BusinessEvent, ...]) -> BusinessEvent | None:
    if not events:
        return None
    by_id = {one.event_id: one for one in events}
    first = events[0].event_id
    chosen = address.read("event", allowed=by_id, default=first)
    titles = {code: event_words.title(directory, one) for code, one in by_id.items()}
    settle(compare_events_form.PICKER, chosen)
    st.selectbox(
        _("What changed"),
        list(by_id),
        format_func=lambda code: titles[code],
        key=compare_events_form.PICKER,
        filter_mode="contains",
        on_change=_event_picked,
        args=(frozenset(by_id), first),
    )
    return by_id[chosen]


def _event_picked(known: frozenset[str], first: str) -> None:
    # A browser that still shows an event which somebody else has removed sends its words.
    if st.session_state[compare_events_form.PICKER] in known:
        address.write("event", st.session_state[compare_events_form.PICKER], default=first)


def _event_line(scope: Scope, directory: Directory, event: BusinessEvent) -> None:
    """Day, kind and groups of the event, who marked it, and how to take it back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(event_words.description(directory, event), width="stretch")
        compare_events_form.change_or_remove(scope, directory, event)


def figures_offered(scope: Scope, directory: Directory, event: BusinessEvent) -> dict[str, Figure]:
    """What the viewer may measure, by code; without pay for who sees none."""
    sees_pay = scope.pay is not PayRight.NONE or bool(scope.more_pay)
    found = figures_for(directory.catalogue, event, sees_pay=sees_pay)
    return {one.code: one for one in found}


def _what_to_measure(
    scope: Scope, directory: Directory, event: BusinessEvent
) -> tuple[Figure, int]:
    offered = figures_offered(scope, directory, event)
    names = {code: event_words.figure_name(directory, one) for code, one in offered.items()}
    first = next(iter(offered))
    code = address.read("figure", allowed=offered, default=first)
    months = {str(n): ngettext("{n} month", "{n} months", n) for n in MONTHS}
    n_months = address.read("months", allowed=months, default=_DEFAULT_MONTHS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        settle("events_figure", code)
        st.selectbox(
            _("Figure"),
            list(offered),
            format_func=lambda one: names[one],
            key="events_figure",
            width=300,
            filter_mode="contains",
            on_change=lambda: address.write(
                "figure", st.session_state["events_figure"], default=first
            ),
        )
        settle("events_months", n_months)
        st.segmented_control(
            _("On either side, up to"),
            list(months),
            format_func=lambda one: months[one],
            key="events_months",
            required=True,
            on_change=lambda: address.write(
                "months", st.session_state["events_months"], default=_DEFAULT_MONTHS
            ),
        )
    return offered[code], int(n_months)


# --- the answer -----------------------------------------------------------------------------------


def _answer(scope: Scope, directory: Directory, view: ComparisonView, found: BeforeAfter) -> None:
    with st.container(border=True, key="card_event_answer"):
        st.markdown(
            f"### {plain(event_words.headline(directory, found))}",
            help=event_words.figure_words(directory, found.figure),
        )
        st.markdown("  \n".join(event_words.sentences(directory, found)))
        doubts = event_words.doubts(directory, found)
        if doubts:
            st.markdown("**" + _("What speaks against taking it at its word") + "**")
            st.markdown("\n".join(f"- {one}" for one in doubts))
    if found.found.courses.empty:
        return
    with st.grid(2, min_column_width=330, gap="small"):
        _course_card(scope, directory, view, found)
        if len(found.groups) > 1:
            with st.container():
                _groups_card(scope, directory, view, found)
    st.caption(event_words.method(found))


def month_labels(found: BeforeAfter) -> list[str]:
    """The months of the courses, for an axis."""
    months = found.plan.months
    return [words.short_period(months[at + len(found.plan.before)])
            for at in found.found.courses.index]  # fmt: skip


def courses_figure(directory: Directory, found: BeforeAfter) -> Any:
    """The groups with the event beside those without it, month by month."""
    courses = found.found.courses
    begins_at = int((courses.index < 0).sum())

    def told(column: str) -> list[float | None]:
        values = said.known_values(courses[column])
        return [None if one is None else found.told(one) for one in values]

    return two_courses(
        month_labels(found),
        told("treated"),
        told("untreated"),
        treated_name=_("With it"),
        untreated_name=_("Without it"),
        event_name=found.event.name or event_words.kind_names()[found.event.kind],
        begins_at=begins_at,
        wording=lambda value: event_words.change(directory, found.figure, value),
        scale=_scale_of_change(directory, found.figure),
    )


def _scale_of_change(directory: Directory, figure: Figure) -> Scale:
    if figure.is_relative:
        return words.scale(directory, "percent", is_change=True)
    unit = "percent_points" if figure.unit == "percent" else figure.unit
    return words.scale(directory, unit, is_change=True)


def courses_title() -> str:
    """What the figure of the courses is called."""
    return _("Change against the months before")


def courses_note() -> str:
    """How the figure of the courses is read."""
    return _(
        "Each line is the mean of its groups, each less its own mean before. Before the event "
        "the two should run side by side."
    )


def _key(found: BeforeAfter, view: ComparisonView) -> str:
    """What tells the charts of this answer from those of any other."""
    plan = found.plan
    months = f"{plan.months[0].code}{plan.months[-1].code}"
    made = str(found.event.created_at)
    return stamp(view, found.event.event_id, made, found.figure.code, months)


def _course_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: BeforeAfter
) -> None:
    chart_card(
        courses_title(),
        problem_reads.kept(
            scope,
            view,
            "courses",
            _key(found, view),
            make=lambda: courses_figure(directory, found),
        ),
        key=f"event_courses_{_key(found, view)}",
        alt=_("The groups with the event and those without it, month by month"),
        on_pick=lambda codes: ask("events", "month", *codes),
        defined=event_words.figure_words(directory, found.figure),
        note=courses_note() + " " + _("Click a month for what it is made of."),
        table=lambda: worded_courses(found, month_labels(found)),
        about=_about(directory, found),
    )


def groups_title() -> str:
    """What the figure of every group is called."""
    return _("Every group, before and after")


def groups_note() -> str:
    """How the figure of every group is read."""
    return _("Blue: the groups with the event. Grey: those without it.")


def groups_figure(directory: Directory, found: BeforeAfter, *, most: int = MOST_GROUPS) -> Any:
    """From where to where every group went; those with the event first, then the greatest moves."""
    moved = found.groups["change"].abs()
    order = found.groups.assign(_moved=moved).sort_values(
        ["treated", "_moved"], ascending=[False, False], kind="stable"
    )
    groups = order.head(most)
    return each_change(
        [event_words.group_name(directory, found, row) for row in words.rows_of(groups)],
        said.known_values(groups["before"]),
        said.known_values(groups["after"]),
        has_event=[bool(one) for one in groups["treated"]],
        before_name=_("Mean before"),
        after_name=_("Mean after"),
        wording=lambda value: event_words.value(directory, found.figure, value),
        scale=words.scale(directory, found.figure.unit),
        keys=[str(one) for one in groups["name"]],
    )


def _groups_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: BeforeAfter
) -> None:
    n_groups, most = len(found.groups), MOST_GROUPS
    if n_groups > most and flag_filter("all", _("Show all {n}", n=n_groups)):
        most = n_groups
    notes = [groups_note(), _("Click a group for what it is made of.")]
    if n_groups > most:
        notes.append(_("The {n} greatest changes of {of}.", n=most, of=n_groups))
    chart_card(
        groups_title(),
        problem_reads.kept(
            scope,
            view,
            "each_change",
            _key(found, view),
            str(most),
            make=lambda: groups_figure(directory, found, most=most),
        ),
        key=f"event_groups_{_key(found, view)}_{most}",
        alt=_("The mean of every group before and after"),
        on_pick=lambda codes: ask("events", "group", *codes),
        defined=event_words.figure_words(directory, found.figure),
        note=" ".join(notes),
        table=lambda: worded_groups(directory, found),
        about=_about(directory, found),
    )


def worded_courses(found: BeforeAfter, labels: list[str]) -> pd.DataFrame:
    """The two courses as a file holds them."""
    courses = found.found.courses
    return pd.DataFrame(
        {
            _("Month"): labels,
            _("With it"): [found.told(float(one)) for one in courses["treated"]],
            _("Without it"): [found.told(float(one)) for one in courses["untreated"]],
        }
    )


def worded_groups(directory: Directory, found: BeforeAfter) -> pd.DataFrame:
    """Every group before and after, as a file holds it."""
    groups = found.groups
    return pd.DataFrame(
        {
            _("Group"): [
                event_words.group_name(directory, found, row) for row in words.rows_of(groups)
            ],
            _("With it"): [_("yes") if one else _("no") for one in groups["treated"]],
            _("People"): groups["people"],
            _("Mean before"): groups["before"],
            _("Mean after"): groups["after"],
            _("Change"): groups["change"],
        }
    )


def _about(directory: Directory, found: BeforeAfter) -> dict[str, str]:
    months = found.plan.months
    return {
        _("What changed"): event_words.title(directory, found.event),
        _("Figure"): event_words.figure_name(directory, found.figure),
        _("Months"): f"{months[0].code} – {months[-1].code}",
        _("First day"): format_day(found.event.day, language()),
    }
