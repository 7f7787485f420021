"""Group numbers a second time, from the table "Group numbers" of the scoring page, in plain SQL.

SQLite is asked directly; of the product only the scorecards are taken as given.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from perf_core.cli import main
from perf_core.commands.compare import as_records
from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import groups_from, read_compared
from perf_core.store.engine import Store

Key = tuple[str, ...]
Limits = Mapping[str, Sequence[str]]

PASS_MARK = 80
CREDITED_ONLY = {"role", "department"}

# Who was where on each day employed, and the part of the month's pay that falls on it.
TABLES = """
CREATE TEMP TABLE days AS
    WITH RECURSIVE d(day) AS (
        SELECT :first UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < :last)
    SELECT day, substr(day, 1, 7) || '-01' AS month FROM d;
CREATE TEMP TABLE person_days AS
    SELECT e.employee_id, d.day, d.month, e.leave_date, coalesce(a.brand, '') AS brand,
           coalesce(a.region, '') AS region, coalesce(a.department, '') AS department,
           coalesce(a.role, '') AS role
      FROM employees e
      JOIN days d ON d.day >= e.hire_date AND d.day <= coalesce(e.leave_date, '9999')
      LEFT JOIN assignments a ON a.employee_id = e.employee_id
       AND a.from_date = (SELECT max(b.from_date) FROM assignments b
                           WHERE b.employee_id = e.employee_id AND b.from_date <= d.day)
       AND d.day <= coalesce(a.to_date, '9999');
CREATE INDEX temp.person_day ON person_days (employee_id, day);
CREATE TEMP TABLE sold AS
    SELECT m.day, m.credited_to, m.channel, coalesce(p.brand, m.brand) AS brand,
           coalesce(p.region, m.region) AS region, coalesce(p.department, '') AS department,
           coalesce(p.role, '') AS role, m.revenue / 10000.0 * coalesce(r.rate, 1) AS revenue
      FROM daily_measures m
      LEFT JOIN rates r ON r.currency = m.currency AND r.month = substr(m.day, 1, 7) || '-01'
      LEFT JOIN person_days p ON p.employee_id = m.credited_to AND p.day = m.day
     WHERE m.day BETWEEN :first AND :last;
CREATE INDEX temp.sold_by ON sold (credited_to, day);
"""
PAY_TABLES = """
CREATE TEMP TABLE month_pay AS
    SELECT p.employee_id, m.month, sum(p.amount_e4) / 10000.0 AS amount
      FROM (SELECT DISTINCT month FROM days) m
      JOIN pay p ON CASE WHEN EXISTS (SELECT 1 FROM pay q WHERE q.month = m.month)
           THEN p.month = m.month
           ELSE p.kind = 'base' AND p.month = (
                SELECT max(q.month) FROM pay q WHERE q.employee_id = p.employee_id
                   AND q.kind = 'base' AND q.month < m.month) END
     GROUP BY 1, 2;
CREATE TEMP TABLE paid AS
    SELECT p.*, coalesce(w.amount, 0) / (
               1 + julianday(min(coalesce(e.leave_date, '9999-01-01'),
                                 date(p.month, '+1 month', '-1 day')))
                 - julianday(max(e.hire_date, p.month))) AS pay,
           (SELECT sum(s.revenue) FROM sold s
             WHERE s.credited_to = p.employee_id AND s.day = p.day) AS revenue
      FROM person_days p
      JOIN employees e USING (employee_id)
      LEFT JOIN month_pay w ON w.employee_id = p.employee_id AND w.month = p.month
     WHERE coalesce(w.amount, 0) <> 0
        OR NOT EXISTS (SELECT 1 FROM pay q WHERE q.month = p.month);
CREATE TEMP TABLE places AS
    SELECT brand, region, sum(revenue) AS revenue FROM sold GROUP BY 1, 2;
"""
CARDS = """
CREATE TEMP TABLE cards (employee_id, brand, region, department, role, days, total, grade, factor,
                         complete)
"""


class BySql:
    """The groups of the days from ``first`` to ``last``, and of the days they are compared with."""

    def __init__(
        self, store: Store, first: date, last: date, cards: list[dict[str, Any]] | None
    ) -> None:
        self.connection = sqlite3.connect(str(store.url.database))
        self.span = {"first": str(first), "last": str(last)}
        tables = TABLES if cards is None else TABLES + PAY_TABLES + CARDS
        for statement in tables.split(";"):
            marks = {name: self.span[name] for name in self.span if f":{name}" in statement}
            self.connection.execute(statement, marks)
        if cards:
            self._keep(cards)

    def _keep(self, cards: list[dict[str, Any]]) -> None:
        self.connection.executemany(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    card["employee_id"],
                    *(card[axis] or "" for axis in ("brand", "region", "department", "role")),
                    card["days"],
                    0.0 if card["vetoed"] else card["total"],
                    card["grade"],
                    card["bonus_factor"],
                    card["complete"],
                )
                for card in cards
            ],
        )

    def told(
        self,
        table: str,
        what: str,
        by: Sequence[str],
        within: Limits,
        more: str = "1",
        **values: Any,
    ) -> dict[Key, float]:
        """One number by group; a group without one is not in it."""
        limits, marks = [more], dict(values)
        for axis, codes in within.items():
            names = [f"{axis}_{n}" for n in range(len(codes))]
            limits.append(f"{axis} IN ({', '.join(f':{name}' for name in names)})")
            marks |= dict(zip(names, codes, strict=True))
        columns = ", ".join(by) or "''"
        where = " AND ".join(limits)
        rows = self.connection.execute(
            f"SELECT {columns}, {what} FROM {table} WHERE {where} GROUP BY {columns}", marks
        )
        return {tuple(row[:-1]): row[-1] for row in rows if row[-1] is not None}

    def numbers(self, by: Sequence[str], within: Limits) -> dict[str, dict[Key, float]]:
        """Every number but growth, by group."""
        only = "credited_to <> ''" if {*by, *within} & CREDITED_ONLY else "1"
        revenue = self.revenue(by, within)
        nobodys = self.told("sold", "sum(revenue)", by, within, f"{only} AND credited_to = ''")
        found = {"revenue": revenue, "revenue_uncredited": nobodys}
        if "channel" in {*by, *within}:
            return found
        ends = (
            "2.0 * sum(coalesce(day = leave_date, 0)) / nullif(sum(day = :first) + "
            "sum(day = :last), 0)"
        )
        complete = self.told("cards", "nullif(sum(complete), 0)", by, within)
        found |= {
            "headcount": self.told("person_days", "sum(day = :last)", by, within, **self.last),
            "attrition": self.told("person_days", ends, by, within, **self.span),
            "pay_cost": self.told("paid", "sum(pay)", by, within, "pay <> 0"),
            "cost_ratio": self.cost_ratio(by, within),
            "attainment": {
                key: value / complete[key]
                for key, value in self.told(
                    "cards", f"sum(total >= {PASS_MARK} - 1e-9)", by, within, "complete"
                ).items()
            },
            "mean_total": self.told("cards", "avg(total)", by, within, "complete"),
            "total_sd": self.spread(by, within),
            "bonus_cost": self.bonus(by, within),
        }
        for grade in ("excellent", "good", "improve"):
            graded = self.told("cards", f"sum(grade = '{grade}')", by, within, "complete")
            found[f"grade_{grade}"] = {key: value / complete[key] for key, value in graded.items()}
        return found

    def revenue(self, by: Sequence[str], within: Limits) -> dict[Key, float]:
        """Everything sold; by role or department what people are credited with."""
        only = "credited_to <> ''" if {*by, *within} & CREDITED_ONLY else "1"
        return self.told("sold", "sum(revenue)", by, within, only)

    @property
    def last(self) -> dict[str, str]:
        return {"last": self.span["last"]}

    def spread(self, by: Sequence[str], within: Limits) -> dict[Key, float]:
        """n − 1, by two passes; nothing under two cards."""
        totals = self.told("cards", "json_group_array(total)", by, within, "complete")
        found = {}
        for key, told in totals.items():
            values = json.loads(str(told))
            mean = math.fsum(values) / len(values)
            if len(values) > 1:
                square = math.fsum((one - mean) ** 2 for one in values) / (len(values) - 1)
                found[key] = math.sqrt(square)
        return found

    def bonus(self, by: Sequence[str], within: Limits) -> dict[Key, float]:
        """Factor × base, of a mover each card's share of the days."""
        shared = (
            "(SELECT c.*, e.bonus_base_e4 / 10000.0 AS base, 1.0 * c.days / (SELECT sum(o.days)"
            " FROM cards o WHERE o.employee_id = c.employee_id AND o.complete) AS share"
            " FROM cards c JOIN employees e USING (employee_id) WHERE c.complete)"
        )
        return self.told(shared, "sum(factor * base * share)", by, within)

    def cost_ratio(self, by: Sequence[str], within: Limits) -> dict[Key, float]:
        """Pay over the revenue of the same people; of a role without its own, of its places."""
        paid = "sum(pay) > 0"
        ratio = self.told(
            "paid", f"iif({paid}, sum(pay) / nullif(sum(revenue), 0), NULL)", by, within
        )
        rows = self.connection.execute(
            "SELECT code FROM axis_values WHERE kind = 'role' AND NOT earns"
        )
        free = {code for (code,) in rows}
        at = list(by).index("role") if "role" in by else None
        only = set(within.get("role", ()))
        sold = self.connection.execute("SELECT brand, region, revenue FROM places").fetchall()
        where = "json_group_array(DISTINCT brand || '|' || region)"
        held = self.told("paid", where, by, within)
        for key, pay in self.told("paid", "sum(pay)", by, within).items():
            if key[at] not in free if at is not None else not only or not only <= free:
                continue
            ratio.pop(key, None)
            places = [place.split("|") for place in json.loads(str(held[key]))]
            revenue = math.fsum(
                amount or 0.0
                for brand, region, amount in sold
                if any(b in ("", brand) and r in ("", region) for b, r in places)
            )
            if revenue and pay:
                ratio[key] = pay / revenue
        return ratio


def document(store: Store, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """What a command says as JSON."""
    capsys.readouterr()
    url = store.url.render_as_string(hide_password=False)
    assert main([words[0], "--db", url, *words[1:], "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def by_command(groups: list[dict[str, Any]], by: Sequence[str]) -> dict[str, dict[Key, float]]:
    """Each number of ``compare --json`` by group; unknown is not in it."""
    found: dict[str, dict[Key, float]] = {}
    for group in groups:
        key = tuple(group[axis] or "" for axis in by) or ("",)
        shares = group["grade_shares"] or {}
        flat = group | {f"grade_{code}": share for code, share in shares.items()}
        for name, value in flat.items():
            if name not in by and isinstance(value, int | float) and not isinstance(value, bool):
                found.setdefault(name, {})[key] = value
    return found


def compared_days(first: date, end: date, last: date) -> tuple[date, date]:
    """The days that growth looks back at: the same day numbers of the previous period.

    ``first`` and ``end`` are the period's; of a month, a quarter or a year.
    """
    months = (end.year - first.year) * 12 + end.month - first.month + 1
    at = first.year * 12 + first.month - 1 - months
    before = date(at // 12, at % 12 + 1, 1)
    if last >= end:
        return before, first - timedelta(days=1)
    return before, min(before + (last - first), first - timedelta(days=1))


class Asked:
    """One period of a company, asked both ways."""

    def __init__(
        self, store: Store, capsys: pytest.CaptureFixture[str], period: str, days: tuple[date, date]
    ) -> None:
        self.period = parse_period(period)
        scores = document(store, capsys, "score", "--period", period)
        first, end = days
        last = min(end, date.fromisoformat(scores["as_of"]))
        self.sql = BySql(store, first, last, scores["scorecards"])
        self.before = BySql(store, *compared_days(first, end, last), None)
        self.read = [
            read_compared(store, self.period, by_channel=by_channel) for by_channel in (False, True)
        ]
        told = document(store, capsys, "compare", "--period", period, "--by", "brand,department")
        assert told["groups"] == self.told(("brand", "department"), {})

    def told(self, by: Sequence[str], within: Limits) -> list[dict[str, Any]]:
        """What ``compare --json`` tells, of inputs that were read once for all axes."""
        read = self.read["channel" in {*by, *within}]
        return as_records(groups_from(read, by=by, within=within, scope=everything()))

    def agree(self, by: Sequence[str], within: Limits) -> set[str]:
        """Assert that both answers are the same; gives the numbers that had anything but 0."""
        said = self.told(by, within)
        theirs = self.sql.numbers(by, within)
        keys = {tuple(group[axis] or "" for axis in by) for group in said}
        was, now = self.before.revenue(by, within), theirs["revenue"]
        theirs["revenue_growth"] = {
            key: now.get(key, 0.0) / was[key] - 1 for key in keys if was.get(key, 0.0) > 0
        }
        return agree(by_command(said, by), theirs)

    def close(self) -> None:
        """Let go of the store."""
        self.sql.connection.close()
        self.before.connection.close()


SIZES = ("headcount", "revenue", "revenue_uncredited", "attrition")


def agree(ours: dict[str, dict[Key, float]], theirs: dict[str, dict[Key, float]]) -> set[str]:
    """Assert that both answers are the same, and say which numbers had anything but 0 in them."""
    seen = set()
    for name, expected in theirs.items():
        # A group with people and no row, or the other way round, may say 0 or nothing.
        mine, there = (
            {key: value for key, value in one.items() if value or name not in SIZES}
            for one in (ours.get(name, {}), expected)
        )
        assert mine == pytest.approx(there, rel=1e-9, abs=1e-9), name
        if any(there.values()):
            seen.add(name)
    return seen


def store_codes(store: Store) -> set[tuple[str, str]]:
    """The axes and codes of the places that somebody holds."""
    connection = sqlite3.connect(str(store.url.database))
    found = {
        (axis, str(code))
        for axis in ("brand", "region", "department", "role")
        for (code,) in connection.execute(f"SELECT DISTINCT {axis} FROM assignments")
    }
    connection.close()
    return found
