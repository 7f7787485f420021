"""What a figure of a group is made of: which measures, which people, which loads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.catalogue import Catalogue
from perf_core.domain.errors import NotFound
from perf_core.scoring.actuals import needed_measures
from perf_core.scoring.formulas import read_formula
from perf_core.scoring.group_parts import GroupParts, parts_of_group
from perf_core.scoring.groups import Within
from perf_core.services.compare_groups import ComparedInputs, axes_within
from perf_core.services.group_inputs import grouped_for
from perf_core.store.engine import Store
from perf_core.store.loads import read_measure_loads
from perf_core.store.measure_tables import ORDER_MEASURES, TICKET_MEASURES

__all__ = ["GroupExplanation", "explain_group", "loads_behind", "measures_behind"]


@dataclass(frozen=True)
class GroupExplanation:
    """One group with its parts.

    Attributes
    ----------
    parts : GroupParts
        Measures, people and cards; each person's pay only for who may see it.
    first, last : date
        The days looked at.
    """

    parts: GroupParts
    first: date
    last: date


def explain_group(read: ComparedInputs, *, within: Within, scope: Scope) -> GroupExplanation:
    """Take a group of one period apart.

    Parameters
    ----------
    read : ComparedInputs
        Of one period; read by channel exactly if ``within`` names it.
    within : mapping of str to collection of str
        What makes the group, and all it is narrowed to besides.
    scope : Scope
        Whom the viewer may see.

    Raises
    ------
    NotFound
        The inputs are of several periods.
    """
    if len(read.inputs.now.days) != 1:
        raise NotFound(kind="period", code=read.period.code)
    limits = axes_within(within, read.members)
    parts = parts_of_group(grouped_for(read.inputs, scope, by=(), within=limits))
    if scope.pay is not PayRight.ALL:
        parts = replace(parts, people=parts.people.drop(columns="pay"))
    (first, last), *_others = read.inputs.now.days.values()
    return GroupExplanation(parts, first, last)


def measures_behind(figure: str, catalogue: Catalogue) -> list[str]:
    """The measures that a figure is made from, in order; none for what comes from people alone."""
    if figure in catalogue.indicators:
        now, before = needed_measures([read_formula(catalogue.indicators[figure].formula)])
        return sorted(now | before)
    return ["revenue"] if figure in ("revenue", "revenue_growth", "cost_ratio") else []


def loads_behind(store: Store, measures: Iterable[str], first: date, last: date) -> pd.DataFrame:
    """List the loads whose sources brought measures on some days of a run.

    A person's figures know their exact loads (``services.inspect_loads.sources_of``); of a whole
    group these are the deliveries that its figures can come from.

    Returns
    -------
    DataFrame
        ``source``, ``load_id``, ``at``, ``files``, ``first_day``, ``last_day``: newest first.
    """
    wanted = set(measures)
    tables = {"measures": wanted}
    if wanted & set(ORDER_MEASURES):
        tables["orders"] = {"*"}
    if wanted & set(TICKET_MEASURES):
        tables["tickets"] = {"*"}
    with store.reading() as connection:
        found = read_measure_loads(connection, first=first, last=last)
    fits = [
        measure in tables.get(table, ())
        for table, measure in zip(found["table"], found["measure"], strict=True)
    ]
    columns = ["source", "load_id", "at", "files", "first_day", "last_day"]
    return found.loc[fits, columns].drop_duplicates(["source", "load_id"], ignore_index=True)
