"""The two commands: what they decide without a network, and that pip's troubles are worded."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import perfboard

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A folder of its own in place of .venv, where installing only takes notes."""
    made: list[str] = []
    monkeypatch.setattr(perfboard, "VENV", tmp_path / "venv")

    def make_venv() -> None:
        perfboard.venv_python().parent.mkdir(parents=True)
        perfboard.venv_python().touch()
        made.append("venv")

    monkeypatch.setattr(perfboard, "make_venv", make_venv)
    monkeypatch.setattr(perfboard, "works", lambda python: python.exists())
    monkeypatch.setattr(perfboard, "install", lambda lock: made.append(lock.name))
    return made


def test_packages_are_installed_once(installs: list[str]) -> None:
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    assert installs == ["venv", "requirements.lock"]


def test_the_tests_add_theirs_and_the_app_needs_nothing_then(installs: list[str]) -> None:
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    perfboard.ensure_installed(perfboard.TEST_LOCK)
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    assert installs == ["venv", "requirements.lock", "requirements-dev.lock"]


def test_a_changed_lock_is_installed(installs: list[str], tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("streamlit==1.0\n")
    perfboard.ensure_installed(lock)
    lock.write_text("streamlit==1.1\n")
    perfboard.ensure_installed(lock)
    assert installs == ["venv", "requirements.lock", "requirements.lock"]


def test_an_install_that_was_interrupted_is_repeated(
    installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_lock: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(perfboard, "install", dies)
    with pytest.raises(KeyboardInterrupt):
        perfboard.ensure_installed(perfboard.RUN_LOCK)
    monkeypatch.setattr(perfboard, "install", lambda lock: installs.append(lock.name))
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    assert installs == ["venv", "requirements.lock"]


def test_another_python_makes_a_new_environment(installs: list[str]) -> None:
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    stamp = perfboard.VENV / "perfboard.json"
    held = json.loads(stamp.read_text())
    stamp.write_text(json.dumps({**held, "python": "3.11.0", "requirements.lock": "older"}))
    perfboard.ensure_installed(perfboard.RUN_LOCK)
    assert installs == ["venv", "requirements.lock"] * 2


def test_line_ends_of_a_checkout_on_windows_change_nothing(tmp_path: Path) -> None:
    unix, windows = tmp_path / "unix", tmp_path / "windows"
    unix.write_bytes(b"a==1\nb==2\n")
    windows.write_bytes(b"a==1\r\nb==2\r\n")
    assert perfboard.fingerprint(unix) == perfboard.fingerprint(windows)


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("WARNING: Retrying (Retry(total=4)) after NewConnectionError", "cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for x==9", "No matching distribution"),
    ],
)
def test_what_pip_stumbles_over_is_worded(log: str, reason: str, tmp_path: Path) -> None:
    assert reason in perfboard.what_failed(log, tmp_path / "install.log")


def test_a_port_in_use_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert perfboard.free_port(port) > port
    assert f"Port {port} is in use" in capsys.readouterr().out


def test_an_old_python_is_told_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert "needs Python 3.11 or newer; this is 3.9" in perfboard.too_old()


def test_an_old_python_can_read_the_file_that_tells_it() -> None:
    ast.parse((ROOT / "perfboard.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_only_the_standard_library_is_needed() -> None:
    tree = ast.parse((ROOT / "perfboard.py").read_text(encoding="utf-8"))
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported - sys.stdlib_module_names == set()


def test_unknown_words_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "perfboard.py"), "start", "--nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--nonsense" in done.stderr


def test_half_a_demo_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perfboard, "ROOT", tmp_path)

    def dies(*_arguments: str, environment: dict[str, str]) -> None:
        (tmp_path / "data" / "demo" / "making-perfboard.db").write_text("half")
        raise perfboard.SetUpError

    monkeypatch.setattr(perfboard, "run_core", dies)
    with pytest.raises(perfboard.SetUpError):
        perfboard.demo_store(200, {})
    assert not (tmp_path / "data" / "demo" / "perfboard.db").exists()

    def makes(*arguments: str, environment: dict[str, str]) -> None:
        Path(arguments[1].removeprefix("sqlite:///")).write_text("whole")

    monkeypatch.setattr(perfboard, "run_core", makes)
    assert perfboard.demo_store(200, {}).read_text() == "whole"


STAND_IN = """
import http.server, signal, sys

def ended(number, frame):
    print(f"app: {signal.Signals(number).name}", flush=True)
    if number == signal.SIGTERM:
        sys.exit()

class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *said):
        pass

signal.signal(signal.SIGINT, ended)
signal.signal(signal.SIGTERM, ended)
port = next(int(one.partition("=")[2]) for one in sys.argv if one.startswith("--server.port="))
http.server.HTTPServer(("127.0.0.1", port), Healthy).serve_forever()
"""
STARTS = """
import sys
from pathlib import Path
import perfboard

perfboard.ensure_installed = lambda lock: None
perfboard.run_core = lambda *arguments, environment: None
perfboard.venv_python = lambda: Path(sys.executable)
sys.exit(perfboard.main(["start", "--own", "--no-browser"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such groups of processes")
@pytest.mark.parametrize("sign", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_app_ends_quietly_with_its_starter(tmp_path: Path, sign: str) -> None:
    (tmp_path / "streamlit.py").write_text(STAND_IN)
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert starter.stdout is not None
    with starter:
        said = iter(starter.stdout.readline, "")
        assert any("is open at" in line for line in said)
        os.killpg(starter.pid, getattr(signal, sign))  # as the terminal does
        assert [line.strip() for line in said if line.strip()] == ["Stopping …", "app: SIGTERM"]
    assert starter.returncode == 0
