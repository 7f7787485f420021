"""What runs at every touch: language, who looks, navigation, then the page."""

from __future__ import annotations

import streamlit as st

from perf_core.domain.access import ViewerKind
from perf_core.domain.errors import PerfError
from perf_core.language.translate import LANGUAGES, OWN_NAMES
from perf_ui import address, navigation, reads, start, style, viewer, widgets
from perf_ui.filters import settle
from perf_ui.i18n import _, language, settle_language, speaking


def main() -> None:
    """Speak one language through the whole run: asking the session at each word is dear."""
    with speaking(settle_language()):
        compose()


def compose() -> None:
    """Compose the frame around the page."""
    st.set_page_config(page_title="Perfboard", page_icon=widgets.ICON, layout="wide")
    style.apply_style()
    pages = navigation.build_pages()
    navigation.remember_pages(pages)
    page = st.navigation(list(pages.values()), position="hidden")
    st.logo(widgets.LOGO, size="large")
    if not start.is_ready():
        _side(with_viewer=False)
        widgets.store_not_ready(start.store().name)
        return
    reads.refresh_state()
    is_empty = reads.directory().is_empty
    _side(with_viewer=not is_empty)
    if is_empty and page.url_path not in {"welcome", "data"}:
        st.switch_page(pages["welcome"], query_params=address.carried())
    try:
        page.run()
    except PerfError as error:
        st.error(widgets.worded(error), icon=":material/block:")


def _side(*, with_viewer: bool) -> None:
    with st.sidebar:
        if with_viewer:
            kind = address.read("as", default=ViewerKind.HR.value)
            navigation.menu(ViewerKind(kind) if kind in set(ViewerKind) else None)
            st.space("small")
            viewer.view_as()
        _language_switch()
        style.close_menu_after_choice()


def _language_switch() -> None:
    settle("language_switch", language())
    st.segmented_control(
        _("Language"),
        LANGUAGES,
        format_func=lambda code: OWN_NAMES[code],
        key="language_switch",
        required=True,
        label_visibility="collapsed",
        on_change=_language_changed,
    )


def _language_changed() -> None:
    address.write("lang", st.session_state["language_switch"])


main()
