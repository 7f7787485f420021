"""Templates, reviews, vetoes, grades, and the scored period as a whole."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.catalogue import TemplateItem
from perf_core.domain.period import parse_period
from perf_core.services.score_period import people_without_template, score_period
from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany, approx, one_item, statements

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
    me = Viewer(ViewerKind.EMPLOYEE, "lin")
    scope = Scope(me, frozenset({"lin"}), PayRight.NONE, sees_ranks=True)
    scores = score_period(company.store, parse_period("2026-06"), scope=scope)
    assert list(scores.cards["employee_id"]) == ["lin"]
    assert (scores.cards.iloc[0]["rank"], scores.cards.iloc[0]["of"]) == (3, 3)
    assert set(scores.lines["employee_id"]) == set(scores.people["employee_id"]) == {"lin"}
    without = replace(scope, sees_ranks=False)
    hidden = score_period(company.store, parse_period("2026-06"), scope=without).cards
    assert hidden[["rank", "of"]].isna().all(axis=None)


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
