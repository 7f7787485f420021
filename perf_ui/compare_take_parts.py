"""Take the comparison away: as PDF, as a workbook, as CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.reporting.document import Document
from perf_core.reporting.document_book import csv_text, workbook
from perf_core.reporting.document_pdf import pdf
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import offered_figures
from perf_ui import address, compare_document, compare_reads
from perf_ui.downloads import later
from perf_ui.i18n import _

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_away(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Offer the view as files; each is written only when somebody asks for it."""
    if not compare_document.can_take_away(view):
        return
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    offered = {one.code: one for one in offered_figures(standing, scope, directory.catalogue)}
    if not offered:
        return
    figure = offered[address.read("fig", allowed=offered, default=next(iter(offered)))]
    # The instant of the figures, not of the click: the same view makes the same file.
    made_at = datetime.combine(standing.numbers.as_of, time(), UTC)

    def made(write: Callable[[Document], bytes]) -> Callable[[], bytes]:
        return later(lambda: write(compare_document.document(scope, directory, view, figure)))

    name = compare_document.file_name(view)
    with st.popover(_("Take away"), icon=":material/download:"):
        st.caption(_("This view, with its filters and the date of its data."))
        for label, icon, end, kind, write in (
            (
                _("PDF"),
                ":material/picture_as_pdf:",
                "pdf",
                "application/pdf",
                lambda document: pdf(document, made_at=made_at),
            ),
            (_("Excel"), ":material/table_view:", "xlsx", _XLSX, workbook),
            (
                _("CSV"),
                ":material/csv:",
                "csv",
                "text/csv",
                lambda document: csv_text(document, document.tables()[0]),
            ),
        ):
            st.download_button(
                label,
                made(write),
                file_name=f"{name}.{end}",
                mime=kind,
                key=f"take_{end}",
                icon=icon,
                on_click="ignore",
                width="stretch",
            )
