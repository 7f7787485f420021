"""What new people are paid and bring, a second time in plain SQL day by day; who may see pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.services.explain_hires import explain_hires, explain_month_since_hire
from perf_core.services.new_hires import (
    WHOLE,
    HirePieces,
    NewHires,
    new_hires,
    new_since,
    read_hire_pieces,
)
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import PERSON_DAYS, random_company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)

# New: hired since July of the year before. A month since hire ends where the day of the hiring
# returns, or the month has no such day.
BY_DAY = (
    PERSON_DAYS
    + """, person_revenue AS (
    SELECT credited_to, day, sum(revenue) / 10000.0 AS revenue FROM daily_measures GROUP BY 1, 2
), hires AS (
    SELECT d.*, e.hire_date >= '2025-07-01' AS is_new, r.revenue AS sold,
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
BESIDE = """NOT is_new AND (brand, role) IN (SELECT brand, role FROM hires WHERE is_new)"""


def by_sql(store: Store, by: str, mine: str) -> dict[object, tuple[float, ...]]:
    with store.reading() as connection:
        rows = connection.execute(
            text(BY_DAY.format(by=by, mine=mine)), {"first": str(FIRST), "last": str(LAST)}
        ).all()
    return {row[0]: known(row[1:]) for row in rows}


def known(values: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(np.nan if value is None else float(value) for value in values)


def read(store: Store) -> HirePieces:
    return read_hire_pieces(store, first=FIRST, last=LAST)


def asked(store: Store, *, scope: Scope | None = None) -> NewHires:
    return new_hires(read(store), axis="brand", within={}, scope=scope or everything())


def numbers(frame: pd.DataFrame, key: str, prefix: str = "") -> dict[object, tuple[float, ...]]:
    columns = [f"{prefix}{name}" for name in ("n", "revenue", "pay_cost", "cost_ratio")]
    return {
        row[key]: tuple(float(row[name]) for name in columns) for row in frame.to_dict("records")
    }


@pytest.mark.parametrize("seed", range(3))
def test_plain_sql_gives_the_same(sqlite_store: Store, seed: int) -> None:
    random_company(sqlite_store, seed)
    found = asked(sqlite_store)
    groups = found.groups[found.groups["code"] != WHOLE]
    beside = groups[groups["settled_n"].notna()]
    for ours, theirs in (
        (numbers(groups, "code"), by_sql(sqlite_store, "brand", "is_new")),
        (numbers(beside, "code", "settled_"), by_sql(sqlite_store, "brand", BESIDE)),
    ):
        assert ours.keys() == theirs.keys()
        for key, values in ours.items():
            assert values == pytest.approx(theirs[key], rel=1e-9, nan_ok=True), (seed, key)


@pytest.mark.parametrize("seed", range(3))
def test_the_course_is_that_of_plain_sql(sqlite_store: Store, seed: int) -> None:
    random_company(sqlite_store, seed)
    whole_year = read_hire_pieces(sqlite_store, first=LAST, last=LAST)
    found = new_hires(whole_year, axis="brand", within={}, scope=everything())
    course = found.course.assign(month=found.course["month"] - 1)
    # Half a year on, who was hired in the half-year before it is new no more.
    with sqlite_store.reading() as connection:
        statement = BY_DAY.replace(
            "e.hire_date >= '2025-07-01'",
            "e.hire_date >= CASE WHEN d.day < '2026-01-01' THEN '2025-01-01' ELSE '2025-07-01' END",
        )
        rows = connection.execute(
            text(statement.format(by="tenure", mine="is_new")),
            {"first": "2025-07-01", "last": str(LAST)},
        ).all()
    theirs = {row[0]: known(row[1:]) for row in rows}
    # Of days before anything was loaded nothing is known, which plain SQL takes for nothing.
    ours = numbers(course.fillna({"revenue": 0.0}), "month")
    assert ours.keys() == theirs.keys()
    for key, values in ours.items():
        assert values == pytest.approx(theirs[key], rel=1e-9, nan_ok=True), (seed, key)


@pytest.fixture
def hiring(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        company.person("Old", brand="luxe", hired="2024-01-01")
        company.person(
            "Else", brand="luxe", role="guide", hired="2024-01-01"
        )  # a role without anybody new
        company.person("New", brand="luxe", hired="2026-05-01")
        company.person("Yet", brand="luxe", hired="2026-06-16")
        company.person("Pen", brand="luxe", hired="2026-06-01", role="design")
        company.pay("Old", "2026-05", 3100)
        company.pay("New", "2026-05", 6200)
        company.pay("Pen", "2026-05", 1000)
        for who in ("Old", "New", "Else"):
            company.pay(who, "2026-06", 3000)
        company.did("2026-05-10", "New", revenue=10000)
        company.did("2026-06-20", "New", revenue=20000)
        company.did("2026-06-20", "Yet", revenue=700)
        company.did("2026-05-10", "Old", revenue=31000)
        company.did("2026-05-10", "Else", revenue=99000)
        company.loaded("orders", "2026-01-01", "2026-06-30")
    return sqlite_store


def test_pay_is_set_against_revenue_beside_those_there_before_in_the_same_roles(
    hiring: Store,
) -> None:
    found = asked(hiring)
    whole = found.whole
    assert whole is not None
    assert whole["n"] == 2
    assert whole["revenue"] == 30700
    assert whole["pay_cost"] == pytest.approx(9200)
    assert whole["cost_ratio"] == pytest.approx(9200 / 30000)  # Yet has no pay: on neither side
    assert whole["settled_n"] == 1
    assert whole["settled_cost_ratio"] == pytest.approx(6100 / 31000)
    assert (found.n_without_pay, found.n_not_earning) == (1, 1)
    assert found.course["month"].tolist() == [1, 2]
    assert found.course["n"].tolist() == [2, 1]
    assert found.course["cost_ratio"].tolist() == pytest.approx([0.62, 0.15])


def test_who_is_behind_a_figure_is_named_with_pay_to_whom_it_may_be_told(hiring: Store) -> None:
    pieces = read(hiring)
    found = explain_hires(pieces, axis="brand", code="luxe", within={}, scope=everything())
    assert found.new["employee_id"].tolist() == ["New", "Yet"]
    assert found.new["revenue"].sum() == 30700
    assert found.new["pay"].fillna(0).tolist() == pytest.approx([9200, 0])
    assert found.settled["employee_id"].tolist() == ["Old"]
    told = explain_hires(pieces, axis="brand", code=WHOLE, within={}, scope=EXECUTIVE)
    assert told.new["pay"].isna().all()
    assert told.settled["pay"].isna().all()
    second = explain_month_since_hire(pieces, month=2, within={}, scope=everything())
    assert second.new["employee_id"].tolist() == ["New"]


def test_of_one_or_two_no_pay_is_told(hiring: Store) -> None:
    found = asked(hiring, scope=EXECUTIVE)
    assert found.groups["pay_withheld"].all()
    told = ["pay_cost", "pay_per_head", "cost_ratio"]
    assert found.groups[[*told, *(f"settled_{one}" for one in told)]].isna().all(axis=None)
    assert found.course[told].isna().all(axis=None)
    assert found.groups["per_head"].notna().all()
    line = frozenset({"New", "Old"})
    manager = Scope(Viewer(ViewerKind.MANAGER, "Old"), line, PayRight.NONE)
    found = asked(hiring, scope=manager)
    assert found.groups["n"].tolist() == [1, 1]
    assert found.groups[["pay_cost", "cost_ratio", "settled_cost_ratio"]].isna().all(axis=None)


def growing(store: Store, *, n_new: int, n_old: int) -> HirePieces:
    with Company(store) as company:
        for number in range(n_old + n_new):
            who = f"{'Old' if number < n_old else 'New'}{number}"
            hired = "2024-01-01" if number < n_old else "2026-01-15"
            company.person(who, brand="luxe", hired=hired)
            for month in (4, 5, 6):
                company.pay(who, f"2026-{month:02}", 1000 + number)
            company.did("2026-04-20", who, revenue=9000)
            company.did("2026-05-20", who, revenue=30000 if number < n_old else 8000 * number)
        company.loaded("orders", "2026-01-01", "2026-06-30")
    return read(store)


def test_three_new_people_are_told_of_beside_three_there_before(sqlite_store: Store) -> None:
    pieces = growing(sqlite_store, n_new=3, n_old=3)
    told, known = (
        new_hires(pieces, axis="brand", within={}, scope=scope)
        for scope in (EXECUTIVE, everything())
    )
    pd.testing.assert_frame_equal(told.groups, known.groups)
    assert told.course["pay_cost"].isna().all()  # months since hire are told to who sees each one's
    assert known.course["pay_cost"].notna().any()
    assert told.groups["reached"].tolist() == [4.0, 4.0]


def test_beside_two_there_before_the_new_are_withheld_too(sqlite_store: Store) -> None:
    pieces = growing(sqlite_store, n_new=3, n_old=2)
    found = new_hires(pieces, axis="brand", within={}, scope=EXECUTIVE)
    assert found.groups["pay_withheld"].all()
    assert found.groups["settled_pay_withheld"].all()


def test_new_since_is_a_day_that_half_a_year_shares() -> None:
    days = [date(2026, month, 15) for month in range(1, 13)]
    assert {new_since(day) for day in days} == {date(2025, 7, 1), date(2026, 1, 1)}


def test_nobody_hired_is_no_group(hiring: Store) -> None:
    march = read_hire_pieces(hiring, first=date(2026, 3, 1), last=date(2026, 3, 31))
    found = new_hires(march, axis="brand", within={}, scope=everything())
    assert found.whole is None
    assert found.course.empty
    assert found.course_settled is None


def test_days_before_anything_was_loaded_are_no_days_without_revenue(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        company.person("Old", hired="2024-01-01")
        company.person("New", hired="2026-01-01")
        for who in ("Old", "New"):
            company.did("2026-06-10", who, revenue=3000)
        company.loaded("orders", "2026-06-01", "2026-06-30")
    found = asked(sqlite_store)
    assert found.course_settled == pytest.approx(3000 / (30 / (365.25 / 12)))
    assert found.course["month"][found.course["per_head"].notna()].tolist() == [6]
