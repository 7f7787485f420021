"""What the numbers of one group are made of: measures, people, leavers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from perf_core.scoring.comparison import GroupInputs, Span, credited, group_totals
from perf_core.scoring.pay_cost import pay_of_stays
from perf_core.scoring.stays import as_days, on_day


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


def parts_of_group(inputs: GroupInputs) -> GroupParts:
    """Take the one group of inputs of no axis apart.

    Parameters
    ----------
    inputs : GroupInputs
        Of one period, no axis, and within what makes the group.
    """
    rows = inputs.inside(credited(inputs, inputs.now))
    return GroupParts(
        _measures(inputs, rows),
        _people(inputs, rows),
        inputs.cards.iloc[:0] if inputs.by_channel else inputs.inside(inputs.cards),
    )


def _measures(inputs: GroupInputs, rows: pd.DataFrame) -> pd.DataFrame:
    found = {}
    for name, span in (("now", inputs.now), ("before", inputs.before)):
        mine = rows if span is inputs.now else inputs.inside(credited(inputs, span))
        whole = pd.DataFrame(index=pd.RangeIndex(1))
        of_group = mine.assign(group=np.zeros(len(mine), dtype=np.int64))
        found[name] = group_totals(inputs, span, of_group, whole).measures.iloc[0]
    frame = pd.DataFrame(found)
    return frame.assign(nobody=_of_nobody(inputs, frame.index))


def _of_nobody(inputs: GroupInputs, codes: pd.Index) -> pd.Series[float]:
    if not inputs.holds_nobody:
        return pd.Series(np.nan, codes)
    nobody = inputs.inside(inputs.now.nobody)
    return nobody[list(codes)].sum(min_count=1)


def _people(inputs: GroupInputs, rows: pd.DataFrame) -> pd.DataFrame:
    (first, last), *_others = inputs.now.days.values()
    measures = _measure_names(inputs.now)
    paid = rows.assign(pay=pay_of_stays(rows, inputs.paid)["pay_e4"] / 10_000)
    by_person = paid.groupby("employee_id", sort=True)
    sums = by_person[["pay", *measures]].sum(min_count=1)
    gone = rows[rows["last"].to_numpy() == as_days(rows["left"].to_numpy(np.int64))]
    found = sums.assign(
        days=by_person["days"].sum(),
        first_here=sums.index.isin(on_day(rows, first)["employee_id"]),
        last_here=sums.index.isin(on_day(rows, last)["employee_id"]),
        left=sums.index.isin(gone["employee_id"]),
    )
    if inputs.by_channel:
        found = found.assign(pay=np.nan, first_here=False, last_here=False, left=False)
    return found.reset_index()


def _measure_names(span: Span) -> list[str]:
    return [name for name in span.totals.columns if name not in ("segment_id", "channel")]
