import streamlit as st

from perf_ui import person_parts, reads, share_parts, words
from perf_ui.filters import period_filter
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Explain one person's scorecard, line by line, down to where the figures come from."""
    viewer = current_viewer()
    scope, directory = current_scope(viewer), reads.directory()
    employee_id = person_parts.chosen_person(directory, scope)
    person_parts.header(scope, employee_id)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        period = period_filter(directory, width=230)
        card = person_parts.chosen_card(scope, period, employee_id)
        if card is not None:
            share_parts.share_person(scope, period, card.key)
    scores = reads.scores(scope, period)
    st.caption(words.elapsed_words(scores))
    if card is None:
        person_parts.no_card(scores)
        return
    person_parts.tiles(card)
    person_parts.scorecard(card)
    person_parts.past_and_future(card)
    person_parts.ratings_and_events(card)
    share_parts.shared_answers(scope, employee_id)


page()
