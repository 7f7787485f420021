"""Who leaves: rates with how sure they are, how long people stay, and who the leavers were."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    format_day,
    format_number,
    format_period,
    format_share,
    is_absent,
)
from perf_core.reporting import people_figures as drawn
from perf_core.services.attrition import (
    BANDS,
    DAYS_A_MONTH,
    FEW_PEOPLE,
    FEWEST_AT_RISK,
    TENURE,
    AttritionRates,
    Retention,
    RetentionCurves,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_cost_reads, compare_leaver_parts, compare_words
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.filters import choice_filter
from perf_ui.i18n import _, language, reader
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
    st.subheader(_("How many leave"), anchor=False)
    st.markdown(plain(rate_sentence(found)))
    _rates_card(scope, directory, view, found)
    _curves_part(scope, directory, view, axis)
    compare_leaver_parts.leavers(scope, directory, view, period)


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


def _share(value: float | None) -> str:
    return format_share(value, language())


def _span(low: float | None, high: float | None) -> str:
    if is_absent(low) or is_absent(high):
        return _("no interval")
    return _("{low} to {high}", low=_share(low), high=_share(high))


def _about(view: ComparisonView, period: Period) -> dict[str, str]:
    return {
        _("Period"): format_period(period, language()),
        _("Data up to"): format_day(compare_cost_reads.last_day(view.period), language()),
    }


# --- how many leave -------------------------------------------------------------------------------


def rate_sentence(found: AttritionRates) -> str:
    """How many left, and how sure the rate is."""
    whole = found.whole
    return _(
        "From {first} to {last}, {left} left, of {n} people on average: {rate} "
        "(95 % interval {span}).",
        first=format_day(found.period.start, language()),
        last=format_day(found.last, language()),
        left=int(whole["left"]),
        n=format_number(whole["n"], language()),
        rate=_share(whole["rate"]),
        span=_span(whole["low"], whole["high"]),
    )


def _rate_note(directory: Directory, found: AttritionRates, row: Any) -> str:
    name = code_name(directory, found.axis, str(row["code"]))
    if found.axis == TENURE:
        return _(
            "{name}: {left} of {n} who were in it left while in it, {rate} ({span})",
            name=name,
            left=int(row["left"]),
            n=int(row["n"]),
            rate=_share(row["rate"]),
            span=_span(row["low"], row["high"]),
        )
    return _(
        "{name}: {left} left of {n} on average ({start} at first, {end} at last), {rate} ({span})",
        name=name,
        left=int(row["left"]),
        n=format_number(row["n"], language()),
        start=int(row["at_start"]),
        end=int(row["at_end"]),
        rate=_share(row["rate"]),
        span=_span(row["low"], row["high"]),
    )


def _rates_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: AttritionRates
) -> None:
    if not found.groups["rate"].notna().any():
        return
    title = rates_title(found)
    chart_card(
        title,
        compare_cost_reads.kept(
            scope,
            view,
            "rates",
            found.period.code,
            found.axis,
            build=lambda: rates_figure(directory, found),
        ),
        key=f"rates_{stamp(view, found.period.code, found.axis)}",
        alt=title,
        view=None if found.axis == TENURE else view,
        axes=(found.axis,),
        note=rates_words(found),
        table=lambda: rates_table(directory, found),
        about=_about(view, found.period),
    )


def rates_title(found: AttritionRates) -> str:
    """What the figure of rates is called."""
    return _("Attrition by {axis}", axis=axes_of_people()[found.axis].lower())


def rates_figure(directory: Directory, found: AttritionRates) -> Any:
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
            for _index, row in rows.head(_MOST).iterrows()
        ],
        whole=None if found.axis == TENURE else found.whole["rate"],
        whole_name=_("All together"),
        share=_share,
        reader=reader(),
    )


def rates_words(found: AttritionRates) -> str:
    """How the figure of rates is read."""
    n_rows = int(found.groups["rate"].notna().sum())
    if found.axis == TENURE:
        said = [
            _(
                "People pass through the bands, so the rate is those who left while in a band ÷ "
                "everybody who was in it on any day; somebody counts in each band passed through. "
                "The bar is the 95 % Wilson interval of that share."
            )
        ]
    else:
        said = [
            _(
                "People who left ÷ the mean of the headcounts of the first and the last day; a "
                "move is no leaving. The bar is the 95 % Wilson interval with that mean "
                "headcount as n: an approximation, as if each of them could have left once; it "
                "is too narrow where places were filled and left again."
            )
        ]
    if found.groups["is_few"].any():
        said.append(
            _(
                "A hollow mark: fewer than {n} people, one leaving moves the rate by a fifth or "
                "more.",
                n=FEW_PEOPLE,
            )
        )
    if (found.groups["left"] > found.groups["n"]).any():
        said.append(_("Where more left than there were on average there is no interval."))
    if n_rows > _MOST:
        said.append(_("The {n} highest of {of}; the file has all.", n=_MOST, of=n_rows))
    return " ".join(said)


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


# --- how long they stay ---------------------------------------------------------------------------


def _curves_part(scope: Scope, directory: Directory, view: ComparisonView, axis: str) -> None:
    st.subheader(_("How long people stay"), anchor=False)
    found = compare_cost_reads.curves(scope, view, axis=axis)
    if found is None or not found.whole.is_known:
        empty_state(
            _("Too few people to draw a curve"),
            _("At least {n} people have to be watched at the same tenure.", n=FEWEST_AT_RISK),
        )
        return
    groups = known_curves(directory, found)
    known = {**groups, _("All together"): found.whole}
    title = curves_title()
    chart_card(
        title,
        compare_cost_reads.kept(
            scope, view, "curves", found.axis, build=lambda: curves_figure(groups, found)
        ),
        key=f"curves_{stamp(view, found.axis)}",
        alt=title,
        note=curve_words(found, groups),
        table=lambda: steps_table(known),
        about=_about(view, view.period),
    )
    st.dataframe(
        compare_cost_reads.kept(scope, view, "after", found.axis, build=lambda: after_table(known)),
        hide_index=True,
        width="stretch",
    )


def curves_title() -> str:
    """What the figure of curves is called."""
    return _("Share of people still here, by tenure")


def known_curves(directory: Directory, found: RetentionCurves) -> dict[str, Retention]:
    """The curves of which anything is known, by their names, the largest groups first."""
    groups: dict[str, Retention] = {}
    for code, one in found.curves.items():
        if one.is_known:
            name = compare_words.group_name(directory, found.axis, code)
            groups[f"{name} ({code})" if name in groups else name] = one
    return groups


def curves_figure(groups: dict[str, Retention], found: RetentionCurves) -> Any:
    """The curves of the largest groups, and of all together."""
    return drawn.retention_lines(
        [
            *(_curve(name, one) for name, one in list(groups.items())[:_DRAWN]),
            _curve(_("All together"), found.whole, is_whole=True),
        ],
        time_title=_("Months since the hiring"),
        share_title=_("Still here"),
    )


def _curve(name: str, one: Retention, *, is_whole: bool = False) -> drawn.Curve:
    rows = one.steps

    def known(column: str) -> list[float | None]:
        return [None if is_absent(value) else float(value) for value in rows[column]]

    return drawn.Curve(
        name,
        one.begins / DAYS_A_MONTH,
        one.ends / DAYS_A_MONTH,
        (rows["time"] / DAYS_A_MONTH).tolist(),
        rows["share"].tolist(),
        known("low"),
        known("high"),
        [
            _(
                "{name}: {share} still here after {months} months ({span}); {n} were watched",
                name=name,
                share=_share(row["share"]),
                months=format_number(row["time"] / DAYS_A_MONTH, language()),
                span=_span(row["low"], row["high"]),
                n=int(row["at_risk"]),
            )
            for _index, row in rows.iterrows()
        ],
        is_whole=is_whole,
    )


def curve_words(found: RetentionCurves, groups: dict[str, Retention]) -> str:
    """How the figure of curves is read."""
    shown = dict(list(groups.items())[:_DRAWN])
    said = [
        _(
            "Kaplan–Meier. Watched from {since} to {until}: who was hired before joins the curve "
            "with the tenure of the first day, so that nobody counts who was not seen.",
            since=format_day(found.since, language()),
            until=format_day(found.until, language()),
        )
    ]
    late = [name for name, one in shown.items() if one.begins > DAYS_A_MONTH]
    if late:
        said.append(
            _(
                "{names}: fewer than {n} people were watched earlier; the curve begins later and "
                "is about those who had come that far.",
                names=" · ".join(late),
                n=FEWEST_AT_RISK,
            )
        )
    if len(groups) > len(shown):
        said.append(_("The {n} largest groups are drawn; the table has all.", n=len(shown)))
    return " ".join(said)


def after_table(known: dict[str, Retention]) -> pd.DataFrame:
    """Who is still here after some months, with intervals."""
    rows = []
    for name, one in known.items():
        row: dict[str, str] = {_("Group"): name, _("Left"): str(one.n_left)}
        for months in _AFTER:
            at = one.at(months * DAYS_A_MONTH)
            row[_("after {n} months", n=months)] = _after(at)
        rows.append(row)
    return pd.DataFrame(rows)


def _after(at: pd.Series) -> str:
    if is_absent(at["share"]):
        return _("not watched")
    if is_absent(at["low"]):
        return _share(at["share"])
    return f"{_share(at['share'])} ({_span(at['low'], at['high'])})"


def steps_table(known: dict[str, Retention]) -> pd.DataFrame:
    """The steps of the curves as a file holds them."""
    parts = [one.steps.assign(name=name) for name, one in known.items()]
    rows = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(
        {
            _("Group"): rows["name"],
            _("Months since the hiring"): rows["time"] / DAYS_A_MONTH,
            _("Watched"): rows["at_risk"],
            _("Left"): rows["left"],
            _("Still here"): rows["share"],
            _("95 % from"): rows["low"],
            _("95 % to"): rows["high"],
        }
    )
