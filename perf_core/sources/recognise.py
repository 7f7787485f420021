"""Which table a file is, by its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.sources.headers import KnownHeaders, header_key

WHO: Mapping[str, tuple[str, ...]] = {
    "orders": ("employee_id", "brand", "channel"),
    "tickets": ("employee_id", "channel"),
    "measures": ("employee_id", "brand", "channel"),
    "measures_wide": ("employee_id", "brand", "channel"),
}
"""One of these must say whose a row is."""


@dataclass(frozen=True)
class ColumnMatch:
    """How the columns of a file stand for those of a table.

    Attributes
    ----------
    columns : dict of str to int
        Canonical column to the position of its header.
    measures : dict of str to int
        Measure code to the position of its header (``measures_wide`` only).
    missing : tuple of str
        Required columns that are not there.
    """

    table: str
    columns: Mapping[str, int] = field(default_factory=dict)
    measures: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def n_matched(self) -> int:
        """The number of headers that are used."""
        return len(self.columns) + len(self.measures)


def match_columns(
    table: str,
    headers: Sequence[str],
    known: KnownHeaders,
    *,
    given: Mapping[str, int] | None = None,
    constants: Collection[str] = (),
) -> ColumnMatch:
    """Match the headers of a file with the columns of one table.

    ``given`` are columns (or measures) a mapping has already placed; ``constants`` are columns a
    mapping fills, which therefore cannot be missing.
    """
    names = {column.name for column in IMPORT_TABLES[table].columns}
    is_wide = table == "measures_wide"
    columns: dict[str, int] = {}
    measures: dict[str, int] = {}
    for name, position in (given or {}).items():
        (columns if name in names else measures)[name] = position
    taken = set((given or {}).values())
    ranks: dict[str, int] = {}
    for position, header in enumerate(headers):
        if position in taken:
            continue
        place, found = columns, known.column_of(table, header)
        if found is None and is_wide:
            place, found = measures, known.measure_of(header)
        if found is None:
            continue
        name, rank = found
        if name in (given or {}) or rank >= ranks.get(name, rank + 1):
            continue
        place[name], ranks[name] = position, rank
    there = {*columns, *constants}
    missing = [name for name in IMPORT_TABLES[table].required if name not in there]
    if table in WHO and not there.intersection(WHO[table]):
        missing.append("employee_id")
    if is_wide and not measures:
        missing.append("measure")
    return ColumnMatch(table, columns, measures, tuple(missing))


def recognised(
    headers: Sequence[str],
    known: KnownHeaders,
    *,
    hints: Sequence[str] = (),
    constants: Collection[str] = (),
) -> tuple[ColumnMatch | None, list[ColumnMatch]]:
    """Tell the table a file is, and how near it came to each other one.

    Among the tables whose required columns are all there, the one that uses most of the file's
    headers wins, then the one a hint names (the sheet, the file), then the one that asks for more.

    Returns
    -------
    ColumnMatch or None
        The table, or None where no table has all its required columns.
    list of ColumnMatch
        All tables, nearest first.
    """
    named = {known.titles.get(header_key(hint)) for hint in hints}

    def fit(match: ColumnMatch) -> tuple[int, bool, int]:
        n_required = len(IMPORT_TABLES[match.table].required)
        return (match.n_matched, match.table in named, n_required)

    matches = [match_columns(table, headers, known, constants=constants) for table in IMPORT_TABLES]
    complete = [match for match in matches if not match.missing]
    nearest = sorted(
        (match for match in matches if match.n_matched),
        key=lambda match: (
            match.table not in named,
            len(match.missing) / (len(IMPORT_TABLES[match.table].required) + 1),
            -match.n_matched,
        ),
    )
    return (max(complete, key=fit) if complete else None), nearest
