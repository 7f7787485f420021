"""Work folders of processes that were killed are removed by the next one, nobody else's are."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from perf_core.scratch import scratch_prefix, sweep


def test_what_a_killed_process_left_is_swept_up(tmp_path: Path) -> None:
    code = (
        "import os, tempfile; from perf_core.scratch import scratch_prefix; "
        f"print(tempfile.mkdtemp(prefix=scratch_prefix('drop'), dir={str(tmp_path)!r}), flush=True)"
        "; os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    (left / "pay.csv").write_text("base_pay", encoding="utf-8")
    mine = Path(tempfile.mkdtemp(prefix=scratch_prefix("drop"), dir=tmp_path))
    elsewhere = tmp_path / left.name.replace(left.name.split("-")[2], "00000000")
    elsewhere.mkdir()
    other = tmp_path / "perfboard-backup"
    other.mkdir()
    assert sweep(tmp_path) == 1
    assert sorted(tmp_path.iterdir()) == sorted([mine, elsewhere, other])
