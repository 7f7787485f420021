"""The comparison as a document to take away: the same figures and words as on the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Final

from babel.numbers import get_currency_symbol

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.reporting.document import Document, Labels, Section
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_group_parts, compare_words, words
from perf_ui.i18n import _, language

SectionMaker = Callable[[Scope, Directory, ComparisonView], Section]

_MAKERS: Final = {
    "groups": "perf_ui.compare_sections_groups",
    "problem": "perf_ui.compare_sections_problem",
    "cost": "perf_ui.compare_sections_cost",
    "people": "perf_ui.compare_sections_people",
    "events": "perf_ui.compare_sections_events",
}
"""Each part of the page by the module that makes its section."""

PARTS: Final = tuple(_MAKERS)


def section_of(part: str) -> SectionMaker:
    """What makes the section of a part of the page."""
    found: SectionMaker = import_module(_MAKERS[part]).section
    return found


def document(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    *,
    parts: Sequence[str] = ("groups",),
    made: tuple[tuple[str, str], ...] = (),
) -> Document:
    """Put parts of the page into a document, as the address says besides the view.

    Parameters
    ----------
    scope : Scope
        Whom the viewer may see; the document holds nothing else.
    directory : Directory
        Names.
    view : ComparisonView
        What is compared.
    parts : sequence of str
        The parts of the page, in order.
    made : tuple of (str, str)
        Who made it and when, as :func:`made_by` words it.
    """
    about = compare_group_parts.about_view(scope, directory, view)
    return Document(
        title=title(view),
        facts=(*about.items(), *made),
        sections=tuple(section_of(part)(scope, directory, view) for part in parts),
        labels=Labels(
            footer=_("For internal use. What the reader may not see was left out."),
            page=_("Page {page} of {pages}"),
            about=_("Filters"),
            sheet=_("Sheet"),
            part=_("Part of the page"),
            definitions=_("Definitions"),
            figure=_("Figure"),
            definition=_("Definition"),
        ),
        language=language(),
        currency=get_currency_symbol(directory.currency, locale=language()),
    )


def made_by(directory: Directory, viewer: Viewer, at: datetime) -> tuple[tuple[str, str], ...]:
    """Who made a file and when, in the company's time zone."""
    kinds = {
        ViewerKind.EXECUTIVE: _("Executive"),
        ViewerKind.HR: _("HR"),
        ViewerKind.BRAND_HEAD: _("Brand head"),
        ViewerKind.MANAGER: _("Manager"),
    }
    name = words.who_changed(directory, viewer.employee_id) if viewer.employee_id else ""
    who = name or kinds.get(viewer.kind, viewer.label or viewer.kind.value)
    zone = directory.catalogue.settings.timezone
    when = f"{words.instant_words(directory, at)} ({zone})"
    return ((_("Made by"), who), (_("Made at"), when))


def title(view: ComparisonView) -> str:
    """What the comparison is called."""
    titles = compare_words.axis_titles()
    if view.columns:
        return _(
            "Comparison by {rows} and {columns}",
            rows=titles[view.rows].lower(),
            columns=titles[view.columns].lower(),
        )
    return _("Comparison by {rows}", rows=titles[view.rows].lower())


def file_name(view: ComparisonView, *more: str) -> str:
    """The name of the file, without its end."""
    limits = [code for _axis, codes in view.chosen for code in codes]
    said = "-".join(["perfboard", *view.by, *more, view.period.code, *limits])
    return re.sub(r"[^\w\-.]+", "-", said).strip("-")[:80]


def parts_of(view: ComparisonView) -> tuple[str, ...]:
    """The parts that can be taken away: a list of people has files of its own."""
    return tuple(part for part in PARTS if part != "groups" or view.rows != PERSON)
