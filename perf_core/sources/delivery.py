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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from perf_core.sources.clean_tables import (
    CleanTable,
    DeliverySettings,
    Guess,
    KnownMeasure,
    Unrecognised,
)
from perf_core.sources.codes import CodeBook
from perf_core.sources.duplicates import mark_duplicates
from perf_core.sources.files import MAPPING_NAME, FoundFile, found_files
from perf_core.sources.headers import KnownHeaders, known_headers
from perf_core.sources.intake import (
    Intake,
    MappedFiles,
    mapped_headers,
    money_measures,
    without_sources,
)
from perf_core.sources.late_text import rows_as_they_were
from perf_core.sources.mapping import Source, read_toml, sources_in
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import (
    RawTable,
    answer,
    land_rows,
    literal,
    quoted,
    unique_headers,
)
from perf_core.sources.reading import Lander
from perf_core.sources.readings import MONEY_COLUMNS
from perf_core.sources.reasons import EXCLUDED, advice
from perf_core.sources.recognise import ColumnMatch, match_columns
from perf_core.sources.workbooks import cell_text

Progress = Callable[[str, float], None]

_ON_DISK_FROM = 256_000_000
"""Bytes of files from which tables live on disk: memory then no longer grows with them."""


@dataclass
class Delivery:
    """Everything that was read from one delivery of files; close it when done.

    Attributes
    ----------
    connection : DuckDBPyConnection
        Holds the relations (tables). Never run users' SQL in it: its door to files is open.
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
    money_measures: frozenset[str] = frozenset()
    tables: list[CleanTable] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    unrecognised: list[Unrecognised] = field(default_factory=list)
    catalogue_entries: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    mappings: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[FileProblem] = field(default_factory=list)
    raws: dict[str, RawTable] = field(default_factory=dict)

    def of(self, table: str) -> list[CleanTable]:
        """The clean tables of one import table."""
        return [clean for clean in self.tables if clean.table == table]

    def melted(self, clean: CleanTable) -> str:
        """Name a view of the good rows of a wide table, one row per filled cell.

        Columns: ``__row``, ``__file``, ``day``, ``employee_id``, ``brand``, ``region``,
        ``channel``, ``currency`` (``""`` for a measure that is no money), ``measure``, ``value``,
        ``value_e4`` (NULL for no money). A cell that a later row of the delivery gives again is
        left out.
        """
        view = f"{clean.relation}_melted"
        head = "select __row, __file, day, employee_id, brand, region, channel"
        parts = []
        for code in clean.measures:
            cell = quoted(code)
            is_money = code in self.money_measures
            value = f"{cell} / 10000.0" if is_money else cell
            parts.append(
                f"{head}, {'currency' if is_money else repr('')} as currency, "
                f"{literal(code)} as measure, {value} as value, "
                f"{cell if is_money else 'null::bigint'} as value_e4 "
                f"from {clean.relation} where __reason is null and {cell} is not null"
            )
        answer(self.connection, f"create or replace view {view} as {' union all '.join(parts)}")
        return view

    def set_aside(
        self, clean: CleanTable, kind: str = "", limit: int | None = None
    ) -> pd.DataFrame:
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
        excluded = ", ".join(map(literal, EXCLUDED))
        wanted = {"rejected": f" and __reason not in ({excluded})"}
        wanted["excluded"] = f" and __reason in ({excluded})"
        raw = self.raws[clean.relation]
        own = {"file", "row", "reason", "advice"}
        headers = [f"{name}_" if name.casefold() in own else name for name in raw.headers]
        cells = ", ".join(f"r.c{place} as {quoted(name)}" for place, name in enumerate(headers))
        aside = (
            f"select __file, __row, __reason from {clean.relation} "
            f"where __reason is not null{wanted.get(kind, '')} order by __row"
            f"{'' if limit is None else f' limit {limit}'}"
        )
        numbers = f"select __row from ({aside}) order by __row"
        with rows_as_they_were(self.connection, raw, numbers) as rows:
            statement = (
                f"select s.__file as file, s.__row as row, s.__reason as reason, '' as advice, "
                f"{cells} from ({aside}) s join ({rows}) r on r.__number = s.__row order by s.__row"
            )
            frame = self.connection.execute(statement).df()
        frame["advice"] = frame["reason"].map(lambda reason: advice(reason, clean.table))
        return frame

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
        Mappings of earlier loads. Those that only name columns apply by themselves to files that
        fit their pattern and have all their headers; those with SQL only by ``source``.
    progress : callable, optional
        Told a file's label and the share of files done, 0…1.
    """
    files, problems = found_files([Path(path) for path in paths])
    data = [file for file in files if file.suffix != ".toml"]
    on_disk = sum(file.path.stat().st_size for file in data) > _ON_DISK_FROM
    known = known_headers().with_measures({code: one.names for code, one in measures.items()})
    delivery = _opened(workdir, settings, measures, on_disk=on_disk)
    delivery.problems += problems
    mapped = _mappings(delivery, files, data, mapping_path)
    old, bad = sources_in(remembered or {}, file="remembered")
    delivery.notes += bad
    if source is not None:
        mapped = _only_source(source, mapped, old, data)
    intake = _intake(
        delivery,
        known,
        measures,
        CodeBook(known, settings.currency, axis_names, title_roles or {}),
        extra=mapped_headers([*old, *(one for part in mapped for one in part.sources)]),
    )
    intake.source_name = source or ""
    intake.places = {file.path: number for number, file in enumerate(data)}
    tell = progress or (lambda _step, _share: None)
    asked = [(one, part) for part in mapped for one in part.sources]
    n_steps = len(asked) + len(data)
    for number, (one, part) in enumerate(asked):
        tell(one.name, number / n_steps)
        intake.take_mapped(one, part)
    covered = {file.path for part in mapped for file in part.files}
    for number, file in enumerate(data, start=len(asked)):
        tell(file.label, number / n_steps)
        intake.take_remembered(file, old)
        intake.take_known(file, is_mapped_folder=file.path in covered)
    return _finished(delivery, intake)


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
    known = known_headers().with_measures({code: one.names for code, one in measures.items()})
    delivery = _opened(workdir, settings, measures, on_disk=False)
    book = CodeBook(known, settings.currency, axis_names, title_roles or {})
    intake = _intake(delivery, known, measures, book, extra=frozenset())
    for table, frame in frames.items():
        rows = (
            (number, ["" if pd.isna(cell) else cell_text(cell) for cell in row])
            for number, row in enumerate(frame.itertuples(index=False, name=None), start=1)
        )
        headers = unique_headers([str(name) for name in frame.columns])
        relation = intake.lander.relations.next("raw")
        land_rows(delivery.connection, relation, rows, n_columns=len(headers))
        raw = RawTable(table, workdir / table, relation, headers, first_row=1, numbered=True)
        match = match_columns(table, headers, known)
        intake.take_typed(raw, match)
    return _finished(delivery, intake)


def _opened(
    workdir: Path,
    settings: DeliverySettings,
    measures: Mapping[str, KnownMeasure],
    *,
    on_disk: bool,
) -> Delivery:
    database = str(workdir / "delivery.duckdb") if on_disk else ":memory:"
    connection = duckdb.connect(database)
    answer(connection, f"set temp_directory = {literal(str(workdir / 'spill'))}")
    answer(connection, "set memory_limit = '1GB'")
    answer(connection, "set TimeZone = 'UTC'")
    return Delivery(connection, workdir, settings, money_measures(measures))


def _intake(
    delivery: Delivery,
    known: KnownHeaders,
    measures: Mapping[str, KnownMeasure],
    book: CodeBook,
    *,
    extra: frozenset[str],
) -> Intake:
    lander = Lander(
        delivery.connection,
        delivery.workdir,
        lambda cells: known.count_known(cells, extra),
        problems=delivery.problems,
        notes=delivery.notes,
    )
    return Intake(lander, book, delivery.settings, measures)


def _finished(delivery: Delivery, intake: Intake) -> Delivery:
    mark_duplicates(delivery.connection, intake.in_file_order(), delivery.money_measures)
    delivery.tables = intake.sorted_tables()
    delivery.raws = intake.raws
    delivery.unrecognised = intake.unrecognised
    return delivery


def _mappings(
    delivery: Delivery,
    files: Sequence[FoundFile],
    data: Sequence[FoundFile],
    mapping_path: Path | None,
) -> list[MappedFiles]:
    """Read every TOML file: entries for the catalogue, and the mapping in use."""
    tomls = [file for file in files if file.suffix == ".toml"]
    if mapping_path is not None:
        given = FoundFile(mapping_path, mapping_path.name, was_named=True)
        tomls = [given, *(one for one in tomls if one.path.resolve() != mapping_path.resolve())]
    mapped = []
    for file in tomls:
        content = read_toml(file.path, file.label)
        if isinstance(content, FileProblem):
            delivery.problems.append(content)
            continue
        if entries := without_sources(content):
            delivery.catalogue_entries.append((file.label, entries))
        is_mapping = mapping_path is None and file.path.name == MAPPING_NAME
        if "source" not in content or not (is_mapping or file.path == mapping_path):
            continue
        bodies = content["source"] if isinstance(content["source"], dict) else {}
        sources, bad = sources_in(bodies, file=file.label)
        delivery.problems += bad
        delivery.mappings |= {one.name: dict(bodies[one.name]) for one in sources}
        folder = file.path.resolve().parent
        within = [one for one in data if one.path.resolve().is_relative_to(folder)]
        covered = within if is_mapping else list(data)
        mapped.append(MappedFiles(sources, covered, file.label))
    return mapped


def _only_source(
    name: str, mapped: Sequence[MappedFiles], old: Sequence[Source], data: Sequence[FoundFile]
) -> list[MappedFiles]:
    """The one source asked for, wherever it is written down; all of them where it is nowhere."""
    for part in mapped:
        chosen = [one for one in part.sources if one.name == name]
        if chosen:
            return [MappedFiles(chosen, part.files, part.label)]
    chosen = [one for one in old if one.name == name]
    if chosen:
        return [MappedFiles(chosen, data, name)]
    return list(mapped)


__all__ = [
    "EXCLUDED",
    "MONEY_COLUMNS",
    "CleanTable",
    "ColumnMatch",
    "Delivery",
    "DeliverySettings",
    "FileProblem",
    "Guess",
    "KnownMeasure",
    "Unrecognised",
    "read_delivery",
    "read_typed",
]
