"""Mark what changed, and see what went with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.business_event import BusinessEvent
from perf_core.domain.errors import NeedsName, NotAllowed, NotFound, TooLong
from perf_core.services.before_after import BeforeAfter, Figure, before_after, plan_for
from perf_core.services.business_events import list_events, record_event, remove_event
from perf_core.services.compare_groups import read_compared_months
from perf_core.store.engine import Store
from tests.services.compared_company import Company

BRANDS = ("ash", "birch", "cedar", "dogwood", "elm", "fir")
MONTHS = tuple(f"2026-{n:02}" for n in range(1, 7))
SALES = Figure("revenue", False, "money", True)
HR = everything()


def head_of(brand: str) -> Scope:
    viewer = Viewer(ViewerKind.BRAND_HEAD, "ash1", brands=frozenset({brand}))
    return Scope(viewer, frozenset({"ash1", "ash2"}), PayRight.NONE)


def fill(store: Store) -> None:
    """Six brands; in two of them revenue is a fifth higher from April on."""
    with Company(store) as company:
        for at, brand in enumerate(BRANDS):
            for n in (1, 2):
                company.person(f"{brand}{n}", role="seller", brand=brand)
            for month, code in enumerate(MONTHS):
                amount = 1000 * (1 + at) * (1 + 0.1 * month)
                if at < 2 and month >= 3:
                    amount *= 1.2
                # Nobody is exactly like the others.
                amount *= 1 + 0.001 * ((at * 7 + month * 3) % 5)
                company.did(f"{code}-15", f"{brand}1", orders=1, revenue=amount)
        company.loaded("orders", "2026-01-01", "2026-06-30")
        company.template("seller", {"aov": 100}, brand="cedar", valid_from="2026-03")


def mark(store: Store, scope: Scope = HR, **changes: Any) -> str:
    wanted: dict[str, Any] = {
        "kind": "pilot",
        "name": "New way of selling",
        "day": date(2026, 4, 1),
        "concerns": {"brand": ("ash", "birch")},
    }
    return record_event(store, scope=scope, **(wanted | changes))


def measured(
    store: Store, event: BusinessEvent, *, scope: Scope = HR, figure: Figure = SALES
) -> BeforeAfter:
    plan = plan_for(event, n_months=6, first_day=date(2026, 1, 1), data_day=date(2026, 6, 30))
    read = read_compared_months(store, plan.months)
    events = list_events(store, scope=scope)
    return before_after(read, event, figure, plan, scope=scope, events=events)


def test_an_event_is_kept_listed_and_taken_off(store: Store) -> None:
    fill(store)
    event_id = mark(store, note="  shelf and window  ")
    marked, offered = list_events(store, scope=HR)
    assert (marked.event_id, marked.name, marked.note) == (
        event_id,
        "New way of selling",
        "shelf and window",
    )
    assert (marked.codes("brand"), marked.codes("role"), marked.created_by) == (
        ("ash", "birch"),
        (),
        "hr",
    )
    # The version of a template offers itself.
    assert (offered.is_offered, offered.day) == (True, date(2026, 3, 1))
    assert dict(offered.concerns) == {"role": ("seller",), "brand": ("cedar",)}
    remove_event(store, event_id, scope=HR)
    assert [one.event_id for one in list_events(store, scope=HR)] == [offered.event_id]
    with pytest.raises(NotFound):
        remove_event(store, event_id, scope=HR)


def test_who_may_mark_what(sqlite_store: Store) -> None:
    fill(sqlite_store)
    own = mark(sqlite_store, head_of("ash"), concerns={"brand": ("ash",)})
    of_all = mark(sqlite_store)
    for concerns in ({"brand": ("ash", "birch")}, {"role": ("seller",)}, {}):
        with pytest.raises(NotAllowed):
            mark(sqlite_store, head_of("ash"), concerns=concerns)
    manager = Scope(Viewer(ViewerKind.MANAGER, "ash1"), frozenset({"ash1"}), PayRight.NONE)
    with pytest.raises(NotAllowed):
        mark(sqlite_store, manager, concerns={"brand": ("ash",)})
    with pytest.raises(NotAllowed):
        remove_event(sqlite_store, of_all, scope=head_of("ash"))
    # What happened where nobody is seen is not told.
    seen = {one.event_id for one in list_events(sqlite_store, scope=head_of("ash"))}
    assert seen == {own, of_all}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "  "}, NeedsName),
        ({"name": "x" * 200}, TooLong),
        ({"kind": "magic"}, NotFound),
        ({"concerns": {"brand": ("oak",)}}, NotFound),
        ({"concerns": {"moon": ("full",)}}, NotFound),
    ],
)
def test_what_is_refused(
    sqlite_store: Store, changes: dict[str, Any], error: type[Exception]
) -> None:
    fill(sqlite_store)
    with pytest.raises(error):
        mark(sqlite_store, **changes)


def test_what_was_planted_is_found_with_its_interval(sqlite_store: Store) -> None:
    fill(sqlite_store)
    mark(sqlite_store)
    event = next(one for one in list_events(sqlite_store, scope=HR) if not one.is_offered)
    found = measured(sqlite_store, event)
    assert found.plan.axes == ("brand",)
    assert [len(found.plan.before), len(found.plan.after)] == [3, 3]
    assert found.effect == pytest.approx(0.2, abs=0.01)
    assert found.found.way == "interval"
    assert found.told(found.found.low) < 0.2 < found.told(found.found.high)
    assert not found.may_be_nothing
    assert found.groups.loc[found.groups["treated"], "brand"].tolist() == ["ash", "birch"]
    # The template's new version lies within these months, and each brand has two people.
    assert [one.event_id for one in found.other_events] == ["template:seller@cedar:2026-03"]
    assert set(found.doubts) == {"other_events", "small_groups"}


def test_only_whole_months_count(sqlite_store: Store) -> None:
    event = BusinessEvent("x", "pilot", "x", date(2026, 4, 10), {"brand": ("ash",)})
    plan = plan_for(event, n_months=3, first_day=date(2026, 1, 5), data_day=date(2026, 6, 17))
    assert [one.code for one in plan.before] == ["2026-02", "2026-03"]
    assert [one.code for one in plan.after] == ["2026-05"]
    assert plan.skipped is not None
    assert plan.skipped.code == "2026-04"
    with_role = BusinessEvent(
        "y", "training", "y", date(2026, 4, 1), {"brand": ("ash",), "role": ("seller",)}
    )
    plan = plan_for(
        with_role,
        n_months=3,
        first_day=date(2026, 1, 1),
        data_day=date(2026, 6, 17),
        within={"brand": ("ash",), "region": ("sh",)},
    )
    # People of the same role in other brands are the comparison, whatever the page shows.
    assert plan.axes == ("brand",)
    assert dict(plan.within) == {"region": ("sh",), "role": ("seller",)}


def test_without_others_it_says_so_and_gives_no_number(sqlite_store: Store) -> None:
    fill(sqlite_store)
    mark(sqlite_store)
    event = list_events(sqlite_store, scope=HR)[0]
    alone = measured(sqlite_store, event, scope=head_of("ash"))
    assert alone.found.way == "none"
    assert alone.found.n_untreated == 0
    assert alone.effect != alone.effect  # no number at all
    everybody = BusinessEvent("z", "other", "z", date(2026, 4, 1))
    assert measured(sqlite_store, everybody).found.way == "none"
    nothing = Figure("cost_ratio", False, "percent", False)
    assert measured(sqlite_store, event, figure=nothing).found.way == "none"
