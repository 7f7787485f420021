"""The reader's side of shared links: redeem, read, answer; rights are asked at every request."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.errors import AnswerIncomplete, NotAllowed, StoreBusy, TooLong
from perf_core.domain.period import parse_period
from perf_core.domain.share import (
    LONGEST_ANSWER,
    LONGEST_NAME,
    LOST_RIGHT,
    Answer,
    AsksFor,
    LinkKind,
    LinkState,
    Refusal,
    ShareLink,
    Verdict,
)
from perf_core.services.score_period import read_basis
from perf_core.services.share_review_secrets import (
    COOKIE_SHAPE,
    TOKEN_SHAPE,
    Attempts,
    digest,
    is_passcode,
    new_cookie,
)
from perf_core.services.viewers import scope_today
from perf_core.store import share_links as rows
from perf_core.store.accounts import WRONG_PASSCODE, count_events, note_event
from perf_core.store.engine import Store

__all__ = [
    "Attempts",
    "Opened",
    "Refused",
    "Review",
    "answer",
    "company_day",
    "open_review",
    "redeem",
    "seen_now",
]

MOST_OPENINGS: Final = 200
"""How many browsers may hold one link; the longest unseen gives way."""

MOST_ANSWERS: Final = 100
"""How many answers one link takes: more is somebody's script."""

_GLANCE: Final = 0.2


@dataclass(frozen=True)
class Opened:
    """A redeemed link: the cookie's value is handed out here and nowhere else."""

    link_id: str
    cookie: str
    expires_at: datetime


@dataclass(frozen=True)
class Refused:
    """Why nothing is shown."""

    reason: Refusal


@dataclass(frozen=True)
class Review:
    """What a reader may see at this moment.

    Attributes
    ----------
    link : ShareLink
        The link, its content narrowed to whom its creator may see now.
    shared_by : str
        The creator by name; empty where there is none.
    answers : tuple of Answer
        What this reader said, the oldest first.
    """

    link: ShareLink
    shared_by: str
    answers: tuple[Answer, ...]


def redeem(
    store: Store,
    token: str,
    passcode: str,
    now: datetime,
    *,
    today: date | None = None,
    needs_account: bool = False,
    address: str = "",
    attempts: Attempts | None = None,
    cookies: Mapping[str, str] | None = None,
) -> Opened | Refused:
    """Exchange a token for a cookie of this reader's own.

    A wrong token costs one statement. Whoever holds the token of a link that no longer opens is
    told the same as whoever holds a wrong one.

    Parameters
    ----------
    store : Store
        The store to ask.
    token, passcode : str
        As the reader sent them.
    now : datetime
        When.
    today : date, optional
        The day whose rights count; without it the company's day at ``now``.
    needs_account : bool
        Whether links of creators without an account end: there is sign-in now, and whoever made
        them had only said who they were.
    address : str
        What tells readers apart when passcodes are guessed.
    attempts : Attempts, optional
        Counts passcodes that are tried, and says how many wrong ones the store may have counted;
        without it nobody asks.
    cookies : mapping of str to str, optional
        The cookies this browser has by link: who opened the link already keeps the cookie.
    """
    if not TOKEN_SHAPE.fullmatch(token):
        return Refused(Refusal.UNKNOWN)
    with store.reading() as connection:
        link = rows.link_of_token(connection, digest(token))
        if link is None or link.state(now) is not LinkState.OPEN:
            return Refused(Refusal.UNKNOWN)
        cookie = (cookies or {}).get(link.link_id, "")
        if _holds(connection, link, cookie):
            return Opened(link.link_id, cookie, link.expires_at)
    if link.passcode_hash:
        wrong = _refused_passcode(store, link, passcode, now, address=address, attempts=attempts)
        if wrong is not None:
            return Refused(wrong)
    if _narrowed(store, link, now=now, today=today, needs_account=needs_account) is None:
        return Refused(Refusal.UNKNOWN)
    return _opening(store, digest(token), now)


def _opening(store: Store, token_hash: str, now: datetime) -> Opened | Refused:
    """Give a new cookie for a link, which others may be redeeming at the same moment."""
    cookie = new_cookie()
    with store.noting() as connection:
        link = rows.link_of_token(connection, token_hash, lock=True)
        if link is None:
            return Refused(Refusal.UNKNOWN)
        n_openings = rows.count_openings(connection, link.link_id)
        if link.state(now, n_openings=n_openings) is not LinkState.OPEN:
            return Refused(Refusal.UNKNOWN)
        if n_openings >= MOST_OPENINGS:
            rows.drop_oldest_openings(connection, link.link_id, keep=MOST_OPENINGS - 1)
        rows.write_opening(connection, digest(cookie), link.link_id, at=now)
        note_event(connection, "link_opened", by="", subject=link.link_id)
    return Opened(link.link_id, cookie, link.expires_at)


def _holds(connection: Connection, link: ShareLink, cookie: str) -> bool:
    if not COOKIE_SHAPE.fullmatch(cookie):
        return False
    held = rows.link_of_cookie(connection, digest(cookie))
    return held is not None and held.link_id == link.link_id


def _refused_passcode(
    store: Store,
    link: ShareLink,
    passcode: str,
    now: datetime,
    *,
    address: str,
    attempts: Attempts | None,
) -> Refusal | None:
    """Why a passcode opens nothing: wrong ones are counted in the store, for all processes."""
    if not passcode.strip():
        return Refusal.PASSCODE_NEEDED
    if attempts is not None:
        if not attempts.may_try(link.link_id, address):
            return Refusal.TOO_MANY
        with store.reading() as connection:
            n_wrong = count_events(
                connection, WRONG_PASSCODE, subject=link.link_id, since=now - attempts.counted_for
            )
        if n_wrong >= attempts.most_of_link:
            return Refusal.TOO_MANY
    if is_passcode(passcode, link.passcode_hash):
        if attempts is not None:
            attempts.forget(link.link_id, address)
        return None
    with store.noting() as connection:
        note_event(connection, WRONG_PASSCODE, by="", subject=link.link_id, at=now)
    return Refusal.PASSCODE_WRONG


def open_review(
    store: Store,
    link_id: str,
    cookie: str,
    now: datetime,
    *,
    today: date | None = None,
    needs_account: bool = False,
) -> Review | Refused:
    """Show a redeemed link, if it may still be shown: asked of the store at every request."""
    found = _opened(store, link_id, cookie, now, today=today, needs_account=needs_account)
    if isinstance(found, Refused):
        return found
    with suppress(StoreBusy), store.noting(wait_seconds=_GLANCE) as connection:
        rows.touch_opening(connection, digest(cookie), at=now)
    with store.reading() as connection:
        said = rows.read_answers(connection, [link_id])
    own = tuple(one for one in said if one.opening == digest(cookie))
    return Review(found, str(found.content.get("by", "")), own)


def answer(
    store: Store,
    link_id: str,
    cookie: str,
    now: datetime,
    *,
    today: date | None = None,
    needs_account: bool = False,
    reader: str,
    verdict: str,
    text: str,
) -> Refused | None:
    """Keep what a reader says, beside what they said before.

    Raises
    ------
    AnswerIncomplete
        No name, no verdict where one is asked for, or a disagreement without its reason.
    TooLong
        A name or text beyond its room.
    StoreBusy
        A load keeps SQLite for longer than a moment.
    """
    link = _opened(store, link_id, cookie, now, today=today, needs_account=needs_account)
    if isinstance(link, Refused):
        return link
    if link.asks_for is AsksFor.NOTHING:
        return Refused(Refusal.UNKNOWN)
    said = _checked_answer(link, reader.strip(), verdict, text.strip(), now)
    with store.noting() as connection:
        if len(rows.read_answers(connection, [link_id])) >= MOST_ANSWERS:
            return Refused(Refusal.TOO_MANY)
        rows.write_answer(connection, link_id, replace(said, opening=digest(cookie)))
        note_event(connection, "link_answered", by="", subject=link_id, verdict=said.verdict)
    return None


def _checked_answer(link: ShareLink, reader: str, verdict: str, text: str, now: datetime) -> Answer:
    for room, written in ((LONGEST_NAME, reader), (LONGEST_ANSWER, text)):
        if len(written) > room:
            raise TooLong(most=room, length=len(written))
    is_signed = link.asks_for is AsksFor.SIGN_OFF
    needs_text = not is_signed or verdict == Verdict.DISAGREE
    if not reader or (is_signed and verdict not in set(Verdict)) or (needs_text and not text):
        raise AnswerIncomplete
    return Answer(now, _clean(reader), verdict if is_signed else "", _clean(text))


def _clean(text: str) -> str:
    """Text without signs that no person types; PostgreSQL refuses a zero byte."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _opened(
    store: Store,
    link_id: str,
    cookie: str,
    now: datetime,
    *,
    today: date | None = None,
    needs_account: bool = False,
) -> ShareLink | Refused:
    """The link of a cookie, narrowed to what its creator may see, or why it is not shown."""
    if not COOKIE_SHAPE.fullmatch(cookie):
        return Refused(Refusal.UNKNOWN)
    with store.reading() as connection:
        link = rows.link_of_cookie(connection, digest(cookie))
    if link is None or link.link_id != link_id:
        return Refused(Refusal.UNKNOWN)
    match link.state(now):
        case LinkState.EXPIRED:
            return Refused(Refusal.EXPIRED)
        case LinkState.REVOKED | LinkState.ENDED:
            return Refused(Refusal.GONE)
        case _:
            narrowed = _narrowed(store, link, now=now, today=today, needs_account=needs_account)
            return Refused(Refusal.GONE) if narrowed is None else narrowed


# --- the creator's rights, now --------------------------------------------------------------------


def seen_now(link: ShareLink, scope: Scope) -> Mapping[str, Any] | None:
    """The content of a link as far as a scope holds it; nothing where it holds too little.

    Numbers of groups cannot be taken apart, so the link dies with the first person its creator
    may no longer see, in any of the periods they are of. A team's review loses that person's row,
    and dies with the last one.
    """
    period = parse_period(link.period)
    people: list[str] | None = link.content["people"]
    if people is None:
        return link.content if scope.employees is None else None
    seen = [scope.sees_period(one, period) for one in people]
    if link.kind is not LinkKind.TEAM:
        spans = link.content.get("spans") or {}
        held = all(
            scope.sees_period(one, span)
            for span, whom in ((parse_period(code), whom) for code, whom in spans.items())
            for one in whom
        )
        return link.content if all(seen) and held else None
    if not any(seen):
        return None
    kept = [row for row, is_seen in zip(link.content["rows"], seen, strict=True) if is_seen]
    return {**link.content, "rows": kept, "is_partial": not all(seen)}


def _narrowed(
    store: Store, link: ShareLink, *, now: datetime, today: date | None, needs_account: bool
) -> ShareLink | None:
    """The link as its creator may see it today; without that right it ends for good."""
    content = None
    if link.created_by.account_id or not needs_account:
        with suppress(NotAllowed):
            day = today or company_day(store, now)
            content = seen_now(link, scope_today(store, link.created_by, today=day))
    if content is not None:
        return replace(link, content=content)
    # Not shown in any case; that it ended is noted as soon as the store lets us.
    with suppress(StoreBusy), store.noting(wait_seconds=_GLANCE) as connection:
        if rows.revoke(connection, link.link_id, at=now, by=LOST_RIGHT):
            note_event(connection, "link_ended", by="", subject=link.link_id)
    return None


def company_day(store: Store, now: datetime) -> date:
    """The day it is where the company is; never before the newest day with data."""
    with store.reading() as connection:
        basis = read_basis(store, connection)
    day = now.astimezone(ZoneInfo(basis.catalogue.settings.timezone)).date()
    return max(day, basis.company.data_day or date.min)
