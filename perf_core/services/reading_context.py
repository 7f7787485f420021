"""What reading files needs to know of the store: names, measures, mappings, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from perf_core.domain.catalogue import Catalogue
from perf_core.domain.catalogue_entries import CatalogueEntries, ParsedCatalogue
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.sources.delivery import DeliverySettings, KnownMeasure
from perf_core.sources.files import found_files
from perf_core.sources.intake import without_sources
from perf_core.sources.mapping import read_toml
from perf_core.sources.problems import FileProblem
from perf_core.store.catalogue import read_catalogue
from perf_core.store.engine import Store
from perf_core.store.measure_tables import SHIPPED_MEASURES
from perf_core.store.tables import ChannelOwner, SourceMapping, TitleRole


@dataclass(frozen=True)
class ReadingContext:
    """The arguments of ``read_delivery`` that come from the store."""

    measures: Mapping[str, KnownMeasure]
    axis_names: Mapping[str, Mapping[str, str]]
    settings: DeliverySettings
    title_roles: Mapping[str, str]
    remembered: Mapping[str, Mapping[str, Any]]
    owned_channels: frozenset[str]


def read_context(
    store: Store, *, paths: Sequence[Path | str] = (), mapping: Path | None = None
) -> ReadingContext:
    """Read all of it at once.

    Catalogue entries among the ``paths`` count already: in a folder they load before its tables.
    """
    announced = _announced([Path(path) for path in paths], mapping)
    with store.reading() as connection:
        catalogue = _with_entries(read_catalogue(connection), announced)
        titles = connection.execute(select(TitleRole.title, TitleRole.role)).all()  # type: ignore[call-overload]
        mappings = connection.execute(select(SourceMapping.source, SourceMapping.body)).all()  # type: ignore[call-overload]
        channels = connection.execute(select(ChannelOwner.channel).distinct()).scalars()  # type: ignore[call-overload]
        return ReadingContext(
            known_measures(catalogue),
            axis_names(catalogue),
            DeliverySettings(catalogue.settings.timezone, catalogue.settings.currency),
            dict(tuple(row) for row in titles),
            dict(tuple(row) for row in mappings),
            frozenset(channels),
        )


def _announced(paths: Sequence[Path], mapping: Path | None) -> CatalogueEntries:
    """The readable entries of the TOML files; what is wrong with others is told by reading."""
    files, _ = found_files([*paths, *([mapping] if mapping is not None else [])])
    parsed = ParsedCatalogue()
    for file in files:
        if file.path.suffix.casefold() == ".toml":
            content = read_toml(file.path, file.label)
            if not isinstance(content, FileProblem):
                parsed += parse_catalogue(without_sources(content), file=file.label)
    return parsed.entries


def _with_entries(catalogue: Catalogue, entries: CatalogueEntries) -> Catalogue:
    stated = entries.settings
    settings = catalogue.settings
    if stated is not None:
        settings = replace(
            settings,
            timezone=stated.timezone or settings.timezone,
            currency=stated.currency or settings.currency,
        )
    return replace(
        catalogue,
        measures=catalogue.measures | {one.code: one for one in entries.measures},
        indicators=catalogue.indicators | {one.code: one for one in entries.indicators},
        axes=catalogue.axes | {(one.kind, one.code): one for one in entries.axes},
        settings=settings,
    )


def known_measures(catalogue: Catalogue) -> dict[str, KnownMeasure]:
    """The measures files may bring, with the names they may go by."""
    return {
        code: KnownMeasure(
            tuple(name for name in (one.names.zh, one.names.en) if name),
            SHIPPED_MEASURES.get(code, one.unit),
        )
        for code, one in catalogue.measures.items()
    }


def axis_names(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Every name of a brand, role, indicator, … to its code; a name of two codes names neither."""
    found: dict[str, dict[str, set[str]]] = {}
    for (kind, code), value in catalogue.axes.items():
        for name in (value.names.zh, value.names.en):
            if name and name != code:
                found.setdefault(kind, {}).setdefault(name, set()).add(code)
    for code, indicator in catalogue.indicators.items():
        for name in (indicator.names.zh, indicator.names.en):
            if name and name != code:
                found.setdefault("indicator", {}).setdefault(name, set()).add(code)
    codes = {kind: {c for k, c in catalogue.axes if k == kind} for kind in found}
    return {
        kind: {
            name: next(iter(of))
            for name, of in names.items()
            if len(of) == 1 and name not in codes[kind]
        }
        for kind, names in found.items()
    }
