"""What the address of a page carries, so that a link brings the same view back.

Every value is text that anybody may have typed: whoever reads one says what is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import streamlit as st

CARRIED: Final = ("lang", "as", "me", "led", "period", "brand", "role")
"""What links between pages keep: who looks, in which language, at which part."""

_LONGEST: Final = 200


def read(name: str, *, allowed: Collection[str] | None = None, default: str = "") -> str:
    """The value of a name in the address, or the default when it is absent or not allowed."""
    value = st.query_params.get(name, default)[:_LONGEST]
    if allowed is not None and value not in allowed:
        return default
    return value


def read_number(name: str, *, default: int = 1, most: int = 1_000_000) -> int:
    """A whole number from 1 on, or the default."""
    text = st.query_params.get(name, "")[:_LONGEST]
    if text.isascii() and text.isdigit():
        return min(max(int(text), 1), most)
    return default


def write(name: str, value: str, *, default: str = "") -> None:
    """Put a value into the address; the default leaves it clean."""
    if value == default:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def carried(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a link to another page takes along, with changes (an empty one leaves a name out)."""
    given = st.query_params.to_dict()
    kept: dict[str, str] = {name: given[name] for name in CARRIED if name in given}
    kept.update(changes or {})
    return {name: value for name, value in kept.items() if value}
