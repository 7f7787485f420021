"""Mark what changed, and see what went with it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from perf_core.cli import main
from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.business_event import BusinessEvent
from perf_core.domain.errors import ChangedMeanwhile, NeedsName, NotAllowed, NotFound, TooLong
from perf_core.services.before_after import (
    BeforeAfter,
    Figure,
    before_after,
    compared,
    plan_for,
)
from perf_core.services.business_events import (
    list_events,
    record_event,
    remove_event,
    revise_event,
)
from perf_core.services.compare_groups import read_compared_months
from perf_core.store.engine import Store
from perf_core.store.tables import BusinessEventRow
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


def test_a_change_keeps_the_id_and_what_was_said_before(store: Store) -> None:
    fill(store)
    event_id = mark(store)
    revise_event(
        store,
        event_id,
        scope=HR,
        kind="training",
        name="Another way",
        day=date(2026, 5, 1),
        concerns={"brand": ("ash",)},
    )
    (event, _offered) = list_events(store, scope=HR)
    assert (event.event_id, event.kind, event.name, event.day, event.codes("brand")) == (
        event_id,
        "training",
        "Another way",
        date(2026, 5, 1),
        ("ash",),
    )
    with store.reading() as connection:
        rows = connection.execute(select(BusinessEventRow.name, BusinessEventRow.removed_at)).all()
    assert {(row.name, row.removed_at is None) for row in rows} == {
        ("New way of selling", False),
        ("Another way", True),
    }
    changes = {"kind": "pilot", "name": "x", "day": date(2026, 5, 1), "concerns": {}}
    with pytest.raises(NotFound):
        revise_event(store, "nothing", scope=HR, **changes)
    with pytest.raises(NotAllowed):
        # What it was and what it becomes must both be the viewer's to mark.
        revise_event(store, event_id, scope=head_of("birch"), **changes)
    with pytest.raises(NeedsName):
        revise_event(store, event_id, scope=HR, **(changes | {"name": " "}))
    with pytest.raises(ChangedMeanwhile):
        revise_event(store, event_id, scope=HR, expected=_offered, **changes)
    with pytest.raises(ChangedMeanwhile):
        remove_event(store, event_id, scope=HR, expected=_offered)
    assert list_events(store, scope=HR)[0].name == "Another way"


def planted(effects: dict[str, float], *, n_groups: int, figure: Figure = SALES) -> BeforeAfter:
    """Brands over six months, with an effect from the fourth on; a value of 0 is no business."""
    rows = []
    for at in range(n_groups):
        for month in range(6):
            wave = 0.01 * ((at * 7 + month * 3) % 5)
            factor = effects.get(f"b{at:02}", 1.0) if month >= 3 else 1.0
            rows.append((f"b{at:02}", MONTHS[month], 1000.0 * (1 + at) * (1 + wave) * factor))
    frame = pd.DataFrame(rows, columns=["brand", "period", "revenue"]).assign(
        headcount=10, pay_withheld=False, pay_estimated=False
    )
    event = BusinessEvent("e", "pilot", "e", date(2026, 4, 1), {"brand": tuple(effects)})
    plan = plan_for(event, n_months=6, first_day=date(2026, 1, 1), data_day=date(2026, 6, 30))
    return compared(frame, pd.DataFrame(), event, figure, plan)


@pytest.mark.parametrize(
    ("effects", "n_groups", "verdict", "is_better"),
    [
        ({"b00": 1.3, "b01": 1.32}, 8, "proven", True),
        ({"b00": 0.7, "b01": 0.71}, 8, "proven", False),
        ({"b00": 1.3}, 5, "hint", True),  # the largest of five choices: a hint, no more
        ({"b00": 1.001}, 5, "open", True),
        ({"b00": 1.3}, 4, "open", True),  # the largest of four is what chance often brings
        ({"b00": 1.3}, 12, "hint", True),  # one group alone proves nothing
    ],
)
def test_the_verdict_claims_no_more_than_the_groups_can_tell(
    effects: dict[str, float], n_groups: int, verdict: str, is_better: bool
) -> None:
    found = planted(effects, n_groups=n_groups)
    assert (found.verdict, found.is_better) == (verdict, is_better)


def test_a_group_that_stopped_is_named_and_not_taken_for_a_good_one() -> None:
    found = planted({"b00": 0.0, "b01": 1.1}, n_groups=8)
    assert "zeros" in found.doubts
    assert found.found.dropped == ("b00",)
    assert found.verdict in ("hint", "open")
    assert set(found.cells.loc[found.cells["name"] == "b00", "gap"]) == {"", "zero"}


def test_pay_that_base_pay_stands_in_for_is_left_out() -> None:
    ratio = Figure("cost_ratio", False, "percent", False, is_lower=True)
    rows = [
        (f"b{at}", month, 0.10 if n < 5 else 0.05)
        for at in range(7)
        for n, month in enumerate(MONTHS)
    ]
    frame = pd.DataFrame(rows, columns=["brand", "period", "cost_ratio"]).assign(
        headcount=10, pay_withheld=False, pay_estimated=lambda one: one["period"] == MONTHS[-1]
    )
    event = BusinessEvent("e", "pay", "e", date(2026, 4, 1), {"brand": ("b0", "b1")})
    plan = plan_for(event, n_months=6, first_day=date(2026, 1, 1), data_day=date(2026, 6, 30))
    found = compared(frame, pd.DataFrame(), event, ratio, plan)
    assert "pay_estimated" in found.doubts
    assert found.found.own_change == pytest.approx(0, abs=1e-12)
    assert set(found.cells.loc[found.cells["month"] == 2, "gap"]) == {"estimated"}


def test_the_command_tells_what_the_page_tells(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(sqlite_store)
    url = ["--db", str(sqlite_store.url)]

    def told(*words: str) -> Any:
        status = main(["events", *words, *url, "--json"])
        out = capsys.readouterr()
        assert status == 0, out.err
        return json.loads(out.out)

    event_id = told(
        "add", "--name", "New way", "--day", "2026-04-01", "--kind", "pilot", "--brand", "ash,birch"
    )["event"]
    assert [one["event"] for one in told("list")] == [event_id, "template:seller@cedar:2026-03"]
    event = next(one for one in list_events(sqlite_store, scope=HR) if not one.is_offered)
    expected = measured(sqlite_store, event)
    found = told("effect", event_id, "--figure", "revenue")
    assert found["effect"] == expected.effect
    assert found["low"] == expected.told(expected.found.low)
    assert found["verdict"] == expected.verdict
    assert found["doubts"] == list(expected.doubts)
    assert [one["brand"] for one in found["groups"]] == expected.groups["brand"].tolist()
    told("change", event_id, "--day", "2026-05-01")
    assert told("list")[0]["day"] == "2026-05-01"
    assert told("list")[0]["brand"] == ["ash", "birch"]
    told("remove", event_id)
    assert len(told("list")) == 1
    for words in (["effect", "none"], ["add", "--name", "x", "--day", "soon"], ["remove", "none"]):
        assert main(["events", *words, *url]) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
