"""Several months at once give what each of them gives alone."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.period import parse_period
from perf_core.scoring.comparison import NUMBERS
from perf_core.services.compare_groups import compare_groups, compare_months
from perf_core.services.score_period import company_scores
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import random_company

MONTHS = [parse_period(code) for code in ("2026-03", "2026-04", "2026-05", "2026-06")]
INDICATORS = ("conversion", "traffic_growth", "daily_orders", "net_revenue", "attitude")
MANAGER = Scope(Viewer(ViewerKind.MANAGER, "P0"), frozenset({"P0", "P1", "P2"}), PayRight.NONE)


def with_templates(store: Store) -> None:
    with Company(store) as company:
        company.template("seller", {"conversion": 60.0, "net_revenue": 40.0})
        company.target("2026", "conversion", 0.1)
        company.target("2026", "net_revenue", 20_000.0)
        for month, score in (("2026-04", 2.0), ("2026-05", 4.0)):
            company.add(
                "ratings",
                period=month,
                ratee_id="P1",
                rater_id="P2",
                dimension="attitude",
                relation="peer",
                score=score,
                comment="",
            )


@pytest.mark.parametrize("by", [("brand", "role"), ("region",), ("channel",), ()])
@pytest.mark.parametrize("scope", [everything(), MANAGER], ids=["hr", "manager"])
def test_months_at_once_are_the_months_alone(
    sqlite_store: Store, by: tuple[str, ...], scope: Scope
) -> None:
    random_company(sqlite_store, 3)
    with_templates(sqlite_store)
    as_of = date(2026, 6, 17)
    scores = {month.code: company_scores(sqlite_store, month, as_of) for month in MONTHS}
    together = compare_months(
        sqlite_store,
        MONTHS,
        by=by,
        indicators=INDICATORS,
        as_of=as_of,
        scope=scope,
        scores=scores,
    )
    assert together.period == parse_period("2026-03-01..2026-06-30")
    seen = 0
    for month in MONTHS:
        alone = compare_groups(
            sqlite_store,
            month,
            by=by,
            indicators=INDICATORS,
            as_of=as_of,
            scope=scope,
            scores=scores[month.code],
        )
        mine = together.groups[together.groups["period"] == month.code]
        columns = [*by, *NUMBERS, "pay_estimated", "pay_withheld"]
        pd.testing.assert_frame_equal(
            mine[columns].reset_index(drop=True), alone.groups[columns], check_dtype=False
        )
        pd.testing.assert_frame_equal(
            together.grade_shares.loc[mine.index].reset_index(drop=True),
            alone.grade_shares,
            check_dtype=False,
        )
        told = together.indicators[together.indicators["group"].isin(mine.index)]
        pd.testing.assert_frame_equal(
            told.assign(group=told["group"] - mine.index.min()).reset_index(drop=True),
            alone.indicators,
            check_dtype=False,
        )
        seen += len(mine)
    assert seen == len(together.groups) > 0


def test_without_scores_what_comes_from_cards_is_unknown(sqlite_store: Store) -> None:
    random_company(sqlite_store, 3)
    with_templates(sqlite_store)
    found = compare_months(sqlite_store, MONTHS, by=["brand"], scope=everything())
    assert found.groups["attainment"].isna().all()
    assert found.groups["revenue"].notna().any()
    assert found.indicators.empty
    assert found.as_of == date(2026, 6, 30)
