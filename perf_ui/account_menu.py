"""The corner of the menu that says who is signed in, and lets them leave or name a deputy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import streamlit as st

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed, PerfError
from perf_core.language.formats import format_day
from perf_core.services.accounts import end_deputy, list_deputies, name_deputy
from perf_ui import reads, start, viewer, widgets
from perf_ui.i18n import _, language
from perf_ui.view_as import kind_names

_NAMED: Final = "perf_deputies_named"
_DONE: Final = "perf_deputies_done"
_MAY_NAME: Final = frozenset({ViewerKind.HR, ViewerKind.BRAND_HEAD, ViewerKind.MANAGER})


def who_is_signed_in(looking: Viewer | None) -> None:
    """Say who is signed in and in which part; offer to leave."""
    who = viewer.signed_in()
    if who.identity is None or looking is None:
        st.button(_("Sign out"), key="sign_out", icon=":material/logout:", on_click=st.logout)
        return
    with st.container(key="signed_in", gap="xsmall"):
        name = _own_name(looking) or who.identity.name or who.identity.email
        st.markdown(f":material/account_circle: **{widgets.plain(name)}**")
        st.caption(part_words(looking))
        for other in looking.stands_in_for:
            st.caption(
                _("Standing in for {name}", name=widgets.plain(_own_name(other) or "")),
                help=_("You also see what this person sees, for as long as you stand in."),
            )
        if looking.kind in _MAY_NAME and looking.employee_id:
            _deputies(looking)
        st.button(
            _("Sign out"),
            key="sign_out",
            icon=":material/logout:",
            type="tertiary",
            help=_("Ends your sessions on every device."),
            on_click=st.logout,
        )


def part_words(looking: Viewer) -> str:
    """The parts somebody plays, in words."""
    names = kind_names()
    parts = [names[looking.kind]]
    if looking.is_administrator and looking.kind is not ViewerKind.ADMINISTRATOR:
        parts.append(names[ViewerKind.ADMINISTRATOR])
    return " · ".join(parts)


def _own_name(looking: Viewer) -> str | None:
    people = reads.directory().people
    if looking.employee_id is None or looking.employee_id not in people.index:
        return None
    return str(people.loc[looking.employee_id, "name"])


def _deputies(looking: Viewer) -> None:
    """Name who stands in for oneself, for how long; end it again."""
    try:
        scope = reads.scope(looking)
    except NotAllowed:
        return
    with st.popover(_("Deputy"), icon=":material/group_add:", type="tertiary"):
        widgets.heading(_("Who stands in for you"))
        st.caption(_("A deputy sees what you see, except your own card, from the first day on."))
        listed = list_deputies(start.store(), scope=scope)
        mine = listed[
            (listed["stands_in_for"] == looking.employee_id)
            & listed["ended_at"].isna()
            & (listed["to_day"] >= reads.today())
        ]
        for one in mine.itertuples():
            _deputy_row(str(one.deputy_id), _deputy_name(str(one.employee_id), scope), one)
        _deputy_form(looking)


def _deputy_name(number: str, scope: Scope) -> str:
    """The deputy by name where the one who is stood in for sees them, else by number."""
    people = reads.directory().people
    seen = scope.sees(number) and number in people.index
    return f"{people['name'][number]} · {number}" if seen else number


def _deputy_row(deputy_id: str, who: str, one: object) -> None:
    days = _(
        "{first} to {last}",
        first=format_day(getattr(one, "from_day", None), language()),
        last=format_day(getattr(one, "to_day", None), language()),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{widgets.plain(who)}  \n:small[{days}]", width="stretch")
        if st.button(_("End"), key=f"end_deputy_{deputy_id}", type="tertiary"):
            _do(lambda scope: end_deputy(start.store(), deputy_id, scope=scope))


def _deputy_form(looking: Viewer) -> None:
    today = reads.today()
    # What was typed stays after an error; once it is done, the form is a new one: the second press
    # of a button pressed twice belongs to the old one.
    n = int(st.session_state.get(_NAMED, 0))
    done: set[int] = st.session_state.setdefault(_DONE, set())
    with st.form(f"name_deputy_{n}", border=False):
        # Typed, not chosen: a list would show names of people outside the own line.
        chosen = st.text_input(_("Employee number"), key=f"deputy_person_{n}", max_chars=60).strip()
        with st.container(horizontal=True):
            first = st.date_input(_("From"), today, min_value=today, key=f"deputy_from_{n}")
            last = st.date_input(
                _("To"), today + timedelta(days=13), min_value=today, key=f"deputy_to_{n}"
            )
        above = st.empty()  # below the button a phone would not show it
        if st.form_submit_button(_("Name as deputy"), type="primary"):

            def name(scope: Scope) -> None:
                # The press before may have done it and been stopped by this one.
                if n in done:
                    return
                name_deputy(
                    start.store(),
                    chosen,
                    stands_in_for=looking.employee_id or "",
                    scope=scope,
                    from_day=first,
                    to_day=last,
                )
                done.add(n)

            if chosen:
                with above:
                    _do(name, then=lambda: st.session_state.update({_NAMED: n + 1}))
            else:
                above.error(
                    _("Enter the employee number of whoever is to stand in for you."),
                    icon=":material/block:",
                )


def _do(deed: Callable[[Scope], object], then: Callable[[], object] = lambda: None) -> None:
    """Do something with the rights of this very moment, and say so when they are gone."""
    try:
        deed(reads.scope(viewer.current_viewer()))
    except PerfError as error:
        st.error(widgets.worded(error), icon=":material/block:")
        return
    then()
    st.rerun()
