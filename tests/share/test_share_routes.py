"""Shared reviews over a real socket: the door, the cookie, the page, the answer, the guard."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from html import unescape

import pandas as pd
import pytest

from perf_core.domain.access import Viewer, ViewerKind, everything
from perf_core.domain.share import AsksFor, LinkKind
from perf_core.services.load_files import load_typed
from perf_core.services.share_review import list_links, revoke_link, this_instant
from perf_core.services.viewers import scope_today
from perf_core.store.engine import Store
from perf_ui.share_routes import check_of
from tests.pages.company import LAST
from tests.share.conftest import MakeLink
from tests.share.knocking import Answered, Reader

Browser = Callable[[], Reader]
HR = Viewer(ViewerKind.HR)
HTML = "<img src=x onerror=alert(1)> & \"quoted\" 'too'"


def wrong_token() -> str:
    return "o" + secrets.token_urlsafe(32)


def is_private(answered: Answered) -> bool:
    headers = answered.headers
    return (
        headers["cache-control"] == "no-store"
        and headers["referrer-policy"] == "no-referrer"
        and "noindex" in headers["x-robots-tag"]
        and headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        and "script" not in headers["content-security-policy"]
        and headers["x-frame-options"] == "DENY"
    )


def test_a_reader_opens_a_link(new_link: MakeLink, reader: Browser) -> None:
    link, one = new_link(), reader()
    door = one.get(f"/r/{link.token}")
    assert door.status == 200
    assert "CanaryP1" not in door.text
    assert is_private(door)
    pressed = one.post(f"/r/{link.token}")
    assert pressed.status == 303
    assert link.token not in pressed.location
    (cookie,) = pressed.cookies.values()
    assert (cookie["path"], cookie["samesite"].lower()) == ("/r", "strict")
    assert cookie["httponly"]
    assert 0 < int(cookie["max-age"]) <= 7 * 86_400
    assert not cookie["secure"]
    shown = one.get(pressed.location)
    assert shown.status == 200
    assert "CanaryP1" in shown.text
    assert is_private(shown)
    for text in (shown.text, door.text):
        assert not re.search(r"<script|\son\w+=|javascript:|https?://(?!www\.w3\.org)", text)
    # The address alone opens nothing for somebody else.
    assert reader().get(pressed.location).status == 404


def test_the_cookie_is_secure_over_https(new_link: MakeLink, reader: Browser) -> None:
    pressed = reader().post(f"/r/{new_link().token}", x_forwarded_proto="https")
    (cookie,) = pressed.cookies.values()
    assert cookie["secure"]


def test_a_scanner_that_opens_everything_uses_nothing_up(
    new_link: MakeLink, reader: Browser
) -> None:
    link = new_link(is_single_use=True)
    for _ in range(3):
        scanner = reader()
        assert scanner.get(f"/r/{link.token}").status == 200
        assert scanner.ask("HEAD", f"/r/{link.token}").status == 200
        assert not scanner.cookies
    assert reader().open(link.token).status == 200
    assert reader().open(link.token).status == 404


def test_the_door_says_nothing_about_a_token(new_link: MakeLink, reader: Browser) -> None:
    right, wrong = new_link().token, wrong_token()

    def door(token: str) -> str:
        return reader().get(f"/r/{token}").text.replace(token, "")

    assert door(right) == door(wrong)
    revoked = new_link()
    taken_back = reader().open(wrong).text.replace(wrong, "")
    assert taken_back
    revoke(revoked.link_id)
    assert reader().open(revoked.token).text.replace(revoked.token, "") == taken_back


@pytest.fixture(autouse=True)
def _store(shared_store: Store) -> None:
    _STORE["store"] = shared_store


_STORE: dict[str, Store] = {}


def revoke(link_id: str) -> None:
    scope = scope_today(_STORE["store"], HR, today=LAST)
    revoke_link(_STORE["store"], scope, link_id, now=this_instant())


def test_two_readers_and_the_end_for_both(new_link: MakeLink, reader: Browser) -> None:
    link = new_link()
    ann, bob = reader(), reader()
    pages = [one.post(f"/r/{link.token}").location for one in (ann, bob)]
    assert ann.get(pages[0]).status == bob.get(pages[1]).status == 200
    assert ann.cookies != bob.cookies
    revoke(link.link_id)
    for one in (ann, bob):
        gone = one.get(pages[0])
        assert gone.status == 410
        assert "CanaryP1" not in gone.text
        assert is_private(gone)


def test_several_reviews_stay_open_in_one_browser(new_link: MakeLink, reader: Browser) -> None:
    one, first, second = reader(), new_link(), new_link(subject="P3")
    pages = [one.post(f"/r/{link.token}").location for link in (first, second)]
    assert "CanaryP1" in one.get(pages[0]).text
    assert "CanaryP3" in one.get(pages[1]).text


def test_html_is_text(shared_store: Store, new_link: MakeLink, reader: Browser) -> None:
    load_typed(
        shared_store,
        {
            "employees": pd.DataFrame(
                {"employee_id": ["P5"], "name": [HTML], "hire_date": ["2025-01-01"]}
            )
        },
        today=LAST,
        by="test",
        scope=everything(),
    )
    link = new_link(subject="P5", readers=HTML, asks_for=AsksFor.COMMENT)
    one = reader()
    page = one.post(f"/r/{link.token}").location
    form = {"check": check_of(*one.cookies.values()), "reader": HTML[:80], "text": HTML}
    assert one.post(page, form).status == 303
    shown = one.get(page).text
    assert "<img" not in shown
    assert unescape(shown).count(HTML) >= 4
    team = new_link(kind=LinkKind.TEAM, subject="")
    assert "<img" not in reader().open(team.token).text


def test_an_answer_comes_back(new_link: MakeLink, reader: Browser) -> None:
    one, link = reader(), new_link(asks_for=AsksFor.SIGN_OFF)
    page = one.post(f"/r/{link.token}").location
    check = re.search(r'name="check" value="(\w+)"', one.get(page).text)
    assert check is not None
    form = {"check": check[1], "reader": "Ann", "verdict": "disagree", "text": ""}
    missing = one.post(page, form)
    assert missing.status == 422
    assert "whoever disagrees says why" in missing.text
    answered = one.post(page, {**form, "text": "I was away"})
    assert (answered.status, answered.location) == (303, f"{page}#answer")
    assert "I was away" in one.get(page).text
    found = list_links(
        _STORE["store"], scope_today(_STORE["store"], HR, today=LAST), now=this_instant()
    )
    mine = next(listed for listed in found if listed.link.link_id == link.link_id)
    assert [(a.reader, a.verdict, a.text) for a in mine.answers] == [
        ("Ann", "disagree", "I was away")
    ]
    assert (mine.n_readers, mine.n_views) == (1, 3)


def test_nobody_else_answers_for_a_reader(new_link: MakeLink, reader: Browser) -> None:
    one, link = reader(), new_link(asks_for=AsksFor.COMMENT)
    page = one.post(f"/r/{link.token}").location
    form = {"check": check_of(*one.cookies.values()), "reader": "Ann", "text": "Fine"}
    assert one.post(page, {**form, "check": "0" * 32}).status == 403
    assert one.post(page, form, sec_fetch_site="cross-site").status == 403
    assert one.post(page, form, origin="https://evil.example").status == 403
    assert reader().post(page, form).status in {403, 404}
    # A page without referrer sends "null" as its origin.
    assert one.post(page, form, origin="null", sec_fetch_site="same-origin").status == 303
    assert reader().post(f"/r/{link.token}", sec_fetch_site="cross-site").status == 403


def test_a_passcode_is_asked_at_the_door(new_link: MakeLink, reader: Browser) -> None:
    link, one = new_link(with_passcode=True), reader()
    assert 'name="passcode"' in one.get(f"/r/{link.token}").text
    assert 'name="passcode"' not in one.get(f"/r/{new_link().token}").text
    needed = one.post(f"/r/{link.token}")
    assert "sent separately" in needed.text
    assert not one.cookies
    assert one.post(f"/r/{link.token}", {"passcode": "AAAA-AAAA"}).status == 403
    assert "CanaryP1" in one.open(link.token, passcode=link.passcode.lower()).text
    locked = new_link(with_passcode=True)
    for _ in range(5):
        one.post(f"/r/{locked.token}", {"passcode": "AAAA-AAAA"})
    late = one.post(f"/r/{locked.token}", {"passcode": locked.passcode})
    assert late.status == 429
    assert late.headers["retry-after"]


def test_the_page_speaks_the_readers_language(new_link: MakeLink, reader: Browser) -> None:
    link, one = new_link(), reader()
    one.headers["accept-language"] = "fr, zh-CN;q=0.9, en;q=0.8"
    assert "有一份考核评审分享给您" in one.get(f"/r/{link.token}").text
    assert "A review was shared" in one.get(f"/r/{link.token}?lang=en").text
    pressed = one.post(f"/r/{link.token}?lang=en", {"lang": "en"})
    assert pressed.location.endswith("?lang=en")
    page = pressed.location.removesuffix("?lang=en")
    assert one.cookies.pop("perf_language") == "en"
    assert "考核表" in one.get(page).text
    assert "Scorecard" in one.get(pressed.location).text


@pytest.mark.parametrize(
    "path",
    [
        "/r/",
        "/r/x",
        "/r/view",
        "/r/view/",
        "/r/view/..%2f..%2fetc",
        "/r/%00",
        "/r/" + "x" * 5000,
        "/r/a/b/c",
        "/r/view/0000000000000000?lang=%FF",
    ],
)
def test_odd_addresses_are_answered_plainly(reader: Browser, path: str) -> None:
    for method in ("GET", "POST"):
        answered = reader().ask(method, path, {} if method == "POST" else None)
        assert answered.status in {200, 403, 404}
        assert is_private(answered)
        assert "Traceback" not in answered.text


def test_odd_forms_and_cookies_are_answered_plainly(new_link: MakeLink, reader: Browser) -> None:
    link, one = new_link(asks_for=AsksFor.COMMENT), reader()
    page = one.post(f"/r/{link.token}").location
    assert one.post(page, {"text": "x" * 40_000}).status == 403
    for cookie in ("\xff" * 43, "../" * 20, "A" * 43, ""):
        two = reader()
        two.cookies = {next(iter(one.cookies)): cookie}
        assert two.get(page).status == 404


def test_guessing_is_slowed_down_and_written_down(
    new_link: MakeLink, reader: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    link = new_link()
    with caplog.at_level(logging.WARNING, logger="perfboard.shared_links"):
        answers = [reader().post(f"/r/{wrong_token()}") for _ in range(12)]
    assert [one.status for one in answers[:10]] == [404] * 10
    assert answers[-1].status == 429
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == 1
    assert "127.0.0.1" not in told[0]
    assert reader().open(link.token).status == 200
