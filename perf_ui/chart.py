"""The one way a chart comes onto a page: what it looks like, and that it is drawn once.

Streamlit lays its theme over a chart after the first drawing, and Plotly then draws all of it
again. Here a chart brings its look with it, in tones for light and dark; those of letters are
exchanged by a rule of style (``style.RULES``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st
from plotly.basedatatypes import BaseFigure

# What Streamlit's own theme would set, at its sizes. Letters in this tone are set to a share of
# the page's own (``style.RULES``): the theme may change while a chart stands there.
INK: Final = "rgb(111, 119, 137)"
# Words in the tone of what they name are mixed with the page's letters.
TONES: Final = (
    "rgb(74, 113, 224)",
    "rgb(208, 118, 27)",
    "rgb(42, 157, 143)",
    "rgb(155, 122, 224)",
    "rgb(194, 73, 122)",
    "rgb(119, 128, 42)",
    "rgb(138, 147, 166)",
)
_FAMILY: Final = (
    "'Source Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'Noto Sans SC', sans-serif"
)
_CLEAR: Final = "rgba(0,0,0,0)"
_LETTERS: Final = {"family": _FAMILY, "size": 11.25, "color": INK}
_LOOK: Final[dict[str, Any]] = {
    "font": _LETTERS,
    "paper_bgcolor": _CLEAR,
    "plot_bgcolor": _CLEAR,
    "margin": {"l": 0, "r": 0, "pad": 7.5},
    "legend": {"font": _LETTERS, "bgcolor": _CLEAR, "valign": "top"},
    "hoverlabel": {
        "bgcolor": "#2a3140",
        "bordercolor": "#454e60",
        "font": {"family": _FAMILY, "size": 12, "color": "#f4f6fa"},
    },
    # Plotly compares what it drew with what it is given again, and looks into the data only
    # where this says so. A chart with other data is another chart to Streamlit.
    "datarevision": 1,
}
_HAIRLINE: Final = "rgba(128,134,150,0.22)"
_AXIS: Final[dict[str, Any]] = {
    "automargin": True,
    # A grid of cells has little strokes beside its labels otherwise.
    "ticks": "",
    "gridcolor": _HAIRLINE,
    "zerolinecolor": _HAIRLINE,
    "tickfont": {"size": 11.25, "color": INK},
    "title": {"font": {"size": 13.125, "color": INK}},
}
_ACROSS: Final = {"showgrid": False, "zeroline": False, "title": {"standoff": 18.75}}
_UP: Final = {"title": {"standoff": 22.5}}
_CONFIG: Final = {"displayModeBar": False, "responsive": True}


def chart(figure: Any, *, key: str, alt: str, on_click: Callable[[], None] | None = None) -> None:
    """Show a figure.

    Parameters
    ----------
    figure : plotly Figure
        Drawn by ``perf_core.reporting``; it is read, never changed.
    key : str
        Tells this chart apart on the page; with ``on_click`` its state has it for a name.
    alt : str
        The figure in one sentence, for who cannot see it.
    on_click : callable, optional
        Called when a mark was clicked.
    """
    shown = PageFigure(figure, is_clicked=on_click is not None)
    if on_click is None:
        st.plotly_chart(shown, key=key, theme=None, config=_CONFIG, alt=alt)
    else:
        st.plotly_chart(
            shown,
            key=key,
            theme=None,
            config=_CONFIG,
            alt=alt,
            on_select=on_click,
            selection_mode="points",
        )


class PageFigure(BaseFigure):  # type: ignore[misc]
    """A figure as a page shows it: with the page's look wherever it says nothing itself.

    Parameters
    ----------
    figure : plotly Figure
        What is drawn.
    is_clicked : bool
        Whether a click on a mark is waited for. What Streamlit then sets after the first drawing
        is set beforehand.
    """

    def __init__(self, figure: Any, *, is_clicked: bool) -> None:
        # Nothing is checked once more: the figure was when it was made.
        self._spec: dict[str, Any] = figure.to_dict()
        layout = self._spec["layout"]
        layout.pop("template", None)
        _fill(layout, _LOOK)
        for name in {"xaxis", "yaxis", *(name for name in layout if name[1:5] == "axis")}:
            axis = layout.setdefault(name, {})
            _fill(axis, _ACROSS if name.startswith("x") else _UP)
            _fill(axis, _AXIS)
        for trace in self._spec["data"]:
            if trace["type"] == "scatter":
                _fill(trace, {"marker": {"line": {"width": 0}}})
                if is_clicked and "text" in trace.get("mode", ""):
                    # What was not clicked stays as it was written.
                    own = trace.get("textfont", {}).get("color", INK)
                    _fill(trace, {"unselected": {"textfont": {"color": own}}})
        if is_clicked:
            # Streamlit takes a refusal to drag for silence.
            layout["dragmode"] = layout.get("dragmode") or "pan"
            _fill(layout, {"clickmode": "event+select", "hovermode": "closest"})

    def to_dict(self) -> dict[str, Any]:
        """The figure as Plotly's JSON, to be read only."""
        return self._spec


def _fill(there: dict[str, Any], usual: dict[str, Any]) -> None:
    """Add what is not said."""
    for name, value in usual.items():
        if isinstance(value, dict):
            _fill(there.setdefault(name, {}), value)
        else:
            there.setdefault(name, value)
