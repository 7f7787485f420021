"""The comparison page at 2,000 people and 40 brands: its runs, and what a browser makes of them."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from benchmarks.figures import Figure
from benchmarks.made_up import FOLDER
from benchmarks.pages import MOST_CPU, MOST_STATEMENTS, Page
from benchmarks.stores import demo_company, last_whole_month
from benchmarks.visitor import Server, Visitor, serving
from perf_core.store.engine import Store

PEOPLE = 2_000
WARM_MS = 200
PAINT_SECONDS = 1.5
CHANGE_SECONDS = 0.6
PAINTS = 7
WARM_RUNS = 15
TRENDS_SECONDS = 20.0
CHROMIUM = os.environ.get("PERF_CHROMIUM") or shutil.which("chromium") or "google-chrome"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

# All charts have a size, nothing runs any more, and two frames have been drawn after that.
SETTLED = """([wanted, count]) => {
  const charts = [...document.querySelectorAll('.js-plotly-plot .main-svg:first-child')];
  const drawn = charts.filter(one => one.getBoundingClientRect().height > 0).length;
  const app = document.querySelector('[data-testid="stApp"]');
  const words = document.body.innerText;
  return drawn >= count && (!wanted || words.includes(wanted))
    && app && app.dataset.testScriptState === 'notRunning';
}"""


def figures() -> Iterator[Figure]:
    """Measure the page."""
    url = demo_company(PEOPLE)
    store = Store(url)
    month = last_whole_month(store).code
    with store.reading() as connection:
        brands = [
            str(row[0])
            for row in connection.exec_driver_sql(
                "SELECT code FROM axis_values WHERE kind = 'brand' ORDER BY code"
            )
        ]
    store.dispose()
    common = f"as=executive&lang=en&period={month}"
    views = {
        "brands": common,
        "brand × role": f"{common}&cols=role",
        "roles of a brand": f"{common}&rows=role&in=brand:{brands[0]}",
        "channels": f"{common}&rows=channel",
    }
    environment = {**os.environ, "PERF_DATABASE_URL": url}
    folder = FOLDER / f"bare-{PEOPLE}-compare"
    with serving(environment) as server:
        shown = Page(server, "compare", common)
        yield Figure(
            f"compare, {PEOPLE:,} people: first visit of the process, nothing read yet",
            shown.first * 1000,
            "ms",
            beside="trends follow by themselves",
        )
        yield from _runs(server, views)
        yield _changes(shown.visitor, common, brands[1:12])
        _, seen = shown.visitor.visit("compare", common)
        seen.recording.keep(folder)
        n_charts = len(seen.recording.charts)
        address = f"http://127.0.0.1:{server.port}/compare?{common}"
        paint, change = in_browser(address, n_charts, _other_rows)
    with serving(dict(os.environ), str(folder)) as server:
        bare, _ = in_browser(f"http://127.0.0.1:{server.port}/", n_charts, None)
    yield Figure(
        f"compare, {PEOPLE:,} people: first paint in a browser",
        paint,
        "s",
        limit=PAINT_SECONDS,
        beside=f"{n_charts} charts, all drawn",
    )
    yield Figure(
        "compare: changed rows in a browser, until all is drawn",
        change,
        "s",
        limit=CHANGE_SECONDS,
    )
    yield Figure(
        "compare: first paint, times a bare page with the same table and charts",
        paint / bare,
        "×",
        limit=MOST_CPU,
        beside=f"{bare:.2f} s",
    )


def _runs(server: Server, views: dict[str, str]) -> Iterator[Figure]:
    for name, query in views.items():
        page = Page(server, "compare", query)
        time.sleep(TRENDS_SECONDS)
        page.run(WARM_RUNS)
        yield Figure(
            f"compare {name}, {PEOPLE:,} people: warm run", page.warm.median_ms, "ms", limit=WARM_MS
        )
        yield Figure(
            f"compare {name}: statements of a warm run",
            page.warm.statements,
            limit=MOST_STATEMENTS,
        )
        page.visitor.close()


def _changes(visitor: Visitor, common: str, brands: list[str]) -> Figure:
    """Runs that nobody has asked for before: the regions of one brand after another."""
    seconds = [
        visitor.visit("compare", f"{common}&rows=region&in=brand:{brand}")[0] for brand in brands
    ]
    return Figure(
        f"compare, {PEOPLE:,} people: a run narrowed to something new",
        statistics.median(seconds) * 1000,
        "ms",
        beside=f"the slowest of {len(seconds)} took {max(seconds) * 1000:.0f} ms",
    )


def _other_rows(page: Tab) -> str:
    """Choose other rows, and say which words tell that they are there."""
    page.locator(".st-key-compare_rows input").click()
    page.get_by_role("option", name="Region", exact=True).click()
    return "by region, month by month"


def in_browser(
    address: str, n_charts: int, change: Callable[[Tab], str] | None
) -> tuple[float, float]:
    """Time visits and changes in one warm browser.

    Returns
    -------
    tuple of float
        The median seconds of a visit, and of a change (0 without one).
    """
    paints, changes = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for visit in range(PAINTS + 1):
            started = time.perf_counter()
            page.goto(address)
            _settled(page, "", n_charts)
            if visit:  # the first one fills the browser's cache
                paints.append(time.perf_counter() - started)
            if change is not None:
                started = time.perf_counter()
                words = change(page)
                _settled(page, words, 1)
                if visit:
                    changes.append(time.perf_counter() - started)
        browser.close()
    return statistics.median(paints), statistics.median(changes) if changes else 0.0


def _settled(page: Tab, words: str, n_charts: int) -> None:
    asked: list[Any] = [words, n_charts]
    page.wait_for_function(SETTLED, arg=asked, timeout=60_000)
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
