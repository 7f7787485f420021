"""What is done to accounts and rights: each deed asks who does it and is kept in the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.account_errors import (
    AccountExists,
    BadAccount,
    BadPartTime,
    LastAdministrator,
    OwnRights,
)
from perf_core.domain.accounts import Account, RoleInForce, part_of
from perf_core.domain.errors import ChangedMeanwhile, NotAllowed, NotFound, not_among
from perf_core.services.compare_groups import named_codes
from perf_core.services.score_period import read_basis
from perf_core.store import accounts as rows
from perf_core.store.clock import now
from perf_core.store.engine import Store

_PATIENCE = 30.0


@contextmanager
def _administering(store: Store, scope: Scope) -> Iterator[Connection]:
    if not scope.may_administer:
        raise NotAllowed(what="accounts")
    with store.noting(wait_seconds=_PATIENCE) as connection:
        rows.begin_change(connection)
        yield connection


def _account(connection: Connection, account_id: str) -> Account:
    account = rows.find_account(connection, account_id)
    if account is None:
        raise NotFound(kind="account", code=account_id)
    return account


def _refuse_own(scope: Scope, account: Account) -> None:
    """Whoever keeps accounts may not give themselves the right to people's data."""
    mine = scope.viewer.account_id
    if mine and account.account_id == mine:
        raise OwnRights


def list_accounts(store: Store, *, scope: Scope) -> pd.DataFrame:
    """List the accounts, by name.

    Returns
    -------
    DataFrame
        ``account_id``, ``email``, ``name``, ``employee_id``, ``is_active``, ``is_bound``,
        ``last_seen_at``, ``roles`` (parts in force or to come, as text).

    Raises
    ------
    NotAllowed
        The scope is not one that may administer.
    """
    if not scope.may_administer:
        raise NotAllowed(what="accounts")
    with store.reading() as connection:
        accounts = rows.all_accounts(connection)
        roles = rows.all_roles(connection)
    listed = pd.DataFrame(
        [
            (
                one.account_id,
                one.email,
                one.name,
                one.employee_id,
                one.is_active,
                one.is_bound,
                one.last_seen_at,
            )
            for one in accounts
        ],
        columns=[
            "account_id",
            "email",
            "name",
            "employee_id",
            "is_active",
            "is_bound",
            "last_seen_at",
        ],
    )
    held = {str(one): part for one, part in roles.groupby("account_id")}
    theirs = [held.get(str(one), roles.iloc[:0]) for one in listed["account_id"]]
    return listed.assign(roles=pd.Series(theirs, index=listed.index, dtype=object)).sort_values(
        ["name", "email", "account_id"], ignore_index=True
    )


def add_account(
    store: Store,
    *,
    scope: Scope,
    email: str,
    name: str = "",
    employee_id: str = "",
) -> str:
    """Add somebody who may sign in with a verified e-mail, and give the account's id.

    Raises
    ------
    AccountExists
        There is an account with this address, or of this person.
    BadAccount
        The address is none.
    NotFound
        The company has no such person.
    """
    address = email.strip().lower()
    if "@" not in address or any(letter.isspace() for letter in address):
        raise BadAccount(email=email)
    with _administering(store, scope) as connection:
        if rows.accounts_of_email(connection, address):
            raise AccountExists(what=address)
        _require_free(connection, employee_id)
        account_id = rows.new_account(
            connection,
            email=address,
            name=name.strip(),
            employee_id=employee_id,
            by=scope.viewer.signature,
            at=now(),
        )
        _note(connection, "account_added", scope, account_id, employee_id=employee_id)
    return account_id


def _require_free(connection: Connection, employee_id: str) -> None:
    if not employee_id:
        return
    if not rows.is_employee(connection, employee_id):
        raise NotFound(kind="person", code=employee_id)
    if rows.accounts_of_employee(connection, employee_id):
        raise AccountExists(what=employee_id)


def _note(connection: Connection, kind: str, scope: Scope, subject: str, **details: Any) -> None:
    rows.note_event(connection, kind, by=scope.viewer.signature, subject=subject, **details)


def link_employee(
    store: Store,
    account_id: str,
    employee_id: str,
    *,
    scope: Scope,
    expected: str | None = None,
) -> None:
    """Say which person of the company an account is (empty: none).

    Parameters
    ----------
    expected : str, optional
        Whom the account was when the doer looked: not overwritten if somebody else was quicker.

    Raises
    ------
    OwnRights
        The account is the doer's own: it would become somebody with other rights.
    ChangedMeanwhile
        The account is somebody else than expected by now.
    """
    with _administering(store, scope) as connection:
        account = _account(connection, account_id)
        _refuse_own(scope, account)
        if expected is not None and account.employee_id != expected:
            raise ChangedMeanwhile(what=account.name or account.email or account_id)
        if account.employee_id == employee_id:
            return
        _require_free(connection, employee_id)
        rows.update_account(connection, account_id, employee_id=employee_id)
        _note(
            connection,
            "employee_linked",
            scope,
            account_id,
            employee_id=employee_id,
            before=account.employee_id,
        )


def free_sign_in(store: Store, account_id: str, *, scope: Scope) -> None:
    """Let an account be matched anew by its e-mail: somebody changed the provider.

    Running sessions end.
    """
    with _administering(store, scope) as connection:
        _account(connection, account_id)
        rows.update_account(
            connection, account_id, issuer="", subject="", sessions_valid_after=now()
        )
        _note(connection, "sign_in_freed", scope, account_id)


def end_sessions(store: Store, account_id: str, *, scope: Scope) -> None:
    """End every session of an account at once; its person may sign in anew."""
    with _administering(store, scope) as connection:
        _account(connection, account_id)
        rows.update_account(connection, account_id, sessions_valid_after=now())
        _note(connection, "sessions_ended", scope, account_id)


def set_active(
    store: Store, account_id: str, *, is_active: bool, scope: Scope, today: date
) -> None:
    """Let an account in, or no longer; shutting it out ends its sessions.

    Raises
    ------
    LastAdministrator
        Nobody would be left to keep accounts.
    """
    with _administering(store, scope) as connection:
        account = _account(connection, account_id)
        if account.is_active == is_active:
            return
        if not is_active:
            _refuse_last(connection, account_id, today)
        rows.update_account(
            connection,
            account_id,
            is_active=is_active,
            **({} if is_active else {"sessions_valid_after": now()}),
        )
        _note(connection, "account_opened" if is_active else "account_closed", scope, account_id)


def _refuse_last(connection: Connection, account_id: str, today: date) -> None:
    if rows.active_administrators(connection, today) == [account_id]:
        raise LastAdministrator


def grant_role(
    store: Store,
    account_id: str,
    role: str,
    *,
    scope: Scope,
    from_day: date,
    to_day: date | None = None,
    brand: str = "",
    department: str = "",
) -> None:
    """Let an account play a part from a day on, to a day if given (both included).

    Raises
    ------
    BadPart
        There is no such part, or it lacks its brand or department.
    BadPartTime
        It ends before it begins.
    NotFound
        The company has no such brand or department.
    OwnRights
        The account is the doer's own: another administrator has to do it.
    """
    part = part_of(role, brand=brand.strip(), department=department.strip())
    if to_day is not None and to_day < from_day:
        raise BadPartTime(from_day=from_day, to_day=to_day)
    with _administering(store, scope) as connection:
        _refuse_own(scope, _account(connection, account_id))
        known = named_codes(read_basis(store, connection))
        for axis, code in (("brand", part.brand), ("department", part.department)):
            if code and code not in known[axis]:
                raise not_among(axis, code, known[axis])
        rows.insert_role(
            connection,
            account_id,
            RoleInForce(part.role, part.brand, part.department, scope.viewer.signature),
            from_day=from_day,
            to_day=to_day,
            at=now(),
        )
        _note(
            connection,
            "role_granted",
            scope,
            account_id,
            role=role,
            brand=part.brand,
            department=part.department,
            from_day=from_day.isoformat(),
            to_day=to_day.isoformat() if to_day else None,
        )


def withdraw_role(
    store: Store,
    account_id: str,
    role: str,
    *,
    scope: Scope,
    today: date,
    brand: str = "",
    department: str = "",
) -> None:
    """Take a part away at once, also one that is still to come.

    Raises
    ------
    NotFound
        The account does not play it.
    LastAdministrator
        Nobody would be left to keep accounts.
    """
    part = part_of(role, brand=brand.strip(), department=department.strip())
    with _administering(store, scope) as connection:
        _account(connection, account_id)
        if role == ViewerKind.ADMINISTRATOR.value:
            _refuse_last(connection, account_id, today)
        if not rows.end_role(connection, account_id, part, last_day=today - timedelta(days=1)):
            raise NotFound(kind="part", code=role)
        _note(
            connection,
            "role_withdrawn",
            scope,
            account_id,
            role=role,
            brand=part.brand,
            department=part.department,
        )
