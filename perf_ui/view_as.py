"""Whose eyes to look through, chosen at this machine; gone once there is sign-in."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Viewer, ViewerKind
from perf_ui import address, reads
from perf_ui.filters import settle
from perf_ui.i18n import _, named

_MOST_OFFERED: Final = 40
_LEADS_OR_WORKS: Final = frozenset({ViewerKind.MANAGER.value, ViewerKind.EMPLOYEE.value})


def kind_names() -> dict[str, str]:
    """The parts in words, for the box and for who is signed in."""
    return {
        ViewerKind.HR.value: _("HR"),
        ViewerKind.EXECUTIVE.value: _("Executive"),
        ViewerKind.BRAND_HEAD.value: _("Brand head"),
        ViewerKind.MANAGER.value: _("Manager"),
        ViewerKind.EMPLOYEE.value: _("Employee"),
        ViewerKind.ADMINISTRATOR.value: _("Administrator"),
    }


def chosen() -> Viewer | None:
    """The viewer in the address; HR where it says nothing, nobody where it makes no sense."""
    kind = address.read("as", default=ViewerKind.HR.value)
    if kind not in set(ViewerKind):
        return None
    if kind in {ViewerKind.HR.value, ViewerKind.EXECUTIVE.value}:
        return Viewer(ViewerKind(kind))
    if kind == ViewerKind.ADMINISTRATOR.value:
        return Viewer(ViewerKind.ADMINISTRATOR, is_administrator=True)
    if kind == ViewerKind.BRAND_HEAD.value:
        led = address.read("led", allowed=reads.directory().codes("brand"))
        return Viewer(ViewerKind.BRAND_HEAD, brands=frozenset({led})) if led else None
    me = address.read("me")
    if me not in reads.directory().people.index:
        return None
    return Viewer(ViewerKind(kind), me)


def view_as() -> None:
    """Let the reader choose whose eyes to look through: clearly no sign-in."""
    names = kind_names()
    chosen = address.read("as", default=ViewerKind.HR.value)
    with st.container(key="view_as", gap="xsmall"):
        settle("view_as_kind", chosen if chosen in names else None)
        st.selectbox(
            _("**View as** – a stand-in until sign-in is set up"),
            list(names),
            format_func=lambda code: names[code],
            key="view_as_kind",
            index=0 if chosen in names else None,
            placeholder=_("Choose who is looking"),
            help=_(
                "Until sign-in is set up, anyone at this machine may choose whose eyes to look "
                "through. Every page shows only what that person may see."
            ),
            on_change=_kind_changed,
        )
        if chosen in _LEADS_OR_WORKS:
            _person_choice(ViewerKind(chosen))
        elif chosen == ViewerKind.BRAND_HEAD.value:
            _brand_choice()


def _kind_changed() -> None:
    kind = st.session_state["view_as_kind"]
    address.write("as", kind or "", default=ViewerKind.HR.value)
    person = ""
    if kind in _LEADS_OR_WORKS:
        offered = _offered(ViewerKind(kind))
        person = address.read("me")
        if person not in offered.index:
            person = str(offered.index[0]) if len(offered) else ""
    address.write("me", person)
    brands = reads.directory().codes("brand") if kind == ViewerKind.BRAND_HEAD.value else []
    address.write("led", brands[0] if brands else "")
    # What another viewer was looking at may be nobody this one may see.
    address.write("person", "")


def _brand_choice() -> None:
    directory = reads.directory()
    codes = directory.codes("brand")
    names = {code: named(directory.axis_names("brand", code), code) for code in codes}
    led = address.read("led", allowed=codes)
    settle("view_as_led", led or None)
    st.selectbox(
        _("Brand"),
        codes,
        format_func=lambda code: names[code],
        key="view_as_led",
        index=0 if led else None,
        placeholder=_("Choose a brand"),
        required=True,
        label_visibility="collapsed",
        on_change=_brand_changed,
    )


def _brand_changed() -> None:
    address.write("led", st.session_state["view_as_led"] or "")
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
