"""The tables of who may see what: accounts, deputies, shared links, and the record of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from perf_core.store.columns import UtcDateTime, instant, json_value


class AccountRow(SQLModel, table=True):
    """Somebody who may sign in, matched by the provider's subject or a verified e-mail."""

    __tablename__ = "accounts"
    account_id: str = Field(primary_key=True)
    email: str = Field(default="", index=True)
    """In lower case; empty where only the subject is known."""
    issuer: str = ""
    subject: str = ""
    name: str = ""
    employee_id: str = Field(default="", index=True)
    is_active: bool = True
    sessions_valid_after: datetime = instant()
    """A sign-in before this instant is over."""
    created_at: datetime = instant()
    created_by: str = ""
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AccountRoleRow(SQLModel, table=True):
    """A part an account plays for a time: executive, HR, brand head, manager, administrator."""

    __tablename__ = "account_roles"
    account_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    brand: str = Field(default="", primary_key=True)
    department: str = Field(default="", primary_key=True)
    from_day: date = Field(primary_key=True)
    to_day: date | None = None
    granted_by: str = ""
    granted_at: datetime = instant()


class DeputyRow(SQLModel, table=True):
    """One of the people sees for a time what another one sees; both days are included."""

    __tablename__ = "deputies"
    deputy_id: str = Field(primary_key=True)
    employee_id: str = Field(index=True)
    stands_in_for: str
    from_day: date
    to_day: date
    reason: str = ""
    created_by: str = ""
    created_at: datetime = instant()
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AccessEventRow(SQLModel, table=True):
    """What happened to accounts, rights and links: by whom, when, to whom. Only added to."""

    __tablename__ = "access_events"
    event_id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: str = Field(index=True)
    by: str = ""
    subject: str = ""
    details: dict[str, Any] = json_value()


class ShareLinkRow(SQLModel, table=True):
    """A read-only view of one review for a reader without an account."""

    __tablename__ = "share_links"
    link_id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    """SHA-256 of the token; the token itself is nowhere."""
    passcode_hash: str = ""
    kind: str
    subject: str
    period: str
    as_of: date
    title: str = ""
    content: dict[str, Any] = json_value()
    """What the reader sees, frozen when the link was made; pay is never in it."""
    hide_names: bool = False
    asks_for: str = ""
    readers: str = ""
    is_single_use: bool = False
    creator: str = Field(default="", index=True)
    """Whose links they are: an account, or a part and person where there is none."""
    created_by: dict[str, Any] = json_value()
    """The creator as a viewer: whose rights are asked again at every opening."""
    created_at: datetime = instant()
    expires_at: datetime = instant()
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str = ""


class ShareOpeningRow(SQLModel, table=True):
    """One reader's redeemed link: the cookie that was given for it."""

    __tablename__ = "share_openings"
    cookie_hash: str = Field(primary_key=True)
    link_id: str = Field(index=True)
    opened_at: datetime = instant()
    last_seen_at: datetime = instant()
    n_views: int = 0


class ShareAnswerRow(SQLModel, table=True):
    """A reader's comment or sign-off."""

    __tablename__ = "share_answers"
    answer_id: str = Field(primary_key=True)
    link_id: str = Field(index=True)
    opening: str = ""
    """The hash of the reader's cookie: what tells readers of one link apart."""
    answered_at: datetime = instant()
    reader: str = ""
    verdict: str = ""
    text: str = ""
