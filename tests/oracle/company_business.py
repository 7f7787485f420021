"""Random business: orders, tickets, measures, rates and pay of random people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.oracle.company_people import FIRST_DAY, People, Row
from tests.oracle.periods import DAY, Span, month_of


class Business(People):
    """What the people of a company bring about, with faults and corrections among it."""

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
        owned = [row["channel"] for row in self.first.get("owners", [])]
        if owned and self.chance(0.08):
            return {
                "employee_id": "",
                "brand": "",
                "region": "",
                "channel": self.rng.choice(owned),
            }
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
                    value=rng.choice([1, 7, 40.5, 0, -2]),
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
