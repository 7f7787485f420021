"""``doctor`` from the command line."""

from __future__ import annotations

import json

import pytest

from perf_core.cli import main
from perf_core.store.engine import Store


def url_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_a_new_store_is_well(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--db", url_of(store), "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert {"store", "schema", "settings", "sign_in", "fonts"} <= {c["check"] for c in checks}
    assert all(set(c) == {"check", "ok", "advice"} for c in checks)


def test_a_store_without_tables_is_refused_in_one_line(
    bare_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--db", url_of(bare_store), "doctor"]) == 1
    printed = capsys.readouterr()
    assert "perf_core init" in printed.out
    assert printed.err.count("\n") == 1
