"""Before and after against others: published figures, and what holds for any panel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import grunfeld

from perf_core.analysis.difference import difference
from perf_core.analysis.fixed_effects import within_fit
from perf_core.analysis.lmdi import step_parts

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "published" / "statistics.toml").read_text(encoding="utf-8")
)


def each(kind: str) -> Any:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case["source"]) for case in CASES[kind]]
    )


# --- published ------------------------------------------------------------------------------------


@each("within_fit")
def test_fixed_effects_meet_plm(case: dict[str, Any]) -> None:
    data = grunfeld.load_pandas().data
    data = data[data["firm"] != "American Steel"]
    codes = {name: pd.factorize(data[name])[0].astype(np.int64) for name in ("firm", "year")}
    found = within_fit(
        data[case["outcome"]].to_numpy(float),
        data[case["regressors"]].to_numpy(float),
        effects=[codes[name] for name in case["effects"]],
        clusters=codes["firm"],
        errors="cr0",
    )
    near = 0.5 * 10 ** -case["digits"]
    assert found.coef.tolist() == pytest.approx(case["coef"], abs=near)
    if "cov" in case:
        assert found.cov.ravel().tolist() == pytest.approx(np.ravel(case["cov"]), rel=1e-9)
        assert found.r2 == pytest.approx(case["r2"], abs=5e-6)


@each("step_parts")
def test_parts_of_steps(case: dict[str, Any]) -> None:
    before, after = (pd.DataFrame([case[at]], columns=case["steps"]) for at in ("before", "after"))
    found = step_parts(before.astype(float), after.astype(float)).iloc[0]
    assert found.tolist() == pytest.approx(case["parts"], rel=1e-12)


# --- money of steps -------------------------------------------------------------------------------

STEP = st.one_of(st.just(0.0), st.floats(1e-3, 1e4))
STEPS = st.tuples(STEP, STEP, STEP, STEP)


@settings(max_examples=60)
@given(STEPS, STEPS)
def test_steps_sum_to_the_whole_also_where_one_is_nothing(
    before: tuple[float, ...], after: tuple[float, ...]
) -> None:
    old, new = pd.DataFrame([before]), pd.DataFrame([after])
    change = float(np.prod(after) - np.prod(before))
    near = 1e-9 * max(np.prod(after), np.prod(before), 1e-9)
    parts = step_parts(old, new).iloc[0]
    assert parts.sum() == pytest.approx(change, abs=near)
    assert (-step_parts(new, old).iloc[0]).tolist() == pytest.approx(parts.tolist(), abs=near)
    unmoved = (np.array(before) == np.array(after)) & (np.array(before) > 0)
    assert (parts[unmoved].abs() <= near).all()


def test_nothing_to_nothing_costs_nothing_and_what_is_unknown_stays_so() -> None:
    before = pd.DataFrame({"visits": [0.0, 10.0, 10.0], "rate": [0.0, np.nan, -0.1]})
    after = pd.DataFrame({"visits": [5.0, 10.0, 10.0], "rate": [0.0, 0.2, 0.2]})
    parts = step_parts(before, after)
    assert parts.iloc[0].tolist() == [0.0, 0.0]
    assert parts.iloc[1:].isna().all(axis=None)


# --- before and after -----------------------------------------------------------------------------


def panel(values: np.ndarray, n_treated: int, *, before: int) -> pd.DataFrame:
    """A group a row, a month a column; the first groups have the event."""
    n_groups, n_months = values.shape
    return pd.DataFrame(
        {
            "group": np.repeat([f"g{n:02}" for n in range(n_groups)], n_months),
            "month": np.tile(np.arange(n_months) - before, n_groups),
            "value": values.ravel(),
            "treated": np.repeat(np.arange(n_groups) < n_treated, n_months),
        }
    )


def drawn(rng: np.random.Generator, n_groups: int, n_months: int) -> np.ndarray:
    """Groups and months of their own, and errors that a group carries on from month to month."""
    errors = rng.normal(size=(n_groups, n_months))
    for month in range(1, n_months):
        errors[:, month] = 0.6 * errors[:, month - 1] + 0.8 * errors[:, month]
    return errors + rng.normal(size=(n_groups, 1)) * 5 + rng.normal(size=(1, n_months)) * 3


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_neither_a_month_nor_a_group_of_its_own_changes_the_effect(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = drawn(rng, 7, 6)
    other = values + rng.normal(size=(7, 1)) * 100 + rng.normal(size=(1, 6)) * 100
    one, two = (difference(panel(some, 3, before=4)) for some in (values, other))
    assert two.effect == pytest.approx(one.effect, abs=1e-8)
    assert (two.low, two.high) == pytest.approx((one.low, one.high), abs=1e-8)
    assert (two.rank, two.placebos) == (one.rank, one.placebos)
    assert two.drift == pytest.approx(one.drift, abs=1e-8)


def test_it_is_the_t_test_of_the_changes_where_all_months_are_there() -> None:
    values = drawn(np.random.default_rng(1), 9, 8)
    found = difference(panel(values, 3, before=5))
    change = values[:, 5:].mean(axis=1) - values[:, :5].mean(axis=1)
    welch = stats.ttest_ind(change[:3], change[3:], equal_var=False)
    assert found.effect == pytest.approx(change[:3].mean() - change[3:].mean(), abs=1e-12)
    assert found.effect == pytest.approx(found.own_change - found.other_change, abs=1e-12)
    # Bell and McCaffrey's degrees follow from the design alone.
    degrees = (1 / 3 + 1 / 6) ** 2 / (1 / 9 / 2 + 1 / 36 / 5)
    error = found.effect / welch.statistic
    reach = stats.t.ppf(0.975, degrees) * abs(error)
    assert (found.low, found.high) == pytest.approx((found.effect - reach, found.effect + reach))


@pytest.mark.slow
def test_intervals_hold_what_was_planted() -> None:
    rng = np.random.default_rng(618)
    held, effects = [], []
    for _ in range(100):
        values = drawn(rng, 8, 8)
        values[:3, 4:] += 1.5
        found = difference(panel(values, 3, before=4))
        held.append(found.low <= 1.5 <= found.high)
        effects.append(found.effect)
    assert np.mean(held) >= 0.90  # 0.95 less two standard errors of 100 draws
    assert np.mean(effects) == pytest.approx(1.5, abs=0.2)


def test_with_few_groups_it_says_less() -> None:
    rng = np.random.default_rng(2)
    few = difference(panel(drawn(rng, 5, 6), 1, before=3))
    assert (few.way, np.isnan(few.low), few.placebos) == ("bare", True, 5)
    values = drawn(rng, 10, 6)
    values[0, 3:] += 50
    one = difference(panel(values, 1, before=3))
    assert (one.way, one.rank, one.placebos) == ("placebo", 1, 10)
    assert np.isnan(one.low)
    alone = difference(panel(values[:1], 1, before=3))
    assert (alone.way, alone.n_untreated) == ("none", 0)
    assert alone.own_change == pytest.approx(values[0, 3:].mean() - values[0, :3].mean())


def test_groups_without_one_side_are_left_out_and_named() -> None:
    cells = panel(drawn(np.random.default_rng(3), 8, 6), 3, before=3)
    cells.loc[(cells["group"] == "g07") & (cells["month"] >= 0), "value"] = np.nan
    cells.loc[(cells["group"] == "g06") & (cells["month"] == 1), "value"] = np.nan
    found = difference(cells)
    assert found.dropped == ("g07",)
    assert (found.way, found.n_untreated) == ("interval", 4)
    assert np.isfinite(found.effect)
    assert difference(cells.iloc[:0]).way == "none"


def test_what_moved_apart_before_is_seen() -> None:
    values = drawn(np.random.default_rng(4), 10, 12) * 0.05
    values[:4] += np.arange(12) * 0.7
    found = difference(panel(values, 4, before=6))
    assert found.drift == pytest.approx(0.7, abs=0.1)
    assert found.drift_p < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_with_gaps_it_is_least_squares_with_clustered_errors(seed: int) -> None:
    """Statsmodels with a dummy for every group and month, and Liang and Zeger's sandwich."""
    rng = np.random.default_rng(seed)
    cells = panel(drawn(rng, 9, 7), 4, before=4)
    kept = cells[rng.random(len(cells)) > 0.15].reset_index(drop=True)
    kept["on"] = (kept["treated"] & (kept["month"] >= 0)).astype(float)
    theirs = smf.ols("value ~ on + C(group) + C(month)", kept).fit(
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(kept["group"])[0], "use_correction": False},
    )
    assert difference(kept.drop(columns="on")).effect == pytest.approx(theirs.params["on"])
    codes = [pd.factorize(kept[name])[0].astype(np.int64) for name in ("group", "month")]
    ours = within_fit(
        kept["value"].to_numpy(float),
        kept[["on"]].to_numpy(float),
        effects=codes,
        clusters=codes[0],
        errors="cr0",
    )
    assert ours.cov[0, 0] ** 0.5 == pytest.approx(theirs.bse["on"])
