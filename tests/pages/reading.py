"""What of a page reaches the browser, as text."""

from __future__ import annotations

from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest


def words_of(app: AppTest) -> str:
    """All text of the page and its menu, tables included."""
    found: list[str] = []

    def visit(node: Any) -> None:
        proto = getattr(node, "proto", None)
        if proto is not None:
            found.append(str(proto))
        value = getattr(node, "value", None)
        if isinstance(value, pd.DataFrame):
            found.append(value.to_csv())
        for child in getattr(node, "children", {}).values():
            visit(child)

    visit(app._tree)
    return "\n".join(found)
