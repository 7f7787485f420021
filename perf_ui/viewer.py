"""Who is looking: chosen for now. Sign-in will take the place of the choice, and only that."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed
from perf_core.services.data_desk import DataDesk
from perf_ui import address, reads, start
from perf_ui.filters import settle
from perf_ui.i18n import _

_MOST_OFFERED: Final = 40


def _kind_names() -> dict[str, str]:
    return {
        ViewerKind.HR.value: _("HR"),
        ViewerKind.EXECUTIVE.value: _("Executive"),
        ViewerKind.MANAGER.value: _("A manager"),
        ViewerKind.EMPLOYEE.value: _("An employee"),
    }


def current_viewer() -> Viewer:
    """Say who is looking; a page asks this first.

    Whoever is nobody (an unknown part, or a manager or employee who is not in the company) is
    told so, and the page ends here.
    """
    viewer = _chosen()
    if viewer is None:
        st.title(_("Who is looking?"))
        st.info(
            _("Choose under “View as” whose eyes to look through. Without that, nothing is shown."),
            icon=":material/visibility_off:",
        )
        st.stop()
    return viewer


def current_scope(viewer: Viewer) -> Scope:
    """Say what the viewer may see; refuse whom the company does not know."""
    try:
        return reads.scope(viewer)
    except NotAllowed:
        st.error(_("This person is not in the company, so there is nothing to show."))
        st.stop()


def _chosen() -> Viewer | None:
    kind = address.read("as", default=ViewerKind.HR.value)
    if kind not in set(ViewerKind):
        return None
    if kind in {ViewerKind.HR.value, ViewerKind.EXECUTIVE.value}:
        return Viewer(ViewerKind(kind))
    me = address.read("me")
    if me not in reads.directory().people.index:
        return None
    return Viewer(ViewerKind(kind), me)


def view_as() -> None:
    """Let the reader choose whose eyes to look through: clearly no sign-in."""
    names = _kind_names()
    chosen = address.read("as", default=ViewerKind.HR.value)
    with st.container(key="view_as", gap="xsmall"):
        st.caption(
            _("**View as** – a stand-in until sign-in is set up"),
            help=_(
                "Until sign-in is set up, anyone at this machine may choose whose eyes to look "
                "through. Every page shows only what that person may see."
            ),
        )
        settle("view_as_kind", chosen if chosen in names else None)
        st.selectbox(
            _("View as"),
            list(names),
            format_func=lambda code: names[code],
            key="view_as_kind",
            index=0 if chosen in names else None,
            placeholder=_("Choose who is looking"),
            required=True,
            label_visibility="collapsed",
            on_change=_kind_changed,
        )
        if chosen in {ViewerKind.MANAGER.value, ViewerKind.EMPLOYEE.value}:
            _person_choice(ViewerKind(chosen))


def _kind_changed() -> None:
    kind = st.session_state["view_as_kind"]
    address.write("as", kind or "", default=ViewerKind.HR.value)
    person = ""
    if kind in {ViewerKind.MANAGER.value, ViewerKind.EMPLOYEE.value}:
        offered = _offered(ViewerKind(kind))
        person = address.read("me")
        if person not in offered.index:
            person = str(offered.index[0]) if len(offered) else ""
    address.write("me", person)
    # What another viewer was looking at may be nobody this one may see.
    address.write("person", "")


def _offered(kind: ViewerKind) -> pd.DataFrame:
    """The people a kind of viewer may be: those still here, the largest lines first."""
    directory = reads.directory()
    people = directory.people
    here = people[people["leave_date"].isna()]
    if kind is ViewerKind.MANAGER:
        here = here[here.index.isin(directory.managers)]
    return here


def _person_choice(kind: ViewerKind) -> None:
    people = _offered(kind)
    if people.empty:
        st.caption(_("Nobody reports to anybody yet."))
        return
    me = address.read("me")
    names = people["name"]
    if len(people) > _MOST_OFFERED:
        wanted = st.text_input(
            _("Find a person"),
            key=f"view_as_find_{kind.value}",
            placeholder=_("Name or number"),
            label_visibility="collapsed",
            live=True,
            icon=":material/search:",
        )
        names = _matching(names, wanted or "").head(_MOST_OFFERED)
    options = [str(code) for code in names.index]
    if me in people.index and me not in options:
        options.insert(0, me)
    all_names = people["name"]
    widget = f"view_as_me_{kind.value}"
    settle(widget, me if me in options else None)
    st.selectbox(
        _("Person"),
        options,
        format_func=lambda code: f"{all_names[code]} · {code}",
        key=widget,
        index=0 if me in options else None,
        placeholder=_("Choose a person"),
        required=True,
        label_visibility="collapsed",
        on_change=_person_changed,
        args=(widget,),
    )


def _person_changed(widget: str) -> None:
    address.write("me", st.session_state[widget] or "")
    address.write("person", "")


def _matching(names: pd.Series[str], wanted: str) -> pd.Series[str]:
    wanted = wanted.strip().casefold()
    if not wanted:
        return names
    hit = names.str.casefold().str.contains(wanted, regex=False)
    return names[hit | names.index.str.casefold().str.contains(wanted, regex=False)]


def data_desk(viewer: Viewer) -> DataDesk:
    """The deeds of the Data page; whoever may not change data is told so, and the page ends."""
    try:
        return DataDesk(start.store(), current_scope(viewer))
    except NotAllowed:
        st.info(_("This page is for HR."), icon=":material/lock:")
        st.stop()
