"""What HR does with data in the app: every deed asks for the scope of who does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import tomli_w

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import Indicator
from perf_core.domain.errors import NotAllowed
from perf_core.services.catalogue import save_indicator
from perf_core.services.export_tables import export_tables
from perf_core.services.inspect_loads import list_loads, load_account, set_aside_rows
from perf_core.services.load_account import LoadAccount
from perf_core.services.load_files import load_files, load_typed
from perf_core.services.preview_files import Preview, check_typed, preview_files
from perf_core.services.save_titles import save_titles
from perf_core.services.undo_load import undo_load
from perf_core.sources.problems import FileProblem
from perf_core.sources.reasons import Facts, advice_sentence, problem_template
from perf_core.store.clock import now
from perf_core.store.engine import Store

__all__ = [
    "MAPPING_FILE",
    "DataDesk",
    "Facts",
    "FileMapping",
    "FileProblem",
    "LoadAccount",
    "Preview",
    "advice_sentence",
    "day_in",
    "mapping_text",
    "pattern_of",
    "problem_template",
]

MAPPING_FILE = "perfboard.toml"


@dataclass(frozen=True)
class FileMapping:
    """How one file that was not recognised is to be read: one ``[source.NAME]``.

    Attributes
    ----------
    source : str
        The name it is remembered under.
    table : str
        A name in ``IMPORT_TABLES``.
    match : str
        The pattern of its files.
    columns : mapping of str to str
        Canonical column to the header it is read from.
    constant : mapping of str to str
        Columns that are the same on every row.
    """

    source: str
    table: str
    match: str
    columns: Mapping[str, str]
    constant: Mapping[str, str] = field(default_factory=dict)


def day_in(timezone: str) -> date:
    """The day it is in a time zone: what lies after it is in the future."""
    return now().astimezone(ZoneInfo(timezone)).date()


def pattern_of(file: str) -> str:
    """The pattern that fits this file and its next deliveries: digits may differ.

    Examples
    --------
    >>> pattern_of("订单_202606.xlsx#Sheet1"), pattern_of("calls.csv")
    ('订单_*.xlsx', 'calls.csv')
    """
    name = file.split("#", maxsplit=1)[0].replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    pattern = "".join("*" if sign.isdigit() else sign for sign in name)
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


def mapping_text(mappings: Sequence[FileMapping]) -> str:
    """The mappings as the TOML a folder may hold."""
    body = {
        one.source: {
            "table": one.table,
            "match": one.match,
            "columns": dict(one.columns),
            **({"constant": dict(one.constant)} if one.constant else {}),
        }
        for one in mappings
    }
    return tomli_w.dumps({"source": body}) if body else ""


@dataclass(frozen=True)
class DataDesk:
    """The deeds of the Data page; making one refuses whoever may not change data.

    Raises
    ------
    NotAllowed
        The scope is not one that may edit.
    """

    store: Store
    scope: Scope

    def __post_init__(self) -> None:
        if not self.scope.may_edit:
            raise NotAllowed(what="data")

    @property
    def _by(self) -> str:
        return self.scope.viewer.employee_id or self.scope.viewer.kind.value

    def preview(
        self, folder: Path, *, today: date, assignments_from: date | None = None
    ) -> Preview:
        """Read the files of a folder as a load would, and keep nothing."""
        return preview_files(
            self.store, [folder], today=today, assignments_from=assignments_from, scope=self.scope
        )

    def load(
        self,
        folder: Path,
        *,
        today: date,
        allow_rejects: bool,
        assignments_from: date | None,
        progress: Callable[[str, float], None],
    ) -> LoadAccount:
        """Load the files of a folder."""
        return load_files(
            self.store,
            [folder],
            today=today,
            allow_rejects=allow_rejects,
            by=self._by,
            assignments_from=assignments_from,
            progress=progress,
            scope=self.scope,
        )

    def type_in(
        self, frames: Mapping[str, pd.DataFrame], *, today: date, assignments_from: date | None
    ) -> LoadAccount:
        """Load rows typed by hand: good rows are kept, bad ones come back with advice."""
        return load_typed(
            self.store,
            frames,
            today=today,
            by=self._by,
            assignments_from=assignments_from,
            scope=self.scope,
        )

    def check_typed(
        self, frames: Mapping[str, pd.DataFrame], *, today: date, assignments_from: date | None
    ) -> pd.DataFrame:
        """The typed rows that would not be kept, with the reason (``check_typed``)."""
        return check_typed(
            self.store, frames, today=today, assignments_from=assignments_from, scope=self.scope
        )

    def undo(self, load_id: int) -> None:
        """Take a load back."""
        undo_load(self.store, load_id, scope=self.scope)

    def loads(self) -> pd.DataFrame:
        """All loads, newest first (``inspect_loads.list_loads``)."""
        return list_loads(self.store, scope=self.scope)

    def account(self, load_id: int) -> LoadAccount:
        """The account of one load."""
        return load_account(self.store, load_id, scope=self.scope)

    def set_aside(self, load_id: int, kind: str) -> pd.DataFrame:
        """The rows of a load that were ``rejected`` or ``excluded``."""
        return set_aside_rows(self.store, load_id, kind, scope=self.scope)

    def map_titles(self, roles: Mapping[str, str]) -> None:
        """Remember which role each job title stands for."""
        save_titles(self.store, roles, by=self._by, scope=self.scope)

    def add_indicator(self, indicator: Indicator) -> None:
        """Add an indicator by its formula, or replace the company's own of that code."""
        save_indicator(self.store, indicator, by=self._by, scope=self.scope)

    def export(self, tables: Sequence[str], folder: Path) -> list[Path]:
        """Write tables as files that loading takes back."""
        return export_tables(self.store, tables, folder, scope=self.scope)
