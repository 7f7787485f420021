"""Words as a figure shows them, letter by letter: Plotly would take angle brackets for markup."""

from __future__ import annotations

_BREAK = "<br>"


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
