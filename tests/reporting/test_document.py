"""A page to take away: every word and every number of it arrives, and nothing else happens."""

from __future__ import annotations

import csv
import io
import re
import zlib
from datetime import UTC, datetime

import openpyxl
import pytest

from perf_core.reporting.document import (
    Bar,
    BarsPart,
    Cell,
    Column,
    Course,
    CoursesPart,
    Document,
    HeatPart,
    TablePart,
    WordsPart,
)
from perf_core.reporting.document_book import csv_text, workbook
from perf_core.reporting.document_pdf import pdf

WHEN = datetime(2026, 6, 17, 9, tzinfo=UTC)
NASTY = '=HYPERLINK("x") #strong[*] $ \\ @a <b> 轻奢'

TABLE = TablePart(
    "各组数据: [2026/06]",
    (
        Column("品牌"),
        Column("人数", "最后一天在职的人", "count"),
        Column("成本率", "薪酬 ÷ 营业额", "share"),
    ),
    (
        (Cell(NASTY, NASTY), Cell("1,234", 1234), Cell("12.3%", 0.1234567890123)),
        (Cell("青柠", "青柠"), Cell("8", 8), Cell("–", None)),
    ),
)
DOCUMENT = Document(
    "品牌对比",
    (("期间", "2026 年 5 月"), ("数据截至", "2026-06-17")),
    (
        WordsPart("一眼看到", ("轻奢落后最多。",)),
        TABLE,
        BarsPart("达成率", (Bar("青柠", Cell("81%", 81.0), 100.0, is_behind=True),)),
        HeatPart(
            "品牌 × 岗位",
            ("青柠",),
            ("运营", "客服"),
            ((Cell("81", 81), Cell("–")),),
            ((-0.4, None),),
        ),
        CoursesPart("趋势", ("2026-04", "2026-05"), (Course("青柠", (80.0, None), "80"),)),
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
    rows = tuple((Cell(f"组 {at}"), Cell("1", 1), Cell("2", 2)) for at in range(n))
    document = Document(
        "x",
        (),
        (
            TablePart("t", TABLE.columns, rows),
            BarsPart("b", tuple(Bar(row[0].text, row[1]) for row in rows)),
            CoursesPart("c", ("a", "b"), tuple(Course("k", (None, None)) for _ in rows[:3])),
        ),
    )
    found = pages_of(pdf(document, made_at=WHEN))
    assert found >= (8 if n == 400 else 1)


def test_a_workbook_holds_numbers_and_what_they_mean() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(DOCUMENT)))
    assert len(book.sheetnames) == 5
    assert book.sheetnames[-1] == "Definitions"
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["品牌", "人数", "成本率"] in rows
    assert ["'" + NASTY, 1234, 0.1234567890123] in rows
    assert ["青柠", 8, None] in rows
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    meanings = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
    assert ["成本率", "薪酬 ÷ 营业额"] in meanings


def test_sheets_of_one_name_are_told_apart() -> None:
    document = Document("x", (), (TABLE, TABLE))
    names = openpyxl.load_workbook(io.BytesIO(workbook(document))).sheetnames
    assert len(set(names)) == 3


def test_a_csv_says_what_it_shows_and_does_no_harm() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(DOCUMENT, TABLE).decode("utf-8-sig"))))
    assert ["期间", "2026 年 5 月"] in rows
    assert ["'" + NASTY, "1234", "0.1234567890123"] in rows
    assert ["青柠", "8", ""] in rows
