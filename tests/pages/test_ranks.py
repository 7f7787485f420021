"""Where ranks are not for employees, no page tells them theirs."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of

RANK = re.compile(r"\b\d+ / \d+\b")


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("code", ["overview", "person"])
def test_a_rank_is_told_where_the_company_wants_it(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, code: str, *, shown: bool
) -> None:
    monkeypatch.setenv("PERF_EMPLOYEES_SEE_RANKS", str(shown).lower())
    app = open_page(code, lang="en", as_="employee", me="P1", period="2026-05")
    assert not app.exception
    assert bool(RANK.search(words_of(app))) is shown
