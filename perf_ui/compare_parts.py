"""The frame of the comparison page: what is compared stands in the address, pickers write it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import Final

import streamlit as st

from perf_core.domain.access import Scope, Viewer
from perf_core.domain.catalogue import GROUPED, AxisKind
from perf_core.services.axis_groups import in_axes
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_ui import address, compare_words, navigation
from perf_ui.compare_view import (
    Codes,
    change,
    limit_name,
    open_group,
    opened,
    seen_codes,
    show,
    tell_left_out,
    view_from_address,
)
from perf_ui.compare_words import KINDS
from perf_ui.filters import at, is_picked, period_filter, settle
from perf_ui.i18n import _
from perf_ui.widgets import plain

__all__ = [
    "change",
    "open_group",
    "opened",
    "seen_codes",
    "show",
    "tell_left_out",
    "view_from_address",
]

Part = Callable[[Scope, Directory, ComparisonView], None]

_LIMITS: Final = "compare_limits"
_NARROWED: Final = "compare_narrowed"

# Each part is a module of its own and appears once it is there.
_PARTS: Final = {
    "groups": ("perf_ui.compare_group_parts", "groups"),
    "problem": ("perf_ui.compare_problem_parts", "problem"),
    "cost": ("perf_ui.compare_cost_parts", "cost"),
    "people": ("perf_ui.compare_people_parts", "people"),
    "events": ("perf_ui.compare_events_parts", "before_after"),
}


def part_titles() -> dict[str, str]:
    """The parts of the page that are there."""
    titles = {
        "groups": _("Side by side"),
        "problem": _("Shared or own"),
        "cost": _("Cost"),
        "people": _("Coming and going"),
        "events": _("Before and after"),
    }
    return {code: titles[code] for code, (module, _name) in _PARTS.items() if find_spec(module)}


def part(code: str) -> Part:
    """The function that shows a part."""
    module, name = _PARTS[code]
    found: Part = getattr(importlib.import_module(module), name)
    return found


def leaders_only(viewer: Viewer) -> None:
    """Whoever leads nobody has no groups to compare."""
    if not navigation.may_open("compare", viewer):
        st.title(_("Compare"))
        st.info(
            _("This page is for those who lead others. Your own figures are under Overview."),
            icon=":material/lock:",
        )
        st.stop()


# --- links ----------------------------------------------------------------------------------------


def view_link(label: str, view: ComparisonView, *, key: str, **changes: str) -> None:
    """Words that open another view of this page.

    Not a link: Streamlit runs a link to the page that is open, but leaves the address as it was,
    so that the back button would skip it.
    """
    st.button(
        f":blue[{plain(label)}]",
        key=f"view_{key}",
        type="tertiary",
        on_click=show,
        args=(view,),
        kwargs=changes,
    )


def group_link(
    label: str, view: ComparisonView, *groups: tuple[str, str], key: str, **changes: str
) -> None:
    """The name of a group, which opens it one level down."""
    st.button(
        f":blue[{plain(label)}]",
        key=f"view_{key}",
        type="tertiary",
        on_click=open_group,
        args=(view, *groups),
        kwargs=changes,
    )


# --- pickers --------------------------------------------------------------------------------------


def pickers(directory: Directory, view: ComparisonView, codes: Codes) -> None:
    """Period, rows, columns, and what all is narrowed to."""
    st.session_state.pop(_NARROWED, None)
    nothing = _("None")
    titles = compare_words.axis_titles()
    rows = [axis for axis in (*KINDS, PERSON) if axis in titles]
    columns = ["", *(axis for axis in KINDS if axis != view.rows)]
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        period_filter(directory, width=200)
        st.selectbox(
            _("Compare by"),
            rows,
            index=at(rows, settle("compare_rows", view.rows)),
            format_func=lambda axis: titles[axis],
            key="compare_rows",
            on_change=_rows_changed,
            width=150,
        )
        st.selectbox(
            _("Crossed with"),
            columns,
            index=at(columns, settle("compare_columns", view.columns)),
            format_func=lambda axis: titles.get(axis, nothing),
            key="compare_columns",
            disabled=view.rows == PERSON,
            on_change=_columns_changed,
            width=150,
        )
        _narrow_down(directory, view, codes)


@st.fragment
def _narrow_down(directory: Directory, view: ComparisonView, codes: Codes) -> None:
    """The limits of all axes; what is not opened is not built, for each one costs time."""
    if st.session_state.pop(_NARROWED, False):
        st.rerun()
    # Its words stay the same: by them Streamlit knows that it is open.
    menu = st.popover(
        _("Narrow down"), icon=":material/filter_alt:", key=_LIMITS, on_change="rerun"
    )
    if menu.open:
        with menu:
            for kind, some in _offered_limits(view, codes):
                _limit_picker(directory, view, kind, some)


def _offered_limits(view: ComparisonView, codes: Codes) -> Iterator[tuple[AxisKind, list[str]]]:
    """What each picker offers: named groups before what they gather, and of this only the rest."""
    gathered = in_axes({kind: view.named(kind) for kind in GROUPED}, view.members)
    for axis in KINDS:
        for kind, of in GROUPED.items():
            groups = [group for known, group, _codes in view.members if known == kind]
            if of == axis and groups:
                yield kind, groups
        nobody = [""] if "" in view.named(axis) else []
        left = [code for code in codes[axis] if code in gathered.get(axis, codes[axis])]
        yield axis, [*nobody, *left]


def _limit_picker(
    directory: Directory, view: ComparisonView, axis: AxisKind, codes: list[str]
) -> None:
    names = {code: compare_words.group_name(directory, axis, code) for code in codes}
    widget = f"compare_in_{axis}"
    st.multiselect(
        compare_words.axis_titles()[axis],
        sorted(codes, key=lambda code: names[code]),
        settle(widget, list(view.named(axis))),
        format_func=lambda code: names[code],
        key=widget,
        placeholder=_("All"),
        on_change=_limit_changed,
        args=(axis,),
    )


def _rows_changed() -> None:
    if is_picked("compare_rows"):
        rows = st.session_state["compare_rows"]
        change(
            lambda view: replace(
                view, rows=rows, columns="" if rows in (view.columns, PERSON) else view.columns
            )
        )


def _columns_changed() -> None:
    if is_picked("compare_columns"):
        change(lambda view: replace(view, columns=st.session_state["compare_columns"] or ""))


def _limit_changed(axis: str) -> None:
    widget = f"compare_in_{axis}"
    if is_picked(widget):
        change(lambda view: view.narrowed(axis, st.session_state[widget]))
    st.session_state[_NARROWED] = True


def crumbs(directory: Directory, view: ComparisonView) -> None:
    """The way down as links: each takes the reader back up to it.

    Their place is kept where there are none: else all below would move, and an open menu with it.
    """
    place = st.container(key="crumbs", horizontal=True, gap="xsmall", vertical_alignment="center")
    if not view.chosen:
        return
    with place:
        steps = [_("Company"), *(limit_name(directory, *one) for one in view.chosen)]
        for n, name in enumerate(steps):
            if n == len(steps) - 1:
                st.markdown(f"**{plain(name)}**", width="content")
                continue
            view_link(name, view.back_to(n), key=f"crumb_{n}")
            st.markdown(":gray[›]", width="content")


def part_switch() -> str:
    """Choose the part of the page."""
    titles = part_titles()
    chosen = address.read("part", allowed=titles, default="groups")
    if len(titles) > 1:
        st.segmented_control(
            _("What to look at"),
            list(titles),
            default=settle("compare_part", chosen),
            format_func=lambda code: titles[code],
            key="compare_part",
            required=True,
            label_visibility="collapsed",
            on_change=_part_changed,
        )
    return chosen


def _part_changed() -> None:
    address.write("part", st.session_state["compare_part"], default="groups")
