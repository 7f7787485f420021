"""From the maker's dialog to the reader's page in a real browser, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from perf_core.domain.share import AsksFor, LinkKind
from perf_core.store.engine import Store
from tests.browser.conftest import SIZES, serving
from tests.share.conftest import MakeLink

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(shared_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the whole app over the store the links are in."""
    url = shared_store.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("shared") / "server.log") as address:
        yield address


def tab_of(browser: Browser, faults: list[str], *, size: str, locale: str) -> Page:
    tab = browser.new_context(locale=locale, **SIZES[size]).new_page()
    tab.set_default_timeout(30_000)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return tab


def test_a_link_made_in_the_dialog_opens_for_a_reader(app: str, browser: Browser) -> None:
    faults: list[str] = []
    maker = tab_of(browser, faults, size="desktop", locale="en-US")
    maker.goto(f"{app}/person?as=manager&me=M1&person=P1&period=2026-06")
    maker.get_by_role("button", name="Share", exact=True).click()
    maker.get_by_role("textbox", name="For whom").fill("Ann <b>")
    maker.get_by_text("With a passcode, which").click()
    maker.get_by_role("button", name="Make the link").click()
    link, passcode = (maker.locator("[data-testid=stCode] code").nth(n) for n in (0, 1))
    expect(link).to_contain_text(f"{app}/r/k", timeout=20_000)
    address, code = link.inner_text().strip(), passcode.inner_text().strip()

    reader = tab_of(browser, faults, size="phone", locale="zh-CN")
    reader.goto(address)
    reader.get_by_label("访问码").fill(code.lower())
    reader.get_by_role("button", name="打开评审").click()
    reader.wait_for_url(re.compile(r"/r/view/[0-9a-f]+$"))
    expect(reader.get_by_role("heading", level=1)).to_contain_text("CanaryP1")
    expect(reader.locator(".told")).to_contain_text("Ann <b>")

    maker.get_by_role("tab", name="Links so far").click()
    maker.get_by_role("button", name="Take back").first.click()
    maker.get_by_role("button", name="Yes, take it back").click()
    expect(maker.get_by_text("taken back", exact=True)).to_be_visible()
    assert faults == []
    assert reader.reload().status == 410
    expect(reader.get_by_role("heading", level=1)).to_contain_text("不能查看")
    for tab in (maker, reader):
        tab.context.close()


@pytest.mark.parametrize("kind", list(LinkKind))
@pytest.mark.parametrize(("size", "locale"), [("phone", "zh-CN"), ("desktop", "en-US")])
def test_every_review_fits_and_breaks_no_rule_of_its_own(
    app: str,
    browser: Browser,
    new_link: MakeLink,
    tmp_path: Path,
    kind: LinkKind,
    size: str,
    locale: str,
) -> None:
    subject = {LinkKind.PERSON: "P1", LinkKind.BRAND: "luxe"}.get(kind, "")
    link = new_link(kind=kind, subject=subject, by=("brand", "role"), asks_for=AsksFor.SIGN_OFF)
    faults: list[str] = []
    tab = tab_of(browser, faults, size=size, locale=locale)
    tab.goto(f"{app}/r/{link.token}")
    tab.locator("button").click()
    expect(tab.locator("h1")).to_be_visible()
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"]
    # The style sheet is applied: nothing else on the page could do that.
    assert tab.evaluate("getComputedStyle(document.querySelector('.told')).borderRadius") == "8px"
    assert tab.pdf(path=tmp_path / "review.pdf", format="A4").startswith(b"%PDF")
    assert faults == []
    tab.context.close()
