"""The page of a shared review: text stays text, and who is nameless stays so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.share import Answer, AsksFor, LinkKind, ShareLink
from perf_core.language.translate import Reader
from perf_core.reporting.review_document import review_parts, review_title, watermark_words
from perf_core.reporting.review_forms import answer_parts
from perf_core.reporting.review_markup import page

NOW = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


class Tags(HTMLParser):
    """Collects which elements and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def row(number: int, role: str, name: str | None = None) -> dict[str, Any]:
    both = {"zh": role, "en": role}
    return {
        "name": name,
        "number": number,
        "role": both,
        "brand": {"zh": "luxe", "en": "luxe"},
        "weakest": {"zh": f"{role} speed", "en": f"{role} speed"},
        "total": 90.0 + number,
        "change": None,
        "pace": 1.0,
        "rank": 1.0,
        "of": 5.0,
        "grade": "good",
        "vetoed": False,
        "complete": True,
    }


def link(rows: list[dict[str, Any]], *, readers: str = "", by: str = "") -> ShareLink:
    return ShareLink(
        link_id="x",
        kind=LinkKind.TEAM,
        subject="",
        period="2026-06",
        as_of=date(2026, 6, 17),
        title="",
        content={
            "zone": "Asia/Shanghai",
            "currency": "CNY",
            "pass_mark": 80.0,
            "grades": {"good": {"zh": "良好", "en": "Good"}},
            "filters": {},
            "rows": rows,
            "by": by,
        },
        hide_names=False,
        asks_for=AsksFor.COMMENT,
        readers=readers,
        is_single_use=False,
        passcode_hash="",
        creator="",
        created_by=Viewer(ViewerKind.HR),
        created_at=NOW,
        expires_at=NOW,
        revoked_at=None,
        revoked_by="",
    )


def written(one: ShareLink, language: str, answers: tuple[Answer, ...] = ()) -> str:
    reader, by = Reader(language), one.content["by"]
    return page(
        review_parts(one, shared_by=by, reader=reader),
        answer_parts(one, answers, action="/r", check="", problem=by, reader=reader),
        title=review_title(one, reader),
        reader=reader,
        switch="/r",
        mark=watermark_words(one, shared_by=by, reader=reader),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@given(text=st.text(alphabet="<>&'\"/=xsvgiml \n-!`", max_size=60))
def test_no_text_becomes_markup(language: str, text: str) -> None:
    def tags(word: str) -> set[str]:
        one = link([row(n, word, word) for n in range(4)], readers=word, by=word)
        said = (Answer(NOW, word, "", word),)
        found = Tags()
        found.feed(written(one, language, said))
        return found.found

    assert tags(text) <= tags("plain") | tags("")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_role_that_few_hold_is_not_told_without_names(language: str) -> None:
    rows = [*(row(n, "sales") for n in range(4)), row(7, "boss")]
    text = written(link(rows), language)
    assert "sales" in text
    assert "boss" not in text
    named = written(link([*rows[:4], row(7, "boss", "Zhao")]), language)
    assert "boss" in named
    few = written(link(rows[:3]), language)
    assert "sales" not in few
    # The mean of three is a secret, that of five is not.
    assert "93.2" not in few
    assert "92.6" in text
