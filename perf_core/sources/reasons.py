"""Why a row is set aside or a file cannot be read, and what to do about it, in English."""

from __future__ import annotations

from collections.abc import Mapping

EXCLUDED: tuple[str, ...] = ("totals_row", "duplicate", "cancelled", "test")
"""Reasons of rows left out on purpose; every other reason is a rejection."""

_ADVICE: dict[str, str] = {
    "bad_row": "The row has more cells than the header: look for a separator inside a cell.",
    "totals_row": "A totals row is not loaded: its parts are.",
    "bad_date": (
        "Write dates like 2026-06-01; where day and month cannot be told apart, "
        "give the source a date_format."
    ),
    "bad_number": "Write a plain number such as 1234.5.",
    "bad_choice": "Use one of the known values, or map this one under the source's values.",
    "bad_rating": "Marks go from 1 to 5.",
    "too_large": "The number is beyond 1,000,000,000,000 either way: check its unit.",
    "duplicate": "The same key comes again in this load; the later row was used.",
    "cancelled": "A cancelled order counts for nothing.",
    "test": "A test order counts for nothing.",
    "unknown_employee": "Load this person first, or correct the employee id.",
    "not_employed_that_day": "The person was not employed on that day: check the day and the person.",
    "negative_amount": "An amount cannot be below zero: a refund is a status, not an amount.",
    "future_date": "The day lies in the future: check the date.",
    "no_rate": "Load the rate of this currency for this month first.",
}


_OWNED = frozenset({"orders", "tickets", "measures", "measures_wide"})


def advice(reason: str, table: str = "") -> str:
    """What to do about a row of a table that was set aside.

    Examples
    --------
    >>> advice("missing_order_id")
    'Fill in order_id: without it the row cannot be placed.'
    """
    if reason.startswith("missing_"):
        column = reason.removeprefix("missing_")
        if column == "employee_id" and table in _OWNED:
            return "Fill in employee_id, or a brand, or a channel that somebody owns."
        return f"Fill in {column}: without it the row cannot be placed."
    return _ADVICE.get(reason, "")


def is_rejection(reason: str) -> bool:
    """Whether a row with this reason counts as rejected, not as excluded."""
    return reason not in EXCLUDED


_PROBLEMS: dict[str, str] = {
    "not_found": "{file} does not exist: check the path.",
    "unreadable": "{file} cannot be opened ({why}).",
    "empty": "{file} is empty: export it again.",
    "no_rows": "{file} has a header but no rows.",
    "no_header": "{file} has no header row that could be found.",
    "encrypted": "{file} is protected by a password: save it without one and load it again.",
    "old_excel": "{file} is in an old Excel format: save it as .xlsx and load it again.",
    "damaged": "{file} is damaged or cut off: export or copy it again.",
    "not_a_table": "{file} is not a table this can read: give CSV, TSV, XLSX or Parquet.",
    "web_page": "{file} is a web page, not a table: open it in Excel and save it as .xlsx.",
    "bad_encoding": "{file} is neither UTF-8, UTF-16 nor GB18030: save it as UTF-8.",
    "too_large_unpacked": (
        "{file} unpacks to more than this computer should hold: split it or save it as CSV."
    ),
    "wrong_extension": "{file} is really {kind}; it was read as that.",
    "unknown_kind": "{file} was skipped: only CSV, TSV, TXT, XLSX, Parquet and TOML are read.",
    "skipped": "{file} was skipped: no source of the mapping asks for it.",
    "bad_toml": "{file} is no valid TOML ({why}).",
    "bad_mapping": "{file}, source {source}: {why}.",
    "missing_header": "{file}, source {source}: there is no column “{header}” in {data}.",
    "no_match": "{file}, source {source}: no file matches {pattern}.",
    "bad_query": "{file}, source {source}: the query failed: {why}",
    "missing_required": "{file} would be {table}, but the columns {columns} are not in it.",
}


def problem_sentence(code: str, facts: Mapping[str, str]) -> str:
    """The English sentence of a problem with a file."""
    return _PROBLEMS.get(code, "{file}: " + code).format_map(_Facts(facts))


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"({key})"
