"""Rates, people, assignments, absences, owners and pay of a load: checked first, written later.

``plan_people`` decides what holds, against the store and this load together, and writes nothing.
``write_people`` writes the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from perf_core.services.loading import Loading
from perf_core.services.people_plan import (
    PLACE,
    Row,
    assignment_started,
    employment,
    overlapping,
)
from perf_core.services.people_reference import (
    PeoplePlan,
    credit_channels,
    hand_over,
    moved_between,
    standing_people,
    table_of,
)
from perf_core.sources.delivery import CleanTable
from perf_core.store.loads import newest_day
from perf_core.store.row_writes import rows_of, upsert
from perf_core.store.tables import (
    Absence,
    Assignment,
    ChannelOwner,
    Employee,
    Pay,
    Rate,
)


def plan_people(loading: Loading) -> PeoplePlan:
    """Check the tables about people and work out what will stand."""
    plan = standing_people(loading.connection)
    before = plan.state()
    _plan_rates(loading, plan, newest_day(loading.connection))
    rows = {
        clean.relation: _plan_employees(loading, plan, clean) for clean in _of(loading, "employees")
    }
    for clean in _of(loading, "assignments"):
        _plan_assignments(loading, plan, clean)
    for clean in _of(loading, "employees"):
        _start_assignments(loading, plan, clean, rows[clean.relation])
    for clean in _of(loading, "absences"):
        _plan_absences(loading, plan, clean)
    for clean in _of(loading, "owners"):
        _plan_owners(loading, plan, clean)
    for clean in _of(loading, "pay"):
        _plan_pay(loading, plan, clean)
    plan.moved, plan.channels = moved_between(before, plan.state(), plan)
    hand_over(loading.duck, plan)
    return plan


def write_people(loading: Loading, plan: PeoplePlan) -> None:
    """Write what was planned, and credit again what the channels' new owners earn."""
    for model in (Rate, Employee, Assignment, Absence, ChannelOwner, Pay):
        table = table_of(model)
        rows = plan.writes.get(table.name)
        if rows:
            change = upsert(loading.connection, table, rows_of(table, rows.values()))
            loading.journal.add(change)
    credit_channels(loading.connection, plan, reach=loading.reach)


def _of(loading: Loading, table: str) -> list[CleanTable]:
    return loading.delivery.of(table)


def _plan_rates(loading: Loading, plan: PeoplePlan, data_day: date | None) -> None:
    for clean in _of(loading, "rates"):
        bad = []
        for row in loading.good_rows(clean):
            key = (row["month"], row["currency"])
            if row["rate"] <= 0:
                bad.append((row["__id"], "rate_not_positive"))
                continue
            is_closed = data_day is not None and row["month"] < data_day.replace(day=1)
            if is_closed and key in plan.rates and plan.rates[key] != row["rate"]:
                loading.note(clean, "rate_kept_closed_month")
                continue
            plan.rates[key] = row["rate"]
            plan.will_write(
                "rates", key, {"month": key[0], "currency": key[1], "rate": row["rate"]}
            )
        loading.reject(clean, bad)


_EMPLOYEE_CELLS = ("email", "leave_date", "leave_reason", "leave_type", "bonus_base_e4")


def _plan_employees(loading: Loading, plan: PeoplePlan, clean: CleanTable) -> list[Row]:
    brings = {n for n in _EMPLOYEE_CELLS if loading.has_column(clean, n.removesuffix("_e4"))}
    good, bad = [], []
    for row in loading.good_rows(clean):
        if row["leave_date"] and row["leave_date"] < row["hire_date"]:
            bad.append((row["__id"], "leave_before_hire"))
            continue
        known = plan.employees.get(row["employee_id"], {})
        made = {name: row[name] for name in ("employee_id", "name", "hire_date")}
        for name in _EMPLOYEE_CELLS:
            absent = "" if isinstance(row[name], str) else None
            made[name] = row[name] if name in brings else known.get(name, absent)
        if known and made["hire_date"] < known["hire_date"]:
            _begin_earlier(plan, known, made["hire_date"])
        plan.employees[row["employee_id"]] = made
        plan.will_write("employees", (row["employee_id"],), made)
        good.append(row)
    loading.reject(clean, bad)
    for row in good:
        if row["manager_id"] and row["manager_id"] not in plan.employees:
            loading.note(clean, "unknown_manager")
    return good


def _begin_earlier(plan: PeoplePlan, known: Row, hire_date: date) -> None:
    """Let the first assignment follow a hire date that is corrected to an earlier day."""
    rows = plan.assignments.get(known["employee_id"], [])
    first = min(rows, key=lambda row: row["from_date"], default=None)
    if first is not None and first["from_date"] == known["hire_date"]:
        _put_assignment(plan, {**first, "from_date": hire_date})


def _put_assignment(plan: PeoplePlan, row: Row) -> None:
    """Take an assignment in, in the place of one from the same day."""
    rows = plan.assignments.setdefault(row["employee_id"], [])
    rows[:] = [other for other in rows if other["from_date"] != row["from_date"]]
    rows.append(row)
    plan.will_write("assignments", (row["employee_id"], row["from_date"]), row)


def _plan_assignments(loading: Loading, plan: PeoplePlan, clean: CleanTable) -> None:
    bad: list[tuple[int, str]] = []
    brought: dict[str, list[Row]] = {}
    for row in loading.good_rows(clean):
        if row["employee_id"] not in plan.employees:
            bad.append((row["__id"], "unknown_employee"))
        elif row["to_date"] and row["to_date"] < row["from_date"]:
            bad.append((row["__id"], "to_before_from"))
        else:
            brought.setdefault(row["employee_id"], []).append(row)
    for employee_id, rows in brought.items():
        over = overlapping(plan.assignments.get(employee_id, []), rows)
        bad += [(row["__id"], "overlapping_assignment") for row in over]
        wrong = {row["__id"] for row in over}
        for row in rows:
            if row["__id"] in wrong:
                continue
            cells = ("employee_id", "from_date", "to_date", *PLACE)
            _put_assignment(plan, {name: row[name] for name in cells})
            if row["manager_id"] and row["manager_id"] not in plan.employees:
                loading.note(clean, "unknown_manager")
    loading.reject(clean, bad)


def _start_assignments(
    loading: Loading, plan: PeoplePlan, clean: CleanTable, rows: Iterable[Row]
) -> None:
    for row in rows:
        standing = plan.assignments.get(row["employee_id"], [])
        is_first = not standing
        started = assignment_started(
            {**row, **plan.employees[row["employee_id"]]}, standing, on=loading.assignments_from
        )
        if started is None:
            continue
        for other in list(standing):
            reaches = other["to_date"] and other["to_date"] >= started["from_date"]
            if reaches and other["from_date"] < started["from_date"]:
                _put_assignment(plan, {**other, "to_date": None})
        _put_assignment(plan, started)
        plan.started.append((started, is_first))
        loading.note(clean, "assignments_created" if is_first else "assignments_started")


def started_assignments(plan: PeoplePlan) -> pd.DataFrame:
    """The assignments that rows of ``employees`` start: their cells and ``is_first``."""
    columns = ["employee_id", "from_date", *PLACE, "is_first"]
    rows = [{**row, "is_first": is_first} for row, is_first in plan.started]
    return pd.DataFrame(rows, columns=columns)


def _plan_absences(loading: Loading, plan: PeoplePlan, clean: CleanTable) -> None:
    bad = []
    for row in loading.good_rows(clean):
        known = plan.employees.get(row["employee_id"])
        if known is None:
            bad.append((row["__id"], "unknown_employee"))
            continue
        here = employment(known)
        if row["to_day"] < here.first or row["from_day"] > here.last:
            bad.append((row["__id"], "not_employed_that_day"))
        elif row["to_day"] < row["from_day"]:
            bad.append((row["__id"], "to_before_from"))
        else:
            made = {n: row[n] for n in ("employee_id", "from_day", "to_day", "kind")}
            plan.will_write("absences", (row["employee_id"], row["from_day"]), made)
    loading.reject(clean, bad)


def _plan_owners(loading: Loading, plan: PeoplePlan, clean: CleanTable) -> None:
    bad: list[tuple[int, str]] = []
    brought: dict[str, list[Row]] = {}
    for row in loading.good_rows(clean):
        if row["employee_id"] not in plan.employees:
            bad.append((row["__id"], "unknown_employee"))
        elif row["to_date"] and row["to_date"] < row["from_date"]:
            bad.append((row["__id"], "to_before_from"))
        else:
            brought.setdefault(row["channel"], []).append(row)
    for channel, rows in brought.items():
        standing = plan.owners.setdefault(channel, [])
        over = {row["__id"] for row in overlapping(standing, rows)}
        bad += [(place, "overlapping_owner") for place in over]
        for row in rows:
            if row["__id"] in over:
                continue
            cells = ("channel", "from_date", "employee_id", "to_date", "brand", "region")
            made = {name: row[name] for name in cells}
            standing[:] = [o for o in standing if o["from_date"] != made["from_date"]]
            standing.append(made)
            plan.will_write("owners", (channel, made["from_date"]), made)
        if not standing:
            del plan.owners[channel]
    loading.reject(clean, bad)


def _plan_pay(loading: Loading, plan: PeoplePlan, clean: CleanTable) -> None:
    bad = []
    for row in loading.good_rows(clean):
        kind = row["kind"] or "base"
        known = plan.employees.get(row["employee_id"])
        month = row["month"]
        if known is None:
            bad.append((row["__id"], "unknown_employee"))
        elif row["amount_e4"] < 0 and kind == "base":
            bad.append((row["__id"], "negative_amount"))
        elif month > loading.today:
            bad.append((row["__id"], "future_date"))
        elif row["currency"] and (month, row["currency"]) not in plan.rates:
            bad.append((row["__id"], "no_rate"))
        else:
            here = employment(known)
            if here.first.replace(day=1) > month or here.last < month:
                loading.note(clean, "paid_outside_employment")
            made = {
                "employee_id": row["employee_id"],
                "month": month,
                "kind": kind,
                "currency": row["currency"],
                "amount_e4": row["amount_e4"],
            }
            plan.will_write("pay", (row["employee_id"], month, kind), made)
    loading.reject(clean, bad)
