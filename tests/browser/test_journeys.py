"""A few journeys in a real browser: nothing wrong on screen, in the console, or elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from perf_ui.navigation import ENTRIES
from tests.browser.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_MENU = [entry.code for entry in ENTRIES if entry.in_menu]


def settled(tab: Page) -> None:
    """Wait until the script has run and nothing is drawn any more."""
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    tab.wait_for_timeout(400)


def nothing_is_wrong(tab: Page) -> None:
    settled(tab)
    assert tab.locator('[data-testid="stException"]').count() == 0
    assert tab.locator('[data-testid="stAlertContentError"]').count() == 0
    wider = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, "the page is wider than the screen"


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("code", IN_MENU)
def test_a_page_opens_by_its_address(
    app: str, open_tab: OpenTab, code: str, size: str, locale: str
) -> None:
    tab = open_tab(app, size=size, locale=locale)
    tab.goto(f"{app}/{code}?person=P1")
    expect(tab.locator("h1").first).to_be_visible()
    nothing_is_wrong(tab)
    is_chinese = bool(re.search("[一-鿿]", tab.locator('[data-testid="stMain"]').inner_text()))
    assert is_chinese == (locale == "zh-CN")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_the_overview_over_the_team_to_a_person(
    app: str, open_tab: OpenTab, size: str
) -> None:
    tab = open_tab(app, size=size)
    expect(tab.get_by_text("Who needs attention")).to_be_visible()
    if size == "phone":
        tab.get_by_test_id("stExpandSidebarButton").click()
    tab.get_by_test_id("stSidebar").get_by_role("link", name="Team").click()
    expect(tab.locator("h1")).to_have_text("Team")
    tab.get_by_placeholder("Name or number").fill("CanaryP7")
    expect(tab.get_by_text("1 of 13 scorecards")).to_be_visible()
    settled(tab)
    if size == "phone":
        # The menu has closed by itself, so that the table can be touched.
        expect(tab.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    tab.wait_for_timeout(800)
    tab.get_by_test_id("stDataFrame").click(position={"x": 60, "y": 58})
    expect(tab.locator("h1")).to_have_text("CanaryP7")
    assert "person=P7" in tab.url
    tab.locator(".st-key-closer_line button").nth(1).click()
    tab.wait_for_url("**line=conversion**")
    nothing_is_wrong(tab)
    tab.reload()
    expect(tab.locator("h1")).to_have_text("CanaryP7")
    chosen = tab.locator(".st-key-closer_line button").nth(1)
    expect(chosen).to_have_attribute("aria-checked", "true")


def test_the_language_is_remembered_in_the_address_and_after_it(
    app: str, open_tab: OpenTab
) -> None:
    tab = open_tab(app, locale="zh-CN")
    expect(tab.locator("h1")).to_have_text("总览")
    tab.get_by_text("English", exact=True).click()
    expect(tab.locator("h1")).to_have_text("Overview")
    assert "lang=en" in tab.url
    tab.reload()
    expect(tab.locator("h1")).to_have_text("Overview")
    tab.goto(app)
    expect(tab.locator("h1")).to_have_text("Overview")
    nothing_is_wrong(tab)


def test_a_target_is_changed_on_the_page(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/person?person=P2&line=conversion&as=manager&me=M2")
    tab.get_by_text("Change this target").click()
    tab.get_by_label("New target in percent").fill("2.5")
    tab.get_by_label("Reason").fill("The page is being rebuilt")
    tab.get_by_role("button", name="Change the target").click()
    expect(tab.get_by_text("Changed: Conversion rate is now 2.5%")).to_be_visible()
    nothing_is_wrong(tab)


def test_a_file_is_dropped_loaded_and_taken_back(
    app: str, open_tab: OpenTab, tmp_path: Path
) -> None:
    file = tmp_path / "培训.csv"
    file.write_text("training_id,employee_id,course\nT1,P1,Titles\nT2,nobody,Banners\n", "utf-8")
    tab = open_tab(app)
    tab.goto(f"{app}/data")
    tab.locator('input[type="file"]').set_input_files(str(file))
    expect(tab.get_by_text("Understood")).to_be_visible()
    # One of two rows is rejected: more than a fifth, so the load asks before it goes on.
    expect(tab.get_by_role("button", name="Load", exact=True)).to_be_disabled()
    tab.get_by_text("Load the good rows anyway", exact=True).click()
    tab.get_by_role("button", name="Load", exact=True).click()
    expect(tab.get_by_text("Loaded as number")).to_be_visible()
    expect(tab.get_by_text("Rejected rows (1)")).to_be_visible()
    nothing_is_wrong(tab)
    tab.goto(f"{app}/data?tab=loads")
    tab.locator('[class*="st-key-open_load_"] button').first.click()
    tab.get_by_text("Yes, put everything back").click()
    tab.get_by_role("button", name="Undo this load").click()
    expect(tab.get_by_text("Undone").first).to_be_visible()
    nothing_is_wrong(tab)


def test_a_mistyped_brand_is_asked_about_before_it_is_kept(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/data?tab=type&what=employees")
    settled(tab)
    tab.get_by_test_id("stDataFrame").click(position={"x": 30, "y": 52})
    for key in (*["ArrowRight"] * 8, "Enter", "Backspace", "Luxxe", "Enter", "Tab"):
        (tab.keyboard.type if key == "Luxxe" else tab.keyboard.press)(key)
        tab.wait_for_timeout(200)
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_text("“Luxxe” is not known yet. Known are luxe, core.")).to_be_visible()
    expect(tab.get_by_role("button", name="Keep as new and save")).to_be_visible()
    settled(tab)


def test_a_table_is_downloaded_with_its_filters(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/team?brand=luxe")
    settled(tab)
    tab.locator('.stMain [data-testid="stPopoverButton"]').first.click()
    with tab.expect_download() as waiting:
        tab.get_by_test_id("stPopoverBody").get_by_role("button", name="CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert "Brand,luxe" in text
    assert "Period,Jun 2026" in text
    assert "CanaryP1" in text
    assert "CanaryP2" not in text


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_empty_store_offers_a_demo_or_the_own_files(
    empty_app: str, open_tab: OpenTab, size: str
) -> None:
    tab = open_tab(empty_app, size=size, locale="zh-CN")
    expect(tab.get_by_role("button", name="打开小店演示")).to_be_visible()
    nothing_is_wrong(tab)
    tab.get_by_role("button", name="导入我的文件").click()
    expect(tab.locator("h1")).to_have_text("数据")
    nothing_is_wrong(tab)
