import streamlit as st

from perf_ui import reads, share_parts, team_parts, words
from perf_ui.filters import (
    axis_filter,
    choice_filter,
    flag_filter,
    period_filter,
    search_filter,
)
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer


def page() -> None:
    """Show everybody the viewer leads in one table: search, sort, open a person."""
    viewer = current_viewer()
    team_parts.leaders_only(viewer)
    scope, directory = current_scope(viewer), reads.directory()
    head = st.container(horizontal=True, vertical_alignment="center")
    head.title(_("Team"), width="stretch")
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        wanted = search_filter(_("Search"), _("Name or number"), width=170)
        period = period_filter(directory, width=190)
        brands = team_parts.codes(scope, period, "brand")
        brand = axis_filter(directory, "brand", brands, _("Brand"), width=125)
        roles = team_parts.codes(scope, period, "role")
        role = axis_filter(directory, "role", roles, _("Role"), width=125)
        grades = team_parts.grade_options(directory)
        grade = choice_filter("grade", _("Grade"), grades, width=115)
        orders = team_parts.orders()
        order = choice_filter("sort", _("Sort by"), orders, default="total_up", width=140)
        only = flag_filter("attention", _("Needs attention"))
    with head:
        share_parts.share_team(scope, period, brand=brand, role=role)
    scores = reads.scores(scope, period)
    st.caption(words.elapsed_words(scores))
    wish = team_parts.Wish(brand, role, grade, wanted, only, order)
    about = words.about_view(directory, scores, brand=brand, role=role)
    team_parts.chosen_list(scope, period, wish, about=about)


page()
