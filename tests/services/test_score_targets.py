"""Which target counts on which day."""

from __future__ import annotations

import math
from typing import Any

from perf_core.domain.period import parse_period
from tests.services.small_company import SmallCompany, approx, one_item


def one_visit_card(company: SmallCompany, default: float | None = 300) -> None:
    company.person("lin")
    company.template(one_item("visits", target=default))
    company.did("lin", "06-03", visits=10)


def visits_target(company: SmallCompany, period: str = "2026-06", as_of: str | None = None) -> Any:
    return company.lines("lin", period, as_of)["visits"]["period_target"]


def test_the_most_specific_scope_wins(company: SmallCompany) -> None:
    one_visit_card(company)
    assert visits_target(company) == 300
    company.target("2026-06", "visits", 200, role="ops")
    assert visits_target(company) == 200
    company.target("2026-06", "visits", 150, brand="luxe", role="ops")
    company.target("2026-06", "visits", 999, brand="core", role="ops")
    assert visits_target(company) == 150
    company.target("2026-06", "visits", 120, employee_id="lin")
    company.target("2026-06", "visits", 999, employee_id="chen")
    assert visits_target(company) == 120


def test_a_week_takes_its_target_from_the_month(company: SmallCompany) -> None:
    one_visit_card(company)
    assert visits_target(company, "2026-W23", "06-07") == approx(70)
    # 29 and 30 June at 300 ÷ 30, 1 to 5 July at 310 ÷ 31.
    company.target("2026-07", "visits", 310, role="ops")
    assert visits_target(company, "2026-W27", "06-30") == approx(2 * 10 + 5 * 10)


def test_the_shortest_period_covering_a_day_counts(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-W23", "visits", 140, role="ops")
    company.target("2026-Q2", "visits", 9999, employee_id="lin")
    # 1 to 7 June from the week, the 8th to the 10th from the month's default.
    assert visits_target(company, "2026-06-01..2026-06-10") == approx(140 + 3 * 10)
    assert visits_target(company, "2026-06-04") == approx(20)
    assert visits_target(company, "2026-Q2") == 9999, "its own target at any scope"
    assert visits_target(company) == 300, "the month's own is its default"


def test_a_longer_period_adds_the_months_up(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-05", "visits", 100, employee_id="lin")
    assert visits_target(company, "2026-Q2") == approx(300 + 100 + 300)


def test_a_day_without_target_means_no_target(company: SmallCompany) -> None:
    one_visit_card(company, default=None)
    company.target("2026-06", "visits", 300, role="ops")
    assert visits_target(company, "2026-06-01..2026-06-30") == 300, "the same days as the month"
    assert math.isnan(visits_target(company, "2026-05-31..2026-06-30"))
    assert company.lines("lin", "2026-Q2")["visits"]["status"] == "no_target"


def test_other_targets_are_averaged_over_the_days(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("conversion", target=0.02))
    company.target("2026-05", "conversion", 0.05, role="ops")
    company.did("lin", "06-03", visits=10, orders=1)
    got = company.lines("lin", "2026-Q2")["conversion"]
    assert got["target"] == approx((30 * 0.02 + 31 * 0.05 + 30 * 0.02) / 91)
    assert got["target_scope"] == "days"


def test_the_newest_revision_made_by_the_as_of_day_holds_for_the_whole_period(
    company: SmallCompany,
) -> None:
    one_visit_card(company)
    company.target("2026-06", "visits", 100, employee_id="lin")
    company.target("2026-06", "visits", 80, employee_id="lin", revised_on="06-10", reason="market")
    company.target("2026-06", "visits", 60, employee_id="lin", revised_on="06-20")
    assert visits_target(company, as_of="06-09") == 100
    assert visits_target(company, as_of="06-10") == 80
    assert visits_target(company, as_of="06-19") == 80
    assert visits_target(company) == 60


def test_a_revision_counts_within_its_own_scope_only(company: SmallCompany) -> None:
    one_visit_card(company)
    company.target("2026-06", "visits", 100, employee_id="lin")
    company.target("2026-06", "visits", 80, role="ops", revised_on="06-10")
    assert visits_target(company) == 100


def test_money_targets_are_converted_at_the_rate_of_their_first_month(
    company: SmallCompany,
) -> None:
    company.person("lin")
    company.template(one_item("turnover"))
    company.put("rates", {"month": parse_period("2026-06").start, "currency": "USD", "rate": 7.0})
    company.target("2026-06", "turnover", 100, role="ops", currency="USD")
    company.did("lin", "06-03", revenue=350)
    company.did("lin", "06-04", revenue=50, currency="USD")
    line = company.lines("lin")["turnover"]
    assert (line["target"], line["actual"]) == (approx(700), approx(700))


def test_an_amount_without_a_rate_is_no_data_and_not_a_silent_1(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("turnover", target=100))
    company.did("lin", "06-03", revenue=350)
    company.did("lin", "06-04", revenue=50, currency="USD")
    assert company.lines("lin")["turnover"]["status"] == "no_data"


def test_amounts_are_exact(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("turnover", target=100))
    for on in range(1, 31):
        company.did("lin", f"06-{on:02d}", revenue=0.1)
    assert company.lines("lin")["turnover"]["actual"] == 3.0
