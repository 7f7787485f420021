"""What an executive is told of new people's pay tells of nobody: everything asked, then solved.

The demo companies are walked through day by day, without the services, to see what each told
figure is a sum of; whether one or two people can be worked out of all of them is linear algebra.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest

from perf_core.demo.company import DATA_DAY, Seat, Stint, make_company
from perf_core.demo.company import Company as DemoCompany
from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.period import Period, parse_period
from perf_core.services.compare_groups import groups_from, read_compared_months
from perf_core.services.new_hires import WHOLE, new_hires, read_hire_pieces
from perf_core.store.engine import Store
from tests.services.compared_company import Company

EXECUTIVE = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
AXES = ("brand", "role", "region", "department")
NO_REVENUE = {"design", "service", "warehouse", "hr", "management"}
MONTHS = ("2025-12", "2026-01", "2026-05", "2026-06")
WINDOWS = ("2026-05", "2026-06", "2026-05-05..2026-05-20", "2025-12-01..2026-01-31")


def place(store: Store, people: int) -> pd.DataFrame:
    """Write a demo company's people and pay; give who was where on which day, as the demo says."""
    made = make_company(people)
    with Company(store) as company:
        company.loaded("tickets", "2025-01-01", DATA_DAY.isoformat())
        for one in made.persons:
            company.person(
                one.employee_id,
                *(
                    (stint.start.isoformat(), _held(stint.seat))
                    for stint in made.stints
                    if stint.employee_id == one.employee_id
                ),
                hired=one.hired.isoformat(),
                left=None if one.left is None else one.left.isoformat(),
            )
            for month in ("2025-11", "2025-12", "2026-01", "2026-04", "2026-05"):
                whole = parse_period(month)
                if one.hired <= whole.last_day and (one.left or DATA_DAY) >= whole.start:
                    company.pay(one.employee_id, month, 5000.0)
    days = pd.DataFrame(_days(made)).astype(dict.fromkeys(AXES, "category"))
    return days.assign(day=pd.to_datetime(days["day"]))


def _held(seat: Seat) -> dict[str, str]:
    return {axis: getattr(seat, axis) for axis in AXES}


def _days(made: DemoCompany) -> Iterator[dict[str, object]]:
    hired = {one.employee_id: one.hired for one in made.persons}
    left = {one.employee_id: one.left or DATA_DAY for one in made.persons}
    # June has no pay yet: base pay stands in, for those here in June that of May.
    base_in_may = {
        who for who in hired if hired[who] <= date(2026, 5, 31) and left[who] >= date(2026, 5, 1)
    }
    stints: dict[str, list[Stint]] = {}
    for stint in sorted(made.stints, key=lambda one: one.start):
        stints.setdefault(stint.employee_id, []).append(stint)
    for who, mine in stints.items():
        starts = [one.start for one in mine] + [date.max]
        for stint, (begins, follows) in zip(mine, pairwise(starts), strict=True):
            for code in MONTHS:
                month = parse_period(code)
                day = max(begins, hired[who], month.start)
                end = min(follows - timedelta(days=1), left[who], month.last_day, DATA_DAY)
                while day <= end:
                    half = (day.year, day.month > 6)
                    of_hire = (hired[who].year, hired[who].month > 6)
                    before = (day.year, False) if half[1] else (day.year - 1, True)
                    yield {
                        "who": who,
                        "month": code,
                        "day": day,
                        "is_new": of_hire in (half, before),
                        "has_pay": code != "2026-06" or who in base_in_may,
                        **_held(stint.seat),
                    }
                    day += timedelta(days=1)


def limits(days: pd.DataFrame) -> list[dict[str, list[str]]]:
    """Nothing, each brand and role with revenue, all brands but one, and a brand and a role."""
    brands = sorted(days["brand"].unique())
    roles = sorted(set(days["role"]) - NO_REVENUE)
    found: list[dict[str, list[str]]] = [{}, *({"role": [role]} for role in roles)]
    if len(brands) > 1:
        found += [{"brand": [brand]} for brand in brands if brand]
        found += [{"brand": [one for one in brands if one != brand]} for brand in brands[-2:]]
        found.append({"brand": [brands[-1]], "role": [roles[0]]})
    return found


class Asked:
    """Every figure told to an executive, as days of pay by person and month."""

    def __init__(self, days: pd.DataFrame) -> None:
        self.days = days
        self.is_paid = days["has_pay"].to_numpy()
        held = days.loc[self.is_paid].groupby(["who", "month"])
        self.columns = held.size().index
        self.column = np.zeros(len(days), dtype=np.int64)
        self.column[self.is_paid] = held.ngroup()
        self.rows: list[np.ndarray] = []

    def tell(self, inside: pd.Series) -> None:
        mine = self.column[inside.to_numpy() & self.is_paid]
        self.rows.append(np.bincount(mine, minlength=len(self.columns)))

    def within(self, period: Period, limit: dict[str, list[str]]) -> pd.Series:
        day = self.days["day"]
        inside = (day >= pd.Timestamp(period.start)) & (day <= pd.Timestamp(period.last_day))
        for axis, codes in limit.items():
            inside &= self.days[axis].isin(codes)
        return inside

    def singled_out(self) -> list[Sequence[str]]:
        """Whoever, alone or with one other, some combination of the told figures is about.

        The told rows span what can be worked out. It holds a vector about some columns alone
        exactly if the projection beside the span, cut to them, is not of full rank.
        """
        told = np.unique(np.array(self.rows, dtype=float), axis=0)
        _u, sizes, axes = np.linalg.svd(told, full_matrices=False)
        span = axes[sizes > sizes[0] * 1e-10]
        beside = np.eye(told.shape[1]) - span.T @ span
        who = self.columns.get_level_values("who")
        at = {one: np.flatnonzero(who == one) for one in who.unique()}
        # Who is in no told figure at all is not told of either, and hides nobody.
        found: list[Sequence[str]] = []
        for some in (combinations(at, 1), combinations(at, 2)):
            by_size: dict[int, list[tuple[Sequence[str], np.ndarray]]] = {}
            for people in some:
                columns = np.concatenate([at[one] for one in people])
                by_size.setdefault(len(columns), []).append((people, columns))
            for alike in by_size.values():
                where = np.stack([columns for _people, columns in alike])
                blocks = beside[where[:, :, None], where[:, None, :]]
                is_told = np.linalg.eigvalsh(blocks)[:, 0] < 1e-9
                found += [people for (people, _), told in zip(alike, is_told, strict=True) if told]
        return found


@pytest.mark.parametrize("people", [28, pytest.param(200, marks=pytest.mark.slow)])
def test_nobody_can_be_worked_out_of_all_that_is_told(sqlite_store: Store, people: int) -> None:
    days = place(sqlite_store, people)
    asked = Asked(days)
    earns = ~days["role"].isin(NO_REVENUE)
    n_new = n_settled = 0
    months = read_compared_months(sqlite_store, [parse_period(code) for code in MONTHS])
    for by in [(), *((axis,) for axis in AXES), *combinations(AXES, 2), *combinations(AXES, 3)]:
        found = groups_from(months, by=by, scope=EXECUTIVE, parts={"people", "pay"}).groups
        for row in found[found["pay_cost"].notna()].itertuples():
            limit = {axis: [getattr(row, axis)] for axis in by}
            asked.tell(asked.within(parse_period(row.period), limit))
    for code in WINDOWS if people < 100 else WINDOWS[::3]:
        period = parse_period(code)
        read = read_hire_pieces(
            sqlite_store, first=period.start, last=min(period.last_day, DATA_DAY)
        )
        for limit in limits(days):
            inside = asked.within(period, limit) & earns
            for axis in AXES:
                groups = new_hires(read, axis=axis, within=limit, scope=EXECUTIVE).groups
                for row in groups.itertuples():
                    mine = inside if row.code == WHOLE else inside & (days[axis] == row.code)
                    new = mine & days["is_new"]
                    if not np.isnan(row.pay_cost):
                        asked.tell(new)
                        n_new += 1
                        assert days.loc[new & days["has_pay"], "who"].nunique() == row.n_paid >= 3
                    if not np.isnan(row.settled_pay_cost):
                        roles = days.loc[new, "role"].unique()
                        asked.tell(mine & ~days["is_new"] & days["role"].isin(roles))
                        n_settled += 1
    assert asked.singled_out() == []
    if people == 200:
        assert n_new > 20
        assert n_settled > 20
