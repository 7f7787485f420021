"""``score`` and ``progress``: one JSON document as the command line's page says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from perf_core.cli import main
from perf_core.domain.catalogue import TemplateItem
from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany

CARD = {
    "employee_id",
    "assignment",
    "brand",
    "role",
    "region",
    "department",
    "manager_id",
    "template",
    "template_version",
    "days",
    "kpi_total",
    "review_total",
    "total",
    "rank",
    "of",
    "grade",
    "bonus_factor",
    "vetoed",
    "complete",
    "lines",
}
LINE = {
    "indicator",
    "group",
    "weight",
    "effective_weight",
    "actual",
    "target",
    "achievement",
    "points",
    "status",
}
PROGRESS = {
    "employee_id",
    "brand",
    "role",
    "indicator",
    "target",
    "actual",
    "progress",
    "expected",
    "pace",
    "forecast",
    "low",
    "high",
}


@pytest.fixture
def url(sqlite_stores: Any) -> str:
    url = sqlite_stores.fresh("schema")
    store = Store(url)
    company = SmallCompany(store, loaded_to="06-20")
    company.indicator("followers", "new_followers")
    company.indicator("conversion", "orders / visits")
    company.template(
        TemplateItem("followers", 60, target=300),
        TemplateItem("conversion", 40, target=0.03),
        valid_from="2026-01",
    )
    company.person("lin", hired="06-16", region="east")
    company.person("chen", brand="")
    company.did("lin", "06-18", new_followers=60)
    company.did("lin", "06-19", orders=2, visits=100)
    store.dispose()
    return url


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1, "one document and nothing else"
    return json.loads(out)


def test_score_prints_cards_lines_and_people(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    got = answer(capsys, "score", "--period", "2026-06", "--db", url)
    assert (got["period"], got["as_of"]) == ("2026-06", "2026-06-20")
    cards = {card["employee_id"]: card for card in got["scorecards"]}
    assert set(cards) == {"lin", "chen"}
    lin = cards["lin"]
    assert set(lin) == CARD
    assert all(set(line) == LINE for line in lin["lines"])
    assert (lin["assignment"], lin["days"]) == ("2026-06-16", 5)
    assert (lin["template"], lin["template_version"]) == ("ops", "2026-01")
    assert (lin["region"], lin["department"], lin["review_total"]) == ("east", None, None)
    # 60 of 300 × 5 ÷ 30, capped; 2 % of 3 %.
    assert lin["lines"][0]["target"] == pytest.approx(50)
    assert lin["total"] == pytest.approx(60 * 1.2 + 40 * 2 / 3)
    assert (lin["rank"], lin["of"], lin["grade"]) == (1, 1, "good")
    chen = cards["chen"]
    assert (chen["brand"], chen["complete"], chen["grade"], chen["rank"]) == (
        None,
        False,
        None,
        None,
    )
    assert {line["status"] for line in chen["lines"]} == {"no_data"}
    people = {person["employee_id"]: person for person in got["people"]}
    assert people["lin"] == {
        "employee_id": "lin",
        "total": pytest.approx(lin["total"]),
        "bonus_factor": 1.0,
        "days": 5,
    }
    assert people["chen"]["total"] is None


def test_score_can_be_asked_for_a_person_or_a_brand(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--db", url, "score", "--period", "2026-06")
    one = answer(capsys, *words, "--employee", "lin")
    assert [card["employee_id"] for card in one["scorecards"]] == ["lin"]
    assert [person["employee_id"] for person in one["people"]] == ["lin"]
    brand = answer(capsys, *words, "--brand", "luxe")
    assert [card["employee_id"] for card in brand["scorecards"]] == ["lin"]
    assert answer(capsys, *words, "--employee", "nobody")["scorecards"] == []


def test_progress_is_a_list_of_lines(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    got = answer(capsys, "progress", "--period", "2026-06", "--employee", "lin", "--db", url)
    assert all(set(row) == PROGRESS for row in got)
    followers, conversion = got
    # Hired on the 16th, 300 a month: on the 20th the target is 150 and 5 of 15 days have gone.
    assert followers["target"] == pytest.approx(150)
    assert followers["progress"] == pytest.approx(0.4)
    assert followers["expected"] == pytest.approx(5 / 15)
    assert followers["pace"] == pytest.approx(1.2)
    assert (conversion["progress"], conversion["expected"]) == (pytest.approx(2 / 3), 1)
    assert followers["forecast"] is followers["low"] is followers["high"] is None


def test_for_a_person_it_is_a_table(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("score", "progress"):
        assert main([command, "--period", "2026-06", "--db", url]) == 0
        assert "lin" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("score",), 2),
        (("score", "--period", "2026-13"), 1),
        (("score", "--period", "2026-06", "--as-of", "June"), 1),
        (("progress", "--period", "2026-06", "--as-of", "2026-06"), 1),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    url: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int
) -> None:
    assert main([*words, "--db", url]) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    if status == 1:
        assert told.err.count("\n") == 1


def test_without_a_store_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{(tmp_path / 'none.db').as_posix()}"
    assert main(["score", "--period", "2026-06", "--db", url]) == 1
    assert "init" in capsys.readouterr().err
