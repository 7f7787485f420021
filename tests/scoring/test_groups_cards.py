"""What cards say about their group: attainment, totals, grades, bonus, targets."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from perf_core.scoring.group_cards import (
    attainment_of_lines,
    bonus_cost,
    grade_shares,
    targets_of_lines,
    totals_of_cards,
)

NAN = float("nan")
GRADES = ("excellent", "good", "improve")


def cards(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {
        "period": "2026-06",
        "employee_id": "Lin",
        "brand": "luxe",
        "days": 30,
        "total": NAN,
        "complete": True,
        "grade": None,
        "bonus_factor": NAN,
    }
    return pd.DataFrame([base | row for row in rows])


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {
        "brand": "luxe",
        "indicator": "orders",
        "days": 30,
        "target": NAN,
        "achievement": NAN,
        "status": "scored",
    }
    return pd.DataFrame([base | row for row in rows])


def test_attainment_is_complete_cards_at_the_pass_mark_over_complete_cards() -> None:
    found = totals_of_cards(
        cards(
            {"total": 80.0},  # exactly at the mark
            {"total": 80.0 - 1e-10},  # a difference that is none
            {"total": 79.9},
            {"total": 0.0},  # vetoed
            {"total": 120.0, "complete": False},  # not counted anywhere
        ),
        by=["brand"],
        pass_mark=80.0,
    ).loc["luxe"]
    assert found["attainment"] == 2 / 4
    assert found["mean_total"] == pytest.approx((80 + 80 + 79.9 + 0) / 4)


def test_the_spread_of_totals_needs_two_cards() -> None:
    found = totals_of_cards(
        cards({"total": 90.0}, {"total": 70.0}, {"total": 50.0, "brand": "core"}),
        by=["brand"],
        pass_mark=80.0,
    )
    assert found.loc["luxe", "total_sd"] == pytest.approx(200**0.5)  # n - 1
    assert pd.isna(found.loc["core", "total_sd"])


def test_a_group_without_a_complete_card_has_no_totals() -> None:
    assert totals_of_cards(
        cards({"total": 90.0, "complete": False}), by=["brand"], pass_mark=80.0
    ).empty


def test_grade_shares_are_over_complete_cards() -> None:
    found = grade_shares(
        cards(
            {"grade": "excellent"},
            {"grade": "good"},
            {"grade": "improve"},  # vetoed ones have the lowest
            {"grade": "improve"},
            {"grade": None, "complete": False},
        ),
        by=["brand"],
        grades=GRADES,
    )
    assert found.loc["luxe"].to_dict() == {"excellent": 0.25, "good": 0.25, "improve": 0.5}


def test_a_week_has_no_grades() -> None:
    assert grade_shares(cards({"total": 90.0}), by=["brand"], grades=GRADES).empty


def test_bonus_cost_is_factor_times_base_and_a_movers_parts_add_up() -> None:
    base = pd.Series({"Lin": 1000.0, "Wu": 500.0, "Chen": NAN})
    known = cards(
        {"employee_id": "Lin", "days": 10, "bonus_factor": 1.5},
        {"employee_id": "Lin", "days": 20, "bonus_factor": 0.5, "brand": "core"},
        {"employee_id": "Wu", "bonus_factor": 0.0},  # vetoed
        {"employee_id": "Chen", "bonus_factor": 1.0},  # the company supplies no base
        {"employee_id": "Wu", "bonus_factor": NAN, "complete": False},
    )
    found = bonus_cost(known, base, by=["brand"])
    # Lin's own factor is (10 x 1.5 + 20 x 0.5) / 30 = 25/30.
    assert found["bonus_cost"].to_dict() == {
        "luxe": pytest.approx(1000 * 1.5 * 10 / 30),
        "core": pytest.approx(1000 * 0.5 * 20 / 30),
    }
    assert found["bonus_cost"].sum() == pytest.approx(1000 * 25 / 30)
    assert found["n_people"].to_dict() == {"luxe": 2, "core": 1}


def test_no_bonus_base_no_bonus_cost() -> None:
    assert bonus_cost(cards({"bonus_factor": 1.0}), pd.Series({"Lin": NAN}), by=["brand"]).empty


def test_attainment_of_an_indicator_is_over_scored_lines_of_all_cards() -> None:
    found = attainment_of_lines(
        lines(
            {"achievement": 1.2},
            {"achievement": 1.0 - 1e-10},
            {"achievement": 0.99},
            {"status": "no_data"},
            {"status": "no_target"},
            {"indicator": "aov", "status": "no_data"},
        ),
        by=["brand", "indicator"],
    )
    assert found.to_dict() == {("luxe", "orders"): pytest.approx(2 / 3)}


def test_additive_targets_add_up_and_others_are_averaged_by_card_days() -> None:
    known = lines(
        {"target": 300.0},
        {"target": 100.0, "days": 10},
        {"target": NAN, "status": "no_target"},
        {"indicator": "aov", "target": 60.0, "days": 30},
        {"indicator": "aov", "target": 90.0, "days": 15},
        {"indicator": "csat", "target": NAN},
    )
    found = targets_of_lines(known, by=["brand", "indicator"], additive={"orders"})
    assert found.to_dict() == {
        ("luxe", "aov"): pytest.approx((60 * 30 + 90 * 15) / 45),
        ("luxe", "orders"): 400.0,
    }


def test_the_order_of_rows_is_nothing() -> None:
    known = cards(*({"total": total} for total in (90.0, 70.0, 100.0, 33.0)))
    one = totals_of_cards(known, by=["brand"], pass_mark=80.0)
    other = totals_of_cards(known.iloc[::-1], by=["brand"], pass_mark=80.0)
    pd.testing.assert_frame_equal(one, other)
