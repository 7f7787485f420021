"""Mark what changed in the business, so that before and after can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.business_event import EVENT_AXES, EVENT_KINDS, BusinessEvent, Concerns
from perf_core.domain.catalogue import Template
from perf_core.domain.errors import (
    ChangedMeanwhile,
    NeedsName,
    NotAllowed,
    NotFound,
    PerfError,
    TooLong,
    not_among,
)
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import named_codes
from perf_core.services.score_period import read_basis
from perf_core.store.business_events import mark_removed, read_events, write_event
from perf_core.store.business_events import revise_event as replace_event
from perf_core.store.clock import now
from perf_core.store.directory import read_data_days
from perf_core.store.engine import Store

MOST_LETTERS = {"name": 120, "note": 1_000}

_OF_EVERYBODY = frozenset({ViewerKind.HR, ViewerKind.EXECUTIVE})


def may_mark(scope: Scope, concerns: Concerns) -> bool:
    """Whether the viewer may mark or remove an event of these groups.

    HR and executives may for all of them, who leads brands for these alone.

    Examples
    --------
    >>> from perf_core.domain.access import PayRight, Viewer
    >>> head = Viewer(ViewerKind.BRAND_HEAD, "Zhao", brands=frozenset({"luxe"}))
    >>> scope = Scope(head, frozenset({"Zhao", "Lin"}), PayRight.NONE)
    >>> may_mark(scope, {"brand": ["luxe"]}), may_mark(scope, {"role": ["service"]})
    (True, False)
    """
    viewer = scope.viewer
    if viewer.kind in _OF_EVERYBODY:
        return True
    brands = frozenset(concerns.get("brand", ()))
    return bool(brands) and brands <= viewer.brands


def may_mark_any(scope: Scope) -> bool:
    """Whether there are any groups whose events the viewer may mark."""
    return scope.viewer.kind in _OF_EVERYBODY or bool(scope.viewer.brands)


def list_events(store: Store, *, scope: Scope) -> tuple[BusinessEvent, ...]:
    """Give the events of the groups that the viewer sees people of, newest day first.

    Those that were marked, and the versions of templates that began while there was data: these
    are offered by themselves.
    """
    with store.reading() as connection:
        basis = read_basis(store, connection)
        marked = read_events(connection)
        since, _ = read_data_days(connection)
    known = {(one.day, frozenset(_pairs(one))) for one in marked if one.kind == "template"}
    offered = [
        event
        for event in template_events(basis.catalogue.templates, since=since)
        if (event.day, frozenset(_pairs(event))) not in known
    ]
    people = scope.narrow(basis.company.assignments)
    seen = [one for one in (*marked, *offered) if _touches(one, scope, people)]
    return tuple(sorted(seen, key=lambda one: (one.day, one.event_id), reverse=True))


def template_events(
    templates: tuple[Template, ...], *, since: date | None
) -> tuple[BusinessEvent, ...]:
    """Give each version of a template that began after the first day of data as an event."""
    found = []
    for template in templates:
        if not template.valid_from:
            continue
        try:
            day = parse_period(template.valid_from).start
        except PerfError:
            continue
        if since is not None and day <= since:
            continue
        concerns = {"role": (template.role,)}
        if template.brand:
            concerns["brand"] = (template.brand,)
        code = f"template:{template.code}:{template.valid_from}"
        found.append(BusinessEvent(code, "template", "", day, concerns))
    return tuple(found)


def record_event(
    store: Store,
    *,
    scope: Scope,
    kind: str,
    name: str,
    day: date,
    concerns: Mapping[str, tuple[str, ...]],
    note: str = "",
) -> str:
    """Mark an event and return its id.

    Parameters
    ----------
    store : Store
        The store to write.
    scope : Scope
        Who marks it.
    kind : str
        One of ``EVENT_KINDS``.
    name : str
        What people call it.
    day : date
        The first day on which it was so.
    concerns : mapping of str to tuple of str
        The brands, regions and roles concerned; an axis without codes: all of it.
    note : str
        What else should be known.

    Raises
    ------
    NotAllowed, NotFound, NeedsName, TooLong
        Why it was not marked.
    """
    limits, texts = _checked(scope, kind=kind, name=name, concerns=concerns, note=note)
    with store.writing() as connection:
        _refuse_unknown(limits, named_codes(read_basis(store, connection)))
        event = BusinessEvent(
            event_id=uuid4().hex,
            kind=kind,
            name=texts["name"],
            day=day,
            concerns=limits,
            note=texts["note"],
            created_by=_who(scope),
            created_at=now(),
        )
        write_event(connection, event)
    return event.event_id


def revise_event(
    store: Store,
    event_id: str,
    *,
    scope: Scope,
    kind: str,
    name: str,
    day: date,
    concerns: Mapping[str, tuple[str, ...]],
    note: str = "",
    expected: BusinessEvent | None = None,
) -> None:
    """Change an event that was marked; what it said before stays kept, with who and when.

    Parameters
    ----------
    event_id : str
        Which one; it keeps its id, so that links to it stay right.
    store, scope, kind, name, day, concerns, note
        As of :func:`record_event`.
    expected : BusinessEvent, optional
        What the event was when the doer looked: not overwritten if somebody else was quicker.

    Raises
    ------
    NotAllowed, NotFound, NeedsName, TooLong, ChangedMeanwhile
        Why it was not changed; the viewer must be allowed to mark what it was and what it becomes.
    """
    limits, texts = _checked(scope, kind=kind, name=name, concerns=concerns, note=note)
    with store.writing() as connection:
        _refuse_unknown(limits, named_codes(read_basis(store, connection)))
        _marked(connection, event_id, scope, expected)
        event = BusinessEvent(
            event_id=event_id,
            kind=kind,
            name=texts["name"],
            day=day,
            concerns=limits,
            note=texts["note"],
            created_by=_who(scope),
            created_at=now(),
        )
        replace_event(connection, event, at=now())


def _checked(
    scope: Scope, *, kind: str, name: str, concerns: Mapping[str, tuple[str, ...]], note: str
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The groups and texts of an event as they are kept, if the viewer may mark it."""
    limits = {axis: tuple(dict.fromkeys(codes)) for axis, codes in concerns.items() if codes}
    if not may_mark(scope, limits):
        raise NotAllowed(what="event")
    if kind not in EVENT_KINDS:
        raise NotFound(kind="kind of event", code=kind)
    texts = {"name": name.strip(), "note": note.strip()}
    if not texts["name"]:
        raise NeedsName
    for field, text in texts.items():
        if len(text) > MOST_LETTERS[field]:
            raise TooLong(most=MOST_LETTERS[field], length=len(text))
    return limits, texts


def _marked(
    connection: Connection, event_id: str, scope: Scope, expected: BusinessEvent | None
) -> None:
    """Refuse to change an event that is gone, another one by now, or not the viewer's to change."""
    event = next((one for one in read_events(connection) if one.event_id == event_id), None)
    if event is None:
        raise NotFound(kind="event", code=event_id)
    if not may_mark(scope, event.concerns):
        raise NotAllowed(what="event")
    if expected is not None and event != expected:
        raise ChangedMeanwhile(what=event.name)


def remove_event(
    store: Store, event_id: str, *, scope: Scope, expected: BusinessEvent | None = None
) -> None:
    """Take an event off the list; the row stays, with when that was.

    Parameters
    ----------
    store, event_id, scope, expected
        As of :func:`revise_event`.

    Raises
    ------
    NotAllowed
        The viewer may not mark events of these groups either.
    NotFound
        There is no such event, or it was removed meanwhile.
    ChangedMeanwhile
        The event is not the expected one any more.
    """
    with store.writing() as connection:
        _marked(connection, event_id, scope, expected)
        mark_removed(connection, event_id, now())


def _who(scope: Scope) -> str:
    viewer = scope.viewer
    return viewer.account_id or viewer.employee_id or viewer.kind.value


def _refuse_unknown(limits: Concerns, known: Mapping[str, frozenset[str]]) -> None:
    for axis, codes in limits.items():
        if axis not in EVENT_AXES:
            raise NotFound(kind="axis", code=axis)
        for code in codes:
            if code not in known[axis]:
                raise not_among(axis, code, known[axis])


def _pairs(event: BusinessEvent) -> list[tuple[str, str]]:
    return [(axis, code) for axis, codes in event.concerns.items() for code in codes]


def _touches(event: BusinessEvent, scope: Scope, people: pd.DataFrame) -> bool:
    """Whether somebody the viewer sees was ever in the groups concerned."""
    if scope.employees is None:
        return True
    inside = people
    for axis, codes in event.concerns.items():
        inside = inside[inside[axis].isin(list(codes))]
    return len(inside) > 0
