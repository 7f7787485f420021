"""Pages as a session sees them: AppTest on a small company."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest

from perf_core.store.engine import Store
from perf_ui import compare_reads, kept, start
from tests.conftest import Stores
from tests.pages.odd_companies import OddCompany

MAIN = Path(__file__).resolve().parents[2] / "perf_ui" / "main.py"

OpenPage = Callable[..., AppTest]


def _forget() -> None:
    start.close()
    kept.forget_everything()
    st.cache_resource.clear()


def _opener(store: Store, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """What opens a page of the app over a store, with an address."""
    url = store.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PERF_DATABASE_URL", url)
    # A busy machine has its time: a page goes on without a trend that takes long.
    monkeypatch.setattr(compare_reads, "PATIENCE", 60.0)
    _forget()

    def open_page(code: str = "overview", **address: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        if code != "overview":
            app.switch_page(f"../pages/{code}.py")
        for name, value in address.items():
            app.query_params[name.rstrip("_")] = value
        return app.run()

    return open_page


def loaded(stores: Stores, company: OddCompany) -> Path:
    """The file of a store with a company of odd ones."""
    store = Store(stores.fresh("catalogue"), lock_wait_seconds=30)
    company.load(store)
    store.dispose()
    return Path(store.url.database or "")


@pytest.fixture(scope="session")
def filled(sqlite_stores: Stores) -> Path:
    """The file of a store with the small company; a module may give its tests another one."""
    return Path(make_url(sqlite_stores.fresh("company")).database or "")


@pytest.fixture
def company_store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with what ``filled`` gives, of this test's own."""
    copy = tmp_path / "company.db"
    shutil.copyfile(filled, copy)
    store = Store(f"sqlite:///{copy.as_posix()}", lock_wait_seconds=30)
    yield store
    store.dispose()


@pytest.fixture
def open_page(company_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Open a page of the app on that company (``as_`` is the viewer in the address)."""
    yield _opener(company_store, monkeypatch)
    _forget()


@pytest.fixture
def open_empty(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Open a page of the app on a store without people."""
    yield _opener(sqlite_store, monkeypatch)
    _forget()
