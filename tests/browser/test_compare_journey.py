"""From a bar over the people to a person and back, in a real browser."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.test_journeys import nothing_is_wrong, settled

SLOW = 60_000

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def click_bar(tab: Page, *, finger: bool = False) -> None:
    """Click the topmost bar of the ranking, or tap it."""
    bar = tab.locator(".barlayer .point path").first
    expect(bar).to_be_visible(timeout=SLOW)
    box = bar.bounding_box()
    assert box is not None
    press = tab.touchscreen.tap if finger else tab.mouse.click
    press(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)


def click_table(tab: Page, across: int) -> None:
    """Click a cell of the first row: the table is a picture under a scroller."""
    table = tab.locator('[data-testid="stDataFrame"] canvas').first
    table.scroll_into_view_if_needed()
    settled(tab)
    box = table.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + across, box["y"] + 55)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_a_bar_to_a_person_and_back(app: str, open_tab: OpenTab, size: str) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05&fig=revenue", size=size)
    expect(tab.get_by_text("Revenue by brand", exact=True)).to_be_visible(timeout=SLOW)
    nothing_is_wrong(tab)
    tab.locator(".barlayer").scroll_into_view_if_needed()
    settled(tab)
    click_bar(tab, finger=size == "phone")
    # The small company has one region, department and role: below a brand are its people.
    expect(tab).to_have_url(re.compile(r"rows=person.*in=brand%3A"), timeout=SLOW)
    expect(tab.locator(".st-key-crumbs")).to_be_visible(timeout=SLOW)
    expect(tab.get_by_text(re.compile(r"of 13 scorecards"))).to_be_visible(timeout=SLOW)
    nothing_is_wrong(tab)
    click_table(tab, 40)
    expect(tab).to_have_url(re.compile("/person"), timeout=SLOW)
    nothing_is_wrong(tab)
    # The way back has the name of the list, and leads to it as it was.
    tab.get_by_test_id("stMain").get_by_role("link", name=re.compile("Compare · ")).click()
    expect(tab).to_have_url(re.compile(r"/compare.*rows=person"), timeout=SLOW)
    tab.go_back()
    expect(tab).to_have_url(re.compile("/person"), timeout=SLOW)
    settled(tab)
    # Every click was one step in the browser's history.
    tab.go_back()
    expect(tab).to_have_url(re.compile(r"/compare.*rows=person"), timeout=SLOW)
    expect(tab.get_by_text(re.compile(r"of 13 scorecards"))).to_be_visible(timeout=SLOW)
    tab.go_back()
    expect(tab).not_to_have_url(re.compile("rows=person"), timeout=SLOW)
    expect(tab.get_by_text("Revenue by brand", exact=True)).to_be_visible(timeout=SLOW)
    nothing_is_wrong(tab)


def test_a_number_opens_its_parts(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05")
    expect(tab.get_by_text("All numbers by brand", exact=True)).to_be_visible(timeout=SLOW)
    settled(tab)
    click_table(tab, 260)
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text("Which people")).to_be_visible(timeout=SLOW)
    dialog.get_by_text("Which loads").click()
    expect(dialog.get_by_text(re.compile("deliveries"))).to_be_visible(timeout=SLOW)
    nothing_is_wrong(tab)


def test_a_change_of_language_is_no_choice(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05")
    expect(tab.get_by_role("heading", name="Compare")).to_be_visible(timeout=SLOW)
    settled(tab)
    # The second touch is the one that brings back what the browser still holds by its words.
    for spoken, title in (("中文", "对比"), ("English", "Compare")):
        tab.get_by_text(spoken, exact=True).first.click()
        expect(tab.get_by_role("heading", name=title)).to_be_visible(timeout=SLOW)
        settled(tab)
    assert "%E" not in tab.url
    nothing_is_wrong(tab)


def limit_pickers(tab: Page) -> Locator:
    """Open the menu that narrows the page."""
    tab.locator(".st-key-filters").get_by_test_id("stPopoverButton").click()
    menu = tab.get_by_test_id("stPopoverBody")
    expect(menu.get_by_role("combobox", name="Brand")).to_be_visible(timeout=SLOW)
    return menu


def test_the_first_visit_shows_what_it_is_narrowed_to(app: str, open_tab: OpenTab) -> None:
    """Reloaded twice before the page is there: the pickers say what the address says."""
    tab = open_tab(f"{app}/compare?as=hr&period=2026-04&in=brand:luxe&rows=role")
    for _ in range(2):
        tab.wait_for_timeout(300)
        tab.reload()
    expect(tab.locator(".st-key-crumbs")).to_be_visible(timeout=SLOW)
    settled(tab)
    menu = limit_pickers(tab)
    expect(menu.get_by_text("luxe", exact=True)).to_be_visible(timeout=SLOW)
    expect(tab.get_by_role("combobox", name="Compare by")).to_have_value("Role")


def test_quick_clicks_all_count(app: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05&fig=revenue")
    expect(tab.get_by_text("Revenue by brand", exact=True)).to_be_visible(timeout=SLOW)
    settled(tab)
    tab.locator(".barlayer").scroll_into_view_if_needed()
    settled(tab)
    steps = tab.evaluate("history.length")
    click_bar(tab)
    tab.wait_for_timeout(100)
    # Before the page is there again: its part is changed, too.
    tab.get_by_text("Coming and going", exact=True).click()
    expect(tab).to_have_url(re.compile("part=people"), timeout=SLOW)
    settled(tab)
    assert re.search(r"rows=person.*in=brand%3A", tab.url)
    assert tab.evaluate("history.length") == steps + 2
    # A link in the menu to the open page begins it anew, in the address as on the page.
    tab.get_by_test_id("stSidebar").get_by_role("link", name="Compare").click()
    expect(tab).not_to_have_url(re.compile("in=brand"), timeout=SLOW)
    expect(tab.get_by_role("button", name="Company")).to_have_count(0, timeout=SLOW)
    assert "again" not in tab.url
    nothing_is_wrong(tab)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_label_of_a_chart_is_cut(app: str, open_tab: OpenTab, locale: str) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05", size="phone", locale=locale)
    expect(tab.locator(".js-plotly-plot .ytick text").first).to_be_visible(timeout=SLOW)
    settled(tab)
    # Their room is reckoned beforehand: this tells when the font, or its size, is another one.
    left = tab.locator(".js-plotly-plot .ytick text").evaluate_all(
        "labels => labels.map(one => one.getBoundingClientRect().left"
        " - one.closest('.js-plotly-plot').getBoundingClientRect().left)"
    )
    assert len(left) > 5
    assert min(left) >= 2
    assert max(left) < 100


# Plotly works out what it draws anew with each whole drawing, and keeps it at the chart.
COUNTS_DRAWINGS = """
Object.defineProperty(HTMLElement.prototype, "calcdata", {
  get() { return this.worked_out; },
  set(found) { this.worked_out = found; this.drawings = (this.drawings ?? 0) + (found ? 1 : 0); },
});
"""

# The least of how letters stand out from the ground, as WCAG 2.2 reckons it (success criterion
# 1.4.3: at least 4.5). A canvas turns whatever colour the browser computed into numbers.
LEAST_CONTRAST = """labels => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d");
  const drawn = colours => {
    for (const one of colours) { brush.fillStyle = one; brush.fillRect(0, 0, 1, 1); }
    const parts = [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  return Math.min(...labels.map(one => {
    const both = [drawn([ground]), drawn([ground, getComputedStyle(one).fill])];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  }));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_drawn_once_and_read_in_any_light(
    app: str, open_tab: OpenTab, theme: Literal["light", "dark"]
) -> None:
    tab = open_tab(f"{app}/compare?as=hr&period=2026-05")
    tab.emulate_media(color_scheme=theme)
    tab.add_init_script(COUNTS_DRAWINGS)
    tab.reload()
    labels = tab.locator(".js-plotly-plot :is(.xtick, .ytick, .legend) text")
    expect(labels.first).to_be_visible(timeout=SLOW)
    settled(tab)
    tab.wait_for_timeout(500)
    drawings = tab.locator(".js-plotly-plot").evaluate_all("all => all.map(one => one.drawings)")
    assert len(drawings) >= 3
    assert set(drawings) == {1}
    assert labels.evaluate_all(LEAST_CONTRAST) >= 4.5
