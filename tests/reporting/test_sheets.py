"""Files that say what they show, and cells that no spreadsheet runs."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from perf_core.reporting.sheets import csv_sheet, harmless, xlsx_sheet

TABLE = pd.DataFrame(
    {
        "Name": ["Lin", "=cmd|' /C calc'!A0", "+1", "-2", "@sum", "  =1"],
        "Total": [92.5, -3.0, float("nan"), 1, 2, 3],
        "Day": pd.to_datetime(["2026-06-17"] * 6),
        "Trend": [[1.0, None, 2.5]] * 6,
    }
)
ABOUT = {"Period": "Jun 2026", "Brand": "=1+1"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_a_risky_beginning_is_made_text(start: str) -> None:
    assert str(harmless(start + "1")).startswith("'")


@pytest.mark.parametrize("cell", ["Lin", "", -3.5, 7, None, "a=b"])
def test_everything_else_stays(cell: object) -> None:
    assert harmless(cell) == cell


def test_the_csv_says_what_it_shows() -> None:
    text = csv_sheet(TABLE, ABOUT).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[:2] == ["Period,Jun 2026", "Brand,'=1+1"]
    assert lines[3] == "Name,Total,Day,Trend"
    assert lines[4] == "Lin,92.5,2026-06-17,1  2.5"
    assert lines[6].startswith("'+1,,")


def test_the_workbook_holds_no_formula() -> None:
    content = xlsx_sheet(TABLE, ABOUT, title="Team: all [of] them/it")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sheet["A1"].value == "Period"
    assert sheet["B5"].value == 92.5


def test_numbers_are_written_as_far_as_they_are_known() -> None:
    people, growth, revenue = [47.0, 1.0], [0.1 + 0.2, 10244.478123], [34399.800000000003, 0.5]
    table = pd.DataFrame({"People": people, "Growth": growth, "Revenue": revenue})
    lines = csv_sheet(table, {}).decode("utf-8-sig").splitlines()
    assert lines[2:] == ["47,0.3,34399.8", "1,10244.48,0.5"]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(table, {}, title="All"))).active
    assert sheet is not None
    cells = list(sheet.iter_rows(min_row=3))
    assert [cell.value for cell in cells[1]] == [1, 10244.478123, 0.5], "in full"
    assert [cell.number_format for cell in cells[0]] == ["#,##0", "0.0#####", "#,##0.00"]
