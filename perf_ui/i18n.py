"""The language of the page: chosen in the address, remembered, else the browser's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import streamlit as st

from perf_core.domain.catalogue import Names
from perf_core.language.translate import (
    LANGUAGES,
    Reader,
    language_of,
    translate,
    translate_counted,
)
from perf_ui import address

LANGUAGE_COOKIE: Final = "perf_language"
_KEY: Final = "perf_language"


def settle_language() -> str:
    """Decide the language of this run: the address, the session, the cookie, the browser."""
    chosen = address.read("lang", allowed=LANGUAGES)
    if not chosen:
        chosen = st.session_state.get(_KEY, "")
    if not chosen:
        remembered = st.context.cookies.get(LANGUAGE_COOKIE, "")
        chosen = remembered if remembered in LANGUAGES else ""
    st.session_state[_KEY] = chosen or language_of(st.context.locale)
    return language()


_spoken: ContextVar[str] = ContextVar("spoken", default="")


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak a language where there is no session: a file is written after its page has ended."""
    token = _spoken.set(chosen)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language of this session."""
    if spoken := _spoken.get():
        return spoken
    found = st.session_state.get(_KEY, "en")
    return found if found in LANGUAGES else "en"


def reader() -> Reader:
    """What words a sentence for figures and documents."""
    return Reader(language())


def _(text: str, **places: object) -> str:
    """Word a sentence in the language of this session."""
    return translate(text, language(), **places)


def ngettext(one: str, many: str, n: float, /, **places: object) -> str:
    """Word a sentence that counts something; ``{n}`` is how many."""
    return translate_counted(one, many, n, language(), **places)


def named(names: Names, code: str) -> str:
    """A catalogue entry's name in the language of this session."""
    return names.in_language(language(), code)
