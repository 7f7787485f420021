"""Pay cost and cost ratio of groups from the store, as sums done by hand."""

from __future__ import annotations

from datetime import date

import pytest

from perf_core.store.engine import Store
from tests.services.compared_company import Company, ask, column


def test_pay_counts_where_the_person_was_on_each_day(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", ("2025-01-01", {"brand": "luxe"}), ("2026-06-11", {"brand": "core"}))
        company.pay("Lin", "2026-06", 2400.0)
        company.pay("Lin", "2026-06", 600.0, kind="bonus")
        company.absence("Lin", "2026-06-01", "2026-06-20")  # absence does not matter
        company.did("2026-06-05", "Lin", revenue=4000.0)
        company.did("2026-06-25", "Lin", revenue=8000.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
    found = ask(store, "2026-06", "brand")
    assert column(found, "pay_cost") == {"core": 2000.0, "luxe": 1000.0}
    assert column(found, "pay_estimated") == {"core": False, "luxe": False}
    assert column(found, "cost_ratio") == {"core": 0.25, "luxe": 0.25}
    found = ask(store, "2026-06", "brand", as_of="2026-06-20")
    assert column(found, "pay_cost") == {"core": 1000.0, "luxe": 1000.0}
    assert column(found, "cost_ratio") == {"core": None, "luxe": 0.25}  # no revenue of core yet
    assert column(found, "headcount") == {"core": 1, "luxe": 0}


def test_until_a_months_pay_is_loaded_the_last_base_pay_stands_in_and_is_marked(
    store: Store,
) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.person("Wu", brand="core")
        company.pay("Lin", "2026-04", 2700.0)
        company.pay("Lin", "2026-05", 3000.0)
        company.pay("Lin", "2026-05", 500.0, kind="bonus")
        company.loaded("orders", "2026-05-01", "2026-06-10")
    found = ask(store, "2026-06", "brand")
    assert column(found, "pay_cost") == {"core": None, "luxe": 1000.0}  # 10 of 30 days
    assert column(found, "pay_estimated") == {"core": False, "luxe": True}
    found = ask(store, "2026-05", "brand")
    assert column(found, "pay_cost") == {"core": None, "luxe": 3500.0}
    assert column(found, "pay_estimated") == {"core": False, "luxe": False}
    found = ask(store, "2026-05-30..2026-06-08", "brand")
    assert column(found, "pay_cost")["luxe"] == pytest.approx(3500 * 2 / 31 + 3000 * 8 / 30)
    assert column(found, "pay_estimated") == {"core": False, "luxe": True}


def test_foreign_pay_is_taken_at_the_rate_of_its_month(store: Store) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.pay("Lin", "2026-05", 100.0, currency="USD")
        company.pay("Lin", "2026-06", 100.0, currency="USD")
        company.pay("Lin", "2026-06", 70.0, kind="bonus")
        company.add("rates", month=date(2026, 5, 1), currency="USD", rate=7.5)
        company.add("rates", month=date(2026, 6, 1), currency="USD", rate=7.2)
        company.loaded("orders", "2026-05-01", "2026-06-30")
    assert column(ask(store, "2026-06", "brand"), "pay_cost") == {"luxe": pytest.approx(790.0)}
    # July is not loaded: the last base pay is that of June, at the rate of June.
    found = ask(store, "2026-07", "brand", as_of="2026-07-31")
    assert column(found, "pay_cost") == {"luxe": pytest.approx(720.0)}


def test_who_has_no_pay_in_a_loaded_month_counts_on_neither_side_of_the_cost_ratio(
    store: Store,
) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.person("Wu", brand="luxe")
        company.pay("Lin", "2026-05", 500.0)
        company.pay("Wu", "2026-05", 500.0)
        company.pay("Lin", "2026-06", 1000.0)
        company.did("2026-06-10", "Lin", revenue=4000.0)
        company.did("2026-06-10", "Wu", revenue=6000.0)
        company.did("2026-05-10", "Wu", revenue=1000.0)
        company.sold_by_nobody("2026-06-10", "luxe", revenue=9000.0)
        company.loaded("orders", "2026-05-01", "2026-06-30")
    found = ask(store, "2026-06", "brand")
    assert column(found, "revenue") == {"luxe": 19000.0}
    assert column(found, "cost_ratio") == {"luxe": 1000 / 4000}
    # Month by month: in May Wu counts on both sides.
    found = ask(store, "2026-05-01..2026-06-30", "brand")
    assert column(found, "cost_ratio") == {"luxe": pytest.approx(2000 / 5000)}


def test_who_is_hired_before_the_months_pay_is_loaded_counts_with_the_revenue(
    store: Store,
) -> None:
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.person("Wu", brand="luxe", hired="2026-06-01")
        company.pay("Lin", "2026-05", 1000.0)
        company.did("2026-06-10", "Lin", revenue=4000.0)
        company.did("2026-06-10", "Wu", revenue=1000.0)
        company.loaded("orders", "2026-05-01", "2026-06-30")
    found = ask(store, "2026-06", "brand")
    assert column(found, "pay_estimated") == {"luxe": True}
    assert column(found, "cost_ratio") == {"luxe": pytest.approx(1000 / 5000)}


def test_a_role_without_revenue_of_its_own_is_set_against_the_places_it_serves(
    store: Store,
) -> None:
    with Company(store) as company:
        for name, region in (("Hua", "north"), ("Mei", "north"), ("Tao", "south")):
            company.person(name, brand="luxe", region=region, role="design")
            company.pay(name, "2026-06", 1000.0)
        company.person("Ren", brand="core", region="north", role="design")  # has no pay in June
        company.person("Lin", brand="luxe", region="north")
        company.pay("Lin", "2026-06", 500.0)
        company.did("2026-06-10", "Lin", revenue=20000.0)
        company.sold_by_nobody("2026-06-10", "luxe", region="north", revenue=4000.0)
        company.sold_by_nobody("2026-06-10", "luxe", region="south", revenue=6000.0)
        company.sold_by_nobody("2026-06-10", "luxe", region="east", revenue=50000.0)
        company.sold_by_nobody("2026-06-10", "core", region="north", revenue=70000.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
    found = ask(store, "2026-06", "brand", "role")
    # north once although two serve it: 24000 + 6000; nobody serves the east.
    assert column(found, "cost_ratio") == {
        ("core", "design"): None,
        ("luxe", "design"): pytest.approx(3000 / 30000),
        ("luxe", "seller"): pytest.approx(500 / 20000),
    }
    assert column(ask(store, "2026-06", "role", "region"), "cost_ratio") == {
        ("design", "north"): pytest.approx(2000 / 24000),
        ("design", "south"): pytest.approx(1000 / 6000),
        ("seller", "north"): pytest.approx(500 / 20000),
    }
    # Not split by role: pay of all its people over the revenue credited to them.
    assert column(ask(store, "2026-06", "brand"), "cost_ratio") == {
        "core": None,
        "luxe": pytest.approx(3500 / 20000),
    }


def test_without_region_a_designer_serves_the_brand_everywhere(store: Store) -> None:
    with Company(store) as company:
        company.person("Hua", brand="luxe", role="design")
        company.pay("Hua", "2026-06", 1000.0)
        company.sold_by_nobody("2026-06-10", "luxe", region="north", revenue=4000.0)
        company.sold_by_nobody("2026-06-10", "luxe", region="south", revenue=6000.0)
        company.sold_by_nobody("2026-06-10", "core", region="south", revenue=6000.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
    assert column(ask(store, "2026-06", "role"), "cost_ratio") == {"design": 0.1}
