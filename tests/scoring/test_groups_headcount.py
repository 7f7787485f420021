"""Headcount, attrition and where everybody was, on companies small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.scoring.headcount import attrition, headcount, leavers
from perf_core.scoring.stays import absent_days, split_by_month, stays

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def people(**spans: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": pd.Series(list(spans), dtype="str"),
            "hire_date": pd.to_datetime([hired for hired, _ in spans.values()]),
            "leave_date": pd.to_datetime([left for _, left in spans.values()]),
        }
    )


def moves(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    """Assignments: person, from, to, brand."""
    return pd.DataFrame(
        {
            "employee_id": pd.Series([row[0] for row in rows], dtype="str"),
            "from_date": pd.to_datetime([row[1] for row in rows]),
            "to_date": pd.to_datetime([row[2] for row in rows]),
            "brand": [row[3] for row in rows],
            "region": "",
            "role": "service",
            "department": "",
            "manager_id": "",
        }
    )


def rates(found: pd.DataFrame, last: date = JUNE[1]) -> dict[str, float]:
    """Attrition by brand from the first of June on."""
    brands = sorted(set(found["brand"]))
    counts = (
        headcount(found, JUNE[0], by=["brand"]),
        headcount(found, last, by=["brand"]),
        leavers(found, by=["brand"]),
    )
    each = (count.reindex(brands, fill_value=0).to_numpy() for count in counts)
    return dict(zip(brands, attrition(*each).tolist(), strict=True))


def told(found: pd.DataFrame) -> list[tuple[str, str, str, str, int]]:
    return [
        (row.employee_id, f"{row.first:%m-%d}", f"{row.last:%m-%d}", row.brand, row.days)
        for row in found.itertuples()
    ]


def test_a_stay_ends_the_day_before_the_next_one_and_on_its_own_last_day() -> None:
    found = stays(
        people(Lin=("2025-01-01", None), Wu=("2025-01-01", None)),
        moves(
            ("Lin", "2025-01-01", None, "luxe"),
            ("Lin", "2026-06-11", None, "core"),
            ("Wu", "2025-01-01", "2026-06-04", "luxe"),
            ("Wu", "2026-06-10", None, "core"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert told(found) == [
        ("Lin", "06-01", "06-10", "luxe", 10),
        ("Lin", "06-11", "06-30", "core", 20),
        ("Wu", "06-01", "06-04", "luxe", 4),
        ("Wu", "06-05", "06-09", "", 5),  # employed, but nobody said where
        ("Wu", "06-10", "06-30", "core", 21),
    ]


def test_stays_cover_the_employed_days_and_no_others() -> None:
    found = stays(
        people(
            Hired=("2026-06-16", None),
            Gone=("2025-01-01", "2026-06-15"),
            Before=("2025-01-01", "2026-05-31"),
            After=("2026-07-01", None),
            Nowhere=("2026-06-20", "2026-06-21"),
        ),
        moves(
            ("Hired", "2026-06-01", None, "luxe"),
            ("Gone", "2025-01-01", None, "luxe"),
            ("Before", "2025-01-01", None, "luxe"),
            ("After", "2025-01-01", None, "luxe"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert told(found) == [
        ("Hired", "06-16", "06-30", "luxe", 15),
        ("Gone", "06-01", "06-15", "luxe", 15),
        ("Nowhere", "06-20", "06-21", "", 2),
    ]


def test_headcount_counts_from_the_hire_day_to_the_leave_day_by_the_assignment_of_the_day() -> None:
    found = stays(
        people(
            Lin=("2026-06-30", None),  # hired on the day: counted
            Wu=("2025-01-01", "2026-06-30"),  # leaves on the day: still counted
            Chen=("2025-01-01", "2026-06-29"),  # left the day before: not
            Zhao=("2026-07-01", None),  # hired the day after: not
            Sun=("2025-01-01", None),  # moved: counted where she is on the day
        ),
        moves(
            ("Lin", "2026-06-30", None, "luxe"),
            ("Wu", "2025-01-01", None, "luxe"),
            ("Chen", "2025-01-01", None, "luxe"),
            ("Zhao", "2026-07-01", None, "luxe"),
            ("Sun", "2025-01-01", None, "luxe"),
            ("Sun", "2026-06-30", None, "core"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert headcount(found, JUNE[1], by=["brand"]).to_dict() == {"luxe": 2, "core": 1}
    assert headcount(found, date(2026, 6, 29), by=["brand"]).to_dict() == {"luxe": 3}


def test_attrition_is_leavers_over_the_mean_of_first_and_last_day() -> None:
    # First day 4 (Lin, Wu, Chen, Sun); last day 3 (Lin, Sun, Hu): mean 3.5; leavers Wu, Chen.
    found = stays(
        people(
            Lin=("2025-01-01", None),
            Wu=("2025-01-01", "2026-06-01"),  # the first day is the last one worked
            Chen=("2025-01-01", "2026-06-29"),
            Sun=("2025-01-01", None),
            Hu=("2026-06-15", None),
            Old=("2025-01-01", "2026-05-31"),  # left before the period
        ),
        moves(
            *((name, "2025-01-01", None, "luxe") for name in ("Lin", "Wu", "Chen", "Sun", "Old")),
            ("Hu", "2026-06-15", None, "luxe"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert rates(found) == {"luxe": pytest.approx(2 / 3.5)}


def test_who_leaves_on_the_last_day_is_a_leaver_and_still_counted() -> None:
    found = stays(
        people(Lin=("2025-01-01", "2026-06-30"), Wu=("2025-01-01", None)),
        moves(("Lin", "2025-01-01", None, "luxe"), ("Wu", "2025-01-01", None, "luxe")),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert rates(found) == {"luxe": 1 / 2}


def test_a_leaver_counts_in_the_group_of_the_last_day_and_a_move_is_no_leaving() -> None:
    # luxe: 2 on the first day, 1 on the last; core: 0 and 0, with Wu gone in between.
    found = stays(
        people(Lin=("2025-01-01", None), Wu=("2025-01-01", "2026-06-20")),
        moves(
            ("Lin", "2025-01-01", None, "luxe"),
            ("Wu", "2025-01-01", None, "luxe"),
            ("Wu", "2026-06-11", None, "core"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    assert leavers(found, by=["brand"]).to_dict() == {"core": 1}
    rate = rates(found)
    assert rate["luxe"] == 0.0
    assert pd.isna(rate["core"])  # a mean of 0 is no data


def test_in_a_running_period_both_are_to_the_as_of_day() -> None:
    # To the 14th: 2 and 2 people, nobody gone yet.
    known = people(Lin=("2025-01-01", None), Wu=("2025-01-01", "2026-06-15"))
    where = moves(("Lin", "2025-01-01", None, "luxe"), ("Wu", "2025-01-01", None, "luxe"))
    for last, rate in ((date(2026, 6, 14), 0.0), (date(2026, 6, 15), 1 / 2)):
        found = stays(known, where, first=JUNE[0], last=last)
        assert rates(found, last)["luxe"] == rate


def test_absence_is_counted_once_and_ends_nothing() -> None:
    found = stays(
        people(Lin=("2025-01-01", None), Wu=("2025-01-01", None)),
        moves(
            ("Lin", "2025-01-01", None, "luxe"),
            ("Lin", "2026-06-11", None, "core"),
            ("Wu", "2025-01-01", None, "core"),
        ),
        first=JUNE[0],
        last=JUNE[1],
    )
    absences = pd.DataFrame(
        {
            "employee_id": ["Lin", "Lin", "Lin", "Lin"],
            "from_day": pd.to_datetime(["2026-05-25", "2026-06-01", "2026-06-09", "2026-06-29"]),
            "to_day": pd.to_datetime(["2026-06-03", "2026-06-02", "2026-06-12", "2026-07-10"]),
        }
    )
    # Lin in luxe (1..10): 1, 2, 3, 9, 10; in core (11..30): 11, 12, 29, 30.
    assert absent_days(found, absences).tolist() == [5, 4, 0]
    assert absent_days(found, absences.iloc[::-1]).tolist() == [5, 4, 0]
    assert headcount(found, date(2026, 6, 1), by=["brand"]).to_dict() == {"luxe": 1, "core": 1}


def test_stays_are_cut_where_a_month_begins() -> None:
    found = stays(
        people(Lin=("2025-01-01", "2026-07-15")),
        moves(("Lin", "2025-01-01", None, "luxe")),
        first=date(2026, 5, 30),
        last=date(2026, 8, 29),
    )
    pieces = split_by_month(found)
    assert told(pieces) == [
        ("Lin", "05-30", "05-31", "luxe", 2),
        ("Lin", "06-01", "06-30", "luxe", 30),
        ("Lin", "07-01", "07-15", "luxe", 15),
    ]
    assert pieces["employed_days"].tolist() == [31, 30, 15]


def test_an_empty_company_has_nobody_anywhere() -> None:
    found = stays(people(), moves(), first=JUNE[0], last=JUNE[1])
    assert len(found) == len(split_by_month(found)) == 0
    assert headcount(found, JUNE[1], by=["brand"]).empty
    assert rates(found) == {}


_DAY = st.integers(0, 60)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(_DAY, st.none() | _DAY, st.lists(st.tuples(_DAY, st.none() | _DAY), max_size=3)),
        min_size=1,
        max_size=4,
    ),
    st.integers(5, 40),
    st.integers(0, 15),
)
def test_every_employed_day_lies_in_exactly_one_stay(
    company: list[tuple[int, int | None, list[tuple[int, int | None]]]],
    first: int,
    length: int,
) -> None:
    start = pd.Timestamp("2026-05-01")

    def on(number: int | None) -> str | None:
        return None if number is None else f"{start + pd.Timedelta(days=number):%Y-%m-%d}"

    spans = {
        f"P{n}": (str(on(hired)), on(None if left is None else hired + left))
        for n, (hired, left, _) in enumerate(company)
    }
    rows = [
        (f"P{n}", str(on(begins)), on(None if ends is None else begins + ends), f"b{m}")
        for n, (_, _, places) in enumerate(company)
        for m, (begins, ends) in enumerate(dict(places).items())
    ]
    low, high = start + pd.Timedelta(days=first), start + pd.Timedelta(days=first + length)
    where = moves(*rows)
    found = stays(people(**spans), where, first=low.date(), last=high.date())
    again = stays(people(**spans), where.iloc[::-1], first=low.date(), last=high.date())
    pd.testing.assert_frame_equal(found, again)

    lived = [
        (row.employee_id, day)
        for row in split_by_month(found).itertuples()
        for day in pd.date_range(row.first, row.last)
    ]
    assert len(lived) == len(set(lived))
    assert set(lived) == {
        (name, day)
        for name, (hired, left) in spans.items()
        for day in pd.date_range(low, high)
        if pd.Timestamp(hired) <= day and (left is None or day <= pd.Timestamp(left))
    }
