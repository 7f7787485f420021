"""What a page showed, as plain Streamlit calls: written down from the protocol, shown again later.

A recording is a tree. A node has the name of the Streamlit function that makes it, its arguments,
and the nodes inside it; tables and charts lie beside it in files of their own.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import pandas as pd
import plotly.io as pio
import pyarrow as pa
import pyarrow.parquet as pq
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.GapSize_pb2 import GapSize

_TREE = "tree.txt"
_SVG = "data:image/svg+xml;base64,"
_GAPS = {"NONE": None, "GAP_UNDEFINED": "small"}
_HEADINGS = {"h1": "title", "h2": "header", "h3": "subheader"}
_ALERTS = {1: "error", 2: "warning", 3: "info", 4: "success"}


@dataclass
class Node:
    """One call, its arguments, and what is inside it."""

    call: str
    arguments: dict[str, Any] = field(default_factory=dict)
    inside: dict[int, Node] = field(default_factory=dict)

    def at(self, path: list[int]) -> Node:
        """The node at a path below this one."""
        node = self
        for step in path:
            node = node.inside.setdefault(step, Node("container"))
        return node

    def plain(self) -> dict[str, Any]:
        """The node as JSON can hold it."""
        inside = [one.plain() for _, one in sorted(self.inside.items())]
        return {"call": self.call, "arguments": self.arguments, "inside": inside}


def block_node(block: Block) -> Node:
    """A container of whatever kind as a call."""
    kind = block.WhichOneof("type") or "container"
    part: Any = getattr(block, kind, None)
    match kind:
        case "grid_container":
            found = {"columns": part.columns, "min_column_width": part.min_column_width_px}
            return Node("grid", {**found, "gap": "small"})
        case "column":
            return Node("column", {"weight": part.weight})
        case "popover":
            found = {"label": part.label, "icon": part.icon or None, "help": part.help or None}
            return Node("popover", {**found, "type": part.type or "secondary"})
        case "expandable":
            return Node("expander", {"label": part.label, "icon": part.icon or None})
        case "form":
            return Node("form", {"key": part.form_id, "border": part.border})
    found = {"key": _key(block.id)} if block.id else {}
    if kind == "flex_container":
        gap = GapSize.Name(part.gap_config.gap_size)
        found["gap"] = _GAPS.get(gap, gap.lower())
        found["border"] = part.border
        if part.direction == part.HORIZONTAL:
            found |= {"horizontal": True, "vertical_alignment": "center"}
    if block.width_config.pixel_width:
        found["width"] = block.width_config.pixel_width
    return Node("container", found)


def element_node(element: Element, number: int) -> Node:
    """An element as a call; a table or chart names the file it is kept in."""
    kind = element.WhichOneof("type") or "empty"
    if kind not in _CALLS:
        return Node("markdown", {"body": kind})
    call, arguments = _CALLS[kind](getattr(element, kind))
    found = {name: number if value is _NUMBER else value for name, value in arguments.items()}
    if "label_visibility" in found:
        found["label_visibility"] = _shown(getattr(element, kind))
    return Node(call, found)


_NUMBER: Final = object()
"""Stands for the number of the file that a table or chart is kept in."""

_Call = tuple[str, dict[str, Any]]


def _markdown(part: Any) -> _Call:
    call = "caption" if part.element_type == part.CAPTION else "markdown"
    return call, {"body": part.body, "help": part.help or None}


def _heading(part: Any) -> _Call:
    anchor = False if part.hide_anchor else None
    return _HEADINGS[part.tag], {"body": part.body, "anchor": anchor}


def _image(part: Any) -> _Call:
    url = part.imgs[0].url
    if url.startswith(_SVG):
        url = base64.b64decode(url.removeprefix(_SVG)).decode()
    return "image", {"image": url, "width": "stretch", "alt": part.imgs[0].alt}


def _metric(part: Any) -> _Call:
    found = {"label": part.label, "value": part.body, "delta": part.delta or None}
    return "metric", {**found, "help": part.help or None, "border": True}


def _page_link(part: Any) -> _Call:
    found = {"label": part.label, "icon": part.icon or None}
    found["query_params"] = dict(parse_qsl(part.query_string))
    return "page_link", {"page": part.page or HOME, **found}


def _dataframe(part: Any) -> _Call:
    columns = json.loads(part.columns or "{}")
    found = {"column_config": columns, "key": _key(part.id), "hide_index": True}
    return "dataframe", {"data": _NUMBER, **found}


def _choice(part: Any) -> _Call:
    options = [getattr(one, "content", one) for one in part.options]
    call = "segmented_control" if hasattr(part, "click_mode") else "selectbox"
    found = {"label": part.label, "options": options, "key": _key(part.id)}
    return call, {**found, "label_visibility": ""}


def _button(part: Any) -> _Call:
    call = "form_submit_button" if part.is_form_submitter else "button"
    return call, {"label": part.label, "key": _key(part.id)}


def _labelled(call: str) -> Callable[[Any], _Call]:
    return lambda part: (call, {"label": part.label, "key": _key(part.id)})


HOME: Final = "overview"

_CALLS: Final[dict[str, Callable[[Any], _Call]]] = {
    "markdown": _markdown,
    "heading": _heading,
    "html": lambda part: (
        "html",
        {"body": part.body, "unsafe_allow_javascript": part.unsafe_allow_javascript},
    ),
    "imgs": _image,
    "alert": lambda part: (_ALERTS[part.format], {"body": part.body, "icon": part.icon or None}),
    "metric": _metric,
    "page_link": _page_link,
    "space": lambda _part: ("space", {"size": "small"}),
    "dataframe": _dataframe,
    "table": lambda _part: (
        "table",
        {"data": _NUMBER, "border": "horizontal", "hide_index": True},
    ),
    "plotly_chart": lambda part: (
        "plotly_chart",
        {"figure_or_data": _NUMBER, "key": _key(part.id)},
    ),
    "pagination": lambda part: (
        "pagination",
        {"num_pages": part.num_pages, "key": _key(part.id)},
    ),
    "checkbox": _labelled("toggle"),
    "selectbox": _choice,
    "button_group": _choice,
    "download_button": _labelled("download_button"),
    "text_input": _labelled("text_input"),
    "number_input": _labelled("number_input"),
    "button": _button,
}


def _shown(part: Any) -> str:
    return {0: "visible", 1: "hidden", 2: "collapsed"}[part.label_visibility.value]


def _key(widget_id: str) -> str:
    """The key a page gave; an element without one gets its number in the id."""
    return widget_id.split("-", maxsplit=2)[-1].removeprefix("None") or widget_id[-12:]


@dataclass
class Recording:
    """Everything one run of a page showed."""

    roots: dict[int, Node] = field(default_factory=dict)
    tables: dict[int, bytes] = field(default_factory=dict)
    charts: dict[int, str] = field(default_factory=dict)
    elements: int = 0
    blocks: int = 0

    def place(self, path: list[int], node: Node) -> None:
        """Put a node where the page had it; what stands there already keeps what is inside."""
        root = self.roots.setdefault(path[0], Node("container"))
        above = root.at(path[1:-1])
        held = above.inside.get(path[-1])
        above.inside[path[-1]] = node
        if held is not None:
            node.inside = held.inside

    def add_block(self, path: list[int], block: Block) -> None:
        """Write a container down."""
        self.blocks += 1
        self.place(path, block_node(block))

    def add_element(self, path: list[int], element: Element) -> None:
        """Write an element down."""
        number, self.elements = self.elements, self.elements + 1
        kind = element.WhichOneof("type")
        if kind in {"dataframe", "table"}:
            self.tables[number] = getattr(element, kind).arrow_data.data
        elif kind == "plotly_chart":
            self.charts[number] = element.plotly_chart.spec
        self.place(path, element_node(element, number))

    def keep(self, folder: Path) -> None:
        """Write all of it to a folder, for a bare page."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for number, data in self.tables.items():
            table = pa.ipc.open_stream(io.BytesIO(data)).read_all()
            pq.write_table(table, folder / f"{number}.parquet")
        for number, spec in self.charts.items():
            (folder / f"{number}.json").write_text(spec, encoding="utf-8")
        roots = {number: root.plain() for number, root in sorted(self.roots.items())}
        (folder / _TREE).write_text(json.dumps(roots), encoding="utf-8")


@dataclass(frozen=True)
class Kept:
    """A recording read back: trees by the part of the page, tables and charts by number."""

    roots: dict[int, dict[str, Any]]
    tables: dict[int, pd.DataFrame]
    charts: dict[int, Any]

    @property
    def pages(self) -> list[str]:
        """The pages that links lead to, the first one first."""
        found = {HOME: None}
        waiting = list(self.roots.values())
        while waiting:
            node = waiting.pop()
            waiting += node["inside"]
            if node["call"] == "page_link":
                found[node["arguments"]["page"]] = None
        return list(found)


def read_kept(folder: str) -> Kept:
    """Read a recording."""
    roots = json.loads((Path(folder) / _TREE).read_text("utf-8"))
    return Kept(
        {int(number): root for number, root in roots.items()},
        {int(path.stem): pd.read_parquet(path) for path in Path(folder).glob("*.parquet")},
        {
            int(path.stem): pio.from_json(path.read_text("utf-8"))
            for path in Path(folder).glob("*.json")
        },
    )
