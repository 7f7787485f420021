"""What readers answer, who is told, and which links a maker finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from perf_core.domain.access import Viewer, ViewerKind
from perf_core.domain.errors import (
    AnswerIncomplete,
    NotAllowed,
    TooLong,
)
from perf_core.domain.share import (
    LOST_RIGHT,
    AsksFor,
    Refusal,
)
from perf_core.services.share_review import (
    answers_about,
    list_links,
    revoke_link,
)
from perf_core.services.share_review_reader import (
    Opened,
    Review,
    open_review,
)
from perf_core.store.engine import Store, data_version
from tests.pages.company import LAST
from tests.share.links import (
    HR,
    M1,
    NOW,
    P1,
    listed,
    made,
    move,
    opened,
    redeemed,
    refusal,
    said,
    scope_of,
)


def test_answers_are_kept_and_the_last_of_each_reader_counts(company: Store) -> None:
    link = made(company, M1, asks_for=AsksFor.SIGN_OFF)
    ann, bob = redeemed(company, link), redeemed(company, link)
    said(company, ann, verdict="seen")
    said(company, ann, NOW + timedelta(hours=1), verdict="disagree", text="Two weeks away\x00\x07")
    said(company, bob, NOW + timedelta(hours=2), reader="Bob", verdict="agree")
    one = listed(company, M1, link)
    assert [a.verdict for a in one.answers] == ["seen", "disagree", "agree"]
    assert [(a.reader, a.verdict) for a in one.latest_answers] == [
        ("Ann", "disagree"),
        ("Bob", "agree"),
    ]
    assert one.answers[1].text == "Two weeks away"
    assert isinstance(ann, Opened)
    own = open_review(company, ann.link_id, ann.cookie, NOW, today=LAST)
    assert isinstance(own, Review)
    assert [a.verdict for a in own.answers] == ["seen", "disagree"]


def test_an_answer_must_say_something(company: Store) -> None:
    sign_off = redeemed(company, made(company, asks_for=AsksFor.SIGN_OFF))
    for words in (
        {"verdict": ""},
        {"verdict": "yes"},
        {"verdict": "disagree"},
        {"verdict": "agree", "reader": " "},
    ):
        with pytest.raises(AnswerIncomplete):
            said(company, sign_off, **words)
    with pytest.raises(TooLong):
        said(company, sign_off, verdict="agree", text="x" * 4001)
    with pytest.raises(AnswerIncomplete):
        said(company, redeemed(company, made(company, asks_for=AsksFor.COMMENT)))
    nothing = redeemed(company, made(company))
    assert refusal(said(company, nothing, text="hello")) is Refusal.UNKNOWN


def test_answers_stand_with_the_person_for_who_may_see_them(changing: Store) -> None:
    comment = made(changing, M1, asks_for=AsksFor.COMMENT)
    signed = made(changing, M1, asks_for=AsksFor.SIGN_OFF)
    said(changing, redeemed(changing, comment), text="Promote her")
    said(changing, redeemed(changing, signed), NOW + timedelta(hours=1), verdict="agree")

    def told(viewer: Viewer) -> list[str]:
        scope = scope_of(changing, viewer)
        return [one.text or one.verdict for _, one in answers_about(changing, scope, "P1")]

    assert told(M1) == told(HR) == ["Promote her", "agree"]
    assert told(P1) == ["agree"]
    with pytest.raises(NotAllowed):
        told(Viewer(ViewerKind.MANAGER, "M2"))
    move(changing, "P1", "M2")
    with pytest.raises(NotAllowed):
        told(M1)
    # The list of the one who lost the person names nobody and tells no answers.
    lost = listed(changing, M1, comment)
    assert (lost.link.title, lost.answers) == ("", ())
    assert listed(changing, HR, comment).answers


def test_makers_see_their_own_links_and_hr_everybodys(company: Store) -> None:
    of_m1, of_p1 = made(company, M1), made(company, P1)
    opened(company, of_m1)

    def ids(viewer: Viewer) -> set[str]:
        found = list_links(company, scope_of(company, viewer), now=NOW)
        return {one.link.link_id for one in found}

    assert of_m1.link_id in ids(M1)
    assert of_p1.link_id not in ids(M1)
    assert {of_m1.link_id, of_p1.link_id} <= ids(HR)
    one = listed(company, HR, of_m1)
    assert (one.made_by, one.n_readers, one.n_views, one.first_opened_at) == ("Mara", 1, 1, NOW)


def test_sharing_changes_nothing_that_is_cached(company: Store) -> None:
    def version() -> int:
        with company.reading() as connection:
            return data_version(connection)

    before = version()
    link = made(company, asks_for=AsksFor.COMMENT)
    said(company, redeemed(company, link), text="Fine")
    opened(company, link)
    revoke_link(company, scope_of(company, HR), link.link_id, now=NOW)
    assert version() == before
    assert listed(company, HR, link).link.revoked_by != LOST_RIGHT
