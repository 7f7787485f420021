"""The groups side by side, as a document shows them: the answer, the table, the charts."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic, sleep
from typing import Final

import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.language.formats import format_period
from perf_core.reporting.document import (
    Block,
    Cell,
    Column,
    Form,
    Picture,
    Section,
    Table,
    Tile,
    Tiles,
    Words,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import FIGURES, Figure, offered_figures, trends_of, values_of
from perf_core.services.group_standing import Standing
from perf_ui import (
    address,
    compare_chart_parts,
    compare_drawn,
    compare_group_parts,
    compare_reads,
    compare_table_parts,
    compare_words,
    reads,
    words,
)
from perf_ui.compare_section_tables import worded
from perf_ui.compare_section_words import unmarked
from perf_ui.i18n import _, language

_FORMS: Final[dict[str, Form]] = {"money": "money", "percent": "share", "seconds": "seconds"}
_GROWTH: Final = "revenue_growth"
_LONGEST_WAIT: Final = 120.0
_MANY_COLUMNS: Final = 5


def section(scope: Scope, directory: Directory, view: ComparisonView) -> Section:
    """The part of the page that puts groups side by side."""
    title = _("Side by side")
    standing = compare_reads.standing(scope, view)
    if standing.numbers.groups.empty:
        nobody = _("Nobody works here in this period, and nothing was sold. Take a filter away.")
        return Section(title, (Words((_("Nothing to compare here"), nobody)),))
    figure = figure_shown(scope, directory, view)
    blocks = [*_answer(scope, view), *_tables(scope, directory, view, figure)]
    if figure is not None:
        blocks += _charts(scope, directory, view, figure)
    return Section(title, tuple(blocks))


def figure_shown(scope: Scope, directory: Directory, view: ComparisonView) -> Figure | None:
    """The figure that the charts of the page show; nothing where no group has any."""
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    offered = {one.code: one for one in offered_figures(standing, scope, directory.catalogue)}
    if not offered:
        return None
    return offered[address.read("fig", allowed=offered, default=next(iter(offered)))]


def _answer(scope: Scope, view: ComparisonView) -> list[Block]:
    """Who is in trouble, and with what, as the tiles of the page say it."""
    if len(compare_reads.standing(scope, view, by=(view.rows,)).numbers.groups) < 2:
        return []
    tiles = compare_group_parts.answer_tiles(scope, view)
    if not tiles:
        return [
            Words(
                (
                    _(
                        "No group stands out: none is behind the others, too dear, shrinking or "
                        "losing people."
                    ),
                )
            )
        ]
    return [Tiles(tuple(Tile(title, name, unmarked(said)) for title, _c, name, said in tiles))]


# --- charts ---------------------------------------------------------------------------------------


def _charts(
    scope: Scope, directory: Directory, view: ComparisonView, figure: Figure
) -> list[Block]:
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    title = compare_words.figure_title(directory, figure)
    rows = compare_words.axis_titles()[view.rows].lower()
    n_known = int(values_of(standing.numbers, figure).notna().sum())
    most = compare_chart_parts.MOST_BARS
    if address.read("all", allowed={"1"}, default="") == "1":
        most = max(most, n_known)
    key, lang = reads.key(), language()
    found: list[Block] = []
    if (
        view.columns
        and values_of(compare_reads.standing(scope, view).numbers, figure).notna().any()
    ):
        heat = compare_drawn.heat(key, scope, view, figure.code, most, lang)
        columns = compare_words.axis_titles()[view.columns].lower()
        shown = _("{title} by {rows} and {columns}", title=title, rows=rows, columns=columns)
        note = _("Blue is better than the standard, orange is worse.") if figure.better else ""
        n_columns = len(heat.layout.xaxis.tickvals or ())
        found.append(Picture(shown, heat, note, is_wide=n_columns > _MANY_COLUMNS))
    if n_known:
        bars = compare_drawn.bars(key, scope, view, figure.code, most, lang)
        found.append(Picture(_("{title} by {rows}", title=title, rows=rows), bars))
    found += _cloud(scope, directory, view, standing)
    if len(compare_reads.trend_periods(view.period)) > 1 and _trend_is_there(scope, view, figure):
        lines = compare_drawn.trend(key, scope, view, figure.code, lang)
        periods = compare_reads.trend_periods(view.period)
        shown = compare_words.course_title(_("{title} by {rows}", title=title, rows=rows), periods)
        note = compare_words.course_note(directory, periods)
        found.append(Picture(shown, lines, note))
    if not view.is_by_channel and (standing.spread["n"] > 0).any():
        boxes = compare_drawn.spread(key, scope, view, most, lang)
        note = _(
            "The box holds the middle half of the scorecards, its line the median; of up to "
            "{few} each one is a dot.",
            few=compare_drawn.FEW_CARDS,
        )
        found.append(Picture(_("How the totals lie by {rows}", rows=rows), boxes, note))
    return found


def _trend_is_there(scope: Scope, view: ComparisonView, figure: Figure) -> bool:
    """Wait for the months, which a page would not: a file is written once."""
    until = monotonic() + _LONGEST_WAIT
    while compare_reads.trend(scope, view, figure) is None:
        if monotonic() > until:
            return False
        sleep(0.2)
    return True


def _cloud(
    scope: Scope, directory: Directory, view: ComparisonView, standing: Standing
) -> list[Block]:
    groups = standing.numbers.groups
    for x in ("cost_ratio", "revenue_growth"):
        may_see = scope.pay is not PayRight.NONE or not FIGURES[x].is_pay
        if may_see and (groups[x].notna() & groups["attainment"].notna()).sum() > 1:
            title = _(
                "{x} against {y}",
                x=compare_words.figure_title(directory, FIGURES[x]),
                y=compare_words.figure_title(directory, FIGURES["attainment"]).lower(),
            )
            drawn = compare_drawn.cloud(reads.key(), scope, view, x, "attainment", language())
            return [Picture(title, drawn, _("The larger the disc, the more people."))]
    return []


# --- tables ---------------------------------------------------------------------------------------


def _tables(
    scope: Scope, directory: Directory, view: ComparisonView, figure: Figure | None
) -> list[Block]:
    titles = compare_words.axis_titles()
    by = " × ".join(titles[axis] for axis in view.by).lower()
    found: list[Block] = [
        _table(scope, directory, view, view.by, figure, _("All numbers by {by}", by=by))
    ]
    if view.columns:
        alone = _("All numbers by {by}", by=titles[view.rows].lower())
        found.append(_table(scope, directory, view, (view.rows,), figure, alone, is_aside=True))
    if figure is not None and _trend_is_there(scope, view, figure):
        found.append(_months(scope, directory, view, figure))
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    if not view.is_by_channel and (standing.spread["n"] > 0).any():
        found.append(_spread(directory, view, standing))
    return found


def _table(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    by: tuple[str, ...],
    figure: Figure | None,
    title: str,
    *,
    is_aside: bool = False,
) -> Table:
    """Every number of every group, and below them of all together."""
    standing = compare_reads.standing(scope, view, by=by)
    figures = compare_table_parts.shown_figures(scope, view)
    if figure is not None and figure.is_indicator:
        figures = [*figures, figure]
    both = (standing.numbers, standing.whole)
    n_last = len(standing.whole.groups)
    columns, series = [], []
    for at, axis in enumerate(by):
        codes = standing.numbers.groups[axis]
        names = [compare_words.group_name(directory, axis, str(code)) for code in codes]
        names += [_("All together") if at == 0 else ""] * n_last
        columns.append(Column(compare_words.axis_titles()[axis]))
        series.append([Cell(name, name) for name in names])
    for one in figures:
        say = compare_words.wording(directory, one)
        values = pd.concat([values_of(numbers, one) for numbers in both]).tolist()
        columns.append(_column(directory, one))
        series.append([_figure_cell(one, value, say(value)) for value in values])
    for code in () if view.is_by_channel else standing.numbers.grade_shares.columns:
        name = words.grade_name(directory, str(code))
        told = _("Share of complete scorecards with the grade “{grade}”.", grade=name)
        columns.append(Column(name, told, "share"))
        values = pd.concat([numbers.grade_shares[code] for numbers in both]).tolist()
        series.append([_share_cell(directory, value) for value in values])
    if not view.is_by_channel:
        lost = _("The indicator that loses most points")
        columns.append(Column(_("Costs most points"), lost))
        names = [
            words.indicator_name(directory, code) if code else ""
            for code in standing.numbers.groups["weakest"]
        ]
        series.append([Cell(name, name or None) for name in [*names, *[""] * n_last]])
    seen = replace(view, columns="") if is_aside else view
    note = compare_table_parts.notes(standing, seen, has_pay=any(one.is_pay for one in figures))
    rows = tuple(zip(*series, strict=True))
    place = "book" if is_aside else "everywhere"
    return Table(title, tuple(columns), rows, " ".join(note), n_last, place)  # type: ignore[arg-type]


def _column(directory: Directory, figure: Figure) -> Column:
    form = _FORMS.get(figure.unit, "number")
    if figure.code == "headcount":
        form = "count"
    if figure.code == _GROWTH:
        form = "change"
    return Column(
        compare_words.figure_title(directory, figure),
        compare_words.definition(directory, figure),
        form,
    )


def _figure_cell(figure: Figure, value: float | None, said: str) -> Cell:
    if value is None or pd.isna(value):
        return Cell(said)
    if figure.code == _GROWTH:
        said = compare_words.growth_words(float(value))
    return Cell(said, float(value))


def _share_cell(directory: Directory, value: float | None) -> Cell:
    if value is None or pd.isna(value):
        return Cell("")
    return Cell(worded(directory, round(float(value), 3), "share"), float(value))


def _months(scope: Scope, directory: Directory, view: ComparisonView, figure: Figure) -> Table:
    """What the lines over months are drawn from."""
    periods = compare_reads.trend_periods(view.period)
    found = compare_reads.trend(scope, view, figure)
    lines = (
        {}
        if found is None
        else trends_of(found, [one.code for one in periods], axis=view.rows, figure=figure)
    )
    column = _column(directory, figure)
    say = compare_words.wording(directory, figure)
    columns = [Column(compare_words.axis_titles()[view.rows])]
    columns += [Column(format_period(one, language()), "", column.form) for one in periods]
    rows = []
    for code, values in lines.items():
        name = compare_words.group_name(directory, view.rows, code)
        cells = [_figure_cell(figure, value, say(value)) for value in values]
        rows.append((Cell(name, name), *cells))
    title = compare_words.course_title(column.title, periods)
    note = compare_words.course_note(directory, periods)
    return Table(title, tuple(columns), tuple(rows), note, place="book")


def _spread(directory: Directory, view: ComparisonView, standing: Standing) -> Table:
    """What the boxes are drawn from."""
    codes = standing.numbers.groups[view.rows].tolist()
    found = standing.spread[standing.spread["n"] > 0].sort_values("median", kind="stable")
    totals = _("Of the totals of complete scorecards.")
    titled = {
        "n": Column(_("Scorecards"), _("Complete scorecards in the period."), "count"),
        "low": Column(_("Lowest"), totals, "number"),
        "q1": Column(_("A quarter below"), totals, "number"),
        "median": Column(_("Median"), totals, "number"),
        "q3": Column(_("A quarter above"), totals, "number"),
        "high": Column(_("Highest"), totals, "number"),
    }
    rows = []
    for row in words.rows_of(found):
        name = compare_words.group_name(directory, view.rows, str(codes[row.Index]))
        cells = [
            Cell(worded(directory, value, column.form), float(value))
            for value, column in ((getattr(row, key), one) for key, one in titled.items())
        ]
        rows.append((Cell(name, name), *cells))
    columns = (Column(compare_words.axis_titles()[view.rows]), *titled.values())
    return Table(_("Totals"), columns, tuple(rows), place="book")
