"""What happened to accounts, rights and links, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from perf_core.language.translate import N_
from perf_ui.i18n import _
from perf_ui.view_as import kind_names
from perf_ui.widgets import plain

_SENTENCES: Final[dict[str, str]] = {
    "account_added": N_("{by} added the account of {subject}."),
    "account_bound": N_("{subject} signed in for the first time."),
    "account_closed": N_("{by} closed the account of {subject}."),
    "account_opened": N_("{by} opened the account of {subject}."),
    "claimed_parts": N_("The sign-in service changed the parts of {subject}: {parts}."),
    "role_granted": N_("{by} gave {subject} a part: {part}."),
    "role_withdrawn": N_("{by} took a part from {subject}: {part}."),
    "employee_linked": N_("{by} said which person {subject} is: {employee}."),
    "sign_in_freed": N_("{by} let {subject} be matched anew by e-mail."),
    "sessions_ended": N_("{by} ended the sessions of {subject}."),
    "signed_out": N_("{subject} signed out."),
    "deputy_named": N_("{by} named {subject} as deputy of {other}, {first} to {last}."),
    "deputy_ended": N_("{by} ended that {subject} stands in for {other}."),
    "link_created": N_("{by} made a shared link."),
    "link_opened": N_("Somebody opened a shared link."),
    "link_answered": N_("A reader answered a shared link."),
    "link_revoked": N_("{by} revoked a shared link."),
    "link_ended": N_("A shared link ended: its maker may no longer see what it shows."),
}


def event_words(event: Any, names: Mapping[str, str]) -> str:
    """Tell one event.

    Parameters
    ----------
    event : named tuple
        A row of ``services.accounts.access_events``.
    names : mapping of str to str
        What accounts and people are called, by id.

    Returns
    -------
    str
        A sentence in the reader's language.
    """
    sentence = _SENTENCES.get(str(event.kind))
    if sentence is None:
        return _("Something else was done: {kind}.", kind=plain(str(event.kind)))
    details: Mapping[str, Any] = event.details or {}

    def known(code: object) -> str:
        text = str(code or "")
        return plain(names.get(text) or text) if text else "–"

    places: dict[str, Callable[[], str]] = {
        "by": lambda: _by(str(event.by), names),
        "subject": lambda: known(event.subject),
        "part": lambda: _part(details),
        "parts": lambda: plain(", ".join(map(str, details.get("parts") or ())) or "–"),
        "employee": lambda: known(details.get("employee_id")),
        "other": lambda: known(details.get("stands_in_for")),
        "first": lambda: str(details.get("from_day", "")),
        "last": lambda: str(details.get("to_day", "")),
    }
    return _(sentence, **{name: word() for name, word in places.items()})


def _by(who: str, names: Mapping[str, str]) -> str:
    told = {
        "": _("Somebody"),
        "sign-in": _("Signing in"),
        "settings": _("The settings"),
        "command line": _("The command line"),
        **kind_names(),
    }
    return plain(names.get(who) or told.get(who) or who)


def _part(details: Mapping[str, Any]) -> str:
    role = str(details.get("role", ""))
    about = str(details.get("brand") or details.get("department") or "")
    name = kind_names().get(role, role)
    return plain(f"{name} · {about}" if about else name)
