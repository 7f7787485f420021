"""What is chosen on the parts of cost, people and events: it stands in the address and is followed.

Clicks in charts need a browser; here the address says what was clicked.
"""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of
from tests.pages.test_compare_cost_and_people import (
    NEW_PAY,
    VIEWERS,
    open_page,
    part,
    with_leavers,
)

__all__ = ["open_page", "with_leavers"]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_a_chosen_brand_is_followed_by_all_below_and_its_chip_lifts_it(open_page: OpenPage) -> None:
    address = {"lang": "en", "period": "2026-06", **VIEWERS["hr"]}
    app = part(open_page, "people", who="core", **address)
    said = words_of(app)
    assert "Who left: 1" in said
    assert "CanaryG3" in said
    assert "CanaryG1" not in said
    press(app, "chip_people_who")
    assert "who" not in app.query_params
    assert "Who left: 3" in words_of(app)
    # What is no brand chooses nothing.
    assert "Who left: 3" in words_of(part(open_page, "people", who="nonsense", **address))
    by_tenure = words_of(part(open_page, "people", by="tenure", who="24-60", **address))
    assert "Who left: 3" in by_tenure
    assert "A curve runs through all bands of tenure" in by_tenure


def test_only_hr_chooses_by_a_reason(open_page: OpenPage) -> None:
    for viewer, is_chosen in (("hr", True), ("executive", False)):
        app = part(
            open_page,
            "people",
            lang="en",
            period="2026-06",
            reason="voluntary|secretreason",
            **VIEWERS[viewer],
        )
        keys = {one.key for one in app.button}
        assert ("chip_leavers_reason" in keys) is is_chosen
    assert "only HR sees" in words_of(app)


def test_what_is_made_of_what_follows_the_rights(open_page: OpenPage) -> None:
    address = {"lang": "en", "period": "2026-05", "rows": "brand", "cols": "role"}
    for viewer in ("hr", "executive"):
        app = part(open_page, "people", **address, **VIEWERS[viewer])
        said = words_of(press(app, "made_of_rate"))
        assert "who left ÷" in said
        assert "Which loads" in said
    app = part(open_page, "cost", **address, **VIEWERS["hr"])
    said = words_of(press(app, "made_of_cost"))
    assert "Pay, May 2026" in said
    for viewer in ("executive", "manager"):
        app = part(open_page, "cost", **address, **VIEWERS[viewer])
        if "made_of_cost" in {one.key for one in app.button}:
            said = words_of(press(app, "made_of_cost"))
            assert "Pay, May 2026" not in said
        assert f"{NEW_PAY:,.2f}" not in said


def test_a_chosen_group_is_followed_by_the_months(open_page: OpenPage) -> None:
    address = {"lang": "en", "period": "2026-05", "rows": "brand", **VIEWERS["hr"]}
    app = part(open_page, "cost", **address)
    options = app.selectbox(key="filter_group").options
    assert "chip_cost_group" not in {one.key for one in app.button}
    app.selectbox(key="filter_group").select_index(len(options) - 1).run()
    assert not app.exception
    if len(options) > 1:
        assert app.query_params["group"]
        press(app, "chip_cost_group")
        assert "group" not in app.query_params
    app.toggle(key="filter_table").set_value(True).run()
    assert "by pay per head" in words_of(app)


@pytest.mark.parametrize("figure", ["revenue", "cost_ratio", "attrition", "attainment"])
def test_an_event_is_judged_and_can_be_changed(open_page: OpenPage, figure: str) -> None:
    app = part(open_page, "events", lang="en", **VIEWERS["hr"])
    app.text_input(key="mark_name_new").set_value("A pilot")
    app.date_input(key="mark_day_new").set_value(date(2026, 5, 1))
    app.multiselect(key="mark_brand_new").set_value(["luxe"])
    next(one for one in app.button if one.label == "Mark").click().run()
    assert not app.exception
    event_id = (
        app.query_params["event"][0]
        if isinstance(app.query_params["event"], list)
        else app.query_params["event"]
    )
    app = part(open_page, "events", lang="en", event=event_id, figure=figure, **VIEWERS["hr"])
    said = words_of(app)
    assert "Next:" in said
    name = next(one for one in app.text_input if one.value == "A pilot")
    name.set_value("   ")
    next(one for one in app.button if one.label == "Save").click().run()
    assert app.error
    assert (
        next(
            one
            for one in app.text_input
            if (one.key or "").startswith("mark_name_") and one.key != "mark_name_new"
        ).value
        == "   "
    )  # what was typed stays
    name = next(one for one in app.text_input if one.value == "   ")
    name.set_value("Another pilot")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.error
    assert "Another pilot" in words_of(app)


def test_who_sees_no_pay_is_not_offered_what_is_made_of_it(
    open_page: OpenPage,
) -> None:
    app = part(open_page, "events", lang="en", **VIEWERS["hr"])
    app.text_input(key="mark_name_new").set_value("A pilot")
    app.date_input(key="mark_day_new").set_value(date(2026, 5, 1))
    next(one for one in app.button if one.label == "Mark").click().run()
    assert "Cost ratio" in app.selectbox(key="events_figure").options
    app = part(open_page, "events", lang="en", figure="cost_ratio", **VIEWERS["manager"])
    assert "Cost ratio" not in app.selectbox(key="events_figure").options
