"""Where the table begins: the header row below titles, notes and blank rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from perf_core.sources.raw_tables import SQUEEZED_BLANKS

SEARCHED_ROWS = 40

_VALUE = re.compile(r"[-+(]?[¥￥$]?[\d.,:/年月日 %-]+\)?")

KnownCount = Callable[[Sequence[str]], int]
"""Counts the cells of a row that are headers somebody knows."""


def header_index(rows: Sequence[Sequence[str]], count_known: KnownCount) -> int | None:
    """Find the header among the first rows of a file.

    The row with most known headers is it, if it has two of them (or its only one). Otherwise it
    is the first row of words about as wide as the table.

    Examples
    --------
    >>> rows = [["June 2026"], [], ["Who", "What"], ["7", "12.5"]]
    >>> header_index(rows, lambda cells: 0)
    2
    """
    searched = [[cell.strip(SQUEEZED_BLANKS) for cell in row] for row in rows[:SEARCHED_ROWS]]
    widths = [sum(1 for cell in row if cell) for row in searched]
    filled = [index for index, width in enumerate(widths) if width]
    if not filled:
        return None
    known = {index: count_known(searched[index]) for index in filled}
    best = max(filled, key=lambda index: (known[index], -index))
    if known[best] >= min(2, widths[best]) and known[best] > 0:
        return best
    usual = Counter(widths[index] for index in filled).most_common(1)[0][0]
    for index in filled:
        if widths[index] * 2 > usual and _are_words(searched[index]):
            return index
    return filled[0]


def _are_words(cells: Sequence[str]) -> bool:
    words = [cell for cell in cells if cell]
    return len(set(words)) == len(words) and not any(_VALUE.fullmatch(word) for word in words)
