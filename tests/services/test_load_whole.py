"""A load as a whole: refused, skipped, tried, repeated, undone."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perf_core.domain.access import everything
from perf_core.domain.errors import CannotUndo, NotFound, NothingToUndo
from perf_core.services.inspect_loads import list_loads, load_account, set_aside_rows
from perf_core.services.preview_files import preview_files
from perf_core.services.save_titles import save_titles
from perf_core.services.undo_load import undo_load
from perf_core.store.engine import Store
from tests.services.deliveries import PEOPLE, TODAY, account, cells, deliver, dump, folder_of

HEAD = "order_id,ordered_at,amount,employee_id,channel,buyer_id,status\n"
VISITS = "day,measure,value,employee_id\n2026-06-01,visits,5,E1\n"
BAD = "day,measure,value,employee_id\n2026-06-01,visits,5,E1\n2026-06-01,carts,5,E9\n"


def test_more_than_a_fifth_rejected_refuses_everything(store: Store, tmp_path: Path) -> None:
    before = dump(store)
    done = deliver(store, tmp_path, employees=PEOPLE, measures=BAD)
    assert "measures.csv" in done.refused
    assert account(done, "measures").rejected == {"unknown_employee": 1}
    assert dump(store) == before
    loads = list_loads(store, scope=everything())
    assert list(loads["status"]) == ["refused"]
    assert loads["note"][0] == done.refused
    assert load_account(store, done.load or 0, scope=everything()).refused == done.refused


def test_exactly_a_fifth_is_no_refusal(sqlite_store: Store, tmp_path: Path) -> None:
    rows = "".join(f"2026-06-0{i},visits,5,{'E9' if i == 5 else 'E1'}\n" for i in range(1, 6))
    done = deliver(
        sqlite_store, tmp_path, employees=PEOPLE, measures="day,measure,value,employee_id\n" + rows
    )
    assert not done.refused
    assert account(done, "measures").loaded == 4


def test_a_bad_file_can_be_skipped_with_what_hangs_on_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    people = "employee_id,name,hire_date\nE1,Lin,2025-01-01\n,Nobody,2025-01-01\n"
    rates = "month,currency,rate\n2026-06,USD,7\n"
    done = deliver(
        sqlite_store, tmp_path, employees=people, measures=VISITS, rates=rates, skip_bad_files=True
    )
    assert account(done, "employees").rejected == {"bad_file": 1, "missing_employee_id": 1}
    assert account(done, "measures").rejected == {"unknown_employee": 1}
    assert account(done, "rates").loaded == 1
    assert cells(sqlite_store, "employee_id", "employees") == []


def test_rejects_can_be_allowed(sqlite_store: Store, tmp_path: Path) -> None:
    done = deliver(sqlite_store, tmp_path, employees=PEOPLE, measures=BAD, allow_rejects=True)
    assert account(done, "measures").loaded == 1
    aside = set_aside_rows(sqlite_store, done.load or 0, "rejected", scope=everything())
    assert aside[["table", "file", "row", "reason"]].to_numpy().tolist() == [
        ["measures", account(done, "measures").file, 3, "unknown_employee"]
    ]
    assert aside["advice"][0]
    assert aside["employee_id"][0] == "E9"
    assert set_aside_rows(sqlite_store, done.load or 0, "excluded", scope=everything()).empty


def test_trying_keeps_nothing(store: Store, tmp_path: Path) -> None:
    before = dump(store)
    done = deliver(store, tmp_path, employees=PEOPLE, measures=VISITS, dry_run=True)
    assert done.dry_run
    assert done.load is None
    assert account(done, "measures").loaded == 1
    assert dump(store) == before
    assert list_loads(store, scope=everything()).empty


def test_nothing_to_load_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    done = deliver(sqlite_store, tmp_path, **{"poem.csv": "line\nroses are red\n"})
    assert done.refused
    assert done.tables[0].table is None


def test_a_file_that_is_not_there_refuses_the_load(sqlite_store: Store, tmp_path: Path) -> None:
    from perf_core.services.load_files import load_files

    folder = folder_of(tmp_path, {"employees": PEOPLE})
    done = load_files(
        sqlite_store, [folder, tmp_path / "gone.csv"], today=TODAY, scope=everything()
    )
    assert "gone.csv" in done.refused
    assert cells(sqlite_store, "employee_id", "employees") == []


def test_loading_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    tables = {
        "employees": PEOPLE,
        "owners": "channel,employee_id,from_date\ntmall,E2,2026-01-01\n",
        "orders": HEAD + "1,2026-06-01,5,E1,jd,b,paid\n2,2026-06-02,5,,tmall,b,cancelled\n",
        "measures": VISITS,
        "targets": "period,indicator,value\n2026-06,aov,200\n",
    }
    deliver(store, tmp_path, **tables)
    before = dump(store)
    done = deliver(store, tmp_path, **tables)
    assert dump(store) == before
    assert account(done, "orders").loaded == 1


def test_undo_in_the_right_order_only(store: Store, tmp_path: Path) -> None:
    empty = dump(store)
    one = deliver(store, tmp_path, employees=PEOPLE, measures=VISITS)
    first = dump(store)
    two = deliver(store, tmp_path, measures=VISITS.replace("5,E1", "6,E1"))
    assert one.load is not None
    assert two.load is not None
    with pytest.raises(CannotUndo) as refused:
        undo_load(store, one.load, scope=everything())
    assert refused.value.later == str(two.load)
    undo_load(store, two.load, scope=everything())
    assert dump(store) == first
    undo_load(store, one.load, scope=everything())
    assert dump(store) == empty
    with pytest.raises(NothingToUndo):
        undo_load(store, one.load, scope=everything())
    with pytest.raises(NotFound):
        undo_load(store, 99, scope=everything())
    assert list(list_loads(store, scope=everything())["status"]) == ["undone", "undone"]


def test_a_load_in_between_can_be_undone_when_its_keys_are_its_own(
    store: Store, tmp_path: Path
) -> None:
    deliver(store, tmp_path, employees=PEOPLE, orders=HEAD + "1,2026-06-01,5,E1,jd,b,paid\n")
    two = deliver(store, tmp_path, orders=HEAD + "2,2026-06-01,7,E1,jd,b,paid\n")
    before_three = dump(store, "daily_measures")
    three = deliver(store, tmp_path, orders=HEAD + "3,2026-06-01,9,E1,jd,b,paid\n")
    assert two.load is not None
    undo_load(store, two.load, scope=everything())
    assert cells(store, "orders, revenue") == [(2.0, 140_000)]
    # What stood before the third load held the second one; it is made again, not put back.
    assert three.load is not None
    undo_load(store, three.load, scope=everything())
    assert cells(store, "orders, revenue") == [(1.0, 50_000)]
    assert dump(store, "daily_measures") != before_three


@st.composite
def deliveries(draw: st.DrawFn) -> list[dict[str, str]]:
    """Loads of orders, tickets, owners, moves and measures that step on each other's keys."""
    seed = random.Random(draw(st.integers(0, 2**32)))
    people, channels = ["E1", "E2", "E3", ""], ["jd", "tmall"]

    def day() -> date:
        return date(2026, 5, 25) + timedelta(days=seed.randrange(20))

    def orders() -> str:
        rows = [
            f"{seed.randrange(6)},{day()},{seed.randrange(1, 99)},{seed.choice(people)},"
            f"{seed.choice(channels)},{seed.choice(['a', 'b', ''])},"
            f"{seed.choice(['paid', 'refunded', 'cancelled'])},luxe"
            for _ in range(seed.randrange(1, 6))
        ]
        return HEAD.replace("status", "status,brand") + "\n".join(rows)

    def visits() -> str:
        rows = [
            f"{day()},{seed.choice(['visits', 'orders', 'ad_spend'])},{seed.randrange(9)},"
            f"{seed.choice(people[:3])},{seed.choice(channels)}"
            for _ in range(seed.randrange(1, 5))
        ]
        return "day,measure,value,employee_id,channel\n" + "\n".join(rows)

    def owners() -> str:
        row = f"{seed.choice(channels)},{seed.choice(people[:3])},{day()},{seed.choice('xy')}"
        return "channel,employee_id,from_date,brand\n" + row

    def moves() -> str:
        row = f"{seed.choice(people[:3])},{day()},head,{seed.choice(['luxe', 'core'])}"
        return "employee_id,from_date,role,brand\n" + row

    makers = {"orders": orders, "measures": visits, "owners": owners, "assignments": moves}
    loads = []
    for _ in range(draw(st.integers(1, 4))):
        chosen = seed.sample(sorted(makers), seed.randrange(1, 4))
        loads.append({name: makers[name]() for name in chosen})
    return loads


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(loads=deliveries())
def test_undoing_all_loads_backwards_puts_everything_back(
    sqlite_store: Store, tmp_path: Path, loads: list[dict[str, str]]
) -> None:
    # Examples share the store: the people of the first stay.
    if not cells(sqlite_store, "employee_id", "employees"):
        deliver(sqlite_store, tmp_path, employees=PEOPLE)
    states, numbers = [], []
    for tables in loads:
        states.append(dump(sqlite_store))
        done = deliver(sqlite_store, tmp_path, **tables, allow_rejects=True)
        assert not done.refused
        numbers.append(done.load)
    fresh = cells(sqlite_store, "employee_id, channel, orders, revenue, repeat_orders, visits")
    assert fresh is not None
    for number, state in zip(reversed(numbers), reversed(states), strict=True):
        assert number is not None
        undo_load(sqlite_store, number, scope=everything())
        assert dump(sqlite_store) == state


def test_one_delivery_or_many_come_to_the_same(sqlite_store: Store, tmp_path: Path) -> None:
    orders = [
        f"{i},2026-06-{1 + i % 9:02d},{10 + i},E{1 + i % 3},jd,b{i % 4},paid\n" for i in range(30)
    ]
    deliver(sqlite_store, tmp_path, employees=PEOPLE, orders=HEAD + "".join(orders))
    whole = dump(sqlite_store, "daily_measures", "monthly_measures")
    undo_load(sqlite_store, 1, scope=everything())
    deliver(sqlite_store, tmp_path, employees=PEOPLE)
    shuffled = random.Random(7).sample(orders, len(orders))
    for start in range(0, 30, 10):
        deliver(sqlite_store, tmp_path, orders=HEAD + "".join(shuffled[start : start + 10]))
    assert dump(sqlite_store, "daily_measures", "monthly_measures") == whole


def test_a_preview_tells_all_and_keeps_nothing(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, employees=PEOPLE)
    before = dump(store)
    moved = PEOPLE.replace("platform_ops,core", "高级运营,core")
    folder = folder_of(tmp_path, {"employees": moved, "measures": BAD, "poem": "line\nroses\n"})
    seen = preview_files(store, [folder], today=TODAY, scope=everything())
    assert dump(store) == before
    by_table = {one.account.table: one for one in seen.tables}
    assert by_table["measures"].account.rejected == {"unknown_employee": 1}
    assert list(by_table["measures"].first_rows["reason"]) == ["", "unknown_employee"]
    assert list(by_table["measures"].first_rows["value"]) == [5.0, 5.0]
    unknown = seen.titles[~seen.titles["known"]]
    assert unknown[["title", "people"]].to_numpy().tolist() == [["高级运营", 1]]
    assert list(seen.started["employee_id"]) == ["E2"]
    assert "measures.csv" in seen.refused
    assert [one.file for one in seen.unrecognised] == [seen.unrecognised[0].file]
    save_titles(store, {"高级运营": "platform_ops"}, scope=everything())
    again = preview_files(store, [folder], today=TODAY, scope=everything())
    assert again.titles["known"].all()
    assert again.started.empty


def test_a_title_mapped_later_renames_what_was_loaded_under_it(
    store: Store, tmp_path: Path
) -> None:
    deliver(store, tmp_path, employees=PEOPLE.replace("platform_ops,core", "高级运营,core"))
    before = dump(store)
    save_titles(store, {"高级运营": "platform_ops"}, by="HR", scope=everything())
    assert [row[0] for row in cells(store, "role", "assignments")].count("platform_ops") == 2
    undo_load(store, 2, scope=everything())
    assert dump(store) == before
