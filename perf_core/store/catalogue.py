"""The catalogue in the store: rows to records and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from perf_core.domain.catalogue import (
    AxisValue,
    Catalogue,
    CompanySettings,
    Curve,
    Grade,
    GradeRule,
    GradeScheme,
    Indicator,
    LowerMode,
    Measure,
    Names,
    NoData,
    Rule,
    Template,
    TemplateItem,
)
from perf_core.domain.period import parse_period
from perf_core.store import tables

CatalogueRows = dict[str, list[dict[str, Any]]]
"""Rows by the name of their table, in the order of the files."""

DEFAULT_GRADES = GradeScheme(
    GradeRule.AUTO,
    (
        Grade("excellent", Names("优秀", "Excellent"), Decimal("0.20"), 100.0, 1.5),
        Grade("good", Names("良好", "Good"), Decimal("0.50"), 80.0, 1.0),
        Grade("improve", Names("待改进", "Needs improvement"), None, 0.0, 0.5),
    ),
)
"""What holds in a store whose catalogue says nothing about grades."""


def table_of(name: str) -> Table:
    """The table of that name."""
    return SQLModel.metadata.tables[name]


def key_columns(table: Table) -> tuple[str, ...]:
    """The columns that tell a table's rows apart."""
    return tuple(column.name for column in table.primary_key.columns)


# --- rows to records ----------------------------------------------------------------------------


def read_catalogue(connection: Connection) -> Catalogue:
    """Read everything named and ruled, by code; templates oldest version first."""
    settings = _settings(connection)
    return Catalogue(
        {
            row.code: Measure(row.code, _names(row), row.unit)
            for row in _rows(connection, "measures", "code")
        },
        {row.code: _indicator(row) for row in _rows(connection, "indicators", "code")},
        {
            (row.kind, row.code): AxisValue(
                row.kind, row.code, _names(row), row.earns, row.group_code
            )
            for row in _rows(connection, "axis_values", "kind", "code")
        },
        tuple(
            sorted(
                (_template(row) for row in _rows(connection, "templates", "role", "brand")),
                key=lambda one: (one.role, one.brand, starts(one)),
            )
        ),
        grades_from(settings.get("grades", {})),
        tuple(_rule(row) for row in _rows(connection, "rules", "code", "brand", "role")),
        _company(settings.get("store", {})),
    )


def read_company_settings(connection: Connection) -> CompanySettings:
    """Read the company's time zone and currency alone."""
    return _company(_settings(connection).get("store", {}))


def starts(template: Template) -> date:
    """The first day a template version holds for; "always" begins with the calendar."""
    return parse_period(template.valid_from).start if template.valid_from else date.min


def _rows(connection: Connection, name: str, *order: str) -> Iterable[Row[Any]]:
    table = table_of(name)
    return connection.execute(select(table).order_by(*(table.c[one] for one in order)))


def _settings(connection: Connection) -> dict[str, Mapping[str, Any]]:
    return {row.key: row.value for row in _rows(connection, "settings", "key")}


def _company(value: Mapping[str, Any]) -> CompanySettings:
    default = CompanySettings()
    return CompanySettings(
        value.get("timezone", default.timezone), value.get("currency", default.currency)
    )


def _names(row: Row[Any]) -> Names:
    return Names(row.name_zh, row.name_en)


def _indicator(row: Row[Any]) -> Indicator:
    return Indicator(
        row.code,
        _names(row),
        row.kind,
        row.unit,
        row.direction,
        row.formula,
        row.source,
        row.benchmark,
        row.caution,
    )


def _template(row: Row[Any]) -> Template:
    items = tuple(
        TemplateItem(**{**item, "mode": LowerMode(item["mode"])}) for item in row.items["items"]
    )
    return Template(
        row.role,
        items,
        row.brand,
        row.valid_from,
        Curve(row.curve),
        NoData(row.no_data),
        row.kpi_share,
        dict(row.review_weights),
    )


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        row.code,
        row.level,
        row.limit,
        _names(row),
        row.brand,
        row.role,
        row.indicator,
        tuple(row.tell.get("tell", ())),
    )


def grades_from(value: Mapping[str, Any]) -> GradeScheme:
    """Turn the stored settings of grades into the scheme; what they leave out is the default."""
    if not value:
        return DEFAULT_GRADES
    grades = tuple(
        Grade(
            one["code"],
            Names(one["zh"], one["en"]),
            None if one["share"] is None else Decimal(one["share"]),
            one["at_least"],
            one["bonus_factor"],
        )
        for one in value["grades"]
    )
    return GradeScheme(
        GradeRule(value["rule"]),
        grades,
        value["auto_from"],
        value["auto_company"],
        value["pass_mark"],
        value["vetoed_bonus_factor"],
    )


# --- records to rows ----------------------------------------------------------------------------


def measure_row(one: Measure, origin: str) -> dict[str, Any]:
    """The row of a measure."""
    return {"code": one.code, **_name_cells(one.names), "unit": one.unit, "origin": origin}


def axis_row(one: AxisValue, origin: str) -> dict[str, Any]:
    """The row of a named brand, region, department, channel, role, dimension or veto kind."""
    return {
        "kind": one.kind,
        "code": one.code,
        **_name_cells(one.names),
        "earns": one.earns,
        "group_code": one.group,
        "origin": origin,
    }


def indicator_row(one: Indicator, origin: str) -> dict[str, Any]:
    """The row of an indicator."""
    return {
        "code": one.code,
        **_name_cells(one.names),
        "kind": one.kind,
        "unit": one.unit,
        "direction": one.direction,
        "formula": one.formula,
        "source": one.source,
        "benchmark": one.benchmark,
        "caution": one.caution,
        "origin": origin,
    }


def template_row(
    one: Template, origin: str, *, at: datetime | None, by: str, reason: str
) -> dict[str, Any]:
    """The row of a template version, stamped with who published it, when and why."""
    items = [{**vars(item), "mode": item.mode.value} for item in one.items]
    return {
        "role": one.role,
        "brand": one.brand,
        "valid_from": one.valid_from,
        "curve": one.curve.value,
        "no_data": one.no_data.value,
        "kpi_share": one.kpi_share,
        "review_weights": one.review_weights,
        "items": {"items": items},
        "origin": origin,
        "published_at": at,
        "published_by": by,
        "reason": reason,
    }


def rule_row(one: Rule, origin: str) -> dict[str, Any]:
    """The row of a warning rule."""
    return {
        "code": one.code,
        "brand": one.brand,
        "role": one.role,
        "indicator": one.indicator,
        **_name_cells(one.names),
        "level": one.level,
        "limit": one.limit,
        "tell": {"tell": list(one.tell)},
        "origin": origin,
    }


def grades_row(scheme: GradeScheme, origin: str) -> dict[str, Any]:
    """The row of the grade scheme; shares as text, so that they stay exact."""
    grades = [
        {
            "code": one.code,
            "zh": one.names.zh,
            "en": one.names.en,
            "share": None if one.share is None else str(one.share),
            "at_least": one.at_least,
            "bonus_factor": one.bonus_factor,
        }
        for one in scheme.grades
    ]
    value = {
        "rule": scheme.rule.value,
        "grades": grades,
        "auto_from": scheme.auto_from,
        "auto_company": scheme.auto_company,
        "pass_mark": scheme.pass_mark,
        "vetoed_bonus_factor": scheme.vetoed_bonus_factor,
        "origin": origin,
    }
    return {"key": "grades", "value": value}


def company_row(settings: CompanySettings, origin: str) -> dict[str, Any]:
    """The row of the company's settings."""
    value = {"timezone": settings.timezone, "currency": settings.currency, "origin": origin}
    return {"key": "store", "value": value}


def _name_cells(names: Names) -> dict[str, str]:
    return {"name_zh": names.zh, "name_en": names.en}


# --- what stands there, and writing -------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """The rows of the catalogue as they stand, by table and key."""

    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)

    def row(self, table: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row that stands under the key of another one."""
        key = tuple(row[name] for name in key_columns(table_of(table)))
        return self.rows[table].get(key)

    def origin(self, table: str, row: Mapping[str, Any]) -> str | None:
        """Who the row under that key comes from: ``shipped``, ``company``, or nobody."""
        standing = self.row(table, row)
        if standing is None:
            return None
        own = standing["value"] if table == "settings" else standing
        return str(own.get("origin", "company"))


CATALOGUE_TABLES = ("measures", "axis_values", "indicators", "templates", "rules", "settings")


def read_standing(connection: Connection) -> Standing:
    """Read the rows of the catalogue as they stand."""
    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for name in CATALOGUE_TABLES:
        table = table_of(name)
        keys = key_columns(table)
        rows[name] = {
            tuple(row[key] for key in keys): dict(row)
            for row in connection.execute(select(table)).mappings()
        }
    return Standing(rows)


def write_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows to a table, replacing those that stand under the same keys."""
    if not rows:
        return
    insert: Any = (
        postgresql.insert(table)
        if connection.dialect.name == "postgresql"
        else sqlite.insert(table)
    )
    keys = key_columns(table)
    rest = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    statement = (
        insert.on_conflict_do_update(index_elements=keys, set_=rest)
        if rest
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    connection.execute(statement, rows)


# --- what a change has to know ------------------------------------------------------------------


def has_amounts(connection: Connection) -> bool:
    """Whether anything in money is loaded, so that the currency is fixed."""
    bonus = (
        select(func.count())
        .select_from(tables.Employee)
        .where(
            tables.Employee.bonus_base_e4.is_not(None)  # type: ignore[union-attr]
        )
    )
    return (
        _any(connection, "daily_measures")
        or _any(connection, "pay")
        or _any(connection, "rates")
        or bool(connection.execute(bonus).scalar())
    )


def has_raw_rows(connection: Connection) -> bool:
    """Whether orders or tickets are loaded, whose days the time zone decided."""
    return _any(connection, "raw_parts")


def loaded_measures(connection: Connection) -> frozenset[str]:
    """The measures that loads have brought rows of."""
    measure = table_of("load_measures").c.measure
    return frozenset(connection.execute(select(measure).distinct()).scalars())


def _any(connection: Connection, name: str) -> bool:
    table = table_of(name)
    return (
        connection.execute(
            select(func.count()).select_from(select(table).limit(1).subquery())
        ).scalar()
        == 1
    )
