"""Points and totals, each worked by hand beside the test."""

from __future__ import annotations

import math
from typing import Any

import pytest

from perf_core.domain.catalogue import Curve, LowerMode, NoData, TemplateItem
from tests.services.small_company import SmallCompany, approx, one_item

# --- points and totals ----------------------------------------------------------------------------


def test_120_percent_of_30_is_36_and_80_percent_of_10_is_8(company: SmallCompany) -> None:
    company.person("lin")
    company.template(
        TemplateItem("visits", 30, target=100),
        TemplateItem("orders", 10, target=100),
        TemplateItem("conversion", 60, target=1),
    )
    company.did("lin", "06-10", visits=130, orders=80)
    lines = company.lines("lin")
    assert lines["visits"]["points"] == approx(36)
    assert lines["orders"]["points"] == approx(8)
    assert company.card("lin").total == approx(36 + 8 + 60 * 80 / 130)


@pytest.mark.parametrize(("done", "points"), [(99, 0), (100, 10), (101, 12), (500, 12)])
def test_a_step_gives_10_when_met_and_12_when_exceeded(
    company: SmallCompany, done: float, points: float
) -> None:
    company.person("lin")
    company.template(
        TemplateItem("visits", 10, target=100),
        TemplateItem("orders", 90, target=100),
        curve=Curve.STEP,
    )
    company.did("lin", "06-10", visits=done, orders=100)
    assert company.lines("lin")["visits"]["points"] == approx(points)


def test_a_third_of_a_target_three_times_is_met_in_spite_of_binary_fractions(
    company: SmallCompany,
) -> None:
    company.person("lin")
    company.template(one_item("conversion", target=0.3), curve=Curve.STEP)
    company.did("lin", "06-10", orders=0.1 + 0.2, visits=1)
    assert company.lines("lin")["conversion"]["actual"] != 0.3
    assert company.card("lin").total == approx(100)


def test_lower_is_better_linear_and_inverse(company: SmallCompany) -> None:
    company.person("lin")
    company.person("chen", role="fast")
    for role, mode in (("ops", LowerMode.LINEAR), ("fast", LowerMode.INVERSE)):
        company.template(one_item("response", target=30, mode=mode), role=role)
    for who in ("lin", "chen"):
        company.did(who, "06-10", response_seconds=400, responses=10)
    # 40 s of 30 s: 2 − 4/3, and 3/4.
    assert company.lines("lin")["response"]["achievement"] == approx(2 / 3)
    assert company.lines("chen")["response"]["achievement"] == approx(0.75)


def test_nothing_to_answer_in_inverse_mode_gives_the_cap(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("response", target=30, mode=LowerMode.INVERSE, cap=1.5))
    company.did("lin", "06-10", response_seconds=0, responses=10)
    assert company.lines("lin")["response"]["achievement"] == approx(1.5)


def test_28_of_25_is_112_percent_and_growth_is_a_plain_ratio(company: SmallCompany) -> None:
    company.person("lin")
    company.template(
        TemplateItem("conversion", 50, target=0.025), TemplateItem("traffic", 50, target=0.08)
    )
    company.did("lin", "06-10", orders=30.8, visits=1100)
    company.did("lin", "05-10", visits=1000)
    lines = company.lines("lin")
    assert lines["conversion"]["achievement"] == approx(1.12)
    # 10 % against 8 % is 1.25, capped.
    assert lines["traffic"]["unlimited"] == approx(1.25)
    assert lines["traffic"]["achievement"] == approx(1.2)


def test_a_negative_actual_gives_0_and_below_the_floor_counts_as_0(company: SmallCompany) -> None:
    company.person("lin")
    company.template(
        TemplateItem("traffic", 50, target=0.08),
        TemplateItem("visits", 25, target=100, floor=0.6),
        TemplateItem("orders", 25, target=100, floor=0.6),
    )
    company.did("lin", "05-10", visits=100)
    company.did("lin", "06-10", visits=59, orders=60)
    lines = company.lines("lin")
    assert lines["traffic"]["achievement"] == 0
    assert lines["visits"]["achievement"] == 0
    assert lines["orders"]["achievement"] == approx(0.6)


# --- no data, no target ---------------------------------------------------------------------------


def three_lines(company: SmallCompany, **more: Any) -> None:
    company.person("lin")
    company.template(
        TemplateItem("visits", 50, target=100),
        TemplateItem("orders", 30, target=100),
        TemplateItem("conversion", 20),
        **more,
    )


def test_the_weight_of_a_line_without_target_is_spread_in_proportion(
    company: SmallCompany,
) -> None:
    three_lines(company)
    company.did("lin", "06-10", visits=100, orders=50)
    lines, card = company.lines("lin"), company.card("lin")
    assert lines["conversion"]["status"] == "no_target"
    assert lines["conversion"]["effective_weight"] == 0
    assert lines["visits"]["effective_weight"] == approx(62.5)
    assert lines["orders"]["effective_weight"] == approx(37.5)
    assert card.total == approx(62.5 + 18.75)
    assert card.complete


def test_zero_keeps_the_weight_and_full_gives_it(company: SmallCompany) -> None:
    three_lines(company, no_data=NoData.ZERO)
    company.person("chen", role="kind")
    company.template(
        TemplateItem("visits", 80, target=100),
        TemplateItem("conversion", 20),
        role="kind",
        no_data=NoData.FULL,
    )
    for who in ("lin", "chen"):
        company.did(who, "06-10", visits=100, orders=50)
    assert company.card("lin").total == approx(50 + 15)
    assert company.lines("lin")["conversion"]["effective_weight"] == 20
    assert company.lines("chen")["conversion"]["points"] == 20
    assert company.card("chen").total == approx(100)


def test_half_of_the_weight_with_data_is_enough_and_less_is_not(company: SmallCompany) -> None:
    three_lines(company)
    company.did("lin", "06-10", visits=100)
    card = company.card("lin")
    assert card.complete
    assert company.lines("lin")["orders"]["status"] == "no_data"
    company.person("chen")
    company.did("chen", "06-10", orders=100)
    card = company.card("chen")
    assert not card.complete
    assert card.total == approx(100), "a provisional total"
    assert (card.grade, card.bonus_factor) == ("", pytest.approx(math.nan, nan_ok=True))
    assert math.isnan(card["rank"])


@pytest.mark.parametrize("mode", list(NoData))
def test_without_any_scored_line_the_total_is_0(company: SmallCompany, mode: NoData) -> None:
    three_lines(company, no_data=mode)
    card = company.card("lin")
    assert (card.total, card.complete) == (0, False)


def test_measures_from_orders_are_0_where_orders_are_loaded(company: SmallCompany) -> None:
    three_lines(company)
    company.did("lin", "06-10", visits=100)
    company.loaded("orders", "*", "06-20", "06-30")
    assert company.lines("lin")["orders"]["actual"] == 0
    # Before the first day that orders were loaded for, nothing is known.
    assert company.lines("lin", "2026-05")["orders"]["status"] == "no_data"


def test_a_line_lacking_both_says_no_data(company: SmallCompany) -> None:
    three_lines(company)
    assert company.lines("lin")["conversion"]["status"] == "no_data"
