"""A real server with the routes of shared reviews, over the small company."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.period import parse_period
from perf_core.domain.share import CreatedLink, LinkKind, LinkWish
from perf_core.services.share_review import create_link, this_instant
from perf_core.services.share_review_reader import company_day
from perf_core.services.viewers import scope_today
from perf_core.store.engine import Store
from perf_ui import routes, share_routes
from tests.conftest import Stores
from tests.share.knocking import Reader

MakeLink = Callable[..., CreatedLink]


@pytest.fixture(scope="session")
def shared_store(sqlite_stores: Stores) -> Iterator[Store]:
    """The small company, for all links of these tests; its people stay as they are."""
    store = Store(sqlite_stores.fresh("company"), lock_wait_seconds=30)
    yield store
    store.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The small company on each database; nobody changes its people."""
    stores: Stores = request.getfixturevalue(f"{request.param}_stores")
    store = Store(stores.fresh("company"), lock_wait_seconds=30)
    yield store
    store.dispose()


def make_link(store: Store, viewer: Viewer | None = None, **wish: Any) -> CreatedLink:
    """A link of today: to the card of P1 unless told otherwise."""
    now = this_instant()
    who = viewer or Viewer(ViewerKind.MANAGER, "M1")
    scope = scope_today(store, who, today=company_day(store, now))
    asked = {
        "kind": LinkKind.PERSON,
        "subject": "P1",
        "period": parse_period("2026-06"),
        **wish,
    }
    return create_link(store, scope, LinkWish(**asked), now)


@pytest.fixture
def new_link(shared_store: Store) -> MakeLink:
    """Make a link to what the small company holds."""

    def made(viewer: Viewer | None = None, **wish: Any) -> CreatedLink:
        return make_link(shared_store, viewer, **wish)

    return made


@pytest.fixture
def server(shared_store: Store) -> Iterator[str]:
    """The address of a server with fresh counts of wrong attempts."""
    app = Starlette(
        routes=[
            routes.health_route(lambda: True),
            *share_routes.routes(lambda: shared_store, has_sign_in=lambda: False),
        ],
        middleware=[Middleware(routes.SafeHeaders)],
    )
    running = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def reader(server: str) -> Callable[[], Reader]:
    """Open a browser of its own."""
    return lambda: Reader(server)
