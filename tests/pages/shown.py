"""What a reader sees of a page run by AppTest: its words, its tables and its charts."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

# "None of 4 indicators" is a sentence.
_NOTHING = re.compile(
    r"(?<![\w.<&/])(nan|NaN|None(?!\*{0,2} of )|inf|NaT|null|undefined)(?![\w;>])"
)


def charts_of(app: AppTest) -> list[dict[str, Any]]:
    """The specifications of the Plotly charts on a page."""
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def words_shown(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that is shown, with where: words, labels, cells, and what charts say."""
    for node in _nodes(app._tree):
        kind = str(getattr(node, "type", ""))
        value = getattr(node, "value", None)
        if isinstance(value, pd.DataFrame):
            for column in value.columns:
                for cell in value[column]:
                    if isinstance(cell, str):
                        yield f"cell of {column}", cell
            continue
        for name in ("value", "label", "help", "delta", "placeholder", "body", "caption"):
            some = getattr(node, name, None)
            if isinstance(some, str) and kind != "plotly_chart":
                yield f"{kind}.{name}", some
        if kind in ("selectbox", "multiselect", "button_group"):
            for option in getattr(node, "options", ()):
                yield f"{kind} option", str(option)
    for n, chart in enumerate(charts_of(app)):
        for said in _said(chart):
            yield f"chart {n}", said


def _said(node: Any, key: str = "") -> Iterator[str]:
    if isinstance(node, str):
        if key in ("text", "hovertext", "hovertemplate", "name", "title", "ticktext", "x", "y"):
            yield node
    elif isinstance(node, list):
        for one in node:
            yield from _said(one, key)
    elif isinstance(node, dict):
        for name, one in node.items():
            if name not in ("template", "meta", "ids"):
                yield from _said(one, name)


def numbers_of(node: Any) -> Iterator[float]:
    """The numbers of a list or a packed array of a chart."""
    if isinstance(node, bool) or node is None:
        return
    if isinstance(node, int | float):
        yield float(node)
    elif isinstance(node, list):
        for one in node:
            yield from numbers_of(one)
    elif isinstance(node, dict) and "bdata" in node:
        found = np.frombuffer(base64.b64decode(node["bdata"]), dtype=np.dtype(node["dtype"]))
        yield from (float(one) for one in found)


def is_empty(chart: dict[str, Any]) -> bool:
    """Whether a chart has no finite value to show."""
    for trace in chart.get("data", []):
        for name in ("x", "y", "z", "median", "values"):
            if any(math.isfinite(one) for one in numbers_of(trace.get(name))):
                return False
    return True


def findings(app: AppTest, language: str) -> Iterator[str]:
    """What should not be there."""
    for where, said in words_shown(app):
        if _NOTHING.search(said) and where != "selectbox option":
            yield f"{where}: {said[:160]!r}"
        if language == "zh" and re.search(r"\d[kMB]\b", said):
            yield f"{where}: {said[:160]!r}"
    for n, chart in enumerate(charts_of(app)):
        if is_empty(chart):
            yield f"chart {n} is empty"
