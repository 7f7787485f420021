"""Signing in and out as a person does it: a real browser, a real provider."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from perf_core.services import accounts
from tests.browser.conftest import SIZES
from tests.sign_in.conftest import SignInApp


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody has signed in with."""
    opened = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def sign_in(page: Page, subject: str) -> None:
    page.get_by_role("link", name="Continue with 示例 SSO").click()
    page.get_by_role("button", name=subject, exact=True).click()


def test_in_where_one_wanted_to_go_and_out_again(app: SignInApp, context: BrowserContext) -> None:
    page = context.new_page()
    faults: list[str] = []
    page.goto(f"{app.url}/team?period=2026-05&lang=en")
    sign_in(page, "sub-mara")
    page.on("pageerror", lambda error: faults.append(str(error)))
    expect(page.get_by_role("heading", name="Team")).to_be_visible()
    assert page.url == f"{app.url}/team?period=2026-05&lang=en"
    menu = page.get_by_test_id("stSidebar")
    expect(menu.get_by_text("Mara")).to_be_visible()
    expect(menu.get_by_text("Manager", exact=True)).to_be_visible()
    expect(menu.get_by_text("View as")).to_have_count(0)
    copied = context.cookies()

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("end_session|sign-in"))
    if "end_session" in page.url:  # the provider asks whether to end its own session, too
        page.get_by_role("button").first.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()

    # What the browser had kept before opens nothing any more.
    context.add_cookies(copied)
    page.goto(f"{app.url}/team")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    assert faults == []


def test_two_tabs(app: SignInApp, context: BrowserContext) -> None:
    first = context.new_page()
    first.goto(f"{app.url}/person?lang=en")
    sign_in(first, "sub-p9")
    expect(first.get_by_test_id("stSidebar").get_by_text("CanaryP9")).to_be_visible()
    second = context.new_page()
    second.goto(f"{app.url}/?lang=en")
    expect(second.get_by_test_id("stSidebar").get_by_text("CanaryP9")).to_be_visible()

    second.goto(f"{app.url}/auth/logout")
    second.wait_for_url(re.compile("end_session|sign-in"))

    # The next touch of the other tab leads to the sign-in page, and back after signing in.
    first.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    expect(first.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(first.get_by_text("Your session has ended")).to_be_visible()
    first.wait_for_timeout(1100)
    sign_in(first, "sub-p9")
    expect(first.get_by_test_id("stSidebar").get_by_text("CanaryP9")).to_be_visible()


def test_sessions_ended_by_an_administrator(app: SignInApp, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/?lang=en")
    sign_in(page, "sub-p8")
    expect(page.get_by_test_id("stSidebar").get_by_text("CanaryP8")).to_be_visible()
    accounts.end_sessions(app.store, app.ids["p8"], scope=app.scope)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Scorecard").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(page.get_by_text("CanaryP8")).to_have_count(0)


def test_declined_and_out_of_order(app: SignInApp, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/team?lang=en")
    page.get_by_role("link", name="Out of order").click()
    expect(page.get_by_text("The sign-in service cannot be reached")).to_be_visible()
    page.get_by_role("link", name="Continue with 示例 SSO").click()
    page.get_by_role("button", name=re.compile("deny", re.IGNORECASE)).click()
    expect(page.get_by_text("The sign-in was cancelled.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_in_front_of_the_door_fit_a_phone(
    app: SignInApp, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(locale="zh-CN", color_scheme=scheme, **SIZES["phone"])
    page = context.new_page()
    page.goto(f"{app.url}/team")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    _fits(page)
    page.get_by_role("link", name="使用示例 SSO登录").click()
    page.get_by_role("button", name="sub-stranger", exact=True).click()
    expect(page.get_by_role("heading", name="尚未开通")).to_be_visible()
    expect(page.get_by_text("people@example.com")).to_be_visible()
    _fits(page)
    context.close()


def _fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    for link in page.get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 24


def test_an_administrator_keeps_accounts(app: SignInApp, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/accounts?lang=en")
    sign_in(page, "sub-admin")
    page.get_by_role("link", name="Accounts").first.wait_for()
    page.get_by_label("Search").fill("p7@")
    page.get_by_role("button", name="p7@example.com").click()
    expect(page.get_by_role("heading", name="p7@example.com")).to_be_visible()
    page.get_by_role("button", name="Give a part").click()
    page.get_by_role("button", name="Give this part").click()
    expect(page.get_by_text("gave p7@example.com a part: HR")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("took a part from p7@example.com: HR")).to_be_visible()
    assert page.get_by_text("Canary").count() == 0
