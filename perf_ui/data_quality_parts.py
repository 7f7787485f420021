"""Data quality: what came when, what is missing, and what the scores rest on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from perf_core.language.formats import format_day, format_number, format_share
from perf_core.reporting.data_figures import values_by_day
from perf_core.services.data_desk import DataDesk
from perf_core.services.data_quality import (
    indicators_without_data,
    resting_on_data,
    roles_without_template,
)
from perf_core.services.directory import Directory
from perf_ui import data_words, reads, words
from perf_ui.filters import chosen_period
from perf_ui.i18n import _, language, named
from perf_ui.widgets import empty_state, figure_card


def quality(desk: DataDesk, directory: Directory) -> None:
    """Say first whether the figures can be trusted, then why not."""
    if directory.data_day is None:
        empty_state(_("Nothing has been loaded yet"), _("Load files, or type data in."))
        return
    found = reads.data_quality(desk.scope)
    scores = reads.scores(desk.scope, chosen_period(directory))
    resting = resting_on_data(scores)
    lacking = roles_without_template(directory, day=directory.data_day)
    late = found.sources[found.sources["days_late"] > 0]
    rejected = found.set_aside[found.set_aside["kind"] == "rejected"]["rows"].sum()
    cards = int(resting["cards"].sum())
    share = (
        float((resting["data_share"] * resting["cards"]).sum() / cards) if cards else float("nan")
    )
    grid = st.grid(5, min_column_width=150, gap="small")
    tile: dict[str, Any] = {"border": True, "height": "stretch"}
    grid.metric(_("Data up to"), format_day(directory.data_day, language()), **tile)
    grid.metric(_("Late sources"), format_number(len(late), language(), digits=0), **tile)
    grid.metric(
        _("Days with gaps"),
        format_number(found.gaps["day"].nunique(), language(), digits=0),
        **tile,
    )
    grid.metric(_("Rejected rows"), format_number(int(rejected), language(), digits=0), **tile)
    grid.metric(
        _("Score from data"),
        format_share(share, language(), digits=0),
        help=_("The mean share of a scorecard's weight that rests on data and not on marks."),
        **tile,
    )
    _sources(found.sources)
    _days(directory, found.days, found.gaps)
    _scores(directory, resting, indicators_without_data(scores))
    _templates(directory, lacking)
    _set_aside(found.set_aside)


def _sources(sources: pd.DataFrame) -> None:
    st.subheader(_("Sources"))
    st.dataframe(
        pd.DataFrame(
            {
                _("Source"): [one or _("Unnamed files") for one in sources["source"]],
                _("Table"): [data_words.table_name(one) for one in sources["table"]],
                _("From"): [format_day(one, language()) for one in sources["first_day"]],
                _("Up to"): [format_day(one, language()) for one in sources["last_day"]],
                _("Days behind"): sources["days_late"],
                _("Loads"): sources["loads"],
            }
        ),
        hide_index=True,
        height="content" if len(sources) <= 12 else 440,
    )


def _days(directory: Directory, days: pd.DataFrame, gaps: pd.DataFrame) -> None:
    measures = directory.catalogue.measures
    names = {
        code: named(measures[code].names, code) if code in measures else _("Own measures")
        for code in map(str, days.columns)
    }
    figure_card(
        _("What came on which day"),
        values_by_day(days.rename(columns=names)),
        key="values_by_day",
        alt=_("Number of daily values per measure over the last weeks"),
        note=_("The stronger, the more people had a value; blank is a day without any."),
        table=lambda: days.rename(columns=names).rename_axis(_("Day")).reset_index(),
        about={_("Up to"): days.index[-1].date().isoformat()} if len(days) else {},
    )
    if len(gaps):
        found = gaps.groupby("day")["measure"].apply(list)
        for day, codes in list(found.items())[:8]:
            listed = ", ".join(names.get(str(code), str(code)) for code in codes[:6])
            more = f" +{len(codes) - 6}" if len(codes) > 6 else ""
            at = format_day(pd.Timestamp(str(day)).date(), language())
            st.caption(f":material/event_busy: {at}: {listed}{more}")


def _scores(directory: Directory, resting: pd.DataFrame, lacking: pd.DataFrame) -> None:
    st.subheader(_("What the scores rest on"))
    share: Any = st.column_config.ProgressColumn
    st.dataframe(
        pd.DataFrame(
            {
                "role": [words.axis_name(directory, "role", one) for one in resting["role"]],
                "cards": resting["cards"],
                "share": (resting["data_share"] * 100).round(),
                "incomplete": resting["incomplete"],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "role": _("Role"),
            "cards": _("Scorecards"),
            "share": share(_("From data"), format="%d%%", min_value=0, max_value=100),
            "incomplete": _("Incomplete"),
        },
        key="resting_table",
    )
    if len(lacking):
        st.caption(_("Lines that could not be scored:"))
        st.dataframe(
            pd.DataFrame(
                {
                    _("Role"): [words.axis_name(directory, "role", one) for one in lacking["role"]],
                    _("Indicator"): [
                        words.indicator_name(directory, one) for one in lacking["indicator"]
                    ],
                    _("Lines"): lacking["lines"],
                    _("No data"): lacking["no_data"],
                    _("No target"): lacking["no_target"],
                }
            ),
            hide_index=True,
            height="content" if len(lacking) <= 12 else 440,
        )


def _templates(directory: Directory, lacking: pd.DataFrame) -> None:
    if lacking.empty:
        return
    st.subheader(_("Roles without a template"))
    st.caption(_("These people get no scorecard until their role has a template."))
    st.dataframe(
        pd.DataFrame(
            {
                _("Role"): [
                    words.axis_name(directory, "role", one) or _("No role")
                    for one in lacking["role"]
                ],
                _("People"): lacking["people"],
            }
        ),
        hide_index=True,
        height="content" if len(lacking) <= 12 else 440,
    )


def _set_aside(counts: pd.DataFrame) -> None:
    if counts.empty:
        return
    st.subheader(_("Rows that were not loaded"))
    kinds = {"rejected": _("Rejected"), "excluded": _("Left out")}
    st.dataframe(
        pd.DataFrame(
            {
                _("Table"): [data_words.table_name(one) for one in counts["table"]],
                _("What"): [kinds[one] for one in counts["kind"]],
                _("Reason"): [
                    data_words.reason_name(*pair)
                    for pair in zip(counts["table"], counts["reason"], strict=True)
                ],
                _("Rows"): counts["rows"],
            }
        ),
        hide_index=True,
        height="content" if len(counts) <= 14 else 500,
    )
