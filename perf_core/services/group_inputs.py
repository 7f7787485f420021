"""Read what the numbers of groups are made of, for one period or several at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.frames import CARDS, LINES, SEGMENTS, empty
from perf_core.domain.period import Period
from perf_core.scoring.actuals import needed_measures
from perf_core.scoring.formulas import Formula, read_formula
from perf_core.scoring.group_rows import REVENUE, GroupInputs, Span
from perf_core.scoring.grouped import Grouped
from perf_core.scoring.groups import AXES, Within
from perf_core.scoring.pay_cost import monthly_pay
from perf_core.scoring.reviews import dimension_means, ratings_within
from perf_core.scoring.stays import absent_days, clipped, not_employed, split_by_month, stays
from perf_core.scoring.windows import compared_days
from perf_core.services.score_period import Basis, PeriodScores
from perf_core.store.company import read_ratings
from perf_core.store.pay import no_pay, read_pay
from perf_core.store.totals import uncredited_totals, window_totals

Days = Mapping[str, tuple[date, date]]
"""By the period's code a first and a last day; none where the last comes before the first."""


@dataclass(frozen=True)
class AskedPeriod:
    """A period to look at, the last of its days that counts, and its scores if they are wanted."""

    period: Period
    last: date
    scores: PeriodScores | None


def read_group_inputs(
    connection: Connection,
    basis: Basis,
    asked: Sequence[AskedPeriod],
    *,
    by_channel: bool,
    only: tuple[str, ...] | None,
    with_pay: bool = True,
) -> GroupInputs:
    """Read what the numbers of groups are made of: everybody's, for groups of any axes.

    Parameters
    ----------
    connection : Connection
        A reading connection.
    basis : Basis
        Catalogue and people.
    asked : sequence of AskedPeriod
        The periods, in order.
    by_channel : bool
        Whether sums are told apart by channel.
    only : tuple of str, or None
        The indicators to tell; ``None``: those on the cards.
    with_pay : bool, default=True
        Whether pay is read, too: half of all there is to read. Without it nobody has any.

    Returns
    -------
    GroupInputs
        Everybody's: :func:`grouped_for` takes a viewer's groups out of it.
    """
    catalogue = basis.catalogue
    cards, lines = _cards([one.scores for one in asked if one.scores is not None])
    told = only if only is not None else tuple(sorted(set(lines["indicator"])))
    formulas = {
        code: read_formula(catalogue.indicators[code].formula)
        for code in told
        if code in catalogue.indicators
    }
    now, before = _spans(
        connection,
        basis,
        asked,
        codes=needed_measures(formulas.values())[0] | {REVENUE},
        by_channel=by_channel,
    )
    firsts, lasts = zip(*now.days.values(), strict=True)
    pay = read_pay(connection, first=min(firsts), last=max(lasts)) if with_pay else no_pay()
    people = basis.company.people
    return GroupInputs(
        now=now,
        before=before,
        cards=cards,
        lines=lines,
        paid=monthly_pay(pay, now.pieces["month"].unique()),
        ratings=_ratings(connection, asked, formulas),
        bonus_base=people.set_index("employee_id")["bonus_base"],
        formulas=formulas,
        coverage=basis.company.coverage,
        earns_nothing=frozenset(
            code
            for (kind, code), value in catalogue.axes.items()
            if kind == "role" and not value.earns
        ),
        grades=tuple(grade.code for grade in catalogue.grades.grades),
        pass_mark=catalogue.grades.pass_mark,
        by_channel=by_channel,
        only=only,
    )


def grouped_for(
    inputs: GroupInputs, scope: Scope, *, by: tuple[str, ...], within: Within
) -> Grouped:
    """Take a viewer's groups out of everybody's inputs.

    Parameters
    ----------
    inputs : GroupInputs
        As from :func:`read_group_inputs`, read by channel if ``by`` or ``within`` names it.
    scope : Scope
        Whom the viewer may see. What nobody is credited with is about nobody of them: who sees
        some people only sees none of it.
    by : tuple of str
        The axes of the groups.
    within : mapping of str to collection of str
        What the groups are made within.
    """
    return Grouped(inputs, by=by, within=within, seen=scope.employees)


def with_cards(inputs: GroupInputs, scores: Iterable[PeriodScores]) -> GroupInputs:
    """The same inputs with the cards of their periods, without reading anything again.

    For inputs that tell no indicators: whose measures are on the cards is not asked.
    """
    cards, lines = _cards(scores)
    return replace(inputs, cards=cards, lines=lines)


def _cards(scores: Iterable[PeriodScores]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cards and lines of all periods, with ids that tell the periods' cards apart."""
    cards = [empty(CARDS).assign(period="")]
    lines = [empty(LINES).assign(period="")]
    n_cards = 0
    for one in scores:
        for frames, frame in ((cards, one.cards), (lines, one.lines)):
            frames.append(frame.assign(period=one.period.code, card_id=frame["card_id"] + n_cards))
        n_cards += len(one.cards)
    return _joined(cards), _joined(lines)


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    # One frame without rows among others would make columns of no type.
    filled = [frame for frame in frames if len(frame)]
    joined: pd.DataFrame = pd.concat(filled, ignore_index=True) if filled else frames[0]
    return joined


def _spans(
    connection: Connection,
    basis: Basis,
    asked: Sequence[AskedPeriod],
    *,
    codes: set[str],
    by_channel: bool,
) -> tuple[Span, Span]:
    """Read who was where and what was done over the days looked at and those compared."""
    days = {one.period.code: (one.period.start, one.last) for one in asked}
    days_before = {
        one.period.code: compared_days(
            one.period, one.period.start, max(one.period.start, one.last)
        )
        for one in asked
    }
    people = basis.company.people
    now, before = _pieces(basis, days, days_before)
    frames = [now, before, _elsewhere(people, days), _elsewhere(people, days_before)]
    # One read answers all of them: each has its own run of ids.
    starts = np.cumsum([0, *map(len, frames)])
    for frame, start in zip(frames, starts[:-1], strict=True):
        frame["segment_id"] = np.arange(len(frame)) + start
    data_day = basis.company.data_day
    totals = window_totals(
        connection,
        pd.concat([frame[[*SEGMENTS.columns]] for frame in frames], ignore_index=True),
        codes,
        money=basis.money,
        data_day=data_day,
        by_channel=by_channel,
    )
    of_frame = np.searchsorted(starts[1:], totals["segment_id"], side="right")
    parts = [totals[of_frame == number] for number in range(len(frames))]
    nobody = uncredited_totals(
        connection,
        _days_of_nobody(days, days_before),
        codes,
        money=basis.money,
        data_day=data_day,
    )
    nobody["period"] = np.array(list(days), dtype=object)[nobody["segment_id"] % len(days)]
    is_before = nobody["segment_id"] >= len(days)
    return (
        Span(days, now, parts[0], nobody[~is_before], _placeless(frames[2], parts[2])),
        Span(days_before, before, parts[1], nobody[is_before], _placeless(frames[3], parts[3])),
    )


def _elsewhere(people: pd.DataFrame, days: Days) -> pd.DataFrame:
    """The days of each period on which people were not employed."""
    parts = [
        not_employed(people, first=first, last=last).assign(period=code)
        for code, (first, last) in days.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _placeless(days: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """What people are credited with on days that they were nowhere."""
    found = totals.merge(days[["segment_id", "period", "employee_id"]], on="segment_id")
    blank = [name for name in AXES if name != "channel" or name not in found]
    return found.assign(**dict.fromkeys(blank, ""))


def _pieces(basis: Basis, days: Days, days_before: Days) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stays of everybody, month by month, with the days not absent."""
    company = basis.company
    spans = [*days.values(), *days_before.values()]
    everything = stays(
        company.people,
        company.assignments,
        first=min(first for first, _ in spans),
        last=max(last for _, last in spans),
    )
    found = []
    for wanted in (days, days_before):
        parts = [
            clipped(everything, first, last).assign(period=code)
            for code, (first, last) in wanted.items()
        ]
        pieces = split_by_month(pd.concat(parts, ignore_index=True))
        pieces["present"] = pieces["days"] - absent_days(pieces, company.absences)
        found.append(pieces)
    return found[0], found[1]


def _days_of_nobody(days: Days, days_before: Days) -> pd.DataFrame:
    """The days over which rows of nobody are read: those compared follow the others."""
    asked = pd.DataFrame([*days.values(), *days_before.values()], columns=["first", "last"])
    asked = asked.astype("datetime64[s]")
    asked["segment_id"] = asked.index
    has_begun = np.array([first <= last for first, last in days.values()] * 2)
    return asked[has_begun]


def _ratings(
    connection: Connection, asked: Sequence[AskedPeriod], formulas: Mapping[str, Formula]
) -> pd.DataFrame:
    """Mean marks by others, by period and employee; none where no formula asks for them."""
    if not any(formula.ratings for formula in formulas.values()):
        return pd.DataFrame()
    marks = read_ratings(connection, [one.period for one in asked])
    means = {one.period.code: dimension_means(ratings_within(marks, one.period)) for one in asked}
    return pd.concat(means, names=["period", "employee_id"])
