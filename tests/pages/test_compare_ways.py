"""The ways through the comparison: down, up, by odd addresses, and with quick clicks."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from perf_core.domain.period import parse_period
from perf_core.services.comparison import PERSON, ComparisonView
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of
from tests.pages.test_every_page import VIEWERS


def company(*rows: str) -> pd.DataFrame:
    """People by brand, region, department and role."""
    return pd.DataFrame([row.split() for row in rows], columns=[*"brdo"]).rename(
        columns={"b": "brand", "r": "region", "d": "department", "o": "role"}
    )


LARGE = company(
    "luxe sh ops shop", "luxe sh art design", "luxe gz ops shop", "core sh ops shop",
    "value sh ops shop", "value sh art design", "solo sh ops shop", "solo sh ops shop",
)  # fmt: skip


def down(*clicks: tuple[str, str]) -> list[str]:
    """The rows after each click, from the company down."""
    view, rows = ComparisonView(parse_period("2026-05")), []
    for click in clicks:
        view = view.opened(click, people=LARGE)
        rows.append(view.rows)
    return rows


def test_from_the_company_to_the_people_in_three_clicks() -> None:
    clicks = [("brand", "luxe"), ("region", "sh"), ("role", "shop")]
    assert down(*clicks) == ["region", "role", PERSON]


def test_levels_of_one_group_are_skipped() -> None:
    # One region: its departments tell apart instead. One of everything: the people.
    assert down(("brand", "value"), ("department", "ops")) == ["department", PERSON]
    assert down(("brand", "solo")) == [PERSON]
    # Where only a shop sells and nobody works, its channels are left; then nothing is.
    assert down(("brand", "shop"), ("channel", "tmall")) == ["channel", PERSON]
    # A cell opens both of its groups; an order of one's own leads to the people, too.
    view = ComparisonView(parse_period("2026-05"), "brand", "role")
    assert view.opened(("brand", "luxe"), ("role", "shop"), people=LARGE).rows == "region"
    assert down(("role", "design"), ("brand", "luxe")) == ["brand", PERSON]


def shown(open_page: OpenPage, **address: str) -> AppTest:
    app = open_page("compare", lang="en", as_="hr", **address)
    assert not app.exception
    return app


def test_a_picker_says_what_it_shows_even_when_its_first_run_was_lost(
    open_page: OpenPage,
) -> None:
    """What a run has set is said once; whoever has missed it finds it as the default."""
    app = shown(open_page, period="2026-05", in_="brand:luxe", rows="role")
    app.session_state["compare_limits"] = True
    app = app.run().run()
    picker = app.multiselect(key="compare_in_brand")
    assert not picker.proto.set_value
    assert [picker.proto.options[at] for at in picker.proto.default] == picker.value
    rows = app.selectbox(key="compare_rows")
    assert not rows.proto.set_value
    assert rows.options[rows.proto.default] == "Role"


def test_a_click_before_the_last_one_is_shown_keeps_both(open_page: OpenPage) -> None:
    """The browser still sends the address and the pickers as they were before the first click."""
    app = shown(open_page, period="2026-05", rows="role")
    before = dict(app.query_params)
    app.session_state["compare_limits"] = True
    app = app.run()
    app = app.multiselect(key="compare_in_brand").set_value(["luxe"]).run()
    assert "in" in app.query_params
    app.query_params.clear()
    for name, value in before.items():
        app.query_params[name] = value
    app = app.selectbox(key="compare_rows").set_value("region").run()
    assert app.query_params["in"] in ("brand:luxe", ["brand:luxe"])
    assert app.query_params["rows"] in ("region", ["region"])
    # A browser that lags behind repeats the rows as they were: that is no choice.
    app = app.button(key="view_crumb_0").click().run()
    assert "in" not in app.query_params


def test_who_has_no_brand_can_be_opened(open_page: OpenPage) -> None:
    app = shown(open_page, period="2026-05", rows="role", in_="brand:")
    assert "Without a brand" in words_of(app)
    assert "Left out" not in words_of(app)
    app.session_state["compare_limits"] = True
    app = app.run()
    assert app.multiselect(key="compare_in_brand").value == [""]


def test_an_address_without_rows_begins_where_groups_differ(open_page: OpenPage) -> None:
    assert shown(open_page, period="2026-05").selectbox(key="compare_rows").value == "brand"
    app = shown(open_page, period="2026-05", in_="brand:luxe")
    assert app.selectbox(key="compare_rows").value == PERSON


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"in_": "brand:gone"}, "Brand: gone"),
        ({"in_": "nonsense"}, "in=nonsense"),
        ({"in_": "brand_group:gone"}, "Price level: gone"),
        ({"rows": "moon"}, "rows=moon"),
        ({"rows": "brand", "cols": "brand"}, "cols=brand"),
        ({"part": "nothing"}, "part=nothing"),
        ({"of": "luck"}, "of=luck"),
        ({"period": "2026-13"}, "is no period. Shown is Jun 2026 instead"),
        ({"period": "2031"}, "2031 has not begun in the data"),
        ({"period": "1999-02"}, "There is no data for Feb 1999 yet"),
    ],
)
def test_what_is_left_out_of_an_address_is_said(
    open_page: OpenPage, address: dict[str, str], said: str
) -> None:
    app = shown(open_page, **{"period": "2026-05", **address})
    assert not app.error
    assert said in words_of(app).replace("\\", "")


def test_a_brand_that_one_may_not_see_is_as_unknown_as_one_that_is_not(
    open_page: OpenPage,
) -> None:
    one, other = (
        open_page("compare", lang="en", in_=f"brand:{code}", **VIEWERS["manager"]).info
        for code in ("core", "gone")
    )
    assert "Left out" in one[0].value
    assert one[0].value.replace("core", "gone") == other[0].value


def test_the_way_back_from_a_person_has_the_name_of_the_list(open_page: OpenPage) -> None:
    view = {"rows": "person", "in_": "brand:luxe", "period": "2026-05"}
    app = open_page("person", lang="en", as_="hr", person="P1", from_="compare", **view)
    link = app.get("page_link")[0]
    assert "Compare · " in link.proto.label
    assert "rows=person" in link.proto.query_string
    assert "person=P1" not in link.proto.query_string
    app = open_page("person", lang="en", as_="hr", person="P1", from_="overview")
    assert app.get("page_link")[0].proto.label == "Overview"
    app = open_page("person", lang="en", as_="hr", person="P1", from_="nowhere")
    assert app.get("page_link")[0].proto.label == "Team"


@pytest.mark.parametrize("part", ["groups", "problem", "cost", "people", "events"])
def test_a_period_without_data_breaks_no_part(open_page: OpenPage, part: str) -> None:
    for period in ("2031-05", "2019", "2026-W20"):
        app = shown(open_page, period=period, part=part)
        assert not app.error
