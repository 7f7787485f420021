import streamlit as st

from perf_ui import (
    address,
    data_accounts,
    data_export_parts,
    data_load_parts,
    data_quality_parts,
    data_typing_parts,
    reads,
)
from perf_ui.filters import settle
from perf_ui.i18n import _
from perf_ui.viewer import current_viewer, data_desk


def page() -> None:
    """Bring data in, see what became of it, and whether it can be trusted."""
    viewer = current_viewer()
    st.title(_("Data"))
    desk, directory = data_desk(viewer), reads.directory()
    parts = {
        "load": (_("Load files"), data_load_parts.load_files),
        "type": (_("Type in"), data_typing_parts.type_in),
        "loads": (_("Loads"), data_accounts.past_loads),
        "quality": (_("Quality"), data_quality_parts.quality),
        "export": (_("Take out"), data_export_parts.take_out),
    }
    chosen = address.read("tab", allowed=parts, default="load")
    settle("data_tab", chosen)
    st.segmented_control(
        _("What to do"),
        list(parts),
        format_func=lambda code: parts[code][0],
        key="data_tab",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: address.write("tab", st.session_state["data_tab"], default="load"),
    )
    parts[chosen][1](desk, directory)


page()
