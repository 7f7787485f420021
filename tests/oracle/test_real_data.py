"""Real sales-force data: what the product exports of it, the oracle reads and scores alike."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import REPOSITORY, Stores
from tests.oracle.groups import compare
from tests.oracle.periods import parse
from tests.oracle.product import group_differences, run, score_differences
from tests.oracle.reading import read_company
from tests.oracle.scoring import score

MAPPING = REPOSITORY / "examples" / "adventureworks" / "perfboard.toml"


@pytest.mark.slow
def test_the_exported_sales_force_scores_alike(
    tmp_path: Path, sqlite_stores: Stores, real_data: Path
) -> None:
    store = ("--db", sqlite_stores.fresh("catalogue"))
    run("import", str(real_data), "--mapping", str(MAPPING), *store)
    run("export", "all", "--to", str(tmp_path), *store)
    company, accounts = read_company([tmp_path], today=datetime.now(tz=ZoneInfo("UTC")).date())
    assert not any(account.rejected or account.excluded for account in accounts[0])
    found = []
    for code in ("2013-05-30..2013-08-29", "2014-05"):
        period = parse(code)
        scores = score(company, period)
        found += list(score_differences(code, scores, run("score", "--period", code, *store)))
        for by in (("region",), ("brand", "role")):
            groups = compare(company, period, by, scores=scores)
            answer = run("compare", "--period", code, "--by", ",".join(by), *store)
            found += list(group_differences(code, by, groups, answer))
    assert not found, "\n".join(map(str, found[:25]))
