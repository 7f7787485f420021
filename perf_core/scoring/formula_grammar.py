"""The grammar of formulas: text to a tree, or the position of the first fault.

    sum      = product { ("+" | "-") product }
    product  = factor { ("*" | "/") factor }
    factor   = "-" factor | "(" sum ")" | number | measure | verb "(" argument ")"

A formula is data that HR writes, so nothing of Python is reachable from it: what is not in the
grammar is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from perf_core.domain.errors import FormulaError

MOST_CHARACTERS = 2_000
"""A longer formula is refused: nobody can read it, and it would only slow the parser down."""

DEEPEST_NESTING = 50
"""Brackets and signs inside one another; far below where Python itself would give up."""


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    value: float
    position: int


@dataclass(frozen=True)
class Name:
    """A measure, summed over the window; as the argument of ``rating``, a dimension."""

    code: str
    position: int


@dataclass(frozen=True)
class Negative:
    """A unary minus."""

    of: Node
    position: int


@dataclass(frozen=True)
class Operation:
    """Two sides and one of ``+ - * /``."""

    sign: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True)
class Call:
    """A verb and what it is about."""

    verb: str
    argument: Node
    position: int


Node = Number | Name | Negative | Operation | Call


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    match node:
        case Negative(of=of):
            yield from walk(of)
        case Operation(left=left, right=right):
            yield from walk(left)
            yield from walk(right)
        case Call(argument=argument):
            yield from walk(argument)


class Signature(Protocol):
    """What the grammar asks of a verb.

    Its argument is a ``sum`` (measures, numbers and ``+ - *``), an ``expression`` (also ``/`` and
    the verbs named ``inside``), or the name of a rating ``dimension``.
    """

    @property
    def takes(self) -> Literal["sum", "expression", "dimension"]:
        """What its argument may be."""

    @property
    def inside(self) -> tuple[str, ...]:
        """The verbs that its argument may hold."""


_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d*)?(?!\w)|\.\d+(?!\w))|(?P<name>\w+)|(?P<sign>[-+*/()])", re.UNICODE
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(text, position, f"“{text[position]}” has no place in a formula")
        found.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    found.append(_Token("end", "", len(text)))
    return found


class _Reader:
    """Reads one formula from left to right."""

    def __init__(
        self,
        text: str,
        verbs: Mapping[str, Signature],
        measures: Collection[str] | None,
        dimensions: Collection[str] | None,
    ) -> None:
        self.text = text
        self.verbs = verbs
        self.measures = measures
        self.dimensions = dimensions
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def fault(self, position: int, reason: str) -> FormulaError:
        return FormulaError(self.text, position, reason)

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def is_sign(self, signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    def formula(self) -> Node:
        root = self.sum()
        if self.next.kind != "end":
            token = self.next
            reason = (
                "this bracket closes nothing"
                if token.text == ")"
                else f"an operator is missing before “{token.text}”"
            )
            raise self.fault(token.position, reason)
        return root

    def sum(self) -> Node:
        left = self.product()
        while self.is_sign("+-"):
            token = self.take()
            left = Operation(token.text, left, self.product(), token.position)
        return left

    def product(self) -> Node:
        left = self.factor()
        while self.is_sign("*/"):
            token = self.take()
            left = Operation(token.text, left, self.factor(), token.position)
        return left

    def factor(self) -> Node:
        self.depth += 1
        try:
            return self._factor()
        finally:
            self.depth -= 1

    def _factor(self) -> Node:
        token = self.take()
        if self.depth > DEEPEST_NESTING:
            raise self.fault(token.position, "the formula is nested too deeply")
        match token.kind, token.text:
            case "sign", "-":
                return Negative(self.factor(), token.position)
            case "sign", "(":
                inner = self.sum()
                self.close(token)
                return inner
            case "number", _:
                return Number(float(token.text), token.position)
            case "name", _:
                return self.call(token) if self.is_sign("(") else self.measure(token)
            case "end", _:
                raise self.fault(token.position, "the formula ends too early")
        raise self.fault(token.position, f"“{token.text}” cannot stand here")

    def close(self, opened: _Token) -> None:
        if not self.is_sign(")"):
            if self.next.kind == "end":
                raise self.fault(opened.position, "this bracket is never closed")
            raise self.fault(self.next.position, f"“{self.next.text}” cannot stand here")
        self.take()

    def measure(self, token: _Token) -> Name:
        if self.measures is not None and token.text not in self.measures:
            if token.text in self.verbs:
                raise self.fault(token.position, f"“{token.text}” needs an argument in brackets")
            raise self.fault(token.position, f"there is no measure “{token.text}”")
        return Name(token.text, token.position)

    def call(self, token: _Token) -> Call:
        verb = self.verbs.get(token.text)
        if verb is None:
            raise self.fault(token.position, f"there is no function “{token.text}”")
        opened = self.take()
        if verb.takes == "dimension":
            argument: Node = self.dimension()
        else:
            argument = self.sum()
            self.check_argument(token.text, verb, argument)
        self.close(opened)
        return Call(token.text, argument, token.position)

    def dimension(self) -> Name:
        token = self.take()
        if token.kind != "name":
            raise self.fault(token.position, "the name of a rating dimension is missing")
        if self.dimensions is not None and token.text not in self.dimensions:
            raise self.fault(token.position, f"there is no rating dimension “{token.text}”")
        return Name(token.text, token.position)

    def check_argument(self, name: str, verb: Signature, argument: Node) -> None:
        for node in walk(argument):
            match node:
                case Call(verb=inner) if inner not in verb.inside:
                    raise self.fault(node.position, f"“{inner}” cannot stand inside “{name}”")
                case Operation(sign="/") if verb.takes == "sum":
                    raise self.fault(
                        node.position, f"“{name}” takes a sum: divide outside its brackets"
                    )


def read_tree(
    text: str,
    *,
    verbs: Mapping[str, Signature],
    measures: Collection[str] | None,
    dimensions: Collection[str] | None,
) -> Node:
    """Read a formula into a tree.

    Raises
    ------
    FormulaError
        With the position (from 0) and the reason of the first fault.
    """
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(text[:60] + "…", MOST_CHARACTERS, "the formula is too long")
    return _Reader(text, verbs, measures, dimensions).formula()
