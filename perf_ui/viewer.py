"""Who is looking: whoever signed in, or who was chosen where nobody vouches for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Final

import streamlit as st

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.accounts import Identity
from perf_core.domain.errors import NotAllowed
from perf_core.services.data_desk import DataDesk
from perf_ui import navigation, providers, reads, sessions, start, view_as, widgets
from perf_ui.i18n import _
from perf_ui.sessions import SignIn

_MINUTES: Final = 600.0


def current_viewer() -> Viewer:
    """Say who is looking; a page asks this first.

    Whoever is nobody is told so, and the page ends here: without a good sign-in, or, where no
    provider is set up, an unknown part or somebody who is not in the company.
    """
    viewer = looking()
    if viewer is None:
        _tell_nobody()
        st.stop()
    return viewer


def _tell_nobody() -> None:
    if providers.current() is None:
        st.title(_("Who is looking?"))
        st.info(
            _("Choose under “View as” whose eyes to look through. Without that, nothing is shown."),
            icon=":material/visibility_off:",
        )
    elif (who := signed_in()).is_good and who.identity is not None:
        _tell_without_part(who.identity)
    else:
        st.title(_("Please sign in"))
        st.info(
            _("Your session has ended, or your access has changed. Reload the page to sign in."),
            icon=":material/lock:",
        )


def _tell_without_part(identity: Identity) -> None:
    """An account that is no person of the company (any more) and plays no part sees nothing."""
    who = widgets.plain(identity.email or identity.name or identity.subject)
    contact = start.settings().access_contact
    st.title(_("Not known here yet"))
    st.info(
        _("You are signed in as {who}, but nobody has given you access to Perfboard.", who=who),
        icon=":material/lock:",
    )
    st.write(
        _("To get access, ask {contact}.", contact=widgets.plain(contact))
        if contact
        else _("To get access, ask whoever looks after Perfboard in your company.")
    )


_this_run: ContextVar[tuple[SignIn, Viewer | None] | None] = ContextVar("this_run", default=None)


@contextmanager
def asked_once() -> Iterator[Viewer | None]:
    """Ask who is looking at the start of a run; whoever asks again within it gets that answer.

    What runs outside of it, a fragment or a callback, asks for itself.
    """
    who = signed_in() if providers.current() is not None else sessions.NOBODY
    found = _looking(who)
    token = _this_run.set((who, found))
    try:
        yield found
    finally:
        _this_run.reset(token)


def looking() -> Viewer | None:
    """Say who is looking, or nobody; asks the sign-in again in every run."""
    if known := _this_run.get():
        return known[1]
    return _looking(signed_in() if providers.current() is not None else sessions.NOBODY)


def _looking(who: SignIn) -> Viewer | None:
    if providers.current() is None:
        return view_as.chosen()
    if not who.is_good or who.account is None or who.identity is None:
        return None
    return _viewer_of(
        reads.key(),
        reads.access(),
        who.account.account_id,
        reads.today(),
        dict(who.identity.claims),
    )


def signed_in() -> SignIn:
    """The sign-in of this session, as the doors see it and as Streamlit itself has checked it."""
    if known := _this_run.get():
        return known[0]
    who = sessions.sign_in_of(st.context.cookies)
    said = st.user.to_dict()
    is_same = who.identity is not None and said.get("sub") == who.identity.subject
    return who if is_same and said.get("is_logged_in") is True else sessions.NOBODY


@st.cache_resource(max_entries=512, ttl=_MINUTES, show_spinner=False)
def _viewer_of(
    state: tuple[str, int],
    version_of_access: int,
    account_id: str,
    today: date,
    claims: dict[str, Any],
) -> Viewer | None:
    del state, version_of_access
    return sessions.viewer_of(account_id, today=today, claims=claims)


def current_scope(viewer: Viewer) -> Scope:
    """Say what the viewer may see; refuse whom the company does not know."""
    try:
        return reads.scope(viewer)
    except NotAllowed:
        st.error(_("This person is not in the company, so there is nothing to show."))
        st.stop()


def no_right_note(title: str, viewers: frozenset[ViewerKind], viewer: Viewer) -> None:
    """Say in plain words that a page is not for this viewer."""
    st.title(title)
    if viewer.kind is ViewerKind.ADMINISTRATOR:
        said = _(
            "You keep accounts and settings here. People's figures are not part of that; whoever "
            "needs them is given another part."
        )
    elif viewers == {ViewerKind.ADMINISTRATOR, ViewerKind.HR}:
        said = _("This page is for administrators and HR.")
    elif viewers == {ViewerKind.HR}:
        said = _("This page is for HR.")
    else:
        said = _("This page is for those who lead others. Your own figures are under Overview.")
    st.info(said, icon=":material/lock:")
    if viewer.kind is ViewerKind.ADMINISTRATOR:
        navigation.link_to("accounts", _("Accounts"), icon=":material/manage_accounts:")


def data_desk(viewer: Viewer) -> DataDesk:
    """The deeds of the Data page; whoever may not change data is told so, and the page ends."""
    try:
        return DataDesk(start.store(), current_scope(viewer))
    except NotAllowed:
        st.info(_("This page is for HR."), icon=":material/lock:")
        st.stop()
