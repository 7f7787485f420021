"""``score``: the scorecards of a period."""

from __future__ import annotations

import argparse
import math
from datetime import date
from typing import Any

import pandas as pd

from perf_core.commands.output import Output
from perf_core.commands.periods import add_period, read_day
from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.score_period import PeriodScores, score_period
from perf_core.store.engine import Store

_TEXTS = ("brand", "role", "region", "department", "manager_id", "template")
_LINE = (
    "indicator",
    "group",
    "weight",
    "effective_weight",
    "actual",
    "target",
    "achievement",
    "points",
    "status",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_period(parser)
    parser.add_argument("--employee", metavar="ID", help="one person alone")
    parser.add_argument("--brand", metavar="B", help="one brand alone; ranks still count everybody")


def run(args: argparse.Namespace, store: Store, out: Output) -> int:
    """Print the cards."""
    period = parse_period(args.period)
    as_of: date | None = read_day(args.as_of)
    scores = score_period(store, period, as_of=as_of, scope=everything())
    cards = scores.cards
    if args.employee is not None:
        cards = cards[cards["employee_id"] == args.employee]
    if args.brand is not None:
        cards = cards[cards["brand"] == args.brand]
    if out.wants_json:
        out.document(_document(scores, cards))
        return 0
    out.say(f"{period.code} as of {scores.as_of}")
    out.table(
        ["employee", "name", "brand", "role", "days", "total", "rank", "of", "grade", "note"],
        [
            [
                card["employee_id"],
                card["name"],
                card["brand"] or None,
                card["role"],
                int(card["days"]),
                card["total"],
                _whole(card["rank"]),
                _whole(card["of"]),
                card["grade"] or None,
                _note(card),
            ]
            for card in cards.to_dict("records")
        ],
    )
    return 0


def _document(scores: PeriodScores, cards: pd.DataFrame) -> dict[str, Any]:
    lines = scores.lines[scores.lines["card_id"].isin(cards["card_id"])]
    of_card: dict[int, list[dict[str, Any]]] = {}
    columns = ["card_id", *_LINE]
    for values in lines[columns].itertuples(index=False):
        line = dict(zip(columns, values, strict=True))
        of_card.setdefault(line.pop("card_id"), []).append(line)
    people = scores.people[scores.people["employee_id"].isin(cards["employee_id"])]
    return {
        "period": scores.period.code,
        "as_of": scores.as_of,
        "scorecards": [
            _card(row, of_card.get(row["card_id"], [])) for row in cards.to_dict("records")
        ],
        "people": [
            {**row, "days": int(row["days"])}
            for row in people[["employee_id", "total", "bonus_factor", "days"]].to_dict("records")
        ],
    }


def _card(row: dict[Any, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    # Codes that are not there are "" within the program, and unknown is null outside.
    texts = {name: row[name] or None for name in _TEXTS}
    return {
        "employee_id": row["employee_id"],
        "assignment": row["assignment"].date(),
        "brand": texts["brand"],
        "role": texts["role"],
        "region": texts["region"],
        "department": texts["department"],
        "manager_id": texts["manager_id"],
        "template": texts["template"],
        "template_version": row["template_version"] or None,
        "days": int(row["days"]),
        "kpi_total": row["kpi_total"],
        "review_total": row["review_total"],
        "total": row["total"],
        "rank": _whole(row["rank"]),
        "of": _whole(row["of"]),
        "grade": row["grade"] or None,
        "bonus_factor": row["bonus_factor"],
        "vetoed": bool(row["vetoed"]),
        "complete": bool(row["complete"]),
        "lines": lines,
    }


def _whole(value: float) -> int | None:
    return None if math.isnan(value) else int(value)


def _note(card: dict[Any, Any]) -> str:
    return "vetoed" if card["vetoed"] else "" if card["complete"] else "incomplete"
