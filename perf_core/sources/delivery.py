"""Files in, clean typed tables out: what one delivery holds and how it is read.

``read_delivery`` takes the paths a person gave and returns a :class:`Delivery`: a DuckDB
connection with one relation per table of a file, and an account of everything that is not a
clean row. It knows nothing of the store; what it needs of it (names, remembered mappings,
settings) comes in as arguments.

A relation holds one row per row of its file (one row per answer row for a source with SQL):

===============  =====================================================================
column           meaning
===============  =====================================================================
``__row``        BIGINT, the row a person sees in the file; the header row counts
``__file``       VARCHAR, the file's label, equal to ``CleanTable.file``
``__reason``     VARCHAR, NULL while the row is good; else why it is set aside
each column      of ``IMPORT_TABLES[table].columns``, typed as below; absent = NULL
===============  =====================================================================

id, choice   VARCHAR, never NULL: absent is ``""``
text         VARCHAR, never NULL: absent is ``""``
day, month   DATE (a month is its first day)
instant      TIMESTAMP without zone, in UTC; beside the first one of a table a ``day`` DATE: its
             calendar day in the company's zone (a bare date stays that day)
period       VARCHAR, the code as ``parse_period`` writes it
number       DOUBLE; money columns (``MONEY_COLUMNS``) are ``<name>_e4`` BIGINT instead
flag         BOOLEAN

``currency`` is upper case and ``""`` where it is the company's own. ``measures`` has ``value``
DOUBLE and, where the measure is money, ``value_e4`` BIGINT. ``measures_wide`` has one column per
measure it brings, named by the measure's code (DOUBLE; money as BIGINT of 1/10,000, without the
suffix); ``Delivery.melted`` turns its good rows into the shape of ``measures``.

Rows excluded as ``cancelled`` or ``test`` keep all their columns, since such a row must take back
what an earlier version of its key contributed. ``read`` counts rows of the file that are not
blank, also for ``measures_wide``; so loaded, excluded and rejected count rows, never cells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from perf_core.domain.import_tables import IMPORT_TABLES

MONEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "employees": ("bonus_base",),
    "pay": ("amount",),
    "orders": ("amount",),
}
"""Number columns that hold money: their relation has ``<name>_e4`` instead of ``<name>``."""

EXCLUDED: tuple[str, ...] = ("totals_row", "duplicate", "cancelled", "test")
"""Reasons of rows left out on purpose; every other reason is a rejection."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class KnownMeasure:
    """A measure as files may call it: its names (zh, en, …) and its unit."""

    names: tuple[str, ...] = ()
    unit: str = "count"


@dataclass(frozen=True)
class FileProblem:
    """A file, or a part of a mapping, that could not be used; ``message()`` is its sentence."""

    file: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def message(self) -> str:
        """What is wrong and what to do, as an English sentence."""
        from perf_core.sources.reasons import problem_sentence  # noqa: PLC0415

        return problem_sentence(self.code, {"file": self.file, **self.facts})


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
        with several is ``book.xlsx#Sheet``; a source with SQL over several files names them all,
        joined by ``" + "``.
    source : str
        The name of ``[source.NAME]``, the known export it was recognised as, or ``""``.
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


@dataclass(frozen=True)
class DeliverySettings:
    """What of the company's settings reading needs."""

    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"


@dataclass
class Delivery:
    """Everything that was read from one delivery of files; close it when done.

    Attributes
    ----------
    connection : DuckDBPyConnection
        Holds the relations (tables); external access is on, so never run users' SQL in it.
    tables : list of CleanTable
        In ``LOAD_ORDER`` of their tables, then in file order.
    problems : list of FileProblem
        Files that could not be read, mappings that could not be used.
    unrecognised : list of Unrecognised
        Files that could be read but name no table.
    catalogue_entries : list of (str, dict)
        File and content of every TOML file of the paths that carries catalogue entries, with
        ``source`` taken out.
    mappings : dict of str to dict
        The ``[source.X]`` bodies of the mapping file in use, to be remembered.
    notes : list of FileProblem
        What is worth saying but stops nothing (a file skipped, a wrong extension).
    """

    connection: duckdb.DuckDBPyConnection
    workdir: Path
    settings: DeliverySettings
    tables: list[CleanTable] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    unrecognised: list[Unrecognised] = field(default_factory=list)
    catalogue_entries: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    mappings: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[FileProblem] = field(default_factory=list)

    def of(self, table: str) -> list[CleanTable]:
        """The clean tables of one import table."""
        return [clean for clean in self.tables if clean.table == table]

    def melted(self, clean: CleanTable) -> str:
        """Name a relation with the good rows of a wide table, one row per filled cell.

        Columns: ``__row``, ``__file``, ``day``, ``employee_id``, ``brand``, ``region``,
        ``channel``, ``currency`` (``""`` for a measure that is no money), ``measure``, ``value``,
        ``value_e4``. A cell that a later row of the delivery gives again is left out.
        """
        raise NotImplementedError

    def set_aside(self, clean: CleanTable, kind: str = "", limit: int | None = None) -> pd.DataFrame:
        """The rows that are not loaded: ``file``, ``row``, ``reason``, ``advice``, then the row.

        Parameters
        ----------
        clean : CleanTable
            The table to look at; its relation's ``__reason`` decides, so reasons that loading
            adds later count too.
        kind : str
            ``"rejected"``, ``"excluded"`` or both (``""``).
        limit : int, optional
            At most this many rows.

        Returns
        -------
        DataFrame
            The columns of the file follow as they are named in it, all text, as they were.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the connection and its files."""
        self.connection.close()


def read_delivery(
    paths: Sequence[Path | str],
    *,
    workdir: Path,
    measures: Mapping[str, KnownMeasure],
    axis_names: Mapping[str, Mapping[str, str]],
    settings: DeliverySettings,
    title_roles: Mapping[str, str] | None = None,
    mapping_path: Path | None = None,
    source: str | None = None,
    remembered: Mapping[str, Mapping[str, Any]] | None = None,
    owned_channels: Collection[str] = (),
    progress: Progress | None = None,
) -> Delivery:
    """Read files and folders into clean tables; nothing a file holds raises.

    Parameters
    ----------
    paths : sequence of Path
        Files or folders (all files below them).
    workdir : Path
        An existing empty folder for temporary files; the caller removes it.
    measures : mapping of code to KnownMeasure
        The measures files may bring.
    axis_names : mapping of kind to mapping of name to code
        Names (zh, en) of brands, regions, departments, channels, roles, dimensions, vetoes and
        indicators (``"brand"``, …, ``"veto"``, ``"indicator"``). Unknown ones stay as written.
    settings : DeliverySettings
        The company's time zone and currency.
    title_roles : mapping of title to role
        Job titles mapped on the Data page.
    mapping_path : Path, optional
        ``--mapping FILE``; without it, a ``perfboard.toml`` in a folder of ``paths``.
    source : str, optional
        ``--source NAME``: read the files by this mapping (remembered or in the file), or, where
        there is none of that name, note it as the source of what is recognised.
    remembered : mapping of source name to body
        Mappings of earlier loads.
    owned_channels : collection of str
        Not used to reject: a row with a channel and nobody is settled later.
    progress : callable, optional
        Told a step and its share done, 0…1.
    """
    raise NotImplementedError


def read_typed(
    frames: Mapping[str, pd.DataFrame],
    *,
    workdir: Path,
    measures: Mapping[str, KnownMeasure],
    axis_names: Mapping[str, Mapping[str, str]],
    settings: DeliverySettings,
    title_roles: Mapping[str, str] | None = None,
) -> Delivery:
    """Read tables typed by hand: a table's name to a frame with canonical columns.

    Cells may be text or typed; they pass the same cleaning as files. ``file`` is the table's name
    and ``__row`` counts from 1.
    """
    raise NotImplementedError


__all__ = [
    "EXCLUDED",
    "IMPORT_TABLES",
    "MONEY_COLUMNS",
    "CleanTable",
    "Delivery",
    "DeliverySettings",
    "FileProblem",
    "Guess",
    "KnownMeasure",
    "Unrecognised",
    "read_delivery",
    "read_typed",
]
