"""All pages: where they stand, what they are called, who may open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import streamlit as st

from perf_core.domain.access import Viewer, ViewerKind
from perf_ui import address
from perf_ui.i18n import _
from perf_ui.style import FOLLOWED, follow_the_link

_PAGES = Path(__file__).resolve().parent.parent / "pages"
_ADMINISTRATORS: Final = frozenset({ViewerKind.ADMINISTRATOR})
_EVERYBODY: Final = frozenset(ViewerKind) - _ADMINISTRATORS
_LEADERS: Final = _EVERYBODY - {ViewerKind.EMPLOYEE}
_HR: Final = frozenset({ViewerKind.HR})
_KEEPERS: Final = _ADMINISTRATORS | _HR
_OPEN: Final = "perf_open_page"
_OF_A_PERSON: Final = ("person", "card", "line", "from")
_LISTS: Final = ("overview", "compare", "team")


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
    PageEntry("accounts", lambda: _("Accounts"), ":material/manage_accounts:", _KEEPERS),
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


def remember_open(page: st.Page) -> None:
    """Keep which page this run shows."""
    st.session_state[_OPEN] = entry_of(page).code


def page_of(code: str) -> st.Page:
    """The registered page of a code."""
    pages: dict[str, st.Page] = st.session_state["perf_pages"]
    return pages[code]


def menu(viewer: Viewer | None) -> None:
    """Links to the pages this viewer may open, keeping what the address carries."""
    pages: dict[str, st.Page] = st.session_state["perf_pages"]
    for entry in ENTRIES:
        if entry.in_menu and entry.code in pages and viewer and may_open(entry.code, viewer):
            st.page_link(
                pages[entry.code],
                label=entry.title(),
                icon=entry.icon,
                query_params=_to(entry.code, address.carried()),
                width="stretch",
            )


def entry_of(page: st.Page) -> PageEntry:
    """The entry of a registered page; the first page's address is empty."""
    code = page.url_path or ENTRIES[0].code
    return next(entry for entry in ENTRIES if entry.code == code)


def title_of(code: str) -> str:
    """What a page is called."""
    return next(entry.title() for entry in ENTRIES if entry.code == code)


def may_open(code: str, viewer: Viewer) -> bool:
    """Whether a viewer may open a page, by a part of their own or of whom they stand in for."""
    kinds = {viewer.kind, *(other.kind for other in viewer.stands_in_for)}
    if viewer.is_administrator:
        kinds.add(ViewerKind.ADMINISTRATOR)
    return any(entry.code == code and not kinds.isdisjoint(entry.viewers) for entry in ENTRIES)


def link_to(code: str, label: str, *, icon: str | None = None, **changes: str) -> None:
    """Show a link to a page that keeps period, filters, language and viewer.

    One to a person's scorecard keeps the whole list it stands in, for the way back.
    """
    target: dict[str, list[str]] | dict[str, str] = (
        _to_person(changes)
        if code == "person" and changes.get("person")
        else _to(code, address.carried(changes))
    )
    st.page_link(page_of(code), label=label, icon=icon, query_params=target)


def go_to(code: str, **changes: str) -> None:
    """Open a page, keeping what the address carries."""
    st.switch_page(page_of(code), query_params=address.carried(changes))


def open_person(person: str, *, card: str = "") -> NoReturn:
    """Open a scorecard from a row of a table, as one step in the browser's history.

    ``st.switch_page`` puts the new page's address under the old page first, and the back button
    would find the list twice. A link is one step, but only the browser can follow it.
    """
    with st.container(key=FOLLOWED):
        st.page_link(
            page_of("person"),
            label=_("Open the scorecard"),
            query_params=_to_person({"person": person, "card": card}),
        )
    follow_the_link()
    st.stop()


def way_back() -> tuple[str, address.Address]:
    """The list from which a scorecard was opened, and its address; the team without any."""
    code = address.read("from", allowed=_LISTS)
    if not code:
        return "team", {name: [text] for name, text in address.carried().items()}
    whole = address.whole()
    return code, {name: some for name, some in whole.items() if name not in _OF_A_PERSON}


def _to_person(changes: Mapping[str, str]) -> address.Address:
    here = st.session_state.get(_OPEN, "")
    kept = {name: some for name, some in address.whole().items() if name not in _OF_A_PERSON}
    kept |= {name: [text] for name, text in changes.items() if text}
    return {**kept, "from": [here]} if here in _LISTS else kept


def _to(code: str, carried: dict[str, str]) -> dict[str, str]:
    """Where a link leads: Streamlit follows one to the open page without changing the address."""
    return {**carried, address.AGAIN: "1"} if st.session_state.get(_OPEN) == code else carried
