"""What the pages say of the small company, and that the address brings it back."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from perf_core.store.engine import Store
from perf_ui import start
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of


def test_the_breach_is_at_the_top_of_the_list(open_page: OpenPage) -> None:
    app = open_page("overview", lang="en")
    first = next(one.value for one in app.markdown if "breach" in one.value)
    assert first == "A confirmed breach sets the total to zero."
    headcount = next(one for one in app.metric if one.label == "Headcount")
    assert headcount.value == "13"


def test_the_team_is_searched_filtered_and_sorted_by_its_address(open_page: OpenPage) -> None:
    table = open_page("team", lang="en", q="canaryp1").dataframe[0].value
    assert set(table["number"]) == {"P1", "P10"}
    table = open_page("team", lang="en", brand="luxe", sort="name").dataframe[0].value
    assert list(table["name"]) == sorted(table["name"])
    assert set(table["brand"]) == {"luxe"}
    table = open_page("team", lang="en", sort="total_down").dataframe[0].value
    assert list(table["total"]) == sorted(table["total"], reverse=True)


def test_a_filter_that_is_changed_stands_in_the_address(open_page: OpenPage) -> None:
    app = open_page("team", lang="en")
    app.selectbox("filter_brand").set_value("luxe").run()
    assert app.query_params["brand"] == "luxe"
    app.selectbox("filter_brand").set_value("").run()
    assert "brand" not in app.query_params


def test_the_windows_with_targets_are_offered(open_page: OpenPage) -> None:
    picker = open_page("overview", lang="en").selectbox("filter_period")
    assert "May 30 – Aug 29, 2026" in [one.replace("\u2009", " ") for one in picker.options]
    assert picker.value == "2026-06"


def test_a_person_is_explained_down_to_the_measures(open_page: OpenPage) -> None:
    app = open_page("person", lang="en", person="P1", line="conversion")
    said = words_of(app)
    assert "Conversion rate \\\\= Valid orders ÷ Visits" in said or "÷" in said
    assert "agreed for Jun 2026" in said
    tables = [table.value for table in app.table]
    assert any("Measure" in table.columns for table in tables)


def test_a_target_is_changed_with_a_reason_and_the_effect_is_said(open_page: OpenPage) -> None:
    app = open_page("person", lang="en", person="P1", line="conversion", as_="manager", me="M1")
    before = next(one.value for one in app.metric if one.label == "Total")
    app.number_input("revise_value_conversion").set_value(2.5)
    app.text_input("revise_reason_conversion").set_value("The page is being rebuilt")
    app.button("FormSubmitter:revise_conversion-Change the target").click().run()
    assert not app.exception
    said = "\n".join(one.value for one in app.success)
    assert "2\\.5%" in said
    assert before.replace(".", "\\.") in said
    assert "The page is being rebuilt" in words_of(app)


def test_a_target_without_a_reason_is_refused(open_page: OpenPage) -> None:
    app = open_page("person", lang="en", person="P1", line="conversion")
    app.number_input("revise_value_conversion").set_value(2.5)
    app.button("FormSubmitter:revise_conversion-Change the target").click().run()
    assert "Say why" in app.error[0].value


@pytest.mark.parametrize(("value", "said"), [(-5.0, "above 0"), (0.0, "above 0"), (1e16, "beyond")])
def test_a_target_that_cannot_be_is_named_and_stays_in_the_form(
    open_page: OpenPage, value: float, said: str
) -> None:
    app = open_page("person", lang="en", person="P1", line="conversion")
    app.number_input("revise_value_conversion").set_value(value)
    app.text_input("revise_reason_conversion").set_value("a slip")
    app.button("FormSubmitter:revise_conversion-Change the target").click().run()
    assert said in app.error[0].value
    assert "Conversion rate" in app.error[0].value
    assert app.number_input("revise_value_conversion").value == value
    assert app.text_input("revise_reason_conversion").value == "a slip"


def test_somebody_elses_change_of_a_target_is_not_written_over(open_page: OpenPage) -> None:
    one, two = (open_page("person", lang="en", person="P1", line="conversion") for _ in range(2))

    def change(app: AppTest, percent: float, reason: str) -> AppTest:
        app.number_input("revise_value_conversion").set_value(percent)
        app.text_input("revise_reason_conversion").set_value(reason)
        return app.button("FormSubmitter:revise_conversion-Change the target").click().run()

    assert change(one, 2.5, "the market").success
    late = change(two, 3.0, "another thought")
    assert "Conversion rate” was changed by somebody else" in late.error[0].value
    assert late.text_input("revise_reason_conversion").value == "another thought"
    assert "the market" in words_of(late)
    # Having seen the other's value, they may change it.
    assert change(two, 3.0, "another thought").success


def test_the_own_target_is_not_the_managers_to_change(open_page: OpenPage) -> None:
    app = open_page("person", lang="en", person="M1", as_="manager", me="M1")
    assert not [one for one in app.number_input if one.key and one.key.startswith("revise_")]


@pytest.mark.parametrize("code", ["overview", "team", "person"])
def test_a_page_asks_the_store_little_and_hardly_anything_the_second_time(
    open_page: OpenPage, company_store: Store, code: str
) -> None:
    app = open_page(code, lang="en", person="P1")
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(start.store().engine, "before_cursor_execute", count)
    app.run()
    assert not app.exception
    # Two versions, whether the store is ready, and on a card the answers to shared reviews.
    assert len(asked) <= 4, asked
