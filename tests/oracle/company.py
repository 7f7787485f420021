"""A company as plain records: what the files said, after the rules of the import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.formulas import Node, parse_formula
from tests.oracle.readings import DEFAULT, Readings

# "Orders and tickets become measures"
ORDER_MEASURES = (
    "orders",
    "revenue",
    "units",
    "repeat_orders",
    "refund_orders",
    "refund_amount",
)
TICKET_MEASURES = (
    "tickets",
    "response_seconds",
    "responses",
    "resolved_tickets",
    "csat_sum",
    "csat_count",
    "csat_satisfied",
)
MONEY_MEASURES = ("revenue", "refund_amount", "ad_spend", "live_gmv", "stock_sold", "stock_held")


@dataclass(frozen=True)
class Fact:
    """A quantity of one day: of the credited person, or (employee "") of brand and region."""

    day: date
    employee: str
    brand: str
    region: str
    channel: str
    measure: str
    value: float


@dataclass
class Company:
    """Everything the store would hold."""

    readings: Readings = DEFAULT
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency: str = "CNY"
    measures: dict[str, str] = field(default_factory=dict)  # own measures: code → unit
    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    formulas: dict[str, Node] = field(default_factory=dict)
    earns: dict[str, bool] = field(default_factory=dict)
    templates: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    grades: dict[str, Any] = field(default_factory=dict)

    employees: dict[str, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[str, dict[date, dict[str, Any]]] = field(default_factory=dict)
    absences: dict[str, dict[date, date]] = field(default_factory=dict)
    owners: dict[str, dict[date, dict[str, Any]]] = field(default_factory=dict)
    pay: dict[str, dict[tuple[date, str], tuple[float, str]]] = field(default_factory=dict)
    rates: dict[tuple[date, str], float] = field(default_factory=dict)
    targets: dict[tuple[date, date, str, str, str, str], dict[date | None, float]] = field(
        default_factory=dict
    )
    ratings: list[dict[str, Any]] = field(default_factory=list)
    vetoes: dict[str, dict[str, Any]] = field(default_factory=dict)

    facts: list[Fact] = field(default_factory=list)
    by_person_day: dict[tuple[str, date], list[Fact]] = field(default_factory=dict)
    order_days: tuple[date, date] | None = None
    ticket_days: tuple[date, date] | None = None
    data_day: date | None = None
    grouped: dict[tuple[str, ...], dict[tuple[str, ...], list[Fact]]] = field(default_factory=dict)
    _places: dict[tuple[str, date], dict[str, Any] | None] = field(default_factory=dict)

    def add_indicator(self, code: str, entry: dict[str, Any]) -> None:
        self.indicators[code] = entry
        self.formulas[code] = parse_formula(entry["formula"])

    # --- who was where ---------------------------------------------------------------------

    def employed(self, employee: str, day: date) -> bool:
        """ "hire ≤ day, and no leave date or leave date ≥ day"."""
        person = self.employees.get(employee)
        if person is None or day < person["hire_date"]:
            return False
        return person["leave_date"] is None or person["leave_date"] >= day

    def absent(self, employee: str, day: date) -> bool:
        return any(first <= day <= last for first, last in self.absences.get(employee, {}).items())

    def assignment_on(self, employee: str, day: date) -> dict[str, Any] | None:
        """The assignment of that day of somebody employed on it."""
        if (employee, day) not in self._places:
            self._places[employee, day] = self._find_assignment(employee, day)
        return self._places[employee, day]

    def _find_assignment(self, employee: str, day: date) -> dict[str, Any] | None:
        if not self.employed(employee, day):
            return None
        found = None
        for first, row in self.assignments.get(employee, {}).items():
            if first <= day and (found is None or first > found["from_date"]):
                found = row
        if found is not None and found["to_date"] is not None and found["to_date"] < day:
            return None
        return found

    def owner_on(self, channel: str, day: date) -> dict[str, Any] | None:
        """Who runs the shop account on that day, whether employed or not."""
        found = None
        for first, row in self.owners.get(channel, {}).items():
            if first <= day and (found is None or first > found["from_date"]):
                found = row
        if found is not None and found["to_date"] is not None and found["to_date"] < day:
            return None
        return found

    def forget(self) -> None:
        """Look every assignment up anew."""
        self._places = {}
        self.grouped = {}

    # --- money -----------------------------------------------------------------------------

    def in_store_currency(self, amount: float, currency: str, day: date) -> float:
        """ "shown in the store's currency (a setting) at the rate of their month"."""
        if currency in ("", self.currency):
            return amount
        return amount * self.rates[day.replace(day=1), currency]

    def unit_of(self, measure: str) -> str:
        if measure in self.measures:
            return self.measures[measure]
        return "money" if measure in MONEY_MEASURES else "count"

    # --- measures --------------------------------------------------------------------------

    def index(self) -> None:
        """Find facts by person and day; forget what was found before the last load."""
        self.forget()
        self.by_person_day = {}
        for fact in self.facts:
            if fact.employee:
                self.by_person_day.setdefault((fact.employee, fact.day), []).append(fact)

    def covered(self, measure: str, day: date) -> bool:
        """Whether a measure without a row is 0 on that day for whoever is employed."""
        for codes, span in (
            (ORDER_MEASURES, self.order_days),
            (TICKET_MEASURES, self.ticket_days),
        ):
            if measure in codes and span is not None and span[0] <= day <= span[1]:
                return True
        return False
