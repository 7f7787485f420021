"""Daily sums as the platforms', the desk's and the warehouse's own reports have them."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.demo.calendar import Floats, Whole
from perf_core.demo.figures import Business
from perf_core.demo.raw_rows import is_raw, main_channel, sends_tickets

GAP = ("value", date(2026, 3, 14), date(2026, 3, 15))
"""A brand whose sales report was never delivered for two days."""

Values = npt.NDArray[np.generic]

# Report: whose roles, which measures, and whether it names the channel.
_REPORTS: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "traffic": (
        ("platform_ops", "product_ops", "user_ops", "growth_ops", "live_ops", "store_ops"),
        (
            "visits paid_visits organic_visits product_views impressions clicks carts ad_spend "
            "campaign_visits campaign_orders launch_units"
        ),
        True,
    ),
    "live": (
        ("live_ops", "growth_ops"),
        "live_gmv viewers returning_viewers interactions new_followers",
        True,
    ),
    "crm": (("user_ops", "growth_ops"), "active_users retained_users", False),
    "desk": (("service",), "complaints complaints_closed complaint_seconds visits", False),
    "design": (
        ("design",),
        (
            "requests requests_on_time impressions clicks assets assets_reused "
            "refresh_planned refresh_done"
        ),
        False,
    ),
    "warehouse": (("warehouse",), "parcels parcels_on_time picks picks_correct", False),
    "sales": ((), "orders revenue units repeat_orders refund_orders refund_amount", True),
}


def day_sums(business: Business, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Daily sums by person as the platforms' reports have them; blank where there is nothing.

    Returns
    -------
    dict of file stem to DataFrame
        ``traffic``, ``live``, ``crm``, ``desk``, ``desk_sums``, ``design``, ``warehouse`` and
        ``sales``: day, employee_id (channel) and a column per measure.
    """
    raw = is_raw(business)
    sold = _sold(business, ~raw, rng)
    daily = {**business.daily, **sold}
    frames = {}
    for stem, (roles, codes, has_channel) in _REPORTS.items():
        columns = [code for code in codes.split() if code in daily]
        rows = business.rows(*roles) if roles else np.flatnonzero(~raw)
        frame = _long(business, daily, rows, columns, has_channel=has_channel)
        if len(frame):
            frames[stem] = frame
    frames |= _desk_sums(business, rng)
    return frames


def _sold(
    business: Business, summed: npt.NDArray[np.bool_], rng: np.random.Generator
) -> dict[str, Values]:
    monthly, month = business.monthly, business.calendar.month
    orders: Whole = np.asarray(business.daily["orders"], dtype=np.int64) * summed[:, None]
    value: Floats = monthly["aov"][:, month] * rng.normal(1, 0.05, orders.shape)
    refunded = rng.binomial(orders, np.clip(monthly["refund"], 0, 1)[:, month])
    return {
        "orders": orders,
        "revenue": np.round(orders * value, 2),
        "units": orders + rng.binomial(orders, 0.4),
        "repeat_orders": rng.binomial(orders, np.clip(monthly["repeat"], 0, 1)[:, month]),
        "refund_orders": refunded,
        "refund_amount": np.round(refunded * value, 2),
    }


def _long(
    business: Business,
    daily: dict[str, Values],
    rows: npt.NDArray[np.intp],
    columns: list[str],
    *,
    has_channel: bool = False,
) -> pd.DataFrame:
    """One row per person and day with anything; blank what the person never has."""
    if not columns or not len(rows):
        return pd.DataFrame()
    values = {code: np.asarray(daily[code])[rows] for code in columns}
    filled = np.any([one != 0 for one in values.values()], axis=0)
    when, who = np.nonzero(filled.T)
    stints = [business.stints[n] for n in rows]
    frame = pd.DataFrame({"day": business.calendar.days[when]})
    frame["employee_id"] = np.array([stint.employee_id for stint in stints])[who]
    if has_channel:
        frame["channel"] = np.array([main_channel(stint.seat) for stint in stints])[who]
    for code, one in values.items():
        has = np.any(one != 0, axis=1)
        if has.any():
            cells = pd.Series(one[who, when])
            is_whole = np.issubdtype(one.dtype, np.integer)
            cells = cells.astype("Int64") if is_whole else cells.astype("Float64")
            frame[code] = cells.mask(~has[who])
    if "revenue" in columns:
        frame = frame[~_in_gap(business, frame)]
    return frame


def _in_gap(business: Business, frame: pd.DataFrame) -> pd.Series:
    brand, first, last = GAP
    ids = {one.employee_id for one in business.stints if one.seat.brand == brand}
    days = frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))
    return days & frame["employee_id"].isin(ids)


def _desk_sums(business: Business, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Conversations of the brands whose desk sends sums and no rows."""
    rows = business.rows("service")
    rows = rows[~sends_tickets(business)[rows]]
    if not len(rows):
        return {}
    monthly, month = business.monthly, business.calendar.month
    tickets = np.asarray(business.daily["tickets"], dtype=np.int64)[rows]
    rated = rng.binomial(tickets, 0.8)
    satisfied = rng.binomial(rated, np.clip(1 - monthly["unsatisfied"][rows], 0, 1)[:, month])
    marks = np.rint(rated * monthly["csat"][rows][:, month])
    daily = {
        "tickets": tickets,
        "responses": tickets,
        "response_seconds": np.rint(tickets * monthly["response"][rows][:, month]),
        "resolved_tickets": rng.binomial(tickets, monthly["resolution"][rows][:, month]),
        "csat_count": rated,
        "csat_satisfied": satisfied,
        "csat_sum": np.minimum(marks, 5 * rated),
    }
    filled = np.zeros((len(business.stints), business.calendar.n_days))
    whole: dict[str, Values] = {}
    for code, values in daily.items():
        table = filled.copy()
        table[rows] = values
        whole[code] = table
    return {"desk_sums": _long(business, whole, rows, list(daily))}


def stock(business: Business, rng: np.random.Generator) -> pd.DataFrame:
    """Stock and cost of goods by brand, counted every day, credited to nobody."""
    days = business.calendar.days
    rows = []
    for brand in business.company.brands[:5]:
        held = brand.aov * 900
        for day in days:
            held *= rng.uniform(0.993, 1.0075)
            rows.append((day, brand.code, "stock_held", round(held, 2)))
            rows.append((day, brand.code, "stock_sold", round(held * rng.uniform(0.02, 0.035), 2)))
    return pd.DataFrame(rows, columns=["day", "brand", "measure", "value"])
