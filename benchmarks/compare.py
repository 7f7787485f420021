"""The comparison page at 2,000 people and 40 brands: its runs, and what a browser makes of them."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

# All charts of this run have a size, nothing runs any more, and two frames follow after that.
SETTLED = """([wanted, count]) => {
  const charts = [...document.querySelectorAll('.js-plotly-plot .main-svg:first-child')];
  const drawn = charts.filter(
    one => !one.closest('[data-stale="true"]') && one.getBoundingClientRect().height > 0).length;
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
        "shared or own": f"{common}&part=problem",
        "cost": f"{common}&part=cost",
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
        server.come_to_rest()
        yield from _runs(server, views)
        yield _changes(shown.visitor, common, brands[1:12])
        shown.visitor.visit("compare", common)
        _, seen = shown.visitor.visit("compare", common)
        seen.recording.keep(folder)
        n_charts = len(seen.recording.charts)
        address = f"http://127.0.0.1:{server.port}/compare?{common}"
        with a_tab() as page:
            with serving(dict(os.environ), str(folder)) as plain:
                paint, bare = paints_in_turn(
                    page, address, f"http://127.0.0.1:{plain.port}/", n_charts
                )
            other_rows(page, address, n_charts)
            known = [other_rows(page, address, n_charts)[1] for _ in range(PAINTS)]
            new = [
                other_rows(page, f"{address}&rows=role&in=brand:{brand}", n_charts)
                for brand in brands[12 : 12 + PAINTS]
            ]
    yield Figure(
        f"compare, {PEOPLE:,} people: first paint in a browser",
        paint,
        "s",
        limit=PAINT_SECONDS,
        beside=f"{n_charts} charts, all drawn",
    )
    yield Figure(
        "compare: other rows chosen in a browser, until all is drawn",
        statistics.median(known),
        "s",
        limit=CHANGE_SECONDS,
        beside=f"the slowest of {len(known)} took {max(known):.2f} s",
    )
    yield Figure(
        "compare: the same on a view that nobody has asked for",
        statistics.median(most for most, _whole in new),
        "s",
        limit=CHANGE_SECONDS,
        beside=f"the lines over months follow after {statistics.median(w for _m, w in new):.2f} s",
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
        server.come_to_rest()
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


@contextmanager
def a_tab() -> Iterator[Tab]:
    """One tab of a browser, as wide as a desktop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def paints_in_turn(page: Tab, ours: str, plain: str, n_charts: int) -> tuple[float, float]:
    """Visit two pages in turn in a browser that has been there before.

    In turn, so that whatever else the machine does meets both. Each of a pair of visits follows one
    of its own, since a browser forgets the scripts of a page that it has left.

    Returns
    -------
    tuple of float
        The median seconds of a visit to each.
    """
    seconds: dict[str, list[float]] = {ours: [], plain: []}
    for _ in range(PAINTS):
        for address, taken in seconds.items():
            for is_timed in (False, True):
                started = time.perf_counter()
                page.goto(address)
                _settled(page, "", n_charts)
                if is_timed:
                    taken.append(time.perf_counter() - started)
    return statistics.median(seconds[ours]), statistics.median(seconds[plain])


def other_rows(page: Tab, address: str, n_charts: int) -> tuple[float, float]:
    """Choose other rows on a page.

    Returns
    -------
    tuple of float
        Seconds from the press on the choice until the new charts are drawn, and until all are,
        those over months with them: they may come a moment later by themselves.
    """
    page.goto(address)
    _settled(page, "", n_charts)
    page.evaluate(
        "() => document.addEventListener('pointerdown', () => { window.pressed = "
        "performance.now(); }, true)"
    )
    page.locator(".st-key-compare_rows input").click()
    page.get_by_role("option", name="Region", exact=True).click()
    _settled(page, "by region, month by month", n_charts - 1)
    most = float(page.evaluate("() => performance.now() - window.pressed"))
    _settled(page, "by region, month by month", n_charts)
    whole = float(page.evaluate("() => performance.now() - window.pressed"))
    return most / 1000, whole / 1000


def _settled(page: Tab, words: str, n_charts: int) -> None:
    asked: list[Any] = [words, n_charts]
    page.wait_for_function(SETTLED, arg=asked, timeout=60_000)
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
