"""Files that are written when somebody asks for them, by the rights of that moment.

A button stays on the screen for hours. Between the page and the click a right may be lost or the
data change; so the click asks for the viewer's scope again before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable

from perf_core.domain.errors import NotAllowed
from perf_ui import reads, viewer
from perf_ui.i18n import language, speaking


def later(write: Callable[[], bytes]) -> Callable[[], bytes]:
    """Have a file written when it is asked for, in the reader's language.

    Parameters
    ----------
    write : callable
        Makes the file of cached reads; called in a thread without a session.

    Returns
    -------
    callable
        What a download button takes. It refuses whoever may by then see less than the page showed.
    """
    reads_in = language()
    looking = viewer.current_viewer()
    shown = reads.scope(looking)

    def file() -> bytes:
        with speaking(reads_in), reads.after_the_run():
            if not reads.scope(looking).covers(shown):
                raise NotAllowed(what=looking.kind.value)
            return write()

    return file
