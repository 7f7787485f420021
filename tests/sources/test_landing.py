"""The two ways a CSV is landed, by DuckDB's reader and by Python's, must tell the same."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perf_core.sources import text_files
from perf_core.sources.files import FoundFile
from perf_core.sources.raw_tables import RawTable, answer

HEADER = ["one", "two", "three"]

cells = st.text(alphabet=st.sampled_from('a1 ,;"\n员'), max_size=5)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)
numbers = itertools.count(1)


def landed(path: Path, workdir: Path) -> tuple[list[tuple[Any, ...]], RawTable]:
    """The rows of a file as they land, each with its number."""
    with duckdb.connect() as connection:
        raw = text_files.land_text(
            connection,
            FoundFile(path, path.name, was_named=True),
            relation="raw",
            workdir=workdir,
            count_known=lambda cells: len(set(cells) & set(HEADER)),
        )
        assert isinstance(raw, RawTable)
        columns = ", ".join(f"c{place}" for place in range(len(raw.headers)))
        rows = answer(connection, f"select {raw.row_sql}, {columns} from raw order by 1")
    return [row for row in rows if any(cell is not None for cell in row[1:])], raw


def written(rows: Sequence[Sequence[str]], end: str) -> str:
    """A CSV of the rows."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=end)
    writer.writerows([HEADER, *rows])
    return stream.getvalue()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, st.sampled_from(["\n", "\r\n"]))
def test_both_ways_of_landing_give_the_same_rows(
    tmp_path: Path, rows: list[list[str]], end: str
) -> None:
    path = tmp_path / f"{next(numbers)}.csv"
    path.write_bytes(written(rows, end).encode())
    quick, _ = landed(path, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "_land_fast", lambda *_: False)
        slow, raw = landed(path, tmp_path)
    assert raw.numbered
    plain = [
        (number, *(cell.strip("\r") if cell else cell for cell in found))
        for number, *found in slow
        if any(cell.strip() for cell in found if cell)
    ]
    assert [row for row in quick if any(cell.strip() for cell in row[1:] if cell)] == plain
    meant = [
        (number, *(cell or None for cell in row))
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]
    assert plain == meant


@pytest.mark.parametrize(
    ("text", "is_quick"),
    [
        ("one,two,three\n1,2,3\n4,5,6\n", True),
        ("one,two,three\r\n1,2,3\r\n4,5,6", True),
        ("one,two,three\n1,2,3\n4,5,6\n\n\n", True),
        ('one,two,three\n1,"a\nb",3\n4,5,6\n', True),
        ("Title\n\none,two,three\n1,2,3\n", True),
        ("one,two,three\n1,2,3\n\n4,5,6\n", False),
        ("one,two,three\n1,2,3\n4,5\n", False),
        ("one,two,three\n1,2,3,4\n", False),
        ('one,two,three\n1,"2,3\n', False),
    ],
)
def test_only_clean_files_land_quickly(tmp_path: Path, text: str, *, is_quick: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    _, raw = landed(path, tmp_path)
    assert raw.numbered is not is_quick


def test_blank_lines_across_the_borders_of_chunks_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    for size in range(1, 12):
        monkeypatch.setattr(text_files, "_CHUNK", size)
        for text, is_blank in (
            ("ab\n\ncd\n", True),
            ("ab\r\n\r\ncd", True),
            ("ab\ncd\n\n\n", False),
        ):
            path.write_bytes(text.encode())
            assert text_files._has_blank_lines(path) is is_blank, (size, text)
            assert text_files._utf8_lines(path) == text.rstrip().count("\n") + 1
