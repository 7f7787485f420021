"""One line of a card up close: its course, its channels, its measures, its target's history."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.errors import PerfError
from perf_core.domain.period import Period, parse_period
from perf_core.language.formats import (
    format_day,
    format_instant,
    format_number,
    format_period,
    is_absent,
)
from perf_core.reporting import figures
from perf_core.services.directory import Directory
from perf_core.services.revise_target import revise_target
from perf_core.services.viewers import may_revise_target
from perf_ui import address, reads, words
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.start import store
from perf_ui.widgets import figure_card, heading, plain, worded

_NOTE: Final = "perf_target_note"
_FILES_SHOWN: Final = 3


@st.fragment
def closer_look(
    directory: Directory, scope: Scope, period: Period, card: pd.Series[Any], lines: pd.DataFrame
) -> None:
    """Choose a line and see what it is made of; only this part runs again at a touch."""
    st.subheader(_("A closer look"), anchor=False)
    codes = [str(code) for code in lines["indicator"]]
    names = {code: words.indicator_name(directory, code) for code in codes}
    chosen = address.read("line", allowed=codes, default=codes[0])
    settle("closer_line", chosen)
    st.pills(
        _("Indicator"),
        codes,
        format_func=lambda code: names.get(code, code),
        key="closer_line",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: address.write("line", st.session_state["closer_line"], default=codes[0]),
    )
    line = lines[lines["indicator"] == chosen].iloc[0]
    about = {
        _("Period"): format_period(period, language()),
        _("Data up to"): format_day(reads.scores(scope, period).as_of, language()),
        _("Person"): f"{card['name']} ({card['employee_id']})",
        _("Indicator"): names[chosen],
    }
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _course(directory, scope, period, card, line, about)
    with right:
        _made_of(directory, scope, period, card, line)
    _target(directory, scope, period, card, line)


def _course(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    line: pd.Series[Any],
    about: dict[str, str],
) -> None:
    code = str(line["indicator"])
    name = words.indicator_name(directory, code)
    daily, channels = reads.course(scope, period, card, code)
    is_sum = bool(line["is_additive"])

    def wording(value: float | None) -> str:
        return words.indicator_value(directory, code, value)

    if daily["actual"].notna().any():
        figure_card(
            _("Day by day"),
            reads.course_figure(scope, period, card, code),
            key=f"course_{code}",
            alt=_("{indicator} from the first day on, against its target", indicator=name),
            note=_("The sum from the first day on, beside the even pace to the target.")
            if is_sum
            else _("The value from the first day to each day, beside the target."),
            table=lambda: daily.rename(
                columns={"day": _("Day"), "actual": name, "expected": _("Target")}
            ),
            about=about,
        )
    elif line["status"] == "scored":
        st.caption(_("Marks by people have no daily course."))
    else:
        st.caption(_("There is no data for this line yet."))
    if len(channels) > 1:
        names = [words.axis_name(directory, "channel", one) or "–" for one in channels["channel"]]
        figure_card(
            _("By channel"),
            figures.amounts_by_name(names, channels["actual"].tolist(), wording=wording),
            key=f"channels_{code}",
            alt=_("{indicator} by channel", indicator=name),
            table=lambda: channels.assign(channel=names).rename(
                columns={"channel": _("Channel"), "actual": name}
            ),
            about=about,
        )


def _made_of(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    line: pd.Series[Any],
) -> None:
    code = str(line["indicator"])
    why = reads.explanation(scope, period, card)
    indicator = directory.catalogue.indicators[code]
    with st.container(border=True, key="made_of", gap="small", height="stretch"):
        heading(_("Where the figure comes from"))
        formula = words.formula_words(directory, indicator.formula)
        st.markdown(
            _(
                "{indicator} = {formula}",
                indicator=plain(words.indicator_name(directory, code)),
                formula=plain(formula),
            )
        )
        measures = why.measures[why.measures["indicator"] == code]
        if len(measures):
            st.table(_measure_table(directory, measures), border="horizontal", hide_index=True)
        st.caption(_window_words(why.spans, why.days))
        if len(why.compared) and measures["uses_previous"].any():
            st.caption(
                _(
                    "Compared with {first} to {last}.",
                    first=format_day(why.compared["first"].min().date(), language()),
                    last=format_day(why.compared["last"].max().date(), language()),
                )
            )
        if len(measures) and st.toggle(
            _("Show the loads behind it"), key=f"loads_{code}", value=False
        ):
            first, last = why.spans["first"].min().date(), why.spans["last"].max().date()
            _sources(directory, scope, card, measures["measure"].tolist(), first, last)


def _measure_table(directory: Directory, measures: pd.DataFrame) -> pd.DataFrame:
    table = {
        _("Measure"): [plain(words.measure_name(directory, one)) for one in measures["measure"]],
        _("Sum"): [
            plain(words.measure_value(directory, row.measure, row.value))
            for row in words.rows_of(measures)
        ],
    }
    if measures["uses_previous"].any():
        table[_("Before")] = [
            plain(words.measure_value(directory, row.measure, row.previous))
            for row in words.rows_of(measures)
        ]
    return pd.DataFrame(table)


def _window_words(spans: pd.DataFrame, days: float) -> str:
    if spans.empty:
        return ""
    return _(
        "{days} days of this scorecard, {first} to {last}; days of absence left out.",
        days=format_number(days, language(), digits=0),
        first=format_day(spans["first"].min().date(), language()),
        last=format_day(spans["last"].max().date(), language()),
    )


def _sources(
    directory: Directory,
    scope: Scope,
    card: pd.Series[Any],
    measures: list[str],
    first: date,
    last: date,
) -> None:
    found = reads.sources(scope, str(card["employee_id"]), tuple(measures), first, last)
    if found.empty:
        st.caption(_("No load brought figures for these days."))
        return
    st.table(
        pd.DataFrame(
            {
                _("Measure"): [
                    plain(words.measure_name(directory, one)) for one in found["measure"]
                ],
                _("Load"): [
                    plain(f"#{row.load_id} · {format_instant(row.at, language())}")
                    for row in words.rows_of(found)
                ],
                _("Values"): [format_number(one, language(), digits=0) for one in found["values"]],
            }
        ),
        border="horizontal",
        hide_index=True,
    )
    for load in words.rows_of(found.drop_duplicates("load_id")):
        st.caption(plain(f"#{load.load_id}: {_file_names(load.files)}"))


def _file_names(files: object) -> str:
    """The first files of a load by name, and how many more there were."""
    names = [one.strip() for one in files.split(",")] if isinstance(files, str) else []
    if isinstance(files, list | tuple):
        names = [str(one) for one in files]
    shown = ", ".join(names[:_FILES_SHOWN])
    if len(names) > _FILES_SHOWN:
        return _("{names} and {n} more", names=shown, n=len(names) - _FILES_SHOWN)
    return shown


# --- the target --------------------------------------------------------------------------------


def _target(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    line: pd.Series[Any],
) -> None:
    code = str(line["indicator"])
    history = reads.targets(scope, period, card, code)
    with st.container(border=True, key="target_history", gap="small"):
        heading(_("Target"))
        st.markdown(_target_words(directory, period, line))
        if len(history.revisions):
            st.table(
                _revision_table(directory, code, history.revisions),
                border="horizontal",
                hide_index=True,
            )
        note = st.session_state.pop(_NOTE, "")
        if note:
            st.success(note, icon=":material/check_circle:")
        may = may_revise_target(scope, str(card["employee_id"]))
        day = directory.data_day
        if may and day is not None and period.holds(day):
            _revision_form(directory, scope, period, card, line, history.state)
        elif may:
            st.caption(_("The period is over: its targets stay as they were."))


def _target_words(directory: Directory, period: Period, line: pd.Series[Any]) -> str:
    """Where the target in force comes from."""
    code = str(line["indicator"])
    whole = plain(words.indicator_value(directory, code, line["period_target"], compact=False))
    origin = {
        "": _("There is no target for this period."),
        "default": _("{target} :gray[· the template's default for a month]", target=whole),
        "days": _("{target} :gray[· put together from the targets of its days]", target=whole),
    }
    found = origin.get(
        str(line["target_scope"]),
        _(
            "{target} :gray[· agreed for {period}]",
            target=whole,
            period=plain(format_period(period, language())),
        ),
    )
    own = line["target"]
    if line["is_additive"] and not is_absent(own) and abs(own - line["period_target"]) > 1e-9:
        found += " " + _(
            ":gray[· {share} for the days of this scorecard so far]",
            share=plain(words.indicator_value(directory, code, own, compact=False)),
        )
    return found


def _revision_table(directory: Directory, code: str, revisions: pd.DataFrame) -> pd.DataFrame:
    def whom(row: Any) -> str:
        parts = [
            _("this person") if row.employee_id else "",
            words.axis_name(directory, "brand", row.brand),
            words.axis_name(directory, "role", row.role),
        ]
        return " · ".join(part for part in parts if part) or _("everybody")

    def since(row: Any) -> str:
        if not row.revised_on:
            return _("from the start")
        return format_day(date.fromisoformat(row.revised_on), language())

    rows = words.rows_of(revisions)
    return pd.DataFrame(
        {
            _("In force"): [plain(since(row)) for row in rows],
            _("Target"): [
                plain(words.indicator_value(directory, code, row.value, compact=False))
                for row in rows
            ],
            _("For"): [plain(whom(row)) for row in rows],
            _("By"): [plain(words.who_changed(directory, row.changed_by)) for row in rows],
            _("Reason"): [plain(row.reason) for row in rows],
        }
    )


def _revision_form(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    line: pd.Series[Any],
    state: str,
) -> None:
    code = str(line["indicator"])
    indicator = directory.catalogue.indicators[code]
    is_percent = indicator.unit == "percent"
    now = line["period_target"]
    shown = 0.0 if is_absent(now) else float(now) * (100 if is_percent else 1)
    with (
        st.expander(_("Change this target"), icon=":material/edit:"),
        st.form(f"revise_{code}", border=False),
    ):
        value = st.number_input(
            _("New target in percent") if is_percent else _("New target"),
            min_value=0.0,
            value=round(shown, 4),
            format="%.2f" if is_percent else None,
            key=f"revise_value_{code}",
        )
        reason = st.text_input(
            _("Reason"),
            max_chars=300,
            placeholder=_("What changed, in one sentence"),
            key=f"revise_reason_{code}",
        )
        st.caption(_("The old value stays in the history, with your name, the day and the reason."))
        if st.form_submit_button(_("Change the target"), type="primary"):
            _revise(
                directory,
                scope,
                period,
                card,
                code,
                value=float(value) / (100 if is_percent else 1),
                reason=reason or "",
                state=state,
            )


def _revise(
    directory: Directory,
    scope: Scope,
    period: Period,
    card: pd.Series[Any],
    code: str,
    *,
    value: float,
    reason: str,
    state: str,
) -> None:
    """Write the revision, then show the card anew with what it did."""
    try:
        revise_target(
            store(),
            period,
            scope=scope,
            employee_id=str(card["employee_id"]),
            brand=str(card["brand"]),
            role=str(card["role"]),
            indicator=code,
            value=value,
            reason=reason,
            started_from=state,
        )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    reads.refresh_state()
    scores = reads.scores(scope, parse_period(period.code))
    cards = scores.cards
    after = cards[
        (cards["employee_id"] == card["employee_id"])
        & (cards["brand"] == card["brand"])
        & (cards["role"] == card["role"])
    ]["total"]
    st.session_state[_NOTE] = _(
        "Changed: {indicator} is now {target}. The total goes from {before} to {after}.",
        indicator=plain(words.indicator_name(directory, code)),
        target=plain(words.indicator_value(directory, code, value, compact=False)),
        before=plain(words.total_words(card["total"])),
        after=plain(words.total_words(float(after.iloc[0]) if len(after) else None)),
    )
    st.rerun()
