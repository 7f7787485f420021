"""Finished charts of the comparison, kept by what is compared, for whom, and in which language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from perf_core.domain.access import Scope
from perf_core.language.formats import format_short_period, is_absent
from perf_core.language.translate import Reader
from perf_core.reporting import compare_figures as drawn
from perf_core.reporting.cloud_figure import Dot
from perf_core.reporting.cloud_figure import cloud as draw_cloud
from perf_core.reporting.compare_figures import Wording
from perf_core.reporting.grid_figure import heat_map
from perf_core.reporting.trend_figure import MOST_LIT, Line, trend_lines
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import (
    Figure,
    ends_of,
    figure_of,
    figure_values,
    lit_codes,
    trends_of,
    whole_value,
)
from perf_core.services.group_standing import Standing, cost_limit
from perf_ui import compare_reads, compare_words, reads, words
from perf_ui.compare_reads import State
from perf_ui.i18n import _, ngettext
from perf_ui.kept import kept

FEW_CARDS: Final = 5

_KEPT: Final = kept(most=256)


def _rows(directory: Directory, standing: Standing, figure: Figure) -> list[Any]:
    """Value, standard, is_short and shade of each group."""
    mark = directory.catalogue.grades.pass_mark
    return words.rows_of(figure_values(standing, figure, pass_mark=mark))


def _codes(standing: Standing, axis: str) -> list[str]:
    return [str(code) for code in standing.numbers.groups[axis]]


def _names(directory: Directory, axis: str, codes: list[str]) -> list[str]:
    return [compare_words.group_name(directory, axis, code) for code in codes]


@_KEPT
def bars(state: State, scope: Scope, view: ComparisonView, code: str, most: int, lang: str) -> Any:
    """The groups of the rows, ranked."""
    del state, lang
    directory = reads.directory()
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    figure = figure_of(directory.catalogue, code)
    rows, codes = _rows(directory, standing, figure), _codes(standing, view.rows)
    names = _names(directory, view.rows, codes)
    wording = compare_words.wording(directory, figure)
    mark = directory.catalogue.grades.pass_mark
    order = [
        at
        for at in ends_of(figure_values(standing, figure, pass_mark=mark), figure, most=most)
        if is_drawn(codes[at], figure, [rows[at].value])
    ]
    return drawn.ranked_bars(
        [
            drawn.Ranked(
                codes[at],
                names[at],
                rows[at].value,
                rows[at].standard,
                rows[at].is_short,
                note=_bar_note(names[at], wording, rows[at]),
            )
            for at in order
        ],
        wording=wording,
        whole=None if figure.is_sum else whole_value(standing, figure),
        whole_name=_("All together"),
        standard_name=_("Limit") if figure.code == "cost_ratio" else _("Target"),
    )


def _bar_note(name: str, wording: Wording, row: Any) -> str:
    if is_absent(row.standard):
        return f"{name}: {wording(row.value)}"
    return _(
        "{name}: {value}, measured against {standard}",
        name=name,
        value=wording(row.value),
        standard=wording(row.standard),
    )


@_KEPT
def heat(state: State, scope: Scope, view: ComparisonView, code: str, most: int, lang: str) -> Any:
    """Rows by columns; of many rows the most troubled."""
    del state, lang
    directory = reads.directory()
    standing = compare_reads.standing(scope, view)
    figure = figure_of(directory.catalogue, code)
    places = zip(_codes(standing, view.rows), _codes(standing, view.columns), strict=True)
    found = zip(places, _rows(directory, standing, figure), strict=True)
    cells = {place: row for place, row in found if not is_absent(row.value)}
    order = _codes(compare_reads.standing(scope, view, by=(view.rows,)), view.rows)
    known = {row for row, _column in cells}
    rows = [code for code in order if code in known and is_drawn(code, figure, [1.0])][:most]
    columns = sorted({column for row, column in cells if row in rows})

    def grid(name: str) -> list[list[float | None]]:
        return [
            [
                None if cell is None else getattr(cell, name)
                for cell in (cells.get((row, column)) for column in columns)
            ]
            for row in rows
        ]

    return heat_map(
        list(zip(rows, _names(directory, view.rows, rows), strict=True)),
        list(zip(columns, _names(directory, view.columns, columns), strict=True)),
        grid("value"),
        shading=grid("shade"),
        wording=compare_words.wording(directory, figure),
        short=compare_words.wording(directory, figure, digits=0),
        absent="",
    )


@_KEPT
def cloud(state: State, scope: Scope, view: ComparisonView, x: str, y: str, lang: str) -> Any:
    """Two figures against each other."""
    del state, lang
    directory = reads.directory()
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    across, up = figure_of(directory.catalogue, x), figure_of(directory.catalogue, y)
    ax, ay = (_rows(directory, standing, one) for one in (across, up))
    codes = _codes(standing, view.rows)
    names = _names(directory, view.rows, codes)
    people = standing.numbers.groups["headcount"].tolist()
    # Those whom the axis does not name (a head office) lie far off and would crowd the others.
    known = [
        n
        for n, code in enumerate(codes)
        if code and not is_absent(ax[n].value) and not is_absent(ay[n].value)
    ]
    say_x, say_y = (compare_words.wording(directory, one) for one in (across, up))
    title_x, title_y = (compare_words.figure_title(directory, one) for one in (across, up))
    x_limit, x_name = _limit(standing, across, [ax[n].standard for n in known], say_x)
    y_limit, y_name = _limit(standing, up, [ay[n].standard for n in known], say_y)
    return draw_cloud(
        [
            Dot(
                codes[n],
                names[n],
                ax[n].value,
                ay[n].value,
                people[n],
                is_short=ax[n].is_short or ay[n].is_short,
                is_named=True,
                note=ngettext(
                    "{name}: {x_title} {x}, {y_title} {y}, {n} person",
                    "{name}: {x_title} {x}, {y_title} {y}, {n} people",
                    int(people[n]),
                    name=names[n],
                    x_title=title_x,
                    x=say_x(ax[n].value),
                    y_title=title_y,
                    y=say_y(ay[n].value),
                ),
            )
            for n in known
        ],
        x_title=title_x,
        y_title=title_y,
        x_scale=words.scale(directory, across.unit, is_change=across.code == "revenue_growth"),
        y_scale=words.scale(directory, up.unit),
        x_limit=x_limit,
        y_limit=y_limit,
        x_limit_name=x_name,
        y_limit_name=y_name,
    )


def _limit(
    standing: Standing, figure: Figure, standards: list[float], wording: Wording
) -> tuple[float, str]:
    """The line drawn through a cloud: the one limit of all, else the figure of all together."""
    held = {one for one in standards if not is_absent(one)}
    if len(held) == 1:
        limit = held.pop()
        return limit, _("Limit {value}", value=wording(limit))
    whole = whole_value(standing, figure)
    return whole, _("All together {value}", value=wording(whole))


@_KEPT
def trend(state: State, scope: Scope, view: ComparisonView, code: str, lang: str) -> Any:
    """The groups of the rows month by month."""
    del state
    directory = reads.directory()
    figure = figure_of(directory.catalogue, code)
    found = compare_reads.trend(scope, view, figure)
    if found is None:
        raise RuntimeError("a trend is drawn once it is there")
    periods = compare_reads.trend_periods(view.period)
    lines = trends_of(found, [one.code for one in periods], axis=view.rows, figure=figure)
    order = _codes(compare_reads.standing(scope, view, by=(view.rows,)), view.rows)
    # A closed group has no place among those of the period, but it has had its months.
    closed = sorted(set(lines).difference(order))
    held = [one for one in (*order, *closed) if one in lines and is_drawn(one, figure, lines[one])]
    most = MOST_LIT if len(held) <= MOST_LIT else 4
    running = [one for one in held if one and (one not in closed or most == MOST_LIT)]
    lit = set(lit_codes(running, most=most))
    limit = cost_limit(directory.catalogue) if code == "cost_ratio" else None
    wording = compare_words.wording(directory, figure)
    return trend_lines(
        [format_short_period(one, lang) for one in periods],
        [
            Line(one, compare_words.group_name(directory, view.rows, one), lines[one], one in lit)
            for one in held
        ],
        wording=wording,
        scale=words.scale(directory, figure.unit, is_change=figure.code == "revenue_growth"),
        quiet_name=_("The others"),
        limit=limit,
        limit_name=_("Limit {value}", value=wording(limit)),
    )


def is_drawn(code: str, figure: Figure, values: Iterable[float | None]) -> bool:
    """Whether a group has a place in charts of a figure.

    Those whom an axis does not name (a head office) bring no sales, so that a ratio of theirs
    would crowd all others; they stand in the table.
    """
    return bool(code) or (figure.is_size and any(values))


@_KEPT
def spread(state: State, scope: Scope, view: ComparisonView, most: int, lang: str) -> Any:
    """How the totals lie in each group of the rows."""
    del state
    directory = reads.directory()
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    codes = _codes(standing, view.rows)
    names = _names(directory, view.rows, codes)
    found = standing.spread[standing.spread["n"] > 0].sort_values("median", kind="stable")
    return drawn.spreads(
        [
            drawn.Spread(
                codes[row.Index],
                names[row.Index],
                row.low,
                row.q1,
                row.median,
                row.q3,
                row.high,
                row.totals,
            )
            for row in words.rows_of(found.head(most))
        ],
        pass_mark=directory.catalogue.grades.pass_mark,
        few=FEW_CARDS,
        note=_spread_note,
        reader=Reader(lang),
    )


def _spread_note(group: drawn.Spread) -> str:
    return ngettext(
        "{name}: {n} scorecard with {median}",
        "{name}: half of {n} scorecards above {median}, from {low} to {high}",
        len(group.totals),
        name=group.name,
        median=words.total_words(group.median),
        low=words.total_words(group.low),
        high=words.total_words(group.high),
    )
