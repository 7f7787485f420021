"""Companies that are odd in one way each: every part of the comparison says so in words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from perf_core.store.engine import Store
from tests.conftest import Stores
from tests.pages.conftest import OpenPage, _forget, _opener
from tests.pages.odd_companies import COMPANIES, LONG, MARKUP
from tests.pages.shown import charts_of, findings, words_shown

VIEWERS: tuple[dict[str, str], ...] = (
    {"as_": "hr"},
    {"as_": "executive"},
    {"as_": "brand_head", "led": "luxe"},
    {"as_": "manager", "me": "M1"},
)
PARTS = ("groups", "problem", "cost", "people", "events")


@pytest.fixture
def open_odd(
    sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Open a page on the company whose name the test is given."""
    store = Store(sqlite_stores.fresh("catalogue"), lock_wait_seconds=30)
    COMPANIES[request.param]().load(store)
    yield _opener(store, monkeypatch)
    _forget()
    store.dispose()


def part(open_page: OpenPage, name: str, language: str, **address: str) -> AppTest:
    app = open_page("compare", part=name, lang=language, **address)
    assert not app.exception
    assert not app.error
    assert not list(findings(app, language)), (name, language, address)
    return app


@pytest.mark.parametrize(
    ("open_odd", "turn"),
    [(name, turn) for turn, name in enumerate(COMPANIES)],
    indirect=["open_odd"],
    ids=list(COMPANIES),
)
def test_every_part_opens_and_shows_no_empty_chart(open_odd: OpenPage, turn: int) -> None:
    """Each part with another viewer and language in turn: over the companies all are met."""
    turns = itertools.islice(itertools.cycle(itertools.product(VIEWERS, ("zh", "en"))), turn, None)
    for name, (viewer, language) in zip(PARTS, turns, strict=False):
        part(open_odd, name, language, period="2026-06", **viewer)
    for name in ("groups", "cost"):
        part(open_odd, name, "en", as_="hr", period="2026-06", cols="role")


@pytest.mark.parametrize("open_odd", ["strange_names"], indirect=True)
def test_names_are_never_markup(open_odd: OpenPage) -> None:
    """What a browser would read as markup is told from its signs or kept from being read."""
    for name in PARTS:
        app = part(open_odd, name, "en", as_="hr", period="2026-05")
        for where, said in words_shown(app):
            is_markdown = where.startswith(("markdown", "caption", "button.label", "metric"))
            assert not is_markdown or MARKUP not in said, where
    charts = charts_of(part(open_odd, "groups", "zh", as_="hr", period="2026-05"))
    assert any(LONG[:6] in str(chart) for chart in charts)


@pytest.mark.parametrize("open_odd", ["coming_and_going"], indirect=True)
def test_a_closed_brand_is_in_the_trend_and_in_no_trouble(open_odd: OpenPage) -> None:
    app = part(open_odd, "groups", "en", as_="hr", period="2026-06", fig="revenue")
    table = next(one.value for one in app.dataframe if "headcount" in one.value)
    assert "closed" not in table["brand"].tolist()
    tiles = [one.label for one in app.button if str(one.key).startswith("view_answer")]
    assert tiles
    assert not any("closed" in one for one in tiles)
    lines = [
        trace
        for chart in charts_of(app)
        for trace in chart["data"]
        if trace["type"] == "scatter" and trace.get("mode", "").startswith("lines")
    ]
    assert any(["closed"] in (line.get("customdata") or []) for line in lines)
