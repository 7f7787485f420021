"""Scorecards: the lines a template gives a card, their points, the total, the grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.catalogue import (
    Curve,
    GradeScheme,
    Indicator,
    LowerMode,
    Template,
)
from perf_core.domain.frames import CARDS, SUMMARIES, checked
from perf_core.domain.period import Period, parse_period
from perf_core.scoring.achievement import limited_achievement, unlimited_achievement
from perf_core.scoring.closeness import EQUAL_WITHIN
from perf_core.scoring.formulas import read_formula
from perf_core.scoring.grades import better_cards, cohort_grades
from perf_core.scoring.points import effective_weights, line_points, unscored_points
from perf_core.scoring.reviews import RELATIONS, review_totals

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ENOUGH_DATA = 0.5
"""The share of the weight that must be scored for a complete card."""


def template_starts(template: Template) -> date:
    """The first day that a version holds for; one without a period always held."""
    return parse_period(template.valid_from).start if template.valid_from else date.min


def choose_template(
    templates: Iterable[Template], *, role: str, brand: str, period: Period
) -> Template | None:
    """The template that scores a role in a brand in a period.

    The version in force on the period's first day; one for the brand before one for every brand,
    however old. Of two that begin on the same day the one for the shorter period counts: it was
    the more deliberate choice.
    """
    in_force = [
        one
        for one in templates
        if one.role == role and one.brand in ("", brand) and template_starts(one) <= period.start
    ]
    return max(
        in_force,
        key=lambda one: (one.brand != "", template_starts(one), -_n_days(one), one.valid_from),
        default=None,
    )


def _n_days(template: Template) -> int:
    return parse_period(template.valid_from).n_days if template.valid_from else 0


def templates_of_cards(
    cards: pd.DataFrame, templates: Iterable[Template], period: Period
) -> list[Template | None]:
    """The template of each card."""
    known = list(templates)
    place = pd.MultiIndex.from_frame(cards[["role", "brand"]])
    number, places = pd.factorize(place)
    found = [
        choose_template(known, role=role, brand=brand, period=period) for role, brand in places
    ]
    return [found[one] for one in number]


def template_lines(
    cards: pd.DataFrame,
    templates: list[Template],
    indicators: Mapping[str, Indicator],
) -> pd.DataFrame:
    """The lines of each card before anything is measured.

    Parameters
    ----------
    cards : DataFrame
        ``domain.frames.WINDOWS`` with ``card_id`` from 0.
    templates : list of Template, length n_cards
        The template of each card.
    indicators : mapping of str to Indicator
        By code.

    Returns
    -------
    DataFrame
        One row per item of a card, in the order of the template: ``card_id``, ``employee_id``,
        ``brand``, ``role``, ``position``, ``indicator``, ``group``, ``weight``, ``default``,
        ``cap``, ``floor``, ``is_lower``, ``is_inverse``, ``is_step``, ``no_data``,
        ``is_additive`` and ``has_rating``.
    """
    unique: dict[int, int] = {}
    number = np.array([unique.setdefault(id(one), len(unique)) for one in templates], dtype=int)
    of_number = {unique[id(one)]: one for one in templates}
    items = pd.DataFrame(
        [
            _item_row(at, position, of_number[at], indicators)
            for at in range(len(unique))
            for position in range(len(of_number[at].items))
        ],
        columns=_ITEM_COLUMNS,
    )
    sizes = np.array([len(of_number[at].items) for at in range(len(unique))], dtype=int)
    starts = np.cumsum(sizes) - sizes
    length = sizes[number] if len(number) else number
    card = np.repeat(np.arange(len(cards)), length)
    position = np.arange(len(card)) - np.repeat(np.cumsum(length) - length, length)
    item = starts[number[card]] + position
    columns = {"card_id": cards["card_id"].to_numpy()[card]}
    for name in ("employee_id", "brand", "role"):
        columns[name] = cards[name].to_numpy(dtype=object)[card]
    for name in _ITEM_COLUMNS[1:]:
        columns[name] = items[name].to_numpy()[item]
    return pd.DataFrame(columns, copy=False)


_ITEM_COLUMNS = [
    "template",
    "position",
    "indicator",
    "group",
    "weight",
    "default",
    "cap",
    "floor",
    "is_lower",
    "is_inverse",
    "is_step",
    "no_data",
    "is_additive",
    "has_rating",
]


def _item_row(
    at: int, position: int, template: Template, indicators: Mapping[str, Indicator]
) -> tuple[object, ...]:
    item = template.items[position]
    indicator = indicators.get(item.indicator)
    formula = read_formula(indicator.formula) if indicator is not None else None
    return (
        at,
        position,
        item.indicator,
        item.group,
        float(item.weight),
        np.nan if item.target is None else float(item.target),
        float(item.cap),
        float(item.floor),
        indicator is not None and indicator.direction == "lower",
        item.mode == LowerMode.INVERSE,
        template.curve == Curve.STEP,
        template.no_data,
        formula is not None and formula.is_additive,
        formula is not None and bool(formula.ratings),
    )


_STATUS = np.array(["scored", "no_data", "no_target"], dtype=object)


def score_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Achievement, effective weight, points and status of lines with actual and target.

    Parameters
    ----------
    lines : DataFrame
        ``template_lines`` with ``actual`` and ``target`` (the card's share of it); NaN is no
        data, or no target.

    Returns
    -------
    DataFrame
        The same with ``unlimited`` (the achievement before cap and floor), ``achievement``,
        ``effective_weight``, ``points`` and ``status``: scored, no_data or no_target (the first
        of the two where both are missing).
    """
    actual, target = _column(lines, "actual"), _column(lines, "target")
    weight, cap = _column(lines, "weight"), _column(lines, "cap")
    no_data = lines["no_data"].to_numpy(dtype=object)
    unlimited = unlimited_achievement(
        actual,
        target,
        is_lower=lines["is_lower"].to_numpy(dtype=bool),
        is_inverse=lines["is_inverse"].to_numpy(dtype=bool),
        cap=cap,
    )
    achievement = limited_achievement(unlimited, cap=cap, floor=_column(lines, "floor"))
    is_scored = ~np.isnan(achievement)
    effective = effective_weights(
        lines["card_id"].to_numpy(dtype=np.int64), weight, is_scored=is_scored, no_data=no_data
    )
    points = line_points(achievement, effective, is_step=lines["is_step"].to_numpy(dtype=bool))
    return lines.assign(
        unlimited=unlimited,
        achievement=achievement,
        effective_weight=effective,
        points=np.where(is_scored, points, unscored_points(weight, no_data=no_data)),
        status=_STATUS[np.where(is_scored, 0, np.where(np.isnan(actual), 1, 2))],
    )


def score_cards(
    cards: pd.DataFrame,
    lines: pd.DataFrame,
    templates: list[Template],
    *,
    reviews: pd.DataFrame,
    vetoed: Iterable[str],
    period: Period,
    scheme: GradeScheme,
    company: int,
) -> pd.DataFrame:
    """Totals, ranks and grades of cards.

    Parameters
    ----------
    cards : DataFrame
        ``domain.frames.WINDOWS`` with ``name``.
    lines : DataFrame
        ``score_lines``.
    templates : list of Template, length n_cards
        The template of each card.
    reviews : DataFrame of float, shape (n_people, 4)
        Mean mark by relation, on ``employee_id``.
    vetoed : iterable of str
        People with a confirmed veto event in the period.
    period : Period
        Grades exist from 28 days on.
    scheme : GradeScheme
        How totals become grades.
    company : int
        People employed on the period's last day.

    Returns
    -------
    DataFrame
        ``domain.frames.CARDS``.
    """
    sums = _line_sums(lines, len(cards))
    review = _reviews_of_cards(cards, templates, reviews)
    share = np.array([one.kpi_share for one in templates], dtype=np.float64)
    share = np.where(np.isnan(review), 1.0, share)
    total = share * sums["kpi"] + (1.0 - share) * np.where(np.isnan(review), 0.0, review)
    breached = set(vetoed)
    is_vetoed = np.array([one in breached for one in cards["employee_id"]], dtype=bool)
    # A card without any scored line has a provisional total of 0, also beside a review.
    total = np.where(is_vetoed | (sums["scored"] == 0.0), 0.0, total)
    complete = sums["scored"] >= ENOUGH_DATA * sums["weight"] - EQUAL_WITHIN
    scored = cards.assign(
        template=np.array([one.code for one in templates], dtype=object),
        template_version=np.array([one.valid_from for one in templates], dtype=object),
        kpi_total=sums["kpi"],
        review_total=review,
        total=total,
        rank=np.nan,
        of=np.nan,
        grade=np.full(len(cards), "", dtype=object),
        bonus_factor=np.nan,
        vetoed=is_vetoed,
        complete=complete,
        data_share=share * sums["data_share"],
    )
    return checked(_graded(scored, period=period, scheme=scheme, company=company), CARDS)


def _line_sums(lines: pd.DataFrame, n_cards: int) -> dict[str, Values]:
    card = lines["card_id"].to_numpy(dtype=np.int64)
    is_scored = (lines["status"] == "scored").to_numpy()

    def total(values: Values) -> Values:
        return np.bincount(card, weights=values, minlength=n_cards).astype(np.float64)

    weight, effective = _column(lines, "weight"), _column(lines, "effective_weight")
    scored = total(np.where(is_scored, weight, 0.0))
    rests_on_data = is_scored & ~lines["has_rating"].to_numpy(dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        data_share = total(np.where(rests_on_data, effective, 0.0)) / total(effective)
    return {
        "kpi": np.where(scored > 0.0, total(_column(lines, "points")), 0.0),
        "weight": total(weight),
        "scored": scored,
        "data_share": np.nan_to_num(data_share),
    }


def _reviews_of_cards(
    cards: pd.DataFrame, templates: list[Template], reviews: pd.DataFrame
) -> Values:
    if reviews.empty or not len(cards):
        return np.full(len(cards), np.nan)
    weights = {
        number: _relation_weights(one)
        for number, one in {id(one): one for one in templates}.items()
    }
    means = reviews.reindex(cards["employee_id"])[list(RELATIONS)].to_numpy(dtype=np.float64)
    return review_totals(means, np.array([weights[id(one)] for one in templates]))


def _relation_weights(template: Template) -> list[float]:
    """The weights of the relations; a template without them has no review."""
    return [float(template.review_weights.get(name, 0.0)) for name in RELATIONS]


def _graded(
    cards: pd.DataFrame, *, period: Period, scheme: GradeScheme, company: int
) -> pd.DataFrame:
    """Give the cards of each cohort rank and grade, and vetoed ones the lowest."""
    total = _column(cards, "total")
    vetoed = cards["vetoed"].to_numpy(dtype=bool)
    rank, of = np.full(len(cards), np.nan), np.full(len(cards), np.nan)
    grade = np.full(len(cards), -1, dtype=np.int64)
    rows = np.nonzero(cards["complete"].to_numpy(dtype=bool) & ~vetoed)[0]
    place = pd.MultiIndex.from_frame(cards[["brand", "role"]].iloc[rows])
    for cohort in _groups(pd.factorize(place)[0]):
        at = rows[cohort]
        rank[at], of[at] = 1 + better_cards(total[at]), len(at)
        grade[at] = cohort_grades(total[at], scheme, company=company)
    grade[vetoed] = len(scheme.grades) - 1
    if not period.can_grade:
        # Shorter periods have totals only.
        rank[:], of[:], grade[:] = np.nan, np.nan, -1
    factors = np.array([one.bonus_factor for one in scheme.grades] + [np.nan])
    codes = np.array([one.code for one in scheme.grades] + [""], dtype=object)
    factor = np.where(vetoed, scheme.vetoed_bonus_factor, factors[grade])
    return cards.assign(rank=rank, of=of, grade=codes[grade], bonus_factor=factor)


def _groups(number: Whole) -> list[Whole]:
    """The rows of each group."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.nonzero(np.diff(number[order]))[0] + 1) if len(number) else []


def summaries(cards: pd.DataFrame) -> pd.DataFrame:
    """One total and bonus factor per person: the complete cards, weighted by their days.

    Returns
    -------
    DataFrame
        ``domain.frames.SUMMARIES``: everybody with a card; ``days`` are those of the complete
        cards. Without any the numbers are missing, and ``days`` are those of all the cards.
    """
    person, people = pd.factorize(cards["employee_id"].to_numpy(dtype=object), sort=True)
    complete = cards["complete"].to_numpy(dtype=bool)
    all_days, factor = _column(cards, "days"), _column(cards, "bonus_factor")
    days = np.where(complete, all_days, 0.0)

    def added(values: Values) -> Values:
        return np.bincount(person, weights=values, minlength=len(people)).astype(np.float64)

    complete_days = added(days)
    # A missing factor (a week has no grades) must not become 0 in the sum.
    lacks_factor = added(np.where(complete & np.isnan(factor), 1.0, 0.0)) > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        total = added(_column(cards, "total") * days) / complete_days
        bonus = added(np.nan_to_num(factor) * days) / complete_days
    frame = pd.DataFrame(
        {
            "employee_id": people,
            "total": total,
            "bonus_factor": np.where(lacks_factor, np.nan, bonus),
            "days": np.where(complete_days > 0.0, complete_days, added(all_days)),
        }
    )
    return checked(frame, SUMMARIES)


def _column(frame: pd.DataFrame, name: str) -> Values:
    return frame[name].to_numpy(dtype=np.float64)
