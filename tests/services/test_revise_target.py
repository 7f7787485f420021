"""Changing a target while its period runs: the old value stays, and so does the reason."""

from __future__ import annotations

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.errors import (
    BadTarget,
    ChangedMeanwhile,
    NeedsReason,
    NotAllowed,
    PeriodClosed,
    TargetTooLarge,
)
from perf_core.domain.period import parse_period
from perf_core.services.revise_target import TargetHistory, revise_target, target_history
from perf_core.services.score_period import score_period
from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany, one_item

JUNE = parse_period("2026-06")
CARD = {"employee_id": "wang", "brand": "luxe", "role": "ops"}


@pytest.fixture
def company(store: Store) -> SmallCompany:
    """Wang converts 2 of 100 visits until June 17; the target of June is 3 %."""
    made = SmallCompany(store, loaded_to="06-17")
    made.person("wang")
    made.template(one_item("conversion", target=0.03))
    made.loaded("measures", "orders", "06-01", "06-17")
    made.did("wang", "06-10", visits=100, orders=2)
    return made


def history(store: Store) -> TargetHistory:
    return target_history(store, JUNE, scope=everything(), indicator="conversion", **CARD)


def achievement(store: Store) -> float:
    lines = score_period(store, JUNE, scope=everything()).lines
    return float(lines["achievement"].iloc[0])


def change(store: Store, value: float, *, scope: Scope | None = None, **other: str) -> None:
    revise_target(
        store,
        parse_period(other.get("period", "2026-06")),
        scope=scope or everything(),
        indicator="conversion",
        value=value,
        reason=other.get("reason", "the market changed"),
        started_from=other.get("started_from", history(store).state),
        **CARD,
    )


def test_the_score_follows_and_the_history_keeps_who_and_why(company: SmallCompany) -> None:
    store = company.store
    assert achievement(store) == pytest.approx(0.02 / 0.03)
    change(store, 0.025)
    assert achievement(store) == pytest.approx(0.02 / 0.025)
    kept = history(store).revisions
    assert kept["value"].tolist() == [0.025]
    assert kept["reason"].tolist() == ["the market changed"]
    assert kept["changed_by"].tolist() == ["hr"]
    assert kept["revised_on"].tolist() == ["2026-06-17"]


def test_a_second_change_of_the_day_tells_the_value_it_replaced(company: SmallCompany) -> None:
    change(company.store, 0.025)
    change(company.store, 0.028)
    kept = history(company.store).revisions
    assert kept["value"].tolist() == [0.028]
    assert kept["reason"].tolist() == ["the market changed (0.025 → 0.028)"]


def test_two_who_change_at_once_do_not_overwrite_each_other(company: SmallCompany) -> None:
    seen = history(company.store).state
    change(company.store, 0.025, started_from=seen)
    with pytest.raises(ChangedMeanwhile):
        change(company.store, 0.02, started_from=seen)
    assert history(company.store).revisions["value"].tolist() == [0.025]


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
def test_a_target_is_above_zero(company: SmallCompany, value: float) -> None:
    for much in (1e13, float("inf")):
        with pytest.raises(TargetTooLarge):
            change(company.store, much)
    with pytest.raises(BadTarget):
        change(company.store, value)


def test_a_change_needs_its_reason(company: SmallCompany) -> None:
    with pytest.raises(NeedsReason):
        change(company.store, 0.025, reason="  ")


def test_a_period_that_is_over_stays_as_it_was(company: SmallCompany) -> None:
    with pytest.raises(PeriodClosed):
        change(company.store, 0.025, period="2026-05")


@pytest.mark.parametrize(
    "scope",
    [
        Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS),
        Scope(Viewer(ViewerKind.EMPLOYEE, "wang"), frozenset({"wang"}), PayRight.NONE),
        Scope(Viewer(ViewerKind.MANAGER, "wang"), frozenset({"wang"}), PayRight.NONE),
        Scope(Viewer(ViewerKind.MANAGER, "zhao"), frozenset({"zhao"}), PayRight.NONE),
    ],
)
def test_only_hr_and_the_line_above_may(company: SmallCompany, scope: Scope) -> None:
    with pytest.raises(NotAllowed):
        change(company.store, 0.025, scope=scope)


def test_a_stranger_may_not_read_the_history(company: SmallCompany) -> None:
    stranger = Scope(Viewer(ViewerKind.EMPLOYEE, "zhao"), frozenset({"zhao"}), PayRight.NONE)
    with pytest.raises(NotAllowed):
        target_history(company.store, JUNE, scope=stranger, indicator="conversion", **CARD)
