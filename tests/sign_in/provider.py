"""A provider of sign-in on this machine, with people whose tokens are wrong in every way."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PEOPLE: dict[str, dict[str, Any]] = {
    "sub-admin": {"email": "ada@example.com", "name": "Ada Admin"},
    "sub-hr": {"email": "hua@example.com", "name": "Hua HR"},
    "sub-idle": {"email": "idle@example.com", "name": "Ida Idle"},
    "sub-mara": {"email": "mara@example.com", "name": "Mara"},
    **{f"sub-p{n}": {"email": f"p{n}@example.com", "name": f"Person {n}"} for n in range(1, 11)},
    "sub-stranger": {"email": "stranger@example.com", "name": "Stranger"},
    "sub-unproven": {"email": "p10@example.com", "name": "Mallory", "email_verified": False},
    # What a token says of itself can be overruled here.
    "sub-audience": {"email": "hua@example.com", "aud": ["another-app"]},
    "sub-azp": {"email": "hua@example.com", "aud": ["another-app"], "azp": "perfboard"},
    "sub-issuer": {"email": "hua@example.com", "iss": "https://elsewhere.example"},
    "sub-expired": {"email": "hua@example.com", "exp": 1_600_000_000},
}


@contextmanager
def providing(log: Path) -> Iterator[str]:
    """Run a provider in a process of its own for as long as tests need it; give its address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for sub, claims in PEOPLE.items():
        said = {"sub": sub, "email_verified": True, **claims}
        command += ["--user-claims", json.dumps(said)]
    url = f"http://localhost:{port}"
    with log.open("w") as file:
        server = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        try:
            for _ in range(120):
                assert server.poll() is None, log.read_text()
                try:
                    with urllib.request.urlopen(f"{url}/jwks", timeout=1):  # noqa: S310
                        break
                except OSError:
                    time.sleep(0.25)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)
