"""Plain files: CSV, and HR's workbook."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv


def write_csv(path: Path, frame: pd.DataFrame, encoding: str = "utf-8") -> None:
    """Write a CSV file with its head, the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = io.BytesIO()
    sink.write((",".join(frame.columns) + "\n").encode())
    table = pa.Table.from_pandas(frame, preserve_index=False)
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    pa_csv.write_csv(table, sink, options)
    content = sink.getvalue()
    if encoding != "utf-8":
        content = content.decode().encode(encoding)
    path.write_bytes(content)


def write_workbook(path: Path, frame: pd.DataFrame) -> None:
    """Write one sheet with a title row above the heads, as HR systems do; dates stay dates."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    # The moment of making would make every file another one.
    book.set_properties({"created": datetime(2026, 6, 17, tzinfo=UTC)})
    sheet = book.add_worksheet("员工花名册")
    bold = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, len(frame.columns) - 1, "员工花名册（截至 2026-06-17）", bold)
    sheet.write_row(1, 0, list(frame.columns), bold)
    for number, row in enumerate(frame.itertuples(index=False), start=2):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
            elif cell is not None and cell == cell:  # noqa: PLR0124
                sheet.write(number, column, cell)
    sheet.set_column(0, len(frame.columns) - 1, 14)
    book.close()
