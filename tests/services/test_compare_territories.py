"""Real data with its territory groups as brands: pay against sales, regions within brands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import compare_groups, compare_months
from perf_core.services.load_files import load_files
from perf_core.store.engine import Store
from tests.conftest import Stores
from tests.services.groups_by_sql import Asked
from tests.services.test_compare_adventureworks import MAPPING

TERRITORIES = MAPPING.with_name("territories.toml")
GROUPS = {
    "North America": {"Northwest", "Northeast", "Central", "Southwest", "Southeast", "Canada"},
    "Europe": {"France", "Germany", "United Kingdom"},
    "Pacific": {"Australia"},
}
YEARS = [parse_period(code) for code in ("2011", "2012", "2013", "2014")]


@pytest.fixture(scope="module")
def territories(sqlite_stores: Stores, real_data: Path) -> Store:
    store = Store(sqlite_stores.fresh("catalogue"))
    account = load_files(
        store, [real_data], today=date(2026, 1, 1), mapping=TERRITORIES, scope=everything()
    )
    assert not account.refused
    return store


def test_regions_lie_within_their_groups(territories: Store) -> None:
    """Each group's regions add up to it, and to the sums of the orders themselves."""
    span = parse_period("2011-05-31..2014-06-30")
    groups = compare_groups(territories, span, by=["brand"], scope=everything())
    revenue = groups.groups.set_index("brand")["revenue"]
    assert revenue.sum() == pytest.approx(109_846_381.4039, abs=0.005)
    for brand, regions in GROUPS.items():
        inside = compare_groups(
            territories, span, by=["region"], within={"brand": [brand]}, scope=everything()
        ).groups
        assert set(inside["region"]) - {""} == regions
        assert inside["revenue"].sum() == pytest.approx(revenue[brand])


def test_pay_against_sales_by_year(territories: Store, real_data: Path) -> None:
    """Sales of people by year as in the order file; pay and ratio by the same people."""
    orders = pd.read_csv(real_data / "SalesOrderHeader.csv", dtype=str)
    mine = orders[orders["SalesPersonID"].notna() & (orders["SalesPersonID"] != "")]
    sold = mine["SubTotal"].astype(float).groupby(mine["OrderDate"].str[:4]).sum()
    found = compare_months(
        territories,
        YEARS,
        by=[],
        within={"role": ["sales_rep", "sales_manager"]},
        scope=everything(),
    ).groups.set_index("period")
    for year in YEARS:
        assert found.loc[year.code, "revenue"] == pytest.approx(sold[year.code], abs=0.01)
        ratio = found.loc[year.code, "pay_cost"] / found.loc[year.code, "revenue"]
        assert found.loc[year.code, "cost_ratio"] == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2014", (date(2014, 1, 1), date(2014, 12, 31))),
        ("2014-05", (date(2014, 5, 1), date(2014, 5, 31))),
    ],
)
def test_every_number_is_that_of_plain_sql(
    territories: Store, capsys: pytest.CaptureFixture[str], period: str, days: tuple[date, date]
) -> None:
    asked = Asked(territories, capsys, period, days)
    seen: set[str] = set()
    for axes in ("brand", "region", "role", "channel", "brand,role"):
        seen |= asked.agree(tuple(axes.split(",")), {})
    seen |= asked.agree(("region",), {"role": ["sales_rep", "sales_manager"]})
    seen |= asked.agree(("region",), {"brand": ["Europe", "Pacific"]})
    seen |= asked.agree(("channel",), {"brand": ["Europe", "Pacific"]})
    asked.close()
    assert {"revenue", "revenue_uncredited", "revenue_growth", "pay_cost", "cost_ratio"} <= seen
