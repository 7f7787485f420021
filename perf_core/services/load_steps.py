"""The steps of a load inside its transaction, from the catalogue to the monthly sums."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
from sqlmodel import SQLModel

from perf_core.domain.catalogue_entries import ParsedCatalogue
from perf_core.domain.errors import BadCatalogue, BadFiles, NothingToLoad
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.services.load_account import LoadAccount, TableAccount, account_of
from perf_core.services.load_axes import create_axis_values
from perf_core.services.load_entries import check_entries, write_entries
from perf_core.services.load_measures import check_measures, write_measures
from perf_core.services.load_people import plan_people, write_people
from perf_core.services.load_raw import check_raw, write_raw
from perf_core.services.loading import BAD_FILE, Loading
from perf_core.services.people_reference import PeoplePlan
from perf_core.services.raw_measures import RAW_KINDS
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.sources.delivery import CleanTable, Delivery, FileProblem
from perf_core.store.blobs import to_parquet
from perf_core.store.loads import newest_day
from perf_core.store.measure_writes import rebuild_months
from perf_core.store.row_writes import difference, read_table, rows_of, upsert
from perf_core.store.tables import SourceMapping

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


class TakeBack(Exception):
    """Ends the transaction without keeping anything."""

    def __init__(self, account: LoadAccount, rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.account = account
        self.rows = rows


def write_all(loading: Loading, options: LoadOptions) -> tuple[LoadAccount, list[dict[str, Any]]]:
    """Check and write everything a delivery brought.

    Returns
    -------
    LoadAccount, list of dict
        The account, and the rows of ``load_files`` that keep it.

    Raises
    ------
    TakeBack
        The load is refused; it carries the account.
    """
    problem = load_catalogue(loading)
    options.tell("checking", 0.45)
    plan = check_all(loading)
    bad = [] if options.allow_rejects else bad_files(loading)
    skipped: set[str] = set()
    while bad and options.skip_bad_files:
        # What was checked against a skipped file has to be checked without it.
        skipped.update(bad)
        _skip(loading, bad)
        plan = check_all(loading)
        bad = [file for file in bad_files(loading) if file not in skipped]
    refused = problem or (_too_many_rejected(bad) if bad else "")
    if not (options.allow_rejects or options.skip_bad_files):
        refused = refused or _unusable(loading.delivery)
    if not refused and not loading.delivery.tables and not loading.delivery.catalogue_entries:
        refused = _nothing_found(loading.delivery)
    if refused:
        accounts, rows = accounts_and_rows(loading)
        account = LoadAccount(None, accounts, refused, dry_run=options.dry_run)
        raise TakeBack(account, rows)
    options.tell("people", 0.5)
    axes = _snapshot(loading, "axis_values")
    write_people(loading, plan)
    options.tell("orders", 0.55)
    for kind in RAW_KINDS:
        write_raw(loading, kind, plan)
    options.tell("measures", 0.75)
    write_measures(loading)
    options.tell("targets", 0.9)
    write_entries(loading, plan)
    create_axis_values(loading)
    loading.journal.add(difference(_table("axis_values"), axes, _snapshot(loading, "axis_values")))
    _remember(loading)
    options.tell("sums", 0.92)
    rebuild_months(loading.connection, loading.reach)
    loading.journal.write(loading.connection, loading.load_id)
    accounts, rows = accounts_and_rows(loading)
    return LoadAccount(loading.load_id, accounts), rows


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def _snapshot(loading: Loading, name: str) -> Any:
    return read_table(loading.connection, _table(name))


def load_catalogue(loading: Loading) -> str:
    """Take the catalogue entries in; the reason where they cannot be."""
    entries = loading.delivery.catalogue_entries
    if not entries:
        return ""
    before = {name: _snapshot(loading, name) for name in _CATALOGUE_TABLES}
    parsed = ParsedCatalogue()
    for file, document in entries:
        parsed += parse_catalogue(document, file=file)
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


def check_all(loading: Loading) -> PeoplePlan:
    """Set aside every row that cannot stand in the store, and plan what happens to people."""
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


def bad_files(loading: Loading) -> list[str]:
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


_UNUSABLE = frozenset(
    (
        "not_found",
        "unreadable",
        "encrypted",
        "old_excel",
        "damaged",
        "bad_encoding",
        "too_large_unpacked",
        "bad_toml",
        "bad_mapping",
        "bad_query",
        "missing_header",
    )
)
"""Problems of a file that hide all its rows: worse than a fifth of them rejected."""


def _unusable(delivery: Delivery) -> str:
    problem = next((one for one in delivery.problems if one.code in _UNUSABLE), None)
    return "" if problem is None else f"Nothing was loaded: {problem.message()}"


def _too_many_rejected(files: Sequence[str]) -> str:
    return BadFiles(files=", ".join(files)).message()


def _nothing_found(delivery: Delivery) -> str:
    for problem in delivery.problems:
        return problem.message()
    return NothingToLoad().message()


def accounts_of(loading: Loading) -> list[TableAccount]:
    """The account of every table, in the order of the delivery."""
    accounts = []
    for clean in loading.delivery.tables:
        notes: dict[str, Any] = {**clean.notes, **loading.notes.get(clean.relation, {})}
        if clean.unmapped:
            notes["unmapped"] = list(clean.unmapped)
        accounts.append(
            account_of(
                _counts(loading, clean),
                read=clean.read,
                file=clean.file,
                source=clean.source,
                table=clean.table,
                notes=notes,
            )
        )
    return accounts


def accounts_and_rows(
    loading: Loading,
) -> tuple[tuple[TableAccount, ...], list[dict[str, Any]]]:
    """The account of every table and file, and the rows of ``load_files`` that keep it."""
    delivery = loading.delivery
    said = [*delivery.problems, *delivery.notes]
    accounts = [_with_notes(account, said) for account in accounts_of(loading)]
    understood = {account.file for account in accounts}
    rows: list[dict[str, Any]] = []
    for clean, account in zip(delivery.tables, accounts, strict=True):
        aside = None
        if account.excluded or account.rejected:
            aside = to_parquet(pa.Table.from_pandas(delivery.set_aside(clean)))
        rows.append({**account.as_json(), "sha256": clean.sha256, "set_aside": aside})
    for file, document in delivery.catalogue_entries:
        n = len(parse_catalogue(document, file=file).entries)
        account = TableAccount(file, table="catalogue", read=n, loaded=n)
        accounts.append(account)
        rows.append({**account.as_json(), "sha256": "", "set_aside": None})
    for one in delivery.unrecognised:
        notes = {"unrecognised": True, "columns": list(one.columns)}
        accounts.append(TableAccount(one.file, notes=notes))
    accounts += [
        TableAccount(problem.file, notes={problem.code: True, "message": problem.message()})
        for problem in said
        if problem.file not in understood
    ]
    rows += [
        {**account.as_json(), "table": "", "sha256": "", "set_aside": None}
        for account in accounts[len(rows) :]
    ]
    return tuple(accounts), rows


def _with_notes(account: TableAccount, said: Iterable[FileProblem]) -> TableAccount:
    """The account with what was said about its file."""
    codes = [problem.code for problem in said if problem.file == account.file]
    return replace(account, notes={**account.notes, **dict.fromkeys(codes, True)})


def _remember(loading: Loading) -> None:
    """Keep the mappings in use under their sources' names."""
    mappings = loading.delivery.mappings
    if not mappings:
        return

    table = _table(SourceMapping.__tablename__)
    made = [
        {"source": name, "body": json.dumps(body, ensure_ascii=False, default=str)}
        for name, body in mappings.items()
    ]
    loading.journal.add(upsert(loading.connection, table, rows_of(table, made)))
