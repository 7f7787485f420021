"""One viewer's groups: which rows are whose, picked out of everybody's arrays."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.scoring.group_rows import Columns, GroupInputs, SpanRows, taken
from perf_core.scoring.groups import OF_BUSINESS, Numbers, Within

GROUP: Final = "group"

_NO_ROWS: Final = np.zeros(0, dtype=np.int64)


class Grouped:
    """The rows of one viewer's groups, each with the number of its group.

    Parameters
    ----------
    inputs : GroupInputs
        Everybody's.
    by : tuple of str
        The axes of the groups, of ``perf_core.scoring.groups.AXES``.
    within : mapping of str to collection of str
        The codes by axis that everything of a group must have.
    seen : collection of str, optional
        The people the groups are made of; without it everybody, and what nobody is credited
        with: who sees some people only sees none of it.

    Attributes
    ----------
    codes : DataFrame
        A row per group, sorted: its codes; the row's number is the group's number.
    now, before : SpanRows
        The rows of the groups, with ``group``; those compared with are of groups of now.
    cards, lines : mapping of str to array
        The same of cards and their lines; by channel there are none.
    """

    def __init__(
        self,
        inputs: GroupInputs,
        *,
        by: tuple[str, ...] = (),
        within: Within | None = None,
        seen: Collection[str] | None = None,
    ) -> None:
        self.inputs = inputs
        self.by = by
        self.within = dict(within or {})
        self._laid = laid = inputs.laid_out
        self._allowed = {axis: laid.numbers(axis, codes) for axis, codes in self.within.items()}
        self._seen = None if seen is None else np.isin(laid.codes["employee_id"], list(seen))
        self._keys = by if len(inputs.now.days) == 1 else ("period", *by)
        self._sizes = tuple(max(1, len(laid.codes[axis])) for axis in self._keys)
        cards = {} if self.is_by_channel else self._inside(laid.cards)
        now = self._span(laid.now)
        frames = [now.people, now.elsewhere, cards, now.nobody]
        self._found = pd.unique(np.concatenate([self._number(one) for one in frames if one]))
        self._found.sort()
        self.codes = self._named_groups()
        self.now = self._numbered_span(now)
        self.before = self._numbered_span(self._span(laid.before))
        self.cards = self._numbered(cards) if cards else {}

    @property
    def is_by_channel(self) -> bool:
        """Whether groups are made by channel, or within some: then nothing of people is theirs."""
        return self.inputs.by_channel

    @property
    def holds_nobody(self) -> bool:
        """Whether rows of nobody belong to the groups too."""
        return self._seen is None and OF_BUSINESS.issuperset((*self.by, *self.within))

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self.codes)

    @cached_property
    def everybody(self) -> Columns:
        """The people's rows of the days looked at, within no limits."""
        return self._of_seen(self._laid.now.people)

    @property
    def nobody(self) -> Columns:
        """The rows of nobody of the days looked at, within no limits."""
        nobody = self._laid.now.nobody
        return nobody if self._seen is None else taken(nobody, _NO_ROWS)

    @property
    def people(self) -> npt.NDArray[np.object_]:
        """The ids that numbers of people stand for."""
        return self._laid.codes["employee_id"]

    @property
    def months(self) -> npt.NDArray[np.datetime64]:
        """The months that their numbers stand for."""
        return self._laid.months

    @property
    def period(self) -> Numbers:
        """The place of each group's period among ``inputs.now.days``."""
        if "period" not in self.codes:
            return np.zeros(len(self), dtype=np.int64)
        places = pd.Index(list(self.inputs.now.days)).get_indexer(pd.Index(self.codes["period"]))
        return places.astype(np.int64)

    @property
    def n_indicators(self) -> int:
        """How many indicators have a number; at least 1, to divide by."""
        return max(1, len(self._laid.codes["indicator"]))

    def only_indicators(self) -> Numbers:
        """The numbers of the indicators that are told of every group."""
        return np.sort(self._laid.numbers("indicator", self.inputs.only or ()))

    def seen_indicators(self) -> Numbers:
        """The numbers of the indicators on any card of the people seen."""
        return np.unique(self._of_seen(self._laid.lines)["indicator"])

    def names(self, axis: str, numbers: Numbers) -> npt.NDArray[np.object_]:
        """The codes that numbers of an axis stand for."""
        return self._laid.codes[axis][numbers]

    def _of_seen(self, columns: Columns) -> Columns:
        return columns if self._seen is None else taken(columns, self._seen[columns["employee_id"]])

    def _inside(self, columns: Columns) -> Columns:
        """The rows about people seen that lie within the limits."""
        if "employee_id" in columns:
            columns = self._of_seen(columns)
        inside = np.ones(len(columns["period"]), dtype=np.bool_)
        for axis, allowed in self._allowed.items():
            inside &= np.isin(columns[axis], allowed)
        return columns if inside.all() else taken(columns, np.flatnonzero(inside))

    def _span(self, span: SpanRows) -> SpanRows:
        nobody = self._inside(span.nobody) if self.holds_nobody else {}
        return SpanRows(self._inside(span.people), self._inside(span.elsewhere), nobody)

    def _number(self, columns: Columns) -> Numbers:
        """One number for the codes of a row on all axes, in the order of the codes."""
        if not self._keys:
            return np.zeros(len(columns["period"]), dtype=np.int64)
        places = tuple(columns[axis] for axis in self._keys)
        found: Numbers = np.ravel_multi_index(places, self._sizes)
        return found

    def _named_groups(self) -> pd.DataFrame:
        if not self._keys:
            # Without an axis there is one group, of everything, also of nothing at all.
            self._found = np.zeros(1, dtype=np.int64)
            return pd.DataFrame(index=pd.RangeIndex(1))
        places = np.unravel_index(self._found, self._sizes)
        named = {
            axis: pd.Series(self._laid.codes[axis][at], dtype="str")
            for axis, at in zip(self._keys, places, strict=True)
        }
        return pd.DataFrame(named)

    def _numbered(self, columns: Columns) -> Columns:
        """The rows of a group, each with its number."""
        number = self._number(columns)
        group = np.searchsorted(self._found, number)
        known = group < len(self._found)
        known[known] = self._found[group[known]] == number[known]
        if not known.all():
            columns, group = taken(columns, known), group[known]
        return {**columns, GROUP: group}

    def _numbered_span(self, span: SpanRows) -> SpanRows:
        return SpanRows(
            self._numbered(span.people),
            self._numbered(span.elsewhere),
            self._numbered(span.nobody) if span.nobody else {},
        )

    @cached_property
    def lines(self) -> Columns:
        """The lines of the cards of each group; by channel they are nobody's."""
        lines = self._laid.lines
        if self.is_by_channel:
            return {**taken(lines, _NO_ROWS), GROUP: _NO_ROWS}
        group = np.full(len(self._laid.cards["period"]), -1, dtype=np.int64)
        group[self.cards["row"]] = self.cards[GROUP]
        of_line = group[lines["card"]]
        mine = of_line >= 0
        return {**taken(lines, mine), GROUP: of_line[mine]}
