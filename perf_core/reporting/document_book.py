"""A document as a workbook, numbers as numbers, and one table of it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Final

import xlsxwriter

from perf_core.reporting.document import Cell, Column, Document, Form, Table, definitions
from perf_core.reporting.sheets import harmless, known, sheet_name

_LONGEST_NAME: Final = 31
_WIDEST: Final = 44
_NARROWEST: Final = 9
_SQUARE: Final = 0x2E80
_A4: Final = 9


def _formats(currency: str, language: str) -> dict[Form, str]:
    """The number format of each kind of column."""
    seconds = "秒" if language == "zh" else "s"
    return {
        "text": "@",
        "count": "#,##0",
        "number": "#,##0.0##",
        "money": f'"{currency}"#,##0.00;-"{currency}"#,##0.00',
        "share": "0.0%",
        "change": "+0.0%;-0.0%;0.0%",
        "points": "+0.0%;-0.0%;0.0%",
        "seconds": f'#,##0.0" {seconds}"',
        "rating": "0.00",
        "day": "yyyy-mm-dd",
    }


def workbook(document: Document) -> bytes:
    """Write a document as a workbook: what it is about, a sheet per table, the definitions.

    Returns
    -------
    bytes
        An XLSX file. Figures are numbers at full precision with the format of their column, days
        are days; what is unknown or withheld is an empty cell; no text is taken for a formula.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    tables, labels = document.tables(), document.labels
    titles = [labels.about, *(table.title for table in tables), labels.definitions]
    first, *names, last = _names(titles)
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": document.title})
        codes = _formats(document.currency, document.language)
        looks: dict[str, Any] = {
            **{form: book.add_format({"num_format": code}) for form, code in codes.items()},
            "head": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "muted": book.add_format({"font_color": "#6B7385"}),
            "large": book.add_format({"bold": True, "font_size": 14}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _about(book.add_worksheet(first), document, list(zip(names, tables, strict=True)), looks)
        for name, table in zip(names, tables, strict=True):
            _table(book.add_worksheet(name), table, looks)
        _meanings(book.add_worksheet(last), document, looks)
        for sheet in book.worksheets():
            # Printed, a table is as wide as the paper instead of falling apart into columns.
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.fit_to_pages(1, 0)
    return content.getvalue()


def _names(titles: Iterable[str]) -> list[str]:
    """Names of sheets: none twice, none longer than a workbook takes."""
    found: list[str] = []
    for title in titles:
        name, n = sheet_name(title), 2
        while name.casefold() in {one.casefold() for one in found}:
            ending = f" {n}"
            name, n = sheet_name(title)[: _LONGEST_NAME - len(ending)] + ending, n + 1
        found.append(name)
    return found


def _text(sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
    sheet.write_string(row, column, str(harmless(text)), look)


def _about(
    sheet: Any, document: Document, named: Sequence[tuple[str, Table]], looks: dict[str, Any]
) -> None:
    """Filters, dates and maker, and what each sheet holds."""
    _text(sheet, 0, 0, document.title, looks["large"])
    at = 2
    for name, value in document.facts:
        _text(sheet, at, 0, name, looks["muted"])
        _text(sheet, at, 1, value, looks["wrapped"])
        at += 1
    at += 1
    _text(sheet, at, 0, document.labels.sheet, looks["head"])
    _text(sheet, at, 1, "", looks["head"])
    for n, (name, table) in enumerate(named, start=at + 1):
        sheet.write_url(n, 0, f"internal:'{name}'!A1", string=name)
        _text(sheet, n, 1, table.note or table.title, looks["wrapped"])
    _text(sheet, at + len(named) + 2, 0, document.labels.footer, looks["muted"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)


def _table(sheet: Any, table: Table, looks: dict[str, Any]) -> None:
    for column, one in enumerate(table.columns):
        _text(sheet, 0, column, one.title, looks["head"])
        if one.definition:
            sheet.write_comment(0, column, one.definition, {"x_scale": 2.5})
        sheet.set_column(column, column, _width(table, column))
    for at, row in enumerate(table.rows, start=1):
        for column, (cell, one) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, at, column, cell, one, looks)
    n_rows = len(table.rows)
    sheet.freeze_panes(1, 1)
    if n_rows and table.columns:
        sheet.autofilter(0, 0, n_rows - table.n_last, len(table.columns) - 1)
    if table.note:
        _text(sheet, n_rows + 2, 0, table.note, looks["muted"])


def _width(table: Table, column: int) -> float:
    """Wide enough for the figures; a long title is broken."""
    cells = [_signs(row[column].text) for row in table.rows]
    title = _signs(table.columns[column].title)
    widest = max([*cells, min(title, 16), _NARROWEST])
    # Numbers are longer than their words: 1,234,567.89 for 1.2M.
    room = 15 if table.columns[column].form == "money" else 0
    return float(min(max(widest, room) + 2, _WIDEST))


def _signs(text: str) -> int:
    return sum(2 if ord(letter) > _SQUARE else 1 for letter in text)


def _cell(sheet: Any, at: int, column: int, cell: Cell, one: Column, looks: dict[str, Any]) -> None:
    value = cell.value
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(at, column, datetime.combine(value, time()), looks["day"])
    elif isinstance(value, float | int):
        sheet.write_number(at, column, value, looks[one.form if one.form != "text" else "number"])
    else:
        _text(sheet, at, column, value)


def _meanings(sheet: Any, document: Document, looks: dict[str, Any]) -> None:
    labels = document.labels
    for column, title in enumerate((labels.part, labels.figure, labels.definition)):
        _text(sheet, 0, column, title, looks["head"])
    for at, one in enumerate(definitions(document), start=1):
        for column, text in enumerate((one.where, one.title, one.definition)):
            _text(sheet, at, column, text, looks["wrapped"])
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 110)
    sheet.freeze_panes(1, 0)


def csv_text(document: Document, table: Table) -> bytes:
    """Write one table of a document as CSV, what it shows in the first rows.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark, so that a spreadsheet reads Chinese as Chinese. Money is
        written to the cent, any other number to six digits; the workbook has them in full.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(f"{document.title} · {table.title}")])
    writer.writerows([harmless(name), harmless(value)] for name, value in document.facts)
    writer.writerow([])
    writer.writerow([harmless(column.title) for column in table.columns])
    writer.writerows(
        [_written(cell, one) for cell, one in zip(row, table.columns, strict=True)]
        for row in table.rows
    )
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell, one: Column) -> object:
    if cell.value is None:
        return ""
    if isinstance(cell.value, float):
        return known(cell.value, digits=2 if one.form == "money" else 6)
    return harmless(cell.value)
