"""The oracle itself against sums worked by hand in the specification."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.oracle.company import Company
from tests.oracle.groups import compare
from tests.oracle.periods import compared_days, parse
from tests.oracle.progress import progress
from tests.oracle.reading import read_company
from tests.oracle.scoring import Card, achievement_of, points_of, score
from tests.oracle.tables import FileAccount

GRADES = """
[grades]
scheme = "auto"
[[grades.grade]]
code = "excellent"
share = 0.20
at_least = 100
bonus_factor = 1.5
[[grades.grade]]
code = "good"
share = 0.50
at_least = 80
bonus_factor = 1.0
[[grades.grade]]
code = "improve"
at_least = 0
bonus_factor = 0.5
"""
INDICATORS = """
[indicator.orders]
formula = "orders"
[indicator.followers]
formula = "new_followers"
[indicator.conversion]
formula = "orders / visits"
[indicator.response]
formula = "response_seconds / responses"
direction = "lower"
[indicator.growth]
formula = "growth(visits)"
"""


def template(*items: str, role: str = "ops", more: str = "") -> str:
    lines = [f'[[template]]\nrole = "{role}"\n{more}']
    lines += [f"[[template.item]]\n{item}" for item in items]
    return "\n".join(lines)


def read(tmp_path: Path, catalogue: str, **tables: str) -> tuple[Company, list[list[FileAccount]]]:
    """A company of one load; each table as lines of text."""
    (tmp_path / "catalogue.toml").write_text(GRADES + INDICATORS + catalogue, encoding="utf-8")
    for name, text in tables.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return read_company([tmp_path], today=date(2026, 12, 31))


def only_card(company: Company, period: str, as_of: date | None = None) -> Card:
    (card,) = score(company, parse(period), as_of).cards
    return card


ONE = {
    "employees": "employee_id,name,hire_date\nE1,Lin,2020-01-01",
    "assignments": "employee_id,from_date,role,brand\nE1,2020-01-01,ops,luxe",
}


def test_points_of_the_articles() -> None:
    def linear(actual: float) -> float:
        return achievement_of(actual, 100, direction="higher", item={})

    assert points_of(30, linear(130), "linear") == pytest.approx(36)
    assert points_of(10, linear(80), "linear") == pytest.approx(8)
    assert points_of(10, linear(100), "step") == 10
    assert points_of(10, linear(101), "step") == 12
    assert points_of(10, linear(99), "step") == 0
    # 10 % against 8 % is 1.25, capped 1.2; a negative actual gives 0
    assert achievement_of(0.10, 0.08, direction="higher", item={}) == 1.2
    assert achievement_of(-0.10, 0.08, direction="higher", item={}) == 0
    assert achievement_of(40, 30, direction="lower", item={}, limited=False) == pytest.approx(2 / 3)
    assert achievement_of(0, 30, direction="lower", item={"mode": "inverse"}) == 1.2


def test_followers_by_wednesday_and_the_target_cut(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "followers"\nweight = 100'),
        **ONE,
        measures="day,employee_id,measure,value\n2026-06-01,E1,new_followers,60000",
        targets="""period,indicator,employee_id,value,revised_on
                2026-W23,followers,E1,100000,
                2026-W23,followers,E1,80000,2026-06-04""",
    )
    (row,) = progress(company, parse("2026-W23"), date(2026, 6, 3))
    assert row.progress == pytest.approx(0.60)
    assert row.expected == pytest.approx(3 / 7)
    assert row.pace == pytest.approx(1.4)
    (row,) = progress(company, parse("2026-W23"), date(2026, 6, 4))
    assert row.progress == pytest.approx(0.75)


def test_conversion_of_three_percent_then_lowered(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "conversion"\nweight = 100\ntarget = 0.03'),
        **ONE,
        measures="""day,employee_id,measure,value
                2026-06-01,E1,orders,20
                2026-06-01,E1,visits,1000
                2026-06-20,E1,orders,36
                2026-06-20,E1,visits,1000""",
        targets="""period,indicator,employee_id,value,revised_on
                2026-06,conversion,E1,0.025,2026-06-15""",
    )
    (row,) = progress(company, parse("2026-06"), date(2026, 6, 10))
    assert row.progress == pytest.approx(2 / 3)
    assert row.pace == pytest.approx(2 / 3)
    assert only_card(company, "2026-06").lines[0].achievement == pytest.approx(1.12)


def test_hired_on_the_16th(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "orders"\nweight = 100\ntarget = 300'),
        employees="employee_id,name,hire_date\nE1,Lin,2026-06-16",
        assignments="employee_id,from_date,role\nE1,2026-06-16,ops",
        measures="day,employee_id,measure,value\n2026-06-16,E1,orders,60",
    )
    (row,) = progress(company, parse("2026-06"), date(2026, 6, 20))
    assert row.target == 150
    assert row.expected == pytest.approx(5 / 15)
    assert only_card(company, "2026-06", date(2026, 6, 20)).lines[0].target == pytest.approx(50)


def test_three_hundred_a_month_is_seventy_in_a_week(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "orders"\nweight = 100\ntarget = 300'),
        **ONE,
        measures="day,employee_id,measure,value\n2026-06-30,E1,orders,60",
    )
    assert only_card(company, "2026-W24").lines[0].target == pytest.approx(70)
    # and a quarter without a target of its own adds the months up
    assert only_card(company, "2026-Q2").lines[0].target == pytest.approx(900)


def test_days_compared_with_the_previous_period() -> None:
    june, march, february = parse("2026-06"), parse("2026-03"), parse("2026-02")
    first_half = [day for day in june.days() if day.day <= 15]
    assert [d.day for d in compared_days(first_half, june)] == list(range(1, 16))
    assert len(compared_days(february.days(), february)) == 31
    lacking = [day for day in march.days() if day.day in (29, 30)]
    assert compared_days(lacking, march) == [date(2026, 2, 28)]
    window = parse("2026-05-30..2026-08-29")
    assert window.previous() == parse("2026-02-27..2026-05-29")


def test_a_new_hire_has_no_growth_yet(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "growth"\nweight = 100\ntarget = 0.1'),
        employees="employee_id,name,hire_date\nE1,Lin,2026-05-02\nE2,Wu,2026-05-01",
        assignments="employee_id,from_date,role\nE1,2026-05-02,ops\nE2,2026-05-01,ops",
        measures="""day,employee_id,measure,value
                2026-05-15,E1,visits,100
                2026-06-15,E1,visits,120
                2026-05-15,E2,visits,100
                2026-05-31,E2,visits,50
                2026-06-15,E2,visits,120
                2026-06-30,E2,visits,60""",
    )
    new, old = score(company, parse("2026-06")).cards
    assert (new.lines[0].status, new.complete, new.total) == ("no_data", False, 0)
    assert old.lines[0].actual == pytest.approx(180 / 150 - 1)
    old = score(company, parse("2026-06"), date(2026, 6, 15)).cards[1]
    assert old.lines[0].actual == pytest.approx(0.2)


def test_thirteen_cards_rank_three_and_nine(tmp_path: Path) -> None:
    people = range(1, 32)
    employees = "\n".join(f"E{n},Name,2020-01-01" for n in people)
    assignments = "\n".join(f"E{n},2020-01-01,{'ops' if n <= 13 else 'other'}" for n in people)
    orders = "\n".join(f"2026-06-01,E{n},orders,{n if n > 1 else 2}" for n in range(1, 14))
    company, _ = read(
        tmp_path,
        template('indicator = "orders"\nweight = 100\ntarget = 30'),
        employees=f"employee_id,name,hire_date\n{employees}",
        assignments=f"employee_id,from_date,role\n{assignments}",
        measures=f"day,employee_id,measure,value\n{orders}\n2026-06-30,E14,orders,1",
    )
    cards = score(company, parse("2026-06")).cards
    assert [card.grade for card in cards].count("excellent") == 3
    assert [card.grade for card in cards].count("good") == 6
    assert [card.rank for card in cards][:3] == [12, 12, 11]


def test_the_account_of_orders(tmp_path: Path) -> None:
    company, accounts = read(
        tmp_path,
        template('indicator = "orders"\nweight = 100\ntarget = 30'),
        **ONE,
        orders="""order_id,ordered_at,amount,employee_id,brand,channel,buyer_id,status,updated_at
                1,2026-06-01T10:00:00,100,E1,,tmall,B1,paid,
                2,2026-06-01T11:00:00,100,E1,,tmall,B1,refunded,
                3,2026-06-02,50,E1,,tmall,B2,cancelled,
                3,2026-06-02,60,E1,,tmall,B2,paid,
                4,2026-06-03,60,E9,,tmall,B2,paid,
                5,2026-06-03,-1,E1,,tmall,B2,paid,
                6,2026-06-03,1e13,E1,,tmall,B2,paid,
                7,2027-06-03,10,E1,,tmall,B2,paid,
                8,2026-06-31,10,E1,,tmall,B2,paid,
                9,2026-06-03,10,,,,B2,paid,
                ,2026-06-03,10,E1,,,B2,paid,
                10,2026-06-03,10,E1,,,B2,paid,2026-06-05
                10,2026-06-03,10,E1,,,B2,test,2026-06-04
                11,2026-06-03,10,E1,,,B2,test,""",
    )
    account = accounts[0][-1]
    assert (account.read, account.loaded) == (14, 4)
    assert account.excluded == {"duplicate": 2, "test": 1}
    assert account.rejected == {
        "unknown_employee": 1,
        "negative_amount": 1,
        "too_large": 1,
        "future_date": 1,
        "bad_date": 1,
        "missing_employee_id": 1,
        "missing_order_id": 1,
    }
    sums: dict[str, float] = {}
    for fact in company.facts:
        sums[fact.measure] = sums.get(fact.measure, 0) + fact.value
    assert (sums["orders"], sums["revenue"]) == (4, 270)
    assert (sums["repeat_orders"], sums["refund_amount"]) == (2, 100)


def test_group_numbers_of_two_brands(tmp_path: Path) -> None:
    company, _ = read(
        tmp_path,
        template('indicator = "orders"\nweight = 100\ntarget = 30'),
        employees="""employee_id,name,hire_date,leave_date
                E1,Lin,2026-05-01,
                E2,Wu,2026-05-01,2026-06-15""",
        assignments="""employee_id,from_date,role,brand,region
                E1,2026-05-01,ops,luxe,east
                E1,2026-06-11,ops,core,east
                E2,2026-05-01,ops,luxe,east""",
        pay="employee_id,month,amount\nE1,2026-06,300\nE2,2026-05,150",
        measures="""day,employee_id,brand,measure,value
                2026-06-10,E1,,revenue,1000
                2026-06-11,E1,,revenue,500
                2026-06-11,E2,,revenue,700
                2026-06-30,,core,revenue,40""",
    )
    groups = compare(company, parse("2026-06"), ("brand",))
    luxe, core = groups["luxe",], groups["core",]
    assert (luxe.headcount, core.headcount) == (0, 1)
    assert (luxe.revenue, core.revenue, core.revenue_uncredited) == (1700, 540, 40)
    # E2 has no pay in June, whose pay is loaded: on neither side
    assert luxe.pay_cost == pytest.approx(100)
    assert core.pay_cost == pytest.approx(200)
    assert luxe.cost_ratio == pytest.approx(0.1)
    assert core.cost_ratio == pytest.approx(0.4)
    # one leaver; two on the first day and none on the last
    assert luxe.attrition == 1
    assert core.attrition == 0
