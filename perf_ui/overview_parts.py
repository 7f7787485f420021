"""What the overview is made of: the tiles, the list, and an employee's own progress."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_change,
    format_instant,
    format_number,
    format_period,
    format_share,
    format_share_change,
    is_absent,
)
from perf_core.services.directory import Directory
from perf_core.services.overview import ON_PACE, on_track_share
from perf_ui import navigation, person_parts, reads, words
from perf_ui.i18n import _, language
from perf_ui.widgets import bar, empty_state, plain

_SHOWN: Final = 8


def load_note(directory: Directory) -> None:
    """A delivery that failed is the first thing said."""
    newest = directory.newest_load
    if newest is None or not newest.failed:
        return
    with st.container(border=True, key="load_failed"):
        st.markdown(
            ":orange[:material/warning:] "
            + _(
                "**The last load was refused** ({at}). The figures below are from before it.",
                at=format_instant(newest.at, language()),
            )
        )
        if newest.note:
            st.caption(plain(newest.note))


def tiles(directory: Directory, scope: Scope, period: Period, *, brand: str) -> None:
    """Five figures, each beside the period before."""
    mark = directory.catalogue.grades.pass_mark
    now = _numbers(scope, period, brand)
    before = reads.periods_before(period, 1)
    last = _numbers(scope, before[0], brand) if before else {}
    grid = st.grid(5, min_column_width=150, gap="small")
    grid.metric(
        _("Headcount"),
        format_number(now.get("headcount"), language(), digits=0),
        delta=_delta(now, last, "headcount"),
        delta_color="off",
        help=_("People on the last day looked at, and the change since the period before."),
        border=True,
        height="stretch",
    )
    grid.metric(
        _("Attainment"),
        format_share(now.get("attainment"), language()),
        delta=_delta(now, last, "attainment"),
        help=_("Complete scorecards with a total of {mark} or more.", mark=f"{mark:g}"),
        border=True,
        height="stretch",
    )
    grid.metric(
        _("Mean total"),
        words.total_words(now.get("mean_total")),
        delta=_delta(now, last, "mean_total"),
        help=_("Of the complete scorecards; 100 means that every target was met."),
        border=True,
        height="stretch",
    )
    growth = now.get("revenue_growth")
    grid.metric(
        _("Revenue"),
        format_amount(now.get("revenue"), directory.currency, language(), compact=True),
        delta=None
        if is_absent(growth)
        else _ascii(format_share_change(growth, language(), points=False)),
        help=_("What was paid for valid orders, and its growth against the same days before."),
        border=True,
        height="stretch",
    )
    ratio = now.get("cost_ratio")
    if scope.pay is PayRight.NONE or is_absent(ratio):
        table = _brand_rows(reads.team(scope, period), brand)
        grid.metric(
            _("On pace"),
            format_share(on_track_share(table), language()),
            help=_("Scorecards whose progress keeps up with the time gone."),
            border=True,
            height="stretch",
        )
        return
    grid.metric(
        _("Cost ratio"),
        format_share(ratio, language()),
        delta=_delta(now, last, "cost_ratio"),
        delta_color="inverse",
        help=_("Pay ÷ the revenue credited to the same people.")
        + (" " + _("Pay is estimated from the last base pay.") if now["pay_estimated"] else ""),
        border=True,
        height="stretch",
    )


def _numbers(scope: Scope, period: Period, brand: str) -> dict[str, Any]:
    """The numbers of a brand, or of everything the viewer may see."""
    groups = reads.groups(scope, period, ("brand",) if brand else ()).groups
    if brand:
        groups = groups[groups["brand"] == brand]
    return {} if groups.empty else dict(groups.iloc[0])


def _delta(now: dict[str, Any], before: dict[str, Any], number: str) -> str | None:
    """The change of a number as a tile takes it; none where either is unknown."""
    if is_absent(now.get(number)) or is_absent(before.get(number)):
        return None
    change = float(now[number]) - float(before[number])
    if number in {"attainment", "cost_ratio"}:
        return _ascii(format_share_change(change, language()))
    return _ascii(format_change(change, language()))


def _ascii(change: str) -> str:
    """A change with the minus that tiles tell direction by; nothing for no change."""
    return "" if change.startswith("±") else change.replace("−", "-")


def _brand_rows(table: pd.DataFrame, brand: str) -> pd.DataFrame:
    return table[table["brand"] == brand] if brand else table


def attention_list(directory: Directory, scope: Scope, period: Period, *, brand: str) -> None:
    """Who is behind and who fell, the worst first, each with what explains it."""
    listed = _brand_rows(reads.needs_attention(scope, period), brand)
    st.subheader(_("Who needs attention"), anchor=False)
    if not reads.scores(scope, period).cards["complete"].any():
        _no_cards(directory)
        return
    if listed.empty:
        empty_state(
            _("Nobody is behind"),
            _("Every complete scorecard is at or above the pass mark, and nobody fell far."),
            icon=":material/check_circle:",
        )
        return
    with st.container(gap=None):
        for row in listed.head(_SHOWN).itertuples():
            _attention_row(directory, row)
    if len(listed) > _SHOWN:
        navigation.link_to(
            "team",
            _("All {n} scorecards that need attention", n=len(listed)),
            icon=":material/arrow_forward:",
            attention="1",
        )


def _attention_row(directory: Directory, row: object) -> None:
    card, change = row.card_id, row.change  # type: ignore[attr-defined]
    total: float = row.total  # type: ignore[attr-defined]
    with st.container(
        key=f"row_attention_{card}", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        with st.container(width=230, gap=None, key=f"who_{card}"):
            navigation.link_to("person", plain(row.name), person=row.employee_id)  # type: ignore[attr-defined]
            st.caption(plain(words.place_words(directory, row)))
        with st.container(gap="xxsmall", key=f"why_{card}"):
            st.markdown(words.attention_reason(directory, row))
            bar(
                total / 100,
                expected=directory.catalogue.grades.pass_mark / 100,
                key=f"attention_{card}",
                tone="behind",
                alt=_("Total {total} of 100", total=words.total_words(total)),
            )
        with st.container(width=110, gap=None, key=f"figure_{card}", horizontal_alignment="right"):
            st.markdown(f"**{words.total_words(total)}**", text_alignment="right")
            fell = "" if is_absent(change) else format_change(change, language())
            st.caption(plain(fell) or ABSENT, text_alignment="right")


def _no_cards(directory: Directory) -> None:
    empty_state(
        _("Nothing can be scored in this period"),
        _("No role with a template has both data and a target on these days."),
    )
    if directory.windows:
        window = directory.windows[0]
        navigation.link_to(
            "overview",
            _(
                "Open {period}, the newest window with targets",
                period=format_period(window, language()),
            ),
            icon=":material/event:",
            period=window.code,
        )


def own_progress(directory: Directory, scope: Scope, period: Period) -> None:
    """The own card, large: how far each target is, against the time gone, and what is missing."""
    cards = reads.team(scope, period)
    if cards.empty:
        _no_cards(directory)
        return
    for at in range(len(cards)):
        card = cards.iloc[at]
        if len(cards) > 1:
            st.subheader(plain(words.place_words(directory, card)), anchor=False)
        person_parts.tiles(directory, reads.scores(scope, period), card)
        _own_lines(directory, scope, period, card)
    navigation.link_to(
        "person", _("My scorecard in full"), icon=":material/arrow_forward:", person=""
    )


def _own_lines(directory: Directory, scope: Scope, period: Period, card: pd.Series[Any]) -> None:
    lines = person_parts.card_lines(scope, period, card)
    reached = lines[lines["progress"] >= 1 - 1e-9]
    names = [plain(words.indicator_name(directory, code)) for code in reached["indicator"]]
    if names and not card["vetoed"]:
        st.success(
            _("Congratulations, target reached: {names}", names=", ".join(names)),
            icon=":material/celebration:",
        )
    st.subheader(_("My targets"), anchor=False)
    with st.container(gap=None):
        for line in lines.itertuples():
            _own_line(directory, int(card["card_id"]), line)
    person_parts.next_grade(directory, scope, period, card, lines)


def _own_line(directory: Directory, card_id: int, line: Any) -> None:
    key = f"{card_id}_{line.position}"
    with st.container(
        key=f"row_own_{key}", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        with st.container(width=210, gap=None, key=f"who_own_{key}"):
            st.markdown(f"**{plain(words.indicator_name(directory, line.indicator))}**")
            st.caption(plain(_("weight {weight}", weight=format_number(line.weight, language()))))
        with st.container(gap="xxsmall", key=f"why_own_{key}"):
            if is_absent(line.pace):
                st.markdown(person_parts.line_sentence(directory, line))
                bar(None, key=f"own_{key}", tone="muted", alt=_("No data yet"))
            else:
                whole = words.indicator_value(directory, line.indicator, line.whole_target)
                st.markdown(
                    _(
                        "**{actual}** :gray[of {target}]",
                        actual=plain(words.indicator_value(directory, line.indicator, line.actual)),
                        target=plain(whole),
                    )
                )
                bar(
                    line.progress,
                    expected=line.expected,
                    key=f"own_{key}",
                    tone="accent" if line.pace >= ON_PACE - 1e-9 else "behind",
                    alt=_(
                        "{progress} done, {expected} expected by now",
                        progress=format_share(line.progress, language(), digits=0),
                        expected=format_share(line.expected, language(), digits=0),
                    ),
                )
        with st.container(width=110, gap=None, key=f"figure_own_{key}"):
            done = ABSENT
            if not is_absent(line.progress):
                done = format_share(line.progress, language(), digits=0)
            st.markdown(f"**{plain(done)}**", text_alignment="right")
            st.caption(plain(_pace_word(line.pace)), text_alignment="right")


def _pace_word(pace: float) -> str:
    if is_absent(pace):
        return ""
    if pace >= ON_PACE - 1e-9:
        return _("on pace")
    return _("behind")
