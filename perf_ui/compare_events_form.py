"""Mark an event by hand, change it, take it off the list."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.business_event import EVENT_AXES, EVENT_KINDS, BusinessEvent
from perf_core.domain.errors import PerfError
from perf_core.services.business_events import (
    MOST_LETTERS,
    may_mark,
    may_mark_any,
    record_event,
    remove_event,
    revise_event,
)
from perf_core.services.directory import Directory
from perf_ui import address, compare_words
from perf_ui import compare_event_words as event_words
from perf_ui.i18n import _
from perf_ui.start import store
from perf_ui.widgets import worded


def mark(scope: Scope, directory: Directory) -> None:
    """Offer to mark an event, to whoever may."""
    if not may_mark_any(scope):
        return
    with st.popover(_("Mark an event"), icon=":material/flag:"):
        _form(scope, directory, None)


def change_or_remove(scope: Scope, directory: Directory, event: BusinessEvent) -> None:
    """Offer to change an event that was marked, or to take it back, to whoever may."""
    if event.is_offered or not may_mark(scope, event.concerns):
        return
    with st.popover(_("Edit"), icon=":material/edit:", type="tertiary"):
        _form(scope, directory, event)
    with st.popover(_("Remove"), icon=":material/delete:", type="tertiary"):
        st.write(_("It is taken off the list; no figure changes."))
        if st.button(_("Remove this event"), key=f"remove_{event.event_id}"):
            _remove(scope, event)


def _form(scope: Scope, directory: Directory, event: BusinessEvent | None) -> None:
    """The fields of an event, filled in with what is known; they stay as typed on an error."""
    kinds = event_words.kind_names()
    # A form begins anew once its event was changed.
    of = f"{event.event_id}_{event.created_at}" if event is not None else "new"
    with st.form(f"mark_event_{of}", border=False, clear_on_submit=False):
        name = st.text_input(
            _("What it is called"),
            value=event.name if event is not None else "",
            max_chars=MOST_LETTERS["name"],
            placeholder=_("such as: training in keeping customers"),
            key=f"mark_name_{of}",
        )
        kind = st.selectbox(
            _("Kind"),
            list(EVENT_KINDS),
            index=_kind_index(event),
            format_func=lambda one: kinds[one],
            key=f"mark_kind_{of}",
        )
        day = st.date_input(
            _("First day"),
            value=event.day if event is not None else directory.data_day or "today",
            key=f"mark_day_{of}",
        )
        concerns = {axis: _axis_picker(scope, directory, axis, event, of) for axis in EVENT_AXES}
        note = st.text_area(
            _("Note"),
            value=event.note if event is not None else "",
            max_chars=MOST_LETTERS["note"],
            height=80,
            key=f"mark_note_{of}",
        )
        st.caption(
            _("Name the groups it was limited to: those left out are what they are compared with.")
        )
        st.caption(
            _("HR and executives may mark events of all groups, brand heads those of their brands.")
        )
        if st.form_submit_button(_("Mark") if event is None else _("Save"), type="primary"):
            _keep(scope, event, kind=kind, name=name, day=day, concerns=concerns, note=note)


def _kind_index(event: BusinessEvent | None) -> int:
    kinds = [str(one) for one in EVENT_KINDS]
    return kinds.index(event.kind) if event is not None and event.kind in kinds else 0


def _seen_codes(scope: Scope, directory: Directory, axis: str) -> list[str]:
    """What of an axis the viewer may name: all of it only where everybody is seen."""
    if scope.employees is None:
        return directory.codes(axis)
    return [code for code in scope.narrow(directory.assignments)[axis].unique() if code]


def _axis_picker(
    scope: Scope, directory: Directory, axis: str, event: BusinessEvent | None, of: str
) -> list[str]:
    """Choose brands, regions or roles; who leads brands chooses among these."""
    is_head = axis == "brand" and not may_mark(scope, {})
    codes = sorted(scope.viewer.brands) if is_head else _seen_codes(scope, directory, axis)
    names = {code: compare_words.group_name(directory, axis, code) for code in codes}
    known = event.codes(axis) if event is not None else ()
    chosen = list(names) if is_head and len(names) == 1 else [one for one in known if one in names]
    return st.multiselect(
        compare_words.axis_titles()[axis],
        sorted(codes, key=lambda code: names[code]),
        default=chosen,
        format_func=lambda code: names[code],
        placeholder=_("All"),
        key=f"mark_{axis}_{of}",
    )


def _keep(
    scope: Scope,
    event: BusinessEvent | None,
    *,
    kind: str,
    name: str,
    day: Any,
    concerns: dict[str, list[str]],
    note: str,
) -> None:
    if not isinstance(day, date):
        st.error(_("Choose the first day."), icon=":material/block:")
        return
    limits = {axis: tuple(codes) for axis, codes in concerns.items()}
    try:
        if event is None:
            event_id = record_event(
                store(), scope=scope, kind=kind, name=name, day=day, concerns=limits, note=note
            )
        else:
            event_id = event.event_id
            revise_event(
                store(),
                event_id,
                scope=scope,
                kind=kind,
                name=name,
                day=day,
                concerns=limits,
                note=note,
            )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    address.write("event", event_id)
    st.rerun()


def _remove(scope: Scope, event: BusinessEvent) -> None:
    try:
        remove_event(store(), event.event_id, scope=scope)
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    address.write("event", "")
    st.rerun()
