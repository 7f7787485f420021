"""How one table of text is to be read: what a mapping and the file's headers came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from perf_core.domain.import_tables import IMPORT_TABLES, Column, ImportTable
from perf_core.sources.raw_tables import SQUEEZED_BLANKS, RawTable

MONEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "employees": ("bonus_base",),
    "pay": ("amount",),
    "orders": ("amount",),
}
"""Number columns that hold money: their relation has ``<name>_e4`` instead of ``<name>``."""


@ibis.udf.scalar.builtin(name="trim")
def _trim(text: str, blanks: str) -> str:  # type: ignore[empty-body]
    ...


@dataclass(frozen=True)
class Reading:
    """How one table of text is to be read.

    Attributes
    ----------
    columns : dict of str to int
        Canonical column to its place in the file.
    measures : dict of str to int
        Measure code to its place in the file (``measures_wide``).
    money_measures : frozenset of str
        The codes of measures that are money.
    """

    raw: RawTable
    table: str
    columns: Mapping[str, int]
    zone: str
    company_zone: str
    measures: Mapping[str, int] = field(default_factory=dict)
    money_measures: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)
    test: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_format: str = ""

    @property
    def shape(self) -> ImportTable:
        """The table's columns and key."""
        return IMPORT_TABLES[self.table]

    @property
    def present(self) -> list[Column]:
        """The table's columns that the file or a constant fills."""
        return [
            column
            for column in self.shape.columns
            if column.name in self.columns or column.name in self.constant
        ]

    @property
    def counted(self) -> dict[str, bool]:
        """The number columns and measures, and whether each is money."""
        counted = {
            column.name: self.is_money(column) for column in self.present if column.type == "number"
        }
        if self.table == "measures":
            counted["value_e4"] = True
        return counted | {code: code in self.money_measures for code in self.measures}

    def is_money(self, column: Column) -> bool:
        """Whether a number column is kept as whole 1/10,000."""
        return column.name in MONEY_COLUMNS.get(self.table, ())

    def raw_table(self) -> Any:
        """The table of text, as an Ibis table."""
        return ibis.table(self.raw_schema(), name=self.raw.relation)

    def raw_schema(self) -> dict[str, Any]:
        """The columns of the table of text."""
        own: dict[str, Any] = {"rowid": dt.int64}
        if self.raw.numbered:
            own = {"__row": dt.int64, "__long": dt.boolean}
        return own | {f"c{place}": dt.string for place in range(len(self.raw.headers))}

    def text(self, table: Any, name: str) -> Any:
        """A column's cell: trimmed, its values swapped, the constant where it is blank."""
        place = self.columns.get(name, self.measures.get(name))
        text = ibis.null(dt.string) if place is None else cell(table, place)
        if swaps := self.values.get(name):
            text = text.cases(*swaps.items(), else_=text)
        if name in self.constant:
            text = text.coalesce(ibis.literal(self.constant[name]))
        return text

    def trimmed(self, name: str, text: str | None) -> str | None:
        """The same for one cell in hand."""
        plain = (text or "").strip(SQUEEZED_BLANKS) or None
        if plain is not None:
            plain = self.values.get(name, {}).get(plain, plain)
        return self.constant.get(name) if plain is None else plain

    def is_as_written(self, name: str) -> bool:
        """Whether a column's cells are taken from the file and from nowhere else."""
        return name in self.columns and name not in self.values and name not in self.constant


def trimmed(text: Any) -> Any:
    """A text without the blanks around it; NULL where nothing is left."""
    return _trim(text, SQUEEZED_BLANKS).nullif("")


def cell(table: Any, place: int) -> Any:
    """A cell without the blanks around it; NULL where nothing is left."""
    return trimmed(table[f"c{place}"])


def has_blank_edge(text: Any) -> Any:
    """Whether trimming would change a text.

    Comparisons in an order that decides most texts by the first: a pattern costs ten times as much.
    Those of a whole text cost nothing, cutting off its end does.
    """
    wide = [blank for blank in SQUEEZED_BLANKS if blank > " "]
    last = text.right(1)
    return ibis.cases(
        (text.between("!", "~") & last.between("!", "~"), False),
        (text < "!", True),
        (last < "!", True),
        (text >= min(wide), text.left(1).isin(wide)),
        (last >= min(wide), last.isin(wide)),
        else_=False,
    )
