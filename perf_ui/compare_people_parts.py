"""Who leaves: rates with how sure they are, how long people stay, and who the leavers were."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import (
    format_day,
    format_number,
    is_absent,
)
from perf_core.reporting import people_figures as drawn
from perf_core.services.attrition import (
    BANDS,
    FEW_PEOPLE,
    TENURE,
    AttritionRates,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import (
    compare_cost_reads,
    compare_curve_parts,
    compare_leaver_parts,
    compare_parts,
    compare_people_detail_parts,
    compare_words,
)
from perf_ui import compare_cost_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_made_of import ask_button
from perf_ui.compare_picks import chips, pick, picked
from perf_ui.filters import choice_filter, flag_filter
from perf_ui.i18n import _, language, ngettext, reader
from perf_ui.widgets import empty_state, plain

_OF_PEOPLE: Final = ("brand", "region", "role", "department")
_MOST: Final = 14
_DRAWN: Final = 4
_AFTER: Final = (3, 6, 12, 24, 36)


def people(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show attrition, how long people stay, and who left."""
    if view.is_by_channel:
        st.info(
            _("People belong to no channel: choose other rows, columns or limits."),
            icon=":material/info:",
        )
        return
    with st.container(key="filters_people", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=230):
            span = choice_filter(
                "watch",
                _("Who left within"),
                {"year": _("twelve months to its end"), "period": _("the period itself")},
                default="year",
            )
        with st.container(width=180):
            axis = choice_filter("by", _("Split by"), axes_of_people(), default=first_axis(view))
    period = compare_cost_reads.watched_period(view, is_year=span == "year")
    found = compare_cost_reads.rates(scope, view, period, axis=axis)
    if found.whole.empty or not found.whole["n"] > 0:
        empty_state(
            _("Nobody was here"),
            _("There is no headcount in these days, and so no rate of leaving."),
        )
        return
    if not found.is_recorded:
        empty_state(
            _("No last day of anybody is recorded"),
            _(
                "Either nobody ever left, or leave_date of the employees table is empty or was "
                "not loaded. A rate of 0 would only look like good news."
            ),
        )
        return
    st.subheader(_("How many leave"), anchor=False, help=plain(rates_words(found)))
    st.markdown(plain(rate_sentence(found)))
    who = picked("who", set(found.groups["code"].astype("str")) - {""})
    _rates_card(scope, directory, view, found, who)
    _chosen(directory, view, found, who)
    compare_curve_parts.curves(scope, directory, view, axis, who)
    if axis == TENURE:
        compare_leaver_parts.leavers(scope, directory, view, period, band=who)
    else:
        chosen = view.narrowed(axis, [who]) if who else view
        compare_leaver_parts.leavers(scope, directory, chosen, period)
    compare_people_detail_parts.answer_if_asked(scope, directory, view, found)


def axes_of_people() -> dict[str, str]:
    """What rates of leaving can be split by."""
    titles = compare_words.axis_titles()
    return {**{axis: titles[axis] for axis in _OF_PEOPLE}, TENURE: _("Tenure")}


def first_axis(view: ComparisonView) -> str:
    """What they are split by until somebody chooses."""
    return next((axis for axis in view.by if axis in _OF_PEOPLE), "brand")


def band_name(code: str) -> str:
    """A tenure band in words."""
    band = next(one for one in BANDS if one.code == code)
    if band.ends is None:
        return _("{n} years and more", n=band.begins // 12)
    if band.begins == 0:
        return _("up to {n} months", n=band.ends)
    if band.begins % 12 == 0 and band.ends % 12 == 0:
        return _("{first} to {last} years", first=band.begins // 12, last=band.ends // 12)
    return _("{first} to {last} months", first=band.begins, last=band.ends)


def code_name(directory: Directory, axis: str, code: str) -> str:
    """A group, or a tenure band, in words."""
    return band_name(code) if axis == TENURE else compare_words.group_name(directory, axis, code)


# --- how many leave -------------------------------------------------------------------------------


def rate_sentence(found: AttritionRates) -> str:
    """How many left, and how sure the rate is."""
    whole = found.whole
    return ngettext(
        "From {first} to {last}, {left} left, of {n} person on average: {rate} "
        "(95 % interval {span}).",
        "From {first} to {last}, {left} left, of {n} people on average: {rate} "
        "(95 % interval {span}).",
        float(whole["n"]),
        first=format_day(found.period.start, language()),
        last=format_day(found.last, language()),
        left=int(whole["left"]),
        rate=said.share(whole["rate"]),
        span=said.span_words(whole["low"], whole["high"]),
    )


def _rate_note(directory: Directory, found: AttritionRates, row: Any) -> str:
    name = code_name(directory, found.axis, str(row["code"]))
    if found.axis == TENURE:
        return _(
            "{name}: {left} of {n} who were in it left while in it, {rate} ({span})",
            name=name,
            left=int(row["left"]),
            n=int(row["n"]),
            rate=said.share(row["rate"]),
            span=said.span_words(row["low"], row["high"]),
        )
    return _(
        "{name}: {left} left of {n} on average ({start} at first, {end} at last), {rate} ({span})",
        name=name,
        left=int(row["left"]),
        n=format_number(row["n"], language()),
        start=int(row["at_start"]),
        end=int(row["at_end"]),
        rate=said.share(row["rate"]),
        span=said.span_words(row["low"], row["high"]),
    )


def _rates_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: AttritionRates, who: str
) -> None:
    """The rates; a click on one chooses the group that all below is narrowed to."""
    n_rows = int(found.groups["rate"].notna().sum())
    if not n_rows:
        return
    most = _MOST
    if n_rows > _MOST and flag_filter("all", _("Show all {n}", n=n_rows)):
        most = n_rows
    title = rates_title(found)
    chart_card(
        title,
        compare_cost_reads.kept(
            scope,
            view,
            "rates",
            found.period.code,
            found.axis,
            who,
            str(most),
            build=lambda: rates_figure(directory, found, who=who, most=most),
        ),
        key=f"rates_{stamp(view, found.period.code, found.axis, who, str(most))}",
        alt=title,
        on_pick=lambda codes: pick("who", codes[0]),
        defined=plain(rates_words(found)),
        note=_page_note(found, most),
        table=lambda: rates_table(directory, found),
        about=said.about_view(directory, view, of=found.period),
    )


def _page_note(found: AttritionRates, most: int) -> str:
    """How the figure is read where a hover of the title tells its definition."""
    n_rows = int(found.groups["rate"].notna().sum())
    told = [_("The bar is the 95 % interval.")]
    if found.axis == TENURE:
        told.append(_("Of those who were in a band on any day; the other rates are of a mean."))
    told += _odd_rates(found)
    if n_rows > most:
        told.append(_("The {n} highest of {of}; the file has all.", n=most, of=n_rows))
    told.append(_("Click one: what follows below is then of its people alone."))
    return " ".join(told)


def _chosen(directory: Directory, view: ComparisonView, found: AttritionRates, who: str) -> None:
    """Which group was chosen, with the ways on from it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if who:
            title = axes_of_people()[found.axis]
            name = code_name(directory, found.axis, who)
            chips({"who": _("{axis}: {name}", axis=title, name=name)}, key="people")
        ask_button(_("What it is made of"), "people", "rate", who, key="rate")
        if who and found.axis != TENURE:
            compare_parts.group_link(
                _("Open this group one level down"),
                view,
                (found.axis, who),
                key="people_down",
                who="",
                by="",
            )


def rates_title(found: AttritionRates) -> str:
    """What the figure of rates is called."""
    return _("Attrition by {axis}", axis=axes_of_people()[found.axis].lower())


def rates_figure(
    directory: Directory, found: AttritionRates, *, who: str = "", most: int = _MOST
) -> Any:
    """The rates with their intervals, the highest first; of many the highest alone."""
    rows = found.groups[found.groups["rate"].notna()]
    if found.axis != TENURE:
        rows = rows.sort_values(["rate", "n"], ascending=[False, False])
    return drawn.rates_with_intervals(
        [
            drawn.Rate(
                code_name(directory, found.axis, str(row["code"])),
                row["rate"],
                None if is_absent(row["low"]) else row["low"],
                None if is_absent(row["high"]) else row["high"],
                is_few=bool(row["is_few"]),
                note=_rate_note(directory, found, row),
                code=str(row["code"]),
            )
            for _index, row in rows.head(most).iterrows()
        ],
        whole=None if found.axis == TENURE else found.whole["rate"],
        whole_name=_("All together"),
        share=said.share,
        reader=reader(),
        language=language(),
        picked=who or None,
    )


def rates_words(found: AttritionRates) -> str:
    """How the figure of rates is read."""
    n_rows = int(found.groups["rate"].notna().sum())
    if found.axis == TENURE:
        told = [
            _(
                "People pass through the bands, so the rate is those who left while in a band ÷ "
                "everybody who was in it on any day; somebody counts in each band passed through. "
                "The bar is the 95 % Wilson interval of that share."
            )
        ]
    else:
        told = [
            _(
                "People who left ÷ the mean of the headcounts of the first and the last day; a "
                "move is no leaving. The bar is the 95 % Wilson interval with that mean "
                "headcount as n: an approximation, as if each of them could have left once; it "
                "is too narrow where places were filled and left again."
            )
        ]
    told += _odd_rates(found)
    if n_rows > _MOST:
        told.append(_("The {n} highest of {of}; the file has all.", n=_MOST, of=n_rows))
    return " ".join(told)


def _odd_rates(found: AttritionRates) -> list[str]:
    """What has to be known of small groups and of rates beyond everybody."""
    told = []
    if found.groups["is_few"].any():
        told.append(
            _(
                "A hollow mark: fewer than {n} people, one leaving moves the rate by a fifth or "
                "more.",
                n=FEW_PEOPLE,
            )
        )
    if (found.groups["left"] > found.groups["n"]).any():
        told.append(_("Where more left than there were on average there is no interval."))
    return told


def rates_table(directory: Directory, found: AttritionRates) -> pd.DataFrame:
    """The rates as a file holds them."""
    rows = found.groups
    n = _("People in the band") if found.axis == TENURE else _("Mean headcount")
    return pd.DataFrame(
        {
            axes_of_people()[found.axis]: [
                code_name(directory, found.axis, str(code)) for code in rows["code"]
            ],
            _("Left"): rows["left"],
            n: rows["n"],
            _("At first"): rows["at_start"],
            _("At last"): rows["at_end"],
            _("Attrition"): rows["rate"],
            _("95 % from"): rows["low"],
            _("95 % to"): rows["high"],
        }
    )
