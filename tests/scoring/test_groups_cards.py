"""What cards say about their group: attainment, totals, grades, bonus, targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from perf_core.scoring.closeness import reach
from perf_core.scoring.group_cards import (
    attainment_of_lines,
    bonus_cost,
    bonus_of_cards,
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


def groups_of(rows: pd.DataFrame, *by: str) -> tuple[np.ndarray, list[Any]]:
    """The number of each row's group, and the groups by number."""
    numbers, keys = pd.factorize(pd.MultiIndex.from_frame(rows[list(by)]), sort=True)
    return numbers, [key if len(by) > 1 else key[0] for key in keys]


def totals(known: pd.DataFrame) -> pd.DataFrame:
    group, brands = groups_of(known, "brand")
    total = known["total"].to_numpy(float)
    held = {
        "total": total,
        "complete": known["complete"].to_numpy(bool),
        "passed": reach(total, 80.0),
    }
    return pd.DataFrame(totals_of_cards(held, group, len(brands)), brands)


def shares(known: pd.DataFrame) -> list[float]:
    held = {
        "complete": known["complete"].to_numpy(bool),
        "grade": pd.Index(GRADES).get_indexer(pd.Index(known["grade"])),
    }
    return grade_shares(held, np.zeros(len(known), int), 1, n_grades=len(GRADES))[0].tolist()


def of_lines(known: pd.DataFrame) -> dict[str, np.ndarray]:
    return {
        "scored": (known["status"] == "scored").to_numpy(bool),
        "met": reach(known["achievement"].to_numpy(float), 1.0),
        "target": known["target"].to_numpy(float),
        "days": known["days"].to_numpy(float),
    }


def test_attainment_is_complete_cards_at_the_pass_mark_over_complete_cards() -> None:
    found = totals(
        cards(
            {"total": 80.0},  # exactly at the mark
            {"total": 80.0 - 1e-10},  # a difference that is none
            {"total": 79.9},
            {"total": 0.0},  # vetoed
            {"total": 120.0, "complete": False},  # not counted anywhere
        )
    ).loc["luxe"]
    assert found["attainment"] == 2 / 4
    assert found["mean_total"] == pytest.approx((80 + 80 + 79.9 + 0) / 4)


def test_the_spread_of_totals_needs_two_cards() -> None:
    found = totals(cards({"total": 90.0}, {"total": 70.0}, {"total": 50.0, "brand": "core"}))
    assert found.loc["luxe", "total_sd"] == pytest.approx(200**0.5)  # n - 1
    assert pd.isna(found.loc["core", "total_sd"])


def test_a_group_without_a_complete_card_has_no_totals() -> None:
    assert totals(cards({"total": 90.0, "complete": False})).isna().all(axis=None)


def test_grade_shares_are_over_complete_cards() -> None:
    found = shares(
        cards(
            {"grade": "excellent"},
            {"grade": "good"},
            {"grade": "improve"},  # vetoed ones have the lowest
            {"grade": "improve"},
            {"grade": None, "complete": False},
        )
    )
    assert found == [0.25, 0.25, 0.5]


def test_a_week_has_no_grades() -> None:
    assert np.isnan(shares(cards({"total": 90.0}))).all()


def test_bonus_cost_is_factor_times_base_and_a_movers_parts_add_up() -> None:
    base = pd.Series({"Lin": 1000.0, "Wu": 500.0, "Chen": NAN})
    known = cards(
        {"employee_id": "Lin", "days": 10, "bonus_factor": 1.5},
        {"employee_id": "Lin", "days": 20, "bonus_factor": 0.5, "brand": "core"},
        {"employee_id": "Wu", "bonus_factor": 0.0},  # vetoed
        {"employee_id": "Chen", "bonus_factor": 1.0},  # the company supplies no base
        {"employee_id": "Wu", "bonus_factor": NAN, "complete": False},
    )
    of_cards = bonus_of_cards(known, base)
    group, brands = groups_of(known, "brand")
    found = dict(zip(brands, bonus_cost(of_cards, group, 2), strict=True))
    # Lin's own factor is (10 x 1.5 + 20 x 0.5) / 30 = 25/30.
    assert found == {
        "luxe": pytest.approx(1000 * 1.5 * 10 / 30),
        "core": pytest.approx(1000 * 0.5 * 20 / 30),
    }
    assert sum(found.values()) == pytest.approx(1000 * 25 / 30)
    assert of_cards["has_bonus"].tolist() == [True, True, True, False, False]
    assert of_cards["bonus_weight"].tolist() == [15_000, 10_000, 0, 0, 0]


def test_no_bonus_base_no_bonus_cost() -> None:
    of_cards = bonus_of_cards(cards({"bonus_factor": 1.0}), pd.Series({"Lin": NAN}))
    assert np.isnan(bonus_cost(of_cards, np.zeros(1, int), 1)).all()


def test_attainment_of_an_indicator_is_over_scored_lines_of_all_cards() -> None:
    known = lines(
        {"achievement": 1.2},
        {"achievement": 1.0 - 1e-10},
        {"achievement": 0.99},
        {"status": "no_data"},
        {"status": "no_target"},
        {"indicator": "aov", "status": "no_data"},
    )
    group, keys = groups_of(known, "brand", "indicator")
    found = attainment_of_lines(of_lines(known), group, len(keys))
    assert keys == [("luxe", "aov"), ("luxe", "orders")]
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(2 / 3)


def test_additive_targets_add_up_and_others_are_averaged_by_card_days() -> None:
    known = lines(
        {"target": 300.0},
        {"target": 100.0, "days": 10},
        {"target": NAN, "status": "no_target"},
        {"indicator": "aov", "target": 60.0, "days": 30},
        {"indicator": "aov", "target": 90.0, "days": 15},
        {"indicator": "csat", "target": NAN},
    )
    group, keys = groups_of(known, "brand", "indicator")
    additive = np.array([indicator == "orders" for _, indicator in keys])
    found = dict(zip(keys, targets_of_lines(of_lines(known), group, additive), strict=True))
    assert np.isnan(found.pop(("luxe", "csat")))
    assert found == {
        ("luxe", "aov"): pytest.approx((60 * 30 + 90 * 15) / 45),
        ("luxe", "orders"): 400.0,
    }


def test_the_order_of_rows_is_nothing() -> None:
    known = cards(*({"total": total} for total in (90.0, 70.0, 100.0, 33.0)))
    pd.testing.assert_frame_equal(totals(known), totals(known.iloc[::-1]))
