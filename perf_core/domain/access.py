"""Who is asking, and whom they may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


class ViewerKind(StrEnum):
    """The parts a person can play in front of the screen."""

    EXECUTIVE = "executive"
    HR = "hr"
    MANAGER = "manager"
    EMPLOYEE = "employee"


class PayRight(StrEnum):
    """What of pay may be seen."""

    NONE = "none"
    GROUPS = "groups"
    ALL = "all"


@dataclass(frozen=True)
class Viewer:
    """Who is asking: the part they play, and the person they are (none for the command line)."""

    kind: ViewerKind
    employee_id: str | None = None


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
        Whether targets, people and files may be changed.
    """

    viewer: Viewer
    employees: frozenset[str] | None
    pay: PayRight
    may_edit: bool = False

    def sees(self, employee_id: str) -> bool:
        """Whether this person may be seen."""
        return self.employees is None or employee_id in self.employees

    def narrow(self, frame: pd.DataFrame, column: str = "employee_id") -> pd.DataFrame:
        """The rows of a frame that are about people who may be seen."""
        if self.employees is None:
            return frame
        return frame[frame[column].isin(self.employees)]


def everything() -> Scope:
    """The scope of the command line: who can run it owns the store."""
    return Scope(Viewer(ViewerKind.HR), None, PayRight.ALL, may_edit=True)
