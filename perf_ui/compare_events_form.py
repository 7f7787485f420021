"""Mark an event by hand, change it, take it off the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypedDict

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.business_event import EVENT_AXES, EVENT_KINDS, BusinessEvent
from perf_core.domain.errors import ChangedMeanwhile, NotFound, PerfError
from perf_core.services.business_events import (
    MOST_LETTERS,
    may_mark,
    may_mark_any,
    record_event,
    remove_event,
    revise_event,
)
from perf_core.services.directory import Directory
from perf_ui import address, compare_words, reads, viewer
from perf_ui import compare_event_words as event_words
from perf_ui.i18n import _
from perf_ui.presses import in_turn
from perf_ui.start import store
from perf_ui.widgets import worded

_MARKED: Final = "perf_events_marked"
_DONE: Final = "perf_events_done"
_TOLD: Final = "perf_events_told"
_OVERTAKEN: Final = "overtaken_"
PICKER: Final = "events_event"


def mark(scope: Scope, directory: Directory) -> None:
    """Offer to mark an event, to whoever may."""
    if not may_mark_any(scope):
        return
    # Once one is marked, the next is another form, behind a popover that is closed again.
    n = int(st.session_state.get(_MARKED, 0))
    of = f"new{n}" if n else "new"
    with st.popover(_("Mark an event"), icon=":material/flag:", key=f"mark_{of}"):
        _form(scope, directory, None, of)


def tell_elsewhere(chosen: BusinessEvent | None) -> bool:
    """Say what became of a change to an event that is no longer looked at; whether any was."""
    place, text = st.session_state.get(_TOLD, ("", ""))
    here = chosen.event_id if chosen is not None else ""
    is_elsewhere = bool(text and place and place.removeprefix(_OVERTAKEN) != here)
    if is_elsewhere:
        del st.session_state[_TOLD]
        st.error(text, icon=":material/block:")
    return is_elsewhere


def _tell(place: str) -> None:
    """Say in a form, once, why it was not kept."""
    where, text = st.session_state.get(_TOLD, ("", ""))
    if text and where == place:
        del st.session_state[_TOLD]
        st.error(text, icon=":material/block:")


def change_or_remove(scope: Scope, directory: Directory, event: BusinessEvent) -> None:
    """Offer to change an event that was marked, or to take it back, to whoever may."""
    if event.is_offered or not may_mark(scope, event.concerns):
        return
    # A form begins anew, and its popover is closed, once its event was changed by its own reader;
    # whose form was overtaken by somebody else's change is told so where they look.
    of = f"{event.event_id}_{event.created_at}"
    done: dict[str, str] = st.session_state.get(_DONE, {})
    turn = sum(one.startswith(event.event_id) for one in done)
    with st.popover(
        _("Edit"), icon=":material/edit:", type="tertiary", key=f"edit_{event.event_id}_{turn}"
    ):
        _form(scope, directory, event, of)
    with st.popover(_("Remove"), icon=":material/delete:", type="tertiary"):
        st.write(_("It is taken off the list; no figure changes."))
        st.button(
            _("Remove this event"),
            key=f"remove_{event.event_id}",
            on_click=_remove,
            args=(event,),
        )


def _form(scope: Scope, directory: Directory, event: BusinessEvent | None, of: str) -> None:
    """The fields of an event, filled in with what is known; they stay as typed on an error."""
    kinds = event_words.kind_names()
    place = event.event_id if event is not None else ""
    with st.form(f"mark_event_{of}", border=False, clear_on_submit=False):
        _tell(f"{_OVERTAKEN}{place}")  # this form is another one, and shows its beginning
        st.text_input(
            _("What it is called"),
            value=event.name if event is not None else "",
            max_chars=MOST_LETTERS["name"],
            placeholder=_("such as: training in keeping customers"),
            key=f"mark_name_{of}",
        )
        st.selectbox(
            _("Kind"),
            list(EVENT_KINDS),
            index=_kind_index(event),
            format_func=lambda one: kinds[one],
            key=f"mark_kind_{of}",
        )
        st.date_input(
            _("First day"),
            value=event.day if event is not None else directory.data_day or "today",
            key=f"mark_day_{of}",
        )
        for axis in EVENT_AXES:
            _axis_picker(scope, directory, axis, event, of)
        st.text_area(
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
        _tell(place)
        st.form_submit_button(
            _("Mark") if event is None else _("Save"),
            type="primary",
            on_click=_keep,
            args=(event, of),
        )


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
) -> None:
    """Choose brands, regions or roles; who leads brands chooses among these."""
    is_head = axis == "brand" and not may_mark(scope, {})
    codes = sorted(scope.viewer.brands) if is_head else _seen_codes(scope, directory, axis)
    names = {code: compare_words.group_name(directory, axis, code) for code in codes}
    known = event.codes(axis) if event is not None else ()
    chosen = list(names) if is_head and len(names) == 1 else [one for one in known if one in names]
    st.multiselect(
        compare_words.axis_titles()[axis],
        sorted(codes, key=lambda code: names[code]),
        default=chosen,
        format_func=lambda code: names[code],
        placeholder=_("All"),
        key=f"mark_{axis}_{of}",
    )


def _keep(event: BusinessEvent | None, of: str) -> None:
    """Keep what was typed, once, unless somebody else has changed the event meanwhile."""
    said = st.session_state
    place = event.event_id if event is not None else ""
    day: Any = said[f"mark_day_{of}"]
    if not isinstance(day, date):
        said[_TOLD] = (place, _("Choose the first day."))
        return
    typed = _Typed(
        kind=said[f"mark_kind_{of}"],
        name=said[f"mark_name_{of}"] or "",
        day=day,
        concerns={axis: tuple(said[f"mark_{axis}_{of}"]) for axis in EVENT_AXES},
        note=said[f"mark_note_{of}"] or "",
    )
    made = _do(of, place, lambda scope: _write(scope, event, typed))
    if made:
        if event is None:
            said[_MARKED] = int(of.removeprefix("new") or 0) + 1
        address.write("event", made)


class _Typed(TypedDict):
    kind: str
    name: str
    day: date
    concerns: dict[str, tuple[str, ...]]
    note: str


def _write(scope: Scope, event: BusinessEvent | None, typed: _Typed) -> str:
    if event is None:
        return record_event(store(), scope=scope, **typed)
    revise_event(store(), event.event_id, scope=scope, expected=event, **typed)
    return event.event_id


def _remove(event: BusinessEvent) -> None:
    def remove(scope: Scope) -> str:
        remove_event(store(), event.event_id, scope=scope, expected=event)
        return event.event_id

    once = f"remove_{event.event_id}"
    if _do(once, once, remove):
        address.write("event", "")


def _do(once: str, place: str, deed: Callable[[Scope], str]) -> str:
    """Do something with the rights of this very moment; keep why not for where one looks next."""
    done: dict[str, str] = st.session_state.setdefault(_DONE, {})
    with in_turn():
        # The second press of a button pressed twice: the first has done it.
        if once not in done and (made := _done(place, deed)):
            done[once] = made
        return done.get(once, "")


def _done(place: str, deed: Callable[[Scope], str]) -> str:
    reads.refresh_state()
    # The browser holds what is picked by its words: these may be others now.
    st.session_state.pop(PICKER, None)
    looking = viewer.looking()
    try:
        return deed(reads.scope(looking)) if looking is not None else ""
    except ChangedMeanwhile as error:
        said, place = worded(error), f"{_OVERTAKEN}{place}"
    except NotFound as error:
        gone = error.kind == "event"
        said = _("Somebody else has removed this event meanwhile.") if gone else worded(error)
    except PerfError as error:
        said = worded(error)
    st.session_state[_TOLD] = (place, said)
    return ""
