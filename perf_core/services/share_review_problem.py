"""Freeze whose problem each indicator is and the way to revenue, for a link."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from perf_core.domain.errors import NothingToShare
from perf_core.domain.period import Period
from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.domain.share_parts import (
    CHANNEL_FIELDS,
    CUSTOMER_FIELDS,
    FUNNEL_FIELDS,
    STANDING_FIELDS,
    STEP_FIELDS,
    VERDICT_FIELDS,
    ViewPart,
)
from perf_core.scoring.groups import Within
from perf_core.services.channel_mix import ChannelMix, CustomerMix
from perf_core.services.funnel import Funnel
from perf_core.services.share_review_fields import plain, plain_fields, too_small
from perf_core.services.share_review_parts import FrozenPart, Naming, ProblemFound
from perf_core.services.shared_problems import SharedProblems, verdicts_of

_PERSON: Final = "person"
_OWN_PAST: Final = ("year", "previous")


def frozen_problem(
    found: ProblemFound, naming: Naming, limits: Within, *, period: Period
) -> FrozenPart:
    """Freeze verdicts, funnel, channels and customers.

    A group of fewer than ``FEWEST_NAMELESS`` people on an indicator is left out of it, and so is
    the next smallest where those are too few together; the verdict is then made of the others, so
    that nothing is told of who was left out. Where people are compared instead of groups, only
    counts are told, of as many people at least.
    """
    told = None
    if found.problems is not None and len(found.problems.indicators):
        told = (
            _among_people(found.problems, found, naming)
            if found.problems.axis == _PERSON
            else _among_groups(found.problems, found, naming)
        )
    business = _funnel(found, naming)
    if not (told and told["indicators"]) and business is None:
        raise NothingToShare(subject=ViewPart.PROBLEM.value, period=period.code)
    content = {
        "axis": found.axis,
        "verdicts": told if told and told["indicators"] else None,
        "funnel": business,
        "channels": _channels(found.channels, naming),
        "customers": _customers(found.customers, found.axis, naming),
    }
    before = [period.year_before()]
    if found.funnel is not None and found.funnel.base == "previous":
        before.append(period.previous())
    spans = tuple((one, limits) for one in before)
    return FrozenPart({"problem": content}, limits, spans)


def _among_groups(problems: SharedProblems, found: ProblemFound, naming: Naming) -> dict[str, Any]:
    """Verdicts on groups, each with the groups it is made of."""
    parts = []
    n_left_out = 0
    for _code, mine in problems.groups.groupby("indicator"):
        rows = mine.reset_index(drop=True)
        hidden = too_small(rows["people"].tolist())
        n_left_out += len(hidden)
        parts.append(rows.drop(index=list(hidden)))
    groups = pd.concat(parts, ignore_index=True)
    verdicts = verdicts_of(groups)
    by_indicator = dict(list(groups.groupby("indicator")))
    return {
        "axis": problems.axis,
        "role": None,
        "n_left_out": n_left_out,
        "has_year_ago": problems.has_year_ago,
        "verdict": found.verdict,
        "indicators": [
            {
                **naming.indicator(str(row["indicator"])),
                **plain_fields(row, VERDICT_FIELDS),
                "worst": naming.named(problems.axis, str(row["worst"])),
                "best": naming.named(problems.axis, str(row["best"])),
                "is_chosen": row["indicator"] == found.indicator,
                "groups": [
                    {
                        "group": naming.named(problems.axis, str(one["group"])),
                        **plain_fields(one, STANDING_FIELDS),
                    }
                    for one in by_indicator[row["indicator"]]
                    .sort_values(["achievement", "group"], kind="stable")
                    .to_dict("records")
                ],
            }
            for row in verdicts.to_dict("records")
        ],
    }


def _among_people(problems: SharedProblems, found: ProblemFound, naming: Naming) -> dict[str, Any]:
    """Verdicts on the people of a role: how many fall short, nobody by name or figure."""
    rows = problems.indicators.to_dict("records")
    return {
        "axis": _PERSON,
        "role": naming.named("role", found.role),
        "n_left_out": 0,
        "has_year_ago": False,
        "verdict": found.verdict,
        "indicators": [
            {
                **naming.indicator(str(row["indicator"])),
                **{
                    name: plain(row[name]) if name in {"verdict", "n_groups", "n_short"} else None
                    for name in VERDICT_FIELDS
                },
                "worst": None,
                "best": None,
                "is_chosen": row["indicator"] == found.indicator,
                "groups": [],
            }
            for row in rows
            if row["n_groups"] >= FEWEST_NAMELESS
        ],
    }


def _funnel(found: ProblemFound, naming: Naming) -> dict[str, Any] | None:
    funnel: Funnel | None = found.funnel
    if funnel is None:
        return None
    rows = []
    parts = funnel.parts.to_dict("index")
    for code, step in funnel.steps.to_dict("index").items():
        part = parts[code]
        rows.append(
            {
                "group": naming.named(found.axis, str(code)),
                **plain_fields(step, FUNNEL_FIELDS),
                "steps": plain_fields(part, STEP_FIELDS),
                "change": plain(part["change"]),
                "lost": plain(part["cost"]),
                "lost_by": plain(part["costliest"]),
                "begins_with": plain(part["begins_with"]),
            }
        )
    return {
        "base": funnel.base,
        "best": naming.named(found.axis, funnel.best) if funnel.best else None,
        "rows": rows,
    }


def _channels(mix: ChannelMix | None, naming: Naming) -> list[dict[str, Any]]:
    if mix is None:
        return []
    return [
        {
            "group": naming.named("channel", str(code)),
            "seller": naming.named("brand", str(row["brand"])),
            **plain_fields(row, CHANNEL_FIELDS),
        }
        for code, row in mix.channels.to_dict("index").items()
    ]


def _customers(mix: CustomerMix | None, axis: str, naming: Naming) -> list[dict[str, Any]]:
    if mix is None or not (mix.knows_visits or mix.knows_customers):
        return []
    return [
        {"group": naming.named(axis, str(code)), **plain_fields(row, CUSTOMER_FIELDS)}
        for code, row in mix.groups.to_dict("index").items()
    ]
