"""``links``: everybody's links, and taking them back from a shell."""

from __future__ import annotations

import json

import pytest

from perf_core.cli import main
from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.domain.share import LinkKind, LinkWish
from perf_core.services.share_review import create_link, this_instant
from perf_core.store.engine import Store
from tests.pages.company import fill


def test_links_are_listed_and_taken_back(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(sqlite_store)
    url = sqlite_store.url.render_as_string(hide_password=False)
    wish = LinkWish(LinkKind.PERSON, "P1", parse_period("2026-06"))
    made = [create_link(sqlite_store, everything(), wish, this_instant()) for _ in range(3)]

    def states(*words: str) -> dict[str, str]:
        assert main(["links", *words, "--db", url, "--json"]) == 0
        return {row["link"]: row["state"] for row in json.loads(capsys.readouterr().out)}

    first, *others = [one.link_id for one in made]
    assert set(states().values()) == {"open"}
    assert states("revoke", first) == {first: "revoked", **dict.fromkeys(others, "open")}
    assert set(states("revoke", "all").values()) == {"revoked"}
    assert main(["links", "revoke", "nothing", "--db", url]) == 1
    assert main(["links", "--db", url]) == 0
    said = capsys.readouterr().out
    assert all(one.token not in said for one in made)
