import streamlit as st

from perf_core.domain.access import ViewerKind
from perf_ui import overview_parts, reads, share_parts, words
from perf_ui.filters import axis_filter, period_filter
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Say at first glance where we stand in a period and who needs help."""
    viewer = current_viewer()
    scope, directory = current_scope(viewer), reads.directory()
    is_own = viewer.kind is ViewerKind.EMPLOYEE
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(_("My progress") if is_own else _("Overview"), width="stretch")
    overview_parts.load_note(directory)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        period = period_filter(directory, width=230)
        brand = ""
        if not is_own:
            brands = directory.codes("brand")
            brand = axis_filter(directory, "brand", brands, _("Brand"), width=230)
    if brand:
        with head:
            share_parts.share_brand(scope, period, brand)
    st.caption(words.elapsed_words(reads.scores(scope, period)))
    if is_own:
        overview_parts.own_progress(directory, scope, period)
    else:
        overview_parts.tiles(scope, period, brand=brand)
        overview_parts.attention_list(directory, scope, period, brand=brand)


page()
