"""The charts of the comparison: each is made once, and what is clicked in it opens a level down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import FIGURES, Figure, values_of
from perf_core.services.group_standing import Standing
from perf_ui import compare_drawn, compare_parts, compare_reads, compare_words, reads
from perf_ui.chart import chart
from perf_ui.compare_drawn import FEW_CARDS
from perf_ui.filters import flag_filter
from perf_ui.i18n import _, language
from perf_ui.widgets import card_head, download, plain, titled

MOST_BARS: Final = 12
_LOOK_AGAIN: Final = 1.5


def stamp(view: ComparisonView, *more: str) -> str:
    """A short text that tells this view's widgets from those of any other."""
    said = repr((view.period.code, view.by, view.within, more))
    return hashlib.sha256(said.encode()).hexdigest()[:10]


# --- the card around a chart ----------------------------------------------------------------------


def chart_card(
    title: str,
    figure: Any,
    *,
    key: str,
    alt: str,
    view: ComparisonView | None = None,
    axes: tuple[str, ...] = (),
    note: str = "",
    defined: str | None = None,
    on_pick: Callable[[list[str]], None] | None = None,
    table: Callable[[], pd.DataFrame] | None = None,
    about: Mapping[str, str] | None = None,
) -> None:
    """Show a chart; a click on a group opens it one level down.

    Parameters
    ----------
    view : ComparisonView, optional
        What the chart shows; without it nothing can be opened.
    axes : tuple of str
        The axes of the codes that each mark carries.
    defined : str, optional
        How the figure is defined (markdown), on hover of the title.
    on_pick : callable, optional
        Gets the codes of a clicked mark instead, to choose it or to tell its parts.
    """
    with st.container(border=True, key=f"card_{key}"):
        card_head(
            titled(plain(title), note),
            offer=table and (lambda: download(table, about or {}, title=title, key=key)),
            defined=defined,
        )
        widget = f"chart_{key}"
        if on_pick is not None:
            chart(
                figure,
                key=widget,
                alt=alt,
                on_click=lambda: on_pick(codes) if (codes := clicked_codes(widget)) else None,
            )
        elif view is None:
            chart(figure, key=widget, alt=alt)
        else:
            chart(figure, key=widget, alt=alt, on_click=lambda: _clicked(widget, view, axes))


def clicked_codes(widget: str) -> list[str]:
    """The codes that the clicked mark of a chart carries; none for a click beside all of them."""
    chosen: Any = st.session_state.get(widget)
    points = (chosen or {}).get("selection", {}).get("points", [])
    held = points[0].get("customdata") if points else None
    return [str(code) for code in (held.values() if isinstance(held, dict) else held or [])]


def _clicked(widget: str, view: ComparisonView, axes: tuple[str, ...]) -> None:
    """Open the group whose mark was clicked."""
    codes = clicked_codes(widget)
    if codes and len(codes) == len(axes):
        compare_parts.open_group(view, *zip(axes, codes, strict=True))


# --- the charts of a page -------------------------------------------------------------------------


def charts(scope: Scope, directory: Directory, view: ComparisonView, figure: Figure) -> None:
    """Ranks, grid, cloud, spreads and lines over months, as far as there is something to draw."""
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    title = compare_words.figure_title(directory, figure)
    what = compare_words.definition(directory, figure)
    rows = compare_words.axis_titles()[view.rows]
    n_known = int(values_of(standing.numbers, figure).notna().sum())
    most = _most(n_known)
    if view.columns:
        _heat_card(scope, view, figure, title, what, most)
    left, right = st.columns(2, gap="small")
    with left:
        if n_known:
            shown = _("{title} by {rows}", title=title, rows=rows.lower())
            chart_card(
                shown,
                compare_drawn.bars(reads.key(), scope, view, figure.code, most, language()),
                key=f"bars_{stamp(view, figure.code, str(most))}",
                alt=shown,
                view=view,
                axes=(view.rows,),
                note=what,
            )
        if not view.is_by_channel:
            _spread_card(scope, view, standing, most)
    with right:
        _cloud_card(scope, directory, view, standing)
        _trend_part(scope, view, figure, title, rows)


def _most(n_groups: int) -> int:
    """How many groups a chart shows: all of them, or of many the two ends until asked for all."""
    if n_groups <= MOST_BARS:
        return MOST_BARS
    return n_groups if flag_filter("all", _("Show all {n}", n=n_groups)) else MOST_BARS


def _heat_card(
    scope: Scope, view: ComparisonView, figure: Figure, title: str, what: str, most: int
) -> None:
    titles = compare_words.axis_titles()
    if values_of(compare_reads.standing(scope, view).numbers, figure).isna().all():
        return
    shown = _(
        "{title} by {rows} and {columns}",
        title=title,
        rows=titles[view.rows].lower(),
        columns=titles[view.columns].lower(),
    )
    note = _("Blue is better than the standard, orange is worse.") if figure.better else ""
    chart_card(
        shown,
        compare_drawn.heat(reads.key(), scope, view, figure.code, most, language()),
        key=f"heat_{stamp(view, figure.code, str(most))}",
        alt=shown,
        view=view,
        axes=(view.rows, view.columns),
        note=f"{note} {what}".strip(),
    )


def _cloud_card(
    scope: Scope, directory: Directory, view: ComparisonView, standing: Standing
) -> None:
    """Cost ratio against attainment; who sees no pay, or where there is none, growth instead."""
    groups = standing.numbers.groups
    x = next(
        (
            code
            for code in ("cost_ratio", "revenue_growth")
            if (scope.pay is not PayRight.NONE or not FIGURES[code].is_pay)
            and (groups[code].notna() & groups["attainment"].notna()).sum() > 1
        ),
        None,
    )
    if x is None:
        return
    shown = _(
        "{x} against {y}",
        x=compare_words.figure_title(directory, FIGURES[x]),
        y=compare_words.figure_title(directory, FIGURES["attainment"]).lower(),
    )
    chart_card(
        shown,
        compare_drawn.cloud(reads.key(), scope, view, x, "attainment", language()),
        key=f"cloud_{stamp(view, x)}",
        alt=shown,
        view=view,
        axes=(view.rows,),
        note=_("The larger the disc, the more people."),
    )


def _spread_card(scope: Scope, view: ComparisonView, standing: Standing, most: int) -> None:
    if not (standing.spread["n"] > 0).any():
        return
    shown = _("How the totals lie by {rows}", rows=compare_words.axis_titles()[view.rows].lower())
    chart_card(
        shown,
        compare_drawn.spread(reads.key(), scope, view, most, language()),
        key=f"spread_{stamp(view, str(most))}",
        alt=shown,
        view=view,
        axes=(view.rows,),
        note=_(
            "The box holds the middle half of the scorecards, its line the median; of up to "
            "{few} each one is a dot.",
            few=FEW_CARDS,
        ),
    )


def _trend_part(scope: Scope, view: ComparisonView, figure: Figure, title: str, rows: str) -> None:
    """The lines over months; while they are being worked out the page looks again by itself."""
    periods = compare_reads.trend_periods(view.period)
    if len(periods) < 2:
        return
    shown = compare_words.course_title(
        _("{title} by {rows}", title=title, rows=rows.lower()), periods
    )
    if compare_reads.trend(scope, view, figure) is not None:
        _trend_card(scope, view, figure, shown)
        return

    @st.fragment(run_every=_LOOK_AGAIN)
    def waiting() -> None:
        if compare_reads.trend(scope, view, figure) is not None:
            st.rerun()
        with st.container(border=True, key="card_trend_waiting"):
            st.markdown(f"**{shown}**")
            st.caption(_("The lines are being worked out; they appear by themselves."))

    waiting()


def _trend_card(scope: Scope, view: ComparisonView, figure: Figure, shown: str) -> None:
    chart_card(
        shown,
        compare_drawn.trend(reads.key(), scope, view, figure.code, language()),
        key=f"trend_{stamp(view, figure.code)}",
        alt=shown,
        view=view,
        axes=(view.rows,),
        note=compare_words.course_note(reads.directory(), compare_reads.trend_periods(view.period)),
    )
