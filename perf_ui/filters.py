"""The pickers above a page. What is picked stands in the address; what stands there is checked."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_core.domain.catalogue import AxisKind
from perf_core.domain.errors import BadPeriod
from perf_core.domain.period import Period, month_of, parse_period
from perf_core.language.formats import format_period
from perf_core.services.directory import Directory
from perf_ui import address
from perf_ui.i18n import _, language, named
from perf_ui.kept import kept

_SPOKEN: Final = "perf_settled_in"


def settle(widget: str, value: object) -> None:
    """Let a widget show what the address says, without touching it where it already does.

    A widget that is set anew takes the letters from under the fingers of whoever is typing.

    The browser holds a choice by its words. After a change of language these name no option any
    more, and would come back as if somebody had chosen them: so they are set anew then.
    """
    spoken: dict[str, str] = st.session_state.setdefault(_SPOKEN, {})
    if st.session_state.get(widget, ...) != value or spoken.get(widget, language()) != language():
        st.session_state[widget] = value
    spoken[widget] = language()


def chosen_period(directory: Directory) -> Period:
    """The period in the address, else the month of the newest day with data."""
    text = address.read("period")
    if text:
        try:
            return parse_period(text)
        except BadPeriod:
            pass
    if directory.data_day is None:
        return parse_period("2000-01")
    return month_of(directory.data_day)


def period_filter(directory: Directory) -> Period:
    """Pick a period: months, quarters, years, weeks, and the windows that have targets."""
    period = chosen_period(directory)
    names = _period_names(directory.periods, period, language())
    settle("filter_period", period.code)
    st.selectbox(
        _("Period"),
        list(names),
        format_func=lambda code: names[code],
        key="filter_period",
        filter_mode="contains",
        on_change=_changed,
        args=("period",),
    )
    return period


@kept(most=64)
def _period_names(offered: tuple[Period, ...], period: Period, spoken: str) -> dict[str, str]:
    """The periods offered by their codes, the one looked at among them."""
    found = {one.code: format_period(one, spoken) for one in offered}
    if period.code not in found:
        found[period.code] = format_period(period, spoken)
    return found


def axis_filter(directory: Directory, kind: AxisKind, codes: list[str], label: str) -> str:
    """Pick one brand, role … or all (``""``); only codes the viewer may see are offered."""
    chosen = address.read(kind, allowed=codes)
    names = {"": _("All")} | dict(
        sorted(
            ((code, named(directory.axis_names(kind, code), code)) for code in codes),
            key=lambda pair: pair[1],
        )
    )
    widget = f"filter_{kind}"
    settle(widget, chosen)
    st.selectbox(
        label,
        list(names),
        format_func=lambda code: names[code],
        key=widget,
        filter_mode="contains",
        on_change=_changed,
        args=(kind,),
    )
    return chosen


def choice_filter(name: str, label: str, options: dict[str, str], *, default: str = "") -> str:
    """Pick one of a few worded options."""
    chosen = address.read(name, allowed=options, default=default)
    widget = f"filter_{name}"
    settle(widget, chosen)
    st.selectbox(
        label,
        list(options),
        format_func=lambda code: options[code],
        key=widget,
        on_change=_changed,
        args=(name,),
        kwargs={"default": default},
    )
    return chosen


def search_filter(label: str, placeholder: str) -> str:
    """Type part of a name or number; the list follows while typing."""
    settle("filter_q", address.read("q"))
    st.text_input(
        label,
        key="filter_q",
        placeholder=placeholder,
        icon=":material/search:",
        max_chars=100,
        live=True,
        on_change=_changed,
        args=("q",),
    )
    return address.read("q").strip()


def flag_filter(name: str, label: str) -> bool:
    """Switch something on or off."""
    widget = f"filter_{name}"
    settle(widget, address.read(name, allowed={"1"}) == "1")
    st.toggle(label, key=widget, on_change=_flag_changed, args=(name,))
    return address.read(name, allowed={"1"}) == "1"


def _changed(name: str, *, default: str = "") -> None:
    address.write(name, st.session_state[f"filter_{name}"] or "", default=default)
    address.write("page", "")


def _flag_changed(name: str) -> None:
    address.write(name, "1" if st.session_state[f"filter_{name}"] else "")
    address.write("page", "")
