"""What the numbers of groups are made of, and the same laid out as arrays.

Everybody's frames of a period are laid out once: texts become numbers, what follows from a row
alone is worked out. A viewer's groups of any axes and limits only pick rows of these arrays, in
the order of the frames, so that a sum has the same digits whatever it is asked beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.scoring.closeness import reach
from perf_core.scoring.formulas import Formula
from perf_core.scoring.group_cards import bonus_of_cards
from perf_core.scoring.groups import AXES, with_zeros
from perf_core.scoring.pay_cost import pay_of_stays
from perf_core.scoring.stays import as_days

REVENUE: Final = "revenue"

Columns = Mapping[str, npt.NDArray[Any]]
"""Arrays of one length by name; an axis holds the numbers of its codes."""

_NAMED: Final = ("period", "employee_id", *AXES)
"""The columns of texts that are laid out as numbers."""


@dataclass(frozen=True)
class Span:
    """What happened over a run of days for each period that is looked at.

    Attributes
    ----------
    days : mapping of str to (date, date)
        By the period's code the first and the last of its days, both included.
    pieces : DataFrame
        Stays over exactly these days, cut by month, with ``period``, ``segment_id`` and
        ``present``, the days there and not absent.
    totals : DataFrame
        Sums of measures by ``segment_id``, and by ``channel`` where groups are made by it.
    nobody : DataFrame
        Sums of the measures of nobody by ``period``, ``brand``, ``region`` and ``channel``.
    elsewhere : DataFrame
        The same of days on which the person credited was not employed: of no place, but of
        the whole.
    """

    days: Mapping[str, tuple[date, date]]
    pieces: pd.DataFrame
    totals: pd.DataFrame
    nobody: pd.DataFrame
    elsewhere: pd.DataFrame

    @property
    def measures(self) -> list[str]:
        """The measures that were read."""
        return [name for name in self.totals.columns if name not in ("segment_id", "channel")]


@dataclass(frozen=True)
class GroupInputs:
    """Everything the numbers of groups are made of: everybody's, for groups of any axes.

    Attributes
    ----------
    now, before : Span
        The days looked at, and those they are compared with.
    cards, lines : DataFrame
        ``domain.frames.CARDS`` and ``LINES`` of the periods, with ``period``; a ``card_id`` is
        one card of one period.
    paid : DataFrame
        As from :func:`perf_core.scoring.pay_cost.monthly_pay`, for the months of ``now``.
    ratings : DataFrame
        By period and employee, a column per dimension.
    bonus_base : Series of float
        By employee, in the store's currency.
    formulas : mapping of str to Formula
        The indicators that may be asked for.
    coverage : mapping of str to (date, date)
        The days through which the sources of measures made from orders and tickets are loaded.
    earns_nothing : frozenset of str
        The roles that have no revenue of their own.
    grades : tuple of str
        Codes of the grades, best first.
    pass_mark : float
        The total from which a card attains.
    by_channel : bool
        Whether sums are told apart by channel.
    only : tuple of str, or None
        The indicators to tell of every group; ``None``: those on a card of the group (by channel,
        where nobody has cards, those on any card).
    """

    now: Span
    before: Span
    cards: pd.DataFrame
    lines: pd.DataFrame
    paid: pd.DataFrame
    ratings: pd.DataFrame
    bonus_base: pd.Series[float]
    formulas: Mapping[str, Formula]
    coverage: Mapping[str, tuple[date, date]]
    earns_nothing: frozenset[str]
    grades: tuple[str, ...]
    pass_mark: float
    by_channel: bool
    only: tuple[str, ...] | None = None

    @cached_property
    def laid_out(self) -> LaidOut:
        """The same as arrays, made when it is first asked for."""
        return _laid_out(self)


@dataclass(frozen=True)
class SpanRows:
    """The rows of a span: of people in their places, of people elsewhere, of nobody.

    ``people`` holds besides the measures ``present``; of the days looked at also ``month``,
    ``days``, ``here_first`` and ``here_last`` (whether the first and the last day of the period
    lie in the stay), ``is_leaving`` (whether it ends with the last day worked), ``rating`` (the
    row of the person's ratings, -1 without), and what ``pay_of_stays`` tells.
    """

    people: Columns
    elsewhere: Columns
    nobody: Columns


@dataclass(frozen=True)
class LaidOut:
    """Everybody's inputs as arrays; rows in the order of the frames. Nobody changes them.

    Attributes
    ----------
    codes : mapping of str to array of str
        What the numbers of an axis stand for, and of ``period``, ``employee_id`` and
        ``indicator``: sorted, so that numbers sort as their codes do.
    now, before : SpanRows
        The rows of either span.
    cards : mapping of str to array
        Places, ``row`` (0, 1, …), ``days``, ``complete``, ``total``, ``passed``, ``grade`` (its
        place among the grades, -1 without), and what ``bonus_of_cards`` tells.
    lines : mapping of str to array
        ``card`` (the row of its card), ``employee_id``, ``indicator``, ``target``, ``days`` (of
        the card), ``scored``, ``met`` and ``lost`` (points under its weight).
    months : array of datetime64
        What the numbers of ``month`` stand for.
    """

    codes: Mapping[str, npt.NDArray[np.object_]]
    now: SpanRows
    before: SpanRows
    cards: Columns
    lines: Columns
    months: npt.NDArray[np.datetime64]

    def numbers(self, axis: str, codes: Iterable[str]) -> npt.NDArray[np.int64]:
        """The numbers of some codes; what nothing here is called by has none."""
        found = pd.Index(self.codes[axis]).get_indexer(pd.Index(list(codes), dtype=object))
        return found[found >= 0].astype(np.int64)


def taken(columns: Columns, rows: npt.NDArray[Any], names: Iterable[str] | None = None) -> Columns:
    """Some rows of some columns, or of all."""
    return {name: columns[name][rows] for name in (columns if names is None else names)}


def credited(inputs: GroupInputs, span: Span) -> pd.DataFrame:
    """Rows of people: their place, their days there, and what they did.

    A row per stay, or per stay and channel where groups are made by channel.
    """
    how: Literal["inner", "left"] = "inner" if inputs.by_channel else "left"
    rows = span.pieces.merge(span.totals, on="segment_id", how=how)
    return with_zeros(rows, inputs.coverage)


# --- laying out -----------------------------------------------------------------------------------


def _laid_out(inputs: GroupInputs) -> LaidOut:
    now, before = (credited(inputs, span) for span in (inputs.now, inputs.before))
    spans = ((inputs.now, now), (inputs.before, before))
    frames = [
        frame for span, people in spans for frame in (people, span.elsewhere, span.nobody)
    ] + [inputs.cards]
    codes, numbered = _numbered(frames)
    codes["indicator"], indicator = _sorted_codes(
        [_texts(inputs.lines, "indicator"), np.array(inputs.only or (), dtype=object)]
    )
    months, month = np.unique(now["month"].to_numpy(), return_inverse=True)
    of_now, of_before = (
        SpanRows(
            *(
                {**places, **_floats(frame, span.measures)}
                for frame, places in zip(
                    (people, span.elsewhere, span.nobody), numbered[at : at + 3], strict=True
                )
            )
        )
        for at, (span, people) in zip((0, 3), spans, strict=True)
    )
    cards = {**numbered[6], **_of_cards(inputs)}
    return LaidOut(
        codes,
        SpanRows(
            {**of_now.people, **_of_stays(inputs, now), "month": month.astype(np.int64)},
            of_now.elsewhere,
            of_now.nobody,
        ),
        SpanRows(
            {**of_before.people, **_floats(before, ["present"])},
            of_before.elsewhere,
            of_before.nobody,
        ),
        cards,
        _of_lines(inputs, cards, indicator[0]),
        months,
    )


def _numbered(
    frames: list[pd.DataFrame],
) -> tuple[dict[str, npt.NDArray[np.object_]], list[dict[str, npt.NDArray[np.int64]]]]:
    """Number the texts of all frames alike; a column that a frame lacks stays away."""
    codes: dict[str, npt.NDArray[np.object_]] = {}
    numbered: list[dict[str, npt.NDArray[np.int64]]] = [{} for _frame in frames]
    for name in _NAMED:
        with_it = [at for at, frame in enumerate(frames) if name in frame]
        codes[name], numbers = _sorted_codes([_texts(frames[at], name) for at in with_it])
        for at, of_frame in zip(with_it, numbers, strict=True):
            numbered[at][name] = of_frame
    return codes, numbered


def _sorted_codes(
    texts: list[npt.NDArray[np.object_]],
) -> tuple[npt.NDArray[np.object_], list[npt.NDArray[np.int64]]]:
    numbers, codes = pd.factorize(np.concatenate(texts), sort=True)
    ends = np.cumsum([len(some) for some in texts])
    return codes, [part.astype(np.int64) for part in np.split(numbers, ends[:-1])]


def _texts(frame: pd.DataFrame, name: str) -> npt.NDArray[np.object_]:
    return frame[name].to_numpy(dtype=object)


def _floats(frame: pd.DataFrame, names: Iterable[str]) -> dict[str, npt.NDArray[np.float64]]:
    return {name: frame[name].to_numpy(dtype=np.float64) for name in names}


def _of_stays(inputs: GroupInputs, rows: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """What is asked of stays besides their place and measures."""
    first, last = (rows[name].to_numpy() for name in ("first", "last"))
    days = pd.DataFrame(list(inputs.now.days.values()), columns=["first", "last"])
    period = pd.Index(list(inputs.now.days)).get_indexer(pd.Index(rows["period"]))
    opens, closes = (days[name].to_numpy("datetime64[s]")[period] for name in days)
    pay = pay_of_stays(rows, inputs.paid)
    return {
        **_floats(rows, ["present"]),
        "days": rows["days"].to_numpy(np.int64),
        "here_first": (first <= opens) & (last >= opens),
        "here_last": (first <= closes) & (last >= closes),
        "is_leaving": last == as_days(rows["left"].to_numpy(np.int64)),
        "rating": _rating_rows(rows, inputs.ratings),
        **{name: pay[name].to_numpy() for name in pay.columns},
    }


def _rating_rows(rows: pd.DataFrame, ratings: pd.DataFrame) -> npt.NDArray[np.int64]:
    if ratings.empty:
        return np.full(len(rows), -1, dtype=np.int64)
    about = pd.MultiIndex.from_frame(rows[["period", "employee_id"]])
    found: npt.NDArray[np.int64] = ratings.index.get_indexer(about).astype(np.int64)
    return found


def _of_cards(inputs: GroupInputs) -> dict[str, npt.NDArray[Any]]:
    cards = inputs.cards
    complete = cards["complete"].to_numpy(dtype=np.bool_)
    total = cards["total"].to_numpy(dtype=np.float64)
    return {
        **_floats(cards, ["days"]),
        "row": np.arange(len(cards)),
        "complete": complete,
        "total": total,
        "passed": reach(total, inputs.pass_mark),
        "grade": pd.Index(inputs.grades).get_indexer(pd.Index(cards["grade"])).astype(np.int64),
        **bonus_of_cards(cards, inputs.bonus_base),
    }


def _of_lines(
    inputs: GroupInputs, cards: Columns, indicator: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[Any]]:
    lines = inputs.lines
    card = pd.Index(inputs.cards["card_id"]).get_indexer(pd.Index(lines["card_id"]))
    lost = (lines["effective_weight"] - lines["points"]).clip(lower=0.0)
    return {
        **_floats(lines, ["target"]),
        "card": card.astype(np.int64),
        "employee_id": cards["employee_id"][card],
        "indicator": indicator,
        "days": cards["days"][card],
        "scored": (lines["status"] == "scored").to_numpy(dtype=np.bool_),
        "met": reach(lines["achievement"].to_numpy(dtype=np.float64), 1.0),
        "lost": lost.to_numpy(dtype=np.float64),
    }
