"""Periods, written again from the specification: first and last day, both included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """The days from ``first`` to ``last``, both included."""

    kind: str
    first: date
    last: date

    @property
    def n(self) -> int:
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += DAY

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def contains(self, other: Span) -> bool:
        return self.first <= other.first and other.last <= self.last

    def previous(self) -> Span:
        """The calendar period before; of a window "the equally long one before it"."""
        before = self.first - DAY
        if self.kind == "month":
            return month_of(before)
        if self.kind == "quarter":
            return quarter(before.year, (before.month + 2) // 3)
        if self.kind == "year":
            return Span("year", date(before.year, 1, 1), date(before.year, 12, 31))
        return Span(self.kind, self.first - self.n * DAY, before)


def month_of(day: date) -> Span:
    first = date(day.year, day.month, 1)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Span("month", first, following - DAY)


def quarter(year: int, number: int) -> Span:
    first = date(year, 3 * number - 2, 1)
    return Span("quarter", first, month_of(date(year, 3 * number, 1)).last)


def parse(text: str) -> Span:
    """`2026-06`, `2026-Q2`, `2026-W23`, `2026`, `2026-06-15` or `2026-05-30..2026-08-29`."""
    if ".." in text:
        first, last = text.split("..")
        return Span("window", date.fromisoformat(first), date.fromisoformat(last))
    if "Q" in text:
        return quarter(int(text[:4]), int(text[-1]))
    if "W" in text:
        monday = date.fromisocalendar(int(text[:4]), int(text.split("W")[1]), 1)
        return Span("week", monday, monday + 6 * DAY)
    if len(text) == 4:
        return Span("year", date(int(text), 1, 1), date(int(text), 12, 31))
    if len(text) == 7:
        return month_of(date.fromisoformat(text + "-01"))
    return Span("day", date.fromisoformat(text), date.fromisoformat(text))


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as unbroken runs, first and last day of each."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] + DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def compared_days(days: Iterable[date], period: Span) -> list[date]:
    """The days of the previous period that `growth` and `prev` look at.

    "the same day numbers of the previous period, counted from its first day (…; a day number it
    lacks means its last day), and at its last day where the window reaches the period's own last
    day (all of February against all of January)".
    """
    before = period.previous()
    found: set[date] = set()
    for start, end in runs(days):
        from_number = min((start - period.first).days + 1, before.n)
        to_number = before.n if end == period.last else min((end - period.first).days + 1, before.n)
        for number in range(from_number, to_number + 1):
            found.add(before.first + (number - 1) * DAY)
    return sorted(found)
