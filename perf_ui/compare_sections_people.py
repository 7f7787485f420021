"""Coming and going, as a document shows it: how many leave, how long people stay, who left."""

from __future__ import annotations

from typing import Any

from perf_core.domain.access import Scope
from perf_core.language.formats import format_day, format_number, format_period, format_share
from perf_core.reporting.document import Block, Heading, Picture, Section, Tile, Tiles, Words
from perf_core.services.attrition import FEWEST_AT_RISK, TENURE, AttritionRates
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.leavers import FEWEST_LEAVERS, MONTHS_BEFORE, Leavers
from perf_ui import address, compare_cost_reads, words
from perf_ui import compare_curve_parts as staying
from perf_ui import compare_leaver_parts as leaving
from perf_ui import compare_people_parts as part
from perf_ui.compare_section_tables import Kind, numbers_table, paper_table
from perf_ui.compare_section_words import sentences
from perf_ui.i18n import _, language


def section(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    *,
    with_names: bool = True,
) -> Section:
    """The part of the page about who leaves.

    Parameters
    ----------
    with_names : bool, default=True
        Also who left, person by person, and why.
    """
    title = _("Coming and going")
    if view.is_by_channel:
        none = _("People belong to no channel: choose other rows, columns or limits.")
        return Section(title, (Words((none,)),))
    span = address.read("watch", allowed={"year", "period"}, default="year")
    axis = address.read("by", allowed=part.axes_of_people(), default=part.first_axis(view))
    period = compare_cost_reads.watched_period(view, is_year=span == "year")
    found = compare_cost_reads.rates(scope, view, period, axis=axis)
    if found.whole.empty or not found.whole["n"] > 0:
        nobody = _("There is no headcount in these days, and so no rate of leaving.")
        return Section(title, (Words((_("Nobody was here"), nobody)),))
    if not found.is_recorded:
        unknown = _(
            "Either nobody ever left, or leave_date of the employees table is empty or was "
            "not loaded. A rate of 0 would only look like good news."
        )
        return Section(title, (Words((_("No last day of anybody is recorded"), unknown)),))
    blocks = [*_rates(directory, found), *_curves(scope, directory, view, axis)]
    if with_names:
        gone = compare_cost_reads.leavers(scope, view, period)
        blocks += _leavers(directory, gone)
    return Section(title, tuple(blocks))


def _rates(directory: Directory, found: AttritionRates) -> list[Block]:
    heading = _("How many leave")
    blocks: list[Block] = [
        Heading(heading),
        Words((part.rate_sentence(found),)),
    ]
    if found.groups["rate"].notna().any():
        figure = part.rates_figure(directory, found)
        blocks.append(Picture(part.rates_title(found), figure, part.rates_words(found)))
    interval = _("End of the 95 % Wilson interval of the rate.")
    days = f"{format_day(found.period.start, language())} – {format_day(found.last, language())}"
    of_band = found.axis == TENURE
    kinds: dict[str, Kind] = {
        _("Left"): ("count", _("People whose last day lies in the days looked at.")),
        _("People in the band"): ("count", _("Everybody who was in the band on any day.")),
        _("Mean headcount"): (
            "number",
            _("The mean of the headcounts of the first and the last day."),
        ),
        _("At first"): ("count", _("People on the first day.")),
        _("At last"): ("count", _("People on the last day.")),
        _("Attrition"): (
            "share",
            _("Left while in the band ÷ people in the band.")
            if of_band
            else _("Left ÷ mean headcount; a move is no leaving."),
        ),
        _("95 % from"): ("share", interval),
        _("95 % to"): ("share", interval),
    }
    table = part.rates_table(directory, found)
    return [*blocks, numbers_table(directory, heading, table, kinds, note=days)]


def _curves(scope: Scope, directory: Directory, view: ComparisonView, axis: str) -> list[Block]:
    heading = _("How long people stay")
    found = compare_cost_reads.curves(scope, view, axis=axis)
    if found is None or not found.whole.is_known:
        few = _("At least {n} people have to be watched at the same tenure.", n=FEWEST_AT_RISK)
        return [Heading(heading), Words((_("Too few people to draw a curve"), few))]
    groups = staying.known_curves(directory, found)
    known = {**groups, _("All together"): found.whole}
    kinds: dict[str, Kind] = {
        _("Months since the hiring"): ("number", _("Days since the hiring ÷ 30.4.")),
        _("Watched"): ("count", _("People who were watched at this tenure.")),
        _("Left"): ("count", _("People who left at this tenure.")),
        _("Still here"): ("share", _("Kaplan–Meier share of those still here.")),
        _("95 % from"): ("share", _("End of the 95 % interval of the share.")),
        _("95 % to"): ("share", _("End of the 95 % interval of the share.")),
    }
    return [
        Heading(heading),
        Picture(
            staying.curves_title(),
            staying.curves_figure(groups, found),
            staying.curve_words(found, groups),
        ),
        paper_table(staying.after_table(known)),
        numbers_table(directory, heading, staying.steps_table(known), kinds),
    ]


# --- who left -------------------------------------------------------------------------------------


def _leavers(directory: Directory, found: Leavers) -> list[Block]:
    heading = _("Who left")
    if found.people.empty:
        nobody = _("Between these days nobody left, as far as it is recorded.")
        return [Heading(heading), Words((nobody,))]
    blocks: list[Block] = [Heading(heading), *_standing(directory, found)]
    kinds: dict[str, Kind] = {
        _("Last day"): ("day", _("The last day of work.")),
        _("Months here"): ("number", _("From the hiring to the last day.")),
        _("Last total"): ("number", _("Of the last complete scorecard of a month.")),
    }
    title = _("Who left: {n}", n=len(found.people))
    period = format_period(found.period, language())
    blocks += _reasons(found)
    blocks.append(paper_table(leaving.leaver_table(directory, found, is_file=False), title=title))
    of_file = leaving.leaver_table(directory, found, is_file=True)
    blocks.append(numbers_table(directory, heading, of_file, kinds, note=period))
    if not found.reasons_withheld and len(found.reasons):
        counted: dict[str, Kind] = {_("Left"): ("count", _("How many left for this reason."))}
        table = leaving.reasons_table(found.reasons)
        blocks.append(numbers_table(directory, leaving.reasons_title(), table, counted))
    return blocks


def _standing(directory: Directory, found: Leavers) -> list[Block]:
    """The best among the leavers, beside those who stayed."""
    grades = directory.catalogue.grades.grades
    top = words.grade_name(directory, grades[0].code) if grades else ""
    gone, here = (dict(found.standing.loc[who]) for who in ("left", "stayed"))
    lost = dict(found.lost_top)
    if not gone["n"]:
        none = _("None of those who left has a scorecard of the last months.")
        return [Words((none,), is_quiet=True)]

    def tile(title: str, row: dict[Any, Any], hits: float, n: float) -> Tile:
        beside = _("{n} of {of}", n=int(hits), of=int(n))
        return Tile(title, format_share(row["share"], language()), beside)

    mean = _(
        "{total} of those here",
        total=format_number(here["mean_total"], language(), fixed=True),
    )
    last = format_number(gone["mean_total"], language(), fixed=True)
    return [
        Words((_("How many had “{grade}” in their last {n} months", grade=top, n=MONTHS_BEFORE),)),
        Tiles(
            (
                tile(_("Of those who left"), gone, gone["top"], gone["n"]),
                tile(_("Of those here"), here, here["top"], here["n"]),
                tile(_("Of the best, left"), lost, lost["left"], lost["n"]),
                Tile(_("Mean last total"), last, mean),
            )
        ),
        Words(
            (
                _(
                    "At least once, on a complete scorecard of a month: of a leaver up to the "
                    "month of leaving, of the others up to the last whole month."
                ),
            ),
            is_quiet=True,
        ),
    ]


def _reasons(found: Leavers) -> list[Block]:
    if found.reasons_withheld:
        few = _("Those of fewer than {n} leavers would be a person's own.", n=FEWEST_LEAVERS)
        return [Words(sentences([_("Reasons are withheld"), few]), is_quiet=True)]
    rows = found.reasons
    told = rows[(rows["leave_reason"] != "") | (rows["leave_type"] != "")]
    if told.empty:
        return [Words((_("No reasons are recorded"),), is_quiet=True)]
    return [
        Picture(
            leaving.reasons_title(),
            leaving.reasons_figure(told),
            leaving.reasons_note(rows, told),
        )
    ]
