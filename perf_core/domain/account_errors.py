"""Wishes about accounts and rights that cannot be granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from perf_core.domain.errors import PerfError


@dataclass
class BadAccount(PerfError):
    """An account without an address to match it by."""

    email: str
    sentence: ClassVar[str] = (
        "“{email}” is not an e-mail address: write the one the person signs in with."
    )


@dataclass
class AccountExists(PerfError):
    """An account for an address or a person that has one."""

    what: str
    sentence: ClassVar[str] = "“{what}” has an account already: change that one."


@dataclass
class BadPart(PerfError):
    """A part that nobody can play."""

    part: str
    parts: str
    sentence: ClassVar[str] = (
        "“{part}” is not a part to play: choose from {parts}. A brand head needs a brand, a "
        "manager a department."
    )


@dataclass
class BadPartTime(PerfError):
    """A part that ends before it begins."""

    from_day: date
    to_day: date
    sentence: ClassVar[str] = (
        "The last day, {to_day}, comes before the first one, {from_day}: choose a later one, or "
        "leave it empty."
    )


@dataclass
class OwnRights(PerfError):
    """Somebody changing their own rights."""

    sentence: ClassVar[str] = "Nobody changes their own rights: ask another administrator."


@dataclass
class LastAdministrator(PerfError):
    """Nobody would be left to keep accounts."""

    sentence: ClassVar[str] = (
        "This is the last administrator: name another one first, then take this one away."
    )


@dataclass
class DeputyIncomplete(PerfError):
    """A deputy without one of the two people."""

    sentence: ClassVar[str] = "Choose both people: who stands in, and for whom."


@dataclass
class DeputyOfSelf(PerfError):
    """Somebody who is to stand in for themselves."""

    sentence: ClassVar[str] = "Nobody stands in for themselves: choose two different people."


@dataclass
class BadDeputyTime(PerfError):
    """A time of standing in that makes no sense."""

    from_day: date
    to_day: date
    sentence: ClassVar[str] = (
        "Nobody can stand in from {from_day} to {to_day}: choose a last day that does not come "
        "before the first one, and at most a year."
    )


@dataclass
class DeputyExists(PerfError):
    """Somebody who stands in already."""

    from_day: date
    to_day: date
    sentence: ClassVar[str] = (
        "This deputy is named already, from {from_day} to {to_day}: end that first, or choose "
        "other days."
    )
