"""A chart on a page: its own word first, then the page's look, and nothing of Streamlit's."""

from __future__ import annotations

import plotly.graph_objects as go

from perf_core.reporting.compare_figures import ACCENT, LINES, SIGNAL
from perf_core.reporting.figures import QUIET
from perf_ui.chart import INK, TONES, PageFigure


def test_a_figure_gets_the_look_of_the_page_where_it_says_nothing() -> None:
    figure = go.Figure(
        [go.Scatter(x=[1], y=[2], marker={"size": [9]})],
        {
            "font": {"size": 20},
            "dragmode": False,
            "xaxis2": {"title": {"text": "Months"}, "showgrid": True},
        },
    )
    before = figure.to_json()
    spec = PageFigure(figure, is_clicked=False).to_dict()
    layout = spec["layout"]
    assert layout["font"] == {"size": 20, "color": INK, "family": layout["font"]["family"]}
    assert layout["xaxis2"]["showgrid"] is True
    assert layout["xaxis2"]["title"]["text"] == "Months"
    assert layout["xaxis2"]["tickfont"]["color"] == layout["yaxis"]["tickfont"]["color"] == INK
    assert layout["xaxis"]["showgrid"] is False
    # Plotly gives a grid of cells little strokes where nothing is said.
    assert layout["xaxis"]["ticks"] == layout["yaxis"]["ticks"] == ""
    assert spec["data"][0]["marker"] == {"size": [9], "line": {"width": 0}}
    assert layout["dragmode"] is False
    # A template would be laid over it again after the first drawing.
    assert "template" not in layout
    assert figure.to_json() == before


def test_what_a_click_needs_is_set_before_the_first_drawing() -> None:
    figure = go.Figure([go.Bar(x=[1], y=[2])], {"dragmode": False, "hovermode": "x"})
    layout = PageFigure(figure, is_clicked=True).to_dict()["layout"]
    assert layout["clickmode"] == "event+select"
    assert layout["hovermode"] == "x"
    assert layout["dragmode"] == "pan"


def test_words_beside_marks_stay_as_they_were_written_when_another_is_clicked() -> None:
    marks = [
        go.Scatter(x=[1], y=[2], text=["¥5"], mode="markers+text"),
        go.Scatter(x=[1], y=[2], text=["5%"], mode="text", textfont={"color": "#ffffff"}),
    ]
    usual, white = PageFigure(go.Figure(marks), is_clicked=True).to_dict()["data"]
    assert usual["unselected"]["textfont"]["color"] == INK
    assert white["unselected"]["textfont"]["color"] == "#ffffff"


def test_every_tone_that_words_are_written_in_is_mixed_with_the_letters_of_the_page() -> None:
    tones = {colour for colour, _dash in LINES} | {ACCENT, SIGNAL, QUIET}
    assert {"rgb({}, {}, {})".format(*_parts(tone)) for tone in tones} == set(TONES)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
