"""How single cells are read: dates, numbers, ids, choices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from tests.sources.conftest import Read

Reader = Callable[..., Read]


def hired(read: Reader, *texts: str, header: str = "hire_date") -> Read:
    rows = "".join(f'E{number},Name,"{text}"\n' for number, text in enumerate(texts))
    return read({"employees.csv": f"employee_id,name,{header}\n{rows}"})


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01",
        "2026/6/1",
        "2026年6月1日",
        "２０２６年６月１日",
        "20260601",
        "46174",
        "2026.6.1",
        "2026-06-01 00:00:00",
        "2026-06-01T00:00:00",
        "2026-06-01T08:00:00+08:00",
        "2026-05-31T20:00:00Z",
        " 2026-06-01　",
        "Jun 1, 2026",
        "1 June 2026",
    ],
)
def test_a_day_is_read_in_every_usual_form(read: Reader, text: str) -> None:
    assert hired(read, text).rows("employees", "hire_date", "__reason") == [
        (date(2026, 6, 1), None)
    ]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "soon", "2026", "infinity", "2026-13-01", "03/04/26", "0026-06-01", "7"]
)
def test_what_is_no_day_is_a_bad_date(read: Reader, text: str) -> None:
    assert hired(read, text).reasons("employees") == ["bad_date"]


def test_day_and_month_are_settled_by_the_other_values_of_the_column(read: Reader) -> None:
    american = hired(read, "03/04/2026", "04/13/2026")
    assert american.rows("employees", "hire_date") == [date(2026, 3, 4), date(2026, 4, 13)]
    european = hired(read, "03/04/2026", "13.04.2026")
    assert european.rows("employees", "hire_date") == [date(2026, 4, 3), date(2026, 4, 13)]


def test_day_and_month_are_never_guessed(read: Reader) -> None:
    assert hired(read, "03/04/2026", "05/05/2026").reasons("employees") == ["bad_date", None]
    contradicting = hired(read, "13/04/2026", "04/13/2026", "03/04/2026")
    assert contradicting.reasons("employees") == [None, None, "bad_date"]


def test_a_source_may_say_how_its_dates_are_written(read: Reader) -> None:
    mapping = '[source.hr]\ntable = "employees"\nmatch = "staff.csv"\ndate_format = "%m/%d/%Y"\n'
    staff = "employee_id,name,hire_date\n1,Lin,03/04/2026\n2,Wu,2026-05-06\n3,Chen,13/04/2026\n"
    result = read({"perfboard.toml": mapping, "staff.csv": staff})
    days = [date(2026, 3, 4), date(2026, 5, 6), date(2026, 4, 13)]
    assert result.rows("employees", "hire_date") == days


@pytest.mark.parametrize(
    ("text", "e4"),
    [
        ("1234.5", 12_345_000),
        ("1,234.5", 12_345_000),
        ("¥1,234.5", 12_345_000),
        ("￥１，２３４．５", 12_345_000),
        ("(12)", -120_000),
        ("-¥12.00", -120_000),
        ("−12", -120_000),
        ("50%", 5_000),
        ("1e3", 10_000_000),
        ("0.00005", 1),
        ("12.34565", 123_457),
        ("-12.34565", -123_457),
        ("20565.6206", 205_656_206),
        ("1000000000000", 10**16),
        ("99 元", 990_000),
    ],
)
def test_money_is_exact(read: Reader, text: str, e4: int) -> None:
    pay = f'employee_id,month,amount\nE1,2026-06,"{text}"\n'
    assert read({"pay.csv": pay}).rows("pay", "amount_e4", "__reason") == [(e4, None)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "bad_number"),
        ("1,5", "bad_number"),
        ("12,34,567", "bad_number"),
        ("nan", "bad_number"),
        ("inf", "bad_number"),
        ("1_000", "bad_number"),
        ("0x1F", "bad_number"),
        ("1.2.3", "bad_number"),
        ("1000000000000.01", "too_large"),
        ("-1e13", "too_large"),
        ("1e300", "too_large"),
        ("", "missing_amount"),
        ("  　", "missing_amount"),
    ],
)
def test_what_is_no_amount_says_so(read: Reader, text: str, reason: str) -> None:
    pay = f'employee_id,month,amount\nE1,2026-06,"{text}"\n'
    assert read({"pay.csv": pay}).reasons("pay") == [reason]


def test_percent_and_brackets_count_in_any_number(read: Reader) -> None:
    text = 'period,indicator,value\n2026-06,conversion,3.2%\n2026-07,conversion,"(1,200)"\n'
    assert read({"targets.csv": text}).rows("targets", "value") == [0.032, -1200.0]


def test_a_file_that_shows_decimal_commas_is_read_by_them(read: Reader) -> None:
    pay = "employee_id;month;amount\nE1;2026-06;1.234,50\nE2;2026-06;12,5\nE3;2026-06;1.000\n"
    amounts = read({"pay.csv": pay}).rows("pay", "amount_e4")
    assert amounts == [12_345_000, 125_000, 10_000_000]


def test_a_file_that_shows_both_decimal_signs_stays_with_the_point(read: Reader) -> None:
    pay = "employee_id;month;amount\nE1;2026-06;12.5\nE2;2026-06;12,5\n"
    assert read({"pay.csv": pay}).reasons("pay") == [None, "bad_number"]


@pytest.mark.parametrize(
    "text", ["2026-06", "2026年6月", "2026/6", "202606", "2026-06-15", "June 2026", "2026年06月份"]
)
def test_a_month_is_its_first_day(read: Reader, text: str) -> None:
    pay = f"employee_id,month,amount\nE1,{text},1\n"
    assert read({"pay.csv": pay}).rows("pay", "month") == [date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-06", "2026-06"),
        ("2026年6月", "2026-06"),
        ("2026-Q2", "2026-Q2"),
        ("2026年第二季度", "2026-Q2"),
        ("2026-W23", "2026-W23"),
        ("2026", "2026"),
        ("2026年", "2026"),
        ("2026/6/15", "2026-06-15"),
        ("2026-05-30..2026-08-29", "2026-05-30..2026-08-29"),
        ("2026/5/30~2026/8/29", "2026-05-30..2026-08-29"),
    ],
)
def test_a_period_gets_its_code(read: Reader, text: str, code: str) -> None:
    result = read({"targets.csv": f"period,indicator,value\n{text},sales,1\n"})
    assert result.rows("targets", "period", "__reason") == [(code, None)]


def test_what_is_no_period_is_a_bad_choice_of_dates(read: Reader) -> None:
    result = read({"targets.csv": "period,indicator,value\nsoon,sales,1\n2026-13,sales,1\n"})
    assert result.reasons("targets") == ["bad_date", "bad_date"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("17850.0", "17850"),
        ("00123", "00123"),
        ("  A 7　", "A 7"),
        ('=""00123""', "00123"),
        ("'00123", "00123"),
        ("1.05", "1.05"),
        ("\t00123\t", "00123"),
    ],
)
def test_an_id_stays_text(read: Reader, text: str, meant: str) -> None:
    result = read({"employees.csv": f'员工工号,姓名,入职日期\n"{text}",Lin,2026-06-01\n'})
    assert result.rows("employees", "employee_id") == [meant]


def order_rows(read: Reader, *rows: str, header: str = "", **more: object) -> Read:
    head = "order_id,ordered_at,amount,employee_id" + header
    return read({"orders.csv": "\n".join([head, *rows]) + "\n"}, **more)


@pytest.mark.parametrize(
    ("text", "instant", "day"),
    [
        ("2026-06-01 12:34:56", datetime(2026, 6, 1, 4, 34, 56), date(2026, 6, 1)),
        ("2026/6/1 1:02", datetime(2026, 5, 31, 17, 2), date(2026, 6, 1)),
        ("2026-06-01T23:00:00Z", datetime(2026, 6, 1, 23), date(2026, 6, 2)),
        ("2026-06-01 12:00:00 +0800", datetime(2026, 6, 1, 4), date(2026, 6, 1)),
        (
            "2026-06-01T00:30:00.250-07:00",
            datetime(2026, 6, 1, 7, 30, 0, 250_000),
            date(2026, 6, 1),
        ),
        ("2026年6月1日 12时30分", datetime(2026, 6, 1, 4, 30), date(2026, 6, 1)),
        ("46174.5", datetime(2026, 6, 1, 4), date(2026, 6, 1)),
        ("20260601123456", datetime(2026, 6, 1, 4, 34, 56), date(2026, 6, 1)),
        ("2026/6/1 下午 3:05:00", datetime(2026, 6, 1, 7, 5), date(2026, 6, 1)),
        ("2026-06-01", datetime(2026, 5, 31, 16), date(2026, 6, 1)),
    ],
)
def test_an_instant_is_utc_and_its_day_the_companys(
    read: Reader, text: str, instant: datetime, day: date
) -> None:
    result = order_rows(read, f'1,"{text}",1,E1')
    assert result.rows("orders", "ordered_at", "day", "__reason") == [(instant, day, None)]


def test_the_sources_zone_moves_times_but_no_bare_day(read: Reader) -> None:
    mapping = '[source.us]\ntable = "orders"\nmatch = "*.csv"\ntimezone = "America/New_York"\n'
    rows = "order_id,ordered_at,amount,employee_id\n1,2026-06-01 20:00:00,1,E1\n2,2026-06-01,1,E1\n"
    result = read({"perfboard.toml": mapping, "o.csv": rows})
    assert result.rows("orders", "day") == [date(2026, 6, 2), date(2026, 6, 1)]


def test_statuses_and_flags_are_known_in_both_languages(read: Reader) -> None:
    header = ",status,is_test"
    result = order_rows(
        read,
        "1,2026-06-01,1,E1,交易成功,否",
        "2,2026-06-01,1,E1,REFUNDED,0",
        "3,2026-06-01,1,E1,已取消,",
        "4,2026-06-01,1,E1,,是",
        "5,2026-06-01,1,E1,whatever,no",
        "6,2026-06-01,1,E1,paid,perhaps",
        "7,2026-06-01,1,E1,test,",
        header=header,
    )
    assert result.rows("orders", "status")[:4] == ["paid", "refunded", "cancelled", "paid"]
    reasons = [None, None, "cancelled", "test", "bad_choice", "bad_choice", "test"]
    assert result.reasons("orders") == reasons


def test_the_companys_own_currency_is_left_blank(read: Reader) -> None:
    result = order_rows(
        read,
        "1,2026-06-01,1,E1,人民币",
        "2,2026-06-01,1,E1,usd",
        "3,2026-06-01,1,E1,",
        "4,2026-06-01,1,E1,cny",
        header=",currency",
    )
    assert result.rows("orders", "currency") == ["", "USD", "", ""]


def test_names_become_codes_and_unknown_ones_stay(read: Reader) -> None:
    names = {"brand": {"奢品": "luxe", "Luxe": "luxe"}, "role": {"客服": "service"}}
    rows = "employee_id,from_date,role,brand\nE1,2026-06-01,客服,奢品\nE2,2026-06-01,售前,LUXE\n"
    result = read({"a.csv": rows}, axis_names=names, title_roles={"售前": "service"})
    assert result.rows("assignments", "role", "brand") == [("service", "luxe")] * 2
    fresh = read({"a.csv": rows.replace("奢品", "新牌")}, axis_names=names)
    assert fresh.rows("assignments", "role", "brand") == [("service", "新牌"), ("售前", "luxe")]
