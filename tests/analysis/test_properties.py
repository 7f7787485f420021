"""What holds for any figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from perf_core.analysis.divisia import log_mean_parts
from perf_core.analysis.intervals import wilson
from perf_core.analysis.survival import retention

POWERS = {"people": 1, "pay": 1, "revenue": -1}
FACTORS = st.lists(st.tuples(*[st.floats(1e-3, 1e6)] * 3), min_size=2, max_size=2)
SPELLS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 30), st.booleans()), min_size=1, max_size=40
)


def factors(row: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame([row], columns=list(POWERS))


@given(FACTORS)
def test_parts_make_the_whole_change_and_turn_round(rows: list[tuple[float, ...]]) -> None:
    before, after = (factors(row) for row in rows)
    ratio = [(row[0] * row[1] / row[2]) for row in rows]
    parts = log_mean_parts(before, after, POWERS).iloc[0]
    assert parts.sum() == pytest.approx(ratio[1] - ratio[0], rel=1e-9, abs=1e-9 * max(ratio))
    back = log_mean_parts(after, before, POWERS).iloc[0]
    assert back.tolist() == pytest.approx((-parts).tolist(), rel=1e-9, abs=1e-9 * max(ratio))


def test_what_did_not_change_has_no_part_and_nothing_has_no_parts() -> None:
    before = pd.DataFrame(
        {"people": [4.0, 0.0, 4.0], "pay": [10.0, 10.0, np.nan], "revenue": 200.0}
    )
    after = pd.DataFrame({"people": [4.0, 2.0, 4.0], "pay": 10.0, "revenue": 100.0})
    parts = log_mean_parts(before, after, POWERS)
    assert parts.iloc[0].round(12).tolist() == [0.0, 0.0, 0.2]
    assert parts.iloc[1:].isna().all(axis=None)


@given(st.integers(0, 200), st.integers(1, 200))
def test_an_interval_holds_its_share_and_is_that_of_statsmodels(hits: int, more: int) -> None:
    n = hits + more
    found = wilson(hits, n).iloc[0]
    assert 0 <= found["low"] <= hits / n <= found["high"] <= 1
    theirs = proportion_confint(hits, n, method="wilson")
    assert found.tolist() == pytest.approx(list(theirs), abs=1e-12)


@given(SPELLS)
def test_a_curve_only_falls_and_keeps_inside_its_interval(
    spells: list[tuple[int, int, bool]],
) -> None:
    entry, length, left = (np.array(column) for column in zip(*spells, strict=True))
    found = retention(entry, entry + length, is_left=left, fewest=2)
    share = found.steps["share"].to_numpy()
    assert (np.diff(share, prepend=1.0) <= 1e-12).all()
    assert ((share >= 0) & (share <= 1)).all()
    assert (found.steps["at_risk"] >= 2).all()
    known = found.steps.dropna(subset=["low", "high"])
    assert (known["low"] <= known["share"] + 1e-12).all()
    assert (known["share"] <= known["high"] + 1e-12).all()


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_without_censoring_it_is_the_share_still_here(ends: list[int]) -> None:
    found = retention(np.zeros(len(ends)), ends, is_left=np.ones(len(ends)), fewest=1)
    for step in found.steps.itertuples():
        still = sum(end > step.time for end in ends) / len(ends)
        assert step.share == pytest.approx(still, abs=1e-12)


@given(SPELLS, st.integers(1, 29))
def test_a_stay_cut_in_two_gives_the_same_curve(
    spells: list[tuple[int, int, bool]], at: int
) -> None:
    whole = pd.DataFrame(spells, columns=["entry", "end", "left"])
    whole["end"] += whole["entry"]
    cut = whole[(whole["entry"] < at) & (whole["end"] > at)]
    parts = pd.concat(
        [
            whole.drop(cut.index),
            cut.assign(end=at, left=False),
            cut.assign(entry=at),
        ]
    )
    curves = [
        retention(one["entry"], one["end"], is_left=one["left"], fewest=1).steps
        for one in (whole, parts)
    ]
    pd.testing.assert_frame_equal(*curves)


def test_a_curve_begins_where_enough_were_watched() -> None:
    # One hire was seen from the start and left at once; five more only from a year on.
    entry = np.array([0, 365, 365, 365, 365, 365])
    end = np.array([10, 400, 500, 800, 800, 800])
    found = retention(entry, end, is_left=[True, True, True, False, False, False], fewest=5)
    assert (found.begins, found.ends) == (365, 400)
    assert found.steps["share"].tolist() == [0.8]
    assert np.isnan(found.at(10)["share"])
    assert found.at(370)["share"] == 1.0
    assert np.isnan(found.at(500)["share"])
    assert found.median() is None
    assert not retention([0], [10], is_left=[True]).is_known


@given(SPELLS)
def test_a_curve_that_joins_late_is_the_product_written_out(
    spells: list[tuple[int, int, bool]],
) -> None:
    """Under watch at a time: who entered before it and was not gone before it."""
    stays = [(entry, entry + length, left) for entry, length, left in spells]
    entry, end, left = (np.array(column) for column in zip(*stays, strict=True))
    found = retention(entry, end, is_left=left, fewest=1)
    share = 1.0
    steps = found.steps.set_index("time")
    for time in sorted({last for _first, last, is_left in stays if is_left}):
        at_risk = sum(first < time <= last for first, last, _left in stays)
        gone = sum(is_left and last == time for _first, last, is_left in stays)
        if time not in steps.index:
            break
        share *= 1 - gone / at_risk
        assert steps.loc[time, "at_risk"] == at_risk
        assert steps.loc[time, "share"] == pytest.approx(share, abs=1e-12)
