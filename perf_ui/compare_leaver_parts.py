"""Who the leavers were: how they did beside those who stayed, their names, their reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_day,
    format_number,
    format_period,
    format_share,
    is_absent,
)
from perf_core.reporting import people_figures
from perf_core.services.attrition import FEW_PEOPLE
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.leavers import FEWEST_LEAVERS, MONTHS_BEFORE, Leavers
from perf_ui import compare_cost_reads, compare_leaver_detail, navigation, words
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_made_of import ask_button
from perf_ui.compare_picks import chips, pick, picked
from perf_ui.i18n import _, language
from perf_ui.widgets import download, empty_state, heading, plain

_NAMED: Final = 8


def leavers(
    scope: Scope, directory: Directory, view: ComparisonView, period: Period, *, band: str = ""
) -> None:
    """Show who left in a period, of a band of tenure or of all."""
    st.subheader(_("Who left"), anchor=False, help=plain(standing_words()))
    with st.spinner(_("Looking at the last scorecards …"), show_time=False):
        found = compare_cost_reads.leavers(scope, view, period, band=band)
    if found.people.empty:
        empty_state(
            _("Nobody left"),
            _("Between these days nobody left, as far as it is recorded."),
            icon=":material/sentiment_satisfied:",
        )
        return
    _standing(directory, found)
    # Why one person left is between them and HR: only who may see that may choose by it.
    codes = set(_reason_codes(found.people)) if scope.may_edit else set()
    reason = picked("reason", codes)
    _names(scope, directory, view, found, reason, band)
    with st.container(width=680):
        _reasons(scope, view, found, reason, band)
    compare_leaver_detail.answer_if_asked(directory, found)


def _reason_codes(rows: pd.DataFrame) -> list[str]:
    """Kind and reason of each row, as the address has them."""
    if "leave_reason" not in rows:
        return [""] * len(rows)
    return [f"{row.leave_type}|{row.leave_reason}" for row in words.rows_of(rows)]


def standing_words() -> str:
    """How the tiles of leavers and stayers are defined."""
    return _(
        "At least once, on a complete scorecard of a month: of a leaver up to the month of "
        "leaving, of the others up to the last whole month."
    )


def _share(value: float | None) -> str:
    return format_share(value, language())


def _standing(directory: Directory, found: Leavers) -> None:
    """The best among the leavers, beside those who stayed."""
    grades = directory.catalogue.grades.grades
    top = words.grade_name(directory, grades[0].code) if grades else ""
    gone, here = (dict(found.standing.loc[who]) for who in ("left", "stayed"))
    lost = dict(found.lost_top)
    if not gone["n"]:
        st.caption(_("None of those who left has a scorecard of the last months."))
        return
    heading(_("How many had “{grade}” in their last {n} months", grade=plain(top), n=MONTHS_BEFORE))
    tiles = st.grid(4, min_column_width=140, gap="small")
    with tiles:
        _tile(
            _("Of those who left"),
            gone,
            gone["top"],
            gone["n"],
            what=_("Leavers with the top grade ÷ leavers with a scorecard."),
        )
        _tile(
            _("Of those here"),
            here,
            here["top"],
            here["n"],
            what=_("People still here with the top grade ÷ those here with a scorecard."),
        )
        _tile(
            _("Of the best, left"),
            lost,
            lost["left"],
            lost["n"],
            what=_("Leavers with the top grade ÷ everybody with the top grade."),
        )
        st.metric(
            _("Mean last total"),
            format_number(gone["mean_total"], language(), fixed=True),
            _(
                "{total} of those here",
                total=format_number(here["mean_total"], language(), fixed=True),
            ),
            delta_color="off",
            delta_arrow="off",
            help=_("Of the last complete scorecard of a month."),
            border=True,
        )
    st.caption(standing_words())
    ask_button(_("Which people"), "leavers", key="leavers")


def _tile(title: str, row: dict[Any, Any], hits: float, n: float, *, what: str) -> None:
    counts = _("{n} of {of}", n=int(hits), of=int(n))
    is_few = n < FEW_PEOPLE
    st.metric(
        title,
        counts if is_few else _share(row["share"]),
        _("too few for a share") if is_few else counts,
        delta_color="off",
        delta_arrow="off",
        help=" ".join(filter(None, (what, _interval(row["low"], row["high"])))),
        border=True,
    )


def _interval(low: float | None, high: float | None) -> str | None:
    if is_absent(low) or is_absent(high):
        return None
    return _("95 % interval {low} to {high}", low=_share(low), high=_share(high))


def _names(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: Leavers,
    reason: str,
    band: str,
) -> None:
    """The leavers by name, those of a chosen reason alone."""
    if reason:
        codes = pd.Series(_reason_codes(found.people), found.people.index)
        found = replace(found, people=found.people[codes == reason].reset_index(drop=True))
    rows = found.people
    best = rows[rows["was_top"]].head(_NAMED)
    with st.container(border=True, key=f"leavers_{stamp(view, found.period.code)}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**" + _("Who left: {n}", n=len(rows)) + "**", width="stretch")
            download(
                lambda: leaver_table(directory, found, is_file=True),
                {_("Period"): format_period(found.period, language())},
                title=_("Who left"),
                key="leavers",
            )
        chips({"reason": _reason_name(*reason.split("|", 1)) if reason else ""}, key="leavers")
        if len(best):
            st.caption(_("Of the best:"))
            with st.container(horizontal=True, gap="small"):
                for row in words.rows_of(best):
                    navigation.link_to("person", plain(row.name), person=row.employee_id)
        st.dataframe(
            compare_cost_reads.kept(
                scope,
                view,
                "leaver_rows",
                found.period.code,
                reason,
                band,
                build=lambda: leaver_table(directory, found, is_file=False),
            ),
            hide_index=True,
            width="stretch",
        )


def leaver_table(directory: Directory, found: Leavers, *, is_file: bool) -> pd.DataFrame:
    """Who left, in words, or as a file holds it."""
    rows = found.people
    months = rows["months"]
    told: dict[str, object] = {
        _("Name"): rows["name"],
        _("Role"): [words.axis_name(directory, "role", code) or ABSENT for code in rows["role"]],
        _("Brand"): [words.axis_name(directory, "brand", code) or ABSENT for code in rows["brand"]],
        _("Region"): [
            words.axis_name(directory, "region", code) or ABSENT for code in rows["region"]
        ],
        _("Last day"): rows["last_day"]
        if is_file
        else [format_day(day.date(), language()) for day in rows["last_day"]],
        _("Months here"): months
        if is_file
        else [format_number(one, language(), digits=0) for one in months],
        _("Last total"): rows["total"]
        if is_file
        else [words.total_words(one) for one in rows["total"]],
        _("Last grade"): [
            words.grade_name(directory, code) if code else ABSENT for code in rows["grade"]
        ],
    }
    if "leave_reason" in rows:
        told[_("Kind")] = [_kind(code) for code in rows["leave_type"]]
        told[_("Reason")] = [text or _("not recorded") for text in rows["leave_reason"]]
    return pd.DataFrame(told)


def _kind(code: str) -> str:
    return {
        "voluntary": _("by own wish"),
        "involuntary": _("by the company"),
    }.get(code, _("not recorded"))


def _reason_name(kind: str, reason: str) -> str:
    """A reason and its kind in words."""
    return " · ".join(text for text in (reason, _kind(kind)) if text)


def _reasons(scope: Scope, view: ComparisonView, found: Leavers, reason: str, band: str) -> None:
    if found.reasons_withheld:
        empty_state(
            _("Reasons are withheld"),
            _("Those of fewer than {n} leavers would be a person's own.", n=FEWEST_LEAVERS),
            icon=":material/lock:",
        )
        return
    rows = found.reasons
    said = rows[(rows["leave_reason"] != "") | (rows["leave_type"] != "")]
    if said.empty:
        empty_state(
            _("No reasons are recorded"),
            _(
                "The columns leave_reason and leave_type of the employees table say why people "
                "left; they are empty or were not loaded."
            ),
        )
        return
    title = reasons_title()
    chart_card(
        title,
        compare_cost_reads.kept(
            scope,
            view,
            "reasons",
            found.period.code,
            reason,
            band,
            build=lambda: reasons_figure(said, reason=reason),
        ),
        key=f"reasons_{stamp(view, found.period.code, reason, band)}",
        alt=title,
        on_pick=(lambda codes: pick("reason", codes[0])) if scope.may_edit else None,
        defined=plain(reasons_words()),
        note=" ".join(
            filter(
                None,
                (
                    reasons_note(rows, said),
                    _("Click a reason: the list above then shows who gave it.")
                    if scope.may_edit
                    else _("Who gave which reason only HR sees."),
                ),
            )
        ),
        table=lambda: reasons_table(rows),
    )


def reasons_title() -> str:
    """What the figure of reasons is called."""
    return _("Why they left, as recorded")


def reasons_words() -> str:
    """How the counts of reasons are defined."""
    return _(
        "Leavers of these days by leave_type and leave_reason of the employees table, each "
        "counted once."
    )


def reasons_note(rows: pd.DataFrame, said: pd.DataFrame) -> str:
    """Of how many leavers nothing is recorded."""
    n_unsaid = int(rows["left"].sum() - said["left"].sum())
    return _("Of {n} of them nothing is recorded.", n=n_unsaid) if n_unsaid else ""


def reasons_figure(said: pd.DataFrame, *, reason: str = "") -> Any:
    """How many left for each reason that was told; a chosen one stands out."""
    return people_figures.reason_bars(
        [_reason_name(row.leave_type, row.leave_reason) for row in words.rows_of(said)],
        [int(n) for n in said["left"]],
        _reason_codes(said),
        language=language(),
        picked=reason,
    )


def reasons_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Reasons and kinds of leaving as a file holds them."""
    return pd.DataFrame(
        {
            _("Reason"): [text or _("not recorded") for text in rows["leave_reason"]],
            _("Kind"): [_kind(code) for code in rows["leave_type"]],
            _("Left"): rows["left"],
        }
    )
