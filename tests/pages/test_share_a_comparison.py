"""Sharing the part of the comparison that is open: what the dialog says, and what it makes."""

from __future__ import annotations

from typing import Any

import pytest

from perf_core.domain.share import LinkWish
from perf_core.services.share_review import create_link, this_instant
from perf_core.services.share_review_reader import Opened, Review, open_review, redeem
from perf_ui import share_parts, start
from perf_ui.viewer import current_scope, current_viewer
from tests.pages.company import LAST, PAY
from tests.pages.conftest import OpenPage

EXECUTIVE = {"as_": "executive", "lang": "en", "period": "2026-05"}
SHARE = "share_view___"


@pytest.mark.parametrize(
    ("part", "shows"),
    [
        ("groups", "the groups by brand side by side"),
        ("problem", "whose problem each indicator is by brand"),
        ("people", "how many leave by brand"),
    ],
)
def test_the_dialog_says_what_the_link_will_show(
    open_page: OpenPage, part: str, shows: str
) -> None:
    page = open_page("compare", part=part, **EXECUTIVE)
    page.button(key=SHARE).click().run()
    assert not page.exception
    assert any(shows in one.value for one in page.markdown)
    assert any(one.label == "Make the link" for one in page.button)


@pytest.mark.parametrize(
    ("part", "said"),
    [("cost", "pay is never in a link"), ("events", "Nothing is marked yet")],
)
def test_where_nothing_can_be_shared_the_dialog_says_why(
    open_page: OpenPage, part: str, said: str
) -> None:
    page = open_page("compare", part=part, **EXECUTIVE)
    page.button(key=SHARE).click().run()
    assert any(said in one.value for one in page.info)
    assert not [one for one in page.button if one.label == "Make the link"]


@pytest.mark.parametrize("part", ["problem", "people"])
def test_the_part_that_is_open_is_what_is_frozen(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    made: list[Review] = []

    def make(subject: Any) -> None:
        wish = LinkWish(subject.kind, subject.shared.part.value, subject.period, by=subject.by)
        link = create_link(
            start.store(),
            current_scope(current_viewer()),
            wish,
            this_instant(),
            part_of=subject.shared.found,
        )
        found = redeem(start.store(), link.token, "", this_instant(), today=LAST)
        assert isinstance(found, Opened)
        shown = open_review(start.store(), found.link_id, found.cookie, this_instant(), today=LAST)
        assert isinstance(shown, Review)
        made.append(shown)

    monkeypatch.setattr(share_parts, "_open", make)
    page = open_page("compare", part=part, **EXECUTIVE)
    page.button(key=SHARE).click().run()
    assert not page.exception
    (review,) = made
    assert review.link.part.value == part
    content = review.link.content
    told = content["problem"]["verdicts"] if part == "problem" else content["leaving"]["rows"]
    assert told
    assert f"{int(PAY)}" not in str(content)
