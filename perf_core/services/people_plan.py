"""What a load makes of people: who is employed when, in which role, and who owns which channel.

Pure arithmetic over rows as mappings; nothing here reads the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
PLACE = ("role", "brand", "region", "department", "manager_id")
FOREVER = date(9999, 12, 31)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Employment:
    """The days a person is employed; ``last`` is far away for those who have not left."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the person is employed on the day."""
        return self.first <= day <= self.last


def employment(row: Mapping[str, Any]) -> Employment:
    """When a row of ``employees`` says the person is here."""
    return Employment(row["hire_date"], row["leave_date"] or FOREVER)


@dataclass(frozen=True)
class Span:
    """A dated row with its last day worked out."""

    first: date
    last: date
    row: Row


def spans_of(rows: Iterable[Row]) -> list[Span]:
    """Date a person's assignments, or a channel's owners: an open row ends before the next.

    Examples
    --------
    >>> from datetime import date
    >>> rows = [{"from_date": date(2026, 1, 1), "to_date": None},
    ...         {"from_date": date(2026, 3, 1), "to_date": None}]
    >>> [str(span.last) for span in spans_of(rows)]
    ['2026-02-28', '9999-12-31']
    """
    ordered = sorted(rows, key=lambda row: row["from_date"])
    spans = []
    for i, row in enumerate(ordered):
        before_next = ordered[i + 1]["from_date"] - _ONE_DAY if i + 1 < len(ordered) else FOREVER
        spans.append(Span(row["from_date"], min(row["to_date"] or FOREVER, before_next), row))
    return spans


def overlapping(standing: Sequence[Row], brought: Sequence[Row]) -> list[Row]:
    """The brought rows that overlap another: the later of two brought ones, never a standing one.

    A row overlaps the next when its own ``to_date`` reaches into it. A brought row takes the
    place of the standing one with the same ``from_date``.
    """
    fresh = {row["from_date"] for row in brought}
    kept = [(row, False) for row in standing if row["from_date"] not in fresh]
    rows = sorted([*kept, *((row, True) for row in brought)], key=lambda pair: pair[0]["from_date"])
    bad: list[Row] = []
    last: tuple[Row, bool] | None = None
    for row, is_brought in rows:
        if last is not None and last[0]["to_date"] and last[0]["to_date"] >= row["from_date"]:
            if is_brought:
                bad.append(row)
                continue
            if last[1]:
                bad.append(last[0])
        last = (row, is_brought)
    return bad


def assignment_started(employee: Row, assignments: Sequence[Row], *, on: date) -> Row | None:
    """The assignment that a row of ``employees`` starts, or ``None`` where it says nothing new.

    The first one starts with the hire date. Later a differing role, brand, region, department or
    manager starts one on ``on``; a blank cell is no difference. History is never rewritten.
    """
    said = {name: employee[name] for name in PLACE if employee.get(name)}
    if not said:
        return None
    start = {"employee_id": employee["employee_id"], "to_date": None}
    if not assignments:
        blank = dict.fromkeys(PLACE, "")
        return {**start, "from_date": employee["hire_date"], **blank, **said}
    here = employment(employee)
    day = max(on, here.first)
    spans = spans_of(assignments)
    present = next((span for span in spans if span.first <= day <= span.last), None)
    if present is None:
        earlier = [span for span in spans if span.first <= day]
        present = earlier[-1] if earlier else spans[0]
        ended = bool(earlier)
    else:
        ended = False
    same = all(present.row[name] == value for name, value in said.items())
    if not here.holds(day) or (same and not ended):
        return None
    if present.first > day:
        # Not begun yet: what is planned stands.
        return None
    place = {name: present.row[name] for name in PLACE}
    next_start = min((span.first for span in spans if span.first > day), default=None)
    keeps_end = present.row["to_date"] if not ended and next_start is None else None
    return {**start, "from_date": day, **place, **said, "to_date": keeps_end}


@dataclass(frozen=True)
class Credit:
    """Days on which what a channel does, and names nobody, counts for a person."""

    channel: str
    first: date
    last: date
    employee_id: str


def credits_of(
    owners: Mapping[str, Sequence[Row]], people: Mapping[str, Employment]
) -> list[Credit]:
    """Who is credited with a channel on which days: its owner while employed."""
    found = []
    for channel, rows in owners.items():
        for span in spans_of(rows):
            here = people.get(span.row["employee_id"])
            if here is None:
                continue
            first, last = max(span.first, here.first), min(span.last, here.last)
            if first <= last:
                found.append(Credit(channel, first, last, span.row["employee_id"]))
    return found


def grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Rows by one of their cells."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found
