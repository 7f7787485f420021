import streamlit as st

from perf_ui import accounts_detail, accounts_parts, address
from perf_ui.filters import settle
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Keep who may sign in, which parts they play, and the record of it."""
    viewer = current_viewer()
    scope = current_scope(viewer)
    accounts_parts.administrators_only(scope)
    listed = accounts_parts.accounts(scope)
    chosen = address.read("account")
    if chosen in set(listed["account_id"]):
        accounts_detail.one_account(listed, chosen, scope)
        return
    st.title(_("Accounts"))
    parts = {
        "list": (_("Accounts"), accounts_parts.account_list),
        "deputies": (_("Deputies"), accounts_parts.deputies),
        "record": (_("Record"), accounts_parts.record),
    }
    tab = address.read("tab", allowed=parts, default="list")
    settle("accounts_tab", tab)
    st.segmented_control(
        _("What to do"),
        list(parts),
        format_func=lambda code: parts[code][0],
        key="accounts_tab",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: address.write("tab", st.session_state["accounts_tab"], default="list"),
    )
    parts[tab][1](listed, scope)


page()
