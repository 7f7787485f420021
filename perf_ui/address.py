"""What the address of a page carries, so that a link brings the same view back.

Every value is text that anybody may have typed: whoever reads one says what is allowed.

A browser hears of a new address only while the page is being made again. Whoever clicks before
that still sends the old one, and would take the first click back with the second: so what was
written last is remembered, and an old address that comes in meanwhile counts as the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

CARRIED: Final = ("lang", "as", "me", "led", "period", "brand", "role")
"""What links between pages keep: who looks, in which language, at which part."""

AGAIN: Final = "again"
"""Marks a link to the page that is open: Streamlit follows it without changing the address."""

_LONGEST: Final = 200
_SHOWN: Final = "perf_address_shown"
_BEHIND: Final = "perf_address_behind"
_ENDED: Final = "perf_page_made_at"
_IN_FLIGHT: Final = 8
_ON_THE_WAY: Final = 1.0

Address = dict[str, list[str]]


@dataclass(frozen=True)
class _Shown:
    """What the browser was last told to show, and what it may believe until it hears of that."""

    page: str
    now: Address
    before: tuple[Address, ...] = ()


def whole() -> Address:
    """Everything in the address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def arrive() -> None:
    """Begin the run of a page: from here on its address is the one to show."""
    if AGAIN in st.query_params:
        st.session_state.pop(_SHOWN, None)
        del st.query_params[AGAIN]
    catch_up()
    st.session_state.pop(_BEHIND, None)
    st.session_state.pop(_ENDED, None)


def leave() -> None:
    """End the run of a page that was made to its end."""
    st.session_state[_ENDED] = monotonic()


def catch_up() -> None:
    """Go on from what was written last, if the browser has not heard of it yet.

    The browser's back button asks for an old address too, and says that it does.
    """
    told = whole()
    shown: _Shown | None = st.session_state.get(_SHOWN)
    context = get_script_run_ctx()
    page = context.page_script_hash if context is not None else ""
    is_back = bool(getattr(context, "is_history_navigation", False))
    if shown is None or page != shown.page or is_back:
        st.session_state[_SHOWN] = _Shown(page, told)
    elif told != shown.now:
        if told in shown.before:
            st.session_state[_BEHIND] = True
            st.query_params.from_dict(shown.now)
        else:
            st.session_state[_SHOWN] = _Shown(page, told)


def is_behind() -> bool:
    """Whether the browser, as it asked for this run, had not shown the last change.

    It hears of the address first and of the page after it: who asks while the page is still being
    made, or within a second of that, may have seen the one without the other.
    """
    ended: float | None = st.session_state.get(_ENDED)
    return bool(st.session_state.get(_BEHIND)) or ended is None or monotonic() - ended < _ON_THE_WAY


def put(address: Mapping[str, str | list[str]]) -> None:
    """Change the whole address, as one step that the browser's back button takes back."""
    catch_up()
    shown: _Shown = st.session_state[_SHOWN]
    now = {name: [some] if isinstance(some, str) else some for name, some in address.items()}
    # The same in another order would be a step in the browser's history, too.
    if now != shown.now:
        st.query_params.from_dict(now)
        before = (*shown.before, shown.now)[-_IN_FLIGHT:]
        st.session_state[_SHOWN] = _Shown(shown.page, now, before)


_held: ContextVar[Mapping[str, str] | None] = ContextVar("held", default=None)


def said() -> dict[str, str]:
    """Every value of the address, to be :func:`held` by what goes on without it."""
    return {str(name): str(value) for name, value in st.query_params.to_dict().items()}


@contextmanager
def held(values: Mapping[str, str]) -> Iterator[None]:
    """Read values where there is no address: a file is written after its page has ended."""
    token = _held.set(values)
    try:
        yield
    finally:
        _held.reset(token)


def read(name: str, *, allowed: Collection[str] | None = None, default: str = "") -> str:
    """The value of a name in the address, or the default when it is absent or not allowed."""
    given = _held.get()
    value = (st.query_params if given is None else given).get(name, default)[:_LONGEST]
    if allowed is not None and value not in allowed:
        return default
    return value


def read_number(name: str, *, default: int = 1, most: int = 1_000_000) -> int:
    """A whole number from 1 on, or the default."""
    text = st.query_params.get(name, "")[:_LONGEST]
    if text.isascii() and text.isdigit():
        return min(max(int(text), 1), most)
    return default


def write(name: str, value: str, *, default: str = "", also: Collection[str] = ()) -> None:
    """Put a value into the address; the default leaves it clean, and so are other names."""
    catch_up()
    told = whole()
    wanted = {one: some for one, some in told.items() if one != name and one not in also}
    if value != default:
        wanted[name] = [value]
    if wanted != told:
        put(wanted)


def carried(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a link to another page takes along, with changes (an empty one leaves a name out)."""
    given = st.query_params.to_dict()
    kept: dict[str, str] = {name: given[name] for name in CARRIED if name in given}
    kept.update(changes or {})
    return {name: value for name, value in kept.items() if value}
