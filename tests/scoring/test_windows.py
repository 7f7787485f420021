"""Which days a card covers: against a plain walk over the days."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.domain.period import Period, parse_period
from perf_core.scoring.windows import CardWindows, card_windows, compared_days


def days_of(text: str | date | None) -> pd.Timestamp:
    return pd.NaT if text is None else pd.Timestamp(text)  # type: ignore[return-value]


def frames(
    people: list[tuple[str, str, str | None]],
    assignments: list[tuple[str, str, str | None, str, str]],
    absences: list[tuple[str, str, str]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    def typed(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
        kinds = {name: "datetime64[s]" if name in names else "str" for name in frame.columns}
        return frame.astype(kinds)

    who = pd.DataFrame(people, columns=["employee_id", "hire_date", "leave_date"])
    held = pd.DataFrame(
        assignments, columns=["employee_id", "from_date", "to_date", "brand", "role"]
    )
    away = pd.DataFrame(absences or [], columns=["employee_id", "from_day", "to_day"])
    who["hire_date"] = [days_of(one) for one in who["hire_date"]]
    who["leave_date"] = [days_of(one) for one in who["leave_date"]]
    held["to_date"] = [days_of(one) for one in held["to_date"]]
    return (
        typed(who.assign(name="x"), "hire_date", "leave_date"),
        typed(held.assign(region="", department="", manager_id=""), "from_date", "to_date"),
        typed(away, "from_day", "to_day"),
    )


def windows(
    period: str, as_of: str, *given_frames: pd.DataFrame, least_share: float = 0.25
) -> CardWindows:
    return card_windows(
        *given_frames,
        period=parse_period(period),
        as_of=date.fromisoformat(as_of),
        least_share=least_share,
    )


def spans(segments: pd.DataFrame) -> list[tuple[int, str, str]]:
    return [
        (int(row.segment_id), str(row.first)[5:10], str(row.last)[5:10])
        for row in segments.itertuples()
    ]


def test_an_absence_cuts_a_window_in_two_and_the_compared_one_too() -> None:
    found = windows(
        "2026-06",
        "2026-06-30",
        *frames(
            [("lin", "2025-01-01", None)],
            [("lin", "2025-01-01", None, "luxe", "ops")],
            [("lin", "2026-06-11", "2026-06-12")],
        ),
    )
    assert spans(found.segments) == [(0, "06-01", "06-10"), (0, "06-13", "06-30")]
    assert spans(found.compared) == [(0, "05-01", "05-10"), (0, "05-13", "05-31")]
    card = found.cards.iloc[0]
    assert (card["days"], card["whole_days"], card["compared_days"]) == (28, 28, 29)


def test_absent_on_the_last_day_the_window_does_not_reach_the_end() -> None:
    found = windows(
        "2026-02",
        "2026-02-28",
        *frames(
            [("lin", "2025-01-01", None)],
            [("lin", "2025-01-01", None, "luxe", "ops")],
            [("lin", "2026-02-28", "2026-02-28")],
        ),
    )
    assert spans(found.compared) == [(0, "01-01", "01-27")]


def test_day_numbers_that_february_lacks_mean_its_last_day() -> None:
    period = parse_period("2026-03")
    everyone = frames(
        [("lin", "2025-01-01", None)],
        [("lin", "2025-01-01", None, "luxe", "ops")],
        [("lin", "2026-03-11", "2026-03-29")],
    )
    found = windows("2026-03", "2026-03-30", *everyone)
    assert spans(found.compared) == [(0, "02-01", "02-10"), (0, "02-28", "02-28")]
    assert found.cards["compared_days"].iloc[0] == 11
    assert compared_days(period, date(2026, 3, 1), date(2026, 3, 30)) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
    )


def test_a_leap_year_a_quarter_and_a_window() -> None:
    assert compared_days(parse_period("2028-03"), date(2028, 3, 1), date(2028, 3, 31)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )
    assert compared_days(parse_period("2026-Q2"), date(2026, 4, 1), date(2026, 6, 30)) == (
        date(2026, 1, 1),
        date(2026, 3, 31),
    )
    assert compared_days(parse_period("2026-Q2"), date(2026, 4, 1), date(2026, 4, 30)) == (
        date(2026, 1, 1),
        date(2026, 1, 30),
    )
    window = parse_period("2026-05-30..2026-08-29")
    assert compared_days(window, date(2026, 5, 30), date(2026, 6, 1)) == (
        date(2026, 2, 27),
        date(2026, 3, 1),
    )


@pytest.mark.parametrize(("to_date", "days"), [(None, 10), ("2026-06-05", 5), ("2026-06-25", 10)])
def test_an_assignment_ends_before_the_next_at_the_latest(to_date: str | None, days: int) -> None:
    found = windows(
        "2026-06",
        "2026-06-30",
        *frames(
            [("lin", "2025-01-01", None)],
            [
                ("lin", "2026-06-01", to_date, "luxe", "ops"),
                ("lin", "2026-06-11", None, "core", "ops"),
            ],
        ),
    )
    cards = found.cards.set_index("brand")
    assert (cards.loc["luxe", "days"], cards.loc["core", "days"]) == (days, 20)


def test_assignments_of_strangers_and_of_nobody_are_nothing() -> None:
    found = windows("2026-06", "2026-06-30", *frames([], [("ghost", "2026-01-01", None, "", "x")]))
    assert found.cards.empty
    assert found.segments.empty


# --- any company ----------------------------------------------------------------------------------

START = date(2026, 1, 20)
offsets = st.integers(0, 60)


@st.composite
def careers(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    people, held, away = [], [], []
    for n in range(draw(st.integers(1, 3))):
        who = f"p{n}"
        hired = START + timedelta(draw(offsets))
        left = hired + timedelta(draw(offsets)) if draw(st.booleans()) else None
        people.append((who, hired.isoformat(), left.isoformat() if left else None))
        days = sorted(draw(st.sets(offsets, min_size=1, max_size=4)))
        for start in days:
            end = start + draw(st.integers(0, 30)) if draw(st.booleans()) else None
            held.append(
                (
                    who,
                    (START + timedelta(start)).isoformat(),
                    (START + timedelta(end)).isoformat() if end is not None else None,
                    draw(st.sampled_from(["luxe", "core"])),
                    draw(st.sampled_from(["ops", "service"])),
                )
            )
        for _ in range(draw(st.integers(0, 3))):
            start = draw(offsets)
            away.append(
                (
                    who,
                    (START + timedelta(start)).isoformat(),
                    (START + timedelta(start + draw(st.integers(0, 9)))).isoformat(),
                )
            )
    return frames(people, held, away)


def place_on(
    day: date, who: str, people: pd.DataFrame, held: pd.DataFrame
) -> tuple[str, str] | None:
    at = pd.Timestamp(day)
    person = people[people["employee_id"] == who].iloc[0]
    if at < person["hire_date"] or at > person["leave_date"]:
        return None
    own = held[(held["employee_id"] == who) & (held["from_date"] <= at)].sort_values("from_date")
    if own.empty or at > own.iloc[-1]["to_date"]:
        return None
    return own.iloc[-1]["brand"], own.iloc[-1]["role"]


def is_away(day: date, who: str, away: pd.DataFrame) -> bool:
    at = pd.Timestamp(day)
    own = away[away["employee_id"] == who]
    return bool(((own["from_day"] <= at) & (own["to_day"] >= at)).any())


def walk(period: Period) -> list[date]:
    return [period.start + timedelta(n) for n in range(period.n_days)]


@settings(max_examples=25)
@given(
    careers(),
    st.sampled_from(["2026-02", "2026-03", "2026-W08", "2026-02-10..2026-03-05"]),
    st.integers(0, 31),
)
def test_a_plain_walk_over_the_days_finds_the_same(
    career: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], code: str, passed: int
) -> None:
    people, held, away = career
    period = parse_period(code)
    as_of = min(period.start + timedelta(passed), period.last_day)
    expected: dict[tuple[str, str, str], tuple[int, int, int | None]] = {}
    for who in people["employee_id"]:
        by_place: dict[tuple[str, str], list[date]] = {}
        present = 0
        for day in walk(period):
            person = people[people["employee_id"] == who].iloc[0]
            hired = person["hire_date"] <= pd.Timestamp(day)
            gone = pd.Timestamp(day) > person["leave_date"]
            if is_away(day, who, away) or not hired or gone:
                continue
            present += 1
            place = place_on(day, who, people, held)
            if place is not None:
                by_place.setdefault(place, []).append(day)
        if present * 4 < period.n_days:
            continue
        for place, days in by_place.items():
            elapsed = [day for day in days if day <= as_of]
            if elapsed:
                before = walked_back(elapsed, period)
                same = all(place_on(day, who, people, held) == place for day in before)
                expected[who, *place] = (len(elapsed), len(days), len(before) if same else None)
    found = card_windows(people, held, away, period=period, as_of=as_of)
    got = {
        (row.employee_id, row.brand, row.role): (
            row.days,
            row.whole_days,
            None if pd.isna(row.compared_days) else row.compared_days,
        )
        for row in found.cards.itertuples()
    }
    assert got == expected
    length = (found.segments["last"] - found.segments["first"]).dt.days + 1
    sums = length.groupby(found.segments["segment_id"]).sum()
    assert sums.tolist() == found.cards["days"].tolist(), "the parts make the whole"


def walked_back(days: list[date], period: Period) -> set[date]:
    """The compared days, one run at a time."""
    found: set[date] = set()
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(1):
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        first, last = compared_days(period, run[0], run[-1])
        found |= {first + timedelta(n) for n in range((last - first).days + 1)}
    return found
