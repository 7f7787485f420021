"""Lines of groups: what leaves the chart, what is drawn at once, and what carries whose code."""

from __future__ import annotations

from typing import Any

from perf_core.reporting.axis_labels import Scale
from perf_core.reporting.compare_figures import Ranked, ranked_bars
from perf_core.reporting.trend_figure import Line, trend_lines

SCALE = Scale("percent", "zh")


def _lines(**values: list[float | None]) -> list[Line]:
    return [Line(code, code.upper(), held, code.startswith("lit")) for code, held in values.items()]


def _drawn(lines: list[Line], limit: float | None = None) -> Any:
    return trend_lines(
        ["a", "b", "c"],
        lines,
        wording=str,
        scale=SCALE,
        quiet_name="others",
        limit=limit,
        limit_name="limit",
    )


def test_quiet_lines_are_one_trace_whose_points_still_tell_their_group() -> None:
    figure = _drawn(_lines(lit=[0.1, 0.2, 0.3], q1=[0.2, None, 0.2], q2=[0.3, 0.3, 0.1]))
    quiet = next(one for one in figure.data if one.name == "others")
    assert list(quiet.x) == [0, 1, 2, None, 0, 1, 2]
    assert list(quiet.y) == [0.2, None, 0.2, None, 0.3, 0.3, 0.1]
    assert [one[0] for one in quiet.customdata[:3]] == ["q1"] * 3
    assert [one[0] for one in quiet.customdata[4:]] == ["q2"] * 3
    assert not quiet.connectgaps


def test_a_line_far_beyond_the_others_leaves_the_chart() -> None:
    figure = _drawn(_lines(lit=[0.2, 0.3, 0.3], q1=[0.2, 0.25, 0.2], q2=[0.3, 90.0, 0.1]))
    low, high = figure.layout.yaxis.range
    assert low < 0.1
    assert 0.3 < high < 1.0
    assert max(figure.layout.yaxis.tickvals) <= high


def test_a_limit_far_above_all_lines_is_named_and_lies_outside() -> None:
    near, far = (_drawn(_lines(lit=[0.02, 0.03, 0.03]), limit) for limit in (0.04, 0.3))
    assert near.layout.yaxis.range[1] > 0.04
    assert far.layout.yaxis.range[1] < 0.05
    assert [one.name for one in near.data][-1] == "limit"
    assert [one.name for one in far.data][-1] == "limit ↑"


def test_a_bar_far_beyond_the_others_is_cut_off_and_keeps_its_number() -> None:
    def bars(*values: float) -> Any:
        return ranked_bars(
            [Ranked(f"c{n}", f"n{n}", one, 0.3, is_short=False) for n, one in enumerate(values)],
            wording=lambda one: f"{one:g}",
            whole=0.25,
            whole_name="all",
            standard_name="limit",
        )

    usual, far = bars(0.2, 0.5), bars(0.2, 5000.0)
    assert usual.layout.xaxis.range[1] > 0.5
    assert far.layout.xaxis.range[1] < 1.0
    assert list(far.layout.yaxis.ticktext) == ["n0  <b>0.2</b>", "n1  <b>5000 »</b>"]
    assert list(far.data[0].x) == [0.2, 5000.0]
