"""Shared or own, as a document shows it: the answer, the verdicts, the way to revenue."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.reporting.document import Block, Heading, Picture, Section, Tile, Tiles, Words
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.funnel import STEPS, Base, Funnel
from perf_core.services.shared_problems import VERDICTS, Verdict
from perf_ui import address, compare_indicator_parts, words
from perf_ui import compare_channel_parts as channels
from perf_ui import compare_funnel_parts as way
from perf_ui import compare_problem_parts as part
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.compare_problem_pick import Told
from perf_ui.compare_section_tables import OF_UNIT, Kind, numbers_table, paper_table
from perf_ui.compare_section_words import sentences
from perf_ui.i18n import _

_NAMED: Final = 3
_MANY_COLUMNS: Final = 5


def section(scope: Scope, directory: Directory, view: ComparisonView) -> Section:
    """The part of the page that says whose problem each indicator is."""
    base = way.asked_base(view)
    funnel = problem_reads.funnel_of(scope, view, base)
    told = part.told_of(scope, directory, view)
    blocks: list[Block] = [_answer(directory, view, told, funnel)]
    if told is not None:
        blocks += _verdicts(told)
    elif view.codes("channel"):
        blocks.append(Words((_("Targets belong to people, not to channels"),)))
    else:
        none = _("There are no scorecards in this period, or none within these limits.")
        blocks.append(Words((_("No indicator is measured here"), none)))
    blocks += _business(scope, directory, view, funnel, base)
    return Section(_("Shared or own"), tuple(blocks))


def _answer(
    directory: Directory, view: ComparisonView, told: Told | None, funnel: Funnel | None
) -> Tiles:
    tiles = []
    if told is not None:
        tiles.append(_tile(told, "shared", _("Shared: nearly all fall short")))
        tiles.append(_tile(told, "own", _("One's own: one alone falls short")))
    return Tiles((*tiles, _cost_tile(directory, view, funnel)))


def _tile(told: Told, verdict: Verdict, title: str) -> Tile:
    found = told.found.indicators
    mine = found[found["verdict"] == verdict]
    named = [
        _(
            "{indicator}: {group} at {at}",
            indicator=words.indicator_name(told.directory, row.indicator),
            group=told.name(row.worst),
            at=said.share(row.worst_at, digits=0),
        )
        for row in words.rows_of(mine.head(_NAMED))
    ]
    figure = said.indicators_counted(len(mine), len(found))
    return Tile(title, sentences([figure])[0], "\n".join(named))


def _cost_tile(directory: Directory, view: ComparisonView, funnel: Funnel | None) -> Tile:
    title = _("Costs most on the way to revenue")
    if funnel is None:
        return Tile(title, "–", _("There are no visits, orders or revenue here."))
    best = said.name_of(directory, view, funnel.best) if funnel.best else ""
    against = said.base_words(funnel.base, view, best)
    costs = funnel.parts["cost"].dropna().sort_values()
    if costs.empty:
        return Tile(title, "–", said.nothing_lost(funnel, against))
    code = str(costs.index[0])
    row: Any = funnel.parts.loc[code]
    step = _(
        "{group}: {step}",
        group=said.name_of(directory, view, code),
        step=said.step_name(str(row["costliest"]), begins_with=str(row["begins_with"])),
    )
    figure = said.signed_amount(directory, float(row["cost"]))
    return Tile(title, figure, f"{step}\n{against}")


# --- the verdicts ---------------------------------------------------------------------------------


def _verdicts(told: Told) -> list[Block]:
    """The verdict that is looked at, its grid and one indicator of it; all of them as tables."""
    found = told.found.indicators
    counts = found["verdict"].value_counts()
    there = [verdict for verdict in VERDICTS if counts.get(verdict, 0)]
    chosen = address.read("verdict", allowed=there, default=there[0])
    verdict = next(one for one in there if one == chosen)
    mine = found[found["verdict"] == verdict]
    heading = _("Whose problem is it?")
    named = f"{said.verdict_name(verdict)} · {counts[verdict]}"
    blocks: list[Block] = [
        Heading(heading),
        paper_table(part.overview_table(told)),
        Heading(named),
        Words((said.verdict_rule(verdict, told.found.axis),), is_quiet=True),
    ]
    codes = [str(one) for one in mine["indicator"]]
    code = told.view.indicator if told.view.indicator in codes else codes[0]
    is_whole = address.read("every", allowed={"1"}) == "1"
    grid, hidden = part.heat_figure(told, mine, is_whole=is_whole)
    if grid is not None:
        note = _("Orange falls short, blue is beyond; the widest shortfall stands on top.")
        if hidden:
            note += " " + _(
                "Of {of}, the {behind} furthest behind and the {ahead} furthest ahead are drawn.",
                of=hidden,
                behind=part.MOST_BEHIND,
                ahead=part.MOST_AHEAD,
            )
        n_columns = len(grid.layout.xaxis.tickvals or ())
        title = _("How far each went towards its own target")
        blocks.append(Picture(title, grid, note, is_wide=n_columns > _MANY_COLUMNS))
    blocks += _indicator(told, mine, code)
    away = _("A distance as a share, above 0 is better.")
    kinds: dict[str, Kind] = {
        _("People"): ("count", _("People whose scorecards make the figure.")),
        _("Of own target"): ("share", _achieved()),
        _("Against all"): ("change", _("Against all together. {away}", away=away)),
        _("Against the best"): ("change", _("Against the best group. {away}", away=away)),
        _("Against a year ago"): ("change", _("Against its own past. {away}", away=away)),
    }
    table = numbers_table(told.directory, heading, part.worded_groups(told), kinds)
    return [*blocks, table]


def _achieved() -> str:
    return _(
        "Achievement of the group's own target, role by role, counted by people: between 0 and "
        "120 %. Below 95 % it falls short."
    )


def _indicator(told: Told, mine: pd.DataFrame, code: str) -> list[Block]:
    """One indicator of the verdict: in words, as bars, in numbers."""
    row = mine[mine["indicator"] == code].iloc[0]
    groups = told.found.groups[told.found.groups["indicator"] == code]
    groups = groups.sort_values(["achievement", "group"], kind="stable")
    cells = told.found.cells[told.found.cells["indicator"] == code]
    name = words.indicator_name(told.directory, code)
    is_whole = address.read("all", allowed={"1"}) == "1"
    bars = compare_indicator_parts.indicator_figure(told, row, groups, cells, is_whole=is_whole)
    blocks: list[Block] = []
    if bars is not None:
        blocks.append(Picture(name, bars, _("Orange falls short of the own target.")))
    lines = compare_indicator_parts.sentences(told, row, groups)
    blocks.append(Words(sentences(lines)))
    blocks.append(paper_table(compare_indicator_parts.group_table(told, groups)))
    indicator = told.directory.catalogue.indicators[code]
    unit = OF_UNIT.get(indicator.unit, "number")
    rule = words.formula_words(told.directory, indicator.formula)
    kinds: dict[str, Kind] = {
        _("People"): ("count", _("People whose scorecards make the figure.")),
        _("Actual"): (unit, rule),
        _("Target"): (unit, _("The mean of the targets of its people.")),
        _("Of own target"): ("share", _achieved()),
        _("Attainment"): ("share", _("People who reached their target ÷ people.")),
        _("All together"): (unit, _("The actual of all groups together.")),
        _("A year ago"): (unit, _("The actual of the same days a year ago.")),
    }
    table = compare_indicator_parts.worded_cells(told, cells)
    return [*blocks, numbers_table(told.directory, name, table, kinds)]


# --- the way to revenue ---------------------------------------------------------------------------


def _business(
    scope: Scope, directory: Directory, view: ComparisonView, found: Funnel | None, base: Base
) -> list[Block]:
    heading = _("From visit to kept revenue")
    if found is None:
        none = _("There are no visits, orders or revenue here")
        return [Heading(heading), Words((none,))]
    best = said.name_of(directory, view, found.best) if found.best else ""
    against = said.base_words(base, view, best)
    blocks: list[Block] = [Heading(heading)]
    known = found.parts[found.parts["begins_with"] != ""]
    if len(known):
        blocks.append(Words(sentences(way.funnel_sentences(directory, view, found))))
        is_whole = address.read("steps", allowed={"1"}) == "1"
        most = len(known) if is_whole else way.MOST_GROUPS
        note = _(
            "The difference in kept revenue {against}, split without a remainder (logarithmic "
            "mean, LMDI). It says where the money is, not why.",
            against=against,
        )
        steps = way.steps_figure(directory, view, found, most)
        blocks.append(Picture(_("What each step brought or cost"), steps, note))
    else:
        blocks.append(Words((_("There is nothing to compare with"),)))
    table = said.known_columns(way.funnel_table(directory, view, found))
    blocks.append(paper_table(table))
    blocks.append(Words(sentences(way.funnel_doubts(directory, view, found)), is_quiet=True))
    numbers = way.worded_steps(directory, view, found)
    blocks.append(
        numbers_table(directory, heading, numbers, _kinds_of_steps(against), note=against)
    )
    return [*blocks, *_channels(scope, directory, view)]


def _kinds_of_steps(against: str) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {
        _("Visits"): ("count", said.step_rule("traffic")),
        _("Orders"): ("count", _("Valid orders.")),
        _("Revenue"): ("money", _("What was paid for valid orders.")),
        _("Refunded amount"): ("money", _("What was given back, by the day of the refund.")),
        _("Conversion"): ("share", said.step_rule("conversion")),
        _("Order value"): ("money", said.step_rule("order_value")),
        _("Difference in all"): (
            "money",
            _("The difference in kept revenue {against}: the sum of its steps.", against=against),
        ),
    }
    money = _("What the change of this step alone brought or cost {against}.", against=against)
    for step in STEPS:
        kinds[_("{step}: money", step=said.step_name(step))] = ("money", money)
    return kinds


# --- channels and customers -----------------------------------------------------------------------


def _channels(scope: Scope, directory: Directory, view: ComparisonView) -> list[Block]:
    blocks: list[Block] = [Heading(_("Channels and customers"))]
    mix = problem_reads.channels(scope, view)
    if mix.channels.empty:
        none = _("Neither visits nor orders are recorded by channel here.")
        blocks.append(Words((none,), is_quiet=True))
    else:
        blocks.append(Words(sentences(channels.channel_sentences(directory, mix))))
        known = mix.channels.dropna(subset=["visits", "conversion"])
        known = known[known["visits"] > 0].head(channels.MOST_CHANNELS)
        if len(known) > 1:
            title = _("Who brings visits, who turns them into orders")
            note = _("The larger the disc, the more revenue.")
            blocks.append(Picture(title, channels.channel_cloud(directory, known), note))
        table = channels.channel_table(directory, mix.channels.head(channels.MOST_CHANNELS))
        blocks.append(paper_table(said.known_columns(table)))
        numbers = channels.worded_channels(directory, mix.channels)
        blocks.append(numbers_table(directory, _("Channels"), numbers, _kinds_of_channels()))
    return [*blocks, *_customers(scope, directory, view)]


def _kinds_of_channels() -> dict[str, Kind]:
    return {
        _("Visits"): ("count", said.step_rule("traffic")),
        _("Share of visits"): ("share", _("Visits ÷ visits of all channels.")),
        _("Orders"): ("count", _("Valid orders.")),
        _("Revenue"): ("money", _("What was paid for valid orders.")),
        _("Conversion"): ("share", said.step_rule("conversion")),
        _("Order value"): ("money", said.step_rule("order_value")),
        _("Refunds"): ("share", said.step_rule("kept")),
        _("Paid visits"): ("share", _("Paid visits ÷ visits whose kind is known.")),
        _("Repeat orders"): ("share", _("Orders of returning customers ÷ orders.")),
    }


def _customers(scope: Scope, directory: Directory, view: ComparisonView) -> list[Block]:
    mix = problem_reads.customers(scope, view)
    if mix is None or not (mix.knows_visits or mix.knows_customers):
        return []
    groups = mix.groups
    size = groups["visits"].fillna(0) + groups["orders"].fillna(0)
    shown = groups.loc[size.sort_values(ascending=False).index[: channels.MOST_GROUPS]]
    blocks: list[Block] = []
    for column, is_known in (
        ("paid_share", mix.knows_visits),
        ("repeat_share", mix.knows_customers),
    ):
        if is_known:
            figure = channels.shares_figure(directory, view, shown, column)
            blocks.append(Picture(said.mix_name(column), figure, said.mix_rule(column)))
    table = channels.customer_table(directory, view, groups)
    blocks.append(paper_table(said.known_columns(table)))
    counts: dict[str, Kind] = {
        _("Visits"): ("count", said.step_rule("traffic")),
        _("Organic visits"): ("count", _("Visits that were not paid for.")),
        _("Paid visits"): ("count", _("Visits that advertising was paid for.")),
        _("Orders"): ("count", _("Valid orders.")),
        _("Orders of new customers"): ("count", _("Valid orders of who had none before.")),
        _("Orders of returning customers"): (
            "count",
            _("Valid orders of who had an earlier one in the same brand."),
        ),
    }
    numbers = channels.worded_customers(directory, view, groups)
    return [*blocks, numbers_table(directory, _("Customers"), numbers, counts)]
