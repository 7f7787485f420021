"""What the comparison shows, cell by cell and mark by mark, is what the command line tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from perf_core.domain.access import PayRight, everything
from perf_core.domain.period import parse_period
from perf_core.language.formats import format_share, format_share_change
from perf_core.services.compare_groups import OF_PAY, compare_groups
from perf_core.store.engine import Store
from tests.conftest import Stores
from tests.pages.conftest import OpenPage, loaded
from tests.pages.odd_companies import several_axes
from tests.pages.shown import charts_of, numbers_of
from tests.services.groups_by_sql import by_command, document

AXES = ("brand", "region", "department", "role", "channel")
PAIRS = [(one, "") for one in AXES] + list(pairwise((*AXES, AXES[0])))
"""Each axis alone, in the rows, and in the columns."""
SHARES = ("revenue_growth", "attainment", "cost_ratio", "attrition")
MONEY = ("revenue", "pay_cost", "bonus_cost")
PLAIN = ("headcount", "mean_total", "total_sd")
GRADES = ("excellent", "good", "improve")
EVERYTHING = (*SHARES, *MONEY, *PLAIN, *(f"grade_{code}" for code in GRADES))
OF_PEOPLE = set(EVERYTHING) - {"revenue", "revenue_growth"}


@pytest.fixture(scope="module")
def filled(sqlite_stores: Stores) -> Path:
    return loaded(sqlite_stores, several_axes())


def told(
    store: Store, capsys: pytest.CaptureFixture[str], by: Sequence[str], *words: str
) -> dict[str, dict[tuple[str, ...], float]]:
    asked = ("--period", "2026-05", "--by", ",".join(by), *words)
    return by_command(document(store, capsys, "compare", *asked)["groups"], by)


def is_shown(cell: float, value: float, name: str) -> bool:
    """Whether a cell says a value: shares in percent, money in thousands to one place.

    Money of a column of small amounts is in single units.
    """
    if name in MONEY:
        return abs(cell - value / 1000) <= 0.05 + 1e-9 or abs(cell - value) <= 0.5 + 1e-9
    return cell == (value * 100 if name in SHARES or name.startswith("grade_") else value)


def table(app: AppTest, by: Sequence[str]) -> pd.DataFrame:
    return next(one.value for one in app.dataframe if {*by, "revenue"} <= set(one.value.columns))


ROLES = {
    "Platform operations": "platform_ops",
    "Shop operations": "store_ops",
    "Customer service": "service",
    "Management": "management",
}


def code(name: str) -> str:
    """The code behind a name: of most things in this company they are the same."""
    return "" if name.startswith("Without a") else ROLES.get(name, name)


@pytest.mark.parametrize(
    ("narrowed", "words"),
    [
        ({}, ()),
        ({"in_": "role:platform_ops"}, ("--within", "role=platform_ops")),
        ({"in_": "brand_group:high_end"}, ("--within", "brand_group=high_end")),
        ({"in_": "region_group:first_tier"}, ("--within", "region_group=first_tier")),
    ],
    ids=["all", "a role", "a price level", "a group of regions"],
)
def test_every_cell_of_the_table(
    open_page: OpenPage,
    company_store: Store,
    capsys: pytest.CaptureFixture[str],
    narrowed: dict[str, str],
    words: tuple[str, ...],
) -> None:
    for rows, columns in PAIRS if not words else [("brand", "region"), ("department", "")]:
        by = [axis for axis in (rows, columns) if axis]
        app = open_page(
            "compare", as_="hr", lang="en", period="2026-05", rows=rows, cols=columns, **narrowed
        )
        assert not app.exception
        shown = table(app, by)
        found = {
            tuple(code(row[axis]) for axis in by): row for row in shown.iloc[:-1].to_dict("records")
        }
        expected = told(company_store, capsys, by, *words)
        assert len(found) == len(shown) - 1
        # A group with neither people nor sales has nothing to tell, and no row.
        alive = {
            key
            for name in ("headcount", "revenue", "pay_cost")
            for key, value in expected.get(name, {}).items()
            if value
        }
        assert alive <= set(found), by
        by_channel = "channel" in by
        assert not by_channel or not OF_PEOPLE & set(shown.columns)
        for key, row in found.items():
            for name in EVERYTHING if not by_channel else ("revenue", "revenue_growth"):
                value = expected.get(name, {}).get(key)
                if value is None:
                    assert pd.isna(row[name]), (by, key, name)
                else:
                    assert is_shown(row[name], value, name), (by, key, name)


def marks(app: AppTest, kind: str, mode: str = "") -> list[dict[str, Any]]:
    """The traces of a kind whose marks stand for one group each."""
    return [
        trace
        for chart in charts_of(app)
        for trace in chart["data"]
        if (trace["type"], trace.get("mode", "")) == (kind, mode)
        and trace.get("customdata")
        and len(trace["customdata"][0]) == 1
    ]


def by_code(trace: dict[str, Any], axis: str) -> dict[str, float]:
    codes = [held[0] for held in trace["customdata"]]
    return dict(zip(codes, numbers_of(trace[axis]), strict=True))


@pytest.mark.parametrize(
    ("viewer", "figure"),
    [
        ("executive", "cost_ratio"),
        ("executive", "pay_cost"),
        ("hr", "cost_ratio"),
        ("hr", "revenue"),
        ("hr", "attainment"),
        ("hr", "revenue_growth"),
        ("hr", "headcount"),
    ],
)
def test_every_mark_of_the_charts(
    open_page: OpenPage,
    company_store: Store,
    capsys: pytest.CaptureFixture[str],
    viewer: str,
    figure: str,
) -> None:
    app = open_page("compare", as_=viewer, lang="en", period="2026-05", rows="brand", fig=figure)
    assert not app.exception
    expected = seen_by(viewer, company_store, told(company_store, capsys, ["brand"]))
    (bars,) = marks(app, "bar")
    assert by_code(bars, "x") == {key[0]: value for key, value in expected[figure].items()}
    (cloud,) = marks(app, "scatter", "markers+text")
    for axis, name in (("x", "cost_ratio"), ("y", "attainment")):
        shown = by_code(cloud, axis)
        assert shown == {one: expected[name][(one,)] for one in shown}
    both = expected["cost_ratio"].keys() & expected["attainment"].keys()
    # Who belongs to no brand is in the table alone.
    assert set(shown) == {one for (one,) in both if one}
    assert len(shown) >= 2
    lines = marks(app, "scatter", "lines+markers")
    assert lines
    for line in lines:
        last = list(numbers_of(line["y"]))[-1]
        assert last == expected[figure][tuple(line["customdata"][0])]


def seen_by(
    viewer: str, store: Store, groups: dict[str, dict[tuple[str, ...], float]]
) -> dict[str, dict[tuple[str, ...], float]]:
    """The same numbers less those that the viewer may not see."""
    if viewer == "hr":
        return groups
    scope = replace(everything(), pay=PayRight.GROUPS)
    found = compare_groups(store, parse_period("2026-05"), by=["brand"], scope=scope).groups
    kept = {(str(one),) for one in found.loc[~found["pay_withheld"].astype(bool), "brand"]}
    assert kept
    return {
        name: {key: value for key, value in told.items() if name not in OF_PAY or key in kept}
        for name, told in groups.items()
    }


def test_the_tiles_say_the_numbers_of_their_group(
    open_page: OpenPage, company_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_page("compare", as_="hr", lang="en", period="2026-05", rows="brand")
    expected = told(company_store, capsys, ["brand"])
    whole = expected_whole(company_store)
    tiles = [one for one in app.button if str(one.key).startswith("view_answer")]
    said = [one.value.replace("\\", "") for one in app.markdown]
    assert tiles
    patterns = {
        "attainment": "**{}** of the scorecards attain, {} of all",
        "revenue_growth": "Revenue **{}** against the period before; all together {}.",
        "attrition": "**{}** left, {} of all",
    }
    met = 0
    for tile in tiles:
        key = (tile.label.removeprefix(":blue[").removesuffix("]"),)
        for name, pattern in patterns.items():
            pair = (expected[name].get(key, 0.0), whole[name])
            if name == "revenue_growth":
                worded = [format_share_change(value, "en", points=False) for value in pair]
            else:
                worded = [format_share(value, "en") for value in pair]
            words = pattern.format(*worded)
            met += any(words in one for one in said)
    assert met >= len(tiles)


def expected_whole(store: Store) -> dict[str, float]:
    found = compare_groups(store, parse_period("2026-05"), by=[], scope=everything())
    return {str(name): float(found.groups[name].iloc[0]) for name in SHARES}
