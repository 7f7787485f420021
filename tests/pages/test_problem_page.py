"""Shared or own: the answer first, what is picked leads the rest, every mark has its parts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from perf_core.services.shared_problems import VERDICTS
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of
from tests.pages.test_every_page import VIEWERS

PART = {"part": "problem", "period": "2026-05"}


def charts(app: AppTest) -> dict[str, Any]:
    """The figures of a page by the beginning of their keys."""
    return {one.proto.id: json.loads(one.proto.spec) for one in app.get("plotly_chart")}


def chart(app: AppTest, key: str) -> Any:
    """The figure whose key holds some text."""
    return next(figure for name, figure in charts(app).items() if key in name)


def test_the_answer_stands_first(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", **PART)
    said = words_of(app)
    titles = (
        "Shared: nearly all fall short",
        "own: one alone falls short",
        "Costs most on the way to revenue",
        "Whose problem is it?",
    )
    places = [said.index(one) for one in titles]
    assert places == sorted(places)
    assert not app.exception
    # Tables are made only where somebody opens them.
    assert not app.dataframe


def test_the_pick_stands_in_the_address_and_a_chip_lets_go_of_it(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", pick="luxe", **PART)
    chips = [one for one in app.button if one.key and one.key.startswith("chip_")]
    assert {one.label for one in chips} == {"luxe"}
    assert "**luxe** is at" in words_of(app) or "Furthest behind is **luxe**" in words_of(app)
    bars = chart(app, "problem_bars")["data"][0]
    strong = [code for (code,), colour in zip(bars["customdata"], bars["marker"]["color"],
              strict=True) if colour.endswith(",1.0)")]  # fmt: skip
    assert strong == ["luxe"]
    chips[0].click().run()
    assert "pick" not in app.query_params
    assert not [one for one in app.button if one.key and one.key.startswith("chip_")]


def test_what_was_picked_narrows_the_channels(open_page: OpenPage) -> None:
    everywhere = words_of(open_page("compare", lang="en", **PART))
    of_one = words_of(open_page("compare", lang="en", pick="luxe", **PART))
    assert "What it is made of" in of_one
    assert everywhere != of_one


def test_a_link_of_the_answer_picks_what_it_names(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", **PART)
    links = [one for one in app.button if one.key and one.key.startswith("view_told_")]
    assert links
    links[0].click().run()
    assert app.query_params["pick"]
    assert not app.exception


def test_the_parts_of_a_figure_open(open_page: OpenPage) -> None:
    app = open_page("compare", lang="en", pick="luxe", of="aov", **PART)
    app.button(key="problem_parts").click().run()
    assert not app.exception
    said = words_of(app)
    assert "The roles that are measured on it" in said or len(app.dataframe) >= 2
    people = next(one.value for one in app.dataframe if "Name" in one.value)
    assert set(people["Name"]) <= {"Mara", *(f"CanaryP{n}" for n in range(1, 11))}
    again = open_page("compare", lang="en", pick="luxe", **PART)
    again.button(key="step_parts_order_value").click().run()
    assert not again.exception
    sums = next(one.value for one in again.dataframe if "Sum" in one.value)
    assert list(sums["Measure"]) == ["Revenue", "Valid orders"] or len(sums) == 2


def test_in_one_line_the_people_of_a_role_are_compared(open_page: OpenPage) -> None:
    """One brand, one role: no group is beside it, its people are."""
    app = open_page("compare", lang="en", **PART, **VIEWERS["manager"])
    assert not app.exception
    said = words_of(app)
    assert "the people of one role are" in said.lower()
    assert "people fall short of their own target" in said
    assert "nothing can be said about others" not in said


def test_the_people_can_be_asked_for(open_page: OpenPage) -> None:
    app = open_page("compare", lang="zh", rows="person", **PART)
    assert not app.exception
    assert "这里比较同一岗位的员工" in words_of(app)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_axis_is_written_as_the_reader_does(open_page: OpenPage, lang: str) -> None:
    app = open_page("compare", lang=lang, **PART)
    for name, figure in charts(app).items():
        for axis in ("xaxis", "yaxis"):
            form = figure["layout"].get(axis, {}).get("tickformat", "")
            assert "s" not in form, (name, axis, form)
            if lang == "zh":
                told = figure["layout"].get(axis, {}).get("ticktext", [])
                assert not [one for one in told if one.endswith(("K", "k", "M"))], name


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_cell_says_what_it_is_measured_against(open_page: OpenPage, verdict: str) -> None:
    app = open_page("compare", lang="en", verdict=verdict, **PART)
    assert not app.exception
    for name, figure in charts(app).items():
        if "heat_" not in name:
            continue
        told = [text for one in figure["data"] if "customdata" in one for text in one["hovertext"]]
        assert told
        for text in told:
            assert "Against all" in text
            assert "Against the best" in text
            # The company of the fixture has no year before.
            assert "Against a year ago: not known" in text
