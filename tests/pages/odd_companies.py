"""Companies that are odd in one way each, brought in by the ordinary load, small enough to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import sqrt
from typing import Any, Final

import pandas as pd

from perf_core.domain.access import everything
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.services.load_files import load_typed
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.store.engine import Store

LONG = "华东一区与海外新零售事业部直播电商及私域运营联合项目组（筹备）"
MARKUP = "<b>R&D</b> _*sale*_ 🚀 [x](http://x) $a$"


class OddCompany:
    """People, what they did every tenth day, and what they are paid; then one load."""

    def __init__(
        self, *, first: str = "2025-12-01", last: str = "2026-06-17", pay_to: str = "2026-05"
    ) -> None:
        self.first, self.last = date.fromisoformat(first), date.fromisoformat(last)
        self.pay_to = pay_to
        self.catalogue: dict[str, Any] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("employees", "assignments", "measures_wide", "pay", "orders")
        }

    def person(
        self,
        who: str,
        brand: str = "luxe",
        *,
        region: str = "east",
        department: str = "ops",
        role: str = "platform_ops",
        manager: str = "",
        hired: str = "2024-03-01",
        left: str = "",
        paid: bool = True,
        sells: bool = True,
        bonus_base: float | None = None,
        channel: str = "tmall",
        **did: float,
    ) -> None:
        """Somebody with one place, who sells every tenth day and is paid each month."""
        self.rows["employees"].append(
            {
                "employee_id": who,
                "name": f"Name {who}",
                "hire_date": hired,
                "leave_date": left or None,
                "leave_type": "voluntary" if left else None,
                "bonus_base": bonus_base,
            }
        )
        self.rows["assignments"].append(
            {
                "employee_id": who,
                "from_date": hired,
                "role": role,
                "brand": brand,
                "region": region,
                "department": department,
                "manager_id": manager,
            }
        )
        begins = max(self.first, date.fromisoformat(hired))
        ends = min(self.last, date.fromisoformat(left)) if left else self.last
        n = len(self.rows["employees"])
        usual = {"visits": 300 + 7 * n, "orders": 9 + n % 5, "revenue": 2000 + 130 * n}
        if sells:
            for day in _days(begins, ends):
                self.did(day, employee_id=who, channel=channel, **(usual | did))
        if paid:
            for month in _months(begins, ends):
                if month <= self.pay_to:
                    # Sums of them are like no other number.
                    self.pay(who, month, round(700 + 11 * n + 3.7 * sqrt(n), 4))

    def move(self, who: str, day: str, **place: str) -> None:
        """Somebody takes another place."""
        held = next(row for row in self.rows["assignments"] if row["employee_id"] == who)
        self.rows["assignments"].append(held | {"from_date": day} | place)

    def pay(self, who: str, month: str, amount: float) -> None:
        """What somebody was paid for a month."""
        self.rows["pay"].append({"employee_id": who, "month": month, "amount": amount})

    def did(self, day: date, **values: Any) -> None:
        """What somebody, or a brand with nobody, did on a day."""
        self.rows["measures_wide"].append({"day": day.isoformat(), **values})

    def load(self, store: Store) -> None:
        """Bring everything in."""
        if self.catalogue:
            with store.writing() as connection:
                load_catalogue_entries(connection, parse_catalogue(self.catalogue), data_day=None)
        account = load_typed(
            store,
            {name: pd.DataFrame(rows).astype("str") for name, rows in self._told().items()},
            today=self.last,
            by="test",
            scope=everything(),
        )
        assert not account.refused

    def _told(self) -> Iterator[tuple[str, Any]] | dict[str, Any]:
        return {
            name: [
                {key: "" if value is None else value for key, value in row.items()} for row in rows
            ]
            for name, rows in self.rows.items()
            if rows
        }


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=10)


def _months(first: date, last: date) -> Iterator[str]:
    month = first.replace(day=1)
    while month <= last:
        yield month.isoformat()[:7]
        month = (month + timedelta(days=32)).replace(day=1)


def two_brands(company: OddCompany, **more: Any) -> None:
    """A boss, a manager for each brand, four people under each."""
    company.person("B1", "", region="", manager="", **more)
    for brand, boss in (("luxe", "M1"), ("core", "M2")):
        region = "east" if brand == "luxe" else "west"
        company.person(boss, brand, region=region, manager="B1", **more)
        for n in range(4):
            company.person(
                f"{boss}{n}",
                brand,
                region=region,
                manager=boss,
                left="2026-03-12" if n == 3 and brand == "core" else "",
                **more,
            )


def no_pay() -> OddCompany:
    company = OddCompany()
    two_brands(company, paid=False)
    return company


def pay_now_and_then() -> OddCompany:
    company = OddCompany()
    two_brands(company, paid=False)
    for month in ("2026-01", "2026-04"):
        for row in company.rows["employees"]:
            if not row["leave_date"]:
                company.pay(row["employee_id"], month, 800.0)
    return company


def one_of_each() -> OddCompany:
    company = OddCompany()
    company.person("M1", manager="")
    for n in range(5):
        company.person(f"M1{n}", manager="M1")
    return company


def many_small_brands() -> OddCompany:
    company = OddCompany(first="2026-03-01")
    company.person("M1", "b00")
    for n in range(40):
        for k in range(1 + n % 3):
            company.person(f"P{n}_{k}", f"b{n:02}", region=f"r{n % 4}", manager="M1")
    return company


def coming_and_going() -> OddCompany:
    """A closed brand, one opened this month, one nobody left, people without a place."""
    company = OddCompany()
    two_brands(company)
    for n in range(4):
        company.person(f"C{n}", "closed", manager="M1", left="2026-02-14")
        company.person(f"F{n}", "fresh", manager="M2", hired="2026-06-02", paid=False)
        company.person(f"S{n}", "calm", manager="M2")
        company.person(f"X{n}", "", region="", department="", manager="B1")
    return company


def strange_names() -> OddCompany:
    """Markup, emoji, thirty characters, one name on two axes, a channel that nobody owns."""
    company = OddCompany()
    two_brands(company)
    for n in range(4):
        company.person(f"L{n}", LONG, region=LONG, department=LONG, manager="M1")
        company.person(f"K{n}", MARKUP, region="core", department=MARKUP, manager="M2")
        company.person(f"E{n}", "core", region="华东", department="华东", manager="M2")
    for day in _days(company.first, company.last):
        company.did(day, brand="core", channel="pdd:孤店", revenue=900, orders=4, visits=100)
    return company


def more_refunded_than_sold() -> OddCompany:
    company = OddCompany()
    two_brands(company, refund_amount=9000, refund_orders=5)
    company.person("N1", "luxe", manager="M1", revenue=-500)
    for n in range(3):
        company.person(f"D{n}", "deep", manager="M2", revenue=-700, orders=1)
    return company


def nothing_sold() -> OddCompany:
    company = OddCompany()
    two_brands(company, revenue=0, orders=0)
    return company


def no_measures() -> OddCompany:
    company = OddCompany()
    two_brands(company, sells=False)
    return company


def one_month() -> OddCompany:
    company = OddCompany(first="2026-06-01")
    two_brands(company)
    return company


def first_day() -> OddCompany:
    company = OddCompany(last="2026-06-01")
    two_brands(company)
    return company


def second_day() -> OddCompany:
    company = OddCompany(last="2026-06-02")
    two_brands(company)
    for who in ("M1", "M10", "M20"):
        company.did(company.last, employee_id=who, channel="jd", visits=9, orders=1, revenue=70)
    return company


def no_targets() -> OddCompany:
    company = OddCompany()
    item = {"indicator": "conversion", "weight": 100, "group": "fixed"}
    company.catalogue = {"template": [{"role": "platform_ops", "from": "2025-01", "item": [item]}]}
    two_brands(company)
    return company


def no_templates() -> OddCompany:
    company = OddCompany()
    two_brands(company, role="astronaut")
    return company


def dollars() -> OddCompany:
    company = OddCompany()
    company.catalogue = {"store": {"currency": "USD", "timezone": "America/Los_Angeles"}}
    two_brands(company)
    return company


def only_support() -> OddCompany:
    """Nobody has revenue of their own; the brand sells all the same."""
    company = OddCompany()
    two_brands(company, role="service", sells=False)
    for day in _days(company.first, company.last):
        company.did(day, brand="core", region="west", channel="web", revenue=5000, orders=20)
    return company


def huge() -> OddCompany:
    """Amounts of a country, and one of a cent."""
    company = OddCompany()
    two_brands(company, revenue=9e10, orders=1)
    company.person("T1", "tiny", manager="M1", revenue=0.01, orders=1, visits=1)
    return company


def several_axes() -> OddCompany:
    """Three brands, regions, departments and roles and two channels, leavers, movers, web sales."""
    company = OddCompany(first="2026-03-01")
    company.catalogue = {
        "brand": {"luxe": {"group": "high_end"}, "core": {"group": "mid"}},
        "region": {"east": {"group": "first_tier"}, "west": {"group": "first_tier"}},
    }
    company.person("B1", "", region="", department="", role="management", sells=False)
    for n in range(36):
        company.person(
            f"P{n:02}",
            ("luxe", "core", "value")[n % 3],
            region=("east", "west", "south")[n // 3 % 3],
            department=("ops", "live", "care")[n // 9 % 3],
            role=("platform_ops", "store_ops", "service")[n // 9 % 3],
            manager="B1" if n < 3 else f"P{n % 3:02}",
            left="2026-05-11" if n in (7, 20, 31) else "",
            hired="2026-04-16" if n in (8, 22) else "2024-03-01",
            sells=n // 9 % 3 < 2,
            bonus_base=900 + 10 * n,
            channel=("tmall", "jd")[n % 2],
            orders=4 + n % 7,
            visits=150 + 31 * (n % 11),
        )
    company.move("P05", "2026-05-14", brand="luxe", region="west", department="live")
    company.move("P11", "2026-05-20", role="store_ops")
    for day in _days(company.first, company.last):
        company.did(day, brand="value", region="south", channel="web", revenue=990.5, orders=3)
    return company


COMPANIES: Final[dict[str, Callable[[], OddCompany]]] = {
    make.__name__: make
    for make in (
        no_pay,
        pay_now_and_then,
        one_of_each,
        many_small_brands,
        coming_and_going,
        strange_names,
        more_refunded_than_sold,
        nothing_sold,
        no_measures,
        one_month,
        first_day,
        second_day,
        no_targets,
        no_templates,
        dollars,
        only_support,
        huge,
    )
}
