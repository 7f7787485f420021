"""What the numbers of one group are made of: measures, people, leavers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from perf_core.scoring.comparison import measures_of_groups
from perf_core.scoring.grouped import GROUP, Grouped
from perf_core.scoring.groups import added_up


@dataclass(frozen=True)
class GroupParts:
    """The parts of one group. Nobody changes its frames.

    Attributes
    ----------
    measures : DataFrame of float
        Indexed by the measure: ``now`` and ``before`` (the days it is compared with), of
        everybody in the group and, where it belongs to the group, of nobody; ``nobody``, the
        part of ``now`` that nobody is credited with.
    people : DataFrame
        One row per person with a day in the group: ``employee_id``, ``days``, ``first_here`` and
        ``last_here`` (whether in the headcount of the first and the last day), ``left`` (whether
        the last day worked lies here), ``pay`` (missing: none) and a column per measure.
    cards : DataFrame
        The scorecards that count in the group.
    """

    measures: pd.DataFrame
    people: pd.DataFrame
    cards: pd.DataFrame


def parts_of_group(grouped: Grouped) -> GroupParts:
    """Take the one group of no axis apart.

    Parameters
    ----------
    grouped : Grouped
        Of one period, no axis, and within what makes the group.
    """
    rows = grouped.cards.get("row", np.zeros(0, dtype=np.int64))
    return GroupParts(_measures(grouped), _people(grouped), grouped.inputs.cards.iloc[rows])


def _measures(grouped: Grouped) -> pd.DataFrame:
    inputs = grouped.inputs
    sums = {
        "now": measures_of_groups(grouped, inputs.now, grouped.now),
        "before": measures_of_groups(grouped, inputs.before, grouped.before),
    }
    frame = pd.DataFrame(
        {name: {code: values[0] for code, values in some.items()} for name, some in sums.items()}
    )
    nobody = grouped.now.nobody
    if not nobody:
        return frame.assign(nobody=np.nan)
    of_nobody = {code: added_up(nobody[code], nobody[GROUP], 1)[0] for code in frame.index}
    return frame.assign(nobody=pd.Series(of_nobody))


def _people(grouped: Grouped) -> pd.DataFrame:
    """A row per person with a day in the group."""
    rows, measures = grouped.now.people, grouped.inputs.now.measures
    stays = pd.DataFrame(
        {"employee_id": pd.Series(grouped.people[rows["employee_id"]], dtype="str")}
        | {"pay": rows["pay_e4"] / 10_000}
        | {name: rows[name] for name in (*measures, "days")}
        | {name: rows[of] for name, of in _HERE.items()}
    )
    by_person = stays.groupby("employee_id", sort=True)
    found = by_person[["pay", *measures]].sum(min_count=1)
    found = found.assign(days=by_person["days"].sum(), **by_person[[*_HERE]].any())
    if grouped.is_by_channel:
        found = found.assign(pay=np.nan, first_here=False, last_here=False, left=False)
    return found.reset_index()


_HERE: Final = {"first_here": "here_first", "last_here": "here_last", "left": "is_leaving"}
