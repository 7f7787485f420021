"""What runs at every touch: language, who looks, navigation, then the page."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.errors import PerfError
from perf_core.language.translate import LANGUAGES, OWN_NAMES
from perf_ui import (
    account_menu,
    address,
    metrics,
    navigation,
    period_words,
    providers,
    reads,
    start,
    view_as,
    viewer,
    warming,
    widgets,
)
from perf_ui.filters import settle
from perf_ui.i18n import _, language, settle_language, speaking

_OPEN_WHEN_EMPTY: Final = frozenset({"welcome", "data", "accounts"})


def main() -> None:
    """Speak one language through the whole run: asking the session at each word is dear."""
    address.catch_up()
    with metrics.timed_run(), speaking(settle_language()):
        compose()
    address.leave()


def compose() -> None:
    """Compose the frame around the page."""
    st.set_page_config(page_title="Perfboard", page_icon=widgets.ICON, layout="wide")
    pages = navigation.build_pages()
    navigation.remember_pages(pages)
    page = st.navigation(list(pages.values()), position="hidden")
    navigation.remember_open(page)
    address.arrive()
    st.logo(widgets.LOGO, size="large")
    if not start.is_ready():
        _side(None, with_menu=False, with_viewer=False)
        widgets.store_not_ready(start.store().name)
        return
    reads.refresh_state(changed=warming.ask)
    with viewer.asked_once() as looking:
        _show(page, pages, looking)


def _show(page: st.Page, pages: dict[str, st.Page], looking: Viewer | None) -> None:
    """Show the menu and the page, or say for whom the page is."""
    is_empty = reads.directory().is_empty
    # HR alone has something to do in an empty store: whoever came as somebody else needs the way.
    is_hr = looking is not None and looking.kind is ViewerKind.HR
    _side(looking, with_menu=not is_empty, with_viewer=not (is_empty and is_hr))
    entry = navigation.entry_of(page)
    if is_empty and looking is not None and entry.code not in _OPEN_WHEN_EMPTY:
        home = "welcome" if navigation.may_open("welcome", looking) else "accounts"
        if navigation.may_open(home, looking):
            st.switch_page(pages[home], query_params=address.carried())
        st.title(entry.title())
        widgets.empty_state(
            _("Nothing is loaded yet"),
            _("As soon as HR has loaded the first files, this page shows what is in them."),
        )
        return
    try:
        # Nobody is told so by the page itself, which asks for its viewer first.
        if looking is None or navigation.may_open(entry.code, looking):
            if looking is not None:
                period_words.tell_odd_period(reads.directory())
            # Only seen where it takes longer than a moment: nothing of a state has been read yet.
            with st.spinner(_("Working it out …")):
                page.run()
        else:
            viewer.no_right_note(entry.title(), entry.viewers, looking)
    except PerfError as error:
        st.error(widgets.worded(error), icon=":material/block:")


def _side(looking: Viewer | None, *, with_menu: bool, with_viewer: bool) -> None:
    with st.sidebar:
        if with_menu or providers.current() is not None:
            navigation.menu(looking)
        if providers.current() is not None:
            account_menu.who_is_signed_in(looking)
        elif with_viewer:
            view_as.view_as()
        _language_switch()


def _language_switch() -> None:
    st.segmented_control(
        _("Language"),
        LANGUAGES,
        default=settle("language_switch", language()),
        format_func=lambda code: OWN_NAMES[code],
        key="language_switch",
        required=True,
        label_visibility="collapsed",
        on_change=_language_changed,
    )


def _language_changed() -> None:
    address.write("lang", st.session_state["language_switch"])


main()
