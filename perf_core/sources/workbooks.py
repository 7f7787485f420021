"""XLSX: every sheet a table of text, with dates and whole numbers written plainly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from perf_core.sources.files import FoundFile
from perf_core.sources.header_rows import SEARCHED_ROWS, KnownCount, header_index
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, Relations, land_rows, unique_headers


def land_workbook(
    connection: duckdb.DuckDBPyConnection,
    file: FoundFile,
    *,
    relations: Relations,
    count_known: KnownCount,
) -> list[RawTable] | FileProblem:
    """Land each sheet that is not blank."""
    try:
        sheets = _sheets(file)
    except (CalamineError, OSError, ValueError, KeyError):
        return FileProblem(file.label, "damaged")
    filled = {name: sheet for name, sheet in sheets.items() if sheet.height and sheet.width}
    if not filled:
        return FileProblem(file.label, "empty")
    landed = []
    for name, sheet in filled.items():
        top = sheet.start[0] if sheet.start else 0
        first = [_texts(row) for row in islice(sheet.iter_rows(), SEARCHED_ROWS + top)]
        index = header_index(first, count_known)
        if index is None:
            continue
        width = max(sheet.width, len(first[index]))
        header = [*first[index], *([""] * (width - len(first[index])))]
        relation = relations.next("raw")
        land_rows(connection, relation, _numbered(sheet, after=index), n_columns=width)
        landed.append(
            RawTable(
                label=f"{file.label}#{name}" if len(filled) > 1 else file.label,
                path=file.path,
                relation=relation,
                headers=unique_headers(header),
                first_row=index + 2,
                sheet=name,
                numbered=True,
                is_workbook=True,
            )
        )
    return landed or FileProblem(file.label, "no_header")


def _sheets(file: FoundFile) -> dict[str, Any]:
    try:
        workbook = CalamineWorkbook.from_path(str(file.path))
        return {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except BaseException as error:
        # What the reader itself did not expect is no Exception: it would pass every handler.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise


def _numbered(sheet: Any, *, after: int) -> Iterator[tuple[int, Sequence[str]]]:
    for index, row in enumerate(sheet.iter_rows()):
        if index > after:
            yield index + 1, _texts(row)


def _texts(row: Sequence[Any]) -> list[str]:
    return [cell if isinstance(cell, str) else cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """Write a typed cell the way a careful person would type it.

    Examples
    --------
    >>> cell_text(17850.0), cell_text(0.1), cell_text(datetime(2026, 6, 1)), cell_text(True)
    ('17850', '0.1', '2026-06-01', 'true')
    """
    match cell:
        case None:
            text = ""
        case bool():
            text = "true" if cell else "false"
        case float() if math.isfinite(cell) and cell.is_integer() and abs(cell) < 1e15:
            text = str(int(cell))
        case datetime() if cell.time() == time(0):
            text = cell.date().isoformat()
        case datetime():
            text = cell.isoformat(sep=" ")
        case date() | time():
            text = cell.isoformat()
        case timedelta():
            text = str(cell.total_seconds())
        case _:
            text = str(cell)
    return text
