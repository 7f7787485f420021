"""Whole files: encodings, separators, headers that hide, and everything that can be broken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from perf_core.sources.files import FoundFile, _packed_kind
from tests.sources.conftest import Read

Reader = Callable[..., Read]

STAFF = "员工工号,姓名,入职日期\n001,林,2026-06-01\n002,吴,2026-06-02\n"


def workbook(*sheets: list[list[object]], names: tuple[str, ...] = ()) -> bytes:
    """An XLSX with a sheet for each list of rows."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[number] if names else None)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, (date, datetime)):
                    sheet.write_datetime(line, place, cell, day)
                elif cell is not None:
                    sheet.write(line, place, cell)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_usual_encoding_is_read(read: Reader, encoding: str) -> None:
    result = read({"员工.csv": STAFF.encode(encoding)})
    assert result.rows("employees", "employee_id", "name") == [("001", "林"), ("002", "吴")]
    assert result.codes == []


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_separator_is_read(read: Reader, separator: str, end: str) -> None:
    text = STAFF.replace(",", separator).replace("\n", end)
    result = read({"staff.txt": text})
    assert result.rows("employees", "employee_id", "hire_date") == [
        ("001", date(2026, 6, 1)),
        ("002", date(2026, 6, 2)),
    ]


def test_the_header_is_found_below_titles_and_rows_keep_their_numbers(read: Reader) -> None:
    text = "人员花名册\n导出时间：2026-06-30\n\n" + STAFF + "\n003,陈,bad\n"
    result = read({"staff.csv": text})
    assert result.rows("employees", "__row", "employee_id", "__reason") == [
        (5, "001", None),
        (6, "002", None),
        (8, "003", "bad_date"),
    ]
    frame = result.delivery.set_aside(result.table("employees"))
    assert frame.to_dict("records") == [
        {
            "file": "staff.csv",
            "row": 8,
            "reason": "bad_date",
            "advice": frame.advice[0],
            "员工工号": "003",
            "姓名": "陈",
            "入职日期": "bad",
        }
    ]
    assert "date_format" in frame.advice[0]


def test_a_plain_file_counts_its_header_as_row_one(read: Reader) -> None:
    result = read({"staff.csv": STAFF})
    assert result.rows("employees", "__row") == [2, 3]
    assert not result.delivery.raws[result.table("employees").relation].numbered


def test_quoted_line_breaks_and_separators_stay_in_their_cell(read: Reader) -> None:
    text = 'employee_id,name,hire_date\n1,"Lin, ""A""\nB",2026-06-01\n2,Wu,2026-06-02\n'
    assert read({"a.csv": text}).rows("employees", "__row", "name") == [
        (2, 'Lin, "A"\nB'),
        (3, "Wu"),
    ]


def test_short_and_long_rows_are_kept_and_explained(read: Reader) -> None:
    text = (
        "employee_id,name,hire_date,email\n"
        "1,Lin,2026-06-01,a@b\n"
        "2,Wu,2026-06-01\n"
        "3,Chen\n"
        "4,Ma,2026-06-01,a@b,stray\n"
        "5,Li,2026-06-01,a@b,,\n"
    )
    reasons = read({"a.csv": text}).reasons("employees")
    assert reasons == [None, None, "missing_hire_date", "bad_row", None]


def test_a_file_cut_off_in_mid_row_loads_what_is_whole(read: Reader) -> None:
    whole = "员工工号,姓名,入职日期\n001,林,2026-06-01\n002,吴,2026-0"
    assert read({"a.csv": whole}).reasons("employees") == [None, "bad_date"]
    cut = "员工工号,姓名,入职日期\n001,林,2026-06-01\n002,吴".encode()[:-1]
    assert read({"a.csv": cut}).reasons("employees")[0] is None


def test_a_quote_that_never_ends_swallows_nothing(read: Reader) -> None:
    rows = "".join(f"{number},Name,2026-06-01\n" for number in range(5))
    text = 'employee_id,name,hire_date\n9,"open,2026-06-01\n' + rows
    assert len(read({"a.csv": text}).rows("employees", "employee_id")) == 6


def test_blank_rows_are_no_rows(read: Reader) -> None:
    text = "employee_id,name,hire_date\n\n1,Lin,2026-06-01\n,,\n  ,\t,\n2,Wu,2026-06-01\n\n\n"
    result = read({"a.csv": text})
    assert result.rows("employees", "__row") == [3, 6]
    assert result.table("employees").read == 2


def test_a_workbook_has_titles_dates_and_several_sheets(read: Reader) -> None:
    content = workbook(
        [
            ["Staff of June"],
            [],
            ["员工工号", "姓名", "入职日期", "奖金基数"],
            [17850.0, "林", date(2026, 6, 1), 1000.5],
            [],
            ["00123", "吴", datetime(2026, 6, 2), None],
            ["合计", None, None, 1000.5],
        ],
        [["工号", "月份", "金额"], ["00123", datetime(2026, 6, 1), 8000]],
        [],
        names=("花名册", "薪资", "空"),
    )
    result = read({"hr.xlsx": content})
    assert result.rows("employees", "__row", "employee_id", "hire_date", "bonus_base_e4") == [
        (4, "17850", date(2026, 6, 1), 10_005_000),
        (6, "00123", date(2026, 6, 2), None),
        (7, "合计", None, 10_005_000),
    ]
    assert result.reasons("employees") == [None, None, "totals_row"]
    assert result.table("pay").file == "hr.xlsx#薪资"
    assert result.rows("pay", "month", "amount_e4") == [(date(2026, 6, 1), 80_000_000)]


def test_excel_turns_a_month_into_a_day_and_reading_turns_it_back(read: Reader) -> None:
    rows = [["period", "indicator", "value"], [datetime(2026, 6, 1), "sales", 5]]
    assert read({"t.xlsx": workbook(rows)}).rows("targets", "period") == ["2026-06"]


def test_parquet_is_read_with_its_types(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pd.DataFrame(
        {
            "order_id": [1.0, 2.0],
            "ordered_at": pd.to_datetime(["2026-06-01 10:00:00", "2026-06-02 11:00:01"]),
            "amount": [12.5, 0.1],
            "employee_id": ["E1", None],
            "brand": [None, "b"],
        }
    ).to_parquet(path)
    result = read(paths=[path])
    assert result.rows("orders", "__row", "order_id", "amount_e4", "employee_id", "__reason") == [
        (1, "1", 125_000, "E1", None),
        (2, "2", 1_000, "", None),
    ]


def encrypted_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(1_100):
                member.write(bytes(1_000_000))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n\r\n", "empty"),
        ("a.xlsx", encrypted_workbook(), "encrypted"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "old_excel"),
        ("a.xlsx", workbook([["a", "b"], [1, 2]])[:400], "damaged"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("a.parquet", b"PAR1" + bytes(50), "damaged"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table"),
        ("a.csv", b"%PDF-1.7 \x00\x01", "not_a_table"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        ("a.csv", b"a,b\n\xff\xff\xff\xff,1\n", "bad_encoding"),
        ("a.xlsx", workbook([]), "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    read: Reader, name: str, content: bytes, code: str
) -> None:
    result = read({name: content})
    assert result.codes == [code]
    assert result.delivery.tables == []
    assert name in result.delivery.problems[0].message()


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(read: Reader) -> None:
    assert read({"a.xlsx": bomb()}).codes == ["too_large_unpacked"]


def test_a_workbook_that_lies_about_its_size_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perf_core.sources.packed_workbooks.MAX_UNPACKED", 1_000_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(3_000_000))
    packed = stream.getvalue()
    lying = packed.replace((3_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(lying)
    problem = _packed_kind(FoundFile(path, "a.xlsx", was_named=True))
    assert not isinstance(problem, str)
    assert problem.code == "too_large_unpacked"


def test_a_file_is_what_it_holds_whatever_its_name_says(read: Reader) -> None:
    rows = [["员工工号", "姓名", "入职日期"], ["1", "林", "2026-06-01"]]
    result = read({"a.csv": workbook(rows), "b.xlsx": STAFF})
    assert result.rows("employees", "employee_id") == ["1", "001", "002"]
    assert [note.code for note in result.delivery.notes] == ["wrong_extension"] * 2


def test_what_does_not_exist_says_so(read: Reader, tmp_path: Path) -> None:
    assert read(paths=[tmp_path / "nowhere"]).codes == ["not_found"]


def test_hidden_and_lock_files_are_left_alone(read: Reader) -> None:
    result = read({"in/a.csv": STAFF, ".git/b.csv": "x", "~$a.xlsx": "x", "notes.md": "# x"})
    assert result.codes == []
    assert result.table("employees").file == "in/a.csv"
    assert [note.code for note in result.delivery.notes] == ["unknown_kind"]


def test_an_unknown_table_is_reported_with_its_columns_and_guesses(read: Reader) -> None:
    result = read({"a.csv": "工号,入职日期,鞋码\n1,2026-06-01,42\n"})
    (unknown,) = result.delivery.unrecognised
    assert unknown.columns == ("工号", "入职日期", "鞋码")
    assert unknown.guesses[0].table == "employees"
    assert unknown.guesses[0].missing == ("name",)
    assert unknown.rows == (("1", "2026-06-01", "42"),)


def test_reading_twice_gives_the_same(read: Reader) -> None:
    first, second = read({"a.csv": STAFF}), read({"a.csv": STAFF})
    columns = ("__row", "__reason", "employee_id", "name", "hire_date")
    assert first.rows("employees", *columns) == second.rows("employees", *columns)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)))
def test_the_order_of_rows_is_nothing(read: Reader, order: list[int]) -> None:
    rows = [
        "1,2026-06-01 10:00:00,12.50,E1",
        "2,2026/6/2 10:00,¥13,E1",
        "3,soon,1,E1",
        "4,2026-06-01,abc,E1",
        ",2026-06-01,1,E1",
        "6,2026-06-01,1,",
    ]
    head = "order_id,ordered_at,amount,employee_id\n"
    shuffled = read({"o.csv": head + "\n".join(rows[number] for number in order) + "\n"})
    found = dict(zip(order, shuffled.rows("orders", "amount_e4", "__reason"), strict=True))
    assert found == {
        0: (125_000, None),
        1: (130_000, None),
        2: (10_000, "bad_date"),
        3: (None, "bad_number"),
        4: (10_000, "missing_order_id"),
        5: (10_000, "missing_employee_id"),
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
@example(b"\x1c")
def test_no_bytes_whatever_end_in_a_traceback(read: Reader, content: bytes) -> None:
    result = read({"a.csv": content, "b.xlsx": content, "c.parquet": content, "d.toml": content})
    for problem in (*result.delivery.problems, *result.delivery.notes):
        assert problem.message()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from('ab1,;"\n\t\r 员'), max_size=60))
def test_no_text_whatever_ends_in_a_traceback(read: Reader, text: str) -> None:
    result = read({"a.csv": "employee_id,name,hire_date\n1,Lin,2026-06-01\n" + text})
    # More lines with ; than with , make it a file of another kind.
    assert result.delivery.of("employees") or result.delivery.unrecognised
    for clean in result.delivery.of("employees"):
        assert clean.read >= 1
        result.delivery.set_aside(clean)
