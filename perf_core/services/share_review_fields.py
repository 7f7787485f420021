"""The fields of a shared link: plain data, and nothing that tells about one of a few people."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from perf_core.domain.share import FEWEST_NAMELESS, NAMELESS_FIELDS

_BIN: Final = 10
_OF_ONE: Final = ("rank", "of")


def withhold_small_groups(rows: list[dict[str, Any]], by: Sequence[str]) -> list[dict[str, Any]]:
    """Take the numbers about people from groups of fewer than ``FEWEST_NAMELESS``.

    Where the groups without these numbers hold fewer people than that together, the next
    smallest loses them too: otherwise what is missing could be worked out from the rest.

    Parameters
    ----------
    rows : list of dict
        One per group, with ``n_people`` and the numbers; those of one table.
    by : sequence of str
        The axes of the table; groups of one code of the first are parts of a whole.

    Examples
    --------
    >>> rows = [{"n_people": n, "mean_total": 90.0} for n in (9, 5, 1)]
    >>> [row["mean_total"] for row in withhold_small_groups(rows, ["role"])]
    [90.0, None, None]
    """
    wholes: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        wholes.setdefault("", []).append(at)
        if len(by) > 1:
            wholes.setdefault(repr(row[by[0]]), []).append(at)
    hidden = too_small([row["n_people"] for row in rows], wholes.values())
    return [
        {**row, **dict.fromkeys((name for name in NAMELESS_FIELDS if name in row), None)}
        if at in hidden
        else row
        for at, row in enumerate(rows)
    ]


def too_small(
    sizes: Sequence[float], wholes: Iterable[Sequence[int]] | None = None
) -> frozenset[int]:
    """Which groups must not stand with numbers about their people.

    Parameters
    ----------
    sizes : sequence of float
        How many people each group has.
    wholes : iterable of sequences of int, optional
        The places of groups that are parts of one whole, which may be known; without it all of
        them are.

    Examples
    --------
    >>> sorted(too_small([9, 5, 1])), sorted(too_small([9, 5, 4])), sorted(too_small([9, 3, 3]))
    ([1, 2], [], [1, 2])
    """
    hidden = {at for at, size in enumerate(sizes) if size < FEWEST_NAMELESS}
    for parts in [range(len(sizes))] if wholes is None else wholes:
        for at in sorted(parts, key=lambda one: sizes[one]):
            few = sum(sizes[one] for one in parts if one in hidden)
            if at not in hidden and 0 < few < FEWEST_NAMELESS:
                hidden.add(at)
    return frozenset(hidden)


def grade_shares(shares: pd.DataFrame, *, n_people: int) -> dict[str, float | None]:
    """The share of each grade, from ``FEWEST_NAMELESS`` people up; the first row is of all."""
    if n_people < FEWEST_NAMELESS or shares.empty:
        return {}
    return {str(code): plain(share) for code, share in shares.iloc[0].items()}


def histogram(totals: pd.Series[float], *, n_people: int) -> list[list[int]]:
    """How many totals lie in each ten points: pairs of a lower bound and a count, or nothing."""
    if n_people < FEWEST_NAMELESS:
        return []
    lower = (np.floor(totals.to_numpy(np.float64) / _BIN) * _BIN).astype(int)
    bounds, counts = np.unique(lower, return_counts=True)
    return [[int(bound), int(count)] for bound, count in zip(bounds, counts, strict=True)]


def shuffled_numbers(people: Sequence[str]) -> dict[str, int]:
    """A number for each person in an order that says nothing about who it is."""
    order = sorted(set(people))
    random.SystemRandom().shuffle(order)
    return {person: at for at, person in enumerate(order, start=1)}


def without_small_ranks(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a card without its rank, where the rank is among fewer than four."""
    of = fields.get("of")
    if of is None or of < FEWEST_NAMELESS:
        fields.update(dict.fromkeys(_OF_ONE))
    return fields


def plain_fields(values: Mapping[Any, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The fields that may be shown, as plain data."""
    return {name: plain(values.get(name)) for name in fields}


def plain(value: Any) -> Any:
    """A cell of a frame as JSON has it: nothing for what is not known."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (pd.Timestamp, date)):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        return number if np.isfinite(number) else None
    return str(value)
