"""``compare --period P --by AXIS[,AXIS]``: groups side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

import pandas as pd

from perf_core.commands.output import Output
from perf_core.commands.periods import add_period, read_day
from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.scoring.groups import AXES
from perf_core.services.axis_groups import GROUP_KINDS
from perf_core.services.compare_groups import GroupNumbers, compare_groups
from perf_core.store.engine import Store

_TOLD = (
    "headcount",
    "revenue",
    "revenue_uncredited",
    "revenue_growth",
    "pay_cost",
    "pay_estimated",
    "cost_ratio",
    "attainment",
    "attrition",
    "mean_total",
    "total_sd",
    "grade_shares",
    "bonus_cost",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_period(parser)
    parser.add_argument(
        "--by",
        required=True,
        type=_axes,
        metavar="AXIS[,AXIS]",
        help=f"one or several of {', '.join(AXES)}",
    )
    parser.add_argument(
        "--within",
        action="append",
        default=[],
        type=limit,
        metavar="AXIS=CODE[,CODE]",
        help="only people and business of these; may be given for several axes "
        "(nothing after the = stands for those without one), and for the groups that the catalogue "
        f"names: {', '.join(GROUP_KINDS)}",
    )
    parser.add_argument(
        "--indicator",
        action="extend",
        nargs="+",
        metavar="I",
        help="only these indicators, in every group",
    )


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """Print the numbers of each group."""
    only = args.indicator and [code for word in args.indicator for code in word.split(",") if code]
    found = compare_groups(
        store,
        parse_period(args.period),
        by=args.by,
        within=merged(args.within),
        indicators=only,
        as_of=read_day(args.as_of),
        scope=everything(),
    )
    groups = as_records(found)
    out.document({"period": found.period.code, "as_of": found.as_of, "groups": groups})
    names = [name for name in _TOLD if name != "grade_shares"]
    out.table(
        [*found.by, *names],
        [
            [*(group[axis] for axis in found.by), *(group[name] for name in names)]
            for group in groups
        ],
    )
    out.say()
    out.table(
        [*found.by, "indicator", "actual", "target", "attainment"],
        [
            [*(group[axis] for axis in found.by), code, *numbers.values()]
            for group in groups
            for code, numbers in group["indicators"].items()
        ],
    )


def as_records(found: GroupNumbers) -> list[dict[str, Any]]:
    """Each group as the JSON document has it; unknown is ``None``."""
    indicators: dict[int, dict[str, dict[str, float | None]]] = {}
    for group, code, *values in found.indicators[
        ["group", "indicator", "actual", "target", "attainment"]
    ].itertuples(index=False, name=None):
        numbers = dict(zip(("actual", "target", "attainment"), map(_known, values), strict=True))
        indicators.setdefault(group, {})[code] = numbers
    shares = found.grade_shares.to_dict("records")
    records = []
    for number, row in enumerate(found.groups.to_dict("records")):
        share = shares[number]
        told: dict[str, Any] = {axis: row[axis] or None for axis in found.by}
        told |= {name: _known(row[name]) for name in _TOLD if name in row}
        told["headcount"] = None if told["headcount"] is None else int(told["headcount"])
        told["grade_shares"] = None if any(map(pd.isna, share.values())) else share
        told = {key: told[key] for key in (*found.by, *_TOLD)}
        records.append(told | {"indicators": indicators.get(number, {})})
    return records


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _axes(text: str) -> tuple[str, ...]:
    axes = tuple(word.strip() for word in text.split(",") if word.strip())
    if not axes or not set(axes) <= set(AXES):
        raise argparse.ArgumentTypeError(f"one or several of {', '.join(AXES)}, not “{text}”")
    return axes


def merged(limits: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Limits of several ``--within`` as one mapping."""
    found: dict[str, tuple[str, ...]] = {}
    for axis, codes in limits:
        found[axis] = (*found.get(axis, ()), *codes)
    return found


def limit(text: str) -> tuple[str, tuple[str, ...]]:
    """An axis and its codes, as they are written after ``--within``."""
    axis, equals, codes = text.partition("=")
    if not equals or axis.strip() not in (*AXES, *GROUP_KINDS):
        raise argparse.ArgumentTypeError(f"like brand=luxe,core, not “{text}”")
    return axis.strip(), tuple(code.strip() for code in codes.split(","))
