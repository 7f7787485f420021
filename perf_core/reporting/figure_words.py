"""Words as a figure shows them, letter by letter: Plotly would take angle brackets for markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BREAK: Final = "<br>"
_WRAP: Final = 16


def as_read(text: str) -> str:
    """A name or note whose brackets and ampersands are seen; only its line breaks are marks.

    Examples
    --------
    >>> as_read("<b>R&D</b>: 3<br>of <5")
    '&lt;b&gt;R&amp;D&lt;/b&gt;: 3<br>of &lt;5'
    """
    return _BREAK.join(
        line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for line in text.split(_BREAK)
    )


def wrapped(name: str, *, at: int = _WRAP) -> str:
    """A name on several lines, as it is read: words are kept whole, Chinese is broken anywhere.

    Examples
    --------
    >>> wrapped("Platform operations of the north", at=12)
    'Platform<br>operations<br>of the north'
    >>> wrapped("跨境电商平台运营一部", at=12)
    '跨境电商平台<br>运营一部'
    >>> wrapped("R&D <old>")
    'R&amp;D &lt;old&gt;'
    """
    lines, line, width = [], "", 0
    for piece in _pieces(name):
        size = sum(2 if ord(letter) > 0x2E80 else 1 for letter in piece)
        if line and width + size > at:
            lines.append(line.strip())
            line, width = "", 0
        line, width = line + piece, width + size
    return "<br>".join(as_read(one) for one in [*lines, *filter(None, [line.strip()])])


def own_labels(names: Sequence[str]) -> list[str]:
    """Labels of several lines, each of its own: two groups of one name must not share a row."""
    found: list[str] = []
    for name in names:
        label = wrapped(name)
        while label in found:
            label += "\u200b"
        found.append(label)
    return found


def _pieces(name: str) -> list[str]:
    found: list[str] = []
    word = ""
    for letter in name:
        if ord(letter) > 0x2E80:
            found += [word, letter] if word else [letter]
            word = ""
        elif letter == " ":
            found.append(word + " ")
            word = ""
        else:
            word += letter
    return [*found, word] if word else found
