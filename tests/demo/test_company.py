"""The demo company on paper and on disk."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest

from perf_core.demo.company import DATA_DAY, make_company
from perf_core.demo.exports import write_company
from perf_core.demo.stories import PLANTED, planted
from perf_core.demo.turnover import PROBATION_DAYS
from perf_core.domain.errors import StoreNotEmpty
from perf_core.services.demo_company import make_demo
from perf_core.services.set_up import describe
from perf_core.store.engine import Store


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_data_ends_on_a_wednesday() -> None:
    assert DATA_DAY.isoweekday() == 3


@pytest.mark.parametrize("people", [6, 28, 61, 120, 200, 203, 260, 2000])
def test_a_company_of_any_size_stands(people: int) -> None:
    company = make_company(people)
    here = [
        stint
        for stint in company.stints
        if stint.start <= DATA_DAY and (stint.end is None or stint.end >= DATA_DAY)
    ]
    assert len(here) == len({stint.employee_id for stint in here}) == people
    assert len({person.name for person in company.persons}) == len(company.persons)
    bosses = [seat for seat, manager in company.managers.items() if not manager]
    assert len(bosses) == 1
    for seat, manager in company.managers.items():
        assert manager != company.holder(seat)


def test_nobody_sits_on_two_seats_at_once() -> None:
    stints = make_company(2000).stints
    for first, then in itertools.pairwise(stints):
        if first.employee_id == then.employee_id:
            assert first.end is not None
            assert first.end < then.start


@pytest.mark.parametrize("people", [28, 200, 2000])
def test_nobody_fails_probation_after_years(people: int) -> None:
    left = [one for one in make_company(people).persons if one.left is not None]
    assert left
    for one in left:
        days = (one.left - one.hired).days if one.left else 0
        assert days <= PROBATION_DAYS or one.reason != "试用期未通过", one


def test_stories_do_not_depend_on_the_seed() -> None:
    assert planted(make_company(seed=5)) == PLANTED
    assert set(PLANTED) >= {
        "recovery",
        "conversion",
        "followers",
        "followers_cut",
        "paid",
        "fake_orders",
        "banned_account",
        "repurchase",
        "cost_ratio",
    }


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_company(tmp_path / name, people=12, months=3, seed=seed)
    first, again, other = (_digests(tmp_path / name) for name in "abc")
    assert first == again
    assert first != other
    assert set(first) == set(other)


@pytest.mark.slow
def test_a_demo_loads_into_either_database(store: Store, tmp_path: Path) -> None:
    account = make_demo(store, folder=tmp_path, people=12, months=3)
    assert not account.refused
    for table in account.tables:
        assert table.read == (
            table.loaded + sum(table.excluded.values()) + sum(table.rejected.values())
        )
    assert describe(store).people == 12
    with pytest.raises(StoreNotEmpty):
        make_demo(store, folder=tmp_path, people=12, months=3)


def test_every_planted_blemish_is_set_aside(tmp_path: Path) -> None:
    """What must not count is in the files; the account of a load names it (test_stories)."""
    write_company(tmp_path, people=28, months=4)
    text = "".join(
        path.read_bytes().decode("gb18030" if path.name[:2] in ("天猫", "京东") else "utf-8-sig")
        for path in (tmp_path / "订单").glob("*.csv")
    )
    for blemish in ("已取消", "测试订单", "待补"):
        assert blemish in text
