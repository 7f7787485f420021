"""Daily measures as one row per day, person and channel, beside one row per value (SQLite)."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.apart import measured, measuring
from benchmarks.figures import Figure
from benchmarks.made_up import FOLDER

PEOPLE, DAYS, CHANNELS = 500, 365, 2
CODES = ("orders", "revenue", "units", "visits", "carts", "clicks")
COLUMNS = 52
"""A wide row has a column per shipped measure; most stay empty."""
_KEY = "day TEXT, employee_id TEXT, channel TEXT"


def keys() -> Iterator[tuple[str, str, str]]:
    """Every day, person and channel."""
    for ahead in range(DAYS):
        day = (date(2025, 1, 1) + timedelta(ahead)).isoformat()
        for person in range(PEOPLE):
            for channel in range(CHANNELS):
                yield day, f"E{person:05}", f"shop{channel}"


def as_rows_per_value(path: str) -> dict[str, float]:
    """Keep one value per row."""
    drawn = random.Random(1)
    rows = ((*key, code, float(drawn.randrange(9000))) for key in keys() for code in CODES)
    table = (
        f"CREATE TABLE m ({_KEY}, measure TEXT, value REAL, "
        "PRIMARY KEY (day, employee_id, channel, measure)) WITHOUT ROWID"
    )
    sums = ", ".join(f"SUM(value) FILTER (WHERE measure = '{code}')" for code in CODES)
    return _measure(path, table, "INSERT INTO m VALUES (?, ?, ?, ?, ?)", list(rows), sums)


def as_wide_rows(path: str) -> dict[str, float]:
    """Keep one row per day, person and channel, a column per measure."""
    drawn = random.Random(1)
    rows = [(*key, *(float(drawn.randrange(9000)) for _ in CODES)) for key in keys()]
    others = [f"c{number} REAL" for number in range(COLUMNS - len(CODES))]
    columns = ", ".join([*(f"{code} REAL" for code in CODES), *others])
    table = (
        f"CREATE TABLE m ({_KEY}, {columns}, PRIMARY KEY (day, employee_id, channel)) WITHOUT ROWID"
    )
    places = ", ".join("?" * (3 + len(CODES)))
    names = ", ".join(CODES)
    insert = f"INSERT INTO m (day, employee_id, channel, {names}) VALUES ({places})"
    return _measure(path, table, insert, rows, ", ".join(f"SUM({code})" for code in CODES))


def _measure(
    path: str, table: str, insert: str, rows: list[tuple[object, ...]], sums: str
) -> dict[str, float]:
    connection = sqlite3.connect(path)
    connection.execute(table)
    connection.execute("CREATE INDEX by_person ON m (employee_id, day)")
    with measuring(), connection:
        connection.executemany(insert, rows)
    started = time.perf_counter()
    found = connection.execute(
        f"SELECT employee_id, {sums} FROM m WHERE day >= '2025-06-01' AND day < '2025-07-01' "
        "GROUP BY employee_id"
    ).fetchall()
    seconds = time.perf_counter() - started
    connection.close()
    total = sum(value for row in found for value in row[1:])
    return {"mb": Path(path).stat().st_size / 1024**2, "query": seconds, "total": total}


def figures() -> Iterator[Figure]:
    """Measure both layouts with the same values."""
    values = PEOPLE * DAYS * CHANNELS * len(CODES) / 1e6
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        long = measured("layout", "as_rows_per_value", f"{folder}/long.db")
        wide = measured("layout", "as_wide_rows", f"{folder}/wide.db")
    if long.answer["total"] != wide.answer["total"]:
        raise RuntimeError("the layouts disagree")
    for name, ours, other, unit in (
        ("size", wide.answer["mb"], long.answer["mb"], "MB"),
        ("time to load", wide.seconds, long.seconds, "s"),
        ("a month of everybody", wide.answer["query"] * 1000, long.answer["query"] * 1000, "ms"),
    ):
        yield Figure(
            f"wide rows, {values:.1f} M values: {name}",
            ours,
            unit,
            beside=f"one row per value {other:.0f} {unit}, {other / ours:.1f}× as much",
        )
