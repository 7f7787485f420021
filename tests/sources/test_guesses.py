"""A long file is read by what its first rows look like; what does not fit later changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from perf_core.sources import cleaning
from tests.sources.conftest import Read

HEADER = "order_id,ordered_at,amount,employee_id,channel,buyer_id,status,units,updated_at"
ODD_CELLS = [
    (0, " O1 "),
    (0, "\u00a0O5"),
    (0, "17850.0"),
    (0, "'00123"),
    (0, " 合计 "),
    (0, ""),
    (1, "2026年1月3日"),
    (1, "1988-07-01 00:00:00"),
    (1, "13/04/2026 10:00"),
    (1, "2026-01-02 12:34+08"),
    (1, "never"),
    (2, '"1,234.56"'),
    (2, "5000000000.12345"),
    (2, "99999999999999"),
    (2, "1e30"),
    (2, "1_000"),
    (2, "-"),
    (4, " Total "),
    (5, "   "),
    (7, "nan"),
    (7, "1e20"),
    (8, ""),
]


def _orders(place: int | None = None, cell: str = "") -> str:
    """Twelve thousand plain orders, one of the last with a cell in another form."""
    rows = [
        f"O{i:06d},2026-01-{1 + i % 28:02d} 12:00:{i % 60:02d},{i % 900}.{i % 100:02d},E{i % 9},"
        f"shop,B{i % 50},paid,{i % 3},2026-02-{1 + i % 28:02d} 12:00:00".split(",")
        for i in range(12_000)
    ]
    if place is not None:
        rows[11_500][place] = cell
    return "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"


def _all(found: Read) -> list[Any]:
    clean = found.table("orders")
    connection = found.delivery.connection
    return connection.execute(f"select * from {clean.relation} order by __row").fetchall()


@pytest.mark.parametrize(("place", "cell"), ODD_CELLS)
def test_a_guess_that_fails_gives_the_rows_of_a_whole_look(
    read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch, place: int, cell: str
) -> None:
    """Whatever stands in one of the last rows, guessing makes no difference."""
    files = {"orders.csv": _orders(place, cell)}
    guessed = _all(read(files))
    monkeypatch.setattr(cleaning, "guessed_style", lambda *_: None)
    assert guessed == _all(read(files))
