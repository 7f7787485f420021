"""The accounts page: giving and taking, two administrators at once, and whose names are shown."""

from __future__ import annotations

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.domain.share import LinkKind, LinkWish
from perf_core.services import accounts
from perf_core.services.share_review import create_link, this_instant
from perf_core.services.share_review_reader import redeem
from perf_core.store.engine import Store
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of

DAY = date(2026, 1, 1)


@pytest.fixture
def ids(company_store: Store) -> dict[str, str]:
    """Three accounts."""
    return {
        name: accounts.add_account(
            company_store, scope=everything(), email=f"{name}@example.com", employee_id=person
        )
        for name, person in (("ada", ""), ("p1", "P1"), ("p2", "P2"))
    }


def opened(open_page: OpenPage, account: str = "", **address: str) -> AppTest:
    app = open_page("accounts", lang="en", as_="administrator", account=account, **address)
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    next(one for one in app.button if one.key == key).click()
    app.run()
    assert not app.exception
    return app


def roles_of(store: Store, account_id: str) -> set[str]:
    listed = accounts.list_accounts(store, scope=everything())
    held = listed.loc[listed["account_id"] == account_id, "roles"].iloc[0]
    return set(held["role"])


def test_the_list_is_searched_and_narrowed(open_page: OpenPage, ids: dict[str, str]) -> None:
    def shown(app: AppTest) -> set[str]:
        return {
            one.key.removeprefix("open_")
            for one in app.button
            if one.key and one.key.startswith("open_")
        }

    assert shown(opened(open_page)) == set(ids.values())
    assert shown(opened(open_page, q="P2@EXAMPLE")) == {ids["p2"]}
    assert shown(opened(open_page, part="hr")) == set()
    assert shown(opened(open_page, state="new")) == set(ids.values())
    assert "No account fits" in words_of(opened(open_page, state="closed"))


def test_keeping_accounts_shows_nobodys_name(open_page: OpenPage, ids: dict[str, str]) -> None:
    pages = [
        opened(open_page),
        opened(open_page, ids["p1"]),
        opened(open_page, tab="deputies"),
        opened(open_page, tab="record"),
    ]
    for app in pages:
        assert "Canary" not in words_of(app)


def test_somebody_is_added_by_e_mail(open_page: OpenPage, company_store: Store) -> None:
    app = opened(open_page)
    app.text_input(key="add_email").set_value("New@Example.com")
    app.text_input(key="add_person").set_value("P3")
    press(app, "FormSubmitter:add_account-Add")
    listed = accounts.list_accounts(company_store, scope=everything())
    assert set(zip(listed["email"], listed["employee_id"], strict=True)) == {
        ("new@example.com", "P3")
    }
    assert "new@example.com" in words_of(app)


@pytest.mark.parametrize(
    ("email", "person", "said"),
    [
        ("nonsense", "", "is not an e-mail address"),
        ("p1@example.com", "", "has an account already"),
        ("other@example.com", "P1", "has an account already"),
        ("other@example.com", "nobody", "nobody"),
    ],
)
def test_a_wrong_wish_is_worded(
    open_page: OpenPage, ids: dict[str, str], email: str, person: str, said: str
) -> None:
    assert ids
    app = opened(open_page)
    app.text_input(key="add_email").set_value(email)
    app.text_input(key="add_person").set_value(person)
    press(app, "FormSubmitter:add_account-Add")
    assert said in "\n".join(one.value for one in app.error)
    # Nothing that was typed is lost.
    assert app.text_input(key="add_email").value == email
    assert app.text_input(key="add_person").value == person


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hr_names_deputies_and_reads_the_record(open_page: OpenPage, lang: str) -> None:
    app = open_page("accounts", lang=lang, as_="hr", tab="deputies")
    press_name = next(one.key for one in app.button if "FormSubmitter:deputy" in str(one.key))
    press(app, str(press_name))
    assert app.error, "nobody was chosen"
    app.selectbox(key="deputy_who").select("P2")
    app.selectbox(key="deputy_whom").select("P2")
    app.text_input(key="deputy_reason").set_value("holidays")
    press(app, str(press_name))
    assert app.error, "one person cannot be both"
    assert app.selectbox(key="deputy_who").value == "P2"
    assert app.text_input(key="deputy_reason").value == "holidays"
    app.selectbox(key="deputy_whom").select("M1")
    press(app, str(press_name))
    assert not app.error
    assert "CanaryP2" in words_of(app)
    assert app.selectbox(key="deputy_who").value is None
    # The button pressed twice names nobody twice, and is no error.
    app.selectbox(key="deputy_who").select("P2")
    app.selectbox(key="deputy_whom").select("M1")
    press(app, str(press_name))
    assert not app.error
    record = open_page("accounts", lang=lang, as_="hr", tab="record")
    told = words_of(record)
    assert "CanaryP2" in told
    assert "Mara" in told
    assert not [one for one in record.button if (one.key or "").startswith("open_")]


def test_the_record_says_which_link_was_opened(
    open_page: OpenPage, company_store: Store, ids: dict[str, str]
) -> None:
    assert ids
    hr = everything()
    wish = LinkWish(LinkKind.PERSON, "P1", parse_period("2026-06"))
    link = create_link(company_store, hr, wish, this_instant())
    redeem(company_store, link.token, "", this_instant(), today=date(2026, 6, 17))

    def told(**viewer: str) -> str:
        return words_of(open_page("accounts", lang="en", tab="record", **viewer))

    by_hr, by_keeper = told(as_="hr"), told(as_="administrator")
    assert re.search(r"opened the shared link “Scorecard · CanaryP1 · .*2026.*”, made by", by_hr)
    assert "opened the shared link “Scorecard · " in by_keeper
    assert "CanaryP1" not in by_keeper
    for text in (by_hr, by_keeper):
        assert link.token not in text


def test_a_part_is_given_and_withdrawn(
    open_page: OpenPage, company_store: Store, ids: dict[str, str]
) -> None:
    app = opened(open_page, ids["p1"])
    app.selectbox(key="part_role").select("brand_head").run()
    app.selectbox(key="part_brand").select("luxe")
    press(app, "part_give")
    assert roles_of(company_store, ids["p1"]) == {"brand_head"}
    withdraw = next(one.key for one in app.button if (one.key or "").startswith("withdraw_"))
    press(app, str(withdraw))
    assert roles_of(company_store, ids["p1"]) == set()


def test_two_administrators_do_not_overwrite_each_other(
    open_page: OpenPage, company_store: Store, ids: dict[str, str]
) -> None:
    app = opened(open_page, ids["ada"])
    # Meanwhile the other one is quicker, in several ways.
    accounts.link_employee(company_store, ids["ada"], "P5", scope=everything())
    accounts.grant_role(company_store, ids["ada"], "executive", scope=everything(), from_day=DAY)
    app.text_input(key=f"person_{ids['ada']}_").set_value("P6")
    press(app, "person_save")
    assert "changed by somebody else" in "\n".join(one.value for one in app.error)
    listed = accounts.list_accounts(company_store, scope=everything()).set_index("account_id")
    assert listed.loc[ids["ada"], "employee_id"] == "P5"
    # What was typed stays beside what is in force now.
    assert app.text_input(key=f"person_{ids['ada']}_P5").value == "P6"
    assert "At the moment: P5" in words_of(app)
    app.selectbox(key="part_role").select("administrator").run()
    press(app, "part_give")
    assert roles_of(company_store, ids["ada"]) == {"executive", "administrator"}


def test_an_account_is_closed_and_opened_and_its_sessions_ended(
    open_page: OpenPage, company_store: Store, ids: dict[str, str]
) -> None:
    before = accounts.find_account(company_store, ids["p1"])
    app = press(opened(open_page, ids["p1"]), "end_sessions")
    after = accounts.find_account(company_store, ids["p1"])
    assert before is not None
    assert after is not None
    assert after.sessions_valid_after > before.sessions_valid_after
    press(app, "set_active")
    closed = accounts.find_account(company_store, ids["p1"])
    assert closed is not None
    assert not closed.is_active
    press(app, "set_active")
    said = words_of(app)
    for sentence in ("ended the sessions", "closed the account", "opened the account"):
        assert sentence in said


def test_the_last_administrator_stays(
    open_page: OpenPage, company_store: Store, ids: dict[str, str]
) -> None:
    accounts.grant_role(
        company_store, ids["ada"], "administrator", scope=everything(), from_day=DAY
    )
    app = press(opened(open_page, ids["ada"]), "set_active")
    assert "last administrator" in "\n".join(one.value for one in app.error)


@pytest.mark.parametrize("viewer", [{"as_": "executive"}, {"as_": "manager", "me": "M1"}])
def test_the_page_is_for_administrators_and_hr(open_page: OpenPage, viewer: dict[str, str]) -> None:
    app = open_page("accounts", lang="en", **viewer)
    assert "This page is for administrators and HR." in words_of(app)
    assert not app.button
