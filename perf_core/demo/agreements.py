"""Targets: what was agreed by brand and role, by person where it differs, and what was changed."""

from __future__ import annotations

import pandas as pd

from perf_core.demo import stories
from perf_core.demo.figures import (
    GROWTH_TARGETS,
    LAUNCH_UNITS,
    LIVE_GMV,
    WEEKLY_FOLLOWERS,
    Business,
    orders_per_day,
)


def targets(business: Business) -> pd.DataFrame:
    """What was agreed by brand and role, by person where it differs, and what was changed."""
    company = business.company
    rows: list[dict[str, object]] = []

    def agree(period: str, indicator: str, value: float, **scope: str) -> None:
        rows.append({"period": period, "indicator": indicator, "value": value, **scope})

    roles = {(stint.seat.brand, stint.seat.role) for stint in company.stints}
    for month, season in zip(business.calendar.months, business.calendar.season(), strict=True):
        code = f"{month:%Y-%m}"
        if month.month in GROWTH_TARGETS:
            role = "store_ops" if company.is_shop else "platform_ops"
            agree(code, "traffic_growth", GROWTH_TARGETS[month.month], role=role)
            if ("home", "store_ops") in roles:
                agree(code, "traffic_growth", GROWTH_TARGETS[month.month], role="store_ops")
        for brand, role in sorted(roles):
            if role in ("platform_ops", "user_ops"):
                agree(code, "aov", company.brand(brand).aov, brand=brand, role=role)
            if role == "product_ops":
                views = orders_per_day(role, brand) / 0.03 * 30 * float(season)
                agree(code, "product_views", round(views, -2), brand=brand, role=role)
            if role == "live_ops":
                asked = LIVE_GMV.get(brand, LIVE_GMV[""]) * float(season)
                agree(code, "live_gmv", round(asked, -3), brand=brand, role=role)
            if role == "store_ops":
                units = LAUNCH_UNITS.get(brand, LAUNCH_UNITS[""])
                agree(code, "launch_plan", units, brand=brand, role=role)
    return pd.DataFrame(
        rows + _revisions(business),
        columns=[
            "period",
            "indicator",
            "value",
            "brand",
            "role",
            "employee_id",
            "reason",
            "revised_on",
        ],
    )


def _revisions(business: Business) -> list[dict[str, object]]:
    """Targets of single people; the later of two lines for the same period is a revision."""
    company, seats = business.company, stories.seats_of(business.company)
    weekly = (*seats.get("followers", ()), *seats.get("followers_cut", ()))
    months = [f"{month:%Y-%m}" for month in business.calendar.months]
    cut, last = str(stories.CONVERSION_CUT), str(company.last_day)
    by_month = round(WEEKLY_FOLLOWERS * 30 / 7, -3)
    agreed: list[tuple[str, str, str, float, str, str]] = [
        *((seat, "2026-04", "conversion", 0.03, "", "") for seat in seats.get("conversion", ())),
        *((seat, "2026-05", "conversion", 0.03, "", "") for seat in seats.get("conversion", ())),
        *(
            (seat, "2026-05", "conversion", 0.025, cut, "流量结构变化，详情页优化中，目标下调")
            for seat in seats.get("conversion", ())
        ),
        *((seat, month, "followers", by_month, "", "") for seat in weekly for month in months),
        *(
            (seat, week, "followers", WEEKLY_FOLLOWERS, "", "")
            for seat in weekly
            for week in ("2026-W23", "2026-W24", stories.WEEK)
        ),
        *(
            (seat, stories.WEEK, "followers", 80_000, last, "市场变化，本周投放预算减少")
            for seat in seats.get("followers_cut", ())
        ),
        *(
            (seat, month, "daily_orders", 10, "", "")
            for seat in seats.get("recovery", ())
            for month in ("2026-03", "2026-04", "2026-05", "2026-06")
        ),
        ("value/product_ops/0", "2026-02", "product_views", 11_500, "", ""),
        ("value/product_ops/0", "2026-02", "product_views", 10_000, "2026-02-10", "春节物流停运"),
        ("core/growth_ops/0", "2025-11", "followers", 12_000, "", ""),
        ("core/growth_ops/0", "2025-11", "followers", 15_000, "2025-11-03", "双11加投，目标上调"),
    ]
    return [
        {
            "period": period,
            "indicator": indicator,
            "value": value,
            "employee_id": company.holder(seat),
            "revised_on": revised_on,
            "reason": reason,
        }
        for seat, period, indicator, value, revised_on, reason in agreed
        if company.has(seat)
    ]
