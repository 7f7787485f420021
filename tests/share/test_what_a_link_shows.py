"""What a link freezes and shows, and who may make one."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from perf_core.domain.access import Viewer, ViewerKind, everything
from perf_core.domain.errors import (
    BadExpiry,
    NotAllowed,
    NotFound,
    NothingToShare,
    TooLong,
)
from perf_core.domain.period import parse_period
from perf_core.domain.share import (
    LinkKind,
)
from perf_core.services.load_files import load_typed
from perf_core.services.share_review import (
    may_share,
)
from perf_core.store.engine import Store
from tests.pages.company import LAST, LINE_OF_M1, PAY
from tests.share.links import (
    HR,
    M1,
    MAY,
    P1,
    made,
    opened,
    scope_of,
)


@pytest.mark.parametrize("viewer", [HR, M1, P1], ids=["hr", "manager", "employee"])
def test_a_card_opens_as_it_was_frozen(company: Store, viewer: Viewer) -> None:
    review = opened(company, made(company, viewer))
    assert review.link.content["who"]["name"] == "CanaryP1"
    assert review.link.as_of == LAST
    card, lines = review.link.content["card"], review.link.content["lines"]
    assert card["total"] == pytest.approx(sum(line["points"] or 0 for line in lines))


@pytest.mark.parametrize("kind", list(LinkKind))
@pytest.mark.parametrize("viewer", [HR, Viewer(ViewerKind.EXECUTIVE), M1], ids=["hr", "exec", "m1"])
def test_pay_is_in_no_link(company: Store, kind: LinkKind, viewer: Viewer) -> None:
    subject = {LinkKind.PERSON: "P1", LinkKind.BRAND: "luxe"}.get(kind, "")
    link = made(company, viewer, kind=kind, subject=subject, period=MAY, by=("brand", "role"))
    told = json.dumps(dict(opened(company, link).link.content))
    for pay in (PAY, PAY * len(LINE_OF_M1), PAY * (len(LINE_OF_M1) + 1), PAY * 13):
        assert f"{int(pay)}" not in told
    for word in ("pay", "cost", "bonus", "amount", "salary"):
        assert f'"{word}' not in told


def test_names_are_hidden_and_numbers_say_nothing(company: Store) -> None:
    links = [made(company, M1, kind=LinkKind.TEAM, subject="", hide_names=True) for _ in range(6)]
    orders = set()
    for link in links:
        content = dict(opened(company, link).link.content)
        content.pop("people")
        assert "Canary" not in json.dumps(content)
        assert "Mara" not in json.dumps({**content, "by": ""})
        orders.add(tuple(row["number"] for row in content["rows"]))
    assert len(orders) > 1
    card = opened(company, made(company, hide_names=True)).link.content
    assert card["who"]["name"] is None


def test_small_groups_tell_nothing_about_their_people(company: Store) -> None:
    # Three leaders hold both brands: by department and brand no group is smaller than four,
    # within the team of M1 alone the brand luxe has M1 and five others.
    link = made(company, kind=LinkKind.VIEW, subject="", by=("brand",), period=MAY)
    content = opened(company, link).link.content
    by_brand = {row["brand"]["en"]: row for row in content["tables"][0]["rows"]}
    assert sum(row["n_people"] for row in by_brand.values()) == content["whole"]["n_people"]
    for row in by_brand.values():
        assert (row["mean_total"] is None) == (row["n_people"] < 4)
    alone = made(company, P1)
    assert opened(company, alone).link.content["people"] == ["P1"]


def test_what_a_manager_shares_of_a_brand_is_of_their_people(company: Store) -> None:
    link = made(company, M1, kind=LinkKind.BRAND, subject="luxe", period=MAY)
    content = opened(company, link).link.content
    assert content["is_partial"]
    assert content["people"] == sorted({"M1", *LINE_OF_M1})


def test_it_stays_as_it_was_when_the_figures_change(changing: Store) -> None:
    link = made(changing)
    before = opened(changing, link).link.content["card"]
    load_typed(
        changing,
        {
            "measures_wide": pd.DataFrame(
                [
                    {
                        "day": "2026-06-16",
                        "employee_id": "P1",
                        "channel": "jd",
                        "visits": "9999",
                        "orders": "9999",
                        "revenue": "1",
                    }
                ]
            )
        },
        today=LAST,
        by="test",
        scope=everything(),
    )
    assert opened(changing, link).link.content["card"] == before
    assert opened(changing, made(changing)).link.content["card"] != before


def test_nobody_shares_what_they_may_not_see(company: Store) -> None:
    for viewer, kind, subject in (
        (M1, LinkKind.PERSON, "P2"),
        (P1, LinkKind.PERSON, "P2"),
        (P1, LinkKind.TEAM, ""),
        (P1, LinkKind.BRAND, "luxe"),
        (P1, LinkKind.VIEW, ""),
        (Viewer(ViewerKind.ADMINISTRATOR), LinkKind.PERSON, "P1"),
        (Viewer(ViewerKind.ADMINISTRATOR), LinkKind.TEAM, ""),
    ):
        with pytest.raises(NotAllowed):
            made(company, viewer, kind=kind, subject=subject, by=("brand",))
    assert not may_share(scope_of(company, P1), LinkKind.PERSON, "P1", own_card=False)


def test_a_wish_that_cannot_be_granted_says_why(company: Store) -> None:
    for days in (0, 91, -1):
        with pytest.raises(BadExpiry):
            made(company, expires_in_days=days)
    with pytest.raises(TooLong):
        made(company, readers="x" * 201)
    with pytest.raises(NothingToShare):
        made(company, period=parse_period("2020-01"))
    with pytest.raises(NotFound):
        made(company, kind=LinkKind.VIEW, subject="", by=("planet",))
