"""Formulas over measures, read by a small recursive parser and evaluated on any window."""

from __future__ import annotations

import re
from typing import Any, Protocol

Node = tuple[Any, ...]
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z_]\w*)|(.))")


class Window(Protocol):
    """What a formula is evaluated on: one card or one group, and some days."""

    def total(self, measure: str) -> float | None: ...
    def n_days(self) -> int | None: ...
    def rating(self, dimension: str) -> float | None: ...
    def previous(self) -> Window | None: ...


def parse_formula(text: str) -> Node:
    """The tree of a formula: numbers, names, `+ - * /`, unary `-`, `( )` and four functions."""
    tokens = [m.group(m.lastindex or 0) for m in _TOKEN.finditer(text) if m.group().strip()]
    node, rest = _sum(tokens)
    if rest:
        raise ValueError(f"{text}: left over {rest}")
    return node


def _sum(tokens: list[str]) -> tuple[Node, list[str]]:
    node, rest = _product(tokens)
    while rest and rest[0] in "+-":
        right, after = _product(rest[1:])
        node, rest = (rest[0], node, right), after
    return node, rest


def _product(tokens: list[str]) -> tuple[Node, list[str]]:
    node, rest = _factor(tokens)
    while rest and rest[0] in "*/":
        right, after = _factor(rest[1:])
        node, rest = (rest[0], node, right), after
    return node, rest


def _factor(tokens: list[str]) -> tuple[Node, list[str]]:
    head, rest = tokens[0], tokens[1:]
    if head == "-":
        node, rest = _factor(rest)
        return ("neg", node), rest
    if head == "(":
        node, rest = _sum(rest)
        return node, rest[1:]
    if head[0].isdigit() or head[0] == ".":
        return ("number", float(head)), rest
    if rest and rest[0] == "(":
        if head == "rating":
            return ("rating", rest[1]), rest[3:]
        node, rest = _sum(rest[1:])
        return (head, node), rest[1:]
    return ("measure", head), rest


def is_additive(node: Node) -> bool:
    """ "a formula of measures, numbers and `+ - *` alone: no division, no function"."""
    if node[0] in ("number", "measure"):
        return True
    return node[0] in ("+", "-", "*", "neg") and all(is_additive(part) for part in node[1:])


def value_of(node: Node, window: Window) -> float | None:
    """The formula's value, or None: no data."""
    kind = node[0]
    if kind == "number":
        return float(node[1])
    if kind == "measure":
        return window.total(node[1])
    if kind == "rating":
        return window.rating(node[1])
    if kind == "prev":
        before = window.previous()
        return None if before is None else value_of(node[1], before)
    value = value_of(node[1], window)
    if kind == "neg":
        return None if value is None else -value
    if kind == "per_day":
        days = window.n_days()
        return None if value is None or not days else value / days
    if kind == "growth":
        # "value ÷ value in the previous period − 1; no data where the previous value is 0,
        # negative or absent"
        before = window.previous()
        old = None if before is None else value_of(node[1], before)
        return None if value is None or old is None or old <= 0 else value / old - 1
    right = value_of(node[2], window)
    if value is None or right is None:
        return None
    if kind == "+":
        return value + right
    if kind == "-":
        return value - right
    if kind == "*":
        return value * right
    # "Division by zero is *no data*, not zero and not an error."
    return None if right == 0 else value / right
