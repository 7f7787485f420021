"""Take away the pay figures from which somebody's pay could be worked out.

A viewer who may see the pay of groups, but not of people, is shown a figure of pay only if it
follows from the told sums of its months (``scoring.sum_audit``): sums over the groups of up to
three axes in whole months, taken so that no combination of them is about one or two people.
Whatever is asked for, whatever the limits, axes and days, cannot tell more than these.

A sum of bonuses is shown only to who may see each of them. Its factors are on the cards and change
from period to period while the bases stay: a few periods of one group could be solved for them.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Final

import numpy as np
import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.period import month_of
from perf_core.scoring.comparison import Compared
from perf_core.scoring.stays import split_by_month, stays
from perf_core.scoring.sum_audit import FEWEST, PLACE, SumAudit
from perf_core.services.score_period import Basis

FEWEST_PAID = FEWEST
"""A pay figure of a group of fewer people is a person's pay."""

OF_PAY = ("pay_cost", "cost_ratio", "bonus_cost")
"""The numbers that tell what people are paid."""

_KEPT: Final = 48


@dataclass(frozen=True)
class Payroll:
    """Who with pay was where in some months: what told sums are made of.

    Attributes
    ----------
    parts : DataFrame
        One row per month, person and place of the whole months looked at, up to the newest day
        with data: ``month``, ``employee_id``, brand, role, region, department and ``weight``,
        the days there. Nobody changes it.
    audits : dict
        The told sums found so far, by what a scope allows and the month.
    mark : str or None
        The column that marks some of the rows, as in
        :class:`perf_core.scoring.sum_audit.SumAudit`.
    """

    parts: pd.DataFrame
    mark: str | None = None
    audits: dict[tuple[Hashable, object], SumAudit] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def months(self) -> list[np.datetime64]:
        """The first days of the months that somebody was paid in."""
        return list(np.unique(self.parts["month"].to_numpy(dtype="datetime64[M]")))


def read_payroll(basis: Basis, paid: pd.DataFrame, spans: Iterable[tuple[date, date]]) -> Payroll:
    """Find who with pay was where in the whole months that some days fall into.

    Parameters
    ----------
    basis : Basis
        The people and their assignments.
    paid : DataFrame
        As from :func:`perf_core.scoring.pay_cost.monthly_pay`, for these months.
    spans : iterable of (date, date)
        First and last days.
    """
    known = [span for span in spans if span[0] <= span[1]]
    if not known:
        return Payroll(pd.DataFrame(columns=["month", "employee_id", *PLACE, "weight"]))
    last = max(month_of(one).last_day for _, one in known)
    if basis.company.data_day is not None:
        last = max(min(last, basis.company.data_day), *(one for _, one in known))
    first = min(month_of(one).start for one, _ in known)
    found = stays(basis.company.people, basis.company.assignments, first=first, last=last)
    pieces = split_by_month(found).merge(
        paid[["employee_id", "month"]], on=["employee_id", "month"]
    )
    by = ["month", "employee_id", *PLACE]
    days = pieces[[*by, "days"]].rename(columns={"days": "weight"})
    parts: pd.DataFrame = days.groupby(by, as_index=False).sum()
    return Payroll(parts)


def withhold_group_pay(found: Compared, *, payroll: Payroll, scope: Scope) -> pd.DataFrame:
    """Take away the pay figures of groups that a viewer may not see.

    Parameters
    ----------
    found : Compared
        The groups and whose pay is in them.
    payroll : Payroll
        Everybody's pay parts of the months.
    scope : Scope
        What of whose pay the viewer may see.

    Returns
    -------
    DataFrame
        The groups with ``pay_withheld``, and missing pay figures where it is set; ``bonus_cost``
        is missing besides for who may not see each person's.
    """
    groups = found.groups
    if _sees_each(scope):
        withheld = pd.Series(data=False, index=groups.index)
    elif _sees_none(scope):
        withheld = (groups["n_paid"] > 0) | (groups["n_bonus"] > 0)
    else:
        withheld = ~_shown_pay(found, payroll, scope)
        groups = groups.assign(bonus_cost=groups["bonus_cost"].mask(_tells_bonus(found, scope)))
    return _without(groups, withheld.astype(bool))


def _without(groups: pd.DataFrame, withheld: pd.Series[bool]) -> pd.DataFrame:
    shown = groups.assign(pay_withheld=withheld)
    shown.loc[withheld, list(OF_PAY)] = np.nan
    return shown


def _sees_each(scope: Scope) -> bool:
    return scope.pay is PayRight.ALL


def _sees_none(scope: Scope) -> bool:
    return scope.pay is PayRight.NONE and not scope.more_pay


def _shown_pay(found: Compared, payroll: Payroll, scope: Scope) -> pd.Series[bool]:
    parts, n_groups = found.paid_parts, len(found.groups)
    shown = np.ones(n_groups, dtype=np.bool_)
    for month in np.unique(parts.month):
        audit = audit_of(payroll, month, scope)
        of_month = parts.month == month
        shown &= audit.follow_told(
            parts.group[of_month],
            parts.person[of_month],
            parts.weight[of_month],
            people=parts.people,
            n_groups=n_groups,
        )
    return pd.Series(shown, found.groups.index)


def audit_of(payroll: Payroll, month: object, scope: Scope) -> SumAudit:
    """Find the told sums of a month for a viewer, once for each payroll."""
    key = (_allowed(scope), month)
    audit = payroll.audits.get(key)
    if audit is None:
        mine = scope.narrow(payroll.parts)
        audit = told_sums(mine[mine["month"] == month], scope, mark=payroll.mark)
        payroll.audits[key] = audit
    return audit


def _allowed(scope: Scope) -> Hashable:
    """All of a scope that told sums depend on: two viewers of the same have the same."""
    more = tuple(sorted(scope.more_pay.items()))
    return (scope.employees, scope.pay, more, scope.viewer.employee_id)


def _tells_bonus(found: Compared, scope: Scope) -> pd.Series[bool]:
    """Which groups have a bonus in them that the viewer may not see by itself."""
    parts = found.bonus_parts
    each = [who for who in scope.more_pay if scope.pay_of(who) is PayRight.ALL]
    hidden = ~np.isin(parts.people, each)
    return pd.Series(np.isin(found.groups.index, parts.group[hidden[parts.person]]))


# --- the told sums, worked out once per month and kind of viewer ----------------------------------

_audits: OrderedDict[str, SumAudit] = OrderedDict()
_audits_lock = Lock()


def told_sums(parts: pd.DataFrame, scope: Scope, *, mark: str | None = None) -> SumAudit:
    """Give the told sums of a month for a viewer; the same again for the same people and places.

    Parameters
    ----------
    parts : DataFrame
        The rows of a month of :class:`Payroll`, of the people whom the viewer may see.
    scope : Scope
        What of whose pay the viewer may see.
    mark : str, optional
        As in :class:`perf_core.scoring.sum_audit.SumAudit`.
    """
    columns = ["employee_id", *PLACE, *([] if mark is None else [mark]), "weight"]
    parts = parts[columns]
    people = set(parts["employee_id"])
    rights = {one: scope.pay_of(one) for one in people}
    known = {one for one, right in rights.items() if right is PayRight.ALL}
    if scope.viewer.employee_id in people and rights[scope.viewer.employee_id] is PayRight.GROUPS:
        known.add(scope.viewer.employee_id)
    closed = {one for one, right in rights.items() if right is PayRight.NONE}
    key = _key(parts, known, closed)
    with _audits_lock:
        if key in _audits:
            _audits.move_to_end(key)
            return _audits[key]
    made = SumAudit(parts, known=known, closed=closed, mark=mark)
    with _audits_lock:
        _audits[key] = made
        while len(_audits) > _KEPT:
            _audits.popitem(last=False)
    return made


def _key(parts: pd.DataFrame, known: set[str], closed: set[str]) -> str:
    rows = sorted(zip(*(parts[name].tolist() for name in parts.columns), strict=True))
    said = repr(([*parts.columns], rows, sorted(known), sorted(closed)))
    return hashlib.sha256(said.encode()).hexdigest()
