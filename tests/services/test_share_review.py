"""Shared links from making to end: what is frozen, who opens it, what ends it, who is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.errors import (
    AnswerIncomplete,
    BadExpiry,
    NotAllowed,
    NotFound,
    NothingToShare,
    TooLong,
)
from perf_core.domain.period import Period, parse_period
from perf_core.domain.share import (
    LOST_RIGHT,
    AsksFor,
    CreatedLink,
    LinkKind,
    LinkState,
    LinkWish,
    Refusal,
    ShareLink,
)
from perf_core.services.access_record import access_events
from perf_core.services.load_files import load_typed
from perf_core.services.manage_accounts import add_account, set_active
from perf_core.services.score_period import PeriodScores, company_scores
from perf_core.services.share_review import (
    answers_about,
    create_link,
    list_links,
    may_share,
    revoke_link,
)
from perf_core.services.share_review_reader import (
    Opened,
    Refused,
    Review,
    answer,
    open_review,
    redeem,
    seen_now,
)
from perf_core.services.share_review_secrets import Attempts, Buckets
from perf_core.services.viewers import scope_today
from perf_core.store.engine import Store, data_version
from tests.conftest import Stores
from tests.pages.company import LAST, LINE_OF_M1, PAY, fill

NOW = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
JUNE = parse_period("2026-06")
MAY = parse_period("2026-05")
HR = Viewer(ViewerKind.HR)
M1 = Viewer(ViewerKind.MANAGER, "M1")
P1 = Viewer(ViewerKind.EMPLOYEE, "P1")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The small company on each database, filled once; nobody changes its people."""
    stores: Stores = request.getfixturevalue(f"{request.param}_stores")
    store = Store(stores.fresh("catalogue"), lock_wait_seconds=30)
    fill(store)
    yield store
    store.dispose()


@pytest.fixture
def changing(store: Store) -> Store:
    """The small company, of this test's own."""
    fill(store)
    return store


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


# --- what is shown --------------------------------------------------------------------------------


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


# --- who may make one -----------------------------------------------------------------------------


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


# --- opening --------------------------------------------------------------------------------------


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


# --- the maker's rights, now ----------------------------------------------------------------------


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


# --- answers and lists ----------------------------------------------------------------------------


def listed(store: Store, viewer: Viewer, link: CreatedLink) -> Any:
    found = list_links(store, scope_of(store, viewer), now=NOW)
    return next(one for one in found if one.link.link_id == link.link_id)


def said(store: Store, found: Opened | Refused, now: datetime = NOW, **words: str) -> object:
    assert isinstance(found, Opened)
    words = {"reader": "Ann", "verdict": "", "text": "", **words}
    return answer(store, found.link_id, found.cookie, now, today=LAST, **words)


def test_answers_are_kept_and_the_last_of_each_reader_counts(company: Store) -> None:
    link = made(company, M1, asks_for=AsksFor.SIGN_OFF)
    ann, bob = redeemed(company, link), redeemed(company, link)
    said(company, ann, verdict="seen")
    said(company, ann, NOW + timedelta(hours=1), verdict="disagree", text="Two weeks away\x00\x07")
    said(company, bob, NOW + timedelta(hours=2), reader="Bob", verdict="agree")
    one = listed(company, M1, link)
    assert [a.verdict for a in one.answers] == ["seen", "disagree", "agree"]
    assert [(a.reader, a.verdict) for a in one.latest_answers] == [
        ("Ann", "disagree"),
        ("Bob", "agree"),
    ]
    assert one.answers[1].text == "Two weeks away"
    assert isinstance(ann, Opened)
    own = open_review(company, ann.link_id, ann.cookie, NOW, today=LAST)
    assert isinstance(own, Review)
    assert [a.verdict for a in own.answers] == ["seen", "disagree"]


def test_an_answer_must_say_something(company: Store) -> None:
    sign_off = redeemed(company, made(company, asks_for=AsksFor.SIGN_OFF))
    for words in (
        {"verdict": ""},
        {"verdict": "yes"},
        {"verdict": "disagree"},
        {"verdict": "agree", "reader": " "},
    ):
        with pytest.raises(AnswerIncomplete):
            said(company, sign_off, **words)
    with pytest.raises(TooLong):
        said(company, sign_off, verdict="agree", text="x" * 4001)
    with pytest.raises(AnswerIncomplete):
        said(company, redeemed(company, made(company, asks_for=AsksFor.COMMENT)))
    nothing = redeemed(company, made(company))
    assert refusal(said(company, nothing, text="hello")) is Refusal.UNKNOWN


def test_answers_stand_with_the_person_for_who_may_see_them(changing: Store) -> None:
    comment = made(changing, M1, asks_for=AsksFor.COMMENT)
    signed = made(changing, M1, asks_for=AsksFor.SIGN_OFF)
    said(changing, redeemed(changing, comment), text="Promote her")
    said(changing, redeemed(changing, signed), NOW + timedelta(hours=1), verdict="agree")

    def told(viewer: Viewer) -> list[str]:
        scope = scope_of(changing, viewer)
        return [one.text or one.verdict for _, one in answers_about(changing, scope, "P1")]

    assert told(M1) == told(HR) == ["Promote her", "agree"]
    assert told(P1) == ["agree"]
    with pytest.raises(NotAllowed):
        told(Viewer(ViewerKind.MANAGER, "M2"))
    move(changing, "P1", "M2")
    with pytest.raises(NotAllowed):
        told(M1)
    # The list of the one who lost the person names nobody and tells no answers.
    lost = listed(changing, M1, comment)
    assert (lost.link.title, lost.answers) == ("", ())
    assert listed(changing, HR, comment).answers


def test_makers_see_their_own_links_and_hr_everybodys(company: Store) -> None:
    of_m1, of_p1 = made(company, M1), made(company, P1)
    opened(company, of_m1)

    def ids(viewer: Viewer) -> set[str]:
        found = list_links(company, scope_of(company, viewer), now=NOW)
        return {one.link.link_id for one in found}

    assert of_m1.link_id in ids(M1)
    assert of_p1.link_id not in ids(M1)
    assert {of_m1.link_id, of_p1.link_id} <= ids(HR)
    one = listed(company, HR, of_m1)
    assert (one.made_by, one.n_readers, one.n_views, one.first_opened_at) == ("Mara", 1, 1, NOW)


def test_sharing_changes_nothing_that_is_cached(company: Store) -> None:
    def version() -> int:
        with company.reading() as connection:
            return data_version(connection)

    before = version()
    link = made(company, asks_for=AsksFor.COMMENT)
    said(company, redeemed(company, link), text="Fine")
    opened(company, link)
    revoke_link(company, scope_of(company, HR), link.link_id, now=NOW)
    assert version() == before
    assert listed(company, HR, link).link.revoked_by != LOST_RIGHT
