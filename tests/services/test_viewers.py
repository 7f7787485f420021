"""Whom a viewer may see, by dated assignments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.domain.access import (
    AccessRules,
    FormerTeam,
    PayRight,
    Scope,
    Viewer,
    ViewerKind,
    union_of,
)
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import parse_period
from perf_core.services.rights import Staff, grants_of
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


# --- after losing a right nobody sees more --------------------------------------------------------

PERIODS = [parse_period(code) for code in ("2026-03", "2026-05", "2026-06", "2026-Q2", "2026")]
Company = tuple[pd.DataFrame, pd.DataFrame]
WHO = [f"p{number}" for number in range(7)]


def staff_of(rows: list[tuple[str, date, date | None, str, str]], gone: set[str]) -> Company:
    moves = pd.DataFrame(
        rows, columns=["employee_id", "from_date", "to_date", "brand", "manager_id"]
    ).assign(department=lambda one: "d" + one["brand"])
    moves = moves.drop_duplicates(["employee_id", "from_date"])
    for column in ("from_date", "to_date"):
        moves[column] = pd.to_datetime(moves[column])
    people = pd.DataFrame({"employee_id": WHO, "hire_date": pd.Timestamp("2026-01-01")})
    left = [date(2026, 5, 20) if who in gone else None for who in WHO]
    return people.assign(leave_date=pd.to_datetime(pd.Series(left))), moves


@st.composite
def companies(draw: st.DrawFn) -> Company:
    rows = []
    for who in WHO:
        for since in sorted(draw(st.sets(st.sampled_from([1, 2, 4, 6]), min_size=1, max_size=3))):
            until = draw(st.sampled_from([None, None, None, date(2026, 6, 3)]))
            manager = draw(st.sampled_from(["", *WHO]))
            brand = draw(st.sampled_from("ab"))
            rows.append((who, date(2026, since, 1), until, brand, manager))
    return staff_of(rows, gone=draw(st.sets(st.sampled_from(WHO[3:]), max_size=2)))


@st.composite
def someone(draw: st.DrawFn, me: str, *, may_stand_in: bool = True) -> Viewer:
    others = st.lists(someone("p1", may_stand_in=False), max_size=1)
    return Viewer(
        draw(st.sampled_from(list(ViewerKind))),
        me,
        brands=frozenset(draw(st.sets(st.sampled_from("ab")))),
        departments=frozenset(draw(st.sets(st.sampled_from(["da", "db"])))),
        stands_in_for=tuple(draw(others)) if may_stand_in else (),
        is_administrator=draw(st.booleans()),
    )


RULES = st.builds(
    AccessRules,
    pay_of_brand_heads=st.sampled_from(PayRight),
    pay_of_managers=st.sampled_from(PayRight),
    former_team=st.sampled_from(FormerTeam),
    shows_ranks=st.booleans(),
)


def losses(viewer: Viewer, rules: AccessRules) -> Iterator[tuple[Viewer, AccessRules]]:
    """The same viewer with one right less, each way there is."""
    weaker = {
        ViewerKind.HR: [ViewerKind.BRAND_HEAD, ViewerKind.EMPLOYEE],
        ViewerKind.EXECUTIVE: [ViewerKind.MANAGER, ViewerKind.EMPLOYEE],
        ViewerKind.BRAND_HEAD: [ViewerKind.MANAGER, ViewerKind.EMPLOYEE],
        ViewerKind.MANAGER: [ViewerKind.EMPLOYEE],
    }
    for kind in weaker.get(viewer.kind, []):
        yield replace(viewer, kind=kind), rules
    for brand in viewer.brands:
        yield replace(viewer, brands=viewer.brands - {brand}), rules
    for department in viewer.departments:
        yield replace(viewer, departments=viewer.departments - {department}), rules
    for other in viewer.stands_in_for:
        yield replace(viewer, stands_in_for=()), rules
        for less, _ in losses(other, rules):
            yield replace(viewer, stands_in_for=(less,)), rules
    if viewer.is_administrator:
        yield replace(viewer, is_administrator=False), rules
    yield viewer, replace(rules, pay_of_managers=PayRight.NONE)
    yield viewer, replace(rules, pay_of_brand_heads=PayRight.NONE)
    yield viewer, replace(rules, former_team=FormerTeam.NOTHING)
    yield viewer, replace(rules, shows_ranks=False)


def decided(viewer: Viewer, staff: Staff, rules: AccessRules) -> Scope | None:
    try:
        return union_of(viewer, grants_of(viewer, staff, rules=rules))
    except NotAllowed:
        return None


def assert_no_more(after: Scope | None, before: Scope | None) -> None:
    if after is None:
        return
    assert before is not None
    for who in WHO:
        assert before.sees(who) or not after.sees(who)
        assert after.pay_of(who).rank <= before.pay_of(who).rank
        assert may_revise_target(before, who) or not may_revise_target(after, who)
        for period in PERIODS:
            assert before.sees_period(who, period) or not after.sees_period(who, period)
    for right in ("may_edit", "may_administer", "sees_ranks"):
        assert getattr(before, right) or not getattr(after, right)


@settings(max_examples=40)
@given(company=companies(), viewer=someone("p0"), rules=RULES)
def test_after_losing_a_right_nobody_sees_more(
    company: Company, viewer: Viewer, rules: AccessRules
) -> None:
    staff = Staff(*company, today=TODAY)
    before = decided(viewer, staff, rules)
    for less, tighter in losses(viewer, rules):
        assert_no_more(decided(less, staff, tighter), before)


@settings(max_examples=25)
@given(company=companies(), rules=RULES, place=st.integers(0, 20))
def test_when_an_assignment_ends_nobody_sees_more(
    company: Company, rules: AccessRules, place: int
) -> None:
    people, moves = company
    here = people.loc[people["leave_date"].isna(), "employee_id"]
    newest = moves[moves["employee_id"].isin(here)].groupby("employee_id").tail(1)
    row = newest.index[place % len(newest)]
    ended = moves.copy()
    ended.loc[row, "to_date"] = pd.Timestamp(TODAY) - pd.Timedelta(days=1)
    for kind in (ViewerKind.MANAGER, ViewerKind.BRAND_HEAD):
        viewer = Viewer(kind, "p0", brands=frozenset({"a"} if kind == "brand_head" else ()))
        before = decided(viewer, Staff(people, moves, today=TODAY), rules)
        after = decided(viewer, Staff(people, ended, today=TODAY), rules)
        assert_no_more(after, before)


def test_what_a_manager_keeps_of_a_former_team() -> None:
    kept = AccessRules(former_team=FormerTeam.WHILE_LED)
    ada = Viewer(ViewerKind.MANAGER, "Ada")
    found = scope_of(ada, people=PEOPLE, assignments=MOVES, today=TODAY, rules=kept)
    assert dict(found.former) == {"Eva": date(2026, 6, 9)}
    seen = {code: found.sees_period("Eva", parse_period(code)) for code in (
        "2026-05", "2026-06", "2026-Q1", "2026-Q2", "2026-07", "2026", "2026-06-11..2026-06-20",
        "2026-06-01..2026-07-05",
    )}  # fmt: skip
    assert [code for code, is_seen in seen.items() if is_seen] == [
        "2026-05", "2026-06", "2026-Q1", "2026-Q2",
    ]  # fmt: skip
    assert not found.sees("Eva")
    assert found.narrow(PEOPLE)["employee_id"].tolist() == ["Ada", "Ben", "Cai", "Dan", "Gus"]
    assert "Eva" in set(found.narrow(PEOPLE, period=parse_period("2026-05"))["employee_id"])


def test_a_leaver_stays_with_the_last_manager_until_that_one_moves_on() -> None:
    assert "Gus" in line_of("Ben", MOVES, as_of=TODAY)
    moved = pd.DataFrame(
        [("Ben", pd.Timestamp("2026-06-15"), "Fay", pd.NaT, "core", "")], columns=MOVES.columns
    )
    after = pd.concat([MOVES.assign(brand="luxe"), moved], ignore_index=True)
    assert line_of("Ben", after, as_of=TODAY) == {"Dan"}


def test_who_has_left_sees_nothing() -> None:
    for kind in ViewerKind:
        with pytest.raises(NotAllowed):
            scope(kind, "Gus")


def test_parts_add_up_and_each_says_why() -> None:
    rules = AccessRules(pay_of_managers=PayRight.ALL)
    staff = Staff(PEOPLE, MOVES.assign(brand="luxe"), today=TODAY)
    viewer = Viewer(ViewerKind.EXECUTIVE, "Ben", is_administrator=True)
    grants = grants_of(viewer, staff, rules=rules)
    assert [one.reason for one in grants] == ["executive", "line", "self", "administrator"]
    found = union_of(viewer, grants)
    assert found.employees is None
    assert found.pay is PayRight.GROUPS
    assert {who: found.pay_of(who) for who in ("Ada", "Dan", "Ben")} == {
        "Ada": PayRight.GROUPS,
        "Dan": PayRight.ALL,
        "Ben": PayRight.ALL,
    }
    assert found.may_administer
    assert not found.may_edit


def test_an_administrator_sees_nobody_by_virtue_of_that() -> None:
    found = scope(ViewerKind.ADMINISTRATOR)
    assert found.employees == frozenset()
    assert found.may_administer
    own = scope_of(
        Viewer(ViewerKind.EMPLOYEE, "Dan", is_administrator=True),
        people=PEOPLE,
        assignments=MOVES,
        today=TODAY,
    )
    assert own.employees == {"Dan"}
