"""Before and after, as a document shows it: the answer, its doubts, the courses."""

from __future__ import annotations

from typing import Final

from perf_core.domain.access import Scope
from perf_core.reporting.document import Block, Heading, Picture, Section, Words
from perf_core.services.before_after import MONTHS, BeforeAfter, figures_for
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import address
from perf_ui import compare_event_words as event_words
from perf_ui import compare_events_parts as part
from perf_ui import compare_problem_reads as problem_reads
from perf_ui.compare_section_tables import OF_UNIT, Kind, numbers_table
from perf_ui.compare_section_words import sentences, unmarked
from perf_ui.i18n import _

_DEFAULT_MONTHS: Final = "6"


def section(scope: Scope, directory: Directory, view: ComparisonView) -> Section:
    """The part of the page about what changed since an event."""
    title = _("Before and after")
    events = {one.event_id: one for one in problem_reads.events(scope)}
    if not events:
        return Section(title, (Words((_("Nothing is marked yet"),)),))
    event = events[address.read("event", allowed=events, default=next(iter(events)))]
    offered = {one.code: one for one in figures_for(directory.catalogue, event)}
    figure = offered[address.read("figure", allowed=offered, default=next(iter(offered)))]
    months = {str(n) for n in MONTHS}
    n_months = int(address.read("months", allowed=months, default=_DEFAULT_MONTHS))
    blocks: list[Block] = [
        Heading(event_words.title(directory, event)),
        Words(sentences([event_words.description(directory, event)]), is_quiet=True),
    ]
    plan = problem_reads.plan_of(event, view, n_months)
    if not plan.before or not plan.after:
        missing = event_words.missing_months(event, plan)
        early = _("There is no whole month on either side yet")
        return Section(title, (*blocks, Words((early, unmarked(missing)))))
    found = problem_reads.result(scope, view, event, figure, n_months)
    return Section(title, (*blocks, *_answer(directory, found)))


def _answer(directory: Directory, found: BeforeAfter) -> list[Block]:
    blocks: list[Block] = [
        Heading(event_words.headline(directory, found)),
        Words(sentences(event_words.sentences(directory, found))),
    ]
    doubts = event_words.doubts(directory, found)
    if doubts:
        blocks.append(Words((_("What speaks against taking it at its word"),)))
        blocks.append(Words(sentences(doubts), is_list=True))
    if found.found.courses.empty:
        return blocks
    courses = part.courses_figure(directory, found)
    blocks.append(Picture(part.courses_title(), courses, part.courses_note()))
    if len(found.groups) > 1:
        groups = part.groups_figure(directory, found)
        blocks.append(Picture(part.groups_title(), groups, part.groups_note()))
    blocks.append(Words((event_words.method(found),), is_quiet=True))
    return [*blocks, *_tables(directory, found)]


def _tables(directory: Directory, found: BeforeAfter) -> list[Block]:
    figure = found.figure
    name = event_words.figure_name(directory, figure)
    unit = OF_UNIT.get(figure.unit, "number")
    change = "change" if figure.is_relative else "points" if figure.unit == "percent" else unit
    course = _(
        "The mean of its groups in the month, each less its own mean before: {name}.", name=name
    )
    mean = _("The mean of the group's months before or after: {name}.", name=name)
    of_courses: dict[str, Kind] = {
        _("With it"): (change, course),
        _("Without it"): (change, course),
    }
    of_groups: dict[str, Kind] = {
        _("People"): ("number", _("People of the group on average.")),
        _("Mean before"): (unit, mean),
        _("Mean after"): (unit, mean),
        _("Change"): (
            change,
            _("After against before; in percent where groups differ much in size."),
        ),
    }
    courses = part.worded_courses(found, part.month_labels(found))
    return [
        numbers_table(directory, part.courses_title(), courses, of_courses, note=name),
        numbers_table(
            directory,
            part.groups_title(),
            part.worded_groups(directory, found),
            of_groups,
            note=name,
        ),
    ]
