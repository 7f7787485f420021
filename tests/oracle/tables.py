"""The tables of import-format.md in canonical form, and the account of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# Required columns first, in the order of the table; then the rest with their types.
TABLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "rates": (("month", "currency", "rate"), {"month": "month", "rate": "number"}),
    "employees": (
        ("employee_id", "name", "hire_date"),
        {
            "hire_date": "date",
            "leave_date": "date",
            "bonus_base": "number",
            "leave_type": "voluntary/involuntary",
        },
    ),
    "assignments": (
        ("employee_id", "from_date", "role"),
        {"from_date": "date", "to_date": "date"},
    ),
    "absences": (("employee_id", "from_day", "to_day"), {"from_day": "date", "to_day": "date"}),
    "owners": (
        ("channel", "employee_id", "from_date"),
        {"from_date": "date", "to_date": "date"},
    ),
    "pay": (
        ("employee_id", "month", "amount"),
        {"month": "month", "amount": "number", "kind": "base/bonus/other"},
    ),
    "orders": (
        ("order_id", "ordered_at", "amount"),
        {
            "ordered_at": "instant",
            "amount": "number",
            "units": "number",
            "updated_at": "instant",
            "is_test": "flag",
            "status": "paid/cancelled/refunded/test",
        },
    ),
    "tickets": (
        ("ticket_id", "opened_at"),
        {
            "opened_at": "instant",
            "response_seconds": "number",
            "resolved": "flag",
            "csat": "rating",
        },
    ),
    "measures": (("day", "measure", "value"), {"day": "date", "value": "number"}),
    "measures_wide": (("day",), {"day": "date"}),
    "targets": (
        ("period", "indicator", "value"),
        {"period": "period", "value": "number", "revised_on": "date"},
    ),
    "ratings": (
        ("period", "ratee_id", "rater_id", "relation", "dimension", "score"),
        {"period": "period", "score": "rating", "relation": "self/peer/subordinate/manager"},
    ),
    "veto_events": (
        ("event_id", "day", "employee_id", "kind"),
        {"day": "date", "status": "proposed/confirmed/dismissed"},
    ),
}
NOT_MEASURES = ("day", "employee_id", "brand", "region", "channel", "currency")


@dataclass
class FileAccount:
    """ "read = loaded + excluded + rejected, and the result says so"."""

    file: str
    table: str
    read: int = 0
    loaded: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)

    def exclude(self, reason: str) -> None:
        self.excluded[reason] = self.excluded.get(reason, 0) + 1

    def reject(self, reason: str) -> None:
        self.rejected[reason] = self.rejected.get(reason, 0) + 1


def table_of(path: Path) -> str:
    """The table a file is named for: the longest name its stem begins with."""
    names = [table for table in TABLES if path.stem.startswith(table)]
    return max(names, key=len, default="")
