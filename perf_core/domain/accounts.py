"""Who may sign in: what a provider says of somebody, and the account it is matched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from perf_core.domain.access import ViewerKind
from perf_core.domain.account_errors import BadPart


@dataclass(frozen=True)
class Identity:
    """What a provider of sign-in says about somebody; its token has been checked.

    Attributes
    ----------
    issuer, subject : str
        The provider and its own name for the person; together they never change.
    email : str
        The address, as the provider writes it.
    email_verified : bool
        Whether the provider vouches for the address. Without that it matches nobody.
    name : str
        What the person is called, for words only.
    claims : mapping of str to object
        Everything the token says.
    """

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    claims: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in.

    Attributes
    ----------
    account_id : str
        Its name in the store; says nothing about the person.
    email : str
        In lower case; empty where only the subject is known.
    name : str
        What the person is called.
    employee_id : str
        The person of the company they are; empty for none.
    is_active : bool
        Whether they may come in at all.
    sessions_valid_after : datetime
        A sign-in before this instant is over.
    last_seen_at : datetime or None
        When they last signed in.
    issuer, subject : str
        What the account is bound to since the first sign-in; empty before.
    """

    account_id: str
    email: str
    name: str
    employee_id: str
    is_active: bool
    sessions_valid_after: datetime
    last_seen_at: datetime | None = None
    issuer: str = ""
    subject: str = ""

    @property
    def is_bound(self) -> bool:
        """Whether somebody has signed in with it."""
        return bool(self.issuer or self.subject)


@dataclass(frozen=True)
class RoleInForce:
    """A part an account plays on a day, for one brand or department where it is about one."""

    role: str
    brand: str = ""
    department: str = ""
    granted_by: str = ""


_ABOUT_A_BRAND = ViewerKind.BRAND_HEAD.value
_ABOUT_A_DEPARTMENT = ViewerKind.MANAGER.value
GRANTED_ROLES = tuple(kind.value for kind in ViewerKind if kind is not ViewerKind.EMPLOYEE)
"""The parts that are granted; that somebody is an employee, the company's list of people says."""


def read_part(text: str) -> RoleInForce:
    """Read a part as it is written: ``hr``, ``brand_head:luxe``, ``manager:service``.

    Raises
    ------
    BadPart
        There is no such part, or it lacks its brand or department.

    Examples
    --------
    >>> read_part("brand_head:luxe").brand
    'luxe'
    """
    role, _, about = text.strip().partition(":")
    return part_of(
        role,
        brand=about if role == _ABOUT_A_BRAND else "",
        department=about if role == _ABOUT_A_DEPARTMENT else "",
        is_whole=not about or role in {_ABOUT_A_BRAND, _ABOUT_A_DEPARTMENT},
    )


def part_of(
    role: str, *, brand: str = "", department: str = "", is_whole: bool = True
) -> RoleInForce:
    """Make a part, refusing what means nothing."""
    needs_brand, needs_department = role == _ABOUT_A_BRAND, role == _ABOUT_A_DEPARTMENT
    fits = (
        is_whole
        and role in GRANTED_ROLES
        and bool(brand) is needs_brand
        and bool(department) is needs_department
    )
    if not fits:
        written = ":".join(filter(None, (role, brand, department)))
        raise BadPart(part=written, parts=", ".join(GRANTED_ROLES))
    return RoleInForce(role, brand, department)
