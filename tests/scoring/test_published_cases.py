"""The cases of the articles and of the definition, met to the digits their sources give."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from perf_core.domain.catalogue import Grade, GradeRule, GradeScheme, Names
from perf_core.scoring.achievement import limited_achievement, unlimited_achievement
from perf_core.scoring.grades import cohort_grades
from perf_core.scoring.points import line_points
from perf_core.scoring.progress import goal_progress, line_progress
from perf_core.scoring.reviews import RELATIONS, review_totals

CASES = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "published" / "cases.toml").read_text(encoding="utf-8")
)
SCHEME = GradeScheme(
    GradeRule.RANK,
    (
        Grade("excellent", Names(), Decimal("0.20"), 100.0, 1.5),
        Grade("good", Names(), Decimal("0.50"), 80.0, 1.0),
        Grade("improve", Names(), None, 0.0, 0.5),
    ),
)


def each(kind: str) -> Any:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case["source"]) for case in CASES[kind]]
    )


def as_given(case: dict[str, Any], name: str) -> Any:
    digits = case.get("digits")
    near = {"abs": 0.5 * 10**-digits} if digits else {"rel": 1e-12, "abs": 1e-12}
    return pytest.approx(case[name], **near)


def unlimited(case: dict[str, Any]) -> Any:
    return unlimited_achievement(
        np.array([float(case["actual"])]),
        np.array([float(case["target"])]),
        is_lower=np.array([case.get("direction") == "lower"]),
        is_inverse=np.array([case.get("mode") == "inverse"]),
        cap=np.array([1.2]),
    )


@each("line")
def test_lines(case: dict[str, Any]) -> None:
    reached = limited_achievement(unlimited(case), cap=np.array([1.2]), floor=np.zeros(1))
    points = line_points(
        reached,
        np.array([float(case["weight"])]),
        is_step=np.array([case.get("curve") == "step"]),
    )
    assert reached[0] == as_given(case, "achievement")
    assert points[0] == as_given(case, "points")


@each("total")
def test_totals(case: dict[str, Any]) -> None:
    review = review_totals(
        np.array([[float(case["means"][name]) for name in RELATIONS]]),
        np.array([[float(case["weights"][name]) for name in RELATIONS]]),
    )
    share = case["kpi_share"]
    assert review[0] == as_given(case, "review_total")
    assert share * case["kpi_total"] + (1 - share) * review[0] == as_given(case, "total")


@each("grades")
def test_grades(case: dict[str, Any]) -> None:
    got = cohort_grades(np.array(case["totals"], dtype=float), SCHEME, company=200)
    assert (got == 0).sum() == case["excellent"]
    assert (got == 1).sum() == case["good"]


@each("progress")
def test_progress(case: dict[str, Any]) -> None:
    cards = pd.DataFrame(
        {
            "card_id": [0],
            "brand": "luxe",
            "role": "ops",
            "days": [float(case["days"])],
            "whole_days": [float(case["of_days"])],
        }
    )
    lines = pd.DataFrame(
        {
            "card_id": [0],
            "employee_id": ["lin"],
            "position": [0],
            "indicator": ["followers"],
            "actual": [float(case["actual"])],
            "whole_target": [float(case["target"])],
            "unlimited": unlimited(case),
            "is_additive": [case["additive"]],
        }
    )
    got = line_progress(cards, lines).iloc[0]
    for name in ("progress", "expected", "pace"):
        assert got[name] == as_given(case, name)


@each("goal")
def test_goals(case: dict[str, Any]) -> None:
    got = goal_progress(case["start"], case["current"], case["target"])
    assert got == as_given(case, "progress")
