"""A shared comparison: what it is called, what it is narrowed to, and the part it shows."""

from __future__ import annotations

from perf_core.domain.period import Period
from perf_core.domain.share import ShareLink
from perf_core.domain.share_parts import ViewPart
from perf_core.language.translate import Reader
from perf_core.reporting.review_event import event_about, event_name, event_parts
from perf_core.reporting.review_markup import Markup
from perf_core.reporting.review_people import people_parts, span_of
from perf_core.reporting.review_problem import problem_parts
from perf_core.reporting.review_words import axes_title, group_named


def view_title(link: ShareLink, period: str, reader: Reader) -> str:
    """What a comparison is of: its axes, its part and its period."""
    _ = reader
    content = link.content
    match link.part:
        case ViewPart.PROBLEM:
            axes = axes_title([content["problem"]["axis"]], reader).lower()
            return _(
                "Comparison by {axes}: shared or own problems · {period}", axes=axes, period=period
            )
        case ViewPart.PEOPLE:
            axes = axes_title([content["leaving"]["axis"]], reader).lower()
            return _("Comparison by {axes}: coming and going · {period}", axes=axes, period=period)
        case ViewPart.EVENTS:
            return _("Before and after: {event}", event=event_name(content["event"], reader))
        case _:
            tables = content["tables"]
            axes = axes_title(tables[-1]["by"] if tables else [], reader).lower()
            return _("Comparison by {axes} · {period}", axes=axes, period=period)


def view_about(link: ShareLink, reader: Reader) -> str:
    """What a comparison is narrowed to, and the event or the days that it is about."""
    _ = reader
    content = link.content
    comma = "、" if reader.language == "zh" else ", "
    limits = " · ".join(
        comma.join(group_named(code, one["axis"], reader) for code in one["codes"])
        for one in content["limits"]
    )
    match link.part:
        case ViewPart.EVENTS:
            return " · ".join(one for one in (event_about(content["event"], reader), limits) if one)
        case ViewPart.PEOPLE:
            span = span_of(content["leaving"], reader)
            return f"{limits or _('The whole company')} · {span}"
        case _:
            return limits or _("The whole company")


def view_parts(link: ShareLink, period: Period, reader: Reader) -> Markup:
    """Give the part of a comparison that a link shows, other than the groups side by side."""
    match link.part:
        case ViewPart.PROBLEM:
            return problem_parts(link.content, period, reader)
        case ViewPart.PEOPLE:
            return people_parts(link.content, reader)
        case _:
            return event_parts(link.content, reader)
