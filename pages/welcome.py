import streamlit as st

from perf_ui import navigation, reads, welcome_parts
from perf_ui.i18n import _
from perf_ui.viewer import current_viewer


def page() -> None:
    """Greet whoever opens an empty store: see a demo, or start with own files."""
    current_viewer()
    if not reads.directory().is_empty:
        navigation.go_to("overview")
    st.title(_("Welcome to Perfboard"), anchor=False)
    st.markdown(_("From a company's own exports to a scorecard that everybody can ask why."))
    st.space("small")
    welcome_parts.choices()


page()
