"""Random people: hires, moves, absences, and who owns which shop account."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from tests.oracle.periods import DAY

FIRST_DAY = date(2023, 12, 1)
Row = dict[str, Any]


class People:
    """Who works here; ``first`` and ``second`` are the rows of the two loads, by table."""

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
        self.tracks_moves = rng.random() > 0.12
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
            if self.tracks_moves:
                self.make_assignments(row)
            else:
                row |= self.place()
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
        if self.chance(0.05):
            return  # employed, and nobody said as what
        for number, start in enumerate(starts):
            if number:
                changed = self.rng.sample(list(place), self.rng.choice([1, 2, 5]))
                fresh = self.place()
                place = {**place, **{name: fresh[name] for name in changed}}
            to_date: date | str = ""
            if number + 1 < len(starts) and self.chance(0.3):
                # now and then with a gap
                to_date = max(start, starts[number + 1] - self.rng.choice([1, 1, 1, 9]) * DAY)
                to_date = min(to_date, starts[number + 1] - DAY)
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
                    brand=self.rng.choice(["", *self.brands]),
                    region=self.rng.choice(["", *self.regions]),
                )
                start += length * DAY
