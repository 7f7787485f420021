"""Small deliveries of files, read and given back as plain rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from perf_core.sources.delivery import (
    CleanTable,
    Delivery,
    DeliverySettings,
    KnownMeasure,
    read_delivery,
)

MEASURES = {
    "visits": KnownMeasure(("访客数", "Visits"), "count"),
    "orders": KnownMeasure(("订单数", "Orders"), "count"),
    "revenue": KnownMeasure(("支付金额", "Revenue"), "money"),
    "units": KnownMeasure(("件数", "Units"), "count"),
    "product_views": KnownMeasure(("商品浏览量", "Product views"), "count"),
    "carts": KnownMeasure(("加购数", "Carts"), "count"),
    "ad_spend": KnownMeasure(("推广花费", "Ad spend"), "money"),
    "new_followers": KnownMeasure(("新增粉丝", "New followers"), "count"),
    "tickets": KnownMeasure(("会话量", "Tickets"), "count"),
    "live_gmv": KnownMeasure(("直播成交额", "Live GMV"), "money"),
}

Files = dict[str, str | bytes]


class Read:
    """A delivery, and what tests ask of it."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery

    def table(self, name: str) -> CleanTable:
        """The only clean table of that name."""
        (clean,) = self.delivery.of(name)
        return clean

    def rows(self, name: str, *columns: str) -> list[Any]:
        """Some columns of a table's rows, good and set aside, in the order of the files."""
        found = []
        for clean in self.delivery.of(name):
            listed = ", ".join(f'"{column}"' for column in columns)
            found += self.delivery.connection.execute(
                f"select {listed} from {clean.relation} order by __row"
            ).fetchall()
        return [row[0] if len(columns) == 1 else row for row in found]

    def reasons(self, name: str) -> list[str | None]:
        """Why each row of a table is set aside, in the order of the files."""
        return self.rows(name, "__reason")

    @property
    def codes(self) -> list[str]:
        """The codes of the problems with files."""
        return [problem.code for problem in self.delivery.problems]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Callable[..., Read]]:
    """Write files into a folder, read the folder, and close what was opened."""
    opened: list[Delivery] = []
    numbers = itertools.count(1)

    def reading(
        files: Files | None = None, *, paths: list[Path] | None = None, **more: Any
    ) -> Read:
        number = next(numbers)
        folder, workdir = tmp_path / f"files{number}", tmp_path / f"work{number}"
        folder.mkdir()
        workdir.mkdir()
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        arguments: dict[str, Any] = {
            "workdir": workdir,
            "measures": MEASURES,
            "axis_names": {},
            "settings": DeliverySettings("Asia/Shanghai", "CNY"),
        }
        delivery = read_delivery(paths or [folder], **(arguments | more))
        opened.append(delivery)
        return Read(delivery)

    yield reading
    for delivery in opened:
        delivery.close()
