"""Sentences in the reader's language, from gettext PO files read at run time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from perf_core.language.formats import format_number

LANGUAGES: Final[tuple[str, ...]] = ("zh", "en")
"""The languages a person may choose; English is what the code is written in."""

OWN_NAMES: Final[dict[str, str]] = {"zh": "中文", "en": "English"}
"""Each language by its own name, as a switch shows it."""

_LOCALES = Path(__file__).resolve().parent / "locales"


@lru_cache(maxsize=len(LANGUAGES))
def sentences(language: str) -> dict[str, str]:
    """The sentences of a language by their English original; fuzzy and empty ones are left out.

    A sentence that counts stands under its singular: Chinese says one and many alike.
    """
    path = _LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found = {}
    for message in catalogue:
        original, line = _first(message.id or ""), _first(message.string or "")
        if original and line and not message.fuzzy:
            found[original] = line
    return found


def _first(forms: str | Sequence[str]) -> str:
    return forms if isinstance(forms, str) else forms[0]


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


def translate_counted(one: str, many: str, n: float, language: str, /, **places: object) -> str:
    """A sentence that counts something, in the form that its number asks for.

    Parameters
    ----------
    one, many : str
        The English sentence for one and for any other number.
    n : float
        How many, told to one digit. It fills the place ``{n}``, unless that is given as a place.
    language : str
        ``zh`` or ``en``.
    **places
        What fills the other places.

    Examples
    --------
    >>> [translate_counted("{n} row", "{n} rows", n, "en") for n in (0, 1, 1234)]
    ['0 rows', '1 row', '1,234 rows']
    """
    found = sentences(language).get(one, one if round(n, 1) == 1 else many)
    return found.format(**{"n": format_number(n, language), **places})


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

    def ngettext(self, one: str, many: str, n: float, /, **places: object) -> str:
        """Word a sentence that counts something (:func:`translate_counted`)."""
        return translate_counted(one, many, n, self.language, **places)

    def __repr__(self) -> str:
        return f"Reader({self.language!r})"
