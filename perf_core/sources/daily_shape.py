"""What the daily measures made from raw rows look like, whatever they were made from."""

from __future__ import annotations

from typing import Any

import ibis

DAILY_KEY = ("day", "employee_id", "brand", "region", "channel", "currency")


def keyed(rows: Any) -> Any:
    """Blank brand and region on rows with an employee: a person's row carries neither."""
    is_nobodys = rows["employee_id"] == ""
    return rows.mutate(
        brand=ibis.cases((is_nobodys, rows["brand"]), else_=""),
        region=ibis.cases((is_nobodys, rows["region"]), else_=""),
    )
