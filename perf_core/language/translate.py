"""Sentences in the reader's language, from gettext PO files read at run time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

LANGUAGES: Final[tuple[str, ...]] = ("zh", "en")
"""The languages a person may choose; English is what the code is written in."""

OWN_NAMES: Final[dict[str, str]] = {"zh": "中文", "en": "English"}
"""Each language by its own name, as a switch shows it."""

_LOCALES = Path(__file__).resolve().parent / "locales"


@lru_cache(maxsize=len(LANGUAGES))
def sentences(language: str) -> dict[str, str]:
    """The sentences of a language by their English original; fuzzy and empty ones are left out."""
    path = _LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and not message.fuzzy
    }


def translate(text: str, language: str, **places: object) -> str:
    """A sentence in a language, its named places filled in.

    A sentence without a translation stays English: a page never fails for want of a word.

    Examples
    --------
    >>> translate("Rank {rank} of {of}", "en", rank=3, of=12)
    'Rank 3 of 12'
    """
    found = sentences(language).get(text, text)
    return found.format(**places) if places else found


def language_of(locale: str | None, *, default: str = "en") -> str:
    """The language for a browser's locale.

    Examples
    --------
    >>> language_of("zh-CN"), language_of("en-GB"), language_of("fr-FR"), language_of(None)
    ('zh', 'en', 'en', 'en')
    """
    first = (locale or "").replace("_", "-").split("-", maxsplit=1)[0].lower()
    return first if first in LANGUAGES else default


def N_(text: str) -> str:  # noqa: N802
    """Mark a sentence that is worded elsewhere, so that its translation is asked for."""
    return text


class Reader:
    """The reader of a page or report: a language that words sentences.

    Parameters
    ----------
    language : str
        ``zh`` or ``en``.

    Examples
    --------
    >>> Reader("en")("Rank {rank} of {of}", rank=1, of=9)
    'Rank 1 of 9'
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **places: object) -> str:
        """Word a sentence."""
        return translate(text, self.language, **places)

    def __repr__(self) -> str:
        return f"Reader({self.language!r})"
