"""What the person page is made of: who, the figures of the card, and its lines explained."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.period import Period
from perf_core.language.formats import format_day
from perf_core.services.directory import Directory
from perf_core.services.score_period import PeriodScores
from perf_ui import address, card_words, compare_view, navigation, reads, words
from perf_ui.card_words import Card
from perf_ui.closer_look import closer_look
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.rows import show_rows, show_tiles
from perf_ui.widgets import empty_state, figure_card, heading, plain

_MOST_OFFERED: Final = 40


def chosen_person(directory: Directory, scope: Scope) -> str:
    """The person in the address, the viewer's own card, or whoever is picked here."""
    wanted = address.read("person")
    if wanted in directory.people.index and (scope.sees(wanted) or wanted in scope.former):
        return wanted
    if scope.viewer.kind is ViewerKind.EMPLOYEE and scope.viewer.employee_id:
        return scope.viewer.employee_id
    st.title(_("Scorecard"))
    if wanted:
        st.info(
            _("You may not see this person, or nobody has this number."), icon=":material/lock:"
        )
    _pick_person(directory, scope)
    return st.stop()


def _pick_person(directory: Directory, scope: Scope) -> None:
    people = directory.people
    if scope.employees is not None:
        people = people[people.index.isin(scope.employees)]
    text = st.text_input(
        _("Whose scorecard?"),
        key="person_search",
        placeholder=_("Name or number"),
        icon=":material/search:",
        max_chars=100,
        live=True,
    )
    wanted = (text or "").strip().casefold()
    hit = people["name"].str.casefold().str.contains(wanted, regex=False)
    hit |= people.index.str.casefold().str.contains(wanted, regex=False)
    found = people[hit].sort_values("name")
    with st.container(gap=None):
        for employee_id, row in found.head(_MOST_OFFERED // 2).iterrows():
            with st.container(key=f"row_pick_{employee_id}", horizontal=True, gap="medium"):
                with st.container(width=150):
                    # No link: one to the page that is open leaves the address as it was.
                    st.button(
                        plain(str(row["name"])),
                        key=f"pick_{employee_id}",
                        type="tertiary",
                        on_click=address.write,
                        args=("person", str(employee_id)),
                    )
                st.caption(plain(f"{employee_id} · {words.place_words(directory, row)}"))
    if len(found) > _MOST_OFFERED // 2:
        st.caption(_("{n} more: type more letters.", n=len(found) - _MOST_OFFERED // 2))


def header(scope: Scope, employee_id: str) -> None:
    """Who it is: name, role, brand, manager, since when."""
    _way_back(scope)
    name, facts = card_words.who(reads.key(), employee_id, language())
    st.title(name, anchor=False)
    # Of people who left the team only the past is shown, not where they are now.
    st.markdown(facts if scope.sees(employee_id) else f":gray[{plain(employee_id)}]")


def _way_back(scope: Scope) -> None:
    """The list one came from, by its name and as it was."""
    code, target = navigation.way_back()
    if not navigation.may_open(code, scope.viewer):
        return
    names = compare_view.limit_names(reads.directory(), scope) if code == "compare" else []
    label = " · ".join([navigation.title_of(code), *names])
    st.page_link(
        navigation.page_of(code),
        label=plain(label),
        icon=":material/arrow_back:",
        query_params=target,
    )


def chosen_card(scope: Scope, period: Period, employee_id: str) -> Card | None:
    """The person's card of the period; who moved has several and picks one."""
    cards = card_words.cards_of(scope, period, employee_id)
    if len(cards) < 2:
        return cards[0] if cards else None
    by_code = {f"{one.row.role}@{one.row.brand}": one for one in cards}
    chosen = address.read("card", allowed=by_code, default=list(by_code)[-1])
    settle("card_choice", chosen)
    with st.container(width="content"):
        st.segmented_control(
            _("Card"),
            list(by_code),
            format_func=lambda code: (
                words.place_words(by_code[code].directory, by_code[code].row)
                if code in by_code
                else code
            ),
            key="card_choice",
            required=True,
            on_change=lambda: address.write("card", st.session_state["card_choice"]),
        )
    return by_code[chosen]


def no_card(scores: PeriodScores) -> None:
    """Say why there is no card."""
    empty_state(
        _("No scorecard in this period"),
        _(
            "There is one from a quarter of the period's days on, for a role that has a template. "
            "Data goes through {day}.",
            day=format_day(scores.as_of, language()),
        ),
    )


def tiles(card: Card) -> None:
    """The card in five figures, and the breach that makes its total zero."""
    show_tiles(card_words.tiles(card, language()))
    if card.row.vetoed:
        st.warning(
            _(
                "A confirmed breach in this period sets the total to zero. The lines show what "
                "would have been earned."
            ),
            icon=":material/gavel:",
        )


def scorecard(card: Card) -> None:
    """Every line of the card: what happened, against what, and what it earns."""
    st.subheader(_("Scorecard"), anchor=False)
    show_rows(card_words.line_rows(card, language()))
    if card.lines:
        closer_look(card)


def past_and_future(card: Card) -> None:
    """The last periods beside the role's others, and the way to the next grade."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure_card(
            _("The last periods"),
            card_words.past_figure(card, language()),
            key="past",
            alt=_("Totals of the last periods beside the median of the role"),
            note=_("Dotted: the median of everybody else in the role, from four people on."),
            table=lambda: card_words.past_table(card),
            about={_("Person"): f"{card.row.name} ({card.row.employee_id})"},
        )
    with right:
        next_grade(card)


def next_grade(card: Card) -> None:
    """What is missing for the next better grade, and which line alone would bring it."""
    way = card_words.way_up(card, language())
    with st.container(
        border=True, key=f"next_grade_{card.row.card_id}", gap="small", height="stretch"
    ):
        if way.is_best:
            heading(_("The best grade is reached"), icon=":material/celebration:")
            st.caption(_("Nothing is missing: keep it up."))
        elif not way.title:
            heading(_("The next grade"))
            st.caption(_("There is no grade to reach from here in this period."))
        else:
            st.markdown(way.title)
            st.markdown(way.missing)
            st.caption(way.lead)
            for one in way.ways:
                st.markdown(one)
            if way.by_rank:
                st.caption(_("Decided by rank: the total to reach moves with the others."))


def status_names() -> dict[str, str]:
    """How far a breach has been looked at."""
    return {
        "proposed": _("proposed, not counted"),
        "confirmed": _("confirmed"),
        "dismissed": _("dismissed"),
    }


def ratings_and_events(card: Card) -> None:
    """Marks by others and breaches."""
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key="marks", gap="small", height="stretch"):
        heading(_("Marks by people"))
        marks = card_words.mark_table(card, language())
        if marks.empty:
            st.caption(_("Nobody gave marks for this period."))
        else:
            st.table(marks, border="horizontal", hide_index=True)
            st.caption(
                _("From 1 to 5, the mean and the number of marks. Means of few peers stay hidden.")
            )
    with right, st.container(border=True, key="events", gap="small", height="stretch"):
        heading(_("Breaches"))
        events = reads.records(card.scope, card.period, card.row.employee_id).events
        if events.empty:
            st.caption(_("None in this period."))
        for event in words.rows_of(events):
            kind = words.axis_name(card.directory, "veto", event.kind) or event.kind
            status = status_names().get(event.status, event.status)
            st.markdown(
                f"**{plain(kind)}** :gray[· {plain(format_day(event.day, language()))}"
                f" · {plain(status)}]"
            )
            told = " · ".join(part for part in (event.source, event.note) if part)
            if told:
                st.caption(plain(told))
