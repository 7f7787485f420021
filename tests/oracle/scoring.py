"""Scorecards by a plain loop over people, items and days.

Also the straightforward loop that the benchmarks compare with: ``score(company, period, as_of)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle import periods
from tests.oracle.company import Company
from tests.oracle.formulas import is_additive, value_of
from tests.oracle.periods import Span, compared_days
from tests.oracle.ratings import rating_of, review_of
from tests.oracle.targets import whole_target

EQUAL = 1e-9  # "treat a difference under 1e-9 as equal"


@dataclass
class Line:
    indicator: str
    group: str
    weight: float
    effective_weight: float
    actual: float | None
    target: float | None
    achievement: float | None
    points: float
    status: str
    item: dict[str, Any]
    additive: bool
    whole: float | None  # the period's target before the card's share


@dataclass
class Card:
    employee_id: str
    assignment: date
    brand: str
    role: str
    region: str
    department: str
    manager_id: str
    template: str
    template_version: str
    days: int
    whole_days: int  # of the whole period, not cut at the as-of day
    lines: list[Line]
    kpi_total: float = 0.0
    review_total: float | None = None
    total: float = 0.0
    rank: int | None = None
    of: int | None = None
    grade: str | None = None
    bonus_factor: float | None = None
    vetoed: bool = False
    complete: bool = True


@dataclass
class Scores:
    period: Span
    as_of: date
    cards: list[Card]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class PersonWindow:
    """One person on some days of a period: what a formula of a card looks at."""

    company: Company
    employee: str
    brand: str
    role: str
    period: Span
    days: list[date]
    _sums: dict[str, float] | None = None

    def total(self, measure: str) -> float | None:
        if self._sums is None:
            self._sums = {}
            for day in self.days:
                for fact in self.company.by_person_day.get((self.employee, day), ()):
                    self._sums[fact.measure] = self._sums.get(fact.measure, 0.0) + fact.value
        if measure in self._sums:
            return self._sums[measure]
        # "Any other measure with no row in the window is *no data*."
        return 0.0 if any(self.company.covered(measure, day) for day in self.days) else None

    def n_days(self) -> int:
        return len(self.days)

    def rating(self, dimension: str) -> float | None:
        return rating_of(self.company, self.employee, dimension, self.period)

    def previous(self) -> PersonWindow | None:
        """ "*no data* for a person who did not hold the same brand and role on all compared days
        (absence there does not matter)"."""
        days = compared_days(self.days, self.period)
        for day in days:
            place = self.company.assignment_on(self.employee, day)
            if place is None or (place.get("brand") or "", place["role"]) != (
                self.brand,
                self.role,
            ):
                return None
        if not self.company.readings.absence_in_previous:
            days = [day for day in days if not self.company.absent(self.employee, day)]
        return PersonWindow(
            self.company, self.employee, self.brand, self.role, self.period.previous(), days
        )


def template_of(
    company: Company, role: str, brand: str, period: Span
) -> tuple[str, str, dict[str, Any]] | None:
    """ "scored by the version in force on its first day…; (role, brand) before (role)"."""
    for stated in dict.fromkeys((brand, "")):
        newest: tuple[date, str, dict[str, Any]] | None = None
        for (of_role, of_brand, start), entry in company.templates.items():
            first = periods.parse(start).first if start else date.min
            if (
                (of_role, of_brand) == (role, stated)
                and first <= period.first
                and (newest is None or first > newest[0])
            ):
                newest = (first, start, entry)
        if newest is not None:
            code = f"{role}@{stated}" if stated else role
            return code, newest[1], newest[2]
    return None


def achievement_of(
    actual: float,
    target: float,
    *,
    direction: str,
    item: dict[str, Any],
    limited: bool = True,
) -> float:
    """The achievement, limited to 0 ≤ a ≤ cap, with the item's floor."""
    cap = item.get("cap", 1.2)
    if direction == "higher":
        reached = actual / target
    elif item.get("mode", "linear") == "linear":
        reached = 2 - actual / target
    else:
        # "an actual of 0 or below gives the cap"
        reached = target / actual if actual > 0 else cap
    if not limited:
        return reached
    reached = min(max(reached, 0.0), cap)
    # "An item may set `floor`: a below it counts as 0."
    return 0.0 if reached < item.get("floor", 0.0) - EQUAL else reached


def points_of(weight: float, reached: float, curve: str) -> float:
    """ "linear: weight × a; step: weight × 1.2 where a > 1, weight where a = 1, otherwise 0"."""
    if curve == "linear":
        return weight * reached
    if abs(reached - 1) < EQUAL:
        return weight
    return weight * 1.2 if reached > 1 else 0.0


def _line(
    company: Company,
    window: PersonWindow,
    item: dict[str, Any],
    period: Span,
    as_of: date,
) -> Line:
    code = item["indicator"]
    node = company.formulas[code]
    additive = is_additive(node)
    whole = whole_target(
        company,
        period,
        code,
        (window.employee, window.brand, window.role),
        default=item.get("target"),
        additive=additive,
        as_of=as_of,
    )
    # "Additive indicators: the target shrinks with the card's share of the period's days."
    share = len(window.days) / period.n if additive else 1.0
    target = None if whole is None else whole * share
    actual = value_of(node, window)
    status, reached = "scored", None
    if actual is None or target is None:
        lacks_data = actual is None
        if lacks_data and target is None:
            lacks_data = company.readings.no_data_before_no_target
        status = "no_data" if lacks_data else "no_target"
    else:
        direction = company.indicators[code].get("direction", "higher")
        reached = achievement_of(actual, target, direction=direction, item=item)
    return Line(
        code,
        item.get("group", "fixed"),
        item["weight"],
        0.0,
        actual,
        target,
        reached,
        0.0,
        status,
        item,
        additive,
        whole,
    )


def _settle_points(company: Company, card: Card, template: dict[str, Any]) -> None:
    """Points of the lines, with the weight of unscored ones where the template says."""
    mode = template.get("no_data", "spread")
    scored = sum(line.weight for line in card.lines if line.status == "scored")
    for line in card.lines:
        if line.achievement is not None:
            # "its weight is spread over the other items of the card in proportion"
            line.effective_weight = line.weight * (100 / scored if mode == "spread" else 1)
            line.points = points_of(
                line.effective_weight, line.achievement, template.get("curve", "linear")
            )
        elif mode != "spread":
            # "`zero` (0 points, the weight stays), `full` (points = weight)"
            line.effective_weight = line.weight
            line.points = line.weight if mode == "full" else 0.0
    card.kpi_total = sum(line.points for line in card.lines)
    if not scored and not company.readings.full_counts_without_any_data:
        card.kpi_total = 0.0  # "a provisional total (0 if no line is scored)"
    # "Where less than half of the weight has data, the card is `incomplete`"
    card.complete = scored >= 50 - EQUAL


def card_of(
    company: Company,
    employee: str,
    place: dict[str, Any],
    held: list[date],
    period: Span,
    as_of: date,
) -> Card | None:
    """The card of one brand and role, held on these days of the period."""
    brand, role = place.get("brand") or "", place["role"]
    days = [day for day in held if day <= as_of]
    found = template_of(company, role, brand, period)
    if found is None or not days:
        return None
    code, version, template = found
    # "a card counts in the region, department and under the manager of its last day"
    last = company.assignment_on(employee, days[-1]) or {}
    window = PersonWindow(company, employee, brand, role, period, days)
    card = Card(
        employee,
        last["from_date"],
        brand,
        role,
        last.get("region") or "",
        last.get("department") or "",
        last.get("manager_id") or "",
        code,
        version,
        len(days),
        len(held),
        [_line(company, window, item, period, as_of) for item in template["item"]],
    )
    _settle_points(company, card, template)
    share = template.get("kpi_share", 1)
    card.review_total = review_of(company, employee, template.get("review_weights", {}), period)
    # "With no review, `kpi_share` counts as 1"
    card.total = card.kpi_total
    if card.review_total is not None:
        card.total = share * card.kpi_total + (1 - share) * card.review_total
    if not any(line.status == "scored" for line in card.lines):
        card.total = 0.0  # "a provisional total (0 if no line is scored)"
    return card


def cards_of(company: Company, employee: str, period: Span, as_of: date) -> list[Card]:
    """All cards of one person: one for each brand and role held in the period."""
    held: dict[tuple[str, str], list[date]] = {}
    places: dict[tuple[str, str], dict[str, Any]] = {}
    present = 0
    for day in period.days():
        # "a day of recorded absence counts as not employed"
        if company.absent(employee, day) or not company.employed(employee, day):
            continue
        present += 1
        place = company.assignment_on(employee, day)
        if place is not None:
            key = (place.get("brand") or "", place["role"])
            held.setdefault(key, []).append(day)
            places[key] = place
    # "Employed for less than a quarter of the period's days, counted over the whole period and
    # not to the as-of day: no card."
    if 4 * present < period.n:
        return []
    cards = [
        card_of(company, employee, places[key], days, period, as_of) for key, days in held.items()
    ]
    return [card for card in cards if card is not None]


def _is_vetoed(company: Company, employee: str, period: Span, as_of: date) -> bool:
    """ "A confirmed veto event sets every card of the person in every period that contains its
    day to total 0, the lowest grade and bonus factor 0"."""
    return any(
        row["employee_id"] == employee
        and (row.get("status") or "proposed") == "confirmed"
        and period.holds(row["day"])
        and (company.readings.veto_after_as_of or row["day"] <= as_of)
        for row in company.vetoes.values()
    )


def headcount(company: Company, day: date) -> int:
    return sum(company.employed(employee, day) for employee in company.employees)


def grade_cohort(company: Company, cohort: list[Card], period: Span) -> None:
    """Rank and grade the complete, unvetoed cards of one brand and role."""
    settings = company.grades
    grades = settings["grade"]
    graded = period.n >= 28  # "Grades exist for periods of 28 days and longer"
    scheme = settings.get("scheme", "auto")
    if scheme == "auto":
        # "`rank` in a company of more than 30 people (on the period's last day) and a cohort of
        # 10 or more, else `threshold`"
        large = headcount(company, period.last) > settings.get("auto_company", 30)
        scheme = "rank" if large and len(cohort) >= settings.get("auto_from", 10) else "threshold"
    for card in cohort:
        better = sum(other.total > card.total + EQUAL for other in cohort)
        if graded or company.readings.rank_in_short_periods:
            card.rank, card.of = better + 1, len(cohort)
        if not graded:
            continue
        cumulative = Fraction(0)
        for grade in grades:
            last = grade is grades[-1]
            if scheme == "rank":
                # "n = round half up (cumulative share × size); a card gets the best grade whose
                # n exceeds the number of strictly better cards"
                cumulative += Fraction(str(grade.get("share", 0)))
                n = floor(cumulative * len(cohort) + Fraction(1, 2))
                fits = n > better
            else:
                fits = card.total >= grade.get("at_least", 0) - EQUAL
            if fits or last:
                card.grade, card.bonus_factor = grade["code"], grade["bonus_factor"]
                break


def summary_of(cards: list[Card]) -> dict[str, Any]:
    """ "a summary: total and bonus factor weighted by days over the complete cards"."""
    complete = [card for card in cards if card.complete]
    days = sum(card.days for card in complete)
    if not days:
        return {"total": None, "bonus_factor": None, "days": sum(card.days for card in cards)}
    factors = [
        None if card.bonus_factor is None else card.bonus_factor * card.days for card in complete
    ]
    known = [factor for factor in factors if factor is not None]
    return {
        "total": sum(card.total * card.days for card in complete) / days,
        "bonus_factor": sum(known) / days if len(known) == len(factors) else None,
        "days": days,
    }


def default_as_of(company: Company, period: Span) -> date:
    """ "the last day for which data is loaded, or the period's end if that is earlier"."""
    return period.last if company.data_day is None else min(company.data_day, period.last)


def score(company: Company, period: Span, as_of: date | None = None) -> Scores:
    """All scorecards of a period."""
    if as_of is None:
        as_of = default_as_of(company, period)
    cards = [
        card
        for employee in company.employees
        for card in cards_of(company, employee, period, as_of)
    ]
    cohorts: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        if _is_vetoed(company, card.employee_id, period, as_of):
            card.vetoed, card.total, card.bonus_factor = True, 0.0, 0.0
            if period.n >= 28:
                card.grade = company.grades["grade"][-1]["code"]
        elif card.complete:
            cohorts.setdefault((card.brand, card.role), []).append(card)
    for cohort in cohorts.values():
        grade_cohort(company, cohort, period)
    scores = Scores(period, as_of, cards)
    for card in cards:
        own = [other for other in cards if other.employee_id == card.employee_id]
        scores.people[card.employee_id] = summary_of(own)
    return scores
