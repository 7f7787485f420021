"""Change the catalogue: entries of files, an indicator by hand, a template version, settings.

What a change may not do is decided here, once for files and pages: a formula with an unknown
name, a template version that would score a closed period anew, another currency under amounts.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

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
    BadCatalogue,
    CatalogueEntries,
    CatalogueProblem,
    GradeChanges,
    ParsedCatalogue,
    SettingChanges,
)
from perf_core.domain.errors import FormulaError
from perf_core.domain.period import parse_period
from perf_core.scoring.formulas import parse_formula
from perf_core.store import catalogue as rows
from perf_core.store.catalogue import CatalogueRows, Standing, read_catalogue
from perf_core.store.clock import now
from perf_core.store.engine import Store
from perf_core.store.tables import SHIPPED_MEASURES

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

_CURRENCY = re.compile(r"[A-Z]{3}")


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
    matter: see :func:`template_problem`.

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
    problems = [*parsed.problems, *_problems(connection, entries, current)]
    if origin == "company":
        problems += _template_problems(entries.templates, current, standing, data_day)
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
        formula, measures=frozenset(catalogue.measures), dimensions=_dimensions(catalogue.axes)
    )


def save_indicator(store: Store, indicator: Indicator, *, by: str = "") -> None:
    """Add an indicator by its formula, or replace the one of that code.

    Raises
    ------
    FormulaError
        The formula cannot be read; position and reason are in the error.
    BadCatalogue
        Another of its fields is wrong.
    """
    with store.writing() as connection:
        if indicator.kind != "veto" or indicator.formula:
            check_formula(connection, indicator.formula)
        entries = CatalogueEntries(indicators=(indicator,))
        load_catalogue_entries(connection, entries, data_day=None, by=by)


def publish_template(
    store: Store, template: Template, *, data_day: date | None, by: str, reason: str = ""
) -> None:
    """Publish a template version from its first period on.

    Raises
    ------
    BadCatalogue
        The weights do not sum to 100, an indicator is unknown, or the period is closed.
    """
    with store.writing() as connection:
        entries = CatalogueEntries(templates=(template,))
        load_catalogue_entries(connection, entries, data_day=data_day, by=by, reason=reason)


def save_settings(store: Store, changes: SettingChanges | GradeChanges, *, by: str = "") -> None:
    """Change the company's settings or its grade scheme."""
    part = "settings" if isinstance(changes, SettingChanges) else "grades"
    with store.writing() as connection:
        entries = CatalogueEntries(**{part: changes})  # type: ignore[arg-type]
        load_catalogue_entries(connection, entries, data_day=None, by=by)


# --- what is wrong --------------------------------------------------------------------------------


def _dimensions(axes: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(code for kind, code in axes if kind == "dimension")


def _problem(entry: str, reason: str, advice: str = "") -> CatalogueProblem:
    return CatalogueProblem("", entry, reason, advice)


def _problems(
    connection: Connection, entries: CatalogueEntries, current: Catalogue
) -> list[CatalogueProblem]:
    measures = {**current.measures, **{one.code: one for one in entries.measures}}
    axes = {*current.axes, *((one.kind, one.code) for one in entries.axes)}
    indicators = {*current.indicators, *(one.code for one in entries.indicators)}
    problems: list[CatalogueProblem] = []
    for one in entries.indicators:
        if one.kind == "veto" and not one.formula:
            continue
        try:
            parse_formula(one.formula, measures=frozenset(measures), dimensions=_dimensions(axes))
        except FormulaError as error:
            problems.append(_problem(f"indicator.{one.code}", error.message().rstrip(".")))
    for template in entries.templates:
        problems += _item_problems(template, indicators)
    problems += [
        _problem(
            f"rule {rule.code}",
            f"there is no indicator “{rule.indicator}”",
            "Name one of the catalogue",
        )
        for rule in entries.rules
        if rule.indicator and rule.indicator not in indicators
    ]
    problems += _measure_problems(connection, entries.measures, current)
    if entries.settings is not None:
        problems += _setting_problems(connection, entries.settings, current.settings)
    return problems


def _item_problems(template: Template, indicators: set[str]) -> Iterable[CatalogueProblem]:
    place = f"template {template.code}"
    total = sum(item.weight for item in template.items)
    if abs(total - 100) > 1e-9:
        yield _problem(
            place,
            f"the weights sum to {total:.12g}, not to 100",
            "Change them until the sum is 100",
        )
    for item in template.items:
        if item.indicator not in indicators:
            yield _problem(
                place,
                f"there is no indicator “{item.indicator}”",
                "Add it as [indicator." + item.indicator + "] or correct the code",
            )
        if item.target is not None and item.target <= 0:
            yield _problem(
                place,
                f"the target of {item.indicator} is {item.target:g}",
                "A target must be above 0",
            )


def _measure_problems(
    connection: Connection, measures: Iterable[Measure], current: Catalogue
) -> Iterable[CatalogueProblem]:
    loaded: frozenset[str] | None = None
    for one in measures:
        before = current.measures.get(one.code)
        if before is None or one.code in SHIPPED_MEASURES:
            continue
        if (before.unit == "money") == (one.unit == "money"):
            continue
        loaded = rows.loaded_measures(connection) if loaded is None else loaded
        if one.code in loaded:
            yield _problem(
                f"measure.{one.code}",
                f"its unit cannot change from {before.unit} to {one.unit}, values are loaded",
                "Give the new measure another code",
            )


def _setting_problems(
    connection: Connection, changes: SettingChanges, current: CompanySettings
) -> Iterable[CatalogueProblem]:
    currency, zone = changes.currency, changes.timezone
    if currency is not None and currency != current.currency:
        if not _CURRENCY.fullmatch(currency):
            yield _problem("store", f"“{currency}” is no currency", "Write a code such as CNY")
        elif rows.has_amounts(connection):
            yield _problem(
                "store",
                f"the currency cannot change from {current.currency} to {currency}, "
                "amounts are loaded",
                "Set it in an empty store, before the first load",
            )
    if zone is not None and zone != current.timezone:
        if zone not in zoneinfo.available_timezones():
            yield _problem("store", f"“{zone}” is no time zone", "Write one such as Asia/Shanghai")
        elif rows.has_raw_rows(connection):
            yield _problem(
                "store",
                f"the time zone cannot change from {current.timezone} to {zone}, it decided the "
                "days of the orders and tickets that are loaded",
                "Set it in an empty store, before the first load",
            )


def _template_problems(
    templates: Iterable[Template], current: Catalogue, standing: Standing, data_day: date | None
) -> Iterable[CatalogueProblem]:
    seen: set[tuple[str, str, str]] = set()
    for one in templates:
        key = (one.role, one.brand, one.valid_from)
        if key in seen:
            yield _problem(f"template {one.code}", "it stands there twice", "Keep one of the two")
        seen.add(key)
        reason = template_problem(one, current, standing, data_day)
        if reason:
            yield _problem(
                f"template {one.code}",
                reason,
                "Publish a new version from the running period on: from = "
                f'"{_running_month(data_day)}"',
            )


def template_problem(
    template: Template, current: Catalogue, standing: Standing, data_day: date | None
) -> str:
    """Say why a template version may not be taken; empty when it may.

    A company's first own version for a role and brand may begin at any time, and takes the place
    of the shipped one. From then on a version that holds for a closed period, one that ended
    before the data day, is neither changed nor superseded.
    """
    if data_day is None or not _is_closed(template.valid_from, data_day):
        return ""
    own = [
        other
        for other in current.templates
        if (other.role, other.brand) == (template.role, template.brand)
        and standing.origin("templates", _key(other)) == "company"
    ]
    if not own or template in own:
        return ""
    first = template.valid_from or "the beginning"
    if any(other.valid_from == template.valid_from for other in own):
        return f"the version from {first} is published and never changes afterwards"
    return f"a version from {first} would score closed periods anew"


def _key(template: Template) -> dict[str, str]:
    return {
        "role": template.role,
        "brand": template.brand,
        "valid_from": template.valid_from,
    }


def _is_closed(valid_from: str, data_day: date) -> bool:
    return not valid_from or parse_period(valid_from).last_day < data_day


def _running_month(data_day: date | None) -> str:
    return "" if data_day is None else f"{data_day:%Y-%m}"


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
    named: set[tuple[str, str]] = {(one.kind, one.code) for one in entries.axes}
    named.update(current.axes)
    scopes = [(one.role, one.brand) for one in entries.templates]
    scopes += [(one.role, one.brand) for one in entries.rules]
    # A role or brand that only a template or rule speaks of is created, as one in a table would be.
    mentioned: list[AxisValue] = [
        AxisValue(kind, code, Names())  # type: ignore[arg-type]
        for role, brand in scopes
        for kind, code in (("role", role), ("brand", brand))
        if code and (kind, code) not in named
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


_STAMPS = frozenset({"published_at", "published_by", "reason"})


def _changes(table: str, row: dict[str, Any], standing: Standing, origin: str) -> bool:
    """Whether writing the row would change anything it may change."""
    before = standing.row(table, row)
    if before is None:
        return True
    if origin == "shipped" and standing.origin(table, row) != "shipped":
        return False
    return any(before[name] != value for name, value in row.items() if name not in _STAMPS)
