"""The comparison's parts on whose problem it is, and on before and after."""

from __future__ import annotations

from datetime import date

import pytest

from perf_core.domain.access import everything
from perf_core.services.business_events import (
    list_events,
    record_event,
    remove_event,
    revise_event,
)
from perf_core.store.engine import Store
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of
from tests.pages.test_every_page import VIEWERS

PARTS = ("problem", "events")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("viewer", ["hr", "manager"])
@pytest.mark.parametrize("part", PARTS)
def test_opens(
    open_page: OpenPage, company_store: Store, part: str, viewer: str, lang: str
) -> None:
    _pilot(company_store)
    app = open_page("compare", lang=lang, part=part, **VIEWERS[viewer])
    assert not app.exception
    assert not app.error


def _pilot(store: Store) -> None:
    record_event(
        store,
        scope=everything(),
        kind="pilot",
        name="New <b>shelf</b>",
        day=date(2026, 5, 1),
        concerns={"brand": ("luxe",)},
    )


def test_whose_problem_it_is_is_said_in_words(open_page: OpenPage) -> None:
    said = words_of(open_page("compare", lang="en", part="problem", of="aov"))
    assert "Whose problem is it?" in said
    assert "of 2 brands fall short of their own target" in said
    # Nothing is claimed of a year that is not there.
    assert "What it was a year ago is not known" in said
    assert "A year ago" not in said.split("What it was a year ago is not known")[1][:200]
    assert "Paid and organic visits are not recorded here" in said


def test_the_base_and_the_indicator_stand_in_the_address(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", part="problem", period="2026-05")
    assert app.segmented_control(key="funnel_base").value == "previous"
    app.segmented_control(key="funnel_base").set_value("best").run()
    assert app.query_params["against"] == "best"
    assert "at the own number of visits" in words_of(app)
    app.segmented_control(key="problem_verdict").set_value("fine").run()
    options = app.selectbox(key="problem_indicator").options
    app.selectbox(key="problem_indicator").select(options[-1]).run()
    assert (app.query_params["verdict"], bool(app.query_params["of"])) == ("fine", True)
    assert not app.exception


def test_a_channel_has_no_targets_and_one_brand_nobody_beside_it(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", part="problem", in_="channel:tmall")
    assert not app.exception
    app = open_page("compare", lang="en", part="problem", in_="brand:luxe")
    assert not app.exception


def test_an_event_is_marked_shown_and_taken_off(open_page: OpenPage, company_store: Store) -> None:
    app = open_page("compare", lang="en", part="events")
    assert "Nothing is marked yet" in words_of(app)
    app.text_input[0].set_value("Shelf training")
    app.date_input[0].set_value(date(2026, 5, 1))
    app.multiselect(key="mark_brand_new").select("luxe")
    app.button("FormSubmitter:mark_event_new-Mark").click().run()
    (event,) = list_events(company_store, scope=everything())
    assert (event.name, event.codes("brand")) == ("Shelf training", ("luxe",))
    said = words_of(app)
    assert "went with" in said
    assert "no interval can be trusted" in said
    assert "causes" not in said
    app.button(key=f"remove_{event.event_id}").click().run()
    assert list_events(company_store, scope=everything()) == ()
    assert "Nothing is marked yet" in words_of(app)


def test_what_somebody_else_made_of_an_event_is_not_overwritten(
    open_page: OpenPage, company_store: Store
) -> None:
    _pilot(company_store)
    (event,) = list_events(company_store, scope=everything())
    app = open_page("compare", lang="en", part="events")

    def save() -> list[str]:
        name = next(one for one in app.text_input if one.value == event.name)
        name.set_value("Mine")
        next(one for one in app.button if one.label == "Save").click().run()
        assert not app.exception
        return [one.value for one in app.error]

    theirs = {"kind": "pilot", "name": "Theirs", "day": event.day, "concerns": event.concerns}
    revise_event(company_store, event.event_id, scope=everything(), **theirs)
    assert "“Theirs” was changed by somebody else meanwhile" in save()[0]
    (now,) = list_events(company_store, scope=everything())
    assert now.name == "Theirs"
    event = now
    remove_event(company_store, event.event_id, scope=everything())
    assert save() == ["Somebody else has removed this event meanwhile."]
    assert list_events(company_store, scope=everything()) == ()


def test_a_link_to_an_event_that_is_gone_says_so(open_page: OpenPage, company_store: Store) -> None:
    _pilot(company_store)
    app = open_page("compare", lang="en", part="events", event="gone")
    assert "The event that the address asks for was removed" in app.info[0].value


def test_an_event_without_a_name_is_refused_in_words(
    open_page: OpenPage, company_store: Store
) -> None:
    app = open_page("compare", lang="en", part="events")
    app.button("FormSubmitter:mark_event_new-Mark").click().run()
    assert [one.value for one in app.error] == ["Give it a name: that is how others find it."]
    assert list_events(company_store, scope=everything()) == ()


def test_who_may_not_mark_is_not_asked_to(open_page: OpenPage, company_store: Store) -> None:
    _pilot(company_store)
    app = open_page("compare", lang="en", part="events", **VIEWERS["manager"])
    assert not app.text_input
    assert "Remove this event" not in words_of(app)
    # The own line is of one brand: others cannot be seen, and nothing is made up about them.
    assert "with nobody to compare" in words_of(app)


def test_an_event_of_today_has_nothing_after_it(open_page: OpenPage, company_store: Store) -> None:
    record_event(
        company_store,
        scope=everything(),
        kind="training",
        name="Today",
        day=date(2026, 6, 17),
        concerns={"brand": ("core",)},
    )
    assert "is not over yet" in words_of(open_page("compare", lang="en", part="events"))


@pytest.mark.parametrize("part", PARTS)
def test_what_anybody_may_have_typed_harms_nothing(
    open_page: OpenPage, company_store: Store, part: str
) -> None:
    _pilot(company_store)
    app = open_page(
        "compare",
        lang="en",
        part=part,
        event="<script>",
        figure="'; drop table",
        months="999",
        verdict="guilty",
        against="moon",
        of="nothing",
        rows="role",
    )
    assert not app.exception
    assert "<b>shelf</b>" not in [one.value for one in app.markdown]
