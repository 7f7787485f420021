"""Compare groups of people and business: brands, regions, roles, channels, departments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import Catalogue
from perf_core.domain.errors import NotFound, not_among
from perf_core.domain.period import Period, window
from perf_core.scoring.comparison import ALL_PARTS, Part, compare
from perf_core.scoring.group_rows import GroupInputs
from perf_core.scoring.grouped import Grouped
from perf_core.scoring.groups import AXES, Within
from perf_core.services.axis_groups import GROUP_KINDS, Members, in_axes, members_of
from perf_core.services.group_inputs import (
    AskedPeriod,
    grouped_for,
    read_group_inputs,
    with_cards,
)
from perf_core.services.pay_withholding import (
    FEWEST_PAID,
    OF_PAY,
    Payroll,
    read_payroll,
    withhold_group_pay,
)
from perf_core.services.score_period import (
    Basis,
    PeriodScores,
    default_as_of,
    read_basis,
    scores_from,
)
from perf_core.store.engine import Store

__all__ = [
    "FEWEST_PAID",
    "OF_PAY",
    "ComparedInputs",
    "GroupNumbers",
    "axes_of",
    "axes_within",
    "compare_groups",
    "compare_months",
    "groups_from",
    "named_codes",
    "read_compared",
    "read_compared_months",
    "with_scores",
]


@dataclass(frozen=True)
class GroupNumbers:
    """The numbers of groups in a period as of a day. Nobody changes its frames.

    Attributes
    ----------
    period : Period
        The period that is looked at.
    as_of : date
        The last day that counts.
    by : tuple of str
        The axes of the groups.
    groups : DataFrame
        One row per group, indexed from 0: its codes (``""``: without one), the numbers of
        ``perf_core.scoring.comparison.NUMBERS`` (missing: unknown), ``pay_estimated``,
        ``pay_withheld``, whether the viewer may not see the pay figures, and ``paid_days`` and
        ``paid_revenue``, the days and the revenue of the people in them.
    grade_shares : DataFrame
        On the index of ``groups``, a column per grade; missing where no card has one.
    indicators : DataFrame
        ``group`` (its place in ``groups``), ``indicator``, ``actual``, ``target``, ``attainment``.
    """

    period: Period
    as_of: date
    by: tuple[str, ...]
    groups: pd.DataFrame
    grade_shares: pd.DataFrame
    indicators: pd.DataFrame


def compare_groups(
    store: Store,
    period: Period,
    *,
    by: Iterable[str],
    within: Within | None = None,
    indicators: Iterable[str] | None = None,
    as_of: date | None = None,
    scope: Scope,
    scores: PeriodScores | None = None,
) -> GroupNumbers:
    """Work out the numbers of groups in a period.

    Parameters
    ----------
    store : Store
        The store to read.
    period : Period
        The period to look at.
    by : iterable of str
        The axes: brand, region, role, channel, department; several make groups of their
        combinations, none makes one group of everything.
    within : mapping of str to collection of str, optional
        Codes by axis: only people and business of these belong to a group (``""``: those
        without one). A group within one code is the group of that code, to the last digit.
        Under ``brand_group`` and ``region_group`` the groups that the catalogue puts brands and
        regions in: the same as naming all of their brands or regions.
    indicators : iterable of str, optional
        The indicators to tell; without it those on a card of the group.
    as_of : date, optional
        The last day that counts; without it the last one with data, or the period's end.
    scope : Scope
        Whom the viewer may see: groups are made of these people only, and rows of nobody are
        shown to those who see everybody.
    scores : PeriodScores, optional
        The company's scores of the period and day, where they are at hand.

    Raises
    ------
    NotFound
        There is no such axis, code, group or indicator.
    NothingWithin
        The limits of an axis exclude one another.
    """
    axes, limits = axes_of(by), kinds_within(within)
    read = read_compared(
        store,
        period,
        by_channel="channel" in {*axes, *limits},
        indicators=indicators,
        as_of=as_of,
        scores=scores,
    )
    return groups_from(read, by=axes, within=limits, scope=scope)


@dataclass(frozen=True)
class ComparedInputs:
    """Everybody's inputs of a period or several, of which any viewer's groups are made.

    Attributes
    ----------
    period : Period
        What is looked at: one period, or the window from the first to the last of several.
    as_of : date
        The last day that counts.
    inputs : GroupInputs
        Everybody's. Nobody changes its frames.
    by_channel : bool
        Whether sums are told apart by channel.
    codes : mapping of str to frozenset of str
        The codes by axis that somebody or something is named by.
    payroll : Payroll
        Who with pay was where in the months looked at.
    members : Members
        The named groups of brands and regions.
    """

    period: Period
    as_of: date
    inputs: GroupInputs
    by_channel: bool
    codes: Mapping[str, frozenset[str]]
    payroll: Payroll
    members: Members = ()


def read_compared(
    store: Store,
    period: Period,
    *,
    by_channel: bool = False,
    indicators: Iterable[str] | None = None,
    as_of: date | None = None,
    scores: PeriodScores | None = None,
) -> ComparedInputs:
    """Read everybody's inputs of a period, once for all axes, limits and viewers."""
    with store.reading() as connection:
        basis = read_basis(store, connection)
        only = _only(indicators, basis.catalogue)
        if scores is None:
            scores = scores_from(connection, basis, period, as_of)
        asked = [AskedPeriod(period, min(period.last_day, scores.as_of), scores)]
        inputs = read_group_inputs(connection, basis, asked, by_channel=by_channel, only=only)
    payroll = read_payroll(basis, inputs.paid, inputs.now.days.values())
    return ComparedInputs(
        period,
        scores.as_of,
        inputs,
        by_channel,
        named_codes(basis),
        payroll,
        members_of(basis.catalogue),
    )


def groups_from(
    read: ComparedInputs,
    *,
    by: Iterable[str],
    within: Within | None = None,
    scope: Scope,
    parts: Collection[Part] = ALL_PARTS,
) -> GroupNumbers:
    """Work out the numbers of a viewer's groups from inputs that are at hand.

    Parameters
    ----------
    read : ComparedInputs
        As from :func:`read_compared` or :func:`read_compared_months`; read by channel exactly
        if ``by`` or ``within`` names it.
    by, within, scope
        As in :func:`compare_groups`.
    parts : collection of {"people", "pay", "cards"}
        What is worked out besides revenue and indicators, as in
        :func:`perf_core.scoring.comparison.compare`.

    Raises
    ------
    NotFound
        There is no such axis, code or group.
    NothingWithin
        The limits of an axis exclude one another.
    """
    return numbers_of(read, rows_of(read, by=by, within=within, scope=scope), scope, parts)


def rows_of(
    read: ComparedInputs, *, by: Iterable[str], within: Within | None, scope: Scope
) -> Grouped:
    """Pick the rows of a viewer's groups; parameters and errors as of :func:`groups_from`."""
    axes, limits = axes_of(by), axes_within(within, read.members)
    for axis, codes in limits.items():
        for code in codes:
            # Channels are named by rows alone; of all others everything that is named is known.
            if code and axis != "channel" and code not in read.codes[axis]:
                # Whoever sees some of the people is not told of the groups of the others.
                told = read.codes[axis] if scope.employees is None else ()
                raise not_among(axis, code, told)
    return grouped_for(read.inputs, scope, by=axes, within=limits)


def numbers_of(
    read: ComparedInputs, rows: Grouped, scope: Scope, parts: Collection[Part] = ALL_PARTS
) -> GroupNumbers:
    """Work out the numbers of a viewer's groups from their rows, as from :func:`rows_of`."""
    found = compare(rows, parts)
    groups = withhold_group_pay(found, payroll=read.payroll, scope=scope)
    return GroupNumbers(
        read.period,
        read.as_of,
        rows.by,
        groups.drop(columns=["n_paid", "n_bonus"]),
        found.grade_shares,
        found.indicators,
    )


def compare_months(
    store: Store,
    months: Sequence[Period],
    *,
    by: Iterable[str],
    within: Within | None = None,
    indicators: Iterable[str] = (),
    as_of: date | None = None,
    scope: Scope,
    scores: Mapping[str, PeriodScores] | None = None,
) -> GroupNumbers:
    """Work out the numbers of groups month by month, with one read of everything.

    Each month's numbers are those of :func:`compare_groups` for it. What comes from scorecards
    (attainment, totals, grades, bonus, targets) is there for the months whose scores are given.

    Parameters
    ----------
    store : Store
        The store to read.
    months : sequence of Period
        The periods to look at, in order: any of one length or not, most often months.
    by, within, scope
        As in :func:`compare_groups`.
    indicators : iterable of str, optional
        The indicators to tell of every group.
    as_of : date, optional
        The last day that counts; without it the last one with data.
    scores : mapping of str to PeriodScores, optional
        The company's scores by the period's code, as of the same day.

    Returns
    -------
    GroupNumbers
        Of the window from the first to the last month; its groups have ``period``, the month's
        code, before their own codes.

    Raises
    ------
    NotFound
        There is no such axis, code or indicator.
    """
    axes, limits = axes_of(by), kinds_within(within)
    read = read_compared_months(
        store,
        months,
        by_channel="channel" in {*axes, *limits},
        indicators=indicators,
        as_of=as_of,
        scores=scores,
    )
    return groups_from(read, by=axes, within=limits, scope=scope)


def read_compared_months(
    store: Store,
    months: Sequence[Period],
    *,
    by_channel: bool = False,
    indicators: Iterable[str] | None = (),
    as_of: date | None = None,
    scores: Mapping[str, PeriodScores] | None = None,
) -> ComparedInputs:
    """Read everybody's inputs of several periods at once, as :func:`read_compared` does of one."""
    known = scores or {}
    with store.reading() as connection:
        basis = read_basis(store, connection)
        only = _only(indicators, basis.catalogue)
        asked = [
            AskedPeriod(
                month,
                min(month.last_day, as_of or default_as_of(month, basis.company.data_day)),
                known.get(month.code),
            )
            for month in months
        ]
        inputs = read_group_inputs(connection, basis, asked, by_channel=by_channel, only=only)
    whole = window(min(month.start for month in months), max(month.last_day for month in months))
    last = max(one.last for one in asked)
    payroll = read_payroll(basis, inputs.paid, inputs.now.days.values())
    return ComparedInputs(
        whole,
        last,
        inputs,
        by_channel,
        named_codes(basis),
        payroll,
        members_of(basis.catalogue),
    )


def with_scores(read: ComparedInputs, scores: Iterable[PeriodScores]) -> ComparedInputs:
    """The same inputs of several periods, of no indicators, with what comes from scorecards."""
    return replace(read, inputs=with_cards(read.inputs, scores))


def axes_of(by: Iterable[str]) -> tuple[str, ...]:
    """The axes of groups, each once.

    Raises
    ------
    NotFound
        There is no such axis.
    """
    axes = tuple(dict.fromkeys(by))
    for axis in axes:
        if axis not in AXES:
            raise NotFound(kind="axis", code=axis)
    return axes


def kinds_within(within: Within | None) -> dict[str, tuple[str, ...]]:
    """The limits as they were asked for, by axis or kind of named group; empty ones left out.

    Raises
    ------
    NotFound
        There is no such axis.
    """
    limits = {kind: tuple(dict.fromkeys(codes)) for kind, codes in (within or {}).items()}
    axes_of(kind for kind in limits if kind not in GROUP_KINDS)
    return {kind: codes for kind, codes in limits.items() if codes}


def axes_within(within: Within | None, members: Members = ()) -> dict[str, tuple[str, ...]]:
    """The codes of each axis that limits groups; an axis without codes limits nothing.

    Parameters
    ----------
    within : mapping of str to collection of str, optional
        As in :func:`compare_groups`.
    members : Members
        The named groups of brands and regions.

    Raises
    ------
    NotFound
        There is no such axis or group.
    NothingWithin
        The limits of an axis exclude one another.
    """
    return in_axes(kinds_within(within), members)


def named_codes(basis: Basis) -> dict[str, frozenset[str]]:
    """What brands, regions … are called, by the catalogue or by an assignment."""
    assignments, named = basis.company.assignments, basis.catalogue.axes
    return {
        axis: frozenset(code for kind, code in named if kind == axis)
        | frozenset(assignments[axis].unique() if axis in assignments else ())
        for axis in AXES
    }


def _only(indicators: Iterable[str] | None, catalogue: Catalogue) -> tuple[str, ...] | None:
    if indicators is None:
        return None
    only = tuple(dict.fromkeys(indicators))
    for code in only:
        if code not in catalogue.indicators:
            raise NotFound(kind="indicator", code=code)
    return only
