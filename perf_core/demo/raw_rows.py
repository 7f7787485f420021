"""Orders and tickets one by one, drawn so that they sum to the business's daily figures.

Beside the good rows stand those that real exports have too: cancelled and test orders, a row
delivered twice, a typing error in a staff number, an amount that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.demo.calendar import Floats, Whole, picked
from perf_core.demo.company import Seat
from perf_core.demo.figures import Business

OWNED = {
    "home/platform_ops/0": "amazon:home-us",
    "home/platform_ops/1": "shopify:home-us",
    "home/platform_ops/2": "amazon:home-de",
    "home/platform_ops/3": "shopify:home-uk",
    "home/store_ops/0": "shopify:home-eu",
    "home/store_ops/1": "amazon:home-jp",
    "home/store_ops/2": "shopify:home-au",
}
"""Shop accounts whose exports name nobody: whoever sits on the seat runs them."""

UNOWNED = "wechat:core"
"""A mini-program that nobody answers for."""

LATE_CHANNEL, LATE_SINCE = "amazon:home-jp", date(2026, 6, 14)
"""Its file for the last days has not come."""

RATES = (7.24, 7.23, 7.25, 7.27, 7.22, 7.18, 7.16, 7.17, 7.14, 7.12, 7.11, 7.08)
"""Yuan for a dollar, month by month and again."""

_PLATFORMS = {
    "luxe": ("tmall", "jd"),
    "core": ("jd", "tmall"),
    "value": ("pdd", "douyin"),
    "glow": ("douyin", "tmall"),
    "home": ("tmall", "douyin"),
    "shop": ("tmall", "douyin"),
}


@dataclass(frozen=True)
class _Rows:
    """Good rows before they get their columns: whose, when."""

    stint: Whole
    day: Whole
    group: Whole
    """One number per stint and month."""


def dollar_rate(months: pd.Series) -> Floats:
    """The rate of each month given as datetime64."""
    numbers = months.dt.year * 12 + months.dt.month
    rates: Floats = np.array(RATES)[(numbers - 2025 * 12 - 1).to_numpy() % 12]
    return rates


def is_raw(business: Business) -> npt.NDArray[np.bool_]:
    """Which stints' orders come as rows."""
    return np.array(
        [
            bool(stint.seat.brand)
            and stint.seat.role in business.company.brand(stint.seat.brand).raw_roles
            for stint in business.stints
        ],
        dtype=bool,
    )


def sends_tickets(business: Business) -> npt.NDArray[np.bool_]:
    """Which stints' conversations come as rows."""
    return np.array(
        [
            stint.seat.role == "service" and business.company.brand(stint.seat.brand).raw_tickets
            for stint in business.stints
        ],
        dtype=bool,
    )


def _platforms(seat: Seat) -> tuple[str, str]:
    first, second = _PLATFORMS.get(seat.brand, ("tmall", "jd"))
    return (second, first) if seat.number % 3 == 2 else (first, second)


def main_channel(seat: Seat) -> str:
    """The shop account that a seat mostly works on."""
    return OWNED.get(seat.code) or f"{_platforms(seat)[0]}:{seat.brand}"


def make_orders(business: Business) -> pd.DataFrame:
    """One row per order as the platforms have it, good and bad, by time.

    Columns: ``order_id``, ``at`` (local time), ``amount`` (in ``currency``), ``currency``,
    ``channel``, ``employee_id`` (blank for owned channels), ``buyer``, ``status``, ``units``,
    ``updated``, ``brand``, ``region``.
    """
    rng = np.random.default_rng([business.company.seed, 3])
    counts = np.asarray(business.daily["orders"], dtype=np.int64) * is_raw(business)[:, None]
    rows = _rows(business, counts)
    if not len(rows.stint):
        return pd.DataFrame()
    frame = _dressed(business, rows, rng)
    frame = pd.concat([frame, _nobodys(business, rng)], ignore_index=True)
    frame = frame.sort_values(["at", "channel", "employee_id"], kind="stable", ignore_index=True)
    frame["buyer"] = _buyers(frame, rng)
    frame["order_id"] = _numbers(frame, rng)
    frame = pd.concat([frame, _blemishes(frame, rng)], ignore_index=True)
    late = (frame["channel"] == LATE_CHANNEL) & (frame["at"] > pd.Timestamp(LATE_SINCE))
    frame = frame[~late].sort_values(["at", "order_id"], kind="stable", ignore_index=True)
    return frame.drop(columns=["repeats"])


def _rows(business: Business, counts: Whole) -> _Rows:
    stints, days = np.nonzero(counts)
    times = counts[stints, days]
    stint, day = np.repeat(stints, times), np.repeat(days, times)
    group = stint * business.calendar.n_months + business.calendar.month[day]
    return _Rows(stint, day, group)


def _dressed(business: Business, rows: _Rows, rng: np.random.Generator) -> pd.DataFrame:
    monthly, month = business.monthly, business.calendar.month[rows.day]
    n = len(rows.stint)
    amount = rng.lognormal(0, 0.42, n)
    sums = np.bincount(rows.group, amount)
    sizes = np.bincount(rows.group)
    amount *= (monthly["aov"][rows.stint, month] * sizes[rows.group]) / sums[rows.group]
    seats = [stint.seat for stint in business.stints]
    frame = pd.DataFrame(
        {
            "at": _moments(business, rows.day, rng),
            "amount": np.maximum(np.round(amount, 1), 1.0),
            "currency": "CNY",
            "channel": _channels(business, rows, rng),
            "employee_id": np.array([s.employee_id for s in business.stints])[rows.stint],
            "status": "paid",
            "units": 1 + rng.poisson(0.45, n),
            "brand": np.array([seat.brand for seat in seats])[rows.stint],
            "region": np.array([seat.region for seat in seats])[rows.stint],
            "repeats": picked(rows.group, monthly["repeat"][rows.stint, month], rng, up=0.5),
        }
    )
    refunded = picked(rows.group, monthly["refund"][rows.stint, month], rng, up=0.5)
    frame.loc[refunded, "status"] = "refunded"
    delay = pd.to_timedelta(rng.integers(120, 5 * 86400, n), unit="s")
    frame["updated"] = frame["at"] + delay.where(refunded, pd.Timedelta(minutes=3))
    is_abroad = frame["channel"].isin(list(OWNED.values()))
    dollars = (frame["amount"] / dollar_rate(frame["at"])).round(2)
    frame["amount"] = frame["amount"].where(~is_abroad, dollars)
    frame.loc[is_abroad, "currency"] = "USD"
    frame.loc[is_abroad, "employee_id"] = ""
    return frame


def _moments(business: Business, days: Whole, rng: np.random.Generator) -> pd.Series:
    """Moments of the day: most people buy in the evening."""
    hours = np.clip(rng.normal(17.5, 4.2, len(days)) % 24, 0, 23.99)
    seconds = np.rint(hours * 3600).astype("timedelta64[s]")
    return pd.Series(business.calendar.days[days].astype("datetime64[s]") + seconds)


def _channels(business: Business, rows: _Rows, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    main = [main_channel(stint.seat) for stint in business.stints]
    second = [
        OWNED.get(stint.seat.code) or f"{_platforms(stint.seat)[1]}:{stint.seat.brand}"
        for stint in business.stints
    ]
    is_main = rng.random(len(rows.stint)) < 0.72
    chosen: npt.NDArray[np.str_] = np.where(
        is_main, np.array(main)[rows.stint], np.array(second)[rows.stint]
    )
    return chosen


def _nobodys(business: Business, rng: np.random.Generator) -> pd.DataFrame:
    """Orders of the mini-program: they count for the brand and for no person."""
    if business.company.is_shop:
        return pd.DataFrame()
    counts = rng.poisson(4, business.calendar.n_days)
    days = np.repeat(np.arange(business.calendar.n_days), counts)
    at = _moments(business, days, rng)
    return pd.DataFrame(
        {
            "at": at,
            "amount": np.round(rng.lognormal(np.log(220), 0.4, len(days)), 1),
            "currency": "CNY",
            "channel": UNOWNED,
            "employee_id": "",
            "status": "paid",
            "units": 1,
            "brand": "core",
            "region": "gz",
            "repeats": rng.random(len(days)) < 0.3,
            "updated": at + pd.Timedelta(minutes=3),
        }
    )


def _buyers(frame: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """A buyer for every order: who repeats bought in the same brand on an earlier day."""
    buyers = np.empty(len(frame), dtype=object)
    days = frame["at"].to_numpy().astype("datetime64[D]")
    for brand, found in frame.groupby("brand", sort=True).indices.items():
        places = np.sort(found)
        is_new = ~frame["repeats"].to_numpy()[places]
        known = np.concatenate(([0], np.cumsum(is_new)))
        # Buyers known when the day began.
        first = np.searchsorted(days[places], days[places], side="left")
        before = known[first]
        is_new |= before == 0
        number = np.cumsum(is_new)
        known = np.concatenate(([0], number))
        before = known[first]
        back = np.floor(rng.random(len(places)) ** 0.5 * before).astype(np.int64) + 1
        chosen = np.where(is_new, number, back)
        buyers[places] = np.char.add(f"{brand}_", np.char.zfill(chosen.astype(str), 6))
    return buyers


_PREFIX = {"tmall": "25", "jd": "31", "pdd": "26", "douyin": "69", "wechat": "10"}


def _numbers(frame: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Order numbers in the manner of each platform, rising with time."""
    numbers, channels = pd.factorize(frame["channel"])
    platforms = np.array([str(one).split(":")[0] for one in channels])[numbers]
    steps = np.cumsum(rng.integers(11, 97, len(frame))) + 10_000_000
    digits = steps.astype("U8")
    days, known = np.unique(frame["at"].to_numpy().astype("datetime64[D]"), return_inverse=True)
    written = np.array([str(day).replace("-", "")[2:] for day in days])[known]
    plain = np.empty(len(frame), dtype=object)
    for platform in np.unique(platforms):
        here = platforms == platform
        own = digits[here]
        if platform == "shopify":
            made = np.char.add("#HM", own)
        elif platform == "amazon":
            tails = np.char.zfill((steps[here] * 7919 % 10_000_000).astype("U7"), 7)
            made = np.char.add(np.char.add("113-", own), np.char.add("-", tails))
        elif platform == "pdd":
            made = np.char.add(np.char.add(written[here], "-"), own)
        else:
            made = np.char.add(np.char.add(_PREFIX[str(platform)], written[here]), own)
        plain[here] = made
    return plain


def _blemishes(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rows that must not count: cancelled, tests, delivered twice, wrong."""
    size = len(frame)

    def some(share: float) -> pd.DataFrame:
        chosen = np.sort(rng.choice(size, max(1, int(size * share)), replace=False))
        return frame.iloc[chosen].copy()

    cancelled = some(0.025)
    cancelled["order_id"] += "7"
    cancelled["status"], cancelled["buyer"] = "cancelled", cancelled["buyer"] + "x"
    tests = some(0.0012)
    tests["order_id"] += "8"
    tests["status"], tests["buyer"], tests["amount"] = "test", "测试账号", 0.1
    # Exported again before its last change: the newer row above stays.
    twice = some(0.006)
    twice["status"] = "paid"
    twice["updated"] = twice["at"] + pd.Timedelta(minutes=1)
    named = frame[(frame["employee_id"] != "")]
    chosen = np.sort(rng.choice(len(named), min(24, len(named)), replace=False))
    wrong = named.iloc[chosen].copy()
    wrong["order_id"] += "9"
    wrong["buyer"] += "y"
    kind = np.arange(len(wrong)) % 4
    wrong["employee_id"] = wrong["employee_id"].where(
        kind != 0, "E9" + wrong["employee_id"].str[2:]
    )
    wrong["amount"] = wrong["amount"].where(kind != 1, -wrong["amount"])
    wrong["amount"] = wrong["amount"].where(kind != 2)
    wrong["employee_id"] = wrong["employee_id"].where(kind != 3, "待补")
    return pd.concat([cancelled, tests, twice, wrong], ignore_index=True)


def make_tickets(business: Business) -> pd.DataFrame:
    """One row per conversation of the service desk, by time.

    Columns: ``ticket_id``, ``at``, ``employee_id``, ``channel``, ``response``, ``resolved``,
    ``csat``.
    """
    rng = np.random.default_rng([business.company.seed, 4])
    counts = np.asarray(business.daily["tickets"], dtype=np.int64)
    rows = _rows(business, counts * sends_tickets(business)[:, None])
    monthly, month = business.monthly, business.calendar.month[rows.day]
    n = len(rows.stint)
    if not n:
        return pd.DataFrame()
    seconds = rng.gamma(2.2, 1.0, n)
    sums, sizes = np.bincount(rows.group, seconds), np.bincount(rows.group)
    seconds *= monthly["response"][rows.stint, month] * sizes[rows.group] / sums[rows.group]
    resolved = picked(rows.group, monthly["resolution"][rows.stint, month], rng)
    frame = pd.DataFrame(
        {
            "at": _moments(business, rows.day, rng),
            "employee_id": np.array([s.employee_id for s in business.stints])[rows.stint],
            "channel": _channels(business, rows, rng),
            "response": np.round(seconds, 1),
            "resolved": resolved,
            "csat": _marks(business, rows, month, rng),
        }
    )
    frame = frame.sort_values(["at", "employee_id"], kind="stable", ignore_index=True)
    numbers = np.char.add("KF", (10_000_000 + np.arange(n)).astype(str))
    frame.insert(0, "ticket_id", numbers)
    again = frame.iloc[np.sort(rng.choice(n, max(1, n // 400), replace=False))]
    return pd.concat([frame, again], ignore_index=True)


def _marks(business: Business, rows: _Rows, month: Whole, rng: np.random.Generator) -> pd.Series:
    """Marks of those who gave one: the unsatisfied share first, then the mean."""
    n = len(rows.stint)
    monthly = business.monthly
    rated = picked(rows.group, np.full(n, 0.8), rng)
    places = np.flatnonzero(rated)
    share = monthly["unsatisfied"][rows.stint[places], month[places]]
    group = rows.group[places]
    bad = picked(group, share, rng)
    is_low = np.zeros(n, dtype=bool)
    is_low[places[bad]] = True
    sizes = np.maximum(np.bincount(group, minlength=int(rows.group.max()) + 1), 1)
    bads = np.bincount(group[bad], minlength=len(sizes))
    low = bads / sizes
    wanted = np.zeros(len(sizes))
    wanted[rows.group] = monthly["csat"][rows.stint, month]
    full = np.clip((wanted - low * 2.3) / np.maximum(1 - low, 0.1) - 4, 0.0, 1.0)
    top = np.zeros(n, dtype=bool)
    happy = np.flatnonzero(rated & ~is_low)
    top[happy] = picked(rows.group[happy], full[rows.group[happy]], rng)
    marks = np.where(is_low, rng.choice([1, 2, 3, 3], n), np.where(top, 5, 4)).astype(float)
    return pd.Series(np.where(rated, marks, np.nan))
