"""Labels below the columns of a shared review leave each other room."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from perf_core.reporting.review_markup import columns_chart

_LETTER = 7.0
"""The width of a digit of 11 pixels at the least."""


@pytest.mark.parametrize("n_bins", [1, 5, 6, 7, 12, 14, 26])
def test_no_two_labels_touch(n_bins: int) -> None:
    bins = [(10 * at, 1) for at in range(n_bins)]
    drawn = str(columns_chart(bins, width=10, mark=80, alt="totals"))
    found = re.findall(r'<text x="([\d.]+)" y="144.0" text-anchor="middle">([^<]+)</text>', drawn)
    places = [(float(x), len(label) * _LETTER / 2) for x, label in found]
    assert places
    assert all(a + half < b - other for (a, half), (b, other) in pairwise(places))
