"""Shared links, who opened them, what they answered. Tokens and cookies come in as hashes only."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlmodel import col

from perf_core.domain.share import Answer, AsksFor, LinkKind, ShareLink, viewer_of
from perf_core.store.access_tables import ShareAnswerRow, ShareLinkRow, ShareOpeningRow
from perf_core.store.tables import Employee

_LINK = (
    "link_id",
    "kind",
    "subject",
    "period",
    "as_of",
    "title",
    "content",
    "hide_names",
    "asks_for",
    "readers",
    "is_single_use",
    "passcode_hash",
    "creator",
    "created_by",
    "created_at",
    "expires_at",
    "revoked_at",
    "revoked_by",
)
_TOLD = ("link_id", "kind", "title", "period")
_COLUMNS = tuple(getattr(ShareLinkRow, name) for name in _LINK)
_LISTED = tuple(getattr(ShareLinkRow, name) for name in _LINK if name != "content")


def write_link(
    connection: Connection,
    *,
    token_hash: str,
    created_by: Mapping[str, Any],
    **link: Any,
) -> None:
    """Write a new link (the fields of ``ShareLink``)."""
    connection.execute(
        insert(ShareLinkRow).values(
            token_hash=token_hash, created_by=dict(created_by), revoked_by="", **link
        )
    )


def link_of_token(
    connection: Connection, token_hash: str, *, lock: bool = False
) -> ShareLink | None:
    """Find the link of a token: one statement over one index.

    ``lock`` keeps others from redeeming it until the transaction ends.
    """
    asked = select(*_COLUMNS).where(col(ShareLinkRow.token_hash) == token_hash)
    return _found(connection, asked.with_for_update() if lock else asked)


def link_of_cookie(connection: Connection, cookie_hash: str) -> ShareLink | None:
    """Find the link that a reader's cookie was given for."""
    return _found(
        connection,
        select(*_COLUMNS)
        .join(ShareOpeningRow, col(ShareOpeningRow.link_id) == col(ShareLinkRow.link_id))
        .where(col(ShareOpeningRow.cookie_hash) == cookie_hash),
    )


def link_by_id(connection: Connection, link_id: str) -> ShareLink | None:
    """Find a link by its name in lists, which opens nothing."""
    return _found(connection, select(*_COLUMNS).where(col(ShareLinkRow.link_id) == link_id))


def _found(connection: Connection, asked: Any) -> ShareLink | None:
    row = connection.execute(asked).first()
    return None if row is None else _link(row)


def _link(row: Row[Any]) -> ShareLink:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
    values["kind"] = LinkKind(values["kind"])
    values["asks_for"] = AsksFor(values["asks_for"])
    values["created_by"] = viewer_of(values["created_by"])
    values.setdefault("content", {})
    return ShareLink(**values)


def read_links(
    connection: Connection, *, creator: str | None, limit: int | None = None
) -> list[ShareLink]:
    """Read one creator's links without their content, or everybody's, the newest first."""
    asked = select(*_LISTED).order_by(
        col(ShareLinkRow.created_at).desc(), col(ShareLinkRow.link_id)
    )
    if creator is not None:
        asked = asked.where(col(ShareLinkRow.creator) == creator)
    if limit is not None:
        asked = asked.limit(limit)
    return [_link(row) for row in connection.execute(asked)]


def about_links(
    connection: Connection, link_ids: Collection[str]
) -> dict[str, tuple[list[str] | None, str]]:
    """Read whom links are about (``None``: everybody) and who made them, without the rest."""
    content = col(ShareLinkRow.content)
    rows = connection.execute(
        select(col(ShareLinkRow.link_id), content["people"], content["by"]).where(
            col(ShareLinkRow.link_id).in_(list(link_ids))
        )
    )
    return {link_id: (people, str(by or "")) for link_id, people, by in rows}


def told_links(connection: Connection, link_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Read what links are called in the record: ``kind``, ``title``, ``period``, ``made_by``."""
    rows = connection.execute(
        select(*(getattr(ShareLinkRow, name) for name in (*_TOLD, "created_by"))).where(
            col(ShareLinkRow.link_id).in_(list(link_ids))
        )
    )
    return {
        link_id: {**dict(zip(_TOLD[1:], told, strict=True)), "made_by": viewer_of(by).signature}
        for link_id, *told, by in rows
    }


def revoke(connection: Connection, link_id: str, *, at: datetime, by: str) -> bool:
    """Let a link open no more; whether it was not revoked before."""
    done = connection.execute(
        update(ShareLinkRow)
        .where(col(ShareLinkRow.link_id) == link_id, col(ShareLinkRow.revoked_at).is_(None))
        .values(revoked_at=at, revoked_by=by)
    )
    return bool(done.rowcount)


# --- openings -------------------------------------------------------------------------------------


def write_opening(connection: Connection, cookie_hash: str, link_id: str, *, at: datetime) -> None:
    """Note that a reader opened a link."""
    connection.execute(
        insert(ShareOpeningRow).values(
            cookie_hash=cookie_hash, link_id=link_id, opened_at=at, last_seen_at=at, n_views=0
        )
    )


def touch_opening(connection: Connection, cookie_hash: str, *, at: datetime) -> None:
    """Count one more view of a reader."""
    connection.execute(
        update(ShareOpeningRow)
        .where(col(ShareOpeningRow.cookie_hash) == cookie_hash)
        .values(last_seen_at=at, n_views=col(ShareOpeningRow.n_views) + 1)
    )


def count_openings(connection: Connection, link_id: str) -> int:
    """How many browsers hold an opened link."""
    found = connection.execute(
        select(func.count()).where(col(ShareOpeningRow.link_id) == link_id)
    ).scalar()
    return int(found or 0)


def drop_oldest_openings(connection: Connection, link_id: str, *, keep: int) -> None:
    """Forget the longest unseen openings of a link; their readers press the button again."""
    kept = (
        select(col(ShareOpeningRow.cookie_hash))
        .where(col(ShareOpeningRow.link_id) == link_id)
        .order_by(col(ShareOpeningRow.last_seen_at).desc())
        .limit(keep)
    )
    hashes = [one for (one,) in connection.execute(kept)]
    connection.execute(
        delete(ShareOpeningRow).where(
            col(ShareOpeningRow.link_id) == link_id,
            col(ShareOpeningRow.cookie_hash).not_in(hashes),
        )
    )


def read_openings(connection: Connection, link_ids: Collection[str]) -> pd.DataFrame:
    """Read when links were opened.

    Returns
    -------
    DataFrame
        ``link_id``, ``opened_at``, ``last_seen_at``, ``n_views``: one row per browser, by time.
    """
    names = ["link_id", "opened_at", "last_seen_at", "n_views"]
    rows = connection.execute(
        select(*(getattr(ShareOpeningRow, name) for name in names))
        .where(col(ShareOpeningRow.link_id).in_(list(link_ids)))
        .order_by(col(ShareOpeningRow.opened_at))
    ).all()
    return pd.DataFrame(rows, columns=names)


# --- answers --------------------------------------------------------------------------------------


def write_answer(connection: Connection, link_id: str, answer: Answer) -> None:
    """Keep what a reader said, beside what was said before."""
    connection.execute(
        insert(ShareAnswerRow).values(
            answer_id=uuid.uuid4().hex,
            link_id=link_id,
            opening=answer.opening,
            answered_at=answer.answered_at,
            reader=answer.reader,
            verdict=answer.verdict,
            text=answer.text,
        )
    )


def read_answers(connection: Connection, link_ids: Collection[str]) -> list[Answer]:
    """Read every answer to links, the oldest first."""
    rows = connection.execute(
        select(ShareAnswerRow)
        .where(col(ShareAnswerRow.link_id).in_(list(link_ids)))
        .order_by(col(ShareAnswerRow.answered_at), col(ShareAnswerRow.answer_id))
    )
    return [
        Answer(row.answered_at, row.reader, row.verdict, row.text, row.link_id, row.opening)
        for row in rows
    ]


def links_about(connection: Connection, employee_id: str) -> list[ShareLink]:
    """Read the links to one person's card, without their content."""
    asked = select(*_LISTED).where(
        col(ShareLinkRow.kind) == LinkKind.PERSON.value,
        col(ShareLinkRow.subject) == employee_id,
    )
    return [_link(row) for row in connection.execute(asked)]


def name_of_person(connection: Connection, employee_id: str) -> str:
    """What somebody of the company is called; nothing where nobody is meant."""
    found = connection.execute(
        select(col(Employee.name)).where(col(Employee.employee_id) == employee_id)
    ).scalar()
    return str(found or "")
