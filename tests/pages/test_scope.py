"""Whom each kind of viewer gets to see, and that pay reaches nobody through these pages."""

from __future__ import annotations

import pytest

from tests.pages.company import LINE_OF_M2, PAY, STAFF
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of

PAGES = ("overview", "team", "person")


def seen(open_page: OpenPage, code: str, **address: str) -> set[str]:
    said = words_of(open_page(code, lang="en", **address))
    # P1 is the beginning of P10.
    return {one for one in STAFF if f"Canary{one}" in said.replace("CanaryP10", "CanaryPX")} | (
        {"P10"} if "CanaryP10" in said else set()
    )


@pytest.mark.parametrize("code", PAGES)
def test_a_manager_sees_the_own_line_only(open_page: OpenPage, code: str) -> None:
    found = seen(open_page, code, as_="manager", me="M1", person="P1")
    assert found
    assert not found & set(LINE_OF_M2)


@pytest.mark.parametrize("code", PAGES)
def test_a_manager_is_not_shown_somebody_elses_person(open_page: OpenPage, code: str) -> None:
    assert not seen(open_page, code, as_="manager", me="M1", person="P2") & set(LINE_OF_M2)


def test_a_manager_sees_also_who_reports_to_reports(open_page: OpenPage) -> None:
    assert seen(open_page, "team", as_="manager", me="B1") == set(STAFF)


@pytest.mark.parametrize("code", PAGES)
def test_an_employee_sees_the_own_card_only(open_page: OpenPage, code: str) -> None:
    app = open_page(code, lang="en", as_="employee", me="P3", person="P4")
    main = "\n".join(str(getattr(node, "proto", "")) for node in app.main)
    assert "CanaryP4" not in main
    assert "CanaryP1" not in main


@pytest.mark.parametrize(
    "viewer",
    [{"as_": "executive"}, {"as_": "manager", "me": "M1"}, {"as_": "employee", "me": "P1"}],
)
@pytest.mark.parametrize("code", PAGES)
def test_nobodys_pay_is_on_a_page(open_page: OpenPage, code: str, viewer: dict[str, str]) -> None:
    said = words_of(open_page(code, lang="en", person="P1", **viewer))
    for shape in (f"{PAY:,.2f}", f"{PAY:.2f}", f"{PAY:,.0f}", f"{PAY:.0f}", "87.7K", "8.8万"):
        assert shape not in said


def test_a_manager_gets_no_figure_made_of_pay(open_page: OpenPage) -> None:
    labels = {one.label for one in open_page("overview", lang="en", as_="manager", me="M1").metric}
    assert "Cost ratio" not in labels
    labels = {one.label for one in open_page("overview", lang="en", as_="executive").metric}
    assert "Cost ratio" in labels
