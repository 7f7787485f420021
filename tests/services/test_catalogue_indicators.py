"""Every shipped indicator against a case worked by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perf_core.domain.catalogue_entries import CatalogueEntries
from perf_core.scoring.formulas import Totals, parse_formula
from perf_core.settings import Settings
from perf_core.sources.catalogue_files import read_catalogue_files, shipped_files

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "published" / "indicators.toml").read_text(encoding="utf-8")
)["case"]


@pytest.fixture(scope="module")
def shipped() -> CatalogueEntries:
    return read_catalogue_files(shipped_files(Settings().catalogue_dir)).entries


def _totals(sums: dict[str, float], days: float) -> Totals:
    frame = pd.DataFrame({code: [float(value)] for code, value in sums.items()}, index=["Lin"])
    return Totals(frame, pd.Series([float(days)], index=["Lin"]))


@pytest.mark.parametrize("case", CASES, ids=[case["indicator"] for case in CASES])
def test_a_shipped_indicator_gives_what_was_worked_by_hand(
    case: dict[str, Any], shipped: CatalogueEntries
) -> None:
    indicator = {one.code: one for one in shipped.indicators}[case["indicator"]]
    formula = parse_formula(
        indicator.formula,
        measures={one.code for one in shipped.measures},
        dimensions={one.code for one in shipped.axes if one.kind == "dimension"},
    )
    days = case.get("days", 30)
    before = case.get("before")
    value = formula.evaluate(
        _totals(case["sums"], days),
        previous=None if before is None else _totals(before, days),
        ratings=pd.DataFrame(case.get("ratings", {}), index=["Lin"], dtype=float),
    )
    assert value.iloc[0] == pytest.approx(case["expected"], rel=1e-12), case["why"]


def test_no_shipped_indicator_lacks_its_case(shipped: CatalogueEntries) -> None:
    worked = {case["indicator"] for case in CASES}
    assert {one.code for one in shipped.indicators} == worked


def test_a_formula_has_no_data_where_a_measure_has_none(shipped: CatalogueEntries) -> None:
    for indicator in shipped.indicators:
        formula = parse_formula(
            indicator.formula,
            measures={one.code for one in shipped.measures},
            dimensions={one.code for one in shipped.axes if one.kind == "dimension"},
        )
        value = formula.evaluate(_totals({"unheard_of": 1}, 30), previous=_totals({}, 30))
        assert value.isna().all(), indicator.code
