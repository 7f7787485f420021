"""What every page knows before it asks for a number: people, names, periods, the last load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from perf_core.domain.catalogue import AxisKind, Catalogue, Names
from perf_core.domain.errors import PerfError
from perf_core.domain.period import Period, month_of, parse_period, quarter_of, week_of, year_of
from perf_core.store.catalogue import read_catalogue
from perf_core.store.directory import (
    read_assignments,
    read_data_days,
    read_newest_load,
    read_people,
    read_target_periods,
)
from perf_core.store.engine import Store

_PLACE = ["role", "brand", "region", "department", "manager_id"]


@dataclass(frozen=True)
class NewestLoad:
    """The last delivery; a refused one is the first thing a page says."""

    load_id: int
    at: datetime
    kind: str
    status: str
    note: str

    @property
    def failed(self) -> bool:
        """Whether nothing of it was kept although somebody wanted it."""
        return self.status == "refused"


@dataclass(frozen=True)
class Directory:
    """Everybody and everything named, as of one version of the store.

    Attributes
    ----------
    people : DataFrame
        One row per person, indexed by ``employee_id``: ``name``, ``hire_date``, ``leave_date`` and
        the place (role, brand, region, department, manager) of the newest assignment begun.
    assignments : DataFrame
        All dated assignments.
    catalogue : Catalogue
        Indicators, templates, names, grades and settings.
    first_data_day, data_day : date or None
        The first and the newest day with data.
    windows : tuple of Period
        The windows that have targets, newest first.
    newest_load : NewestLoad or None
        The last delivery.
    """

    people: pd.DataFrame
    assignments: pd.DataFrame
    catalogue: Catalogue
    first_data_day: date | None
    data_day: date | None
    windows: tuple[Period, ...]
    newest_load: NewestLoad | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody yet."""
        return self.people.empty

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.catalogue.settings.currency

    def axis_names(self, kind: AxisKind, code: str) -> Names:
        """The names of a brand, region, role …; without any the code stands for itself."""
        value = self.catalogue.axes.get((kind, code))
        return value.names if value is not None else Names()

    def codes(self, column: str) -> list[str]:
        """The codes of a place column that somebody holds or held, in order."""
        found = pd.unique(self.assignments[column])
        return sorted(code for code in found if code)

    @cached_property
    def managers(self) -> frozenset[str]:
        """Whoever somebody reports or reported to."""
        return frozenset(code for code in pd.unique(self.assignments["manager_id"]) if code)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods a page offers, newest first: months, quarters, years, weeks, windows."""
        if self.data_day is None:
            return ()
        first = self.first_data_day or self.data_day
        offered: list[Period] = []
        for of, most in ((month_of, 36), (quarter_of, 12), (year_of, 5), (week_of, 13)):
            period = of(self.data_day)
            for _ in range(most):
                if period.end <= first:
                    break
                offered.append(period)
                period = period.previous()
        return (*offered, *self.windows)


def read_directory(store: Store) -> Directory:
    """Read what every page begins with, all from one state of the store."""
    with store.reading() as connection:
        first_day, data_day = read_data_days(connection)
        assignments = read_assignments(connection)
        people = read_people(connection)
        newest = read_newest_load(connection)
        return Directory(
            people=_with_place(people, assignments, data_day),
            assignments=assignments,
            catalogue=read_catalogue(connection),
            first_data_day=first_day,
            data_day=data_day,
            windows=_windows(read_target_periods(connection), data_day),
            newest_load=NewestLoad(
                newest["load_id"], newest["at"], newest["kind"], newest["status"], newest["note"]
            )
            if newest
            else None,
        )


def _with_place(
    people: pd.DataFrame, assignments: pd.DataFrame, data_day: date | None
) -> pd.DataFrame:
    """Add the place of the newest assignment begun by the data day, else of the first one."""
    begun = assignments
    if data_day is not None:
        begun = assignments[assignments["from_date"] <= pd.Timestamp(data_day)]
    latest = begun.groupby("employee_id", sort=False)[_PLACE].last()
    first = assignments.groupby("employee_id", sort=False)[_PLACE].first()
    place = latest.combine_first(first)
    found = people.set_index("employee_id").join(place)
    found[_PLACE] = found[_PLACE].fillna("")
    return found.sort_index()


def _windows(codes: list[str], data_day: date | None) -> tuple[Period, ...]:
    periods = []
    for code in codes:
        try:
            period = parse_period(code)
        except PerfError:
            continue
        if period.kind == "window" and (data_day is None or period.start <= data_day):
            periods.append(period)
    return tuple(sorted(periods, reverse=True))
