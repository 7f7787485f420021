"""The groups side by side: what stands out, the table, the charts, and what is behind them."""

from __future__ import annotations

from math import nan
from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import format_day, format_period, format_share, is_absent
from perf_core.services.comparison import PERSON, ComparisonView, people_within
from perf_core.services.directory import Directory
from perf_core.services.group_figures import FIGURES, Figure, offered_figures
from perf_core.services.group_standing import Standing, have_gone
from perf_ui import (
    address,
    compare_chart_parts,
    compare_detail_parts,
    compare_parts,
    compare_reads,
    compare_table_parts,
    compare_words,
    reads,
    team_parts,
    words,
)
from perf_ui.filters import choice_filter
from perf_ui.i18n import _, language, ngettext
from perf_ui.kept import kept
from perf_ui.widgets import empty_state, plain


def groups(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show the groups of a view: the answer in words, the table, the charts."""
    if view.rows == PERSON:
        people(scope, directory, view)
        return
    standing = compare_reads.standing(scope, view)
    if standing.numbers.groups.empty:
        empty_state(
            _("Nothing to compare here"),
            _("Nobody works here in this period, and nothing was sold. Take a filter away."),
        )
        return
    answer(scope, view)
    about = about_view(scope, directory, view)
    offered = figures_offered(scope, directory, view)
    figure = offered.get(address.read("fig", allowed=offered, default=next(iter(offered), "")))
    compare_table_parts.table(scope, directory, view, figure, about=about)
    compare_detail_parts.answer_if_asked(scope, directory, view)
    if figure is not None:
        figure_filter(directory, offered)
        compare_chart_parts.charts(scope, directory, view, figure)


def about_view(scope: Scope, directory: Directory, view: ComparisonView) -> dict[str, str]:
    """What a file of this view says about itself."""
    titles = compare_words.axis_titles()
    as_of = compare_reads.standing(scope, view).numbers.as_of
    return {
        _("Period"): format_period(view.period, language()),
        _("Data up to"): format_day(as_of, language()),
        **{
            titles[axis]: ", ".join(
                compare_words.group_name(directory, axis, code) for code in codes
            )
            for axis, codes in view.chosen
        },
    }


def figures_offered(scope: Scope, directory: Directory, view: ComparisonView) -> dict[str, Figure]:
    """The figures that charts can show, by their codes: those that some group has."""
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    return {one.code: one for one in offered_figures(standing, scope, directory.catalogue)}


def figure_filter(directory: Directory, offered: dict[str, Figure]) -> None:
    """Pick the figure that the charts show."""
    choice_filter(
        "fig",
        _("Figure in the charts"),
        {code: compare_words.figure_title(directory, one) for code, one in offered.items()},
        default=next(iter(offered)),
        width=300,
    )


# --- the answer in words --------------------------------------------------------------------------


def answer_tiles(scope: Scope, view: ComparisonView) -> list[Tile]:
    """Who is furthest behind, who costs most, who shrinks, whom people leave; nobody: nothing."""
    return _answer_tiles(reads.key(), scope, view, language())


@kept(most=128)
def _answer_tiles(
    state: compare_reads.State, scope: Scope, view: ComparisonView, lang: str
) -> list[Tile]:
    del state, lang
    directory = reads.directory()
    standing = compare_reads.standing(scope, view, by=(view.rows,))
    found = (make(directory, view, standing) for make in (_behind, _dear, _shrinking, _leaving))
    return [tile for tile in found if tile is not None]


def answer(scope: Scope, view: ComparisonView) -> None:
    """Say in a few tiles who is in trouble, and with what."""
    if len(compare_reads.standing(scope, view, by=(view.rows,)).numbers.groups) < 2:
        return
    tiles = answer_tiles(scope, view)
    if not tiles:
        st.success(
            _(
                "No group stands out: none is behind the others, too dear, shrinking or "
                "losing people."
            ),
            icon=":material/check_circle:",
        )
        return
    grid = st.grid(min(len(tiles), 4), min_column_width=230, gap="small")
    for n, (title, code, name, text) in enumerate(tiles):
        with grid, st.container(border=True, key=f"answer_{n}", height="stretch", gap="xsmall"):
            compare_parts.group_link(name, view, (view.rows, code), key=f"answer_{n}")
            st.markdown(f":small[:gray[{title}]]  \n{text}")


Tile = tuple[str, str, str, str]


def _named(directory: Directory, view: ComparisonView, row: Any) -> tuple[str, str]:
    code = str(row[view.rows])
    return code, compare_words.group_name(directory, view.rows, code)


def _named_groups(standing: Standing, view: ComparisonView) -> pd.DataFrame:
    """The groups that the axis names: who belongs to none is nobody's to answer for."""
    groups = standing.numbers.groups
    return groups[groups[view.rows] != ""]


def _behind(directory: Directory, view: ComparisonView, standing: Standing) -> Tile | None:
    """The group with the lowest attainment, if it is below that of all together.

    One in which nobody is any more has nobody to be helped.
    """
    found = _named_groups(standing, view)
    known = found[found["attainment"].notna() & (found["headcount"] > 0)]
    whole = standing.total.get("attainment", nan)
    if known.empty or is_absent(whole):
        return None
    row = known.sort_values("attainment", kind="stable").iloc[0]
    if row["attainment"] >= whole - 1e-9:
        return None
    said = _(
        "**{share}** of the scorecards attain, {whole} of all.",
        share=plain(format_share(row["attainment"], language(), digits=0)),
        whole=plain(format_share(whole, language(), digits=0)),
    )
    if row["weakest"]:
        said += " " + _weakest(directory, view, row)
    return (_("Furthest behind"), *_named(directory, view, row), said)


def _weakest(directory: Directory, view: ComparisonView, row: Any) -> str:
    """What a group loses most points on; with its value where it is one role and falls short.

    The value is of all people of a group, the target of those who have one: only in one role are
    they the same people. And a group may reach as a whole what many of its people miss.
    """
    code, actual, target = row["weakest"], row["weakest_actual"], row["weakest_target"]
    is_lower = directory.catalogue.indicators[code].direction == "lower"
    told = {
        "indicator": plain(words.indicator_name(directory, code)),
        "lost": plain(words.total_words(row["weakest_lost"])),
    }
    is_reached = (actual <= target) if is_lower else (actual >= target)
    is_one_role = view.rows == "role" or len(view.codes("role")) == 1
    if is_reached or not is_one_role:
        return _("Most points are lost on **{indicator}**: {lost} a scorecard.", **told)
    return _(
        "Most points are lost on **{indicator}**: {lost} a scorecard ({actual}, target {target}).",
        **told,
        actual=plain(words.indicator_value(directory, code, actual)),
        target=plain(words.indicator_value(directory, code, target)),
    )


def _dear(directory: Directory, view: ComparisonView, standing: Standing) -> Tile | None:
    """The group whose cost ratio passes its limit by most."""
    found = _named_groups(standing, view)
    over = found[(found["cost_ratio"] > found["cost_limit"] + 1e-9) & ~have_gone(found)]
    if over.empty:
        return None
    row = over.sort_values("cost_ratio", ascending=False, kind="stable").iloc[0]
    say = compare_words.wording(directory, FIGURES["cost_ratio"])
    others = " " + _("{n} groups are over it.", n=len(over)) if len(over) > 1 else ""
    return (
        _("Costs too much"),
        *_named(directory, view, row),
        _(
            "Pay is **{ratio}** of the revenue, the limit {limit}.",
            ratio=plain(say(row["cost_ratio"])),
            limit=plain(say(row["cost_limit"])),
        )
        + others,
    )


def _shrinking(directory: Directory, view: ComparisonView, standing: Standing) -> Tile | None:
    """The group whose revenue fell most."""
    found = _named_groups(standing, view)
    fell = found[(found["revenue_growth"] < -1e-9) & ~have_gone(found)]
    if fell.empty:
        return None
    row = fell.sort_values("revenue_growth", kind="stable").iloc[0]
    return (
        _("Shrinking"),
        *_named(directory, view, row),
        _(
            "Revenue **{growth}** against the period before; all together {whole}.",
            growth=plain(compare_words.growth_words(row["revenue_growth"])),
            whole=plain(compare_words.growth_words(standing.total.get("revenue_growth"))),
        ),
    )


def _leaving(directory: Directory, view: ComparisonView, standing: Standing) -> Tile | None:
    """The group that people leave most, if more than all together."""
    found = _named_groups(standing, view)
    whole = standing.total.get("attrition", nan)
    left = found[found["attrition"] > 0]
    if left.empty or is_absent(whole):
        return None
    row = left.sort_values("attrition", ascending=False, kind="stable").iloc[0]
    return (
        _("People leave"),
        *_named(directory, view, row),
        ngettext(
            "**{rate}** left, {whole} of all; {n} person is there now.",
            "**{rate}** left, {whole} of all; {n} people are there now.",
            int(row["headcount"]),
            rate=plain(format_share(row["attrition"], language())),
            whole=plain(format_share(whole, language())),
        ),
    )


# --- the people -----------------------------------------------------------------------------------


def people(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """The people of the groups down to which the way has led; each opens the scorecard."""
    table = reads.team(scope, view.period)
    listed = people_within(table, view)
    if view.is_by_channel:
        st.caption(_("People, pay and scorecards belong to no channel."))
    team_parts.team_list(
        directory,
        listed.sort_values(["total", "employee_id"]),
        of=len(table),
        about=about_view(scope, directory, view),
    )
