"""Targets, ratings, veto events, goals, tasks, notes and trainings of a load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date
from typing import Any

from sqlmodel import SQLModel

from perf_core.domain.period import parse_period
from perf_core.services.loading import Loading
from perf_core.services.people_plan import Row, employment
from perf_core.services.people_reference import PeoplePlan, table_of
from perf_core.store.catalogue import read_catalogue
from perf_core.store.row_writes import read_table, rows_of, upsert
from perf_core.store.tables import (
    FIRST_VALUE,
    Goal,
    Note,
    Rating,
    Target,
    Task,
    Training,
    VetoEvent,
)


def check_entries(loading: Loading, plan: PeoplePlan) -> None:
    """Set aside the rows that name nobody known, or what cannot be."""
    indicators = {
        code: indicator.unit
        for code, indicator in read_catalogue(loading.connection).indicators.items()
    }

    def check_target(row: Row) -> str:
        if row["indicator"] not in indicators:
            return "bad_choice"
        if row["employee_id"] and row["employee_id"] not in plan.employees:
            return "unknown_employee"
        month = parse_period(row["period"]).start.replace(day=1)
        is_money = indicators[row["indicator"]] == "money"
        if row["currency"] and is_money and (month, row["currency"]) not in plan.rates:
            return "no_rate"
        return "" if row["value"] > 0 else "target_not_positive"

    checks: dict[str, Callable[[Row], str]] = {
        "targets": check_target,
        "ratings": lambda row: _known(plan, row["ratee_id"]),
        "veto_events": lambda row: _check_event(loading, plan, row),
        "goals": lambda row: (
            _known(plan, row["owner_id"])
            if row["owner_kind"] == "employee" and row["owner_id"]
            else ""
        ),
        "tasks": lambda row: _known(plan, row["employee_id"]),
        "notes": lambda row: _known(plan, row["employee_id"]),
        "trainings": lambda row: _known(plan, row["employee_id"]),
    }
    for table, check in checks.items():
        for clean in loading.delivery.of(table):
            rows = loading.good_rows(clean)
            found = [(row["__id"], check(row)) for row in rows]
            loading.reject(clean, [(place, reason) for place, reason in found if reason])


def _known(plan: PeoplePlan, employee_id: str) -> str:
    return "" if employee_id in plan.employees else "unknown_employee"


def _check_event(loading: Loading, plan: PeoplePlan, row: Row) -> str:
    known = plan.employees.get(row["employee_id"])
    if known is None:
        return "unknown_employee"
    if not employment(known).holds(row["day"]):
        return "not_employed_that_day"
    return "future_date" if row["day"] > loading.today else ""


def write_entries(loading: Loading, plan: PeoplePlan) -> None:
    """Write the good rows, in the order of the import."""
    indicators = read_catalogue(loading.connection).indicators
    money = {code for code, indicator in indicators.items() if indicator.unit == "money"}
    _write_targets(loading, money)
    for clean in loading.delivery.of("ratings"):
        for row in loading.good_rows(clean):
            if row["rater_id"] not in plan.employees:
                loading.note(clean, "unknown_rater")
            if (row["relation"] == "self") != (row["rater_id"] == row["ratee_id"]):
                loading.note(clean, "self_or_not")
    _write(loading, "ratings", Rating)
    _write(loading, "veto_events", VetoEvent, _keep_status)
    _write(loading, "goals", Goal)
    _write(loading, "tasks", Task)
    _write(loading, "notes", Note, _in_utc)
    _write(loading, "trainings", Training)


_Fill = Callable[[Row, Mapping[tuple[Any, ...], Row]], Row]


def _in_utc(row: Row, _standing: Mapping[tuple[Any, ...], Row]) -> Row:
    return {**row, "written_at": row["written_at"].replace(tzinfo=UTC)}


def _keep_status(row: Row, standing: Mapping[tuple[Any, ...], Row]) -> Row:
    """A file without a decision does not take one back."""
    before = standing.get((row["event_id"],))
    return {**row, "status": row["status"] or (before["status"] if before else "proposed")}


def _write(loading: Loading, name: str, model: type[SQLModel], fill: _Fill | None = None) -> None:
    tables = loading.delivery.of(name)
    rows = [row for clean in tables for row in loading.good_rows(clean)]
    if not rows:
        return
    table = table_of(model)
    columns = table.c.keys()
    if fill is not None:
        keys = [column.name for column in table.primary_key.columns]
        standing = {
            tuple(old[key] for key in keys): old
            for old in read_table(loading.connection, table).to_pylist()
        }
        rows = [fill(row, standing) for row in rows]
    made = [{column: row[column] for column in columns} for row in rows]
    loading.journal.add(upsert(loading.connection, table, rows_of(table, made)))


_SCOPE = ("period", "indicator", "employee_id", "brand", "role")


def _write_targets(loading: Loading, money: set[str]) -> None:
    rows = [row for clean in loading.delivery.of("targets") for row in loading.good_rows(clean)]
    if not rows:
        return
    table = table_of(Target)
    standing: dict[tuple[Any, ...], dict[date, Row]] = {}
    for old in read_table(loading.connection, table).to_pylist():
        standing.setdefault(tuple(old[name] for name in _SCOPE), {})[old["revised_on"]] = old
    dated = {tuple(row[name] for name in _SCOPE) for row in rows if row["revised_on"]}
    made: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        scope = tuple(row[name] for name in _SCOPE)
        currency = row["currency"] if row["indicator"] in money else ""
        new = {
            **{name: row[name] for name in _SCOPE},
            "value": row["value"],
            "currency": currency,
            "reason": row["reason"],
            "changed_by": loading.by,
            "recorded_at": loading.at,
        }
        revisions = standing.get(scope, {})
        day = row["revised_on"] or (
            FIRST_VALUE if scope in dated else revised_on(new, revisions, loading.today)
        )
        if day is None:
            continue
        old = revisions.get(day)
        if old and all(old[n] == new[n] for n in ("value", "currency", "reason")):
            continue
        made[(*scope, day)] = {**new, "revised_on": day}
    if made:
        loading.journal.add(upsert(loading.connection, table, rows_of(table, made.values())))


def revised_on(new: Row, revisions: Mapping[date, Row], today: date) -> date | None:
    """The day from which a target without a date of its own holds; ``None`` if it says nothing new.

    The first value holds from the period's start, a later differing one from the day of the load.
    A value that was already known before somebody revised the target with a reason is no change:
    delivering the same file again does not take that revision back.
    """
    made = [revision for day, revision in sorted(revisions.items()) if day <= today]
    if not made:
        return FIRST_VALUE

    def same(old: Row) -> bool:
        return bool(old["value"] == new["value"] and old["currency"] == new["currency"])

    if same(made[-1]):
        return None
    unexplained = [revision for revision in made if not revision["reason"]]
    if made[-1]["reason"] and not new["reason"] and unexplained and same(unexplained[-1]):
        return None
    return today
