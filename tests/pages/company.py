"""A small company of two brands, three leaders and ten others, brought in by the ordinary load."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from perf_core.domain.access import everything
from perf_core.services.load_files import load_typed
from perf_core.store.engine import Store

LAST = date(2026, 6, 17)
FIRST = date(2026, 4, 1)
PAY = 87_654.32
"""A pay that no other figure looks like: found anywhere it should not be, it tells."""

LEADERS = ("B1", "M1", "M2")
STAFF = tuple(f"P{n}" for n in range(1, 11))
LINE_OF_M1 = tuple(code for n, code in enumerate(STAFF, start=1) if n % 2)
LINE_OF_M2 = tuple(code for n, code in enumerate(STAFF, start=1) if not n % 2)


def fill(store: Store) -> None:
    """Load people, their line, eleven weeks of days, pay, targets, marks and a breach."""
    account = load_typed(
        store,
        {
            "employees": _people(),
            "assignments": _assignments(),
            "measures_wide": _days(),
            "pay": pd.DataFrame(
                {"employee_id": [*LEADERS, *STAFF], "month": "2026-05", "amount": str(PAY)}
            ),
            "targets": pd.DataFrame(
                {
                    "period": ["2026-06", "2026-05-30..2026-08-29"],
                    "indicator": ["conversion", "aov"],
                    "value": ["0.05", "150"],
                    "employee_id": ["P1", ""],
                    "role": ["", "platform_ops"],
                }
            ),
            "ratings": _marks(),
            "veto_events": pd.DataFrame(
                {
                    "event_id": ["V1"],
                    "day": ["2026-06-05"],
                    "employee_id": ["P9"],
                    "kind": ["fake_orders"],
                    "status": ["confirmed"],
                }
            ),
        },
        today=LAST,
        by="test",
        scope=everything(),
    )
    assert not account.refused


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": [*LEADERS, *STAFF],
            "name": ["Boss", "Mara", "Moss", *(f"Canary{code}" for code in STAFF)],
            "hire_date": "2025-01-01",
        }
    )


def _assignments() -> pd.DataFrame:
    rows = [("B1", "", "core"), ("M1", "B1", "luxe"), ("M2", "B1", "core")]
    rows += [(code, "M1", "luxe") for code in LINE_OF_M1]
    rows += [(code, "M2", "core") for code in LINE_OF_M2]
    return pd.DataFrame(
        [
            {
                "employee_id": code,
                "from_date": "2025-01-01",
                "role": "platform_ops",
                "brand": brand,
                "region": "east",
                "department": "ops",
                "manager_id": manager,
            }
            for code, manager, brand in rows
        ]
    )


def _days() -> pd.DataFrame:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return pd.DataFrame(
        [
            {
                "day": day.isoformat(),
                "employee_id": code,
                "channel": "tmall" if day.day % 2 else "jd",
                "visits": str(200 + 3 * n),
                "orders": str(4 + n),
                "revenue": str((4 + n) * 150),
            }
            for n, code in enumerate([*LEADERS, *STAFF])
            for day in days
        ]
    )


def _marks() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "period": "2026-06",
                "ratee_id": code,
                "rater_id": "B1",
                "relation": "manager",
                "dimension": "attitude",
                "score": "4",
            }
            for code in STAFF
        ]
    )
