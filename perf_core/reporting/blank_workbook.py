"""The workbook a small company fills in by hand: every table, in both languages."""

from __future__ import annotations

import io
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter

from perf_core.domain.import_tables import IMPORT_TABLES, ImportTable

GUIDE_SHEET = "说明 Guide"
"""The sheet that explains the others; it holds no table, and reading passes over it."""

_BLANK_ROWS = 500
_WIDTH = 18


@lru_cache(maxsize=4)
def read_guide(path: Path) -> dict[str, Any]:
    """Read the words of the workbook: ``table`` and ``example`` of ``data/workbook.toml``."""
    with path.open("rb") as file:
        return tomllib.load(file)


def blank_workbook(guide: dict[str, Any], *, with_examples: bool = False) -> bytes:
    """Make the workbook: a guide, then a sheet per table with its headers and their notes.

    A header names its column twice, Chinese above the canonical English name; reading knows a
    column by the second line. Required columns are marked by colour. Day and code columns are
    text, so that Excel does not turn them into something else.

    Parameters
    ----------
    guide : dict
        The content of ``data/workbook.toml``.
    with_examples : bool, default=False
        Fill in a shop of three people, which loads as it stands.

    Returns
    -------
    bytes
        An XLSX file.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = _formats(book)
        _write_guide(book.add_worksheet(GUIDE_SHEET), guide["table"], formats)
        for name, words in guide["table"].items():
            sheet = book.add_worksheet(f"{words['name']['zh']} {name}"[:31])
            rows = guide["example"].get(name, []) if with_examples else []
            _write_table(sheet, IMPORT_TABLES[name], words, rows, formats)
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    header = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "strong": book.add_format({"bold": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "required": book.add_format({**header, "bg_color": "#d6e4f7"}),
        "optional": book.add_format({**header, "bg_color": "#f2f4f7", "bold": False}),
        "text": book.add_format({"num_format": "@"}),
    }


def _write_guide(sheet: Any, tables: dict[str, Any], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, 60)
    sheet.write(0, 0, "Perfboard", formats["title"])
    sheet.write(
        1, 0, "每张表一页，用不到的留空；蓝色为必填。填好后在“数据”页上传。", formats["strong"]
    )
    sheet.write(
        2,
        0,
        "One sheet per table; leave what you do not need. Blue columns are required. "
        "Then drop the file on the Data page.",
        formats["strong"],
    )
    for row, (name, words) in enumerate(tables.items(), start=4):
        sheet.write(row, 0, f"{words['name']['zh']} {name}", formats["strong"])
        sheet.write(row, 1, words["about"]["zh"], formats["wrap"])
        sheet.write(row, 2, words["about"]["en"], formats["wrap"])


def _write_table(
    sheet: Any,
    table: ImportTable,
    words: dict[str, Any],
    rows: list[list[Any]],
    formats: dict[str, Any],
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    for at, column in enumerate(table.columns):
        header, note_zh, note_en = words["columns"][column.name]
        kept = formats["text"] if column.type != "number" else None
        sheet.set_column(at, at, _WIDTH, kept)
        look = formats["required" if column.required else "optional"]
        sheet.write_string(0, at, f"{header}\n{column.name}", look)
        note = "\n".join(part for part in (note_zh, note_en) if part)
        if note:
            sheet.write_comment(0, at, note)
        if column.choices:
            sheet.data_validation(
                1, at, _BLANK_ROWS, at, {"validate": "list", "source": list(column.choices)}
            )
    for row, cells in enumerate(rows, start=1):
        for at, value in enumerate(cells):
            if value != "":
                sheet.write(row, at, value)
