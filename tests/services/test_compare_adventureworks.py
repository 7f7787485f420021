"""Real sales-force data: regions, pay cost and cost ratio as computed elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import compare_groups
from perf_core.services.load_files import load_files
from perf_core.store.engine import Store

MAPPING = Path(__file__).parents[2] / "examples" / "adventureworks" / "perfboard.toml"
SPAN = "2011-05-31..2014-06-30"


@pytest.fixture(scope="module")
def adventureworks(
    sqlite_stores: object, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Store:
    store = Store(sqlite_stores.fresh("catalogue"))  # type: ignore[attr-defined]
    account = load_files(
        store, [real_data], today=date(2026, 1, 1), mapping=MAPPING, scope=everything()
    )
    assert not account.refused
    return store


def groups(store: Store, axis: str) -> pd.DataFrame:
    found = compare_groups(
        store, parse_period(SPAN), by=[axis], indicators=["sales"], scope=everything()
    )
    return found.groups.set_index(axis)


def test_pay_of_sales_people_over_their_sales(adventureworks: Store) -> None:
    sales = groups(adventureworks, "role").loc[["sales_rep", "sales_manager"]]
    assert sales["headcount"].to_dict() == {"sales_rep": 14, "sales_manager": 3}
    assert sales["pay_cost"].sum() == pytest.approx(2_381_929.52, abs=0.005)
    assert sales["revenue"].sum() == pytest.approx(80_487_704.18, abs=0.005)
    assert sales["pay_cost"].sum() / sales["revenue"].sum() == pytest.approx(0.0296, abs=5e-5)
    ratios = sales["pay_cost"] / sales["revenue"]
    assert sales["cost_ratio"].to_dict() == pytest.approx(ratios.to_dict())


def test_regions_hold_the_web_shop_too_and_say_how_much_it_is(adventureworks: Store) -> None:
    regions = groups(adventureworks, "region")
    assert len(regions) == 11  # ten territories, and who has none
    assert regions["revenue"].sum() == pytest.approx(109_846_381.4039, abs=0.005)
    credited = regions["revenue"].sum() - regions["revenue_uncredited"].sum()
    assert credited == pytest.approx(80_487_704.18, abs=0.005)
    assert regions["headcount"].sum() == 290


def test_nobody_leaves_so_attrition_reads_zero(adventureworks: Store) -> None:
    rate = groups(adventureworks, "department")["attrition"].dropna()
    assert len(rate) == 16
    assert (rate == 0).all()


def test_channels_have_revenue_and_nothing_of_people(adventureworks: Store) -> None:
    channels = groups(adventureworks, "channel")
    assert channels.loc["web", "revenue_uncredited"] == channels.loc["web", "revenue"]
    assert channels.loc["field", "revenue"] == pytest.approx(80_487_704.18, abs=0.005)
    assert channels[["headcount", "pay_cost", "attrition"]].isna().all(axis=None)
