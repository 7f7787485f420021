"""Why the cost ratio of a role without revenue of its own is not that of its group."""

from __future__ import annotations

from collections.abc import Iterable

from perf_core.language.formats import listed
from perf_core.services.directory import Directory
from perf_ui import words
from perf_ui.i18n import _, language

_MOST = 3


def served_note(directory: Directory, roles: Iterable[str]) -> str:
    """Say how roles without revenue of their own are counted; nothing where there are none.

    The role "service" is set against what its brands and regions sell; the department "service",
    the same people, against what they sold themselves: the ratios cannot agree.

    Parameters
    ----------
    directory : Directory
        Which roles have revenue of their own.
    roles : iterable of str
        The roles that ratios are shown of.
    """
    named = directory.catalogue.axes
    mine = sorted(
        {code for code in roles if (one := named.get(("role", code))) is not None and not one.earns}
    )
    if not mine:
        return ""
    names = [words.axis_name(directory, "role", code) for code in mine]
    told = listed(names[:_MOST], language())
    if len(names) > _MOST:
        told = _("{list} and {n} more", list=told, n=len(names) - _MOST)
    return _(
        "{roles}: without revenue of their own, so by role their cost ratio is pay ÷ all revenue "
        "of the brands and regions they serve. A group not split by role (all together, a "
        "department) is set against what its own people are credited with, and need not agree.",
        roles=told,
    )
