"""What the overview is made of: the tiles, the list, and an employee's own progress."""

from __future__ import annotations

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import format_period
from perf_core.services.directory import Directory
from perf_ui import card_words, navigation, overview_words, person_parts, reads, words
from perf_ui.card_words import Card
from perf_ui.i18n import _, language
from perf_ui.rows import show_rows, show_tiles
from perf_ui.widgets import empty_state, plain


def load_note(directory: Directory) -> None:
    """A delivery that failed is the first thing said."""
    newest = directory.newest_load
    if newest is None or not newest.failed:
        return
    with st.container(border=True, key="load_failed"):
        st.markdown(
            ":orange[:material/warning:] "
            + _(
                "**The last load was refused** ({at}). The figures below are from before it.",
                at=words.instant_words(directory, newest.at),
            )
        )
        if newest.note:
            st.caption(plain(newest.note))


def tiles(scope: Scope, period: Period, *, brand: str) -> None:
    """Five figures, each beside the period before."""
    show_tiles(overview_words.tiles(scope, period, brand=brand))


def attention_list(directory: Directory, scope: Scope, period: Period, *, brand: str) -> None:
    """Who is behind and who fell, the worst first, each with what explains it."""
    st.subheader(_("Who needs attention"), anchor=False)
    if not reads.scores(scope, period).cards["complete"].any():
        _no_cards(directory)
        return
    rows, n_listed = overview_words.attention_rows(scope, period, brand=brand)
    if not rows:
        empty_state(
            _("Nobody is behind"),
            _("Every complete scorecard is at or above the pass mark, and nobody fell far."),
            icon=":material/check_circle:",
        )
        return
    show_rows(rows, width=230)
    if n_listed > len(rows):
        navigation.link_to(
            "team",
            _("All {n} scorecards that need attention", n=n_listed),
            icon=":material/arrow_forward:",
            attention="1",
        )


def _no_cards(directory: Directory) -> None:
    empty_state(
        _("Nothing can be scored in this period"),
        _("No role with a template has both data and a target on these days."),
    )
    if directory.windows:
        window = directory.windows[0]
        navigation.link_to(
            "overview",
            _(
                "Open {period}, the newest window with targets",
                period=format_period(window, language()),
            ),
            icon=":material/event:",
            period=window.code,
        )


def own_progress(directory: Directory, scope: Scope, period: Period) -> None:
    """The own card, large: how far each target is, against the time gone, and what is missing."""
    cards = card_words.cards_of(scope, period, scope.viewer.employee_id or "")
    if not cards:
        _no_cards(directory)
        return
    for card in cards:
        if len(cards) > 1:
            st.subheader(plain(words.place_words(directory, card.row)), anchor=False)
        person_parts.tiles(card)
        _own_lines(card)
    navigation.link_to(
        "person", _("My scorecard in full"), icon=":material/arrow_forward:", person=""
    )


def _own_lines(card: Card) -> None:
    reached = [line.indicator for line in card.lines if line.progress >= 1 - 1e-9]
    names = [plain(words.indicator_name(card.directory, code)) for code in reached]
    if names and not card.row.vetoed:
        st.success(
            _("Congratulations, target reached: {names}", names=", ".join(names)),
            icon=":material/celebration:",
        )
    st.subheader(_("My targets"), anchor=False)
    show_rows(card_words.own_rows(card, language()))
    person_parts.next_grade(card)
