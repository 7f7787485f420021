"""``access``: explaining rights, and keeping accounts without a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from perf_core.cli import main
from perf_core.store.engine import Store
from tests.pages.company import fill


@pytest.fixture
def run(sqlite_store: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``access`` with ``--json`` and give what it prints; a refusal is its line of reason."""
    fill(sqlite_store)
    url = sqlite_store.url.render_as_string(hide_password=False)

    def ran(*words: str) -> Any:
        status = main(["access", *words, "--db", url, "--json"])
        out, err = capsys.readouterr()
        assert (status == 0) is (err == "")
        return json.loads(out) if status == 0 else err.strip()

    return ran


def test_why_somebody_may_see_what(run: Any) -> None:
    def allowed(viewer: str, person: str) -> list[str]:
        found = run("explain", "--viewer", viewer, "--person", person)
        assert found["because"]
        return found["allowed"]

    assert allowed("hr", "P1") == ["cards", "group_pay", "pay", "revise_targets", "edit_data"]
    assert allowed("executive", "P1") == ["cards", "group_pay"]
    assert allowed("administrator", "P1") == []
    assert allowed("brand_head:luxe", "P1") == ["cards", "revise_targets"]
    assert allowed("brand_head:luxe", "P2") == []
    assert allowed("M1", "P1") == allowed("manager:M1", "P1") == ["cards", "revise_targets"]
    assert allowed("B1", "P1") == ["cards", "revise_targets"], "through M1"
    assert allowed("M1", "P2") == []
    assert allowed("P1", "P1") == ["cards"]
    assert "There is no person" in run("explain", "--viewer", "hr", "--person", "P99")
    assert "There is no brand" in run("explain", "--viewer", "brand_head:x", "--person", "P1")
    assert "There is no account" in run("explain", "--viewer", "king", "--person", "P1")


def test_an_account_from_the_first_day_to_the_last(run: Any) -> None:
    run("add", "P2@Example.com", "--employee", "P2")
    run("grant", "p2@example.com", "executive")

    def allowed() -> list[str]:
        return run("explain", "--viewer", "p2@example.com", "--person", "P4")["allowed"]

    assert allowed() == ["cards", "group_pay"]
    assert [one["part"] for one in run("list")[0]["roles"]] == ["executive"]
    run("withdraw", "p2@example.com", "executive")
    assert allowed() == []
    deputy = run("deputy", "P2", "--for", "M2", "--to", "2099-01-01")
    assert "at most a year" in deputy
    run("deputy", "P2", "--for", "M2", "--to", "2099-01-01", "--from", "2098-12-01")
    assert allowed() == [], "not yet"
    run("end-sessions", "P2")
    run("close", "p2@example.com")
    assert run("explain", "--viewer", "p2@example.com", "--person", "P2")["allowed"] == []
    kinds = [one["kind"] for one in run("events")]
    assert kinds[:3] == ["account_closed", "sessions_ended", "deputy_named"]
    assert {one["by"] for one in run("events")} == {"command line"}
    assert "is not a day" in run("grant", "P2", "hr", "--from", "soon")
    assert "is not a part" in run("grant", "P2", "king")
    for part in ("brand_head:LUXE", "manager:LUXE"):
        assert "“LUXE”. What there is: " in run("grant", "P2", part), "the known ones are named"
    assert run("list")[0]["roles"] == [], "nothing was granted"
