"""Check that every sentence of the program has its line in every language.

``python -m perf_core.language.check`` ends with status 1 and a list when a sentence is missing,
empty, fuzzy or no longer used, or when a translation has other named places than the English.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from perf_core import domain
from perf_core.domain.errors import PerfError
from perf_core.language.translate import LANGUAGES

_ROOT = Path(__file__).resolve().parents[2]
_LOCALES = Path(__file__).resolve().parent / "locales"
_FOLDERS = ("perf_core", "perf_ui", "pages")
_MARKS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}

Sentence = str | tuple[str, str]
"""An English sentence; of one that counts, the forms for one and for many."""


def sentences_of_the_program(root: Path = _ROOT) -> dict[Sentence, str]:
    """Find every sentence, with the first place it stands in.

    A sentence stands in ``_("…")``, in ``ngettext("…", "…", n)`` where it counts, in ``N_("…")``
    where it is worded elsewhere, or is the ``sentence`` of an error.
    """
    found: dict[Sentence, str] = {}
    files = [path for folder in _FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    for path in [root / "app.py", *files]:
        if not path.is_file():
            continue
        where = path.relative_to(root).as_posix()
        for line, text, _comments, _context in extract_from_file(
            "python", path, keywords=_MARKS, strip_comment_tags=False
        ):
            sentence: Sentence = (text[0], text[1]) if isinstance(text, tuple) else text
            if sentence:
                found.setdefault(sentence, f"{where}:{line}")
    # An error is known once its module has been imported.
    for module in iter_modules(domain.__path__, f"{domain.__name__}."):
        import_module(module.name)
    for error in _errors(PerfError):
        found.setdefault(error.sentence, f"{error.__module__}.{error.__name__}")
    return found


def faults(sentences: dict[Sentence, str], translated: Catalog) -> list[str]:
    """Compare the sentences of the program with one language's lines.

    Parameters
    ----------
    sentences : dict of sentence to str
        Each sentence and where it stands.
    translated : Catalog
        The lines of a language.

    Returns
    -------
    list of str
        One line per fault, empty when the language is complete.
    """
    found = []
    lines = {_forms(message.id): message for message in translated if message.id}
    for sentence, where in sentences.items():
        forms = _forms(sentence)
        message = lines.pop(forms, None)
        shown = f"“{forms[0]}” ({where})"
        if message is None:
            found.append(f"missing: {shown}")
        elif not all(_forms(message.string)):
            found.append(f"empty: {shown}")
        elif message.fuzzy:
            found.append(f"fuzzy: {shown}")
        else:
            line = _forms(message.string)[0]
            # The one may do without its number; the line serves for any.
            if _places(forms[-1]) != _places(line) or not _places(forms[0]) <= _places(line):
                found.append(f"other named places: {shown} and “{line}”")
    found += [f"not used any more: “{forms[0]}”" for forms in lines]
    found += [f"left behind as a comment: “{sentence}”" for sentence in translated.obsolete]
    return found


def _errors(base: type[PerfError]) -> Iterator[type[PerfError]]:
    for error in base.__subclasses__():
        yield error
        yield from _errors(error)


def _forms(sentence: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a sentence: one, or that for one and that for many."""
    return (sentence or "",) if isinstance(sentence, str | None) else tuple(sentence)


def _places(sentence: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(sentence) if name}


def main() -> int:
    """Print the faults of every language but English; return the exit status."""
    sentences = sentences_of_the_program()
    found = []
    for language in LANGUAGES:
        if language == "en":
            continue
        path = _LOCALES / language / "LC_MESSAGES" / "messages.po"
        with path.open("rb") as file:
            translated = read_po(file, locale=language)
        found += [f"{language}: {fault}" for fault in faults(sentences, translated)]
    for fault in found:
        print(fault)
    print(f"{len(sentences)} sentences, {len(found)} faults", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
