"""Sentences of the page on paper: without marks, with what a browser would show in colour."""

from __future__ import annotations

import re
from typing import Final

_COLOURED: Final = re.compile(r":(?:orange|blue|gray|green|red)\[([^\]]*)\]")
_SIGN: Final = re.compile(r":material/[a-z_]+:\s*")


def unmarked(text: str) -> str:
    r"""Take the marks of markdown away from a sentence of the page.

    Examples
    --------
    >>> unmarked(r"**Core** is at 62\.5%, :orange[behind]")
    'Core is at 62.5%, behind'
    """
    plain = _SIGN.sub("", _COLOURED.sub(r"\1", text)).replace("**", "")
    return re.sub(r"\\(.)", r"\1", plain)


def sentences(lines: list[str]) -> tuple[str, ...]:
    """Sentences of the page without their marks; empty ones are left out."""
    return tuple(found for line in lines if (found := unmarked(line)))
