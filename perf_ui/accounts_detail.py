"""One account: its parts, its person, its sign-in, and what happened to it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, ViewerKind
from perf_core.language.formats import format_day
from perf_core.services.accounts import (
    access_events,
    end_sessions,
    free_sign_in,
    grant_role,
    link_employee,
    set_active,
    withdraw_role,
)
from perf_ui import accounts_parts, accounts_words, address, reads, start, widgets
from perf_ui.accounts_parts import do
from perf_ui.i18n import _, language
from perf_ui.view_as import kind_names

_TYPED: Final = "accounts_person_typed"
_PART_FIELDS: Final = ("part_from", "part_to", "part_brand", "part_department")


def one_account(listed: pd.DataFrame, account_id: str, scope: Scope) -> None:
    """Show one account with everything that can be done to it."""
    row: Any = next(one for one in listed.itertuples() if one.account_id == account_id)
    st.button(
        _("All accounts"),
        key="all_accounts",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=address.write,
        args=("account", ""),
    )
    st.title(accounts_parts.title_of(row))
    accounts_parts.say_what_was_done()
    _facts(row)
    if scope.viewer.account_id == account_id:
        st.info(
            _("This is your own account: another administrator changes its parts."),
            icon=":material/info:",
        )
    left, right = st.columns(2, gap="large")
    with left:
        _parts(row)
    with right:
        _person(row, scope)
        _sign_in(row)
    st.subheader(_("Record"))
    events = access_events(start.store(), scope=scope)
    theirs = events[(events["subject"] == account_id) | (events["by"] == account_id)].head(30)
    accounts_parts.event_list(theirs, scope, empty=_("Nothing has happened to this account yet."))


def _facts(row: Any) -> None:
    state = _("Active") if row.is_active else _("Closed")
    seen = (
        _("never signed in")
        if pd.isna(row.last_seen_at)
        else _("last here {when}", when=accounts_parts.instant_words(row.last_seen_at))
    )
    st.caption(" · ".join(filter(None, (widgets.plain(row.email), state, seen))))


# --- parts ----------------------------------------------------------------------------------------


def _parts(row: Any) -> None:
    st.subheader(_("Parts"))
    today = reads.today()
    held = row.roles[[pd.isna(one) or one >= today for one in row.roles["to_day"]]]
    if held.empty:
        st.caption(
            _(
                "None. Who is linked to a person of the company sees the own card and, as their "
                "leader, the own line without any part."
            )
        )
    for one in held.itertuples():
        _part_row(row.account_id, one)
    with (
        st.popover(_("Give a part"), icon=":material/add:"),
        st.container(),
    ):
        _part_form(row.account_id)


def _part_row(account_id: str, one: Any) -> None:
    key = f"{one.role}_{one.brand}_{one.department}_{one.from_day}"
    since = format_day(one.from_day, language())
    days = (
        _("since {first}", first=since)
        if pd.isna(one.to_day)
        else _("{first} to {last}", first=since, last=format_day(one.to_day, language()))
    )
    with st.container(key=f"row_part_{key}", horizontal=True, vertical_alignment="center"):
        about = accounts_words.about_words(one.role, one.brand, one.department)
        st.markdown(f"**{widgets.plain(about)}**  \n:small[{days}]", width="stretch")
        if one.granted_by == "claim":
            st.caption(_("by the sign-in service"))
            return
        st.button(
            _("Withdraw"),
            key=f"withdraw_{key}",
            type="tertiary",
            on_click=do,
            args=(
                lambda scope: withdraw_role(
                    start.store(),
                    account_id,
                    one.role,
                    scope=scope,
                    today=reads.today(),
                    brand=one.brand,
                    department=one.department,
                ),
                _("Withdrawn."),
            ),
        )


def _part_form(account_id: str) -> None:
    names = kind_names()
    offered = [code for code in names if code != ViewerKind.EMPLOYEE.value]
    role = st.selectbox(
        _("Part"), offered, format_func=lambda code: names[code], key="part_role", required=True
    )
    st.caption(_part_meaning(str(role)))
    if role == ViewerKind.BRAND_HEAD:
        brands = accounts_words.brand_names()
        st.selectbox(
            _("Brand"), list(brands), format_func=lambda code: brands[code], key="part_brand"
        )
    elif role == ViewerKind.MANAGER:
        departments = accounts_words.department_names()
        st.selectbox(
            _("Department"),
            list(departments),
            format_func=lambda code: departments[code],
            key="part_department",
        )
    with st.container(horizontal=True):
        st.date_input(_("From"), reads.today(), key="part_from")
        st.date_input(_("To (empty: until withdrawn)"), None, key="part_to")
    accounts_parts.say_what_was_done("part")
    st.button(
        _("Give this part"), key="part_give", type="primary", on_click=_give, args=(account_id,)
    )


def _part_meaning(role: str) -> str:
    return {
        ViewerKind.HR.value: _("Sees and changes everything about people, pay and schemes."),
        ViewerKind.EXECUTIVE.value: _("Sees all brands and cards, and pay of groups only."),
        ViewerKind.BRAND_HEAD.value: _("Sees the people of one brand."),
        ViewerKind.MANAGER.value: _(
            "Sees the people of a department. The own line needs no part: who reports to whom "
            "stands in the list of people."
        ),
        ViewerKind.ADMINISTRATOR.value: _("Keeps accounts and settings; sees nobody's figures."),
    }.get(role, "")


def _give(account_id: str) -> None:
    said = st.session_state
    role = str(said["part_role"])
    do(
        lambda scope: grant_role(
            start.store(),
            account_id,
            role,
            scope=scope,
            from_day=said["part_from"],
            to_day=said["part_to"],
            brand=str(said.get("part_brand") or "") if role == ViewerKind.BRAND_HEAD else "",
            department=(
                str(said.get("part_department") or "") if role == ViewerKind.MANAGER else ""
            ),
        ),
        _("Given."),
        place="part",
        wish=(account_id, role, *(said.get(key) for key in _PART_FIELDS)),
    )


# --- person and sign-in ---------------------------------------------------------------------------


def _person(row: Any, scope: Scope) -> None:
    st.subheader(_("Person of the company"))
    key = f"person_{row.account_id}_{row.employee_id}"
    whose, typed = st.session_state.get(_TYPED, ("", ""))
    if whose == row.account_id and key not in st.session_state:
        # Somebody else was quicker: what was typed is kept beside what is in force now.
        st.session_state[key] = typed or None
    accounts_parts.say_what_was_done("person")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        accounts_parts.person_field(
            _("Person"), scope, key=key, chosen=row.employee_id, hidden=True
        )
        st.button(_("Save"), key="person_save", on_click=_link, args=(row, key))
    if row.employee_id and (st.session_state.get(key) or "") != row.employee_id:
        known = accounts_parts.people_names(scope, here_only=False)
        now_is = known.get(row.employee_id, "")
        who = f"{now_is} · {row.employee_id}" if now_is else row.employee_id
        st.caption(_("At the moment: {person}", person=widgets.plain(who)))
    st.caption(_("Decides which card is their own, and which line they lead."))


def _link(row: Any, key: str) -> None:
    # What the administrator saw goes along: a change made meanwhile is not overwritten.
    typed = str(st.session_state.get(key) or "").strip()
    do(
        lambda scope: link_employee(
            start.store(), row.account_id, typed, scope=scope, expected=row.employee_id
        ),
        _("Saved."),
        place="person",
    )
    is_refused = accounts_parts.is_refused("person")
    st.session_state[_TYPED] = (row.account_id, typed) if is_refused else ("", "")


def _sign_in(row: Any) -> None:
    st.subheader(_("Sign-in"))
    account_id = row.account_id
    with st.container(horizontal=True):
        st.button(
            _("End all sessions"),
            key="end_sessions",
            icon=":material/logout:",
            on_click=do,
            args=(
                lambda scope: end_sessions(start.store(), account_id, scope=scope),
                _("All sessions are ended."),
            ),
        )
        st.button(
            _("Close the account") if row.is_active else _("Open the account"),
            key="set_active",
            icon=":material/block:" if row.is_active else ":material/lock_open:",
            on_click=do,
            args=(
                lambda scope: set_active(
                    start.store(),
                    account_id,
                    is_active=not row.is_active,
                    scope=scope,
                    today=reads.today(),
                ),
                _("Closed.") if row.is_active else _("Opened."),
            ),
        )
        if row.is_bound:
            st.button(
                _("Match anew by e-mail"),
                key="free_sign_in",
                help=_("For somebody whose sign-in service has changed. Ends all sessions."),
                on_click=do,
                args=(
                    lambda scope: free_sign_in(start.store(), account_id, scope=scope),
                    _("The next sign-in is matched by e-mail."),
                ),
            )
    st.caption(_("Each of these holds at once, also for pages that are open now."))
