"""Before and after: mark what changed, and see what went with it, against those without it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.business_event import EVENT_AXES, EVENT_KINDS, BusinessEvent
from perf_core.domain.errors import PerfError
from perf_core.language.formats import format_day
from perf_core.reporting.problem_figures import each_change, two_courses
from perf_core.services.before_after import MONTHS, BeforeAfter, Figure, figures_for
from perf_core.services.business_events import (
    MOST_LETTERS,
    may_mark,
    may_mark_any,
    record_event,
    remove_event,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import address, compare_words, words
from perf_ui import compare_event_words as event_words
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.start import store
from perf_ui.widgets import empty_state, figure_card, plain, worded

MOST_GROUPS: Final = 20
_DEFAULT_MONTHS: Final = "6"


def before_after(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show what changed since an event in its groups, against the groups without it."""
    events = problem_reads.events(scope)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = _event_picker(directory, events)
        _mark_form(scope, directory)
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
    figure, n_months = _what_to_measure(directory, chosen)
    plan = problem_reads.plan_of(chosen, view, n_months)
    if not plan.before or not plan.after:
        empty_state(
            _("There is no whole month on either side yet"),
            event_words.missing_months(chosen, plan),
            icon=":material/hourglass_empty:",
        )
        return
    found = problem_reads.result(scope, view, chosen, figure, n_months)
    _answer(directory, found)


# --- choosing -------------------------------------------------------------------------------------


def _event_picker(directory: Directory, events: tuple[BusinessEvent, ...]) -> BusinessEvent | None:
    if not events:
        return None
    by_id = {one.event_id: one for one in events}
    first = events[0].event_id
    chosen = address.read("event", allowed=by_id, default=first)
    titles = {code: event_words.title(directory, one) for code, one in by_id.items()}
    settle("events_event", chosen)
    st.selectbox(
        _("What changed"),
        list(by_id),
        format_func=lambda code: titles[code],
        key="events_event",
        filter_mode="contains",
        on_change=lambda: address.write("event", st.session_state["events_event"], default=first),
    )
    return by_id[chosen]


def _event_line(scope: Scope, directory: Directory, event: BusinessEvent) -> None:
    """Day, kind and groups of the event, who marked it, and how to take it back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(event_words.description(directory, event), width="stretch")
        if not event.is_offered and may_mark(scope, event.concerns):
            with st.popover(_("Remove"), icon=":material/delete:", type="tertiary"):
                st.write(_("It is taken off the list; no figure changes."))
                if st.button(_("Remove this event"), key=f"remove_{event.event_id}"):
                    _remove(scope, event)


def _remove(scope: Scope, event: BusinessEvent) -> None:
    try:
        remove_event(store(), event.event_id, scope=scope)
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    address.write("event", "")
    st.rerun()


def _what_to_measure(directory: Directory, event: BusinessEvent) -> tuple[Figure, int]:
    offered = {one.code: one for one in figures_for(directory.catalogue, event)}
    names = {code: event_words.figure_name(directory, one) for code, one in offered.items()}
    first = next(iter(offered))
    code = address.read("figure", allowed=offered, default=first)
    months = {str(n): _("{n} months", n=n) for n in MONTHS}
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


# --- marking --------------------------------------------------------------------------------------


def _mark_form(scope: Scope, directory: Directory) -> None:
    if not may_mark_any(scope):
        return
    kinds = event_words.kind_names()
    with (
        st.popover(_("Mark an event"), icon=":material/flag:"),
        st.form("mark_event", border=False, clear_on_submit=False),
    ):
        name = st.text_input(
            _("What it is called"),
            max_chars=MOST_LETTERS["name"],
            placeholder=_("such as: training in keeping customers"),
        )
        kind = st.selectbox(_("Kind"), list(EVENT_KINDS), format_func=lambda one: kinds[one])
        day = st.date_input(_("First day"), value=directory.data_day or "today")
        concerns = {axis: _axis_picker(scope, directory, axis) for axis in EVENT_AXES}
        note = st.text_area(_("Note"), max_chars=MOST_LETTERS["note"], height=80)
        st.caption(
            _("Name the groups it was limited to: those left out are what they are compared with.")
        )
        if st.form_submit_button(_("Mark"), type="primary"):
            _record(scope, kind=kind, name=name, day=day, concerns=concerns, note=note)


def _axis_picker(scope: Scope, directory: Directory, axis: str) -> list[str]:
    """Choose brands, regions or roles; who leads brands chooses among these."""
    is_head = axis == "brand" and not may_mark(scope, {})
    codes = sorted(scope.viewer.brands) if is_head else directory.codes(axis)
    names = {code: compare_words.group_name(directory, axis, code) for code in codes}
    return st.multiselect(
        compare_words.axis_titles()[axis],
        sorted(codes, key=lambda code: names[code]),
        format_func=lambda code: names[code],
        placeholder=_("All"),
        key=f"mark_{axis}",
    )


def _record(
    scope: Scope, *, kind: str, name: str, day: Any, concerns: dict[str, list[str]], note: str
) -> None:
    if not isinstance(day, date):
        st.error(_("Choose the first day."), icon=":material/block:")
        return
    try:
        event_id = record_event(
            store(),
            scope=scope,
            kind=kind,
            name=name,
            day=day,
            concerns={axis: tuple(codes) for axis, codes in concerns.items()},
            note=note,
        )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    address.write("event", event_id)
    st.rerun()


# --- the answer -----------------------------------------------------------------------------------


def _answer(directory: Directory, found: BeforeAfter) -> None:
    with st.container(border=True, key="card_event_answer"):
        st.markdown(f"### {plain(event_words.headline(directory, found))}")
        st.markdown("  \n".join(event_words.sentences(directory, found)))
        doubts = event_words.doubts(directory, found)
        if doubts:
            st.markdown("**" + _("What speaks against taking it at its word") + "**")
            st.markdown("\n".join(f"- {one}" for one in doubts))
    if found.found.courses.empty:
        return
    with st.grid(2, min_column_width=330, gap="small"):
        _course_card(directory, found)
        if len(found.groups) > 1:
            _groups_card(directory, found)
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
    is_percent = not found.figure.is_relative and found.figure.unit == "percent"
    scale = 100 if is_percent else 1

    def told(column: str) -> list[float | None]:
        values = said.known_values(courses[column])
        return [None if one is None else found.told(one) * scale for one in values]

    return two_courses(
        month_labels(found),
        told("treated"),
        told("untreated"),
        treated_name=_("With it"),
        untreated_name=_("Without it"),
        event_name=found.event.name or event_words.kind_names()[found.event.kind],
        begins_at=begins_at,
        wording=lambda value: event_words.change(
            directory, found.figure, None if value is None else value / scale
        ),
        tickformat="+.1~%" if found.figure.is_relative else "+.2~f",
        unit=event_words.points_word() if is_percent else "",
    )


def courses_title() -> str:
    """What the figure of the courses is called."""
    return _("Change against the months before")


def courses_note() -> str:
    """How the figure of the courses is read."""
    return _(
        "Each line is the mean of its groups, each less its own mean before. Before the event "
        "the two should run side by side."
    )


def _course_card(directory: Directory, found: BeforeAfter) -> None:
    figure_card(
        courses_title(),
        courses_figure(directory, found),
        key="event_courses",
        alt=_("The groups with the event and those without it, month by month"),
        note=courses_note(),
        table=lambda: worded_courses(found, month_labels(found)),
        about=_about(directory, found),
    )


def groups_title() -> str:
    """What the figure of every group is called."""
    return _("Every group, before and after")


def groups_note() -> str:
    """How the figure of every group is read."""
    return _("Blue: the groups with the event. Grey: those without it.")


def groups_figure(directory: Directory, found: BeforeAfter) -> Any:
    """From where to where every group went."""
    groups = found.groups.head(MOST_GROUPS)
    return each_change(
        [event_words.group_name(directory, found, row) for row in words.rows_of(groups)],
        said.known_values(groups["before"]),
        said.known_values(groups["after"]),
        has_event=[bool(one) for one in groups["treated"]],
        before_name=_("Mean before"),
        after_name=_("Mean after"),
        wording=lambda value: event_words.value(directory, found.figure, value),
        tickformat=".1~%" if found.figure.unit == "percent" else ",.3~s",
    )


def _groups_card(directory: Directory, found: BeforeAfter) -> None:
    figure_card(
        groups_title(),
        groups_figure(directory, found),
        key="event_groups",
        alt=_("The mean of every group before and after"),
        note=groups_note(),
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
