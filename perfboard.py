"""Set up and start Perfboard, or set up and run its tests, with Python 3.11 or newer alone.

python perfboard.py start     opens the app on a demo company, in a store of its own
python perfboard.py start --own
                              opens the app on your own store, empty at first
python perfboard.py test      runs the tests; what follows is handed to pytest (-k scoring)
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

NEEDS = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("PERFBOARD_VENV", str(ROOT / ".venv"))).absolute()
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-dev.lock"
DEMO_PEOPLE = 200


class SetUpError(Exception):
    """Setting up failed; the text says what to do."""


def main(arguments: list[str]) -> int:
    """Do what the command asks for; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old console may not know every letter
    if sys.version_info < NEEDS:
        print(too_old(), file=sys.stderr)
        return 1
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command != "test":
        parser().error(f"unknown: {' '.join(rest)}")
    try:
        if options.command == "test":
            return run_tests(rest)
        return start(options)
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def parser() -> argparse.ArgumentParser:
    """Describe the two commands."""
    top = argparse.ArgumentParser(prog="python perfboard.py", description="Perfboard")
    commands = top.add_subparsers(dest="command", required=True, metavar="start | test")
    starting = commands.add_parser("start", help="set up and open the app")
    starting.add_argument(
        "--own", action="store_true", help="open your own store instead of the demo company"
    )
    starting.add_argument(
        "--people", type=int, default=DEMO_PEOPLE, help="size of the demo company (28, 200, 2000)"
    )
    starting.add_argument("--port", type=int, default=8501, help="default: 8501, or the next free")
    starting.add_argument("--no-browser", action="store_true", help="do not open a browser")
    commands.add_parser("test", help="set up and run the tests", add_help=False)
    return top


def too_old() -> str:
    """Say that this Python is too old, and name a newer one if the machine has it."""
    text = "Perfboard needs Python {}.{} or newer; this is {}.{}.".format(
        *NEEDS, *sys.version_info[:2]
    )
    for minor in range(20, NEEDS[1] - 1, -1):
        if shutil.which(f"python3.{minor}"):
            return f"{text}\nThis machine has one: python3.{minor} perfboard.py start"
    return f"{text}\nGet one from https://www.python.org/downloads/ and run this again with it."


# --- the environment ----------------------------------------------------------------------------


def venv_python() -> Path:
    """Where the virtual environment keeps its Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(lock: Path) -> str:
    """Tell whether a lock, or the Python it was installed with, has changed."""
    text = lock.read_bytes().replace(b"\r\n", b"\n") + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def installed() -> dict[str, str]:
    """Which locks the environment holds, by name; nothing if it is broken or missing."""
    try:
        stamp = json.loads((VENV / "perfboard.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and venv_python().exists() else {}


def ensure_installed(lock: Path) -> None:
    """Make the virtual environment and install a lock into it, unless it is there already."""
    held = installed()
    if held.get(lock.name) == fingerprint(lock):
        return
    stamp = VENV / "perfboard.json"
    if held and held.get("python") != sys.version:
        shutil.rmtree(VENV)
    if not works(venv_python()):
        print(f"Making a virtual environment in {VENV} …", flush=True)
        make_venv()
    stamp.unlink(missing_ok=True)
    install(lock)
    locks = [RUN_LOCK, lock]  # the test lock holds the same versions and more
    marks = {each.name: fingerprint(each) for each in locks}
    stamp.write_text(json.dumps({"python": sys.version, **marks}), encoding="utf-8")


def works(python: Path) -> bool:
    """Whether this Python starts and has pip."""
    if not python.exists():
        return False
    tried = subprocess.run(
        [str(python), "-m", "pip", "--version"], capture_output=True, check=False
    )
    return tried.returncode == 0


def make_venv() -> None:
    """Make the virtual environment from scratch."""
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetUpError(
            f"The virtual environment could not be made:\n{(made.stdout + made.stderr).strip()}\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )


def install(lock: Path) -> None:
    """Install a lock with pip, showing how far it has come."""
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    total = len(set(names))
    print(f"Installing {total} packages from {lock.name} …", flush=True)
    started = time.monotonic()
    command = [str(venv_python()), "-m", "pip", "install", "--no-input", "--progress-bar=off"]
    command += ["--disable-pip-version-check", "--prefer-binary", "-r", str(lock)]
    log = VENV / "install.log"
    seen = 0
    with log.open("w", encoding="utf-8") as kept:
        pip = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        for line in pip.stdout or ():
            kept.write(line)
            found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
            if found:
                seen = min(seen + 1, total)
                show(f"  {seen:3}/{total}  {found[1]}")
            elif line.startswith("Installing collected"):
                show("  unpacking all of them, this takes the longest")
        status = pip.wait()
    show("")
    if status:
        raise SetUpError(what_failed(log.read_text(encoding="utf-8"), log))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def show(line: str) -> None:
    """Show a line of progress in place; in a pipe, as a line of its own."""
    if sys.stdout.isatty():
        print(f"\r{line:<70.70}" if line else "\r" + " " * 70 + "\r", end="", flush=True)
    elif line:
        print(line, flush=True)


def what_failed(log: str, path: Path) -> str:
    """Turn pip's output into a reason and an advice."""
    ends = "\n".join(line for line in log.splitlines() if "ERROR" in line)[-1500:]
    signs = (
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeout",
        "Retrying (",
        "SSLError",
    )
    if any(sign in log for sign in signs):
        return (
            "The packages could not be fetched: the network, or the package index of pip's "
            f"settings, cannot be reached.\nTry again when it can. ({path})"
        )
    if "No space left" in log:
        return f"The disk is full: the packages need about 1.5 GB. ({path})"
    return f"pip could not install the packages:\n{ends}\nThe whole output: {path}"


# --- the commands -------------------------------------------------------------------------------


def run_tests(arguments: list[str]) -> int:
    """Run the tests with all they need."""
    ensure_installed(TEST_LOCK)
    command = [str(venv_python()), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=child_environment(), check=False).returncode


def start(options: argparse.Namespace) -> int:
    """Open the app and stay until it is stopped."""
    for name in ("SIGTERM", "SIGHUP"):  # else the app would outlive this, or its terminal
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, interrupted)
    ensure_installed(RUN_LOCK)
    environment = child_environment()
    if options.own:
        run_core("init", environment=environment)
    else:
        environment["PERF_DATABASE_URL"] = sqlite_url(demo_store(options.people, environment))
    port = free_port(options.port)
    address = f"http://127.0.0.1:{port}"
    print("Starting the app …", flush=True)
    command = [str(venv_python()), "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    command += ["--logger.hideWelcomeMessage=true"]
    app = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        # Ctrl+C reaches this alone, which then ends the app: both at once, and the app complains.
        process_group=None if os.name == "nt" else 0,
    )
    try:
        if wait_until_up(port, app):
            print(f"\n  Perfboard is open at {address}   (Ctrl+C stops it)\n", flush=True)
            if not options.no_browser:
                webbrowser.open(address)
        return app.wait()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        end(app)


def end(app: subprocess.Popen[bytes]) -> None:
    """End the app: in order, or at once if that takes long or Ctrl+C is pressed again."""
    if app.poll() is not None:
        return
    app.terminate()
    try:
        app.wait(10)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        app.kill()


def interrupted(_number: int, _frame: object) -> None:
    """Treat being told to end as Ctrl+C."""
    raise KeyboardInterrupt


def child_environment() -> dict[str, str]:
    """Give what is started the same text encoding everywhere."""
    return {**os.environ, "PYTHONUTF8": "1"}


def demo_store(people: int, environment: dict[str, str]) -> Path:
    """Make the demo company once; a half-made one is never opened."""
    folder = ROOT / "data" / "demo"
    name = "perfboard.db" if people == DEMO_PEOPLE else f"perfboard-{people}.db"
    made = folder / name
    if made.exists():
        run_core("--db", sqlite_url(made), "init", environment=environment)
        return made
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f"making-{name}"
    for end in ("", "-wal", "-shm"):
        making.with_name(making.name + end).unlink(missing_ok=True)
    print(f"Making a demo company of {people} people …", flush=True)
    started = time.monotonic()
    arguments = ("--db", sqlite_url(making), "init", "--demo", "--people", str(people))
    run_core(*arguments, environment=environment)
    making.rename(made)
    print(f"Made in {time.monotonic() - started:.0f} s: {made}", flush=True)
    return made


def sqlite_url(path: Path) -> str:
    """Name a SQLite store."""
    return f"sqlite:///{path.as_posix()}"


def run_core(*arguments: str, environment: dict[str, str]) -> None:
    """Run one command of perf_core."""
    command = [str(venv_python()), "-m", "perf_core", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise SetUpError("The store could not be set up; the reason stands above.")


def free_port(wanted: int) -> int:
    """Find the wanted port, or the next one nobody uses."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != wanted:
            print(f"Port {wanted} is in use, taking {port}.")
        return port
    raise SetUpError(f"No port from {wanted} to {wanted + 49} is free: name one with --port.")


def wait_until_up(port: int, app: subprocess.Popen[bytes]) -> bool:
    """Wait until the app answers; false if it ended instead."""
    while app.poll() is None:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/_stcore/health")
            if asked.getresponse().status == http.HTTPStatus.OK:
                return True
        except (http.client.HTTPException, OSError):
            pass
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
