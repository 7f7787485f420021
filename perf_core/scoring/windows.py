"""Which days a card covers, and which days it is compared with.

Everything is laid on a grid of people by days: a cell holds the assignment of that person on that
day, so that hiring, leaving, moving and absence are each one mask, for any number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.frames import ABSENCES, ASSIGNMENTS, PEOPLE, WINDOWS, checked
from perf_core.domain.period import Period

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NO_END = int(np.datetime64("9999-12-31", "D").astype(np.int64))


@dataclass(frozen=True)
class CardWindows:
    """The cards of a period with the days they cover.

    Attributes
    ----------
    cards : DataFrame
        ``domain.frames.WINDOWS``, by person and first day; ``card_id`` counts from 0.
    segments, compared : DataFrame
        ``domain.frames.SEGMENTS`` with the card's id as ``segment_id``: the runs of days up to the
        as-of day, and the runs of the previous period they are compared with (only of cards that
        have ``compared_days``).
    """

    cards: pd.DataFrame
    segments: pd.DataFrame
    compared: pd.DataFrame


def compared_days(period: Period, first: date, last: date) -> tuple[date, date]:
    """The days of the previous period that a run of days is compared with.

    The same day numbers, counted from the period's first day; a day number that the previous
    period lacks means its last day, and a run that reaches the period's own last day reaches the
    previous one's too.

    Examples
    --------
    >>> from perf_core.domain.period import parse_period
    >>> february, may = parse_period("2026-02"), parse_period("2026-05")
    >>> [str(day) for day in compared_days(february, date(2026, 2, 1), date(2026, 2, 28))]
    ['2026-01-01', '2026-01-31']
    >>> [str(day) for day in compared_days(february, date(2026, 2, 1), date(2026, 2, 15))]
    ['2026-01-01', '2026-01-15']
    >>> [str(day) for day in compared_days(may, date(2026, 5, 31), date(2026, 5, 31))]
    ['2026-04-30', '2026-04-30']
    """
    before = period.previous()
    furthest = before.n_days - 1
    start = min((first - period.start).days, furthest)
    end = furthest if last >= period.last_day else min((last - period.start).days, furthest)
    return before.start + timedelta(days=start), before.start + timedelta(days=end)


def card_windows(
    people: pd.DataFrame,
    assignments: pd.DataFrame,
    absences: pd.DataFrame,
    *,
    period: Period,
    as_of: date,
    least_share: float = 0.25,
) -> CardWindows:
    """Find the cards of a period and their days.

    A card is one (employee, brand, role): several stints in it are one card, a change of region,
    department or manager alone does not split it. Its days are those on which the person was
    employed, assigned and not absent, up to the as-of day; without any there is no card, and none
    for a person employed (and not absent) on less than a quarter of the whole period's days.

    Parameters
    ----------
    people, assignments, absences : DataFrame
        ``domain.frames.PEOPLE``, ``ASSIGNMENTS``, ``ABSENCES``.
    period : Period
        The period being judged.
    as_of : date
        The last day that is looked at.
    least_share : float, default=0.25
        The share of the period's days that a person must be employed for.
    """
    return Roster(people, assignments, absences).card_windows(
        period=period, as_of=as_of, least_share=least_share
    )


def _card_windows(grid: Roster, *, period: Period, as_of: date, least_share: float) -> CardWindows:
    absent = grid.absent(period)
    employed = grid.employed(period) & ~absent
    enough = employed.sum(axis=1) >= least_share * period.n_days
    held = np.where(absent | ~enough[:, None], -1, grid.held(period))
    until = min((as_of - period.start).days + 1, period.n_days)
    elapsed = held.copy()
    elapsed[:, max(until, 0) :] = -1

    person, day = np.nonzero(elapsed >= 0)
    row = elapsed[person, day]
    place = person * grid.n_places + grid.place[row]
    # A card is numbered by its first cell, that is by person and then by day.
    places, first_cell, card = np.unique(place, return_index=True, return_inverse=True)
    order = np.argsort(first_cell, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    places, card = places[order], number[card]
    n_cards = len(places)

    last_cell = np.zeros(n_cards, dtype=np.int64)
    np.maximum.at(last_cell, card, np.arange(len(card)))
    first_cell = first_cell[order]
    whole_person, whole_day = np.nonzero(held >= 0)
    whole_place = whole_person * grid.n_places + grid.place[held[whole_person, whole_day]]
    owner = _positions(places, whole_place)

    segments = _runs(card, day)
    mask = _compared_mask(segments, n_cards, period)
    before = grid.place_on(period.previous())
    holds = before[person[first_cell]] == (places % max(grid.n_places, 1))[:, None]
    comparable = ~(mask & ~holds).any(axis=1)
    mask &= comparable[:, None]

    at_end = row[last_cell]
    cards = pd.DataFrame(
        {
            "card_id": np.arange(n_cards, dtype=np.int64),
            "employee_id": grid.employee_ids[person[first_cell]],
            "brand": grid.column("brand")[at_end],
            "role": grid.column("role")[at_end],
            "region": grid.column("region")[at_end],
            "department": grid.column("department")[at_end],
            "manager_id": grid.column("manager_id")[at_end],
            "assignment": grid.column("from_date")[at_end],
            "first_day": _day(period, day[first_cell]),
            "last_day": _day(period, day[last_cell]),
            "days": np.bincount(card, minlength=n_cards).astype(np.float64),
            "whole_days": np.bincount(owner[owner >= 0], minlength=n_cards).astype(np.float64),
            "compared_days": np.where(comparable, mask.sum(axis=1), np.nan),
        }
    )
    compared_card, compared_day = np.nonzero(mask)
    employees = cards["employee_id"].to_numpy()
    return CardWindows(
        checked(cards, WINDOWS),
        _segment_frame(segments, employees, period),
        _segment_frame(_runs(compared_card, compared_day), employees, period.previous()),
    )


class Roster:
    """Who held what on which day: laid out once for a company, asked for any period.

    Parameters
    ----------
    people, assignments, absences : DataFrame
        ``domain.frames.PEOPLE``, ``ASSIGNMENTS``, ``ABSENCES``.
    """

    def __init__(
        self, people: pd.DataFrame, assignments: pd.DataFrame, absences: pd.DataFrame
    ) -> None:
        self.people = checked(people, PEOPLE).sort_values("employee_id", ignore_index=True)
        known = assignments["employee_id"].isin(self.people["employee_id"])
        self.assignments = checked(assignments, ASSIGNMENTS)[known].sort_values(
            ["employee_id", "from_date"], ignore_index=True
        )
        index = pd.Index(self.people["employee_id"])
        self.hired = _numbers(self.people["hire_date"], missing=_NO_END)
        self.left = _numbers(self.people["leave_date"], missing=_NO_END)
        self.person = index.get_indexer(self.assignments["employee_id"])
        start = _numbers(self.assignments["from_date"], missing=_NO_END)
        end = _numbers(self.assignments["to_date"], missing=_NO_END)
        if len(start):
            followed = np.append(self.person[1:] == self.person[:-1], [False])
            end = np.where(followed, np.minimum(end, np.append(start[1:], 0) - 1), end)
        self.start = np.maximum(start, self.hired[self.person])
        self.end = np.minimum(end, self.left[self.person])
        self.place, places = pd.factorize(
            pd.MultiIndex.from_frame(self.assignments[["brand", "role"]])
        )
        self.n_places = len(places)
        self.employee_ids = self.people["employee_id"].to_numpy(dtype=object)
        checked(absences, ABSENCES)
        away = index.get_indexer(absences["employee_id"])
        is_known = away >= 0
        self.away = away[is_known]
        self.away_from = _numbers(absences["from_day"], missing=_NO_END)[is_known]
        self.away_to = _numbers(absences["to_day"], missing=_NO_END)[is_known]

    def card_windows(
        self, *, period: Period, as_of: date, least_share: float = 0.25
    ) -> CardWindows:
        """The cards of a period and their days: see the function of this name."""
        return _card_windows(self, period=period, as_of=as_of, least_share=least_share)

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of the assignments, by row."""
        column = self.assignments[name]
        return column.to_numpy() if name == "from_date" else column.to_numpy(dtype=object)

    def held(self, period: Period) -> Whole:
        """The row of the assignment of each person on each day, -1 without one."""
        grid = np.full((len(self.people), period.n_days), -1, dtype=np.int64)
        row, cells = _cells(self.person, self.start, self.end, period)
        grid.reshape(-1)[cells] = row
        return grid

    def place_on(self, period: Period) -> Whole:
        """The brand and role of each person on each day as one number, -1 without one."""
        held = self.held(period)
        if not len(self.place):
            return held
        return np.where(held >= 0, self.place[held], -1)

    def employed(self, period: Period) -> Flags:
        """Whether each person was employed on each day."""
        days = _first(period) + np.arange(period.n_days)
        return (days >= self.hired[:, None]) & (days <= self.left[:, None])

    def absent(self, period: Period) -> Flags:
        """Whether each person was absent on each day."""
        grid = np.zeros((len(self.people), period.n_days), dtype=np.bool_)
        _, cells = _cells(self.away, self.away_from, self.away_to, period)
        grid.reshape(-1)[cells] = True
        return grid


def _first(period: Period) -> int:
    return int(np.datetime64(period.start, "D").astype(np.int64))


def _day(period: Period, numbers: Whole) -> npt.NDArray[np.datetime64]:
    return (_first(period) + numbers).astype("datetime64[D]").astype("datetime64[s]")


def _numbers(days: pd.Series, *, missing: int) -> Whole:
    numbers = days.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(numbers), np.int64(missing), numbers.astype(np.int64))


def _cells(person: Whole, start: Whole, end: Whole, period: Period) -> tuple[Whole, Whole]:
    """The rows and flat cells of a grid that runs of days cover."""
    first = np.maximum(start - _first(period), 0)
    last = np.minimum(end - _first(period), period.n_days - 1)
    length = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(len(person)), length)
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return row, person[row] * period.n_days + first[row] + offset


def _positions(known: Whole, wanted: Whole) -> Whole:
    """Where each wanted number stands among the known ones, -1 where it does not."""
    return pd.Index(known).get_indexer(pd.Index(wanted))


@dataclass(frozen=True)
class _Runs:
    """Runs of days: whose they are, and the first and last day number."""

    card: Whole
    first: Whole
    last: Whole


def _runs(card: Whole, day: Whole) -> _Runs:
    """Consecutive days of one card, from cells in the order of people and days."""
    if not len(card):
        return _Runs(card, day, day)
    breaks = np.nonzero((card[1:] != card[:-1]) | (day[1:] != day[:-1] + 1))[0]
    first = np.append([0], breaks + 1)
    last = np.append(breaks, [len(card) - 1])
    return _Runs(card[first], day[first], day[last])


def _compared_mask(runs: _Runs, n_cards: int, period: Period) -> Flags:
    """The days of the previous period that each card is compared with."""
    furthest = period.previous().n_days - 1
    first = np.minimum(runs.first, furthest)
    reaches_end = runs.last == period.n_days - 1
    last = np.where(reaches_end, furthest, np.minimum(runs.last, furthest))
    steps = np.zeros((n_cards, furthest + 2), dtype=np.int64)
    np.add.at(steps, (runs.card, first), 1)
    np.add.at(steps, (runs.card, last + 1), -1)
    mask: Flags = steps.cumsum(axis=1)[:, :-1] > 0
    return mask


def _segment_frame(runs: _Runs, employees: npt.NDArray[np.object_], period: Period) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment_id": runs.card.astype(np.int64),
            "employee_id": employees[runs.card],
            "first": _day(period, runs.first),
            "last": _day(period, runs.last),
        }
    )
