"""Whom a viewer may see, by dated assignments."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed
from perf_core.services.rights import Staff
from perf_core.services.viewers import may_revise_target, scope_of

# Ada leads Ben and Cai; Ben leads Dan; Eva moved from Ada to Fay on June 10; Gus left under Ben.
MOVES = pd.DataFrame(
    [
        ("Ada", "2026-01-01", ""),
        ("Ben", "2026-01-01", "Ada"),
        ("Cai", "2026-01-01", "Ada"),
        ("Dan", "2026-01-01", "Ben"),
        ("Eva", "2026-01-01", "Ada"),
        ("Eva", "2026-06-10", "Fay"),
        ("Fay", "2026-01-01", ""),
        ("Gus", "2026-01-01", "Ben"),
    ],
    columns=["employee_id", "from_date", "manager_id"],
)
MOVES["from_date"] = pd.to_datetime(MOVES["from_date"])
MOVES["to_date"] = pd.NaT
MOVES["brand"] = MOVES["department"] = ""
PEOPLE = pd.DataFrame({"employee_id": sorted(set(MOVES["employee_id"]))})
PEOPLE["hire_date"] = pd.Timestamp("2026-01-01")
PEOPLE["leave_date"] = pd.to_datetime(
    ["2026-05-31" if who == "Gus" else None for who in PEOPLE["employee_id"]]
)
TODAY = date(2026, 6, 17)


def line_of(manager_id: str, moves: pd.DataFrame, *, as_of: date) -> frozenset[str]:
    return Staff(PEOPLE, moves, today=as_of).line_of(manager_id)


def scope(kind: ViewerKind, me: str | None = None) -> Scope:
    return scope_of(Viewer(kind, me), people=PEOPLE, assignments=MOVES, today=TODAY)


def test_hr_and_executive_see_everybody_but_only_hr_their_pay() -> None:
    assert scope(ViewerKind.HR).employees is None
    assert scope(ViewerKind.HR).pay is PayRight.ALL
    assert scope(ViewerKind.EXECUTIVE).employees is None
    assert scope(ViewerKind.EXECUTIVE).pay is PayRight.GROUPS
    assert not scope(ViewerKind.EXECUTIVE).may_edit


def test_a_manager_sees_the_whole_line_and_themselves() -> None:
    assert scope(ViewerKind.MANAGER, "Ada").employees == {"Ada", "Ben", "Cai", "Dan", "Gus"}
    assert scope(ViewerKind.MANAGER, "Ada").pay is PayRight.NONE


def test_who_moved_is_seen_by_the_new_manager_from_that_day_on() -> None:
    assert line_of("Ada", MOVES, as_of=date(2026, 6, 9)) >= {"Eva"}
    assert line_of("Fay", MOVES, as_of=date(2026, 6, 9)) == frozenset()
    assert line_of("Fay", MOVES, as_of=date(2026, 6, 10)) == {"Eva"}
    assert "Eva" not in line_of("Ada", MOVES, as_of=date(2026, 6, 10))


def test_a_circle_of_report_ends() -> None:
    circle = pd.DataFrame(
        {
            "employee_id": ["Ada", "Ben"],
            "from_date": pd.to_datetime(["2026-01-01"] * 2),
            "manager_id": ["Ben", "Ada"],
            "to_date": pd.to_datetime([None, None]),
        }
    )
    assert line_of("Ada", circle, as_of=TODAY) == {"Ben"}


def test_an_employee_sees_nobody_else() -> None:
    assert scope(ViewerKind.EMPLOYEE, "Dan").employees == {"Dan"}


@pytest.mark.parametrize("me", [None, "", "Zoe"])
@pytest.mark.parametrize("kind", [ViewerKind.MANAGER, ViewerKind.EMPLOYEE])
def test_a_stranger_is_refused(kind: ViewerKind, me: str | None) -> None:
    with pytest.raises(NotAllowed):
        scope(kind, me)


def test_targets_are_changed_by_hr_and_by_the_line_above() -> None:
    assert may_revise_target(scope(ViewerKind.HR), "Dan")
    assert may_revise_target(scope(ViewerKind.MANAGER, "Ada"), "Dan")
    assert not may_revise_target(scope(ViewerKind.MANAGER, "Ada"), "Ada")
    assert not may_revise_target(scope(ViewerKind.MANAGER, "Ada"), "Eva")
    assert not may_revise_target(scope(ViewerKind.EXECUTIVE), "Dan")
    assert not may_revise_target(scope(ViewerKind.EMPLOYEE, "Dan"), "Dan")
