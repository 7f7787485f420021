"""The first screen of an empty store: a demo, or the own files."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.language.translate import N_
from perf_ui import navigation, reads
from perf_ui.data_words import step_name
from perf_ui.i18n import _
from perf_ui.start import store
from perf_ui.widgets import heading, plain, worded

_STEPS: Final = {
    "Making up people and figures": N_("Making up people and figures"),
    "Writing orders": N_("Writing orders"),
    "Writing daily reports": N_("Writing daily reports"),
    "Writing personnel files": N_("Writing personnel files"),
}


def choices() -> None:
    """Two demos and the own files, side by side; a phone shows them one below the other."""
    grid = st.grid(3, min_column_width=240, gap="small")
    with grid.cell(), st.container(border=True, key="demo_small", height="stretch"):
        heading(_("Demo: a small shop"), icon=":material/storefront:")
        st.caption(
            _("28 people: operations, design, service and a warehouse. Ready in half a minute.")
        )
        small = st.button(_("Show the small shop"), key="make_small", width="stretch")
    with grid.cell(), st.container(border=True, key="demo_group", height="stretch"):
        heading(_("Demo: a group"), icon=":material/apartment:")
        st.caption(_("200 people in five brands and three regions, 18 months of business."))
        group = st.button(_("Show the group"), key="make_group", type="primary", width="stretch")
    with grid.cell(), st.container(border=True, key="own_files", height="stretch"):
        heading(_("Start with my files"), icon=":material/upload_file:")
        st.caption(
            _("Exports of shops, service desk and HR as they are: CSV, Excel or a whole folder.")
        )
        if st.button(_("Load my files"), key="own", width="stretch"):
            navigation.go_to("data")
    if small or group:
        _make_demo(28 if small else 200)
    st.caption(
        _(
            "A demo is made of raw files and loaded like any others; you find them beside the "
            "store and can look at each."
        )
    )


def _step(step: str) -> str:
    return _(_STEPS[step]) if step in _STEPS else step_name(step)


def _make_demo(people: int) -> None:
    """Make the demo with its progress in sight, then open the overview on it."""
    from perf_core.services.demo_company import demo_folder, make_demo

    shown = st.progress(0.0, text=_("Making the demo company"))

    def tell(step: str, share: float) -> None:
        shown.progress(min(max(share, 0.0), 1.0), text=plain(_step(step)))

    try:
        account = make_demo(
            store(), folder=demo_folder(store(), people), people=people, progress=tell
        )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    if account.refused:
        st.error(plain(str(account.refused)), icon=":material/block:")
        return
    reads.refresh_state()
    navigation.go_to("overview")
