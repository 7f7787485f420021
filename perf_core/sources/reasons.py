"""Why a row is set aside or a file cannot be read, and what to do about it, in English."""

from __future__ import annotations

from collections.abc import Mapping

from perf_core.language.translate import N_

EXCLUDED: tuple[str, ...] = ("totals_row", "duplicate", "cancelled", "test")
"""Reasons of rows left out on purpose; every other reason is a rejection."""

_ADVICE: dict[str, str] = {
    "bad_row": N_("The row has more cells than the header: look for a separator inside a cell."),
    "totals_row": N_("A totals row is not loaded: its parts are."),
    "bad_date": N_(
        "Write dates like 2026-06-01; where day and month cannot be told apart, "
        "give the source a date_format."
    ),
    "bad_number": N_("Write a plain number such as 1234.5."),
    "bad_choice": N_("Use one of the known values, or map this one under the source's values."),
    "bad_rating": N_("Marks go from 1 to 5."),
    "too_large": N_("The number is beyond 1,000,000,000,000 either way: check its unit."),
    "duplicate": N_("The same key comes again in this load; the later row was used."),
    "cancelled": N_("A cancelled order counts for nothing."),
    "test": N_("A test order counts for nothing."),
    "unknown_employee": N_("Load this person first, or correct the employee id."),
    "not_employed_that_day": N_(
        "The person was not employed on that day: check the day and the person."
    ),
    "negative_amount": N_("An amount cannot be below zero: a refund is a status, not an amount."),
    "future_date": N_("The day lies in the future: check the date."),
    "no_rate": N_("Load the rate of this currency for this month first."),
    "to_before_from": N_("The last day lies before the first one: correct one of them."),
    "leave_before_hire": N_("The leave date lies before the hire date: correct one of them."),
    "overlapping_assignment": N_(
        "The person has another assignment on some of these days: end one before the other starts."
    ),
    "overlapping_owner": N_(
        "The channel has another owner on some of these days: end one before the other starts."
    ),
    "rate_not_positive": N_("A rate must be above 0."),
    "target_not_positive": N_("A target must be above 0."),
    "bad_file": N_("The file was left out for its other rows: correct those and load it again."),
}


_OWNED = frozenset({"orders", "tickets", "measures", "measures_wide"})


_FILL = N_("Fill in {column}: without it the row cannot be placed.")
_FILL_SOMEBODY = N_("Fill in employee_id, or a brand, or a channel that somebody owns.")


def advice_sentence(reason: str, table: str = "") -> tuple[str, dict[str, str]]:
    """The sentence of advice for a reason, and what goes into its named places."""
    if reason.startswith("missing_"):
        column = reason.removeprefix("missing_")
        if column == "employee_id" and table in _OWNED:
            return _FILL_SOMEBODY, {}
        return _FILL, {"column": column}
    return _ADVICE.get(reason, ""), {}


def advice(reason: str, table: str = "") -> str:
    """What to do about a row of a table that was set aside.

    Examples
    --------
    >>> advice("missing_order_id")
    'Fill in order_id: without it the row cannot be placed.'
    """
    sentence, places = advice_sentence(reason, table)
    return sentence.format(**places)


def is_rejection(reason: str) -> bool:
    """Whether a row with this reason counts as rejected, not as excluded."""
    return reason not in EXCLUDED


_PROBLEMS: dict[str, str] = {
    "not_found": N_("{file} does not exist: check the path."),
    "unreadable": N_("{file} cannot be opened ({why})."),
    "empty": N_("{file} is empty: export it again."),
    "no_rows": N_("{file} has a header but no rows."),
    "no_header": N_("{file} has no header row that could be found."),
    "encrypted": N_("{file} is protected by a password: save it without one and load it again."),
    "old_excel": N_("{file} is in an old Excel format: save it as .xlsx and load it again."),
    "damaged": N_("{file} is damaged or cut off: export or copy it again."),
    "not_a_table": N_("{file} is not a table this can read: give CSV, TSV, XLSX or Parquet."),
    "web_page": N_("{file} is a web page, not a table: open it in Excel and save it as .xlsx."),
    "bad_encoding": N_("{file} is neither UTF-8, UTF-16 nor GB18030: save it as UTF-8."),
    "too_large_unpacked": N_(
        "{file} unpacks to more than this computer should hold: split it or save it as CSV."
    ),
    "wrong_extension": N_("{file} is really {kind}; it was read as that."),
    "unknown_kind": N_("{file} was skipped: only CSV, TSV, TXT, XLSX, Parquet and TOML are read."),
    "skipped": N_("{file} was skipped: no source of the mapping asks for it."),
    "bad_toml": N_("{file} is no valid TOML ({why})."),
    "bad_mapping": N_("{file}, source {source}: {why}."),
    "missing_header": N_("{file}, source {source}: there is no column “{header}” in {data}."),
    "no_match": N_("{file}, source {source}: no file matches {pattern}."),
    "bad_query": N_("{file}, source {source}: the query failed: {why}"),
    "missing_required": N_("{file} would be {table}, but the columns {columns} are not in it."),
}


def problem_template(code: str) -> str:
    """The English sentence of a problem with a file, with its named places."""
    return _PROBLEMS.get(code, "{file}: " + code)


def problem_sentence(code: str, facts: Mapping[str, str]) -> str:
    """The English sentence of a problem with a file."""
    return problem_template(code).format_map(Facts(facts))


class Facts(dict[str, str]):
    """Facts for the places of a sentence; one that is missing shows its name."""

    def __missing__(self, key: str) -> str:
        """Show the place's name."""
        return f"({key})"
