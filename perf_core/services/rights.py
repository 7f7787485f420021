"""The one place that decides whom a viewer may see, from the parts they play and dated assignments.

The decision is made of grants, each with its reason. The scope is their union and the explanation
is their list, so that neither can say something else than the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import pandas as pd

from perf_core.domain.access import (
    AccessRules,
    FormerTeam,
    Grant,
    PayRight,
    Reason,
    Scope,
    Viewer,
    ViewerKind,
    union_of,
)
from perf_core.domain.errors import NotAllowed

_FAR_AWAY = pd.Timestamp("2200-01-01")
_NEEDS_A_PERSON = {ViewerKind.MANAGER, ViewerKind.EMPLOYEE}
_LEADS_A_LINE = set(ViewerKind) - {ViewerKind.EMPLOYEE}


class Staff:
    """Everybody's place on a day: what rights are decided from.

    Parameters
    ----------
    people : DataFrame
        ``employee_id`` (a column, or the index), ``hire_date``, ``leave_date``.
    assignments : DataFrame
        All dated assignments: ``employee_id``, ``from_date``, ``to_date``, ``brand``,
        ``department``, ``manager_id``.
    today : date
        The day.
    """

    def __init__(self, people: pd.DataFrame, assignments: pd.DataFrame, *, today: date) -> None:
        self.today = today
        at = pd.Timestamp(today)
        known = people.set_index("employee_id") if "employee_id" in people else people
        self.known = frozenset(known.index)
        self.gone = frozenset(known.index[known["leave_date"] < at])
        self.assignments = _with_ends(assignments[assignments["from_date"] <= at], known)
        newest = self.assignments.drop_duplicates("employee_id", keep="last")
        # The last place holds on for who has left: somebody has to answer for a leaver's months.
        has_ended = (newest["last_day"] < at) & ~newest["employee_id"].isin(self.gone)
        self.places = newest[~has_ended].set_index("employee_id", drop=False)

    def holding(self, axis: str, codes: Iterable[str]) -> frozenset[str]:
        """Whose place today (a leaver's: the last one) is in one of these brands, departments."""
        return frozenset(self.places.loc[self.places[axis].isin(list(codes)), "employee_id"])

    def line_of(self, manager_id: str) -> frozenset[str]:
        """Everybody who reports to a person, directly or through others; a circle ends."""
        found: set[str] = set()
        waiting = [manager_id]
        while waiting:
            for employee_id in self._reports.get(waiting.pop(), []):
                if employee_id not in found and employee_id != manager_id:
                    found.add(employee_id)
                    waiting.append(employee_id)
        return frozenset(found)

    @cached_property
    def _reports(self) -> dict[str, list[str]]:
        """Who reports to whom; a leaver to the last manager, until that one moves on."""
        reports: dict[str, list[str]] = {}
        rows = self.places[["manager_id", "employee_id", "last_day"]]
        for manager, employee_id, last_day in rows.itertuples(index=False, name=None):
            if not manager or (
                employee_id in self.gone and self._has_moved_since(manager, last_day)
            ):
                continue
            reports.setdefault(manager, []).append(employee_id)
        return reports

    def _has_moved_since(self, employee_id: str, day: pd.Timestamp) -> bool:
        """Whether somebody's brand or department is another one than on a day."""
        mine = self._by_person.get(employee_id)
        if mine is None:
            return False
        then = mine[mine["from_date"] <= day]
        if then.empty:
            return False
        place = ["brand", "department"]
        return bool((then.iloc[-1][place] != mine.iloc[-1][place]).any())

    @cached_property
    def _by_person(self) -> dict[str, pd.DataFrame]:
        return {str(who): rows for who, rows in self.assignments.groupby("employee_id")}

    def last_days_led(self, manager_id: str) -> dict[str, date]:
        """The last day on which each person reported to somebody, directly or through others.

        Only days before today: somebody of today's line has today.
        """
        last: dict[str, pd.Timestamp] = {}
        seen: set[tuple[str, pd.Timestamp, pd.Timestamp]] = set()
        waiting = [(manager_id, pd.Timestamp.min, pd.Timestamp.max)]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            leader, begins, ends = one
            for who, first, until in self._stays_under.get(leader, []):
                start, end = max(begins, first), min(ends, until)
                if start <= end and who != manager_id:
                    last[who] = max(end, last.get(who, end))
                    waiting.append((who, start, end))
        at = pd.Timestamp(self.today)
        return {who: min(end, at).date() for who, end in last.items()}

    @cached_property
    def _stays_under(self) -> dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]]:
        stays: dict[str, list[tuple[str, pd.Timestamp, pd.Timestamp]]] = {}
        rows = self.assignments[["manager_id", "employee_id", "from_date", "last_day"]]
        for manager, who, first, last in rows.itertuples(index=False, name=None):
            if manager:
                stays.setdefault(manager, []).append((who, first, last))
        return stays

    def is_here(self, employee_id: str | None) -> bool:
        """Whether this is somebody of the company who has not left."""
        return employee_id in self.known and employee_id not in self.gone


def _with_ends(assignments: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Assignments of people who are known, in order, with ``last_day``: the end, or far away.

    An assignment ends on its own last day, and at the latest on the day before the person's next
    one, and with the person's leaving.
    """
    found = assignments[assignments["employee_id"].isin(known.index)]
    found = found.sort_values(["employee_id", "from_date"])
    following = found.groupby("employee_id")["from_date"].shift(-1) - pd.Timedelta(days=1)
    # Not by map: that turns the days of an empty company into numbers.
    leaving = known["leave_date"].reindex(found["employee_id"]).set_axis(found.index)
    ends = pd.concat([found["to_date"], following, leaving], axis=1).min(axis=1)
    return found.assign(last_day=ends.fillna(_FAR_AWAY))


def grants_of(viewer: Viewer, staff: Staff, *, rules: AccessRules) -> tuple[Grant, ...]:
    """Every reason a viewer has to see somebody on a day.

    Raises
    ------
    NotAllowed
        A manager or an employee whom the company does not know, or anybody who has left it.
    """
    me = viewer.employee_id
    is_nobody = viewer.kind in _NEEDS_A_PERSON and me not in staff.known and not viewer.departments
    if is_nobody or me in staff.gone:
        raise NotAllowed(what=me or viewer.kind.value)
    grants = _of_parts(viewer, staff, rules)
    if me in staff.known:
        # Who sees pay of the people around them is one of these people, and knows the own pay.
        pay = max((one.pay for one in grants), key=lambda one: one.rank, default=PayRight.NONE)
        own = frozenset({str(me)})
        grants.append(Grant(Reason.SELF, employees=own, pay=pay, sees_ranks=rules.shows_ranks))
    for other in viewer.stands_in_for:
        if other.employee_id in staff.gone:
            continue
        for grant in _of_parts(other, staff, rules):
            if grant.reason is not Reason.ADMINISTRATOR:
                grants.append(_for_deputy(grant, other, me))
    if viewer.is_administrator or viewer.kind is ViewerKind.ADMINISTRATOR:
        grants.append(Grant(Reason.ADMINISTRATOR, may_administer=True))
    return tuple(grants)


def _of_parts(viewer: Viewer, staff: Staff, rules: AccessRules) -> list[Grant]:
    """What the parts a viewer plays open, without what they are as a person."""
    grants: list[Grant] = []
    if viewer.kind is ViewerKind.HR:
        grants.append(
            Grant(
                Reason.HR,
                employees=None,
                pay=PayRight.ALL,
                may_lead=True,
                may_edit=True,
                sees_ranks=True,
            )
        )
    if viewer.kind is ViewerKind.EXECUTIVE:
        grants.append(Grant(Reason.EXECUTIVE, employees=None, pay=PayRight.GROUPS, sees_ranks=True))
    for axis, reason, codes, pay in (
        ("brand", Reason.BRAND, viewer.brands, rules.pay_of_brand_heads),
        ("department", Reason.DEPARTMENT, viewer.departments, rules.pay_of_managers),
    ):
        for code in sorted(codes):
            people = staff.holding(axis, [code])
            grants.append(
                Grant(reason, code, employees=people, pay=pay, may_lead=True, sees_ranks=True)
            )
    me = viewer.employee_id
    if me in staff.known and viewer.kind in _LEADS_A_LINE:
        line = staff.line_of(str(me))
        if line:
            pay = rules.pay_of_managers
            grants.append(
                Grant(Reason.LINE, employees=line, pay=pay, may_lead=True, sees_ranks=True)
            )
        if rules.former_team is FormerTeam.WHILE_LED:
            led = staff.last_days_led(str(me))
            former = {who: last for who, last in led.items() if who not in line}
            if former:
                grants.append(Grant(Reason.FORMER_TEAM, former=former))
    return grants


def _for_deputy(grant: Grant, principal: Viewer, me: str | None) -> Grant:
    """The same grant for who stands in: not the principal's own card, nor targets of their own."""
    whose = principal.employee_id or ""
    hidden = {whose} - {me}
    people = None if grant.employees is None else grant.employees - hidden
    return Grant(
        grant.reason,
        grant.about,
        whose,
        employees=people,
        pay=grant.pay,
        may_lead=grant.may_lead,
        may_edit=grant.may_edit,
        sees_ranks=grant.sees_ranks,
        former={who: last for who, last in grant.former.items() if who not in hidden},
    )


def require_editor(scope: Scope, what: str) -> None:
    """Refuse whoever may not change people, files and schemes, nor see them as they came.

    Raises
    ------
    NotAllowed
        The scope is not one that may edit.
    """
    if not scope.may_edit:
        raise NotAllowed(what=what)


def scope_of(
    viewer: Viewer,
    *,
    people: pd.DataFrame,
    assignments: pd.DataFrame,
    today: date,
    rules: AccessRules | None = None,
) -> Scope:
    """Decide what a viewer may see on a day.

    An executive sees every brand and everybody's card, but no single person's pay. HR sees and
    changes everything. A brand head sees whose place is in the brand; a manager the department
    and the own line, also those who report to people of the line; an employee the own card. An
    administrator sees nobody by virtue of that. A person nobody knows sees nobody.

    Parameters
    ----------
    viewer : Viewer
        Who is asking.
    people, assignments : DataFrame
        As in :class:`Staff`.
    today : date
        The day whose assignments count.
    rules : AccessRules, optional
        What the company has decided; without it the narrowest.

    Raises
    ------
    NotAllowed
        A manager or an employee whom the company does not know, or anybody who has left it.
    """
    staff = Staff(people, assignments, today=today)
    return union_of(viewer, grants_of(viewer, staff, rules=rules or AccessRules()))
