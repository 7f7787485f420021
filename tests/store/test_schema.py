"""Tables and migrations agree, and a filled store walks down and up again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    inspect,
    select,
    text,
)
from sqlmodel import SQLModel

from perf_core.domain.errors import StoreFromNewerProgram, StoreNotReady, StoreUnreachable
from perf_core.store import schema
from perf_core.store.columns import UtcDateTime
from perf_core.store.engine import SCHEMA_VERSION, Store, require_ready


def made_up(column: Column[Any]) -> object:
    """Give any column a value that fits it."""
    if isinstance(column.type, UtcDateTime):
        return datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    for kind, value in (
        (Boolean, True),
        (Integer, 1),
        (Float, 0.5),
        (Date, date(2026, 6, 1)),
        (LargeBinary, b"\x00\xff"),
        (JSON, {"中文": [1, 2.5]}),
    ):
        if isinstance(column.type, kind):
            return value
    return "店铺'一'"


def fill(store: Store) -> None:
    """Put one row into every table."""
    with store.writing() as connection:
        for table in SQLModel.metadata.sorted_tables:
            row = {column.name: made_up(column) for column in table.columns}
            if table.name == "store_info":
                row = {"key": "data_version", "value": "1"}
            connection.execute(table.insert().values(**row))


def content(store: Store, table: Table) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def revisions() -> list[str]:
    folder = Path(schema.__file__).resolve().parents[2] / "migrations" / "versions"
    return sorted(path.name.split("_")[0] for path in folder.glob("[0-9]*.py"))


def test_tables_and_migrations_agree(empty_store: Store) -> None:
    schema.check(empty_store)
    assert schema.schema_version(empty_store) == schema.newest_version()


def test_every_table_keeps_what_is_put_into_it(empty_store: Store) -> None:
    fill(empty_store)
    for table in SQLModel.metadata.sorted_tables:
        if table.name == "store_info":
            continue
        (row,) = content(empty_store, table)
        assert row == {column.name: made_up(column) for column in table.columns}, table.name


def test_a_filled_store_walks_down_and_up_again(empty_store: Store) -> None:
    fill(empty_store)
    for revision in reversed(["base", *revisions()[:-1]]):
        schema.downgrade(empty_store, revision)
    left = set(inspect(empty_store.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    schema.upgrade(empty_store)
    schema.check(empty_store)
    fill(empty_store)


def test_upgrading_twice_changes_nothing(empty_store: Store) -> None:
    fill(empty_store)
    before = {t.name: content(empty_store, t) for t in SQLModel.metadata.sorted_tables}
    schema.upgrade(empty_store)
    assert {t.name: content(empty_store, t) for t in SQLModel.metadata.sorted_tables} == before


def test_a_bare_database_says_what_to_do(bare_store: Store) -> None:
    assert schema.schema_version(bare_store) is None
    with pytest.raises(StoreNotReady, match="perf_core init"):
        require_ready(bare_store)
    schema.upgrade(bare_store)
    require_ready(bare_store)


def test_a_store_of_another_version_is_refused(empty_store: Store) -> None:
    assert schema.newest_version() == SCHEMA_VERSION
    for version, refusal in (("0000", StoreNotReady), ("9999", StoreFromNewerProgram)):
        with empty_store.writing() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
        with pytest.raises(refusal):
            require_ready(empty_store)


def test_a_database_that_does_not_answer_says_so() -> None:
    with pytest.raises(StoreUnreachable, match=r"postgresql.*\*\*\*.*PERF_DATABASE_URL"):
        require_ready(Store("postgresql+psycopg://me:secret@127.0.0.1:1/none"))


def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "words.db").write_text("no database, only words; " * 200)
    with pytest.raises(StoreUnreachable, match="not a database"):
        require_ready(Store(f"sqlite:///{(tmp_path / 'words.db').as_posix()}"))


def test_it_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(f"sqlite:///{(tmp_path / 'with 100% blanks' / 'store.db').as_posix()}")
    schema.upgrade(store)
    schema.check(store)
    store.dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["with 100% blanks"]


def test_daily_measures_have_no_hidden_row_number(sqlite_stores: Any) -> None:
    store = Store(sqlite_stores.fresh("schema"))
    with store.reading() as connection:
        made = connection.execute(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY 1")
        )
        assert made.scalars().all() == ["daily_measures", "monthly_measures"]
    store.dispose()
