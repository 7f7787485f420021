"""Where the specification can be read in two ways: which one this oracle takes.

Each switch names the sentence; the tests run with the readings the project decided on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """One choice per ambiguous sentence."""

    absence_in_previous: bool = True
    """Whether measures of absent days of the previous period count in `growth` of a person.
    "a day of recorded absence counts as not employed" | "(absence there does not matter)"."""

    zero_by_channel: bool = True
    """Whether a channel without orders has 0 orders (and not no data) once orders are loaded."""

    no_data_before_no_target: bool = True
    """The status of a line that lacks both: `no_data`, else `no_target`."""

    rank_in_short_periods: bool = False
    """"Grades exist for periods of 28 days and longer; shorter ones have totals only"."""

    full_counts_without_any_data: bool = False
    """`full` with no line scored: 100, else "a provisional total (0 if no line is scored)"."""

    veto_after_as_of: bool = True
    """A veto event after the as-of day: "every period that contains its day"."""

    progress_below_zero: bool = True
    """Progress "without cap and floor" may be below 0."""

    coverage_by_excluded_rows: bool = True
    """Cancelled and test rows show that their source is loaded through their day."""

    blank_place_is_everywhere: bool = True
    """`earns = false`: who is assigned to a brand and no region serves it in every region."""


DEFAULT = Readings()
