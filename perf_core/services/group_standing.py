"""Which group is in trouble, and with what: the answer before the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import Catalogue
from perf_core.scoring.groups import Within
from perf_core.scoring.standing import TROUBLES, points_lost, shortfalls, spread_of_totals
from perf_core.services.compare_groups import (
    ComparedInputs,
    GroupNumbers,
    axes_within,
    groups_from,
    numbers_of,
    rows_of,
)

__all__ = ["TROUBLES", "Standing", "cost_limit", "group_standing", "have_gone"]


@dataclass(frozen=True)
class Standing:
    """Groups with what troubles them. Nobody changes its frames.

    Attributes
    ----------
    numbers : GroupNumbers
        The groups that have something to tell, the most troubled first. ``groups`` has besides:
        ``cost_limit``, ``trouble`` (the sum of its shortfalls), ``worst`` (the number with the
        largest; empty without any), ``weakest`` (the indicator that costs most points; empty
        without any) with ``weakest_lost`` (per card), ``weakest_actual`` and ``weakest_target``.
    spread : DataFrame
        On the same index, how the totals lie (``scoring.standing.spread_of_totals``).
    whole : GroupNumbers
        All of them together, one group.
    """

    numbers: GroupNumbers
    spread: pd.DataFrame
    whole: GroupNumbers

    @property
    def total(self) -> dict[str, float]:
        """The numbers of all groups together."""
        groups = self.whole.groups
        return {} if groups.empty else dict(groups.iloc[0])


def cost_limit(catalogue: Catalogue, *, brand: str = "", role: str = "") -> float | None:
    """The cost ratio from which a warning comes, by the most specific setting; none if unset."""
    of_brand_and_role = {
        (rule.brand, rule.role): rule.limit for rule in catalogue.rules if rule.code == "cost_ratio"
    }
    for key in ((brand, role), (brand, ""), ("", role), ("", "")):
        if of_brand_and_role.get(key) is not None:
            return of_brand_and_role[key]
    return None


def group_standing(
    read: ComparedInputs,
    *,
    by: tuple[str, ...],
    within: Within | None = None,
    scope: Scope,
    catalogue: Catalogue,
    whole: GroupNumbers | None = None,
) -> Standing:
    """Work out groups with what troubles them.

    Parameters
    ----------
    read, by, within, scope
        As in :func:`perf_core.services.compare_groups.groups_from`.
    catalogue : Catalogue
        The rules with their limits.
    whole : GroupNumbers, optional
        All of them together, where that is at hand: it is the same whatever the axes.
    """
    limits = axes_within(within, read.members)
    rows = rows_of(read, by=by, within=limits, scope=scope)
    found = numbers_of(read, rows, scope)
    if whole is None:
        whole = groups_from(read, by=(), within=limits, scope=scope)
    groups = found.groups
    of_cost = pd.Series(_cost_limits(groups, limits, catalogue), groups.index, dtype=float)
    short = shortfalls(groups, dict(whole.groups.iloc[0]), cost_limit=of_cost)
    groups = groups.assign(
        cost_limit=of_cost,
        trouble=short.sum(axis=1),
        worst=short.idxmax(axis=1).where(short.max(axis=1) > 0, "") if len(short) else "",
    )
    if rows.is_by_channel:
        spread = pd.DataFrame({"n": 0, "totals": [[]] * len(groups)}, index=groups.index)
        groups = groups.assign(weakest="", weakest_lost=np.nan)
    else:
        spread = spread_of_totals(rows)
        groups = groups.join(points_lost(rows))
    groups = _with_values(groups, found.indicators)
    order = _order(groups[~_is_idle(groups)], by)
    return Standing(_ordered(replace(found, groups=groups), order), _taken(spread, order), whole)


def _cost_limits(
    groups: pd.DataFrame, within: Mapping[str, tuple[str, ...]], catalogue: Catalogue
) -> list[float | None]:
    def codes(axis: str) -> list[str]:
        if axis in groups:
            return [str(code) for code in groups[axis]]
        held = within.get(axis, ())
        return [held[0] if len(held) == 1 else ""] * len(groups)

    return [
        cost_limit(catalogue, brand=brand, role=role)
        for brand, role in zip(codes("brand"), codes("role"), strict=True)
    ]


def _with_values(groups: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Add the weakest indicator's actual and target."""
    values = indicators.set_index(["group", "indicator"])[["actual", "target"]]
    wanted = pd.MultiIndex.from_arrays([groups.index, groups["weakest"]])
    held = values.reindex(wanted)
    return groups.assign(
        weakest_actual=held["actual"].to_numpy(), weakest_target=held["target"].to_numpy()
    )


def _order(groups: pd.DataFrame, by: tuple[str, ...]) -> pd.Index:
    """The most troubled first; who cannot be helped comes last, whatever the trouble.

    That is whom an axis does not name, and groups that their people have left.
    """
    last = (groups[list(by)] == "").any(axis=1) | have_gone(groups)
    ranked = groups.assign(last=last).sort_values(
        ["last", "trouble"], ascending=[True, False], kind="stable"
    )
    return ranked.index


def have_gone(groups: pd.DataFrame) -> pd.Series[bool]:
    """Groups of whose people, as far as the viewer sees them, none is there on the last day.

    What they show is the way out of one or two, not how the group fares: a brand head sees of
    another brand only whoever came from there. Business that nobody is credited with goes on
    without people.
    """
    return (groups["headcount"] == 0) & ~(groups["revenue_uncredited"] > 0)


def _is_idle(groups: pd.DataFrame) -> pd.Series[bool]:
    """Groups of which nothing is told: nobody there, nothing sold, nobody scored, no pay."""
    nobody = groups["headcount"].fillna(0.0) == 0
    nothing = groups[["revenue", "pay_cost", "mean_total"]].fillna(0.0).eq(0.0).all(axis=1)
    return nobody & nothing


def _ordered(numbers: GroupNumbers, order: pd.Index) -> GroupNumbers:
    place = pd.Series(range(len(order)), index=order)
    told = numbers.indicators[numbers.indicators["group"].isin(order)]
    indicators = told.assign(group=told["group"].map(place).astype("int64"))
    return replace(
        numbers,
        groups=_taken(numbers.groups, order),
        grade_shares=_taken(numbers.grade_shares, order),
        indicators=indicators.sort_values(["group", "indicator"], ignore_index=True),
    )


def _taken(frame: pd.DataFrame, order: pd.Index) -> pd.DataFrame:
    return frame.loc[order].reset_index(drop=True)
