"""Every service and command × every kind of viewer × people inside and outside the scope.

What there is, is looked up in the code itself: a new service that nobody tried, a read without a
scope and a new command all fail here until they are covered.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perf_core.commands import COMMANDS
from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.catalogue import Catalogue
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import Period, parse_period
from perf_core.services import (
    attrition,
    business_events,
    business_measures,
    compare_groups,
    data_quality,
    deputies,
    explain_card,
    explain_group,
    explain_hires,
    group_standing,
    inspect_loads,
    leavers,
    manage_accounts,
    new_hires,
    person,
    progress,
    revise_target,
    score_period,
    share_review,
    viewers,
)
from perf_core.services.directory import read_directory
from perf_core.settings import Settings
from perf_core.store.engine import Store
from tests.pages.company import LAST, PAY

SERVICES = Path(__file__).resolve().parents[2] / "perf_core" / "services"
UI = SERVICES.parents[1] / "perf_ui"
JUNE = parse_period("2026-06")
MAY = parse_period("2026-05")

EVERYBODYS = {
    "business_measures.read_business",
    "compare_groups.read_compared",
    "compare_groups.read_compared_months",
    "directory.read_directory",
    "new_hires.read_hire_pieces",
    "score_period.company_scores",
    "score_period.company_scores_of",
}
"""Reads of the whole company, made once for all viewers: only cached reads of the screen and
other services may call them, and hand on no more than a scope allows."""

WITHOUT_SCOPE = {
    **dict.fromkeys(EVERYBODYS, "narrowed by a scope before anything is handed on"),
    "accounts.access_version": "a number",
    "accounts.find_account": "a session looks whether it still holds",
    "accounts.match_account": "who signs in has no scope yet",
    "accounts.viewer_of_account": "makes the viewer a scope is made of",
    "accounts.viewer_of_person": "makes the viewer a scope is made of",
    "demo_company.demo_folder": "a folder's name",
    "demo_company.make_demo": "only into a store without people",
    "doctor.examine": "the operator's; counts, no people",
    "explain_group.loads_behind": "names of deliveries",
    "open_store.is_store_ready": "yes or no",
    "open_store.version_of": "a number",
    "people_loads.loads_of_tables": "names of deliveries",
    "reading_context.read_context": "used inside loads, which ask for a scope",
    "score_period.read_basis": "used inside services, which ask for a scope",
    "set_up.describe": "the operator's; counts",
    "set_up.load_shipped": "the shipped catalogue",
    "set_up.set_up": "an empty store",
    "share_review_reader.answer": "the link is the right, tried in tests/share",
    "share_review_reader.company_day": "a day",
    "share_review_reader.open_review": "the link is the right, tried in tests/share",
    "share_review_reader.redeem": "the link is the right, tried in tests/share",
    "sign_out.sign_out": "ends one's own sessions",
    "viewers.company_day": "a day",
    "viewers.find_named_account": "the operator's: called by the command line alone",
}

NO_ANSWER = {
    "before_after.before_after": "groups_from of several months, compared",
    "business_events.may_mark": "yes or no about the scope itself",
    "business_events.may_mark_any": "yes or no about the scope itself",
    "group_figures.offered_figures": "names of figures",
    "compare_groups.numbers_of": "the second half of groups_from",
    "compare_groups.rows_of": "the first half of groups_from",
    "group_inputs.grouped_for": "inside groups_from",
    "event_effect.event_effect": "list_events, then before_after, which is said of here",
    "event_effect.find_event": "one of list_events, which is tried here",
    "pay_withholding.audit_of": "which sums may be told, no sum",
    "pay_withholding.told_sums": "which sums may be told, no sum",
    "pay_withholding.withhold_group_pay": "inside groups_from, tried in test_pay_withholding",
    "rights.grants_of": "makes the scope",
    "rights.require_editor": "refuses",
    "rights.scope_of": "makes the scope",
    "score_period.narrow_scores": "inside score_period",
    "share_review.create_link": "tried in tests/share",
    "share_review.may_share": "yes or no about the scope itself",
    "share_review_reader.seen_now": "tried in tests/share",
    "viewers.explain_access": "tried below",
    "viewers.may_revise_target": "yes or no, tried in test_viewers",
    "viewers.scope_today": "makes the scope",
    "share_review_parts.without_pay": "the same scope without pay, tried in tests/share",
}


def _functions() -> Iterator[tuple[str, set[str]]]:
    """Every public function of the services, with the words of its arguments' types."""
    for path in sorted(SERVICES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                told = " ".join(ast.unparse(one.annotation) for one in arguments if one.annotation)
                words = told.replace("|", " ").replace("[", " ").replace("]", " ").split()
                yield f"{path.stem}.{node.name}", set(words)


def test_every_service_that_takes_a_store_takes_a_scope() -> None:
    lacking = {
        name for name, words in _functions() if "Store" in words and not {"Scope", "Viewer"} & words
    }
    assert sorted(lacking - set(WITHOUT_SCOPE)) == []
    assert sorted(set(WITHOUT_SCOPE) - lacking) == []


def test_reads_of_the_whole_company_stay_behind_the_cached_reads() -> None:
    names = {name.split(".")[1] for name in EVERYBODYS}
    for path in [*UI.glob("*.py"), *(UI.parent / "pages").glob("*.py")]:
        if path.stem.endswith("reads"):
            continue
        used = {
            node.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name)
        }
        assert used & names == set(), path.name


# --- the company and its viewers ------------------------------------------------------------------

VIEWERS: dict[str, Viewer] = {
    "hr": Viewer(ViewerKind.HR),
    "executive": Viewer(ViewerKind.EXECUTIVE),
    "brand_head": Viewer(ViewerKind.BRAND_HEAD, brands=frozenset({"luxe"})),
    "manager": Viewer(ViewerKind.MANAGER, "M1"),
    "employee": Viewer(ViewerKind.EMPLOYEE, "P1"),
    "deputy": Viewer(ViewerKind.EMPLOYEE, "P2", stands_in_for=(Viewer(ViewerKind.MANAGER, "M1"),)),
    "administrator": Viewer(ViewerKind.ADMINISTRATOR, is_administrator=True),
}
SEEN = {
    "brand_head": {"M1", "P1", "P3", "P5", "P7", "P9"},
    "manager": {"M1", "P1", "P3", "P5", "P7", "P9"},
    "employee": {"P1"},
    "deputy": {"P1", "P2", "P3", "P5", "P7", "P9"},
    "administrator": set(),
}
LEADERS = {"B1": "Boss", "M1": "Mara", "M2": "Moss"}
EVERYBODY = {*LEADERS, *(f"P{n}" for n in range(1, 11))}


@dataclass(frozen=True)
class Asked:
    """One question: of which store, by whom, about whom."""

    store: Store
    scope: Scope
    person: str

    @property
    def brand(self) -> str:
        leads = {"B1": "core", "M1": "luxe", "M2": "core"}
        return leads.get(self.person) or ("luxe" if int(self.person[1:]) % 2 else "core")

    @property
    def card(self) -> explain_card.CardKey:
        return explain_card.CardKey(self.person, self.brand, "platform_ops")

    @property
    def held(self) -> dict[str, str]:
        return {"employee_id": self.person, "brand": self.brand, "role": "platform_ops"}

    @cached_property
    def catalogue(self) -> Catalogue:
        return read_directory(self.store).catalogue

    def scores(self) -> score_period.PeriodScores:
        return _once(self.store, "scores", score_period.company_scores, JUNE)

    def compared(self) -> compare_groups.ComparedInputs:
        return _once(self.store, "compared", compare_groups.read_compared, MAY)

    def hires(self) -> new_hires.HirePieces:
        if "hires" not in _read:
            _read["hires"] = new_hires.read_hire_pieces(self.store, first=JUNE.start, last=LAST)
        return _read["hires"]


_read: dict[str, Any] = {}
"""What the screen, too, reads once for all viewers."""


def _once(store: Store, name: str, read: Callable[..., Any], period: Period) -> Any:
    if name not in _read:
        _read[name] = read(store, period)
    return _read[name]


READS: dict[str, Callable[[Asked], object]] = {
    "attrition.attrition_rates": lambda a: attrition.attrition_rates(
        a.store, JUNE, axis="brand", within={}, scope=a.scope
    ),
    "attrition.people_of_curve": lambda a: attrition.people_of_curve(
        a.store, since=date(2025, 1, 1), until=LAST, axis="brand", code="", within={}, scope=a.scope
    ),
    "attrition.people_of_rate": lambda a: attrition.people_of_rate(
        a.store, JUNE, axis="brand", code=None, within={}, scope=a.scope
    ),
    "attrition.retention_curves": lambda a: attrition.retention_curves(
        a.store, since=date(2025, 1, 1), until=LAST, axis="brand", within={}, scope=a.scope
    ),
    "business_events.list_events": lambda a: business_events.list_events(a.store, scope=a.scope),
    "business_measures.business_of": lambda a: business_measures.business_of(
        a.compared(), by=("brand",), within=None, scope=a.scope
    ),
    "compare_groups.compare_groups": lambda a: compare_groups.compare_groups(
        a.store, MAY, by=["brand"], scope=a.scope
    ),
    "compare_groups.groups_from": lambda a: compare_groups.groups_from(
        a.compared(), by=["role"], scope=a.scope
    ),
    "compare_groups.compare_months": lambda a: compare_groups.compare_months(
        a.store, [MAY, JUNE], by=["brand"], scope=a.scope
    ),
    "data_quality.data_quality": lambda a: data_quality.data_quality(a.store, scope=a.scope),
    "explain_card.explain_card": lambda a: explain_card.explain_card(
        a.store, a.card, JUNE, scope=a.scope
    ),
    "explain_card.by_channel": lambda a: explain_card.by_channel(
        a.store, a.card, "conversion", JUNE, scope=a.scope
    ),
    "explain_card.daily_course": lambda a: explain_card.daily_course(
        a.store, a.card, "conversion", JUNE, scores=a.scores(), scope=a.scope
    ),
    "explain_card.missing_for_next_grade": lambda a: explain_card.missing_for_next_grade(
        a.store, a.card, a.scores(), scope=a.scope
    ),
    "explain_group.explain_group": lambda a: explain_group.explain_group(
        a.compared(), within={"brand": [a.brand]}, scope=a.scope
    ),
    "explain_hires.explain_hires": lambda a: explain_hires.explain_hires(
        a.hires(), axis="brand", code=a.brand, within={}, scope=a.scope
    ),
    "explain_hires.explain_month_since_hire": lambda a: explain_hires.explain_month_since_hire(
        a.hires(), month=1, within={}, scope=a.scope
    ),
    "group_standing.group_standing": lambda a: group_standing.group_standing(
        a.compared(), by=("brand",), scope=a.scope, catalogue=a.catalogue
    ),
    "inspect_loads.sources_of": lambda a: inspect_loads.sources_of(
        a.store, a.person, ["visits"], JUNE.start, LAST, scope=a.scope
    ),
    "leavers.months_needed": lambda a: leavers.months_needed(
        a.store, JUNE, within={}, scope=a.scope
    ),
    "leavers.leavers_of": lambda a: leavers.leavers_of(
        a.store, JUNE, within={}, scope=a.scope, scores={}
    ),
    "deputies.list_deputies": lambda a: deputies.list_deputies(a.store, scope=a.scope),
    "new_hires.new_hires": lambda a: new_hires.new_hires(
        a.hires(),
        axis="brand",
        within={},
        scope=a.scope,
    ),
    "person.person_records": lambda a: person.person_records(
        a.store, JUNE, scope=a.scope, employee_id=a.person
    ),
    "progress.progress_of": lambda a: progress.progress_of(
        a.store, JUNE, scope=a.scope, employee_id=a.person
    ),
    "revise_target.target_history": lambda a: revise_target.target_history(
        a.store, JUNE, scope=a.scope, indicator="conversion", **a.held
    ),
    "score_period.score_period": lambda a: score_period.score_period(a.store, JUNE, scope=a.scope),
    "score_period.people_without_template": lambda a: score_period.people_without_template(
        a.store, JUNE, scope=a.scope
    ),
    "share_review.list_links": lambda a: share_review.list_links(
        a.store, a.scope, now=datetime.fromisoformat("2026-06-17T00:00:00+00:00")
    ),
    "share_review.answers_about": lambda a: share_review.answers_about(a.store, a.scope, a.person),
}
"""What is asked of each service that answers about people or groups."""

EDITORS = {
    "catalogue.publish_template",
    "catalogue.save_indicator",
    "catalogue.save_settings",
    "export_tables.export_tables",
    "inspect_loads.list_loads",
    "inspect_loads.load_account",
    "inspect_loads.set_aside_rows",
    "load_files.load_files",
    "load_files.load_typed",
    "preview_files.check_typed",
    "preview_files.preview_files",
    "save_titles.save_titles",
    "typed_grids.month_grid",
    "typed_grids.table_grid",
    "typed_grids.target_grid",
    "undo_load.undo_load",
}
"""For HR alone: whoever may not edit is refused before anything is looked at."""

DEEDS_ON_ACCOUNTS = {
    "add_account",
    "end_sessions",
    "free_sign_in",
    "grant_role",
    "link_employee",
    "list_accounts",
    "set_active",
    "withdraw_role",
}

OTHER_DEEDS = {
    "business_events.record_event": "who marks what is tried in test_business_events",
    "business_events.remove_event": "who marks what is tried in test_business_events",
    "business_events.revise_event": "who marks what is tried in test_business_events",
    "revise_target.revise_target": "who changes whose is tried in test_revise_target",
    "share_review.revoke_link": "tried in tests/share",
    "viewers.named_viewer": "for administrators alone",
    "access_record.access_events": "for HR and administrators alone, tried in test_accounts_page",
    "access_record.account_names": "for HR and administrators alone, tried in test_accounts",
    "deputies.end_deputy": "who names whom is tried in test_accounts",
    "deputies.name_deputy": "who names whom is tried in test_accounts",
    **{
        f"manage_accounts.{name}": "who does what to accounts is tried in test_accounts"
        for name in manage_accounts.__dict__
        if name in DEEDS_ON_ACCOUNTS
    },
}


def test_every_service_with_a_scope_is_tried() -> None:
    known = {name for name, words in _functions() if {"Scope", "Viewer"} & words}
    tried = {*READS, *EDITORS, *OTHER_DEEDS, *NO_ANSWER}
    assert sorted(known - tried) == [], "say here how each is tried, or why it need not be"
    assert sorted(tried - known) == []


@pytest.fixture(scope="module")
def company(sqlite_stores: Any) -> Iterator[Store]:
    store = Store(sqlite_stores.fresh("company"))
    yield store
    store.dispose()


def scope_for(store: Store, kind: str) -> Scope:
    return viewers.scope_today(store, VIEWERS[kind], today=LAST, settings=Settings())


def said(value: object) -> str:
    """Everything an answer holds, as text."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, pd.Series):
        return value.to_csv()
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(said(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return " ".join(f"{key} {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(said, value))
    return repr(value)


@pytest.mark.parametrize("kind", list(VIEWERS))
def test_who_is_seen_by_whom(company: Store, kind: str) -> None:
    scope = scope_for(company, kind)
    assert {who for who in EVERYBODY if scope.sees(who)} == SEEN.get(kind, EVERYBODY)
    assert scope.may_edit is (kind == "hr")
    assert scope.may_administer is (kind == "administrator")
    assert (scope.pay is PayRight.ALL) is (kind == "hr")


@pytest.mark.parametrize("service", list(READS))
@pytest.mark.parametrize("kind", list(VIEWERS))
def test_nothing_is_said_about_people_outside(company: Store, kind: str, service: str) -> None:
    scope = scope_for(company, kind)
    outside = EVERYBODY - SEEN.get(kind, EVERYBODY)
    for person_id in ("P1", "P4"):
        try:
            text = said(READS[service](Asked(company, scope, person_id)))
        except NotAllowed:
            # HR and executives see everybody; only the state of the data is not for executives.
            assert person_id in outside or service == "data_quality.data_quality", service
            continue
        heard = {who for who in outside if f"Canary{who}" in text or f",{who}," in text}
        # Whom somebody reports to stands, as a number, on their card.
        assert heard <= set(LEADERS), (kind, service, heard)
        names = {LEADERS[who] for who in outside & set(LEADERS)}
        assert not names & set(text.split(",")), (kind, service)
        if kind != "hr":
            assert f"{PAY:.0f}"[:4] not in text.replace(",", "").replace(" ", ""), (kind, service)


def _call(name: str, store: Store, scope: Scope) -> object:
    """Call a service of the Data page; what else it is given does not matter."""
    module, function = name.split(".")
    found = getattr(__import__(f"perf_core.services.{module}", fromlist=[function]), function)
    code = found.__code__
    wanted = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given: dict[str, Any] = dict.fromkeys(wanted)
    defaults = found.__kwdefaults__ or {}
    given.update(defaults, store=store, scope=scope)
    return found(**given)


@pytest.mark.parametrize("service", sorted(EDITORS))
def test_data_and_schemes_are_for_hr_alone(company: Store, service: str) -> None:
    for kind in VIEWERS:
        if kind != "hr":
            with pytest.raises(NotAllowed):
                _call(service, company, scope_for(company, kind))


# --- commands -------------------------------------------------------------------------------------

ACT_WITH_ALL_RIGHTS = {
    "access", "compare", "doctor", "events", "export", "import", "init", "links", "loads",
    "progress", "score",
}  # fmt: skip
"""Who can run a command owns the store; none of them asks who it is for, but `access explain`."""


def test_every_command_is_known_to_act_with_all_rights() -> None:
    assert set(COMMANDS) == ACT_WITH_ALL_RIGHTS


@pytest.mark.parametrize("kind", list(VIEWERS))
def test_the_explanation_says_what_the_scope_does(company: Store, kind: str) -> None:
    scope = scope_for(company, kind)
    for who in sorted(EVERYBODY):
        found = viewers.explain_access(company, VIEWERS[kind], who, today=LAST, settings=Settings())
        assert ("cards" in found.allowed) is scope.sees(who)
        assert ("pay" in found.allowed) is (scope.pay_of(who) is PayRight.ALL)
        assert ("group_pay" in found.allowed) is (scope.pay_of(who) is not PayRight.NONE)
        assert ("revise_targets" in found.allowed) is viewers.may_revise_target(scope, who)
        assert bool(found.because) is bool(found.allowed)


def test_the_command_line_has_every_right() -> None:
    scope = everything()
    assert (scope.employees, scope.leads, scope.pay) == (None, None, PayRight.ALL)
    assert scope.may_edit
    assert scope.may_administer
