"""Write a small company straight into the store's tables, and ask for its groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Self

import pandas as pd
from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import GroupNumbers, compare_groups
from perf_core.store.engine import Store
from perf_core.store.measure_tables import SHIPPED_MEASURES, daily_measures, monthly_measures

Row = Mapping[str, Any]

TABLES = SQLModel.metadata.tables
KEY = ("employee_id", "brand", "region", "channel", "currency")


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class Company:
    """Gathers rows and writes them at the end of the block."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.daily: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.coverage: list[tuple[str, str, date, date]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None:
            self.write()

    def add(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def person(
        self,
        employee_id: str,
        *places: tuple[str, dict[str, Any]],
        hired: str = "2025-01-01",
        left: str | None = None,
        bonus_base: float | None = None,
        **place: Any,
    ) -> None:
        """A person with one place, or several from a day on."""
        self.add(
            "employees",
            employee_id=employee_id,
            name=employee_id,
            hire_date=day(hired),
            leave_date=day(left),
            bonus_base_e4=None if bonus_base is None else round(bonus_base * 10_000),
        )
        for since, held in places or ((hired, place),):
            self.assignment(employee_id, since, **held)

    def assignment(
        self, employee_id: str, since: str, *, to: str | None = None, **held: Any
    ) -> None:
        blank = {"role": "seller", "brand": "", "region": "", "department": "", "manager_id": ""}
        self.add(
            "assignments",
            employee_id=employee_id,
            from_date=day(since),
            to_date=day(to),
            **(blank | held),
        )

    def absence(self, employee_id: str, first: str, last: str) -> None:
        self.add("absences", employee_id=employee_id, from_day=day(first), to_day=day(last))

    def pay(
        self,
        employee_id: str,
        month: str,
        amount: float,
        *,
        kind: str = "base",
        currency: str = "",
    ) -> None:
        self.add(
            "pay",
            employee_id=employee_id,
            month=day(f"{month}-01"),
            kind=kind,
            currency=currency,
            amount_e4=round(amount * 10_000),
        )

    def target(self, period: str, indicator: str, value: float, **scope: str) -> None:
        self.add(
            "targets",
            period=period,
            indicator=indicator,
            value=value,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            revised_on=date(1, 1, 1),
            **({"employee_id": "", "brand": "", "role": "", "currency": ""} | scope),
        )

    def template(self, role: str, items: dict[str, float], **more: Any) -> None:
        entries = [
            {
                "indicator": code,
                "weight": weight,
                "group": "fixed",
                "target": None,
                "cap": 1.2,
                "floor": 0.0,
                "mode": "linear",
                "min_weight": None,
                "max_weight": None,
            }
            for code, weight in items.items()
        ]
        self.add(
            "templates",
            role=role,
            **({"brand": "", "valid_from": "", "items": {"items": entries}} | more),
        )

    def did(
        self, on: str, who: str, *, channel: str = "", currency: str = "", **values: float
    ) -> None:
        """What a person did on a day, in one channel."""
        self._row(on, employee_id=who, channel=channel, currency=currency, to=who, values=values)

    def sold_by_nobody(
        self, on: str, brand: str, *, region: str = "", channel: str = "", **values: float
    ) -> None:
        """A row that nobody is credited with."""
        self._row(on, brand=brand, region=region, channel=channel, to="", values=values)

    def _row(self, on: str, *, to: str, values: dict[str, float], **key: str) -> None:
        full = {"employee_id": "", "brand": "", "region": "", "channel": "", "currency": ""} | key
        row = self.daily.setdefault(
            (on, *(full[name] for name in KEY)), {"day": day(on), "credited_to": to, **full}
        )
        for code, value in values.items():
            row[code] = round(value * 10_000) if SHIPPED_MEASURES[code] == "money" else value

    def loaded(self, table: str, first: str, last: str, measure: str = "*") -> None:
        """A load that brought a table's rows for these days."""
        opens, closes = day(first), day(last)
        assert opens is not None
        assert closes is not None
        self.coverage.append((table, measure, opens, closes))

    def write(self) -> None:
        with self.store.writing() as connection:
            for name, rows in self.rows.items():
                _insert(connection, name, rows)
            _insert_wide(connection, daily_measures, self.daily.values())
            _insert_wide(connection, monthly_measures, _months(self.daily.values()))
            if self.coverage:
                _insert(
                    connection,
                    "loads",
                    [
                        {
                            "load_id": 1,
                            "at": datetime(2026, 1, 1, tzinfo=UTC),
                            "by": "",
                            "kind": "files",
                            "status": "done",
                            "note": "",
                            "seconds": 0.0,
                        }
                    ],
                )
            for number, (table, measure, first, last) in enumerate(self.coverage):
                one = {"load_id": 1, "source": f"s{number}", "table": table, "measure": measure}
                one |= {"first_day": first, "last_day": last, "rows": 1}
                _insert(connection, "load_measures", [one])


_DEFAULTS: dict[str, dict[str, Any]] = {
    "employees": {"email": "", "leave_reason": "", "leave_type": ""},
    "absences": {"kind": ""},
    "targets": {"reason": "", "changed_by": ""},
    "templates": {
        "curve": "linear",
        "no_data": "spread",
        "kpi_share": 1.0,
        "review_weights": {},
        "origin": "company",
        "published_by": "",
        "reason": "",
    },
}


def _insert(connection: Connection, name: str, rows: Iterable[Row]) -> None:
    defaults = _DEFAULTS.get(name, {})
    connection.execute(insert(TABLES[name]), [defaults | dict(row) for row in rows])


def _insert_wide(connection: Connection, table: Any, rows: Iterable[Row]) -> None:
    for row in rows:
        connection.execute(insert(table), dict(row))


def _months(rows: Iterable[Row]) -> list[Row]:
    """The monthly sums, by the person credited."""
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        who = row["credited_to"]
        place = ("", "") if who else (row["brand"], row["region"])
        key = (row["day"].replace(day=1), who, *place, row["channel"], row["currency"])
        names = ("month", *KEY)
        total = sums.setdefault(key, dict(zip(names, key, strict=True)))
        for code in SHIPPED_MEASURES:
            if code in row:
                total[code] = total.get(code, 0) + row[code]
    return list(sums.values())


def ask(
    store: Store, period: str, *by: str, as_of: str | None = None, only: Any = None
) -> GroupNumbers:
    return compare_groups(
        store,
        parse_period(period),
        by=by,
        as_of=None if as_of is None else date.fromisoformat(as_of),
        indicators=only,
        scope=everything(),
    )


def column(found: GroupNumbers, name: str) -> dict[Any, Any]:
    """One number by group; unknown is None."""
    keys = [
        key if len(found.by) > 1 else key[0]
        for key in found.groups[list(found.by)].itertuples(index=False, name=None)
    ]
    values = [None if pd.isna(value) else value for value in found.groups[name]]
    return dict(zip(keys, values, strict=True))


def told(found: GroupNumbers, indicator: str, name: str = "actual") -> dict[Any, Any]:
    rows = found.indicators[found.indicators["indicator"] == indicator]
    keys = found.groups.loc[rows["group"], found.by[0]]
    return {
        key: None if pd.isna(value) else value for key, value in zip(keys, rows[name], strict=True)
    }
