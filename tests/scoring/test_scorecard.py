"""Weights, points, grades: what holds for any card and any cohort."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_core.domain.catalogue import (
    Grade,
    GradeRule,
    GradeScheme,
    Names,
    NoData,
    Template,
    TemplateItem,
)
from perf_core.domain.period import parse_period
from perf_core.scoring.achievement import limited_achievement, unlimited_achievement
from perf_core.scoring.grades import better_cards, cohort_grades, places_of_grades, ranks_decide
from perf_core.scoring.points import effective_weights, line_points, unscored_points
from perf_core.scoring.scorecard import choose_template

GRADES = (
    Grade("excellent", Names(), Decimal("0.20"), 100.0, 1.5),
    Grade("good", Names(), Decimal("0.50"), 80.0, 1.0),
    Grade("improve", Names(), None, 0.0, 0.5),
)
RANK = GradeScheme(GradeRule.RANK, GRADES)
THRESHOLD = GradeScheme(GradeRule.THRESHOLD, GRADES)
AUTO = GradeScheme(GradeRule.AUTO, GRADES)

amounts = st.floats(0.0, 1e6)
targets = st.floats(0.01, 1e6)


def achieved(actual: float, target: float, *, lower: bool = False, inverse: bool = False) -> float:
    return float(
        limited_achievement(
            unlimited_achievement(
                np.array([actual]),
                np.array([target]),
                is_lower=np.array([lower]),
                is_inverse=np.array([inverse]),
                cap=np.array([1.2]),
            ),
            cap=np.array([1.2]),
            floor=np.array([0.3]),
        )[0]
    )


@given(amounts, amounts, targets, st.booleans())
def test_more_never_lowers_the_points_where_higher_is_better(
    one: float, other: float, target: float, is_step: bool
) -> None:
    less, more = sorted((achieved(one, target), achieved(other, target)))
    assert (less, more) == (achieved(min(one, other), target), achieved(max(one, other), target))
    points = line_points(
        np.array([less, more]), np.array([30.0, 30.0]), is_step=np.array([is_step, is_step])
    )
    assert points[0] <= points[1]


@given(amounts, amounts, targets, st.booleans())
def test_less_never_lowers_the_points_where_lower_is_better(
    one: float, other: float, target: float, inverse: bool
) -> None:
    better = achieved(min(one, other), target, lower=True, inverse=inverse)
    assert better >= achieved(max(one, other), target, lower=True, inverse=inverse)


@given(amounts, targets, st.booleans(), st.booleans())
def test_an_achievement_stays_between_0_and_its_cap(
    actual: float, target: float, lower: bool, inverse: bool
) -> None:
    assert 0.0 <= achieved(actual, target, lower=lower, inverse=inverse) <= 1.2


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100), st.booleans()), min_size=1))
def test_spreading_keeps_the_weight_of_a_card(rows: list[tuple[int, int, bool]]) -> None:
    card = np.array([row[0] for row in rows])
    weight = np.array([float(row[1]) for row in rows])
    is_scored = np.array([row[2] for row in rows])
    spread = np.full(len(rows), NoData.SPREAD, dtype=object)
    got = effective_weights(card, weight, is_scored=is_scored, no_data=spread)
    for one in np.unique(card):
        mine = card == one
        expected = weight[mine].sum() if (mine & is_scored).any() else 0.0
        assert got[mine].sum() == pytest.approx(expected)
    for mode in (NoData.ZERO, NoData.FULL):
        kept = np.full(len(rows), mode, dtype=object)
        same = effective_weights(card, weight, is_scored=is_scored, no_data=kept)
        assert (same == weight).all()


def test_unscored_lines_get_nothing_or_all() -> None:
    modes = np.array([NoData.SPREAD, NoData.ZERO, NoData.FULL], dtype=object)
    assert unscored_points(np.full(3, 20.0), no_data=modes).tolist() == [0.0, 0.0, 20.0]


@pytest.mark.parametrize(
    ("size", "places"),
    [(1, [0, 1, 1]), (2, [0, 1, 2]), (3, [1, 2, 3]), (5, [1, 4, 5]), (13, [3, 9, 13])],
)
def test_shares_are_rounded_half_up_in_exact_decimals(size: int, places: list[int]) -> None:
    # 70 % of 5 is 3.5, of 45 it is 31.5: half up, which binary fractions would miss.
    assert places_of_grades(RANK, size) == places
    assert places_of_grades(RANK, 45)[1] == 32


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_equals_get_the_same_grade_and_better_ones_no_worse(totals: list[int]) -> None:
    values = np.array(totals, dtype=float)
    for scheme in (RANK, THRESHOLD):
        grade = cohort_grades(values, scheme, company=100)
        order = np.argsort(-values, kind="stable")
        assert (np.diff(grade[order]) >= 0).all()
        for total in set(totals):
            assert len(set(grade[values == total])) == 1


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(0, 1000))
def test_the_order_of_cards_is_nothing(totals: list[int], seed: int) -> None:
    values = np.array(totals, dtype=float)
    shuffle = np.random.default_rng(seed).permutation(len(values))
    grade = cohort_grades(values, RANK, company=100)
    assert (cohort_grades(values[shuffle], RANK, company=100) == grade[shuffle]).all()


@given(st.lists(st.floats(0, 120), min_size=1, max_size=30))
def test_ranks_count_the_strictly_better(totals: list[float]) -> None:
    values = np.array(totals)
    expected = [sum(other - one >= 1e-9 for other in totals) for one in totals]
    got = better_cards(values).tolist()
    # A difference of the tolerance itself is the only place where sums may round either way.
    close = [any(abs(abs(other - one) - 1e-9) < 1e-12 for other in totals) for one in totals]
    assert [g for g, c in zip(got, close, strict=True) if not c] == [
        e for e, c in zip(expected, close, strict=True) if not c
    ]


def test_a_difference_under_the_tolerance_is_a_tie() -> None:
    assert better_cards(np.array([90.0, 90.0 + 5e-10, 90.0 + 2e-9])).tolist() == [1, 1, 0]
    at_the_cut = np.array([80.0 - 5e-10, 80.0 - 2e-9])
    assert cohort_grades(at_the_cut, THRESHOLD, company=5).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("cohort", "company", "by_rank"), [(10, 31, True), (9, 31, False), (10, 30, False)]
)
def test_auto_ranks_large_cohorts_of_large_companies(
    cohort: int, company: int, *, by_rank: bool
) -> None:
    assert ranks_decide(AUTO, cohort=cohort, company=company) is by_rank


def version(valid_from: str, brand: str = "", role: str = "ops") -> Template:
    return Template(role, (TemplateItem("visits", 100.0),), brand=brand, valid_from=valid_from)


@pytest.mark.parametrize(
    ("period", "chosen"),
    [
        ("2025-12", ""),
        ("2026-01", "2026-01"),
        ("2026-05", "2026-01"),
        ("2026-06", "2026-06"),
        ("2026-Q2", "2026-01"),
        ("2026-W23", "2026-06"),
        ("2026-W22", "2026-01"),
        ("2026-06-15", "2026-W25"),
        ("2026-06-14", "2026-06"),
        ("2026-05-30..2026-08-29", "2026-01"),
        ("2026", "2026-01"),
    ],
)
def test_versions_are_compared_by_their_first_day(period: str, chosen: str) -> None:
    versions = [version("2026-06"), version(""), version("2026-W25"), version("2026-01")]
    found = choose_template(versions, role="ops", brand="luxe", period=parse_period(period))
    assert found is not None
    assert found.valid_from == chosen


def test_the_most_specific_template_wins_once_it_is_in_force() -> None:
    versions = [version("2026-06"), version("2026-03", brand="luxe"), version("2026-01")]
    period, early = parse_period("2026-06"), parse_period("2026-02")
    found = choose_template(versions, role="ops", brand="luxe", period=period)
    assert found is versions[1]
    assert choose_template(versions, role="ops", brand="core", period=period) is versions[0]
    assert choose_template(versions, role="ops", brand="luxe", period=early) is versions[2]
    assert choose_template(versions, role="driver", brand="luxe", period=period) is None


def test_of_two_versions_from_one_day_the_one_for_the_shorter_period_counts() -> None:
    versions = [version("2026-01"), version("2026")]
    found = choose_template(versions, role="ops", brand="", period=parse_period("2026-01"))
    assert found is versions[0]
