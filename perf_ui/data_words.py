"""What is said about data, in words: tables, columns, reasons, files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from perf_core.domain.catalogue import Names
from perf_core.language.translate import N_
from perf_core.reporting.blank_workbook import read_guide
from perf_core.services.data_desk import (
    Facts,
    FileProblem,
    advice_sentence,
    day_in,
    problem_template,
)
from perf_core.services.directory import Directory
from perf_ui.i18n import _, language, named
from perf_ui.widgets import plain

_GUIDE: Final = Path(__file__).resolve().parent.parent / "data" / "workbook.toml"

_REASONS: Final = {
    "totals_row": N_("Totals row"),
    "duplicate": N_("Duplicate"),
    "cancelled": N_("Cancelled"),
    "test": N_("Test order"),
    "bad_row": N_("Too many cells"),
    "bad_date": N_("Date unclear"),
    "bad_number": N_("Not a number"),
    "bad_choice": N_("Unknown value"),
    "bad_rating": N_("Mark outside 1–5"),
    "too_large": N_("Number too large"),
    "unknown_employee": N_("Unknown person"),
    "not_employed_that_day": N_("Not employed that day"),
    "negative_amount": N_("Negative amount"),
    "future_date": N_("Day in the future"),
    "no_rate": N_("No exchange rate"),
    "overlapping_assignment": N_("Overlaps another assignment"),
    "overlapping_owner": N_("Overlaps another owner"),
    "target_not_positive": N_("Target not above zero"),
    "rate_not_positive": N_("Rate not above zero"),
    "to_before_from": N_("Ends before it starts"),
    "leave_before_hire": N_("Leaves before being hired"),
}

_STEPS: Final = {
    "reading": N_("Reading the files"),
    "waiting": N_("Waiting for another load"),
    "checking": N_("Checking every row"),
    "people": N_("Writing people"),
    "sums": N_("Summing up the months"),
    "finishing": N_("Finishing"),
    "done": N_("Done"),
}


@lru_cache(maxsize=1)
def guide() -> dict[str, Any]:
    """The words of every table and column."""
    return read_guide(_GUIDE)


def table_name(table: str) -> str:
    """A table by its name."""
    if table == "measures_wide":
        return _("Measures, a column each")
    words = guide()["table"].get(table)
    return named(Names(**words["name"]), table) if words else table


def table_about(table: str) -> str:
    """What a row of a table is."""
    words = guide()["table"].get(table)
    return named(Names(**words["about"]), "") if words else ""


def column_name(table: str, column: str) -> str:
    """A column by its header in the reader's language."""
    words = guide()["table"].get("measures" if table == "measures_wide" else table, {})
    found = words.get("columns", {}).get(column)
    if language() == "zh" and found:
        return str(found[0])
    return column.removesuffix("_id").replace("_", " ").capitalize()


def choice_name(table: str, column: str, code: str) -> str:
    """One of the values a column may hold, in words."""
    names = {
        "leave_type": {"voluntary": _("by own wish"), "involuntary": _("by the company")},
        "kind": {"base": _("base pay"), "bonus": _("bonus"), "other": _("other pay")},
        "relation": {
            "self": _("Self"),
            "peer": _("Peer"),
            "subordinate": _("Subordinate"),
            "manager": _("Manager"),
        },
        "status": {
            "proposed": _("proposed, not counted"),
            "confirmed": _("confirmed"),
            "dismissed": _("dismissed"),
        },
        "owner_kind": {
            "company": _("Company"),
            "department": _("Department"),
            "employee": _("Person"),
        },
    }
    del table
    return names.get(column, {}).get(code, code)


def column_note(table: str, column: str) -> str:
    """What to write into a column."""
    found = guide()["table"].get(table, {}).get("columns", {}).get(column)
    return "" if found is None else str(found[1 if language() == "zh" else 2])


def reason_name(table: str, reason: str) -> str:
    """Why a row was set aside, in a few words."""
    if reason.startswith("missing_"):
        column = reason.removeprefix("missing_")
        return _("{column} missing", column=column_name(table, column))
    known = _REASONS.get(reason)
    return _(known) if known else reason.replace("_", " ")


def reason_advice(table: str, reason: str) -> str:
    """What to do about a row that was set aside."""
    sentence, places = advice_sentence(reason, table)
    named_places = {key: column_name(table, value) for key, value in places.items()}
    return _(sentence, **named_places) if sentence else ""


def counted(table: str, counts: Mapping[str, int]) -> str:
    """Reasons with their counts."""
    return " · ".join(f"{reason_name(table, reason)} {n:,}" for reason, n in counts.items())


def problem_words(problem: FileProblem) -> str:
    """What is wrong with a file and what to do."""
    facts = Facts({"file": problem.file, **problem.facts})
    return plain(_(problem_template(problem.code)).format_map(facts))


def step_name(step: str) -> str:
    """A step of a load."""
    known = _STEPS.get(step)
    return _(known) if known else table_name(step)


def today(directory: Directory) -> date:
    """The day it is where the company is."""
    return day_in(directory.catalogue.settings.timezone)
