"""Named shapes of the frames that pass between floors.

A frame has one row per thing and a shape that says which. Codes and ids are text, and an absent
one is ``""`` (never NaN), so that keys compare; days are ``datetime64`` without a zone; a number
that is not known is NaN. ``checked`` is called where a frame enters or leaves a floor: it looks at
names and types, not at every value, and so costs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["text", "day", "number", "whole", "flag"]


@dataclass(frozen=True)
class Shape:
    """The columns of a frame by name, each with its kind, and the key that tells rows apart."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]


class WrongShape(TypeError):
    """A frame without the columns it should have: a fault in the program, left to fly."""


_NUMPY_KINDS: dict[Kind, str] = {
    # Text is Python's own in columns of objects: cheaper to make and to match than any other.
    "text": "O",
    "day": "M",
    "number": "fiu",
    "whole": "iu",
    "flag": "b",
}


def checked(frame: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """The frame, if it has the columns of the shape in their types.

    Raises
    ------
    WrongShape
        A column is missing or holds something else; rows may be any number, also none.
    """
    found = dict(zip(frame.columns, frame.dtypes, strict=True))
    missing = [name for name in shape.columns if name not in found]
    if missing:
        raise WrongShape(f"{shape.name}: no column {', '.join(missing)}")
    for name, kind in shape.columns.items():
        if len(frame) and found[name].kind not in _NUMPY_KINDS[kind]:
            raise WrongShape(f"{shape.name}.{name}: {found[name]} is not {kind}")
    return frame


def empty(shape: Shape) -> pd.DataFrame:
    """A frame of the shape without rows."""
    types_of: dict[Kind, str] = {
        "text": "object",
        "day": "datetime64[s]",
        "number": "float64",
        "whole": "int64",
        "flag": "bool",
    }
    return pd.DataFrame(
        {name: pd.Series(dtype=types_of[kind]) for name, kind in shape.columns.items()}
    )


PEOPLE = Shape(
    "people",
    {"employee_id": "text", "name": "text", "hire_date": "day", "leave_date": "day"},
    ("employee_id",),
)
"""One row per person ever employed; ``leave_date`` is the last day worked, NaT while here."""

ASSIGNMENTS = Shape(
    "assignments",
    {
        "employee_id": "text",
        "from_date": "day",
        "to_date": "day",
        "brand": "text",
        "region": "text",
        "role": "text",
        "department": "text",
        "manager_id": "text",
    },
    ("employee_id", "from_date"),
)
"""One row per assignment; ``to_date`` is its last day, NaT: the day before the next, or open."""

ABSENCES = Shape(
    "absences", {"employee_id": "text", "from_day": "day", "to_day": "day"}, ("employee_id",)
)
"""One row per absence, both days included; absences of a person may overlap."""

SEGMENTS = Shape(
    "segments",
    {"segment_id": "whole", "employee_id": "text", "first": "day", "last": "day"},
    ("segment_id", "first"),
)
"""Runs of days of a person, both included. Rows with one ``segment_id`` are added up."""

TARGETS = Shape(
    "targets",
    {
        "period": "text",
        "indicator": "text",
        "employee_id": "text",
        "brand": "text",
        "role": "text",
        "revised_on": "text",
        "value": "number",
        "currency": "text",
    },
    ("period", "indicator", "employee_id", "brand", "role", "revised_on"),
)
"""One row per revision; ``revised_on`` is the ISO day, ``""`` for the first value.

(The first value holds from the period's start, a day that ``datetime64`` need not know.)
"""

RATINGS = Shape(
    "ratings",
    {
        "period": "text",
        "ratee_id": "text",
        "relation": "text",
        "dimension": "text",
        "score_sum": "number",
        "marks": "number",
    },
    (),
)
"""Marks of one relation for one person in one dimension: their sum and their number.

Rows are added up, so one row per mark will do as well.
"""

VETOES = Shape("vetoes", {"employee_id": "text", "day": "day"}, ("employee_id", "day"))
"""One row per confirmed veto event."""

WINDOWS = Shape(
    "windows",
    {
        "card_id": "whole",
        "employee_id": "text",
        "brand": "text",
        "role": "text",
        "region": "text",
        "department": "text",
        "manager_id": "text",
        "assignment": "day",
        "first_day": "day",
        "last_day": "day",
        "days": "number",
        "whole_days": "number",
        "compared_days": "number",
    },
    ("card_id",),
)
"""One row per (employee, brand, role) of a period.

``days`` are its days up to the as-of day, ``whole_days`` those of the whole period (absence left
out of both); ``compared_days`` those that ``growth`` and ``prev`` look at, NaN where the person did
not hold the brand and role on all of them. ``assignment`` is the from-date of the assignment of
``last_day``, whose region, department and manager the card has.
"""

CARDS = Shape(
    "cards",
    {
        "card_id": "whole",
        "employee_id": "text",
        "name": "text",
        "assignment": "day",
        "brand": "text",
        "role": "text",
        "region": "text",
        "department": "text",
        "manager_id": "text",
        "template": "text",
        "template_version": "text",
        "first_day": "day",
        "last_day": "day",
        "days": "number",
        "whole_days": "number",
        "kpi_total": "number",
        "review_total": "number",
        "total": "number",
        "rank": "number",
        "of": "number",
        "grade": "text",
        "bonus_factor": "number",
        "vetoed": "flag",
        "complete": "flag",
        "data_share": "number",
    },
    ("card_id",),
)
"""One row per scorecard. ``grade`` is ``""`` where there is none; ``rank`` and ``of`` are NaN for
cards outside a cohort (incomplete or vetoed)."""

LINES = Shape(
    "lines",
    {
        "card_id": "whole",
        "employee_id": "text",
        "position": "whole",
        "indicator": "text",
        "group": "text",
        "weight": "number",
        "effective_weight": "number",
        "actual": "number",
        "target": "number",
        "achievement": "number",
        "points": "number",
        "status": "text",
    },
    ("card_id", "position"),
)
"""One row per item of a card; ``status`` is scored, no_data or no_target."""

SUMMARIES = Shape(
    "summaries",
    {"employee_id": "text", "total": "number", "bonus_factor": "number", "days": "number"},
    ("employee_id",),
)
"""One row per person with a card: the complete cards, weighted by days (their sum is ``days``)."""

PROGRESS = Shape(
    "progress",
    {
        "card_id": "whole",
        "employee_id": "text",
        "brand": "text",
        "role": "text",
        "position": "whole",
        "indicator": "text",
        "target": "number",
        "actual": "number",
        "progress": "number",
        "expected": "number",
        "pace": "number",
        "forecast": "number",
        "low": "number",
        "high": "number",
    },
    ("card_id", "position"),
)
"""One row per item of a card, with the card's whole target."""
