"""Take the comparison away: the part that is open, or all of it, as PDF, workbook or CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from perf_core.domain.access import Scope, Viewer
from perf_core.reporting.document import Document
from perf_core.reporting.document_book import csv_text, workbook
from perf_core.reporting.document_pdf import pdf
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.share_review import this_instant
from perf_ui import address, compare_document, compare_parts, reads
from perf_ui.downloads import later
from perf_ui.i18n import _
from perf_ui.viewer import current_scope, current_viewer

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_away(view: ComparisonView) -> None:
    """Offer the view as files; each is written only when somebody asks for it."""
    if not compare_document.parts_of(view):
        return
    if st.button(_("Take away"), icon=":material/download:", key="take_away"):
        _open(view)


def _open(view: ComparisonView) -> None:
    @st.dialog(_("Take away"), width="small")
    def offered() -> None:
        # The dialog runs by itself at every touch: who looks, and what they may, is asked again.
        viewer = current_viewer()
        _offer(viewer, current_scope(viewer), reads.directory(), view)

    offered()


def _offer(viewer: Viewer, scope: Scope, directory: Directory, view: ComparisonView) -> None:
    titles = compare_parts.part_titles()
    there = [part for part in compare_document.parts_of(view) if part in titles]
    part = address.read("part", allowed=there, default=there[0])
    whole = st.radio(
        _("What to take along"),
        [False, True],
        format_func=lambda is_whole: (
            _("The whole comparison: all parts one after the other")
            if is_whole
            else _("This part: {part}", part=titles[part])
        ),
        key="take_whole",
    )
    parts = tuple(there) if whole else (part,)
    st.caption(
        _(
            "With its filters, the date of its data, who made it and when, and how every figure "
            "is defined. It holds what you may see now, and nothing else."
        )
    )
    said = address.said()

    def made(write: Callable[[Document], bytes]) -> Callable[[], bytes]:
        def file() -> bytes:
            with address.held(said):
                return write(
                    compare_document.document(
                        scope,
                        directory,
                        view,
                        parts=parts,
                        made=compare_document.made_by(directory, viewer, this_instant()),
                    )
                )

        return later(file)

    name = compare_document.file_name(view, *(() if parts == ("groups",) else _code(parts)))
    kinds: list[tuple[str, str, str, str, Callable[[Document], bytes]]] = [
        (
            _("PDF"),
            ":material/picture_as_pdf:",
            "pdf",
            "application/pdf",
            lambda document: pdf(document, made_at=this_instant()),
        ),
        (_("Excel"), ":material/table_view:", "xlsx", _XLSX, workbook),
    ]
    if parts == ("groups",):
        kinds.append((_("CSV"), ":material/csv:", "csv", "text/csv", _main_table))
    with st.container(horizontal=True):
        for label, icon, end, kind, write in kinds:
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
    if parts != ("groups",):
        st.caption(_("Every table has its own CSV at its download sign."))
    st.caption(
        _(
            "The first time after new data it takes some seconds, in a large company up to a "
            "minute; the page goes on working meanwhile."
        )
    )


def _code(parts: tuple[str, ...]) -> tuple[str, ...]:
    """What the name of the file says of its parts."""
    return parts if len(parts) == 1 else ("whole",)


def _main_table(document: Document) -> bytes:
    return csv_text(document, document.tables()[0])
