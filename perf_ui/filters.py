"""The pickers above a page. What is picked stands in the address; what stands there is checked.

Each picker also names its value as what it shows from the start: a first run that is overtaken by
a second one may never reach the browser, and what it has set is not said again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeVar

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
_REPLACED: Final = "perf_settled_over"

T = TypeVar("T")
Width = int | Literal["stretch"]


def settle(widget: str, value: T) -> T:
    """Let a widget show what the address says, without touching it where it already does.

    A widget that is set anew takes the letters from under the fingers of whoever is typing.

    The browser holds a choice by its words. After a change of language these name no option any
    more, and would come back as if somebody had chosen them: so they are set anew then.
    """
    spoken: dict[str, str] = st.session_state.setdefault(_SPOKEN, {})
    held = st.session_state.get(widget, ...)
    if held != value or spoken.get(widget, language()) != language():
        st.session_state[widget] = value
        st.session_state.setdefault(_REPLACED, {})[widget] = held
    spoken[widget] = language()
    return value


def is_picked(widget: str) -> bool:
    """Whether somebody has picked what a widget says, or a browser that lags behind repeats it.

    A browser that has not heard yet how a widget was set anew sends what it showed before.
    """
    address.catch_up()
    replaced: dict[str, object] = st.session_state.get(_REPLACED, {})
    return not address.is_behind() or st.session_state[widget] != replaced.get(widget, ...)


def at(options: Sequence[T], value: T) -> int:
    """Where a value stands among the options; the first where it is none of them."""
    return options.index(value) if value in options else 0


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


def period_filter(directory: Directory, *, width: Width = "stretch") -> Period:
    """Pick a period: months, quarters, years, weeks, and the windows that have targets."""
    period = chosen_period(directory)
    names = _period_names(directory.periods, period, language())
    options = list(names)
    st.selectbox(
        _("Period"),
        options,
        index=at(options, settle("filter_period", period.code)),
        format_func=lambda code: names[code],
        key="filter_period",
        filter_mode="contains",
        on_change=_changed,
        args=("period",),
        width=width,
    )
    return period


@kept(most=64)
def _period_names(offered: tuple[Period, ...], period: Period, spoken: str) -> dict[str, str]:
    """The periods offered by their codes, the one looked at among them."""
    found = {one.code: format_period(one, spoken) for one in offered}
    if period.code not in found:
        found[period.code] = format_period(period, spoken)
    return found


def axis_filter(
    directory: Directory,
    kind: AxisKind,
    codes: list[str],
    label: str,
    *,
    width: Width = "stretch",
) -> str:
    """Pick one brand, role … or all (``""``); only codes the viewer may see are offered."""
    chosen = address.read(kind, allowed=codes)
    names = {"": _("All")} | dict(
        sorted(
            ((code, named(directory.axis_names(kind, code), code)) for code in codes),
            key=lambda pair: pair[1],
        )
    )
    widget = f"filter_{kind}"
    offered = list(names)
    st.selectbox(
        label,
        offered,
        index=at(offered, settle(widget, chosen)),
        format_func=lambda code: names[code],
        key=widget,
        filter_mode="contains",
        on_change=_changed,
        args=(kind,),
        width=width,
    )
    return chosen


def choice_filter(
    name: str,
    label: str,
    options: dict[str, str],
    *,
    default: str = "",
    width: Width = "stretch",
) -> str:
    """Pick one of a few worded options."""
    chosen = address.read(name, allowed=options, default=default)
    widget = f"filter_{name}"
    offered = list(options)
    st.selectbox(
        label,
        offered,
        index=at(offered, settle(widget, chosen)),
        format_func=lambda code: options[code],
        key=widget,
        on_change=_changed,
        args=(name,),
        kwargs={"default": default},
        width=width,
    )
    return chosen


def search_filter(label: str, placeholder: str, *, width: Width = "stretch") -> str:
    """Type part of a name or number; the list follows while typing."""
    st.text_input(
        label,
        settle("filter_q", address.read("q")),
        key="filter_q",
        placeholder=placeholder,
        icon=":material/search:",
        max_chars=100,
        live=True,
        on_change=_changed,
        args=("q",),
        width=width,
    )
    return address.read("q").strip()


def flag_filter(name: str, label: str) -> bool:
    """Switch something on or off."""
    widget = f"filter_{name}"
    is_on = settle(widget, address.read(name, allowed={"1"}) == "1")
    st.toggle(label, is_on, key=widget, on_change=_flag_changed, args=(name,))
    return is_on


def _changed(name: str, *, default: str = "") -> None:
    widget = f"filter_{name}"
    if is_picked(widget):
        address.write(name, st.session_state[widget] or "", default=default, also=("page",))


def _flag_changed(name: str) -> None:
    widget = f"filter_{name}"
    if is_picked(widget):
        address.write(name, "1" if st.session_state[widget] else "", also=("page",))
