"""Groups within brands, regions, roles: a second answer in plain SQL, and what must agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import text

from perf_core.domain.access import everything
from perf_core.domain.errors import NotFound, NothingWithin
from perf_core.domain.period import parse_period
from perf_core.scoring.comparison import NUMBERS
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.services.compare_groups import (
    GroupNumbers,
    compare_groups,
    compare_months,
    groups_from,
    read_compared,
)
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import PERIODS, PERSON_DAYS, QUERIES, random_company
from tests.services.test_compare_months import with_templates

Within = dict[str, tuple[str, ...]]

LIMITS: tuple[tuple[tuple[str, ...], Within], ...] = (
    (("region",), {"brand": ("luxe",)}),
    (("brand",), {"role": ("seller",)}),
    (("brand",), {"region": ("north", "")}),
    (("role",), {"brand": ("luxe", "core"), "region": ("south",)}),
    ((), {"brand": ("core",), "region": ("north",)}),
)
WITHIN = """
, pd AS (SELECT * FROM person_days WHERE {where})
, pp AS (SELECT * FROM paid_days WHERE {where})
, ar AS (SELECT * FROM all_rows WHERE {where})
"""
# The same queries over the part that lies within.
NARROWED = {
    name: query.replace("person_days", "pd").replace("paid_days", "pp").replace("all_rows", "ar")
    for name, query in QUERIES.items()
}


def asked(
    store: Store, code: str, as_of: str | None, by: tuple[str, ...], within: Within
) -> GroupNumbers:
    return compare_groups(
        store,
        parse_period(code),
        by=by,
        within=within,
        as_of=None if as_of is None else date.fromisoformat(as_of),
        indicators=["conversion"],
        scope=everything(),
    )


def by_sql(store: Store, name: str, found: GroupNumbers, within: Within) -> dict[Any, float]:
    first, last = found.period.start, min(found.as_of, found.period.last_day)
    axes = {*found.by, *within}
    mine = "credited_to <> ''" if "role" in axes else "1"
    where = " AND ".join(
        f"{axis} IN ({', '.join(repr(code) for code in codes)})" for axis, codes in within.items()
    )
    query = NARROWED[name].format(by=", ".join(found.by) or "'all'", mine=mine)
    if not found.by:
        query = query.replace(" GROUP BY 'all'", "")
    with store.reading() as connection:
        rows = connection.execute(
            text(PERSON_DAYS + WITHIN.format(where=where) + query),
            {"first": str(first), "last": str(last)},
        ).all()
    return {tuple(row[:-1]): row[-1] for row in rows if row[-1] is not None}


@pytest.mark.parametrize("seed", range(2))
def test_plain_sql_gives_the_same_within(sqlite_store: Store, seed: int) -> None:
    random_company(sqlite_store, seed)
    for code, as_of in PERIODS[:3]:
        for by, within in LIMITS:
            found = asked(sqlite_store, code, as_of, by, within)
            actual = found.indicators.set_index("group")["actual"]
            groups = found.groups.assign(conversion=actual)
            for name in NARROWED:
                if name == "cost_ratio" and "role" in by:
                    continue  # the role that earns nothing follows another rule
                ours = {
                    tuple(row[:-1]) or ("all",): row[-1]
                    for row in groups[[*by, name]].itertuples(index=False, name=None)
                    if not pd.isna(row[-1])
                }
                theirs = by_sql(sqlite_store, name, found, within)
                if name in ("headcount", "revenue", "revenue_uncredited"):
                    ours = {key: value for key, value in ours.items() if value}
                    theirs = {key: value for key, value in theirs.items() if value}
                assert ours == pytest.approx(theirs, rel=1e-9), (seed, code, as_of, by, name)


@pytest.mark.parametrize(
    ("by", "axis", "code"),
    [
        (("brand",), "role", "design"),
        (("brand", "region"), "role", "seller"),
        (("role",), "brand", "luxe"),
        (("region",), "brand", "core"),
        (("brand",), "channel", "tmall"),
        (("channel",), "brand", "luxe"),
    ],
)
def test_a_group_within_a_code_is_the_group_of_that_code(
    sqlite_store: Store, by: tuple[str, ...], axis: str, code: str
) -> None:
    """To the last digit: also where a role earns nothing, and where a person has moved."""
    random_company(sqlite_store, 5)
    with_templates(sqlite_store)
    month = parse_period("2026-05")
    within = compare_groups(sqlite_store, month, by=by, within={axis: [code]}, scope=everything())
    pairs = compare_groups(sqlite_store, month, by=(*by, axis), scope=everything())
    mine = pairs.groups[axis] == code
    numbers = [*by, *NUMBERS, "pay_estimated", "pay_withheld"]
    assert len(within.groups) == mine.sum() > 0
    assert_frame_equal(
        within.groups[numbers],
        pairs.groups.loc[mine, numbers].reset_index(drop=True),
        check_exact=True,
    )
    assert_frame_equal(
        within.grade_shares, pairs.grade_shares[mine].reset_index(drop=True), check_exact=True
    )
    place = {at: n for n, at in enumerate(pairs.groups.index[mine])}
    told = pairs.indicators[pairs.indicators["group"].isin(place)]
    told = told.assign(group=told["group"].map(place)).reset_index(drop=True)
    assert_frame_equal(within.indicators, told, check_exact=True)


def test_a_named_group_is_what_belongs_to_it(sqlite_store: Store) -> None:
    random_company(sqlite_store, 5)
    with_templates(sqlite_store)
    document = {
        "brand": {
            "luxe": {"group": "dear"},
            "core": {"group": "dear"},
            "value": {"group": "cheap"},
        },
        "region": {"north": {"group": "far"}},
    }
    with sqlite_store.writing() as connection:
        load_catalogue_entries(connection, parse_catalogue(document), data_day=None)
    month = parse_period("2026-05")
    named: Within = {"brand_group": ("dear",), "region_group": ("far",), "role": ("seller",)}
    spelt: Within = {"brand": ("core", "luxe"), "region": ("north",), "role": ("seller",)}
    by_name, by_code = (
        compare_groups(sqlite_store, month, by=["role"], within=one, scope=everything())
        for one in (named, spelt)
    )
    assert len(by_name.groups) == 1
    assert_frame_equal(by_name.groups, by_code.groups, check_exact=True)
    assert_frame_equal(by_name.indicators, by_code.indicators, check_exact=True)
    both = {"brand_group": ("dear",), "brand": ("value",)}
    with pytest.raises(NothingWithin):
        compare_groups(sqlite_store, month, by=["role"], within=both, scope=everything())


def test_months_within_are_the_months_alone(sqlite_store: Store) -> None:
    random_company(sqlite_store, 3)
    months = [parse_period(code) for code in ("2026-04", "2026-05", "2026-06")]
    within = {"role": ["seller"], "region": ["north"]}
    together = compare_months(sqlite_store, months, by=["brand"], within=within, scope=everything())
    numbers = ["brand", "headcount", "revenue", "pay_cost", "cost_ratio", "attrition"]
    for month in months:
        alone = compare_groups(sqlite_store, month, by=["brand"], within=within, scope=everything())
        mine = together.groups[together.groups["period"] == month.code]
        assert_frame_equal(
            mine[numbers].reset_index(drop=True), alone.groups[numbers], check_dtype=False
        )


def test_several_codes_are_their_groups_together(sqlite_store: Store) -> None:
    random_company(sqlite_store, 1)
    read = read_compared(sqlite_store, parse_period("2026-05"))
    both = groups_from(read, by=(), within={"region": ["north", "south"]}, scope=everything())
    each = groups_from(read, by=["region"], scope=everything()).groups.set_index("region")
    for name in ("headcount", "revenue", "pay_cost"):
        expected = each.loc[["north", "south"], name].sum()
        assert both.groups[name].iloc[0] == pytest.approx(expected)


def test_a_bonus_is_shared_out_before_it_is_narrowed(sqlite_store: Store) -> None:
    """Who has a card in two brands brings to each brand the part of the days there."""
    with Company(sqlite_store) as company:
        company.person(
            "Lin",
            ("2026-01-01", {"brand": "luxe"}),
            ("2026-06-16", {"brand": "core"}),
            bonus_base=3000.0,
        )
        company.template("seller", {"conversion": 100.0})
        company.target("2026-06", "conversion", 0.05)
        company.loaded("orders", "2026-05-01", "2026-06-30")
        for day in ("2026-06-01", "2026-06-20"):
            company.did(day, "Lin", channel="tmall", revenue=100.0, orders=5, visits=50)
    found = asked(sqlite_store, "2026-06", None, (), {"brand": ("luxe",)})
    whole = asked(sqlite_store, "2026-06", None, ("brand",), {}).groups.set_index("brand")
    assert whole["bonus_cost"].notna().all()
    assert found.groups["bonus_cost"].iloc[0] == whole.loc["luxe", "bonus_cost"]


def test_nothing_within_gives_no_groups(sqlite_store: Store) -> None:
    random_company(sqlite_store, 0)
    found = asked(sqlite_store, "2026-05", None, ("brand",), {"channel": ("nowhere",)})
    assert found.groups.empty
    assert found.indicators.empty


def test_a_code_that_names_nothing_is_refused(sqlite_store: Store) -> None:
    random_company(sqlite_store, 0)
    with pytest.raises(NotFound) as refused:
        asked(sqlite_store, "2026-05", None, ("brand",), {"role": ("astronaut",)})
    assert (refused.value.kind, refused.value.code) == ("role", "astronaut")
    with pytest.raises(NotFound):
        asked(sqlite_store, "2026-05", None, ("brand",), {"moon": ("x",)})
