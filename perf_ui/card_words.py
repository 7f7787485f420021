"""One card in words: tiles, lines, the last periods, the way to the next grade, marks.

A ``Card`` is made once for everybody who may see the same; what is worded of it is kept by the card
and the language, so that a touch of the page only lays finished words out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_change,
    format_day,
    format_number,
    format_share,
    format_short_period,
    is_absent,
)
from perf_core.language.translate import Reader
from perf_core.reporting import figures
from perf_core.services.directory import Directory
from perf_core.services.explain_card import CardKey
from perf_core.services.overview import ON_PACE
from perf_ui import reads, words
from perf_ui.i18n import _, language
from perf_ui.kept import kept
from perf_ui.rows import Row, Tile, Tone, bar_picture
from perf_ui.widgets import plain


@dataclass(frozen=True, eq=False)
class Card:
    """A card that a viewer may see, with all its lines.

    Attributes
    ----------
    row : row of ``services.team.team_table``
        The card.
    lines : tuple of rows
        ``domain.frames.LINES`` with ``progress``, ``expected`` and ``pace``.
    can_grade : bool
        Whether the period is long enough for grades.
    as_of : date
        The last day that counts.
    """

    directory: Directory
    scope: Scope
    period: Period
    row: Any
    lines: tuple[Any, ...]
    can_grade: bool
    as_of: date

    @property
    def key(self) -> CardKey:
        """Whose."""
        return CardKey(self.row.employee_id, self.row.brand, self.row.role)

    def line(self, indicator: str) -> Any:
        """The line of an indicator."""
        return next(one for one in self.lines if one.indicator == indicator)


def cards_of(scope: Scope, period: Period, employee_id: str) -> tuple[Card, ...]:
    """The cards of a person in a period; who moved has several."""
    return _cards_of(reads.key(), scope, period, employee_id)


@kept(most=256)
def _cards_of(
    _state: reads.State, scope: Scope, period: Period, employee_id: str
) -> tuple[Card, ...]:
    team = reads.team(scope, period)
    scores = reads.scores(scope, period)
    progress = reads.progress(scope, period)
    lines = scores.lines[scores.lines["employee_id"] == employee_id].merge(
        progress.loc[
            progress["employee_id"] == employee_id,
            ["card_id", "position", "progress", "expected", "pace"],
        ],
        on=["card_id", "position"],
        how="left",
    )
    found = words.rows_of(lines.sort_values(["card_id", "position"]))
    return tuple(
        Card(
            reads.directory(),
            scope,
            period,
            row,
            tuple(one for one in found if one.card_id == row.card_id),
            period.can_grade,
            scores.as_of,
        )
        for row in words.rows_of(team[team["employee_id"] == employee_id])
    )


@kept(most=256)
def who(_state: reads.State, employee_id: str, _language: str) -> tuple[str, str]:
    """A person's name, and role, brand, manager and since when (markdown)."""
    directory = reads.directory()
    person = directory.people.loc[employee_id]
    manager = str(person["manager_id"])
    parts = [
        words.place_words(directory, person),
        words.axis_name(directory, "region", str(person["region"])),
        words.axis_name(directory, "department", str(person["department"])),
        _("reports to {name}", name=directory.people["name"].get(manager, manager))
        if manager
        else "",
        _("since {day}", day=format_day(person["hire_date"].date(), language())),
        _("until {day}", day=format_day(person["leave_date"].date(), language()))
        if pd.notna(person["leave_date"])
        else "",
        employee_id,
    ]
    facts = ":gray[" + plain(" · ".join(part for part in parts if part)) + "]"
    return plain(str(person["name"])), facts


# --- the card -------------------------------------------------------------------------------------


@kept(most=256)
def tiles(card: Card, _language: str) -> tuple[Tile, ...]:
    """The card in five figures."""
    row = card.row
    change = None if is_absent(row.change) else format_change(row.change, language())
    return (
        Tile(
            _("Total") if row.complete else _("Provisional total"),
            words.total_words(row.total),
            _("100 means that every target was met. The change is against the period before."),
            None if change is None else change.replace("−", "-"),
        ),
        Tile(_("Grade"), words.grade_name(card.directory, row.grade) or "–", _grade_note(card)),
        Tile(
            _("Rank"),
            words.rank_words(row.rank, row.of) or "–",
            _("Among the complete cards of the same brand and role."),
        ),
        Tile(
            _("Pace"),
            format_share(row.pace, language(), digits=0),
            _("Progress ÷ time gone: 100 % keeps up with the calendar."),
        ),
        Tile(
            _("Rests on data"),
            format_share(row.data_share, language(), digits=0),
            _("The share of the weight that rests on business data and not on people's marks."),
        ),
    )


def _grade_note(card: Card) -> str:
    if not card.can_grade:
        return _("Grades exist for periods of 28 days and longer.")
    if not card.row.complete:
        return _("Less than half of the weight has data: no grade.")
    return _("Bonus factor {factor}", factor=f"{card.row.bonus_factor:g}")


def group_names() -> dict[str, str]:
    """The groups a template's items sit in."""
    return {
        "fixed": _("Fixed"),
        "focus": _("Focus"),
        "growth": _("Growth"),
        "behaviour": _("Behaviour"),
    }


@kept(most=256)
def line_rows(card: Card, _language: str) -> tuple[Row, ...]:
    """Every line of the card: what happened, against what, and what it earns."""
    return tuple(_line_row(card.directory, line) for line in card.lines)


def _line_row(directory: Directory, line: Any) -> Row:
    is_scored = line.status == "scored"
    tone: Tone = "muted"
    if is_scored:
        tone = "accent" if line.achievement >= 1 - 1e-9 else "behind"
    points = format_number(line.points, language()) if is_scored else ABSENT
    note = _("no points")
    if is_scored:
        note = _("of {points}", points=format_number(line.effective_weight, language()))
    under = _(
        "{group} · weight {weight}",
        group=group_names().get(line.group, line.group),
        weight=format_number(line.weight, language()),
    )
    return Row(
        key=f"line_{line.position}",
        name=f"**{plain(words.indicator_name(directory, line.indicator))}**",
        under=plain(under),
        sentence=_line_sentence(directory, line),
        picture=bar_picture(line.achievement, tone=tone),
        alt=_("Achievement {share}", share=format_share(line.achievement, language())),
        figure=f"**{plain(points)}**",
        note=plain(note),
    )


def _line_sentence(directory: Directory, line: Any) -> str:
    """A line in one sentence: actual, target, achievement, and its industry's benchmark."""
    indicator = directory.catalogue.indicators.get(line.indicator)
    actual = plain(words.indicator_value(directory, line.indicator, line.actual))
    target = plain(words.indicator_value(directory, line.indicator, line.target))
    if line.status == "no_data":
        return _(":gray[No data yet; its weight is spread over the other lines.]")
    if line.status == "no_target":
        return _("{actual} :gray[· no target, so it is not scored]", actual=actual)
    text = _(
        "**{actual}** :gray[of {target}] · {share}",
        actual=actual,
        target=target,
        share=plain(format_share(line.achievement, language(), digits=0)),
    )
    if indicator is not None and indicator.direction == "lower":
        text += " " + _(":gray[· lower is better]")
    if indicator is not None and indicator.benchmark is not None:
        text += " " + _(
            ":gray[· industry {benchmark}]",
            benchmark=plain(words.indicator_value(directory, line.indicator, indicator.benchmark)),
        )
    return text


# --- the same card for whose it is: how far each target is ----------------------------------------


@kept(most=256)
def own_rows(card: Card, _language: str) -> tuple[Row, ...]:
    """How far each target is, against the time gone."""
    return tuple(_own_row(card, line) for line in card.lines)


def _own_row(card: Card, line: Any) -> Row:
    directory = card.directory
    name = plain(words.indicator_name(directory, line.indicator))
    weight = _("weight {weight}", weight=format_number(line.weight, language()))
    done = format_share(line.progress, language(), digits=0)
    if is_absent(line.pace):
        sentence, alt = _line_sentence(directory, line), _("No data yet")
        picture, pace = bar_picture(None, tone="muted"), ""
    else:
        whole = words.indicator_value(directory, line.indicator, line.whole_target)
        is_on_pace = line.pace >= ON_PACE - 1e-9
        sentence = _(
            "**{actual}** :gray[of {target}]",
            actual=plain(words.indicator_value(directory, line.indicator, line.actual)),
            target=plain(whole),
        )
        expected = format_share(line.expected, language(), digits=0)
        alt = _("{progress} done, {expected} expected by now", progress=done, expected=expected)
        tone: Tone = "accent" if is_on_pace else "behind"
        picture = bar_picture(line.progress, expected=line.expected, tone=tone)
        pace = _("on pace") if is_on_pace else _("behind")
    return Row(
        key=f"own_{card.row.card_id}_{line.position}",
        name=f"**{name}**",
        under=plain(weight),
        sentence=sentence,
        picture=picture,
        alt=alt,
        figure=f"**{plain(done)}**",
        note=plain(pace),
    )


# --- past and future ------------------------------------------------------------------------------


@kept(most=256)
def past_figure(card: Card, _language: str) -> Any:
    """The figure of a person's last totals."""
    past = reads.person_past(card.scope, card.period, card.key)
    return figures.totals_over_time(
        [format_short_period(one, language()) for one in past.periods],
        past.totals,
        peers=past.peers,
        pass_mark=card.directory.catalogue.grades.pass_mark,
        reader=Reader(language()),
    )


def past_table(card: Card) -> pd.DataFrame:
    """The same as a table."""
    past = reads.person_past(card.scope, card.period, card.key)
    return pd.DataFrame(
        {
            _("Period"): [words.short_period(one) for one in past.periods],
            _("Total"): past.totals,
            _("Median of the role"): past.peers,
        }
    )


@dataclass(frozen=True)
class WayUp:
    """What is missing for the next better grade (markdown); ``is_best``: there is none."""

    title: str = ""
    missing: str = ""
    lead: str = ""
    ways: tuple[str, ...] = ()
    by_rank: bool = False
    is_best: bool = False


@kept(most=256)
def way_up(card: Card, _language: str) -> WayUp:
    """What is missing for the next better grade, and which line alone would bring it."""
    way = reads.next_grade(card.scope, card.period, card.key)
    if way is None:
        return WayUp(is_best=card.row.grade == card.directory.catalogue.grades.grades[0].code)
    grade = plain(words.grade_name(card.directory, way.grade))
    alone = words.rows_of(way.lines.dropna(subset=["actual"]))
    now = {line.position: line.actual for line in card.lines}
    return WayUp(
        title="**" + _("What is missing for {grade}", grade=grade) + "**",
        missing=_(
            "**{points}** points, to a total of {total}",
            points=plain(format_number(way.missing, language())),
            total=plain(words.total_words(way.needed_total)),
        ),
        lead=_("Any one of these would bring it alone:")
        if alone
        else _("No single line can bring that alone; several together can."),
        ways=tuple(_way_words(card.directory, line, now.get(line.position)) for line in alone),
        by_rank=way.by_rank,
    )


def _way_words(directory: Directory, line: Any, now: float | None) -> str:
    places = {
        "indicator": plain(words.indicator_name(directory, line.indicator)),
        "now": plain(words.indicator_value(directory, line.indicator, now)),
        "actual": plain(words.indicator_value(directory, line.indicator, line.actual)),
    }
    if line.is_above:
        return _("- {indicator}: :gray[{now} →] above **{actual}**", **places)
    return _("- {indicator}: :gray[{now} →] **{actual}**", **places)


# --- marks ----------------------------------------------------------------------------------------

RELATIONS: Final = ("self", "peer", "subordinate", "manager")


def relation_names() -> dict[str, str]:
    """Who marks whom, in words."""
    return dict(
        zip(RELATIONS, (_("Self"), _("Peers"), _("Subordinates"), _("Manager")), strict=True)
    )


@kept(most=256)
def mark_table(card: Card, _language: str) -> pd.DataFrame:
    """Marks by dimension and by who gave them; empty without any."""
    marks = reads.records(card.scope, card.period, card.row.employee_id).marks
    if marks.empty:
        return pd.DataFrame()
    cells = {(row.dimension, row.relation): row for row in words.rows_of(marks)}

    def cell(dimension: str, relation: str) -> str:
        row = cells.get((dimension, relation))
        if row is None:
            return ""
        return plain(f"{format_number(row.mean, language(), digits=2)} ({int(row.marks)})")

    dimensions = list(dict.fromkeys(marks["dimension"]))
    named = [plain(words.axis_name(card.directory, "dimension", one) or one) for one in dimensions]
    return pd.DataFrame(
        {
            _("Dimension"): named,
            **{
                name: [cell(one, relation) for one in dimensions]
                for relation, name in relation_names().items()
                if relation in set(marks["relation"])
            },
        }
    )
