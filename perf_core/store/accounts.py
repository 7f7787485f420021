"""Accounts, the parts they play, deputies, and the record of what happened to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, text, update
from sqlmodel import SQLModel, col

from perf_core.domain.accounts import Account, RoleInForce
from perf_core.store.access_tables import AccessEventRow, AccountRoleRow, AccountRow, DeputyRow
from perf_core.store.clock import now
from perf_core.store.tables import Employee

CLAIM: Final = "claim"
"""Who granted a part that a provider's claim gives."""

WRONG_PASSCODE: Final = "link_passcode_wrong"
"""The kind of event that a wrong passcode of a shared link is."""

_TABLES = SQLModel.metadata.tables
_FIELDS = (
    "account_id",
    "email",
    "name",
    "employee_id",
    "is_active",
    "sessions_valid_after",
    "last_seen_at",
    "issuer",
    "subject",
)


def access_version(connection: Connection) -> int:
    """The number that goes up with every change of accounts and rights."""
    value = connection.execute(
        text("SELECT value FROM store_info WHERE key = 'access_version'")
    ).scalar()
    return int(value) if value is not None else 0


def lock_changes(connection: Connection) -> None:
    """Wait until no other change of rights is under way, and keep others waiting."""
    # The row may not be there yet; two first changes at once then make it once.
    connection.execute(
        text(
            "INSERT INTO store_info (key, value) VALUES ('access_version', '0') "
            "ON CONFLICT (key) DO NOTHING"
        )
    )
    connection.execute(text("UPDATE store_info SET value = value WHERE key = 'access_version'"))


def begin_change(connection: Connection) -> None:
    """Count a change of rights; the next one waits here until this one is done."""
    lock_changes(connection)
    connection.execute(
        text(
            "UPDATE store_info SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) "
            "WHERE key = 'access_version'"
        )
    )


# --- accounts -------------------------------------------------------------------------------------


def _accounts(connection: Connection, *conditions: ColumnElement[bool]) -> list[Account]:
    columns = [_TABLES["accounts"].c[name] for name in _FIELDS]
    rows = connection.execute(select(*columns).where(*conditions).order_by(columns[0])).all()
    return [Account(*row) for row in rows]


def find_account(connection: Connection, account_id: str) -> Account | None:
    """Find one account by its id."""
    found = _accounts(connection, col(AccountRow.account_id) == account_id)
    return found[0] if found else None


def accounts_of_subject(connection: Connection, issuer: str, subject: str) -> list[Account]:
    """Find the accounts bound to a provider's name for somebody."""
    return _accounts(
        connection, col(AccountRow.issuer) == issuer, col(AccountRow.subject) == subject
    )


def accounts_of_email(connection: Connection, email: str) -> list[Account]:
    """Find the accounts of an address in lower case."""
    return _accounts(connection, col(AccountRow.email) == email)


def accounts_of_employee(connection: Connection, employee_id: str) -> list[Account]:
    """Find the accounts linked to a person of the company."""
    return _accounts(connection, col(AccountRow.employee_id) == employee_id)


def all_accounts(connection: Connection) -> list[Account]:
    """Read every account, by its id."""
    return _accounts(connection)


def employees_of_email(connection: Connection, email: str, *, today: date) -> list[str]:
    """Find the people of the company with an address who have not left by a day."""
    return list(
        connection.execute(
            select(col(Employee.employee_id)).where(
                func.lower(col(Employee.email)) == email,
                or_(col(Employee.leave_date).is_(None), col(Employee.leave_date) >= today),
            )
        ).scalars()
    )


def is_employee(connection: Connection, employee_id: str) -> bool:
    """Whether the company knows a person of this id."""
    found = connection.execute(
        select(col(Employee.employee_id)).where(col(Employee.employee_id) == employee_id)
    ).first()
    return found is not None


def new_account(
    connection: Connection, *, email: str, name: str, employee_id: str, by: str, at: datetime
) -> str:
    """Add an account that nobody has signed in with yet, and give its id."""
    account_id = uuid.uuid4().hex
    connection.execute(
        insert(_TABLES["accounts"]).values(
            account_id=account_id,
            email=email,
            issuer="",
            subject="",
            name=name,
            employee_id=employee_id,
            is_active=True,
            # The sign-in that makes an account began a little before it.
            sessions_valid_after=at - timedelta(hours=1),
            created_at=at,
            created_by=by,
            last_seen_at=None,
        )
    )
    return account_id


def update_account(connection: Connection, account_id: str, **values: Any) -> None:
    """Change an account."""
    table = _TABLES["accounts"]
    connection.execute(update(table).where(table.c.account_id == account_id).values(**values))


# --- parts ----------------------------------------------------------------------------------------


def _in_force(day: date) -> ColumnElement[bool]:
    to_day = col(AccountRoleRow.to_day)
    begun: ColumnElement[bool] = col(AccountRoleRow.from_day) <= day
    return begun & or_(to_day.is_(None), to_day >= day)


def roles_in_force(connection: Connection, account_id: str, day: date) -> list[RoleInForce]:
    """Read the parts an account plays on a day."""
    rows = connection.execute(
        select(
            col(AccountRoleRow.role),
            col(AccountRoleRow.brand),
            col(AccountRoleRow.department),
            col(AccountRoleRow.granted_by),
        )
        .where(col(AccountRoleRow.account_id) == account_id, _in_force(day))
        .order_by(
            col(AccountRoleRow.role), col(AccountRoleRow.brand), col(AccountRoleRow.department)
        )
    ).all()
    return [RoleInForce(*row) for row in rows]


def all_roles(connection: Connection) -> pd.DataFrame:
    """Read the parts of all accounts, past ones included, by account and first day."""
    columns = list(_TABLES["account_roles"].c)
    rows = connection.execute(select(*columns).order_by(columns[0], columns[4])).all()
    return pd.DataFrame(rows, columns=[column.name for column in columns])


def insert_role(
    connection: Connection,
    account_id: str,
    part: RoleInForce,
    *,
    from_day: date,
    to_day: date | None,
    at: datetime,
) -> None:
    """Add a part from a day on; the same part from the same day is replaced."""
    table = _TABLES["account_roles"]
    key = {
        "account_id": account_id,
        "role": part.role,
        "brand": part.brand,
        "department": part.department,
        "from_day": from_day,
    }
    connection.execute(table.delete().where(*(table.c[name] == it for name, it in key.items())))
    connection.execute(
        insert(table).values(**key, to_day=to_day, granted_by=part.granted_by, granted_at=at)
    )


def replace_claimed(
    connection: Connection,
    account_id: str,
    parts: Iterable[RoleInForce],
    *,
    from_day: date,
    to_day: date,
    at: datetime,
) -> None:
    """Let an account have exactly these parts by a provider's claim."""
    table = _TABLES["account_roles"]
    connection.execute(
        table.delete().where(table.c.account_id == account_id, table.c.granted_by == CLAIM)
    )
    for part in parts:
        insert_role(connection, account_id, part, from_day=from_day, to_day=to_day, at=at)


def end_role(connection: Connection, account_id: str, part: RoleInForce, *, last_day: date) -> int:
    """End a part after a day, also one that has not begun; give how many rows were changed.

    A part that would end before it begins is taken away: it was in force on no day, and the
    record tells of it.
    """
    table = _TABLES["account_roles"]
    same = (
        (table.c.account_id == account_id)
        & (table.c.role == part.role)
        & (table.c.brand == part.brand)
        & (table.c.department == part.department)
        & or_(table.c.to_day.is_(None), table.c.to_day > last_day)
    )
    gone = connection.execute(table.delete().where(same, table.c.from_day > last_day)).rowcount
    cut = connection.execute(update(table).where(same).values(to_day=last_day)).rowcount
    return gone + cut


def active_administrators(connection: Connection, day: date) -> list[str]:
    """Read the active accounts that are administrators on a day."""
    return list(
        connection.execute(
            select(col(AccountRow.account_id))
            .join(AccountRoleRow, col(AccountRoleRow.account_id) == col(AccountRow.account_id))
            .where(
                col(AccountRow.is_active),
                col(AccountRoleRow.role) == "administrator",
                _in_force(day),
            )
            .distinct()
        ).scalars()
    )


# --- deputies -------------------------------------------------------------------------------------


def principals_of(connection: Connection, employee_id: str, day: date) -> list[str]:
    """Read whom a person stands in for on a day."""
    return list(
        connection.execute(
            select(col(DeputyRow.stands_in_for))
            .where(
                col(DeputyRow.employee_id) == employee_id,
                col(DeputyRow.from_day) <= day,
                col(DeputyRow.to_day) >= day,
                col(DeputyRow.ended_at).is_(None),
            )
            .distinct()
            .order_by(col(DeputyRow.stands_in_for))
        ).scalars()
    )


def read_deputies(connection: Connection) -> pd.DataFrame:
    """Read all deputies, the newest first."""
    columns = list(_TABLES["deputies"].c)
    rows = connection.execute(
        select(*columns).order_by(col(DeputyRow.from_day).desc(), col(DeputyRow.deputy_id))
    ).all()
    return pd.DataFrame(rows, columns=[column.name for column in columns])


def insert_deputy(connection: Connection, values: Mapping[str, Any]) -> None:
    """Add a deputy."""
    connection.execute(insert(_TABLES["deputies"]).values(**values))


def end_deputy_row(connection: Connection, deputy_id: str, *, at: datetime) -> None:
    """End a deputy's time at an instant."""
    table = _TABLES["deputies"]
    connection.execute(update(table).where(table.c.deputy_id == deputy_id).values(ended_at=at))


# --- the record -----------------------------------------------------------------------------------


def note_event(
    connection: Connection,
    kind: str,
    *,
    by: str,
    subject: str,
    at: datetime | None = None,
    **details: Any,
) -> None:
    """Add what happened to the record, in the transaction in which it happens."""
    connection.execute(
        insert(_TABLES["access_events"]).values(
            at=at or now(), kind=kind, by=by, subject=subject, details=details
        )
    )


def count_events(connection: Connection, kind: str, *, subject: str, since: datetime) -> int:
    """Count what happened to one subject since an instant."""
    table = _TABLES["access_events"]
    asked = select(func.count()).where(
        table.c.at > since, table.c.kind == kind, table.c.subject == subject
    )
    return int(connection.execute(asked).scalar() or 0)


def read_events(connection: Connection, *, limit: int) -> pd.DataFrame:
    """Read the record, the newest first.

    Wrong passcodes of one link are one row, the last one, whose details say how many they were:
    whoever guesses would fill the record with them.
    """
    columns = list(_TABLES["access_events"].c)
    kind, event_id = col(AccessEventRow.kind), col(AccessEventRow.event_id)
    counted = connection.execute(
        select(func.max(event_id), func.count())
        .where(kind == WRONG_PASSCODE)
        .group_by(col(AccessEventRow.subject))
    ).all()
    tried = {last: n for last, n in counted if last is not None}
    rows = connection.execute(
        select(*columns)
        .where((kind != WRONG_PASSCODE) | event_id.in_(list(tried)))
        .order_by(event_id.desc())
        .limit(limit)
    ).all()
    found = pd.DataFrame(rows, columns=[column.name for column in columns])
    told = [
        {**(details or {}), "n": tried[one]} if one in tried else details
        for one, details in zip(found["event_id"], found["details"], strict=True)
    ]
    return found.assign(details=pd.Series(told, index=found.index, dtype=object))
