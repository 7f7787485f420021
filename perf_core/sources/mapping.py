"""``[source.X]`` entries: which files they apply to and how their columns are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.sources.problems import FileProblem

_KEYS = frozenset(
    {"table", "match", "columns", "values", "constant", "test", "query", "sheet"}
    | {"timezone", "date_format", "daily"}
)


ANY_FILE = ("*",)
"""The patterns of a source that names none."""


@dataclass(frozen=True)
class Source:
    """One named source of a mapping file, or one remembered.

    Attributes
    ----------
    match : dict of str to tuple of str
        Patterns by the name of the table they stack into; ``""`` where they have none.
    columns : dict of str to str
        Canonical column, or measure code, to header.
    values : dict of str to dict
        Column to value of the file to value as it is loaded.
    constant : dict of str to str
        Column to what stands in its blank cells.
    test : dict of str to tuple of str
        Column to patterns (``*`` and ``?``) of rows that are tests.
    """

    name: str
    table: str
    match: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)
    test: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    timezone: str = ""
    date_format: str = ""
    daily: bool = False
    query: str = ""
    sheet: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern, whatever it stacks into."""
        return tuple(pattern for patterns in self.match.values() for pattern in patterns)


def fits(label: str, patterns: Sequence[str]) -> bool:
    """Whether a file's path inside the delivery fits one of the patterns.

    A pattern without a slash is held against the file's name alone.

    Examples
    --------
    >>> fits("2026/订单6月.xlsx", ["订单*.xlsx"]), fits("a/b.csv", ["b/*.csv"])
    (True, False)
    """
    path = label.casefold()
    name = path.rsplit("/", maxsplit=1)[-1]
    return any(
        fnmatchcase(path if "/" in pattern else name, pattern.casefold().removeprefix("./"))
        for pattern in patterns
    )


def read_toml(path: Path, label: str) -> dict[str, Any] | FileProblem:
    """Read a TOML file; a problem says where it is broken."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return FileProblem(label, "bad_toml", {"why": str(error)})
    except OSError as error:
        return FileProblem(label, "unreadable", {"why": error.strerror or str(error)})


def sources_in(bodies: Mapping[str, Any], *, file: str) -> tuple[list[Source], list[FileProblem]]:
    """Read the ``[source.X]`` entries of a mapping; a bad one is a problem, the others stand."""
    sources: list[Source] = []
    problems: list[FileProblem] = []
    for name, body in bodies.items():
        try:
            sources.append(_source(name, body))
        except _Unfit as unfit:
            facts = {"source": name, "why": str(unfit)}
            problems.append(FileProblem(file, "bad_mapping", facts))
    return sources, problems


class _Unfit(Exception):
    pass


def _source(name: str, body: Any) -> Source:
    if not isinstance(body, Mapping):
        raise _Unfit("it must be a table, [source.NAME]")
    if unknown := sorted(set(body) - _KEYS):
        raise _Unfit(f"unknown key {', '.join(unknown)}")
    table = str(body.get("table", ""))
    if table not in IMPORT_TABLES:
        raise _Unfit(f"there is no table “{table}”: use one of {', '.join(IMPORT_TABLES)}")
    query = str(body.get("query", "")).strip()
    columns = _texts(body, "columns")
    if query and columns:
        raise _Unfit("give either columns or a query")
    source = Source(
        name=name,
        table=table,
        match=_match(body.get("match", list(ANY_FILE))),
        columns=columns,
        values={
            column: {_text(old): _text(new) for old, new in _dict(pairs, "values").items()}
            for column, pairs in _dict(body.get("values", {}), "values").items()
        },
        constant=_texts(body, "constant"),
        test={
            column: tuple(map(str, patterns)) if isinstance(patterns, list) else (str(patterns),)
            for column, patterns in _dict(body.get("test", {}), "test").items()
        },
        timezone=_zone(str(body.get("timezone", ""))),
        date_format=str(body.get("date_format", "")),
        daily=bool(body.get("daily", False)),
        query=query,
        sheet=str(body.get("sheet", "")),
    )
    if not source.query and set(source.match) != {""}:
        raise _Unfit("named patterns need a query")
    _check_columns(source)
    return source


def _check_columns(source: Source) -> None:
    names = {column.name for column in IMPORT_TABLES[source.table].columns}
    for where in (source.columns, source.values, source.constant, source.test):
        unknown = sorted(set(where) - names)
        if unknown and source.table != "measures_wide":
            raise _Unfit(f"{source.table} has no column {', '.join(unknown)}")


def _match(given: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(given, Mapping):
        return {str(name): _patterns(patterns) for name, patterns in given.items()}
    return {"": _patterns(given)}


def _patterns(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    if isinstance(given, list) and given and all(isinstance(one, str) for one in given):
        return tuple(given)
    raise _Unfit("match must be a pattern, a list of patterns, or a table of named patterns")


def _dict(given: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _Unfit(f"{key} must be a table")
    return given


def _texts(body: Mapping[str, Any], key: str) -> dict[str, str]:
    return {str(name): _text(value) for name, value in _dict(body.get(key, {}), key).items()}


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date() | datetime():
            return value.isoformat()
        case _:
            return str(value)


def _zone(name: str) -> str:
    if name:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise _Unfit(f"there is no time zone “{name}”") from None
    return name
