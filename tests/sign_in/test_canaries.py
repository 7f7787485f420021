"""Every page as every kind of viewer: what reaches the client holds nothing they may not see."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from perf_core.domain.access import everything
from perf_core.services import accounts
from perf_core.store.engine import Store
from perf_ui.navigation import ENTRIES
from tests.conftest import Stores
from tests.pages.company import LINE_OF_M1
from tests.sign_in import canaries
from tests.sign_in.conftest import SignInApp, people, serve_signed_in
from tests.sign_in.visitor import Visitor

EVERYBODY = set(canaries.PEOPLE)
TODAY = datetime.now(UTC).date()

# Who signs in, whose names they may read, whether pay. A card names the manager it is under.
VIEWERS: dict[str, tuple[str, set[str], bool]] = {
    "hr": ("sub-hr", EVERYBODY, True),
    "executive": ("sub-p9", EVERYBODY, False),
    "brand head": ("sub-p8", {*LINE_OF_M1, "M1", "B1"}, False),
    "manager": ("sub-mara", {*LINE_OF_M1, "M1", "B1"}, False),
    "deputy": ("sub-p2", {*LINE_OF_M1, "M1", "B1", "P2", "M2"}, False),
    "employee": ("sub-p1", {"P1", "M1"}, False),
    "administrator": ("sub-admin", set(), False),
    "stranger": ("sub-stranger", set(), False),
    "nobody": ("", set(), False),
}

QUERIES: dict[str, tuple[str, ...]] = {
    "overview": ("", "brand=luxe", "period=2026-05"),
    "team": ("", "q=Canary", "period=2026-05"),
    "person": ("", "person=P1", "person=P2", "person=M2&period=2026-05"),
    "compare": (
        "part=groups&period=2026-05",
        "part=groups&rows=role&cols=brand&period=2026-05",
        "part=groups&rows=person&period=2026-05",
        "part=groups&rows=brand&in=role:platform_ops&period=2026-04..2026-05",
        "part=problem&period=2026-05",
        "part=cost&period=2026-05",
        "part=people&period=2026-05",
        "part=events&period=2026-05",
    ),
    "data": ("tab=load", "tab=type", "tab=loads", "tab=quality", "tab=export"),
    "accounts": ("",),
    "welcome": ("",),
}


@pytest.fixture(scope="module")
def planted(
    provider: str, sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SignInApp]:
    """The app behind sign-in, on the company with the canaries."""
    store = Store(sqlite_stores.fresh("company"), lock_wait_seconds=30)
    canaries.plant(store)
    ids = people(store)
    rights = everything()
    accounts.link_employee(store, ids["p9"], "", scope=rights)
    accounts.grant_role(store, ids["p9"], "executive", scope=rights, from_day=TODAY)
    accounts.link_employee(store, ids["p8"], "", scope=rights)
    accounts.grant_role(store, ids["p8"], "brand_head", brand="luxe", scope=rights, from_day=TODAY)
    accounts.name_deputy(
        store,
        "P2",
        stands_in_for="M1",
        from_day=TODAY,
        to_day=TODAY + timedelta(days=3),
        scope=rights,
    )
    time.sleep(1.1)  # a sign-in within the second in which the account was made is refused
    with serve_signed_in(store, ids, provider, tmp_path_factory.mktemp("canaries")) as app:
        yield app
    store.dispose()


@pytest.fixture(scope="module")
def visitors(planted: SignInApp) -> dict[str, Visitor]:
    """Everybody signed in, and one who is not."""
    return {
        name: planted.signed_in(subject) if subject else planted.visitor()
        for name, (subject, _names, _pay) in VIEWERS.items()
    }


def test_every_page_is_visited() -> None:
    assert set(QUERIES) == {entry.code for entry in ENTRIES}


@pytest.mark.parametrize("code", list(QUERIES))
@pytest.mark.parametrize("name", list(VIEWERS))
def test_nothing_reaches_who_may_not_see_it(
    visitors: dict[str, Visitor], name: str, code: str
) -> None:
    _subject, may_name, may_see_pay = VIEWERS[name]
    page = "" if code == "overview" else code
    for query in QUERIES[code]:
        said = canaries.everything_of(visitors[name], page, f"{query}&lang=en")
        named = canaries.names_in(said)
        assert named <= may_name, f"{name} reads names on {code}?{query}"
        if not may_see_pay:
            told = canaries.pay_in(said, EVERYBODY)
            assert not told, f"{name} reads pay on {code}?{query}"


def test_the_search_finds_what_is_there(visitors: dict[str, Visitor]) -> None:
    team = canaries.everything_of(visitors["hr"], "team", "lang=en")
    assert canaries.names_in(team) == EVERYBODY
    taken = canaries.everything_of(visitors["hr"], "data", "tab=export&lang=en")
    assert len(canaries.pay_in(taken, EVERYBODY)) >= len(EVERYBODY)
    grouped = canaries.everything_of(
        visitors["hr"], "compare", "part=groups&rows=role&cols=brand&period=2026-05&lang=en"
    )
    assert grouped
