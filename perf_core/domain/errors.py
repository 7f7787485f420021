"""Wishes that cannot be granted, one small class per reason.

An error carries the facts; the floor that faces the person words them.
``message()`` gives the English sentence that the command line prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import ClassVar


@dataclass
class PerfError(Exception):
    """Something a person asked for cannot be done; the fields say why."""

    sentence: ClassVar[str] = "This cannot be done."

    def message(self) -> str:
        """The reason as one English sentence with its advice."""
        return self.sentence.format(**self.facts())

    def facts(self) -> dict[str, object]:
        """The named places of the sentence."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        """Show the sentence, also in logs."""
        return self.message()


@dataclass
class BadPeriod(PerfError):
    """A period that cannot be read."""

    text: str
    sentence: ClassVar[str] = (
        "“{text}” is not a period: write 2026-06, 2026-Q2, 2026-W23, 2026, 2026-06-15 "
        "or 2026-05-30..2026-08-29."
    )


@dataclass
class BadDay(PerfError):
    """A day that cannot be read."""

    text: str
    sentence: ClassVar[str] = "“{text}” is not a day: write 2026-06-15."


@dataclass
class FormulaError(PerfError):
    """A formula that cannot be read; ``position`` counts characters from 0."""

    formula: str
    position: int
    reason: str
    sentence: ClassVar[str] = "In “{formula}”, at character {position}: {reason}."


@dataclass
class WeightsDoNotSum(PerfError):
    """Template weights that do not add up to 100."""

    total: float
    template: str
    sentence: ClassVar[str] = (
        "The weights of “{template}” sum to {total:g}, they must sum to exactly 100."
    )


@dataclass
class BadTarget(PerfError):
    """A target of zero or below."""

    indicator: str
    value: float
    sentence: ClassVar[str] = "The target of “{indicator}” must be above 0, not {value:g}."


@dataclass
class TargetTooLarge(PerfError):
    """A target beyond what any file may bring."""

    indicator: str
    most: int
    sentence: ClassVar[str] = (
        "The target of “{indicator}” is beyond {most:,}: check its unit and its zeros."
    )


@dataclass
class NotAllowed(PerfError):
    """The viewer may not see or do this."""

    what: str
    sentence: ClassVar[str] = "You may not see or do this: {what}."


@dataclass
class NotFound(PerfError):
    """A thing named by its code that the store does not hold."""

    kind: str
    code: str
    sentence: ClassVar[str] = "There is no {kind} “{code}”."


_MOST_NAMED = 12


@dataclass
class NotAmong(NotFound):
    """A thing named by its code that is none of a few known ones."""

    known: str
    sentence: ClassVar[str] = "There is no {kind} “{code}”. What there is: {known}."


def not_among(kind: str, code: str, known: Iterable[str]) -> NotFound:
    """Say that nothing has a code, and what there is: the likest first, where there are many.

    Examples
    --------
    >>> not_among("brand", "lux", ["core", "luxe"]).message()
    'There is no brand “lux”. What there is: luxe, core.'
    >>> not_among("brand", "lux", []).message()
    'There is no brand “lux”.'
    """
    codes = sorted(one for one in known if one)
    if not codes:
        return NotFound(kind, code)
    folded = code.casefold()
    codes.sort(key=lambda one: -SequenceMatcher(None, one.casefold(), folded).ratio())
    rest = ["…"] if len(codes) > _MOST_NAMED else []
    return NotAmong(kind, code, ", ".join([*codes[:_MOST_NAMED], *rest]))


@dataclass
class NothingWithin(PerfError):
    """Limits of one axis that exclude one another."""

    axis: str
    limits: str
    sentence: ClassVar[str] = "No {axis} is in all of {limits}: take one of these limits away."


@dataclass
class StoreNotReady(PerfError):
    """The store is missing or has another schema."""

    url: str
    sentence: ClassVar[str] = "The store {url} is not set up: run `python -m perf_core init` first."


@dataclass
class StoreFromNewerProgram(PerfError):
    """The store's tables are newer than the program."""

    url: str
    version: str
    sentence: ClassVar[str] = (
        "The store {url} has the tables of a newer version ({version}): update this program."
    )


@dataclass
class StoreUnreachable(PerfError):
    """The database does not answer."""

    url: str
    reason: str
    sentence: ClassVar[str] = (
        "The store {url} cannot be reached ({reason}): check PERF_DATABASE_URL or --db."
    )


@dataclass
class ChangedMeanwhile(PerfError):
    """What a form started from is no longer what the store holds."""

    what: str
    sentence: ClassVar[str] = (
        "“{what}” was changed by somebody else meanwhile. Look at it again before you change it."
    )


@dataclass
class NeedsReason(PerfError):
    """A change that has to be explained, without an explanation."""

    sentence: ClassVar[str] = "Say why: the reason stays with the change."


@dataclass
class NeedsName(PerfError):
    """Something that others are to find, without a name."""

    sentence: ClassVar[str] = "Give it a name: that is how others find it."


@dataclass
class PeriodClosed(PerfError):
    """A change to a period that is over: it can be scored again to the same digits."""

    period: str
    sentence: ClassVar[str] = "The period {period} is over; its targets stay as they were."


@dataclass
class StoreNotEmpty(PerfError):
    """A demo company for a store that holds people already."""

    people: int
    sentence: ClassVar[str] = (
        "The store holds people already ({people}): the demo company needs a store of its own "
        "(--db sqlite:///demo.db)."
    )


@dataclass
class DemoRefused(PerfError):
    """The demo company's files were not taken."""

    reason: str
    sentence: ClassVar[str] = "{reason}"


@dataclass
class BadFiles(PerfError):
    """Files with too many rejected rows."""

    files: str
    sentence: ClassVar[str] = (
        "Nothing was loaded: more than 20 % of the rows are rejected in {files}. Correct them, "
        "or load with --allow-rejects or --skip-bad-files."
    )


@dataclass
class NothingToLoad(PerfError):
    """No file of a delivery is a table."""

    sentence: ClassVar[str] = (
        "Nothing was loaded: none of the files could be recognised as a table."
    )


@dataclass
class CannotUndo(PerfError):
    """A later load touched the same keys."""

    load: int
    later: str
    sentence: ClassVar[str] = (
        "Load {load} cannot be undone: load {later} changed some of the same rows later. "
        "Undo that first."
    )


@dataclass
class NothingToUndo(PerfError):
    """The load was refused, or is undone already."""

    load: int
    status: str
    sentence: ClassVar[str] = "Load {load} is {status}: there is nothing to undo."


@dataclass
class UnknownTable(PerfError):
    """A table that is not exported."""

    table: str
    tables: str
    sentence: ClassVar[str] = "There is no table “{table}” to export: choose from {tables}."


@dataclass
class BadCatalogue(PerfError):
    """Catalogue entries that cannot be taken; nothing of their load is.

    ``problems`` are those of ``domain.catalogue_entries``, each a line with place and advice.
    """

    problems: tuple[object, ...]
    sentence: ClassVar[str] = "The catalogue was not changed. Problems: {count}, the first: {first}"

    def facts(self) -> dict[str, object]:
        """How many problems there are, and the first in words."""
        first = str(self.problems[0]) if self.problems else ""
        return {"count": len(self.problems), "first": first}


@dataclass
class BadExpiry(PerfError):
    """A link that would open for too long, or not at all."""

    days: int
    fewest: int
    most: int
    sentence: ClassVar[str] = "A link opens for {fewest} to {most} days, not {days}."


@dataclass
class TooLong(PerfError):
    """A text with more characters than there is room for."""

    most: int
    length: int
    sentence: ClassVar[str] = "This text has {length} characters; {most} are the most."


@dataclass
class NothingToShare(PerfError):
    """A link to what has no data in the period."""

    subject: str
    period: str
    sentence: ClassVar[str] = "There is nothing to share: “{subject}” has no data in {period}."


@dataclass
class TooFewToShare(PerfError):
    """A link to figures of so few people that they would tell about single ones."""

    fewest: int
    sentence: ClassVar[str] = (
        "There is nothing to share: these are figures of fewer than {fewest} people, and would "
        "tell about single persons."
    )


@dataclass
class AnswerIncomplete(PerfError):
    """An answer to a shared review that lacks its name, its verdict or its reason."""

    sentence: ClassVar[str] = "Write your name, and say what you think: whoever disagrees says why."


@dataclass
class StoreBusy(PerfError):
    """Another one writes for longer than a small note may wait."""

    sentence: ClassVar[str] = "The store is busy with a load. Try again in a minute."
