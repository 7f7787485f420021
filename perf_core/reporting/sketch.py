"""A figure while it is put together: plain settings, which Plotly checks once, at the end."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go


class Sketch:
    """Traces and settings of a figure to be, asked for by the same words as a figure's.

    A figure that is there already checks and copies what it has with each change: that took more
    than two thirds of the time to make a chart of the comparison.

    Examples
    --------
    >>> sketch = Sketch(go.Scatter(x=[1, 2], y=[3, 4]))
    >>> sketch.update_xaxes(range=[0, 3])
    >>> sketch.add_vline(x=1.5, line={"dash": "dash"})
    >>> figure = sketch.drawn()
    >>> figure.layout.xaxis.range, figure.layout.shapes[0].yref
    ((0, 3), 'y domain')
    """

    def __init__(self, *traces: Any) -> None:
        self._traces = list(traces)
        self._layout: dict[str, Any] = {}
        self._axes: dict[str, dict[str, Any]] = {"xaxis": {}, "yaxis": {}}
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add_trace(self, trace: Any) -> None:
        """Draw something over what is there."""
        self._traces.append(trace)

    def update_layout(self, **settings: Any) -> None:
        """Settle room, legend and clicks."""
        self._layout |= settings

    def update_xaxes(self, **settings: Any) -> None:
        """Settle the axis across."""
        self._axes["xaxis"] |= settings

    def update_yaxes(self, **settings: Any) -> None:
        """Settle the axis up."""
        self._axes["yaxis"] |= settings

    def add_vline(self, *, x: float, line: dict[str, Any]) -> None:
        """Draw a line from bottom to top."""
        ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain"}
        self._shapes.append({"type": "line", **ends, "line": line})

    def add_hline(self, *, y: float, line: dict[str, Any]) -> None:
        """Draw a line from left to right."""
        ends = {"x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "x domain", "yref": "y"}
        self._shapes.append({"type": "line", **ends, "line": line})

    def add_annotation(self, **settings: Any) -> None:
        """Write something at a place."""
        self._annotations.append(settings)

    def drawn(self) -> Any:
        """The figure."""
        marks = {"shapes": self._shapes, "annotations": self._annotations}
        return go.Figure(
            self._traces, {**self._layout, **self._axes, **{k: v for k, v in marks.items() if v}}
        )
