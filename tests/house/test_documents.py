"""What the documents say is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perf_core.scoring.formulas import FUNCTIONS
from perf_core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def packages(name: str) -> set[str]:
    lines = text_of(ROOT / name).splitlines()
    return {found[0] for line in lines if (found := re.match(r"[A-Za-z][\w.-]*", line))}


def test_every_setting_has_its_heading_and_no_heading_lacks_its_setting() -> None:
    headings = set(re.findall(r"^### (PERF_\w+)$", text_of(DOCS / "running.md"), re.MULTILINE))
    assert headings == {f"PERF_{name.upper()}" for name in Settings.model_fields}


def test_every_verb_of_formulas_has_its_row() -> None:
    rows = set(re.findall(r"^\| `(\w+)\(", text_of(DOCS / "formulas.md"), re.MULTILINE))
    assert rows == set(FUNCTIONS)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_has_its_reason(name: str) -> None:
    first_cells = re.findall(r"^\| (.+?) \|", text_of(DOCS / "dependencies.md"), re.MULTILINE)
    explained = {re.sub(r"\[.*\]", "", part) for cell in first_cells for part in cell.split(", ")}
    assert packages(name) - explained == set()


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_dependency_is_locked_within_its_range(name: str) -> None:
    locked = packages(f"{name}.lock")
    assert packages(f"{name}.txt") - locked == set()
    assert "://" not in text_of(ROOT / f"{name}.lock"), "a lock names no host"


def test_both_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        return {line for line in text_of(ROOT / name).splitlines() if "==" in line}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(page))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:3] for path in (DOCS / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers)), sorted(numbers)
