"""Brands, regions, roles, channels and the like that a load names for the first time."""

from __future__ import annotations

from perf_core.services.loading import Loading
from perf_core.services.people_reference import table_of
from perf_core.store.row_writes import read_table, rows_of, upsert
from perf_core.store.tables import AxisValueRow

_AXES: dict[str, dict[str, str]] = {
    "assignments": {
        "brand": "brand",
        "region": "region",
        "department": "department",
        "role": "role",
    },
    "owners": {"channel": "channel", "brand": "brand", "region": "region"},
    "orders": {"channel": "channel", "brand": "brand", "region": "region"},
    "tickets": {"channel": "channel"},
    "measures": {"channel": "channel", "brand": "brand", "region": "region"},
    "measures_wide": {"channel": "channel", "brand": "brand", "region": "region"},
    "targets": {"brand": "brand", "role": "role"},
    "ratings": {"dimension": "dimension"},
    "veto_events": {"kind": "veto"},
}
_AXES["employees"] = _AXES["assignments"]


def create_axis_values(loading: Loading) -> None:
    """Create what the loaded rows name and nobody has named before."""
    table = table_of(AxisValueRow)
    standing = read_table(loading.connection, table).to_pylist()
    known = {(row["kind"], row["code"]) for row in standing}
    found: dict[tuple[str, str], None] = {}
    for clean in loading.delivery.tables:
        for column, kind in _AXES.get(clean.table, {}).items():
            codes = loading.duck.execute(
                f'SELECT DISTINCT "{column}" FROM "{clean.relation}" '
                f"WHERE __reason IS NULL AND \"{column}\" <> '' ORDER BY 1"
            ).fetchall()
            for (code,) in codes:
                if (kind, code) not in known:
                    found[(kind, code)] = None
    if found:
        made = [
            {
                "kind": kind,
                "code": code,
                "name_zh": "",
                "name_en": "",
                "earns": True,
                "group_code": "",
                "origin": "company",
            }
            for kind, code in found
        ]
        upsert(loading.connection, table, rows_of(table, made))
