"""Shared links: what one may be asked for, what state it is in, what may stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import fmean, median
from types import MappingProxyType
from typing import Any, Final

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.errors import BadExpiry, NotFound, TooLong
from perf_core.domain.period import Period
from perf_core.domain.share_parts import ViewPart

FEWEST_NAMELESS: Final = 4
"""From how many people on an average, a median or a rank may stand: of fewer it is somebody's."""

FEWEST_DAYS: Final = 1
MOST_DAYS: Final = 90
USUAL_DAYS: Final = 7
LONGEST_READERS: Final = 200
LONGEST_NAME: Final = 80
LONGEST_ANSWER: Final = 4000


class LinkKind(StrEnum):
    """What a link shows."""

    PERSON = "person"
    TEAM = "team"
    BRAND = "brand"
    VIEW = "view"


class AsksFor(StrEnum):
    """What a link asks of its reader."""

    NOTHING = "none"
    COMMENT = "comment"
    SIGN_OFF = "sign_off"


class Verdict(StrEnum):
    """What a reader signs; a comment carries none."""

    SEEN = "seen"
    AGREE = "agree"
    DISAGREE = "disagree"


class Refusal(StrEnum):
    """Why a link or an opened review is not shown."""

    UNKNOWN = "unknown"
    """Wrong, expired, revoked or used up: whoever holds only a token is told no more."""
    PASSCODE_NEEDED = "passcode_needed"
    PASSCODE_WRONG = "passcode_wrong"
    TOO_MANY = "too_many"
    EXPIRED = "expired"
    GONE = "gone"
    """Revoked, or its creator lost the right; told to whoever had opened it."""


class LinkState(StrEnum):
    """Whether a link opens, and why not."""

    OPEN = "open"
    USED = "used"
    """Single use, and used: its one reader still has it."""
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"
    """Its creator lost the right to see what it shows."""


# What may stand in a link. Nothing else is taken over, so pay cannot come in by being forgotten:
# a new column of a card or a group is left out until somebody writes it down here.
CARD_FIELDS: Final = (
    "total",
    "kpi_total",
    "review_total",
    "rank",
    "of",
    "grade",
    "vetoed",
    "complete",
    "data_share",
    "first_day",
    "last_day",
)
ROW_FIELDS: Final = ("total", "change", "pace", "rank", "of", "grade", "vetoed", "complete")
LINE_FIELDS: Final = (
    "indicator",
    "group",
    "weight",
    "effective_weight",
    "actual",
    "target",
    "achievement",
    "points",
    "status",
    "progress",
    "expected",
    "pace",
)
GROUP_FIELDS: Final = (
    "headcount",
    "revenue",
    "revenue_growth",
    "attainment",
    "mean_total",
    "total_sd",
    "attrition",
)
NAMELESS_FIELDS: Final = ("attainment", "mean_total", "total_sd", "attrition")
"""The numbers of a group that tell about its people: withheld below ``FEWEST_NAMELESS``."""


@dataclass(frozen=True)
class LinkWish:
    """What somebody asks a link to be.

    Attributes
    ----------
    kind : LinkKind
        A person's card, the team, a brand's period, or a view of groups.
    subject : str
        The person, the brand, or the part of a view (empty: the groups); a team's is empty.
    period : Period
        The period that is looked at.
    as_of : date, optional
        The last day that counts; without it the last one with data.
    brand, role : str
        Which card of a person; which part of a team.
    by : tuple of str
        The axes of a view, one or two.
    within : mapping of str to tuple of str
        The codes by axis that limit a view.
    expires_in_days : int
        From 1 to 90.
    with_passcode : bool
        Whether a passcode is asked for, to be sent by another way than the link.
    is_single_use : bool
        Whether the first browser that opens the link is the only one.
    hide_names : bool
        Whether people stand without their names.
    asks_for : AsksFor
        A comment, a sign-off, or nothing.
    readers : str
        Whom it is for, as the creator writes it; empty for nobody in particular.
    """

    kind: LinkKind
    subject: str
    period: Period
    as_of: date | None = None
    brand: str = ""
    role: str = ""
    by: tuple[str, ...] = ()
    within: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    expires_in_days: int = USUAL_DAYS
    with_passcode: bool = False
    is_single_use: bool = False
    hide_names: bool = False
    asks_for: AsksFor = AsksFor.NOTHING
    readers: str = ""

    def __post_init__(self) -> None:
        """Refuse what no link may be.

        Raises
        ------
        BadExpiry, TooLong, NotFound
            Which part of the wish it is.
        """
        if self.kind is LinkKind.VIEW and self.subject not in {"", *ViewPart}:
            raise NotFound(kind="part", code=self.subject)
        if not FEWEST_DAYS <= self.expires_in_days <= MOST_DAYS:
            raise BadExpiry(days=self.expires_in_days, fewest=FEWEST_DAYS, most=MOST_DAYS)
        if len(self.readers) > LONGEST_READERS:
            raise TooLong(most=LONGEST_READERS, length=len(self.readers))

    @property
    def part(self) -> ViewPart:
        """Which part of a view it shows."""
        return part_of_view(self.subject) if self.kind is LinkKind.VIEW else ViewPart.GROUPS

    def expires_at(self, now: datetime) -> datetime:
        """The instant from which the link no longer opens."""
        return now + timedelta(days=self.expires_in_days)


@dataclass(frozen=True)
class CreatedLink:
    """A new link: the only moment at which its token and its passcode can be read."""

    link_id: str
    token: str
    passcode: str
    expires_at: datetime


@dataclass(frozen=True)
class ShareLink:
    """A link as the store keeps it, without its token, which is nowhere."""

    link_id: str
    kind: LinkKind
    subject: str
    period: str
    as_of: date
    title: str
    content: Mapping[str, Any]
    hide_names: bool
    asks_for: AsksFor
    readers: str
    is_single_use: bool
    passcode_hash: str
    creator: str
    created_by: Viewer
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str

    @property
    def part(self) -> ViewPart:
        """Which part of a view it shows."""
        return part_of_view(self.subject) if self.kind is LinkKind.VIEW else ViewPart.GROUPS

    def state(self, now: datetime, *, n_openings: int = 0) -> LinkState:
        """Whether the link opens at an instant, and why not."""
        if self.revoked_at is not None:
            return LinkState.ENDED if self.revoked_by == LOST_RIGHT else LinkState.REVOKED
        if now >= self.expires_at:
            return LinkState.EXPIRED
        if self.is_single_use and n_openings:
            return LinkState.USED
        return LinkState.OPEN


LOST_RIGHT: Final = "lost_right"
"""Who revoked a link that ended by itself."""


@dataclass(frozen=True)
class Answer:
    """What a reader said; ``opening`` tells readers of one link apart."""

    answered_at: datetime
    reader: str
    verdict: str
    text: str
    link_id: str = ""
    opening: str = ""


def part_of_view(subject: str) -> ViewPart:
    """Which part of a view a link shows, by its subject.

    Examples
    --------
    >>> part_of_view("people").value, part_of_view("").value
    ('people', 'groups')
    """
    return ViewPart(subject) if subject in set(ViewPart) else ViewPart.GROUPS


# --- who made it ----------------------------------------------------------------------------------


def creator_of(viewer: Viewer) -> str:
    """Whose links these are: an account's, or those of a part and person where there is none.

    Examples
    --------
    >>> creator_of(Viewer(ViewerKind.MANAGER, "M1"))
    'manager:M1'
    """
    if viewer.account_id:
        return f"account:{viewer.account_id}"
    return f"{viewer.kind.value}:{viewer.employee_id or ''}"


def viewer_record(viewer: Viewer) -> dict[str, Any]:
    """The viewer as plain data: only who it is. What they may see is asked anew each time."""
    return {
        "kind": viewer.kind.value,
        "employee_id": viewer.employee_id,
        "brands": sorted(viewer.brands),
        "departments": sorted(viewer.departments),
        "account_id": viewer.account_id,
    }


def viewer_of(record: Mapping[str, Any]) -> Viewer:
    """The viewer of a record."""
    return Viewer(
        ViewerKind(record["kind"]),
        record.get("employee_id") or None,
        brands=frozenset(record.get("brands", ())),
        departments=frozenset(record.get("departments", ())),
        account_id=str(record.get("account_id", "")),
    )


# --- averages without names -----------------------------------------------------------------------


def nameless_mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is known, from four people up.

    Examples
    --------
    >>> nameless_mean([80.0, 90.0, None, 100.0]) is None
    True
    >>> nameless_mean([80.0, 90.0, 70.0, 100.0])
    85.0
    """
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) >= FEWEST_NAMELESS else None


def nameless_median(values: Sequence[float | None]) -> float | None:
    """The median of what is known, from four people up."""
    known = [value for value in values if value is not None]
    return float(median(known)) if len(known) >= FEWEST_NAMELESS else None
