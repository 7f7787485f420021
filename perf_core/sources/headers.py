"""The headers that exports are known to use, and how a header is compared with them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from perf_core.domain.import_tables import IMPORT_TABLES

HEADERS_FILE = Path(__file__).resolve().parents[2] / "data" / "catalogue" / "headers.toml"

_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]\s*$")
_SILENT = re.compile(r"[\W_]+")
_PARTS = re.compile(
    r"[\n/|]|(?<=[\u4e00-\u9fff])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[\u4e00-\u9fff])"
)


_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def header_key(header: str) -> str:
    """What of a header counts: case, spaces, underscores, width and punctuation do not.

    Examples
    --------
    >>> header_key("Order_ID "), header_key("ＯｒｄｅｒＩＤ")
    ('orderid', 'orderid')
    """
    return _SILENT.sub("", unicodedata.normalize("NFKC", header).casefold())


@cache
def header_keys(header: str) -> tuple[str, ...]:
    """The keys a header may be known by, best first: whole, without its unit, each half.

    Examples
    --------
    >>> header_keys("支付金额（元）")
    ('支付金额元', '支付金额')
    >>> header_keys("员工工号 employee_id")
    ('员工工号employeeid', '员工工号', 'employeeid')
    """
    text = unicodedata.normalize("NFKC", header)
    keys = [header_key(text), header_key(_BRACKETS.sub("", text))]
    keys += [header_key(part) for part in _PARTS.split(text)]
    if _CHINESE.search(text) and (words := text.split()):
        # A name in both languages: 买家ID buyer_id.
        keys.append(header_key(words[-1]))
    return tuple(dict.fromkeys(key for key in keys if key))


def value_key(text: str) -> str:
    """What of a value counts: case, width and blanks around it do not."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@dataclass(frozen=True)
class KnownHeaders:
    """Headers by table and column, and the values of choices in other words.

    Attributes
    ----------
    columns : dict
        Table to header key to (column, rank); among several headers of a file for one column the
        lowest rank wins: 0 is the canonical name, then the order of the catalogue.
    measures : dict
        Header key to (measure code, rank).
    choices : dict
        ``"table.column"`` to value key to canonical value.
    flags : dict
        Value key to yes or no.
    currencies : dict
        Value key to currency code.
    titles : dict
        Key of a table's name in any language to the table.
    """

    columns: Mapping[str, Mapping[str, tuple[str, int]]]
    measures: Mapping[str, tuple[str, int]]
    choices: Mapping[str, Mapping[str, str]]
    flags: Mapping[str, bool]
    currencies: Mapping[str, str]
    titles: Mapping[str, str]
    names: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def column_of(self, table: str, header: str) -> tuple[str, int] | None:
        """The column of a table that a header names, with the header's rank."""
        return _first(self.columns.get(table, {}), header)

    def measure_of(self, header: str) -> tuple[str, int] | None:
        """The measure that a header names, with the header's rank."""
        return _first(self.measures, header)

    def with_measures(self, names: Mapping[str, Iterable[str]]) -> KnownHeaders:
        """The same headers, knowing these measures (code to its names) and no others."""
        measures: dict[str, tuple[str, int]] = {}
        for key, (code, rank) in self.measures.items():
            if code in names:
                measures[key] = (code, rank + 10)
        for code, called in names.items():
            for position, name in enumerate((code, *called)):
                if key := header_key(name):
                    measures.setdefault(key, (code, position))
                    if measures[key][1] > position:
                        measures[key] = (code, position)
        return KnownHeaders(**{**self.__dict__, "measures": measures})

    def count_known(self, cells: Sequence[str], extra: frozenset[str] = frozenset()) -> int:
        """How many of the cells are headers of anything (``extra`` holds more header keys)."""
        every = self._every
        return sum(
            1 for cell in cells if any(key in every or key in extra for key in header_keys(cell))
        )

    @cached_property
    def _every(self) -> frozenset[str]:
        return frozenset(self.measures).union(*self.columns.values())


def _first(known: Mapping[str, tuple[str, int]], header: str) -> tuple[str, int] | None:
    for penalty, key in enumerate(header_keys(header)):
        if key in known:
            name, rank = known[key]
            return name, rank + 1000 * penalty
    return None


@cache
def known_headers(path: Path = HEADERS_FILE) -> KnownHeaders:
    """Read the shipped catalogue of headers."""
    with path.open("rb") as stream:
        content = tomllib.load(stream)
    shared: dict[str, list[str]] = content.get("shared", {})
    by_table: dict[str, dict[str, list[str]]] = content.get("table", {})
    columns: dict[str, dict[str, tuple[str, int]]] = {}
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, table in IMPORT_TABLES.items():
        own = by_table.get(name, {})
        keys: dict[str, tuple[str, int]] = {}
        names[name] = {}
        for column in table.columns:
            called = [*own.get(column.name, []), *shared.get(column.name, [])]
            names[name][column.name] = tuple(called)
            for rank, header in enumerate((column.name, *called)):
                keys.setdefault(header_key(header), (column.name, rank))
        columns[name] = keys
    choices = {
        place: {value_key(word): value for value, words in values.items() for word in words}
        for place, values in content.get("choice", {}).items()
    }
    flags: dict[str, list[str]] = content.get("flag", {})
    return KnownHeaders(
        columns=columns,
        measures={
            header_key(header): (code, rank)
            for code, headers in content.get("measure", {}).items()
            for rank, header in enumerate(headers)
        },
        choices=choices,
        flags={value_key(word): answer == "yes" for answer in flags for word in flags[answer]},
        currencies={
            value_key(word): code
            for code, words in content.get("currency", {}).items()
            for word in (code, *words)
        },
        titles={
            header_key(title): name
            for name in IMPORT_TABLES
            for title in (name, *content.get("title", {}).get(name, []))
        },
        names=names,
    )
