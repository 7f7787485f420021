"""People, assignments, owners and rates of a load."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perf_core.domain.access import everything
from perf_core.services.load_files import load_files, load_typed
from perf_core.services.people_plan import assignment_started, overlapping, spans_of
from perf_core.store.engine import Store
from tests.services.deliveries import PEOPLE, TODAY, account, cells, deliver, dump

ASSIGNED = "employee_id, from_date, to_date, role, brand"


def test_the_first_assignment_starts_with_the_hire_date(store: Store, tmp_path: Path) -> None:
    done = deliver(store, tmp_path, employees=PEOPLE)
    assert account(done, "employees").notes == {"assignments_created": 4}
    assert cells(store, ASSIGNED, "assignments")[0] == (
        "E1",
        "2025-01-01",
        None,
        "platform_ops",
        "luxe",
    )
    assert ("brand", "luxe") in cells(store, "kind, code", "axis_values")
    assert ("role", "head") in cells(store, "kind, code", "axis_values")


def test_a_differing_brand_starts_an_assignment_and_a_blank_does_not(
    sqlite_store: Store, tmp_path: Path
) -> None:
    deliver(sqlite_store, tmp_path, employees=PEOPLE)
    later = "employee_id,name,hire_date,role,brand\nE1,Lin,2025-01-01,,core\nE2,Chen,2025-01-01,,\n"
    deliver(sqlite_store, tmp_path, employees=later)
    assert [row for row in cells(sqlite_store, ASSIGNED, "assignments") if row[0] < "E3"] == [
        ("E1", "2025-01-01", None, "platform_ops", "luxe"),
        ("E1", "2026-06-20", None, "platform_ops", "core"),
        ("E2", "2025-01-01", None, "platform_ops", "core"),
    ]
    before = dump(sqlite_store, "assignments")
    deliver(sqlite_store, tmp_path, employees=later, today=date(2026, 6, 25))
    assert dump(sqlite_store, "assignments") == before


def test_another_day_may_be_chosen_for_the_move(sqlite_store: Store, tmp_path: Path) -> None:
    deliver(sqlite_store, tmp_path, employees=PEOPLE)
    moved = "employee_id,name,hire_date,brand\nE1,Lin,2025-01-01,core\n"
    deliver(sqlite_store, tmp_path, employees=moved, assignments_from=date(2026, 6, 1))
    assert ("E1", "2026-06-01", None, "platform_ops", "core") in cells(
        sqlite_store, ASSIGNED, "assignments"
    )


def test_assignments_of_the_same_load_come_first(sqlite_store: Store, tmp_path: Path) -> None:
    dated = """
employee_id,from_date,to_date,role,brand,region,manager_id
E1,2025-01-01,2025-12-31,design,core,east,E3
E1,2026-01-01,,platform_ops,luxe,east,E3
"""
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, assignments=dated)
    assert account(done, "employees").notes == {"assignments_created": 3}
    assert [row[1] for row in cells(sqlite_store, ASSIGNED, "assignments") if row[0] == "E1"] == [
        "2025-01-01",
        "2026-01-01",
    ]


def test_overlaps_and_turned_spans_are_rejected(sqlite_store: Store, tmp_path: Path) -> None:
    dated = """
employee_id,from_date,to_date,role
E1,2026-01-01,2026-03-31,design
E1,2026-03-15,,design
E2,2026-02-01,2026-01-01,design
E9,2026-02-01,,design
"""
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, assignments=dated, allow_rejects=True)
    assert account(done, "assignments").rejected == {
        "overlapping_assignment": 1,
        "to_before_from": 1,
        "unknown_employee": 1,
    }


def test_what_stands_is_not_pushed_aside_by_a_later_overlap() -> None:
    standing = [{"from_date": date(2026, 3, 1), "to_date": None}]
    reaching = {"from_date": date(2026, 1, 1), "to_date": date(2026, 3, 31)}
    open_ended = {"from_date": date(2026, 1, 1), "to_date": None}
    same_day = {"from_date": date(2026, 3, 1), "to_date": date(2026, 4, 30)}
    assert overlapping(standing, [reaching]) == [reaching]
    assert overlapping(standing, [open_ended]) == []
    assert overlapping(standing, [same_day]) == []


def test_an_explicit_end_leaves_a_gap() -> None:
    rows = [
        {"from_date": date(2026, 1, 1), "to_date": date(2026, 1, 31)},
        {"from_date": date(2026, 3, 1), "to_date": None},
    ]
    assert [span.last for span in spans_of(rows)] == [date(2026, 1, 31), date(9999, 12, 31)]


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ({"role": "design"}, True),
        ({"role": "ops"}, False),
        ({"manager_id": "M"}, True),
        ({}, False),
    ],
)
def test_only_what_differs_starts_an_assignment(said: dict[str, str], starts: bool) -> None:
    employee = {
        "employee_id": "E",
        "hire_date": date(2025, 1, 1),
        "leave_date": None,
        **dict.fromkeys(("role", "brand", "region", "department", "manager_id"), ""),
        **said,
    }
    place = {"role": "ops", "brand": "", "region": "", "department": "", "manager_id": ""}
    standing = [{"employee_id": "E", "from_date": date(2025, 1, 1), "to_date": None, **place}]
    started = assignment_started(employee, standing, on=TODAY)
    assert (started is not None) is starts
    if started is not None:
        assert started["from_date"] == TODAY


def test_nobody_who_left_is_moved(sqlite_store: Store, tmp_path: Path) -> None:
    deliver(sqlite_store, tmp_path, employees=PEOPLE)
    later = "employee_id,name,hire_date,leave_date,role\nE4,Zhou,2024-01-01,2026-03-31,head\n"
    deliver(sqlite_store, tmp_path, employees=later)
    assert [row[3] for row in cells(sqlite_store, ASSIGNED, "assignments") if row[0] == "E4"] == [
        "design"
    ]


def test_a_column_that_is_not_there_takes_nothing_away(sqlite_store: Store, tmp_path: Path) -> None:
    first = "employee_id,name,hire_date,email,bonus_base\nE1,Lin,2025-01-01,lin@x.example,1000\n"
    deliver(sqlite_store, tmp_path, employees=first)
    deliver(sqlite_store, tmp_path, employees="employee_id,name,hire_date\nE1,Lin Na,2025-01-01\n")
    assert cells(sqlite_store, "name, email, bonus_base_e4", "employees") == [
        ("Lin Na", "lin@x.example", 10_000_000)
    ]


def test_a_rate_of_a_closed_month_stays(sqlite_store: Store, tmp_path: Path) -> None:
    rates = "month,currency,rate\n2026-05,USD,7.1\n2026-06,USD,7.2\n"
    visits = "day,measure,value,employee_id\n2026-06-10,visits,1,E1\n"
    deliver(sqlite_store, tmp_path, employees=PEOPLE, rates=rates, measures=visits)
    other = "month,currency,rate\n2026-05,USD,8.1\n2026-06,USD,8.2\n2026-04,USD,7\n"
    done = deliver(sqlite_store, tmp_path, rates=other)
    assert account(done, "rates").notes == {"rate_kept_closed_month": 1}
    assert cells(sqlite_store, "month, rate", "rates") == [
        ("2026-04-01", 7.0),
        ("2026-05-01", 7.1),
        ("2026-06-01", 8.2),
    ]


def test_pay_needs_its_person_and_its_rate(sqlite_store: Store, tmp_path: Path) -> None:
    pay = """
employee_id,month,amount,currency,kind
E1,2026-05,10000,,base
E1,2026-05,-200,,other
E2,2026-05,1000,USD,base
E2,2026-06,-1,,base
E3,2026-07,1000,,base
E9,2026-05,1000,,base
"""
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, pay=pay, allow_rejects=True)
    assert account(done, "pay").loaded == 2
    assert account(done, "pay").rejected == {
        "future_date": 1,
        "negative_amount": 1,
        "no_rate": 1,
        "unknown_employee": 1,
    }


def test_absences_lie_within_the_employment(sqlite_store: Store, tmp_path: Path) -> None:
    away = """
employee_id,from_day,to_day
E1,2026-07-01,2026-07-10
E4,2026-04-01,2026-04-02
E1,2026-05-03,2026-05-01
"""
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, absences=away, allow_rejects=True)
    assert account(done, "absences").rejected == {"not_employed_that_day": 1, "to_before_from": 1}


def test_typed_rows_pass_the_same_checks(sqlite_store: Store, tmp_path: Path) -> None:
    import pandas as pd

    load_files(sqlite_store, [], today=TODAY, scope=everything())
    people = pd.DataFrame(
        {"employee_id": ["7"], "name": ["Lin"], "hire_date": [date(2026, 1, 1)], "role": ["head"]}
    )
    marks = pd.DataFrame(
        {
            "period": ["2026-06", "2026-06"],
            "ratee_id": ["7", "8"],
            "rater_id": ["7", "7"],
            "relation": ["self", "peer"],
            "dimension": ["attitude", "attitude"],
            "score": [4, 5],
        }
    )
    done = load_typed(
        sqlite_store,
        {"employees": people, "ratings": marks},
        today=TODAY,
        by="HR",
        scope=everything(),
    )
    assert account(done, "ratings").rejected == {"unknown_employee": 1}
    assert cells(sqlite_store, '"by", kind', "loads")[-1] == ("HR", "typed")
    assert cells(sqlite_store, "ratee_id, score", "ratings") == [("7", 4.0)]
