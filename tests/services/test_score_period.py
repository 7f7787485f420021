"""Scorecards from the store, each worked by hand beside the test."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.catalogue import Curve, LowerMode, NoData, TemplateItem
from perf_core.domain.period import parse_period
from perf_core.services.score_period import people_without_template, score_period
from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany, one_item, statements


@pytest.fixture
def small_store(sqlite_stores: Any) -> Iterator[Store]:
    """A store with its tables and nothing in them."""
    store = Store(sqlite_stores.fresh("schema"))
    yield store
    store.dispose()


@pytest.fixture
def company(small_store: Store) -> SmallCompany:
    made = SmallCompany(small_store)
    for code, formula in {
        "visits": "visits",
        "orders": "orders",
        "conversion": "orders / visits",
        "daily": "per_day(visits)",
        "traffic": "growth(visits)",
        "then": "prev(visits)",
        "attitude": "rating(attitude)",
        "turnover": "revenue",
    }.items():
        made.indicator(code, formula)
    made.indicator("response", "response_seconds / responses", direction="lower")
    return made


def approx(value: float) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-12)


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


# --- days -----------------------------------------------------------------------------------------


def test_someone_hired_inside_has_a_share_of_an_additive_target(company: SmallCompany) -> None:
    company.person("lin", hired="06-16")
    company.template(TemplateItem("visits", 50, target=300), TemplateItem("daily", 50, target=10))
    company.every_day("lin", "06-16", "06-30", visits=10)
    lines, card = company.lines("lin"), company.card("lin")
    assert (card.days, card.whole_days) == (15, 15)
    assert lines["visits"]["target"] == approx(150)
    assert lines["visits"]["achievement"] == approx(1)
    assert (lines["daily"]["actual"], lines["daily"]["target"]) == (approx(10), 10)


def test_a_running_period_is_scored_against_the_target_of_its_days_so_far(
    company: SmallCompany,
) -> None:
    company.person("lin")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-20", visits=10)
    line = company.lines("lin", as_of="06-10")["visits"]
    assert (line["actual"], line["target"], line["whole_target"]) == (100, approx(100), 300)


def test_the_leave_date_is_the_last_day_worked(company: SmallCompany) -> None:
    company.person("lin", left="06-10")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-10", visits=10)
    card, line = company.card("lin"), company.lines("lin")["visits"]
    assert (card.days, line["actual"], line["target"]) == (10, 100, approx(100))


def test_employed_for_less_than_a_quarter_of_the_period_is_no_card(company: SmallCompany) -> None:
    company.template(one_item("visits", target=300))
    company.person("seven", hired="06-24")
    company.person("eight", hired="06-23")
    company.person("early", left="06-07")
    company.person("soon", left="06-28")
    shown = set(company.scores().cards["employee_id"])
    assert shown == {"eight", "soon"}, "7.5 days of 30 are a quarter"
    # Counted over the whole period: on the 3rd only three days have passed for anybody.
    assert set(company.scores(as_of="06-03").cards["employee_id"]) == {"soon"}


def test_days_of_absence_leave_the_card_and_its_target(company: SmallCompany) -> None:
    company.person("lin")
    company.away("lin", "06-11", "06-15")
    company.away("lin", "06-14", "06-16")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-30", visits=10)
    card, line = company.card("lin"), company.lines("lin")["visits"]
    assert (card.days, card.whole_days) == (24, 24)
    assert (line["actual"], line["target"]) == (240, approx(240))


def test_absent_for_more_than_three_quarters_is_no_card(company: SmallCompany) -> None:
    company.person("lin")
    company.away("lin", "06-01", "06-23")
    company.template(one_item("visits", target=300))
    assert company.scores().cards.empty


def test_a_move_to_another_brand_is_two_cards_and_one_summary(company: SmallCompany) -> None:
    company.person("lin")
    company.move("lin", "06-11", brand="core")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-10", visits=10)
    company.every_day("lin", "06-11", "06-30", visits=7)
    scores = company.scores()
    cards = scores.cards.set_index("brand")
    assert list(scores.cards["brand"]) == ["luxe", "core"], "in the order of their days"
    assert (cards.days["luxe"], cards.days["core"]) == (10, 20)
    assert (cards.total["luxe"], cards.total["core"]) == (approx(100), approx(70))
    person = scores.people.iloc[0]
    assert (person.total, person.days) == (approx((100 * 10 + 70 * 20) / 30), 30)


def test_a_new_region_department_or_manager_does_not_split_a_card(company: SmallCompany) -> None:
    company.person("lin", region="east", department="a", manager_id="wu")
    company.move("lin", "06-21", region="west", department="b", manager_id="he")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-30", visits=10)
    card = company.card("lin")
    assert (card.days, card.region, card.department, card.manager_id) == (30, "west", "b", "he")
    assert str(card.assignment.date()) == "2026-06-21"
    earlier = company.card("lin", as_of="06-20")
    assert (earlier.region, str(earlier.assignment.date())) == ("east", "2025-01-01")


def test_two_stints_in_one_brand_and_role_are_one_card(company: SmallCompany) -> None:
    company.person("lin")
    company.move("lin", "06-11", brand="core")
    company.move("lin", "06-21", brand="luxe")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-30", visits=10)
    cards = company.scores().cards.set_index("brand")
    assert dict(cards.days) == {"luxe": 20, "core": 10}
    assert str(cards.assignment["luxe"].date()) == "2026-06-21"
    assert (cards.total["luxe"], cards.total["core"]) == (approx(100), approx(100))


def test_an_assignment_that_ended_leaves_days_without_card(company: SmallCompany) -> None:
    company.person("lin", hired="2025-01-01")
    company.move("lin", "06-01", to_date="06-20")
    company.template(one_item("visits", target=300))
    company.every_day("lin", "06-01", "06-30", visits=10)
    assert (company.card("lin").days, company.lines("lin")["visits"]["actual"]) == (20, 200)


# --- growth and prev ------------------------------------------------------------------------------


def growing(company: SmallCompany) -> None:
    company.template(TemplateItem("traffic", 50, target=0.1), TemplateItem("then", 50, target=1))


def test_all_of_june_is_compared_with_all_of_may(company: SmallCompany) -> None:
    company.person("lin")
    growing(company)
    company.every_day("lin", "05-01", "05-31", visits=10)
    company.every_day("lin", "06-01", "06-30", visits=15.5)
    lines = company.lines("lin")
    assert lines["then"]["actual"] == approx(310)
    assert lines["traffic"]["actual"] == approx(0.5)


def test_the_1st_to_the_15th_is_compared_with_the_1st_to_the_15th(company: SmallCompany) -> None:
    company.person("lin")
    growing(company)
    company.every_day("lin", "05-01", "05-31", visits=10)
    assert company.lines("lin", as_of="06-15")["then"]["actual"] == approx(150)


def test_the_days_of_an_absence_now_are_not_compared_either(company: SmallCompany) -> None:
    company.person("lin")
    company.away("lin", "06-11", "06-15")
    growing(company)
    company.every_day("lin", "05-01", "05-31", visits=10)
    # 31 days of May, without the 11th to the 15th.
    assert company.lines("lin")["then"]["actual"] == approx(260)


def test_an_absence_then_does_not_matter(company: SmallCompany) -> None:
    company.person("lin")
    company.away("lin", "05-11", "05-15")
    growing(company)
    company.every_day("lin", "05-01", "05-10", visits=10)
    company.every_day("lin", "06-01", "06-30", visits=10)
    assert company.lines("lin")["then"]["actual"] == approx(100)


@pytest.mark.parametrize("hired", ["05-02", "06-01"])
def test_a_new_hire_has_no_growth_yet(company: SmallCompany, hired: str) -> None:
    company.person("lin", hired=hired)
    growing(company)
    company.every_day("lin", "05-02", "05-31", visits=10)
    company.every_day("lin", "06-01", "06-30", visits=10)
    lines = company.lines("lin")
    assert {line["status"] for line in lines.values()} == {"no_data"}


def test_who_held_another_brand_then_has_no_growth(company: SmallCompany) -> None:
    company.person("lin", brand="core")
    company.move("lin", "05-31", brand="luxe")
    growing(company)
    company.every_day("lin", "05-01", "05-31", visits=10)
    company.every_day("lin", "06-01", "06-30", visits=10)
    assert company.lines("lin")["traffic"]["status"] == "no_data"


def test_weeks_compare_weekdays_and_a_31st_has_no_like_in_april(company: SmallCompany) -> None:
    company.person("lin")
    growing(company)
    company.every_day("lin", "05-25", "05-31", visits=10)
    company.did("lin", "04-30", visits=3)
    company.did("lin", "05-01", visits=3)
    # W23 is the 1st to the 7th of June; as of Wednesday against Monday to Wednesday.
    assert company.lines("lin", "2026-W23", "06-03")["then"]["actual"] == approx(30)
    company.away("lin", "05-02", "05-30")
    # The 31st of May alone (and the 1st): April's last day stands for the day it lacks.
    company.did("lin", "04-01", visits=5)
    cards = company.scores("2026-05-01..2026-05-31").cards
    assert cards.empty, "29 of 31 days absent"


# --- targets --------------------------------------------------------------------------------------


def one_visit_card(company: SmallCompany, default: float | None = 300) -> None:
    company.person("lin")
    company.template(one_item("visits", target=default))
    company.did("lin", "06-03", visits=10)


def visits_target(company: SmallCompany, period: str = "2026-06", as_of: str | None = None) -> Any:
    return company.lines("lin", period, as_of)["visits"]["period_target"]


def test_the_most_specific_scope_wins(company: SmallCompany) -> None:
    one_visit_card(company)
    assert visits_target(company) == 300
    company.target("2026-06", "visits", 200, role="ops")
    assert visits_target(company) == 200
    company.target("2026-06", "visits", 150, brand="luxe", role="ops")
    company.target("2026-06", "visits", 999, brand="core", role="ops")
    assert visits_target(company) == 150
    company.target("2026-06", "visits", 120, employee_id="lin")
    company.target("2026-06", "visits", 999, employee_id="chen")
    assert visits_target(company) == 120


def test_a_week_takes_its_target_from_the_month(company: SmallCompany) -> None:
    one_visit_card(company)
    assert visits_target(company, "2026-W23", "06-07") == approx(70)
    # 29 and 30 June at 300 ÷ 30, 1 to 5 July at 310 ÷ 31.
    company.target("2026-07", "visits", 310, role="ops")
    assert visits_target(company, "2026-W27", "06-30") == approx(2 * 10 + 5 * 10)


def test_the_shortest_period_covering_a_day_counts(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-W23", "visits", 140, role="ops")
    company.target("2026-Q2", "visits", 9999, employee_id="lin")
    # 1 to 7 June from the week, the 8th to the 10th from the month's default.
    assert visits_target(company, "2026-06-01..2026-06-10") == approx(140 + 3 * 10)
    assert visits_target(company, "2026-06-04") == approx(20)
    assert visits_target(company, "2026-Q2") == 9999, "its own target at any scope"
    assert visits_target(company) == 300, "the month's own is its default"


def test_a_longer_period_adds_the_months_up(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-05", "visits", 100, employee_id="lin")
    assert visits_target(company, "2026-Q2") == approx(300 + 100 + 300)


def test_a_day_without_target_means_no_target(company: SmallCompany) -> None:
    one_visit_card(company, default=None)
    company.target("2026-06", "visits", 300, role="ops")
    assert visits_target(company, "2026-06-01..2026-06-30") == 300, "the same days as the month"
    assert math.isnan(visits_target(company, "2026-05-31..2026-06-30"))
    assert company.lines("lin", "2026-Q2")["visits"]["status"] == "no_target"


def test_other_targets_are_averaged_over_the_days(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("conversion", target=0.02))
    company.target("2026-05", "conversion", 0.05, role="ops")
    company.did("lin", "06-03", visits=10, orders=1)
    got = company.lines("lin", "2026-Q2")["conversion"]
    assert got["target"] == approx((30 * 0.02 + 31 * 0.05 + 30 * 0.02) / 91)
    assert got["target_scope"] == "days"


def test_the_newest_revision_made_by_the_as_of_day_holds_for_the_whole_period(
    company: SmallCompany,
) -> None:
    one_visit_card(company)
    company.target("2026-06", "visits", 100, employee_id="lin")
    company.target("2026-06", "visits", 80, employee_id="lin", revised_on="06-10", reason="market")
    company.target("2026-06", "visits", 60, employee_id="lin", revised_on="06-20")
    assert visits_target(company, as_of="06-09") == 100
    assert visits_target(company, as_of="06-10") == 80
    assert visits_target(company, as_of="06-19") == 80
    assert visits_target(company) == 60


def test_a_revision_counts_within_its_own_scope_only(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-06", "visits", 100, employee_id="lin")
    company.target("2026-06", "visits", 80, role="ops", revised_on="06-10")
    assert visits_target(company) == 100


def test_money_targets_are_converted_at_the_rate_of_their_first_month(
    company: SmallCompany,
) -> None:
    company.person("lin")
    company.template(one_item("turnover"))
    company.put("rates", {"month": parse_period("2026-06").start, "currency": "USD", "rate": 7.0})
    company.target("2026-06", "turnover", 100, role="ops", currency="USD")
    company.did("lin", "06-03", revenue=350)
    company.did("lin", "06-04", revenue=50, currency="USD")
    line = company.lines("lin")["turnover"]
    assert (line["target"], line["actual"]) == (approx(700), approx(700))


def test_an_amount_without_a_rate_is_no_data_and_not_a_silent_1(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("turnover", target=100))
    company.did("lin", "06-03", revenue=350)
    company.did("lin", "06-04", revenue=50, currency="USD")
    assert company.lines("lin")["turnover"]["status"] == "no_data"


def test_amounts_are_exact(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("turnover", target=100))
    for on in range(1, 31):
        company.did("lin", f"06-{on:02d}", revenue=0.1)
    assert company.lines("lin")["turnover"]["actual"] == 3.0


# --- templates ------------------------------------------------------------------------------------


def test_the_version_in_force_on_the_first_day_scores_the_period(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("visits", target=300), valid_from="2026-01")
    company.template(one_item("orders", target=300), valid_from="2026-06")
    assert company.card("lin", "2026-05").template_version == "2026-01"
    assert company.card("lin", "2026-06").template_version == "2026-06"
    assert company.card("lin", "2026-Q2").template_version == "2026-01"
    assert company.card("lin", "2026-W23", "06-07").template_version == "2026-06"
    assert company.scores("2025-12").cards.empty


def test_a_template_for_the_brand_wins_however_old(company: SmallCompany) -> None:
    company.person("lin")
    company.person("chen", brand="core")
    company.template(one_item("visits", target=300), brand="luxe", valid_from="2026-01")
    company.template(one_item("orders", target=300), valid_from="2026-06")
    assert company.card("lin").template == "ops@luxe"
    assert company.card("chen").template == "ops"


def test_without_a_template_there_is_no_card_and_the_person_is_named(
    company: SmallCompany,
) -> None:
    company.person("lin")
    company.person("chen", role="driver")
    company.template(one_item("visits", target=300))
    assert list(company.scores().cards["employee_id"]) == ["lin"]
    lacking = people_without_template(company.store, parse_period("2026-06"), scope=everything())
    assert lacking.to_dict("records") == [
        {"employee_id": "chen", "name": "Chen", "brand": "luxe", "role": "driver", "days": 30}
    ]


# --- reviews --------------------------------------------------------------------------------------

WEIGHTS = {"self": 10.0, "peer": 40.0, "subordinate": 20.0, "manager": 30.0}


def reviewed(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("visits", target=100), kpi_share=0.7, review_weights=WEIGHTS)
    company.did("lin", "06-10", visits=100)


def test_a_review_has_its_share_and_absent_relations_give_theirs_away(
    company: SmallCompany,
) -> None:
    reviewed(company)
    company.mark("lin", "self", 5)
    company.mark("lin", "peer", 4, rater="a")
    company.mark("lin", "peer", 3, rater="b", dimension="collaboration")
    company.mark("lin", "manager", 5)
    card = company.card("lin")
    review = 20 * (10 * 5 + 40 * 3.5 + 30 * 5) / 80
    assert card.review_total == approx(review)
    assert card.total == approx(0.7 * 100 + 0.3 * review)


def test_self_alone_is_no_review(company: SmallCompany) -> None:
    reviewed(company)
    company.mark("lin", "self", 5)
    card = company.card("lin")
    assert math.isnan(card.review_total)
    assert card.total == approx(100)


def test_marks_belong_to_every_period_that_contains_their_own(company: SmallCompany) -> None:
    reviewed(company)
    company.mark("lin", "peer", 4, period="2026-06")
    assert company.card("lin").review_total == approx(80)
    assert company.card("lin", "2026-Q2").review_total == approx(80)
    assert math.isnan(company.card("lin", "2026-W23").review_total)
    company.mark("lin", "peer", 2, period="2026-Q2")
    assert company.card("lin").review_total == approx(80)
    assert company.card("lin", "2026-Q2").review_total == approx(60)


def test_a_rating_is_the_mean_of_the_relations_means(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("attitude", target=4))
    for rater, score in {"a": 3, "b": 4, "c": 5}.items():
        company.mark("lin", "peer", score, rater=rater)
    company.mark("lin", "manager", 3)
    company.mark("lin", "self", 5)
    company.mark("lin", "manager", 1, dimension="collaboration")
    assert company.lines("lin")["attitude"]["actual"] == approx((4 + 3) / 2)
    card = company.card("lin")
    assert card.data_share == 0


# --- vetoes and grades ----------------------------------------------------------------------------


def test_a_confirmed_veto_sets_the_card_to_0_and_leaves_its_lines(company: SmallCompany) -> None:
    for who in ("lin", "chen"):
        company.person(who)
        company.did(who, "06-10", visits=100)
    company.template(one_item("visits", target=100))
    company.veto("lin", "06-20")
    company.veto("chen", "06-20", status="proposed")
    card = company.card("lin")
    assert (card.total, card.grade, card.bonus_factor, card.vetoed) == (0, "improve", 0, True)
    assert (card.kpi_total, company.lines("lin")["visits"]["points"]) == (approx(100), approx(100))
    assert math.isnan(card["rank"])
    other = company.card("chen")
    assert (other.vetoed, other["rank"], other["of"]) == (False, 1, 1)
    assert company.card("lin", "2026-Q2").vetoed
    assert not company.card("lin", "2026-05").vetoed


@pytest.mark.parametrize(
    ("done", "grade", "factor"),
    [(120, "excellent", 1.5), (100, "excellent", 1.5), (99, "good", 1.0), (80, "good", 1.0)],
)
def test_a_small_company_is_graded_by_threshold(
    company: SmallCompany, done: float, grade: str, factor: float
) -> None:
    company.person("lin")
    company.template(one_item("visits", target=100))
    company.did("lin", "06-10", visits=done)
    card = company.card("lin")
    assert (card.grade, card.bonus_factor) == (grade, factor)


def test_a_cohort_of_ten_in_a_company_of_31_is_ranked(company: SmallCompany) -> None:
    company.template(one_item("visits", target=1000))
    for n in range(10):
        company.person(f"ops{n}")
        company.did(f"ops{n}", "06-10", visits=100 + n)
    for n in range(20):
        company.person(f"other{n:02d}", role="driver")
    assert set(company.scores().cards["grade"]) == {"improve"}, "30 people: thresholds"
    company.person("one more", role="driver", hired="06-30")
    grades = list(company.scores().cards.sort_values("rank")["grade"])
    assert grades == ["excellent"] * 2 + ["good"] * 5 + ["improve"] * 3
    # Someone who leaves before the period's last day does not make the company larger.
    company.person("gone", role="driver", left="06-29")
    assert len(set(company.scores().cards["grade"])) == 3


def test_weeks_have_totals_only(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("daily", target=1))
    company.every_day("lin", "06-01", "06-07", visits=1)
    card = company.card("lin", "2026-W23")
    assert (card.total, card.grade) == (approx(100), "")
    assert math.isnan(card["rank"])
    assert math.isnan(card.bonus_factor)
    february = company.card("lin", "2026-02")
    assert february.grade == ""
    assert not february.complete


# --- as of, scope, the store ----------------------------------------------------------------------


def test_without_an_as_of_it_is_the_last_day_loaded(company: SmallCompany) -> None:
    assert str(company.scores("2026-06").as_of) == "2026-06-30"
    assert str(company.scores("2026-05").as_of) == "2026-05-31"
    assert str(company.scores("2026-Q3").as_of) == "2026-06-30"
    assert company.scores("2026-Q3").cards.empty


def test_ranks_count_everybody_and_rows_only_whom_the_viewer_sees(company: SmallCompany) -> None:
    company.template(one_item("visits", target=100))
    for who, done in {"lin": 90, "chen": 100, "wu": 110}.items():
        company.person(who)
        company.did(who, "06-10", visits=done)
    scope = Scope(Viewer(ViewerKind.EMPLOYEE, "lin"), frozenset({"lin"}), PayRight.NONE)
    scores = score_period(company.store, parse_period("2026-06"), scope=scope)
    assert list(scores.cards["employee_id"]) == ["lin"]
    assert (scores.cards.iloc[0]["rank"], scores.cards.iloc[0]["of"]) == (3, 3)
    assert set(scores.lines["employee_id"]) == set(scores.people["employee_id"]) == {"lin"}


def test_an_empty_store_has_no_cards(small_store: Store) -> None:
    scores = score_period(small_store, parse_period("2026-06"), scope=everything())
    assert scores.cards.empty
    assert scores.lines.empty
    assert scores.people.empty


def test_own_measures_count_like_shipped_ones(empty_store: Store) -> None:
    company = SmallCompany(empty_store)
    company.put(
        "measures",
        {"code": "calls", "name_zh": "", "name_en": "", "unit": "count", "origin": "company"},
        {"code": "fees", "name_zh": "", "name_en": "", "unit": "money", "origin": "company"},
    )
    company.indicator("calls", "calls")
    company.indicator("fee", "fees / calls")
    company.template(TemplateItem("calls", 50, target=100), TemplateItem("fee", 50, target=2))
    company.person("lin")
    company.person("wu")
    company.away("wu", "06-02", "06-03")
    for who in ("lin", "wu"):
        company.every_day(who, "06-01", "06-05", calls=10.0, fees=15_0000)
    company.put("rates", {"month": parse_period("2026-05").start, "currency": "USD", "rate": 7.0})
    lin, wu = company.lines("lin"), company.lines("wu")
    assert (lin["calls"]["actual"], lin["fee"]["actual"]) == (approx(50), approx(1.5))
    assert (wu["calls"]["actual"], wu["fee"]["actual"]) == (approx(30), approx(1.5))


def test_both_databases_add_the_same_up(empty_store: Store) -> None:
    company = SmallCompany(empty_store)
    company.indicator("visits", "visits")
    company.indicator("turnover", "revenue")
    company.indicator("traffic", "growth(visits)")
    company.template(
        TemplateItem("visits", 40, target=300),
        TemplateItem("turnover", 30, target=700),
        TemplateItem("traffic", 30, target=0.5),
    )
    company.put("rates", {"month": parse_period("2026-06").start, "currency": "USD", "rate": 7.0})
    for who in ("lin", "chen", "wu"):
        company.person(who)
        company.every_day(who, "05-01", "05-31", visits=10)
        company.every_day(who, "06-01", "06-30", visits=10, revenue=5)
        company.did(who, "06-03", currency="USD", revenue=100)
    company.away("chen", "06-03", "06-03")
    company.move("wu", "06-21", region="west")
    for as_of, whole in ((None, 30), ("06-20", 20), ("06-03", 3)):
        for who, days in (("lin", whole), ("chen", whole - 1), ("wu", whole)):
            lines = company.lines(who, as_of=as_of)
            foreign = 0 if who == "chen" else 700
            before = days if as_of else days + 1
            assert lines["visits"]["actual"] == approx(10 * days)
            assert lines["turnover"]["actual"] == approx(5 * days + foreign)
            assert lines["traffic"]["actual"] == approx(days / before - 1)


def test_a_company_is_scored_with_ten_statements_at_most(company: SmallCompany) -> None:
    company.template(TemplateItem("visits", 50, target=100), TemplateItem("traffic", 50, target=1))
    for n in range(60):
        company.person(f"p{n:02d}")
    for n in range(5):
        company.away(f"p{n:02d}", "06-02", "06-03")
        company.move(f"p{n + 10:02d}", "06-11", brand="core")
    company.scores()
    asked = statements(company.store)
    company.scores(as_of="06-20")
    assert len(asked) <= 10, asked
