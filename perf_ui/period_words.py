"""What is said of a period that the address asks for and nobody could have picked."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_core.domain.errors import BadPeriod
from perf_core.domain.period import parse_period
from perf_core.language.formats import format_day, format_period
from perf_core.services.directory import Directory
from perf_ui import address
from perf_ui.filters import chosen_period
from perf_ui.i18n import _, language
from perf_ui.widgets import plain

_SHOWN_OF_ODD: Final = 40


def tell_odd_period(directory: Directory) -> None:
    """Say so where the address asks for what is no period, or for one without any data."""
    text, data_day = address.read("period"), directory.data_day
    if not text or data_day is None:
        return
    shown = chosen_period(directory)
    if shown.code != text and _is_no_period(text):
        said = _(
            "“{asked}” in the address is no period. Shown is {period} instead.",
            asked=plain(text[:_SHOWN_OF_ODD]),
            period=plain(format_period(shown, language())),
        )
    elif shown.start > data_day:
        said = _(
            "{period} has not begun in the data, which goes through {day}.",
            period=plain(format_period(shown, language())),
            day=plain(format_day(data_day, language())),
        )
    elif directory.first_data_day is not None and shown.end <= directory.first_data_day:
        said = _(
            "There is no data for {period} yet: the first is of {day}.",
            period=plain(format_period(shown, language())),
            day=plain(format_day(directory.first_data_day, language())),
        )
    else:
        return
    st.info(said, icon=":material/event_busy:")


def _is_no_period(text: str) -> bool:
    try:
        parse_period(text)
    except BadPeriod:
        return True
    return False
