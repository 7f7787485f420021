"""Files of a made-up company, the same each time: every figure is a hash of its row's number."""

from __future__ import annotations

from pathlib import Path

import duckdb

FOLDER = Path(__file__).resolve().parent / "results"
PEOPLE = 200
DAYS = 540
BRANDS = 5
CHANNELS = 3
FIRST_DAY = "2025-01-01"

_PERSON = "'E' || lpad(cast({row} as varchar), 5, '0')"


def _hashed(name: str, modulo: int) -> str:
    return f"cast(hash(i, '{name}') % {modulo} as bigint)"


def orders_file(rows: int) -> Path:
    """Write a shop's export of orders: 1 % twice, some cancelled, refunded or tests.

    Parameters
    ----------
    rows : int
        Orders in the file.
    """
    path = FOLDER / f"orders-{rows}.csv"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    making = path.with_suffix(".making")
    person = _PERSON.format(row=_hashed("person", PEOPLE))
    with duckdb.connect() as duck:
        duck.execute(f"""
            copy (
                select
                    'O' || lpad(cast(if({_hashed("twice", 100)} = 0, i - 1, i) as varchar), 9, '0')
                        as order_id,
                    strftime(
                        timestamp '{FIRST_DAY}'
                        + to_seconds(cast(i * {DAYS}.0 * 86400 / {rows} as bigint)),
                        '%Y-%m-%d %H:%M:%S'
                    ) as ordered_at,
                    printf('%.2f', {_hashed("amount", 90000)} / 100.0 + 10) as amount,
                    {person} as employee_id,
                    -- who works, works in one shop; every tenth order comes from another
                    'shop' || if({_hashed("other", 10)} = 0, {_hashed("channel", CHANNELS)},
                                 {_hashed("person", PEOPLE)} % {CHANNELS}) as channel,
                    'B' || {_hashed("buyer", max(rows // 3, 1))} as buyer_id,
                    case when {_hashed("status", 100)} < 4 then 'cancelled'
                         when {_hashed("status", 100)} < 7 then 'refunded'
                         when {_hashed("status", 100)} < 8 then 'test'
                         else 'paid' end as status,
                    1 + {_hashed("units", 3)} as units,
                    strftime(
                        timestamp '{FIRST_DAY}'
                        + to_seconds(cast(i * {DAYS}.0 * 86400 / {rows} as bigint) + 3600),
                        '%Y-%m-%d %H:%M:%S'
                    ) as updated_at
                from range({rows}) numbers(i)
            ) to '{making.as_posix()}' (header)""")
    making.rename(path)
    return path


def people_file() -> Path:
    """Write the people of the orders: two hundred, in five brands."""
    path = FOLDER / "employees.csv"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    with duckdb.connect() as duck:
        duck.execute(f"""
            copy (
                select {_PERSON.format(row="i")} as employee_id,
                       'Person ' || i as name,
                       '2020-01-01' as hire_date,
                       'brand' || (i % {BRANDS}) as brand,
                       'platform_ops' as role,
                       'north' as region
                from range({PEOPLE}) numbers(i)
            ) to '{path.as_posix()}' (header)""")
    return path


def measures_file(values: int) -> Path:
    """Write daily measures, one value per line: a day, a person, a measure."""
    path = FOLDER / f"measures-{values}.csv"
    if path.exists():
        return path
    FOLDER.mkdir(exist_ok=True)
    making = path.with_suffix(".making")
    codes = ["visits", "product_views", "carts", "new_followers", "ad_spend", "clicks",
             "impressions", "interactions", "complaints", "requests"]  # fmt: skip
    with duckdb.connect() as duck:
        duck.execute(f"""
            copy (
                select strftime(
                           date '{FIRST_DAY}' + cast(i // {len(codes) * PEOPLE} as integer),
                           '%Y-%m-%d'
                       ) as day,
                       {_PERSON.format(row=f"(i // {len(codes)} % {PEOPLE})")} as employee_id,
                       {codes}[1 + i % {len(codes)}] as measure,
                       1 + {_hashed("value", 5000)} as value
                from range({values}) numbers(i)
            ) to '{making.as_posix()}' (header)""")
    making.rename(path)
    return path
