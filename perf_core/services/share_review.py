"""The creator's side of shared links: make one, see what became of it, take it back."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.domain.period import parse_period
from perf_core.domain.share import (
    Answer,
    AsksFor,
    CreatedLink,
    LinkKind,
    LinkState,
    LinkWish,
    ShareLink,
    creator_of,
    viewer_record,
)
from perf_core.domain.share_parts import ViewPart
from perf_core.services.share_review_content import Freezer, ScoresOf
from perf_core.services.share_review_parts import (
    EventFound,
    PartFound,
    PartOf,
    PeopleFound,
    ProblemFound,
    is_about_pay,
    tells_of_few,
)
from perf_core.services.share_review_secrets import (
    digest,
    hashed_passcode,
    new_passcode,
    new_token,
)
from perf_core.store import share_links as rows
from perf_core.store.accounts import find_account, note_event
from perf_core.store.clock import now as this_instant
from perf_core.store.engine import Store

__all__ = [
    "Answer",
    "AsksFor",
    "CreatedLink",
    "EventFound",
    "LinkKind",
    "LinkState",
    "LinkWish",
    "ListedLink",
    "PartFound",
    "PeopleFound",
    "ProblemFound",
    "ViewPart",
    "answers_about",
    "create_link",
    "is_about_pay",
    "list_links",
    "may_share",
    "revoke_link",
    "tells_of_few",
    "this_instant",
]


@dataclass(frozen=True)
class ListedLink:
    """A link as its creator's list shows it; the link itself cannot be shown again.

    Attributes
    ----------
    link : ShareLink
        Without its content; without its title where the viewer may no longer see whom it names.
    made_by : str
        Its maker by name, where the list is everybody's.
    state : LinkState
        Whether it opens, and why not.
    first_opened_at, last_seen_at : datetime or None
        When a reader opened it first and looked last.
    n_readers, n_views : int
        How many browsers opened it, and how often they looked.
    answers : tuple of Answer
        Every answer, the oldest first.
    """

    link: ShareLink
    made_by: str
    state: LinkState
    first_opened_at: datetime | None
    last_seen_at: datetime | None
    n_readers: int
    n_views: int
    answers: tuple[Answer, ...]

    @property
    def latest_answers(self) -> tuple[Answer, ...]:
        """What each reader said last."""
        latest = {(one.opening, one.reader): one for one in self.answers}
        return tuple(latest.values())


def may_share(scope: Scope, kind: LinkKind, subject: str = "", *, own_card: bool = True) -> bool:
    """Whether a viewer is offered to share: only what they may see themselves.

    An employee shares the own card, unless the settings say otherwise (``own_card``), and
    nothing else.
    """
    is_own = scope.viewer.kind is ViewerKind.EMPLOYEE
    if kind is LinkKind.PERSON:
        seen = scope.sees(subject) or subject in scope.former
        return seen and (own_card or not is_own)
    return not is_own and (scope.employees is None or len(scope.employees) > 0)


def create_link(
    store: Store,
    scope: Scope,
    wish: LinkWish,
    now: datetime,
    *,
    scores_of: ScoresOf | None = None,
    part_of: PartOf | None = None,
    own_card: bool = True,
) -> CreatedLink:
    """Make a link to what the viewer may see now, frozen as plain data.

    Parameters
    ----------
    store : Store
        The store to write.
    scope : Scope
        What the creator may see.
    wish : LinkWish
        What it shows, for how long, and what it asks for.
    now : datetime
        When it is made.
    scores_of : callable, optional
        The company's scores of a period, where they are at hand.
    part_of : callable, optional
        Finds what the open part of a comparison shows, for a scope; asked with the creator's
        people and no pay. Only known fields of what it finds are taken over.
    own_card : bool
        Whether employees may share their own card.

    Returns
    -------
    CreatedLink
        With the token and the passcode, which the store does not have.

    Raises
    ------
    NotAllowed
        The viewer may not see what is to be shared.
    NothingToShare
        It has no data in the period, or none that a link may carry.
    StoreBusy
        A load keeps SQLite for longer than a moment.
    """
    if not may_share(scope, wish.kind, wish.subject, own_card=own_card):
        raise NotAllowed(what=wish.subject or wish.kind.value)
    frozen = Freezer(store, scope, wish, scores_of, part_of).frozen()
    passcode = new_passcode() if wish.with_passcode else ""
    token = new_token(has_passcode=wish.with_passcode, is_comparison=wish.kind is LinkKind.VIEW)
    link_id = secrets.token_hex(8)
    content = frozen.content
    with store.noting() as connection:
        content["by"] = _name_of(connection, scope.viewer)
        rows.write_link(
            connection,
            link_id=link_id,
            token_hash=digest(token),
            passcode_hash=hashed_passcode(passcode) if passcode else "",
            kind=wish.kind.value,
            subject=wish.subject,
            period=wish.period.code,
            as_of=frozen.as_of,
            title=frozen.title,
            content=content,
            hide_names=wish.hide_names,
            asks_for=wish.asks_for.value,
            readers=wish.readers.strip(),
            is_single_use=wish.is_single_use,
            creator=creator_of(scope.viewer),
            created_by=viewer_record(scope.viewer),
            created_at=now,
            expires_at=wish.expires_at(now),
        )
        note_event(
            connection,
            "link_created",
            by=scope.viewer.signature,
            subject=link_id,
            shows=wish.kind.value,
            period=wish.period.code,
        )
    return CreatedLink(link_id, token, passcode, wish.expires_at(now))


def list_links(
    store: Store, scope: Scope, *, now: datetime, limit: int | None = None
) -> list[ListedLink]:
    """List the viewer's own links, or everybody's for HR, the newest first and so many of them.

    Whom the viewer may no longer see is not named, and what readers said of them is not told.
    """
    creator = None if _sees_all_links(scope) else creator_of(scope.viewer)
    with store.reading() as connection:
        links = rows.read_links(connection, creator=creator, limit=limit)
        ids = [link.link_id for link in links]
        openings = rows.read_openings(connection, ids)
        answers = defaultdict(list)
        for one in rows.read_answers(connection, ids):
            answers[one.link_id].append(one)
        about = rows.about_links(connection, ids)
    by_link = dict(list(openings.groupby("link_id")))
    listed = []
    for link in links:
        opened = by_link.get(link.link_id, openings.iloc[:0])
        people, made_by = about[link.link_id]
        is_seen = _is_seen(scope, link, people)
        listed.append(
            ListedLink(
                link if is_seen else replace(link, title="", subject="", readers=""),
                made_by if creator is None else "",
                link.state(now, n_openings=len(opened)),
                opened["opened_at"].min() if len(opened) else None,
                opened["last_seen_at"].max() if len(opened) else None,
                len(opened),
                int(opened["n_views"].sum()),
                tuple(answers[link.link_id]) if is_seen else (),
            )
        )
    return listed


def _sees_all_links(scope: Scope) -> bool:
    return scope.may_edit and scope.employees is None


def _is_seen(scope: Scope, link: ShareLink, people: list[str] | None) -> bool:
    if scope.employees is None:
        return True
    if people is None:
        return False
    period = parse_period(link.period)
    return all(scope.sees_period(one, period) for one in people)


def revoke_link(store: Store, scope: Scope, link_id: str, *, now: datetime) -> None:
    """Let a link open no more, at once and for good: its creator may, and HR.

    Raises
    ------
    NotFound
        There is no such link, or it is somebody else's.
    StoreBusy
        A load keeps SQLite for longer than a moment.
    """
    with store.noting() as connection:
        link = rows.link_by_id(connection, link_id)
        if link is None or not (_sees_all_links(scope) or link.creator == creator_of(scope.viewer)):
            raise NotFound(kind="link", code=link_id)
        by = scope.viewer.signature
        if rows.revoke(connection, link_id, at=now, by=by):
            note_event(connection, "link_revoked", by=by, subject=link_id)


def answers_about(store: Store, scope: Scope, employee_id: str) -> list[tuple[str, Answer]]:
    """Read what readers of a person's shared cards said, with each card's period.

    Who looks at the own page is shown the sign-offs, and what came back on links of their own.
    What others wrote about them is for those who lead them and for HR.

    Returns
    -------
    list of (str, Answer)
        The oldest first.

    Raises
    ------
    NotAllowed
        The viewer may not see the person.
    """
    if not (scope.sees(employee_id) or employee_id in scope.former):
        raise NotAllowed(what=employee_id)
    mine = creator_of(scope.viewer)
    is_self = scope.viewer.employee_id == employee_id and scope.viewer.kind is not ViewerKind.HR
    with store.reading() as connection:
        links = {
            link.link_id: link
            for link in rows.links_about(connection, employee_id)
            if scope.sees_period(employee_id, parse_period(link.period))
            and (not is_self or link.creator == mine or link.asks_for is AsksFor.SIGN_OFF)
        }
        answers = rows.read_answers(connection, list(links)) if links else []
    return [(links[one.link_id].period, one) for one in answers]


def _name_of(connection: Connection, viewer: Viewer) -> str:
    if viewer.account_id:
        account = find_account(connection, viewer.account_id)
        if account is not None and account.name:
            return account.name
    return rows.name_of_person(connection, viewer.employee_id or "")
