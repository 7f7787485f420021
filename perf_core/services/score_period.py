"""Score a period: everybody's cards at once, and the border that shows each viewer their part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import Catalogue, Template
from perf_core.domain.frames import CARDS, LINES, SUMMARIES, checked, empty
from perf_core.domain.period import Period
from perf_core.scoring.actuals import card_totals, line_actuals, needed_measures
from perf_core.scoring.formulas import Totals, read_formula
from perf_core.scoring.reviews import dimension_means, ratings_within, relation_means
from perf_core.scoring.scorecard import (
    score_cards,
    score_lines,
    summaries,
    template_lines,
    templates_of_cards,
)
from perf_core.scoring.targets import in_store_currency, line_targets
from perf_core.scoring.windows import CardWindows, Roster
from perf_core.store.catalogue import read_catalogue
from perf_core.store.company import (
    Company,
    data_day,
    read_company,
    read_ratings,
    read_targets,
    read_vetoes,
)
from perf_core.store.engine import Store, data_version
from perf_core.store.totals import Money, window_totals

__all__ = [
    "Basis",
    "PeriodScores",
    "company_scores",
    "company_scores_of",
    "data_day",
    "default_as_of",
    "narrow_scores",
    "people_employed_on",
    "people_without_template",
    "read_basis",
    "score_period",
    "scores_from",
]


@dataclass(frozen=True)
class Basis:
    """What holds for every period of one state of the store. Nobody changes it.

    Attributes
    ----------
    version : int
        The data version it was read at.
    catalogue : Catalogue
        Indicators, templates, grades, settings.
    company : Company
        People, assignments, absences, rates, what is loaded.
    """

    version: int
    catalogue: Catalogue
    company: Company

    @cached_property
    def roster(self) -> Roster:
        """Who held what on which day."""
        return Roster(self.company.people, self.company.assignments, self.company.absences)

    @cached_property
    def names(self) -> dict[str, str]:
        """The people's names by id."""
        people = self.company.people
        return dict(zip(people["employee_id"], people["name"], strict=True))

    @cached_property
    def money(self) -> Money:
        """What turns stored amounts into the store's currency."""
        units = {code: measure.unit for code, measure in self.catalogue.measures.items()}
        return Money(units, self.company.rates)


@dataclass(frozen=True)
class PeriodScores:
    """The scores of a period as of a day. Nobody changes its frames.

    Attributes
    ----------
    period : Period
        The period that is judged.
    as_of : date
        The last day that counts.
    cards : DataFrame
        ``domain.frames.CARDS``, by person and first day.
    lines : DataFrame
        ``domain.frames.LINES`` by card and position, with ``period_target`` (before the card's
        share), ``whole_target`` (of all the card's days, not cut at the as-of day),
        ``target_scope`` (``scoring.targets``: whom the target was given for), ``unlimited`` (the
        achievement before cap and floor), ``cap``, ``floor``, ``is_lower``, ``is_inverse``,
        ``is_step``, ``is_additive``, ``has_rating``.
    people : DataFrame
        ``domain.frames.SUMMARIES``.
    """

    period: Period
    as_of: date
    cards: pd.DataFrame
    lines: pd.DataFrame
    people: pd.DataFrame


def default_as_of(period: Period, loaded_to: date | None) -> date:
    """The last day for which data is loaded, or the period's end if that is earlier."""
    return period.last_day if loaded_to is None else min(loaded_to, period.last_day)


def score_period(
    store: Store, period: Period, *, as_of: date | None = None, scope: Scope
) -> PeriodScores:
    """Score a period for a viewer: ranks count everybody, rows only whom the viewer may see."""
    return narrow_scores(company_scores(store, period, as_of), scope)


def narrow_scores(scores: PeriodScores, scope: Scope) -> PeriodScores:
    """The part of a company's scores that is about people who may be seen in their period.

    A rank tells of the others of the role: who may see nothing of them gets none.
    """
    cards = scope.narrow(scores.cards, period=scores.period)
    if not scope.sees_ranks:
        cards = cards.assign(rank=np.nan, of=np.nan)
    return PeriodScores(
        scores.period,
        scores.as_of,
        cards,
        scope.narrow(scores.lines, period=scores.period),
        scope.narrow(scores.people, period=scores.period),
    )


def company_scores(store: Store, period: Period, as_of: date | None = None) -> PeriodScores:
    """Score everybody; what is returned never changes for one state of the store."""
    with store.reading() as connection:
        return scores_from(connection, read_basis(store, connection), period, as_of)


def company_scores_of(store: Store, periods: Sequence[Period]) -> list[PeriodScores]:
    """Score everybody in several periods, reading them together: as many statements as for one."""
    with store.reading() as connection:
        return scores_of_periods(connection, read_basis(store, connection), periods)


def scores_from(
    connection: Connection, basis: Basis, period: Period, as_of: date | None = None
) -> PeriodScores:
    """Score everybody over an open connection: targets, ratings, vetoes and sums are read."""
    return scores_of_periods(connection, basis, [period], as_of)[0]


def scores_of_periods(
    connection: Connection, basis: Basis, periods: Sequence[Period], as_of: date | None = None
) -> list[PeriodScores]:
    """Score everybody in several periods over an open connection.

    Parameters
    ----------
    as_of : date, optional
        The last day that counts; without it the last day of each period that has data.
    """
    parts = [_cards(basis, period, as_of) for period in periods]
    if not any(one.templates for one in parts):
        return [_nothing(one) for one in parts]
    codes = basis.company.codes
    ratings = read_ratings(connection, periods, codes=codes)
    targets = in_store_currency(
        read_targets(connection, periods, codes=codes),
        basis.company.rates,
        currency=basis.catalogue.settings.currency,
    )
    vetoes = read_vetoes(connection, periods)
    totals = _totals(connection, basis, parts)
    return [
        _scored(basis, one, ratings=ratings, targets=targets, vetoes=vetoes, totals=sums)
        if one.templates
        else _nothing(one)
        for one, sums in zip(parts, totals, strict=True)
    ]


def _scored(
    basis: Basis,
    part: _Cards,
    *,
    ratings: pd.DataFrame,
    targets: pd.DataFrame,
    vetoes: pd.DataFrame,
    totals: dict[str, Totals],
) -> PeriodScores:
    """Score a period with what was read; rows of other periods do no harm."""
    catalogue, period, cards = basis.catalogue, part.period, part.windows.cards
    marks = ratings_within(ratings, period)
    lines = part.lines
    lines["actual"] = line_actuals(
        lines,
        catalogue.indicators,
        **totals,
        ratings=dimension_means(marks).reindex(cards["employee_id"]),
    )
    lines = score_lines(_with_targets(targets, cards, lines, period, part.until))
    first, last = np.datetime64(period.start), np.datetime64(period.last_day)
    is_inside = (vetoes["day"] >= first) & (vetoes["day"] <= last)
    scored = score_cards(
        cards.assign(name=_objects(basis.names[one] for one in cards["employee_id"].tolist())),
        lines,
        part.templates,
        reviews=relation_means(marks),
        vetoed=vetoes.loc[is_inside, "employee_id"].unique(),
        period=period,
        scheme=catalogue.grades,
        company=people_employed_on(basis.company.people, period.last_day),
    )
    return PeriodScores(period, part.until, scored, checked(lines, LINES), summaries(scored))


def _nothing(part: _Cards) -> PeriodScores:
    return PeriodScores(part.period, part.until, empty(CARDS), _no_lines(), empty(SUMMARIES))


def people_without_template(
    store: Store, period: Period, *, as_of: date | None = None, scope: Scope
) -> pd.DataFrame:
    """Who gets no card because no template holds for the role.

    Returns
    -------
    DataFrame
        ``employee_id``, ``name``, ``brand``, ``role``, ``days``: one row per card that is missing.
    """
    with store.reading() as connection:
        basis = read_basis(store, connection)
    company = basis.company
    until = as_of or default_as_of(period, company.data_day)
    windows = basis.roster.card_windows(period=period, as_of=until)
    templates = templates_of_cards(windows.cards, basis.catalogue.templates, period)
    lacking = windows.cards[[one is None for one in templates]]
    named = lacking.assign(name=_objects(basis.names[one] for one in lacking["employee_id"]))
    columns = ["employee_id", "name", "brand", "role", "days"]
    return scope.narrow(named[columns], period=period)


def people_employed_on(people: pd.DataFrame, day: date) -> int:
    """How many people were employed on a day: hired by then, and not gone before."""
    at = pd.Timestamp(day)
    here = (people["hire_date"] <= at) & ~(people["leave_date"] < at)
    return int(here.sum())


def _objects(texts: Iterable[str]) -> npt.NDArray[np.object_]:
    return np.array(list(texts), dtype=object)


# --- what several reads share ---------------------------------------------------------------------

_bases: WeakKeyDictionary[Store, Basis] = WeakKeyDictionary()
_bases_lock = Lock()


def read_basis(store: Store, connection: Connection) -> Basis:
    """Read catalogue, people and assignments, or take them from the last read.

    They are read again when the data version has moved; only one state is kept per store.
    """
    version = data_version(connection)
    with _bases_lock:
        basis = _bases.get(store)
    if basis is not None and basis.version == version:
        return basis
    basis = Basis(version, read_catalogue(connection), read_company(connection))
    with _bases_lock:
        _bases[store] = basis
    return basis


@dataclass(frozen=True)
class _Cards:
    """The cards of a period before anything is measured: windows, templates, lines."""

    period: Period
    until: date
    windows: CardWindows
    templates: list[Template]
    lines: pd.DataFrame


def _cards(basis: Basis, period: Period, as_of: date | None) -> _Cards:
    until = as_of or default_as_of(period, basis.company.data_day)
    windows, templates = _with_template(basis, period, until)
    lines = template_lines(windows.cards, templates, basis.catalogue.indicators)
    return _Cards(period, until, windows, templates, lines)


def _with_template(basis: Basis, period: Period, until: date) -> tuple[CardWindows, list[Template]]:
    """The windows of the cards that have a template, numbered anew."""
    windows = basis.roster.card_windows(period=period, as_of=until)
    templates = templates_of_cards(windows.cards, basis.catalogue.templates, period)
    has_template = np.array([one is not None for one in templates], dtype=bool)
    found = [one for one in templates if one is not None]
    if has_template.all():
        return windows, found
    number = np.cumsum(has_template) - 1

    def kept(segments: pd.DataFrame) -> pd.DataFrame:
        ids = segments["segment_id"].to_numpy()
        rows: pd.DataFrame = segments[has_template[ids]]
        return rows.assign(segment_id=number[rows["segment_id"].to_numpy()])

    cards = windows.cards[has_template].reset_index(drop=True)
    cards["card_id"] = np.arange(len(cards), dtype=np.int64)
    return CardWindows(cards, kept(windows.segments), kept(windows.compared)), found


def _totals(connection: Connection, basis: Basis, parts: list[_Cards]) -> list[dict[str, Totals]]:
    """Sums of the measures that the cards' formulas need, over both windows of each period.

    The windows of all periods are asked for at once, their cards numbered one period after the
    other.
    """
    company, known = basis.company, basis.catalogue.indicators
    codes, before = needed_measures(
        read_formula(known[code].formula)
        for code in {code for one in parts for code in one.lines["indicator"].unique()}
        if code in known
    )
    starts = np.cumsum([0, *(len(one.windows.cards) for one in parts)])
    totals: list[dict[str, Totals]] = [{} for _ in parts]
    for name, days, wanted in (("current", "days", codes), ("previous", "compared_days", before)):
        segments = [
            one.windows.segments if name == "current" else one.windows.compared for one in parts
        ]
        numbered = [
            one.assign(segment_id=one["segment_id"] + start)
            for one, start in zip(segments, starts, strict=False)
        ]
        sums = window_totals(
            connection,
            pd.concat(numbered) if len(numbered) > 1 else numbered[0],
            wanted,
            money=basis.money,
            data_day=company.data_day,
        )
        for at, one in enumerate(parts):
            own = sums["segment_id"].between(starts[at], starts[at + 1] - 1)
            totals[at][name] = card_totals(
                sums[own].assign(segment_id=sums["segment_id"] - starts[at]),
                segments[at],
                pd.Series(one.windows.cards[days].to_numpy(), one.windows.cards["card_id"]),
                codes=wanted,
                coverage=company.coverage,
            )
    return totals


def _with_targets(
    targets: pd.DataFrame, cards: pd.DataFrame, lines: pd.DataFrame, period: Period, until: date
) -> pd.DataFrame:
    """Lines with the period's target and the card's share of it."""
    found = line_targets(lines, targets, period=period, as_of=until)
    card = lines["card_id"].to_numpy(dtype=np.int64)
    is_additive = lines["is_additive"].to_numpy(dtype=bool)

    def shrunk(days: pd.Series[float]) -> npt.NDArray[np.float64]:
        share = days.to_numpy(dtype=np.float64)[card] / period.n_days
        return np.where(is_additive, found.value * share, found.value)

    return lines.assign(
        period_target=found.value,
        target_scope=found.scope,
        target=shrunk(cards["days"]),
        whole_target=shrunk(cards["whole_days"]),
    )


def _no_lines() -> pd.DataFrame:
    numbers = ("period_target", "whole_target", "unlimited", "cap", "floor")
    flags = ("is_lower", "is_inverse", "is_step", "is_additive", "has_rating")
    lines = empty(LINES)
    lines["target_scope"] = pd.Series(dtype="object")
    for name in numbers:
        lines[name] = pd.Series(dtype="float64")
    for name in flags:
        lines[name] = pd.Series(dtype="bool")
    return lines
