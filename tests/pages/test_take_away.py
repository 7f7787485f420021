"""What is taken away is what the page shows, and it is written by the rights of the click."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Viewer, ViewerKind, everything
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import parse_period
from perf_core.reporting.document import Document, Picture, Table, Tiles, Words, definitions
from perf_core.reporting.document_book import workbook
from perf_core.reporting.document_pdf import pdf
from perf_core.services.compare_groups import compare_groups
from perf_core.services.comparison import ComparisonView
from perf_core.services.load_files import load_typed
from perf_core.store.engine import Store
from perf_ui import address, compare_document, downloads, reads, viewer
from perf_ui.i18n import speaking
from tests.pages.company import LAST, LINE_OF_M1, PAY
from tests.pages.conftest import OpenPage

MANAGER = Viewer(ViewerKind.MANAGER, "M1")
EXECUTIVE = Viewer(ViewerKind.EXECUTIVE)
HR = Viewer(ViewerKind.HR)
WHEN = datetime(2026, 6, 17, 1, 30, tzinfo=UTC)
PARTS = compare_document.PARTS


@pytest.fixture
def running(open_page: OpenPage) -> Iterator[None]:
    """The app on the small company, and a thread that writes a file after the run."""
    open_page("overview", lang="en")
    with reads.after_the_run():
        yield


def view(**more: str) -> ComparisonView:
    return ComparisonView(parse_period("2026-05"), **more)


def document_of(
    who: Viewer,
    seen: ComparisonView,
    language: str = "en",
    parts: tuple[str, ...] = ("groups",),
    **chosen: str,
) -> Document:
    with speaking(language), address.held(chosen):
        directory = reads.directory()
        made = compare_document.made_by(directory, who, WHEN)
        return compare_document.document(reads.scope(who), directory, seen, parts=parts, made=made)


def texts_of(document: Document) -> Iterator[str]:
    """Every word on paper, those within the pictures too."""
    yield from (part for fact in document.facts for part in fact)
    for section in document.sections:
        yield section.title
    for block in document.blocks():
        match block:
            case Words():
                yield from block.sentences
            case Tiles():
                yield from (
                    text for one in block.tiles for text in (one.title, one.figure, one.note)
                )
            case Table():
                yield from (block.title, block.note, *(one.title for one in block.columns))
                yield from (cell.text for row in block.rows for cell in row)
            case Picture():
                yield from (block.title, block.note)
                yield from _shown(block.figure.to_plotly_json())
            case _:
                yield block.title
    yield from (one.definition for one in definitions(document))


def _shown(held: Any) -> Iterator[str]:
    """The words that a figure shows; what only a hover would tell is not on paper."""
    if isinstance(held, dict):
        for name, one in held.items():
            if name not in ("hovertext", "hovertemplate", "customdata", "template", "bdata"):
                yield from _shown(one)
    elif isinstance(held, list | tuple):
        for one in held:
            yield from _shown(one)
    elif isinstance(held, str):
        yield held


@pytest.mark.usefixtures("running")
def test_the_workbook_holds_the_numbers_of_the_command(company_store: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(document_of(EXECUTIVE, view(rows="brand")))))
    head, *rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    found = pd.DataFrame(rows, columns=head)
    found = found[found["Revenue"].notna() & (found["Brand"] != "All together")]
    asked = compare_groups(
        company_store, parse_period("2026-05"), by=("brand",), scope=reads.scope(EXECUTIVE)
    )
    assert sorted(found["Revenue"]) == asked.groups["revenue"].sort_values().tolist()
    assert sorted(found["Headcount"]) == sorted(asked.groups["headcount"])


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(("language", "columns"), [("en", ""), ("zh", "role")])
def test_the_whole_comparison_becomes_paper_and_a_workbook(language: str, columns: str) -> None:
    made = document_of(EXECUTIVE, view(rows="brand", columns=columns), language, PARTS)
    assert [bool(section.blocks) for section in made.sections] == [True] * len(PARTS)
    assert pdf(made, made_at=WHEN).startswith(b"%PDF-")
    book = openpyxl.load_workbook(io.BytesIO(workbook(made)))
    numbers = [
        cell
        for sheet in book.worksheets[1:-1]
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if isinstance(cell.value, int | float)
    ]
    assert len(numbers) > 50
    assert not [cell for cell in numbers if cell.number_format in ("General", "@")]
    for sheet in book.worksheets[1:-1]:
        assert len(sheet.title) <= 31
        # A figure as text would be one that nobody can add up.
        told = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row]
        assert not [
            one for one in told if isinstance(one, str) and re.fullmatch(r"[-¥$]?[\d.,]+%?", one)
        ]


@pytest.mark.usefixtures("running")
def test_months_are_written_as_readers_write_them_and_the_hour_is_the_companys() -> None:
    for language, when in (("zh", "2026-06-17 09:30"), ("en", "2026-06-17 09:30")):
        made = document_of(EXECUTIVE, view(rows="brand"), language, PARTS)
        assert any(when in text and "Asia/Shanghai" in text for _name, text in made.facts)
        assert not [text for text in texts_of(made) if re.search(r"\b20\d\d-\d\d\b(?!-)", text)]


@pytest.mark.usefixtures("running")
def test_no_file_tells_the_reader_to_click() -> None:
    made = document_of(EXECUTIVE, view(rows="brand"), "en", PARTS)
    assert not [text for text in texts_of(made) if "Click" in text or "click" in text]


@pytest.mark.usefixtures("running")
def test_a_file_shows_what_is_chosen_on_the_page() -> None:
    for figure, title in (("revenue", "Revenue by brand"), ("headcount", "Headcount by brand")):
        made = document_of(HR, view(rows="brand"), "en", fig=figure)
        assert title in [one.title for one in made.blocks() if isinstance(one, Picture)]


PAY_WORDS = re.compile(r"\bpay\b|\bpaid\b|\bcost ratio\b|\bbonus", re.IGNORECASE)


@pytest.mark.usefixtures("running")
def test_who_sees_no_pay_takes_none_away() -> None:
    scope = reads.scope(MANAGER)
    assert scope.pay is PayRight.NONE
    assert not scope.more_pay
    made = document_of(MANAGER, view(rows="role"), "en", PARTS)
    named = [one.title for table in made.tables() for one in table.columns]
    # Paid visits are bought, not people's pay.
    assert not [title for title in named if PAY_WORDS.search(title) and "visit" not in title]
    of_all = document_of(EXECUTIVE, view(rows="role"), "en", ("groups", "cost"))
    pay = {
        float(cell.value)
        for table in of_all.tables()
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if PAY_WORDS.search(column.title) and isinstance(cell.value, int | float) and cell.value
    }
    assert pay
    assert _numbers_of(made).isdisjoint(pay | {PAY})


def _numbers_of(document: Document) -> set[float]:
    return {
        float(cell.value)
        for table in document.tables()
        for row in table.rows
        for cell in row
        if isinstance(cell.value, int | float)
    }


ALONE = 76_543.21


def test_pay_that_the_page_withholds_is_in_no_file(
    open_page: OpenPage, company_store: Store, tmp_path: Path
) -> None:
    """One person alone in a role: the pay is in no cell, no sentence and no picture."""
    alone = {
        "employees": pd.DataFrame(
            {"employee_id": ["D1"], "name": ["Dora"], "hire_date": ["2025-02-01"]}
        ),
        "assignments": pd.DataFrame(
            {
                "employee_id": ["D1"],
                "from_date": ["2025-02-01"],
                "role": ["design"],
                "brand": ["luxe"],
                "manager_id": ["B1"],
            }
        ),
        "pay": pd.DataFrame({"employee_id": ["D1"], "month": ["2026-05"], "amount": [str(ALONE)]}),
    }
    assert not load_typed(company_store, alone, today=LAST, by="test", scope=everything()).refused
    open_page("overview", lang="en")
    with reads.after_the_run():
        for seen in (view(rows="role"), view(rows="brand", columns="role")):
            hr = {round(one) for one in _numbers_of(document_of(HR, seen, "en"))}
            assert round(ALONE) in hr
            made = document_of(EXECUTIVE, seen, "en", PARTS)
            assert round(ALONE) not in {round(one) for one in _numbers_of(made)}
            said = " ".join([*texts_of(made), *(_on_paper(made, tmp_path))])
            assert not re.search(r"76[,.]?543|7\.65|76\.5", said)


def _on_paper(document: Document, folder: Path) -> Iterator[str]:
    """The words of the PDF, where there is a program that reads them."""
    if shutil.which("pdftotext"):
        paper = folder / "paper.pdf"
        paper.write_bytes(pdf(document, made_at=WHEN))
        read = subprocess.run(
            ["pdftotext", str(paper), "-"], capture_output=True, check=True, text=True
        )
        assert "Comparison by" in read.stdout
        yield read.stdout


def test_a_button_on_an_old_page_writes_nothing_once_a_right_is_lost(
    open_page: OpenPage, company_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("overview", lang="en")
    monkeypatch.setattr(viewer, "current_viewer", lambda: MANAGER)
    with reads.after_the_run():
        write = downloads.later(lambda: b"written")
    assert write() == b"written"
    moved = pd.DataFrame(
        {
            "employee_id": [LINE_OF_M1[0]],
            "from_date": ["2026-06-10"],
            "role": ["platform_ops"],
            "brand": ["core"],
            "manager_id": ["M2"],
        }
    )
    load_typed(company_store, {"assignments": moved}, today=LAST, by="test", scope=everything())
    with pytest.raises(NotAllowed):
        write()


@pytest.mark.parametrize("part", PARTS)
def test_the_page_offers_the_part_that_is_open(open_page: OpenPage, part: str) -> None:
    page = open_page("compare", **{"as": "executive"}, lang="en", period="2026-05", part=part)
    page.button(key="take_away").click().run()
    assert not page.exception
    choices = page.radio(key="take_whole")
    assert choices.options[0].startswith("This part: ")
