"""The lists of the accounts page: who may sign in, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.errors import PerfError
from perf_core.language.formats import format_instant
from perf_core.services.accounts import (
    access_events,
    account_names,
    add_account,
    list_accounts,
)
from perf_ui import accounts_words, address, reads, start, viewer, widgets
from perf_ui.filters import choice_filter, search_filter
from perf_ui.i18n import _, language, ngettext
from perf_ui.presses import in_turn
from perf_ui.view_as import kind_names

_PER_PAGE: Final = 25
_SAID: Final = "accounts_said"
_MINUTE: Final = 60.0
_EVENTS: Final = 200
_DONE: Final = "accounts_done"
_TWICE: Final = 30.0


def keepers_only(scope: Scope) -> None:
    """Whoever keeps no accounts and names no deputies is told so, and the page ends."""
    if not (scope.may_administer or scope.may_edit):
        st.title(_("Accounts"))
        st.info(_("This page is for administrators and HR."), icon=":material/lock:")
        st.stop()


@st.cache_resource(max_entries=8, ttl=_MINUTE, show_spinner=False, hash_funcs=reads.BY_SCOPE)
def _accounts(state: tuple[str, int], access: int, scope: Scope) -> pd.DataFrame:
    del state, access
    return list_accounts(start.store(), scope=scope)


def accounts(scope: Scope) -> pd.DataFrame:
    """All accounts with their parts (``services.accounts.list_accounts``)."""
    return _accounts(reads.key(), reads.access(), scope)


# --- doing something ------------------------------------------------------------------------------


def do(
    deed: Callable[[Scope], object],
    said: str,
    *,
    place: str = "",
    wish: object = None,
    clears: Mapping[str, object] | None = None,
    after: Callable[[Any], None] | None = None,
) -> None:
    """Do a deed with the rights of this very moment; keep what to say about it for the next run.

    Parameters
    ----------
    deed : callable
        What is done, given the scope.
    said : str
        What to say once it is done.
    place : str
        The form that shows the error, if there is one; without it the head of the page does.
    wish : object
        What was typed: the same wish a moment later is a button pressed twice, and done already.
    clears : mapping, optional
        What the fields of the form show once it is done. After an error they keep what was typed.
    after : callable, optional
        What follows, given what the deed made.
    """
    last = st.session_state.setdefault(_DONE, {})
    with in_turn():
        if wish is None or not _is_second_press(last, place, wish):
            reads.refresh_state()
            looking = viewer.looking()
            try:
                if looking is None:
                    return
                made = deed(reads.scope(looking))
            except PerfError as error:
                st.session_state[_SAID] = ("error", accounts_words.error_words(error), place)
                return
            # A second press stops this run wherever it next speaks to the page: so this comes
            # first, and the second run says and clears what this one could not.
            last.update(place=place, wish=wish, at=monotonic(), made=made)
    _accounts.clear()
    for name, empty in (clears or {}).items():
        st.session_state[name] = empty
    st.session_state[_SAID] = ("done", said, "")
    if after is not None:
        after(last["made"])


def _is_second_press(last: Mapping[str, Any], place: str, wish: object) -> bool:
    return (
        bool(last)
        and (last["place"], last["wish"]) == (place, wish)
        and monotonic() - last["at"] < _TWICE
    )


def is_refused(place: str) -> bool:
    """Whether the last deed of a form was refused, and nobody has been told yet."""
    kind, _text, where = st.session_state.get(_SAID, ("", "", ""))
    return bool(kind == "error" and where == place)


def say_what_was_done(place: str = "") -> None:
    """Say how the last deed went, once: at the head of the page, or in the form it came from."""
    kind, text, where = st.session_state.get(_SAID, ("", "", ""))
    if where != place:
        return
    st.session_state.pop(_SAID, None)
    if kind == "error":
        st.error(text, icon=":material/block:")
    elif kind == "done":
        st.toast(text, icon=":material/check:")


# --- the list -------------------------------------------------------------------------------------


def account_list(scope: Scope) -> None:
    """Search among the accounts, open one, add one."""
    listed = accounts(scope)
    say_what_was_done()
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=240):
            wanted = search_filter(_("Search"), _("Name, address or number"))
        with st.container(width=170):
            part = choice_filter("part", _("Part"), {"": _("All"), **kind_names()})
        with st.container(width=150):
            state = choice_filter(
                "state",
                _("State"),
                {
                    "": _("All"),
                    "active": _("Active"),
                    "closed": _("Closed"),
                    "new": _("Never signed in"),
                },
            )
        _add_form(scope)
    found = _narrowed(listed, wanted=wanted, part=part, state=state)
    st.caption(
        ngettext(
            "{n} of {of} account",
            "{n} of {of} accounts",
            len(listed),
            n=len(found),
            of=len(listed),
        )
    )
    if found.empty:
        widgets.empty_state(
            _("No account fits"),
            _("Search for something else, or add somebody with their e-mail address."),
        )
        return
    pages = -(-len(found) // _PER_PAGE)
    page = min(address.read_number("page"), pages)
    for row in found.iloc[(page - 1) * _PER_PAGE : page * _PER_PAGE].itertuples():
        _row(row)
    if pages > 1:
        turned = f"accounts_page_{pages}"
        st.pagination(pages, default=page, key=turned, on_change=_turned, args=(turned,))


def _turned(widget: str) -> None:
    address.write("page", str(st.session_state[widget]), default="1")


def _narrowed(listed: pd.DataFrame, *, wanted: str, part: str, state: str) -> pd.DataFrame:
    found = listed
    if wanted:
        text = found["name"] + " " + found["email"] + " " + found["employee_id"]
        found = found[text.str.casefold().str.contains(wanted.casefold(), regex=False)]
    if part:
        found = found[[part in roles_today(roles) for roles in found["roles"]]]
    if state == "active":
        found = found[found["is_active"]]
    elif state == "closed":
        found = found[~found["is_active"].astype(bool)]
    elif state == "new":
        found = found[found["last_seen_at"].isna()]
    return found


def roles_today(roles: pd.DataFrame) -> list[str]:
    """The parts of an account that are in force today."""
    today = reads.today()
    rows: Iterable[Any] = roles.itertuples()
    return [
        str(one.role)
        for one in rows
        if one.from_day <= today and (pd.isna(one.to_day) or one.to_day >= today)
    ]


def _row(row: Any) -> None:
    names = kind_names()
    parts = [names[one] for one in dict.fromkeys(roles_today(row.roles)) if one in names]
    with st.container(
        key=f"row_account_{row.account_id}",
        horizontal=True,
        vertical_alignment="center",
        gap="medium",
    ):
        # A link to the page one is on does not change its address; a button does.
        with st.container(width=190):
            st.button(
                f"**{widgets.plain(title_of(row))}**",
                key=f"open_{row.account_id}",
                type="tertiary",
                on_click=address.write,
                args=("account", row.account_id),
            )
        st.caption(widgets.plain(row.email) if row.email != title_of(row) else "", width=260)
        st.caption(" · ".join(parts) or (_("Employee") if row.employee_id else "–"), width=220)
        st.caption(_state_words(row), width=190)


def title_of(row: Any) -> str:
    """What an account is called in a list."""
    return str(row.name or row.email or row.employee_id or _("Without a name"))


def _state_words(row: Any) -> str:
    if not row.is_active:
        return f":material/block: {_('Closed')}"
    if pd.isna(row.last_seen_at):
        return _("Never signed in")
    return _("Last here {when}", when=instant_words(row.last_seen_at))


def instant_words(at: Any) -> str:
    """An instant in the company's zone."""
    zone = ZoneInfo(reads.directory().catalogue.settings.timezone)
    return format_instant(pd.Timestamp(at).tz_convert(zone).to_pydatetime(), language())


def people_names(scope: Scope, *, here_only: bool = True) -> dict[str, str]:
    """The names by number of whom the viewer may see: keeping accounts shows nobody's name."""
    people = reads.directory().people
    if here_only:
        people = people[people["leave_date"].isna()]
    return {str(code): str(name) for code, name in people["name"].items() if scope.sees(str(code))}


def person_field(
    label: str, scope: Scope, *, key: str, chosen: str = "", hidden: bool = False
) -> None:
    """Choose one of the company's people, or type the number where not everybody may be seen."""
    visibility: Literal["visible", "collapsed"] = "collapsed" if hidden else "visible"
    if scope.employees is not None:
        st.text_input(
            label,
            chosen,
            key=key,
            max_chars=60,
            placeholder=_("Employee number"),
            label_visibility=visibility,
        )
        return
    names = {chosen: chosen, **people_names(scope)} if chosen else people_names(scope)
    st.selectbox(
        label,
        list(names),
        index=list(names).index(chosen) if chosen else None,
        format_func=lambda code: f"{names[code]} · {code}",
        placeholder=_("None"),
        key=key,
        filter_mode="contains",
        label_visibility=visibility,
    )


def _add_form(scope: Scope) -> None:
    with (
        st.popover(_("Add an account"), icon=":material/person_add:", type="primary"),
        st.form("add_account", border=False),
    ):
        st.text_input(_("E-mail"), key="add_email", placeholder="name@company.com", max_chars=200)
        st.text_input(_("Name"), key="add_name", max_chars=100)
        person_field(_("Person of the company"), scope, key="add_person")
        st.caption(
            _("People whose e-mail is in the list of people get an account by signing in once.")
        )
        say_what_was_done("add_account")
        st.form_submit_button(_("Add"), type="primary", on_click=_add)


def _add() -> None:
    said = st.session_state
    wish = tuple(str(said[key] or "").strip() for key in ("add_email", "add_name", "add_person"))
    email, name, employee_id = wish

    do(
        lambda scope: add_account(
            start.store(), scope=scope, email=email, name=name, employee_id=employee_id
        ),
        _("Added. Now give them a part, if they need one."),
        place="add_account",
        wish=wish,
        clears={"add_email": "", "add_name": "", "add_person": None},
        after=lambda made: address.write("account", str(made)),
    )


# --- the record -----------------------------------------------------------------------------------


def record(scope: Scope) -> None:
    """Show what happened to accounts, rights and links lately, in plain words."""
    events = access_events(start.store(), scope=scope, limit=_EVENTS)
    event_list(events, scope, empty=_("Nothing has happened yet."))


def event_list(events: pd.DataFrame, scope: Scope, *, empty: str) -> None:
    """Events as sentences, the newest first."""
    if events.empty:
        st.caption(empty)
        return
    who = account_names(start.store(), scope=scope) | people_names(scope, here_only=False)
    for one in events.itertuples():
        with st.container(key=f"row_event_{one.event_id}", horizontal=True):
            st.caption(instant_words(one.at), width=130)
            st.markdown(accounts_words.event_words(one, who), width="stretch")
