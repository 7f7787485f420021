"""Numbers as people and machines write them, read exactly and never guessed.

All functions take and give Ibis expressions on DuckDB; nothing runs row by row in Python.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.datatypes as dt

LARGEST = 10**12
"""A number beyond this either way is ``too_large``."""

MONEY = dt.Decimal(18, 4)
"""The type a plainly written amount is cast to: exact, half rounded up away from zero."""

_FULL = "０１２３４５６７８９．，－＋（）％￥＄−　\u00a0"
_HALF = "0123456789.,-+()%¥$-  "
_SIGNS = r"(?:[¥$€£]|CN¥|US\$|CNY|RMB|USD|EUR|HKD|GBP|JPY)"
_PLAIN = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$"
_NOTHING = ("-", "--", "—", "——", "－")
"""How platforms write an empty number."""


@ibis.udf.scalar.builtin(name="translate")
def _translate(text: str, old: str, new: str) -> str:  # type: ignore[empty-body]
    ...


def absent_dash(text: Any) -> Any:
    """The text, or nothing where it is the dash that exports put into empty numbers."""
    return ibis.cases((text.isin(_NOTHING), ibis.null(dt.string)), else_=text)


def quick_number(text: Any, *, is_money: bool, decimal_comma: bool) -> Any:
    """The number of a plainly written text; NULL where a closer look is needed."""
    target = MONEY if is_money else dt.float64
    if decimal_comma:
        return ibis.null(target)
    value = text.try_cast(target)
    return ibis.cases((~is_no_number(text, value), value), else_=ibis.null(target))


def is_no_number(text: Any, value: Any) -> Any:
    """Whether a text that a cast reads as ``value`` is still none of ours: ``1_000``, ``nan``."""
    found = text.contains("_")
    return found if value.type().is_decimal() else found | value.isnan() | value.isinf()


def bare_number(text: Any) -> Any:
    """A number's text without its currency, in half-width digits, ``(12)`` as ``-12``."""
    bare = _translate(text, _FULL, _HALF).strip()
    bare = bare.re_replace(r"^\(\s*([^()-]*?)\s*\)$", r"-\1")
    bare = bare.re_replace(rf"^([-+]?)\s*{_SIGNS}?\s*([-+]?)\s*", r"\1\2")
    return bare.re_replace(rf"\s*(元|{_SIGNS})$", "")


def plain_number(bare: Any, *, decimal_comma: bool) -> Any:
    """Rewrite a bare number into plain digits; NULL where it is none.

    Understands thousands separators and ``3.2%``. A comma that neither groups thousands nor, in a
    file of that style, marks decimals makes the text no number.
    """
    if decimal_comma:
        is_grouped = bare.re_search(r"^[-+]?(\d{1,3}(\.\d{3})*|\d+)(,\d*)?%?$")
        digits = _only(is_grouped, bare.replace(".", "").replace(",", "."))
    else:
        is_grouped = bare.re_search(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?%?$")
        digits = ibis.cases((is_grouped, bare.replace(",", "")), else_=bare)
    return digits.re_replace(r"^([-+]?[\d.]+)\s*%$", r"\1e-2")


def valid_number(plain: Any) -> Any:
    """The plain digits, or NULL where they are none."""
    return _only(plain.re_search(_PLAIN), plain)


def exact_e4(quick: Any, plain: Any) -> Any:
    """Whole 1/10,000 of a money amount, half rounded up away from zero; NULL beyond all bounds."""
    wide = dt.Decimal(28, 4)
    e4 = (quick.cast(wide) * 10_000).try_cast(dt.int64)
    slow = (plain.try_cast(wide) * 10_000).try_cast(dt.int64)
    return e4.coalesce(slow)


SMALL = 10**9
"""An amount up to this can be counted in 1/10,000 without wide arithmetic."""


def small_e4(quick: Any) -> Any:
    """Whole 1/10,000 of an amount that is small, at a sixth of the cost."""
    return (quick * 10_000).cast(dt.int64)


def has_comma_decimals(text: Any, *, semicolons: bool) -> Any:
    """Whether a text can only be a number with a decimal comma."""
    pattern = r"^[^\d]*\d{1,3}(\.\d{3})+,\d+[^\d]*$"
    if semicolons:
        pattern += r"|^[^\d]*\d+,(\d{1,2}|\d{4,})[^\d]*$"
    return ibis.cases((text.contains(","), text.re_search(pattern)), else_=False)


def has_point_decimals(text: Any) -> Any:
    """Whether a text can only be a number with a decimal point."""
    pattern = r"\d,\d{3}\.\d|^[^\d.]*\d+\.(\d{1,2}|\d{4,})[^\d.]*$"
    return ibis.cases((text.contains("."), text.re_search(pattern)), else_=False)


def _only(condition: Any, value: Any) -> Any:
    return ibis.cases((condition, value), else_=ibis.null(value.type()))
