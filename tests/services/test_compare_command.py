"""``compare`` on the command line: its document, its tables and its refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from perf_core.cli import main
from perf_core.services.catalogue import load_catalogue_entries
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.store.engine import Store
from tests.services.compared_company import Company


@pytest.fixture
def url(sqlite_store: Store) -> str:
    with Company(sqlite_store) as company:
        company.person("Lin", brand="luxe", region="north", department="sales")
        company.person("Chen", brand="core")
        company.template("seller", {"conversion": 100.0})
        company.target("2026-06", "conversion", 0.05)
        company.loaded("orders", "2026-05-01", "2026-06-30")
        company.did("2026-06-01", "Lin", channel="tmall", revenue=100.0, orders=2, visits=50)
        company.pay("Lin", "2026-06", 30.0)
    return sqlite_store.url.render_as_string(hide_password=False)


def grouped(url: str) -> None:
    """Put the one brand into a price level."""
    store = Store(url)
    document = {"brand": {"luxe": {"group": "high_end"}}}
    with store.writing() as connection:
        load_catalogue_entries(connection, parse_catalogue(document), data_day=None)
    store.dispose()


def document(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["compare", *words, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_document_has_what_the_specification_names(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = document(capsys, "--db", url, "--period", "2026-06", "--by", "brand,region")
    assert list(told) == ["period", "as_of", "groups"]
    assert (told["period"], told["as_of"]) == ("2026-06", "2026-06-30")
    assert [(group["brand"], group["region"]) for group in told["groups"]] == [
        ("core", None),
        ("luxe", "north"),
    ]
    assert told["groups"][1] == {
        "brand": "luxe",
        "region": "north",
        "headcount": 1,
        "revenue": 100.0,
        "revenue_uncredited": 0.0,
        "revenue_growth": None,
        "pay_cost": 30.0,
        "pay_estimated": False,
        "cost_ratio": 0.3,
        "attainment": 1.0,
        "attrition": 0.0,
        "mean_total": 80.0,
        "total_sd": None,
        "grade_shares": {"excellent": 0.0, "good": 1.0, "improve": 0.0},
        "bonus_cost": None,
        "indicators": {"conversion": {"actual": 0.04, "target": 0.05, "attainment": 0.0}},
    }
    assert told["groups"][0]["grade_shares"] is None
    assert told["groups"][0]["indicators"] == {
        "conversion": {"actual": None, "target": 0.05, "attainment": None}
    }


@pytest.mark.parametrize("words", [("aov", "conversion"), ("aov,conversion",)])
def test_indicators_can_be_chosen(
    url: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    asked = ("--db", url, "--period", "2026-06", "--by", "channel", "--indicator", *words)
    told = document(capsys, *asked)
    assert set(told["groups"][0]["indicators"]) == {"aov", "conversion"}


def test_an_unknown_indicator_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--db", url, "--period", "2026-06", "--by", "brand", "--indicator", "luck")
    assert main(["compare", *asked]) == 1
    assert "There is no indicator “luck”." in capsys.readouterr().err


def test_a_person_reads_tables(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--db", url, "--period", "2026-06", "--by", "brand"]) == 0
    out = capsys.readouterr().out
    assert "cost_ratio" in out
    assert "conversion" in out


def test_what_cannot_be_asked_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--db", url, "--period", "2026-06", "--by", "team"]) == 2
    assert main(["compare", "--db", url, "--period", "2026-06"]) == 2
    assert main(["compare", "--db", url, "--period", "June", "--by", "brand"]) == 1
    assert (
        main(["compare", "--db", url, "--period", "2026-06", "--by", "brand", "--as-of", "x"]) == 1
    )
    assert "Traceback" not in capsys.readouterr().err


def test_within_narrows_what_the_groups_are_made_of(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--db", url, "--period", "2026-06", "--by", "region")
    told = document(capsys, *asked, "--within", "brand=luxe", "--within", "brand=core")
    assert [group["headcount"] for group in told["groups"]] == [1, 1]
    told = document(capsys, *asked, "--within", "brand=luxe", "--within", "role=seller")
    assert [(group["region"], group["revenue"]) for group in told["groups"]] == [("north", 100.0)]
    told = document(capsys, *asked, "--within", "department=")
    assert [(group["region"], group["headcount"]) for group in told["groups"]] == [(None, 1)]


def test_within_takes_a_price_level_by_its_name(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    grouped(url)
    asked = ("--db", url, "--period", "2026-06", "--by", "region")
    told = document(capsys, *asked, "--within", "brand_group=high_end")
    assert told == document(capsys, *asked, "--within", "brand=luxe")
    assert [group["revenue"] for group in told["groups"]] == [100.0]
    both = ("--within", "brand_group=high_end", "--within", "brand=core")
    assert main(["compare", *asked, *both]) != 0
    assert "No brand is in all of high_end, core" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["brand", "moon=x", "role=astronaut", "brand_group=cheap"])
def test_a_limit_that_cannot_be_is_refused(
    url: str, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", "--db", url, "--period", "2026-06", "--by", "brand", "--within", limit]
    assert main(words) != 0
    assert limit.partition("=")[2] in capsys.readouterr().err
