"""Ask the index for known holes in what is pinned; fail on one, say so when it cannot tell."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"


def main() -> int:
    """Print what is known; 1 when a pinned package has a known hole."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "audit.json")
        command = ["pip-audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"]
        command += ["--format", "json", "--output", str(answer), "--progress-spinner", "off"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if not answer.exists():
            # An index that is down must not stop a build, but nobody shall believe it was asked.
            reason = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"NOT AUDITED: the index of known holes did not answer ({reason})")
            return 0
        packages = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    holes = [(one, hole) for one in packages for hole in one.get("vulns", [])]
    for one, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {hole['id']}, mended in {fixed}")
    print(f"{len(packages) - len(unknown)} of {len(packages)} packages audited, {len(holes)} holes")
    if unknown:
        print(f"NOT AUDITED, the index does not know them: {', '.join(unknown)}")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
