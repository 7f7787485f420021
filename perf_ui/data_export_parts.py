"""Data out: the blank workbook, and every table as a file that loading takes back."""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import streamlit as st

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.reporting.blank_workbook import blank_workbook
from perf_core.scratch import scratch_prefix
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_ui import data_words
from perf_ui.i18n import _

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_out(desk: DataDesk, _directory: Directory) -> None:
    """Offer the workbook and the tables."""
    st.subheader(_("Blank workbook"))
    st.caption(
        _(
            "Every table with its columns in both languages, to be filled in and dropped under "
            "“Load files”."
        )
    )
    with st.container(horizontal=True, gap="small"):
        for filled, label in ((False, _("Blank")), (True, _("With an example shop"))):
            st.download_button(
                label,
                partial(blank_workbook, data_words.guide(), with_examples=filled),
                file_name="perfboard-example.xlsx" if filled else "perfboard-blank.xlsx",
                mime=_XLSX,
                icon=":material/table_view:",
                key=f"workbook_{filled}",
                on_click="ignore",
            )
    st.subheader(_("Tables"))
    st.caption(_("CSV files that loading takes back unchanged; the catalogue is TOML."))
    tables = ["catalogue", *(name for name in IMPORT_TABLES if name != "measures_wide")]
    chosen = st.multiselect(
        _("Tables"),
        tables,
        format_func=lambda name: (
            _("Catalogue") if name == "catalogue" else data_words.table_name(name)
        ),
        placeholder=_("Choose tables, or leave empty for all"),
        label_visibility="collapsed",
        key="export_tables",
    )
    st.download_button(
        _("Download as ZIP"),
        lambda: _zip(desk, chosen or ["all"]),
        file_name="perfboard-tables.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        key="export_zip",
        on_click="ignore",
    )


def _zip(desk: DataDesk, tables: list[str]) -> bytes:
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix=scratch_prefix("export")) as folder:
        written = desk.export(tables, Path(folder))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in written:
                packed.write(path, path.name)
    return buffer.getvalue()
