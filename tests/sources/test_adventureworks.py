"""The real data: what the mapping of the example makes of it, against plain pandas sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perf_core.sources.delivery import Delivery, DeliverySettings, KnownMeasure, read_delivery

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "adventureworks" / "perfboard.toml"
COUNTS = ("tickets", "response_seconds", "responses")


@pytest.fixture(scope="module")
def delivery(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    read = read_delivery(
        [real_data],
        workdir=tmp_path_factory.mktemp("adventureworks"),
        measures={name: KnownMeasure() for name in COUNTS},
        axis_names={},
        settings=DeliverySettings("America/Los_Angeles", "USD"),
        mapping_path=MAPPING,
    )
    yield read
    read.close()


def frame(delivery: Delivery, table: str) -> Any:
    """The rows of one table."""
    (clean,) = delivery.of(table)
    return delivery.connection.execute(f"select * from {clean.relation}").df()


def test_every_row_is_read_and_none_is_set_aside(delivery: Delivery) -> None:
    assert delivery.problems == []
    assert delivery.unrecognised == []
    assert {clean.table: clean.read for clean in delivery.tables} == {
        "employees": 290,
        "assignments": 300,
        "pay": 17_955,
        "orders": 31_465,
        "measures_wide": 30,
        "targets": 163,
    }
    for clean in delivery.tables:
        assert delivery.set_aside(clean).empty


def test_orders_are_exact(delivery: Delivery, real_data: Path) -> None:
    orders = frame(delivery, "orders")
    assert int(orders.amount_e4.sum()) == 1_098_463_814_039
    assert int(orders.amount_e4[orders.employee_id != ""].sum()) == 804_877_041_832
    header = pd.read_csv(real_data / "SalesOrderHeader.csv")
    by_person = header.groupby("SalesPersonID").SubTotal.sum().round(4)
    found = orders[orders.employee_id != ""].groupby("employee_id").amount_e4.sum() / 10_000
    assert {int(float(one)): round(value, 4) for one, value in found.items()} == {
        int(one): value for one, value in by_person.items()
    }
    assert set(orders.channel) == {"web", "field"}
    assert (orders.channel == "web").sum() == (header.OnlineOrderFlag == 1).sum()
    assert str(orders.day.min().date()) == "2011-05-31"
    assert str(orders.day.max().date()) == "2014-06-30"


def test_quotas_hold_to_the_day_before_the_next(delivery: Delivery) -> None:
    targets = frame(delivery, "targets")
    assert targets.value.sum() == 95_714_000
    assert targets[targets.employee_id == "284"].period.min() == "2012-08-30..2012-11-29"
    assert targets.period.max() == "2014-03-01..2014-05-30"


def test_regions_follow_their_dates(delivery: Delivery) -> None:
    assignments = frame(delivery, "assignments")
    rows = assignments[assignments.employee_id.isin(["275", "280", "284", "274"])]
    assert [
        (row.employee_id, row.from_date.date(), row.role, row.region)
        for row in rows.sort_values(["employee_id", "from_date"]).itertuples()
    ] == [
        ("274", date(2011, 1, 4), "sales_manager", ""),
        ("275", date(2011, 5, 31), "sales_rep", "Northeast"),
        ("275", date(2012, 11, 30), "sales_rep", "Central"),
        ("280", date(2011, 5, 31), "sales_rep", "Northwest"),
        ("280", date(2012, 9, 30), "sales_rep", "Northwest"),
        ("284", date(2012, 9, 30), "sales_rep", "Northwest"),
    ]
    moved = assignments[assignments.employee_id == "250"]
    assert moved.department.tolist() == ["Marketing", "Quality Assurance", "Purchasing"]


def test_people_without_a_name_go_by_their_login(delivery: Delivery) -> None:
    people = frame(delivery, "employees").set_index("employee_id")
    assert [people.name[one] for one in ("6", "62", "1")] == ["jossef0", "john0", "Ken Sánchez"]


def test_pay_of_sales_people_is_what_it_is_known_to_be(delivery: Delivery) -> None:
    pay = frame(delivery, "pay")
    sellers = pay[pay.employee_id.astype(int).between(274, 290)]
    inside = sellers[sellers.month >= "2011-06-01"].amount_e4.sum() / 10_000
    may = sellers[sellers.month == "2011-05-01"].set_index("employee_id").amount_e4 / 10_000
    # 2011-05-31 alone: one of 31 days for who was there before, all of it for who began on it.
    last_day = sum(value / 31 if one == "274" else value for one, value in may.items())
    assert inside + last_day == pytest.approx(2_381_929.52, abs=0.01)


def test_the_call_centre_weights_its_averages(delivery: Delivery, real_data: Path) -> None:
    calls = pd.read_csv(real_data / "FactCallCenter.csv")
    measures = frame(delivery, "measures_wide")
    assert measures.tickets.sum() == calls.IssuesRaised.sum()
    seconds = (calls.IssuesRaised * calls.AverageTimePerIssue).sum()
    assert measures.response_seconds.sum() == seconds
