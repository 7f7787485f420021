"""What the person page is made of: who, the figures of the card, and its lines explained."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_change,
    format_day,
    format_number,
    format_share,
    is_absent,
)
from perf_core.services.directory import Directory
from perf_core.services.score_period import PeriodScores
from perf_ui import address, navigation, reads, words
from perf_ui.closer_look import closer_look
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.widgets import Tone, bar, empty_state, figure_card, heading, plain

_MOST_OFFERED: Final = 40
_GROUPS: Final = ("fixed", "focus", "growth", "behaviour")


def group_names() -> dict[str, str]:
    """The groups a template's items sit in."""
    return {
        "fixed": _("Fixed"),
        "focus": _("Focus"),
        "growth": _("Growth"),
        "behaviour": _("Behaviour"),
    }


def chosen_person(directory: Directory, scope: Scope) -> str:
    """The person in the address, the viewer's own card, or whoever is picked here."""
    wanted = address.read("person")
    if wanted in directory.people.index and scope.sees(wanted):
        return wanted
    if scope.viewer.kind is ViewerKind.EMPLOYEE and scope.viewer.employee_id:
        return scope.viewer.employee_id
    st.title(_("Scorecard"))
    if wanted:
        st.info(
            _("You may not see this person, or nobody has this number."), icon=":material/lock:"
        )
    _pick_person(directory, scope)
    return st.stop()


def _pick_person(directory: Directory, scope: Scope) -> None:
    people = directory.people
    if scope.employees is not None:
        people = people[people.index.isin(scope.employees)]
    text = st.text_input(
        _("Whose scorecard?"),
        key="person_search",
        placeholder=_("Name or number"),
        icon=":material/search:",
        max_chars=100,
        live=True,
    )
    wanted = (text or "").strip().casefold()
    hit = people["name"].str.casefold().str.contains(wanted, regex=False)
    hit |= people.index.str.casefold().str.contains(wanted, regex=False)
    found = people[hit].sort_values("name")
    with st.container(gap=None):
        for employee_id, row in found.head(_MOST_OFFERED // 2).iterrows():
            with st.container(key=f"row_pick_{employee_id}", horizontal=True, gap="medium"):
                with st.container(width=150):
                    navigation.link_to("person", plain(str(row["name"])), person=str(employee_id))
                st.caption(plain(f"{employee_id} · {words.place_words(directory, row)}"))
    if len(found) > _MOST_OFFERED // 2:
        st.caption(_("{n} more: type more letters.", n=len(found) - _MOST_OFFERED // 2))


def header(directory: Directory, scope: Scope, employee_id: str) -> None:
    """Who it is: name, role, brand, manager, since when."""
    person = directory.people.loc[employee_id]
    if scope.viewer.kind is not ViewerKind.EMPLOYEE:
        navigation.link_to("team", _("Team"), icon=":material/arrow_back:")
    st.title(plain(str(person["name"])), anchor=False)
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
    st.markdown(":gray[" + plain(" · ".join(part for part in parts if part)) + "]")


def chosen_card(
    directory: Directory, scope: Scope, period: Period, employee_id: str
) -> pd.Series[Any] | None:
    """The person's card of the period; who moved has several and picks one."""
    team = reads.team(scope, period)
    cards = team[team["employee_id"] == employee_id]
    if cards.empty:
        return None
    if len(cards) == 1:
        return cards.iloc[0]
    names = {str(card.card_id): words.place_words(directory, card) for card in words.rows_of(cards)}
    keys = {f"{card.role}@{card.brand}": str(card.card_id) for card in words.rows_of(cards)}
    wanted = keys.get(address.read("card"), str(cards.iloc[-1]["card_id"]))
    settle("card_choice", wanted)
    back = {card: code for code, card in keys.items()}
    with st.container(width="content"):
        st.segmented_control(
            _("Card"),
            list(names),
            format_func=lambda code: names.get(code, code),
            key="card_choice",
            required=True,
            on_change=lambda: address.write("card", back[st.session_state["card_choice"]]),
        )
    return cards[cards["card_id"] == int(wanted)].iloc[0]


def no_card(directory: Directory, scores: PeriodScores) -> None:
    """Say why there is no card."""
    del directory
    empty_state(
        _("No scorecard in this period"),
        _(
            "There is one from a quarter of the period's days on, for a role that has a template. "
            "Data goes through {day}.",
            day=format_day(scores.as_of, language()),
        ),
    )


def tiles(directory: Directory, scores: PeriodScores, card: pd.Series[Any]) -> None:
    """The card in five figures."""
    grid = st.grid(5, min_column_width=150, gap="small")
    change = card["change"]
    grid.metric(
        _("Total") if card["complete"] else _("Provisional total"),
        words.total_words(card["total"]),
        delta=None if is_absent(change) else format_change(change, language()).replace("−", "-"),
        help=_("100 means that every target was met. The change is against the period before."),
        border=True,
        height="stretch",
    )
    grade = words.grade_name(directory, card["grade"])
    if not scores.period.can_grade:
        grade_help = _("Grades exist for periods of 28 days and longer.")
    elif not card["complete"]:
        grade_help = _("Less than half of the weight has data: no grade.")
    else:
        grade_help = _("Bonus factor {factor}", factor=f"{card['bonus_factor']:g}")
    grid.metric(_("Grade"), grade or "–", help=grade_help, border=True, height="stretch")
    grid.metric(
        _("Rank"),
        words.rank_words(card["rank"], card["of"]) or "–",
        help=_("Among the complete cards of the same brand and role."),
        border=True,
        height="stretch",
    )
    grid.metric(
        _("Pace"),
        format_share(card["pace"], language(), digits=0),
        help=_("Progress ÷ time gone: 100 % keeps up with the calendar."),
        border=True,
        height="stretch",
    )
    grid.metric(
        _("Rests on data"),
        format_share(card["data_share"], language(), digits=0),
        help=_("The share of the weight that rests on business data and not on people's marks."),
        border=True,
        height="stretch",
    )
    if card["vetoed"]:
        st.warning(
            _(
                "A confirmed breach in this period sets the total to zero. The lines show what "
                "would have been earned."
            ),
            icon=":material/gavel:",
        )


def scorecard(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    lines: pd.DataFrame,
) -> None:
    """Every line of the card: what happened, against what, and what it earns."""
    st.subheader(_("Scorecard"), anchor=False)
    with st.container(gap=None):
        for line in words.rows_of(lines):
            _line_row(directory, line)
    if len(lines):
        closer_look(directory, scope, period, card, lines)


def card_lines(scope: Scope, period: Period, card: pd.Series[Any]) -> pd.DataFrame:
    """The lines of a card with their progress."""
    lines = reads.scores(scope, period).lines
    lines = lines[lines["card_id"] == card["card_id"]]
    progress = reads.progress(scope, period)
    progress = progress[progress["card_id"] == card["card_id"]]
    wanted = ["position", "progress", "expected", "pace"]
    joined: pd.DataFrame = lines.merge(progress[wanted], on="position", how="left")
    return joined.sort_values("position")


def line_tone(line: Any) -> Tone:
    """The accent for what is met or on pace, the signal for what is behind."""
    if line.status != "scored":
        return "muted"
    return "accent" if line.achievement >= 1 - 1e-9 else "behind"


def _line_row(directory: Directory, line: Any) -> None:
    name = words.indicator_name(directory, line.indicator)
    with st.container(
        key=f"row_line_{line.position}", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        with st.container(width=210, gap=None, key=f"who_line_{line.position}"):
            st.markdown(f"**{plain(name)}**")
            st.caption(
                plain(
                    _(
                        "{group} · weight {weight}",
                        group=group_names().get(line.group, line.group),
                        weight=format_number(line.weight, language()),
                    )
                )
            )
        with st.container(gap="xxsmall", key=f"why_line_{line.position}"):
            st.markdown(line_sentence(directory, line))
            bar(
                line.achievement,
                key=f"line_{line.position}",
                tone=line_tone(line),
                alt=_("Achievement {share}", share=format_share(line.achievement, language())),
            )
        with st.container(
            width=110, gap=None, key=f"figure_line_{line.position}", horizontal_alignment="right"
        ):
            points = ABSENT
            if line.status == "scored":
                points = format_number(line.points, language())
            st.markdown(f"**{plain(points)}**", text_alignment="right")
            st.caption(
                plain(
                    _("of {points}", points=format_number(line.effective_weight, language()))
                    if line.status == "scored"
                    else _("no points")
                ),
                text_alignment="right",
            )


def line_sentence(directory: Directory, line: Any) -> str:
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


def past_and_future(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    lines: pd.DataFrame,
) -> None:
    """The last periods beside the role's others, and the way to the next grade."""
    left, right = st.columns([3, 2], gap="medium")
    past = reads.person_past(scope, period, card)
    with left:
        figure_card(
            _("The last periods"),
            reads.past_figure(scope, period, card),
            key="past",
            alt=_("Totals of the last periods beside the median of the role"),
            note=_("Dotted: the median of everybody else in the role, from four people on."),
            table=lambda: pd.DataFrame(
                {
                    _("Period"): [words.short_period(one) for one in past.periods],
                    _("Total"): past.totals,
                    _("Median of the role"): past.peers,
                }
            ),
            about={_("Person"): f"{card['name']} ({card['employee_id']})"},
        )
    with right:
        next_grade(directory, scope, period, card, lines)


def next_grade(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    lines: pd.DataFrame,
) -> None:
    """What is missing for the next better grade, and which line alone would bring it."""
    way = reads.next_grade(scope, period, card)
    with st.container(
        border=True, key=f"next_grade_{card['card_id']}", gap="small", height="stretch"
    ):
        if way is None:
            best = directory.catalogue.grades.grades[0].code
            if card["grade"] == best:
                heading(_("The best grade is reached"), icon=":material/celebration:")
                st.caption(_("Nothing is missing: keep it up."))
            else:
                heading(_("The next grade"))
                st.caption(_("There is no grade to reach from here in this period."))
            return
        grade = plain(words.grade_name(directory, way.grade))
        st.markdown("**" + _("What is missing for {grade}", grade=grade) + "**")
        st.markdown(
            _(
                "**{points}** points, to a total of {total}",
                points=plain(format_number(way.missing, language())),
                total=plain(words.total_words(way.needed_total)),
            )
        )
        alone = way.lines.dropna(subset=["actual"])
        if alone.empty:
            st.caption(_("No single line can bring that alone; several together can."))
        else:
            st.caption(_("Any one of these would bring it alone:"))
        now = lines.set_index("position")["actual"]
        for line in words.rows_of(alone):
            st.markdown(_way_words(directory, line, now.get(line.position)))
        if way.by_rank:
            st.caption(_("Decided by rank: the total to reach moves with the others."))


def _way_words(directory: Directory, line: Any, now: float | None) -> str:
    places = {
        "indicator": plain(words.indicator_name(directory, line.indicator)),
        "now": plain(words.indicator_value(directory, line.indicator, now)),
        "actual": plain(words.indicator_value(directory, line.indicator, line.actual)),
    }
    if line.is_above:
        return _("- {indicator}: :gray[{now} →] above **{actual}**", **places)
    return _("- {indicator}: :gray[{now} →] **{actual}**", **places)


def relation_names() -> dict[str, str]:
    """Who marks whom, in words."""
    return {
        "self": _("Self"),
        "peer": _("Peers"),
        "subordinate": _("Subordinates"),
        "manager": _("Manager"),
    }


def status_names() -> dict[str, str]:
    """How far a breach has been looked at."""
    return {
        "proposed": _("proposed, not counted"),
        "confirmed": _("confirmed"),
        "dismissed": _("dismissed"),
    }


def ratings_and_events(
    directory: Directory, scope: Scope, period: Period, card: pd.Series[Any]
) -> None:
    """Marks by others and breaches."""
    records = reads.records(scope, period, str(card["employee_id"]))
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key="marks", gap="small", height="stretch"):
        heading(_("Marks by people"))
        if records.marks.empty:
            st.caption(_("Nobody gave marks for this period."))
        else:
            st.table(_mark_table(directory, records.marks), border="horizontal", hide_index=True)
            st.caption(
                _("From 1 to 5, the mean and the number of marks. Means of few peers stay hidden.")
            )
    with right, st.container(border=True, key="events", gap="small", height="stretch"):
        heading(_("Breaches"))
        if records.events.empty:
            st.caption(_("None in this period."))
        for event in words.rows_of(records.events):
            kind = words.axis_name(directory, "veto", event.kind) or event.kind
            status = status_names().get(event.status, event.status)
            st.markdown(
                f"**{plain(kind)}** :gray[· {plain(format_day(event.day, language()))}"
                f" · {plain(status)}]"
            )
            told = " · ".join(part for part in (event.source, event.note) if part)
            if told:
                st.caption(plain(told))


def _mark_table(directory: Directory, marks: pd.DataFrame) -> pd.DataFrame:
    relations = [one for one in relation_names() if one in set(marks["relation"])]
    cells = {(row.dimension, row.relation): row for row in words.rows_of(marks)}

    def cell(dimension: str, relation: str) -> str:
        row = cells.get((dimension, relation))
        if row is None:
            return ""
        return f"{format_number(row.mean, language(), digits=2)} ({int(row.marks)})"

    dimensions = list(dict.fromkeys(marks["dimension"]))
    table = {
        _("Dimension"): [
            plain(words.axis_name(directory, "dimension", one) or one) for one in dimensions
        ]
    }
    for relation in relations:
        table[relation_names()[relation]] = [plain(cell(one, relation)) for one in dimensions]
    return pd.DataFrame(table)
