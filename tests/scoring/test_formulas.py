"""Formulas: what is read, what is refused and where, and what comes out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_core.domain.errors import FormulaError
from perf_core.scoring.formulas import FUNCTIONS, Totals, parse_formula

ROOT = Path(__file__).resolve().parents[2]
NAN = math.nan


def totals(days: float = 30.0, **measures: float) -> Totals:
    return Totals(pd.DataFrame({name: [value] for name, value in measures.items()}), _one(days))


def _one(value: float) -> pd.Series:
    return pd.Series([value])


def value(
    text: str,
    now: Totals,
    before: Totals | None = None,
    ratings: dict[str, float] | None = None,
) -> float:
    marks = pd.DataFrame({name: [mark] for name, mark in (ratings or {}).items()})
    return float(parse_formula(text).evaluate(now, previous=before, ratings=marks).iloc[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", 30.0),
        ("orders / visits", 0.03),
        ("revenue - refund_amount", 800.0),
        ("2 + 3 * 4", 14.0),
        ("(2 + 3) * 4", 20.0),
        ("10 - 4 - 3", 3.0),
        ("100 / 10 / 2", 5.0),
        ("-orders", -30.0),
        ("--orders", 30.0),
        ("2 * -orders", -60.0),
        ("-(orders - 40)", 10.0),
        (".5 * orders", 15.0),
        ("1. * orders", 30.0),
        ("per_day(orders)", 1.0),
        ("per_day(orders + visits) * 7", 1030 / 30 * 7),
        ("  orders\n/\tvisits ", 0.03),
    ],
)
def test_arithmetic(text: str, expected: float) -> None:
    now = totals(orders=30.0, visits=1000.0, revenue=1000.0, refund_amount=200.0)
    assert value(text, now) == pytest.approx(expected, rel=1e-12)


def test_growth_is_value_over_previous_value_minus_one() -> None:
    assert value("growth(visits)", totals(visits=135.0), totals(visits=100.0)) == pytest.approx(
        0.35
    )


def test_a_reduction_is_written_as_zero_minus_growth() -> None:
    halved, before = totals(complaints=5.0), totals(complaints=10.0)
    assert value("0 - growth(complaints)", halved, before) == pytest.approx(0.5)


def test_prev_is_the_value_then() -> None:
    assert value("visits - prev(visits)", totals(visits=5.0), totals(visits=3.0)) == 2.0


def test_growth_of_a_ratio_divides_the_sums_of_each_period() -> None:
    now, before = totals(orders=6.0, visits=100.0), totals(orders=5.0, visits=100.0)
    assert value("growth(orders / visits)", now, before) == pytest.approx(0.2)


def test_growth_per_day_counts_the_days_of_each_window() -> None:
    now, before = totals(28.0, orders=28.0), totals(31.0, orders=62.0)
    assert value("growth(per_day(orders))", now, before) == pytest.approx(-0.5)


@pytest.mark.parametrize("before", [0.0, -5.0, NAN])
def test_growth_over_nothing_or_less_is_no_data(before: float) -> None:
    assert math.isnan(value("growth(visits)", totals(visits=10.0), totals(visits=before)))


def test_growth_of_no_data_is_no_data() -> None:
    assert math.isnan(value("growth(visits)", totals(visits=NAN), totals(visits=10.0)))


def test_without_a_previous_window_even_a_number_has_no_previous_value() -> None:
    assert math.isnan(value("prev(5)", totals(x=1.0), totals(NAN, x=1.0)))
    assert math.isnan(value("prev(visits)", totals(visits=1.0), None))


@pytest.mark.parametrize("text", ["orders / visits", "0 / 0", "1 / (orders - orders)"])
def test_division_by_zero_is_no_data(text: str) -> None:
    assert math.isnan(value(text, totals(orders=3.0, visits=0.0)))


def test_no_data_passes_through() -> None:
    now = totals(orders=3.0, visits=NAN)
    assert math.isnan(value("orders + visits", now))
    assert math.isnan(value("orders + visits * 0", now))
    assert math.isnan(value("orders + carts", now)), "a measure nobody has is no data"


def test_rating_is_the_mark_of_that_dimension() -> None:
    assert value("rating(attitude)", totals(orders=1.0), ratings={"attitude": 4.5}) == 4.5
    assert math.isnan(value("rating(attitude)", totals(orders=1.0)))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("orders / vists", 9),
        ("orders +", 8),
        ("(orders", 0),
        ("orders)", 6),
        ("orders visits", 7),
        ("orders ** 2", 8),
        ("orders // visits", 8),
        ("orders % visits", 7),
        ("orders.real", 6),
        ("__import__('os')", 11),
        ("orders if visits else 0", 7),
        ("[orders]", 0),
        ("lambda: 1", 6),
        ("+orders", 0),
        ("1.5.2", 3),
        ("growth", 0),
        ("growth()", 7),
        ("growth(orders", 6),
        ("sqrt(orders)", 0),
        ("growth(growth(orders))", 7),
        ("growth(orders) + prev(growth(orders))", 22),
        ("per_day(growth(orders))", 8),
        ("per_day(orders / visits)", 15),
        ("growth(rating(attitude))", 7),
        ("rating(orders)", 7),
        ("rating(5)", 7),
        ("rating(attitude, 2)", 15),
        ("prev(orders, visits)", 11),
        ("orders; visits", 6),
        ("1e3 * orders", 0),
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_its_position(text: str, position: int) -> None:
    with pytest.raises(FormulaError) as refused:
        parse_formula(text, measures=["orders", "visits"], dimensions=["attitude"])
    assert refused.value.position == position
    assert refused.value.reason


def test_a_formula_that_would_exhaust_the_parser_is_refused() -> None:
    with pytest.raises(FormulaError):
        parse_formula("(" * 1500 + "orders" + ")" * 400)
    with pytest.raises(FormulaError):
        parse_formula("-" * 1999 + "a")
    with pytest.raises(FormulaError):
        parse_formula("a+" * 2000 + "a")


def test_a_long_chain_is_no_nesting() -> None:
    assert value("+".join(["orders"] * 200), totals(orders=1.0)) == 200.0


@pytest.mark.parametrize(
    ("text", "is_additive"),
    [
        ("orders", True),
        ("revenue - refund_amount", True),
        ("2 * orders + 1", True),
        ("-orders", True),
        ("orders / visits", False),
        ("orders / 2", False),
        ("per_day(orders)", False),
        ("growth(orders)", False),
        ("prev(orders)", False),
        ("rating(attitude)", False),
    ],
)
def test_additive_means_no_division_and_no_function(text: str, *, is_additive: bool) -> None:
    assert parse_formula(text).is_additive is is_additive


def test_a_formula_knows_what_it_reads() -> None:
    formula = parse_formula("growth(orders / visits) + per_day(units) * rating(attitude)")
    assert formula.measures == {"orders", "visits", "units"}
    assert formula.previous_measures == {"orders", "visits"}
    assert formula.ratings == {"attitude"}
    assert formula.needs_previous


def test_a_rating_dimension_is_no_measure_even_with_the_same_name() -> None:
    formula = parse_formula("rating(orders) + orders")
    assert formula.measures == {"orders"}
    assert parse_formula("rating(orders)").measures == frozenset()


def test_names_of_the_company_may_be_chinese() -> None:
    assert parse_formula("订单 / 访客", measures=["订单", "访客"]).measures == {"订单", "访客"}


def test_every_verb_is_documented() -> None:
    page = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
    missing = [verb for verb in FUNCTIONS if f"| `{verb}(" not in page]
    assert not missing, f"docs/formulas.md has no row for {missing}"


numbers = st.floats(min_value=-1e6, max_value=1e6).map(lambda x: round(x, 3))


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["a", "b", "c", "2", "0.5", "10"]))
    if draw(st.integers(0, 4)) == 0:
        return f"-({draw(trees(depth=depth - 1))})"
    left, right = draw(trees(depth=depth - 1)), draw(trees(depth=depth - 1))
    return f"({left}) {draw(st.sampled_from('+-*'))} ({right})"


@given(trees(), numbers, numbers, numbers)
def test_arithmetic_is_pythons_own(text: str, a: float, b: float, c: float) -> None:
    expected = eval(text, {"__builtins__": {}}, {"a": a, "b": b, "c": c})  # noqa: S307
    assert value(text, totals(a=a, b=b, c=c)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_formula(text)
    except FormulaError as fault:
        position = fault.position
    else:
        position = 0
    assert 0 <= position <= len(text)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
def test_the_order_of_rows_is_nothing(rows: list[tuple[float, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b"])
    shuffled = frame.sample(frac=1.0, random_state=1)
    formula = parse_formula("(a - 2 * b) / b")
    days = pd.Series(30.0, frame.index)
    one = formula.evaluate(Totals(frame, days))
    other = formula.evaluate(Totals(shuffled, days.reindex(shuffled.index)))
    pd.testing.assert_series_equal(one, other.reindex(frame.index))
    assert not np.isinf(one).any()
