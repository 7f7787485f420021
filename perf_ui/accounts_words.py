"""What happened to accounts, rights and links, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from perf_core.domain.access import ViewerKind
from perf_core.domain.account_errors import BadPart
from perf_core.domain.accounts import GRANTED_ROLES
from perf_core.domain.errors import PerfError
from perf_core.domain.period import parse_period
from perf_core.domain.share import LinkKind
from perf_core.language.formats import format_day, format_period
from perf_core.language.translate import N_
from perf_ui import reads
from perf_ui.i18n import _, language, named
from perf_ui.share_parts import link_kinds
from perf_ui.view_as import kind_names
from perf_ui.widgets import plain, worded

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
    "link_created": N_("{by} made the shared link “{link}”."),
    "link_opened": N_("Somebody opened the shared link “{link}”, made by {maker}."),
    "link_answered": N_("A reader answered the shared link “{link}”, made by {maker}."),
    "link_revoked": N_("{by} took back the shared link “{link}”, made by {maker}."),
    "link_ended": N_(
        "The shared link “{link}” ended: its maker, {maker}, may no longer see what it shows."
    ),
    "link_passcode_wrong": N_(
        "Wrong passcodes for the shared link “{link}”, made by {maker}: {n} so far."
    ),
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
        "parts": lambda: plain(
            ", ".join(_claimed(str(one)) for one in details.get("parts") or ()) or "–"
        ),
        "employee": lambda: known(details.get("employee_id")),
        "other": lambda: known(details.get("stands_in_for")),
        "first": lambda: _day(details.get("from_day")),
        "last": lambda: _day(details.get("to_day")),
        "link": lambda: _link(event.link, str(event.subject)),
        "maker": lambda: _by(str((event.link or {}).get("made_by", "")), names),
        "n": lambda: str(details.get("n", 1)),
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


def _day(text: object) -> str:
    """A day of the record in the reader's format."""
    try:
        return format_day(date.fromisoformat(str(text)), language())
    except ValueError:
        return "–"


def _link(told: Mapping[str, str] | None, link_id: str) -> str:
    """What a link shows: its kind, whom or what, and the period; never what opens it."""
    if not told:
        return plain(link_id)
    period = format_period(parse_period(told["period"]), language())
    return plain(
        " · ".join(filter(None, (link_kinds()[LinkKind(told["kind"])], told["title"], period)))
    )


def _part(details: Mapping[str, Any]) -> str:
    return plain(
        about_words(
            str(details.get("role", "")),
            str(details.get("brand") or ""),
            str(details.get("department") or ""),
        )
    )


def _claimed(text: str) -> str:
    """A part as the sign-in service's claim is kept: ``brand_head:luxe``."""
    role, _colon, about = text.partition(":")
    is_brand = role == ViewerKind.BRAND_HEAD
    return about_words(role, about if is_brand else "", "" if is_brand else about)


def brand_names() -> dict[str, str]:
    """The brands' names by code."""
    directory = reads.directory()
    return {
        code: named(directory.axis_names("brand", code), code) for code in directory.codes("brand")
    }


def department_names() -> dict[str, str]:
    """The departments' names by code."""
    directory = reads.directory()
    return {
        code: named(directory.axis_names("department", code), code)
        for code in directory.codes("department")
    }


def about_words(role: str, brand: str, department: str) -> str:
    """A part with its brand or department, in words."""
    name = kind_names().get(role, role)
    about = ""
    if role == ViewerKind.BRAND_HEAD:
        about = brand_names().get(brand, brand)
    elif department:
        about = department_names().get(department, department)
    return f"{name} · {about}" if about else name


def error_words(error: PerfError) -> str:
    """Word an error about accounts; the parts that may be chosen by their names."""
    if isinstance(error, BadPart):
        return _(
            BadPart.sentence,
            part=plain(_claimed(error.part)),
            parts=", ".join(kind_names()[role] for role in GRANTED_ROLES),
        )
    return worded(error)
