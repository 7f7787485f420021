import streamlit as st

from perf_ui import compare_parts, compare_share_parts, compare_take_parts, reads, words
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Put brands, regions and roles side by side: which is in trouble, and who is behind it."""
    viewer = current_viewer()
    compare_parts.leaders_only(viewer)
    scope, directory = current_scope(viewer), reads.directory()
    codes = compare_parts.seen_codes(scope)
    view = compare_parts.view_from_address(directory, codes)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("Compare"), width="stretch")
        compare_take_parts.take_away(view)
        compare_share_parts.share(scope, directory, view)
    compare_parts.crumbs(directory, view)
    compare_parts.pickers(directory, view, codes)
    compare_parts.tell_left_out(directory, codes, view, compare_parts.part_titles())
    st.caption(words.elapsed_words(reads.scores(scope, view.period)))
    show = compare_parts.part(compare_parts.part_switch())
    show(scope, directory, view)


page()
