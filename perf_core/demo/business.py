"""Daily figures of everybody, before they become files: arrays of shape (stints, days).

Achievements come first: what share of the target each person reaches in each item and month.
Figures are then made so that the formulas give back just that. Days of absence and days off the
seat are cut out last.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from perf_core.demo import stories
from perf_core.demo.calendar import Calendar, Floats, grown, make_calendar, shaped, whole
from perf_core.demo.company import Company, Stint
from perf_core.demo.figures import (
    CONVERSION,
    FOLLOWERS,
    GROWTH_TARGETS,
    LAUNCH_UNITS,
    LIVE_GMV,
    ORDERS,
    PARCELS_PER_DAY,
    REPEAT_RATE,
    RETENTION,
    RETURN_RATE,
    WEEKLY_FOLLOWERS,
    Business,
    Drawing,
    orders_per_day,
)
from perf_core.demo.plots import tell


def make_business(company: Company) -> Business:
    """Draw the figures of the whole company."""
    calendar = make_calendar(company.first_day, company.last_day)
    stints = tuple(
        stint for stint in company.stints if stint.end is None or stint.end >= company.first_day
    )
    rng = np.random.default_rng([company.seed, 2])
    absences = _absences(company, stints, rng)
    made = Business(company, calendar, stints, _here(calendar, stints, absences), absences)
    _Company(made, rng).all()
    return made


def _absences(
    company: Company, stints: tuple[Stint, ...], rng: np.random.Generator
) -> list[tuple[str, date, date, str]]:
    told = {seat for seats in stories.seats_of(company).values() for seat in seats}
    spans = []
    for stint in stints:
        if stint.seat.code in told:
            continue
        start = max(stint.start, company.first_day)
        end = stint.end or company.last_day
        day = start + timedelta(days=int(rng.integers(30, 200)))
        while day < end - timedelta(days=14):
            length = int(rng.choice([1, 1, 2, 3, 5]))
            kind = str(rng.choice(["年假", "年假", "病假", "事假"]))
            spans.append((stint.employee_id, day, day + timedelta(days=length - 1), kind))
            day += timedelta(days=length + int(rng.integers(60, 240)))
    return sorted(spans)


def _here(
    calendar: Calendar, stints: tuple[Stint, ...], absences: list[tuple[str, date, date, str]]
) -> npt.NDArray[np.bool_]:
    here = np.zeros((len(stints), calendar.n_days), dtype=bool)
    away: dict[str, list[tuple[date, date]]] = {}
    for employee_id, first, last, _kind in absences:
        away.setdefault(employee_id, []).append((first, last))
    for n, stint in enumerate(stints):
        last_day = calendar.days[-1].astype(date)
        here[n, calendar.span(stint.start, stint.end or last_day)] = True
        for first, last in away.get(stint.employee_id, ()):
            here[n, calendar.span(first, last)] = False
    return here


class _Company(Drawing):
    """Fills a business role by role."""

    def all(self) -> None:
        """Draw everything."""
        monthly = self.business.monthly
        monthly["skill"] = self.reached()
        factor = np.array([self.business.company.brand(b).aov if b else 0.0 for b in self.brands])
        monthly["aov"] = factor[:, None] * self.reached(item=0.03)
        monthly["repeat"] = REPEAT_RATE * self.reached(item=0.05)
        monthly["refund"] = RETURN_RATE * (2 - self.reached(item=0.05))
        self.sales()
        self.followers()
        self.live()
        self.users()
        self.shop_items()
        self.desk()
        self.design()
        self.warehouse()
        tell(self)
        self.pages(self.business.rows(*ORDERS))
        here = self.business.here
        for code, values in self.business.daily.items():
            self.business.daily[code] = np.where(here, values, 0)

    # --- shops ------------------------------------------------------------------------------------

    def sales(self) -> None:
        """Visits and orders of everyone who sells."""
        selling = self.business.rows(*ORDERS)
        orders = np.array([orders_per_day(self.roles[n], self.brands[n]) for n in selling])
        rate = CONVERSION * self.reached(item=0.05)[selling]
        months = np.array([month.month for month in self.calendar.months])
        wanted = np.array([GROWTH_TARGETS.get(m, 0.03) for m in months])
        growth = wanted * np.clip(self.reached(item=0.12, month=0.16, top=1.6)[selling], 0.25, 1.6)
        level = orders / CONVERSION / np.prod(1 + wanted) ** 0.45
        visits = grown(self.calendar, self.texture[selling], level, growth)
        steady = np.array([self.roles[n] not in ("platform_ops", "store_ops") for n in selling])
        season = np.where(
            np.array([[self.roles[n] == "growth_ops"] for n in selling]),
            1.0,
            self.calendar.season(),
        )
        daily = (
            (orders / CONVERSION)[:, None]
            * season
            * self.reached(item=0.05)[selling]
            / (rate / CONVERSION)
        )
        visits[steady] = shaped(self.calendar, self.texture[selling[steady]], daily[steady])
        bought = visits * rate[:, self.calendar.month] * self.business.here[selling]
        bought *= self.rng.lognormal(0, 0.08, bought.shape)
        self.put("orders", selling, whole(bought, self.rng))
        self.put("visits", selling, whole(visits * self.business.here[selling], self.rng))
        self.pages(selling)

    def pages(self, rows: npt.NDArray[np.intp]) -> None:
        """What follows from visits: paid and organic ones, pages, images, carts, spending."""
        visits = np.asarray(self.business.daily["visits"][rows], dtype=float)
        share = np.clip(self.rng.normal(0.34, 0.07, (len(rows), 1)), 0.15, 0.52)
        paid_rows = set(self.business.seat_rows(self.seats.get("paid", ())).tolist())
        is_paid = np.array([[n in paid_rows] for n in rows])
        share = np.where(is_paid, 0.69, share)
        share = np.clip(share + self.rng.normal(0, 0.02, visits.shape), 0.1, 0.8)
        paid = np.rint(visits * share)
        self.put("paid_visits", rows, paid.astype(np.int64))
        self.put("organic_visits", rows, (visits - paid).astype(np.int64))
        self.put("ad_spend", rows, np.round(paid * self.rng.uniform(0.9, 1.6, (len(rows), 1)), 2))
        views = visits * self.rng.uniform(1.8, 2.6, (len(rows), 1))
        # Product operators answer for order rate and views: 3 % and what the target asks.
        is_product = np.array([[self.roles[n] == "product_ops"] for n in rows])
        views = np.where(is_product, visits, views)
        self.put("product_views", rows, np.rint(views).astype(np.int64))
        self.put("carts", rows, np.rint(views * 0.085).astype(np.int64))
        shown = views * self.rng.uniform(14, 22, (len(rows), 1))
        self.put("impressions", rows, np.rint(shown).astype(np.int64))
        self.put(
            "clicks",
            rows,
            np.rint(shown * self.rng.uniform(0.024, 0.04, (len(rows), 1))).astype(np.int64),
        )

    def followers(self) -> None:
        """New followers of user growth and live streams."""
        for role, level in FOLLOWERS.items():
            rows = self.business.rows(role)
            daily = level / 30 * self.reached(item=0.07)[rows]
            self.put("new_followers", rows, self.counted(rows, daily))
        weekly = self.business.seat_rows(
            (*self.seats.get("followers", ()), *self.seats.get("followers_cut", ()))
        )
        if len(weekly):
            daily = WEEKLY_FOLLOWERS / 7 * self.reached(item=0.05)[weekly]
            self.put("new_followers", weekly, self.counted(weekly, daily))

    def live(self) -> None:
        """Live streams: five shows a week."""
        rows = self.business.rows("live_ops")
        if not len(rows):
            return
        on_air = (np.arange(self.calendar.n_days)[None, :] + rows[:, None]) % 7 < 5
        shape = self.texture[rows] * on_air + 1e-9
        asked = np.array([LIVE_GMV.get(self.brands[n], LIVE_GMV[""]) for n in rows])
        daily = asked[:, None] / 30 * self.calendar.season() * self.reached(item=0.06)[rows]
        sold = shaped(self.calendar, shape, daily)
        self.put("live_gmv", rows, np.round(sold, 0))
        viewers = np.rint(sold / self.rng.uniform(18, 30, (len(rows), 1)))
        back = 0.30 * self.reached(item=0.05)[rows][:, self.calendar.month]
        self.put("viewers", rows, viewers.astype(np.int64))
        self.put("returning_viewers", rows, np.rint(viewers * back).astype(np.int64))
        self.put("interactions", rows, np.rint(viewers * 0.4).astype(np.int64))

    def users(self) -> None:
        """Active and retained users of user operations."""
        rows = self.business.rows("user_ops", "growth_ops")
        daily = 320 * self.reached(item=0.08)[rows] * self.calendar.season()
        active = self.counted(rows, daily)
        kept = RETENTION * self.reached(item=0.05)[rows][:, self.calendar.month]
        self.put("active_users", rows, active)
        self.put("retained_users", rows, np.rint(active * kept).astype(np.int64))

    def shop_items(self) -> None:
        """Campaigns and new products of shop operations."""
        rows = self.business.rows("store_ops")
        if not len(rows):
            return
        visits = np.asarray(self.business.daily["visits"][rows], dtype=float)
        is_campaign = np.isin(np.arange(self.calendar.n_days) % 10, (3, 4, 5, 6))
        seen = np.rint(visits * 0.6 * is_campaign)
        rate = 0.05 * self.reached(item=0.06)[rows][:, self.calendar.month]
        self.put("campaign_visits", rows, seen.astype(np.int64))
        self.put("campaign_orders", rows, whole(seen * rate, self.rng))
        asked = np.array([LAUNCH_UNITS.get(self.brands[n], LAUNCH_UNITS[""]) for n in rows])
        daily = asked[:, None] / 30 * self.reached(item=0.08)[rows]
        self.put("launch_units", rows, self.counted(rows, daily))

    # --- service, design, warehouse ---------------------------------------------------------------

    def desk(self) -> None:
        """Customer service: conversations and complaints, and the value brand's chat orders."""
        rows = self.business.rows("service")
        monthly = self.business.monthly
        on_shift = (np.arange(self.calendar.n_days)[None, :] + 2 * rows[:, None]) % 7 < 5
        shape = self.texture[rows] * on_shift + 1e-9
        daily = 3.0 * np.clip(self.reached()[rows], 0.8, 1.2)
        tickets = whole(shaped(self.calendar, shape, daily) * self.business.here[rows], self.rng)
        self.put("tickets", rows, tickets)
        monthly["response"] = self.response_target()[:, None] * (2 - self.reached(item=0.06))
        monthly["resolution"] = np.clip(0.87 * self.reached(item=0.05), 0.5, 0.97)
        monthly["csat"] = np.clip(4.5 * self.reached(item=0.03), 3.4, 4.9)
        monthly["unsatisfied"] = np.clip(self.rng.normal(0.09, 0.03, self.size), 0.02, 0.3)
        self.standards()
        per_ticket = self.rng.random(tickets.shape)
        complaints = self.rng.binomial(tickets, 0.09)
        closed = self.rng.binomial(complaints, 0.93)
        hours = 24 * (2 - self.reached(item=0.08)[rows][:, self.calendar.month])
        self.put("complaints", rows, complaints.astype(np.int64))
        self.put("complaints_closed", rows, closed.astype(np.int64))
        spent = closed * hours * 3600 * (0.75 + 0.5 * per_ticket)
        self.put("complaint_seconds", rows, np.rint(spent).astype(np.int64))
        self.chat_orders()

    def response_target(self) -> Floats:
        """Seconds each brand's service is asked to answer in."""
        asked = {"luxe": 60.0, "core": 30.0, "value": 90.0}
        return np.array([asked.get(brand, 120.0) for brand in self.brands])

    def standards(self) -> None:
        """The brands' own standards: two, three and four of twenty miss them."""
        monthly = self.business.monthly
        for brand, off in stories.OFF_STANDARD.items():
            rows = self.business.rows("service", brand=brand)
            if not len(rows):
                continue
            missed = np.array([[self.business.stints[n].seat.number in off] for n in rows])
            size = (len(rows), self.size[1])
            if brand == "luxe":
                share = np.where(
                    missed, self.rng.uniform(0.09, 0.13, size), self.rng.uniform(0, 0.045, size)
                )
                monthly["unsatisfied"][rows] = share
            if brand == "core":
                seconds = np.where(
                    missed, self.rng.uniform(32, 40, size), self.rng.uniform(24.5, 29, size)
                )
                monthly["response"][rows] = seconds

    def chat_orders(self) -> None:
        """Inquiries that become orders at the low-price brand: 8 % asked."""
        rows = self.business.rows("service", brand="value")
        if not len(rows):
            return
        off = stories.OFF_STANDARD["value"]
        missed = np.array([[self.business.stints[n].seat.number in off] for n in rows])
        size = (len(rows), self.size[1])
        rate = np.where(
            missed, self.rng.uniform(0.062, 0.074, size), self.rng.uniform(0.0825, 0.094, size)
        )
        daily = np.full(size, 36.0)
        asked = self.counted(rows, daily)
        bought = whole(asked.astype(float) * rate[:, self.calendar.month], self.rng)
        self.put("visits", rows, asked)
        self.put("orders", rows, bought)

    def design(self) -> None:
        """Requests, main images, reuse and the brand refresh."""
        rows = self.business.rows("design")
        reached = np.clip(self.reached(item=0.03)[rows] + 0.03, 0.7, 1.05)
        reached = reached[:, self.calendar.month]
        asked = self.counted(rows, np.full((len(rows), self.size[1]), 1.6))
        self.put("requests", rows, asked)
        self.put("requests_on_time", rows, self.part(asked, np.clip(0.95 * reached, 0.5, 1.0)))
        shown = self.counted(rows, np.full((len(rows), self.size[1]), 4200.0))
        self.put("impressions", rows, shown)
        clicked = 0.03 * self.reached(item=0.07)[rows][:, self.calendar.month]
        self.put("clicks", rows, whole(shown * clicked, self.rng))
        made = self.counted(rows, np.full((len(rows), self.size[1]), 2.4))
        reuse = 0.30 * self.reached(item=0.07)[rows][:, self.calendar.month]
        self.put("assets", rows, made)
        self.put("assets_reused", rows, self.part(made, reuse))
        planned = np.zeros_like(asked)
        planned[:, self.weekdays(4)] = 3
        self.put("refresh_planned", rows, planned)
        done = np.clip(self.reached(item=0.06)[rows][:, self.calendar.month], 0.5, 1.0)
        self.put("refresh_done", rows, self.part(planned, done))

    def warehouse(self) -> None:
        """Parcels and picks."""
        rows = self.business.rows("warehouse")
        daily = PARCELS_PER_DAY * self.calendar.season() ** 0.5 * self.reached(item=0.04)[rows]
        sent = self.counted(rows, daily)
        late = np.clip(0.01 + 0.30 * (1 - self.reached(item=0.03)[rows]), 0.002, 0.14)
        picks = np.rint(sent * self.rng.uniform(1.4, 1.9, (len(rows), 1))).astype(np.int64)
        wrong = np.clip(0.003 + 0.06 * (1 - self.reached(item=0.03)[rows]), 0.0005, 0.03)
        months = self.calendar.month
        self.put("parcels", rows, sent)
        self.put("parcels_on_time", rows, sent - self.part(sent, late[:, months]))
        self.put("picks", rows, picks)
        self.put("picks_correct", rows, picks - self.part(picks, wrong[:, months]))
