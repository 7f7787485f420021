"""Names of folders for work files, and sweeping up after processes that were killed.

What is dropped, unpacked or copied there may be pay. A process removes its folders when it ends;
one that was killed cannot, so the next one does.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"perfboard-[a-z]+-(?P<host>[0-9a-f]{8})-(?P<process>\d+)-")


def scratch_prefix(kind: str) -> str:
    """Give the prefix for ``tempfile``: it tells whose folder it is.

    Parameters
    ----------
    kind : str
        What the folder is for, in small letters.
    """
    _sweep_once()
    return f"perfboard-{kind}-{_host()}-{os.getpid()}-"


def sweep(folder: Path) -> int:
    """Remove the work folders of processes of this machine that are no more.

    Returns
    -------
    int
        How many were removed.
    """
    gone = [
        path
        for path in folder.glob("perfboard-*")
        if (found := _NAME.match(path.name))
        and found["host"] == _host()
        and not _is_running(int(found["process"]))
    ]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)


@cache
def _sweep_once() -> None:
    sweep(Path(tempfile.gettempdir()))


@cache
def _host() -> str:
    # Containers may share the folder, and each counts its processes from 1.
    return sha256(socket.gethostname().encode()).hexdigest()[:8]


def _is_running(process: int) -> bool:
    if os.name != "posix":
        # Windows has no harmless signal to ask with; it empties the folder by itself.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
