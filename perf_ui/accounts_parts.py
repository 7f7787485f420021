"""The lists of the accounts page: who may sign in, who stands in for whom, what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.errors import PerfError
from perf_core.language.formats import format_day, format_instant
from perf_core.services.accounts import (
    access_events,
    add_account,
    end_deputy,
    list_accounts,
    list_deputies,
    name_deputy,
)
from perf_ui import accounts_words, address, reads, start, viewer, widgets
from perf_ui.filters import choice_filter, search_filter
from perf_ui.i18n import _, language, named
from perf_ui.view_as import kind_names

_PER_PAGE: Final = 25
_SAID: Final = "accounts_said"
_MINUTE: Final = 60.0
_EVENTS: Final = 200


def administrators_only(scope: Scope) -> None:
    """Whoever does not keep accounts is told so, and the page ends."""
    if not scope.may_administer:
        st.title(_("Accounts"))
        st.info(_("This page is for administrators."), icon=":material/lock:")
        st.stop()


@st.cache_resource(max_entries=8, ttl=_MINUTE, show_spinner=False, hash_funcs=reads.BY_SCOPE)
def _accounts(state: tuple[str, int], access: int, scope: Scope) -> pd.DataFrame:
    del state, access
    return list_accounts(start.store(), scope=scope)


def accounts(scope: Scope) -> pd.DataFrame:
    """All accounts with their parts (``services.accounts.list_accounts``)."""
    return _accounts(reads.key(), reads.access(), scope)


# --- doing something ------------------------------------------------------------------------------


def do(deed: Callable[[Scope], object], said: str) -> None:
    """Do a deed with the rights of this very moment; keep what to say about it for the next run."""
    reads.refresh_state()
    looking = viewer.looking()
    try:
        if looking is None:
            return
        deed(reads.scope(looking))
    except PerfError as error:
        st.session_state[_SAID] = ("error", widgets.worded(error))
        return
    _accounts.clear()
    st.session_state[_SAID] = ("done", said)


def say_what_was_done() -> None:
    """Say how the last deed went, once."""
    kind, text = st.session_state.pop(_SAID, ("", ""))
    if kind == "error":
        st.error(text, icon=":material/block:")
    elif kind == "done":
        st.toast(text, icon=":material/check:")


# --- the list -------------------------------------------------------------------------------------


def account_list(listed: pd.DataFrame, scope: Scope) -> None:
    """Search among the accounts, open one, add one."""
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
    st.caption(_("{n} of {of} accounts", n=len(found), of=len(listed)))
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
        st.form("add_account", border=False, clear_on_submit=True),
    ):
        st.text_input(_("E-mail"), key="add_email", placeholder="name@company.com", max_chars=200)
        st.text_input(_("Name"), key="add_name", max_chars=100)
        person_field(_("Person of the company"), scope, key="add_person")
        st.caption(
            _("People whose e-mail is in the list of people get an account by signing in once.")
        )
        st.form_submit_button(_("Add"), type="primary", on_click=_add)


def _add() -> None:
    email = str(st.session_state["add_email"] or "")

    def deed(scope: Scope) -> None:
        made = add_account(
            start.store(),
            scope=scope,
            email=email,
            name=str(st.session_state["add_name"] or ""),
            employee_id=str(st.session_state["add_person"] or "").strip(),
        )
        address.write("account", made)

    do(deed, _("Added. Now give them a part, if they need one."))


# --- deputies -------------------------------------------------------------------------------------


def deputies(listed: pd.DataFrame, scope: Scope) -> None:
    """Show who stands in for whom; HR may name and end."""
    del listed
    say_what_was_done()
    known = list_deputies(start.store(), scope=scope)
    names = people_names(scope, here_only=False)
    st.caption(
        _("A deputy sees for a time what another one sees. HR and leaders name their own deputies.")
    )
    if scope.may_edit:
        _deputy_form(scope)
    if known.empty:
        widgets.empty_state(_("Nobody stands in for anybody"), _("Deputies will be listed here."))
        return
    for one in known.head(100).itertuples():
        _deputy_row(one, names, scope)


def _deputy_row(one: Any, names: dict[str, str], scope: Scope) -> None:
    is_over = not pd.isna(one.ended_at) or one.to_day < reads.today()
    days = _(
        "{first} to {last}",
        first=format_day(one.from_day, language()),
        last=format_day(one.to_day, language()),
    )
    with st.container(key=f"row_deputy_{one.deputy_id}", horizontal=True):
        st.markdown(
            _(
                "**{deputy}** for {other}",
                deputy=widgets.plain(names.get(one.employee_id, one.employee_id)),
                other=widgets.plain(names.get(one.stands_in_for, one.stands_in_for)),
            ),
            width="stretch",
        )
        st.caption(f"{days} · {_('over')}" if is_over else days)
        if not is_over and scope.may_edit:
            st.button(
                _("End"),
                key=f"end_{one.deputy_id}",
                type="tertiary",
                on_click=do,
                args=(
                    lambda rights, which=str(one.deputy_id): end_deputy(
                        start.store(), which, scope=rights
                    ),
                    _("Ended."),
                ),
            )


def _deputy_form(scope: Scope) -> None:
    today = reads.today()
    with (
        st.popover(_("Name a deputy"), icon=":material/group_add:"),
        st.form("deputy", border=False, clear_on_submit=True),
    ):
        person_field(_("Deputy"), scope, key="deputy_who")
        person_field(_("Stands in for"), scope, key="deputy_whom")
        st.date_input(_("From"), today, key="deputy_first")
        st.date_input(_("To"), today + timedelta(days=13), key="deputy_last")
        st.text_input(_("Reason"), key="deputy_reason", max_chars=200)
        st.form_submit_button(_("Name as deputy"), type="primary", on_click=_name_deputy)


def _name_deputy() -> None:
    said = st.session_state
    do(
        lambda scope: name_deputy(
            start.store(),
            str(said["deputy_who"] or ""),
            stands_in_for=str(said["deputy_whom"] or ""),
            scope=scope,
            from_day=said["deputy_first"],
            to_day=said["deputy_last"],
            reason=str(said["deputy_reason"] or ""),
        ),
        _("Named."),
    )


# --- the record -----------------------------------------------------------------------------------


def record(listed: pd.DataFrame, scope: Scope) -> None:
    """Show what happened to accounts, rights and links lately, in plain words."""
    events = access_events(start.store(), scope=scope, limit=_EVENTS)
    event_list(events, listed, scope, empty=_("Nothing has happened yet."))


def event_list(events: pd.DataFrame, listed: pd.DataFrame, scope: Scope, *, empty: str) -> None:
    """Events as sentences, the newest first."""
    if events.empty:
        st.caption(empty)
        return
    who = {str(row.account_id): title_of(row) for row in listed.itertuples()}
    who |= people_names(scope, here_only=False)
    for one in events.itertuples():
        with st.container(key=f"row_event_{one.event_id}", horizontal=True):
            st.caption(instant_words(one.at), width=130)
            st.markdown(accounts_words.event_words(one, who), width="stretch")


def brand_names() -> dict[str, str]:
    """The brands' names by code."""
    directory = reads.directory()
    return {
        code: named(directory.axis_names("brand", code), code) for code in directory.codes("brand")
    }


def department_names() -> dict[str, str]:
    """The departments' names by code."""
    directory = reads.directory()
    return {
        code: named(directory.axis_names("department", code), code)
        for code in directory.codes("department")
    }


def about_words(role: str, brand: str, department: str) -> str:
    """A part with its brand or department, in words."""
    name = kind_names().get(role, role)
    about = ""
    if role == ViewerKind.BRAND_HEAD:
        about = brand_names().get(brand, brand)
    elif department:
        about = department_names().get(department, department)
    return f"{name} · {about}" if about else name
