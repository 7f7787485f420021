import streamlit as st

from perf_ui import person_parts, reads, share_parts, words
from perf_ui.filters import period_filter
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Explain one person's scorecard, line by line, down to where the figures come from."""
    viewer = current_viewer()
    scope, directory = current_scope(viewer), reads.directory()
    employee_id = person_parts.chosen_person(directory, scope)
    person_parts.header(directory, scope, employee_id)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=230):
            period = period_filter(directory)
        card = person_parts.chosen_card(directory, scope, period, employee_id)
        if card is not None:
            share_parts.share_person(scope, period, card)
    scores = reads.scores(scope, period)
    st.caption(words.elapsed_words(scores))
    if card is None:
        person_parts.no_card(directory, scores)
        return
    person_parts.tiles(directory, scores, card)
    lines = person_parts.card_lines(scope, period, card)
    person_parts.scorecard(directory, scope, period, card, lines)
    person_parts.past_and_future(directory, scope, period, card, lines)
    person_parts.ratings_and_events(directory, scope, period, card)
    share_parts.shared_answers(scope, employee_id)


page()
