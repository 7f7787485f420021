"""A file becomes tables of text in DuckDB, each landed once however many sources ask for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from perf_core.sources.files import FileKind, FoundFile, fingerprint, kind_of
from perf_core.sources.header_rows import KnownCount
from perf_core.sources.late_text import LandLater
from perf_core.sources.parquet_files import land_parquet
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, Relations
from perf_core.sources.text_files import land_text
from perf_core.sources.workbooks import land_workbook

T = TypeVar("T")

_KINDS = {"text": "CSV text", "workbook": "an Excel workbook", "parquet": "Parquet"}
_SUFFIXES: dict[FileKind, frozenset[str]] = {
    "text": frozenset({".csv", ".tsv", ".txt"}),
    "workbook": frozenset({".xlsx", ".xlsm"}),
    "parquet": frozenset({".parquet"}),
}


@dataclass
class Lander:
    """Lands files as tables of text in one connection, and keeps what went wrong."""

    connection: duckdb.DuckDBPyConnection
    workdir: Path
    count_known: KnownCount
    relations: Relations = field(default_factory=Relations)
    problems: list[FileProblem] = field(default_factory=list)
    notes: list[FileProblem] = field(default_factory=list)
    _landed: dict[Path, list[RawTable]] = field(default_factory=dict)

    def land(self, file: FoundFile) -> list[RawTable]:
        """The tables of a file; none where it cannot be read, which is then a problem."""
        if file.path not in self._landed:
            self._landed[file.path] = self._read(file)
        return self._landed[file.path]

    def _read(self, file: FoundFile) -> list[RawTable]:
        kind = kind_of(file)
        if isinstance(kind, FileProblem):
            self.problems.append(kind)
            return []
        if kind in _SUFFIXES and file.suffix not in _SUFFIXES[kind]:
            self.notes.append(FileProblem(file.label, "wrong_extension", {"kind": _KINDS[kind]}))
        landed = _safely(file, lambda: self._land(file, kind))
        if isinstance(landed, FileProblem):
            self.problems.append(landed)
            return []
        if any(raw.late for raw in landed):
            return landed
        sha256 = fingerprint(file.path)
        return [replace(raw, sha256=sha256) for raw in landed]

    def whole(self, raw: RawTable) -> RawTable | None:
        """A table of text landed, also where its file waits; None where it turns out to be none."""
        if raw.late is None:
            return raw
        is_first = raw.late.landed is None
        landed = raw.late.whole()
        if isinstance(landed, FileProblem):
            if is_first:
                self.problems.append(landed)
            return None
        return replace(landed, sha256=fingerprint(raw.path))

    def _land(self, file: FoundFile, kind: FileKind) -> list[RawTable] | FileProblem:
        if kind == "workbook":
            return land_workbook(
                self.connection, file, relations=self.relations, count_known=self.count_known
            )
        relation = self.relations.next("raw")
        if kind == "parquet":
            landed = land_parquet(self.connection, file, relation=relation)
        else:
            at_once = partial(self._text, file, relation)
            landed = at_once(later=lambda: _safely(file, at_once))
        return landed if isinstance(landed, FileProblem) else [landed]

    def _text(
        self, file: FoundFile, relation: str, later: LandLater | None = None
    ) -> RawTable | FileProblem:
        return land_text(
            self.connection,
            file,
            relation=relation,
            workdir=self.workdir,
            count_known=self.count_known,
            later=later,
        )


def sha256_of(raw: RawTable) -> str:
    """The SHA-256 of the bytes of a table's file."""
    late = raw.late
    if late is None:
        return raw.sha256
    return late.sha256 if late.path == raw.path else fingerprint(raw.path)


def _safely(file: FoundFile, land: Callable[[], T | FileProblem]) -> T | FileProblem:
    """What landing a file comes to; a problem where the computer says no."""
    try:
        return land()
    except MemoryError:
        return FileProblem(file.label, "too_large_unpacked")
    except (OSError, duckdb.Error) as error:
        why = str(error).strip().splitlines()[0] if str(error).strip() else "unknown"
        return FileProblem(file.label, "unreadable", {"why": why})
