"""Why a card says what it says: what is told adds up to what is scored."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.catalogue import Curve, LowerMode, TemplateItem
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.domain.period import parse_period
from perf_core.services.explain_card import (
    CardKey,
    by_channel,
    daily_course,
    explain_card,
    missing_for_next_grade,
)
from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany, day, one_item, statements

JUNE = parse_period("2026-06")
LIN = CardKey("lin", "luxe", "ops")
NOBODY = Scope(Viewer(ViewerKind.EMPLOYEE, "wu"), frozenset({"wu"}), PayRight.NONE)


@pytest.fixture
def company(sqlite_stores: Any) -> Iterator[SmallCompany]:
    store = Store(sqlite_stores.fresh("schema"))
    made = SmallCompany(store)
    for code, formula in {
        "visits": "visits",
        "conversion": "orders / visits",
        "traffic": "growth(visits)",
        "pace": "growth(per_day(visits))",
        "attitude": "rating(attitude)",
    }.items():
        made.indicator(code, formula)
    made.indicator("response", "response_seconds / responses", direction="lower")
    yield made
    store.dispose()


def test_a_line_opens_into_its_measures_now_and_then(company: SmallCompany) -> None:
    company.person("lin")
    company.away("lin", "06-11", "06-12")
    company.template(
        TemplateItem("conversion", 50, target=0.1), TemplateItem("traffic", 50, target=0.1)
    )
    company.every_day("lin", "05-01", "05-31", visits=10)
    company.every_day("lin", "06-01", "06-30", visits=12, orders=3)
    asked = statements(company.store)
    told = explain_card(company.store, LIN, JUNE, scope=everything())
    assert told.formulas == {"conversion": "orders / visits", "traffic": "growth(visits)"}
    assert (told.days, told.compared_days) == (28, 29)
    assert len(told.spans) == 2
    rows = {(row.indicator, row.measure): row for row in told.measures.itertuples()}
    assert rows["conversion", "orders"].value == 84
    assert rows["conversion", "visits"].value == 336
    assert math.isnan(rows["conversion", "visits"].previous)
    assert (rows["traffic", "visits"].value, rows["traffic", "visits"].previous) == (336, 290)
    assert len(asked) < 25
    line = company.lines("lin")["traffic"]
    assert line["actual"] == pytest.approx(336 / 290 - 1)


def test_nobody_else_may_ask(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("visits", target=300))
    scores = company.scores()
    for ask in (
        lambda: explain_card(company.store, LIN, JUNE, scope=NOBODY),
        lambda: by_channel(company.store, LIN, "visits", JUNE, scope=NOBODY),
        lambda: daily_course(company.store, LIN, "visits", JUNE, scores=scores, scope=NOBODY),
        lambda: missing_for_next_grade(company.store, LIN, scores, scope=NOBODY),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_a_card_that_is_not_there_is_not_found(company: SmallCompany) -> None:
    company.person("lin")
    with pytest.raises(NotFound):
        explain_card(company.store, CardKey("lin", "core", "ops"), JUNE, scope=everything())


def test_an_indicator_by_channel_divides_the_sums_of_each(company: SmallCompany) -> None:
    company.person("lin")
    company.template(one_item("conversion", target=0.1))
    company.did("lin", "06-03", channel="tmall", orders=2, visits=10)
    company.did("lin", "06-04", channel="tmall", orders=4, visits=10)
    company.did("lin", "06-04", channel="jd", orders=1, visits=10)
    found = by_channel(company.store, LIN, "conversion", JUNE, scope=everything())
    assert found.to_dict("records") == [
        {"channel": "jd", "actual": 0.1},
        {"channel": "tmall", "actual": 0.3},
    ]


@pytest.mark.parametrize("indicator", ["visits", "conversion", "traffic", "pace", "attitude"])
@pytest.mark.parametrize("as_of", ["06-07", "06-20", "06-29", "06-30"])
def test_the_course_of_each_day_is_the_score_of_that_day(
    company: SmallCompany, indicator: str, as_of: str
) -> None:
    company.person("lin")
    company.away("lin", "06-05", "06-06")
    company.away("lin", "06-12", "06-12")
    company.template(
        one_item(indicator, target=0.1 if indicator != "visits" else 300),
    )
    company.mark("lin", "peer", 4)
    random = np.random.default_rng(3)
    for month, last in ((5, 31), (6, 30)):
        for on in range(1, last + 1):
            if on % 3:
                visits, orders = random.integers(1, 50, size=2)
                company.did("lin", f"{month:02d}-{on:02d}", visits=int(visits), orders=int(orders))
    scores = company.scores(as_of=as_of)
    course = daily_course(company.store, LIN, indicator, JUNE, scores=scores, scope=everything())
    days = [str(one.date())[5:] for one in course["day"]]
    assert days[-1] == as_of
    assert "06-05" not in days
    for at in {0, len(days) // 2, len(days) - 1}:
        scored = company.lines("lin", as_of=days[at])[indicator]
        assert course["actual"].iloc[at] == pytest.approx(scored["actual"], nan_ok=True)
        if indicator == "visits":
            # What is expected by a day is the target that the day is scored against.
            assert course["expected"].iloc[at] == pytest.approx(scored["target"])


def test_a_new_hire_has_no_course_of_growth(company: SmallCompany) -> None:
    company.person("lin", hired="05-10")
    company.template(one_item("traffic", target=0.1))
    company.every_day("lin", "05-10", "06-30", visits=10)
    course = daily_course(
        company.store, LIN, "traffic", JUNE, scores=company.scores(), scope=everything()
    )
    assert course["actual"].isna().all()


def test_by_threshold_the_next_grade_is_so_many_points_away(company: SmallCompany) -> None:
    company.person("lin")
    company.template(
        TemplateItem("visits", 60, target=100),
        TemplateItem("conversion", 20, target=1),
        TemplateItem("response", 20, target=30),
    )
    company.did("lin", "06-03", visits=50, orders=50, response_seconds=300, responses=10)
    # 30 + 20 + 20 = 70; good begins at 80.
    way = missing_for_next_grade(company.store, LIN, company.scores(), scope=everything())
    assert way is not None
    assert (way.grade, way.by_rank, way.needed_total) == ("good", False, 80)
    assert way.missing == pytest.approx(10)
    lines = way.lines.set_index("indicator")
    # 10 more points of 60: an achievement of 40 ÷ 60, 66.7 visits.
    assert lines.loc["visits", "actual"] == pytest.approx(100 * 40 / 60)
    # 30 of 20 points are beyond the cap of 24.
    assert math.isnan(lines.loc["conversion", "actual"])
    assert math.isnan(lines.loc["response", "actual"])


def test_a_lower_actual_is_wanted_where_lower_is_better(company: SmallCompany) -> None:
    company.person("lin")
    company.person("chen", role="fast")
    for role, mode in (("ops", LowerMode.LINEAR), ("fast", LowerMode.INVERSE)):
        company.template(one_item("response", target=30, mode=mode), role=role)
    for who in ("lin", "chen"):
        company.did(who, "06-03", response_seconds=450, responses=10)
    scores = company.scores()
    # 45 s: 2 − 1.5 is 50 points; 80 points are 36 s.
    way = missing_for_next_grade(company.store, LIN, scores, scope=everything())
    assert way is not None
    assert way.lines["actual"].iloc[0] == pytest.approx(36)
    chen = CardKey("chen", "luxe", "fast")
    way = missing_for_next_grade(company.store, chen, scores, scope=everything())
    assert way is not None
    assert way.lines["actual"].iloc[0] == pytest.approx(30 / 0.8)


def test_on_a_step_curve_met_must_be_exceeded(company: SmallCompany) -> None:
    company.person("lin")
    company.template(
        TemplateItem("visits", 90, target=100),
        TemplateItem("conversion", 10, target=1),
        curve=Curve.STEP,
    )
    company.did("lin", "06-03", visits=100, orders=10)
    way = missing_for_next_grade(company.store, LIN, company.scores(), scope=everything())
    assert way is not None
    assert (way.grade, way.missing) == ("excellent", 10)
    lines = way.lines.set_index("indicator")
    assert (lines.loc["visits", "actual"], lines.loc["visits", "is_above"]) == (100, True)
    assert (lines.loc["conversion", "actual"], lines.loc["conversion", "is_above"]) == (1, False)


def test_by_rank_it_is_the_total_of_the_last_card_with_a_place(company: SmallCompany) -> None:
    company.template(one_item("visits", target=1000))
    for n in range(10):
        company.person(f"ops{n}")
        company.did(f"ops{n}", "06-10", visits=100 * n)
    for n in range(21):
        company.person(f"other{n:02d}", role="driver")
    scores = company.scores()

    def way(n: int) -> Any:
        card = CardKey(f"ops{n}", "luxe", "ops")
        return missing_for_next_grade(company.store, card, scores, scope=everything())

    # Two excellent (9, 8), five good (7 … 3), three left.
    assert way(9) is None
    assert way(8) is None
    assert (way(7).grade, way(7).by_rank, way(7).missing) == ("excellent", True, pytest.approx(10))
    assert (way(2).grade, way(2).needed_total) == ("good", pytest.approx(30))
    assert way(2).lines["actual"].iloc[0] == pytest.approx(300)


def test_cards_without_a_grade_have_no_next_one(company: SmallCompany) -> None:
    company.person("lin")
    company.person("chen")
    company.template(one_item("visits", target=100))
    company.did("chen", "06-10", visits=50)
    company.veto("chen", "06-11")
    scores = company.scores()
    for who in ("lin", "chen"):
        card = CardKey(who, "luxe", "ops")
        assert missing_for_next_grade(company.store, card, scores, scope=everything()) is None
    assert day("06-11").month == 6
