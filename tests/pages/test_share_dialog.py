"""The share button and its dialog: who has one, and what it asks."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage

VIEWERS = {
    "hr": {"as_": "hr"},
    "manager": {"as_": "manager", "me": "M1"},
    "employee": {"as_": "employee", "me": "P1"},
}


def share_buttons(app: AppTest) -> list[str]:
    return [button.key for button in app.button if button.key and button.key.startswith("share_")]


@pytest.mark.parametrize(
    ("code", "viewer"),
    [
        ("person", "hr"),
        ("person", "employee"),
        ("team", "manager"),
        ("overview", "hr"),
        ("compare", "manager"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_dialog_opens(open_page: OpenPage, code: str, viewer: str, lang: str) -> None:
    address = {"lang": lang, "person": "P1", "brand": "luxe", "period": "2026-06"}
    app = open_page(code, **address, **VIEWERS[viewer])
    (key,) = share_buttons(app)
    app.button(key=key).click().run()
    assert not app.exception
    assert not app.error
    boxes = {str(box.key).split("_")[1] for box in app.checkbox if box.key}
    assert {"passcode", "single"} <= boxes
    assert ("hide" in boxes) == (code in {"person", "team"})
    assert any(choice.value == 7 for choice in app.selectbox)


def test_who_may_not_see_may_not_share(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERF_EMPLOYEES_MAY_SHARE", "false")
    assert share_buttons(open_page("person", lang="en", **VIEWERS["employee"])) == []
    other = {"person": "P2", "lang": "en"}
    assert share_buttons(open_page("person", **other, **VIEWERS["manager"])) == []
