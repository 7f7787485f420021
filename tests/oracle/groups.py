"""Group numbers: the table of scoring.md, one plain function per row of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.company import Company, Fact
from tests.oracle.formulas import is_additive, value_of
from tests.oracle.periods import Span, compared_days, month_of
from tests.oracle.ratings import mean, rating_of
from tests.oracle.scoring import EQUAL, Card, Scores, default_as_of, score

Key = tuple[str, ...]
PLACES = ("brand", "region", "channel")


@dataclass
class Group:
    key: Key
    headcount: int | None = None
    revenue: float | None = None
    revenue_uncredited: float | None = None
    revenue_growth: float | None = None
    pay_cost: float | None = None
    pay_estimated: bool | None = None
    cost_ratio: float | None = None
    attainment: float | None = None
    attrition: float | None = None
    mean_total: float | None = None
    total_sd: float | None = None
    grade_shares: dict[str, float] | None = None
    bonus_cost: float | None = None
    indicators: dict[str, dict[str, float | None]] = field(default_factory=dict)


@dataclass
class GroupWindow:
    """A group on some days: everything of whoever was in it then."""

    company: Company
    by: tuple[str, ...]
    key: Key
    period: Span
    days: list[date]
    _facts: list[Fact] | None = None
    _person_days: list[tuple[str, date]] | None = None

    def facts(self) -> list[Fact]:
        if self._facts is None:
            within = set(self.days)
            self._facts = [
                fact
                for fact in facts_by_group(self.company, self.by).get(self.key, ())
                if fact.day in within
            ]
        return self._facts

    def person_days(self) -> list[tuple[str, date]]:
        """Days on which somebody was in the group, absent or not."""
        if "channel" in self.by:
            return []
        if self._person_days is None:
            self._person_days = [
                (employee, day)
                for employee in self.company.employees
                for day in self.days
                if person_group(self.company, self.by, employee, day) == self.key
            ]
        return self._person_days

    def total(self, measure: str) -> float | None:
        values = [fact.value for fact in self.facts() if fact.measure == measure]
        if values:
            return sum(values)
        covered = any(self.company.covered(measure, day) for _, day in self.person_days())
        if "channel" in self.by and self.company.readings.zero_by_channel:
            covered = any(self.company.covered(measure, day) for day in self.days)
        return 0.0 if covered else None

    def n_days(self) -> int | None:
        """ "the days its people were there and not absent, added up"."""
        if "channel" in self.by:
            return None
        return sum(not self.company.absent(who, day) for who, day in self.person_days())

    def rating(self, dimension: str) -> float | None:
        """ "of a group, the mean over everybody with a day in it"."""
        people = {who for who, _ in self.person_days()}
        values = [rating_of(self.company, who, dimension, self.period) for who in people]
        known = [value for value in values if value is not None]
        return mean(known) if known else None

    def previous(self) -> GroupWindow:
        """ "`growth` and `prev` look at whoever was in the group then"."""
        return GroupWindow(
            self.company,
            self.by,
            self.key,
            self.period.previous(),
            compared_days(self.days, self.period),
        )


def _axis(place: dict[str, Any], axis: str) -> str:
    return place.get(axis) or ""


def person_group(company: Company, by: tuple[str, ...], employee: str, day: date) -> Key | None:
    """ "by the assignment of that day: hire ≤ day, and no leave date or leave date ≥ day".

    Who is employed without an assignment is in the group without a code: parts make the whole.
    """
    if not company.employed(employee, day):
        return None
    place = company.assignment_on(employee, day) or {}
    return tuple(_axis(place, axis) for axis in by)


def fact_group(company: Company, by: tuple[str, ...], fact: Fact) -> Key | None:
    """Where a quantity counts: brand and region as credited, channel as its own."""
    place: dict[str, Any] = {}
    if set(by) - set(PLACES):
        # "by role or department, credited ones only"
        if not fact.employee:
            return None
        place = dict(company.assignment_on(fact.employee, fact.day) or {})
    place |= {"brand": fact.brand, "region": fact.region, "channel": fact.channel}
    return tuple(_axis(place, axis) for axis in by)


def facts_by_group(company: Company, by: tuple[str, ...]) -> dict[Key, list[Fact]]:
    """Every quantity under its group, found once per company."""
    if by not in company.grouped:
        found: dict[Key, list[Fact]] = {}
        for fact in company.facts:
            key = fact_group(company, by, fact)
            if key is not None:
                found.setdefault(key, []).append(fact)
        company.grouped[by] = found
    return company.grouped[by]


def attrition(
    company: Company, by: tuple[str, ...], key: Key, first: date, last: date
) -> float | None:
    """ "leavers in it ÷ mean of the headcounts of its first and its last day…; a mean of 0 is no
    data; in a running period both are to the as-of day"."""
    leavers = 0
    for employee, person in company.employees.items():
        left = person["leave_date"]
        if left is not None and first <= left <= last:
            leavers += person_group(company, by, employee, left) == key
    average = (count(company, by, key, first) + count(company, by, key, last)) / 2
    return leavers / average if average else None


def count(company: Company, by: tuple[str, ...], key: Key, day: date) -> int:
    return sum(person_group(company, by, who, day) == key for who in company.employees)


@dataclass
class MonthPay:
    """What a person costs a month; ``loaded`` says whether the company's pay of it is."""

    amount: float | None
    estimated: bool
    loaded: bool


def pay_of_month(company: Company, employee: str, month: date) -> MonthPay:
    """The amount of a month, or the last base pay "until a month's pay is loaded"."""
    rows = company.pay.get(employee, {})
    amounts = [
        company.in_store_currency(amount, currency, month)
        for (of_month, _), (amount, currency) in rows.items()
        if of_month == month
    ]
    loaded = any(of_month == month for person in company.pay.values() for of_month, _ in person)
    if amounts or loaded:
        return MonthPay(sum(amounts) if amounts else None, estimated=False, loaded=loaded)
    earlier = [m for m, kind in rows if kind == "base" and m < month]
    if not earlier:
        return MonthPay(None, estimated=False, loaded=False)
    amount, currency = rows[max(earlier), "base"]
    return MonthPay(
        company.in_store_currency(amount, currency, max(earlier)), estimated=True, loaded=False
    )


def pay_per_day(company: Company, employee: str, day: date) -> MonthPay:
    """ "the amount paid for a month is spread evenly over the days the person was employed in
    that month"."""
    month = month_of(day)
    paid = pay_of_month(company, employee, month.first)
    days = sum(company.employed(employee, d) for d in month.days())
    amount = None if paid.amount is None else paid.amount / days
    return MonthPay(amount, paid.estimated, paid.loaded)


def _people_numbers(company: Company, window: GroupWindow, group: Group) -> None:
    by, key = window.by, window.key
    first, last = window.period.first, window.days[-1]
    group.headcount = count(company, by, key, last)
    group.attrition = attrition(company, by, key, first, last)
    pay, estimated, revenue, paid = 0.0, False, 0.0, False
    squares: set[tuple[str, str]] = set()
    for who, day in window.person_days():
        day_pay = pay_per_day(company, who, day)
        if day_pay.amount is not None:
            pay, paid = pay + day_pay.amount, True
            estimated = estimated or day_pay.estimated
        # "who has no pay in a month whose pay is loaded counts on neither side"
        if day_pay.amount is None and day_pay.loaded:
            continue
        place = company.assignment_on(who, day) or {}
        squares.add((_axis(place, "brand"), _axis(place, "region")))
        revenue += sum(
            fact.value
            for fact in company.by_person_day.get((who, day), ())
            if fact.measure == "revenue"
        )
    group.pay_cost = pay if paid else None
    group.pay_estimated = estimated
    if "role" in by and not company.earns.get(key[by.index("role")], True):
        # "÷ revenue, credited or not, of the brands and regions its people are assigned to, each
        # (brand, region) counted once"
        within = set(window.days)
        revenue = sum(
            fact.value
            for fact in company.facts
            if fact.measure == "revenue" and fact.day in within and _serves(company, squares, fact)
        )
    group.cost_ratio = pay / revenue if paid and pay > 0 and revenue > 0 else None


def _serves(company: Company, squares: set[tuple[str, str]], fact: Fact) -> bool:
    if not company.readings.blank_place_is_everywhere:
        return (fact.brand, fact.region) in squares
    return any(
        brand in ("", fact.brand) and region in ("", fact.region) for brand, region in squares
    )


def _card_numbers(company: Company, cards: list[Card], scores: Scores, group: Group) -> None:
    complete = [card for card in cards if card.complete]
    totals = [card.total for card in complete]
    if totals:
        mark = company.grades.get("pass_mark", 80)
        group.attainment = mean(total >= mark - EQUAL for total in totals)
        group.mean_total = mean(totals)
    if len(totals) > 1:
        middle = mean(totals)
        spread = sum((total - middle) ** 2 for total in totals) / (len(totals) - 1)
        group.total_sd = spread**0.5
    if complete and scores.period.n >= 28:
        group.grade_shares = {
            grade["code"]: mean(card.grade == grade["code"] for card in complete)
            for grade in company.grades["grade"]
        }
    group.bonus_cost = _bonus_cost(company, cards, scores)


def _bonus_cost(company: Company, cards: list[Card], scores: Scores) -> float | None:
    """ "Σ bonus factor × the person's bonus base, where the company supplies one"; of somebody
    with several cards, each counts with its share of the days."""
    amounts = []
    for card in cards:
        base = company.employees[card.employee_id].get("bonus_base")
        if base is None or card.bonus_factor is None or not card.complete:
            continue
        days = scores.people[card.employee_id]["days"]
        amounts.append(card.bonus_factor * base * card.days / days)
    return sum(amounts) if amounts else None


def _indicator(
    company: Company, window: GroupWindow, code: str, cards: list[Card]
) -> dict[str, float | None]:
    node = company.formulas[code]
    found: dict[str, float | None] = {
        "actual": value_of(node, window),
        "target": None,
        "attainment": None,
    }
    if "channel" in window.by:
        return found
    lines = [(card, line) for card in cards for line in card.lines if line.indicator == code]
    stated = [(card.days, line.target) for card, line in lines if line.target is not None]
    if stated:
        # "the sum of all its cards' targets if additive, else their mean weighted by card days"
        found["target"] = (
            sum(target for _, target in stated)
            if is_additive(node)
            else sum(days * target for days, target in stated) / sum(d for d, _ in stated)
        )
    # "scored lines whose achievement ≥ 1 ÷ scored lines, also of incomplete and vetoed cards"
    reached = [line.achievement for _, line in lines if line.achievement is not None]
    if reached:
        found["attainment"] = mean(value >= 1 - EQUAL for value in reached)
    return found


def card_group(by: tuple[str, ...], card: Card) -> Key:
    """ "a card counts in the region, department and under the manager of its last day"."""
    return tuple(str(getattr(card, axis)) for axis in by if axis != "channel")


def compare(
    company: Company,
    period: Span,
    by: tuple[str, ...],
    *,
    as_of: date | None = None,
    indicators: list[str] | None = None,
    scores: Scores | None = None,
) -> dict[Key, Group]:
    """The numbers of every group that had a person, a card or a quantity in the period."""
    if as_of is None:
        as_of = default_as_of(company, period)
    if scores is None:
        scores = score(company, period, as_of)
    days = [day for day in period.days() if day <= as_of]
    within = set(days)
    keys: set[Key | None] = {
        key
        for key, facts in facts_by_group(company, by).items()
        if any(fact.day in within for fact in facts)
    }
    if "channel" not in by:
        keys |= {person_group(company, by, who, day) for who in company.employees for day in days}
    on_cards = {line.indicator for card in scores.cards for line in card.lines}
    groups = {}
    for key in sorted(key for key in keys if key is not None):
        window = GroupWindow(company, by, key, period, days)
        group = groups[key] = Group(key)
        cards = [card for card in scores.cards if card_group(by, card) == key]
        codes = on_cards if "channel" in by else {n.indicator for c in cards for n in c.lines}
        group.indicators = {
            code: _indicator(company, window, code, cards)
            for code in (codes if indicators is None else indicators)
        }
        group.revenue = window.total("revenue")
        group.revenue_growth = value_of(("growth", ("measure", "revenue")), window)
        if group.revenue is not None:
            # By role or department everything is credited.
            group.revenue_uncredited = sum(
                fact.value
                for fact in window.facts()
                if fact.measure == "revenue" and not fact.employee
            )
        if "channel" not in by:
            _people_numbers(company, window, group)
            _card_numbers(company, cards, scores, group)
    return groups
