"""Links to the parts of a comparison: only known fields, no pay, nobody of a small group."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.business_event import BusinessEvent
from perf_core.domain.errors import NotAllowed, NotFound, NothingToShare, TooFewToShare
from perf_core.domain.period import parse_period
from perf_core.domain.share import CreatedLink, LinkKind, LinkWish, Refusal, ShareLink
from perf_core.language.translate import Reader
from perf_core.reporting.review_document import review_parts, review_title
from perf_core.services.attrition import attrition_rates, retention_curves, twelve_months_to
from perf_core.services.before_after import GROUP_FIGURES, BeforeAfter, compared, plan_for
from perf_core.services.funnel import funnel
from perf_core.services.leavers import leavers_of, months_needed
from perf_core.services.load_files import load_typed
from perf_core.services.share_review import create_link, list_links
from perf_core.services.share_review_parts import (
    EventFound,
    PartFound,
    PartOf,
    PeopleFound,
    ProblemFound,
)
from perf_core.services.share_review_reader import seen_now
from perf_core.services.shared_problems import SharedProblems, verdicts_of
from perf_core.store.engine import Store
from tests.conftest import Stores
from tests.pages.company import LAST, PAY, fill
from tests.share.conftest import MakeLink
from tests.share.knocking import Reader as KnockingReader
from tests.share.links import HR, M1, MAY, NOW, P1, move, opened, redeemed, refusal, scope_of

EXECUTIVE = Viewer(ViewerKind.EXECUTIVE)
CANARY = f"{int(PAY)}"
SECRET = f"Left for {PAY} a month"
GONE = ("P1", "P2", "P3", "P4", "P5")

_FIELDS = (
    # Of every content, and what names are made of.
    "v people zone currency pass_mark grades part by spans is_partial limits axis codes zh en "
    # Of the parts.
    "leaving problem event first last is_recorded whole rows group band curves groups standing "
    "lost_top types type left n at_start at_end rate low high since until months shares after "
    "share top mean_total stayed verdicts funnel channels customers role n_left_out has_year_ago "
    "verdict indicators indicator name unit direction n_groups n_short n_short_ago worst worst_at "
    "best best_at is_chosen achievement change base visits orders revenue refund_amount "
    "conversion order_value kept steps traffic lost lost_by begins_with kind day concerns figure "
    "code is_relative is_lower before skipped is_of_roles way rank placebos n_treated n_untreated "
    "n_before n_after effect own_change other_change drift n_dropped is_better may_be_nothing "
    "doubts others courses month treated untreated brand"
)
KNOWN = frozenset(_FIELDS.split())
"""Every field that may be in the content of a part; a new one has to be thought about here."""


@pytest.fixture(scope="module")
def left(sqlite_stores: Stores) -> Iterator[Store]:
    """The small company, which five people have left; why, somebody wrote with a pay in it."""
    store = Store(sqlite_stores.fresh("catalogue"), lock_wait_seconds=30)
    fill(store)
    let_go(store)
    yield store
    store.dispose()


def let_go(store: Store) -> None:
    gone = pd.DataFrame(
        {
            "employee_id": GONE,
            "name": [f"Canary{code}" for code in GONE],
            "hire_date": "2025-01-01",
            "leave_date": "2026-05-20",
            "leave_type": ["voluntary"] * 4 + ["involuntary"],
            "leave_reason": SECRET,
        }
    )
    account = load_typed(store, {"employees": gone}, today=LAST, by="test", scope=everything())
    assert not account.refused


# --- what the parts found -------------------------------------------------------------------------


def with_pay(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with columns that nobody thought of when links were made."""
    return frame.assign(pay_cost=PAY, cost_ratio=PAY, note=SECRET)


def people_found(store: Store, scope: Scope) -> PeopleFound:
    year = twelve_months_to(MAY.last_day)
    rates = attrition_rates(store, year, axis="brand", within={}, scope=scope)
    curves = retention_curves(
        store, since=date(2025, 1, 1), until=MAY.last_day, axis="brand", within={}, scope=scope
    )
    assert months_needed(store, year, within={}, scope=scope)
    gone = leavers_of(store, year, within={}, scope=scope, scores={})
    return PeopleFound(
        replace(rates, groups=with_pay(rates.groups)),
        curves,
        replace(gone, people=with_pay(gone.people), standing=with_pay(gone.standing)),
    )


def problem_found(sizes: dict[str, float], reached: dict[str, float]) -> ProblemFound:
    groups = pd.DataFrame(
        {
            "indicator": "conversion",
            "group": list(sizes),
            "people": list(sizes.values()),
            "n_roles": 1,
            "achievement": [reached[code] for code in sizes],
            "achievement_ago": 1.0,
            "change": 0.1,
            "against_all": 0.0,
            "against_best": 0.0,
        }
    )
    groups["is_short"] = groups["achievement"] < 0.95
    told = SharedProblems("brand", True, verdicts_of(groups), with_pay(groups), groups)
    sums = pd.DataFrame(
        {"visits": [1000.0, 900.0], "orders": [30.0, 40.0], "revenue": [3e4, 3e4]},
        index=["luxe", ""],
    ).assign(refund_amount=0.0, pay_cost=PAY)
    return ProblemFound("brand", told, funnel=funnel(sums, None, base="group"))


def event_found(
    people: dict[str, float], *, kind: str = "training", figure: str = "revenue"
) -> EventFound:
    event = BusinessEvent("e1", kind, "Course", date(2026, 3, 1), {"brand": ("luxe",)}, note=SECRET)
    chosen = next(one for one in GROUP_FIGURES if one.code == figure)
    plan = plan_for(
        event, n_months=3, first_day=date(2025, 12, 1), data_day=date(2026, 5, 31), within={}
    )
    rows = pd.DataFrame(
        [
            {
                "brand": code,
                "period": month.code,
                "headcount": n,
                "revenue": 1000.0 * (at + 1) + 10 * n,
                "cost_ratio": PAY,
                "pay_withheld": False,
                "pay_estimated": False,
            }
            for code, n in people.items()
            for at, month in enumerate(plan.months)
        ]
    )
    found: BeforeAfter = compared(rows, pd.DataFrame(), event, chosen, plan)
    return EventFound(replace(found, groups=with_pay(found.groups)))


def made(
    store: Store, part: str, found: PartFound | PartOf, viewer: Viewer = HR, **wish: Any
) -> CreatedLink:
    part_of: PartOf = found if callable(found) else lambda _scope: found
    asked = LinkWish(LinkKind.VIEW, part, MAY, by=("brand",), **wish)
    return create_link(store, scope_of(store, viewer), asked, NOW, part_of=part_of)


def told_of(link: ShareLink) -> str:
    """Everything that is stored and served of a link."""
    pages = [
        review_title(link, reader) + review_parts(link, shared_by="Hanna", reader=reader)
        for reader in (Reader("zh"), Reader("en"))
    ]
    return json.dumps(dict(link.content), ensure_ascii=False) + "".join(pages)


def keys_of(content: Any) -> set[str]:
    if isinstance(content, dict):
        return set(content).union(*(keys_of(value) for value in content.values()))
    if isinstance(content, list):
        return set().union(*(keys_of(value) for value in content))
    return set()


def every_part(store: Store) -> dict[str, PartFound]:
    scope = everything()
    return {
        "people": people_found(store, scope),
        "problem": problem_found({"luxe": 6, "core": 7}, {"luxe": 0.8, "core": 1.0}),
        "events": event_found({"luxe": 6, "core": 7, "value": 5}),
    }


# --- no pay, no names -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["people", "problem", "events"])
def test_only_known_fields_are_stored_and_no_pay_is_served(left: Store, part: str) -> None:
    link = opened(left, made(left, part, every_part(left)[part])).link
    content = dict(link.content)
    grades = set(content["grades"])
    assert keys_of(content) - grades - set(content["spans"]) <= KNOWN
    told = told_of(link)
    assert CANARY not in told.replace(",", "")
    assert SECRET not in told
    assert "Canary" not in told.replace(json.dumps(content["people"]), "")
    with left.reading() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM share_links").all())
    assert SECRET not in stored
    assert CANARY not in stored


def test_what_a_link_shows_is_worked_out_without_any_pay(left: Store) -> None:
    asked: list[Scope] = []

    def found(scope: Scope) -> PartFound:
        asked.append(scope)
        return people_found(left, scope)

    for viewer in (HR, EXECUTIVE):
        made(left, "people", found, viewer)
    assert [scope.pay for scope in asked] == [PayRight.NONE, PayRight.NONE]
    assert not any(scope.more_pay for scope in asked)


@pytest.mark.parametrize("viewer", [HR, M1, EXECUTIVE])
def test_cost_and_pay_changes_are_in_no_link(left: Store, viewer: Viewer) -> None:
    with pytest.raises(NotFound):
        LinkWish(LinkKind.VIEW, "cost", MAY, by=("brand",))
    people = {"luxe": 6.0, "core": 7.0}
    for found in (event_found(people, kind="pay"), event_found(people, figure="cost_ratio")):
        with pytest.raises(NothingToShare):
            made(left, "events", found, viewer)


# --- small groups ---------------------------------------------------------------------------------


def test_a_small_group_has_no_part_in_a_verdict(left: Store) -> None:
    sizes = {"luxe": 6.0, "core": 7.0, "value": 3.0, "glow": 9.0}
    reached = {"luxe": 0.9, "core": 1.1, "value": 0.5, "glow": 1.0}
    shown = opened(left, made(left, "problem", problem_found(sizes, reached))).link.content
    (one,) = shown["problem"]["verdicts"]["indicators"]
    # Beside three people nobody may be worked out: the next smallest is left out with them.
    assert {row["group"]["en"] for row in one["groups"]} == {"core", "glow"}
    assert (one["verdict"], one["n_groups"], one["n_short"]) == ("fine", 2, 0)
    assert shown["problem"]["verdicts"]["n_left_out"] == 2


def test_people_compared_are_counted_and_nothing_else(left: Store) -> None:
    found = problem_found({"P1": 1.0, "P3": 1.0, "P5": 1.0, "P7": 1.0}, dict.fromkeys(GONE, 0.5)
                          | {"P7": 1.0})  # fmt: skip
    assert found.problems is not None
    of_people = replace(found, role="platform_ops", problems=replace(found.problems, axis="person"))
    link = opened(left, made(left, "problem", of_people)).link
    (one,) = link.content["problem"]["verdicts"]["indicators"]
    assert (one["n_groups"], one["n_short"], one["groups"], one["worst"]) == (4, 3, [], None)
    assert "P3" not in review_parts(link, shared_by="", reader=Reader("en"))


def test_an_event_of_few_people_is_not_told(left: Store) -> None:
    with pytest.raises(TooFewToShare):
        made(left, "events", event_found({"luxe": 3, "core": 7, "value": 5}))
    few = opened(
        left, made(left, "events", event_found({"luxe": 6, "core": 9, "value": 3, "x": 5}))
    )
    rows = {row["group"]["brand"]["en"]: row for row in few.link.content["event"]["rows"]}
    known = {code for code, row in rows.items() if row["change"] is not None}
    assert len(known) == 2
    assert len(rows) == 4


def test_rates_and_curves_tell_of_no_few(left: Store) -> None:
    scope = scope_of(left, M1)
    found = people_found(left, scope)
    small = found.rates.groups.assign(n=3.0, at_start=3)
    content = opened(
        left,
        made(left, "people", replace(found, rates=replace(found.rates, groups=small)), M1),
    ).link.content["leaving"]
    assert all(row["rate"] is None and row["left"] is None for row in content["rows"])
    assert all(row["at_end"] is not None for row in content["rows"])


# --- rights ---------------------------------------------------------------------------------------


def test_an_employee_shares_no_part(left: Store) -> None:
    with pytest.raises(NotAllowed):
        made(left, "people", every_part(left)["people"], P1)


@pytest.mark.parametrize("part", ["people", "problem", "events"])
def test_a_link_ends_with_whom_its_maker_may_no_longer_see(store: Store, part: str) -> None:
    fill(store)
    let_go(store)
    scope = scope_of(store, M1)
    found = {**every_part(store), "people": people_found(store, scope)}[part]
    link = made(store, part, found, M1)
    shown = opened(store, link).link
    assert shown.content["is_partial"]
    assert "P7" in next(iter(shown.content["spans"].values()))
    move(store, "P7", "M2")
    assert refusal(redeemed(store, link)) is Refusal.UNKNOWN


def test_somebody_of_an_earlier_period_counts_too(left: Store) -> None:
    link = opened(left, made(left, "events", every_part(left)["events"], M1)).link
    scope = scope_of(left, M1)
    assert seen_now(link, scope) is not None
    earlier = {**link.content, "spans": {"2025-12": ["P2"]}}
    assert seen_now(replace(link, content=earlier), scope) is None


# --- what it says it is ---------------------------------------------------------------------------


def test_titles_lists_and_groups_without_a_code_say_what_they_are(left: Store) -> None:
    titles = {}
    for part, found in every_part(left).items():
        link = opened(left, made(left, part, found)).link
        titles[part] = [review_title(link, Reader(one)) for one in ("en", "zh")]
        assert link.part.value == part
    assert titles["people"][0].startswith("Comparison by brand: coming and going")
    assert titles["people"][1].startswith("按品牌对比：人员流动")
    assert titles["problem"][1].startswith("按品牌对比：共性还是个性问题")
    assert titles["events"] == ["Before and after: Course", "前后对比：Course"]
    link = opened(left, made(left, "problem", every_part(left)["problem"])).link
    page = review_parts(link, shared_by="", reader=Reader("zh"))
    assert "未分品牌" in page
    listed = list_links(left, scope_of(left, HR), now=NOW)
    assert {one.link.part.value for one in listed} >= {"people", "problem", "events"}


def test_the_door_says_that_it_is_a_comparison(
    new_link: MakeLink, reader: Callable[[], KnockingReader]
) -> None:
    views = {asks: new_link(kind=LinkKind.VIEW, subject="", by=("brand",), with_passcode=asks)
             for asks in (False, True)}  # fmt: skip
    for asks, link in views.items():
        door = reader().get(f"/r/{link.token}?lang=en").text
        assert "A comparison of groups was shared with you" in door
        assert "Open the comparison" in door
        assert ("Passcode" in door) == asks
    card = reader().get(f"/r/{new_link().token}?lang=en").text
    assert "A review was shared with you" in card


def test_parts_of_before_are_the_groups() -> None:
    assert LinkWish(LinkKind.VIEW, "", parse_period("2026-05")).part.value == "groups"
