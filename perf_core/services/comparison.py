"""What a comparison looks at: a period, rows and columns, and what it is narrowed to.

A view is a value: it stands in an address, is the key of what is cached, and one click makes
another of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from perf_core.domain.period import Period
from perf_core.scoring.groups import AXES, Within, is_within
from perf_core.services.axis_groups import GROUP_KINDS, Members, axis_of, in_axes

__all__ = [
    "AXES",
    "LEVELS",
    "PERSON",
    "STEPS",
    "ComparisonView",
    "Limits",
    "Within",
    "limits_of",
    "people_within",
    "without_contradictions",
]

Limits = tuple[tuple[str, tuple[str, ...]], ...]
"""Codes by axis, or by kind of named group, in the order in which they were chosen."""

STEPS: Final = (("brand",), ("region", "department"), ("role",))
"""The way down: a click on a group opens it by the next step, by its first axis that tells apart.

Department and region are one step, for from the company to the people it should be three clicks.
"""

LEVELS: Final = tuple(axis for step in STEPS for axis in step)
"""The axes of the way down."""

PERSON: Final = "person"
"""The last level: the people themselves."""


def limits_of(within: Mapping[str, Collection[str]] | Iterable[tuple[str, str]]) -> Limits:
    """Put limits in one form, in their order, each code once; what is no axis is left out.

    Examples
    --------
    >>> limits_of([("region", "sh"), ("brand", "luxe"), ("region", "gz"), ("moon", "x")])
    (('region', ('sh', 'gz')), ('brand', ('luxe',)))
    """
    pairs = (
        [(axis, code) for axis, codes in within.items() for code in codes]
        if isinstance(within, Mapping)
        else within
    )
    found: dict[str, dict[str, None]] = {}
    for axis, code in pairs:
        if axis in AXES or axis in GROUP_KINDS:
            found.setdefault(axis, {})[code] = None
    return tuple((axis, tuple(codes)) for axis, codes in found.items())


@dataclass(frozen=True)
class ComparisonView:
    """What is compared.

    Attributes
    ----------
    period : Period
        The period looked at.
    rows : str
        The axis of the rows, of ``AXES``, or ``PERSON``: then there is nobody left to group.
    columns : str
        The axis of the columns; empty for none.
    chosen : Limits
        What everything is narrowed to, in the order of the way down; price levels and groups of
        regions by their own names.
    indicator : str
        The indicator in question; empty for none.
    members : Members
        What the named groups gather, of all that the viewer may choose.
    """

    period: Period
    rows: str = "brand"
    columns: str = ""
    chosen: Limits = ()
    indicator: str = ""
    members: Members = ()

    @property
    def by(self) -> tuple[str, ...]:
        """The axes of the groups: rows, then columns."""
        return tuple(axis for axis in (self.rows, self.columns) if axis in AXES)

    @property
    def within(self) -> Limits:
        """What everything is narrowed to, by axis alone."""
        return tuple(in_axes(dict(self.chosen), self.members).items())

    @property
    def limits(self) -> dict[str, tuple[str, ...]]:
        """``within`` as the services take it."""
        return dict(self.within)

    @property
    def is_by_channel(self) -> bool:
        """Whether channels come into it: then only revenue and indicators are known."""
        return "channel" in {*self.by, *self.limits}

    def codes(self, axis: str) -> tuple[str, ...]:
        """The codes that an axis is narrowed to; nothing for all of them."""
        return self.limits.get(axis, ())

    def named(self, kind: str) -> tuple[str, ...]:
        """The codes chosen of an axis, or of a kind of named group."""
        return dict(self.chosen).get(kind, ())

    def narrowed(self, axis: str, codes: Iterable[str]) -> ComparisonView:
        """The same view with other codes of an axis or a kind of group; none lifts its limit.

        What a group does not gather is left out beside it.
        """
        limits = {**dict(self.chosen), axis: tuple(dict.fromkeys(codes))}
        return replace(self, chosen=without_contradictions(tuple(limits.items()), self.members))

    def opened(self, *groups: tuple[str, str], people: pd.DataFrame) -> ComparisonView:
        """One level down: inside the clicked group, by the next axis that still tells apart.

        Parameters
        ----------
        *groups : tuple of (axis, code)
            The clicked row, or row and column of a cell.
        people : DataFrame
            Who worked where in the period: one row per assignment, with ``LEVELS`` as columns.

        Examples
        --------
        >>> from perf_core.domain.period import parse_period
        >>> people = pd.DataFrame({
        ...     "brand": ["luxe", "luxe", "value"], "region": ["sh", "sh", "gz"],
        ...     "department": ["ops", "ops", "ops"], "role": ["service", "design", "service"]})
        >>> view = ComparisonView(parse_period("2026-06"))
        >>> down = view.opened(("brand", "luxe"), people=people)
        >>> down.rows, down.chosen
        ('role', (('brand', ('luxe',)),))
        >>> view.opened(("brand", "value"), people=people).rows
        'person'
        """
        found = self
        for axis, code in groups:
            found = found.narrowed(axis, (code,))
        return replace(found, rows=found.next_axis(people), columns="")

    def next_axis(self, people: pd.DataFrame) -> str:
        """The first axis of the way down by which more than one group is left, else the people.

        Where only sales are left and nobody works, as in a shop of its own, the channels are.

        Parameters
        ----------
        people : DataFrame
            As for :meth:`opened`.
        """
        here = people_within(people, self)
        if here.empty:
            return PERSON if "channel" in self.limits else "channel"
        for step in STEPS:
            if any(len(self.codes(axis)) == 1 for axis in step):
                continue
            for axis in step:
                if len(here[axis].unique()) > 1:
                    return axis
        return PERSON

    def back_to(self, n: int) -> ComparisonView:
        """Up again: only the first ``n`` limits of the way down, by the axis of the next one."""
        rows = axis_of(self.chosen[n][0]) if n < len(self.chosen) else self.rows
        return replace(self, chosen=self.chosen[:n], rows=rows, columns="")


def without_contradictions(chosen: Limits, members: Members) -> Limits:
    """Leave out what no group that is asked for gathers, and groups that gather nothing.

    Examples
    --------
    >>> members = (("brand_group", "high_end", ("luxe",)),)
    >>> asked = (("brand", ("luxe", "value")), ("brand_group", ("high_end", "gone")))
    >>> without_contradictions(asked, members)
    (('brand', ('luxe',)), ('brand_group', ('high_end',)))
    """
    known = {(kind, group): codes for kind, group, codes in members}
    groups = {
        kind: tuple(code for code in codes if (kind, code) in known)
        for kind, codes in chosen
        if kind in GROUP_KINDS
    }
    gathered = in_axes(groups, members)
    kept = {
        kind: groups[kind]
        if kind in groups
        else tuple(code for code in codes if kind not in gathered or code in gathered[kind])
        for kind, codes in chosen
    }
    return tuple((kind, codes) for kind, codes in kept.items() if codes)


def people_within(cards: pd.DataFrame, view: ComparisonView) -> pd.DataFrame:
    """The cards (or places) within what a view is narrowed to; nobody's lies in a channel."""
    limits = {axis: codes for axis, codes in view.within if axis != "channel"}
    return cards[is_within(cards, limits)]
