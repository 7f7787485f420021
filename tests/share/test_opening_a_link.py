"""Who opens a link, what ends it, and how guessing is slowed down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perf_core.domain.access import Viewer, ViewerKind, everything
from perf_core.domain.errors import (
    NotFound,
)
from perf_core.domain.share import (
    CreatedLink,
    LinkState,
    Refusal,
)
from perf_core.services.access_record import access_events
from perf_core.services.share_review import (
    revoke_link,
)
from perf_core.services.share_review_reader import (
    Opened,
    Review,
    open_review,
    redeem,
)
from perf_core.services.share_review_secrets import Attempts, Buckets
from perf_core.store.engine import Store
from tests.pages.company import LAST
from tests.share.links import (
    HR,
    M1,
    NOW,
    P1,
    listed,
    made,
    redeemed,
    refusal,
    scope_of,
)


@given(
    at=st.integers(0, 43),
    sign=st.characters(max_codepoint=0x10FF),
    how=st.sampled_from(["changed", "dropped", "added", "case"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_altered_sign_of_token_or_cookie_is_refused(
    company: Store, at: int, sign: str, how: str
) -> None:
    if company.name not in _KEPT:
        link = made(company)
        found = redeemed(company, link)
        assert isinstance(found, Opened)
        _KEPT[company.name] = (link, found)
    link, found = _KEPT[company.name]
    for secret in (link.token, found.cookie):
        where = at % len(secret)
        altered = {
            "changed": secret[:where] + sign + secret[where + 1 :],
            "dropped": secret[:where] + secret[where + 1 :],
            "added": secret[:where] + sign + secret[where:],
            "case": secret.swapcase(),
        }[how]
        if altered == secret:
            altered = secret[:where] + ("A" if secret[where] != "A" else "B") + secret[where + 1 :]
        assert refusal(redeem(company, altered, "", NOW, today=LAST)) is Refusal.UNKNOWN
        shown = open_review(company, found.link_id, altered, NOW, today=LAST)
        assert refusal(shown) is Refusal.UNKNOWN
    # The cookie of one link opens no other.
    other = open_review(company, "0" * 16, found.cookie, NOW, today=LAST)
    assert refusal(other) is Refusal.UNKNOWN


_KEPT: dict[str, tuple[CreatedLink, Opened]] = {}


def test_nothing_that_opens_it_is_in_the_store(company: Store) -> None:
    link = made(company, with_passcode=True)
    found = redeemed(company, link)
    assert isinstance(found, Opened)
    with company.reading() as connection:
        for table in ("share_links", "share_openings", "access_events"):
            told = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for secret in (link.token, link.passcode, found.cookie):
                assert secret not in told


def test_it_ends_with_its_time(company: Store) -> None:
    link = made(company, expires_in_days=3)
    found = redeemed(company, link)
    assert isinstance(found, Opened)
    last = link.expires_at - timedelta(seconds=1)
    assert isinstance(open_review(company, found.link_id, found.cookie, last, today=LAST), Review)
    over = open_review(company, found.link_id, found.cookie, link.expires_at, today=LAST)
    assert refusal(over) is Refusal.EXPIRED
    assert refusal(redeemed(company, link, link.expires_at)) is Refusal.UNKNOWN


def test_taking_it_back_ends_it_at_once_for_everybody(company: Store) -> None:
    link = made(company, M1)
    readers = [redeemed(company, link) for _ in range(2)]
    for stranger in (Viewer(ViewerKind.MANAGER, "M2"), P1):
        with pytest.raises(NotFound):
            revoke_link(company, scope_of(company, stranger), link.link_id, now=NOW)
    revoke_link(company, scope_of(company, M1), link.link_id, now=NOW)
    for one in readers:
        assert isinstance(one, Opened)
        shown = open_review(company, one.link_id, one.cookie, NOW, today=LAST)
        assert refusal(shown) is Refusal.GONE
    assert refusal(redeemed(company, link)) is Refusal.UNKNOWN


def test_single_use_is_for_one_browser(company: Store) -> None:
    link = made(company, is_single_use=True)
    first = redeemed(company, link)
    assert isinstance(first, Opened)
    assert refusal(redeemed(company, link)) is Refusal.UNKNOWN
    assert isinstance(open_review(company, first.link_id, first.cookie, NOW, today=LAST), Review)
    assert listed(company, HR, link).state is LinkState.USED


def test_a_browser_that_opens_it_again_keeps_its_cookie(company: Store) -> None:
    link = made(company)
    first = redeemed(company, link)
    assert isinstance(first, Opened)
    again = redeemed(company, link, cookies={link.link_id: first.cookie})
    assert again == first
    other = redeemed(company, link, cookies={link.link_id: "A" * 43})
    assert isinstance(other, Opened)
    assert other.cookie != first.cookie
    assert listed(company, HR, link).n_readers == 2


def test_a_passcode_is_asked_for_and_guessing_it_takes_patience(company: Store) -> None:
    link = made(company, with_passcode=True)
    clock = [0.0]
    attempts = Attempts(clock=lambda: clock[0])

    def tried(passcode: str, address: str) -> object:
        return redeem(
            company,
            link.token,
            passcode,
            NOW,
            today=LAST,
            address=address,
            attempts=attempts,
        )

    assert refusal(tried("", "thief")) is Refusal.PASSCODE_NEEDED
    for _ in range(5):
        assert refusal(tried("AAAA-AAAA", "thief")) is Refusal.PASSCODE_WRONG
    # Locked out, also with the right one; the reader elsewhere is not.
    assert refusal(tried(link.passcode, "thief")) is Refusal.TOO_MANY
    typed = f" {link.passcode.lower().replace('-', ' ')} "
    assert isinstance(tried(typed, "reader"), Opened)
    clock[0] = 61.0
    assert isinstance(tried(link.passcode, "thief"), Opened)


def test_passcodes_are_counted_for_all_processes_together(company: Store) -> None:
    link, other = made(company, with_passcode=True), made(company, with_passcode=True)

    def tried(passcode: str, n: int, *, minutes: int = 0, wanted: CreatedLink = link) -> object:
        # Each try comes from a process and an address of its own.
        later = NOW + timedelta(minutes=minutes)
        return redeem(
            company,
            wanted.token,
            passcode,
            later,
            today=LAST,
            address=str(n),
            attempts=Attempts(),
        )

    for n in range(30):
        assert refusal(tried("AAAA-AAAA", n)) is Refusal.PASSCODE_WRONG
    assert refusal(tried("AAAA-AAAA", 30)) is Refusal.TOO_MANY
    assert refusal(tried(link.passcode, 31)) is Refusal.TOO_MANY
    assert isinstance(tried(other.passcode, 32, wanted=other), Opened)
    assert isinstance(tried(link.passcode, 33, minutes=5), Opened)
    # The record tells it in one line, with the number and the link.
    found = access_events(company, scope=everything())
    wrong = found[(found["kind"] == "link_passcode_wrong") & (found["subject"] == link.link_id)]
    assert [details["n"] for details in wrong["details"]] == [30]
    assert wrong["link"].iloc[0]["kind"] == "person"


def test_many_addresses_cannot_close_a_link_for_good() -> None:
    clock = [0.0]
    attempts = Attempts(clock=lambda: clock[0])
    tried = [attempts.may_try("link", f"thief {n}") for n in range(100)]
    assert sum(tried) == 30
    assert not attempts.may_try("link", "reader")
    assert attempts.may_try("another link", "reader")
    clock[0] = 30.0
    assert attempts.may_try("link", "late reader")


def test_buckets_stay_bounded() -> None:
    buckets = Buckets(3, 1.0, most=10)
    for n in range(1000):
        buckets.take(str(n))
    assert len(buckets) == 10
