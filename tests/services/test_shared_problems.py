"""Whose problem it is, and what it costs: three brands, of which one has lost its conversion."""

from __future__ import annotations

import pandas as pd
import pytest

from perf_core.domain.access import everything
from perf_core.domain.period import Period, parse_period
from perf_core.services.business_measures import BUSINESS, business_of, read_business
from perf_core.services.channel_mix import channel_mix, customer_mix
from perf_core.services.compare_groups import compare_groups, groups_from, read_compared
from perf_core.services.explain_group import explain_group
from perf_core.services.funnel import STEPS, Funnel, funnel
from perf_core.services.score_period import company_scores, read_basis
from perf_core.services.shared_problems import (
    SharedProblems,
    roles_to_compare,
    shared_among_people,
    shared_problems,
)
from perf_core.store.engine import Store
from tests.services.compared_company import Company

NOW, AGO = parse_period("2026-06"), parse_period("2025-06")
ORDERS = {"ash": 30, "birch": 49, "cedar": 55}
"""Of 1,000 visits, against a target of 50; a year ago all of them had 50."""


@pytest.fixture
def brands(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        company.template("seller", {"conversion": 60, "aov": 40}, valid_from="2025-01")
        company.target("2026-06", "conversion", 0.05)
        company.target("2025-06", "conversion", 0.05)
        for period in ("2026-06", "2025-06"):
            company.target(period, "aov", 120)
        for brand, orders in ORDERS.items():
            company.person(f"{brand}1", role="seller", brand=brand)
            for on, n in (("2026-06-10", orders), ("2025-06-10", 50)):
                company.did(
                    on,
                    f"{brand}1",
                    channel=f"shop:{brand}",
                    visits=1000,
                    paid_visits=400,
                    organic_visits=600,
                    orders=n,
                    revenue=n * 100,
                    refund_amount=n * 10,
                    repeat_orders=n // 5,
                )
        company.did("2026-06-11", "birch1", channel="chat", orders=1, revenue=100)
        company.loaded("measures_wide", "2025-06-01", "2026-06-30", "visits")
        company.loaded("orders", "2025-06-01", "2026-06-30")
    return sqlite_store


def problems(store: Store) -> SharedProblems:
    now, ago = (read_compared(store, period) for period in (NOW, AGO))
    with store.reading() as connection:
        known = read_basis(store, connection).catalogue.indicators
    return shared_problems(
        groups_from(now, by=("brand", "role"), scope=everything()),
        groups_from(now, by=("role",), scope=everything()),
        groups_from(ago, by=("brand", "role"), scope=everything()),
        known=known,
    )


def sums(store: Store, *by: str) -> dict[str, pd.DataFrame]:
    asked = [(period, period.last_day) for period in (NOW, AGO)]
    read = read_business(store, asked, by_channel="channel" in by)
    found = business_of(read, by=by, within=None, scope=everything())
    return {
        str(code): mine.drop(columns="period").set_index(list(by))
        for code, mine in found.groupby("period")
    }


def test_one_brand_alone_and_all_of_them(brands: Store) -> None:
    found = problems(brands)
    verdicts = found.indicators.set_index("indicator")
    assert verdicts["verdict"].to_dict() == {"aov": "shared", "conversion": "own"}
    own = verdicts.loc["conversion"]
    assert (own["worst"], own["best"], own["n_short"], own["n_groups"]) == ("ash", "cedar", 1, 3)
    assert own["worst_at"] == pytest.approx(0.6)
    assert (own["n_short_ago"], own["n_worse"], own["n_compared"]) == (0, 1, 3)
    assert verdicts.loc["aov", "n_short_ago"] == 3
    ash = found.groups.set_index(["indicator", "group"]).loc[("conversion", "ash")]
    assert ash["change"] == pytest.approx(0.03 / 0.05 - 1)
    assert ash["against_all"] == pytest.approx(0.03 / (135 / 3000) - 1)
    assert ash["against_best"] == pytest.approx(0.6 / 1.1 - 1)


def test_verdicts_stand_on_the_numbers_of_compare(brands: Store) -> None:
    cells = problems(brands).cells.set_index(["indicator", "group"])["actual"]
    told = compare_groups(brands, NOW, by=["brand"], scope=everything())
    rows = told.indicators.assign(brand=told.groups.loc[told.indicators["group"], "brand"].array)
    for row in rows.itertuples():
        assert cells[(row.indicator, row.brand)] == row.actual


def test_the_step_that_costs_most_in_money(brands: Store) -> None:
    by_period = sums(brands, "brand")
    now, past = by_period["2026-06"], by_period["2025-06"]
    found = funnel(now, past, base="year")
    ash = found.parts.loc["ash"]
    # 20 orders of 100 less their tenth of refunds; nothing else moved.
    assert (ash["costliest"], ash["begins_with"]) == ("conversion", "visits")
    assert ash["conversion"] == pytest.approx(-1800)
    assert ash[["traffic", "order_value", "kept"]].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    _sums_to_the_difference(found, now, past)


def _sums_to_the_difference(found: Funnel, now: pd.DataFrame, past: pd.DataFrame) -> None:
    kept = [one["revenue"] - one["refund_amount"] for one in (now, past)]
    wanted = (kept[0] - kept[1]).reindex(found.parts.index)
    assert found.parts[[*STEPS]].sum(axis=1).tolist() == pytest.approx(wanted.tolist(), abs=1e-9)
    assert found.parts["change"].tolist() == pytest.approx(wanted.tolist(), abs=1e-9)


def test_against_others_only_rates_are_compared(brands: Store) -> None:
    now = sums(brands, "brand")["2026-06"]
    now.loc["ash", ["visits", "orders", "revenue", "refund_amount"]] = [100, 3, 900, 90]
    found = funnel(now, None, base="best")
    assert found.best == "cedar"
    ash = found.parts.loc["ash"]
    # At its 100 visits and its own dear orders, cedar's rate would have kept 5.5 × 300 × 0.9.
    assert ash["change"] == pytest.approx(3 * 300 * 0.9 - 5.5 * 300 * 0.9)
    assert (ash["traffic"], ash["order_value"]) == (0, 0)
    assert found.parts.loc["cedar", "change"] == pytest.approx(0)
    same = funnel(now, None, base="best", same_prices=True)
    assert same.best == "ash"


def test_without_visits_or_refunds_it_begins_later_and_ends_sooner(brands: Store) -> None:
    by_period = sums(brands, "brand")
    now, past = by_period["2026-06"], by_period["2025-06"]
    past.loc["ash", "visits"] = None
    now.loc["birch", "refund_amount"] = None
    past.loc["cedar", :] = None
    parts = funnel(now, past, base="year").parts
    assert parts["begins_with"].to_dict() == {"ash": "orders", "birch": "visits", "cedar": ""}
    assert parts.loc["ash", "traffic"] == pytest.approx(-1800)
    assert parts.loc["birch", "change"] == pytest.approx(5000 - 5000)
    assert parts.loc["cedar", ["change", "cost"]].isna().all()
    assert parts.loc["cedar", "costliest"] == ""
    assert funnel(now, None, base="year").parts["change"].isna().all()


def test_channels_and_kinds_of_customers(brands: Store) -> None:
    rows = sums(brands, "brand", "channel")["2026-06"].reset_index()
    mix = channel_mix(rows)
    assert mix.best_converting == "shop:cedar"
    assert mix.without_visits == ("chat",)
    assert mix.channels.loc["shop:ash", "brand"] == "ash"
    assert mix.channels["visit_share"].sum() == pytest.approx(1)
    by_period = sums(brands, "brand")
    kinds = customer_mix(by_period["2026-06"], by_period["2025-06"]).groups
    assert kinds.loc["ash", ["paid_share", "new_orders", "repeat_orders"]].tolist() == [0.4, 24, 6]
    assert kinds.loc["ash", "repeat_share_ago"] == 0.2
    unknown = customer_mix(by_period["2026-06"] * float("nan"), None)
    assert not unknown.knows_visits
    assert not unknown.knows_customers


def test_the_people_of_a_role_where_there_is_one_brand(brands: Store) -> None:
    """Each stands against the own target, as on the own scorecard"""
    lines = {period: _lines(brands, period) for period in (NOW, AGO)}
    with brands.reading() as connection:
        known = read_basis(brands, connection).catalogue.indicators
    whole = groups_from(read_compared(brands, NOW), by=("role",), scope=everything())
    found = shared_among_people(lines[NOW], lines[AGO], whole, known=known)
    assert found.axis == "person"
    assert found.indicators.set_index("indicator")["verdict"].to_dict() == {
        "aov": "shared",
        "conversion": "own",
    }
    cells = found.cells.set_index(["indicator", "group"])
    of_card = lines[NOW].set_index(["indicator", "employee_id"])["achievement"]
    assert cells["achievement"].sort_index().tolist() == of_card.sort_index().tolist()
    ash = found.groups.set_index(["indicator", "group"]).loc[("conversion", "ash1")]
    assert (ash["n_roles"], ash["is_short"]) == (1, True)
    assert ash["change"] == pytest.approx(0.03 / 0.05 - 1)
    assert roles_to_compare(lines[NOW]) == ("seller",)
    assert roles_to_compare(lines[NOW][lines[NOW]["employee_id"] == "ash1"]) == ()


def test_one_brand_alone_tells_little(brands: Store) -> None:
    with brands.reading() as connection:
        known = read_basis(brands, connection).catalogue.indicators
    within = {"brand": ("ash",)}
    read = read_compared(brands, NOW)
    alone = shared_problems(
        groups_from(read, by=("brand", "role"), within=within, scope=everything()),
        groups_from(read, by=("role",), within=within, scope=everything()),
        None,
        known=known,
    )
    assert alone.tells_little
    assert not problems(brands).tells_little


def test_the_parts_of_a_funnel_sum_to_it(brands: Store) -> None:
    """What a click on a step tells are the very sums that the step was made of."""
    read = read_business(brands, [(NOW, NOW.last_day)], by_channel=False)
    steps = funnel(sums(brands, "brand")["2026-06"], None, base="group").steps
    for brand in ORDERS:
        parts = explain_group(read, within={"brand": (brand,)}, scope=everything()).parts
        for measure in ("visits", "orders", "revenue", "refund_amount"):
            assert parts.measures.loc[measure, "now"] == steps.loc[brand, measure]
            assert parts.people[measure].sum() == steps.loc[brand, measure]


def test_of_very_many_channels_one_converts_best() -> None:
    rows = pd.DataFrame(
        {
            "brand": "ash",
            "channel": [f"c{n}" for n in range(40)],
            **dict.fromkeys(BUSINESS, 0.0),
            "visits": 100.0,
            "orders": [float(n) for n in range(40)],
            "revenue": 10.0,
        }
    )
    rows.loc[0, ["visits", "orders"]] = [1.0, 1.0]
    mix = channel_mix(rows)
    # One visit that bought is a fluke, a mean channel's rate is none.
    assert mix.best_converting == "c39"


def _lines(store: Store, period: Period) -> pd.DataFrame:
    return company_scores(store, period).lines
