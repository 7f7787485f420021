"""Formulas of indicators: what their verbs mean, evaluated over frames of totals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.scoring.formula_grammar import (
    Call,
    Name,
    Negative,
    Node,
    Number,
    Operation,
    read_tree,
    walk,
)

Values = npt.NDArray[np.float64]
Window = Literal["current", "previous"]


@dataclass(frozen=True)
class Totals:
    """Sums of measures over one window of each card, group or person.

    Attributes
    ----------
    measures : DataFrame of float, shape (n_rows, n_measures)
        A column per measure code; NaN is *no data*. A measure without a column is no data
        for everybody.
    days : Series of float, shape (n_rows,)
        Days of the window, on the index of ``measures``; NaN where there is no such window
        (a person who did not hold the same brand and role then).
    """

    measures: pd.DataFrame
    days: pd.Series[float]


@dataclass(frozen=True)
class Arrays:
    """What a formula is evaluated on, as arrays of one length.

    Attributes
    ----------
    current, previous : mapping of str to array
        Sums by measure over the window and over the compared window. A measure that is not there
        is no data.
    days, previous_days : array of float
        Days of the windows; NaN where there is no such window.
    ratings : mapping of str to array
        Mean mark of others by dimension.
    """

    current: Mapping[str, Values]
    days: Values
    previous: Mapping[str, Values]
    previous_days: Values
    ratings: Mapping[str, Values]

    def total(self, code: str, window: Window) -> Values:
        """Sums of a measure over one of the windows."""
        totals = self.current if window == "current" else self.previous
        return totals[code] if code in totals else self.nothing()

    def days_of(self, window: Window) -> Values:
        """Days of one of the windows."""
        return self.days if window == "current" else self.previous_days

    def nothing(self) -> Values:
        """No data for anybody."""
        return np.full(len(self.days), np.nan)

    def take(self, rows: npt.NDArray[np.int64], formula: Formula) -> Arrays:
        """What a formula needs of some rows."""
        return Arrays(
            _taken(self.current, formula.measures, rows),
            self.days[rows],
            _taken(self.previous, formula.previous_measures, rows),
            self.previous_days[rows],
            _taken(self.ratings, formula.ratings, rows),
        )


def _taken(
    columns: Mapping[str, Values], names: Collection[str], rows: npt.NDArray[np.int64]
) -> dict[str, Values]:
    return {name: columns[name][rows] for name in names if name in columns}


def _columns(frame: pd.DataFrame | None) -> dict[str, Values]:
    if frame is None:
        return {}
    return {name: frame[name].to_numpy(dtype=np.float64) for name in frame.columns}


def arrays_of(
    current: Totals, *, previous: Totals | None = None, ratings: pd.DataFrame | None = None
) -> Arrays:
    """Lay totals out as arrays, rows in the same order."""
    n_rows = len(current.measures)
    return Arrays(
        _columns(current.measures),
        np.asarray(current.days, dtype=np.float64),
        {} if previous is None else _columns(previous.measures),
        np.full(n_rows, np.nan)
        if previous is None
        else np.asarray(previous.days, dtype=np.float64),
        _columns(ratings),
    )


def _quotient(above: Values, below: Values) -> Values:
    """Divide; by zero is no data, not zero and not an error."""
    with np.errstate(invalid="ignore", over="ignore"):
        answer: Values = above / np.where(below == 0.0, np.nan, below)
    return answer


def _per_day(argument: Node, inputs: Arrays, window: Window) -> Values:
    return _quotient(_value(argument, inputs, window), inputs.days_of(window))


def _prev(argument: Node, inputs: Arrays, _window: Window) -> Values:
    before = _value(argument, inputs, "previous")
    # A number has a value everywhere, but not in a window that does not exist.
    return np.where(np.isnan(inputs.previous_days), np.nan, before)


def _growth(argument: Node, inputs: Arrays, window: Window) -> Values:
    before = _prev(argument, inputs, window)
    before = np.where(before > 0.0, before, np.nan)
    return _quotient(_value(argument, inputs, window), before) - 1.0


def _rating(argument: Node, inputs: Arrays, _window: Window) -> Values:
    if not isinstance(argument, Name):  # the grammar lets nothing else through
        raise TypeError(argument)
    marks = inputs.ratings.get(argument.code)
    return inputs.nothing() if marks is None else marks


@dataclass(frozen=True)
class Verb:
    """A function of the formula language.

    Attributes
    ----------
    evaluate : callable
        Takes the argument, the inputs and the window.
    takes : {"sum", "expression", "dimension"}
        ``sum``: measures, numbers and ``+ - *``; ``expression``: also ``/`` and verbs of
        ``inside``; ``dimension``: the name of a rating dimension.
    inside : tuple of str
        The verbs that its argument may hold.
    """

    evaluate: Callable[[Node, Arrays, Window], Values]
    takes: Literal["sum", "expression", "dimension"]
    inside: tuple[str, ...] = ()


FUNCTIONS: dict[str, Verb] = {
    "per_day": Verb(_per_day, "sum"),
    "growth": Verb(_growth, "expression", inside=("per_day",)),
    "prev": Verb(_prev, "expression", inside=("per_day",)),
    "rating": Verb(_rating, "dimension"),
}
"""The verbs of formulas. Each one has its row in ``docs/formulas.md``; a test holds it to that."""


def _value(node: Node, inputs: Arrays, window: Window) -> Values:
    match node:
        case Number(value=value):
            return np.full(len(inputs.days), value)
        case Name(code=code):
            return inputs.total(code, window)
        case Negative(of=of):
            return -_value(of, inputs, window)
        case Call(verb=verb, argument=argument):
            return FUNCTIONS[verb].evaluate(argument, inputs, window)
        case Operation(sign=sign, left=left, right=right):
            one, other = _value(left, inputs, window), _value(right, inputs, window)
            with np.errstate(over="ignore", invalid="ignore"):
                match sign:
                    case "+":
                        return one + other
                    case "-":
                        return one - other
                    case "*":
                        return one * other
            return _quotient(one, other)


@dataclass(frozen=True)
class Formula:
    """A formula that was read; see ``parse_formula``."""

    text: str
    root: Node

    @cached_property
    def measures(self) -> frozenset[str]:
        """The measures it is made of."""
        dimensions = {id(call.argument) for call in self._calls() if call.verb == "rating"}
        return frozenset(
            node.code
            for node in walk(self.root)
            if isinstance(node, Name) and id(node) not in dimensions
        )

    @cached_property
    def previous_measures(self) -> frozenset[str]:
        """The measures whose sums it wants of the previous period too."""
        return frozenset(
            node.code
            for call in self._calls()
            if call.verb in ("growth", "prev")
            for node in walk(call.argument)
            if isinstance(node, Name)
        )

    @cached_property
    def ratings(self) -> frozenset[str]:
        """The rating dimensions it reads."""
        return frozenset(
            call.argument.code
            for call in self._calls()
            if call.verb == "rating" and isinstance(call.argument, Name)
        )

    @cached_property
    def is_additive(self) -> bool:
        """Whether it is made of measures, numbers and ``+ - *`` alone."""
        return not any(
            isinstance(node, Call) or (isinstance(node, Operation) and node.sign == "/")
            for node in walk(self.root)
        )

    @cached_property
    def needs_previous(self) -> bool:
        """Whether it looks at the previous period."""
        return any(call.verb in ("growth", "prev") for call in self._calls())

    def _calls(self) -> Iterator[Call]:
        return (node for node in walk(self.root) if isinstance(node, Call))

    def evaluate(
        self,
        current: Totals,
        *,
        previous: Totals | None = None,
        ratings: pd.DataFrame | None = None,
    ) -> pd.Series[float]:
        """Evaluate over many cards or groups at once.

        Sums come in, one division at the end: never a mean of ratios. No data passes through:
        a part that is missing makes the whole missing.

        Parameters
        ----------
        current, previous : Totals
            Sums over the window and over the compared window, rows in the same order.
        ratings : DataFrame of float, shape (n_rows, n_dimensions)
            Mean mark of others by dimension, rows in the same order.

        Returns
        -------
        Series of float, shape (n_rows,)
            On the index of ``current.measures``; NaN is no data.

        Examples
        --------
        >>> sums = pd.DataFrame({"orders": [30.0, 5.0], "visits": [1000.0, 0.0]}, ["Lin", "Wu"])
        >>> totals = Totals(sums, pd.Series(30.0, sums.index))
        >>> parse_formula("orders / visits").evaluate(totals).to_dict()
        {'Lin': 0.03, 'Wu': nan}
        """
        values = self.values(arrays_of(current, previous=previous, ratings=ratings))
        return pd.Series(values, index=current.measures.index, dtype="float64")

    def values(self, inputs: Arrays) -> Values:
        """Evaluate over arrays; NaN is no data."""
        values = _value(self.root, inputs, "current")
        return np.where(np.isfinite(values), values, np.nan)


def parse_formula(
    text: str,
    *,
    measures: Collection[str] | None = None,
    dimensions: Collection[str] | None = None,
) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        The formula as HR wrote it.
    measures, dimensions : collection of str, optional
        The names it may use. ``None`` takes any name: for a formula that was checked when it
        was saved.

    Raises
    ------
    FormulaError
        With the position (from 0) and the reason of the first fault.

    Examples
    --------
    >>> parse_formula("revenue - refund_amount").is_additive
    True
    >>> sorted(parse_formula("growth(visits) * 100").measures)
    ['visits']
    >>> parse_formula("orders / vists", measures=["orders", "visits"])
    Traceback (most recent call last):
    ...
    perf_core.domain.errors.FormulaError: In “orders / vists”, at character 9: ...
    """
    return Formula(text, read_tree(text, verbs=FUNCTIONS, measures=measures, dimensions=dimensions))


@lru_cache(maxsize=4096)
def read_formula(text: str) -> Formula:
    """The formula of an indicator that was checked when it was saved."""
    return parse_formula(text)
