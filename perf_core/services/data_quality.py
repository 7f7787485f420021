"""Can the figures be trusted? Late sources, gaps, rows set aside, and what scores rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from perf_core.domain.access import Scope
from perf_core.services.directory import Directory
from perf_core.services.rights import require_editor
from perf_core.services.score_period import PeriodScores
from perf_core.store.engine import Store
from perf_core.store.loads import coverage
from perf_core.store.measure_tables import ORDER_MEASURES, TICKET_MEASURES
from perf_core.store.quality import set_aside_counts, values_by_day

_DAYS_SHOWN = 35

_EVERY_DAY = 0.8
"""A measure that came on this share of the days is expected on all of them."""


@dataclass(frozen=True)
class DataQuality:
    """How complete the data is. Nobody changes its frames.

    Attributes
    ----------
    sources : DataFrame
        One row per source and table: ``source``, ``table``, ``first_day``, ``last_day``,
        ``days_late`` (behind the newest day of all), ``loads``; the latest first.
    days : DataFrame
        Values per day and measure over the last weeks, 0 on a day that brought nothing.
    gaps : DataFrame
        ``measure``, ``day``: a day without any value of a measure that comes daily.
    set_aside : DataFrame
        ``table``, ``kind`` (excluded, rejected), ``reason``, ``rows``.
    """

    sources: pd.DataFrame
    days: pd.DataFrame
    gaps: pd.DataFrame
    set_aside: pd.DataFrame


def data_quality(store: Store, *, scope: Scope) -> DataQuality:
    """Look at the deliveries and the last weeks of the daily values.

    Raises
    ------
    NotAllowed
        The viewer is not HR: deliveries are about everybody.
    """
    require_editor(scope, "data quality")
    with store.reading() as connection:
        brought = coverage(connection)
        set_aside = set_aside_counts(connection)
        newest: date | None = brought["last_day"].max() if len(brought) else None
        if newest is None:
            return DataQuality(_sources(brought), pd.DataFrame(), _no_gaps(), set_aside)
        first = newest - timedelta(days=_DAYS_SHOWN - 1)
        found = values_by_day(connection, first, newest)
    # What is made from orders and tickets comes or stays away together: one column tells.
    found = found.drop(columns=[*ORDER_MEASURES[1:], *TICKET_MEASURES[1:]], errors="ignore")
    days = found.reindex(pd.date_range(first, newest, name="day"), fill_value=0)
    return DataQuality(_sources(brought), days, _gaps(days), set_aside)


def _sources(brought: pd.DataFrame) -> pd.DataFrame:
    found = brought.groupby(["source", "table"], as_index=False).agg(
        first_day=("first_day", "min"), last_day=("last_day", "max"), loads=("load_id", "nunique")
    )
    newest = pd.to_datetime(found["last_day"]).max()
    found["days_late"] = (newest - pd.to_datetime(found["last_day"])).dt.days
    return found.sort_values(["days_late", "source"], ascending=[False, True], ignore_index=True)


def _no_gaps() -> pd.DataFrame:
    days = pd.Series(dtype="datetime64[s]")
    return pd.DataFrame({"measure": pd.Series(dtype="str"), "day": days})


def _gaps(days: pd.DataFrame) -> pd.DataFrame:
    """Days without a value of a measure that comes nearly every day, up to its newest value."""
    rows = []
    for code in days.columns:
        here = days[code].to_numpy() > 0
        ends = np.nonzero(here)[0]
        if not len(ends):
            continue
        span = here[ends[0] : ends[-1] + 1]
        if span.mean() >= _EVERY_DAY and len(span) > 1:
            empty = np.nonzero(~span)[0] + ends[0]
            rows += [(code, days.index[at]) for at in empty]
    return pd.DataFrame(rows, columns=["measure", "day"]) if rows else _no_gaps()


def roles_without_template(directory: Directory, *, day: date | None) -> pd.DataFrame:
    """Count the people whose role has no template: ``role``, ``people``; most people first.

    Whoever has no assignment at all counts under the role ``""``.
    """
    people = directory.people
    here = people[people["leave_date"].isna()]
    if day is not None:
        here = people[people["leave_date"].isna() | (people["leave_date"] >= pd.Timestamp(day))]
    known = {template.role for template in directory.catalogue.templates}
    lacking = here[~here["role"].isin(known)]
    counts = lacking.groupby("role").size().rename("people").reset_index()
    return counts.sort_values("people", ascending=False, ignore_index=True)


def resting_on_data(scores: PeriodScores) -> pd.DataFrame:
    """Say by role what the scores rest on.

    Returns
    -------
    DataFrame
        ``role``, ``cards``, ``data_share`` (mean share of the score that comes from data and not
        from people's marks), ``incomplete`` (cards without enough data to be graded).
    """
    cards = scores.cards
    found = cards.groupby("role", as_index=False).agg(
        cards=("card_id", "size"),
        data_share=("data_share", "mean"),
        complete=("complete", "sum"),
    )
    found["incomplete"] = found["cards"] - found.pop("complete")
    return found.sort_values("data_share", ignore_index=True)


def indicators_without_data(scores: PeriodScores) -> pd.DataFrame:
    """Count the lines that could not be scored, the most first.

    Columns: ``role``, ``indicator``, ``lines``, ``no_data``, ``no_target``; only indicators that
    have any.
    """
    lines = scores.lines.assign(
        role=scores.lines["card_id"].map(scores.cards.set_index("card_id")["role"]),
        no_data=scores.lines["status"] == "no_data",
        no_target=scores.lines["status"] == "no_target",
    )
    found = lines.groupby(["role", "indicator"], as_index=False).agg(
        lines=("status", "size"), no_data=("no_data", "sum"), no_target=("no_target", "sum")
    )
    found = found[(found["no_data"] + found["no_target"]) > 0]
    return found.sort_values(["no_data", "no_target"], ascending=False, ignore_index=True)
