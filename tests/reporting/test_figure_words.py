"""Names with angle brackets stand in figures as written: no figure takes them for markup."""

from __future__ import annotations

import json
from typing import Any

import pytest

from perf_core.language.translate import Reader
from perf_core.reporting.axis_labels import Scale
from perf_core.reporting.cloud_figure import Dot, cloud
from perf_core.reporting.compare_figures import Ranked, Spread, ranked_bars, spreads
from perf_core.reporting.cost_figures import Moved, cause_bars
from perf_core.reporting.event_figures import each_change
from perf_core.reporting.grid_figure import heat_map
from perf_core.reporting.people_figures import (
    Curve,
    Rate,
    rates_with_intervals,
    reason_bars,
    retention_lines,
)
from perf_core.reporting.problem_figures import Part, Standing, money_steps, shares, standings
from perf_core.reporting.trend_figure import Line, trend_lines

NAME = "<i>R&D</i>"
SHARE = Scale("percent", "en")
ASKED: Any = {"reader": Reader("en"), "language": "en"}


def figures() -> dict[str, Any]:
    return {
        "bars": ranked_bars(
            [Ranked("a", NAME, 1.0, None, False), Ranked("b", NAME, 2.0, None, False, NAME)],
            wording=str, whole=None, whole_name="", standard_name="",
        ),
        "cloud": cloud(
            [Dot("a", NAME, 1.0, 1.0, 1.0, False, True, f"{NAME}: 1")],
            x_title="", y_title="", x_scale=SHARE, y_scale=SHARE, x_limit=None, y_limit=None,
            x_limit_name="", y_limit_name="",
        ),
        "spreads": spreads(
            [Spread("a", NAME, 1.0, 2.0, 3.0, 4.0, 5.0, [1.0] * 9)],
            pass_mark=80, few=5, note=lambda one: one.name, reader=Reader("en"),
        ),
        "grid": heat_map(
            [("a", NAME)], [("b", NAME)], [[1.0]], shading=[[1.0]], wording=str, absent=""
        ),
        "trend": trend_lines(
            ["a"], [Line("a", NAME, [1.0], True)], wording=str, scale=SHARE, quiet_name=""
        ),
        "rates": rates_with_intervals(
            [Rate(NAME, 0.5, 0.1, 0.9, False, NAME)],
            whole=None, whole_name="", share=str, **ASKED,
        ),
        "curves": retention_lines(
            [Curve(NAME, 0.0, 9.0, [3.0], [0.5], [0.1], [0.9], [NAME], "a")],
            time_title="", share_title="", **ASKED,
        ),
        "reasons": reason_bars([NAME], [3], ["a"], language="en"),
        "causes": cause_bars([Moved(NAME, 1.0, 1.0, 0.0, 0.0)], wording=str, **ASKED),
        "standings": standings(
            [Standing("a", NAME, 1.0, None, 2.0, False, NAME)],
            wording=str, whole=None, whole_name="", standard_name="", ago_name="",
        ),
        "steps": money_steps(
            [NAME], [Part("a", "step", [1.0])], totals=[1.0],
            total_name="", wording=str, scale=SHARE, codes=["a"],
        ),
        "shares": shares(
            [NAME], [0.5], [0.4], name="", ago_name="", wording=str, codes=["a"]
        ),
        "event": each_change(
            [NAME], [1.0], [2.0], has_event=[True], before_name="", after_name="",
            wording=str, scale=SHARE, keys=["a"],
        ),
    }  # fmt: skip


@pytest.mark.parametrize("which", sorted(figures()))
def test_a_name_in_brackets_is_read_as_written(which: str) -> None:
    drawn = json.dumps(json.loads(figures()[which].to_json()), ensure_ascii=False)
    assert "<i>" not in drawn
    assert "&lt;i&gt;R&amp;D&lt;/i&gt;" in drawn
