"""Summed rows as they were answered: converted, taken away from each other, and added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.store.measure_tables import SHIPPED_MEASURES


@dataclass(frozen=True)
class Money:
    """What turns stored amounts into the store's currency.

    Attributes
    ----------
    own : dict of str to str
        The units of the company's own measures, by code; the shipped ones are known.
    rates : DataFrame
        ``month`` (first day), ``currency``, ``rate``.
    """

    own: Mapping[str, str]
    rates: pd.DataFrame

    def is_money(self, code: str) -> bool:
        """Whether the measure is kept in whole 1/10,000 of a currency's unit."""
        return SHIPPED_MEASURES.get(code, self.own.get(code)) == "money"


@dataclass(frozen=True)
class Part:
    """Summed rows of one statement: keys, currency, month of the rate, values by code."""

    keys: dict[str, npt.NDArray[Any]]
    currency: npt.NDArray[np.object_]
    month: npt.NDArray[np.object_] | None
    sums: npt.NDArray[np.float64]

    def take(self, rows: npt.NDArray[Any], segment_ids: npt.NDArray[np.int64]) -> Part:
        """Some rows, each for the segment that asked for it."""
        keys = {name: values[rows] for name, values in self.keys.items()}
        keys["segment_id"] = segment_ids
        month = None if self.month is None else self.month[rows]
        return Part(keys, self.currency[rows], month, self.sums[rows])

    def rows(self) -> dict[tuple[Any, ...], int]:
        """The number of each row by all that tells it from the others."""
        month = [] if self.month is None else [self.month.tolist(), self.currency.tolist()]
        keys = [self.keys[name].tolist() for name in sorted(self.keys)]
        return {key: number for number, key in enumerate(zip(*keys, *month, strict=True))}


def without(whole: Part, taken: Part) -> tuple[Part, npt.NDArray[np.bool_]]:
    """Months without some of their days.

    Whole numbers subtract exactly. What is left of others may be off by more than it is worth, and
    where nothing is left, only the days themselves can tell whether that is zero or no data.

    Returns
    -------
    tuple of Part and array of bool, shape (n_rows, n_codes)
        The differences, and which of them say nothing.
    """
    sums = whole.sums.copy()
    is_unsure = np.zeros(sums.shape, dtype=np.bool_)
    at = whole.rows()
    pairs = [(at[key], row) for key, row in taken.rows().items() if key in at]
    if pairs:
        rows, gone = np.array(pairs).T
        before, less = whole.sums[rows], taken.sums[gone]
        is_less = ~np.isnan(less)
        left = np.where(is_less, before - less, before)
        is_whole = (np.trunc(before) == before) & (np.trunc(less) == less)
        sums[rows] = left
        is_unsure[rows] = is_less & ~((left != 0.0) & is_whole)
        # Nor can a difference tell a day without a value from a day without a row.
        is_unsure[rows[np.isnan(left).all(axis=1)]] = True
    return replace(whole, sums=sums), is_unsure


def sums_of(
    parts: list[Part], keys: tuple[str, ...], codes: Sequence[str], money: Money
) -> pd.DataFrame:
    """Convert amounts and add the parts up by their keys."""
    parts = [part for part in parts if len(part.sums)]
    if not parts:
        kinds = {name: "int64" if name == "segment_id" else "object" for name in keys}
        kinds.update(dict.fromkeys(codes, "float64"))
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    values = np.concatenate([_converted(part, codes, money) for part in parts])
    columns = {name: np.concatenate([part.keys[name] for part in parts]) for name in keys}
    columns["segment_id"] = columns["segment_id"].astype(np.int64)
    first, group = _groups(columns, keys)
    known = ~np.isnan(values)
    # An amount without a rate must not pass as nothing: infinity stands for it until the end.
    lost = np.isinf(values)
    answer: dict[str, npt.NDArray[Any]] = {name: columns[name][first] for name in keys}
    size = len(first)
    for n, code in enumerate(codes):
        is_there = known[:, n]
        if not is_there.any():
            answer[code] = np.full(size, np.nan)
            continue
        weights = np.where(is_there & ~lost[:, n], values[:, n], 0.0)
        total = np.bincount(group, weights=weights, minlength=size)
        count = np.bincount(group, weights=is_there, minlength=size)
        gone = np.bincount(group, weights=lost[:, n], minlength=size)
        answer[code] = np.where((count > 0) & (gone == 0), total, np.nan)
    return pd.DataFrame(answer, copy=False)


def _groups(
    columns: Mapping[str, npt.NDArray[Any]], keys: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The first row of each group in the order of the keys, and each row's group."""
    if len(keys) == 1:
        _, first, group = np.unique(columns["segment_id"], return_index=True, return_inverse=True)
        return first, group.reshape(-1)
    frame = pd.DataFrame({name: columns[name] for name in keys})
    number = frame.groupby(list(keys), sort=True).ngroup().to_numpy(dtype=np.int64)
    _, first = np.unique(number, return_index=True)
    return first, np.asarray(number, dtype=np.int64)


def _converted(part: Part, codes: Sequence[str], money: Money) -> npt.NDArray[np.float64]:
    """The values with amounts in the store's currency."""
    amounts = np.array([money.is_money(code) for code in codes], dtype=np.bool_)
    values = part.sums.copy()
    if not amounts.any():
        return values
    factor = np.ones(len(values))
    foreign = part.currency != ""
    if foreign.any():
        rates = {
            (f"{month:%Y-%m}", currency): rate
            for month, currency, rate in money.rates.itertuples(index=False)
        }
        months = part.month if part.month is not None else np.full(len(values), "")
        factor[foreign] = [
            rates.get((str(month)[:7], currency), np.inf)
            for month, currency in zip(months[foreign], part.currency[foreign], strict=True)
        ]
    for n in np.nonzero(amounts)[0]:
        column = values[:, n]
        with np.errstate(invalid="ignore"):
            known = np.where(np.isinf(factor), np.inf, column * factor / 10_000)
        values[:, n] = np.where(np.isnan(column), np.nan, known)
    return values
