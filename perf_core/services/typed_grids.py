"""Grids to type into: a month's targets, a month's values, and small tables as they stand.

A grid is a frame as the store holds it now. What comes back from the screen is compared with it,
and only the differences are loaded, as a load of their own that can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.errors import NotAllowed
from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.domain.period import Period
from perf_core.scoring.formulas import read_formula
from perf_core.scoring.scorecard import template_lines, templates_of_cards
from perf_core.scoring.targets import in_store_currency, line_targets
from perf_core.services.directory import Directory
from perf_core.store.company import read_company, read_targets
from perf_core.store.engine import Store
from perf_core.store.measure_tables import ORDER_MEASURES, SHIPPED_MEASURES, TICKET_MEASURES
from perf_core.store.typed import month_sums, stored_table

_SAME = 1e-9


@dataclass(frozen=True)
class Grid:
    """People down, columns across.

    Attributes
    ----------
    cells : DataFrame of float
        Indexed by ``employee_id``; one column per indicator or measure code.
    names : Series of str
        The people's names, on the same index.
    """

    cells: pd.DataFrame
    names: pd.Series


def _refuse_unless_editor(scope: Scope) -> None:
    if not scope.may_edit:
        raise NotAllowed(what="typing data in")


def people_in_role(directory: Directory, role: str, *, brand: str, period: Period) -> pd.DataFrame:
    """The people of a role (and brand) who are here in a period, by name."""
    people = directory.people
    stays = people["leave_date"].isna() | (people["leave_date"] >= pd.Timestamp(period.start))
    found = people[(people["role"] == role) & stays]
    if brand:
        found = found[found["brand"] == brand]
    return found.sort_values("name")


def target_grid(
    store: Store, directory: Directory, period: Period, *, scope: Scope, role: str, brand: str
) -> Grid:
    """The targets in force for a role's people: each cell is what the card would use.

    Raises
    ------
    NotAllowed
        The viewer may not change data.
    """
    _refuse_unless_editor(scope)
    people = people_in_role(directory, role, brand=brand, period=period)
    cards = people.reset_index()[["employee_id", "brand", "role"]]
    cards.insert(0, "card_id", np.arange(len(cards)))
    templates = templates_of_cards(cards, directory.catalogue.templates, period)
    known = [one for one in templates if one is not None]
    if not known or len(known) < len(templates):
        return Grid(pd.DataFrame(index=people.index), people["name"])
    lines = template_lines(cards, known, directory.catalogue.indicators)
    with store.reading() as connection:
        targets = in_store_currency(
            read_targets(connection, [period]),
            read_company(connection).rates,
            currency=directory.currency,
        )
    # What was revised last is in force, whatever day the data has reached.
    found = line_targets(lines, targets, period=period, as_of=date.max)
    lines["value"] = found.value
    cells = lines.pivot_table(
        index="employee_id", columns="indicator", values="value", sort=False, dropna=False
    )
    order = list(dict.fromkeys(lines["indicator"]))
    return Grid(cells.reindex(index=people.index, columns=order), people["name"])


def target_rows(
    before: pd.DataFrame, after: pd.DataFrame, *, period: Period, reason: str
) -> pd.DataFrame:
    """The rows of ``targets`` that lead from one grid to the other.

    Examples
    --------
    >>> before = pd.DataFrame({"conversion": [0.03, 0.03]}, index=["Lin", "Chen"])
    >>> after = pd.DataFrame({"conversion": [0.03, 0.025]}, index=["Lin", "Chen"])
    >>> from perf_core.domain.period import parse_period
    >>> rows = target_rows(before, after, period=parse_period("2026-06"), reason="market")
    >>> rows[["employee_id", "indicator", "value"]].to_dict("records")
    [{'employee_id': 'Chen', 'indicator': 'conversion', 'value': 0.025}]
    """
    rows = [
        {
            "period": period.code,
            "indicator": code,
            "value": value,
            "employee_id": employee_id,
            "reason": reason,
        }
        for employee_id, code, value in changed_cells(before, after)
    ]
    return pd.DataFrame(rows, columns=["period", "indicator", "value", "employee_id", "reason"])


def changed_cells(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, str, float]]:
    """The cells that were filled or changed; an emptied one is no change."""
    changed: list[tuple[str, str, float]] = []
    for code in before.columns:
        old = pd.to_numeric(before[code], errors="coerce").to_numpy(dtype=np.float64)
        new = pd.to_numeric(after[code], errors="coerce").to_numpy(dtype=np.float64)
        differs = ~np.isnan(new) & ~(np.abs(new - old) <= _SAME * np.maximum(1.0, np.abs(old)))
        ids = before.index[np.nonzero(differs)[0]]
        changed += zip(map(str, ids), [code] * len(ids), map(float, new[differs]), strict=True)
    return changed


def hand_kept_measures(directory: Directory, role: str) -> list[str]:
    """The measures a role's scorecard needs that no order or ticket file makes."""
    made = {*ORDER_MEASURES, *TICKET_MEASURES}
    needed: dict[str, None] = {}
    for template in directory.catalogue.templates:
        if template.role == role:
            for item in template.items:
                indicator = directory.catalogue.indicators.get(item.indicator)
                if indicator is not None and indicator.formula:
                    formula = read_formula(indicator.formula)
                    needed.update(dict.fromkeys([*formula.measures, *formula.previous_measures]))
    return [code for code in needed if code not in made and code in SHIPPED_MEASURES]


@dataclass(frozen=True)
class MonthGrid:
    """A month's sums per person and measure, and what of them stands on the day typed to."""

    grid: Grid
    on_day: pd.DataFrame
    day: date


def month_grid(
    store: Store,
    directory: Directory,
    period: Period,
    *,
    scope: Scope,
    role: str,
    brand: str,
    codes: Sequence[str],
    today: date,
) -> MonthGrid:
    """The sums of a month, to be typed over: the day that takes the difference is its last one.

    Raises
    ------
    NotAllowed
        The viewer may not change data.
    """
    _refuse_unless_editor(scope)
    people = people_in_role(directory, role, brand=brand, period=period)
    day = min(period.last_day, today)
    with store.reading() as connection:
        found = month_sums(
            connection,
            list(people.index),
            list(codes),
            first=period.start,
            last=period.last_day,
            own_day=day,
        )

    def spread(column: str) -> pd.DataFrame:
        wide = found.pivot_table(index="employee_id", columns="measure", values=column)
        return wide.reindex(index=people.index, columns=list(codes)).astype("float64")

    return MonthGrid(Grid(spread("total"), people["name"]), spread("on_day").fillna(0.0), day)


def month_rows(
    before: MonthGrid, after: pd.DataFrame, *, directory: Directory
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """The rows of ``measures`` that make the month's sums what was typed.

    Returns
    -------
    DataFrame
        Rows on the month's last day (for who left before, on their last day).
    list of (employee_id, measure)
        Cells typed below what other days of the month already add up to; they are left out.
    """
    rows, too_low = [], []
    left = directory.people["leave_date"]
    elsewhere = before.grid.cells.fillna(0.0) - before.on_day
    for employee_id, code, total in changed_cells(before.grid.cells, after):
        value = total - elsewhere[code][employee_id]
        if value < 0:
            too_low.append((employee_id, code))
            continue
        gone = left.get(employee_id)
        day = before.day if gone is None or pd.isna(gone) else min(before.day, gone.date())
        rows.append({"day": day, "measure": code, "value": value, "employee_id": employee_id})
    return pd.DataFrame(rows, columns=["day", "measure", "value", "employee_id"]), too_low


TYPED_TABLES: tuple[str, ...] = (
    "employees",
    "assignments",
    "absences",
    "owners",
    "pay",
    "rates",
    "ratings",
    "veto_events",
    "goals",
    "tasks",
    "trainings",
)
"""Tables that are typed row by row."""


def table_grid(
    store: Store,
    directory: Directory,
    table: str,
    *,
    scope: Scope,
    period: Period | None = None,
) -> pd.DataFrame:
    """A small table as it stands, with its canonical columns.

    ``employees`` come with the place of their present assignment; tables with days are cut to
    the period.

    Raises
    ------
    NotAllowed
        The viewer may not change data.
    """
    _refuse_unless_editor(scope)
    first = period.start if period is not None else None
    last = period.end - timedelta(days=1) if period is not None else None
    if table == "employees":
        return _people(store, directory)
    with store.reading() as connection:
        found = stored_table(connection, table, first=first, last=last)
    if table == "ratings" and period is not None:
        found = found[found["period"] == period.code].reset_index(drop=True)
    return found


def _people(store: Store, directory: Directory) -> pd.DataFrame:
    columns = [column.name for column in IMPORT_TABLES["employees"].columns]
    place = ["brand", "region", "department", "role", "manager_id"]
    with store.reading() as connection:
        found = stored_table(connection, "employees")
    joined = found.merge(
        directory.people[place].reset_index(), on="employee_id", how="left"
    ).fillna(dict.fromkeys(place, ""))
    return joined[columns]


def changed_places(before: pd.DataFrame, after: pd.DataFrame) -> list[int]:
    """The places of the rows that were added or changed; wholly empty ones are left out.

    Examples
    --------
    >>> before = pd.DataFrame({"employee_id": ["A", "B"], "kind": ["ill", ""]})
    >>> after = pd.DataFrame({"employee_id": ["A", "B", "C"], "kind": ["ill", "trip", None]})
    >>> changed_places(before, after)
    [1, 2]
    """

    def plain(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.astype("object").where(frame.notna(), "").reset_index(drop=True)

    old, new = plain(before), plain(after)[list(before.columns)]
    same = (new.iloc[: len(old)].to_numpy() == old.to_numpy()).all(axis=1)
    is_changed = np.concatenate([~same, np.ones(len(new) - len(old), dtype=bool)])
    is_filled = (new != "").any(axis=1).to_numpy()
    return [int(place) for place in np.nonzero(is_changed & is_filled)[0]]


def changed_rows(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The rows that were added or changed (``changed_places``)."""
    rows: pd.DataFrame = after[list(before.columns)].iloc[changed_places(before, after)]
    rows = rows.astype("object").where(rows.notna(), "")
    return rows.reset_index(drop=True)


def is_stale(before: pd.DataFrame, fresh: pd.DataFrame, place: int, *, key: Sequence[str]) -> bool:
    """Whether a row is no longer what was shown when somebody typed over it.

    Parameters
    ----------
    before : DataFrame
        What was shown; a place beyond it is a new row.
    fresh : DataFrame
        What stands now.
    place : int
        The row in ``before``.
    key : sequence of str
        The columns that tell rows apart.

    Examples
    --------
    >>> before = pd.DataFrame({"employee_id": ["A", "B"], "kind": ["ill", None]})
    >>> fresh = pd.DataFrame({"employee_id": ["B", "A"], "kind": ["", "trip"]})
    >>> [is_stale(before, fresh, place, key=["employee_id"]) for place in (0, 1, 2)]
    [True, False, False]
    """
    if place >= len(before):
        return False
    row, same = before.iloc[place], fresh
    for name in key:
        same = same[same[name].astype(str) == str(row[name])]
    if same.empty:
        return True
    now = same.iloc[0]
    return any(_text(row[name]) != _text(now[name]) for name in before.columns)


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]
