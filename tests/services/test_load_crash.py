"""Killed, out of disk, two loads at once, a reader meanwhile: the store stays whole."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from functools import cache
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from perf_core.domain.access import everything
from perf_core.services.inspect_loads import list_loads
from perf_core.store.engine import Store
from tests.services import load_and_die
from tests.services.deliveries import PEOPLE, cells, deliver, dump, folder_of

HEAD = "order_id,ordered_at,amount,employee_id,channel,buyer_id\n"
ORDERS = HEAD + "".join(f"{i},2026-06-0{1 + i % 9},5,E1,jd,b{i % 3}\n" for i in range(40))
FIRST = {"employees": PEOPLE, "orders": ORDERS}
SECOND = {
    "employees": "employee_id,name,hire_date,brand\nE1,Lin,2025-01-01,core\n",
    "orders": ORDERS.replace(",5,E1", ",6,E2"),
    "measures": "day,measure,value,employee_id\n2026-06-01,visits,5,E1\n",
    "targets": "period,indicator,value\n2026-06,aov,200\n",
}
STEPS = ("waiting", "checking", "people", "orders", "measures", "targets", "sums", "finishing")


def url_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


@cache
def processes() -> BaseContext:
    """What starts processes: where it can, from one that has the program imported already."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([load_and_die.__name__])
    return context


def loading(store: Store, folder: Path, step: str) -> BaseProcess:
    """A process that loads a folder and dies at a step, started."""
    process: BaseProcess = processes().Process(  # type: ignore[attr-defined]
        target=load_and_die.load_until, args=(step, url_of(store), folder)
    )
    process.start()
    return process


def ended(process: BaseProcess) -> int | None:
    process.join(300)
    return process.exitcode


def run_and_die(store: Store, folder: Path, step: str) -> None:
    assert abs(ended(loading(store, folder, step)) or 0) == load_and_die.KILL


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_load_leaves_nothing(sqlite_store: Store, tmp_path: Path, step: str) -> None:
    deliver(sqlite_store, tmp_path, **FIRST)
    before, loads = dump(sqlite_store), len(list_loads(sqlite_store, scope=everything()))
    run_and_die(sqlite_store, folder_of(tmp_path, SECOND), step)
    assert dump(sqlite_store) == before
    assert len(list_loads(sqlite_store, scope=everything())) == loads


def test_after_it_is_done_a_killed_process_leaves_everything(store: Store, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, FIRST)
    run_and_die(store, folder, "done")
    assert [row[0] for row in cells(store, "orders")].count(None) == 0
    assert list(list_loads(store, scope=everything())["status"]) == ["done"]


@pytest.mark.parametrize("step", ["people", "sums"])
def test_killed_at_the_server_too(store: Store, tmp_path: Path, step: str) -> None:
    deliver(store, tmp_path, **FIRST)
    before = dump(store)
    run_and_die(store, folder_of(tmp_path, SECOND), step)
    assert dump(store) == before
    # The lock went with the process: the next load does not wait for it.
    deliver(store, tmp_path, **SECOND)
    assert cells(store, "visits", "monthly_measures")


@pytest.mark.skipif(sys.platform == "win32", reason="not here: a limit on the size of files")
def test_a_full_disk_is_said_and_the_store_stays_whole(sqlite_store: Store, tmp_path: Path) -> None:
    deliver(sqlite_store, tmp_path, **FIRST)
    before = dump(sqlite_store)
    many = HEAD + "".join(
        f"x{i},2026-06-0{1 + i % 9},{i % 97},E{1 + i % 3},c{i},b{i * i}\n" for i in range(10_000)
    )
    folder = folder_of(tmp_path, {"orders": many})
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "from perf_core.cli import main; import duckdb, ibis; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "--db", url_of(sqlite_store), "import", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1
    assert "disk is full" in done.stderr
    assert dump(sqlite_store) == before


def test_two_loads_at_once_wait_for_each_other(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, employees=PEOPLE)
    folders = [
        folder_of(tmp_path, {"orders": HEAD + f"{i},2026-06-01,{i},E1,jd,b\n"}) for i in range(1, 4)
    ]
    running = [loading(store, folder, "") for folder in folders]
    assert [ended(process) for process in running] == [0, 0, 0]
    assert cells(store, "orders, revenue, repeat_orders") == [(3.0, 60_000, 0.0)]
    assert len(list_loads(store, scope=everything())) == 4


def test_a_reader_meanwhile_sees_one_state(store: Store, tmp_path: Path) -> None:
    deliver(store, tmp_path, **FIRST)
    old = cells(store, "employee_id, orders", "monthly_measures")
    seen: list[list[tuple[object, ...]]] = []
    inside, looked = threading.Event(), threading.Event()

    def progress(step: str, _share: float) -> None:
        if step == "finishing":
            inside.set()
            looked.wait(60)

    def load() -> None:
        deliver(store, tmp_path, **SECOND, progress=progress)

    loader = threading.Thread(target=load)
    loader.start()
    assert inside.wait(120)
    seen.append(cells(store, "employee_id, orders", "monthly_measures"))
    looked.set()
    loader.join(120)
    assert seen == [old]
    assert cells(store, "employee_id, orders", "monthly_measures") != old
