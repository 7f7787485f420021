"""Raw orders to daily measures, beside hand-written SQL and pandas over the same file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.apart import Measured, measured, measuring
from benchmarks.figures import Figure
from benchmarks.made_up import FOLDER, orders_file, people_file
from benchmarks.stores import TODAY, fresh_sqlite
from perf_core.store.engine import Store

MILLION = 1_000_000


def load_orders(url: str, path: str) -> dict[str, float]:
    """Load a file of orders by the ordinary import; return what the store then holds."""
    from perf_core.services.load_files import load_files

    store = Store(url)
    with measuring():
        load_files(store, [Path(path)], today=date.fromisoformat(TODAY))
    answer = held(store)
    store.dispose()
    return answer


def held(store: Store) -> dict[str, float]:
    """Add up what was made from orders."""
    codes = ["orders", "revenue", "units", "repeat_orders", "refund_orders", "refund_amount"]
    sums = ", ".join(f'SUM("{code}")' for code in codes)
    with store.reading() as connection:
        row = connection.exec_driver_sql(f"SELECT {sums}, COUNT(*) FROM daily_measures").one()
    return dict(zip([*codes, "rows"], (float(value) for value in row), strict=True))


def figures(rows: int) -> Iterator[Figure]:
    """Measure one size of file."""
    orders, people = str(orders_file(rows)), str(people_file())
    millions = f"{rows / MILLION:g} M orders"
    answer = str(FOLDER / "answer.parquet")
    sql: Measured = measured("by_hand", "orders_by_sql", orders, people, answer)
    with fresh_sqlite() as url:
        ours = measured("orders", "load_orders", url, orders)
    if ours.answer != sql.answer:
        raise RuntimeError(f"not the same answer: {ours.answer} and {sql.answer}")
    yield Figure(
        f"{millions} → daily measures in the store",
        ours.seconds,
        "s",
        beside=f"hand-written DuckDB SQL to a file {sql.seconds:.2f} s",
    )
    yield Figure(f"{millions}: times the SQL", ours.seconds / sql.seconds, "×", limit=3)
    peak = 1024 if rows <= MILLION else 3072
    yield Figure(
        f"{millions}: peak memory", ours.peak_mb, "MB", peak, beside=f"SQL {sql.peak_mb:.0f} MB"
    )
    if rows <= MILLION:
        pandas = measured("by_hand", "orders_by_pandas", orders, people, answer)
        yield Figure(
            f"{millions}: times faster than pandas",
            pandas.seconds / ours.seconds,
            "×",
            limit=3,
            at_least=True,
            beside=f"pandas to a file {pandas.seconds:.2f} s, {pandas.peak_mb:.0f} MB",
        )
