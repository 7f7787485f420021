"""What is taken away is what the page shows, and it is written by the rights of the click."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest

from perf_core.domain.access import Scope, Viewer, ViewerKind, everything
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import parse_period
from perf_core.reporting.document import Document
from perf_core.reporting.document_book import workbook
from perf_core.reporting.document_pdf import pdf
from perf_core.services.compare_groups import compare_groups
from perf_core.services.comparison import ComparisonView
from perf_core.services.group_figures import FIGURES
from perf_core.services.load_files import load_typed
from perf_core.store.engine import Store
from perf_ui import compare_document, downloads, reads, viewer
from perf_ui.i18n import speaking
from tests.pages.company import LAST, LINE_OF_M1
from tests.pages.conftest import OpenPage

MANAGER = Viewer(ViewerKind.MANAGER, "M1")
EXECUTIVE = Viewer(ViewerKind.EXECUTIVE)


@pytest.fixture
def running(open_page: OpenPage) -> Iterator[None]:
    """The app on the small company, and a thread that writes a file after the run."""
    open_page("overview", lang="en")
    with reads.after_the_run():
        yield


def view(**more: str) -> ComparisonView:
    return ComparisonView(parse_period("2026-05"), **more)


def document_of(scope: Scope, seen: ComparisonView, language: str = "en") -> Document:
    with speaking(language):
        return compare_document.document(scope, reads.directory(), seen, FIGURES["attainment"])


@pytest.mark.usefixtures("running")
def test_the_workbook_holds_the_numbers_of_the_command(company_store: Store) -> None:
    scope = reads.scope(EXECUTIVE)
    book = openpyxl.load_workbook(io.BytesIO(workbook(document_of(scope, view(rows="brand")))))
    rows = [[cell.value for cell in row] for row in book["All numbers"].iter_rows()]
    head = next(at for at, row in enumerate(rows) if row[0] == "Brand")
    found = pd.DataFrame(rows[head + 1 :], columns=rows[head])
    asked = compare_groups(company_store, parse_period("2026-05"), by=("brand",), scope=scope)
    expected = asked.groups.set_index("brand")["revenue"].sort_values()
    assert sorted(found["Revenue"].dropna()) == expected.tolist()
    assert sorted(found["Headcount"]) == sorted(asked.groups["headcount"])


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", ["", "role"])
def test_a_view_becomes_paper_in_both_languages(language: str, columns: str) -> None:
    made = document_of(reads.scope(EXECUTIVE), view(rows="brand", columns=columns), language)
    assert len(made.parts) >= 3
    assert pdf(made, made_at=datetime(2026, 6, 17, tzinfo=UTC)).startswith(b"%PDF-")


@pytest.mark.usefixtures("running")
def test_who_sees_no_pay_takes_none_away() -> None:
    made = document_of(reads.scope(MANAGER), view(rows="role"))
    titles = {column.title for table in made.tables() for column in table.columns}
    assert "Revenue" in titles
    assert not titles & {"Pay cost", "Cost ratio", "Bonus cost"}


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
