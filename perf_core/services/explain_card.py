"""Why a card says what it says: its days, the measures behind each line, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.domain.period import Period
from perf_core.scoring.actuals import card_totals
from perf_core.scoring.courses import daily_values
from perf_core.scoring.formulas import Formula, Totals, read_formula
from perf_core.scoring.next_grade import NextGrade, next_grade
from perf_core.scoring.reviews import dimension_means, ratings_within
from perf_core.scoring.scorecard import choose_template
from perf_core.scoring.windows import CardWindows, card_windows
from perf_core.services.score_period import (
    Basis,
    PeriodScores,
    default_as_of,
    people_employed_on,
    read_basis,
)
from perf_core.store.company import read_ratings
from perf_core.store.engine import Store
from perf_core.store.totals import window_totals


@dataclass(frozen=True)
class CardKey:
    """Which card of a period: a person in one brand and role."""

    employee_id: str
    brand: str
    role: str


@dataclass(frozen=True)
class CardExplanation:
    """What the lines of one card are made of.

    Attributes
    ----------
    card : CardKey
        Whose.
    spans, compared : DataFrame
        ``first`` and ``last`` of each run of days that the card covers, and of those of the
        previous period that ``growth`` and ``prev`` look at (none: not comparable).
    days, compared_days : float
        How many; NaN where nothing can be compared.
    measures : DataFrame
        ``indicator``, ``measure``, ``value`` and ``previous``: one row per measure of a formula,
        in the order of the lines; NaN is no data. ``uses_previous`` says whether the formula
        looks back.
    formulas : dict of str to str
        By indicator.
    """

    card: CardKey
    spans: pd.DataFrame
    compared: pd.DataFrame
    days: float
    compared_days: float
    measures: pd.DataFrame
    formulas: dict[str, str]


def explain_card(
    store: Store, card: CardKey, period: Period, *, as_of: date | None = None, scope: Scope
) -> CardExplanation:
    """Read the measures behind each line of a card.

    Raises
    ------
    NotAllowed
        The viewer may not see the person.
    NotFound
        There is no such card in the period.
    """
    _may_see(scope, card, period)
    with store.reading() as connection:
        basis = read_basis(store, connection)
        windows = _windows_of(basis, card, period, as_of)
        formulas = _formulas_of(basis, card, period)
        now, before = _both_totals(connection, basis, windows, list(formulas.values()))
    rows = [
        (
            code,
            measure,
            _value(now, measure),
            _value(before, measure) if measure in formula.previous_measures else np.nan,
            measure in formula.previous_measures,
        )
        for code, formula in formulas.items()
        for measure in sorted(formula.measures)
    ]
    columns = ["indicator", "measure", "value", "previous", "uses_previous"]
    return CardExplanation(
        card,
        windows.segments[["first", "last"]],
        windows.compared[["first", "last"]],
        float(windows.cards["days"].iloc[0]),
        float(windows.cards["compared_days"].iloc[0]),
        pd.DataFrame(rows, columns=columns),
        {code: formula.text for code, formula in formulas.items()},
    )


def by_channel(
    store: Store,
    card: CardKey,
    indicator: str,
    period: Period,
    *,
    as_of: date | None = None,
    scope: Scope,
) -> pd.DataFrame:
    """Evaluate an indicator of a card channel by channel.

    Marks by people belong to no channel, so an indicator made of them has no rows.

    Returns
    -------
    DataFrame
        ``channel`` and ``actual``, by channel; only channels with a value.
    """
    _may_see(scope, card, period)
    with store.reading() as connection:
        basis = read_basis(store, connection)
        windows = _windows_of(basis, card, period, as_of)
        formula = _formula(basis, indicator)
        both = [
            window_totals(
                connection,
                segments,
                codes,
                money=basis.money,
                data_day=basis.company.data_day,
                by_channel=True,
            )
            .drop(columns="segment_id")
            .set_index("channel")
            for segments, codes in (
                (windows.segments, formula.measures),
                (windows.compared, formula.previous_measures),
            )
        ]
    channels = both[0].index.union(both[1].index)
    window = windows.cards.iloc[0]
    now, before = (
        Totals(sums.reindex(channels), pd.Series(float(window[days]), channels))
        for sums, days in zip(both, ("days", "compared_days"), strict=True)
    )
    actual = formula.evaluate(now, previous=before).dropna()
    return actual.rename_axis("channel").rename("actual").reset_index()


def daily_course(
    store: Store,
    card: CardKey,
    indicator: str,
    period: Period,
    *,
    scores: PeriodScores,
    scope: Scope,
) -> pd.DataFrame:
    """Follow an indicator of a card through its days, against the even pace to its target.

    Parameters
    ----------
    scores : PeriodScores
        The period's scores that the viewer may see: as-of day and targets are theirs.

    Returns
    -------
    DataFrame
        ``day``; ``actual``, the indicator from the card's first day to that day; ``expected``,
        for an additive indicator the part of the whole target that the days passed stand for,
        else the target. The last ``actual`` is that of the card's line.
    """
    _may_see(scope, card, period)
    with store.reading() as connection:
        basis = read_basis(store, connection)
        windows = _windows_of(basis, card, period, scores.as_of)
        formula = _formula(basis, indicator)
        days, daily = _daily(connection, basis, windows.segments, formula.measures)
        whole = pd.date_range(period.previous().start, period.previous().last_day, unit="s")
        everything = pd.DataFrame(
            {
                "segment_id": 0,
                "employee_id": card.employee_id,
                "first": whole[:1],
                "last": whole[-1:],
            }
        )
        before = pd.DataFrame(index=whole)
        if formula.needs_previous:
            _, before = _daily(connection, basis, everything, formula.previous_measures)
        ratings = _marks(connection, card, period) if formula.ratings else {}
    actual = daily_values(
        formula,
        daily,
        before,
        period=period,
        days=np.asarray((days - pd.Timestamp(period.start)).days, dtype=np.int64),
        is_held=_held_before(basis, card, period),
        ratings=ratings,
    )
    line = _line(scores, card, indicator)
    passed = np.arange(1, len(days) + 1) / float(windows.cards["whole_days"].iloc[0])
    share = passed if line["is_additive"] else np.ones(len(days))
    expected = float(line["whole_target"]) * share
    return pd.DataFrame({"day": days, "actual": actual, "expected": expected})


def missing_for_next_grade(
    store: Store, card: CardKey, scores: PeriodScores, *, scope: Scope
) -> NextGrade | None:
    """What a card lacks for the next better grade.

    Parameters
    ----------
    scores : PeriodScores
        Everybody's scores: the place to reach by rank is among them, and only its total is told.

    Returns
    -------
    NextGrade or None
        None for the best grade, and for a card that has none (incomplete, vetoed, a week).
    """
    _may_see(scope, card, scores.period)
    cards = scores.cards
    cohort = (cards["brand"] == card.brand) & (cards["role"] == card.role)
    cohort &= cards["complete"] & ~cards["vetoed"]
    is_own = cards["employee_id"] == card.employee_id
    own = cards[cohort & is_own]
    if own.empty or not own["grade"].iloc[0]:
        return None
    with store.reading() as connection:
        basis = read_basis(store, connection)
    template = choose_template(
        basis.catalogue.templates, role=card.role, brand=card.brand, period=scores.period
    )
    has_review = not np.isnan(own["review_total"].iloc[0])
    lines = scores.lines
    return next_grade(
        float(own["total"].iloc[0]),
        str(own["grade"].iloc[0]),
        lines[lines["card_id"] == own["card_id"].iloc[0]],
        others=cards.loc[cohort & ~is_own, "total"],
        scheme=basis.catalogue.grades,
        company=people_employed_on(basis.company.people, scores.period.last_day),
        kpi_share=template.kpi_share if template is not None and has_review else 1.0,
    )


# --- parts ----------------------------------------------------------------------------------------


def _may_see(scope: Scope, card: CardKey, period: Period) -> None:
    if not scope.sees_period(card.employee_id, period):
        raise NotAllowed(what=card.employee_id)


def _of_person(frame: pd.DataFrame, card: CardKey) -> pd.DataFrame:
    own: pd.DataFrame = frame[frame["employee_id"] == card.employee_id]
    return own


def _windows_of(basis: Basis, card: CardKey, period: Period, as_of: date | None) -> CardWindows:
    """The windows of one card, numbered 0."""
    company = basis.company
    windows = card_windows(
        _of_person(company.people, card),
        _of_person(company.assignments, card),
        _of_person(company.absences, card),
        period=period,
        as_of=as_of or default_as_of(period, company.data_day),
    )
    cards = windows.cards
    own = cards[(cards["brand"] == card.brand) & (cards["role"] == card.role)]
    if own.empty:
        raise NotFound(kind="scorecard", code=f"{card.employee_id} {period.code}")
    card_id = own["card_id"].iloc[0]

    def numbered(segments: pd.DataFrame) -> pd.DataFrame:
        kept: pd.DataFrame = segments[segments["segment_id"] == card_id]
        return kept.assign(segment_id=np.int64(0)).reset_index(drop=True)

    return CardWindows(
        own.assign(card_id=np.int64(0)).reset_index(drop=True),
        numbered(windows.segments),
        numbered(windows.compared),
    )


def _formula(basis: Basis, indicator: str) -> Formula:
    if indicator not in basis.catalogue.indicators:
        raise NotFound(kind="indicator", code=indicator)
    return read_formula(basis.catalogue.indicators[indicator].formula)


def _formulas_of(basis: Basis, card: CardKey, period: Period) -> dict[str, Formula]:
    template = choose_template(
        basis.catalogue.templates, role=card.role, brand=card.brand, period=period
    )
    known = basis.catalogue.indicators
    items = () if template is None else template.items
    return {
        item.indicator: read_formula(known[item.indicator].formula)
        for item in items
        if item.indicator in known
    }


def _both_totals(
    connection: Connection, basis: Basis, windows: CardWindows, formulas: list[Formula]
) -> tuple[Totals, Totals]:
    """Sums over the card's window and over the compared one."""
    totals = []
    for segments, days, wanted in (
        (windows.segments, "days", [one.measures for one in formulas]),
        (windows.compared, "compared_days", [one.previous_measures for one in formulas]),
    ):
        codes = frozenset().union(*wanted)
        sums = window_totals(
            connection, segments, codes, money=basis.money, data_day=basis.company.data_day
        )
        length = pd.Series(windows.cards[days].to_numpy(dtype=np.float64))
        totals.append(
            card_totals(sums, segments, length, codes=codes, coverage=basis.company.coverage)
        )
    return totals[0], totals[1]


def _value(totals: Totals, measure: str) -> float:
    if measure not in totals.measures.columns:
        return float("nan")
    return float(totals.measures[measure].iloc[0])


def _daily(
    connection: Connection, basis: Basis, segments: pd.DataFrame, codes: frozenset[str]
) -> tuple[pd.DatetimeIndex, pd.DataFrame]:
    """Measures on each day of runs of days: one window per day."""
    days = _days_of(segments)
    single = pd.DataFrame(
        {
            "segment_id": np.arange(len(days), dtype=np.int64),
            "employee_id": segments["employee_id"].iloc[0],
            "first": days,
            "last": days,
        }
    )
    sums = window_totals(
        connection, single, codes, money=basis.money, data_day=basis.company.data_day
    )
    one_day = pd.Series(1.0, single["segment_id"])
    totals = card_totals(sums, single, one_day, codes=codes, coverage=basis.company.coverage)
    return days, totals.measures


def _held_before(basis: Basis, card: CardKey, period: Period) -> npt.NDArray[np.bool_]:
    """On which days of the previous period the person held the card's brand and role."""
    before = period.previous()
    company = basis.company
    held = card_windows(
        _of_person(company.people, card),
        _of_person(company.assignments, card),
        company.absences.iloc[:0],
        period=before,
        as_of=before.last_day,
        least_share=0.0,
    )
    cards = held.cards
    own = cards[(cards["brand"] == card.brand) & (cards["role"] == card.role)]["card_id"]
    kept = held.segments[held.segments["segment_id"].isin(own)]
    whole = pd.date_range(before.start, before.last_day, unit="s")
    return np.asarray(whole.isin(_days_of(kept)), dtype=np.bool_)


def _days_of(segments: pd.DataFrame) -> pd.DatetimeIndex:
    """Each day of runs of days."""
    runs = [
        pd.date_range(first, last, unit="s").to_numpy()
        for first, last in zip(segments["first"], segments["last"], strict=True)
    ]
    return pd.DatetimeIndex(np.concatenate(runs)) if runs else pd.DatetimeIndex([])


def _marks(connection: Connection, card: CardKey, period: Period) -> dict[str, float]:
    ratings = ratings_within(read_ratings(connection, [period]), period)
    means = dimension_means(ratings[ratings["ratee_id"] == card.employee_id])
    return {} if means.empty else {str(name): float(means[name].iloc[0]) for name in means}


def _line(scores: PeriodScores, card: CardKey, indicator: str) -> dict[str, Any]:
    cards, lines = scores.cards, scores.lines
    own = cards[
        (cards["employee_id"] == card.employee_id)
        & (cards["brand"] == card.brand)
        & (cards["role"] == card.role)
    ]
    found = lines[lines["card_id"].isin(own["card_id"]) & (lines["indicator"] == indicator)]
    if found.empty:
        raise NotFound(kind="indicator", code=indicator)
    return {str(name): value for name, value in found.iloc[0].items()}
