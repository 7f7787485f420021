"""The one place that decides whom a viewer may see and what of them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed


def scope_of(viewer: Viewer, *, people: pd.Index, assignments: pd.DataFrame, as_of: date) -> Scope:
    """Decide what a viewer may see on a day.

    An executive sees every brand and everybody's card, but no single person's pay. HR sees and
    changes everything. A manager sees the own line, also those who report to people of the line,
    and whose last assignment ended there; an employee sees the own card. A person nobody knows
    sees nobody.

    Parameters
    ----------
    viewer : Viewer
        Who is asking.
    people : Index of str
        Everybody's ``employee_id``.
    assignments : DataFrame
        All dated assignments: ``employee_id``, ``from_date``, ``manager_id``.
    as_of : date
        The day whose line of report counts.

    Returns
    -------
    Scope
        What every read of the services asks for.

    Raises
    ------
    NotAllowed
        A manager or an employee who is not in the company.
    """
    match viewer.kind:
        case ViewerKind.HR:
            return Scope(viewer, None, PayRight.ALL, may_edit=True)
        case ViewerKind.EXECUTIVE:
            return Scope(viewer, None, PayRight.GROUPS)
        case ViewerKind.MANAGER:
            me = _known(viewer, people)
            line = line_of(me, assignments, as_of=as_of)
            return Scope(viewer, line | {me}, PayRight.NONE)
        case ViewerKind.EMPLOYEE:
            return Scope(viewer, frozenset({_known(viewer, people)}), PayRight.NONE)


def _known(viewer: Viewer, people: pd.Index) -> str:
    if viewer.employee_id is None or viewer.employee_id not in people:
        raise NotAllowed(what=viewer.employee_id or viewer.kind.value)
    return viewer.employee_id


def line_of(manager_id: str, assignments: pd.DataFrame, *, as_of: date) -> frozenset[str]:
    """Find everybody who reports to a manager on a day, directly or through others.

    The newest assignment begun by the day counts, also that of somebody who has left. A circle
    of report ends where it closes.

    Examples
    --------
    >>> moves = pd.DataFrame({
    ...     "employee_id": ["Lin", "Chen", "Wu"],
    ...     "from_date": pd.to_datetime(["2026-01-01"] * 3),
    ...     "manager_id": ["Chen", "Zhao", "Sun"],
    ... })
    >>> sorted(line_of("Zhao", moves, as_of=date(2026, 6, 17)))
    ['Chen', 'Lin']
    """
    begun = assignments[assignments["from_date"] <= pd.Timestamp(as_of)]
    newest = begun.sort_values(["employee_id", "from_date"]).drop_duplicates(
        "employee_id", keep="last"
    )
    reports: dict[str, list[str]] = {
        str(manager): list(ids)
        for manager, ids in newest.groupby("manager_id")["employee_id"]
        if manager
    }
    found: set[str] = set()
    waiting = [manager_id]
    while waiting:
        for employee_id in reports.get(waiting.pop(), []):
            if employee_id not in found and employee_id != manager_id:
                found.add(employee_id)
                waiting.append(employee_id)
    return frozenset(found)


def may_revise_target(scope: Scope, employee_id: str) -> bool:
    """Whether the viewer may change a person's targets: HR all, a manager the line's, nobody own.

    Examples
    --------
    >>> zhao = Viewer(ViewerKind.MANAGER, "Zhao")
    >>> manager = Scope(zhao, frozenset({"Zhao", "Lin"}), PayRight.NONE)
    >>> may_revise_target(manager, "Lin"), may_revise_target(manager, "Zhao")
    (True, False)
    """
    if scope.viewer.kind is ViewerKind.HR:
        return True
    return (
        scope.viewer.kind is ViewerKind.MANAGER
        and scope.sees(employee_id)
        and scope.viewer.employee_id != employee_id
    )
