"""Change the catalogue: entries of files, an indicator by hand, a template version, settings.

What a change may not do is decided here, once for files and pages: a formula with an unknown
name, a template version that would score a closed period anew, another currency under amounts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import (
    AxisValue,
    Catalogue,
    CompanySettings,
    GradeScheme,
    Indicator,
    Measure,
    Names,
    Template,
)
from perf_core.domain.catalogue_entries import (
    CatalogueEntries,
    GradeChanges,
    ParsedCatalogue,
    SettingChanges,
)
from perf_core.domain.errors import BadCatalogue
from perf_core.scoring.formulas import parse_formula
from perf_core.services.catalogue_checks import (
    entry_problems,
    rating_dimensions,
    template_problems,
)
from perf_core.services.rights import require_editor
from perf_core.store import catalogue as rows
from perf_core.store.catalogue import CatalogueRows, Standing, read_catalogue
from perf_core.store.clock import now
from perf_core.store.engine import Store
from perf_core.store.measure_tables import SHIPPED_MEASURES

__all__ = [
    "CatalogueAccount",
    "catalogue_entries",
    "check_formula",
    "load_catalogue_entries",
    "publish_template",
    "read_catalogue",
    "save_indicator",
    "save_settings",
]


@dataclass(frozen=True)
class CatalogueAccount:
    """What a load of catalogue entries did: ``read = loaded``, of which some changed nothing."""

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    changed: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    """Keys of the rows that were added or replaced, by table."""


def load_catalogue_entries(
    connection: Connection,
    parsed: ParsedCatalogue | CatalogueEntries,
    *,
    data_day: date | None,
    by: str = "",
    reason: str = "",
    at: datetime | None = None,
    origin: str = "company",
) -> CatalogueAccount:
    """Take entries into the catalogue inside the caller's transaction; all of them or none.

    An entry whose code exists replaces it. A role's or brand's template version is another
    matter: see :func:`perf_core.services.catalogue_checks.template_problem`.

    Parameters
    ----------
    connection : Connection
        Of ``Store.writing()``.
    parsed : ParsedCatalogue or CatalogueEntries
        What the files hold.
    data_day : date or None
        The last day with data; periods that ended before it are closed.
    by, reason : str
        Who brings the entries, and why: kept with published template versions.
    at : datetime, optional
        When; the clock's instant by default.
    origin : {"company", "shipped"}
        Shipped entries leave alone what the company has set itself.

    Raises
    ------
    BadCatalogue
        Some entry is wrong; the error carries every problem, and nothing was written.
    """
    if isinstance(parsed, CatalogueEntries):
        parsed = ParsedCatalogue(parsed)
    entries = parsed.entries
    current, standing = read_catalogue(connection), rows.read_standing(connection)
    problems = [*parsed.problems, *entry_problems(connection, entries, current)]
    if origin == "company":
        problems += template_problems(entries.templates, current, standing, data_day)
    if problems:
        raise BadCatalogue(tuple(problems))
    stamp = {"at": at or now(), "by": by, "reason": reason}
    wanted = _rows(entries, current, origin, stamp)
    changed: dict[str, list[tuple[Any, ...]]] = {}
    unchanged = 0
    for name, candidates in wanted.items():
        fresh = [row for row in candidates if _changes(name, row, standing, origin)]
        unchanged += len(candidates) - len(fresh)
        if fresh:
            table = rows.table_of(name)
            rows.write_rows(connection, table, fresh)
            keys = rows.key_columns(table)
            changed[name] = [tuple(row[key] for key in keys) for row in fresh]
    return CatalogueAccount(len(entries), len(entries), unchanged, changed)


def catalogue_entries(connection: Connection) -> CatalogueEntries:
    """Everything in the catalogue as entries, for its export."""
    catalogue = read_catalogue(connection)
    grades = catalogue.grades
    return CatalogueEntries(
        tuple(catalogue.measures.values()),
        tuple(catalogue.indicators.values()),
        tuple(catalogue.axes.values()),
        catalogue.templates,
        catalogue.rules,
        GradeChanges(
            grades.rule,
            grades.grades,
            grades.auto_from,
            grades.auto_company,
            grades.pass_mark,
            grades.vetoed_bonus_factor,
        ),
        SettingChanges(catalogue.settings.timezone, catalogue.settings.currency),
    )


def check_formula(connection: Connection, formula: str) -> None:
    """Refuse a formula that cannot be read or names what is not there.

    Raises
    ------
    FormulaError
        It carries the position and the reason.
    """
    catalogue = read_catalogue(connection)
    parse_formula(
        formula,
        measures=frozenset(catalogue.measures),
        dimensions=rating_dimensions(catalogue.axes),
    )


def save_indicator(store: Store, indicator: Indicator, *, scope: Scope, by: str = "") -> None:
    """Add an indicator by its formula, or replace the one of that code.

    Raises
    ------
    FormulaError
        The formula cannot be read; position and reason are in the error.
    BadCatalogue
        Another of its fields is wrong.
    """
    require_editor(scope, "catalogue")
    with store.writing() as connection:
        if indicator.kind != "veto" or indicator.formula:
            check_formula(connection, indicator.formula)
        entries = CatalogueEntries(indicators=(indicator,))
        load_catalogue_entries(connection, entries, data_day=None, by=by)


def publish_template(
    store: Store,
    template: Template,
    *,
    data_day: date | None,
    scope: Scope,
    by: str,
    reason: str = "",
) -> None:
    """Publish a template version from its first period on.

    Raises
    ------
    BadCatalogue
        The weights do not sum to 100, an indicator is unknown, or the period is closed.
    """
    require_editor(scope, "catalogue")
    with store.writing() as connection:
        entries = CatalogueEntries(templates=(template,))
        load_catalogue_entries(connection, entries, data_day=data_day, by=by, reason=reason)


def save_settings(
    store: Store, changes: SettingChanges | GradeChanges, *, scope: Scope, by: str = ""
) -> None:
    """Change the company's settings or its grade scheme."""
    require_editor(scope, "catalogue")
    part = "settings" if isinstance(changes, SettingChanges) else "grades"
    with store.writing() as connection:
        entries = CatalogueEntries(**{part: changes})  # type: ignore[arg-type]
        load_catalogue_entries(connection, entries, data_day=None, by=by)


# --- entries to rows ------------------------------------------------------------------------------


def _rows(
    entries: CatalogueEntries, current: Catalogue, origin: str, stamp: dict[str, Any]
) -> CatalogueRows:
    measures = [_shipped_unit(one) for one in entries.measures]
    settings: list[dict[str, Any]] = []
    if entries.grades is not None:
        settings.append(rows.grades_row(_changed(current.grades, entries.grades), origin))
    if entries.settings is not None:
        settings.append(rows.company_row(_changed(current.settings, entries.settings), origin))
    named = {one.code for one in entries.axes if one.kind == "role"}
    named.update(code for kind, code in current.axes if kind == "role")
    # A role that only a template speaks of is created, as one in a table would be.
    mentioned = [
        AxisValue("role", code, Names())
        for code in dict.fromkeys(one.role for one in entries.templates)
        if code not in named
    ]
    return {
        "measures": _last([rows.measure_row(one, origin) for one in measures], "measures"),
        "axis_values": _last(
            [
                rows.axis_row(one, origin)
                for one in (*(mentioned if origin == "company" else ()), *entries.axes)
            ],
            "axis_values",
        ),
        "indicators": _last(
            [rows.indicator_row(one, origin) for one in entries.indicators], "indicators"
        ),
        "templates": _last(
            [rows.template_row(one, origin, **stamp) for one in entries.templates], "templates"
        ),
        "rules": _last([rows.rule_row(one, origin) for one in entries.rules], "rules"),
        "settings": settings,
    }


def _last(candidates: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Of several rows with one key, keep the last."""
    keys = rows.key_columns(rows.table_of(name))
    return list({tuple(row[key] for key in keys): row for row in candidates}.values())


def _shipped_unit(measure: Measure) -> Measure:
    """A shipped measure keeps the unit of its column, whatever a file calls it."""
    unit: Any = SHIPPED_MEASURES.get(measure.code, measure.unit)
    return replace(measure, unit=unit)


def _changed(current: Any, changes: GradeChanges | SettingChanges) -> Any:
    """The settings with what the entry names in place."""
    result: GradeScheme | CompanySettings = replace(
        current, **{name: value for name, value in vars(changes).items() if value is not None}
    )
    return result


_STAMPS = frozenset({"published_at", "published_by", "reason", "origin"})


def _changes(table: str, row: dict[str, Any], standing: Standing, origin: str) -> bool:
    """Whether writing the row would change anything it may change.

    A company that loads a shipped entry as it is (an export, brought back) does not make it its
    own by that: a newer program may still bring it up to date.
    """
    before = standing.row(table, row)
    if before is None:
        return True
    if origin == "shipped" and standing.origin(table, row) != "shipped":
        return False
    return any(
        _content(before[name]) != _content(value)
        for name, value in row.items()
        if name not in _STAMPS
    )


def _content(value: Any) -> Any:
    """A cell without who it comes from, which settings carry inside."""
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if name != "origin"}
    return value
