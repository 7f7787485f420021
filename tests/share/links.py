"""Links to reviews of the small company: made, opened, answered, and people who move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from perf_core.domain.access import Scope, Viewer, ViewerKind, everything
from perf_core.domain.period import Period, parse_period
from perf_core.domain.share import (
    CreatedLink,
    LinkKind,
    LinkWish,
    Refusal,
)
from perf_core.services.load_files import load_typed
from perf_core.services.score_period import PeriodScores, company_scores
from perf_core.services.share_review import (
    create_link,
    list_links,
)
from perf_core.services.share_review_reader import (
    Opened,
    Refused,
    Review,
    answer,
    open_review,
    redeem,
)
from perf_core.services.viewers import scope_today
from perf_core.store.engine import Store, data_version
from tests.pages.company import LAST

NOW = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
JUNE = parse_period("2026-06")
MAY = parse_period("2026-05")
HR = Viewer(ViewerKind.HR)
M1 = Viewer(ViewerKind.MANAGER, "M1")
P1 = Viewer(ViewerKind.EMPLOYEE, "P1")


def scope_of(store: Store, viewer: Viewer) -> Scope:
    return scope_today(store, viewer, today=LAST)


def made(store: Store, viewer: Viewer = HR, **wish: Any) -> CreatedLink:
    asked = {"kind": LinkKind.PERSON, "subject": "P1", "period": JUNE, **wish}
    return create_link(
        store, scope_of(store, viewer), LinkWish(**asked), NOW, scores_of=scores_of(store)
    )


def scores_of(store: Store) -> Callable[[Period], PeriodScores]:
    """The company's scores, worked out once for each state of a store."""
    with store.reading() as connection:
        version = data_version(connection)

    def found(period: Period) -> PeriodScores:
        key = (store.name, version, period.code)
        if key not in _SCORES:
            _SCORES[key] = company_scores(store, period)
        return _SCORES[key]

    return found


_SCORES: dict[tuple[str, int, str], PeriodScores] = {}


def redeemed(store: Store, link: CreatedLink, now: datetime = NOW, **more: Any) -> Opened | Refused:
    return redeem(store, link.token, link.passcode, now, today=LAST, **more)


def opened(store: Store, link: CreatedLink, now: datetime = NOW) -> Review:
    found = redeemed(store, link, now)
    assert isinstance(found, Opened)
    review = open_review(store, found.link_id, found.cookie, now, today=LAST)
    assert isinstance(review, Review)
    return review


def refusal(found: object) -> Refusal:
    assert isinstance(found, Refused)
    return found.reason


def move(store: Store, employee_id: str, to: str, on: str = "2026-06-10") -> None:
    account = load_typed(
        store,
        {
            "assignments": pd.DataFrame(
                [
                    {
                        "employee_id": employee_id,
                        "from_date": on,
                        "role": "platform_ops",
                        "brand": "core",
                        "region": "east",
                        "department": "ops",
                        "manager_id": to,
                    }
                ]
            )
        },
        today=LAST,
        by="test",
        scope=everything(),
    )
    assert not account.refused


def listed(store: Store, viewer: Viewer, link: CreatedLink) -> Any:
    found = list_links(store, scope_of(store, viewer), now=NOW)
    return next(one for one in found if one.link.link_id == link.link_id)


def said(store: Store, found: Opened | Refused, now: datetime = NOW, **words: str) -> object:
    assert isinstance(found, Opened)
    words = {"reader": "Ann", "verdict": "", "text": "", **words}
    return answer(store, found.link_id, found.cookie, now, today=LAST, **words)
