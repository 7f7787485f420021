"""What reading gives back, one record per table of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KnownMeasure:
    """A measure as files may call it: its names (zh, en, …) and its unit."""

    names: tuple[str, ...] = ()
    unit: str = "count"


@dataclass(frozen=True)
class DeliverySettings:
    """What of the company's settings reading needs."""

    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"


@dataclass(frozen=True)
class Guess:
    """A table an unrecognised file may be meant as, and the required columns it lacks."""

    table: str
    matched: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Unrecognised:
    """A file (or sheet) whose columns name no table; ``rows`` are its first ones, as text."""

    file: str
    columns: tuple[str, ...]
    guesses: tuple[Guess, ...]
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class CleanTable:
    """One table of one file (or one answer of a source's SQL), cleaned.

    Attributes
    ----------
    file : str
        The path as the person knows it, relative to the folder they gave; a sheet of a workbook
        with several is ``book.xlsx#Sheet``; a source with SQL over several files names the first
        three, joined by ``" + "``.
    source : str
        The name of ``[source.NAME]``, or ``""``.
    table : str
        A name in ``IMPORT_TABLES``.
    relation : str
        The relation's name in ``Delivery.connection``.
    read : int
        Rows read, blank ones aside.
    columns : dict of str to str
        Canonical column (or measure code) to the header it came from.
    unmapped : tuple of str
        Headers that were not used.
    measures : tuple of str
        The measure codes of a ``measures_wide`` table; empty otherwise.
    notes : dict of str to int
        Counts worth telling that set no row aside.
    """

    file: str
    source: str
    table: str
    relation: str
    read: int
    timezone: str
    daily: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)
    sha256: str = ""
