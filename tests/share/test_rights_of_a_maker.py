"""A link shows no more than its maker may see now."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.share import (
    AsksFor,
    LinkKind,
    LinkState,
    Refusal,
    ShareLink,
)
from perf_core.services.manage_accounts import add_account, set_active
from perf_core.services.share_review_reader import (
    Opened,
    open_review,
    seen_now,
)
from perf_core.store.engine import Store
from tests.pages.company import LAST
from tests.share.links import (
    HR,
    M1,
    MAY,
    NOW,
    listed,
    made,
    move,
    opened,
    redeemed,
    refusal,
)


def test_a_maker_who_loses_the_person_ends_the_link_for_good(changing: Store) -> None:
    link = made(changing, M1)
    found = redeemed(changing, link)
    assert isinstance(found, Opened)
    move(changing, "P1", "M2")
    for _ in range(2):
        shown = open_review(changing, found.link_id, found.cookie, NOW, today=LAST)
        assert refusal(shown) is Refusal.GONE
        assert refusal(redeemed(changing, link)) is Refusal.UNKNOWN
        # The right comes back, the link does not.
        move(changing, "P1", "M1", on="2026-06-11")
    assert listed(changing, HR, link).state is LinkState.ENDED


def test_a_team_loses_the_row_and_groups_end(changing: Store) -> None:
    team = made(changing, M1, kind=LinkKind.TEAM, subject="")
    brand = made(changing, M1, kind=LinkKind.BRAND, subject="luxe", period=MAY)
    view = made(changing, M1, kind=LinkKind.VIEW, subject="", by=("role",), period=MAY)
    card = made(changing, M1, subject="P3")
    of_hr = made(changing, kind=LinkKind.BRAND, subject="luxe", period=MAY)
    before = opened(changing, team).link.content
    move(changing, "P1", "M2")
    after = opened(changing, team).link.content
    assert {row["name"] for row in before["rows"]} - {row["name"] for row in after["rows"]} == {
        "CanaryP1"
    }
    assert after["is_partial"]
    for link in (brand, view):
        assert refusal(redeemed(changing, link)) is Refusal.UNKNOWN
    for link in (card, of_hr):
        opened(changing, link)


def test_a_closed_account_ends_its_links(changing: Store) -> None:
    administrator = Scope(
        Viewer(ViewerKind.ADMINISTRATOR), frozenset(), PayRight.NONE, may_administer=True
    )
    account = add_account(
        changing, scope=administrator, email="mara@example.com", name="Mara", employee_id="M1"
    )
    viewer = Viewer(ViewerKind.MANAGER, "M1", account_id=account)
    link = made(changing, viewer)
    assert opened(changing, link).shared_by == "Mara"
    set_active(changing, account, is_active=False, scope=administrator, today=LAST)
    assert refusal(redeemed(changing, link)) is Refusal.UNKNOWN
    assert listed(changing, HR, link).state is LinkState.ENDED


def test_links_made_without_sign_in_end_once_there_is_one(company: Store) -> None:
    link = made(company)
    assert isinstance(redeemed(company, link), Opened)
    assert refusal(redeemed(company, link, needs_account=True)) is Refusal.UNKNOWN
    assert refusal(redeemed(company, link)) is Refusal.UNKNOWN


PEOPLE = [f"E{n}" for n in range(8)]


@given(
    kind=st.sampled_from(list(LinkKind)),
    about=st.none() | st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1),
    wide=st.none() | st.frozensets(st.sampled_from(PEOPLE)),
    lost=st.frozensets(st.sampled_from(PEOPLE)),
)
def test_nobody_is_shown_more_after_a_right_is_lost(
    kind: LinkKind, about: list[str] | None, wide: frozenset[str] | None, lost: frozenset[str]
) -> None:
    if kind is LinkKind.TEAM and about is None:
        return
    content = {"people": about, "rows": [{"name": one} for one in about or []]}
    link = ShareLink(
        link_id="x",
        kind=kind,
        subject="",
        period="2026-06",
        as_of=date(2026, 6, 17),
        title="",
        content=content,
        hide_names=False,
        asks_for=AsksFor.NOTHING,
        readers="",
        is_single_use=False,
        passcode_hash="",
        creator="",
        created_by=HR,
        created_at=NOW,
        expires_at=NOW,
        revoked_at=None,
        revoked_by="",
    )
    narrow = frozenset(PEOPLE if wide is None else wide) - lost
    before = seen_now(link, Scope(HR, wide, PayRight.ALL))
    after = seen_now(link, Scope(HR, narrow, PayRight.ALL))
    if after is not None:
        assert before is not None
        assert after["people"] is not None
        shown = [row["name"] for row in after["rows"]]
        assert set(shown) <= narrow
        assert set(shown) <= {row["name"] for row in before["rows"]}
        if kind is not LinkKind.TEAM:
            assert set(about or []) <= narrow
