"""The product through its command line, and where its answers differ from the oracle's."""

from __future__ import annotations

import contextlib
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.oracle.groups import Group
from tests.oracle.progress import Progress
from tests.oracle.scoring import Card, Scores
from tests.oracle.tables import FileAccount

RULES = {
    # field: the sentence that decides it
    "actual": "Indicator / Window",
    "target": "Target; additive targets shrink with the card's share of the period's days",
    "achievement": "Achievement: a = actual / target …, 0 ≤ a ≤ cap, floor",
    "points": "Points: linear weight × a; step weight × 1.2 where a > 1 …; No data",
    "effective_weight": "its weight is spread over the other items of the card in proportion",
    "total": "kpi_share × kpi_total + (1 − kpi_share) × review_total",
    "review_total": "20 × the weighted mean of the relations' mean ratings",
    "rank": "A cohort is the complete, unvetoed cards of one period in one brand and role",
    "grade": "Grade: rank, threshold or auto",
    "template_version": "scored by the version in force on its first day",
    "days": "the days of the period on which the person held that brand and role, cut at as-of",
    "headcount": "people on its last day (or the as-of day) by the assignment of that day",
    "pay_cost": "the amount paid for a month is spread evenly over the days employed in it",
    "cost_ratio": "pay cost ÷ revenue credited to the same people …",
    "attrition": "leavers in it ÷ mean of the headcounts of its first and its last day",
    "bonus_cost": "Σ bonus factor × the person's bonus base",
    "expected": "card days elapsed ÷ card days in the period",
}


class Refused(Exception):
    """The command ended with another status than 0."""


def run(*words: str) -> Any:
    """The JSON document that a command prints, run in this process."""
    from perf_core.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([*words, "--json"])
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    if status:
        raise Refused(f"{' '.join(words)}: status {status}: {err.getvalue()[-2000:]}")
    return json.loads(out.getvalue())


@dataclass(frozen=True)
class Difference:
    where: str
    field: str
    oracle: Any
    product: Any

    def __str__(self) -> str:
        rule = RULES.get(self.field.rpartition(".")[2], "")
        return f"{self.where} · {self.field}: oracle {self.oracle!r}, product {self.product!r}" + (
            f"   [{rule}]" if rule else ""
        )


def same(ours: Any, theirs: Any) -> bool:
    """Numbers to 1e-9, everything else exactly; an absent code is null or empty text."""
    if ours in (None, "") and theirs in (None, ""):
        return True
    if isinstance(ours, date):
        return str(ours) == theirs
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(ours == theirs)


def _fields(
    where: str, ours: Any, theirs: dict[str, Any], names: tuple[str, ...]
) -> Iterator[Difference]:
    for name in names:
        mine = ours[name] if isinstance(ours, dict) else getattr(ours, name)
        if name not in theirs:
            yield Difference(where, name, mine, "MISSING FIELD")
        elif not same(mine, theirs[name]):
            yield Difference(where, name, mine, theirs[name])


_CARD = (
    "assignment",
    "region",
    "department",
    "manager_id",
    "template",
    "template_version",
    "days",
    "kpi_total",
    "review_total",
    "total",
    "rank",
    "of",
    "grade",
    "bonus_factor",
    "vetoed",
    "complete",
)
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
_GROUP = (
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
    "bonus_cost",
)


def _paired(
    where: str, ours: dict[Any, Any], theirs: dict[Any, Any]
) -> Iterator[Difference | tuple[Any, Any, Any]]:
    for key in ours.keys() | theirs.keys():
        if key not in theirs:
            yield Difference(where, f"missing {key}", "there", None)
        elif key not in ours:
            yield Difference(where, f"superfluous {key}", None, "there")
        else:
            yield key, ours[key], theirs[key]


def score_differences(where: str, scores: Scores, answer: dict[str, Any]) -> Iterator[Difference]:
    """Every card, line and person."""
    if answer["as_of"] != str(scores.as_of):
        yield Difference(where, "as_of", scores.as_of, answer["as_of"])
    ours = {(c.employee_id, c.brand, c.role): c for c in scores.cards}
    theirs = {(c["employee_id"], c["brand"] or "", c["role"]): c for c in answer["scorecards"]}
    for pair in _paired(f"{where} card", ours, theirs):
        if isinstance(pair, Difference):
            yield pair
        else:
            yield from _card_differences(f"{where} {'/'.join(pair[0])}", pair[1], pair[2])
    people = {row["employee_id"]: row for row in answer["people"]}
    for pair in _paired(f"{where} person", scores.people, people):
        if isinstance(pair, Difference):
            yield pair
        else:
            names = ("total", "bonus_factor", "days")
            yield from _fields(f"{where} person {pair[0]}", pair[1], pair[2], names)


def _card_differences(where: str, card: Card, answer: dict[str, Any]) -> Iterator[Difference]:
    yield from _fields(where, card, answer, _CARD)
    if len(card.lines) != len(answer["lines"]):
        yield Difference(where, "lines", len(card.lines), len(answer["lines"]))
        return
    for line, row in zip(card.lines, answer["lines"], strict=True):
        unscored = {"points": line.points or None} if line.achievement is None else {}
        shown = {**{name: getattr(line, name) for name in _LINE}, **unscored}
        given = {**row, "points": row["points"] or None} if unscored else row
        yield from _fields(f"{where} {line.indicator}", shown, given, _LINE)


def progress_differences(
    where: str, rows: list[Progress], answer: list[dict[str, Any]]
) -> Iterator[Difference]:
    ours = {(r.employee_id, r.brand, r.role, r.indicator): r for r in rows}
    theirs = {(r["employee_id"], r["brand"] or "", r["role"], r["indicator"]): r for r in answer}
    names = ("target", "actual", "progress", "expected", "pace")
    for pair in _paired(f"{where} progress", ours, theirs):
        if isinstance(pair, Difference):
            yield pair
        else:
            yield from _fields(f"{where} progress {'/'.join(pair[0])}", pair[1], pair[2], names)


def group_differences(
    where: str, by: tuple[str, ...], groups: dict[Any, Group], answer: dict[str, Any]
) -> Iterator[Difference]:
    theirs = {tuple(g[axis] or "" for axis in by): g for g in answer["groups"]}
    where = f"{where} by {','.join(by)}"
    for pair in _paired(where, dict(groups), theirs):
        if isinstance(pair, Difference):
            yield pair
            continue
        key, group, given = pair
        here = f"{where} {'/'.join(key)}"
        yield from _fields(here, group, given, _GROUP)
        shares, stated = group.grade_shares, given["grade_shares"]
        if bool(shares) != bool(stated):
            yield Difference(here, "grade_shares", shares, stated)
        for code in {*(shares or {}), *(stated or {})}:
            mine, other = (shares or {}).get(code, 0), (stated or {}).get(code, 0)
            if shares and stated and not same(mine, other):
                yield Difference(here, f"grade_shares.{code}", mine, other)
        for inner in _paired(here, dict(group.indicators), given["indicators"]):
            if isinstance(inner, Difference):
                yield inner
            else:
                names = ("actual", "target", "attainment")
                yield from _fields(f"{here} {inner[0]}", inner[1], inner[2], names)


def account_differences(
    where: str, accounts: list[FileAccount], answer: dict[str, Any]
) -> Iterator[Difference]:
    ours = {(Path(a.file).name, a.table): a for a in accounts}
    theirs = {(Path(t["file"]).name, t["table"]): t for t in answer["tables"] if t["table"] != ""}
    theirs = {key: row for key, row in theirs.items() if not key[0].endswith(".toml")}
    for pair in _paired(f"{where} account", ours, theirs):
        if isinstance(pair, Difference):
            yield pair
            continue
        here = f"{where} {pair[0][0]}"
        yield from _fields(here, pair[1], pair[2], ("read", "loaded"))
        for kind in ("excluded", "rejected"):
            mine, other = getattr(pair[1], kind), pair[2][kind]
            for reason in sorted({*mine, *other}):
                if mine.get(reason, 0) != other.get(reason, 0):
                    yield Difference(
                        here, f"{kind}.{reason}", mine.get(reason, 0), other.get(reason, 0)
                    )
