"""Orders, tickets, measures, targets and the rest of a load, worked by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.errors import NotAllowed
from perf_core.services.inspect_loads import sources_of
from perf_core.store.engine import Store
from tests.services.deliveries import PEOPLE, account, cells, deliver, dump

MADE = "day, employee_id, brand, channel, credited_to, orders, revenue, repeat_orders"
OWNER = "channel,employee_id,from_date,brand,region\ntmall:a,E2,2026-06-02,core,west\n"


def test_orders_become_measures_of_their_local_day(store: Store, tmp_path: Path) -> None:
    orders = """
order_id,ordered_at,amount,employee_id,brand,channel,buyer_id,status,units
1,2026-06-01 23:30:00,100.1234,E1,luxe,tmall,b1,paid,1
2,2026-06-01T16:30:00Z,50.5,E1,core,tmall,b1,refunded,2
3,2026-06-02 11:00:00,60,E1,,tmall,b1,cancelled,2
4,2026-06-02 11:00:00,70,,zed,web,b1,,1
"""
    done = deliver(store, tmp_path, employees=PEOPLE, orders=orders)
    told = account(done, "orders")
    assert (told.read, told.loaded, dict(told.excluded)) == (4, 3, {"cancelled": 1})
    assert dict(told.notes) == {"brand_differs": 1}
    assert cells(store, f"{MADE}, units, refund_orders, refund_amount") == [
        ("2026-06-01", "E1", "", "tmall", "E1", 1.0, 1_001_234, 0.0, 1.0, 0.0, 0),
        ("2026-06-02", "", "zed", "web", "", 1.0, 700_000, 0.0, 1.0, 0.0, 0),
        ("2026-06-02", "E1", "", "tmall", "E1", 1.0, 505_000, 1.0, 2.0, 1.0, 505_000),
    ]
    columns = "month, employee_id, brand, channel, orders, revenue"
    assert cells(store, columns, "monthly_measures") == [
        ("2026-06-01", "", "zed", "web", 1.0, 700_000),
        ("2026-06-01", "E1", "", "tmall", 2.0, 1_506_234),
    ]


def test_the_owner_of_a_channel_is_credited_while_employed(store: Store, tmp_path: Path) -> None:
    orders = """
order_id,ordered_at,amount,channel,brand
1,2026-06-01,10,tmall:a,
2,2026-06-03,20,tmall:a,
3,2026-06-05,30,tmall:a,zed
4,2026-06-05,40,jd,
"""
    left = PEOPLE.replace("E2,Chen,2025-01-01,,", "E2,Chen,2025-01-01,2026-06-04,")
    done = deliver(store, tmp_path, employees=left, owners=OWNER, orders=orders, allow_rejects=True)
    assert account(done, "orders").rejected == {"missing_employee_id": 1}
    assert cells(store, MADE) == [
        ("2026-06-01", "", "core", "tmall:a", "", 1.0, 100_000, 0.0),
        ("2026-06-03", "", "core", "tmall:a", "E2", 1.0, 200_000, 0.0),
        ("2026-06-05", "", "zed", "tmall:a", "", 1.0, 300_000, 0.0),
    ]


def test_a_new_owner_is_credited_with_what_was_loaded_before(store: Store, tmp_path: Path) -> None:
    visits = "day,measure,value,channel\n2026-06-03,visits,9,tmall:a\n"
    deliver(store, tmp_path, employees=PEOPLE, owners=OWNER, measures=visits)
    assert cells(store, "employee_id, visits", "monthly_measures") == [("E2", 9.0)]
    deliver(store, tmp_path, owners=OWNER.replace("E2,2026-06-02", "E1,2026-06-03"))
    assert cells(store, "employee_id, visits", "monthly_measures") == [("E1", 9.0)]
    assert cells(store, "employee_id, credited_to") == [("", "E1")]


def test_a_corrected_order_moves_its_contribution(store: Store, tmp_path: Path) -> None:
    head = "order_id,ordered_at,amount,employee_id,channel,buyer_id,status\n"
    first = "1,2026-06-01,10,E1,jd,b,paid\n2,2026-06-02,20,E1,jd,b,paid\n3,2026-06-02,5,E2,jd,c,\n"
    deliver(store, tmp_path, employees=PEOPLE, orders=head + first)
    assert [row[-1] for row in cells(store, MADE)] == [0.0, 1.0, 0.0]
    deliver(store, tmp_path, orders=head + "1,2026-06-01,10,E1,jd,b,cancelled\n")
    assert cells(store, MADE) == [
        ("2026-06-02", "E1", "", "jd", "E1", 1.0, 200_000, 0.0),
        ("2026-06-02", "E2", "", "jd", "E2", 1.0, 50_000, 0.0),
    ]
    deliver(store, tmp_path, orders=head + "3,2026-06-09,7,E1,jd,b,paid\n")
    assert cells(store, MADE) == [
        ("2026-06-02", "E1", "", "jd", "E1", 1.0, 200_000, 0.0),
        ("2026-06-09", "E1", "", "jd", "E1", 1.0, 70_000, 1.0),
    ]


def test_an_earlier_order_that_comes_later_makes_the_others_repeats(
    store: Store, tmp_path: Path
) -> None:
    head = "order_id,ordered_at,amount,employee_id,channel,buyer_id\n"
    deliver(store, tmp_path, employees=PEOPLE, orders=head + "2,2026-06-02,20,E1,jd,b\n")
    deliver(store, tmp_path, orders=head + "1,2026-05-02,20,E3,web,b\n")
    assert [(row[1], row[-1]) for row in cells(store, MADE)] == [("E3", 0.0), ("E1", 1.0)]


def test_a_move_to_another_brand_changes_who_is_a_repeat_buyer(
    store: Store, tmp_path: Path
) -> None:
    orders = """
order_id,ordered_at,amount,employee_id,channel,buyer_id
1,2026-06-01,20,E1,jd,b
2,2026-06-05,20,E3,jd,b
"""
    deliver(store, tmp_path, employees=PEOPLE, orders=orders)
    assert [row[-1] for row in cells(store, MADE)] == [0.0, 1.0]
    before = dump(store)
    moved = "employee_id,from_date,role,brand\nE3,2026-06-04,head,core\n"
    done = deliver(store, tmp_path, assignments=moved)
    assert [row[-1] for row in cells(store, MADE)] == [0.0, 0.0]
    from perf_core.services.undo_load import undo_load

    assert done.load is not None
    undo_load(store, done.load, scope=everything())
    assert dump(store) == before


def test_tickets_become_measures(store: Store, tmp_path: Path) -> None:
    tickets = """
ticket_id,opened_at,employee_id,channel,response_seconds,resolved,csat,status
1,2026-06-01 10:00,E1,im,30,yes,5,closed
2,2026-06-01 11:00,E1,im,,no,,open
3,2026-06-01 12:00,E1,im,90.5,yes,3,closed
4,2026-06-01 12:00,E1,im,1,yes,3,test
"""
    done = deliver(store, tmp_path, employees=PEOPLE, tickets=tickets)
    assert account(done, "tickets").excluded == {"test": 1}
    codes = "tickets, response_seconds, responses, resolved_tickets, csat_sum, csat_count"
    assert cells(store, f"{codes}, csat_satisfied") == [(3.0, 120.5, 2.0, 2.0, 8.0, 2.0, 1.0)]


def test_reasons_come_in_their_order(sqlite_store: Store, tmp_path: Path) -> None:
    orders = """
order_id,ordered_at,amount,employee_id,channel,currency
1,2026-06-01,-5,E9,jd,
2,2026-04-01,-5,E4,jd,
3,2027-06-01,-5,E1,jd,
4,2027-06-01,5,E1,jd,USD
5,2026-06-01,5,E1,jd,USD
6,2026-06-01,5,E1,jd,CNY
"""
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, orders=orders, allow_rejects=True)
    told = account(done, "orders")
    assert told.rejected == {
        "unknown_employee": 1,
        "not_employed_that_day": 1,
        "negative_amount": 1,
        "future_date": 1,
        "no_rate": 1,
    }
    assert told.read == told.loaded + sum(told.rejected.values())
    assert cells(sqlite_store, "currency") == [("",)]


def test_foreign_money_keeps_its_currency_and_counts_do_not(
    sqlite_store: Store, tmp_path: Path
) -> None:
    deliver(
        sqlite_store,
        tmp_path,
        employees=PEOPLE,
        rates="month,currency,rate\n2026-06,USD,7.1\n",
        measures_wide=("day,employee_id,currency,visits,ad_spend\n2026-06-01,E1,USD,5,1.5\n"),
    )
    assert cells(sqlite_store, "currency, visits, ad_spend") == [
        ("", 5.0, None),
        ("USD", None, 15_000),
    ]


def test_money_of_orders_keeps_its_currency_and_their_count_has_none(
    store: Store, tmp_path: Path
) -> None:
    head = "order_id,ordered_at,amount,employee_id,channel,currency\n"
    deliver(
        store,
        tmp_path,
        employees=PEOPLE,
        rates="month,currency,rate\n2026-06,USD,7.1\n",
        orders=head + "1,2026-06-01,5,E1,jd,USD\n2,2026-06-01,6,E1,jd,\n",
    )
    assert cells(store, "currency, orders, revenue") == [("", 2.0, 60_000), ("USD", None, 50_000)]
    deliver(store, tmp_path, orders=head + "1,2026-06-01,5,E1,jd,CNY\n")
    assert cells(store, "currency, orders, revenue") == [("", 2.0, 110_000)]


def test_measures_replace_what_orders_made_and_orders_what_measures_brought(
    sqlite_store: Store, tmp_path: Path
) -> None:
    head = "order_id,ordered_at,amount,employee_id,channel\n"
    brought = "day,measure,value,employee_id,channel\n2026-06-01,orders,10,E1,jd\n"
    deliver(sqlite_store, tmp_path, employees=PEOPLE, orders=head + "1,2026-06-01,5,E1,jd\n")
    deliver(sqlite_store, tmp_path, measures=brought)
    assert cells(sqlite_store, "orders, revenue") == [(10.0, 50_000)]
    deliver(sqlite_store, tmp_path, orders=head + "2,2026-06-01,5,E1,jd\n")
    assert cells(sqlite_store, "orders, revenue") == [(2.0, 100_000)]


def test_a_measure_of_the_company_rides_along(store: Store, tmp_path: Path) -> None:
    catalogue = """
[measure.samples]
name = { zh = "样品", en = "Samples" }
unit = "count"

[measure.fees]
name = { zh = "费用", en = "Fees" }
unit = "money"
"""
    values = """
day,measure,value,employee_id
2026-06-01,samples,3,E1
2026-06-02,samples,4.5,E1
2026-06-02,fees,1.25,E1
2026-06-02,visits,7,E1
"""
    deliver(store, tmp_path, **{"perfboard.toml": catalogue}, employees=PEOPLE, measures=values)
    with store.reading() as connection:
        own = connection.exec_driver_sql("SELECT own FROM monthly_measures").scalar_one()
    import json

    loaded = json.loads(own) if isinstance(own, str) else own
    assert loaded == {"samples": 7.5, "fees": 12500}
    deliver(store, tmp_path, measures="day,measure,value,employee_id\n2026-06-02,samples,1,E1\n")
    with store.reading() as connection:
        own = connection.exec_driver_sql("SELECT own FROM monthly_measures").scalar_one()
    loaded = json.loads(own) if isinstance(own, str) else own
    assert loaded == {"samples": 4, "fees": 12500}


def test_a_later_target_is_a_revision_of_its_day(sqlite_store: Store, tmp_path: Path) -> None:
    head = "period,indicator,value,role,reason,revised_on\n"
    deliver(sqlite_store, tmp_path, targets=head + "2026-06,aov,300,platform_ops,,\n")
    deliver(sqlite_store, tmp_path, targets=head + "2026-06,aov,300,platform_ops,,\n")
    deliver(sqlite_store, tmp_path, targets=head + "2026-06,aov,250,platform_ops,,\n")
    assert cells(sqlite_store, "revised_on, value", "targets") == [
        ("0001-01-01", 300.0),
        ("2026-06-20", 250.0),
    ]
    dated = "2026-06,aov,300,platform_ops,,\n2026-06,aov,240,platform_ops,late,2026-06-10\n"
    deliver(sqlite_store, tmp_path, targets=head + dated)
    deliver(sqlite_store, tmp_path, targets=head + dated, today=date(2026, 6, 28))
    assert cells(sqlite_store, "revised_on, value", "targets") == [
        ("0001-01-01", 300.0),
        ("2026-06-10", 240.0),
        ("2026-06-20", 250.0),
    ]


def test_an_old_file_does_not_take_back_a_revision_with_a_reason(
    sqlite_store: Store, tmp_path: Path
) -> None:
    head = "period,indicator,value,role,reason,revised_on\n"
    first = head + "2026-06,aov,300,platform_ops,,\n"
    deliver(sqlite_store, tmp_path, targets=first)
    deliver(sqlite_store, tmp_path, targets=head + "2026-06,aov,250,platform_ops,ill,2026-06-12\n")
    deliver(sqlite_store, tmp_path, targets=first)
    assert len(cells(sqlite_store, "revised_on", "targets")) == 2
    deliver(sqlite_store, tmp_path, targets=first.replace("300", "280"))
    assert cells(sqlite_store, "revised_on, value", "targets")[-1] == ("2026-06-20", 280.0)


def test_targets_of_nothing_known_are_rejected(sqlite_store: Store, tmp_path: Path) -> None:
    targets = """
period,indicator,value,employee_id,currency
2026-04,aov,0,,
2026-04,conversion,-1,,
2026-06,no_such,1,,
2026-06,aov,5,E9,
2026-06,aov,5,,USD
2026-06,conversion,5,,USD
"""
    done = deliver(sqlite_store, tmp_path, targets=targets, allow_rejects=True)
    assert account(done, "targets").rejected == {
        "bad_choice": 1,
        "no_rate": 1,
        "target_not_positive": 2,
        "unknown_employee": 1,
    }


def test_a_file_without_a_decision_keeps_the_one_made(sqlite_store: Store, tmp_path: Path) -> None:
    head = "event_id,day,employee_id,kind,status\n"
    first = head + "V1,2026-06-01,E1,ban,confirmed\n"
    deliver(sqlite_store, tmp_path, employees=PEOPLE, veto_events=first)
    deliver(sqlite_store, tmp_path, veto_events=head + "V1,2026-06-02,E1,ban,\n")
    assert cells(sqlite_store, "day, status", "veto_events") == [("2026-06-02", "confirmed")]


def test_a_figure_says_which_loads_it_came_from(store: Store, tmp_path: Path) -> None:
    head = "order_id,ordered_at,amount,employee_id,channel\n"
    visits = "day,measure,value,employee_id,channel\n2026-06-01,visits,{},E1,jd\n"
    orders = "1,2026-06-01,5,E1,jd\n2,2026-06-02,5,E1,jd\n"
    one = deliver(
        store, tmp_path, employees=PEOPLE, orders=head + orders, measures=visits.format(3)
    )
    two = deliver(store, tmp_path, orders=head + "2,2026-06-02,6,E1,jd\n")
    three = deliver(store, tmp_path, measures=visits.format(4))
    june = (date(2026, 6, 1), date(2026, 6, 30))
    found = sources_of(store, "E1", ["orders", "visits"], *june, scope=everything())
    assert [tuple(row) for row in found[["measure", "load_id", "values"]].to_numpy()] == [
        ("orders", one.load, 1),
        ("orders", two.load, 1),
        ("visits", three.load, 1),
    ]
    assert sources_of(store, "E2", ["orders"], *june, scope=everything()).empty
    other = Scope(Viewer(ViewerKind.EMPLOYEE, "E2"), frozenset({"E2"}), PayRight.NONE)
    with pytest.raises(NotAllowed):
        sources_of(store, "E1", ["orders"], *june, scope=other)
