"""The revenue of the places that people serve."""

from __future__ import annotations

import pandas as pd
import pytest

from perf_core.scoring.groups import revenue_of_places

REVENUE = pd.DataFrame(
    {
        "period": ["2026-05", "2026-06", "2026-06", "2026-06", "2026-06"],
        "brand": ["luxe", "luxe", "luxe", "core", ""],
        "region": ["north", "north", "south", "north", ""],
        "revenue": [1.0, 2.0, 4.0, 8.0, float("nan")],
    }
)


def served(*places: tuple[str, str], period: str = "2026-06") -> float:
    frame = pd.DataFrame(
        [(0, period, brand, region) for brand, region in places],
        columns=["group", "period", "brand", "region"],
    )
    return float(revenue_of_places(frame, REVENUE, 1)[0])


@pytest.mark.parametrize(
    ("places", "revenue"),
    [
        ([("luxe", "north")], 2.0),
        ([("luxe", "north"), ("luxe", "north")], 2.0),  # two people, one place
        ([("luxe", "north"), ("core", "north")], 10.0),
        ([("luxe", "")], 6.0),  # the brand in every region
        ([("luxe", ""), ("luxe", "south")], 6.0),  # and each place once
        ([("", "north")], 10.0),
        ([("", "")], 14.0),
        ([("value", "north")], None),
        ([("value", "")], None),
        ([], None),
    ],
)
def test_each_place_counts_once(places: list[tuple[str, str]], revenue: float | None) -> None:
    found = served(*places)
    assert pd.isna(found) if revenue is None else found == revenue


def test_a_group_takes_the_revenue_of_its_own_period() -> None:
    assert served(("luxe", "north"), period="2026-05") == 1.0
    assert served(("luxe", ""), period="2026-05") == 1.0
