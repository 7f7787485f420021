"""Pay of groups, from which no person's pay can be worked out: tried by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain, combinations, islice

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.period import parse_period
from perf_core.scoring.sum_audit import PLACE, SumAudit
from perf_core.services.compare_groups import OF_PAY, compare_groups
from perf_core.store.engine import Store
from tests.services.compared_company import Company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
DAYS = 30


@st.composite
def companies(draw: st.DrawFn) -> pd.DataFrame:
    """Up to ten people in few places; some of them moved inside the month."""
    rows = []
    for number in range(draw(st.integers(1, 10))):
        first = [draw(st.sampled_from(codes)) for codes in ("ab", "xy", "mn", "d")]
        moved_on = draw(st.sampled_from([0, 0, 0, 10, 15]))
        rows.append((f"p{number}", *first, DAYS - moved_on))
        if moved_on:
            then = [draw(st.sampled_from(codes)) for codes in ("abc", "xy", "mn", "d")]
            rows.append((f"p{number}", *then, moved_on))
    return pd.DataFrame(rows, columns=["employee_id", *PLACE, "weight"])


def every_sum(parts: pd.DataFrame, cuts: Sequence[float]) -> np.ndarray:
    """Every sum one may ask for, a row each, a column per person.

    Of all axes, within all codes (one, two, all but one, all), of whole months and parts of them.
    """
    person, ids = pd.factorize(parts["employee_id"], sort=True)
    weight = parts["weight"].to_numpy()
    found = []
    for n in range(len(PLACE) + 1):
        for axes in combinations(PLACE, n):
            key = (
                parts[list(axes)].agg("|".join, axis=1).to_numpy()
                if axes
                else np.full(len(parts), "")
            )
            codes = sorted(set(key))
            sizes = sorted({1, 2, len(codes) - 1, len(codes)} & set(range(1, len(codes) + 1)))
            some = chain.from_iterable(combinations(codes, k) for k in sizes)
            for chosen in islice(some, 30):
                inside = np.isin(key, chosen)
                for cut in cuts:
                    held = (weight * cut).astype(int) * inside
                    found.append(np.bincount(person, weights=held, minlength=len(ids)))
    return np.unique(np.array(found).astype(int), axis=0)


def shown_of(audit: SumAudit, sums: np.ndarray, ids: Sequence[str]) -> np.ndarray:
    group, person = np.nonzero(sums)
    table = pd.DataFrame(
        {
            "group": group,
            "employee_id": np.array(ids, dtype=object)[person],
            "weight": sums[group, person],
        }
    )
    return sums[audit.shows(table).sort_index().loc[lambda told: told].index]


def can_be_singled_out(told: np.ndarray) -> list[tuple[int, ...]]:
    """The one or two columns that some combination of the rows is about alone.

    There is one exactly if the rows lose rank when these columns are left out of them.
    """
    if not len(told):
        return []
    whole = np.linalg.matrix_rank(told)
    columns = range(told.shape[1])
    return [
        some
        for n in (1, 2)
        for some in combinations(columns, n)
        if np.linalg.matrix_rank(np.delete(told, some, axis=1)) < whole
    ]


@settings(max_examples=30)
@given(parts=companies(), knows_own=st.booleans())
def test_no_combination_of_what_is_shown_singles_out_one_or_two(
    parts: pd.DataFrame, knows_own: bool
) -> None:
    ids = sorted(set(parts["employee_id"]))
    audit = SumAudit(parts, known=ids[:1] if knows_own else [])
    told = shown_of(audit, every_sum(parts, cuts=[1.0, 0.4]), ids)
    assert can_be_singled_out(told[:, 1:] if knows_own else told) == []


@settings(max_examples=10)
@given(parts=companies())
def test_a_company_of_three_and_more_is_shown_as_a_whole(parts: pd.DataFrame) -> None:
    whole = parts.assign(group=0)[["group", "employee_id", "weight"]]
    n_people = parts["employee_id"].nunique()
    assert SumAudit(parts).shows(whole).tolist() == [n_people >= 3]


@settings(max_examples=10)
@given(parts=companies())
def test_nobody_is_in_a_sum_whose_pay_may_not_be_seen_at_all(parts: pd.DataFrame) -> None:
    ids = sorted(set(parts["employee_id"]))
    told = shown_of(SumAudit(parts, closed={"p0"}), every_sum(parts, cuts=[1.0]), ids)
    assert not told[:, 0].any()


def people(**places: int) -> pd.DataFrame:
    """So many people of each brand; everything else is the same."""
    rows = [
        (f"{brand}{number}", brand, "ops", "gz", "d", DAYS)
        for brand, n in places.items()
        for number in range(n)
    ]
    return pd.DataFrame(rows, columns=["employee_id", *PLACE, "weight"])


def shown_brands(parts: pd.DataFrame, **known: object) -> dict[str, bool]:
    sums = parts.assign(group=parts["brand"])[["group", "employee_id", "weight"]]
    found = SumAudit(parts, **known).shows(sums)
    return {str(brand): bool(is_shown) for brand, is_shown in found.items()}


def test_beside_a_small_group_the_next_smallest_is_withheld_too() -> None:
    assert shown_brands(people(luxe=9, core=5, value=2)) == {
        "luxe": True,
        "core": False,
        "value": False,
    }


def test_two_small_groups_hide_each_other() -> None:
    assert shown_brands(people(luxe=9, core=2, value=2)) == {
        "luxe": True,
        "core": False,
        "value": False,
    }


def test_who_is_one_of_three_knows_the_own_pay() -> None:
    assert shown_brands(people(luxe=9, core=3))["core"]
    assert not shown_brands(people(luxe=9, core=3), known={"core0"})["core"]
    assert shown_brands(people(luxe=9, core=4), known={"core0"})["core"]


def paid_company(company: Company, **brands: int) -> None:
    for brand, n in brands.items():
        for number in range(n):
            name = f"{brand}{number}"
            company.person(name, brand=brand, bonus_base=100.0)
            company.pay(name, "2026-06", 1000.0 + number)
            company.pay(name, "2026-07", 1000.0 + number)
            company.did("2026-06-10", name, revenue=5000.0)
    company.loaded("orders", "2026-06-01", "2026-07-31")


def withheld(store: Store, period: str, by: list[str], **within: list[str]) -> dict[object, bool]:
    found = compare_groups(store, parse_period(period), by=by, within=within, scope=EXECUTIVE)
    groups = found.groups
    told = groups[list(OF_PAY)].notna().any(axis=1)
    assert not (told & groups["pay_withheld"]).any()
    return dict(zip(groups[by].agg("|".join, axis=1), groups["pay_withheld"], strict=True))


def test_the_answers_of_neighbouring_questions_go_together(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        paid_company(company, luxe=4, core=3, value=3)
        # One of the four leaves luxe for core in the middle of June.
        company.assignment("luxe0", "2026-06-16", brand="core")
    june = withheld(sqlite_store, "2026-06", ["brand"])
    assert june == {"core": False, "luxe": False, "value": False}
    # Days of a part of June would tell what the one who moved earns.
    part = withheld(sqlite_store, "2026-06-01..2026-06-20", ["brand"])
    assert part == {"core": True, "luxe": True, "value": False}
    assert withheld(sqlite_store, "2026-07", ["brand"]) == {
        "core": False,
        "luxe": False,
        "value": False,
    }
    quarter = compare_groups(
        sqlite_store, parse_period("2026-06-01..2026-07-31"), by=["brand"], scope=EXECUTIVE
    )
    assert not quarter.groups["pay_withheld"].any()


def test_bonuses_are_told_to_who_sees_each_of_them(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        company.template("seller", {"sales": 100})
        company.target("2026-06", "sales", 4000.0)
        paid_company(company, luxe=5, core=4)
    june = parse_period("2026-06")
    hr, executive = (
        compare_groups(sqlite_store, june, by=["brand"], scope=scope).groups
        for scope in (everything(), EXECUTIVE)
    )
    assert (hr["bonus_cost"] > 0).all()
    assert executive["bonus_cost"].isna().all()
    assert executive["pay_cost"].equals(hr["pay_cost"])


def test_a_complement_of_one_is_not_told_by_a_limit(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        paid_company(company, luxe=5, core=4, value=1)
    assert withheld(sqlite_store, "2026-06", ["brand"]) == {
        "core": True,
        "luxe": False,
        "value": True,
    }
    both = compare_groups(
        sqlite_store,
        parse_period("2026-06"),
        by=[],
        within={"brand": ["luxe", "core"]},
        scope=EXECUTIVE,
    )
    assert both.groups["pay_withheld"].tolist() == [True]
    assert both.groups[list(OF_PAY)].isna().all(axis=None)


def test_the_running_month_is_told_up_to_the_newest_day(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        paid_company(company, luxe=4, core=3)
        company.loaded("tickets", "2026-08-01", "2026-08-10")
    found = compare_groups(
        sqlite_store,
        parse_period("2026-08"),
        by=["brand"],
        as_of=date(2026, 8, 10),
        scope=EXECUTIVE,
    )
    assert not found.groups["pay_withheld"].any()
    assert found.groups["pay_estimated"].all()


def test_brand_heads_and_managers_see_what_the_settings_say(sqlite_store: Store) -> None:
    with Company(sqlite_store) as company:
        paid_company(company, luxe=5, core=4)
    luxe = frozenset(f"luxe{number}" for number in range(5))

    def shown(scope: Scope) -> dict[str, float]:
        found = compare_groups(sqlite_store, parse_period("2026-06"), by=["brand"], scope=scope)
        costs = found.groups.set_index("brand")["pay_cost"].dropna()
        return {str(brand): float(cost) for brand, cost in costs.items()}

    head = Viewer(ViewerKind.BRAND_HEAD, brands=frozenset({"luxe"}))
    assert shown(Scope(head, luxe, PayRight.NONE)) == {}
    assert shown(Scope(head, luxe, PayRight.GROUPS)) == {"luxe": 5010.0}
    # Of the five, the pay of three is known one by one: two others are left.
    manager = Viewer(ViewerKind.MANAGER, "luxe0")
    known = dict.fromkeys(("luxe0", "luxe1", "luxe2"), PayRight.ALL)
    assert shown(Scope(manager, luxe, PayRight.GROUPS, more_pay=known)) == {}
    # And none of a group with somebody whose pay is not theirs to see.
    assert shown(Scope(manager, luxe, PayRight.NONE, more_pay=known)) == {}
    team = frozenset(known)
    assert shown(Scope(manager, team, PayRight.ALL)) == {"luxe": 3003.0}
