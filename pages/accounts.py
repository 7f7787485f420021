import streamlit as st

from perf_ui import accounts_detail, accounts_parts, address, deputy_parts
from perf_ui.filters import settle
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Keep who may sign in, which parts they play, who stands in, and the record of it."""
    viewer = current_viewer()
    scope = current_scope(viewer)
    accounts_parts.keepers_only(scope)
    chosen = address.read("account") if scope.may_administer else ""
    if chosen and chosen in set((listed := accounts_parts.accounts(scope))["account_id"]):
        accounts_detail.one_account(listed, chosen, scope)
        return
    st.title(_("Accounts"))
    parts = {
        "list": (_("Accounts"), accounts_parts.account_list),
        "deputies": (_("Deputies"), deputy_parts.deputies),
        "record": (_("Record"), accounts_parts.record),
    }
    if not scope.may_administer:
        del parts["list"]
    first = next(iter(parts))
    tab = address.read("tab", allowed=parts, default=first)
    settle("accounts_tab", tab)
    st.segmented_control(
        _("What to do"),
        list(parts),
        format_func=lambda code: parts[code][0],
        key="accounts_tab",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: address.write("tab", st.session_state["accounts_tab"], default=first),
    )
    parts[tab][1](scope)


page()
