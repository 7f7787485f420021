"""Rows added and replaced in bulk, and put back; on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

from perf_core.store.blobs import from_parquet, to_parquet
from perf_core.store.engine import Store
from perf_core.store.row_writes import (
    Change,
    delete,
    difference,
    merged,
    put_back,
    read_table,
    rows_of,
    upsert,
)

TABLES = SQLModel.metadata.tables
PAY = TABLES["pay"]


def pay(employee_id: str, amount_e4: int) -> dict[str, Any]:
    month = date(2026, 6, 1)
    return {
        "employee_id": employee_id,
        "month": month,
        "kind": "base",
        "currency": "",
        "amount_e4": amount_e4,
    }


def put(store: Store, table: Table, *records: dict[str, Any]) -> Change:
    with store.writing() as connection:
        return upsert(connection, table, rows_of(table, records))


def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found: list[dict[str, Any]] = read_table(connection, table).to_pylist()
    return found


def test_rows_are_added_replaced_and_put_back(empty_store: Store) -> None:
    put(empty_store, PAY, pay("E1", 1), pay("E2", 2))
    change = put(empty_store, PAY, pay("E2", 3), pay("E3", 4))
    assert rows(empty_store, PAY) == [pay("E1", 1), pay("E2", 3), pay("E3", 4)]
    kept = Change("pay", *(from_parquet(to_parquet(t)) for t in (change.touched, change.before)))
    with empty_store.writing() as connection:
        put_back(connection, PAY, kept)
    assert rows(empty_store, PAY) == [pay("E1", 1), pay("E2", 2)]


def test_deleted_rows_are_kept(empty_store: Store) -> None:
    put(empty_store, PAY, pay("E1", 1), pay("E2", 2))
    with empty_store.writing() as connection:
        keys = rows_of(PAY, [pay("E1", 0)]).select(["employee_id", "month", "kind"])
        change = delete(connection, PAY, keys)
    assert change.before.to_pylist() == [pay("E1", 1)]
    assert rows(empty_store, PAY) == [pay("E2", 2)]


@pytest.mark.parametrize("text", ["", "a,b", 'say "so"', "line\nbreak", "店铺", "\\N", "'", "null"])
def test_any_text_survives(empty_store: Store, text: str) -> None:
    note = {
        "note_id": "N1",
        "written_at": datetime(2026, 6, 1, 10, 0, 0, 123_456, tzinfo=UTC),
        "author_id": text,
        "employee_id": "E1",
        "text": text,
        "kind": "",
        "corrects_id": "",
        "warning_id": "",
    }
    put(empty_store, TABLES["notes"], note)
    assert rows(empty_store, TABLES["notes"]) == [note]
    with empty_store.reading() as connection:
        at = connection.execute(TABLES["notes"].select()).one().written_at
    assert at == note["written_at"]


def test_json_and_absent_values_survive(empty_store: Store) -> None:
    mapping = {"source": "shop", "body": '{"match": ["*.csv"], "daily": true}'}
    put(empty_store, TABLES["source_mappings"], mapping)
    with empty_store.reading() as connection:
        assert connection.execute(TABLES["source_mappings"].select()).one().body == {
            "match": ["*.csv"],
            "daily": True,
        }
    person = {
        "employee_id": "E1",
        "name": "Lin",
        "hire_date": date(2025, 1, 1),
        "email": "",
        "leave_date": None,
        "leave_reason": "",
        "leave_type": "",
        "bonus_base_e4": None,
    }
    put(empty_store, TABLES["employees"], person)
    assert rows(empty_store, TABLES["employees"]) == [person]


def test_several_changes_of_a_table_are_one(empty_store: Store) -> None:
    put(empty_store, PAY, pay("E1", 1))
    one = put(empty_store, PAY, pay("E1", 2))
    two = put(empty_store, PAY, pay("E1", 3), pay("E2", 4))
    both = merged([one, two])
    assert both.touched.num_rows == 2
    assert both.before.to_pylist() == [pay("E1", 1)]


def test_the_difference_of_two_readings(empty_store: Store) -> None:
    put(empty_store, PAY, pay("E1", 1), pay("E2", 2))
    with empty_store.reading() as connection:
        before = read_table(connection, PAY)
    assert difference(PAY, before, before) is None
    put(empty_store, PAY, pay("E2", 3), pay("E3", 4))
    with empty_store.reading() as connection:
        change = difference(PAY, before, read_table(connection, PAY))
    assert change is not None
    assert [row["employee_id"] for row in change.touched.to_pylist()] == ["E2", "E3"]
    assert change.before.to_pylist() == [pay("E2", 2)]
