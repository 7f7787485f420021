"""Daily measures: written, put back, summed by month; on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from perf_core.store.engine import Store
from perf_core.store.measure_writes import (
    DailyChange,
    Mode,
    OwnerSpan,
    Reach,
    credit_again,
    rebuild_months,
    schema_of_daily,
    undo_daily,
    write_daily,
)

DAY = date(2026, 6, 1)


def row(employee_id: str, day: date = DAY, **cells: Any) -> dict[str, Any]:
    keys = {"brand": "", "region": "", "channel": "", "currency": "", "credited_to": employee_id}
    return {"day": day, "employee_id": employee_id, **keys, **cells}


def write(
    store: Store, codes: list[str], *rows: dict[str, Any], mode: Mode = "merge", own: bool = False
) -> DailyChange:
    schema = schema_of_daily(codes, own=own)
    reach = Reach()
    with store.writing() as connection:
        batch = pa.RecordBatch.from_pylist(list(rows), schema=schema)
        change = write_daily(connection, schema, [batch], mode=mode, reach=reach)
        rebuild_months(connection, reach)
    return change


def undo(store: Store, change: DailyChange, mode: Mode = "merge") -> None:
    reach = Reach()
    with store.writing() as connection:
        undo_daily(connection, change.touched, change.before, mode=mode, reach=reach)
        rebuild_months(connection, reach)


def held(store: Store, columns: str, table: str = "daily_measures") -> list[tuple[Any, ...]]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM {table}").all()
    return sorted((tuple(r) for r in rows), key=str)


def test_merging_keeps_what_a_row_does_not_bring(empty_store: Store) -> None:
    write(empty_store, ["visits", "ad_spend"], row("E1", visits=5.0, ad_spend=12_500))
    change = write(
        empty_store, ["visits", "ad_spend"], row("E1", visits=6.0), row("E2", visits=1.0)
    )
    assert held(empty_store, "employee_id, visits, ad_spend") == [
        ("E1", 6.0, 12_500),
        ("E2", 1.0, None),
    ]
    undo(empty_store, change)
    assert held(empty_store, "employee_id, visits, ad_spend") == [("E1", 5.0, 12_500)]
    assert held(empty_store, "employee_id, visits, ad_spend", "monthly_measures") == [
        ("E1", 5.0, 12_500)
    ]


def test_setting_empties_and_an_empty_row_goes(empty_store: Store) -> None:
    write(
        empty_store, ["orders", "visits"], row("E1", orders=3.0), row("E2", orders=2.0, visits=9.0)
    )
    change = write(empty_store, ["orders"], row("E1"), row("E2"), mode="set")
    assert held(empty_store, "employee_id, orders, visits") == [("E2", None, 9.0)]
    undo(empty_store, change, mode="set")
    assert held(empty_store, "employee_id, orders, visits, credited_to") == [
        ("E1", 3.0, None, "E1"),
        ("E2", 2.0, 9.0, "E2"),
    ]


def test_measures_of_the_company_are_merged_summed_and_taken_back(empty_store: Store) -> None:
    later = date(2026, 6, 2)
    write(empty_store, [], row("E1", own='{"a": 1, "b": 25000}'), own=True)
    change = write(
        empty_store,
        [],
        row("E1", own='{"b": 5, "c": 7.5}'),
        row("E1", later, own='{"c": 1}'),
        own=True,
    )
    with empty_store.reading() as connection:
        own = connection.exec_driver_sql("SELECT own FROM monthly_measures").scalar_one()
    assert as_json(own) == {"a": 1, "b": 5, "c": 8.5}
    undo(empty_store, change)
    assert [as_json(r[0]) for r in held(empty_store, "own")] == [{"a": 1, "b": 25_000}]
    with empty_store.reading() as connection:
        own = connection.exec_driver_sql("SELECT own FROM monthly_measures").scalar_one()
    assert as_json(own) == {"a": 1, "b": 25_000}


def as_json(value: Any) -> Any:
    import json

    return json.loads(value) if isinstance(value, str) else value


def test_empty_days_are_filled_without_looking(empty_store: Store) -> None:
    schema = schema_of_daily(["visits"], own=False)
    rows = [row(f"E{i}", visits=float(i)) for i in range(5)]
    batches = [pa.RecordBatch.from_pylist(rows[i : i + 2], schema=schema) for i in (0, 2, 4)]
    with empty_store.writing() as connection:
        change = write_daily(
            connection, schema, batches, mode="merge", reach=Reach(), days=(DAY, DAY)
        )
    assert change.rows == 5
    undo(empty_store, change)
    assert held(empty_store, "employee_id") == []


def test_months_are_summed_by_who_is_credited(empty_store: Store) -> None:
    nobody = {"brand": "luxe", "region": "east", "channel": "shop"}
    write(
        empty_store,
        ["visits"],
        row("E1", visits=1.0),
        row("E1", date(2026, 6, 9), visits=2.0),
        row("E1", date(2026, 7, 1), visits=4.0),
        {**row("", visits=8.0), **nobody},
        {**row("", date(2026, 6, 3), visits=16.0), **nobody, "credited_to": "E1"},
    )
    columns = "employee_id, brand, channel, visits"
    assert held(empty_store, f"month, {columns}", "monthly_measures") == sorted(
        [
            (held(empty_store, "min(month)", "monthly_measures")[0][0], "", "luxe", "shop", 8.0),
            (held(empty_store, "min(month)", "monthly_measures")[0][0], "E1", "", "", 3.0),
            (held(empty_store, "min(month)", "monthly_measures")[0][0], "E1", "", "shop", 16.0),
            (held(empty_store, "max(month)", "monthly_measures")[0][0], "E1", "", "", 4.0),
        ],
        key=str,
    )


def test_credit_follows_the_owner_of_each_day(empty_store: Store) -> None:
    shop = {"channel": "shop", "credited_to": ""}
    write(
        empty_store,
        ["visits"],
        {**row("", visits=1.0), **shop},
        {**row("", date(2026, 6, 5), visits=2.0), **shop},
        {**row("", date(2026, 6, 9), visits=4.0), **shop},
        row("E9", visits=8.0),
    )
    reach = Reach()
    spans = [
        OwnerSpan("shop", date(2026, 6, 5), date(2026, 6, 8), "E1"),
        OwnerSpan("shop", date(2026, 6, 9), date(9999, 12, 31), "E2"),
    ]
    with empty_store.writing() as connection:
        credit_again(connection, spans, ["shop"], reach=reach)
        rebuild_months(connection, reach)
    assert held(empty_store, "credited_to, visits") == [
        ("", 1.0),
        ("E1", 2.0),
        ("E2", 4.0),
        ("E9", 8.0),
    ]
    assert held(empty_store, "employee_id, visits", "monthly_measures") == [
        ("", 1.0),
        ("E1", 2.0),
        ("E2", 4.0),
        ("E9", 8.0),
    ]
    assert reach.months == {DAY}
    assert reach.people == {"", "E1", "E2"}


def test_many_people_are_no_list(empty_store: Store) -> None:
    reach = Reach()
    reach.add_people(str(i) for i in range(300))
    assert reach.people is None
    reach.join(Reach({DAY}, people={"E1"}))
    assert reach.people is None
    assert reach.months == {DAY}
