"""The blank workbook: what it holds loads back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perf_core.domain.access import everything
from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.reporting.blank_workbook import blank_workbook, read_guide
from perf_core.services.load_files import load_files
from perf_core.services.preview_files import preview_files
from perf_core.store.engine import Store

_GUIDE = Path(__file__).resolve().parents[2] / "data" / "workbook.toml"
_TODAY = date(2026, 7, 1)
_TABLES = [name for name in IMPORT_TABLES if name != "measures_wide"]


def test_every_table_and_column_is_described() -> None:
    tables = read_guide(_GUIDE)["table"]
    described = {name: list(words["columns"]) for name, words in tables.items()}
    expected = {name: [c.name for c in IMPORT_TABLES[name].columns] for name in _TABLES}
    assert described == expected


def test_the_example_shop_loads_whole(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "example.xlsx"
    file.write_bytes(blank_workbook(read_guide(_GUIDE), with_examples=True))
    account = load_files(store, [file], today=_TODAY, scope=everything())
    assert not account.refused
    filled = {t.table: t.loaded for t in account.tables if t.read}
    rows = read_guide(_GUIDE)["example"]
    assert filled == {name: len(rows[name]) for name in rows}
    assert not any(t.rejected or t.excluded for t in account.tables)


@pytest.mark.parametrize("with_examples", [False, True])
def test_every_column_is_understood(store: Store, tmp_path: Path, *, with_examples: bool) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(blank_workbook(read_guide(_GUIDE), with_examples=with_examples))
    preview = preview_files(store, [file], today=_TODAY, scope=everything())
    assert not preview.unrecognised
    assert [t for t in preview.tables if t.unmapped] == []
