"""The stories, written over the figures that were drawn (stories.py says what must be found)."""

from __future__ import annotations

from datetime import date

import numpy as np

from perf_core.demo import stories
from perf_core.demo.calendar import whole
from perf_core.demo.figures import USUAL_SKILL, Drawing


def tell(drawing: Drawing) -> None:
    """Write the stories over what was drawn."""
    if drawing.business.company.is_shop:
        _tell_shop(drawing)
    _tell_conversion(drawing)
    _tell_recovery(drawing)
    _tell_followers(drawing)
    _tell_repurchase(drawing)


def _tell_conversion(drawing: Drawing) -> None:
    """2 % of 100 visits a day; in May 30 orders of 1,500 visits, then 54 of 1,500."""
    for row in drawing.business.seat_rows(drawing.seats.get("conversion", ())):
        visits, orders = drawing.business.daily["visits"], drawing.business.daily["orders"]
        april = drawing.calendar.span(date(2026, 4, 1), date(2026, 4, 30))
        early = drawing.calendar.span(date(2026, 5, 1), date(2026, 5, 15))
        late = drawing.calendar.span(date(2026, 5, 16), date(2026, 5, 31))
        if late.stop - late.start != 16:
            continue
        visits[row, april], orders[row, april] = 97, 2
        visits[row, early], orders[row, early] = 100, 2
        visits[row, late] = [94] * 12 + [93] * 4
        orders[row, late] = [3, 4, 3, 3] * 3 + [3, 4, 4, 4]


def _tell_recovery(drawing: Drawing) -> None:
    """Orders a day by the steps of the plan, and the clicks that were missing before."""
    for row in drawing.business.seat_rows(drawing.seats.get("recovery", ())):
        last = drawing.business.company.last_day
        for first, turn in stories.RECOVERY_STEPS:
            days = drawing.calendar.span(first, last)
            length = days.stop - days.start
            orders = np.resize(np.array(turn), length)
            drawing.business.daily["orders"][row, days] = orders
            level = {2: 95, 6: 210, 10: 335}[turn[0]]
            noise = drawing.rng.lognormal(0, 0.1, length)
            drawing.business.daily["visits"][row, days] = np.rint(level * noise)


def _tell_followers(drawing: Drawing) -> None:
    """60,000 from Monday to Wednesday."""
    seats = (*drawing.seats.get("followers", ()), *drawing.seats.get("followers_cut", ()))
    for row in drawing.business.seat_rows(seats):
        last = len(drawing.calendar.days)
        drawing.business.daily["new_followers"][row, last - 3 : last] = (
            stories.FOLLOWERS_BY_WEDNESDAY
        )


def _tell_repurchase(drawing: Drawing) -> None:
    """From 15 to 25 % in three months."""
    rows = drawing.business.seat_rows(drawing.seats.get("repurchase", ()))
    repeat = drawing.business.monthly["repeat"]
    repeat[rows] = 0.15
    for code, share in stories.REPURCHASE.items():
        month = drawing.calendar.month_position(code)
        if month is not None:
            repeat[rows, month] = share


def _tell_shop(drawing: Drawing) -> None:
    """Conversion from 2.8 to 4.1 % and satisfaction from 4.3 to 4.7 in six months."""
    steps = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
    rows = drawing.business.rows("store_ops")
    rate = np.full(drawing.calendar.n_months, 0.028)
    csat = np.full(drawing.calendar.n_months, 4.3)
    for step, code in enumerate(steps):
        month = drawing.calendar.month_position(code)
        if month is not None:
            rate[month] = 0.028 + 0.013 * min(step + 1, 6) / 6
            csat[month] = 4.3 + 0.4 * min(step + 1, 6) / 6
    visits = np.asarray(drawing.business.daily["visits"][rows], dtype=float)
    tilt = 1 + (drawing.reached(item=0.03)[rows] - USUAL_SKILL) * 0.5
    tilt = tilt / tilt.mean(axis=0)
    bought = visits * tilt[:, drawing.calendar.month]
    by_month = [np.bincount(drawing.calendar.month, one.sum(axis=0)) for one in (visits, bought)]
    wanted = rate * by_month[0] / by_month[1]
    bought *= wanted[drawing.calendar.month]
    drawing.business.daily["orders"][rows] = whole(bought, drawing.rng)
    desk = drawing.business.rows("service")
    tilt = 1 + (drawing.reached(item=0.02)[desk] - USUAL_SKILL) * 0.15
    tilt = tilt / tilt.mean(axis=0)
    drawing.business.monthly["csat"][desk] = np.clip(csat * tilt, 3.5, 4.95)
