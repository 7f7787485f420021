"""Load files, or tables typed by hand, into the store: all of them in one transaction or none."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from perf_core.domain.catalogue_entries import BadCatalogue
from perf_core.domain.errors import PerfError
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.services.load_account import LoadAccount, TableAccount, account_of
from perf_core.services.load_axes import create_axis_values
from perf_core.services.load_entries import check_entries, write_entries
from perf_core.services.load_measures import check_measures, write_measures
from perf_core.services.load_people import PeoplePlan, plan_people, write_people
from perf_core.services.load_raw import RAW_KINDS, check_raw, write_raw
from perf_core.services.loading import BAD_FILE, Loading
from perf_core.services.reading_context import read_context
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.sources.delivery import CleanTable, Delivery, read_delivery, read_typed
from perf_core.store.blobs import to_parquet
from perf_core.store.clock import now
from perf_core.store.engine import Store
from perf_core.store.loads import finish_load, newest_day, start_load
from perf_core.store.measure_writes import rebuild_months
from perf_core.store.row_writes import difference, read_table, rows_of, upsert
from perf_core.store.tables import SQLModel, SourceMapping

Progress = Callable[[str, float], None]

_CATALOGUE_TABLES = ("axis_values", "measures", "indicators", "templates", "rules", "settings")


@dataclass(frozen=True)
class LoadOptions:
    """How a load is to be made."""

    today: date
    dry_run: bool = False
    allow_rejects: bool = False
    skip_bad_files: bool = False
    by: str = ""
    kind: str = "files"
    assignments_from: date | None = None
    progress: Progress | None = None

    def tell(self, step: str, share: float) -> None:
        """Report how far the load is."""
        if self.progress is not None:
            self.progress(step, share)


class _TakeBack(Exception):
    """Ends the transaction without keeping anything."""

    def __init__(self, account: LoadAccount, rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.account = account
        self.rows = rows


def load_files(
    store: Store,
    paths: Sequence[Path | str],
    *,
    today: date,
    mapping: Path | None = None,
    source: str | None = None,
    dry_run: bool = False,
    allow_rejects: bool = False,
    skip_bad_files: bool = False,
    by: str = "",
    kind: str = "files",
    assignments_from: date | None = None,
    progress: Progress | None = None,
) -> LoadAccount:
    """Load files and folders, and say what became of every row.

    Parameters
    ----------
    paths : sequence of Path
        Files or folders.
    today : date
        The day of the load: what lies after it is in the future.
    mapping : Path, optional
        A mapping file; otherwise the ``perfboard.toml`` of a folder, or what is remembered.
    source : str, optional
        The name of the source the files come from.
    dry_run : bool
        Try it and keep nothing.
    allow_rejects, skip_bad_files : bool
        Load although more than a fifth of a file is rejected, or load the other files.
    by, kind : str
        Who loads, and ``files``, ``typed`` or ``demo``.
    assignments_from : date, optional
        The day from which a new role or brand in ``employees`` counts; ``today`` by default.
    progress : callable, optional
        Told a step and the share of the work that is done.

    Returns
    -------
    LoadAccount
        With ``refused`` set where nothing was kept.
    """
    options = LoadOptions(
        today, dry_run, allow_rejects, skip_bad_files, by, kind, assignments_from, progress
    )
    context = read_context(store)

    def read(folder: Path) -> Delivery:
        return read_delivery(
            paths,
            workdir=folder,
            measures=context.measures,
            axis_names=context.axis_names,
            settings=context.settings,
            title_roles=context.title_roles,
            mapping_path=mapping,
            source=source,
            remembered=context.remembered,
            owned_channels=context.owned_channels,
            progress=lambda step, share: options.tell(step, 0.4 * share),
        )

    return _load(store, read, options)


def load_typed(
    store: Store,
    frames: Mapping[str, pd.DataFrame],
    *,
    today: date,
    by: str = "",
    assignments_from: date | None = None,
    dry_run: bool = False,
) -> LoadAccount:
    """Load tables typed by hand: a table's name to a frame with its canonical columns.

    Cells may be text or typed; they pass the same checks as files, and a bad row does not stop
    the good ones.
    """
    options = LoadOptions(
        today,
        dry_run=dry_run,
        allow_rejects=True,
        by=by,
        kind="typed",
        assignments_from=assignments_from,
    )
    context = read_context(store)

    def read(folder: Path) -> Delivery:
        return read_typed(
            frames,
            workdir=folder,
            measures=context.measures,
            axis_names=context.axis_names,
            settings=context.settings,
            title_roles=context.title_roles,
        )

    return _load(store, read, options)


def _load(store: Store, read: Callable[[Path], Delivery], options: LoadOptions) -> LoadAccount:
    started, at = time.perf_counter(), now()
    with tempfile.TemporaryDirectory(prefix="perfboard-load-") as folder:
        delivery = read(Path(folder))
        try:
            options.tell("waiting", 0.4)
            try:
                with store.writing() as connection:
                    load_id = start_load(connection, at=at, by=options.by, kind=options.kind)
                    loading = Loading(
                        connection,
                        delivery,
                        options.today,
                        at,
                        options.assignments_from or options.today,
                        load_id,
                        options.by,
                    )
                    account, rows = _write_all(loading, options)
                    finish_load(
                        connection,
                        load_id,
                        status="done",
                        note="",
                        seconds=time.perf_counter() - started,
                        files=rows,
                        coverage=loading.coverage,
                    )
                    options.tell("finishing", 0.99)
                    if options.dry_run:
                        raise _TakeBack(replace(account, load=None, dry_run=True), rows)
                options.tell("done", 1.0)
                return account
            except _TakeBack as stop:
                account, rows = stop.account, stop.rows
            if account.refused and not options.dry_run:
                with store.writing() as connection:
                    load_id = start_load(connection, at=at, by=options.by, kind=options.kind)
                    finish_load(
                        connection,
                        load_id,
                        status="refused",
                        note=account.refused,
                        seconds=time.perf_counter() - started,
                        files=rows,
                    )
                account = replace(account, load=load_id)
            return account
        finally:
            delivery.close()


def _write_all(loading: Loading, options: LoadOptions) -> tuple[LoadAccount, list[dict[str, Any]]]:
    problem = _load_catalogue(loading)
    options.tell("checking", 0.45)
    plan = _check(loading)
    bad = [] if options.allow_rejects else _bad_files(loading)
    skipped: set[str] = set()
    while bad and options.skip_bad_files:
        # What was checked against a skipped file has to be checked without it.
        skipped.update(bad)
        _skip(loading, bad)
        plan = _check(loading)
        bad = [file for file in _bad_files(loading) if file not in skipped]
    refused = problem or (_too_many_rejected(bad) if bad else "")
    if not refused and not loading.delivery.tables and not loading.delivery.catalogue_entries:
        refused = _nothing_found(loading.delivery)
    if refused:
        accounts, rows = _accounts(loading, refused=True)
        account = LoadAccount(None, accounts, refused, dry_run=options.dry_run)
        raise _TakeBack(account, rows)
    options.tell("people", 0.5)
    before = {name: _snapshot(loading, name) for name in ("axis_values",)}
    write_people(loading, plan)
    options.tell("orders", 0.55)
    for kind in RAW_KINDS:
        write_raw(loading, kind, plan)
    options.tell("measures", 0.75)
    write_measures(loading)
    options.tell("targets", 0.9)
    write_entries(loading, plan)
    create_axis_values(loading)
    loading.journal.add(
        difference(_table("axis_values"), before["axis_values"], _snapshot(loading, "axis_values"))
    )
    _remember(loading)
    options.tell("sums", 0.92)
    rebuild_months(loading.connection, loading.reach)
    loading.journal.write(loading.connection, loading.load_id)
    accounts, rows = _accounts(loading, refused=False)
    return LoadAccount(loading.load_id, accounts), rows


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def _snapshot(loading: Loading, name: str) -> Any:
    return read_table(loading.connection, _table(name))


def _load_catalogue(loading: Loading) -> str:
    """Take the catalogue entries in; the reason where they cannot be."""
    entries = loading.delivery.catalogue_entries
    if not entries:
        return ""
    before = {name: _snapshot(loading, name) for name in _CATALOGUE_TABLES}
    parsed = None
    for file, document in entries:
        one = parse_catalogue(document, file=file)
        parsed = one if parsed is None else parsed + one
    assert parsed is not None
    try:
        load_catalogue_entries(
            loading.connection,
            parsed,
            data_day=newest_day(loading.connection),
            by=loading.by,
            at=loading.at,
        )
    except BadCatalogue as error:
        return error.message()
    for name in _CATALOGUE_TABLES:
        loading.journal.add(difference(_table(name), before[name], _snapshot(loading, name)))
    return ""


def _check(loading: Loading) -> PeoplePlan:
    loading.notes.clear()
    plan = plan_people(loading)
    check_raw(loading)
    check_measures(loading)
    check_entries(loading, plan)
    return plan


def _counts(loading: Loading, clean: CleanTable) -> dict[str | None, int]:
    rows = loading.duck.execute(
        f'SELECT __reason, count(*) FROM "{clean.relation}" GROUP BY __reason'
    ).fetchall()
    return {reason: int(n) for reason, n in rows}


def _bad_files(loading: Loading) -> list[str]:
    """Files of which more than a fifth of the rows are rejected."""
    read: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for clean in loading.delivery.tables:
        account = account_of(_counts(loading, clean), read=clean.read, file=clean.file)
        read[clean.file] += account.read
        rejected[clean.file] += sum(account.rejected.values())
    return [
        file
        for file in read
        if TableAccount(file, read=read[file], rejected={"": rejected[file]}).is_bad
    ]


def _skip(loading: Loading, files: Sequence[str]) -> None:
    for clean in loading.delivery.tables:
        if clean.file in files:
            loading.duck.execute(
                f"UPDATE \"{clean.relation}\" SET __reason = '{BAD_FILE}' "
                "WHERE __reason IS NULL OR __reason IN ('cancelled', 'test')"
            )


def _too_many_rejected(files: Sequence[str]) -> str:
    return BadFiles(files=", ".join(files)).message()


def _nothing_found(delivery: Delivery) -> str:
    for problem in delivery.problems:
        return problem.message()
    return NothingToLoad().message()


@dataclass
class BadFiles(PerfError):
    """Files with too many rejected rows."""

    files: str
    sentence = (
        "Nothing was loaded: more than 20 % of the rows are rejected in {files}. Correct them, "
        "or load with --allow-rejects or --skip-bad-files."
    )


@dataclass
class NothingToLoad(PerfError):
    """No file of the delivery is a table."""

    sentence = "Nothing was loaded: none of the files could be recognised as a table."


def _accounts(
    loading: Loading, *, refused: bool
) -> tuple[tuple[TableAccount, ...], list[dict[str, Any]]]:
    """The account of every table and file, and the rows of ``load_files`` that keep it."""
    accounts: list[TableAccount] = []
    rows: list[dict[str, Any]] = []
    delivery = loading.delivery
    for clean in delivery.tables:
        notes: dict[str, Any] = {**clean.notes, **loading.notes.get(clean.relation, {})}
        if clean.unmapped:
            notes["unmapped"] = list(clean.unmapped)
        account = account_of(
            _counts(loading, clean),
            read=clean.read,
            file=clean.file,
            source=clean.source,
            table=clean.table,
            notes=notes,
        )
        accounts.append(account)
        aside = None
        if account.excluded or account.rejected:
            aside = to_parquet(_as_arrow(delivery.set_aside(clean)))
        rows.append({**account.as_json(), "sha256": clean.sha256, "set_aside": aside})
    for file, document in delivery.catalogue_entries:
        n = len(parse_catalogue(document, file=file).entries)
        account = TableAccount(file, table="catalogue", read=n, loaded=n)
        accounts.append(account)
        rows.append({**account.as_json(), "sha256": "", "set_aside": None})
    for one in delivery.unrecognised:
        notes = {"unrecognised": True, "columns": list(one.columns)}
        accounts.append(TableAccount(one.file, notes=notes))
    for problem in [*delivery.problems, *delivery.notes]:
        accounts.append(
            TableAccount(problem.file, notes={problem.code: True, "message": problem.message()})
        )
    for account in accounts[len(rows) :]:
        rows.append({**account.as_json(), "table": "", "sha256": "", "set_aside": None})
    return tuple(accounts), rows


def _as_arrow(frame: pd.DataFrame) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    return pa.Table.from_pandas(frame, preserve_index=False)


def _remember(loading: Loading) -> None:
    """Keep the mappings in use under their sources' names."""
    mappings = loading.delivery.mappings
    if not mappings:
        return
    import json  # noqa: PLC0415

    table = _table(SourceMapping.__tablename__)
    made = [
        {"source": name, "body": json.dumps(body, ensure_ascii=False, default=str)}
        for name, body in mappings.items()
    ]
    loading.journal.add(upsert(loading.connection, table, rows_of(table, made)))
