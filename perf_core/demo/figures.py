"""What the figures of the demo are drawn with: the company's days, and shares of targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from perf_core.demo import stories
from perf_core.demo.calendar import Calendar, Floats, Whole, shaped, textured, whole
from perf_core.demo.company import Company, Stint

# Orders a day of one person, by role and brand; the shop and the small brands stand at the end.
ORDERS: dict[str, dict[str, float]] = {
    "platform_ops": {"luxe": 3.2, "core": 9, "value": 12, "glow": 8, "home": 4.2, "": 8},
    "product_ops": {"luxe": 3.2, "core": 9, "value": 13, "glow": 8, "home": 5.5, "": 8},
    "user_ops": {"luxe": 3, "core": 8.5, "value": 12, "glow": 8, "home": 5, "": 8},
    "live_ops": {"luxe": 4, "core": 9, "value": 12, "glow": 10, "home": 7, "": 8},
    "growth_ops": {"": 10},
    "store_ops": {"home": 5, "shop": 9, "": 6},
}
LIVE_GMV = {"luxe": 400_000, "core": 200_000, "value": 150_000, "glow": 300_000, "": 180_000}
FOLLOWERS = {"growth_ops": 10_000, "live_ops": 6_000}
WEEKLY_FOLLOWERS = 100_000
USUAL_SKILL = 0.89
"""What share of the target people reach on the whole."""
CONVERSION = 0.03
REPEAT_RATE = 0.25
RETENTION = 0.60
RETURN_RATE = 0.08
LAUNCH_UNITS = {"home": 120, "": 200}
PARCELS_PER_DAY = 150
GROWTH_TARGETS = {6: 0.06, 11: 0.06}
"""Traffic growth asked for in months of promotions; 0.03 in the others."""


def orders_per_day(role: str, brand: str) -> float:
    """Orders a day that a person of the role and brand is expected to bring."""
    by_brand = ORDERS.get(role, {})
    return float(by_brand.get(brand, by_brand.get("", 0.0)))


@dataclass(frozen=True)
class Business:
    """Figures by stint and day.

    Attributes
    ----------
    here : array of bool, shape (n_stints, n_days)
        Employed on the seat and not absent.
    absences : list of (employee_id, first day, last day, kind)
    daily : dict of measure to array of int or float, shape (n_stints, n_days)
    monthly : dict of name to array, shape (n_stints, n_months)
        What rows of orders and tickets are drawn by: ``aov``, ``repeat``, ``refund``, ``response``,
        ``resolution``, ``csat``, ``unsatisfied``; and ``skill``, which ratings follow.
    """

    company: Company
    calendar: Calendar
    stints: tuple[Stint, ...]
    here: npt.NDArray[np.bool_]
    absences: list[tuple[str, date, date, str]]
    daily: dict[str, npt.NDArray[np.generic]] = field(default_factory=dict)
    monthly: dict[str, Floats] = field(default_factory=dict)

    def rows(self, *roles: str, brand: str = "") -> npt.NDArray[np.intp]:
        """Positions of the stints in these roles (of one brand)."""
        return np.array(
            [
                n
                for n, stint in enumerate(self.stints)
                if stint.seat.role in roles and brand in ("", stint.seat.brand)
            ],
            dtype=np.intp,
        )

    def seat_rows(self, seats: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Positions of the present holders of seats, in their order."""
        wanted = {seat: n for n, seat in enumerate(seats)}
        found = [
            (wanted[stint.seat.code], n)
            for n, stint in enumerate(self.stints)
            if stint.seat.code in wanted and stint.end is None
        ]
        return np.array([n for _, n in sorted(found)], dtype=np.intp)


class Drawing:
    """Draws figures for some stints at a time."""

    def __init__(self, business: Business, rng: np.random.Generator) -> None:
        self.business, self.rng = business, rng
        self.calendar = business.calendar
        self.size = (len(business.stints), self.calendar.n_months)
        self.skill = np.clip(rng.normal(USUAL_SKILL, 0.085, (self.size[0], 1)), 0.7, 1.08)
        self.seats = stories.seats_of(business.company)
        paid = business.seat_rows(self.seats.get("paid", ()))
        self.skill[paid] = 1.12
        self.texture = textured(self.calendar, self.size[0], rng)
        self.brands = [stint.seat.brand for stint in business.stints]
        self.roles = [stint.seat.role for stint in business.stints]

    def reached(self, item: float = 0.05, month: float = 0.03, top: float = 1.3) -> Floats:
        """Shares of the target: the person's skill, better or worse in this item and month."""
        drawn = self.skill + self.rng.normal(0, item, (self.size[0], 1))
        drawn = drawn + self.rng.normal(0, month, self.size)
        return np.clip(drawn, 0.6, top)

    def put(self, code: str, rows: npt.NDArray[np.intp], values: npt.NDArray[np.generic]) -> None:
        """Set a measure of some stints."""
        shape = (self.size[0], self.calendar.n_days)
        if code not in self.business.daily:
            self.business.daily[code] = np.zeros(shape, dtype=values.dtype)
        self.business.daily[code][rows] = values

    def counted(
        self, rows: npt.NDArray[np.intp], daily: Floats, factor: Floats | float = 1.0
    ) -> Whole:
        """Whole numbers with a daily mean by month, on the texture of the days."""
        shape = shaped(self.calendar, self.texture[rows], daily)
        return whole(shape * self.business.here[rows] * factor, self.rng)

    def weekdays(self, weekday: int) -> npt.NDArray[np.bool_]:
        """The days of the week that are this one; Monday is 0."""
        numbers = (self.calendar.days.astype("datetime64[D]").astype(np.int64) + 3) % 7
        return np.asarray(numbers == weekday)

    def part(self, of: npt.NDArray[np.generic], share: Floats) -> Whole:
        """A share of counts, rounded along the days and never more than there were."""
        counts = np.asarray(of, dtype=np.int64)
        taken = whole(counts * share, self.rng)
        # What one day cannot take, the next days do not either: whole counts are small.
        return np.clip(taken, 0, counts)
