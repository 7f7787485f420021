"""All pages: where they stand, what they are called, who may open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from perf_core.domain.access import ViewerKind
from perf_ui import address
from perf_ui.i18n import _

_PAGES = Path(__file__).resolve().parent.parent / "pages"
_EVERYBODY: Final = frozenset(ViewerKind)
_LEADERS: Final = frozenset({ViewerKind.EXECUTIVE, ViewerKind.HR, ViewerKind.MANAGER})
_HR: Final = frozenset({ViewerKind.HR})


@dataclass(frozen=True)
class PageEntry:
    """One page: its address (also its file's name), title, icon and who may open it."""

    code: str
    title: Callable[[], str]
    icon: str
    viewers: frozenset[ViewerKind] = _EVERYBODY
    in_menu: bool = True


ENTRIES: Final[tuple[PageEntry, ...]] = (
    PageEntry("overview", lambda: _("Overview"), ":material/space_dashboard:"),
    PageEntry("compare", lambda: _("Compare"), ":material/compare_arrows:", _LEADERS),
    PageEntry("team", lambda: _("Team"), ":material/groups:", _LEADERS),
    PageEntry("person", lambda: _("Scorecard"), ":material/person:"),
    PageEntry("data", lambda: _("Data"), ":material/database:", _HR),
    PageEntry("welcome", lambda: _("Welcome"), ":material/waving_hand:", in_menu=False),
)


def build_pages() -> dict[str, st.Page]:
    """Register every page for everybody: what may be opened is decided later, page by page."""
    return {
        entry.code: st.Page(
            _PAGES / f"{entry.code}.py",
            title=entry.title(),
            icon=entry.icon,
            url_path=entry.code,
            default=entry.code == "overview",
            visibility="visible" if entry.in_menu else "hidden",
        )
        for entry in ENTRIES
        if (_PAGES / f"{entry.code}.py").is_file()
    }


def remember_pages(pages: dict[str, st.Page]) -> None:
    """Keep the pages of this run for the links on them."""
    st.session_state["perf_pages"] = pages


def page_of(code: str) -> st.Page:
    """The registered page of a code."""
    pages: dict[str, st.Page] = st.session_state["perf_pages"]
    return pages[code]


def menu(kind: ViewerKind | None) -> None:
    """Links to the pages this kind of viewer may open, keeping what the address carries."""
    pages: dict[str, st.Page] = st.session_state["perf_pages"]
    for entry in ENTRIES:
        if entry.in_menu and entry.code in pages and (kind is None or kind in entry.viewers):
            st.page_link(
                pages[entry.code],
                label=entry.title(),
                icon=entry.icon,
                query_params=address.carried(),
                width="stretch",
            )


def may_open(code: str, kind: ViewerKind) -> bool:
    """Whether a kind of viewer may open a page."""
    return any(entry.code == code and kind in entry.viewers for entry in ENTRIES)


def link_to(code: str, label: str, *, icon: str | None = None, **changes: str) -> None:
    """Show a link to a page that keeps period, filters, language and viewer."""
    st.page_link(page_of(code), label=label, icon=icon, query_params=address.carried(changes))


def go_to(code: str, **changes: str) -> None:
    """Open a page, keeping what the address carries."""
    st.switch_page(page_of(code), query_params=address.carried(changes))
