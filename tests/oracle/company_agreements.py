"""Random targets, ratings and veto events, and what a second load corrects."""

from __future__ import annotations

from datetime import date

from tests.oracle.company_business import Business
from tests.oracle.company_people import Row
from tests.oracle.company_plans import INDICATORS
from tests.oracle.periods import DAY


class Agreements(Business):
    """What is agreed with the people of a company and how they are judged."""

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
            if self.chance(0.15) and person["employee_id"] in self.stays:
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
