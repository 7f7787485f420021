"""The days of a card, and what they are compared with."""

from __future__ import annotations

import pytest

from perf_core.domain.catalogue import TemplateItem
from tests.services.small_company import SmallCompany, approx, one_item

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
