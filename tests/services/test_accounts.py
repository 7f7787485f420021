"""Who signs in becomes whom, and what is done to accounts: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from perf_core.domain.access import Scope, Viewer, ViewerKind, everything
from perf_core.domain.account_errors import (
    AccountExists,
    BadAccount,
    BadDeputyTime,
    BadPart,
    BadPartTime,
    DeputyExists,
    DeputyOfSelf,
    LastAdministrator,
    OwnRights,
)
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.services.accounts import (
    Account,
    Identity,
    access_events,
    add_account,
    end_deputy,
    end_sessions,
    find_account,
    free_sign_in,
    grant_role,
    link_employee,
    list_accounts,
    match_account,
    name_deputy,
    set_active,
    viewer_of_account,
    withdraw_role,
)
from perf_core.services.viewers import scope_today
from perf_core.settings import Settings
from perf_core.store.engine import Store, data_version
from tests.services.small_company import SmallCompany

NOW = datetime(2026, 6, 17, 4, tzinfo=UTC)
TODAY = date(2026, 6, 17)
PLAIN = Settings(first_administrator="")
FIRST = Settings(first_administrator="Boss@example.com")
CLI = everything()


@pytest.fixture
def company(store: Store) -> SmallCompany:
    """Zhao leads Lin and Wu; Lin's address is known, that of the two Suns is one."""
    made = SmallCompany(store)
    for who, manager in (("zhao", ""), ("lin", "zhao"), ("wu", "zhao"), ("sun1", ""), ("sun2", "")):
        made.person(who, manager_id=manager)
    made.person("gone", left="2026-05-31")
    with store.writing() as connection:
        for who, email in (
            ("lin", "Lin@example.com"),
            ("sun1", "sun@example.com"),
            ("sun2", "sun@example.com"),
            ("gone", "gone@example.com"),
        ):
            connection.exec_driver_sql(
                f"UPDATE employees SET email = '{email}' WHERE employee_id = '{who}'"
            )
    return made


def identity(email: str, subject: str = "", **more: object) -> Identity:
    known = {"issuer": "https://id.example", "email_verified": True, "name": "", "claims": {}}
    return Identity(subject=subject or email, email=email, **(known | more))


def enter(store: Store, who: Identity, settings: Settings = PLAIN) -> Account | None:
    return match_account(store, who, settings=settings, now=NOW)


def administrator(store: Store, email: str = "boss@example.com") -> Scope:
    account = enter(store, identity(email), FIRST)
    assert account is not None
    viewer = viewer_of_account(store, account.account_id, today=TODAY)
    assert viewer is not None
    return scope_today(store, viewer, today=TODAY)


def test_who_signs_in_becomes_whom(company: SmallCompany) -> None:
    store = company.store
    assert enter(store, identity("stranger@example.com")) is None
    assert enter(store, identity("lin@example.com", email_verified=False)) is None
    assert enter(store, identity("sun@example.com")) is None, "two people of one address"
    assert enter(store, identity("gone@example.com")) is None
    lin = enter(store, identity("LIN@example.com", subject="s1"))
    assert lin is not None
    assert lin.employee_id == "lin"
    # From now on the provider's name counts, and the address opens nothing to another one.
    assert enter(store, identity("other@example.com", subject="s1")) == lin
    assert enter(store, identity("lin@example.com", subject="s2")) is None
    assert enter(store, identity("lin@example.com", subject="s1", issuer="https://b")) is None
    free_sign_in(store, lin.account_id, scope=CLI)
    again = enter(store, identity("lin@example.com", subject="s2"))
    assert again is not None
    assert again.account_id == lin.account_id
    assert again.sessions_valid_after > lin.sessions_valid_after


def test_a_closed_account_is_not_walked_around_by_an_address(company: SmallCompany) -> None:
    store = company.store
    lin = enter(store, identity("lin@example.com", subject="s1"))
    assert lin is not None
    set_active(store, lin.account_id, is_active=False, scope=CLI, today=TODAY)
    for who in (identity("lin@example.com", subject="s1"), identity("lin@example.com")):
        found = enter(store, who)
        assert found is None or not found.is_active
    assert viewer_of_account(store, lin.account_id, today=TODAY) is None
    with pytest.raises(NotAllowed):
        scope_today(store, Viewer(ViewerKind.HR, account_id=lin.account_id), today=TODAY)


def test_the_first_administrator_is_named_in_the_settings_and_only_the_first(
    company: SmallCompany,
) -> None:
    store = company.store
    assert enter(store, identity("boss@example.com", email_verified=False), FIRST) is None
    boss = administrator(store)
    assert boss.may_administer
    assert boss.employees == frozenset()
    assert not boss.may_edit
    own = boss.viewer.account_id
    grant_role(
        store,
        add_account(store, scope=CLI, email="two@example.com"),
        "administrator",
        scope=CLI,
        from_day=TODAY,
    )
    withdraw_role(store, own, "administrator", scope=CLI, today=TODAY)
    enter(store, identity("boss@example.com"), FIRST)
    assert viewer_of_account(store, own, today=TODAY) is None, "there is another one"


def test_nobody_gives_themselves_rights_and_the_last_administrator_stays(
    company: SmallCompany,
) -> None:
    store = company.store
    boss = administrator(store)
    own = boss.viewer.account_id
    for role, about in (("hr", {}), ("executive", {}), ("brand_head", {"brand": "luxe"})):
        with pytest.raises(OwnRights):
            grant_role(store, own, role, scope=boss, from_day=TODAY, **about)
    with pytest.raises(OwnRights):
        link_employee(store, own, "zhao", scope=boss)
    with pytest.raises(LastAdministrator):
        withdraw_role(store, own, "administrator", scope=boss, today=TODAY)
    with pytest.raises(LastAdministrator):
        set_active(store, own, is_active=False, scope=boss, today=TODAY)
    with pytest.raises(NotAllowed):
        name_deputy(store, "lin", stands_in_for="zhao", scope=boss, from_day=TODAY, to_day=TODAY)


def test_parts_count_on_their_days_and_add_up(company: SmallCompany) -> None:
    store = company.store
    account = add_account(store, scope=CLI, email="zhao@example.com", employee_id="zhao")

    def viewer(day: date = TODAY) -> Viewer:
        found = viewer_of_account(store, account, today=day)
        assert found is not None
        return found

    assert viewer().kind is ViewerKind.MANAGER
    tomorrow = TODAY + timedelta(days=1)
    grant_role(store, account, "brand_head", brand="luxe", scope=CLI, from_day=TODAY, to_day=TODAY)
    grant_role(store, account, "hr", scope=CLI, from_day=tomorrow)
    assert viewer().kind is ViewerKind.BRAND_HEAD
    assert viewer().brands == {"luxe"}
    assert viewer(tomorrow).kind is ViewerKind.HR
    withdraw_role(store, account, "hr", scope=CLI, today=TODAY)
    assert viewer(tomorrow) == replace(viewer(), kind=ViewerKind.MANAGER, brands=frozenset())
    with pytest.raises(NotFound):
        withdraw_role(store, account, "hr", scope=CLI, today=TODAY)


@pytest.mark.parametrize(
    ("role", "about"),
    [
        ("king", {}),
        ("employee", {}),
        ("brand_head", {}),
        ("hr", {"brand": "luxe"}),
        ("manager", {}),
    ],
)
def test_a_part_that_means_nothing_is_refused(
    sqlite_store: Store, role: str, about: dict[str, str]
) -> None:
    account = add_account(sqlite_store, scope=CLI, email="a@example.com")
    with pytest.raises(BadPart):
        grant_role(sqlite_store, account, role, scope=CLI, from_day=TODAY, **about)
    with pytest.raises(BadPartTime):
        grant_role(
            sqlite_store,
            account,
            "hr",
            scope=CLI,
            from_day=TODAY,
            to_day=TODAY - timedelta(days=1),
        )


def test_a_claim_gives_parts_until_it_no_longer_says_so(company: SmallCompany) -> None:
    store = company.store
    claiming = Settings(role_claim="groups", role_claim_values={"perf-hr": "hr"})
    says = identity("lin@example.com", claims={"groups": ["perf-hr", "else"]})
    assert enter(store, identity("stranger@example.com", claims=says.claims), claiming) is None
    lin = enter(store, says, claiming)
    assert lin is not None

    def kind(claims: dict[str, object] | None = None, day: date = TODAY) -> ViewerKind:
        found = viewer_of_account(
            store, lin.account_id, today=day, claims=claims, settings=claiming
        )
        assert found is not None
        return found.kind

    assert kind() is ViewerKind.HR
    assert kind({"groups": []}) is ViewerKind.EMPLOYEE
    assert kind(day=TODAY + timedelta(days=8)) is ViewerKind.EMPLOYEE, "it was long ago"
    enter(store, replace(says, claims={}), claiming)
    assert kind() is ViewerKind.EMPLOYEE


def test_a_deputy_sees_for_a_time_what_the_other_one_sees(company: SmallCompany) -> None:
    store = company.store
    lin = add_account(store, scope=CLI, email="l@example.com", employee_id="lin")
    zhao = Scope(Viewer(ViewerKind.MANAGER, "zhao"), frozenset(), everything().pay)
    last = TODAY + timedelta(days=3)
    deputy = name_deputy(
        store, "lin", stands_in_for="zhao", scope=zhao, from_day=TODAY, to_day=last
    )

    def seen(day: date) -> frozenset[str] | None:
        viewer = viewer_of_account(store, lin, today=day)
        assert viewer is not None
        return scope_today(store, viewer, today=day).employees

    assert seen(TODAY) == seen(last) == {"lin", "wu"}, "the team, not the manager's own card"
    assert seen(TODAY - timedelta(days=1)) == seen(last + timedelta(days=1)) == {"lin"}
    end_deputy(store, deputy, scope=zhao)
    assert seen(TODAY) == {"lin"}
    wu = Scope(Viewer(ViewerKind.EMPLOYEE, "wu"), frozenset({"wu"}), zhao.pay)
    with pytest.raises(NotAllowed):
        name_deputy(store, "wu", stands_in_for="zhao", scope=wu, from_day=TODAY, to_day=last)
    with pytest.raises(DeputyOfSelf):
        name_deputy(store, "lin", stands_in_for="lin", scope=CLI, from_day=TODAY, to_day=last)
    for first, end in ((last, TODAY), (TODAY, TODAY + timedelta(days=367))):
        with pytest.raises(BadDeputyTime):
            name_deputy(store, "lin", stands_in_for="wu", scope=CLI, from_day=first, to_day=end)


def test_nobody_is_named_twice_for_the_same_days(company: SmallCompany) -> None:
    def named(first: date, last: date) -> str:
        return name_deputy(
            company.store, "lin", stands_in_for="wu", scope=CLI, from_day=first, to_day=last
        )

    week = timedelta(days=7)
    deputy = named(TODAY, TODAY + week)
    with pytest.raises(DeputyExists):
        named(TODAY + week, TODAY + 2 * week)
    named(TODAY + week + timedelta(days=1), TODAY + 2 * week)
    end_deputy(company.store, deputy, scope=CLI)
    named(TODAY, TODAY + week)


def test_what_happened_is_kept_and_the_data_is_not_read_anew(company: SmallCompany) -> None:
    store = company.store
    with store.reading() as connection:
        before = data_version(connection)
    account = add_account(store, scope=CLI, email="A@Example.com", name="A")
    grant_role(store, account, "hr", scope=CLI, from_day=TODAY)
    end_sessions(store, account, scope=CLI)
    found = find_account(store, account)
    assert found is not None
    assert found.sessions_valid_after > NOW
    assert access_events(store, scope=CLI)["kind"].tolist() == [
        "sessions_ended",
        "role_granted",
        "account_added",
    ]
    assert list_accounts(store, scope=CLI)["email"].tolist() == ["a@example.com"]
    with pytest.raises(AccountExists):
        add_account(store, scope=CLI, email="a@example.com ")
    with pytest.raises(BadAccount):
        add_account(store, scope=CLI, email="nobody")
    with store.reading() as connection:
        assert data_version(connection) == before


@pytest.mark.parametrize(
    "deed",
    [
        lambda store, scope: list_accounts(store, scope=scope),
        lambda store, scope: add_account(store, scope=scope, email="x@example.com"),
        lambda store, scope: grant_role(store, "x", "hr", scope=scope, from_day=TODAY),
        lambda store, scope: withdraw_role(store, "x", "hr", scope=scope, today=TODAY),
        lambda store, scope: set_active(store, "x", is_active=True, scope=scope, today=TODAY),
        lambda store, scope: link_employee(store, "x", "", scope=scope),
        lambda store, scope: end_sessions(store, "x", scope=scope),
        lambda store, scope: free_sign_in(store, "x", scope=scope),
    ],
)
def test_accounts_are_kept_by_administrators_alone(
    sqlite_store: Store, deed: Callable[[Store, Scope], object]
) -> None:
    for scope in (
        replace(CLI, may_administer=False),
        Scope(Viewer(ViewerKind.EXECUTIVE), None, CLI.pay),
        Scope(Viewer(ViewerKind.EMPLOYEE, "lin"), frozenset({"lin"}), CLI.pay),
    ):
        with pytest.raises(NotAllowed):
            deed(sqlite_store, scope)
