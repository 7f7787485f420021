"""Figures of cost and people: what is drawn, and what lies beyond a scale says so."""

from __future__ import annotations

import pytest

from perf_core.language.formats import format_share
from perf_core.language.translate import Reader
from perf_core.reporting.cost_figures import Moved, RatioMonth, cause_bars, is_cut, ratio_course
from perf_core.reporting.people_figures import Curve, Rate, rates_with_intervals, retention_lines


def wording(value: float | None) -> str:
    return format_share(value, "zh")


def month(label: str, ratio: float | None, *, is_estimated: bool = False) -> RatioMonth:
    return RatioMonth(label, ratio, Moved(label, None, 0.01, None, -0.02), is_estimated)


def test_bars_of_causes_are_in_points_and_carry_their_group() -> None:
    luxe = Moved("臻品 · 平台运营", 0.15, 0.15, 0.046, -0.046, codes=("luxe", "platform_ops"))
    twin = Moved("臻品 · 平台运营", 0.01, 0.01, 0.0, 0.0, codes=("luxe", "other"))
    figure = cause_bars(
        [luxe, twin], wording=wording, reader=Reader("zh"), language="zh", picked=luxe.codes
    )
    pay = figure.data[0]
    assert pay.name == "人均薪资"
    assert list(pay.x) == pytest.approx([15.0, 1.0])
    assert len(set(pay.y)) == 2  # two groups of one name are two bars
    assert [list(one) for one in pay.customdata] == [["luxe", "platform_ops"], ["luxe", "other"]]


def test_a_month_beyond_the_scale_is_cut_and_marked() -> None:
    months = [month(f"{n}", 0.2) for n in range(8)] + [month("9", 30.0), month("10", None)]
    assert is_cut(months, 0.3)
    figure = ratio_course(
        months, limit=0.3, share=wording, wording=wording, reader=Reader("en"), language="en"
    )
    line = figure.data[0]
    assert line.y[8] == pytest.approx(0.6)
    assert line.marker.symbol[8] == "triangle-up"
    assert "3,000%" in line.hovertext[8]
    assert line.y[9] is None
    assert not is_cut(months[:8], 0.3)
    one = ratio_course(
        [month("1", 0.2, is_estimated=True)],
        limit=None,
        share=wording,
        wording=wording,
        reader=Reader("zh"),
        language="zh",
    )
    assert one.data[0].marker.symbol[0] == "circle-open"
    assert "薪资为估算" in one.data[0].hovertext[0]


def test_rates_without_an_interval_and_curves_without_a_leaver_are_drawn() -> None:
    rates = [
        Rate("A", 0.1, 0.05, 0.2, is_few=False, note="a"),
        Rate("B", 2.0, None, None, is_few=True, note="b"),
    ]
    figure = rates_with_intervals(
        rates, whole=0.1, whole_name="All", share=wording, reader=Reader("en"), language="en"
    )
    assert list(figure.data[0].x) == [0.05, 0.2, None]
    assert list(figure.data[-1].marker.symbol) == ["circle", "circle-open"]
    loyal = Curve("A", 3.0, 40.0, [], [], [], [], [])
    lines = retention_lines(
        [loyal], time_title="t", share_title="s", language="en", reader=Reader("en")
    )
    assert list(lines.data[0].x) == [3.0, 40.0]
    assert list(lines.data[0].y) == [1.0, 1.0]
