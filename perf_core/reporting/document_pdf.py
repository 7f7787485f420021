"""A document as PDF, with Chinese fonts of its own."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts
import typst

from perf_core.reporting.document import (
    BarsPart,
    CoursesPart,
    Document,
    HeatPart,
    Part,
    TablePart,
    WordsPart,
    definitions,
)

_LAYOUT: Final = Path(__file__).parent / "layouts" / "document.typ"


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
        timestamp=made_at,
    )


def _as_data(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "language": document.language,
        "facts": [list(fact) for fact in document.facts],
        "footer": document.footer,
        "page_words": document.page_words,
        "definitions_title": document.definitions_title,
        "definitions": [list(pair) for pair in definitions(document.tables())],
        "parts": [_part(part) for part in document.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case TablePart():
            return {
                "kind": "table",
                "title": part.title,
                "note": part.note,
                "columns": [{"title": one.title, "form": one.form} for one in part.columns],
                "rows": [[cell.text for cell in row] for row in part.rows],
            }
        case BarsPart():
            return {
                "kind": "bars",
                "title": part.title,
                "note": part.note,
                "bars": [
                    {
                        "name": bar.name,
                        "text": bar.figure.text,
                        "known": isinstance(bar.figure.value, float | int),
                        "value": bar.figure.value
                        if isinstance(bar.figure.value, float | int)
                        else 0.0,
                        "has_target": bar.target is not None,
                        "target": bar.target or 0.0,
                        "is_behind": bar.is_behind,
                    }
                    for bar in part.bars
                ],
            }
        case HeatPart():
            return {
                "kind": "heat",
                "title": part.title,
                "note": part.note,
                "rows": list(part.rows),
                "columns": list(part.columns),
                "cells": [[cell.text for cell in row] for row in part.cells],
                "shades": [list(row) for row in part.shades],
            }
        case CoursesPart():
            return {
                "kind": "courses",
                "title": part.title,
                "note": part.note,
                "times": list(part.times),
                "courses": [
                    {"name": one.name, "last": one.last, "values": list(one.values)}
                    for one in part.courses
                ],
            }
        case WordsPart():
            return {"kind": "words", "title": part.title, "sentences": list(part.sentences)}
