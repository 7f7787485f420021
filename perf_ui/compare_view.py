"""What the comparison looks at, as the address says it: read, checked, changed, opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import GROUPED
from perf_core.domain.period import Period
from perf_core.language.formats import listed
from perf_core.services.axis_groups import members_of
from perf_core.services.comparison import (
    AXES,
    LEVELS,
    PERSON,
    ComparisonView,
    limits_of,
    without_contradictions,
)
from perf_core.services.directory import Directory
from perf_ui import address, compare_words, reads
from perf_ui.compare_words import KINDS
from perf_ui.filters import chosen_period
from perf_ui.i18n import _, language
from perf_ui.kept import kept
from perf_ui.viewer import current_scope, current_viewer
from perf_ui.widgets import plain

Codes = dict[str, list[str]]

_MOST_LIMITS: Final = 400
_TOLD: Final = 5
_LETTERS: Final = 40


def seen_codes(scope: Scope) -> Codes:
    """The codes of each axis that the viewer may choose from; nobody changes them."""
    return _seen_codes(reads.key(), scope)


@kept(most=64)
def _seen_codes(_state: reads.State, scope: Scope) -> Codes:
    directory = reads.directory()
    found = scope.narrow(directory.assignments)
    codes: Codes = {kind: [] for kind in KINDS}
    codes |= {axis: sorted(code for code in found[axis].unique() if code) for axis in LEVELS}
    for kind, code in directory.catalogue.axes:
        # What nobody holds (a channel, a brand that shops alone sell for) is seen by who sees all.
        if kind == "channel" or (
            scope.employees is None and kind in ("brand", "region") and code not in codes[kind]
        ):
            codes[kind].append(code)
    return {axis: sorted(some) for axis, some in codes.items()}


# --- out of the address ---------------------------------------------------------------------------


def view_from_address(directory: Directory, codes: Codes) -> ComparisonView:
    """What the address asks for; what nobody could have chosen is left out."""
    members = members_of(directory.catalogue, codes)
    limits = limits_of(pair for pair in _asked() if _may_choose(codes, *pair))
    view = ComparisonView(
        chosen_period(directory),
        chosen=without_contradictions(limits, members),
        indicator=address.read("of", allowed=directory.catalogue.indicators),
        members=members,
    )
    rows = address.read("rows", allowed=(*AXES, PERSON)) or _first_rows(view, codes)
    columns = address.read("cols", allowed=AXES)
    return replace(view, rows=rows, columns="" if rows in (columns, PERSON) else columns)


def _asked() -> list[tuple[str, str]]:
    """The limits in the address: those without a code ask for who belongs to none."""
    asked = (one.partition(":") for one in st.query_params.get_all("in")[:_MOST_LIMITS])
    return [(axis, code) for axis, colon, code in asked if colon]


def _may_choose(codes: Codes, axis: str, code: str) -> bool:
    return axis in GROUPED or (axis in codes and (not code or code in codes[axis]))


def _first_rows(view: ComparisonView, codes: Codes) -> str:
    """The rows of an address that names none: the first axis by which there are several groups."""
    if view.chosen:
        return view.next_axis(_places(reads.key(), _scope(), view.period))
    return next((axis for axis in LEVELS if len(codes[axis]) > 1), LEVELS[0])


def tell_left_out(
    directory: Directory, codes: Codes, view: ComparisonView, parts: Collection[str]
) -> None:
    """Say what an address asks for that is unknown, not the viewer's to see, or contradictory."""
    titles = compare_words.axis_titles()
    unknown = [f"{name}={value}" for name, value in _odd_values(directory, view, parts)]
    outside = []
    chosen = {(axis, code) for axis, some in view.chosen for code in some}
    for axis, code in dict.fromkeys(_asked()):
        if (axis, code) in chosen:
            continue
        if axis not in GROUPED and _may_choose(codes, axis, code):
            outside.append(compare_words.group_name(directory, axis, code))
        else:
            unknown.append(f"{titles.get(axis, axis)[:_LETTERS]}: {code[:_LETTERS]}")
    said = []
    if unknown:
        said.append(
            _(
                "Left out of what the address asks for: {what}. It is unknown here, or not yours "
                "to see.",
                what=plain(_listed(unknown)),
            )
        )
    if outside:
        said.append(
            _("Left out, as it lies outside of the other filters: {what}.", what=_listed(outside))
        )
    if said:
        st.info(" ".join(said), icon=":material/filter_alt_off:")


def _odd_values(
    directory: Directory, view: ComparisonView, parts: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What the address says about rows, columns, part and indicator that there is not."""
    for name, known in (
        ("part", parts),
        ("rows", (*AXES, PERSON)),
        ("cols", AXES),
        ("of", directory.catalogue.indicators),
    ):
        text = address.read(name)
        if text and text not in known:
            yield name, text[:_LETTERS]
    for one in st.query_params.get_all("in")[:_MOST_LIMITS]:
        if ":" not in one:
            yield "in", one[:_LETTERS]
    if view.columns != address.read("cols", allowed=AXES):
        yield "cols", address.read("cols")


def _listed(some: list[str]) -> str:
    if len(some) <= _TOLD:
        return listed(some, language())
    return _("{first} and {n} more", first=listed(some[:_TOLD], language()), n=len(some) - _TOLD)


# --- into the address -----------------------------------------------------------------------------


def address_of(view: ComparisonView, **changes: str) -> dict[str, str | list[str]]:
    """Everything an address carries to show a view again."""
    gone = ("in", "page", *changes)
    found: dict[str, str | list[str]] = {
        name: some for name, some in address.whole().items() if name not in gone
    }
    found |= {"period": view.period.code, "rows": view.rows, "cols": view.columns}
    found |= {"of": view.indicator, **changes}
    found["in"] = [f"{axis}:{code}" for axis, codes in view.chosen for code in codes]
    return {name: value for name, value in found.items() if value}


def show(view: ComparisonView, **changes: str) -> None:
    """Put a view into the address, as one step that the browser's back button takes back."""
    address.catch_up()
    address.put(address_of(view, **changes))


def change(to: Callable[[ComparisonView], ComparisonView], **changes: str) -> None:
    """Change what is looked at now, even if something else was changed a moment ago."""
    address.catch_up()
    show(to(view_from_address(reads.directory(), seen_codes(_scope()))), **changes)


def opened(view: ComparisonView, *groups: tuple[str, str]) -> ComparisonView:
    """One level down from a view, skipping the levels that tell nothing apart."""
    return view.opened(*groups, people=_places(reads.key(), _scope(), view.period))


def open_group(view: ComparisonView, *groups: tuple[str, str], **changes: str) -> None:
    """Open a group one level down, as a click asks for."""
    address.catch_up()
    if address.is_behind():
        change(lambda now: opened(now, *groups), **changes)
    else:
        show(opened(view, *groups), **changes)


def _scope() -> Scope:
    return current_scope(current_viewer())


@kept(most=32)
def _places(_state: reads.State, scope: Scope, period: Period) -> pd.DataFrame:
    """Who works where on the days of a period: one row per assignment."""
    directory = reads.directory()
    held = scope.narrow(directory.assignments)
    # An assignment without a last day ends where the person's next one begins.
    following = held.groupby("employee_id")["from_date"].shift(-1)
    ended = held["to_date"].fillna(following - pd.Timedelta(days=1))
    left = held["employee_id"].map(directory.people["leave_date"])
    start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
    is_here = (held["from_date"] < end) & ~(ended < start) & ~(left < start)
    return held.loc[is_here, list(LEVELS)]


# --- in words -------------------------------------------------------------------------------------


def limit_name(directory: Directory, axis: str, codes: tuple[str, ...]) -> str:
    """A limit in words: one name, two, or how many."""
    names = [compare_words.group_name(directory, axis, code) for code in codes]
    if len(names) <= 2:
        return " + ".join(names)
    return _("{first} and {n} more", first=names[0], n=len(names) - 1)


def limit_names(directory: Directory, scope: Scope) -> list[str]:
    """The way down that the address carries, in words."""
    view = view_from_address(directory, seen_codes(scope))
    return [limit_name(directory, *one) for one in view.chosen]
