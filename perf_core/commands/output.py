"""What a command prints: one JSON document, or lines and tables for a person."""

from __future__ import annotations

import json
import math
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

_BAR_WIDTH = 30
_QUIET_SECONDS = 1.0


class Output:
    """The way out of a command.

    Parameters
    ----------
    wants_json : bool
        One JSON document on standard output and nothing else.
    stream, errors : file
        Standard output and standard error.
    """

    def __init__(
        self, *, wants_json: bool, stream: TextIO | None = None, errors: TextIO | None = None
    ) -> None:
        self.wants_json = wants_json
        self.stream = stream or sys.stdout
        self.errors = errors or sys.stderr

    def document(self, content: Any) -> None:
        """Print the JSON document, where one is wanted."""
        if self.wants_json:
            json.dump(plain(content), self.stream, ensure_ascii=False, allow_nan=False)
            self.stream.write("\n")

    def say(self, line: str = "") -> None:
        """Print a line for a person."""
        if not self.wants_json:
            self.stream.write(line + "\n")

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Print a table for a person; numbers stand to the right."""
        if self.wants_json:
            return
        cells = [[_text(value) for value in row] for row in rows]
        numeric = [
            bool(cells) and all(_is_number(row[i]) for row in cells) for i in range(len(headers))
        ]
        widths = [
            max(map(display_width, [header, *(row[i] for row in cells)]))
            for i, header in enumerate(headers)
        ]
        for row in [list(headers), ["─" * width for width in widths], *cells]:
            parts = [
                _pad(cell, width, right=right)
                for cell, width, right in zip(row, widths, numeric, strict=True)
            ]
            self.stream.write("  ".join(parts).rstrip() + "\n")

    def complain(self, line: str) -> None:
        """Print one line on standard error."""
        self.errors.write(" ".join(line.split()) + "\n")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, float], None]]:
        """Show a bar for what takes longer than a second, on a terminal only."""
        if not self.errors.isatty():
            yield lambda _step, _share: None
            return
        started = time.perf_counter()
        shown = 0

        def tell(step: str, share: float) -> None:
            nonlocal shown
            if time.perf_counter() - started < _QUIET_SECONDS:
                return
            done = round(_BAR_WIDTH * min(max(share, 0.0), 1.0))
            line = f"\r[{'█' * done}{'·' * (_BAR_WIDTH - done)}] {share:4.0%} {step}"
            self.errors.write(line.ljust(shown))
            self.errors.flush()
            shown = len(line)

        try:
            yield tell
        finally:
            if shown:
                self.errors.write("\r" + " " * shown + "\r")
                self.errors.flush()


def plain(value: Any) -> Any:
    """A value as JSON knows it: days as text, nothing as null, numbers unrounded."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT is not itself
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        return plain(value.item())
    # pandas' NA and NaT have no date and no number in them.
    return None if str(value) in {"<NA>", "NaT"} else str(value)


def display_width(text: str) -> int:
    """The columns a text takes on a terminal: Chinese characters take two.

    Examples
    --------
    >>> display_width("店铺 A")
    6
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _text(value: Any) -> str:
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def _is_number(text: str) -> bool:
    return text == "–" or text.lstrip("-").replace(",", "").replace(".", "", 1).isdigit()


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space
