"""Who is asking, and whom they may see."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

import pandas as pd


class ViewerKind(StrEnum):
    """The parts a person can play in front of the screen."""

    EXECUTIVE = "executive"
    HR = "hr"
    BRAND_HEAD = "brand_head"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    ADMINISTRATOR = "administrator"


class PayRight(StrEnum):
    """What of pay may be seen."""

    NONE = "none"
    GROUPS = "groups"
    ALL = "all"


@dataclass(frozen=True)
class Viewer:
    """Who is asking: the part they play, and the person they are (none for the command line).

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
    """

    kind: ViewerKind
    employee_id: str | None = None
    brands: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    stands_in_for: tuple[Viewer, ...] = ()
    account_id: str = ""
    is_administrator: bool = False


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
        Nobody's pay, that of groups, or each person's.
    may_edit : bool
        Whether people, files and schemes may be changed.
    may_administer : bool
        Whether accounts and settings may be changed.
    former : mapping of str to date
        People of a former team and the last day that is still seen of them.
    sees_ranks : bool
        Whether the totals of the own role are seen without names.
    """

    viewer: Viewer
    employees: frozenset[str] | None
    pay: PayRight
    may_edit: bool = False
    may_administer: bool = False
    former: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    sees_ranks: bool = False

    @cached_property
    def key(self) -> str:
        """Everything the scope allows, as a short text: what caches are keyed by."""
        people = ["*"] if self.employees is None else sorted(self.employees)
        allowed = repr(
            (
                people,
                self.pay.value,
                self.may_edit,
                self.may_administer,
                sorted((who, last.isoformat()) for who, last in self.former.items()),
                self.sees_ranks,
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

    def narrow(self, frame: pd.DataFrame, column: str = "employee_id") -> pd.DataFrame:
        """The rows of a frame that are about people who may be seen."""
        if self.employees is None:
            return frame
        return frame[frame[column].isin(self.employees)]


def everything() -> Scope:
    """The scope of the command line: who can run it owns the store."""
    return Scope(Viewer(ViewerKind.HR), None, PayRight.ALL, may_edit=True, may_administer=True)
