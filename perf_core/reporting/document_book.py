"""A document as a workbook, numbers as numbers, and its main table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

import xlsxwriter

from perf_core.reporting.document import Cell, Column, Document, TablePart, definitions
from perf_core.reporting.sheets import harmless, sheet_name

_FORMATS: Final = {
    "text": "General",
    "count": "#,##0",
    "money": "#,##0.00",
    "share": "0.0%",
    "points": "0.0###",
}


def workbook(document: Document) -> bytes:
    """Write a document as a workbook: a sheet per table, and one of definitions.

    Returns
    -------
    bytes
        An XLSX file. Figures are numbers at full precision with the format of their column;
        what is unknown or withheld is an empty cell; no text is taken for a formula.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    tables = document.tables()
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": document.title})
        looks = {form: book.add_format({"num_format": code}) for form, code in _FORMATS.items()}
        looks["head"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        looks["muted"] = book.add_format({"font_color": "#6B7385"})
        for name, table in zip(_names(document, tables), tables, strict=False):
            _table(book.add_worksheet(name), document, table, looks)
        meanings = book.add_worksheet(_names(document, tables)[-1])
        rows = definitions(tables)
        meanings.write_row(0, 0, [document.name_title, document.definition_title], looks["head"])
        for at, (title, meaning) in enumerate(rows, start=1):
            meanings.write_string(at, 0, str(harmless(title)))
            meanings.write_string(at, 1, str(harmless(meaning)))
        meanings.set_column(0, 0, 28)
        meanings.set_column(1, 1, 110)
    return content.getvalue()


def _names(document: Document, tables: list[TablePart]) -> list[str]:
    """Names of sheets: each once, the definitions last."""
    found: list[str] = []
    for title in [*(table.title for table in tables), document.definitions_title]:
        name, n = sheet_name(title), 2
        while name.casefold() in {one.casefold() for one in found}:
            name, n = f"{sheet_name(title)[:27]} {n}", n + 1
        found.append(name)
    return found


def _table(sheet: Any, document: Document, table: TablePart, looks: dict[str, Any]) -> None:
    head = _facts(sheet, document, table, looks)
    for column, one in enumerate(table.columns):
        sheet.write_string(head, column, str(harmless(one.title)), looks["head"])
        if one.definition:
            sheet.write_comment(head, column, one.definition, {"x_scale": 2.5})
    for at, row in enumerate(table.rows, start=head + 1):
        for column, (cell, one) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, at, column, cell, one, looks)
    sheet.freeze_panes(head + 1, 1)
    sheet.autofit()
    sheet.set_column(0, 0, 24)


def _facts(sheet: Any, document: Document, table: TablePart, looks: dict[str, Any]) -> int:
    sheet.write_string(0, 0, str(harmless(f"{document.title} · {table.title}")))
    at = 1
    for name, value in document.facts:
        sheet.write_string(at, 0, str(harmless(name)), looks["muted"])
        sheet.write_string(at, 1, str(harmless(value)), looks["muted"])
        at += 1
    return at + 1


def _cell(sheet: Any, at: int, column: int, cell: Cell, one: Column, looks: dict[str, Any]) -> None:
    if isinstance(cell.value, bool) or cell.value is None:
        return
    if isinstance(cell.value, float | int):
        sheet.write_number(at, column, cell.value, looks[one.form])
    else:
        sheet.write_string(at, column, str(harmless(cell.value)))


def csv_text(document: Document, table: TablePart) -> bytes:
    """Write one table of a document as CSV, what it shows in the first rows.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark, so that a spreadsheet reads Chinese as Chinese.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(f"{document.title} · {table.title}")])
    writer.writerows([harmless(name), harmless(value)] for name, value in document.facts)
    writer.writerow([])
    writer.writerow([harmless(column.title) for column in table.columns])
    writer.writerows(_values(row) for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _values(row: Iterable[Cell]) -> list[object]:
    return ["" if cell.value is None else harmless(cell.value) for cell in row]
