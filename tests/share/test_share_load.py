"""Two hundred wrong tokens a second leave the app quick and the right link open."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.guessing import guess
from perf_core.store.engine import Store
from tests.browser.conftest import serving
from tests.share.conftest import make_link

SECONDS = 3.0


@pytest.mark.slow
def test_the_app_stays_up_and_the_right_link_opens(shared_store: Store, tmp_path: Path) -> None:
    links = [make_link(shared_store) for _ in range(8)]
    url = shared_store.url.render_as_string(hide_password=False)
    with serving(url, tmp_path / "server.log") as address:
        found = guess(address, [link.token for link in links], rate=200, seconds=SECONDS)
    print(found)  # the figures, for whoever looks
    assert found.sent >= 0.8 * 200 * SECONDS
    assert set(found.wrong_statuses) <= {404, 429}
    assert found.opened == len(links)
    assert found.slowest_health < 10.0
    assert found.slowest_opening < 20.0
