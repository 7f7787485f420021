"""What the documents say is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.scoring.formulas import FUNCTIONS
from perf_core.settings import Settings
from perf_core.sources import reasons

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def coded(page: str) -> set[str]:
    """Find the words set as code in the first cells of a page's tables."""
    cells = re.findall(r"^\| (.+?) \|", text_of(DOCS / page), re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


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


def test_the_index_of_decisions_is_whole() -> None:
    listed = set(re.findall(r"\]\((\d{3}-[^)]+)\)", text_of(DOCS / "decisions" / "README.md")))
    assert listed == {path.name for path in (DOCS / "decisions").glob("[0-9]*.md")}


def test_a_decision_says_what_it_costs_and_when_to_look_again() -> None:
    pages = list((DOCS / "decisions").glob("[0-9]*.md"))
    lacking = [p.name for p in pages if not re.search(r"(?i)cost", text_of(p))]
    lacking += [p.name for p in pages if not re.search(r"(?i)look again", text_of(p))]
    assert lacking == []


def test_every_table_that_can_be_loaded_has_its_row_with_every_column() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", text_of(DOCS / "data.md"), re.MULTILINE))
    assert set(IMPORT_TABLES) - coded("data.md") == set()
    for name, row in rows.items():
        if name in IMPORT_TABLES and name != "measures_wide":
            columns = {column.name for column in IMPORT_TABLES[name].columns}
            assert columns - set(re.findall(r"\w+", row)) == set(), name


def test_every_reason_a_row_is_set_aside_is_explained() -> None:
    assert set(reasons._ADVICE) - coded("data.md") == set()


def test_the_threat_model_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text_of(DOCS / "threat-model.md"))
    assert len(named) > 20
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or f"def {name}(" not in text_of(ROOT / path)
    ]
    assert missing == []
