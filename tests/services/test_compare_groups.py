"""Group numbers from the store, each row of the definition as a sum done by hand."""

from __future__ import annotations

from datetime import date

import pytest

from perf_core.store.engine import Store
from tests.services.compared_company import Company, ask, column, told


def two_brands(company: Company) -> None:
    """Lin and Wu sell luxe in the north, Chen core in the south; a web shop sells by itself."""
    company.person("Lin", brand="luxe", region="north", department="sales")
    company.person("Wu", brand="luxe", region="north", department="sales")
    company.person("Chen", brand="core", region="south", department="sales")
    company.loaded("orders", "2026-05-01", "2026-06-30")
    company.loaded("measures", "2026-05-01", "2026-06-30", "visits")
    company.did("2026-06-01", "Lin", channel="tmall", revenue=100.0, orders=2, visits=50)
    company.did("2026-06-02", "Lin", channel="jd", revenue=50.0, orders=1, visits=50)
    company.did("2026-06-02", "Wu", channel="tmall", revenue=150.0, orders=2, visits=100)
    company.did("2026-06-03", "Chen", channel="tmall", revenue=80.0, orders=4, visits=40)
    company.sold_by_nobody(
        "2026-06-04", "luxe", region="north", channel="web", revenue=300.0, orders=5, visits=100
    )
    company.sold_by_nobody("2026-06-05", "value", channel="web", visits=10)
    company.did("2026-05-01", "Lin", channel="tmall", revenue=200.0, orders=1, visits=10)


def test_by_brand_everything_counts_and_it_is_said_what_nobody_is_credited_with(
    store: Store,
) -> None:
    with Company(store) as company:
        two_brands(company)
    found = ask(store, "2026-06", "brand")
    assert column(found, "revenue") == {"core": 80.0, "luxe": 600.0, "value": None}
    assert column(found, "revenue_uncredited") == {"core": 0.0, "luxe": 300.0, "value": None}
    assert column(found, "revenue_growth") == {"core": None, "luxe": 600 / 200 - 1, "value": None}
    assert column(found, "headcount") == {"core": 1, "luxe": 2, "value": 0}
    assert found.as_of == date(2026, 6, 30)


def test_by_role_and_department_only_what_people_are_credited_with(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
    for axis, code in (("role", "seller"), ("department", "sales")):
        found = ask(store, "2026-06", axis)
        assert column(found, "revenue") == {code: 380.0}
        assert column(found, "revenue_uncredited") == {code: 0.0}
    found = ask(store, "2026-06", "brand", "role")
    assert column(found, "revenue") == {("core", "seller"): 80.0, ("luxe", "seller"): 300.0}


def test_by_pairs_of_brand_region_and_channel_everything_counts(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
    found = ask(store, "2026-06", "brand", "region")
    assert column(found, "revenue") == {
        ("core", "south"): 80.0,
        ("luxe", "north"): 600.0,
        ("value", ""): None,
    }
    found = ask(store, "2026-06", "brand", "channel")
    assert column(found, "revenue") == {
        ("core", "tmall"): 80.0,
        ("luxe", "jd"): 50.0,
        ("luxe", "tmall"): 250.0,
        ("luxe", "web"): 300.0,
        ("value", "web"): 0.0,  # orders are loaded, and it had none
    }
    found = ask(store, "2026-06", "role", "channel")
    assert column(found, "revenue") == {("seller", "jd"): 50.0, ("seller", "tmall"): 330.0}


def test_by_channel_revenue_and_indicators_only(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
        company.pay("Lin", "2026-06", 1000.0)
        company.template("seller", {"conversion": 100.0})
        company.target("2026-06", "conversion", 0.05)
    found = ask(store, "2026-06", "channel")
    assert column(found, "revenue") == {"jd": 50.0, "tmall": 330.0, "web": 300.0}
    assert column(found, "revenue_uncredited") == {"jd": 0.0, "tmall": 0.0, "web": 300.0}
    assert column(found, "revenue_growth")["tmall"] == pytest.approx(330 / 200 - 1)
    for name in (
        "headcount",
        "pay_cost",
        "pay_estimated",
        "cost_ratio",
        "attainment",
        "attrition",
        "mean_total",
        "total_sd",
        "bonus_cost",
    ):
        assert set(column(found, name).values()) == {None}, name
    assert found.grade_shares.isna().all(axis=None)
    # Without --indicator: every indicator on a card of the period.
    assert told(found, "conversion") == {"jd": 1 / 50, "tmall": 8 / 190, "web": 5 / 110}
    assert set(told(found, "conversion", "target").values()) == {None}
    assert set(told(found, "conversion", "attainment").values()) == {None}


def test_an_indicator_of_a_group_is_its_formula_over_the_sums(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
        company.template("seller", {"conversion": 60.0, "daily_orders": 40.0})
        company.target("2026-06", "conversion", 0.05, brand="luxe", role="seller")
        company.absence("Wu", "2026-06-11", "2026-06-30")
    found = ask(store, "2026-06", "brand")
    # luxe: 10 orders over 300 visits, those of the web shop too; never a mean of 3/100 and 2/100.
    assert told(found, "conversion") == {"core": 0.1, "luxe": 10 / 300}
    # per_day: Lin 30 days, Wu 10 of 30: "the days its people were there and not absent".
    assert told(found, "daily_orders") == {
        "core": pytest.approx(4 / 30),
        "luxe": pytest.approx(10 / 40),
    }
    assert told(ask(store, "2026-06", "role"), "conversion") == {"seller": 9 / 240}
    # Nobody holds a card of "value", so nothing is told of it unless it is asked for.
    found = ask(store, "2026-06", "brand", only=("conversion", "aov"))
    assert told(found, "conversion") == {"core": 0.1, "luxe": 10 / 300, "value": None}
    assert told(found, "aov") == {"core": 20.0, "luxe": 60.0, "value": None}


def test_growth_looks_at_whoever_was_in_the_group_then(store: Store) -> None:
    with Company(store) as company:
        # Wu takes the place of Lin, who was there in May: neither has a growth of their own.
        company.person("Lin", brand="luxe", left="2026-05-31")
        company.person("Wu", brand="luxe", hired="2026-06-01")
        company.template("seller", {"traffic_growth": 100.0})
        company.loaded("measures", "2026-05-01", "2026-06-15", "visits")
        company.did("2026-05-10", "Lin", visits=100)
        company.did("2026-05-16", "Lin", visits=900)  # after the 15th: not compared
        company.did("2026-06-10", "Wu", visits=120)
    found = ask(store, "2026-06", "brand", only=("traffic_growth",))
    assert found.as_of == date(2026, 6, 15)
    assert told(found, "traffic_growth") == {"luxe": pytest.approx(0.2)}


def test_a_group_target_is_the_sum_if_additive_else_the_mean_by_card_days(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.person("Wu", brand="luxe", hired="2026-06-16")
        company.template("seller", {"net_revenue": 50.0, "conversion": 50.0})
        company.target("2026-06", "net_revenue", 300.0)
        company.target("2026-06", "conversion", 0.06, employee_id="Lin")
        company.target("2026-06", "conversion", 0.03, employee_id="Wu")
        company.loaded("orders", "2026-06-01", "2026-06-30")
        company.did("2026-06-20", "Lin", visits=100, orders=6, revenue=200.0)
        company.did("2026-06-20", "Wu", visits=100, orders=1, revenue=200.0)
    found = ask(store, "2026-06", "brand")
    # Wu's card has half of the days and so half of 300; the other target does not shrink.
    assert told(found, "net_revenue", "target") == {"luxe": pytest.approx(300 + 150)}
    assert told(found, "conversion", "target") == {
        "luxe": pytest.approx((0.06 * 30 + 0.03 * 15) / 45)
    }
    # Lin reached 0.06 exactly, Wu 0.01 of 0.03; Wu's revenue is above 150, Lin's below 300.
    assert told(found, "conversion", "attainment") == {"luxe": 0.5}
    assert told(found, "net_revenue", "attainment") == {"luxe": 0.5}


def test_attrition_and_headcount_come_from_the_store(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe", left="2026-06-10")
        company.person("Wu", brand="luxe")
        company.person(
            "Chen",
            ("2025-01-01", {"brand": "luxe"}),
            ("2026-06-05", {"brand": "core"}),
            left="2026-06-20",
        )
        company.loaded("orders", "2026-06-01", "2026-06-30")
    found = ask(store, "2026-06", "brand")
    # luxe: 3 on the first, 1 on the last; core: 0 and 0.
    assert column(found, "attrition") == {"core": None, "luxe": 1 / 2}
    assert column(found, "headcount") == {"core": 0, "luxe": 1}
    found = ask(store, "2026-06", "brand", as_of="2026-06-15")
    assert column(found, "attrition") == {"core": 0.0, "luxe": pytest.approx(1 / 2)}


def test_an_axis_or_indicator_that_does_not_exist_is_refused(sqlite_store: Store) -> None:
    from perf_core.domain.errors import NotFound

    with pytest.raises(NotFound, match="axis “team”"):
        ask(sqlite_store, "2026-06", "team")
    with pytest.raises(NotFound, match="indicator “luck”"):
        ask(sqlite_store, "2026-06", "brand", only=("luck",))


def test_an_empty_store_has_no_groups(store: Store) -> None:
    found = ask(store, "2026-06", "brand", "role")
    assert len(found.groups) == len(found.indicators) == 0


def test_a_period_that_has_not_begun_has_no_groups(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
        company.pay("Lin", "2026-06", 100.0)
    assert len(ask(store, "2026-08", "brand").groups) == 0


def test_cards_make_attainment_grades_and_bonus(store: Store) -> None:
    with Company(store) as company:
        company.template("seller", {"net_revenue": 100.0})
        company.target("2026-06", "net_revenue", 100.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
        for name, revenue in (("Lin", 120.0), ("Wu", 80.0), ("Chen", 50.0), ("Sun", 100.0)):
            company.person(name, brand="luxe", region="north", bonus_base=1000.0)
            company.did("2026-06-10", name, revenue=revenue)
        company.add(
            "veto_events",
            event_id="V1",
            day=date(2026, 6, 12),
            employee_id="Sun",
            kind="fake_orders",
            source="",
            note="",
            status="confirmed",
        )
    found = ask(store, "2026-06", "brand")
    # Totals 120, 80, 50 and, vetoed, 0.
    assert column(found, "attainment") == {"luxe": 0.5}
    assert column(found, "mean_total") == {"luxe": pytest.approx(62.5)}
    squares = 57.5**2 + 17.5**2 + 12.5**2 + 62.5**2
    assert column(found, "total_sd") == {"luxe": pytest.approx((squares / 3) ** 0.5)}
    assert found.grade_shares.iloc[0].to_dict() == {"excellent": 0.25, "good": 0.25, "improve": 0.5}
    assert column(found, "bonus_cost") == {"luxe": pytest.approx(1500 + 1000 + 500 + 0)}
    # The vetoed card's line still counts for the indicator: 120 and 100 of four.
    assert told(found, "net_revenue", "attainment") == {"luxe": 0.5}
    # A week has totals and no grades.
    found = ask(store, "2026-W25", "brand")
    assert column(found, "attainment")["luxe"] is not None
    assert column(found, "bonus_cost") == {"luxe": None}
    assert found.grade_shares.isna().all(axis=None)


def test_a_card_counts_in_the_region_of_its_last_day_and_days_where_they_were(
    store: Store,
) -> None:
    with Company(store) as company:
        company.person(
            "Lin",
            ("2025-01-01", {"brand": "luxe", "region": "north"}),
            ("2026-06-21", {"brand": "luxe", "region": "south"}),
        )
        company.template("seller", {"net_revenue": 100.0})
        company.target("2026-06", "net_revenue", 100.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
        company.did("2026-06-10", "Lin", revenue=90.0)
        company.did("2026-06-25", "Lin", revenue=10.0)
    found = ask(store, "2026-06", "region", only=("net_revenue",))
    assert column(found, "revenue") == {"north": 90.0, "south": 10.0}
    assert column(found, "headcount") == {"north": 0, "south": 1}
    assert column(found, "mean_total") == {"north": None, "south": pytest.approx(100.0)}
    assert told(found, "net_revenue", "target") == {"north": None, "south": 100.0}


def test_a_rating_of_a_group_is_the_mean_over_everybody_with_a_day_in_it(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", ("2025-01-01", {"brand": "luxe"}), ("2026-06-11", {"brand": "core"}))
        company.person("Wu", brand="core")
        company.person("Chen", brand="core")
        company.loaded("orders", "2026-06-01", "2026-06-30")
        for ratee, rater, relation, score in (
            ("Lin", "Wu", "peer", 3.0),
            ("Lin", "Chen", "peer", 5.0),
            ("Lin", "Boss", "manager", 5.0),
            ("Lin", "Lin", "self", 1.0),  # one's own marks are no rating by others
            ("Wu", "Lin", "peer", 3.0),
        ):
            company.add(
                "ratings",
                period="2026-06",
                ratee_id=ratee,
                rater_id=rater,
                dimension="attitude",
                relation=relation,
                score=score,
                comment="",
            )
    found = ask(store, "2026-06", "brand", only=("attitude",))
    # Lin (4 + 5) / 2 = 4.5 in both brands, Wu 3, Chen unrated.
    assert told(found, "attitude") == {"core": (4.5 + 3) / 2, "luxe": 4.5}
    assert told(ask(store, "2026-06", "channel", only=("attitude",)), "attitude") == {}


def test_without_an_axis_there_is_one_group_of_everything(store: Store) -> None:
    with Company(store) as company:
        two_brands(company)
    found = ask(store, "2026-06")
    assert len(found.groups) == 1
    assert found.groups.loc[0, "revenue"] == 680.0
    assert found.groups.loc[0, "headcount"] == 3


def test_what_is_credited_to_somebody_who_had_left_is_not_lost(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe", left="2026-06-10")
        company.person("Wu", brand="luxe")
        company.loaded("orders", "2026-05-01", "2026-06-30")
        company.did("2026-06-05", "Lin", revenue=10.0)
        company.did("2026-06-20", "Lin", revenue=5.0)  # the last day became known later
        company.did("2026-06-20", "Wu", revenue=100.0)
    found = ask(store, "2026-06", "brand")
    assert column(found, "revenue") == {"": 5.0, "luxe": 110.0}
    assert column(found, "revenue_uncredited") == {"": 0.0, "luxe": 0.0}
    assert column(found, "headcount") == {"": 0, "luxe": 1}
    assert ask(store, "2026-06").groups.loc[0, "revenue"] == 115.0
    assert column(ask(store, "2026-06", "role"), "revenue") == {"": 5.0, "seller": 110.0}
    assert column(ask(store, "2026-07", "brand", as_of="2026-07-31"), "revenue") == {"luxe": None}
