"""Load files, or tables typed by hand, into the store: all of them in one transaction or none."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.scratch import scratch_prefix
from perf_core.services.load_account import LoadAccount
from perf_core.services.load_steps import LoadOptions, TakeBack, write_all
from perf_core.services.loading import Loading
from perf_core.services.reading_context import read_context
from perf_core.services.rights import require_editor
from perf_core.sources.delivery import Delivery, read_delivery, read_typed
from perf_core.store.clock import now
from perf_core.store.engine import Store
from perf_core.store.loads import finish_load, start_load

Progress = Callable[[str, float], None]


def load_files(
    store: Store,
    paths: Sequence[Path | str],
    *,
    today: date,
    scope: Scope,
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
    require_editor(scope, "loads")
    options = LoadOptions(
        today, dry_run, allow_rejects, skip_bad_files, by, kind, assignments_from, progress
    )
    context = read_context(store, paths=paths, mapping=mapping)

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
            progress=lambda step, share: options.tell(step, 0.4 * share),
        )

    return _load(store, read, options)


def load_typed(
    store: Store,
    frames: Mapping[str, pd.DataFrame],
    *,
    today: date,
    scope: Scope,
    by: str = "",
    assignments_from: date | None = None,
    dry_run: bool = False,
) -> LoadAccount:
    """Load tables typed by hand: a table's name to a frame with its canonical columns.

    Cells may be text or typed; they pass the same checks as files, and a bad row does not stop
    the good ones.
    """
    require_editor(scope, "loads")
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
    with tempfile.TemporaryDirectory(prefix=scratch_prefix("load")) as folder:
        delivery = read(Path(folder))
        try:
            options.tell("waiting", 0.4)
            try:
                account = _write(store, delivery, options, at, started)
            except TakeBack as stop:
                if options.dry_run or not stop.account.refused:
                    return stop.account
                return _keep_refusal(store, stop, options, at, started)
            options.tell("done", 1.0)
            return account
        finally:
            delivery.close()


def _write(
    store: Store, delivery: Delivery, options: LoadOptions, at: datetime, started: float
) -> LoadAccount:
    with store.writing() as connection:
        load_id = start_load(connection, at=at, by=options.by, kind=options.kind)
        day = options.assignments_from or options.today
        loading = Loading(connection, delivery, options.today, at, day, load_id, options.by)
        account, rows = write_all(loading, options)
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
            raise TakeBack(replace(account, load=None, dry_run=True), rows)
    return account


def _keep_refusal(
    store: Store, stop: TakeBack, options: LoadOptions, at: datetime, started: float
) -> LoadAccount:
    """List the refused load: a failed one is the first thing the app says."""
    with store.writing() as connection:
        load_id = start_load(connection, at=at, by=options.by, kind=options.kind)
        finish_load(
            connection,
            load_id,
            status="refused",
            note=stop.account.refused,
            seconds=time.perf_counter() - started,
            files=stop.rows,
        )
    return replace(stop.account, load=load_id)
