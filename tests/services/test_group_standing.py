"""Which groups stand in a comparison, and in which order."""

from __future__ import annotations

from datetime import date

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import read_compared
from perf_core.services.group_standing import Standing, group_standing, have_gone
from perf_core.services.score_period import read_basis
from perf_core.services.viewers import scope_today
from perf_core.store.engine import Store
from tests.services.compared_company import Company

HEAD = Viewer(ViewerKind.BRAND_HEAD, brands=frozenset({"core"}))


def standing(store: Store, period: str, scope: Scope) -> Standing:
    with store.reading() as connection:
        catalogue = read_basis(store, connection).catalogue
    read = read_compared(store, parse_period(period))
    return group_standing(read, by=("brand",), scope=scope, catalogue=catalogue)


def test_a_brand_that_its_one_seen_person_left_is_last_then_gone(store: Store) -> None:
    """Wu sold luxe until mid-May; the head of core sees of luxe what Wu brought, nothing else."""
    with Company(store) as company:
        company.person("Lin", brand="luxe")
        company.person("Chen", brand="core")
        company.person(
            "Wu", ("2025-01-01", {"brand": "luxe"}), ("2026-05-18", {"brand": "core"}), left=None
        )
        company.loaded("orders", "2026-04-01", "2026-06-30")
        for month in ("04", "05", "06"):
            company.did(f"2026-{month}-02", "Lin", revenue=500.0, orders=1)
            company.did(f"2026-{month}-03", "Chen", revenue=90.0, orders=1)
        company.did("2026-04-03", "Wu", revenue=400.0, orders=1)
        company.did("2026-05-03", "Wu", revenue=100.0, orders=1)
        company.did("2026-06-03", "Wu", revenue=100.0, orders=1)
    head = scope_today(store, HEAD, today=date(2026, 6, 30))

    may = standing(store, "2026-05", head).numbers.groups
    assert may["brand"].tolist() == ["core", "luxe"], "its fall by three quarters is no trouble"
    assert may["revenue"].tolist() == [90.0, 100.0]
    assert may["headcount"].tolist() == [2, 0]
    assert have_gone(may).tolist() == [False, True]

    june = standing(store, "2026-06", head).numbers.groups
    assert june["brand"].tolist() == ["core"], "nobody and no revenue of luxe is seen any more"
