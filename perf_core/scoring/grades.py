"""Ranks within a cohort, and the grades that totals get."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt

from perf_core.domain.catalogue import GradeRule, GradeScheme
from perf_core.scoring.closeness import EQUAL_WITHIN, reach

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def better_cards(totals: Values) -> Whole:
    """How many totals of one cohort are strictly better than each of them.

    Examples
    --------
    >>> import numpy as np
    >>> better_cards(np.array([90.0, 100.0, 90.0, 80.0])).tolist()
    [1, 0, 1, 3]
    """
    ordered = np.sort(totals)
    return len(totals) - np.searchsorted(ordered, totals + EQUAL_WITHIN, side="left")


def places_of_grades(scheme: GradeScheme, size: int) -> list[int]:
    """How many cards of a cohort get each grade or a better one.

    The shares are cumulative and exact decimals, rounded half up; the last grade takes the rest.

    Examples
    --------
    >>> from perf_core.domain.catalogue import Grade, Names
    >>> grades = (
    ...     Grade("excellent", Names(), Decimal("0.20"), 100.0, 1.5),
    ...     Grade("good", Names(), Decimal("0.50"), 80.0, 1.0),
    ...     Grade("improve", Names(), None, 0.0, 0.5),
    ... )
    >>> places_of_grades(GradeScheme(GradeRule.RANK, grades), 13)
    [3, 9, 13]
    """
    places, share = [], Decimal(0)
    for grade in scheme.grades[:-1]:
        share += grade.share or Decimal(0)
        exact = share * size
        places.append(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    return [*places, size]


def ranks_decide(scheme: GradeScheme, *, cohort: int, company: int) -> bool:
    """Whether a cohort is graded by rank: a small team is not forced into a curve."""
    match scheme.rule:
        case GradeRule.RANK:
            return True
        case GradeRule.THRESHOLD:
            return False
        case GradeRule.AUTO:
            return company > scheme.auto_company and cohort >= scheme.auto_from


def cohort_grades(totals: Values, scheme: GradeScheme, *, company: int) -> Whole:
    """The grade of each card of one cohort, as its place in the scheme.

    By rank, a card gets the best grade that has room for it: whose number of places exceeds the
    number of strictly better cards, so that equals share the better grade. By threshold, the
    best grade whose threshold the total reaches.

    Parameters
    ----------
    totals : array of float, shape (n_cards,)
        The totals of one cohort.
    scheme : GradeScheme
        Grades, best first.
    company : int
        People employed on the period's last day.
    """
    if ranks_decide(scheme, cohort=len(totals), company=company):
        places = np.array(places_of_grades(scheme, len(totals)))
        full = (places[None, :] <= better_cards(totals)[:, None]).sum(axis=1)
        return np.asarray(np.minimum(full, len(scheme.grades) - 1), dtype=np.int64)
    grade = np.full(len(totals), len(scheme.grades) - 1, dtype=np.int64)
    for place in range(len(scheme.grades) - 2, -1, -1):
        grade[reach(totals, scheme.grades[place].at_least)] = place
    return grade
