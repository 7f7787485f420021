"""A document as PDF, with Chinese fonts of its own and the figures of the page as drawings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts
import typst

from perf_core.reporting.document import (
    Block,
    Document,
    Heading,
    Picture,
    Table,
    Tiles,
    Words,
    definitions,
)
from perf_core.reporting.still_figure import still

_LAYOUT: Final = Path(__file__).parent / "layouts" / "document.typ"
_HALF: Final = 640.0
_WHOLE: Final = 1180.0
# As high as a page, with its heading and note.
_HIGHEST: Final = {_HALF: 780.0, _WHOLE: 540.0}


def pdf(document: Document, *, made_at: datetime) -> bytes:
    """Write a document as PDF.

    Parameters
    ----------
    document : Document
        What it says; its words are set as they are and never read as markup.
    made_at : datetime
        When it was made; the same document and instant give the same bytes.

    Returns
    -------
    bytes
        A PDF of A4 pages, tagged for screen readers, with its fonts inside.
    """
    return typst.compile(
        _LAYOUT,
        font_paths=[fonts.sans_path().parent],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_as_data(document), ensure_ascii=False)},
        timestamp=made_at.replace(microsecond=0),
    )


def _as_data(document: Document) -> dict[str, Any]:
    labels = document.labels
    return {
        "title": document.title,
        "language": document.language,
        "facts": [list(fact) for fact in document.facts],
        "footer": labels.footer,
        "page_words": labels.page,
        "definitions_title": labels.definitions,
        "definitions": _meanings(document),
        "sections": [
            {"title": section.title, "rows": _rows(section.blocks, document.language)}
            for section in document.sections
        ],
    }


def _meanings(document: Document) -> list[list[Any]]:
    """The definitions of each part below its title."""
    found: dict[str, list[list[str]]] = {}
    for one in definitions(document):
        found.setdefault(one.where, []).append([one.title, one.definition])
    return [[where, pairs] for where, pairs in found.items()]


def _rows(blocks: Sequence[Block], language: str) -> list[dict[str, Any]]:
    """The blocks on paper; two narrow pictures after each other stand side by side."""
    found: list[dict[str, Any]] = []
    waiting: list[Picture] = []

    def placed() -> None:
        if waiting:
            width = _HALF if len(waiting) > 1 else _WHOLE
            found.append(
                {"kind": "pictures", "of": [_picture(one, language, width) for one in waiting]}
            )
            waiting.clear()

    for block in blocks:
        if isinstance(block, Table) and block.place == "book":
            continue
        if isinstance(block, Picture):
            if block.is_wide:
                placed()
            waiting.append(block)
            if block.is_wide or len(waiting) > 1:
                placed()
            continue
        placed()
        found.append(_block(block))
    placed()
    return found


def _picture(picture: Picture, language: str, width: float) -> dict[str, Any]:
    drawn = still(picture.figure, language=language, width=width, most_height=_HIGHEST[width])
    return {
        "title": picture.title,
        "note": picture.note,
        "svg": drawn.svg,
        "part": drawn.width / _WHOLE,
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return {
                "kind": "table",
                "title": block.title,
                "note": block.note,
                "n_last": block.n_last,
                "columns": [
                    {"title": one.title, "is_figure": one.is_figure or one.form != "text"}
                    for one in block.columns
                ],
                "wide": _shares(block),
                "rows": [[cell.text for cell in row] for row in block.rows],
            }
        case Words():
            return {
                "kind": "words",
                "sentences": list(block.sentences),
                "is_quiet": block.is_quiet,
                "is_list": block.is_list,
            }
        case Tiles():
            return {
                "kind": "tiles",
                "tiles": [[one.title, one.figure, one.note] for one in block.tiles],
            }
        case Heading():
            return {"kind": "heading", "title": block.title}
        case Picture():
            raise TypeError("a picture is placed with its neighbours")


def _shares(table: Table) -> list[float]:
    """How the width is shared out: by the longest cell, and a broken title."""
    found = []
    for at, column in enumerate(table.columns):
        longest = max((_signs(row[at].text) for row in table.rows), default=0)
        word = max((_signs(part) for part in column.title.split()), default=0)
        title = min(_signs(column.title), 10) if not column.title.isascii() else word
        found.append(float(min(max(longest, title, 5), 34)))
    return found


def _signs(text: str) -> float:
    return sum(1.8 if ord(letter) > 0x2E80 else 1.0 for letter in text)
