"""Entries of catalogue files, as a company keeps them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.company import Company


def read_catalogue(company: Company, body: dict[str, Any]) -> None:
    """Entries of a catalogue file; "an entry whose code exists replaces it"."""
    store = body.get("store", {})
    company.zone = ZoneInfo(store["timezone"]) if "timezone" in store else company.zone
    company.currency = store.get("currency", company.currency)
    for code, entry in body.get("measure", {}).items():
        company.measures[code] = entry["unit"]
    for code, entry in body.get("indicator", {}).items():
        company.add_indicator(code, entry)
    for code, entry in body.get("role", {}).items():
        company.earns[code] = entry.get("earns", True)
    for entry in body.get("template", []):
        key = (entry["role"], entry.get("brand", ""), entry.get("from", ""))
        company.templates[key] = entry
    if "grades" in body:
        company.grades = body["grades"]
