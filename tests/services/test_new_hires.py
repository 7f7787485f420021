"""What new people cost and bring, a second time in plain SQL day by day, and who may see pay."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.services.new_hires import WHOLE, NewHires, new_hires, read_hire_pieces
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import PERSON_DAYS, random_company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
LAST = date(2026, 6, 30)

# A month of tenure ends where the day of the hiring returns, or the month has no such day.
BY_DAY = (
    PERSON_DAYS
    + """, person_revenue AS (
    SELECT credited_to, day, sum(revenue) / 10000.0 AS revenue FROM daily_measures GROUP BY 1, 2
), hires AS (
    SELECT d.*, e.hire_date >= :first AS is_new, r.revenue AS sold,
           12 * (strftime('%Y', d.day) - strftime('%Y', e.hire_date))
           + strftime('%m', d.day) - strftime('%m', e.hire_date)
           - (strftime('%d', d.day) < strftime('%d', e.hire_date)
              AND d.day <> date(d.day, 'start of month', '+1 month', '-1 day')) AS tenure,
           p.amount / n.days AS pay
    FROM person_days d
    JOIN employees e ON e.employee_id = d.employee_id
    LEFT JOIN person_revenue r ON r.credited_to = d.employee_id AND r.day = d.day
    LEFT JOIN month_pay p ON p.employee_id = d.employee_id AND p.month = d.month
    LEFT JOIN employed n ON n.employee_id = d.employee_id AND n.month = d.month
    WHERE d.role <> 'design'
)
SELECT {by}, count(DISTINCT employee_id), sum(coalesce(sold, 0)), sum(pay),
       sum(pay) / nullif(sum(CASE WHEN pay IS NOT NULL THEN coalesce(sold, 0) END), 0)
FROM hires WHERE {mine} GROUP BY 1
"""
)


def by_sql(store: Store, by: str, mine: str) -> dict[object, tuple[float, ...]]:
    with store.reading() as connection:
        rows = connection.execute(
            text(BY_DAY.format(by=by, mine=mine)), {"first": "2026-04-01", "last": str(LAST)}
        ).all()
    return {row[0]: tuple(row[1:]) for row in rows}


def asked(store: Store, *, scope: Scope | None = None, n_months: int = 3) -> NewHires:
    read = read_hire_pieces(store, last=LAST, n_months=n_months)
    return new_hires(read, axis="brand", within={}, scope=scope or everything())


def numbers(frame: pd.DataFrame, key: str, n: str) -> dict[object, tuple[float, ...]]:
    columns = [n, "revenue", "pay_cost", "cost_ratio"]
    return {
        row[key]: tuple(None if pd.isna(row[name]) else row[name] for name in columns)
        for row in frame.to_dict("records")
    }


@pytest.mark.parametrize("seed", range(3))
def test_plain_sql_gives_the_same(sqlite_store: Store, seed: int) -> None:
    random_company(sqlite_store, seed)
    found = asked(sqlite_store)
    groups = found.groups[found.groups["code"] != WHOLE]
    for ours, theirs in (
        (numbers(groups, "code", "n_hired"), by_sql(sqlite_store, "brand", "is_new")),
        (
            numbers(found.tenure.assign(month=found.tenure["month"] - 1), "month", "n"),
            by_sql(sqlite_store, "tenure", "is_new"),
        ),
    ):
        assert ours.keys() == theirs.keys()
        for key, values in ours.items():
            assert values == pytest.approx(theirs[key], rel=1e-9), (seed, key)
    settled = by_sql(sqlite_store, "brand", "NOT is_new")
    for row in groups.itertuples():
        expected = settled.get(row.code, (0, 0, None, None))[3]
        actual = None if pd.isna(row.settled_ratio) else row.settled_ratio
        assert actual == (None if expected is None else pytest.approx(expected)), row.code


@pytest.fixture
def hiring(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        company.person("Old", brand="luxe")
        company.person("New", brand="luxe", hired="2026-05-01")
        company.person("Yet", brand="luxe", hired="2026-06-16")
        company.person("Pen", brand="luxe", hired="2026-06-01", role="design")
        company.pay("Old", "2026-05", 3100)
        company.pay("New", "2026-05", 6200)
        company.pay("Pen", "2026-05", 1000)
        for who in ("Old", "New"):
            company.pay(who, "2026-06", 3000)
        company.did("2026-05-10", "New", revenue=10000)
        company.did("2026-06-20", "New", revenue=20000)
        company.did("2026-06-20", "Yet", revenue=700)
        company.did("2026-05-10", "Old", revenue=31000)
        company.loaded("orders", "2026-01-01", "2026-06-30")
    return sqlite_store


def test_pay_is_set_against_revenue_month_of_tenure_by_month(hiring: Store) -> None:
    found = asked(hiring)
    whole = found.whole
    assert whole is not None
    assert whole["n_hired"] == 2
    assert whole["revenue"] == 30700
    assert whole["pay_cost"] == pytest.approx(9200)
    assert whole["cost_ratio"] == pytest.approx(9200 / 30000)  # Yet has no pay: on neither side
    assert whole["settled_ratio"] == pytest.approx(6100 / 31000)
    assert (found.n_without_pay, found.n_not_earning) == (1, 1)
    assert found.tenure["month"].tolist() == [1, 2]
    assert found.tenure["n"].tolist() == [2, 1]
    assert found.tenure["cost_ratio"].tolist() == pytest.approx([0.62, 0.15])


def test_only_who_may_see_each_persons_pay_sees_that_of_the_new(hiring: Store) -> None:
    found = asked(hiring, scope=EXECUTIVE)
    assert found.groups["pay_withheld"].all()
    for frame in (found.groups, found.tenure):
        assert frame[["pay_cost", "cost_ratio"]].isna().all(axis=None)
    assert found.groups["settled_ratio"].isna().all()
    assert found.groups["per_head"].notna().all()
    line = frozenset({"New", "Old"})
    manager = Scope(Viewer(ViewerKind.MANAGER, "Old"), line, PayRight.NONE)
    found = asked(hiring, scope=manager)
    assert found.groups["n_hired"].tolist() == [1, 1]
    assert found.groups[["pay_cost", "cost_ratio", "settled_ratio"]].isna().all(axis=None)


def test_nobody_hired_is_no_group(hiring: Store) -> None:
    read = read_hire_pieces(hiring, last=date(2026, 3, 31), n_months=3)
    found = new_hires(read, axis="brand", within={}, scope=everything())
    assert found.whole is None
    assert found.tenure.empty
