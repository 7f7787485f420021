"""What holds for every file of the code."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("perf_core", "perf_ui", "pages", "benchmarks")
MOST_LINES = 520
NO_NAMES = {"utils", "helpers", "common", "misc"}
PAGES = sorted((ROOT / "pages").glob("[!_]*.py"))


def tracked(*patterns: str) -> list[Path]:
    """List the files under version control; all files where there is none (an unpacked copy)."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return [path for pattern in patterns for path in ROOT.rglob(pattern) if path.is_file()]
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]


def test_files_stay_one_thing() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_files_are_named_for_what_they_hold() -> None:
    assert [p for p in modules() if p.stem in NO_NAMES or p.parent.name in NO_NAMES] == []


def test_nothing_is_evaluated() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in {"eval", "exec", "compile", "__import__"}:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            # A frame evaluates text, too.
            elif isinstance(node, ast.Attribute) and node.attr == "eval":
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_no_page_and_no_part_of_one_shows_raw_html() -> None:
    style = ROOT / "perf_ui" / "style.py"  # our own style sheet, without data
    found = [
        str(path.relative_to(ROOT))
        for folder in ("perf_ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if path != style
        and re.search(r"unsafe_allow_html|st\.html\(", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_charts_come_onto_pages_one_way() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in ("perf_ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if ".plotly_chart(" in path.read_text(encoding="utf-8")
    ]
    assert found == ["perf_ui/chart.py"]


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_every_page_asks_for_its_viewer_first(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    page = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "page"), None)
    assert page is not None, "a page is a function named page"
    deeds = [
        node
        for node in page.body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert "current_viewer(" in ast.unparse(deeds[0])


def test_no_address_of_a_machine_stands_in_the_tree() -> None:
    # Put together here, so that this file does not find itself.
    homes = re.compile("|".join(("/" + "root/", "/" + "home/", "/" + "Users/", "/" + "work/")))
    registries = re.compile("index" + r"-url|registry" + "=")
    found = []
    for path in tracked("*"):
        if path.suffix in {".png", ".xlsx", ".parquet", ".ico", ".gz"}:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if homes.search(line) or registries.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_tracked_files_are_small() -> None:
    large = [str(p.relative_to(ROOT)) for p in tracked("*") if p.stat().st_size > 400_000]
    assert large == []
