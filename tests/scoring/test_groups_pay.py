"""Pay on the days people were somewhere: sums done by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perf_core.scoring.pay_cost import monthly_pay, pay_of_stays, ratio
from perf_core.scoring.stays import split_by_month, stays

JUNE, JULY, AUGUST = (pd.Timestamp(f"2026-{month:02d}-01") for month in (6, 7, 8))


def company() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lin moves from luxe to core on 11 June, Wu is hired on the 16th, Chen goes on the 10th."""
    people = pd.DataFrame(
        {
            "employee_id": ["Lin", "Wu", "Chen"],
            "hire_date": pd.to_datetime(["2025-01-01", "2026-06-16", "2025-01-01"]),
            "leave_date": pd.to_datetime([None, None, "2026-06-10"]),
        }
    )
    assignments = pd.DataFrame(
        {
            "employee_id": ["Lin", "Lin", "Wu", "Chen"],
            "from_date": pd.to_datetime(["2025-01-01", "2026-06-11", "2026-06-16", "2025-01-01"]),
            "to_date": pd.to_datetime([None, None, None, None]),
            "brand": ["luxe", "core", "core", "luxe"],
            "region": "",
            "role": "service",
            "department": "",
            "manager_id": "",
        }
    )
    return people, assignments


def pay(*rows: tuple[str, pd.Timestamp, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["employee_id", "month", "kind", "amount_e4"])


def cost(first: date, last: date, rows: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Pay by person and brand from one day to another."""
    pieces = split_by_month(stays(*company(), first=first, last=last))
    months = [pd.Timestamp(month) for month in pieces["month"].unique()]
    found = pieces.assign(**pay_of_stays(pieces, monthly_pay(rows, months)))
    sums = found[found["has_pay"]].groupby(["employee_id", "brand"])["pay_e4"].sum()
    return {key: float(value) for key, value in sums.items()}


def test_a_months_pay_is_spread_over_the_days_employed_in_it_and_counts_where_they_were() -> None:
    rows = pay(
        ("Lin", JUNE, "base", 2400.0),
        ("Lin", JUNE, "bonus", 600.0),  # all kinds are pay
        ("Wu", JUNE, "base", 900.0),
        ("Chen", JUNE, "base", 1000.0),
    )
    assert cost(date(2026, 6, 1), date(2026, 6, 30), rows) == {
        ("Lin", "luxe"): 1000.0,  # 10 of 30 days
        ("Lin", "core"): 2000.0,
        ("Wu", "core"): 900.0,  # all of it on the 15 days employed
        ("Chen", "luxe"): 1000.0,
    }


def test_pay_counts_up_to_the_as_of_day_and_no_further() -> None:
    rows = pay(("Lin", JUNE, "base", 3000.0), ("Wu", JUNE, "base", 900.0))
    # To the 20th: Lin 10 + 10 days of 30; Wu 5 of the 15 days of June that she is employed.
    assert cost(date(2026, 6, 1), date(2026, 6, 20), rows) == {
        ("Lin", "luxe"): 1000.0,
        ("Lin", "core"): 1000.0,
        ("Wu", "core"): 300.0,
    }


def test_a_window_across_months_takes_the_share_of_each() -> None:
    rows = pay(("Lin", JUNE, "base", 3000.0), ("Lin", JULY, "base", 3100.0))
    assert cost(date(2026, 6, 29), date(2026, 7, 5), rows) == {("Lin", "core"): 200.0 + 500.0}


def test_until_a_months_pay_is_loaded_the_last_base_pay_stands_in() -> None:
    rows = pay(
        ("Lin", JUNE, "base", 2400.0),
        ("Lin", JUNE, "bonus", 600.0),
        ("Wu", JUNE, "bonus", 100.0),  # no base pay: nothing to stand in with
    )
    found = monthly_pay(rows, [JUNE, JULY, AUGUST])
    told = sorted(
        (row.employee_id, row.month.month, row.amount_e4, row.estimated)
        for row in found.itertuples()
    )
    assert told == [
        ("Lin", 6, 3000.0, False),
        ("Lin", 7, 2400.0, True),
        ("Lin", 8, 2400.0, True),
        ("Wu", 6, 100.0, False),
    ]


def test_a_month_is_loaded_as_soon_as_it_has_pay_of_anybody() -> None:
    rows = pay(("Lin", JUNE, "base", 2400.0), ("Wu", JULY, "base", 900.0))
    found = monthly_pay(rows, [JULY])
    assert found["employee_id"].tolist() == ["Wu"]  # Lin has no pay in July, and no stand-in
    assert not found["estimated"].any()


def test_a_later_months_pay_never_stands_in() -> None:
    rows = pay(("Lin", AUGUST, "base", 2400.0))
    assert monthly_pay(rows, [JULY]).empty


def test_the_newest_base_pay_before_the_month_stands_in_whatever_the_order_of_rows() -> None:
    rows = pay(("Lin", JULY, "base", 2500.0), ("Lin", JUNE, "base", 2400.0))
    assert monthly_pay(rows, [AUGUST])["amount_e4"].tolist() == [2500.0]


def test_what_is_paid_for_a_month_without_a_day_employed_falls_on_no_day() -> None:
    rows = pay(("Chen", JULY, "other", 5000.0), ("Lin", JULY, "base", 3100.0))
    assert cost(date(2026, 7, 1), date(2026, 7, 31), rows) == {("Lin", "core"): 3100.0}


def test_nobody_is_paid_where_no_pay_is_known() -> None:
    assert cost(date(2026, 6, 1), date(2026, 6, 30), pay()) == {}


def test_a_ratio_needs_both_revenue_and_pay() -> None:
    found = ratio(pd.Series([1.0, 1.0, float("nan"), 0.0]), pd.Series([4.0, 0.0, 4.0, 4.0]))
    assert found[0] == pytest.approx(0.25)
    assert found[1:].isna().all()
