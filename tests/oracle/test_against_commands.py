"""Random companies: the command line must answer what the oracle answers.

`PERF_ORACLE_SEEDS=300` draws more companies than an ordinary run; `PERF_ORACLE_SEEDS=120-130`
just these.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Stores
from tests.oracle.companies import asked_periods, make_company
from tests.oracle.company import Company
from tests.oracle.groups import compare
from tests.oracle.periods import parse
from tests.oracle.product import (
    Difference,
    account_differences,
    group_differences,
    progress_differences,
    run,
    score_differences,
)
from tests.oracle.progress import progress
from tests.oracle.reading import read_company
from tests.oracle.scoring import score

AXES = (
    ("brand",),
    ("region",),
    ("role",),
    ("channel",),
    ("department",),
    ("brand", "role"),
    ("brand", "region"),
    ("brand", "channel"),
    ("region", "role"),
    ("role", "channel"),
    ("department", "region"),
    ("brand", "region", "role"),
)


def seeds() -> range:
    """Which companies to draw."""
    text = os.environ.get("PERF_ORACLE_SEEDS", "5")
    first, dash, last = text.partition("-")
    return range(int(first), int(last) + 1) if dash else range(int(text))


def differences_of(
    seed: int, folder: Path, url: str, *, n_periods: int = 4, n_axes: int = 2
) -> Iterator[Difference]:
    """Everything in which the product's answers differ for the company of a seed."""
    store = ("--db", url)
    loads, maker = make_company(seed, folder / "files")
    company, accounts = read_company(loads, today=datetime.now(tz=ZoneInfo("Asia/Shanghai")).date())
    for load, account in zip(loads, accounts, strict=True):
        answer = run("import", str(load), "--allow-rejects", *store)
        yield from account_differences(f"seed {seed} {load.name}", account, answer)
    rng = random.Random(seed)
    periods = asked_periods(maker)
    for code, as_of in rng.sample(periods, min(n_periods, len(periods))):
        period = parse(code)
        where = f"seed {seed} {code}" + (f" as of {as_of}" if as_of else "")
        asked = ("--period", code, *(("--as-of", str(as_of)) if as_of else ()), *store)
        scores = score(company, period, as_of)
        yield from score_differences(where, scores, run("score", *asked))
        rows = progress(company, period, as_of, scores=scores)
        yield from progress_differences(where, rows, run("progress", *asked))
        for by in rng.sample(AXES, n_axes):
            groups = compare(company, period, by, as_of=as_of, scores=scores)
            answer = run("compare", *asked, "--by", ",".join(by))
            yield from group_differences(where, by, groups, answer)


def differences_in_scores(company: Company, code: str, store: tuple[str, str]) -> list[Difference]:
    answer = run("score", "--period", code, *store)
    return list(score_differences(code, score(company, parse(code)), answer))


def complain(found: list[Difference]) -> None:
    shown = "\n".join(str(difference) for difference in found[:25])
    assert not found, f"{len(found)} differences\n{shown}"


@pytest.mark.parametrize("seed", seeds())
def test_the_command_line_answers_like_the_oracle(
    seed: int, tmp_path: Path, sqlite_stores: Stores
) -> None:
    complain(list(differences_of(seed, tmp_path, sqlite_stores.fresh("catalogue"))))


@pytest.mark.parametrize("seed", [2001])
def test_undoing_and_loading_again(seed: int, tmp_path: Path, sqlite_stores: Stores) -> None:
    """Undone, the second load never was; loaded twice, it counts once."""
    store = ("--db", sqlite_stores.fresh("catalogue"))
    loads, _ = make_company(seed, tmp_path)
    today = datetime.now(tz=ZoneInfo("UTC")).date()
    before, _ = read_company(loads[:1], today=today)
    after, _ = read_company(loads, today=today)
    run("import", str(loads[0]), "--allow-rejects", *store)
    load = run("import", str(loads[1]), "--allow-rejects", *store)["load"]
    run("import", str(loads[1]), "--allow-rejects", *store)
    complain(differences_in_scores(after, "2024-02", store))
    run("loads", "undo", str(load + 1), *store)
    complain(differences_in_scores(after, "2024-02", store))
    run("loads", "undo", str(load), *store)
    for code in ("2024-02", "2024-Q1", "2024-W09"):
        complain(differences_in_scores(before, code, store))


def test_one_person_or_brand_is_a_cut_of_all(tmp_path: Path, sqlite_stores: Stores) -> None:
    """Ranks, cohorts and grades are those of the whole company."""
    store = ("--db", sqlite_stores.fresh("catalogue"))
    loads, maker = make_company(3001, tmp_path)
    run("import", str(loads[0]), "--allow-rejects", *store)
    everybody = run("score", "--period", "2024-02", *store)["scorecards"]
    for person in maker.people:
        who = str(person["employee_id"])
        own = run("score", "--period", "2024-02", "--employee", who, *store)["scorecards"]
        assert own == [card for card in everybody if card["employee_id"] == who]
    for brand in maker.brands:
        within = run("score", "--period", "2024-02", "--brand", brand, *store)["scorecards"]
        assert within == [card for card in everybody if card["brand"] == brand]


@pytest.mark.parametrize("seed", [1001])
def test_it_answers_the_same_on_postgresql(
    seed: int, tmp_path: Path, postgresql_stores: Stores
) -> None:
    url = postgresql_stores.fresh("catalogue")
    complain(list(differences_of(seed, tmp_path, url, n_periods=2)))
