"""Small made-up exports of the usual platforms, and the rows they should become."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.sources.headers import header_key, known_headers
from perf_core.store.measure_tables import SHIPPED_MEASURES
from tests.sources.conftest import Read

Reader = Callable[..., Read]

EXPORTS = Path(__file__).parent / "exports"


ORDERS = {
    "taobao_orders.csv": [
        ("260001", 1_299_000, "小鹿", "paid", 2.0),
        ("260002", 0, "阿哲", "cancelled", 1.0),
    ],
    "pdd_orders.csv": [
        ("260601-1", 398_000, "", "paid", 2.0),
        ("260601-2", 99_000, "", "refunded", 1.0),
    ],
    "douyin_orders.csv": [
        ("690001", 598_000, "", "paid", 1.0),
        ("690002", 598_000, "", "cancelled", 1.0),
    ],
    "jd_orders.csv": [
        ("3001", 2_990_000, "jd_abc", "paid", 1.0),
        ("3002", 590_000, "jd_xyz", "cancelled", 2.0),
    ],
    "jushuitan_orders.csv": [
        ("T1", 880_000, "客A", "paid", 1.0),
        ("T2", 120_000, "客B", "cancelled", 3.0),
    ],
    "wangdiantong_orders.csv": [("W1", 455_000, "网名1", "paid", 2.0)],
    "shopify_orders.csv": [
        ("#1001", 545_000, "jane@example.com", "paid", 1.0),
        ("#1002", 200_000, "joe@example.com", "refunded", 2.0),
    ],
    "amazon_orders.txt": [
        ("111-1", 199_900, "a@marketplace", "paid", 1.0),
        ("111-2", 50_000, "b@marketplace", "cancelled", 1.0),
    ],
}

DAILY = {
    "sycm_daily.csv": {
        "visits": 1200.0,
        "product_views": 5300.0,
        "carts": 88.0,
        "revenue": 9_999_000,
        "orders": 31.0,
        "units": 40.0,
    },
    "jd_daily.csv": {
        "visits": 800.0,
        "product_views": 2000.0,
        "orders": 9.0,
        "revenue": 5_000_000,
        "units": 12.0,
    },
    "amazon_business_report.csv": {
        "revenue": 12_345_600,
        "units": 60.0,
        "orders": 55.0,
        "product_views": 900.0,
        "visits": 400.0,
    },
}


@pytest.mark.parametrize("name", ORDERS)
def test_order_exports_are_recognised(read: Reader, name: str, tmp_path: Path) -> None:
    # An export that names no shop needs to be told whose it is.
    mapping = tmp_path / "shop.toml"
    mapping.write_text(
        f'[source.shop]\ntable = "orders"\nmatch = "{name}"\nconstant = {{ channel = "shop" }}\n'
    )
    is_told = name == "shopify_orders.csv"
    result = read(paths=[EXPORTS / name], mapping_path=mapping if is_told else None)
    assert result.delivery.unrecognised == []
    columns = ("order_id", "amount_e4", "buyer_id", "status", "units")
    assert result.rows("orders", *columns) == ORDERS[name]
    assert set(result.rows("orders", "day")) == {date(2026, 6, 1)}


@pytest.mark.parametrize("name", DAILY)
def test_daily_exports_are_recognised(read: Reader, name: str) -> None:
    result = read(paths=[EXPORTS / name])
    clean = result.table("measures_wide")
    assert clean.measures == tuple(DAILY[name])
    assert result.rows("measures_wide", *DAILY[name])[0] == tuple(DAILY[name].values())
    assert result.rows("measures_wide", "day", "__reason")[0] == (date(2026, 6, 1), None)


def test_a_service_desks_export_is_recognised(read: Reader) -> None:
    result = read(paths=[EXPORTS / "qianniu_service.csv"])
    columns = ("ticket_id", "employee_id", "response_seconds", "resolved", "csat", "__reason")
    assert result.rows("tickets", *columns) == [
        ("C1", "K01", 25.0, True, 5.0, None),
        ("C2", "K02", None, False, None, None),
    ]


def test_every_known_header_names_one_thing_in_its_table() -> None:
    known = known_headers()
    for table, columns in known.names.items():
        seen: dict[str, str] = {}
        for column in IMPORT_TABLES[table].columns:
            for header in columns[column.name]:
                meant = known.column_of(table, header)
                assert meant is not None
                if header_key(header) in seen:
                    continue
                seen[header_key(header)] = column.name
    assert {code for code, _ in known.measures.values()} <= set(SHIPPED_MEASURES)
    for place in known.choices:
        table, name = place.split(".")
        (found,) = [one for one in IMPORT_TABLES[table].columns if one.name == name]
        assert set(known.choices[place].values()) <= set(found.choices)


def test_every_table_is_recognised_by_its_own_columns(read: Reader) -> None:
    for table in IMPORT_TABLES.values():
        names = [column.name for column in table.columns]
        if table.name == "measures_wide":
            names.append("visits")
        result = read({"export.csv": ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"})
        assert [clean.table for clean in result.delivery.tables] == [table.name]


def test_every_table_is_recognised_by_its_chinese_headers(read: Reader) -> None:
    for table, columns in known_headers().names.items():
        shape = IMPORT_TABLES[table]
        names = [(columns[one.name] or (one.name,))[0] for one in shape.columns]
        if table == "measures_wide":
            names.append("访客数")
        result = read({"export.csv": ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"})
        (clean,) = result.delivery.tables
        assert clean.table == table
        wanted = {one.name for one in shape.columns}
        assert wanted <= set(clean.columns), (table, wanted - set(clean.columns), names)


SHOPIFY_LINES = """Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity
#1,a@b.c,paid,CNY,54.50,2026-06-01 09:30:00 +0800,1
#1,a@b.c,,,,2026-06-01 09:30:00 +0800,2
#2,d@e.f,refunded,CNY,20.00,2026-06-01 10:30:00 +0800,1
"""


def test_shopifys_lines_become_orders_as_the_guide_says(read: Reader) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    block = guide.split("    [source.shopify]\n", 1)[1].split("\n`examples", 1)[0]
    mapping = "[source.shopify]\n" + "".join(f"{line[4:]}\n" for line in block.splitlines())
    result = read({"orders_export_1.csv": SHOPIFY_LINES, "perfboard.toml": mapping})
    assert result.codes == []
    rows = result.rows("orders", "order_id", "amount_e4", "units", "status", "channel", "__reason")
    assert sorted(rows) == [
        ("#1", 545_000, 3.0, "paid", "shopify", None),
        ("#2", 200_000, 1.0, "refunded", "shopify", None),
    ]
