"""Measures of a load: checked, credited, and written as wide daily rows."""

from __future__ import annotations

from perf_core.services.loading import Loading
from perf_core.sources.delivery import CleanTable
from perf_core.store.loads import Coverage
from perf_core.store.measure_tables import DAILY_KEY, SHIPPED_MEASURES
from perf_core.store.measure_writes import schema_of_daily, write_daily

_KEY = ", ".join(f'"{name}"' for name in DAILY_KEY)

# Everything that comes after missing_employee_id in the order of reasons.
AFTER_MISSING = [
    "bad_date",
    "bad_number",
    "bad_choice",
    "bad_rating",
    "too_large",
    "duplicate",
    "cancelled",
    "test",
]


def check_measures(loading: Loading) -> None:
    """Set aside the rows of measures that cannot be placed, dated or converted."""
    for clean in [*loading.delivery.of("measures"), *loading.delivery.of("measures_wide")]:
        reject_nobodys(loading, clean, has_brand=True)
        money = _money_cells(clean)
        loading.reject_where(
            clean,
            f"""
            SELECT m.rowid AS id, CASE
                WHEN m.employee_id <> '' AND e.employee_id IS NULL THEN 'unknown_employee'
                WHEN m.employee_id <> '' AND m.day NOT BETWEEN e."first" AND e."last"
                    THEN 'not_employed_that_day'
                WHEN m.day > DATE '{loading.today}' THEN 'future_date'
                WHEN m.currency <> '' AND r.rate IS NULL AND ({money}) THEN 'no_rate'
                END AS reason
            FROM "{clean.relation}" m
            LEFT JOIN ref_employees e ON e.employee_id = m.employee_id
            LEFT JOIN ref_rates r
                ON r.currency = m.currency AND r.month = date_trunc('month', m.day)
            WHERE m.__reason IS NULL
            """,
        )


def _money_cells(clean: CleanTable) -> str:
    if clean.table == "measures":
        return "m.value_e4 IS NOT NULL"
    money = [code for code in clean.measures if SHIPPED_MEASURES.get(code) == "money"]
    return " OR ".join(f'm."{code}" IS NOT NULL' for code in money) or "false"


def reject_nobodys(loading: Loading, clean: CleanTable, *, has_brand: bool) -> None:
    """Reject rows with no person, no brand and a channel nobody owns.

    That comes before the reasons of reading that stand after it in the order, so it replaces them.
    """
    brand = "AND t.brand = ''" if has_brand else ""
    after = ", ".join(f"'{reason}'" for reason in AFTER_MISSING)
    loading.reject_where(
        clean,
        f"""
        SELECT t.rowid AS id, 'missing_employee_id' AS reason FROM "{clean.relation}" t
        WHERE t.employee_id = '' {brand} AND (t.__reason IS NULL OR t.__reason IN ({after}))
        AND t.channel NOT IN (SELECT channel FROM ref_owners)
        """,
    )


def place(relation: str) -> str:
    """SQL for rows with their key's brand and region, and who and which brand is credited.

    ``relation`` is SQL with day, employee_id, brand, region and channel; the answer has them as
    the key wants them, ``own_brand`` and ``own_region`` as they came, ``credited_to``, and
    ``credit_brand``, the brand a row counts for.
    """
    return f"""
        SELECT t.* EXCLUDE (brand, region),
            t.brand AS own_brand, t.region AS own_region,
            CASE WHEN t.employee_id <> '' THEN ''
                WHEN t.brand = '' THEN coalesce(o.brand, '') ELSE t.brand END AS brand,
            CASE WHEN t.employee_id <> '' THEN ''
                WHEN t.region = '' THEN coalesce(o.region, '') ELSE t.region END AS region,
            CASE WHEN t.employee_id <> '' THEN t.employee_id
                ELSE coalesce(c.employee_id, '') END AS credited_to
        FROM ({relation}) t
        LEFT JOIN ref_owners o
            ON t.employee_id = '' AND o.channel = t.channel AND t.day BETWEEN o."first" AND o."last"
        LEFT JOIN ref_credits c
            ON t.employee_id = '' AND c.channel = t.channel AND t.day BETWEEN c."first" AND c."last"
    """


def note_differences(loading: Loading, clean: CleanTable, rows: str) -> None:
    """Count the rows whose own brand or region is not that of the person credited on the day.

    ``rows`` is SQL with day, credited_to, own_brand, own_region and n, the number of rows.
    """
    found = loading.duck.execute(
        f"""
        SELECT
            sum(n) FILTER (WHERE own_brand <> '' AND own_brand <> coalesce(a.brand, '')),
            sum(n) FILTER (WHERE own_region <> '' AND own_region <> coalesce(a.region, ''))
        FROM ({rows}) t
        LEFT JOIN ref_assignments a
            ON a.employee_id = t.credited_to AND t.day BETWEEN a."first" AND a."last"
        WHERE t.credited_to <> '' AND (own_brand <> '' OR own_region <> '')
        """
    ).fetchall()[0]
    loading.note(clean, "brand_differs", int(found[0] or 0))
    loading.note(clean, "region_differs", int(found[1] or 0))


def write_measures(loading: Loading) -> None:
    """Write the good rows of ``measures`` and ``measures_wide`` in one go."""
    tables = [*loading.delivery.of("measures"), *loading.delivery.of("measures_wide")]
    if not tables:
        return
    _gather(loading, tables)
    _set_duplicates_aside(loading, tables)
    for number, clean in enumerate(tables):
        note_differences(
            loading,
            clean,
            "SELECT day, credited_to, own_brand, own_region, count(DISTINCT __row) AS n "
            f"FROM brought_measures WHERE file = {number} GROUP BY ALL",
        )
        _cover(loading, clean, number)
    codes = [
        str(row[0])
        for row in loading.duck.execute(
            "SELECT DISTINCT measure FROM brought_measures ORDER BY measure"
        ).fetchall()
    ]
    shipped = [code for code in codes if code in SHIPPED_MEASURES]
    own = len(shipped) < len(codes)
    schema = schema_of_daily(shipped, own=own)
    reader = loading.duck.sql(_pivot(shipped, own=own)).to_arrow_reader(100_000)
    days = [(one.first_day, one.last_day) for one in loading.coverage if one.table == "measures"]
    done = write_daily(
        loading.connection,
        schema,
        reader,
        mode="merge",
        reach=loading.reach,
        days=(min(first for first, _ in days), max(last for _, last in days)) if days else None,
    )
    if done.rows:
        loading.journal.add_packed("daily_measures", done.touched, done.before)


def _gather(loading: Loading, tables: list[CleanTable]) -> None:
    parts = []
    for number, clean in enumerate(tables):
        is_long = clean.table == "measures"
        relation = clean.relation if is_long else loading.delivery.melted(clean)
        condition = "WHERE __reason IS NULL" if is_long else ""
        place_of = "rowid" if is_long else "NULL"
        parts.append(
            f"SELECT {number} AS file, {place_of} AS id, __row, day, employee_id, brand, region, "
            "channel, CASE WHEN value_e4 IS NULL THEN '' ELSE currency END AS currency, "
            f'measure, value, value_e4 FROM "{relation}" {condition}'
        )
    loading.duck.execute(
        f"CREATE OR REPLACE TEMP TABLE brought_measures AS {place(' UNION ALL '.join(parts))}"
    )


def _set_duplicates_aside(loading: Loading, tables: list[CleanTable]) -> None:
    """Rows that are one key only after their brand was filled in: the last one stays."""
    loading.duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE superseded AS
        SELECT file, id, __row FROM (
            SELECT *, row_number() OVER (
                PARTITION BY {_KEY}, measure ORDER BY file DESC, __row DESC) AS place
            FROM brought_measures SEMI JOIN (
                SELECT {_KEY}, measure FROM brought_measures GROUP BY ALL HAVING count(*) > 1
            ) USING ({_KEY}, measure))
        WHERE place > 1
        """
    )
    if not loading.count("SELECT count(*) FROM superseded"):
        return
    for number, clean in enumerate(tables):
        if clean.table == "measures":
            loading.reject_where(
                clean, f"SELECT id, 'duplicate' AS reason FROM superseded WHERE file = {number}"
            )
    loading.duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE brought_measures AS
        SELECT * FROM brought_measures
        QUALIFY row_number() OVER (
            PARTITION BY {_KEY}, measure ORDER BY file DESC, __row DESC) = 1
        """
    )


def _cover(loading: Loading, clean: CleanTable, number: int) -> None:
    found = loading.duck.execute(
        "SELECT measure, min(day), max(day), count(*) FROM brought_measures "
        f"WHERE file = {number} GROUP BY measure ORDER BY measure"
    ).fetchall()
    for measure, first, last, rows in found:
        loading.cover(Coverage(clean.source, "measures", measure, first, last, rows))


def _pivot(shipped: list[str], *, own: bool) -> str:
    cells = []
    for code in shipped:
        value = "value_e4" if SHIPPED_MEASURES[code] == "money" else "value"
        cells.append(f"max({value}) FILTER (WHERE measure = '{code}') AS \"{code}\"")
    if own:
        known = ", ".join(f"'{code}'" for code in SHIPPED_MEASURES)
        cells.append(
            "CAST(to_json(map_from_entries(list({'code': measure, 'value': "
            "CASE WHEN value_e4 IS NULL THEN to_json(value) ELSE to_json(value_e4) END}) "
            f"FILTER (WHERE measure NOT IN ({known})))) AS VARCHAR) AS own"
        )
    return (
        f"SELECT {_KEY}, any_value(credited_to) AS credited_to, {', '.join(cells)} "
        f"FROM brought_measures GROUP BY {_KEY} ORDER BY {_KEY}"
    )
