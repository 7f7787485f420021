"""Who is asking, and whom they may see."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from perf_core.domain.period import Period, month_of


class ViewerKind(StrEnum):
    """The parts a person can play in front of the screen."""

    EXECUTIVE = "executive"
    HR = "hr"
    BRAND_HEAD = "brand_head"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    ADMINISTRATOR = "administrator"


class PayRight(StrEnum):
    """What of pay may be seen: nothing, sums over groups, each person's."""

    NONE = "none"
    GROUPS = "groups"
    ALL = "people"

    @property
    def rank(self) -> int:
        """How much it is: 0 for nothing."""
        return list(PayRight).index(self)


class FormerTeam(StrEnum):
    """What a manager keeps seeing of people who left the line."""

    NOTHING = "nothing"
    WHILE_LED = "while_led"


@dataclass(frozen=True)
class AccessRules:
    """What a company has decided about rights; each default is the narrower choice.

    Attributes
    ----------
    pay_of_brand_heads, pay_of_managers : PayRight
        What brand heads see of the pay of their brand, and managers of that of their people.
    former_team : FormerTeam
        What a manager keeps of people who left the line.
    shows_ranks : bool
        Whether employees see the totals of their role without names.
    """

    pay_of_brand_heads: PayRight = PayRight.NONE
    pay_of_managers: PayRight = PayRight.NONE
    former_team: FormerTeam = FormerTeam.NOTHING
    shows_ranks: bool = True


@dataclass(frozen=True)
class Viewer:
    """Who is asking: the parts they play, and the person they are (none for the command line).

    Attributes
    ----------
    kind : ViewerKind
        The part that says most about what they may see.
    employee_id : str, optional
        The person they are, where the company knows them as one of its people.
    brands, departments : frozenset of str
        What they lead besides their own line of report.
    stands_in_for : tuple of Viewer
        Those they are the deputy of at the moment.
    account_id : str
        The account they signed in with; empty for "view as" and the command line.
    is_administrator : bool
        Whether they also keep settings and accounts.
    label : str
        What the record calls who has neither account nor person, such as the command line.
    """

    kind: ViewerKind
    employee_id: str | None = None
    brands: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    stands_in_for: tuple[Viewer, ...] = ()
    account_id: str = ""
    is_administrator: bool = False
    label: str = ""

    @property
    def signature(self) -> str:
        """Who did it, as the record keeps it: the account, else the person, else the part."""
        return self.account_id or self.employee_id or self.label or self.kind.value


class Reason(StrEnum):
    """Why something may be seen."""

    HR = "hr"
    EXECUTIVE = "executive"
    BRAND = "brand"
    DEPARTMENT = "department"
    LINE = "line"
    SELF = "self"
    FORMER_TEAM = "former_team"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Grant:
    """One reason to see people, and what it opens. A scope is the union of its grants.

    Attributes
    ----------
    reason : Reason
        Why.
    about : str
        The brand or department that is led; empty where there is nothing to add.
    deputy_for : str
        The person whose right it is, where the viewer stands in for somebody.
    employees : frozenset of str, or None
        Whom it opens, with all their past; ``None`` is everybody.
    pay : PayRight
        What of their pay.
    may_lead : bool
        Whether their targets may be changed and their plans written.
    may_edit, may_administer, sees_ranks : bool
        As in :class:`Scope`.
    former : mapping of str to date
        As in :class:`Scope`.
    """

    reason: Reason
    about: str = ""
    deputy_for: str = ""
    employees: frozenset[str] | None = frozenset()
    pay: PayRight = PayRight.NONE
    may_lead: bool = False
    may_edit: bool = False
    may_administer: bool = False
    sees_ranks: bool = False
    former: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))

    def covers(self, employee_id: str) -> bool:
        """Whether it opens this person."""
        return self.employees is None or employee_id in self.employees


@dataclass(frozen=True)
class Scope:
    """What one viewer may see; every read of the services asks for one.

    Attributes
    ----------
    viewer : Viewer
        Whose scope it is.
    employees : frozenset of str, or None
        The people who may be seen one by one; ``None`` is everybody.
    pay : PayRight
        What may be seen of the pay of each of them at least.
    may_edit : bool
        Whether people, files and schemes may be changed.
    may_administer : bool
        Whether accounts and settings may be changed.
    former : mapping of str to date
        People who left the team and their last day in it (see :meth:`sees_period`).
    sees_ranks : bool
        Whether the totals of the own role are seen without names.
    more_pay : mapping of str to PayRight
        The people of whose pay more may be seen than ``pay`` says.
    leads : frozenset of str, or None
        Whose targets and plans may be changed; ``None`` is everybody's.
    """

    viewer: Viewer
    employees: frozenset[str] | None
    pay: PayRight
    may_edit: bool = False
    may_administer: bool = False
    former: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    sees_ranks: bool = False
    more_pay: Mapping[str, PayRight] = field(default_factory=lambda: MappingProxyType({}))
    leads: frozenset[str] | None = frozenset()

    @cached_property
    def key(self) -> str:
        """Everything the scope allows, as a short text: what caches are keyed by."""
        allowed = repr(
            (
                _sorted(self.employees),
                self.pay.value,
                self.may_edit,
                self.may_administer,
                sorted((who, last.isoformat()) for who, last in self.former.items()),
                self.sees_ranks,
                sorted((who, pay.value) for who, pay in self.more_pay.items()),
                _sorted(self.leads),
                self.viewer.kind.value,
                self.viewer.employee_id,
                self.viewer.account_id,
            )
        )
        return hashlib.sha256(allowed.encode()).hexdigest()[:32]

    def __hash__(self) -> int:
        """Hash by what is allowed."""
        return hash(self.key)

    def sees(self, employee_id: str) -> bool:
        """Whether this person may be seen today and for all their past."""
        return self.employees is None or employee_id in self.employees

    def sees_period(self, employee_id: str, period: Period) -> bool:
        """Whether the cards of this person in a period may be seen.

        Of people who left the team: in periods that had begun by then and end with the month
        in which they left at the latest, so that no long window carries on into the new team.
        """
        if self.sees(employee_id):
            return True
        last = self.former.get(employee_id)
        if last is None:
            return False
        return period.start <= last and period.last_day <= month_of(last).last_day

    def seen_in(self, period: Period) -> frozenset[str] | None:
        """Everybody whose cards in a period may be seen; ``None`` is everybody."""
        if self.employees is None:
            return None
        former = {who for who in self.former if self.sees_period(who, period)}
        return self.employees | former if former else self.employees

    def pay_of(self, employee_id: str) -> PayRight:
        """What may be seen of this person's pay."""
        if not self.sees(employee_id):
            return PayRight.NONE
        more = self.more_pay.get(employee_id)
        return self.pay if more is None else max(self.pay, more, key=lambda one: one.rank)

    def covers(self, other: Scope) -> bool:
        """Whether everything that another scope opens of people and pay is open here too."""
        if other.employees is None:
            sees_all = self.employees is None and self.pay.rank >= other.pay.rank
        else:
            sees_all = all(map(self.sees, other.employees))
        keeps = all(
            self.sees(who) or self.former.get(who, date.min) >= last
            for who, last in other.former.items()
        )
        whose = {*(other.employees or ()), *other.more_pay}
        return (
            sees_all
            and keeps
            and all(self.pay_of(who).rank >= other.pay_of(who).rank for who in whose)
        )

    def narrow(
        self, frame: pd.DataFrame, column: str = "employee_id", *, period: Period | None = None
    ) -> pd.DataFrame:
        """The rows of a frame that are about people who may be seen (in a period)."""
        seen = self.employees if period is None else self.seen_in(period)
        if seen is None:
            return frame
        return frame[frame[column].isin(seen)]


def _sorted(people: frozenset[str] | None) -> list[str] | None:
    return None if people is None else sorted(people)


def union_of(viewer: Viewer, grants: Sequence[Grant]) -> Scope:
    """Put grants together: who has several reasons sees what any of them opens."""
    everybody = any(grant.employees is None for grant in grants)
    finite = {who for grant in grants for who in grant.employees or ()}
    rights = {
        who: max((one.pay for one in grants if one.covers(who)), key=lambda pay: pay.rank)
        for who in finite
    }
    if everybody:
        whole = (grant.pay for grant in grants if grant.employees is None)
        least = max(whole, key=lambda pay: pay.rank)
    else:
        least = min(rights.values(), key=lambda pay: pay.rank, default=PayRight.NONE)
    former: dict[str, date] = {}
    for grant in grants:
        for who, last in grant.former.items():
            former[who] = max(last, former.get(who, last))
    leading = [grant.employees for grant in grants if grant.may_lead]
    led = None if None in leading else frozenset().union(*(one or () for one in leading))
    return Scope(
        viewer,
        employees=None if everybody else frozenset(finite),
        pay=least,
        may_edit=any(grant.may_edit for grant in grants),
        may_administer=any(grant.may_administer for grant in grants),
        former={who: last for who, last in former.items() if not everybody and who not in finite},
        sees_ranks=any(grant.sees_ranks for grant in grants),
        more_pay={who: pay for who, pay in rights.items() if pay.rank > least.rank},
        leads=led,
    )


def everything() -> Scope:
    """The scope of the command line: who can run it owns the store."""
    return Scope(
        Viewer(ViewerKind.HR, label="command line"),
        None,
        PayRight.ALL,
        may_edit=True,
        may_administer=True,
        sees_ranks=True,
        leads=None,
    )
