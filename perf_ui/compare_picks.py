"""What was chosen by a click in a chart: it stands in the address, and a chip says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from perf_ui import address
from perf_ui.i18n import _
from perf_ui.widgets import plain


def picked(name: str, allowed: Collection[str]) -> str:
    """What was chosen, as far as it is still there; nothing for none."""
    return address.read(name, allowed=allowed)


def pick(name: str, code: str) -> None:
    """Choose what was clicked; the same once more lifts the choice."""
    address.write(name, "" if address.read(name) == code else code)


def chips(chosen: Mapping[str, str], *, key: str) -> None:
    """Say what was chosen, each with a cross that lifts it.

    Parameters
    ----------
    chosen : mapping of str to str
        By the name in the address, what it is in words; nothing is shown for none.
    key : str
        Tells these chips from others of the page.
    """
    shown = {name: text for name, text in chosen.items() if text}
    if not shown:
        return
    with st.container(key=f"chips_{key}", horizontal=True, gap="small"):
        for name, text in shown.items():
            st.button(
                plain(text),
                key=f"chip_{key}_{name}",
                icon=":material/close:",
                icon_position="right",
                help=_("Lift this choice"),
                on_click=address.write,
                args=(name, ""),
            )
