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
from perf_core.services.axis_groups import in_axes, members_of
from perf_core.services.comparison import (
    AXES,
    LEVELS,
    PERSON,
    ComparisonView,
    limits_of,
    without_contradictions,
)
from perf_core.services.directory import Directory
from perf_ui import address, compare_words, navigation, words
from perf_ui.compare_words import KINDS
from perf_ui.filters import chosen_period, period_filter, settle
from perf_ui.i18n import _
from perf_ui.widgets import plain

Part = Callable[[Scope, Directory, ComparisonView], None]

_MOST_LIMITS: Final = 400
_LEVELS: Final = "compare_levels"

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


# --- the view and the address ---------------------------------------------------------------------


def seen_codes(directory: Directory, scope: Scope) -> dict[str, list[str]]:
    """The codes of each axis that the viewer may choose from."""
    found = scope.narrow(directory.assignments)
    codes = {axis: sorted(code for code in found[axis].unique() if code) for axis in LEVELS}
    named = {kind: [] for kind in KINDS} | codes  # type: dict[str, list[str]]
    for kind, code in directory.catalogue.axes:
        # What nobody holds (a channel, a brand that shops alone sell for) is seen by who sees all.
        if kind == "channel" or (
            scope.employees is None and kind in ("brand", "region") and code not in named[kind]
        ):
            named[kind].append(code)
    return {axis: sorted(some) for axis, some in named.items()}


def levels_of(codes: dict[str, list[str]]) -> tuple[str, ...]:
    """The levels at which there is more than one group."""
    return tuple(axis for axis in LEVELS if len(codes[axis]) > 1)


def view_from_address(directory: Directory, codes: dict[str, list[str]]) -> ComparisonView:
    """What the address asks for; what nobody could have chosen is left out."""
    levels = levels_of(codes)
    st.session_state[_LEVELS] = levels
    first = next(iter(levels), LEVELS[0])
    rows = address.read("rows", allowed=(*AXES, PERSON), default=first)
    columns = address.read("cols", allowed=AXES)
    asked = st.query_params.get_all("in")[:_MOST_LIMITS]
    pairs = [tuple(one.partition(":")[::2]) for one in asked]
    limits = limits_of(
        (axis, code) for axis, code in pairs if axis in GROUPED or code in codes.get(axis, ())
    )
    members = members_of(directory.catalogue, codes)
    indicator = address.read("of", allowed=directory.catalogue.indicators)
    return ComparisonView(
        chosen_period(directory),
        rows,
        "" if rows in (columns, PERSON) else columns,
        without_contradictions(limits, members),
        indicator,
        members,
    )


def address_of(view: ComparisonView, **changes: str) -> dict[str, str | list[str]]:
    """Everything an address carries to show a view again."""
    kept: dict[str, str | list[str]] = {
        name: st.query_params[name] for name in st.query_params if name not in ("in", *changes)
    }
    kept |= {"period": view.period.code, "rows": view.rows, "cols": view.columns}
    kept |= {"of": view.indicator, **changes}
    kept["in"] = [f"{axis}:{code}" for axis, codes in view.chosen for code in codes]
    return {name: value for name, value in kept.items() if value}


def show(view: ComparisonView, **changes: str) -> None:
    """Put a view into the address, as one step that the browser's back button takes back."""
    st.query_params.from_dict(address_of(view, **changes))


def opened(view: ComparisonView, *groups: tuple[str, str]) -> ComparisonView:
    """One level down from a view, skipping the levels that tell nothing apart."""
    return view.opened(*groups, levels=st.session_state.get(_LEVELS, LEVELS))


def open_group(view: ComparisonView, *groups: tuple[str, str]) -> None:
    """Open a group one level down, as a click asks for."""
    show(opened(view, *groups))


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


# --- pickers --------------------------------------------------------------------------------------


def pickers(directory: Directory, view: ComparisonView, codes: dict[str, list[str]]) -> None:
    """Period, rows, columns, and what all is narrowed to."""
    nothing = _("None")
    titles = compare_words.axis_titles()
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=200):
            period_filter(directory)
        with st.container(width=150):
            settle("compare_rows", view.rows)
            st.selectbox(
                _("Compare by"),
                [axis for axis in (*KINDS, PERSON) if axis in titles],
                format_func=lambda axis: titles[axis],
                key="compare_rows",
                on_change=_rows_changed,
                args=(view,),
            )
        with st.container(width=150):
            settle("compare_columns", view.columns)
            st.selectbox(
                _("Crossed with"),
                ["", *(axis for axis in KINDS if axis != view.rows)],
                format_func=lambda axis: titles.get(axis, nothing),
                key="compare_columns",
                disabled=view.rows == PERSON,
                on_change=_columns_changed,
                args=(view,),
            )
        n = sum(len(some) for _axis, some in view.chosen)
        with st.popover(
            _("Narrowed to {n}", n=n) if n else _("Narrow down"), icon=":material/filter_alt:"
        ):
            for kind, some in _offered_limits(view, codes):
                _limit_picker(directory, view, kind, some)


def _offered_limits(
    view: ComparisonView, codes: dict[str, list[str]]
) -> Iterator[tuple[AxisKind, list[str]]]:
    """What each picker offers: named groups before what they gather, and of this only the rest."""
    gathered = in_axes({kind: view.named(kind) for kind in GROUPED}, view.members)
    for axis in KINDS:
        for kind, of in GROUPED.items():
            groups = [group for known, group, _codes in view.members if known == kind]
            if of == axis and groups:
                yield kind, groups
        yield axis, [code for code in codes[axis] if code in gathered.get(axis, codes[axis])]


def _limit_picker(
    directory: Directory, view: ComparisonView, axis: AxisKind, codes: list[str]
) -> None:
    names = {code: words.axis_name(directory, axis, code) for code in codes}
    widget = f"compare_in_{axis}"
    settle(widget, list(view.named(axis)))
    st.multiselect(
        compare_words.axis_titles()[axis],
        sorted(codes, key=lambda code: names[code]),
        format_func=lambda code: names[code],
        key=widget,
        placeholder=_("All"),
        on_change=_limit_changed,
        args=(view, axis),
    )


def _rows_changed(view: ComparisonView) -> None:
    rows = st.session_state["compare_rows"]
    show(replace(view, rows=rows, columns="" if view.columns == rows else view.columns))


def _columns_changed(view: ComparisonView) -> None:
    show(replace(view, columns=st.session_state["compare_columns"] or ""))


def _limit_changed(view: ComparisonView, axis: str) -> None:
    show(view.narrowed(axis, st.session_state[f"compare_in_{axis}"]))


def crumbs(directory: Directory, view: ComparisonView) -> None:
    """The way down as links: each takes the reader back up to it."""
    if not view.chosen:
        return
    with st.container(key="crumbs", horizontal=True, gap="xsmall", vertical_alignment="center"):
        steps = [_("Company"), *(limit_name(directory, *one) for one in view.chosen)]
        for n, name in enumerate(steps):
            if n == len(steps) - 1:
                st.markdown(f"**{plain(name)}**", width="content")
                continue
            view_link(name, view.back_to(n), key=f"crumb_{n}")
            st.markdown(":gray[›]", width="content")


def limit_name(directory: Directory, axis: str, codes: tuple[str, ...]) -> str:
    """A limit in words: one name, two, or how many."""
    names = [compare_words.group_name(directory, axis, code) for code in codes]
    if len(names) <= 2:
        return " + ".join(names)
    return _("{first} and {n} more", first=names[0], n=len(names) - 1)


def part_switch() -> str:
    """Choose the part of the page."""
    titles = part_titles()
    chosen = address.read("part", allowed=titles, default="groups")
    if len(titles) > 1:
        settle("compare_part", chosen)
        st.segmented_control(
            _("What to look at"),
            list(titles),
            format_func=lambda code: titles[code],
            key="compare_part",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: address.write(
                "part", st.session_state["compare_part"], default="groups"
            ),
        )
    return chosen
