"""See what a load would do before it is done: tables, columns, titles, first rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.scratch import scratch_prefix
from perf_core.services.load_account import TableAccount
from perf_core.services.load_people import started_assignments
from perf_core.services.load_steps import accounts_of, bad_files, check_all, load_catalogue
from perf_core.services.loading import Loading
from perf_core.services.reading_context import ReadingContext, read_context
from perf_core.services.rights import require_editor
from perf_core.sources.delivery import (
    CleanTable,
    Delivery,
    FileProblem,
    Unrecognised,
    read_delivery,
    read_typed,
)
from perf_core.store.catalogue import read_catalogue
from perf_core.store.clock import now
from perf_core.store.engine import Store

FIRST_ROWS = 20


@dataclass(frozen=True)
class PreviewTable:
    """One recognised table of one file.

    Attributes
    ----------
    account : TableAccount
        What would become of its rows.
    columns : mapping of str to str
        Canonical column (or measure) to the header it is read from.
    unmapped : tuple of str
        Headers that are not used.
    first_rows : DataFrame
        The first rows as they are understood: canonical columns, amounts in units, ``reason``
        for those that would be set aside.
    """

    account: TableAccount
    columns: Mapping[str, str]
    unmapped: tuple[str, ...]
    first_rows: pd.DataFrame


@dataclass(frozen=True)
class Preview:
    """What a load of these files would do.

    Attributes
    ----------
    unrecognised : tuple of Unrecognised
        Files whose columns name no table, with their headers, guesses and first rows as text.
    problems, notes : tuple of FileProblem
        What is to be said about files.
    titles : DataFrame
        ``title``, ``people`` and ``known``: every role of the files with its head count, and
        whether the store has that role; the others can be mapped with ``save_titles``.
    started : DataFrame
        The assignments that rows of ``employees`` would start: ``employee_id``, ``from_date``,
        the place, and ``is_first``; where some are not first, another day can be offered.
    refused : str
        Why the load would be refused; empty if it would not.
    """

    tables: tuple[PreviewTable, ...]
    unrecognised: tuple[Unrecognised, ...]
    problems: tuple[FileProblem, ...]
    notes: tuple[FileProblem, ...]
    titles: pd.DataFrame
    started: pd.DataFrame
    refused: str


def preview_files(
    store: Store,
    paths: Sequence[Path | str],
    *,
    today: date,
    scope: Scope,
    mapping: Path | None = None,
    source: str | None = None,
    remembered: Mapping[str, Mapping[str, object]] | None = None,
    assignments_from: date | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Preview:
    """Read files as a load would and keep nothing.

    Parameters
    ----------
    remembered : mapping, optional
        Mappings made just now on the Data page, by source, beside those of the store.
    """
    require_editor(scope, "loads")
    context = read_context(store, paths=paths, mapping=mapping)
    with tempfile.TemporaryDirectory(prefix=scratch_prefix("preview")) as folder:
        delivery = read_delivery(
            paths,
            workdir=Path(folder),
            measures=context.measures,
            axis_names=context.axis_names,
            settings=context.settings,
            title_roles=context.title_roles,
            mapping_path=mapping,
            source=source,
            remembered={**context.remembered, **(remembered or {})},
            progress=progress,
        )
        try:
            with _looking(store, delivery) as connection:
                day = assignments_from or today
                loading = Loading(connection, delivery, today, now(), day, load_id=0)
                return _preview(loading, context)
        finally:
            delivery.close()


def check_typed(
    store: Store,
    frames: Mapping[str, pd.DataFrame],
    *,
    today: date,
    scope: Scope,
    assignments_from: date | None = None,
) -> pd.DataFrame:
    """Check rows typed by hand as a load would, and keep nothing.

    Returns
    -------
    DataFrame
        ``table``, ``row`` (from 0) and ``reason`` of each row that would not be kept.
    """
    require_editor(scope, "loads")
    context = read_context(store)
    with tempfile.TemporaryDirectory(prefix=scratch_prefix("check")) as folder:
        delivery = read_typed(
            frames,
            workdir=Path(folder),
            measures=context.measures,
            axis_names=context.axis_names,
            settings=context.settings,
            title_roles=context.title_roles,
        )
        try:
            with _looking(store, delivery) as connection:
                day = assignments_from or today
                loading = Loading(connection, delivery, today, now(), day, load_id=0)
                check_all(loading)
                found = [
                    (clean.table, row - 1, reason)
                    for clean in delivery.tables
                    for row, reason in loading.duck.sql(
                        f'SELECT __row, __reason FROM "{clean.relation}" '
                        "WHERE __reason IS NOT NULL ORDER BY __row"
                    ).fetchall()
                ]
        finally:
            delivery.close()
    return pd.DataFrame(found, columns=["table", "row", "reason"])


@contextmanager
def _looking(store: Store, delivery: Delivery) -> Iterator[Connection]:
    """A connection to check with; one that may write where catalogue entries have to be tried."""
    if not delivery.catalogue_entries:
        with store.reading() as connection:
            yield connection
        return
    with suppress(_TakeBack), store.writing() as connection:
        yield connection
        raise _TakeBack


class _TakeBack(Exception):
    """Ends the transaction without keeping anything."""


def _preview(loading: Loading, context: ReadingContext) -> Preview:
    delivery = loading.delivery
    refused = load_catalogue(loading)
    plan = check_all(loading)
    if not refused and (bad := bad_files(loading)):
        refused = ", ".join(bad)
    tables = tuple(
        PreviewTable(account, clean.columns, clean.unmapped, _first_rows(loading, clean))
        for account, clean in zip(accounts_of(loading), delivery.tables, strict=False)
    )
    return Preview(
        tables,
        tuple(delivery.unrecognised),
        tuple(delivery.problems),
        tuple(note for note in delivery.notes if note.code != "no_rows"),
        _titles(loading, context),
        started_assignments(plan),
        refused,
    )


def _first_rows(loading: Loading, clean: CleanTable) -> pd.DataFrame:
    rows: pd.DataFrame = (
        loading.duck.sql(f'SELECT * FROM "{clean.relation}" ORDER BY __row LIMIT {FIRST_ROWS}')
        .to_arrow_table()
        .to_pandas()
    )
    for name in [str(name) for name in rows if str(name).endswith("_e4")]:
        amount, unit = rows.pop(name), name.removesuffix("_e4")
        if unit not in rows:
            rows[unit] = amount / 10_000
    for code in set(clean.measures) & loading.delivery.money_measures:
        rows[code] = rows[code] / 10_000
    rows["reason"] = rows.pop("__reason").fillna("")
    shown = ["reason", *(name for name in rows if not str(name).startswith("__"))]
    return rows[list(dict.fromkeys(shown))].dropna(axis="columns", how="all")


def _titles(loading: Loading, context: ReadingContext) -> pd.DataFrame:
    roles = {code for kind, code in read_catalogue(loading.connection).axes if kind == "role"}
    parts = [
        f"SELECT employee_id, role FROM \"{clean.relation}\" WHERE __reason IS NULL AND role <> ''"
        for clean in [*loading.delivery.of("employees"), *loading.delivery.of("assignments")]
    ]
    if not parts:
        return pd.DataFrame(columns=["title", "people", "known"])
    found: pd.DataFrame = (
        loading.duck.sql(
            "SELECT role AS title, count(DISTINCT employee_id) AS people "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY role ORDER BY people DESC, title"
        )
        .to_arrow_table()
        .to_pandas()
    )
    found["known"] = found["title"].isin(roles | set(context.title_roles.values()))
    return found
