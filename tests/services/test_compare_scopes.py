"""What each kind of viewer is shown of groups, and of their pay."""

from __future__ import annotations

import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import OF_PAY, compare_groups
from perf_core.store.engine import Store
from tests.services.compared_company import Company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE, "Boss"), None, PayRight.GROUPS)
MANAGER = Scope(Viewer(ViewerKind.MANAGER, "Wu"), frozenset({"Wu", "Lin"}), PayRight.NONE)
LIN = Scope(Viewer(ViewerKind.EMPLOYEE, "Lin"), frozenset({"Lin"}), PayRight.NONE)
HR = Scope(Viewer(ViewerKind.HR), None, PayRight.ALL)


@pytest.fixture
def paid_store(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        for name, brand in (
            ("Lin", "luxe"),
            ("Wu", "luxe"),
            ("Chen", "luxe"),
            ("Sun", "core"),
            ("Hua", "core"),
        ):
            company.person(name, brand=brand, bonus_base=100.0)
            company.pay(name, "2026-06", 1000.0)
            company.did("2026-06-10", name, revenue=5000.0)
        company.person("Ren", brand="value")
        company.sold_by_nobody("2026-06-10", "luxe", revenue=7000.0)
        company.loaded("orders", "2026-06-01", "2026-06-30")
    return sqlite_store


def seen(store: Store, scope: Scope) -> pd.DataFrame:
    found = compare_groups(store, parse_period("2026-06"), by=["brand"], scope=scope)
    return found.groups.set_index("brand")


def test_hr_sees_every_pay_figure(paid_store: Store) -> None:
    groups = seen(paid_store, HR)
    assert groups["pay_cost"].dropna().to_dict() == {"core": 2000.0, "luxe": 3000.0}
    assert not groups["pay_withheld"].any()


def test_an_executive_sees_pay_of_groups_of_three_and_more(paid_store: Store) -> None:
    groups = seen(paid_store, EXECUTIVE)
    # With the whole company's pay, that of the three of luxe would tell that of the two of core.
    assert groups["pay_withheld"].to_dict() == {"core": True, "luxe": True, "value": False}
    assert groups[list(OF_PAY)].isna().all(axis=None)
    assert groups["revenue"].to_dict() == {"core": 10000.0, "luxe": 22000.0, "value": 0.0}
    whole = compare_groups(paid_store, parse_period("2026-06"), by=[], scope=EXECUTIVE).groups
    assert whole["pay_cost"].tolist() == [5000.0]
    assert whole["cost_ratio"].tolist() == [pytest.approx(0.2)]


def test_a_manager_sees_groups_of_the_own_people_and_no_pay(paid_store: Store) -> None:
    groups = seen(paid_store, MANAGER)
    assert groups["headcount"].to_dict() == {"luxe": 2}
    assert groups["revenue"].to_dict() == {"luxe": 10000.0}
    assert groups["pay_withheld"].all()
    assert groups[list(OF_PAY)].isna().all(axis=None)


def test_an_employee_sees_the_own_numbers_alone(paid_store: Store) -> None:
    groups = seen(paid_store, LIN)
    assert groups["headcount"].to_dict() == {"luxe": 1}
    assert groups["revenue"].to_dict() == {"luxe": 5000.0}
    assert groups[list(OF_PAY)].isna().all(axis=None)
