"""Which rows stay: reasons in their order, duplicates, totals, tests; and wide measures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from perf_core.sources.delivery import DeliverySettings, read_typed
from perf_core.sources.reasons import advice
from tests.sources.conftest import MEASURES, Read

Reader = Callable[..., Read]

ORDER_HEAD = "order_id,ordered_at,amount,employee_id,brand,channel,status,units,updated_at\n"


def orders(read: Reader, *rows: str, **more: object) -> Read:
    return read({"orders.csv": ORDER_HEAD + "\n".join(rows) + "\n"}, **more)


def test_a_row_counts_under_the_first_reason_that_holds(read: Reader) -> None:
    result = orders(
        read,
        "合计,,100,,,,,,",
        ",soon,abc,E1,,,,,",
        "1,,abc,E1,,,,,",
        "2,soon,,E1,,,,,",
        "3,soon,abc,,,,,,",
        "4,soon,abc,E1,,,whatever,9e15,",
        "5,2026-06-01,abc,E1,,,whatever,9e15,",
        "6,2026-06-01,1,E1,,,whatever,9e15,",
        "7,2026-06-01,1,E1,,,cancelled,9e15,",
        "8,2026-06-01,1,E1,,,cancelled,1,soon",
        "9,2026-06-01,1,E1,,,cancelled,1,",
        "10,2026-06-01,1,,luxe,,,,",
        "11,2026-06-01,1,,,tmall,,,",
        "12,2026-06-01,1,,,,,,",
    )
    assert result.reasons("orders") == [
        "totals_row",
        "missing_order_id",
        "missing_ordered_at",
        "missing_amount",
        "missing_employee_id",
        "bad_date",
        "bad_number",
        "bad_choice",
        "too_large",
        "bad_date",
        "cancelled",
        None,
        None,
        "missing_employee_id",
    ]
    assert result.table("orders").read == 14


def test_totals_rows_are_told_by_the_key_or_an_unused_first_column(read: Reader) -> None:
    rows = "日期,渠道,工号,访客数\n2026-06-01,tmall,E1,5\n总计,,,5\n2026-06-01,Total,,5\n"
    assert read({"a.csv": rows}).reasons("measures_wide") == [None, "totals_row", "totals_row"]
    rows = "序号,工号,姓名,入职日期\n1,E1,Total,2026-06-01\n合计,E2,x,2026-06-01\n"
    assert read({"b.csv": rows}).reasons("employees") == [None, "totals_row"]


def test_of_the_same_key_the_last_row_stays(read: Reader) -> None:
    result = orders(
        read, "1,2026-06-01,1,E1,,a,,,", "1,2026-06-01,2,E1,,b,,,", "1,2026-06-01,3,E2,,a,,,"
    )
    assert result.reasons("orders") == ["duplicate", None, None]


def test_of_the_same_key_the_latest_update_stays(read: Reader) -> None:
    result = orders(
        read,
        "1,2026-06-01,1,E1,,,,,2026-06-05 10:00:00",
        "1,2026-06-01,2,E1,,,,,2026-06-07 10:00:00",
        "1,2026-06-01,3,E1,,,,,2026-06-06 10:00:00",
        "1,2026-06-01,4,E1,,,,,",
    )
    assert result.reasons("orders") == ["duplicate", None, "duplicate", "duplicate"]


def test_a_rejected_row_is_no_rival_but_a_cancelled_one_is(read: Reader) -> None:
    rejected = orders(read, "1,2026-06-01,1,E1,,,,,", "1,2026-06-01,x,E1,,,,,")
    assert rejected.reasons("orders") == [None, "bad_number"]
    cancelled = orders(read, "1,2026-06-01,1,E1,,,,,", "1,2026-06-01,1,E1,,,cancelled,,")
    assert cancelled.reasons("orders") == ["duplicate", "cancelled"]
    assert cancelled.rows("orders", "order_id", "status")[1] == ("1", "cancelled")


def test_keys_are_compared_over_all_files_of_the_load(read: Reader) -> None:
    head = "员工工号,姓名,入职日期\n"
    files = {
        "a.csv": head + "1,Lin,2026-06-01\n2,Wu,2026-06-01\n",
        "b.csv": head + "1.0,Lin,2026/6/1\n",
    }
    assert read(files).reasons("employees") == ["duplicate", None, None]


def test_blank_parts_of_a_key_are_equal(read: Reader) -> None:
    text = "period,indicator,value,employee_id\n2026-06,sales,1,E1\n2026年6月,sales,2,E1\n"
    assert read({"t.csv": text}).reasons("targets") == ["duplicate", None]
    pay = "employee_id,month,amount,kind\nE1,2026-06,1,\nE1,2026-06,2,base\nE1,2026-06,3,奖金\n"
    result = read({"p.csv": pay})
    assert result.reasons("pay") == ["duplicate", None, None]
    assert result.rows("pay", "kind") == ["base", "base", "bonus"]


def test_marks_go_from_one_to_five(read: Reader) -> None:
    ratings = (
        "period,ratee_id,rater_id,relation,dimension,score\n"
        "2026-06,E1,E2,同事,attitude,5\n"
        "2026-06,E1,E3,上级,attitude,6\n"
        "2026-06,E1,E4,boss,attitude,0.5\n"
        "2026-06,E1,E5,friend,attitude,4\n"
        "2026-06,E1,E1,self,attitude,x\n"
    )
    result = read({"r.csv": ratings})
    assert result.reasons("ratings") == [
        None,
        "bad_rating",
        "bad_rating",
        "bad_choice",
        "bad_number",
    ]
    assert result.rows("ratings", "relation")[:3] == ["peer", "manager", "manager"]
    tickets = "ticket_id,opened_at,employee_id,csat\n1,2026-06-01,E1,9\n2,2026-06-01,E1,\n"
    assert read({"t.csv": tickets}).reasons("tickets") == ["bad_rating", None]


def test_measures_go_by_code_or_name(read: Reader) -> None:
    text = (
        "day,measure,value,employee_id,currency\n"
        "2026-06-01,visits,5,E1,USD\n"
        "2026-06-01,支付金额,12.34565,E1,USD\n"
        "2026-06-01,Revenue,1,E1,\n"
        "2026-06-01,moonshine,1,E1,\n"
        "2026-06-01,visits,1,,\n"
    )
    result = read({"m.csv": text})
    assert result.rows("measures", "measure", "value", "value_e4", "currency", "__reason") == [
        ("visits", 5.0, None, "", None),
        ("revenue", 12.34565, 123_457, "USD", None),
        ("revenue", 1.0, 10_000, "", None),
        ("moonshine", 1.0, None, "", "bad_choice"),
        ("visits", 1.0, None, "", "missing_employee_id"),
    ]


def test_a_wide_table_has_a_column_per_measure_and_melts(read: Reader) -> None:
    text = (
        "统计日期,员工工号,访客数,支付金额（元）,转化率\n"
        '2026-06-01,E1,"1,200",¥99.5,3%\n2026-06-02,E1,-,,\n'
    )
    result = read({"日报.csv": text})
    clean = result.table("measures_wide")
    assert clean.measures == ("visits", "revenue")
    assert clean.unmapped == ("转化率",)
    assert result.rows("measures_wide", "visits", "revenue", "__reason") == [
        (1200.0, 995_000, None),
        (None, None, None),
    ]
    view = result.delivery.melted(clean)
    melted = result.delivery.connection.execute(
        f"select __row, day, measure, value, value_e4, currency from {view} order by measure"
    ).fetchall()
    assert melted == [
        (2, date(2026, 6, 1), "revenue", 99.5, 995_000, ""),
        (2, date(2026, 6, 1), "visits", 1200.0, None, ""),
    ]


def test_wide_files_with_different_measures_do_not_hide_each_other(read: Reader) -> None:
    files = {
        "a.csv": "day,employee_id,visits,orders\n2026-06-01,E1,10,1\n2026-06-02,E1,20,2\n",
        "b.csv": "day,employee_id,carts\n2026-06-01,E1,5\n",
        "c.csv": "day,employee_id,visits\n2026-06-01,E1,11\n",
        "d.csv": "day,measure,value,employee_id\n2026-06-02,visits,21,E1\n2026-06-02,orders,3,E1\n",
    }
    result = read(files)
    assert result.reasons("measures_wide") == [None, "duplicate", None, None]
    first = result.delivery.of("measures_wide")[0]
    cells = result.delivery.connection.execute(
        f"select visits, orders from {first.relation} order by __row"
    ).fetchall()
    assert cells == [(None, 1.0), (20.0, 2.0)]
    assert result.reasons("measures") == [None, None]


def test_set_aside_rows_come_with_their_row_and_advice(read: Reader) -> None:
    result = orders(
        read, "1,2026-06-01,x,E1,,,,,", "2,2026-06-01,1,E1,,,cancelled,,", "3,2026-06-01,1,E1,,,,,"
    )
    clean = result.table("orders")
    both = result.delivery.set_aside(clean)
    assert both[["row", "reason", "order_id", "amount"]].to_numpy().tolist() == [
        [2, "bad_number", "1", "x"],
        [3, "cancelled", "2", "1"],
    ]
    assert both["advice"].tolist() == [advice("bad_number"), advice("cancelled")]
    assert result.delivery.set_aside(clean, "rejected")["row"].tolist() == [2]
    assert result.delivery.set_aside(clean, "excluded")["row"].tolist() == [3]
    assert len(result.delivery.set_aside(clean, limit=1)) == 1


def test_tables_typed_by_hand_pass_the_same_cleaning(tmp_path: Path) -> None:
    frames = {
        "employees": pd.DataFrame(
            {
                "employee_id": ["E1", "E2", None, 7.0],
                "name": ["Lin", "Wu", None, "Ma"],
                "hire_date": [date(2026, 6, 1), "2026年6月2日", None, pd.NaT],
                "bonus_base": [1000, 12.5, None, None],
            }
        )
    }
    delivery = read_typed(
        frames, workdir=tmp_path, measures=MEASURES, axis_names={}, settings=DeliverySettings()
    )
    (clean,) = delivery.tables
    rows = delivery.connection.execute(
        f"select __row, employee_id, hire_date, bonus_base_e4, __reason from {clean.relation}"
    ).fetchall()
    delivery.close()
    assert rows == [
        (1, "E1", date(2026, 6, 1), 10_000_000, None),
        (2, "E2", date(2026, 6, 2), 125_000, None),
        (4, "7", None, None, "missing_hire_date"),
    ]
