"""All pages: where they stand, what they are called, who may open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from perf_core.domain.access import Viewer, ViewerKind
from perf_ui import address
from perf_ui.i18n import _

_PAGES = Path(__file__).resolve().parent.parent / "pages"
_ADMINISTRATORS: Final = frozenset({ViewerKind.ADMINISTRATOR})
_EVERYBODY: Final = frozenset(ViewerKind) - _ADMINISTRATORS
_LEADERS: Final = _EVERYBODY - {ViewerKind.EMPLOYEE}
_HR: Final = frozenset({ViewerKind.HR})


@dataclass(frozen=True)
class PageEntry:
    """One page: its address (also its file's name), title, icon and who may open it.

    Keeping accounts gives no right to people's data: a page is for administrators only where it
    says so.
    """

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
    PageEntry("accounts", lambda: _("Accounts"), ":material/manage_accounts:", _ADMINISTRATORS),
    PageEntry("welcome", lambda: _("Welcome"), ":material/waving_hand:", _HR, in_menu=False),
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


def menu(viewer: Viewer | None) -> None:
    """Links to the pages this viewer may open, keeping what the address carries."""
    pages: dict[str, st.Page] = st.session_state["perf_pages"]
    carried = address.carried()
    for entry in ENTRIES:
        if entry.in_menu and entry.code in pages and viewer and may_open(entry.code, viewer):
            st.page_link(
                pages[entry.code],
                label=entry.title(),
                icon=entry.icon,
                query_params=carried,
                width="stretch",
            )


def entry_of(page: st.Page) -> PageEntry:
    """The entry of a registered page; the first page's address is empty."""
    code = page.url_path or ENTRIES[0].code
    return next(entry for entry in ENTRIES if entry.code == code)


def may_open(code: str, viewer: Viewer) -> bool:
    """Whether a viewer may open a page, by a part of their own or of whom they stand in for."""
    kinds = {viewer.kind, *(other.kind for other in viewer.stands_in_for)}
    if viewer.is_administrator:
        kinds.add(ViewerKind.ADMINISTRATOR)
    return any(entry.code == code and not kinds.isdisjoint(entry.viewers) for entry in ENTRIES)


def link_to(code: str, label: str, *, icon: str | None = None, **changes: str) -> None:
    """Show a link to a page that keeps period, filters, language and viewer."""
    st.page_link(page_of(code), label=label, icon=icon, query_params=address.carried(changes))


def go_to(code: str, **changes: str) -> None:
    """Open a page, keeping what the address carries."""
    st.switch_page(page_of(code), query_params=address.carried(changes))


def go_down_to(code: str, **changes: str) -> None:
    """Open a page from a row of a list, so that the back button brings the list back as it was.

    Streamlit puts the new page's address under the old page first, and that is what back finds:
    so it keeps all that the list was made by. (The list then stands twice in the history.)
    """
    whole = {name: st.query_params.get_all(name) for name in st.query_params}
    st.switch_page(
        page_of(code), query_params={**whole, **{name: [text] for name, text in changes.items()}}
    )
