"""Every page opens in both languages, as every kind of viewer and as nobody, without a fault."""

from __future__ import annotations

import pytest

from perf_ui.navigation import ENTRIES
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of

VIEWERS = {
    "hr": {"as_": "hr"},
    "executive": {"as_": "executive"},
    "manager": {"as_": "manager", "me": "M1"},
    "employee": {"as_": "employee", "me": "P1"},
}
CODES = [entry.code for entry in ENTRIES]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("viewer", list(VIEWERS))
@pytest.mark.parametrize("code", CODES)
def test_opens(open_page: OpenPage, code: str, viewer: str, lang: str) -> None:
    app = open_page(code, lang=lang, person="P1", **VIEWERS[viewer])
    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize(
    "address", [{"as_": "nobody"}, {"as_": "manager"}, {"as_": "employee", "me": "stranger"}]
)
@pytest.mark.parametrize("code", [code for code in CODES if code != "welcome"])
def test_nobody_sees_nobody(open_page: OpenPage, code: str, address: dict[str, str]) -> None:
    app = open_page(code, lang="en", person="P1", **address)
    assert not app.exception
    assert [title.value for title in app.title] == ["Who is looking?"]
    said = "\n".join(str(node) for node in app.main)
    assert "Canary" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_store_greets(open_empty: OpenPage, lang: str) -> None:
    app = open_empty("overview", lang=lang)
    assert not app.exception
    assert {button.key for button in app.button} >= {"make_small", "make_group", "own"}


@pytest.mark.parametrize("viewer", ["executive", "manager", "administrator", "nobody"])
def test_an_empty_store_lets_others_become_hr(open_empty: OpenPage, viewer: str) -> None:
    app = open_empty("compare", lang="en", as_=viewer)
    assert not app.exception
    app.selectbox(key="view_as_kind").set_value("hr").run()
    assert not app.exception
    assert {button.key for button in app.button} >= {"make_small", "make_group", "own"}


@pytest.mark.parametrize("code", ["overview", "team", "person"])
def test_what_anybody_may_have_typed_into_the_address_harms_nothing(
    open_page: OpenPage, code: str
) -> None:
    app = open_page(
        code,
        lang="xx",
        period="2026-13",
        brand="<script>",
        role="'; drop table people; --",
        grade="?",
        sort="\x00",
        page="-7",
        q="%_[*",
        line="nothing",
        card="@@",
        person="../../etc/passwd",
    )
    assert not app.exception
    assert not app.error


def test_chinese_pages_are_chinese(open_page: OpenPage) -> None:
    said = words_of(open_page("overview", lang="zh"))
    assert "总览" in said
    assert "需要关注" in said
    assert "Who needs attention" not in said
