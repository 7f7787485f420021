"""The doctor finds what is wrong, and nothing where all is well."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from perf_core.services.doctor import Check, examine
from perf_core.store import schema
from perf_core.store.engine import Store
from perf_core.store.measure_tables import daily_measures, monthly_measures
from perf_core.store.tables import Load, LoadMeasure, RawPart, SourceMapping

TODAY = date(2026, 6, 11)
ABSENT = {"employee_id": "", "brand": "", "region": "", "channel": "", "currency": ""}


def checks(store: Store) -> dict[str, Check]:
    return {check.check: check for check in examine(store, today=TODAY)}


def wrong(store: Store) -> set[str]:
    return {name for name, check in checks(store).items() if not check.ok}


def fill(store: Store) -> None:
    """Two people of one load: Lin by name, Chen by the channel he runs; and nobody's row."""
    with store.writing() as connection:
        connection.execute(
            insert(Load).values(
                load_id=1,
                at=datetime(2026, 6, 11, tzinfo=UTC),
                by="",
                kind="files",
                status="done",
                note="",
                seconds=0,
            )
        )
        for source, last in (("shop", date(2026, 6, 10)), ("crm", date(2026, 6, 8))):
            connection.execute(
                insert(LoadMeasure).values(
                    load_id=1,
                    source=source,
                    table="measures",
                    measure="visits",
                    first_day=date(2026, 5, 1),
                    last_day=last,
                    rows=3,
                )
            )
        days = [
            {"day": date(2026, 6, 1), "employee_id": "lin", "credited_to": "lin", "visits": 10.0},
            {
                "day": date(2026, 6, 2),
                "employee_id": "lin",
                "credited_to": "lin",
                "visits": 0.1,
                "own": {"calls": 2.0},
            },
            {
                "day": date(2026, 6, 2),
                "brand": "luxe",
                "channel": "tmall",
                "credited_to": "chen",
                "visits": 5.0,
            },
            {"day": date(2026, 6, 3), "brand": "luxe", "visits": 7.0, "credited_to": ""},
        ]
        for row in days:
            connection.execute(insert(daily_measures).values(**{**ABSENT, **row}))
        june = date(2026, 6, 1)
        months = [
            {"employee_id": "lin", "visits": 10.1, "own": {"calls": 2.0}},
            {"employee_id": "chen", "channel": "tmall", "visits": 5.0},
            {"brand": "luxe", "visits": 7.0},
        ]
        for row in months:
            connection.execute(insert(monthly_measures).values(**{**ABSENT, "month": june, **row}))
        connection.execute(
            insert(RawPart).values(
                part_id=1,
                load_id=1,
                table="orders",
                rows=1,
                sha256=hashlib.sha256(b"part").hexdigest(),
                content=b"part",
            )
        )


def test_a_sound_store_is_found_sound(empty_store: Store) -> None:
    fill(empty_store)
    assert wrong(empty_store) == set()
    assert checks(empty_store)["monthly_sums"].advice == "Checked: 2026-06."


def test_a_store_without_tables_is_told_to_init(bare_store: Store) -> None:
    found = checks(bare_store)
    assert wrong(bare_store) == {"schema"}
    assert "perf_core init" in found["schema"].advice


def test_an_older_and_a_newer_schema_are_told_apart(empty_store: Store) -> None:
    with empty_store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer than this program" in checks(empty_store)["schema"].advice


def test_a_store_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "not-a-store.db").write_text("no database, only words; " * 200)
    store = Store(f"sqlite:///{(tmp_path / 'not-a-store.db').as_posix()}")
    found = checks(store)
    assert not found["store"].ok
    assert found["store"].stops
    assert "PERF_DATABASE_URL" in found["store"].advice


@pytest.mark.parametrize(
    "change",
    [
        update(monthly_measures).values(visits=monthly_measures.c.visits + 1),
        update(monthly_measures)
        .values(own={"calls": 3.0})
        .where(monthly_measures.c.employee_id == "lin"),
        monthly_measures.delete().where(monthly_measures.c.employee_id == "chen"),
        update(daily_measures)
        .values(credited_to="wu")
        .where(daily_measures.c.credited_to == "chen"),
    ],
)
def test_sums_that_are_not_those_of_their_days(empty_store: Store, change: object) -> None:
    fill(empty_store)
    with empty_store.writing() as connection:
        connection.execute(change)
    assert wrong(empty_store) == {"monthly_sums"}


def test_a_damaged_part(empty_store: Store) -> None:
    fill(empty_store)
    with empty_store.writing() as connection:
        connection.execute(update(RawPart).values(content=b"pert"))
    assert wrong(empty_store) == {"raw_parts"}


def test_a_refused_load_is_told(empty_store: Store) -> None:
    fill(empty_store)
    with empty_store.writing() as connection:
        connection.execute(update(Load).values(status="refused", note="too many rejected rows"))
    assert "too many rejected rows" in checks(empty_store)["loads"].advice


def test_a_source_expected_daily_is_late(empty_store: Store) -> None:
    fill(empty_store)
    with empty_store.writing() as connection:
        connection.execute(insert(SourceMapping).values(source="crm", body={"daily": True}))
    assert checks(empty_store)["data_day"].advice == (
        "Late, load their files: crm (through 2026-06-08)."
    )


def test_a_store_that_may_not_be_written(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{(tmp_path / 'locked.db').as_posix()}", lock_wait_seconds=0.1)
    schema.upgrade(store)
    other = Store(store.url.render_as_string(), lock_wait_seconds=0.1)
    with other.writing():
        assert wrong(store) == {"writing"}
    assert wrong(store) == set()
    store.dispose()
    other.dispose()


def test_settings_that_do_not_parse(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERF_MAX_UPLOAD_MB", "much")
    assert "PERF_MAX_UPLOAD_MB" in checks(sqlite_store)["settings"].advice
    monkeypatch.setenv("PERF_MAX_UPLOAD_MB", "10")
    monkeypatch.setenv("PERF_DATBASE_URL", "oops")
    assert "PERF_DATBASE_URL" in checks(sqlite_store)["settings"].advice


def test_where_people_sign_in_somebody_has_to_keep_accounts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PERF_FIRST_ADMINISTRATOR", raising=False)
    assert "computer only" in checks(store)["sign_in"].advice
    monkeypatch.setenv("PERF_AUTH_CORP_CLIENT_ID", "perfboard")
    assert checks(store)["sign_in"].advice == "With corp."
    assert "PERF_FIRST_ADMINISTRATOR" in checks(store)["administrator"].advice
    assert not checks(store)["administrator"].ok
    monkeypatch.setenv("PERF_FIRST_ADMINISTRATOR", "ada@example.com")
    assert checks(store)["administrator"].ok
