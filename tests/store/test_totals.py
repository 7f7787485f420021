"""Sums over runs of days: whichever way they are read, they are the sums of the daily rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perf_core.store import day_runs
from perf_core.store.company import read_company
from perf_core.store.day_runs import cut
from perf_core.store.engine import Store
from perf_core.store.totals import Money, uncredited_totals, window_totals
from tests.services.small_company import TABLES, SmallCompany, day

FIRST, LAST = date(2026, 4, 20), date(2026, 7, 10)
CODES = ["orders", "revenue", "visits"]


def segments(*rows: tuple[int, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["segment_id", "employee_id", "first", "last"])
    frame["segment_id"] = frame["segment_id"].astype("int64")
    for name in ("first", "last"):
        days = [pd.Timestamp(day(one)) for one in frame[name]]
        frame[name] = pd.Series(days, dtype="datetime64[s]")
    return frame


def told(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [(str(row.employee_id), str(row.first), str(row.last)) for row in frame.itertuples()]


def runs_of(text: str, until: str, data_day: str | None) -> tuple[list[str], list[str]]:
    months, days = cut(segments((0, "lin", text, until)), day(data_day) if data_day else None)
    return tuple(
        [f"{first}..{last}" for first, last in zip(runs.first, runs.last, strict=True)]
        for runs in (months, days)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("first", "last", "data_day", "months", "days"),
    [
        ("06-01", "06-30", None, ["2026-06-01..2026-06-01"], []),
        ("06-02", "06-30", None, [], ["2026-06-02..2026-06-30"]),
        ("06-01", "06-29", None, [], ["2026-06-01..2026-06-29"]),
        ("06-01", "06-17", "06-17", ["2026-06-01..2026-06-01"], []),
        ("06-01", "06-17", "06-18", [], ["2026-06-01..2026-06-17"]),
        ("06-02", "06-17", "06-17", [], ["2026-06-02..2026-06-17"]),
        (
            "04-20",
            "07-10",
            None,
            ["2026-05-01..2026-06-01"],
            ["2026-04-20..2026-04-30", "2026-07-01..2026-07-10"],
        ),
        ("05-31", "06-01", None, [], ["2026-05-31..2026-06-01"]),
        ("05-01", "06-30", None, ["2026-05-01..2026-06-01"], []),
    ],
)
def test_a_run_is_cut_into_whole_months_and_days(
    first: str, last: str, data_day: str | None, months: list[str], days: list[str]
) -> None:
    assert runs_of(first, last, data_day) == (months, days)


class Filled:
    """Twelve weeks of five people, two channels and two currencies, and of nobody."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.company = SmallCompany(store, loaded_to="07-10")
        self.company.put("rates", *(_rate(month) for month in (4, 5, 6)))
        random = np.random.default_rng(5)
        rows = []
        for offset in range((LAST - FIRST).days + 1):
            for who in ("a", "b", "c", "d", ""):
                for channel in ("tmall", "jd"):
                    if random.random() < 0.4:
                        foreign = random.random() < 0.2 and who != "d"
                        rows.append(
                            {
                                "day": FIRST + timedelta(offset),
                                "employee_id": "" if channel == "jd" else who,
                                "credited_to": who,
                                "brand": "" if who else "luxe",
                                "region": "",
                                "channel": channel if who else f"{channel}:{offset % 3}",
                                "currency": "USD" if foreign else "",
                                "visits": None if foreign else int(random.integers(0, 9)),
                                "orders": None if who == "c" else int(random.integers(0, 9)),
                                "revenue": int(random.integers(0, 10**7)),
                            }
                        )
        daily = pd.DataFrame(rows)
        # A row of nobody's own but somebody's channel keeps its place in the key.
        daily["employee_id"] = daily["credited_to"]
        self.daily = daily
        self.company.put("daily_measures", *_records(daily))
        monthly = daily.assign(month=[one.replace(day=1) for one in daily["day"]])
        keys = ["month", "employee_id", "brand", "region", "channel", "currency"]
        sums = monthly.groupby(keys)[CODES].sum(min_count=1).reset_index()
        self.company.put("monthly_measures", *_records(sums))
        with store.reading() as connection:
            self.money = Money({}, read_company(connection).rates)

    def expected(self, asked: pd.DataFrame, *extra: str) -> dict[tuple[Any, ...], list[float]]:
        sums: dict[tuple[Any, ...], list[float]] = {}
        for row in asked.itertuples():
            first, last = row.first.date(), row.last.date()
            own = self.daily[
                (self.daily["credited_to"] == row.employee_id)
                & (self.daily["day"] >= first)
                & (self.daily["day"] <= last)
            ]
            for one in own.to_dict("records"):
                key = (row.segment_id, *(one[name] for name in extra))
                cell = sums.setdefault(key, [np.nan] * len(CODES))
                for at, code in enumerate(CODES):
                    value = one[code]
                    if value is None or np.isnan(value):
                        continue
                    if code == "revenue":
                        rate = 6.0 + one["day"].month / 10 if one["currency"] else 1.0
                        value = value * rate / 10_000
                        if one["currency"] and one["day"].month == 7:
                            value = np.inf  # no rate
                    cell[at] = value if np.isnan(cell[at]) else cell[at] + value
        return {
            key: [np.nan if np.isinf(one) else one for one in cell] for key, cell in sums.items()
        }


def _rate(month: int) -> dict[str, Any]:
    return {"month": date(2026, month, 1), "currency": "USD", "rate": 6.0 + month / 10}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype("object").where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Filled]:
    stores = request.getfixturevalue(f"{request.param}_stores")
    store = Store(stores.fresh("schema"))
    yield Filled(store)
    store.dispose()


def assert_same(
    got: pd.DataFrame, keys: list[str], expected: dict[tuple[Any, ...], list[float]]
) -> None:
    found = {
        tuple(row[name] for name in keys): [row[code] for code in CODES]
        for row in got.to_dict("records")
    }
    assert found.keys() == expected.keys()
    for key, cell in expected.items():
        assert found[key] == pytest.approx(cell, rel=1e-12, nan_ok=True), key


offsets = st.integers(0, (LAST - FIRST).days)


@st.composite
def asks(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for segment_id in range(draw(st.integers(1, 8))):
        start, end = sorted((draw(offsets), draw(offsets)))
        who = draw(st.sampled_from(["a", "b", "c", "d", "nobody here"]))
        rows.append(
            (
                segment_id,
                who,
                (FIRST + timedelta(start)).isoformat(),
                (FIRST + timedelta(end)).isoformat(),
            )
        )
    return segments(*rows)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asks(), st.sampled_from([1, 3, 40]), st.booleans())
def test_any_runs_are_the_sums_of_their_days(
    filled: Filled, asked: pd.DataFrame, shared_by: int, by_channel: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day_runs, "SHARED_BY", shared_by)
        with filled.store.reading() as connection:
            got = window_totals(
                connection,
                asked,
                CODES,
                money=filled.money,
                data_day=LAST,
                by_channel=by_channel,
            )
    extra = ["channel"] if by_channel else []
    assert_same(got, ["segment_id", *extra], filled.expected(asked, *extra))


def test_rows_of_nobody_are_summed_by_brand_region_and_channel(filled: Filled) -> None:
    spans = segments(
        (0, "", "04-25", "06-30"), (1, "", "06-02", "06-20"), (2, "", "06-02", "06-20")
    )
    with filled.store.reading() as connection:
        got = uncredited_totals(
            connection,
            spans.drop(columns="employee_id"),
            CODES,
            money=filled.money,
            data_day=LAST,
        )
    extra = ["brand", "region", "channel"]
    assert_same(got, ["segment_id", *extra], filled.expected(spans, *extra))


def test_segments_of_one_id_are_added_up(filled: Filled) -> None:
    two = segments((7, "a", "05-01", "05-31"), (7, "a", "06-05", "06-09"))
    with filled.store.reading() as connection:
        got = window_totals(connection, two, CODES, money=filled.money, data_day=LAST)
    assert_same(got, ["segment_id"], filled.expected(two))


def test_nothing_asked_is_nothing_answered(filled: Filled) -> None:
    with filled.store.reading() as connection:
        none = window_totals(connection, segments(), CODES, money=filled.money, data_day=LAST)
        no_codes = window_totals(
            connection, segments((0, "a", "05-01", "05-31")), [], money=filled.money, data_day=LAST
        )
    assert none.empty
    assert list(none.columns) == ["segment_id", *CODES]
    assert no_codes.empty
    assert TABLES["daily_measures"] is not None


def _absent_in_june(store: Store, values: dict[str, list[float | None]]) -> pd.DataFrame:
    """Sums over June without the 10th and 11th, from values of the 9th, 10th and 11th."""
    company = SmallCompany(store, loaded_to="06-30")
    key = dict.fromkeys(("brand", "region", "channel", "currency"), "") | {"employee_id": "a"}
    days = [
        {"day": date(2026, 6, 9 + at), "credited_to": "a", **key}
        | {code: column[at] for code, column in values.items()}
        for at in range(3)
    ]
    known = {code: [one for one in column if one is not None] for code, column in values.items()}
    month = {code: sum(column) if column else None for code, column in known.items()}
    company.put("daily_measures", *days)
    company.put("monthly_measures", {"month": date(2026, 6, 1), **key, **month})
    asked = segments((4, "a", "06-01", "06-09"), (4, "a", "06-12", "06-30"))
    money = Money({}, pd.DataFrame(columns=["month", "currency", "rate"]))
    with store.reading() as connection:
        return window_totals(connection, asked, values, money=money, data_day=day("06-30"))


def test_a_month_less_the_days_of_absence_tells_nothing_from_no_data(store: Store) -> None:
    sums = _absent_in_june(
        store,
        {
            "visits": [None, 5, 6],  # only on days of absence
            "orders": [0, 5, 6],  # nothing left, but a day with data
            "complaints": [0, 0, None],
            "parcels": [7, 5, None],
            "tests_points": [0.1, 0.2, 0.7],  # a difference would be 0.1 and a little
            "requests": [3, None, None],
            "revenue": [12_345, 99_999, 1],
        },
    )
    row = sums.set_index("segment_id").loc[4]
    assert np.isnan(row["visits"])
    assert row.drop("visits").to_dict() == {
        "orders": 0.0,
        "complaints": 0.0,
        "parcels": 7.0,
        "tests_points": 0.1,
        "requests": 3.0,
        "revenue": 1.2345,
    }


def test_days_without_a_row_have_no_sum_at_all(store: Store) -> None:
    company = SmallCompany(store, loaded_to="06-30")
    key = dict.fromkeys(("brand", "region", "channel", "currency"), "") | {"employee_id": "a"}
    company.put(
        "daily_measures", {"day": date(2026, 6, 10), "credited_to": "a", **key, "visits": 5}
    )
    company.put("monthly_measures", {"month": date(2026, 6, 1), **key, "visits": 5})
    asked = segments((4, "a", "06-01", "06-09"), (4, "a", "06-11", "06-30"))
    money = Money({}, pd.DataFrame(columns=["month", "currency", "rate"]))
    with store.reading() as connection:
        sums = window_totals(connection, asked, ["visits"], money=money, data_day=day("06-30"))
    assert sums.empty
