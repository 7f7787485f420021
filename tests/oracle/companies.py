"""Random small companies as files, each made from a seed alone.

Every company is two loads: the second corrects the first (changed, cancelled and new orders,
changed measures, revised targets). All the subtle spots of the specification are drawn often:
moves, absences, owners, foreign money, targets of every kind and scope, template versions.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from tests.oracle.company_agreements import Agreements
from tests.oracle.company_people import Row
from tests.oracle.company_plans import INDICATORS, OWN_MEASURES, grades_toml, template_toml
from tests.oracle.periods import DAY
from tests.oracle.tables import TABLES


class Maker(Agreements):
    """Draws one company; ``write`` puts its loads into folders."""

    def catalogue(self) -> str:
        rng = self.rng
        parts = [f'[store]\ntimezone = "{self.zone}"\ncurrency = "{self.currency}"\n']
        for code, unit in OWN_MEASURES.items():
            parts.append(f'[measure.{code}]\nname = {{ zh = "{code}" }}\nunit = "{unit}"\n')
        for code, entry in INDICATORS.items():
            parts.append(
                f'[indicator.{code}]\nname = {{ zh = "{code}", en = "{code}" }}\nkind = "kpi"\n'
                f'unit = "{entry["unit"]}"\ndirection = "{entry["direction"]}"\n'
                f'formula = "{entry["formula"]}"\n'
            )
        for role in self.roles:
            earns = "false" if role == "drawer" and self.chance(0.7) else "true"
            parts.append(f'[role.{role}]\nname = {{ en = "{role}" }}\nearns = {earns}\n')
        parts.append(grades_toml(rng))
        for role in self.roles:
            if self.chance(0.95):
                start = rng.choice(["", "", "", "2024-02"])
                parts.append(template_toml(rng, role, "", start))
            if self.chance(0.5):
                start = rng.choice(["2024-01", "2024-03", "2024-Q1", "2024-W06"])
                parts.append(template_toml(rng, role, "", start))
            if self.chance(0.4):
                start = rng.choice(["", "2024-02"])
                parts.append(template_toml(rng, role, rng.choice(self.brands), start))
        return "\n".join(parts)

    def make_faults(self) -> None:
        """Rows beside the good ones that no table takes, and rows that come twice."""
        for table, (required, types) in TABLES.items():
            rows = self.first.get(table, [])
            for _ in range(self.rng.choice([0, 1, 2])):
                if len(rows) > 12:
                    row = self.rng.choice(rows)
                    place = self.rng.randrange(len(rows) + 1)
                    rows.insert(place, {**row, **self.fault(row, required, types)})
            if rows and self.chance(0.1):
                rows.append(dict(self.rng.choice(rows[-3:])))

    def fault(self, row: Row, required: tuple[str, ...], types: dict[str, str]) -> Row:
        """One broken cell."""
        kind = self.rng.choice(["missing", "broken", "nobody", "total"])
        if kind == "missing":
            return {self.rng.choice(required): ""}
        if kind == "total":
            return {required[0]: self.rng.choice(["合计", "总计", "Total"])}
        if kind == "nobody" and "employee_id" in row and "hire_date" not in row:
            return {"employee_id": "E998"}
        column = self.rng.choice(list(types))
        broken = {"flag": "true", "rating": self.rng.choice(["0.5", "six"])}
        return {column: broken.get(types[column], "nothing like it")}

    def write(self, folder: Path) -> list[Path]:
        """The folders of the loads, in order."""
        self.make_people()
        self.make_owners()
        self.make_rates()
        for make in (
            self.make_orders,
            self.make_tickets,
            self.make_measures,
            self.make_pay,
            self.make_targets,
            self.make_ratings,
            self.make_vetoes,
            self.make_corrections,
            self.make_faults,
        ):
            make()
        loads = []
        for name, tables in (("load1", self.first), ("load2", self.second)):
            target = folder / name
            target.mkdir(parents=True)
            if name == "load1":
                (target / "catalogue.toml").write_text(self.catalogue(), encoding="utf-8")
            for table, rows in tables.items():
                if table == "orders" and self.chance(0.3):
                    cut = self.rng.randrange(len(rows) + 1)
                    _write_table(target, "orders_2", rows[cut:], like=rows)
                    rows = rows[:cut]  # noqa: PLW2901
                _write_table(target, table, rows, like=rows)
            if tables:
                loads.append(target)
        return loads


def _write_table(folder: Path, table: str, rows: list[Row], *, like: list[Row]) -> None:
    columns = list(dict.fromkeys(column for row in like for column in row))
    if not rows:
        return
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def make_company(seed: int, folder: Path) -> tuple[list[Path], Maker]:
    """Write the company of a seed; the folders of its loads in order, and what drew it."""
    maker = Maker(seed)
    return maker.write(folder), maker


def asked_periods(maker: Maker) -> list[tuple[str, date | None]]:
    """The periods a seed's company is scored for: code, and as-of day or None."""
    rng = maker.rng
    running = maker.data_day
    monday = date(2024, 2, 5) + 7 * rng.randrange(8) * DAY
    year, week, _ = monday.isocalendar()
    start = maker.day(date(2024, 1, 10), date(2024, 3, 1))
    window = f"{start}..{start + rng.choice([6, 27, 30, 45]) * DAY}"
    found: list[tuple[str, date | None]] = [
        ("2024-02", None),
        (f"{running:%Y-%m}", None),
        ("2024-03", date(2024, 3, rng.randrange(1, 32))),
        ("2024-02", date(2024, 2, rng.choice([1, 14, 28]))),
        (f"{year}-W{week:02}", rng.choice([None, monday + timedelta(days=2)])),
        (window, None),
        (rng.choice(maker.windows), rng.choice([None, date(2024, 3, 10)])),
        ("2024-Q1", rng.choice([None, date(2024, 3, 30), date(2024, 4, 20)])),
        ("2024", rng.choice([None, date(2024, 12, 31)])),
        (rng.choice(["2023-12", "2024-01", "2023-Q4", "2024-W01", "2023", "2024-08"]), None),
        (str(maker.day(date(2024, 2, 1))), None),
    ]
    return found
