"""Mapping files: renamed columns, values, constants, SQL over several files, what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.sources.conftest import Read

Reader = Callable[..., Read]

SHOP = """
[brand.luxe]
name = { zh = "奢品", en = "Luxe" }

[source.shop_export]
table   = "orders"
match   = "订单*.csv"
columns = { order_id = "编号", ordered_at = "付款于", amount = "实收", employee_id = "谁" }
values  = { status = { "黄了" = "cancelled" } }
constant = { channel = "taobao", currency = "USD" }
timezone = "Asia/Tokyo"
test = { buyer_id = ["test*", "内部?"] }
daily   = true
"""


def test_a_mapping_renames_swaps_fills_and_tells_tests(read: Reader) -> None:
    rows = (
        "编号,付款于,实收,谁,订单状态,买家昵称,币种\n"
        "1,2026-06-01 00:30:00,10,E1,黄了,a,\n"
        "2,2026-06-01 01:30:00,10,E1,已付款,TEST7,人民币\n"
        "3,2026-06-01 01:30:00,10,E1,,内部b,EUR\n"
        "4,2026-06-01 01:30:00,10,E1,,contest,\n"
    )
    result = read({"in/订单6月.csv": rows, "perfboard.toml": SHOP})
    clean = result.table("orders")
    assert (clean.source, clean.daily, clean.timezone) == ("shop_export", True, "Asia/Tokyo")
    assert result.reasons("orders") == ["cancelled", "test", "test", None]
    assert result.rows("orders", "day", "channel", "currency") == [
        (date(2026, 5, 31), "taobao", "USD"),
        (date(2026, 6, 1), "taobao", ""),
        (date(2026, 6, 1), "taobao", "EUR"),
        (date(2026, 6, 1), "taobao", "USD"),
    ]
    assert result.delivery.catalogue_entries == [
        ("perfboard.toml", {"brand": {"luxe": {"name": {"zh": "奢品", "en": "Luxe"}}}})
    ]
    assert list(result.delivery.mappings) == ["shop_export"]


def test_files_no_source_asks_for_are_recognised_or_named(read: Reader) -> None:
    files = {
        "perfboard.toml": SHOP,
        "staff.csv": "工号,姓名,入职日期\n1,Lin,2026-06-01\n",
        "other.csv": "a,b\n1,2\n",
    }
    result = read(files)
    assert result.table("employees").read == 1
    assert {(note.file, note.code) for note in result.delivery.notes} == {
        ("perfboard.toml", "no_match"),
        ("other.csv", "skipped"),
    }
    assert result.codes == []


def test_a_mapping_elsewhere_takes_the_place_of_the_folders(read: Reader, tmp_path: Path) -> None:
    elsewhere = tmp_path / "mine.toml"
    elsewhere.write_text(SHOP.replace("Asia/Tokyo", "UTC"), encoding="utf-8")
    rows = "编号,付款于,实收,谁\n1,2026-06-01 20:00:00,10,E1\n"
    files = {"订单.csv": rows, "perfboard.toml": SHOP.replace('"谁"', '"nobody"')}
    result = read(files, mapping_path=elsewhere)
    assert result.rows("orders", "day") == [date(2026, 6, 2)]


QUERY = """
[source.people]
table = "employees"
match = { staff = "staff*.csv", names = "names.csv" }
constant = { leave_type = "主动" }
values = { region = { "1" = "north" } }
query = '''
    select s.id as employee_id, n.name, s.hired as hire_date, s.region
      from staff s left join names n on n.id = s.id order by s.id'''

[source.pay]
table = "pay"
match = ["staff_1.csv"]
query = "select id as employee_id, '2026-06' as month, rate::double * 160 as amount from staff_1"
"""
STAFF = {
    "staff_1.csv": "id,hired,region,rate\n1,2026-06-01,1,10.5\n2,2026-06-02,,20\n",
    "staff_2.csv": "id,hired\n3,2026-06-03\n",
    "names.csv": "id,name\n1,Lin\n2,Wu\n",
}


def test_sql_sees_its_files_as_text_and_stacks_named_ones(read: Reader) -> None:
    result = read({**STAFF, "perfboard.toml": QUERY})
    assert result.codes == []
    assert result.rows("employees", "__row", "name", "region", "leave_type", "__reason") == [
        (1, "Lin", "north", "voluntary", None),
        (2, "Wu", "", "voluntary", None),
        (3, "", "", "voluntary", "missing_name"),
    ]
    assert result.rows("pay", "employee_id", "amount_e4") == [("1", 16_800_000), ("2", 32_000_000)]
    assert result.table("employees").file == "staff_1.csv + staff_2.csv + names.csv"


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select content from read_text('/etc/hostname')",
        "select * from elsewhere",
        "select * frm staff_1",
        "install httpfs",
        "copy staff_1 to 'x.csv'",
        "select 1; drop table staff_1",
        "select * from duckdb_secrets(), glob('*')",
        "select hired::int as employee_id from staff_1",
    ],
)
def test_sql_that_fails_or_reaches_out_is_explained(read: Reader, query: str) -> None:
    mapping = f'[source.bad]\ntable = "pay"\nmatch = ["staff_1.csv"]\nquery = """{query}"""\n'
    result = read({**STAFF, "perfboard.toml": mapping})
    assert result.codes == ["bad_query"]
    assert "source bad" in result.delivery.problems[0].message()
    assert result.delivery.of("pay") == []


def test_a_sheet_is_a_table_of_its_own_for_sql(read: Reader) -> None:
    from tests.sources.test_files import workbook

    book = workbook([["who", "n"], ["E1", 7]], [["who", "n"], ["E2", 8]], names=("A", "B"))
    mapping = (
        '[source.b]\ntable = "pay"\nmatch = ["my book.xlsx"]\n'
        "query = '''select who as employee_id, '2026-06' as month, n as amount "
        "from \"my book_B\"'''\n"
    )
    result = read({"my book.xlsx": book, "perfboard.toml": mapping})
    assert result.rows("pay", "employee_id", "amount_e4") == [("E2", 80_000)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('table = "moons"', "there is no table"),
        ('table = "pay"\ncolour = 1', "unknown key colour"),
        ('table = "pay"\ncolumns = { height = "a" }', "no column height"),
        ('table = "pay"\nmatch = 7', "match must be"),
        ('table = "pay"\ntimezone = "Mars/Base"', "no time zone"),
        ('table = "pay"\nmatch = { a = "*.csv" }', "named patterns need a query"),
        ('table = "pay"\nquery = "select 1"\ncolumns = { amount = "a" }', "either columns or"),
    ],
)
def test_a_bad_source_is_explained_and_the_others_stand(read: Reader, body: str, said: str) -> None:
    mapping = (
        f'[source.bad]\n{body}\n[source.good]\ntable = "employees"\n'
        'match = "s.csv"\ncolumns = { name = "wer" }\n'
    )
    staff = "employee_id,wer,hire_date\n1,Lin,2026-06-01\n"
    result = read({"perfboard.toml": mapping, "s.csv": staff})
    assert result.codes == ["bad_mapping"]
    assert said in result.delivery.problems[0].message()
    assert result.table("employees").source == "good"


def test_a_missing_header_or_column_is_named(read: Reader) -> None:
    mapping = '[source.s]\ntable = "employees"\nmatch = "s.csv"\ncolumns = { name = "wer" }\n'
    result = read({"perfboard.toml": mapping, "s.csv": "employee_id,hire_date\n1,2026-06-01\n"})
    assert result.codes == ["missing_header"]
    assert "wer" in result.delivery.problems[0].message()
    result = read({"perfboard.toml": mapping, "s.csv": "employee_id,wer\n1,Lin\n"})
    assert result.codes == ["missing_required"]


def test_broken_toml_is_a_problem(read: Reader) -> None:
    assert read({"perfboard.toml": "[source.x\n"}).codes == ["bad_toml"]


REMEMBERED = {
    "hr": {"table": "employees", "match": "*.csv", "columns": {"employee_id": "Nr", "name": "Wer"}}
}


def test_a_remembered_mapping_applies_where_its_headers_are(read: Reader) -> None:
    files = {
        "a.csv": "Nr,Wer,hire_date\n1,Lin,2026-06-01\n",
        "b.csv": "employee_id,name,hire_date\n2,Wu,2026-06-01\n",
    }
    result = read(files, remembered=REMEMBERED)
    assert [clean.source for clean in result.delivery.of("employees")] == ["hr", ""]


def test_a_source_asked_for_by_name_is_the_only_one_used(read: Reader) -> None:
    remembered = {
        **REMEMBERED,
        "sql": {
            "table": "employees",
            "match": ["a.csv"],
            "query": "select Nr as employee_id, Wer as name, '2026-06-01' as hire_date from a",
        },
    }
    files = {"a.csv": "Nr,Wer\n1,Lin\n"}
    assert read(files, remembered=remembered).delivery.tables == []
    result = read(files, remembered=remembered, source="sql")
    assert result.table("employees").source == "sql"
    plain = read({"b.csv": "工号,姓名,入职日期\n1,Lin,2026-06-01\n"}, source="new_hr")
    assert plain.table("employees").source == "new_hr"


def test_sheets_a_source_does_not_take_are_still_recognised(read: Reader) -> None:
    from tests.sources.test_files import workbook

    book = workbook(
        [["Nr", "Wer", "入职日期"], ["1", "Lin", "2026-06-01"]],
        [["工号", "月份", "金额"], ["1", "2026-06", 8]],
        [["a", "b"], [1, 2]],
        names=("S", "P", "X"),
    )
    mapping = (
        '[source.s]\ntable = "employees"\nmatch = "b.xlsx"\n'
        'columns = { employee_id = "Nr", name = "Wer" }\n'
    )
    result = read({"b.xlsx": book, "perfboard.toml": mapping})
    assert result.table("employees").source == "s"
    assert result.table("pay").file == "b.xlsx#P"
    assert [(note.file, note.code) for note in result.delivery.notes] == [("b.xlsx#X", "skipped")]


def test_a_source_without_a_pattern_takes_what_fits_it(read: Reader) -> None:
    mapping = '[source.s]\ntable = "employees"\ncolumns = { name = "Wer" }\n'
    files = {
        "perfboard.toml": mapping,
        "a.csv": "工号,Wer,入职日期\n1,Lin,2026-06-01\n",
        "b.csv": "工号,姓名,入职日期\n2,Wu,2026-06-01\n",
    }
    result = read(files)
    assert result.codes == []
    assert [one.source for one in result.delivery.of("employees")] == ["s", ""]


def test_values_reach_measures_too(read: Reader) -> None:
    mapping = (
        '[source.s]\ntable = "measures_wide"\nmatch = "a.csv"\ncolumns = { visits = "Besuche" }\n'
        'values = { visits = { "keine" = 0 } }\nconstant = { brand = "luxe" }\n'
    )
    rows = "日期,Besuche\n2026-06-01,keine\n2026-06-02,7\n"
    result = read({"perfboard.toml": mapping, "a.csv": rows})
    assert result.rows("measures_wide", "brand", "visits") == [("luxe", 0.0), ("luxe", 7.0)]


def test_files_of_the_same_name_are_told_apart(read: Reader, tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        path = tmp_path / f"shop{number}" / "staff.csv"
        path.parent.mkdir()
        path.write_text(f"employee_id,name,hire_date\n{number},Lin,2026-06-01\n")
        paths.append(path)
    files = [clean.file for clean in read(paths=paths).delivery.of("employees")]
    assert len(set(files)) == 2
