"""Whom the tiles of leavers and stayers count, by name."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from perf_core.services.directory import Directory
from perf_core.services.leavers import Leavers
from perf_ui import compare_made_of, words
from perf_ui.i18n import _
from perf_ui.widgets import plain


def answer_if_asked(directory: Directory, found: Leavers) -> None:
    """Open the list of everybody counted, if it was asked for."""
    if compare_made_of.asked("leavers") is None:
        return

    @st.dialog(plain(_("Who is counted, leavers and stayers")), width="large")
    def parts() -> None:
        st.caption(
            _(
                "Everybody with a complete scorecard in the last months; leavers first, the best "
                "of each kind before the others."
            )
        )
        people, loads = st.tabs([_("Which people"), _("Which loads")])
        rows = found.counted
        with people:
            compare_made_of.people_table(
                rows["employee_id"].tolist(),
                pd.DataFrame(
                    {
                        _("Name"): rows["name"],
                        _("Left or here"): [
                            _("left") if one else _("here") for one in rows["is_left"]
                        ],
                        _("Top grade in the last months"): [
                            _("yes") if one else _("no") for one in rows["was_top"]
                        ],
                        _("Last total"): rows["total"].astype(float).round(1),
                        _("Last grade"): [
                            words.grade_name(directory, code) for code in rows["grade"]
                        ],
                        _("Brand"): [
                            words.axis_name(directory, "brand", code) for code in rows["brand"]
                        ],
                        _("Role"): [
                            words.axis_name(directory, "role", code) for code in rows["role"]
                        ],
                    }
                ),
                key="leavers",
            )
        with loads:
            compare_made_of.loads_table(directory, ("employees", "assignments"), key="leavers")
            st.caption(_("A scorecard names the rows that its totals come from."))

    parts()
