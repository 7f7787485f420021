"""Why cost ratios moved, as sums done by hand; what cannot be compared says why."""

from __future__ import annotations

from itertools import pairwise

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import compare_months
from perf_core.services.cost_causes import CostCauses, CostCourse, cost_causes, cost_course
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import random_company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
PARTS = ["by_people", "by_pay", "by_revenue"]


def course(
    store: Store, *codes: str, by: tuple[str, ...], scope: Scope | None = None
) -> CostCourse:
    periods = [parse_period(code) for code in codes]
    found = compare_months(store, periods, by=by, scope=scope or everything())
    return cost_course(found, periods)


def causes(
    store: Store, before: str, after: str, *by: str, scope: Scope | None = None
) -> CostCauses:
    return cost_causes(
        course(store, before, after, by=by, scope=scope),
        before=parse_period(before),
        after=parse_period(after),
    )


@pytest.fixture
def growing(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        for number in range(8):
            company.person(f"L{number}", brand="luxe", hired="2025-01-01")
            company.pay(f"L{number}", "2026-04", 1000)
            company.pay(f"L{number}", "2026-05", 1100)
            company.did("2026-04-10", f"L{number}", revenue=5000)
            company.did("2026-05-10", f"L{number}", revenue=3750)
        company.person("L8", brand="luxe", hired="2026-05-01")
        company.pay("L8", "2026-05", 1100)
        company.person("C1", brand="core")
        company.did("2026-04-10", "C1", revenue=100)
        company.did("2026-05-10", "C1", revenue=100)
        company.person("V1", brand="value")
        company.pay("V1", "2026-04", 10)
        company.pay("V1", "2026-05", 10)
        company.person("N1", brand="new", hired="2026-05-01")
        company.pay("N1", "2026-05", 10)
        company.did("2026-05-10", "N1", revenue=100)
        company.loaded("orders", "2026-01-01", "2026-05-31")
    return sqlite_store


def test_the_change_is_split_into_people_pay_and_revenue(growing: Store) -> None:
    row = causes(growing, "2026-04", "2026-05", "brand").groups.iloc[0]
    assert row["brand"] == "luxe"
    assert (row["before"], row["after"]) == pytest.approx((0.2, 0.33))
    assert (row["people_before"], row["people_after"]) == pytest.approx((8, 9))
    assert (row["pay_before"], row["pay_after"]) == pytest.approx((1000, 1100))
    assert row[PARTS].sum() == pytest.approx(row["change"], abs=1e-15)
    # L(0.33, 0.2) = 0.13 / ln 1.65, times ln 9/8, ln 11/10 and ln 4/3.
    assert row[PARTS].tolist() == pytest.approx([0.030576, 0.024743, 0.074682], abs=1e-6)


def test_what_cannot_be_compared_says_why(growing: Store) -> None:
    groups = causes(growing, "2026-04", "2026-05", "brand").groups.set_index("brand")
    assert groups.loc["core", ["gap_before", "gap_after"]].tolist() == ["no_pay", "no_pay"]
    assert groups.loc["value", ["gap_before", "gap_after"]].tolist() == ["no_revenue"] * 2
    assert groups.loc["new", ["gap_before", "gap_after"]].tolist() == ["nobody", ""]
    assert groups.loc[["core", "value", "new"], [*PARTS, "change"]].isna().all(axis=None)


def test_a_running_month_is_taken_at_its_pace(growing: Store) -> None:
    with Company(growing) as company:
        for number in range(9):
            company.did("2026-06-05", f"L{number}", revenue=5000)
    found = compare_months(
        growing,
        [parse_period("2026-05"), parse_period("2026-06")],
        by=("brand",),
        as_of=parse_period("2026-06-15").start,
        scope=everything(),
    )
    months = [parse_period("2026-05"), parse_period("2026-06")]
    row = cost_course(found, months).of(["luxe"]).loc["2026-06"]
    assert row["estimated"]
    assert row["people"] == pytest.approx(9)
    assert row["pay"] == pytest.approx(1100)  # of a whole month
    assert row["revenue"] == pytest.approx(90000)  # 45,000 in half a month
    assert row["cost_ratio"] == pytest.approx(0.11)


def test_what_is_withheld_has_no_parts_either(growing: Store) -> None:
    found = causes(growing, "2026-04", "2026-05", "brand", scope=EXECUTIVE).groups
    groups = found.set_index("brand")
    assert groups.loc["value", "gap_after"] == "withheld"
    hidden = groups[groups["gap_after"].eq("withheld") | groups["gap_before"].eq("withheld")]
    assert hidden[[*PARTS, "change"]].isna().all(axis=None)
    at_hand = groups.loc[groups["gap_after"] == "withheld", ["pay_after", "after"]]
    assert at_hand.isna().all(axis=None)
    nobody = Scope(Viewer(ViewerKind.MANAGER, "L1"), frozenset({"L1", "L2", "L3"}), PayRight.NONE)
    own = causes(growing, "2026-04", "2026-05", "brand", scope=nobody)
    assert own.known.empty
    assert own.groups[["pay_before", "pay_after", "before", "after"]].isna().all(axis=None)


@pytest.mark.parametrize("seed", range(3))
def test_parts_make_the_whole_change_of_the_ratio_that_groups_have(
    sqlite_store: Store, seed: int
) -> None:
    random_company(sqlite_store, seed)
    codes = ("2026-04", "2026-05", "2026-06")
    for by in ((), ("brand",), ("brand", "role")):
        months = [parse_period(code) for code in codes]
        numbers = compare_months(sqlite_store, months, by=by, scope=everything()).groups
        rows = course(sqlite_store, *codes, by=by).rows
        key = [*by, "period"]
        told = numbers.set_index(key)["cost_ratio"]
        assert rows.set_index(key)["cost_ratio"].to_dict() == pytest.approx(
            told.to_dict(), nan_ok=True, rel=1e-12
        )
        for before, after in pairwise(codes):
            known = causes(sqlite_store, before, after, *by).known
            parts = known[PARTS].sum(axis=1)
            assert parts.tolist() == pytest.approx(known["change"].tolist(), abs=1e-12)
            steps = rows[rows["period"] == after].dropna(subset=PARTS)
            assert len(steps) == len(known)
            assert sorted(steps[PARTS].sum(axis=1)) == pytest.approx(sorted(parts), abs=1e-12)
