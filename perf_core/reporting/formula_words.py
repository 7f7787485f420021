"""A formula in the reader's language: names in place of codes, verbs as one says them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from perf_core.language.formats import format_number
from perf_core.language.translate import Reader
from perf_core.scoring.formula_grammar import Call, Name, Negative, Node, Number, Operation
from perf_core.scoring.formulas import read_formula

_SIGNS: Final = {"*": "×", "/": "÷", "+": "+", "-": "−"}
_HOLD: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_WHOLE: Final = 3
_DIGITS: Final = 6


def formula_words(text: str, *, name: Callable[[str], str], reader: Reader) -> str:
    """Word a formula.

    Parameters
    ----------
    text : str
        A formula of the catalogue.
    name : callable
        What a measure, or a dimension of marks, is called.
    reader : Reader
        Who reads it.

    Examples
    --------
    >>> def said(text, language):
    ...     return formula_words(text, name=str.title, reader=Reader(language))
    >>> said("orders / (visits - bots)", "en"), said("stock / per_day(sold)", "en")
    ('Orders ÷ (Visits − Bots)', 'Stock ÷ (Sold ÷ days)')
    >>> said("growth(visits)", "en"), said("growth(visits)", "zh")
    ('growth of Visits against the period before', 'Visits较上期的增长率')
    >>> said("0 - growth(seconds / tickets)", "zh")
    '（Seconds ÷ Tickets）较上期的下降率'
    """
    return _said(read_formula(text).root, name, reader)


def _said(node: Node, name: Callable[[str], str], reader: Reader) -> str:
    match node:
        case Number(value=value):
            return format_number(value, reader.language, digits=_DIGITS)
        case Name(code=code):
            return name(code)
        case Negative(of=Call(verb="growth", argument=what)):
            return _verb("fall", what, name, reader)
        case Operation(sign="-", left=Number(value=0.0), right=Call(verb="growth", argument=what)):
            return _verb("fall", what, name, reader)
        case Negative(of=of):
            return f"−{_part(of, name, reader, is_bare=_holds(of) > _HOLD['*'])}"
        case Call(verb=verb, argument=what):
            return _verb(verb, what, name, reader)
        case Operation(sign=sign, left=left, right=right):
            hold = _HOLD[sign]
            one = _part(left, name, reader, is_bare=_holds(left) >= hold)
            # What is taken off or divided by is taken as a whole: a − (b − c).
            other = _part(right, name, reader, is_bare=_holds(right) >= hold + (sign in "-/"))
            return f"{one} {_SIGNS[sign]} {other}"


def _holds(node: Node) -> int:
    """How firmly the parts of what is written hold together: sums, products, single words."""
    if isinstance(node, Operation):
        return _HOLD[node.sign]
    return _HOLD["/"] if isinstance(node, Call) and node.verb == "per_day" else _WHOLE


def _part(node: Node, name: Callable[[str], str], reader: Reader, *, is_bare: bool) -> str:
    text = _said(node, name, reader)
    if is_bare:
        return text
    return f"（{text}）" if reader.language == "zh" else f"({text})"


def _verb(verb: str, of: Node, name: Callable[[str], str], reader: Reader) -> str:
    _ = reader
    hold = _HOLD["/"] if verb == "per_day" else _WHOLE
    what = _part(of, name, reader, is_bare=_holds(of) >= hold)
    match verb:
        case "per_day":
            return _("{what} ÷ days", what=what)
        case "growth":
            return _("growth of {what} against the period before", what=what)
        case "fall":
            return _("fall of {what} against the period before", what=what)
        case "prev":
            return _("{what} of the period before", what=what)
        case "rating":
            return _("mean mark for {what}", what=what)
    return f"{verb} {what}"
