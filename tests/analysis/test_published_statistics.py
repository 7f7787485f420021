"""Textbook figures, met to the digits they print."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from perf_core.analysis.divisia import log_mean_parts
from perf_core.analysis.intervals import wilson
from perf_core.analysis.survival import retention

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "published" / "statistics.toml").read_text(encoding="utf-8")
)


def each(kind: str) -> Any:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case["source"]) for case in CASES[kind]]
    )


@each("wilson")
def test_wilson(case: dict[str, Any]) -> None:
    found = wilson(case["hits"], case["n"])
    near = 0.5 * 10 ** -case["digits"]
    assert found.iloc[0].tolist() == pytest.approx([case["low"], case["high"]], abs=near)


@each("log_mean_parts")
def test_parts_of_a_change(case: dict[str, Any]) -> None:
    names = case["factors"]
    before, after = (pd.DataFrame([case[when]], columns=names) for when in ("before", "after"))
    found = log_mean_parts(before, after, dict.fromkeys(names, 1)).iloc[0]
    assert found.tolist() == pytest.approx(case["parts"], rel=1e-12)
    assert found.sum() == pytest.approx(case["change"], rel=1e-12)


@each("kaplan_meier")
def test_kaplan_meier(case: dict[str, Any]) -> None:
    ended = case["ended"]
    watched = case.get("watched") or [52] * case["n_watched"]
    end = np.array([*ended, *watched])
    found = retention(np.zeros(len(end)), end, is_left=np.arange(len(end)) < len(ended), fewest=1)
    steps = found.steps.set_index("time").loc[case["at"]]
    near = 0.5 * 10 ** -case["digits"]
    assert steps["share"].tolist() == pytest.approx(case["share"], abs=near)
    if "at_risk" in case:
        assert steps["at_risk"].tolist() == case["at_risk"]
    if "se" in case:
        assert steps["se"].tolist() == pytest.approx(case["se"], abs=near)
