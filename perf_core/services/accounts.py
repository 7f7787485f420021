"""Who signs in: the account of an identity, and the viewer an account makes today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.accounts import Account, Identity, RoleInForce, read_part
from perf_core.domain.errors import NotFound, StoreBusy
from perf_core.services.access_record import access_events, account_names
from perf_core.services.deputies import end_deputy, list_deputies, name_deputy
from perf_core.services.manage_accounts import (
    add_account,
    end_sessions,
    free_sign_in,
    grant_role,
    link_employee,
    list_accounts,
    set_active,
    withdraw_role,
)
from perf_core.services.rights import Staff
from perf_core.services.score_period import read_basis
from perf_core.settings import Settings
from perf_core.store import accounts as rows
from perf_core.store.engine import Store

__all__ = [
    "Account",
    "Identity",
    "access_events",
    "access_version",
    "account_names",
    "add_account",
    "end_deputy",
    "end_sessions",
    "find_account",
    "free_sign_in",
    "grant_role",
    "link_employee",
    "list_accounts",
    "list_deputies",
    "match_account",
    "name_deputy",
    "set_active",
    "viewer_of_account",
    "viewer_of_person",
    "withdraw_role",
]

Part = tuple[str, str, str]
"""Role, brand, department."""

CLAIM_HOLDS: Final = timedelta(days=7)
"""How long a claimed part holds without another sign-in."""

_SIGN_IN: Final = "sign-in"
_SEEN_EVERY: Final = timedelta(minutes=10)
_WIDEST_FIRST: Final = (
    ViewerKind.HR,
    ViewerKind.EXECUTIVE,
    ViewerKind.BRAND_HEAD,
    ViewerKind.MANAGER,
)


def find_account(store: Store, account_id: str) -> Account | None:
    """Find an account by its id: for a session to look whether it still holds."""
    with store.reading() as connection:
        return rows.find_account(connection, account_id)


def access_version(store: Store) -> int:
    """The number that goes up with every change of accounts and rights."""
    with store.reading() as connection:
        return rows.access_version(connection)


def match_account(
    store: Store, identity: Identity, *, settings: Settings, now: datetime
) -> Account | None:
    """Find whose account a checked identity is; bind the two at their first meeting.

    The provider's own name for the person (issuer and subject) comes first. Only an account that
    nobody has signed in with is found by e-mail, and only by one the provider has verified; then
    it is bound, so that an address that changes hands opens nothing. Where the company's list of
    people has that address once, a person without an account gets one. The administrator named in
    the settings gets that part while there is no other. Two candidates are none.

    Parameters
    ----------
    store : Store
        The store to look in.
    identity : Identity
        What the provider says; its token has been checked.
    settings : Settings
        The first administrator, and the claim that gives parts.
    now : datetime
        The instant, with its zone.

    Returns
    -------
    Account or None
        Also one that is not active: it opens nothing. None: the company does not know this
        person.

    Raises
    ------
    StoreBusy
        A first sign-in, which has to be written, while a load holds the store.
    """
    if not identity.subject:
        return None
    with store.reading() as connection:
        zone = read_basis(store, connection).catalogue.settings.timezone
        sign_in = _SignIn(identity, settings, now, now.astimezone(ZoneInfo(zone)).date())
        account = _bound(connection, identity)
        if account is None and not _has_candidate(connection, sign_in):
            return None
        if account is not None and not _has_news(connection, account, sign_in):
            return account
    try:
        with store.noting() as connection:
            return _enter(connection, sign_in)
    except StoreBusy:
        # Who is known gets in, also while a load holds the store.
        if account is None:
            raise
        return account


@dataclass(frozen=True)
class _SignIn:
    identity: Identity
    settings: Settings
    now: datetime
    today: date

    @property
    def email(self) -> str:
        """The verified address in lower case; empty without one."""
        email = self.identity.email.strip().lower()
        return email if self.identity.email_verified is True and "@" in email else ""

    @property
    def is_named_in_settings(self) -> bool:
        named = self.settings.first_administrator.strip()
        if "@" in named:
            return self.email == named.lower()
        return bool(named) and self.identity.subject == named

    @property
    def claimed(self) -> frozenset[Part]:
        return claimed_parts(self.identity.claims, self.settings)


def _enter(connection: Connection, sign_in: _SignIn) -> Account | None:
    rows.lock_changes(connection)
    identity = sign_in.identity
    account = _bound(connection, identity)
    if account is None and not rows.accounts_of_subject(
        connection, identity.issuer, identity.subject
    ):
        account = _by_email(connection, sign_in) or _by_settings(connection, sign_in)
        if account is not None and account.is_active:
            account = _bind(connection, account, identity)
    if account is None or not account.is_active:
        return account
    if sign_in.is_named_in_settings and _lacks_administrator(connection, sign_in):
        part = RoleInForce("administrator", granted_by="settings")
        rows.insert_role(
            connection,
            account.account_id,
            part,
            from_day=sign_in.today,
            to_day=None,
            at=sign_in.now,
        )
        _note(connection, "role_granted", account.account_id, role=part.role, by="settings")
    return _seen(connection, account, sign_in)


def _lacks_administrator(connection: Connection, sign_in: _SignIn) -> bool:
    return not rows.active_administrators(connection, sign_in.today)


def _has_candidate(connection: Connection, sign_in: _SignIn) -> bool:
    """Whether an unknown identity may be somebody: a stranger at the door writes nothing."""
    email = sign_in.email
    return bool(
        email
        and (
            rows.accounts_of_email(connection, email)
            or rows.employees_of_email(connection, email, today=sign_in.today)
        )
    ) or (sign_in.is_named_in_settings and _lacks_administrator(connection, sign_in))


def _bound(connection: Connection, identity: Identity) -> Account | None:
    found = rows.accounts_of_subject(connection, identity.issuer, identity.subject)
    return found[0] if len(found) == 1 else None


def _by_email(connection: Connection, sign_in: _SignIn) -> Account | None:
    email = sign_in.email
    if not email:
        return None
    found = rows.accounts_of_email(connection, email)
    if found:
        return found[0] if len(found) == 1 and not found[0].is_bound else None
    people = rows.employees_of_email(connection, email, today=sign_in.today)
    if len(people) != 1:
        return None
    theirs = rows.accounts_of_employee(connection, people[0])
    if theirs:
        is_free = len(theirs) == 1 and not theirs[0].is_bound and not theirs[0].email
        return theirs[0] if is_free else None
    return _new(connection, sign_in, employee_id=people[0])


def _by_settings(connection: Connection, sign_in: _SignIn) -> Account | None:
    """Make the account of the administrator named in the settings, while there is none."""
    if not sign_in.is_named_in_settings or not _lacks_administrator(connection, sign_in):
        return None
    if sign_in.email and rows.accounts_of_email(connection, sign_in.email):
        return None
    return _new(connection, sign_in)


def _new(connection: Connection, sign_in: _SignIn, *, employee_id: str = "") -> Account:
    account_id = rows.new_account(
        connection,
        email=sign_in.email,
        name=sign_in.identity.name,
        employee_id=employee_id,
        by=_SIGN_IN,
        at=sign_in.now,
    )
    _note(connection, "account_added", account_id, employee_id=employee_id)
    return _found(connection, account_id)


def _bind(connection: Connection, account: Account, identity: Identity) -> Account:
    rows.update_account(
        connection, account.account_id, issuer=identity.issuer, subject=identity.subject
    )
    _note(connection, "account_bound", account.account_id, issuer=identity.issuer)
    return _found(connection, account.account_id)


def _found(connection: Connection, account_id: str) -> Account:
    account = rows.find_account(connection, account_id)
    if account is None:
        raise NotFound(kind="account", code=account_id)
    return account


def _note(
    connection: Connection, kind: str, account_id: str, *, by: str = _SIGN_IN, **details: Any
) -> None:
    rows.note_event(connection, kind, by=by, subject=account_id, **details)


# --- what each sign-in brings ---------------------------------------------------------------------


def claimed_parts(claims: Mapping[str, object] | None, settings: Settings) -> frozenset[Part]:
    """The parts that a sign-in's claim gives: role, brand, department.

    Examples
    --------
    >>> settings = Settings(role_claim="groups", role_claim_values={"a": "hr", "b": "brand_head:L"})
    >>> sorted(claimed_parts({"groups": ["a", "b", "c"]}, settings))
    [('brand_head', 'L', ''), ('hr', '', '')]
    """
    if not settings.role_claim or not claims:
        return frozenset()
    said = claims.get(settings.role_claim)
    values: Iterable[object] = said if isinstance(said, list | tuple) else [said]
    texts = (settings.role_claim_values.get(str(value)) for value in values)
    return frozenset(_part(read_part(text)) for text in texts if text)


def _part(part: RoleInForce) -> Part:
    return part.role, part.brand, part.department


def _parts(connection: Connection, account_id: str, day: date, *, claimed: bool) -> frozenset[Part]:
    return frozenset(
        _part(part)
        for part in rows.roles_in_force(connection, account_id, day)
        if (part.granted_by == rows.CLAIM) is claimed
    )


def _has_news(connection: Connection, account: Account, sign_in: _SignIn) -> bool:
    """Whether a sign-in changes anything that is kept."""
    if not account.is_active:
        return False
    if account.last_seen_at is None or sign_in.now - account.last_seen_at > _SEEN_EVERY:
        return True
    if sign_in.is_named_in_settings and _lacks_administrator(connection, sign_in):
        return True
    had = _parts(connection, account.account_id, sign_in.today, claimed=True)
    own = _parts(connection, account.account_id, sign_in.today, claimed=False)
    return had != sign_in.claimed - own


def _seen(connection: Connection, account: Account, sign_in: _SignIn) -> Account:
    """Keep when somebody signed in, and the parts their claim gives for a week."""
    account_id = account.account_id
    had = _parts(connection, account_id, sign_in.today, claimed=True)
    own = _parts(connection, account_id, sign_in.today, claimed=False)
    wanted = sign_in.claimed - own
    if wanted or had:
        rows.replace_claimed(
            connection,
            account_id,
            [RoleInForce(*part, granted_by=rows.CLAIM) for part in sorted(wanted)],
            from_day=sign_in.today,
            to_day=sign_in.today + CLAIM_HOLDS,
            at=sign_in.now,
        )
    if wanted != had:
        rows.begin_change(connection)
        told = [":".join(filter(None, part)) for part in sorted(wanted)]
        _note(connection, "claimed_parts", account_id, parts=told)
    rows.update_account(connection, account_id, last_seen_at=sign_in.now)
    return _found(connection, account_id)


# --- the viewer -----------------------------------------------------------------------------------


def viewer_of_account(
    store: Store,
    account_id: str,
    *,
    today: date,
    claims: Mapping[str, object] | None = None,
    settings: Settings | None = None,
) -> Viewer | None:
    """Say who an account is today: the parts it plays, its person, whom it stands in for.

    Parameters
    ----------
    store : Store
        The store to read.
    account_id : str
        The account.
    today : date
        The day whose parts, reports and deputies count.
    claims : mapping, optional
        What the running session's sign-in said: a claimed part that it does not say is left out.
    settings : Settings, optional
        For the claim; without it those of the environment.

    Returns
    -------
    Viewer or None
        None: there is no such account, it is not active, its person has left the company, or it
        is no person of the company and plays no part.
    """
    with store.reading() as connection:
        account = rows.find_account(connection, account_id)
        if account is None or not account.is_active:
            return None
        basis = read_basis(store, connection)
        staff = Staff(basis.company.people, basis.company.assignments, today=today)
        parts = rows.roles_in_force(connection, account_id, today)
        if claims is not None:
            said = claimed_parts(claims, settings or Settings())
            parts = [one for one in parts if one.granted_by != rows.CLAIM or _part(one) in said]
        me = account.employee_id
        if me and not staff.is_here(me):
            return None
        viewer = _viewer(account_id, me, parts, staff, _principals(connection, me, staff))
    has_any = viewer.is_administrator or viewer.kind is not ViewerKind.ADMINISTRATOR
    return viewer if has_any else None


def viewer_of_person(store: Store, employee_id: str, *, today: date) -> Viewer | None:
    """Say who a person of the company without an account is today; none if they are not here."""
    with store.reading() as connection:
        basis = read_basis(store, connection)
        staff = Staff(basis.company.people, basis.company.assignments, today=today)
        if not staff.is_here(employee_id):
            return None
        others = _principals(connection, employee_id, staff)
        return _viewer("", employee_id, (), staff, others)


def _principals(connection: Connection, me: str, staff: Staff) -> tuple[Viewer, ...]:
    """Those a person stands in for today and who are still here."""
    others = rows.principals_of(connection, me, staff.today) if me else []
    return tuple(
        _principal(connection, other, staff)
        for other in others
        if other != me and staff.is_here(other)
    )


def _principal(connection: Connection, employee_id: str, staff: Staff) -> Viewer:
    """Somebody another one stands in for: with the parts of their account, but no deputies."""
    accounts = [one for one in rows.accounts_of_employee(connection, employee_id) if one.is_active]
    parts = (
        rows.roles_in_force(connection, accounts[0].account_id, staff.today)
        if len(accounts) == 1
        else []
    )
    return _viewer("", employee_id, parts, staff, ())


def _viewer(
    account_id: str,
    me: str,
    parts: Iterable[RoleInForce],
    staff: Staff,
    stands_in_for: tuple[Viewer, ...],
) -> Viewer:
    played = list(parts)
    kinds = {ViewerKind(one.role) for one in played}
    if me and staff.line_of(me):
        kinds.add(ViewerKind.MANAGER)
    lowest = ViewerKind.EMPLOYEE if me else ViewerKind.ADMINISTRATOR
    return Viewer(
        next((kind for kind in _WIDEST_FIRST if kind in kinds), lowest),
        me or None,
        brands=frozenset(one.brand for one in played if one.role == ViewerKind.BRAND_HEAD),
        departments=frozenset(
            one.department for one in played if one.role == ViewerKind.MANAGER and one.department
        ),
        stands_in_for=stands_in_for,
        account_id=account_id,
        is_administrator=ViewerKind.ADMINISTRATOR in kinds,
    )
