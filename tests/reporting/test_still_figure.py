"""A figure of a page as a still picture: every mark at its value, every word as it is."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import plotly.graph_objects as go
import pytest

from perf_core.reporting.still_figure import still

SVG = "{http://www.w3.org/2000/svg}"


def marks(figure: go.Figure, kind: str, language: str = "en") -> list[ET.Element]:
    root = ET.fromstring(still(figure, language=language).svg)  # noqa: S314 - our own
    return list(root.iter(f"{SVG}{kind}"))


def test_bars_are_as_long_as_their_values_and_stack_on_their_side() -> None:
    figure = go.Figure(
        [
            go.Bar(y=["a"], x=[2.0], orientation="h", marker={"color": "#111111"}),
            go.Bar(y=["a"], x=[4.0], orientation="h", marker={"color": "#222222"}),
            go.Bar(y=["a"], x=[-3.0], orientation="h", marker={"color": "#333333"}),
        ]
    )
    figure.update_layout(barmode="relative", height=120)
    one, two, less = (
        next(bar for bar in marks(figure, "rect") if bar.get("fill") == colour)
        for colour in ("#111111", "#222222", "#333333")
    )
    unit = float(one.get("width", 0)) / 2
    assert float(two.get("width", 0)) == pytest.approx(4 * unit, abs=0.2)
    assert float(less.get("width", 0)) == pytest.approx(3 * unit, abs=0.2)
    # The second begins where the first ends, the third ends where the first begins.
    assert float(two.get("x", 0)) == pytest.approx(float(one.get("x", 0)) + 2 * unit, abs=0.2)
    assert float(less.get("x", 0)) + 3 * unit == pytest.approx(float(one.get("x", 0)), abs=0.2)


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    values = [1.0, 2.0, None, float("nan"), 3.0, 4.0]
    figure = go.Figure(go.Scatter(x=list("abcdef"), y=values, line={"color": "#abcdef"}))
    lines = [one for one in marks(figure, "polyline") if one.get("stroke") == "#abcdef"]
    assert [len(str(one.get("points")).split()) for one in lines] == [2, 2]


def test_words_are_words_and_never_markup() -> None:
    figure = go.Figure(go.Bar(y=["<script>&<br><b>轻奢</b>"], x=[1], orientation="h"))
    texts = ["".join(one.itertext()) for one in marks(figure, "text")]
    assert {"<script>&", "轻奢"} <= set(texts)
    assert not marks(figure, "script")


def test_a_grid_is_read_from_packed_numbers() -> None:
    figure = go.Figure(
        go.Heatmap(
            x=[0, 1],
            y=[0],
            z=np.array([[-1.0, np.nan]]),
            zmin=-1,
            zmax=1,
            colorscale=[[0, "rgb(168,82,10)"], [1, "rgb(47,86,200)"]],
        )
    )
    assert [one.get("fill") for one in marks(figure, "rect")] == ["#a8520a", "#f4f5f8"]


def test_ticks_are_written_as_the_reader_does() -> None:
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 40_000]))
    figure.update_yaxes(tickformat=",~s", nticks=5)
    texts = {"".join(one.itertext()) for one in marks(figure, "text", "zh")}
    assert "4万" in texts
    assert not any(re.search("[kK]", text) for text in texts)


def test_what_it_cannot_draw_it_refuses() -> None:
    with pytest.raises(ValueError, match="pie"):
        still(go.Figure(go.Pie(values=[1])), language="en")


def test_amounts_beside_the_lines_are_as_large_as_other_words() -> None:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[50_000.0, 190_000.0]))
    figure.update_yaxes(tickvals=[0, 50_000, 100_000], ticktext=["0", "¥5万", "¥10万"])
    figure.update_yaxes(range=[-1_000, 200_000])
    sizes = {"".join(one.itertext()): one.get("font-size") for one in marks(figure, "text")}
    assert sizes["¥5万"] == sizes["¥10万"] == sizes["0"]
    assert float(str(sizes["¥10万"])) >= 8
