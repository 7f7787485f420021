"""How long people stay: the curves of groups, and of all together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import format_day, is_absent
from perf_core.reporting import people_figures as drawn
from perf_core.services.attrition import (
    DAYS_A_MONTH,
    FEWEST_AT_RISK,
    TENURE,
    Retention,
    RetentionCurves,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_cost_reads, compare_words
from perf_ui import compare_cost_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_made_of import ask
from perf_ui.i18n import _, language, reader
from perf_ui.widgets import empty_state, plain

_DRAWN: Final = 4
_AFTER: Final = (3, 6, 12, 24, 36)


def curves(scope: Scope, directory: Directory, view: ComparisonView, axis: str, who: str) -> None:
    """Show how long people stay, by an axis; of a chosen group alone, beside all together."""
    st.subheader(_("How long people stay"), anchor=False, help=plain(curve_definition()))
    found = compare_cost_reads.curves(scope, view, axis=axis)
    if found is None or not found.whole.is_known:
        empty_state(
            _("Too few people to draw a curve"),
            _("At least {n} people have to be watched at the same tenure.", n=FEWEST_AT_RISK),
        )
        return
    if who and axis == TENURE:
        st.caption(
            _("A curve runs through all bands of tenure: it is of everybody, not of the band.")
        )
    elif who:
        found = _curve_of(scope, view, found, who)
        if not known_curves(directory, found):
            st.caption(
                _(
                    "Of {name} too few were watched at the same tenure for a curve of its own: "
                    "here is that of all together.",
                    name=plain(compare_words.group_name(directory, axis, who)),
                )
            )
    groups = known_curves(directory, found)
    known = {**groups, _("All together"): found.whole}
    title = curves_title()
    chosen = who if axis != TENURE else ""
    chart_card(
        title,
        compare_cost_reads.kept(
            scope,
            view,
            "curves",
            found.axis,
            chosen,
            build=lambda: curves_figure(groups, found),
        ),
        key=f"curves_{stamp(view, found.axis, chosen)}",
        alt=title,
        on_pick=lambda codes: ask("people", "curve", *codes),
        defined=plain(curve_definition()),
        note=plain(curve_words(found, groups)) + " " + _("Click a dot for who left there."),
        table=lambda: steps_table(known),
        about=said.about_view(directory, view),
    )
    st.dataframe(
        compare_cost_reads.kept(
            scope, view, "after", found.axis, chosen, build=lambda: after_table(known)
        ),
        hide_index=True,
        width="stretch",
    )


def _curve_of(
    scope: Scope, view: ComparisonView, found: RetentionCurves, who: str
) -> RetentionCurves:
    """The curve of one group beside that of all together."""
    one = found.curves.get(who)
    if one is None:
        narrowed = compare_cost_reads.curves(scope, view.narrowed(found.axis, [who]), axis="")
        one = narrowed.whole if narrowed is not None else None
    return replace(found, curves={} if one is None else {who: one})


def curve_definition() -> str:
    """How a curve is defined."""
    return _(
        "Of those who were here at a tenure, the share still here later (Kaplan–Meier): at each "
        "leaving the curve falls by those who left ÷ those watched at that tenure. A move ends "
        "the watch in a group and is no leaving. The shaded band is the 95 % interval."
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


def _code_of(found: RetentionCurves, one: Retention) -> str:
    return next((code for code, other in found.curves.items() if other is one), "")


def curves_figure(groups: dict[str, Retention], found: RetentionCurves) -> Any:
    """The curves of the largest groups, and of all together."""
    return drawn.retention_lines(
        [
            *(
                _curve(name, one, code=_code_of(found, one))
                for name, one in list(groups.items())[:_DRAWN]
            ),
            _curve(_("All together"), found.whole, is_whole=True),
        ],
        time_title=_("Months since the hiring"),
        share_title=_("Still here"),
        language=language(),
        reader=reader(),
    )


def _curve(name: str, one: Retention, *, code: str = "", is_whole: bool = False) -> drawn.Curve:
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
                "{name}: {share} still here after {time} ({span}); watched: {n}",
                name=name,
                share=said.share(row["share"]),
                time=said.months_words(row["time"] / DAYS_A_MONTH),
                span=said.span_words(row["low"], row["high"]),
                n=int(row["at_risk"]),
            )
            for _index, row in rows.iterrows()
        ],
        is_whole=is_whole,
        code=code,
    )


def curve_words(found: RetentionCurves, groups: dict[str, Retention]) -> str:
    """How the figure of curves is read."""
    shown = dict(list(groups.items())[:_DRAWN])
    told = [
        _(
            "Kaplan–Meier. Watched from {since} to {until}: who was hired before joins the curve "
            "with the tenure of the first day, so that nobody counts who was not seen.",
            since=format_day(found.since, language()),
            until=format_day(found.until, language()),
        )
    ]
    late = [name for name, one in shown.items() if one.begins > DAYS_A_MONTH]
    if late:
        told.append(
            _(
                "{names}: fewer than {n} people were watched earlier; the curve begins later and "
                "is about those who had come that far.",
                names=" · ".join(late),
                n=FEWEST_AT_RISK,
            )
        )
    if len(groups) > len(shown):
        told.append(_("The {n} largest groups are drawn; the table has all.", n=len(shown)))
    return " ".join(told)


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
        return said.share(at["share"])
    return f"{said.share(at['share'])} ({said.span_words(at['low'], at['high'])})"


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
