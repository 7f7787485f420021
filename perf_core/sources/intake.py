"""From files, a mapping and what is known, to clean tables: which file is read as what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from perf_core.domain.import_tables import IMPORT_TABLES, LOAD_ORDER
from perf_core.sources.clean_tables import (
    CleanTable,
    DeliverySettings,
    Guess,
    KnownMeasure,
    Unrecognised,
)
from perf_core.sources.cleaning import clean
from perf_core.sources.codes import CodeBook
from perf_core.sources.files import TABLE_SUFFIXES, FoundFile
from perf_core.sources.headers import header_key, header_keys
from perf_core.sources.mapping import ANY_FILE, Source, fits
from perf_core.sources.plain_rows import clean_plain
from perf_core.sources.problems import FileProblem
from perf_core.sources.queries import run_query
from perf_core.sources.raw_tables import RawTable, answer
from perf_core.sources.reading import Lander, sha256_of
from perf_core.sources.readings import Reading
from perf_core.sources.recognise import ColumnMatch, match_columns, recognised

_SHOWN_ROWS = 5
_GUESSES = 3

# Sheets that explain a workbook; only where they name no table are they passed over.
_GUIDES = frozenset(
    map(header_key, ("说明 Guide", "说明", "填写说明", "使用说明", "Guide", "Read me"))
)


@dataclass(frozen=True)
class MappedFiles:
    """Sources that apply to some of the files, and the name of the mapping they stand in."""

    sources: Sequence[Source]
    files: Sequence[FoundFile]
    label: str


@dataclass
class Intake:
    """Reads files one after the other and collects what they came to."""

    lander: Lander
    book: CodeBook
    settings: DeliverySettings
    measures: Mapping[str, KnownMeasure]
    source_name: str = ""
    tables: list[CleanTable] = field(default_factory=list)
    raws: dict[str, RawTable] = field(default_factory=dict)
    unrecognised: list[Unrecognised] = field(default_factory=list)
    claimed: set[str] = field(default_factory=set)
    """Relations of the tables of text that a source has asked for."""
    places: Mapping[Path, int] = field(default_factory=dict)

    def take_mapped(self, source: Source, mapped: MappedFiles) -> None:
        """Read the files that a source asks for."""
        matching = [one for one in mapped.files if fits(one.label, source.patterns)]
        if not matching:
            facts = {"source": source.name, "pattern": ", ".join(source.patterns)}
            self.lander.notes.append(FileProblem(mapped.label, "no_match", facts))
        elif source.query:
            self.claimed.update(raw.relation for one in matching for raw in self.lander.land(one))
            answer = run_query(source, mapped.files, self.lander, file=mapped.label)
            if isinstance(answer, FileProblem):
                self.lander.problems.append(answer)
            else:
                self._take(answer, source, mapped.label)
        else:
            for one in matching:
                self._take_file(one, source, mapped.label)

    def take_remembered(self, file: FoundFile, sources: Iterable[Source]) -> None:
        """Read a file by a mapping of an earlier load, if it has all its headers."""
        for source in sources:
            if source.query or not source.columns or not fits(file.label, source.patterns):
                continue
            for raw in self._left(file):
                if not _lacking(raw, source):
                    self._take(raw, source, source.name)

    def _left(self, file: FoundFile) -> list[RawTable]:
        """The tables of a file that nobody has asked for yet."""
        return [raw for raw in self.lander.land(file) if raw.relation not in self.claimed]

    def take_known(self, file: FoundFile, *, is_mapped_folder: bool) -> None:
        """Read a file as the table its columns say it is."""
        if file.suffix not in TABLE_SUFFIXES and not file.was_named:
            self.lander.notes.append(FileProblem(file.label, "unknown_kind"))
            return
        for raw in self._left(file):
            hints = [raw.sheet, raw.path.stem, re.sub(r"[\d\W_]+$", "", raw.path.stem)]
            match, nearest = recognised(raw.headers, self.book.known, hints=hints)
            if match is not None:
                self._clean(raw, match, None)
            elif is_mapped_folder:
                self.lander.notes.append(FileProblem(raw.label, "skipped"))
            elif header_key(raw.sheet) not in _GUIDES and (whole := self.lander.whole(raw)):
                self.unrecognised.append(self._unrecognised(whole, nearest))

    def take_typed(self, raw: RawTable, match: ColumnMatch) -> None:
        """Clean a table typed by hand; what it lacks shows in its rows."""
        self._clean(raw, match, None)

    def in_file_order(self) -> list[CleanTable]:
        """The clean tables in the order of their files, whatever asked for them."""
        last = len(self.places)
        return sorted(
            self.tables, key=lambda one: self.places.get(self.raws[one.relation].path, last)
        )

    def sorted_tables(self) -> list[CleanTable]:
        """The clean tables in the order in which they load, then of their files."""
        order = {name: position for position, name in enumerate(LOAD_ORDER)}
        return sorted(self.in_file_order(), key=lambda one: order[one.table])

    def _take_file(self, file: FoundFile, source: Source, label: str) -> None:
        raws = self.lander.land(file)
        if source.sheet:
            raws = [raw for raw in raws if fits(raw.sheet, [source.sheet])]
        fitting = [raw for raw in raws if not _lacking(raw, source)]
        # A source without a pattern is for whatever fits it; one with a pattern means that file.
        is_meant = source.patterns != ANY_FILE
        for raw in fitting or (raws[:1] if is_meant else []):
            self._take(raw, source, label)

    def _take(self, raw: RawTable, source: Source, label: str) -> None:
        self.claimed.add(raw.relation)
        if lacking := _lacking(raw, source):
            facts = {"source": source.name, "header": lacking[0], "data": raw.label}
            self.lander.problems.append(FileProblem(label, "missing_header", facts))
            return
        places = _places(raw)
        given = {name: places[header_key(header)] for name, header in source.columns.items()}
        names = {column.name for column in IMPORT_TABLES[source.table].columns}
        if unknown := sorted(set(given) - names - set(self.measures)):
            why = f"there is no measure {', '.join(unknown)}"
            facts = {"source": source.name, "why": why}
            self.lander.problems.append(FileProblem(label, "bad_mapping", facts))
            return
        match = match_columns(
            source.table, raw.headers, self.book.known, given=given, constants=source.constant
        )
        if match.missing:
            facts = {"table": match.table, "columns": ", ".join(match.missing)}
            self.lander.problems.append(FileProblem(raw.label, "missing_required", facts))
            return
        self._clean(raw, match, source)

    def _clean(self, raw: RawTable, match: ColumnMatch, source: Source | None) -> None:
        zone = (source.timezone if source else "") or self.settings.timezone
        used = {**match.columns, **match.measures}
        reading = Reading(
            raw=raw,
            table=match.table,
            columns=match.columns,
            measures=match.measures,
            money_measures=money_measures(self.measures),
            zone=zone,
            company_zone=self.settings.timezone,
            values=source.values if source else {},
            constant=source.constant if source else {},
            test=source.test if source else {},
            date_format=source.date_format if source else "",
        )
        relation = self.lander.relations.next("clean")
        connection = self.lander.connection
        read = clean_plain(connection, reading, self.book, relation)
        if read is None:
            whole = self.lander.whole(raw)
            if whole is None:
                return
            raw = whole
            read = clean(connection, replace(reading, raw=raw), self.book, relation)
        if not read:
            self.lander.notes.append(FileProblem(raw.label, "no_rows"))
        self.raws[relation] = raw
        self.tables.append(
            CleanTable(
                file=raw.label,
                source=source.name if source else self.source_name,
                table=match.table,
                relation=relation,
                read=read,
                timezone=zone,
                daily=source.daily if source else False,
                columns={name: raw.headers[place] for name, place in used.items()},
                unmapped=tuple(
                    header for place, header in enumerate(raw.headers) if place not in used.values()
                ),
                measures=tuple(match.measures),
                sha256=sha256_of(raw),
            )
        )

    def _unrecognised(self, raw: RawTable, nearest: Sequence[ColumnMatch]) -> Unrecognised:
        cells = ", ".join(f"coalesce(c{place}, '')" for place in range(len(raw.headers)))
        shown = f"select {cells} from {raw.relation} limit {_SHOWN_ROWS}"
        rows = answer(self.lander.connection, shown)
        guesses = tuple(
            Guess(match.table, tuple(match.columns), match.missing) for match in nearest[:_GUESSES]
        )
        return Unrecognised(raw.label, raw.headers, guesses, tuple(rows))


def money_measures(measures: Mapping[str, KnownMeasure]) -> frozenset[str]:
    """The codes of the measures that are money."""
    return frozenset(code for code, measure in measures.items() if measure.unit == "money")


def _places(raw: RawTable) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, header in enumerate(raw.headers):
        for key in header_keys(header):
            places.setdefault(key, place)
    for place, header in enumerate(raw.headers):
        places[header_key(header)] = place
    return places


def _lacking(raw: RawTable, source: Source) -> list[str]:
    places = _places(raw)
    return [header for header in source.columns.values() if header_key(header) not in places]


def mapped_headers(sources: Iterable[Source]) -> frozenset[str]:
    """The keys of every header the sources name."""
    return frozenset(header_key(header) for one in sources for header in one.columns.values())


def without_sources(content: Mapping[str, Any]) -> dict[str, Any]:
    """What of a TOML file is left for the catalogue."""
    return {key: value for key, value in content.items() if key != "source"}
