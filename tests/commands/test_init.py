"""``init``: a store from nothing, again without harm, and with a demo company."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perf_core.cli import main


def _url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'own.db').as_posix()}"


def _init(folder: Path, *words: str) -> int:
    return main(["--db", _url(folder), "init", *words])


def test_init_says_what_the_store_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert _init(tmp_path, "--json") == 0
        document = json.loads(capsys.readouterr().out)
        assert set(document) == {"store", "schema", "people"}
        assert document["people"] == 0
        assert document["schema"]


@pytest.mark.slow
def test_a_demo_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--demo", "--people", "12", "--months", "3", "--seed", "7", "--json")
    assert _init(tmp_path, *words) == 0
    assert json.loads(capsys.readouterr().out)["people"] == 12
    assert (tmp_path / "demo" / "files-12" / "perfboard.toml").exists()
    assert _init(tmp_path, *words) == 1
    assert "holds" in capsys.readouterr().err
    assert main(["--db", _url(tmp_path), "score", "--period", "2026-05", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)["scorecards"]
    assert len(cards) >= 9
    assert all(card["complete"] for card in cards)


@pytest.mark.parametrize("words", [("--people", "3"), ("--people", "many"), ("--months", "1")])
def test_wrong_sizes_are_wrong_usage(
    tmp_path: Path, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _init(tmp_path, "--demo", *words) == 2
    assert words[0] in capsys.readouterr().err
