"""One line of a card up close: its course, its channels, its measures, its target's history."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.errors import BadTarget, ChangedMeanwhile, PerfError, TargetTooLarge
from perf_core.domain.period import parse_period
from perf_core.language.formats import (
    format_day,
    format_number,
    format_period,
    is_absent,
)
from perf_core.services.revise_target import revise_target
from perf_core.services.viewers import may_revise_target
from perf_ui import address, line_words, reads, words
from perf_ui.card_words import Card
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.line_words import MadeOf
from perf_ui.start import store
from perf_ui.widgets import figure_card, heading, plain, worded

_NOTE: Final = "perf_target_note"
_FILES_SHOWN: Final = 3


@st.fragment
def closer_look(card: Card) -> None:
    """Choose a line and see what it is made of; only this part runs again at a touch."""
    st.subheader(_("A closer look"), anchor=False)
    codes = [line.indicator for line in card.lines]
    names = {code: words.indicator_name(card.directory, code) for code in codes}
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
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _course(card, chosen)
    with right:
        _made_of(card, chosen)
    _target(card, chosen)


def _course(card: Card, code: str) -> None:
    name, line = words.indicator_name(card.directory, code), card.line(code)
    daily, channels = reads.course(card.scope, card.period, card.key, code)
    about = {
        _("Period"): format_period(card.period, language()),
        _("Data up to"): format_day(card.as_of, language()),
        _("Person"): f"{card.row.name} ({card.row.employee_id})",
        _("Indicator"): name,
    }
    figure = line_words.course_figure(card, code, language())
    if figure is not None:
        figure_card(
            _("Day by day"),
            figure,
            key=f"course_{code}",
            alt=_("{indicator} from the first day on, against its target", indicator=name),
            note=_("The sum from the first day on, beside the even pace to the target.")
            if line.is_additive
            else _("The value from the first day to each day, beside the target."),
            table=lambda: daily.rename(
                columns={"day": _("Day"), "actual": name, "expected": _("Target")}
            ),
            about=about,
        )
    elif line.status == "scored":
        st.caption(_("Marks by people have no daily course."))
    else:
        st.caption(_("There is no data for this line yet."))
    by_channel = line_words.channel_figure(card, code, language())
    if by_channel is not None:
        figure_card(
            _("By channel"),
            by_channel,
            key=f"channels_{code}",
            alt=_("{indicator} by channel", indicator=name),
            table=lambda: channels.assign(channel=line_words.channel_names(card, channels)).rename(
                columns={"channel": _("Channel"), "actual": name}
            ),
            about=about,
        )


def _made_of(card: Card, code: str) -> None:
    why = line_words.made_of(card, code, language())
    with st.container(border=True, key="made_of", gap="small", height="stretch"):
        heading(_("Where the figure comes from"))
        st.markdown(why.formula)
        if why.measures:
            st.table(why.table, border="horizontal", hide_index=True)
        st.caption(why.window)
        if why.compared:
            st.caption(why.compared)
        if why.measures and st.toggle(
            _("Show the loads behind it"), key=f"loads_{code}", value=False
        ):
            _sources(card, why)


def _sources(card: Card, why: MadeOf) -> None:
    if why.first is None or why.last is None:
        return
    found = reads.sources(
        card.scope,
        card.period,
        card.row.employee_id,
        why.measures,
        first=why.first,
        last=why.last,
    )
    if found.empty:
        st.caption(_("No load brought figures for these days."))
        return
    st.table(
        pd.DataFrame(
            {
                _("Measure"): [
                    plain(words.measure_name(card.directory, one)) for one in found["measure"]
                ],
                _("Load"): [
                    plain(f"#{row.load_id} · {words.instant_words(card.directory, row.at)}")
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


def _target(card: Card, code: str) -> None:
    revisions = line_words.revision_table(card, code, language())
    with st.container(border=True, key="target_history", gap="small"):
        heading(_("Target"))
        st.markdown(line_words.target_words(card, code, language()))
        if len(revisions):
            st.table(revisions, border="horizontal", hide_index=True)
        note = st.session_state.pop(_NOTE, "")
        if note:
            st.success(note, icon=":material/check_circle:")
        may = may_revise_target(card.scope, card.row.employee_id)
        day = card.directory.data_day
        if may and day is not None and card.period.holds(day):
            _revision_form(card, code)
        elif may:
            st.caption(_("The period is over: its targets stay as they were."))


def _revision_form(card: Card, code: str) -> None:
    indicator = card.directory.catalogue.indicators[code]
    is_percent = indicator.unit == "percent"
    now = card.line(code).period_target
    shown = 0.0 if is_absent(now) else float(now) * (100 if is_percent else 1)
    with (
        st.expander(_("Change this target"), icon=":material/edit:"),
        st.form(f"revise_{code}", border=False),
    ):
        value = st.number_input(
            _("New target in percent") if is_percent else _("New target"),
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
        is_sent = st.form_submit_button(_("Change the target"), type="primary")
        if is_sent:
            reads.refresh_state()
        stands = reads.targets(card.scope, card.period, card.key, code).state
        # What the page showed before the button was pressed; from now on it shows what stands.
        shown_key = f"revise_shown_{card.key}_{code}"
        state = str(st.session_state.get(shown_key, stands))
        st.session_state[shown_key] = stands
        if is_sent:
            _revise(
                card,
                code,
                value=float(value or 0.0) / (100 if is_percent else 1),
                reason=(reason or "").strip(),
                state=state,
            )


def _is_done(card: Card, code: str, *, value: float, reason: str) -> bool:
    """Whether the newest revision is the very one that is wished: the button was pressed twice."""
    reads.refresh_state()
    known = reads.targets(card.scope, card.period, card.key, code).revisions
    own = known[known["employee_id"] == card.key.employee_id]
    if own.empty:
        return False
    last = own.iloc[-1]
    by = card.scope.viewer.employee_id or card.scope.viewer.kind.value
    return bool(
        last["changed_by"] == by
        and abs(last["value"] - value) <= 1e-9 * max(1.0, abs(value))
        and str(last["reason"]).startswith(reason)
    )


def _revise(card: Card, code: str, *, value: float, reason: str, state: str) -> None:
    """Write the revision, then show the card anew with what it did."""
    whose = card.key
    name = words.indicator_name(card.directory, code)
    try:
        revise_target(
            store(),
            card.period,
            scope=card.scope,
            employee_id=whose.employee_id,
            brand=whose.brand,
            role=whose.role,
            indicator=code,
            value=value,
            reason=reason,
            started_from=state,
        )
    except ChangedMeanwhile:
        if not _is_done(card, code, value=value, reason=reason):
            st.error(worded(ChangedMeanwhile(what=name)), icon=":material/block:")
            return
    except BadTarget as error:
        is_percent = card.directory.catalogue.indicators[code].unit == "percent"
        typed = error.value * (100 if is_percent else 1)
        st.error(worded(replace(error, indicator=name, value=typed)), icon=":material/block:")
        return
    except TargetTooLarge as error:
        st.error(worded(replace(error, indicator=name)), icon=":material/block:")
        return
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    reads.refresh_state()
    cards = reads.scores(card.scope, parse_period(card.period.code)).cards
    after = cards[
        (cards["employee_id"] == whose.employee_id)
        & (cards["brand"] == whose.brand)
        & (cards["role"] == whose.role)
    ]["total"]
    st.session_state[_NOTE] = _(
        "Changed: {indicator} is now {target}. The total goes from {before} to {after}.",
        indicator=plain(name),
        target=plain(words.indicator_value(card.directory, code, value, compact=False)),
        before=plain(words.total_words(card.row.total)),
        after=plain(words.total_words(float(after.iloc[0]) if len(after) else None)),
    )
    st.rerun()
