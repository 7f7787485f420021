"""Which sums over people may be told together without telling what one or two of them have.

A sum over a group is told to somebody who may not see a single person's share. Alone it is safe
when enough people are in it; beside others it may not be: the brand without its service team is
one person. So the sums are not judged one by one. In a fixed order, the coarse ones first, each
sum is taken into the *told* ones only if no combination of all told so far (any sums and
differences, with any factors) is about one or two people alone. What is shown afterwards is what
follows from the told sums, and so can reveal nothing that they do not.

References
----------
Query-set-overlap and audit of linear queries: Chin, F. Y., Özsoyoğlu, G. (1982), Auditing and
inference control in statistical databases, IEEE Trans. Software Eng. SE-8(6), 574–582.
Complementary suppression: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

PLACE: Final = ("brand", "role", "region", "department")
"""The axes of which groups are made, the most asked for first."""

FEWEST: Final = 3
"""Of fewer people no sum is told, and none can be worked out."""

_DEEPEST: Final = 3
"""How many axes a group of the told sums has at most."""

_DEEPEST_MARKED: Final = 2
"""The same of the groups of marked parts."""

Integers = npt.NDArray[np.int64]

# Whole numbers modulo a prime: exact, where floating point would have to guess what is zero.
_PRIME: Final = 2**31 - 1


class SumAudit:
    """The sums over groups of people that may be told to one viewer.

    Parameters
    ----------
    parts : DataFrame
        One row per person and place: ``employee_id``, the columns of ``PLACE`` and ``weight``, a
        whole number above 0: how much of what the person has belongs there (days, most often).
    known : collection of str
        The people whose share the viewer knows anyway: they hide nobody.
    closed : collection of str
        The people no sum may hold.
    mark : str, optional
        A column that marks some of the rows (``""``: the others). Sums over the marked ones of
        groups of up to two axes are told besides, after all others: as far as they, those others
        and every difference between them leave nobody known.
    """

    def __init__(
        self,
        parts: pd.DataFrame,
        *,
        known: Collection[str] = (),
        closed: Collection[str] = (),
        mark: str | None = None,
    ) -> None:
        self._known = frozenset(known)
        self._closed = frozenset(closed)
        place = PLACE if mark is None else (*PLACE, mark)
        open_parts = parts[~parts["employee_id"].isin(self._known | self._closed)]
        summed = (
            open_parts.groupby(["employee_id", *place], sort=True)["weight"].sum().reset_index()
        )
        cell, self._size, entries = _cells(summed, place)
        self._cell = cell.to_numpy(np.int64)
        self._people = pd.Index(cell.index, dtype=object)
        weight = summed.groupby("employee_id")["weight"].sum().reindex(cell.index)
        self._one_over_weight = _inverses(weight.to_numpy(np.int64))
        self._told = _Told(self._size)
        shut = parts[parts["employee_id"].isin(self._closed)]
        self._take_all(_Entries(entries, shut, place), _families(_DEEPEST))
        if mark is not None:
            marked = _Entries(entries[entries[mark] != ""], shut[shut[mark] != ""], place)
            families = ((mark, *axes) for axes in _families(_DEEPEST_MARKED))
            self._take_all(marked, families)

    def _take_all(self, entries: _Entries, families: Iterable[tuple[str, ...]]) -> None:
        for axes in families:
            for cells, values in entries.sums(axes, self._size):
                self._told.take(cells, values)
            self._told.forget_closed()

    def shows(self, sums: pd.DataFrame) -> pd.Series[bool]:
        """Say which sums follow from the told ones, as :meth:`follow_told` does for arrays.

        Parameters
        ----------
        sums : DataFrame
            One row per sum and person in it: ``group``, ``employee_id`` and ``weight``, as much
            of the person as the sum holds, on the scale of ``parts``.

        Returns
        -------
        Series of bool
            By ``group``.
        """
        group, names = pd.factorize(sums["group"], sort=True)
        person, people = pd.factorize(sums["employee_id"].to_numpy(dtype=object))
        weight = sums["weight"].to_numpy(np.int64)
        told = self.follow_told(group, person, weight, people=people, n_groups=len(names))
        return pd.Series(told, names)

    def follow_told(
        self,
        group: Integers,
        person: Integers,
        weight: Integers,
        *,
        people: npt.NDArray[np.object_],
        n_groups: int,
    ) -> npt.NDArray[np.bool_]:
        """Say which sums follow from the told ones.

        Parameters
        ----------
        group, person, weight : ndarray of int, shape (n_parts,)
            A row per sum and person in it, several add up: the number of the sum, the person's
            place among ``people``, and as much of the person as the sum holds, on the scale of
            the audit's parts.
        people : ndarray of str
            The ids of people.
        n_groups : int
            How many sums there are.

        Returns
        -------
        ndarray of bool, shape (n_groups,)
            A sum of nobody, or of known people alone, tells nothing and is shown.
        """
        key, row = np.unique(group * len(people) + person, return_inverse=True)
        held = np.bincount(row, weights=weight, minlength=len(key)).astype(np.int64)
        key, held = key[held != 0], held[held != 0]
        group, person = np.divmod(key, max(1, len(people)))
        shown = np.ones(n_groups, dtype=np.bool_)
        place = self._people.get_indexer(pd.Index(people, dtype=object))[person]
        # Nobody may be in it that no sum may hold, or that the told sums do not know.
        is_open = place >= 0
        is_known = np.isin(people[person[~is_open]], list(self._known))
        shown[group[~is_open][~is_known]] = False
        group, place, held = group[is_open], place[is_open], held[is_open]
        share = held % _PRIME * self._one_over_weight[place] % _PRIME
        at = np.lexsort((self._cell[place], group))
        group, cell, share = group[at], self._cell[place][at], share[at]
        is_new = (np.diff(group, prepend=-1) != 0) | (np.diff(cell, prepend=-1) != 0)
        starts = np.flatnonzero(is_new)
        if not len(starts):
            return shown
        # Everybody of a cell has to be in it with the same share: no told sum tells them apart.
        size = np.diff(starts, append=len(group))
        low, high = (bound.reduceat(share, starts) for bound in (np.minimum, np.maximum))
        group, cell = group[starts], cell[starts]
        shown[group[(low != high) | (size != self._size[cell])]] = False
        shown[group] &= self._told.follow(group, cell, low)
        return shown


def _families(deepest: int) -> Iterable[tuple[str, ...]]:
    """The ways to make groups, the coarse ones first."""
    for n in range(deepest + 1):
        yield from combinations(PLACE, n)


def _over(numerator: Integers, denominator: Integers) -> Integers:
    return numerator % _PRIME * _inverses(denominator) % _PRIME


def _cells(
    summed: pd.DataFrame, place: Sequence[str]
) -> tuple[pd.Series[int], Integers, pd.DataFrame]:
    """Put people together whom no group tells apart; who moved stands alone.

    Returns
    -------
    tuple
        Each person's cell, by person; how many people each cell holds; the cells' entries:
        ``cell``, the place, and ``share``, how much of the cell is there, modulo the prime.
    """
    places = summed.groupby("employee_id")["weight"].size()
    held = summed.groupby([*place], sort=True).ngroup()
    moved = summed["employee_id"].map(places > 1).to_numpy(dtype=bool)
    label = np.where(
        moved,
        held.max() + 1 + pd.factorize(summed["employee_id"])[0] if len(summed) else 0,
        held,
    )
    number, _ = pd.factorize(label, sort=True)
    whole = summed.groupby("employee_id")["weight"].transform("sum").to_numpy(np.int64)
    entries = summed[[*place]].assign(
        cell=number, share=_over(summed["weight"].to_numpy(np.int64), whole)
    )
    cell = pd.Series(number, summed["employee_id"].to_numpy(), dtype=np.int64)
    cell = cell[~cell.index.duplicated()]
    size = np.bincount(cell.to_numpy(), minlength=int(number.max(initial=-1)) + 1)
    return cell, size.astype(np.int64), entries.drop_duplicates(["cell", *place])


class _Entries:
    """What cells have where, with codes as numbers that sort like them.

    Parameters
    ----------
    entries : DataFrame
        As from :func:`_cells`.
    shut : DataFrame
        The places of people whom no sum may hold.
    place : sequence of str
        The columns that tell places.
    """

    def __init__(self, entries: pd.DataFrame, shut: pd.DataFrame, place: Sequence[str]) -> None:
        self._cell = entries["cell"].to_numpy(np.int64)
        self._share = entries["share"].to_numpy(np.int64)
        self._open: dict[str, Integers] = {}
        self._shut: dict[str, Integers] = {}
        self._n_codes: dict[str, int] = {}
        for axis in place:
            both = pd.concat([entries[axis], shut[axis]], ignore_index=True)
            number, codes = pd.factorize(both.to_numpy(dtype=object), sort=True)
            self._open[axis], self._shut[axis] = np.split(number, [len(entries)])
            self._n_codes[axis] = max(1, len(codes))

    def sums(self, axes: Sequence[str], size: Integers) -> Iterable[tuple[Integers, Integers]]:
        """The sums over the groups of some axes, the largest first: their cells and shares."""
        group, barred = self._groups(self._open, axes), self._groups(self._shut, axes)
        at = np.lexsort((self._cell, group))
        group, cell, share = group[at], self._cell[at], self._share[at]
        is_new = (np.diff(group, prepend=-1) != 0) | (np.diff(cell, prepend=-1) != 0)
        starts = np.flatnonzero(is_new)
        if not len(starts):
            return
        group, cell = group[starts], cell[starts]
        share = np.add.reduceat(share, starts) % _PRIME
        firsts = np.flatnonzero(np.diff(group, prepend=-1))
        people = np.add.reduceat(size[cell], firsts)
        ends = np.append(firsts[1:], len(group))
        is_told = (people >= FEWEST) & ~np.isin(group[firsts], barred)
        # Groups lie in the order of their codes, which stands among groups of one size.
        for one in np.argsort(-people, kind="stable"):
            if is_told[one]:
                held = slice(firsts[one], ends[one])
                yield cell[held], share[held]

    def _groups(self, numbers: dict[str, Integers], axes: Sequence[str]) -> Integers:
        """The number of each row's group, in the order of the groups' codes."""
        group = np.zeros(len(next(iter(numbers.values()))), np.int64)
        for axis in axes:
            group = group * self._n_codes[axis] + numbers[axis]
        return group


class _Told:
    """The sums taken so far, kept as what they leave open: vectors that span their null space.

    A combination of the told sums that is about one cell alone exists exactly if that cell's row
    (its values in these vectors) is zero, one about two cells exactly if their rows are parallel.
    """

    def __init__(self, size: Integers) -> None:
        n = len(size)
        self._open = np.eye(n, dtype=np.int64)
        self._is_small = size < FEWEST
        self._alone = np.flatnonzero(size == 1)
        # Two random combinations of each row: parallel rows have the same ratio of them, others
        # but by a chance of one in two billion, and then too little is shown.
        random = np.random.default_rng(20260601)
        self._mix = random.integers(1, _PRIME, (2, n))
        self._mixed = self._mix.T.copy()
        self._ratio = _ratios(self._mixed)

    def follow(self, group: Integers, cells: Integers, values: Integers) -> npt.NDArray[np.bool_]:
        """Whether the sum of each row is a combination of the told ones; rows by sum."""
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        products = self._open[cells] * values[:, None] % _PRIME
        news = (np.add.reduceat(products, starts, axis=0) % _PRIME).any(axis=1)
        is_told: npt.NDArray[np.bool_] = np.repeat(~news, np.diff(starts, append=len(group)))
        return is_told

    def _news(self, cells: Integers, values: Integers) -> Integers:
        products = self._open[cells] * values[:, None] % _PRIME
        news: Integers = products.sum(axis=0) % _PRIME
        return news

    def take(self, cells: Integers, values: Integers) -> bool:
        """Take a sum in unless it makes one or two people's shares known."""
        news = self._news(cells, values)
        columns = np.flatnonzero(news)
        if not len(columns):
            return True
        pivot = columns[0]
        factor = news[columns] * pow(int(news[pivot]), -1, _PRIME) % _PRIME
        rows = np.flatnonzero(self._open[:, pivot])
        lead = self._open[rows, pivot][:, None]
        # What the mixes of the changed rows will be follows from the mixes: the rows themselves
        # are changed only once nobody is told on.
        moved = (factor * self._mix[:, columns] % _PRIME).sum(axis=1) % _PRIME
        mixed = (self._mixed[rows] - lead * moved) % _PRIME
        at = np.ix_(rows, columns)
        ratio = self._ratio.copy()
        small = self._is_small[rows]
        ratio[rows[small]] = _ratios(mixed[small])
        alone = ratio[self._alone]
        if len(np.unique(alone)) < len(alone):
            return False
        changed = (self._open[at] - lead * factor) % _PRIME
        doubtful = small & ~mixed.any(axis=1)
        if doubtful.any() and self._closes(rows[doubtful], columns, changed[doubtful]):
            return False
        self._open[at], self._mixed[rows], self._ratio = changed, mixed, ratio
        return True

    def _closes(self, rows: Integers, columns: Integers, changed: Integers) -> bool:
        """Whether some of the rows would be zero with these columns of theirs changed."""
        after = self._open[rows]
        after[:, columns] = changed
        return not after.any(axis=1).all()

    def forget_closed(self) -> None:
        """Let go the vectors that are closed by now: they are zero and stay so."""
        is_open = self._open.any(axis=0)
        self._open, self._mix = self._open[:, is_open], self._mix[:, is_open]


def _ratios(mixed: Integers) -> Integers:
    """The ratio of both mixes of each row: the same for parallel rows."""
    one, other = mixed.T
    ratio: Integers = one * _inverses(other) % _PRIME
    ratio[other == 0] = -1
    return ratio


_FEW: Final = 150


def _inverses(numbers: Integers) -> Integers:
    """Each number's inverse modulo the prime (of 0: 0), by Fermat's little theorem if many."""
    if len(numbers) <= _FEW:
        each = (number % _PRIME for number in numbers.tolist())
        return np.array([pow(one, -1, _PRIME) if one else 0 for one in each], np.int64)
    found, power, left = np.ones_like(numbers), numbers % _PRIME, _PRIME - 2
    while left:
        if left & 1:
            found = found * power % _PRIME
        power = power * power % _PRIME
        left >>= 1
    return found
