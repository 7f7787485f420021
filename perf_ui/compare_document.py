"""The comparison as a document to take away: the same figures and words as on the page."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.language.formats import is_absent
from perf_core.reporting.document import (
    Bar,
    BarsPart,
    Cell,
    Column,
    Course,
    CoursesPart,
    Document,
    HeatPart,
    Part,
    TablePart,
    WordsPart,
)
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import (
    FIGURES,
    Figure,
    ends_of,
    figure_values,
    lit_codes,
    trends_of,
)
from perf_core.services.group_standing import Standing
from perf_ui import (
    compare_group_parts,
    compare_reads,
    compare_table_parts,
    compare_words,
    words,
)
from perf_ui.i18n import _, language

_MOST_BARS: Final = 24
_MOST_ROWS: Final = 40
_MOST_COLUMNS: Final = 12
_MOST_COURSES: Final = 8
_FORMS: Final = {"count": "count", "money": "money", "percent": "share"}


def document(scope: Scope, directory: Directory, view: ComparisonView, figure: Figure) -> Document:
    """Put the comparison into a document.

    Parameters
    ----------
    scope : Scope
        Whom the viewer may see; the document holds nothing else.
    directory : Directory
        Names.
    view : ComparisonView
        What is compared.
    figure : Figure
        What the charts show.
    """
    parts: list[Part | None] = [
        _answer(scope, directory, view),
        _table(scope, directory, view),
        _bars(scope, directory, view, figure),
        _heat(scope, directory, view, figure),
        _courses(scope, directory, view, figure),
    ]
    return Document(
        title=title(view),
        facts=tuple(compare_group_parts.about_view(scope, directory, view).items()),
        parts=tuple(part for part in parts if part is not None),
        footer=_("For internal use. What the reader may not see was left out."),
        page_words=_("Page {page} of {pages}"),
        definitions_title=_("Definitions"),
        name_title=_("Figure"),
        definition_title=_("Definition"),
        language=language(),
    )


def title(view: ComparisonView) -> str:
    """What the comparison is called."""
    titles = compare_words.axis_titles()
    if view.columns:
        return _(
            "Comparison by {rows} and {columns}",
            rows=titles[view.rows].lower(),
            columns=titles[view.columns].lower(),
        )
    return _("Comparison by {rows}", rows=titles[view.rows].lower())


def file_name(view: ComparisonView) -> str:
    """The name of the file, without its end."""
    said = "-".join(["perfboard", *view.by, view.period.code, *_limit_codes(view)])
    return re.sub(r"[^\w\-.]+", "-", said).strip("-")[:80]


def _limit_codes(view: ComparisonView) -> list[str]:
    return [code for _axis, codes in view.chosen for code in codes]


def _answer(scope: Scope, directory: Directory, view: ComparisonView) -> WordsPart | None:
    said = tuple(
        _("{heading}: {name}. {said}", heading=heading, name=name, said=_unmarked(text))
        for heading, _code, name, text in compare_group_parts.answer_tiles(scope, directory, view)
    )
    return WordsPart(_("At a glance"), said) if said else None


def _unmarked(text: str) -> str:
    """Take the marks of markdown away from a sentence of the page."""
    return re.sub(r"\\(.)", r"\1", text.replace("**", ""))


def _table(scope: Scope, directory: Directory, view: ComparisonView) -> TablePart:
    standing = compare_reads.standing(scope, view)
    figures = compare_table_parts.shown_figures(scope, view)
    titles = compare_words.axis_titles()
    shares = standing.numbers.grade_shares
    grades = [] if view.is_by_channel else [str(code) for code in shares.columns]
    columns = [Column(titles[axis]) for axis in view.by]
    columns += [_column(directory, figure) for figure in figures]
    columns += [
        Column(
            words.grade_name(directory, code),
            _(
                "Share of complete scorecards with the grade “{grade}”.",
                grade=words.grade_name(directory, code),
            ),
            "share",
        )
        for code in grades
    ]
    wordings = [compare_words.wording(directory, figure) for figure in figures]
    share = compare_words.wording(directory, FIGURES["attainment"])
    rows = []
    groups = standing.numbers.groups
    codes = [groups[axis].tolist() for axis in view.by]
    values = [groups[figure.code].tolist() for figure in figures]
    of_grades = [shares[code].tolist() for code in grades]
    for at in range(len(groups)):
        names = [
            compare_words.group_name(directory, axis, str(of_axis[at]))
            for axis, of_axis in zip(view.by, codes, strict=True)
        ]
        row = [Cell(name, name) for name in names]
        row += [
            _cell(value[at], wording(value[at]))
            for value, wording in zip(values, wordings, strict=True)
        ]
        row += [_cell(value[at], share(value[at])) for value in of_grades]
        rows.append(tuple(row))
    note = _("The most troubled first.")
    if groups["pay_withheld"].any():
        note += " " + _(
            "Pay figures of fewer than three people are withheld: they would be one person's."
        )
    return TablePart(_("All numbers"), tuple(columns), tuple(rows), note)


def _column(directory: Directory, figure: Figure) -> Column:
    form = _FORMS.get(figure.unit, "points")
    return Column(
        compare_words.figure_title(directory, figure),
        compare_words.definition(directory, figure),
        "count" if figure.code == "headcount" else form,  # type: ignore[arg-type]  # of _FORMS
    )


def _cell(value: float | None, text: str) -> Cell:
    return Cell(text, None if value is None or is_absent(value) else float(value))


def _bars(
    scope: Scope, directory: Directory, view: ComparisonView, figure: Figure
) -> BarsPart | None:
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    found = _values(directory, standing, figure)
    order = ends_of(found, figure, most=_MOST_BARS)
    if not order:
        return None
    wording = compare_words.wording(directory, figure)
    rows = words.rows_of(found)
    codes = standing.numbers.groups[view.rows].tolist()
    bars = tuple(
        Bar(
            compare_words.group_name(directory, view.rows, str(codes[at])),
            _cell(rows[at].value, wording(rows[at].value)),
            None if is_absent(rows[at].standard) else float(rows[at].standard),
            bool(rows[at].is_short),
        )
        for at in order
    )
    has_targets = any(bar.target is not None for bar in bars)
    note = _("The upright mark is the target or limit; orange falls short.") if has_targets else ""
    return BarsPart(compare_words.figure_title(directory, figure), bars, note)


def _values(directory: Directory, standing: Standing, figure: Figure) -> pd.DataFrame:
    return figure_values(standing, figure, pass_mark=directory.catalogue.grades.pass_mark)


def _heat(
    scope: Scope, directory: Directory, view: ComparisonView, figure: Figure
) -> HeatPart | None:
    if not view.columns:
        return None
    standing = compare_reads.standing(scope, view)
    found = _values(directory, standing, figure)
    groups = standing.numbers.groups
    cells = {
        (str(row), str(column)): value
        for row, column, value in zip(
            groups[view.rows], groups[view.columns], words.rows_of(found), strict=True
        )
    }
    ranked = compare_reads.standing(scope, view, by=(view.rows,)).numbers.groups[view.rows]
    rows = [str(code) for code in ranked][:_MOST_ROWS]
    columns = sorted({column for _row, column in cells})[:_MOST_COLUMNS]
    wording = compare_words.wording(directory, figure)
    grid = [[cells.get((row, column)) for column in columns] for row in rows]
    return HeatPart(
        _(
            "{title} by {rows} and {columns}",
            title=compare_words.figure_title(directory, figure),
            rows=compare_words.axis_titles()[view.rows].lower(),
            columns=compare_words.axis_titles()[view.columns].lower(),
        ),
        tuple(compare_words.group_name(directory, view.rows, code) for code in rows),
        tuple(compare_words.group_name(directory, view.columns, code) for code in columns),
        tuple(
            tuple(Cell("") if one is None else _cell(one.value, wording(one.value)) for one in line)
            for line in grid
        ),
        tuple(
            tuple(None if one is None or is_absent(one.shade) else one.shade for one in line)
            for line in grid
        ),
        _("Blue is better than the standard, orange is worse.") if figure.better else "",
    )


def _courses(
    scope: Scope, directory: Directory, view: ComparisonView, figure: Figure
) -> CoursesPart | None:
    periods = compare_reads.trend_periods(view.period, compare_reads.TREND_MONTHS)
    if len(periods) < 2:
        return None
    codes = [one.code for one in periods]
    found = compare_reads.months(
        scope,
        view,
        by=(view.rows,),
        with_cards=figure.needs_cards,
        indicators=(figure.code,) if figure.is_indicator else (),
    )
    lines = trends_of(found, codes, axis=view.rows, figure=figure)
    ranked = compare_reads.standing(scope, view, by=(view.rows,)).numbers.groups[view.rows]
    shown = lit_codes([str(code) for code in ranked if str(code) in lines], most=_MOST_COURSES)
    wording = compare_words.wording(directory, figure)
    if not shown:
        return None
    return CoursesPart(
        _("{title}, {n} months", title=compare_words.figure_title(directory, figure), n=len(codes)),
        tuple(codes),
        tuple(
            Course(
                compare_words.group_name(directory, view.rows, code),
                tuple(lines[code]),
                wording(lines[code][-1]),
            )
            for code in shown
        ),
    )


def can_take_away(view: ComparisonView) -> bool:
    """Whether there are groups to put into a document: at the people there is the list's own."""
    return view.rows != PERSON
