"""Deputies on the accounts page: who stands in for whom, named and ended by HR."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import format_day
from perf_core.services.accounts import end_deputy, list_deputies, name_deputy
from perf_ui import reads, start, widgets
from perf_ui.accounts_parts import do, people_names, person_field, say_what_was_done
from perf_ui.i18n import _, language


def deputies(scope: Scope) -> None:
    """Show who stands in for whom; HR may name and end."""
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
        st.form("deputy", border=False),
    ):
        person_field(_("Deputy"), scope, key="deputy_who")
        person_field(_("Stands in for"), scope, key="deputy_whom")
        st.date_input(_("From"), today, key="deputy_first")
        st.date_input(_("To"), today + timedelta(days=13), key="deputy_last")
        st.text_input(_("Reason"), key="deputy_reason", max_chars=200)
        say_what_was_done("deputy")
        st.form_submit_button(_("Name as deputy"), type="primary", on_click=_name_deputy)


def _name_deputy() -> None:
    said = st.session_state
    who, whom = (str(said[key] or "").strip() for key in ("deputy_who", "deputy_whom"))
    first, last = said["deputy_first"], said["deputy_last"]
    do(
        lambda scope: name_deputy(
            start.store(),
            who,
            stands_in_for=whom,
            scope=scope,
            from_day=first,
            to_day=last,
            reason=str(said["deputy_reason"] or ""),
        ),
        _("Named."),
        place="deputy",
        wish=(who, whom, first, last),
        clears={"deputy_who": None, "deputy_whom": None, "deputy_reason": ""},
    )
