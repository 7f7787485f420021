"""The smallest company that shows the thing, put straight into a store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlmodel import SQLModel

from perf_core.domain.access import everything
from perf_core.domain.catalogue import Template, TemplateItem
from perf_core.domain.period import month_of, parse_period
from perf_core.services.score_period import PeriodScores, score_period
from perf_core.store import measure_tables, tables
from perf_core.store.engine import Store

TABLES = SQLModel.metadata.tables
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def day(text: str) -> date:
    """``"06-15"`` is a day of 2026."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


class SmallCompany:
    """Fills a store row by row; everything has a value that a test need not name."""

    def __init__(self, store: Store, *, loaded_to: str = "06-30") -> None:
        self.store = store
        with store.writing() as connection:
            result = connection.execute(insert(TABLES["loads"]).values(_load()))
            self.load = result.inserted_primary_key[0]
        self.loaded("measures", "visits", "01-01", loaded_to)

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        with self.store.writing() as connection:
            connection.execute(insert(TABLES[table]), list(rows))

    def loaded(self, table: str, measure: str, first: str, last: str) -> None:
        self.put(
            "load_measures",
            {
                "load_id": self.load,
                "source": f"{table} {first}",
                "table": table,
                "measure": measure,
                "first_day": day(first),
                "last_day": day(last),
                "rows": 1,
            },
        )

    def person(
        self,
        employee_id: str,
        *,
        role: str = "ops",
        brand: str = "luxe",
        hired: str = "2025-01-01",
        left: str | None = None,
        **assignment: Any,
    ) -> None:
        self.put(
            "employees",
            {
                "employee_id": employee_id,
                "name": employee_id.title(),
                "hire_date": day(hired),
                "leave_date": day(left) if left else None,
                "email": "",
                "leave_reason": "",
                "leave_type": "",
            },
        )
        self.move(employee_id, hired, role=role, brand=brand, **assignment)

    def move(self, employee_id: str, from_date: str, *, role: str = "ops", **place: Any) -> None:
        to_date = place.pop("to_date", None)
        self.put(
            "assignments",
            {
                "employee_id": employee_id,
                "from_date": day(from_date),
                "to_date": day(to_date) if to_date else None,
                "role": role,
                "brand": place.get("brand", "luxe"),
                "region": place.get("region", ""),
                "department": place.get("department", ""),
                "manager_id": place.get("manager_id", ""),
            },
        )

    def away(self, employee_id: str, first: str, last: str) -> None:
        self.put(
            "absences",
            {
                "employee_id": employee_id,
                "from_day": day(first),
                "to_day": day(last),
                "kind": "",
            },
        )

    def did(self, employee_id: str, on: str, **measures: Any) -> None:
        """One day's measures of a person; money in units, not in 1/10,000."""
        self.every_day(employee_id, on, on, **measures)

    def every_day(
        self,
        employee_id: str,
        first: str,
        last: str,
        *,
        channel: str = "shop",
        currency: str = "",
        **measures: float,
    ) -> None:
        """The same measures on each day of a span."""
        values, own = _columns(measures)
        days = [
            date.fromordinal(ordinal)
            for ordinal in range(day(first).toordinal(), day(last).toordinal() + 1)
        ]
        row = {
            "employee_id": employee_id,
            "brand": "",
            "region": "",
            "channel": channel,
            "currency": currency,
            "credited_to": employee_id,
            **values,
            "own": own or None,
        }
        with self.store.writing() as connection:
            connection.execute(
                insert(measure_tables.daily_measures), [{"day": one, **row} for one in days]
            )
            for month in {one.replace(day=1) for one in days}:
                _roll_up(connection, month)

    def target(self, period: str, indicator: str, value: float, **scope: Any) -> None:
        revised_on = scope.pop("revised_on", None)
        self.put(
            "targets",
            {
                "period": period,
                "indicator": indicator,
                "employee_id": scope.get("employee_id", ""),
                "brand": scope.get("brand", ""),
                "role": scope.get("role", ""),
                "revised_on": day(revised_on) if revised_on else tables.FIRST_VALUE,
                "value": value,
                "currency": scope.get("currency", ""),
                "reason": scope.get("reason", ""),
                "changed_by": scope.get("changed_by", ""),
                "recorded_at": NOW,
            },
        )

    def mark(self, ratee: str, relation: str, score: float, **more: str) -> None:
        self.put(
            "ratings",
            {
                "period": more.get("period", "2026-06"),
                "ratee_id": ratee,
                "rater_id": more.get("rater", f"{relation} of {ratee}"),
                "dimension": more.get("dimension", "attitude"),
                "relation": relation,
                "score": score,
                "comment": "",
            },
        )

    def veto(self, employee_id: str, on: str, status: str = "confirmed") -> None:
        self.put(
            "veto_events",
            {
                "event_id": f"{employee_id} {on} {status}",
                "day": day(on),
                "employee_id": employee_id,
                "kind": "fake_orders",
                "source": "",
                "note": "",
                "status": status,
            },
        )

    def indicator(self, code: str, formula: str, **more: str) -> None:
        self.put(
            "indicators",
            {
                "code": code,
                "name_zh": code,
                "name_en": code,
                "kind": "kpi",
                "unit": more.get("unit", "count"),
                "direction": more.get("direction", "higher"),
                "formula": formula,
                "source": "",
                "caution": "",
                "origin": "company",
            },
        )

    def template(self, *items: TemplateItem, role: str = "ops", **more: Any) -> None:
        template = Template(role, items, **more)
        self.put(
            "templates",
            {
                "role": template.role,
                "brand": template.brand,
                "valid_from": template.valid_from,
                "curve": template.curve.value,
                "no_data": template.no_data.value,
                "kpi_share": template.kpi_share,
                "review_weights": template.review_weights,
                "items": {"items": [_item(item) for item in items]},
                "origin": "company",
                "published_by": "",
                "reason": "",
            },
        )

    def scores(self, period: str = "2026-06", as_of: str | None = None) -> PeriodScores:
        until = day(as_of) if as_of else None
        return score_period(self.store, parse_period(period), as_of=until, scope=everything())

    def card(self, employee_id: str, period: str = "2026-06", as_of: str | None = None) -> Any:
        """The person's only card."""
        cards = self.scores(period, as_of).cards
        own = cards[cards["employee_id"] == employee_id]
        assert len(own) == 1, own
        return own.iloc[0]

    def lines(
        self, employee_id: str, period: str = "2026-06", as_of: str | None = None
    ) -> dict[str, Any]:
        """The lines of the person's only card by indicator."""
        lines = self.scores(period, as_of).lines
        own = lines[lines["employee_id"] == employee_id]
        assert own["card_id"].nunique() <= 1
        return {row["indicator"]: row for row in own.to_dict("records")}


def one_item(indicator: str, **more: Any) -> TemplateItem:
    """The only item of a template."""
    return TemplateItem(indicator, 100.0, **more)


def _item(item: TemplateItem) -> dict[str, Any]:
    stored = {name: getattr(item, name) for name in TemplateItem.__dataclass_fields__}
    stored["mode"] = item.mode.value
    return {name: value for name, value in stored.items() if value is not None}


def _columns(measures: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Shipped measures by column, and the company's own."""
    values, own = {}, {}
    for code, value in measures.items():
        unit = measure_tables.SHIPPED_MEASURES.get(code)
        if unit is None:
            own[code] = value
        else:
            values[code] = round(value * 10_000) if unit == "money" else value
    return values, own


def _load() -> dict[str, Any]:
    return {"at": NOW, "by": "", "kind": "files", "status": "done", "note": "", "seconds": 0.0}


def _roll_up(connection: Connection, month: date) -> None:
    """The month's sums again, as loading keeps them."""
    codes: Iterable[str] = measure_tables.SHIPPED_MEASURES
    daily, monthly = measure_tables.daily_measures.c, measure_tables.monthly_measures
    connection.execute(monthly.delete().where(monthly.c.month == month))
    end = month_of(month).end
    keys = [daily.credited_to, daily.channel, daily.currency]
    summed = connection.execute(
        select(*keys, *(func.sum(daily[code]).label(code) for code in codes))
        .where(daily.day >= month, daily.day < end)
        .group_by(*keys)
    ).mappings()
    own: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in connection.execute(
        select(*keys, daily.own).where(daily.day >= month, daily.day < end)
    ):
        for code, value in (row.own or {}).items():
            sums = own.setdefault((row.credited_to, row.channel, row.currency), {})
            sums[code] = sums.get(code, 0.0) + value
    rows = [
        {
            "month": month,
            "employee_id": row["credited_to"],
            "brand": "",
            "region": "",
            "channel": row["channel"],
            "currency": row["currency"],
            **{code: row[code] for code in codes},
            "own": own.get((row["credited_to"], row["channel"], row["currency"])),
        }
        for row in summed
    ]
    if rows:
        connection.execute(insert(monthly), rows)


def statements(store: Store) -> list[str]:
    """A list that fills with the statements the store is asked."""
    from sqlalchemy import event

    asked: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _asked(*parts: Any) -> None:
        asked.append(str(parts[2]))

    return asked


def forget(store: Store) -> None:
    """Count a write, so that nothing read before is used."""
    with store.writing() as connection:
        connection.execute(text("SELECT 1"))


def approx(value: float) -> Any:
    """A number that is the same but for the last binary digits."""
    return pytest.approx(value, rel=1e-12, abs=1e-12)
