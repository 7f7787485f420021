"""The comparison page: the numbers of the command line, and a view that stands in the address."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from perf_core.cli import main
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.store.engine import Store
from perf_ui.widgets import plain
from tests.pages.company import PAY
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of
from tests.pages.test_every_page import VIEWERS

SHARES = ("revenue_growth", "attainment", "cost_ratio", "attrition")
PAY_COLUMNS = {"pay_cost", "cost_ratio", "bonus_cost"}


def told(store: Store, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """What ``compare --json`` says of May."""
    url = store.url.render_as_string(hide_password=False)
    capsys.readouterr()
    assert main(["compare", "--db", url, "--period", "2026-05", *words, "--json"]) == 0
    groups: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["groups"]
    return groups


def table(app: AppTest) -> pd.DataFrame:
    """The table of all groups; the last row is all of them together."""
    return next(one.value for one in app.dataframe if "headcount" in one.value)


def narrowing(app: AppTest) -> AppTest:
    """The page with the pickers that narrow it opened: until then they are not built."""
    assert not [one for one in app.multiselect if str(one.key).startswith("compare_in")]
    app.session_state["compare_limits"] = True
    return app.run()


def show_all(open_page: OpenPage, **address: str) -> AppTest:
    app = open_page("compare", lang="en", period="2026-05", **address)
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({}, ["--by", "brand"]),
        ({"in_": "brand:luxe", "rows": "role"}, ["--by", "role", "--within", "brand=luxe"]),
        ({"rows": "brand", "cols": "role"}, ["--by", "brand,role"]),
    ],
    ids=["brands", "roles within a brand", "pairs"],
)
def test_the_numbers_are_those_of_the_command_line(
    open_page: OpenPage,
    company_store: Store,
    capsys: pytest.CaptureFixture[str],
    address: dict[str, str],
    words: list[str],
) -> None:
    """To the last digit; shares stand in percent."""
    shown = table(show_all(open_page, as_="hr", **address))
    groups = told(company_store, capsys, *words)
    assert len(shown) == len(groups) + 1
    by_people = {(group["headcount"], group["revenue"]): group for group in groups}
    for row in shown.iloc[:-1].to_dict("records"):
        # Money stands in thousands; the group is found by its people and its revenue.
        group = next(
            one
            for (people, revenue), one in by_people.items()
            if people == row["headcount"] and round(revenue / 1000, 1) == row["revenue"]
        )
        for name in ("mean_total", "total_sd", *SHARES):
            factor = 100.0 if name in SHARES else 1.0
            expected = group[name]
            if expected is None:
                assert pd.isna(row[name]), name
            else:
                assert row[name] == expected * factor, name
        for grade, share in group["grade_shares"].items():
            assert row[f"grade_{grade}"] == share * 100


def test_channels_have_revenue_and_nothing_of_people(
    open_page: OpenPage, company_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    app = show_all(open_page, as_="hr", rows="channel")
    shown = next(one.value for one in app.dataframe if "channel" in one.value)
    groups = told(company_store, capsys, "--by", "channel")
    assert sorted(shown["revenue"].iloc[:-1]) == sorted(
        round(group["revenue"] / 1000, 1) for group in groups
    )
    assert not {"headcount", "attainment", *PAY_COLUMNS} & set(shown.columns)
    assert "belong to no channel" in words_of(app)


@pytest.mark.parametrize("viewer", ["executive", "manager"])
def test_nobody_sees_the_pay_of_one(open_page: OpenPage, viewer: str) -> None:
    app = show_all(open_page, **VIEWERS[viewer])
    columns = set(table(app).columns)
    assert (columns & PAY_COLUMNS == set()) == (viewer == "manager")
    assert str(PAY) not in words_of(app)


def test_a_manager_compares_within_the_own_line(open_page: OpenPage) -> None:
    app = show_all(open_page, **VIEWERS["manager"])
    assert table(app)["headcount"].tolist()[-1] == 6  # five people and the manager
    assert "Core" not in words_of(app)


def test_an_employee_is_told_why_there_is_nothing(open_page: OpenPage) -> None:
    app = show_all(open_page, **VIEWERS["employee"])
    assert not app.dataframe
    assert "those who lead others" in words_of(app)


def test_the_way_down_and_up_stands_in_the_address(open_page: OpenPage) -> None:
    """A tile opens its brand (there is one region, department and role: next are the people)."""
    app = show_all(open_page, as_="hr")
    tile = next(one for one in app.button if str(one.key).startswith("view_answer"))
    app = tile.click().run()
    assert app.query_params["rows"] == "person"
    assert "brand:" in str(app.query_params["in"])
    assert app.query_params["period"] == "2026-05"
    assert "scorecards" in words_of(app)
    crumb = next(one for one in app.button if one.key == "view_crumb_0")
    app = crumb.click().run()
    assert "in" not in app.query_params
    assert app.query_params["rows"] == "brand"
    assert len(table(app)) == 3


def test_a_narrowed_page_says_so_and_lifts_it(open_page: OpenPage) -> None:
    app = narrowing(show_all(open_page, as_="hr", in_="brand:luxe", rows="region"))
    picker = next(one for one in app.multiselect if one.key == "compare_in_brand")
    assert picker.value == ["luxe"]
    app = picker.set_value([]).run()
    assert not app.exception
    assert "in" not in app.query_params
    assert table(app)["headcount"].tolist()[-1] == 13


def test_a_price_level_narrows_and_stands_in_the_address_by_its_name(
    open_page: OpenPage, company_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    app = narrowing(show_all(open_page, as_="hr"))
    assert not [one for one in app.multiselect if one.key == "compare_in_brand_group"]
    with company_store.writing() as connection:
        grouped = parse_catalogue({"brand": {"luxe": {"group": "high_end"}}})
        load_catalogue_entries(connection, grouped, data_day=None)
    app = narrowing(show_all(open_page, as_="hr", rows="role", in_="brand:core"))
    picker = next(one for one in app.multiselect if one.key == "compare_in_brand_group")
    assert (picker.label, picker.options) == ("Price level", ["High-end"])
    app = picker.set_value(["high_end"]).run()
    assert not app.exception
    assert app.query_params["in"] in ("brand_group:high_end", ["brand_group:high_end"])
    # The brand outside the level has gone, and is no longer offered.
    brands = next(one for one in app.multiselect if one.key == "compare_in_brand")
    assert (brands.value, len(brands.options)) == ([], 1)
    assert f"**{plain('High-end')}**" in [one.value for one in app.markdown]
    expected = told(company_store, capsys, "--by", "role", "--within", "brand=luxe")
    assert table(app)["headcount"].tolist()[:-1] == [group["headcount"] for group in expected]


@pytest.mark.parametrize(
    "address",
    [
        {"in_": "brand:'; drop table people; --", "rows": "moon", "cols": "brand", "fig": "<b>"},
        {"rows": "person", "cols": "person", "in_": "channel:tmall", "page": "-3"},
        {"rows": "role", "cols": "role", "part": "nothing", "of": "x"},
        {"period": "1999-01"},
        {"period": "2026-W23", "rows": "department", "cols": "channel"},
        {"period": "2026", "rows": "channel", "in_": "brand:core"},
        {"rows": "brand", "fig": "conversion"},
        {"in_": "brand_group:gone"},
    ],
)
@pytest.mark.parametrize("viewer", ["hr", "manager"])
def test_odd_addresses_and_odd_data_are_told_in_words(
    open_page: OpenPage, address: dict[str, str], viewer: str
) -> None:
    for lang in ("zh", "en"):
        app = open_page("compare", lang=lang, **VIEWERS[viewer], **address)
        assert not app.exception
        assert not app.error
        assert app.title


def test_an_indicator_stands_in_the_table_beside_its_trend(
    open_page: OpenPage, company_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = table(show_all(open_page, as_="hr", fig="conversion"))
    groups = told(company_store, capsys, "--by", "brand")
    expected = {group["indicators"]["conversion"]["actual"] * 100 for group in groups}
    assert set(shown["conversion"].iloc[:-1]) == expected
    assert all(len(line) == 2 for line in shown["trend_conversion"].iloc[:-1])
