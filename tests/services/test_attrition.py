"""Who leaves: the rates that groups have, with intervals; how long people stay; who they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from perf_core.analysis.intervals import wilson
from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.frames import CARDS, empty
from perf_core.domain.period import parse_period
from perf_core.services.attrition import (
    TENURE,
    attrition_rates,
    people_of_curve,
    people_of_rate,
    retention_curves,
)
from perf_core.services.compare_groups import compare_groups
from perf_core.services.leavers import Leavers, leavers_of, months_needed
from perf_core.services.score_period import PeriodScores
from perf_core.store.engine import Store
from tests.services.compared_company import Company
from tests.services.test_compare_by_sql import random_company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
YEAR = parse_period("2025-07-01..2026-06-30")


@pytest.mark.parametrize("seed", range(3))
def test_rates_are_those_of_groups_with_their_wilson_interval(
    sqlite_store: Store, seed: int
) -> None:
    random_company(sqlite_store, seed)
    period = parse_period("2026-Q2")
    for axis in ("brand", "region", "role"):
        found = attrition_rates(
            sqlite_store, period, axis=axis, within={}, scope=everything()
        ).groups
        told = compare_groups(sqlite_store, period, by=(axis,), scope=everything()).groups
        rates = told.set_index(axis)["attrition"].reindex(found["code"])
        assert found["rate"].to_numpy() == pytest.approx(rates.to_numpy(), nan_ok=True)
        interval = wilson(found["left"], (found["at_start"] + found["at_end"]) / 2)
        assert found[["low", "high"]].to_numpy() == pytest.approx(interval.to_numpy(), nan_ok=True)
        known = found.dropna(subset=["low", "rate"])
        assert (known["low"] <= known["rate"]).all()
        assert (known["rate"] <= known["high"]).all()


@pytest.fixture
def leaving(sqlite_store: Store) -> Store:
    with Company(sqlite_store) as company:
        for number in range(6):
            company.person(f"S{number}", brand="luxe", hired="2023-01-01")
        company.person("Early", brand="luxe", hired="2026-02-01", left="2026-03-15")
        company.person("Later", brand="luxe", hired="2025-10-31", left="2026-03-31")
        company.person(
            "Moved",
            ("2024-01-01", {"brand": "luxe"}),
            ("2026-02-01", {"brand": "core"}),
            hired="2024-01-01",
            left="2026-05-31",
        )
        company.loaded("orders", "2025-07-01", "2026-06-30")
    return sqlite_store


def test_by_tenure_those_who_left_in_a_band_are_set_against_all_who_were_in_it(
    leaving: Store,
) -> None:
    found = attrition_rates(leaving, YEAR, axis=TENURE, within={}, scope=everything())
    rows = found.groups.set_index("code")
    # Early left in the second month; Later in the sixth: hired on the 31st, five months on the
    # 31st of March, its sixth month begins.
    assert rows["left"].to_dict() == {"0-3": 1, "3-6": 1, "12-24": 0, "24-60": 1}
    assert rows["n"].to_dict() == {"0-3": 2, "3-6": 1, "12-24": 1, "24-60": 7}
    assert rows.loc["3-6", "rate"] == 1.0
    assert rows["is_few"].to_dict() == {"0-3": True, "3-6": True, "12-24": True, "24-60": False}
    assert found.whole["left"] == 3
    assert found.whole["n"] == (7 + 6) / 2


def test_a_leaver_counts_in_the_group_of_the_last_day_and_limits_narrow(leaving: Store) -> None:
    found = attrition_rates(leaving, YEAR, axis="brand", within={}, scope=everything()).groups
    assert found.set_index("code")["left"].to_dict() == {"core": 1, "luxe": 2}
    # One left core, where nobody was on the first nor on the last day: no rate, no interval.
    core = found.set_index("code").loc["core"]
    assert core[["rate", "low", "high"]].isna().all()
    only = attrition_rates(leaving, YEAR, axis="brand", within={"brand": ["luxe"]},
                           scope=everything())  # fmt: skip
    assert only.groups["code"].tolist() == ["luxe"]
    line = Scope(Viewer(ViewerKind.MANAGER, "S1"), frozenset({"S1", "Early"}), PayRight.NONE)
    own = attrition_rates(leaving, YEAR, axis="brand", within={}, scope=line)
    assert own.whole["left"] == 1


def test_who_was_hired_before_the_watch_joins_with_the_tenure_held(leaving: Store) -> None:
    def curve(brand: str = "") -> dict[float, Any]:
        found = retention_curves(
            leaving,
            since=date(2025, 7, 1),
            until=date(2026, 6, 30),
            axis="brand" if brand else "",
            within={},
            scope=everything(),
        )
        steps = (found.curves[brand] if brand else found.whole).steps
        return {row.time: (row.at_risk, row.share) for row in steps.itertuples()}

    # Moved left after 882 days beside nobody of that tenure but those hired in 2023 (912 days on
    # the first day of the watch): too few are watched before, so the curve is of the latter.
    assert not curve()
    since = date(2025, 7, 1)
    assert (since - date(2023, 1, 1)).days == 912
    with Company(leaving) as company:
        for number in range(3):
            company.person(f"T{number}", brand="luxe", hired="2024-01-01")
            company.person(f"U{number}", brand="luxe", hired="2025-08-01")
            company.person(f"V{number}", brand="luxe", hired="2024-10-01")
    found = curve()
    # Of tenure 43 (Early's last day + 1): Early, Later and three hired in August 2025.
    assert found[43.0] == (5, pytest.approx(0.8))
    # Later went after 152 days beside the three of August.
    assert found[152.0] == (4, pytest.approx(0.8 * 0.75))
    # Moved: 882 days, beside T0, T1, T2, who were hired on the same day.
    assert found[882.0] == (4, pytest.approx(0.8 * 0.75 * 0.75))
    luxe = curve("luxe")
    assert 882.0 not in luxe  # the time in luxe ended with the move, and is no leaving there


def scores(month: str, totals: dict[str, tuple[float, str]]) -> PeriodScores:
    cards = pd.DataFrame(
        {
            "employee_id": list(totals),
            "total": [total for total, _grade in totals.values()],
            "grade": [grade for _total, grade in totals.values()],
            "complete": True,
            "days": 30.0,
        }
    )
    period = parse_period(month)
    cards = empty(CARDS).reindex(columns=[*CARDS.columns]).iloc[:0].combine_first(cards)
    return PeriodScores(period, period.last_day, cards, cards.iloc[:0], cards.iloc[:0])


def told(store: Store, scope: Scope) -> Leavers:
    by_month = {
        "2026-01": scores("2026-01", {"Later": (110, "excellent"), "S0": (120, "excellent")}),
        "2026-03": scores("2026-03", {"Later": (85, "good"), "Early": (60, "improve")}),
        "2026-06": scores("2026-06", {"S0": (90, "good"), "S1": (101, "excellent")}),
    }
    return leavers_of(store, YEAR, within={}, scope=scope, scores=by_month)


def test_leavers_stand_beside_those_who_stayed(leaving: Store) -> None:
    months = [one.code for one in months_needed(leaving, YEAR, within={}, scope=everything())]
    assert months == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    found = told(leaving, everything())
    people = found.people.set_index("employee_id")
    assert people.index.tolist() == ["Moved", "Later", "Early"]
    assert people.loc["Later", ["total", "grade", "was_top"]].tolist() == [85, "good", True]
    assert people.loc["Early", "was_top"] == np.False_
    assert np.isnan(people.loc["Moved", "total"])
    assert people.loc["Moved", "brand"] == "core"
    # S0's top grade is of January: more than three months before the end.
    assert found.standing.loc["left", ["people", "n", "top"]].tolist() == [3, 2, 1]
    assert found.standing.loc["stayed", ["people", "n", "top"]].tolist() == [6, 2, 1]
    assert found.lost_top[["n", "left", "share"]].tolist() == [2, 1, 0.5]


def test_reasons_are_those_of_hr_and_not_of_a_few(leaving: Store) -> None:
    assert "leave_reason" in told(leaving, everything()).people
    found = told(leaving, EXECUTIVE)
    assert "leave_reason" not in found.people
    assert found.reasons["left"].sum() == 3
    line = Scope(Viewer(ViewerKind.MANAGER, "S1"), frozenset({"S1", "Early"}), PayRight.NONE)
    found = told(leaving, line)
    assert found.people["employee_id"].tolist() == ["Early"]
    assert found.reasons_withheld
    assert found.reasons.empty


def test_the_people_behind_a_rate_and_a_curve_are_those_it_counts(sqlite_store: Store) -> None:
    random_company(sqlite_store, 1)
    since, until = YEAR.start, YEAR.last_day
    for axis in ("brand", TENURE):
        found = attrition_rates(sqlite_store, YEAR, axis=axis, within={}, scope=everything())
        for row in [*found.groups.to_dict("records"), {**found.whole.to_dict(), "code": None}]:
            people = people_of_rate(
                sqlite_store, YEAR, axis=axis, code=row["code"], within={}, scope=everything()
            )
            told = {name: int(people[name].sum()) for name in ("left", "at_start", "at_end")}
            assert told == {name: row[name] for name in told}, (axis, row["code"])
    asked = {"since": since, "until": until, "within": {}, "scope": everything()}
    curves = retention_curves(sqlite_store, axis="brand", **asked)
    for code, curve in {**curves.curves, "": curves.whole}.items():
        spells = people_of_curve(sqlite_store, axis="brand", code=code, **asked)
        assert int(spells["is_left"].sum()) >= curve.n_left
        assert len(spells) >= curve.n_spells
        for step in curve.steps.to_dict("records"):
            watched = (spells["entry"] < step["time"]) & (spells["end"] >= step["time"])
            gone = spells["is_left"] & (spells["end"] == step["time"])
            assert (int(watched.sum()), int(gone.sum())) == (step["at_risk"], step["left"])
