"""The team's table and the list of who needs attention, on cards made by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perf_core.domain.period import parse_period
from perf_core.services.overview import attention, lines_with_place, on_track_share
from perf_core.services.person import person_past
from perf_core.services.score_period import PeriodScores
from perf_core.services.team import card_pace, team_table

NAN = float("nan")


def scores(period: str, *cards: tuple[str, float, list[tuple[str, float, float]]]) -> PeriodScores:
    """Cards of ops people: name, total, and lines of (indicator, weight, points)."""
    rows, lines = [], []
    for number, (name, total, items) in enumerate(cards):
        rows.append(
            {
                "card_id": number,
                "employee_id": name,
                "name": name,
                "brand": "luxe",
                "role": "ops",
                "total": total,
                "complete": bool(items),
                "vetoed": name == "Vic",
                "rank": NAN,
                "of": NAN,
                "grade": "",
            }
        )
        lines += [
            {
                "card_id": number,
                "employee_id": name,
                "position": at,
                "indicator": indicator,
                "weight": weight,
                "effective_weight": weight,
                "actual": points / weight,
                "target": 1.0,
                "achievement": points / weight,
                "points": points,
                "status": "scored",
            }
            for at, (indicator, weight, points) in enumerate(items)
        ]
    people = pd.DataFrame({"employee_id": [row["employee_id"] for row in rows]})
    return PeriodScores(
        parse_period(period), date(2026, 6, 17), pd.DataFrame(rows), pd.DataFrame(lines), people
    )


def progress(of: PeriodScores, *, pace: float = 1.0) -> pd.DataFrame:
    found = of.lines[["card_id", "employee_id", "position", "indicator"]].copy()
    return found.assign(progress=0.5 * pace, expected=0.5, pace=pace)


MAY = scores(
    "2026-05",
    ("Lin", 100, [("conversion", 60, 60), ("visits", 40, 40)]),
    ("Wu", 75, [("conversion", 60, 35), ("visits", 40, 40)]),
)
JUNE = scores(
    "2026-06",
    ("Lin", 85, [("conversion", 60, 60), ("visits", 40, 25)]),
    ("Wu", 76, [("conversion", 60, 36), ("visits", 40, 40)]),
    ("Vic", 0, [("conversion", 60, 60), ("visits", 40, 40)]),
    ("New", 0, []),
)


def table() -> pd.DataFrame:
    return team_table(JUNE, progress=progress(JUNE), earlier=[MAY], pass_mark=80)


def test_a_card_stands_beside_its_past_and_its_weakest_line() -> None:
    rows = table().set_index("employee_id")
    assert rows.loc["Lin", "change"] == -15
    assert rows.loc["Lin", "trend"] == (100.0, 85.0)
    assert rows.loc["Lin", "weakest"] == "visits"
    assert rows.loc["Lin", "lost"] == 15
    assert rows.loc["Vic", "trend"] == (None, 0.0)
    assert rows.loc["New", "trend"] == (None, None)
    assert rows["is_behind"].to_dict() == {"Lin": False, "Wu": True, "Vic": True, "New": False}


def test_the_list_says_who_and_by_which_indicator_the_breach_first() -> None:
    listed = attention(table(), lines=JUNE.lines, before=lines_with_place(MAY))
    told = listed[["employee_id", "reason", "indicator"]].to_numpy().tolist()
    assert told[0][:2] == ["Vic", "vetoed"]
    assert sorted(told[1:]) == [["Lin", "fell", "visits"], ["Wu", "behind", "conversion"]]
    lin = listed.set_index("employee_id").loc["Lin"]
    assert lin["points_change"] == -15


def test_nobody_to_list_is_an_empty_list() -> None:
    calm = scores("2026-06", ("Lin", 100, [("conversion", 100, 100)]))
    rows = team_table(calm, progress=progress(calm), earlier=[], pass_mark=80)
    assert attention(rows, lines=calm.lines, before=None).empty


def test_one_runaway_line_does_not_hide_the_others() -> None:
    paced = progress(JUNE)
    paced.loc[paced["indicator"] == "conversion", "pace"] = 9.0
    paced.loc[paced["indicator"] == "visits", "pace"] = 0.5
    # 60 × 1.2 + 40 × 0.5 = 92 of 100
    assert card_pace(JUNE.lines, paced).loc[0, "pace"] == pytest.approx(0.92)
    assert on_track_share(pd.DataFrame({"pace": [0.92, 1.0, NAN]})) == 0.5
    assert on_track_share(pd.DataFrame({"pace": [NAN]})) is None


def test_the_median_of_few_others_is_kept_back() -> None:
    few = person_past([JUNE], employee_id="Lin", brand="luxe", role="ops")
    assert few.totals == (85.0,)
    assert few.peers == (None,)
    many = scores(
        "2026-06",
        *(
            (name, total, [("conversion", 100, total)])
            for name, total in [("Lin", 85), ("A", 60), ("B", 70), ("C", 90), ("D", 100)]
        ),
    )
    assert person_past([many], employee_id="Lin", brand="luxe", role="ops").peers == (80.0,)
