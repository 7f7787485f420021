"""Rows that only add up the others."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import ibis

from perf_core.sources.raw_tables import SQUEEZED_BLANKS

TOTALS = (
    *("合计", "总计", "小计", "汇总", "总和", "合计:", "总计:", "合计：", "总计："),
    *("total", "totals", "total:", "grand total", "subtotal", "sum"),
)
"""What the key of a totals row says."""


def is_total(cell: str) -> bool:
    """Whether a cell is a word for a total."""
    return cell.strip(SQUEEZED_BLANKS).lower() in TOTALS


def says_total(text: Any) -> Any:
    """Whether a trimmed text is a word for a total; one that begins like none is not searched."""
    firsts = {word[0] for word in TOTALS} | {word[0].upper() for word in TOTALS}
    may_be = reduce(or_, (text.between(one, chr(ord(one) + 1)) for one in sorted(firsts)))
    return ibis.cases((may_be, text.lower().isin(TOTALS)), else_=False)
