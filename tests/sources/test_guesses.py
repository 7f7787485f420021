"""A long file is read by what it seems to be; what does not fit later changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from perf_core.sources import cleaning, intake, late_text
from perf_core.sources.plain_rows import clean_plain
from tests.sources.conftest import Read

HEADER = "order_id,ordered_at,amount,employee_id,channel,buyer_id,status,units,updated_at"
ODD_CELLS = [
    (0, " O1 "),
    (0, "\u00a0O5"),
    (0, "员工\u3000"),
    (0, "员工"),
    (0, "17850.0"),
    (0, "'00123"),
    (0, " 合计 "),
    (0, "Total"),
    (0, ""),
    (1, "2026年1月3日"),
    (1, "1988-07-01 00:00:00"),
    (1, "2026-02-30 10:00:00"),
    (1, "2026-01-02"),
    (1, "2026-01-02 12"),
    (1, "2026-01-02T12:34:56"),
    (1, "2026-01-02 12:34:56.5"),
    (1, "13/04/2026 10:00"),
    (1, "2026-01-02 12:34+08"),
    (1, "never"),
    (2, '"1,234.56"'),
    (2, "5000000000.12345"),
    (2, "1.23456"),
    (2, "+1.5e2"),
    (2, "99999999999999"),
    (2, "999999999999999"),
    (2, "1e30"),
    (2, "1_000"),
    (2, "-"),
    (2, "１２"),
    (3, ""),
    (4, " Total "),
    (4, "合计"),
    (4, "new shop"),
    (4, ""),
    (5, "   "),
    (5, "a\x00b"),
    (6, "已取消"),
    (6, "  "),
    (6, "who knows"),
    (6, ""),
    (7, "nan"),
    (7, "1e20"),
    (7, "1e400"),
    (7, "inf"),
    (8, ""),
]


def _lines(place: int | None = None, cell: str = "") -> list[str]:
    """Twelve thousand plain orders, one of the last with a cell in another form."""
    rows = [
        f"O{i:06d},2026-01-{1 + i % 28:02d} 12:00:{i % 60:02d},{i % 900}.{i % 100:02d},E{i % 9},"
        f"shop,B{i % 50},paid,{i % 3},2026-02-{1 + i % 28:02d} 12:00:00".split(",")
        for i in range(12_000)
    ]
    if place is not None:
        rows[11_500][place] = cell
    return [HEADER, *(",".join(row) for row in rows)]


def _with(number: int, line: str) -> list[str]:
    lines = _lines()
    lines[number] = line
    return lines


def _written(lines: list[str], end: str = "\n") -> str:
    return "".join(line + end for line in lines)


def _shuffled(lines: list[str]) -> list[str]:
    """The same with a column nobody needs in front and one behind."""
    return [
        "note," + lines[0] + ",memo",
        *(f"n{i}," + row + ",员" for i, row in enumerate(lines[1:])),
    ]


PLAIN = {
    "as it is": _written(_lines()),
    "no end": _written(_lines())[:-1],
    "windows": _written(_lines(), "\r\n"),
    "blank lines at the end": _written(_lines()) + "\n\r\n\n",
    "byte order mark": "\ufeff" + _written(_lines()),
    "title": _written(["六月订单", "", *_lines()]),
    "tabs": _written(_lines()).replace(",", "\t"),
    "GB18030": _written(_with(7, "员工,2026-01-01 10:00:00,1,E1,店,,paid,1,")).encode("gb18030"),
    "UTF-16": _written(_lines()).encode("utf-16"),
    "columns nobody needs": _written(_shuffled(_lines())),
    "cancelled ones": _written([*_lines(), *_lines()[1:900], *_lines(6, "已取消")[11_000:]]),
    "known only by its status": _written(_lines(6, "who knows")),
}
ODD = {
    "a blank line": _written(_with(11_900, "")),
    "a row of blanks": _written(_with(11_900, ",,,,,,,,")),
    "a short row": _written(_with(11_900, "O1,2026-01-01 10:00:00")),
    "a long row": _written(_with(11_900, _lines()[11_900] + ",more,and more")),
    "a quote": _written(_lines(5, '"B1"')),
    "an open quote": _written(_lines(5, '"B1')),
    "a quoted break": _written(_lines(5, '"B\n1"')),
    "a lone return": _written(_lines(5, "B\r1")),
    "bytes of another encoding late": _written(_lines(5, "员工")).encode("gb18030"),
    "bytes of no encoding": _written(_lines()).encode() + b"\xff\xfe\xff,,\n",
    "bytes where nobody looks": _written(_shuffled(_lines())).encode()[:-3] + b"\xff\n",
    "a total in front": _written([*_shuffled(_lines())[:-1], "合计" + "," * 10]),
    "wholly blank columns": _written([HEADER, *(",,,,,,,," for _ in range(70_000))]),
    "no rows": _written([HEADER + "," + "x" * late_text.LATE_FROM]),
}


def _all(found: Read) -> list[tuple[Any, ...]]:
    """Everything that came of the orders, as rows, as what is handed back, as what is said."""
    seen: list[tuple[Any, ...]] = [tuple(found.codes), tuple(n.code for n in found.delivery.notes)]
    for clean in found.delivery.of("orders"):
        connection = found.delivery.connection
        select = f"select * from {clean.relation} order by __row"
        seen += [(clean.read, clean.sha256), *connection.execute(select).fetchall()]
        aside = found.delivery.set_aside(clean).astype(object)
        seen.append(tuple(aside.columns))
        seen += aside.where(aside.notna(), None).itertuples(index=False, name=None)
    return seen


@pytest.fixture
def three_ways(
    read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[bool, list[Any]]]:
    """Read files as they pass, by a guess, and after a whole look; all must tell the same.

    Also says whether a file was read as it passed.
    """
    passed: list[bool] = []

    def watched(*arguments: Any) -> int | None:
        found = clean_plain(*arguments)
        passed.append(found is not None)
        return found

    def reading(files: dict[str, str | bytes], **more: Any) -> tuple[bool, list[Any]]:
        monkeypatch.setattr(intake, "clean_plain", watched)
        streamed = _all(read(files, **more))
        monkeypatch.setattr(intake, "clean_plain", lambda *_: None)
        guessed = _all(read(files, **more))
        monkeypatch.setattr(cleaning, "guessed_style", lambda *_: None)
        assert guessed == _all(read(files, **more))
        assert streamed == guessed
        return any(passed), streamed

    return reading


@pytest.mark.parametrize(("place", "cell"), ODD_CELLS)
def test_one_odd_cell_is_read_as_after_a_whole_look(
    three_ways: Callable[..., tuple[bool, list[Any]]], place: int, cell: str
) -> None:
    """Whatever stands in one of the last rows, guessing makes no difference."""
    three_ways({"orders.csv": _written(_lines(place, cell))})


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_file_is_read_as_it_passes(
    three_ways: Callable[..., tuple[bool, list[Any]]], name: str
) -> None:
    has_passed, _ = three_ways({"orders.csv": PLAIN[name]})
    assert has_passed


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_is_not_plain_to_its_end_is_landed(
    three_ways: Callable[..., tuple[bool, list[Any]]], name: str
) -> None:
    has_passed, _ = three_ways({"orders.csv": ODD[name]})
    assert not has_passed


def test_mapped_files_pass_as_well(
    three_ways: Callable[..., tuple[bool, list[Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Constants, values and test patterns; a line per batch, nearly."""
    monkeypatch.setattr(late_text, "_BLOCK", 1 << 14)
    mapping = """
        [source.shop]
        table = "orders"
        match = "o*.csv"
        columns = { order_id = "单号", ordered_at = "时间", amount = "实付", employee_id = "工号" }
        values = { status = { "paid" = "refunded" } }
        constant = { channel = "taobao", currency = "USD", brand = "Lotus" }
        test = { order_id = "O00*7" }
    """
    chinese = HEADER.replace(
        "order_id,ordered_at,amount,employee_id,channel", "单号,时间,实付,工号,x"
    )
    files = {"o.csv": _written([chinese, *_lines()[1:]]), "perfboard.toml": mapping}
    has_passed, seen = three_ways(files)
    assert has_passed
    assert any("test" in row for row in seen)


def test_other_tables_pass_too(read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide measures and tickets, with days, money, marks and flags."""
    days = pd.date_range("2026-01-01", periods=28).strftime("%Y-%m-%d")
    wide = ["day,employee_id,channel,visits,revenue"]
    wide += [f"{days[i % 28]},E{i},shop,{i % 70},{i % 90}.5" for i in range(20_000)]
    tickets = ["ticket_id,opened_at,employee_id,channel,response_seconds,resolved,csat,status"]
    tickets += [
        f"T{i},{days[i % 28]} 10:00:00,E{i % 7},desk,{i % 60},{'是' if i % 3 else '否'},{i % 7},"
        for i in range(20_000)
    ]
    files = {"wide.csv": _written(wide), "tickets.csv": _written(tickets)}
    found = []
    for has_passed in (True, False):
        if not has_passed:
            monkeypatch.setattr(intake, "clean_plain", lambda *_: None)
        result = read(files)
        assert {one.late is not None for one in result.delivery.raws.values()} == {has_passed}
        for clean in result.delivery.tables:
            select = f"select * from {clean.relation} order by __row"
            found.append(result.delivery.connection.execute(select).fetchall())
    assert found[:2] == found[2:]


def test_rows_are_fetched_across_the_borders_of_blocks(
    read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _written(_lines(), "\r\n")
    result = read({"orders.csv": text})
    (raw,) = result.delivery.raws.values()
    assert raw.late is not None
    assert raw.late.sha256 == hashlib.sha256(text.encode()).hexdigest()
    rows = [line.split(",") for line in _lines()]
    numbers = sorted(np.random.default_rng(7).choice(np.arange(2, 12_002), 300, replace=False))
    for size in (100, 977, 1 << 16):
        monkeypatch.setattr(late_text, "_BLOCK", size)
        assert late_text._lines(
            raw.late.path, raw.late.start, raw.late.end, np.array(numbers) - 2
        ) == [(",".join(rows[number - 1]) + "\r\n").encode() for number in numbers]
    raw.late.path.unlink()
    gone = raw.late.rows([5, 7])
    assert gone.column("__number").to_pylist() == [5, 7]
    assert gone.column("c0").to_pylist() == [None, None]
