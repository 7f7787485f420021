"""Random small companies as files, each made from a seed alone.

Every company is two loads: the second corrects the first (changed, cancelled and new orders,
changed measures, revised targets). All the subtle spots of the specification are drawn often:
moves, absences, owners, foreign money, targets of every kind and scope, template versions.
"""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.company_plans import (
    INDICATORS,
    OWN_MEASURES,
    grades_toml,
    template_toml,
)
from tests.oracle.periods import DAY, Span, month_of

FIRST_DAY = date(2023, 12, 1)
Row = dict[str, Any]


class Maker:
    """Draws one company; ``write`` puts its loads into folders."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        rng = self.rng
        self.data_day = date(2024, 3, 4) + rng.randrange(50) * DAY
        self.brands = rng.sample(["luxe", "core", "value"], rng.choice([1, 2, 2, 3]))
        self.regions = rng.sample(["east", "north"], rng.choice([1, 2, 2]))
        self.departments = ["sales", "care"]
        self.roles = rng.sample(["seller", "carer", "drawer"], rng.choice([1, 2, 3]))
        self.channels = ["tmall", "jd", "tmall:flagship"]
        self.foreign = rng.choice(["", "USD"])
        self.zone = rng.choice(["Asia/Shanghai", "Asia/Shanghai", "America/New_York", "UTC"])
        self.currency = rng.choice(["CNY", "CNY", "EUR"])
        # Now and then a company large enough for `auto` to rank with its shipped limits.
        self.n_people = 34 if rng.random() < 0.06 else rng.choice([3, 4, 5, 6, 8, 10, 12])
        self.windows = self.make_windows()
        self.first: dict[str, list[Row]] = {}
        self.second: dict[str, list[Row]] = {}
        self.people: list[Row] = []
        self.stays: dict[str, list[Row]] = {}

    def make_windows(self) -> list[str]:
        """Windows for targets, no two of one length: which is the shortest would be open."""
        lengths = self.rng.sample([*range(8, 28), *range(32, 70)], 6)
        starts = [date(2024, 1, 20) + self.rng.randrange(60) * DAY for _ in lengths]
        return [
            f"{start}..{start + (length - 1) * DAY}"
            for start, length in zip(starts, lengths, strict=True)
        ]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def day(self, first: date = FIRST_DAY, last: date | None = None) -> date:
        last = last or self.data_day
        return first + self.rng.randrange((last - first).days + 1) * DAY

    def add(self, table: str, **row: Any) -> Row:
        self.first.setdefault(table, []).append(row)
        return row

    def later(self, table: str, **row: Any) -> None:
        self.second.setdefault(table, []).append(row)

    # --- people ----------------------------------------------------------------------------

    def make_people(self) -> None:
        rng = self.rng
        for number in range(1, self.n_people + 1):
            hire = date(2022, 1, 1) + rng.randrange(300) * DAY
            if self.chance(0.35):
                hire = self.day(date(2023, 12, 5), date(2024, 3, 20))
            leave: date | str = ""
            if self.chance(0.25):
                leave = max(hire, self.day(date(2024, 1, 5)) + rng.choice([0, 0, 40]) * DAY)
            row = self.add(
                "employees",
                employee_id=f"E{number}",
                name=f"Name {number}",
                hire_date=hire,
                leave_date=leave,
                bonus_base=rng.choice(["", 1000, 2500.5]),
            )
            self.people.append(row)
            self.make_assignments(row)
            if self.chance(0.4) and hire < self.data_day:
                self.make_absences(row)

    def place(self) -> Row:
        rng = self.rng
        return {
            "role": rng.choice(self.roles),
            "brand": rng.choice([*self.brands, *self.brands, rng.choice([*self.brands, ""])]),
            "region": rng.choice([*self.regions, *self.regions, ""]),
            "department": rng.choice(self.departments),
            "manager_id": rng.choice(["", "E1", "E2"]),
        }

    def make_assignments(self, person: Row) -> None:
        place = self.place()
        starts = [person["hire_date"]]
        for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2])):
            start = self.day(date(2024, 1, 2), date(2024, 4, 10))
            if start > starts[-1]:
                starts.append(start)
        for number, start in enumerate(starts):
            if number:
                changed = self.rng.sample(list(place), self.rng.choice([1, 2, 5]))
                fresh = self.place()
                place = {**place, **{name: fresh[name] for name in changed}}
            to_date: date | str = ""
            if number + 1 < len(starts) and self.chance(0.3):
                to_date = starts[number + 1] - DAY
            row = self.add(
                "assignments",
                employee_id=person["employee_id"],
                from_date=start,
                to_date=to_date,
                **place,
            )
            self.stays.setdefault(person["employee_id"], []).append(row)

    def make_absences(self, person: Row) -> None:
        start = max(person["hire_date"], self.day(date(2023, 12, 20)))
        for _ in range(self.rng.choice([1, 2])):
            if start > (person["leave_date"] or date.max):
                return
            end = start + self.rng.choice([0, 1, 3, 9, 25]) * DAY
            self.add("absences", employee_id=person["employee_id"], from_day=start, to_day=end)
            start = end + self.rng.choice([2, 12, 31]) * DAY

    def employed(self, day: date) -> list[str]:
        return [
            person["employee_id"]
            for person in self.people
            if person["hire_date"] <= day
            and (person["leave_date"] == "" or person["leave_date"] >= day)
        ]

    def make_owners(self) -> None:
        for channel in self.rng.sample(self.channels, self.rng.choice([0, 1, 2])):
            start = self.rng.choice([date(2023, 1, 1), self.day(date(2023, 12, 5))])
            for _ in range(self.rng.choice([1, 2, 3])):
                end: date | str = ""
                length = self.rng.choice([15, 40, 70])
                if self.chance(0.3):
                    end = start + self.rng.choice([length - 1, length - 5]) * DAY
                self.add(
                    "owners",
                    channel=channel,
                    employee_id=self.rng.choice(self.people)["employee_id"],
                    from_date=start,
                    to_date=end,
                )
                start += length * DAY

    # --- business data -----------------------------------------------------------------------

    def make_rates(self) -> None:
        if self.foreign:
            for month in self.months():
                self.add(
                    "rates",
                    month=f"{month.first:%Y-%m}",
                    currency=self.foreign,
                    rate=round(6.5 + self.rng.random(), 4),
                )

    def months(self) -> list[Span]:
        found = []
        day = FIRST_DAY
        while day <= date(2024, 4, 30):
            found.append(month_of(day))
            day = month_of(day).last + DAY
        return found

    def days(self) -> list[date]:
        return [FIRST_DAY + n * DAY for n in range((self.data_day - FIRST_DAY).days + 1)]

    def somebody(self, day: date) -> Row:
        """The columns that say whose a row is: a person, an owned channel, or a brand."""
        channel = self.rng.choice(["", *self.channels])
        here = self.employed(day)
        if here and self.chance(0.75):
            stated = self.rng.choice(["", *self.brands])
            return {
                "employee_id": self.rng.choice(here),
                "brand": stated,
                "region": "",
                "channel": channel,
            }
        return {
            "employee_id": "",
            "brand": self.rng.choice(self.brands),
            "region": self.rng.choice([*self.regions, ""]),
            "channel": channel,
        }

    def instant(self, day: date) -> str:
        rng = self.rng
        clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
        style = rng.random()
        if style < 0.15:
            return str(day)
        if style < 0.3:
            # 16:00 to 23:59 in UTC is the next day in Shanghai
            local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(self.zone))
            return local.astimezone(rng.choice([UTC, ZoneInfo("Asia/Tokyo")])).isoformat()
        return f"{day}T{clock}"

    def money(self) -> float:
        return self.rng.choice(
            [self.rng.randrange(5, 400), round(self.rng.uniform(1, 400), 2), 0, 0.0001]
        )

    def make_orders(self) -> None:
        rng = self.rng
        per_day = rng.choice([1, 2, 4])
        start = FIRST_DAY + rng.choice([0, 0, 20, 45]) * DAY
        last = self.data_day - rng.choice([0, 0, 0, 3]) * DAY
        number = 0
        for day in self.days():
            if not start <= day <= last:
                continue
            for _ in range(rng.randrange(per_day * 2 + 1)):
                number += 1
                row = self.add(
                    "orders",
                    order_id=f"{number if self.chance(0.7) else number // 2:05}",
                    ordered_at=self.instant(day),
                    amount=self.money(),
                    **self.somebody(day),
                    currency=rng.choice(["", "", self.currency, self.foreign]),
                    buyer_id=rng.choice(["", *(f"B{n}" for n in range(12))]),
                    status=rng.choice(["paid", "paid", "paid", "", "refunded", "cancelled"])
                    if self.chance(0.5)
                    else "paid",
                    units=rng.choice(["", 1, 2, 3]),
                    is_test=rng.choice(["true", "", "", "", ""]) if self.chance(0.2) else "",
                    updated_at="",
                )
                self.disturb_order(row, day)

    def disturb_order(self, row: Row, day: date) -> None:
        """Faults, duplicates and corrections in the second load."""
        rng = self.rng
        fault = rng.random()
        if fault < 0.01:
            row["amount"] = rng.choice(["", "abc", "-5", "1e13"])
        elif fault < 0.02:
            row["ordered_at"] = rng.choice(["2024-02-30", "soon", "2099-01-01"])
        elif fault < 0.03:
            row["employee_id"] = "E999"
        elif fault < 0.04:
            row["currency"] = "XYZ"
        elif fault < 0.05:
            row["status"] = "odd"
        elif fault < 0.06:
            row |= {"employee_id": "", "brand": "", "channel": ""}
        elif fault < 0.07:
            row["employee_id"] = rng.choice(self.people)["employee_id"]
        elif fault < 0.10:
            row["updated_at"] = f"{day + DAY}T10:00:00" if self.chance(0.5) else ""
            again = {**row, "amount": self.money(), "status": rng.choice(["paid", "cancelled"])}
            again["updated_at"] = rng.choice(["", f"{day}T10:00:00", f"{day + 3 * DAY}T10:00:00"])
            place = len(self.first["orders"]) if self.chance(0.5) else 0
            self.first["orders"].insert(place, again)
        elif fault < 0.16:
            change: Row = rng.choice(
                [
                    {"status": "cancelled"},
                    {"status": "refunded"},
                    {"amount": self.money()},
                    {"ordered_at": self.instant(min(day + 2 * DAY, self.data_day))},
                    self.somebody(day) | {"channel": row["channel"]},
                    {"employee_id": "E999"},
                ]
            )
            self.later("orders", **{**row, **change})

    def server(self, here: list[str]) -> Row:
        """Who a ticket belongs to: a person, or the owner of a channel."""
        owned = [row["channel"] for row in self.first.get("owners", [])]
        if owned and self.chance(0.3):
            return {"employee_id": "", "channel": self.rng.choice(owned)}
        return {"employee_id": self.rng.choice(here), "channel": self.rng.choice(["", "desk"])}

    def make_tickets(self) -> None:
        rng = self.rng
        if self.chance(0.3):
            return
        for number, day in enumerate(self.days()):
            here = self.employed(day)
            if here and self.chance(0.6):
                row = self.add(
                    "tickets",
                    ticket_id=f"T{number}",
                    opened_at=self.instant(day),
                    **self.server(here),
                    status=rng.choice(["closed", "closed", "", "cancelled", "test"])
                    if self.chance(0.3)
                    else "",
                    response_seconds=rng.choice(["", 10, 35.5, 80]),
                    resolved=rng.choice(["true", "false", ""]),
                    csat=rng.choice(["", 1, 3, 4, 5, 5]),
                )
                if self.chance(0.02):
                    row["csat"] = 9
                elif self.chance(0.03):
                    self.later("tickets", **{**row, "resolved": "true", "csat": 5})

    def make_measures(self) -> None:
        rng = self.rng
        sparse = rng.choice([0.15, 0.5])
        for day in self.days():
            for who in self.employed(day):
                if self.chance(sparse * min(1, 12 / self.n_people)):
                    row = self.add(
                        "measures_wide",
                        day=day,
                        employee_id=who,
                        brand="",
                        channel=rng.choice(["", "tmall"]),
                        visits=rng.choice(["", 0, 20, 35, 120]),
                        clicks=rng.choice(["", 5, 11]),
                        new_followers=rng.choice(["", 3, 8]),
                        complaints=rng.choice(["", 0, 1, 2]),
                        kickback=rng.choice(["", 1.25, 3]),
                        currency=self.foreign if self.chance(0.2) else "",
                    )
                    if self.chance(0.02):
                        self.later("measures_wide", **{**row, "visits": 77, "clicks": ""})
            if self.chance(0.5):
                code = rng.choice(["visits", "calls", "ad_spend", "revenue"])
                whose = self.somebody(day) | {"channel": rng.choice(["ads", *self.channels])}
                money = code in ("ad_spend", "revenue")
                # Channels of their own: two tables never bring one key.
                if code in ("revenue", "visits"):
                    whose["channel"] = "offline"
                row = self.add(
                    "measures",
                    day=day,
                    measure=code,
                    value=rng.choice([1, 7, 40.5]),
                    **whose,
                    currency=rng.choice(["", self.currency, self.foreign]) if money else "",
                )
                if self.chance(0.03):
                    self.first["measures"].append({**row, "value": 9})
                elif self.chance(0.03):
                    self.later("measures", **{**row, "value": 13})

    def make_pay(self) -> None:
        rng = self.rng
        until = rng.choice([2, 3, 4])
        for month in self.months():
            if (month.first.month, month.first.year) > (until, 2024) and month.first.year == 2024:
                continue
            if month.first.year == 2024 and month.first.month > until:
                continue
            for person in self.people:
                leave = person["leave_date"] or date.max
                there = person["hire_date"] <= month.last and leave >= month.first
                if there and self.chance(0.85):
                    for kind in rng.choice([["base"], [""], ["base", "bonus"], ["other"]]):
                        self.add(
                            "pay",
                            employee_id=person["employee_id"],
                            month=f"{month.first:%Y-%m}",
                            amount=rng.choice([300, 450.75, 600]),
                            currency=self.foreign if self.chance(0.1) else "",
                            kind=kind,
                        )

    # --- what is agreed and judged ---------------------------------------------------------

    def target_period(self) -> str:
        rng = self.rng
        month = rng.choice(["2024-01", "2024-02", "2024-02", "2024-03", "2024-03", "2024-04"])
        monday = date(2024, 1, 29) + 7 * rng.randrange(10) * DAY
        year, week, _ = monday.isocalendar()
        fixed = [
            rng.choice(self.windows),
            "2024-Q1",
            "2023-Q4",
            "2024",
            str(self.day(date(2024, 2, 1))),
        ]
        return rng.choice([month, month, f"{year}-W{week:02}", *fixed])

    def make_targets(self) -> None:
        rng = self.rng
        seen = set()
        for _ in range(rng.choice([5, 25, 60])):
            code = rng.choice(list(INDICATORS))
            scope: Row = rng.choice(
                [
                    {"employee_id": rng.choice(self.people)["employee_id"]},
                    {"brand": rng.choice(self.brands), "role": rng.choice(self.roles)},
                    {"role": rng.choice(self.roles)},
                ]
            )
            period = self.target_period()
            key = (code, period, *scope.values())
            if key in seen:
                continue
            seen.add(key)
            base = INDICATORS[code]["target"]
            row = {"employee_id": "", "brand": "", "role": "", **scope}
            row |= {"period": period, "indicator": code, "revised_on": "", "currency": ""}
            value = round(base * rng.uniform(0.4, 1.8), 4)
            if INDICATORS[code]["unit"] == "money" and len(period) == 7 and self.chance(0.3):
                row["currency"] = self.foreign
            self.add("targets", **row, value=value)
            for _ in range(rng.choice([0, 0, 1, 2])):
                changed = {**row, "value": round(base * rng.uniform(0.4, 1.8), 4)}
                changed["revised_on"] = self.day(date(2024, 1, 10), date(2024, 5, 10))
                if (key, changed["revised_on"]) not in seen:
                    seen.add((key, changed["revised_on"]))
                    self.first["targets"].append(changed)
            if self.chance(0.1):
                self.later("targets", **{**row, "value": value * 2})

    def make_ratings(self) -> None:
        rng = self.rng
        seen = set()
        for _ in range(rng.choice([0, 30, 120])):
            ratee, rater = (rng.choice(self.people)["employee_id"] for _ in range(2))
            relation = rng.choice(["peer", "subordinate", "manager"])
            row = {
                "period": rng.choice(
                    ["2023-12", "2024-01", "2024-02", "2024-02", "2024-03", "2024-Q1", "2024-W09"]
                ),
                "ratee_id": ratee,
                "rater_id": rater,
                "relation": "self" if ratee == rater else relation,
                "dimension": rng.choice(["attitude", "teamwork"]),
                "score": rng.choice([1, 2.5, 3, 4, 5, 5]),
            }
            key = (row["period"], ratee, rater, row["dimension"])
            if key not in seen:
                seen.add(key)
                self.add("ratings", **row)
        if seen and self.chance(0.3):
            self.first["ratings"][0]["score"] = 6

    def make_vetoes(self) -> None:
        for number in range(self.rng.choice([0, 0, 1, 2])):
            person = self.rng.choice(self.people)
            last = min(person["leave_date"] or date(2024, 3, 31), date(2024, 3, 31))
            first = max(person["hire_date"], date(2024, 1, 1))
            if first <= last:
                self.add(
                    "veto_events",
                    event_id=f"V{number}",
                    day=first + self.rng.randrange((last - first).days + 1) * DAY,
                    employee_id=person["employee_id"],
                    kind="fake_orders",
                    status=self.rng.choice(["confirmed", "confirmed", "proposed", "dismissed", ""]),
                )

    def make_corrections(self) -> None:
        """What the second load changes of people, owners and judgements."""
        rng = self.rng
        for person in self.people:
            if not person["leave_date"] and person["hire_date"] < self.data_day:
                if self.chance(0.1):
                    leave = self.data_day + rng.choice([0, 3]) * DAY
                    self.later("employees", **{**person, "leave_date": leave})
                elif self.chance(0.1):
                    self.later("employees", **{**person, "bonus_base": 777})
            if self.chance(0.15):
                self.correct_assignment(person)
        for table, share, change in (
            ("owners", 0.2, {"employee_id": rng.choice(self.people)["employee_id"]}),
            ("pay", 0.05, {"amount": 512}),
            ("ratings", 0.1, {"score": 4}),
            ("veto_events", 0.4, {"status": "confirmed"}),
        ):
            for row in self.first.get(table, []):
                if self.chance(share):
                    self.later(table, **{**row, **change})
        for row in self.first.get("targets", []):
            if self.chance(0.05):
                revised_on = self.day(date(2024, 1, 10), date(2024, 5, 10))
                changed = {"value": row["value"] * 1.5, "revised_on": revised_on}
                self.later("targets", **{**row, **changed})

    def correct_assignment(self, person: Row) -> None:
        """Another brand or region from the start, or one more move at the end."""
        row = self.rng.choice(self.stays[person["employee_id"]])
        if self.chance(0.5):
            self.later("assignments", **{**row, **self.place(), "role": row["role"]})
            return
        start = self.stays[person["employee_id"]][-1]["from_date"] + self.rng.choice([9, 33]) * DAY
        if start > date(2024, 1, 2):
            move = {"from_date": start, "to_date": "", **self.place()}
            self.later("assignments", employee_id=person["employee_id"], **move)

    # --- files -----------------------------------------------------------------------------

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
        ("2024", None),
        (str(maker.day(date(2024, 2, 1))), None),
    ]
    return found
