"""Groups picked out of arrays are those that a plain look at every row finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.scoring.groups import added_up, distinct, mean_ratings, summed_exactly

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.2, 1e9, -3.5, float("nan")])), max_size=40
)


@given(rows=ROWS)
def test_sums_are_those_of_a_loop_to_the_last_digit(rows: list[tuple[int, float]]) -> None:
    group, values = (np.array([row[at] for row in rows]) for at in (0, 1))
    found = added_up(values.astype(float), group.astype(int), 5)
    for number in range(5):
        known = [value for one, value in rows if one == number and not np.isnan(value)]
        total = 0.0
        for value in known:
            total += value
        assert (found[number] == total) if known else np.isnan(found[number])


@settings(max_examples=50)
@given(rows=ROWS)
def test_a_group_alone_has_the_digits_it_has_among_others(rows: list[tuple[int, float]]) -> None:
    group = np.array([row[0] for row in rows], dtype=int)
    values = np.nan_to_num(np.array([row[1] for row in rows], dtype=float))
    together = summed_exactly(values, group, 5)
    for number in range(5):
        mine = group == number
        alone = summed_exactly(values[mine], group[mine], 5)[number]
        assert alone == together[number] or (np.isnan(alone) and np.isnan(together[number]))


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30))
def test_people_are_counted_once(rows: list[tuple[int, int]]) -> None:
    group, person = (np.array([row[at] for row in rows], dtype=int) for at in (0, 1))
    expected = [len({who for one, who in rows if one == number}) for number in range(4)]
    assert distinct(group, person, 4).tolist() == expected


def test_who_is_in_a_group_twice_is_rated_once() -> None:
    ratings = pd.DataFrame({"teamwork": [2.0, 5.0]})
    found = mean_ratings(np.array([0, 0, 0, 1]), np.array([0, 0, 1, -1]), ratings, 2)
    assert found["teamwork"].tolist()[0] == 3.5
    assert np.isnan(found["teamwork"].tolist()[1])
