"""Score a month the straightforward way: person by person, item by item, figure by figure.

Each figure is summed out of a frame of the two months' daily rows, as one would in a notebook, or
by a query of its own.

Covers what most cards need: one brand and role, linear points, weight spread where nothing was
measured. No absences, no reviews, no vetoes, no grades: less than the program does in its time.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import add, mul, sub, truediv

import pandas as pd
from sqlalchemy import Connection, text

from perf_core.domain.catalogue import Catalogue, Indicator, Template, TemplateItem
from perf_core.domain.period import Period
from perf_core.store.catalogue import read_catalogue
from perf_core.store.engine import Store

_SIGNS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}


@dataclass
class Card:
    """One person in one role over some days."""

    employee_id: str
    brand: str
    role: str
    first: date
    last: date
    held_before: bool
    daily: pd.DataFrame | None = None


def totals_of_month(
    store: Store, period: Period, as_of: date, *, by_query: bool
) -> dict[str, float]:
    """Score everybody; return the total of each person with one card.

    Parameters
    ----------
    by_query : bool
        Ask the store for each figure, instead of summing it out of a frame.
    """
    with store.reading() as connection:
        catalogue = read_catalogue(connection)
        daily = None if by_query else _daily_rows(connection, period)
        people = connection.execute(
            text(
                "SELECT employee_id FROM employees WHERE hire_date <= :last "
                "AND (leave_date IS NULL OR leave_date >= :first)"
            ),
            {"first": period.start, "last": as_of},
        )
        found = {}
        for employee_id in people.scalars().all():
            cards = _cards(connection, employee_id, period, as_of)
            if len(cards) == 1:
                cards[0].daily = daily
                total = _total(connection, catalogue, cards[0], period)
                if total is not None:
                    found[employee_id] = total
    return found


def _daily_rows(connection: Connection, period: Period) -> pd.DataFrame:
    rows = connection.execute(
        text("SELECT * FROM daily_measures WHERE day BETWEEN :first AND :last"),
        {"first": period.previous().start, "last": period.last_day},
    )
    frame = pd.DataFrame(rows.fetchall(), columns=list(rows.keys()))
    frame["day"] = pd.to_datetime(frame["day"])
    return frame


def _cards(connection: Connection, employee_id: str, period: Period, as_of: date) -> list[Card]:
    rows = connection.execute(
        text(
            "SELECT a.from_date, a.to_date, a.brand, a.role, e.hire_date, e.leave_date "
            "FROM assignments a JOIN employees e ON e.employee_id = a.employee_id "
            "WHERE a.employee_id = :who ORDER BY a.from_date"
        ).columns(),
        {"who": employee_id},
    ).all()
    cards = []
    for number, (start, end, brand, role, hired, left) in enumerate(rows):
        following = rows[number + 1][0] if number + 1 < len(rows) else None
        last = min(str(d) for d in (end, left, as_of) if d is not None)
        if following is not None:
            last = min(last, str(date.fromordinal(_day(following).toordinal() - 1)))
        first = max(str(start), str(hired), str(period.start))
        if first <= last:
            began = max(str(start), str(hired))
            cards.append(
                Card(employee_id, brand, role, _day(first), _day(last),
                     began <= str(period.previous().start))
            )  # fmt: skip
    return cards


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _total(
    connection: Connection, catalogue: Catalogue, card: Card, period: Period
) -> float | None:
    template = _template(catalogue, card)
    if template is None:
        return None
    earned, scored = 0.0, 0.0
    for item in template.items:
        indicator = catalogue.indicators[item.indicator]
        actual = _actual(connection, indicator, card, period)
        target = _target(connection, item, card, period)
        if actual is None or target is None:
            continue
        reached = 2 - actual / target if indicator.direction == "lower" else actual / target
        earned += item.weight * min(max(reached, 0.0), item.cap)
        scored += item.weight
    return earned * 100 / scored if scored else 0.0


def _template(catalogue: Catalogue, card: Card) -> Template | None:
    fitting = [
        t for t in catalogue.templates if t.role == card.role and t.brand in ("", card.brand)
    ]
    return max(fitting, key=lambda t: (t.brand, t.valid_from), default=None)


def _actual(
    connection: Connection, indicator: Indicator, card: Card, period: Period
) -> float | None:
    tree = ast.parse(indicator.formula, mode="eval").body
    try:
        return _value(connection, tree, card, period, back=False)
    except (ZeroDivisionError, TypeError):
        return None  # no data


def _value(
    connection: Connection, node: ast.expr, card: Card, period: Period, *, back: bool
) -> float:
    match node:
        case ast.Constant(value=value):
            return float(str(value))
        case ast.Name(id=code):
            return _sum(connection, code, card, period, back=back)
        case ast.BinOp(left=left, op=sign, right=right):
            one = _value(connection, left, card, period, back=back)
            return _SIGNS[type(sign)](one, _value(connection, right, card, period, back=back))
        case ast.Call(func=ast.Name(id="per_day"), args=[inner]):
            days = (card.last - card.first).days + 1
            return _value(connection, inner, card, period, back=back) / days
        case ast.Call(func=ast.Name(id="growth"), args=[inner]):
            before = _value(connection, inner, card, period, back=True)
            return _value(connection, inner, card, period, back=False) / before - 1
        case ast.Call(func=ast.Name(id="rating"), args=[ast.Name(id=dimension)]):
            return _rating(connection, dimension, card, period)
    raise TypeError(ast.dump(node))


def _sum(connection: Connection, code: str, card: Card, period: Period, *, back: bool) -> float:
    first, last = card.first, card.last
    if back:
        if not card.held_before:
            raise TypeError(code)
        before = period.previous()
        last_number = min(last.day, before.last_day.day)
        whole = last == period.last_day
        first = before.start
        last = before.last_day if whole else before.start.replace(day=last_number)
    if card.daily is not None:
        rows = card.daily
        is_inside = (rows["day"] >= pd.Timestamp(first)) & (rows["day"] <= pd.Timestamp(last))
        mine = rows[(rows["credited_to"] == card.employee_id) & is_inside]
        total = float(mine[code].sum(min_count=1))
        return _in_units(code, None if math.isnan(total) else total)
    value = connection.execute(
        text(
            f'SELECT SUM("{code}") FROM daily_measures '
            "WHERE credited_to = :who AND day BETWEEN :first AND :last"
        ),
        {"who": card.employee_id, "first": first, "last": last},
    ).scalar()
    return _in_units(code, value)


def _in_units(code: str, value: float | None) -> float:
    if value is None:
        raise TypeError(code)  # no data
    money = code in {"revenue", "refund_amount", "ad_spend", "live_gmv", "stock_sold"}
    return float(value) / (10_000 if money else 1)


def _rating(connection: Connection, dimension: str, card: Card, period: Period) -> float:
    means = (
        connection.execute(
            text(
                "SELECT AVG(score) FROM ratings WHERE ratee_id = :who AND dimension = :dimension "
                "AND period = :period AND relation <> 'self' GROUP BY relation"
            ),
            {"who": card.employee_id, "dimension": dimension, "period": period.code},
        )
        .scalars()
        .all()
    )
    return sum(float(mean) for mean in means) / len(means)


def _target(connection: Connection, item: TemplateItem, card: Card, period: Period) -> float | None:
    for scope in (
        {"who": card.employee_id, "brand": "", "role": ""},
        {"who": "", "brand": card.brand, "role": card.role},
        {"who": "", "brand": "", "role": card.role},
    ):
        value = connection.execute(
            text(
                "SELECT value FROM targets WHERE period = :period AND indicator = :indicator "
                "AND employee_id = :who AND brand = :brand AND role = :role "
                "ORDER BY revised_on DESC LIMIT 1"
            ),
            {"period": period.code, "indicator": item.indicator, **scope},
        ).scalar()
        if value is not None:
            return float(value)
    return item.target
