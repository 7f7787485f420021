"""A new indicator by its formula, typed on the Data page."""

from __future__ import annotations

import re
from typing import Final, Literal

import pandas as pd
import streamlit as st

from perf_core.domain.catalogue import Direction, Indicator, Names, Unit
from perf_core.domain.errors import FormulaError, PerfError
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_ui.i18n import _, language, named
from perf_ui.widgets import plain, worded

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


def new_indicator(desk: DataDesk, directory: Directory) -> None:
    """Type an indicator: names, unit, direction and formula; a fault is shown at its place."""
    units: dict[Unit, str] = {
        "count": _("Count"),
        "money": _("Money"),
        "percent": _("Percent"),
        "seconds": _("Seconds"),
        "points": _("Points"),
        "rating": _("Mark 1–5"),
    }
    kinds: dict[Literal["kpi", "cpi", "veto"], str] = {
        "kpi": _("Core (KPI)"),
        "cpi": _("Behaviour and ability (CPI)"),
    }
    directions: dict[Direction, str] = {
        "higher": _("Higher is better"),
        "lower": _("Lower is better"),
    }
    with st.form("indicator_form"):
        grid = st.grid(2, min_column_width=260, gap="small")
        zh = grid.text_input(_("Name in Chinese"), max_chars=60)
        en = grid.text_input(_("Name in English"), max_chars=60)
        code = grid.text_input(
            _("Code"),
            max_chars=40,
            placeholder="launch_sales",
            help=_("Small letters, digits and _."),
        )
        unit = grid.selectbox(_("Unit"), list(units), format_func=lambda one: units[one])
        kind = grid.selectbox(_("Kind"), list(kinds), format_func=lambda one: kinds[one])
        direction = grid.selectbox(
            _("Direction"), list(directions), format_func=lambda one: directions[one]
        )
        formula = st.text_input(
            _("Formula"),
            placeholder="orders / visits",
            max_chars=300,
            help=_(
                "Measures by their code with + - * / and ( ), per_day(x), growth(x), prev(x), "
                "rating(dimension). Sums come first: orders / visits is the ratio of the sums."
            ),
        )
        benchmark = st.number_input(
            _("Industry benchmark"), value=None, format="%.6g", help=_("Optional; 0.05 is 5 %.")
        )
        sent = st.form_submit_button(_("Save indicator"), type="primary")
    if sent:
        _save_indicator(
            desk,
            directory,
            Names(zh.strip(), en.strip()),
            code.strip(),
            kind,
            unit,
            direction,
            formula,
            benchmark,
        )
    with st.expander(_("Measures a formula may name")):
        found = [
            (code, named(one.names, code))
            for code, one in sorted(directory.catalogue.measures.items())
        ]
        st.dataframe(
            pd.DataFrame(found, columns=[_("Code"), _("Name")]), hide_index=True, height=300
        )


def _save_indicator(
    desk: DataDesk,
    directory: Directory,
    names: Names,
    code: str,
    kind: Literal["kpi", "cpi", "veto"],
    unit: Unit,
    direction: Direction,
    formula: str,
    benchmark: float | None,
) -> None:
    if not (names.zh or names.en):
        st.error(_("Give it a name in at least one language."))
        return
    if not _CODE.fullmatch(code):
        st.error(_("The code needs small letters, digits and _, and begins with a letter."))
        return
    if code in directory.catalogue.indicators:
        st.error(_("There is an indicator with the code “{code}” already.", code=plain(code)))
        return
    made = Indicator(
        code,
        names,
        kind,
        unit,
        direction,
        formula.strip(),
        _("typed in"),
        benchmark,
    )
    try:
        desk.add_indicator(made)
    except FormulaError as error:
        st.error(worded(error), icon=":material/function:")
        mark = " " * error.position + "▲"
        st.code(f"{error.formula}\n{mark}", language=None)
        return
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    st.success(
        _(
            "“{name}” can now be used in templates and comparisons.",
            name=plain(names.in_language(language(), code)),
        )
    )
