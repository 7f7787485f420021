"""A page to take away: every word and every number of it arrives, and nothing else happens."""

from __future__ import annotations

import csv
import io
import re
import zlib
from datetime import UTC, date, datetime

import openpyxl
import plotly.graph_objects as go
import pytest

from perf_core.reporting.document import (
    Cell,
    Column,
    Document,
    Heading,
    Picture,
    Section,
    Table,
    Tile,
    Tiles,
    Words,
)
from perf_core.reporting.document_book import csv_text, workbook
from perf_core.reporting.document_pdf import pdf

WHEN = datetime(2026, 6, 17, 9, 30, 1, 5, tzinfo=UTC)
NASTY = '=HYPERLINK("x") #strong[*] $ \\ @a <b> 轻奢'

TABLE = Table(
    "各组数据: [2026/06] 的全部数字，名字长得一张工作表放不下它的全部文字",
    (
        Column("品牌"),
        Column("人数", "最后一天在职的人", "count"),
        Column("成本率", "薪酬 ÷ 营业额", "share"),
        Column("薪酬", "各月薪酬", "money"),
        Column("最后一天", "离开的那天", "day"),
    ),
    (
        (
            Cell(NASTY, NASTY),
            Cell("1,234", 1234),
            Cell("12.3%", 0.1234567890123),
            Cell("¥1", 1.25),
            Cell("6月17日", date(2026, 6, 17)),
        ),
        (Cell("青柠", "青柠"), Cell("8", 8), Cell("–", None), Cell("–"), Cell("–")),
    ),
)
FIGURE = go.Figure(go.Bar(y=["青柠"], x=[81.0], orientation="h", text=["81%"]))
DOCUMENT = Document(
    "品牌对比",
    (("期间", "2026 年 5 月"), ("数据截至", "2026-06-17")),
    (
        Section(
            "并排",
            (
                Tiles((Tile("落后最多", "青柠", "达成 81%"),)),
                Words(("轻奢落后最多。",)),
                Heading("数字"),
                TABLE,
                Picture("达成率", FIGURE, "越长越好"),
            ),
        ),
        Section("成本", (Table("纸上", (Column("组"),), ((Cell("仅纸"),),), place="paper"),)),
    ),
    language="zh",
)


def pages_of(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", _unpacked(content)))


def _unpacked(content: bytes) -> bytes:
    parts = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_a_pdf_carries_its_own_chinese_font() -> None:
    content = pdf(DOCUMENT, made_at=WHEN)
    assert content.startswith(b"%PDF-")
    inside = _unpacked(content)
    assert b"NotoSansSC" in inside
    assert b"/FontFile" in inside
    # 轻奢 can be searched and copied: the font maps its glyphs back to the letters.
    assert "轻".encode("utf-16-be").hex().upper().encode() in inside.upper()


def test_the_same_document_makes_the_same_pdf() -> None:
    assert pdf(DOCUMENT, made_at=WHEN) == pdf(DOCUMENT, made_at=WHEN)


@pytest.mark.parametrize("n", [0, 1, 400])
def test_a_pdf_is_made_of_any_number_of_rows(n: int) -> None:
    row = TABLE.rows[1]
    rows = tuple((Cell(f"组 {at}"), *row[1:]) for at in range(n))
    bars = go.Figure(go.Bar(y=[f"组 {at}" for at in range(n)], x=list(range(n)), orientation="h"))
    bars.update_layout(height=100 + 34 * n)
    blocks = (Table("t", TABLE.columns, rows), Picture("b", bars))
    found = pages_of(pdf(Document("x", (), (Section("", blocks),)), made_at=WHEN))
    assert found >= (8 if n == 400 else 1)


def test_a_workbook_holds_numbers_and_what_they_mean() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(DOCUMENT)))
    about, sheet, meanings = book.worksheets
    assert (about.title, meanings.title) == ("About this file", "Definitions")
    assert "2026 年 5 月" in [row[1].value for row in about.iter_rows()]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["品牌", "人数", "成本率", "薪酬", "最后一天"]
    assert rows[1] == ["'" + NASTY, 1234, 0.1234567890123, 1.25, datetime(2026, 6, 17)]
    assert rows[2] == ["青柠", 8, None, None, None]
    assert [cell.number_format for cell in sheet[2]][1:] == [
        "#,##0",
        "0.0%",
        '"¥"#,##0.00;-"¥"#,##0.00',
        "yyyy-mm-dd",
    ]
    assert sheet.freeze_panes == "B2"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    told = [[cell.value for cell in row] for row in meanings.iter_rows()]
    assert ["并排", "成本率", "薪酬 ÷ 营业额"] in told


def test_sheets_are_named_as_excel_takes_them() -> None:
    document = Document("x", (), (Section("", (TABLE, TABLE)),))
    names = openpyxl.load_workbook(io.BytesIO(workbook(document))).sheetnames
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_a_csv_says_what_it_shows_and_does_no_harm() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(DOCUMENT, TABLE).decode("utf-8-sig"))))
    assert ["期间", "2026 年 5 月"] in rows
    assert ["'" + NASTY, "1234", "0.123457", "1.25", "2026-06-17"] in rows
    assert ["青柠", "8", "", "", ""] in rows
