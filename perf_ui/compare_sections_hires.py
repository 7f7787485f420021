"""What new people cost and bring, as a document shows it."""

from __future__ import annotations

from typing import Final

from perf_core.domain.access import Scope
from perf_core.reporting.document import Block, Form, Heading, Picture, Words
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.new_hires import NewHires
from perf_ui import compare_hire_parts as part
from perf_ui import compare_hire_words as hired
from perf_ui import compare_words
from perf_ui.compare_section_tables import Kind, numbers_table, paper_table
from perf_ui.compare_section_words import sentences
from perf_ui.i18n import _

_FORMS: Final[dict[str, Form]] = {
    "n": "count",
    "settled_n": "count",
    "reached": "count",
    "cost_ratio": "share",
    "settled_cost_ratio": "share",
}


def blocks(scope: Scope, directory: Directory, view: ComparisonView) -> list[Block]:
    """What new people are paid against what they bring."""
    heading = _("New people: pay against what they bring")
    found = part.read(scope, view)
    if found is None or found.whole is None:
        nobody = (_("Nobody is new here"), part.nobody_words(found))
        return [Heading(heading), Words(nobody)]
    axis = compare_words.axis_titles()[found.axis]
    title = _("New people by {axis}", axis=axis.lower())
    shown: list[Block] = [
        Heading(heading),
        Words(sentences(part.sentences(directory, found))),
        paper_table(part.group_table(scope, directory, found), title=title),
    ]
    if found.course["per_head"].notna().any():
        figure = part.course_figure(directory, found)
        shown.append(Picture(part.course_title(), figure, part.course_note(found)))
    notes = [hired.who_is_new(), *part.notes(scope, found)]
    numbers = part.numbers_table(scope, directory, found)
    return [
        *shown,
        Words(sentences(notes), is_quiet=True),
        numbers_table(directory, title, numbers, _kinds_of_groups()),
        _course(directory, found),
    ]


def _kinds_of_groups() -> dict[str, Kind]:
    told = hired.definitions()
    usual = {
        "revenue": _("Revenue credited to the new in the period."),
        "pay_cost": _("Pay of the new, spread over the days employed."),
        "settled_n": _("People of the same roles and group who were there before."),
        "settled_revenue": told["settled_per_head"],
        "settled_pay_cost": told["settled_per_head"],
        "settled_pay_per_head": told["settled_per_head"],
    }
    return {
        title: (_FORMS.get(name, "money"), told.get(name) or usual[name])
        for name, title in hired.titles().items()
    }


def _course(directory: Directory, found: NewHires) -> Block:
    told, titles = hired.definitions(), hired.titles()
    kinds: dict[str, Kind] = {
        _("Month since hire"): ("count", _("1 is the month of the hiring.")),
        _("People"): ("count", _("New people who were in that month of theirs.")),
        titles["revenue"]: ("money", _("Revenue credited to the new in the period.")),
        titles["per_head"]: ("money", told["per_head"]),
        titles["pay_cost"]: ("money", _("Pay of the new, spread over the days employed.")),
        titles["pay_per_head"]: ("money", told["pay_per_head"]),
        titles["cost_ratio"]: ("share", told["cost_ratio"]),
    }
    return numbers_table(directory, part.course_title(), part.course_table(found), kinds)
