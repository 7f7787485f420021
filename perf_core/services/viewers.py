"""What a viewer may see today, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from perf_core.domain.access import Grant, PayRight, Scope, Viewer, ViewerKind, union_of
from perf_core.domain.account_errors import BadPart
from perf_core.domain.accounts import Account, read_part
from perf_core.domain.errors import NotAllowed, NotFound, not_among
from perf_core.services.accounts import viewer_of_account, viewer_of_person
from perf_core.services.rights import Staff, grants_of, scope_of
from perf_core.services.score_period import read_basis
from perf_core.settings import Settings
from perf_core.store import accounts as rows
from perf_core.store.engine import Store

__all__ = [
    "AccessExplanation",
    "company_day",
    "explain_access",
    "find_named_account",
    "may_revise_target",
    "named_viewer",
    "scope_of",
    "scope_today",
]


def scope_today(
    store: Store, viewer: Viewer, *, today: date, settings: Settings | None = None
) -> Scope:
    """Decide what a viewer may see today, from what the store says now.

    Somebody with an account is looked up again, so that a right that was taken away is gone with
    the next read.

    Parameters
    ----------
    store : Store
        The store to read.
    viewer : Viewer
        Who is asking.
    today : date
        The day in the company's zone.
    settings : Settings, optional
        What the company has decided; without it that of the environment.

    Raises
    ------
    NotAllowed
        The account is closed, or the person is not in the company (any more).
    """
    return union_of(*_grants(store, viewer, today=today, settings=settings))


def _grants(
    store: Store, viewer: Viewer, *, today: date, settings: Settings | None
) -> tuple[Viewer, tuple[Grant, ...]]:
    chosen = settings or Settings()
    asking = viewer
    if viewer.account_id:
        found = viewer_of_account(store, viewer.account_id, today=today, settings=chosen)
        if found is None:
            raise NotAllowed(what=viewer.kind.value)
        asking = found
    with store.reading() as connection:
        company = read_basis(store, connection).company
    staff = Staff(company.people, company.assignments, today=today)
    return asking, grants_of(asking, staff, rules=chosen.access_rules)


@dataclass(frozen=True)
class AccessExplanation:
    """What a viewer may see and do of a person, and every reason.

    Attributes
    ----------
    allowed : tuple of str
        Codes: ``cards`` (cards, goals, notes, history), ``former_cards`` (cards of the time in
        the viewer's team), ``group_pay`` (their pay within groups of three and more), ``pay``,
        ``revise_targets``, ``edit_data``, ``anonymous_ranks``.
    because : tuple of Grant
        The grants that open it, the viewer's own before those of whom they stand in for.
    """

    allowed: tuple[str, ...]
    because: tuple[Grant, ...]


def explain_access(
    store: Store,
    viewer: Viewer,
    employee_id: str,
    *,
    today: date,
    settings: Settings | None = None,
) -> AccessExplanation:
    """Say what a viewer may see of a person today, and because of what.

    Raises
    ------
    NotFound
        The company has no such person.
    """
    with store.reading() as connection:
        people = read_basis(store, connection).company.people
    if employee_id not in set(people["employee_id"]):
        raise NotFound(kind="person", code=employee_id)
    try:
        asking, grants = _grants(store, viewer, today=today, settings=settings)
    except NotAllowed:
        return AccessExplanation((), ())
    scope = union_of(asking, grants)
    pay = scope.pay_of(employee_id)
    allowed = {
        "cards": scope.sees(employee_id),
        "former_cards": employee_id in scope.former,
        "group_pay": pay is not PayRight.NONE,
        "pay": pay is PayRight.ALL,
        "revise_targets": may_revise_target(scope, employee_id),
        "edit_data": scope.may_edit,
    }
    because = [one for one in grants if one.covers(employee_id) or employee_id in one.former]
    return AccessExplanation(
        tuple(code for code, is_allowed in allowed.items() if is_allowed), tuple(because)
    )


def company_day(store: Store, at: datetime) -> date:
    """The day it is in the company's zone at an instant: the day rights are decided by."""
    with store.reading() as connection:
        zone = read_basis(store, connection).catalogue.settings.timezone
    return at.astimezone(ZoneInfo(zone)).date()


def named_viewer(store: Store, name: str, *, today: date, scope: Scope) -> Viewer:
    """Find the viewer that an operator names.

    Parameters
    ----------
    store : Store
        The store to read.
    name : str
        An account's e-mail or id, somebody's ``employee_id`` (with the parts of their account, if
        they have one), or a part: ``hr``, ``executive``, ``administrator``, ``brand_head:luxe``,
        ``manager:service`` (a department), or that of a person: ``manager:E1002``.
    today : date
        The day whose parts and reports count.
    scope : Scope
        Who asks: somebody who keeps accounts.

    Raises
    ------
    NotAllowed
        The scope is not one that may administer.
    NotFound
        Nobody is called so.
    """
    if not scope.may_administer:
        raise NotAllowed(what="accounts")
    account = find_named_account(store, name)
    if account is not None:
        found = viewer_of_account(store, account.account_id, today=today)
        # An account that opens nothing is still somebody: asking again says so.
        return found or Viewer(ViewerKind.EMPLOYEE, None, account_id=account.account_id)
    with store.reading() as connection:
        company = read_basis(store, connection).company
    staff = Staff(company.people, company.assignments, today=today)
    if name in staff.known:
        person = viewer_of_person(store, name, today=today)
        # Somebody who has left is still somebody: asking what they may see says so.
        return person or Viewer(ViewerKind.EMPLOYEE, name)
    kind, _, about = name.partition(":")
    if kind in set(ViewerKind) and about in staff.known:
        return Viewer(ViewerKind(kind), about)
    try:
        part = read_part(name)
    except BadPart as error:
        raise NotFound(kind="account, person or part", code=name) from error
    for axis, code in (("brand", part.brand), ("department", part.department)):
        known = set(staff.assignments[axis])
        if code and code not in known:
            raise not_among(axis, code, known)
    return Viewer(
        ViewerKind(part.role),
        brands=frozenset({part.brand} - {""}),
        departments=frozenset({part.department} - {""}),
    )


def find_named_account(store: Store, name: str) -> Account | None:
    """Find an account by its id, its e-mail or its person; none if several would fit."""
    with store.reading() as connection:
        found = rows.find_account(connection, name)
        if found is not None:
            return found
        fitting = rows.accounts_of_email(connection, name.strip().lower())
        fitting = fitting or rows.accounts_of_employee(connection, name)
    return fitting[0] if name and len(fitting) == 1 else None


def may_revise_target(scope: Scope, employee_id: str) -> bool:
    """Whether the viewer may change a person's targets: HR all, who leads them theirs, nobody own.

    Examples
    --------
    >>> from perf_core.domain.access import ViewerKind
    >>> zhao = Viewer(ViewerKind.MANAGER, "Zhao")
    >>> team = frozenset({"Zhao", "Lin"})
    >>> manager = Scope(zhao, team, PayRight.NONE, leads=team)
    >>> may_revise_target(manager, "Lin"), may_revise_target(manager, "Zhao")
    (True, False)
    """
    if scope.may_edit:
        return True
    is_led = scope.leads is None or employee_id in scope.leads
    return is_led and scope.sees(employee_id) and scope.viewer.employee_id != employee_id
