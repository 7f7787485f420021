"""Something that changed on a day in some groups: a training, a pay change, a pilot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

EventKind = Literal["template", "training", "pay", "pilot", "other"]

EVENT_KINDS: Final[tuple[EventKind, ...]] = ("training", "pilot", "pay", "template", "other")
"""In the order in which they are offered."""

EVENT_AXES: Final = ("brand", "region", "role")
"""What an event may be limited to."""

Concerns = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class BusinessEvent:
    """An event and the groups it concerns.

    Attributes
    ----------
    event_id : str
        Tells it from others; of one that is offered, ``template:`` and what it is about.
    kind : str
        One of ``EVENT_KINDS``.
    name : str
        What people call it; empty for one that is offered: then its place says it.
    day : date
        The first day on which it was so.
    concerns : mapping of str to tuple of str
        Codes by axis of ``EVENT_AXES``; an axis that is not there: all of it.
    note : str
        What else should be known.
    created_by : str
        Who marked it: an account, an employee or a part; empty for one that is offered.
    created_at : datetime or None
        When it was marked.
    """

    event_id: str
    kind: str
    name: str
    day: date
    concerns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    created_by: str = ""
    created_at: datetime | None = None

    @property
    def is_offered(self) -> bool:
        """Whether nobody marked it: a version of a template begins by itself."""
        return self.created_at is None

    def codes(self, axis: str) -> tuple[str, ...]:
        """The codes of an axis that it is limited to; nothing for all."""
        return tuple(self.concerns.get(axis, ()))
