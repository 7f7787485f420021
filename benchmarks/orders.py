"""Raw orders to daily measures, beside hand-written SQL and pandas over the same file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.apart import Measured, measured, measuring
from benchmarks.figures import Figure
from benchmarks.made_up import FOLDER, orders_file, people_file
from benchmarks.stores import TODAY, fresh_sqlite
from perf_core.domain.access import everything
from perf_core.store.engine import Store

MILLION = 1_000_000


def load_orders(url: str, path: str) -> dict[str, float]:
    """Load a file of orders by the ordinary import; return what the store then holds."""
    from perf_core.services.load_files import load_files

    store = Store(url)
    with measuring():
        load_files(store, [Path(path)], today=date.fromisoformat(TODAY), scope=everything())
    answer = held(store)
    store.dispose()
    return answer


def measures_of_orders(orders: str, people: str, answer: str) -> dict[str, float]:
    """Read, clean and aggregate a file of orders as the import does, but into a file."""
    import ibis.backends.sql.compilers  # noqa: F401 - which ibis leaves until its first use
    import pyarrow.csv  # noqa: F401

    from benchmarks.by_hand import totals
    from perf_core.services.raw_measures import ORDERS, aggregate
    from perf_core.sources.delivery import DeliverySettings, read_delivery

    with measuring(), tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        delivery = read_delivery(
            [Path(orders)],
            workdir=Path(folder),
            measures={},
            axis_names={},
            settings=DeliverySettings("Asia/Shanghai", "CNY"),
        )
        (clean,) = delivery.of("orders")
        delivery.connection.execute(f"""
            create view placed as
            select 1 as load_id, o.*, p.brand as credit_brand
            from "{clean.relation}" o
            join read_csv('{people}', all_varchar = true) p using (employee_id)
            where o.__reason is null and o.day >= cast(p.hire_date as date) and o.amount_e4 >= 0
            """)
        daily = aggregate(ORDERS, "placed")
        delivery.connection.execute(f"copy ({daily}) to '{answer}' (format parquet)")
        delivery.close()
    return totals(answer)


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
    ours = measured("orders", "measures_of_orders", orders, people, answer)
    with fresh_sqlite() as url:
        stored = measured("orders", "load_orders", url, orders)
    for found in (ours.answer, stored.answer):
        if found != sql.answer:
            raise RuntimeError(f"not the same answer: {found} and {sql.answer}")
    peak = 1024 if rows <= MILLION else 3072
    yield Figure(
        f"{millions} → daily measures, times hand-written SQL",
        ours.seconds / sql.seconds,
        "×",
        limit=3,
        beside=f"{ours.seconds:.2f} s and {sql.seconds:.2f} s",
    )
    yield Figure(
        f"{millions} → daily measures, peak memory",
        ours.peak_mb,
        "MB",
        limit=peak,
        beside=f"SQL {sql.peak_mb:.0f} MB",
    )
    if rows <= MILLION:
        pandas = measured("by_hand", "orders_by_pandas", orders, people, answer)
        yield Figure(
            f"{millions} → daily measures, times faster than pandas",
            pandas.seconds / ours.seconds,
            "×",
            limit=3,
            at_least=True,
            beside=f"pandas {pandas.seconds:.2f} s, {pandas.peak_mb:.0f} MB",
        )
    yield Figure(
        f"{millions}, the whole import",
        stored.seconds,
        "s",
        beside="checked, credited, kept by key with what it replaced, in the store: "
        f"{stored.seconds / sql.seconds:.1f}× the SQL",
    )
    yield Figure(f"{millions}, the whole import, peak memory", stored.peak_mb, "MB", limit=peak)
