"""What groups cost, as a document shows it: why the ratio moved, one group over the months."""

from __future__ import annotations

from typing import Any

from perf_core.domain.access import PayRight, Scope
from perf_core.language.formats import (
    format_amount,
    format_number,
    format_period,
    format_share_change,
    is_absent,
)
from perf_core.reporting.document import Block, Heading, Picture, Section, Tile, Tiles, Words
from perf_core.services.comparison import ComparisonView
from perf_core.services.cost_causes import CostCauses, earlier_periods
from perf_core.services.directory import Directory
from perf_ui import address, compare_cost_reads, compare_course_parts, compare_words
from perf_ui import compare_cost_parts as part
from perf_ui import compare_cost_words as said
from perf_ui import compare_sections_hires as hires
from perf_ui.compare_section_tables import Kind, numbers_table
from perf_ui.compare_section_words import sentences
from perf_ui.i18n import _, language


def section(scope: Scope, directory: Directory, view: ComparisonView) -> Section:
    """The part of the page about cost."""
    title = _("Cost")
    if view.is_by_channel:
        none = _("People and their pay belong to no channel: choose other rows, columns or limits.")
        return Section(title, (Words((none,)),))
    blocks: list[Block] = []
    if scope.pay is PayRight.NONE and not scope.more_pay:
        locked = _("Pay is not among what you may see, and what groups cost is made of pay.")
        blocks.append(Words((locked,)))
    else:
        blocks += _causes(scope, directory, view)
    return Section(title, (*blocks, *hires.blocks(scope, directory, view)))


def _causes(scope: Scope, directory: Directory, view: ComparisonView) -> list[Block]:
    judged = part.with_loaded_pay(scope, directory, view, part.axes_of_cost(view))
    offered = {one.code: one for one in earlier_periods(judged.period, directory.first_data_day)}
    if not offered:
        return [
            Words(
                (
                    _("There is no earlier period to compare with"),
                    _("Why a cost ratio moved can be said from the second period with data on."),
                )
            )
        ]
    blocks: list[Block] = [Heading(_("Why the cost ratio moved"))]
    if judged.period != view.period:
        instead = _(
            "The pay of {period} is not loaded yet: here is {before} against the one before.",
            period=format_period(view.period, language()),
            before=format_period(judged.period, language()),
        )
        blocks.append(Words((instead,), is_quiet=True))
    before = offered[address.read("against", allowed=offered, default=next(iter(offered)))]
    found = part.finest_known(scope, judged, before)
    if found.known.empty:
        return [*blocks, Words((_("No cost ratio can be compared"), part.gap_words(found)))]
    was, now = (format_period(one, language()) for one in (found.before, found.after))
    blocks.append(Words((_("{after} against {before}", after=now, before=was),), is_quiet=True))
    if found.by != part.axes_of_cost(view):
        coarser = _("Split further, nothing can be told: pay is withheld or missing.")
        blocks.append(Words((coarser,), is_quiet=True))
    moves = [f"{'↑' if is_rise else '↓'} {text}" for is_rise, text in part.moves(directory, found)]
    blocks.append(Words(sentences(moves), is_list=True))
    blocks.append(Words(sentences(part.cause_notes(directory, found)), is_quiet=True))
    blocks.append(
        Picture(part.cause_title(), part.cause_figure(directory, found), part.cause_note(found))
        if part.is_moved(found)
        else Words((part.unmoved_words(),))
    )
    blocks.append(
        numbers_table(
            directory,
            _("Why the cost ratio moved"),
            part.cause_table(directory, found),
            _kinds_of_causes(was, now),
            note=_("{after} against {before}", after=now, before=was),
        )
    )
    return [*blocks, *_one_group(scope, directory, view, found)]


def ratio_rule() -> str:
    """How a cost ratio is defined here."""
    return _("People × pay per head ÷ revenue, of the people with pay.")


def _kinds_of_causes(was: str, now: str) -> dict[str, Kind]:
    cause = _(
        "What the ratio would have moved by that cause alone, on logarithmic means; the three "
        "sum to the whole change."
    )
    people = _("People with pay on an average day of the period.")
    pay = _("Pay of the period ÷ people with pay.")
    revenue = _("Revenue credited to the same people; a running period at its pace so far.")
    kinds: dict[str, Kind] = {
        _("Change"): ("points", _("The cost ratio less that of the earlier period.")),
        _("by pay per head"): ("points", cause),
        _("by people"): ("points", cause),
        _("by revenue"): ("points", cause),
    }
    for period in (was, now):
        kinds |= {
            _("Cost ratio, {period}", period=period): ("share", ratio_rule()),
            _("People, {period}", period=period): ("number", people),
            _("Pay per head, {period}", period=period): ("money", pay),
            _("Revenue, {period}", period=period): ("money", revenue),
        }
    return kinds


# --- one group over the months --------------------------------------------------------------------


def _one_group(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: CostCauses,
) -> list[Block]:
    rows = compare_course_parts.keyed(found)
    keys = [str(key) for key in rows.index]
    row = rows.loc[address.read("group", allowed=keys, default=keys[0])]
    name = said.name_of(directory, found.by, row)
    codes = tuple(str(row[axis]) for axis in found.by)
    course = compare_cost_reads.course(scope, view, found.by)
    title = compare_words.course_title(name, list(course.periods))
    blocks: list[Block] = [Heading(title), _factors(directory, row)]
    months = course.of(codes)
    if months["cost_ratio"].notna().sum() < 2:
        return blocks
    limit = compare_course_parts.limit_of(directory, view, found, codes)
    figure, is_cut = compare_course_parts.course_figure(course, months, limit)
    blocks.append(
        Picture(
            compare_words.course_title(_("Cost ratio and what moved it"), list(course.periods)),
            figure,
            compare_course_parts.course_note(months, is_cut=is_cut),
        )
    )
    cause = _("What moved the ratio since the period before, in points.")
    kinds: dict[str, Kind] = {
        _("Cost ratio"): ("share", ratio_rule()),
        _("People"): ("number", _("People with pay on an average day of the period.")),
        _("Pay per head"): ("money", _("Pay of the period ÷ people with pay.")),
        _("Revenue"): ("money", _("Revenue credited to the same people.")),
        _("by pay per head"): ("points", cause),
        _("by people"): ("points", cause),
        _("by revenue"): ("points", cause),
    }
    table = compare_course_parts.course_table(course, months)
    return [*blocks, numbers_table(directory, title, table, kinds)]


def _factors(directory: Directory, row: Any) -> Tiles:
    def amount(value: float | None) -> str:
        return format_amount(value, directory.currency, language(), compact=True)

    def grown(name: str) -> str:
        old, new = row[f"{name}_before"], row[f"{name}_after"]
        if is_absent(old) or is_absent(new) or old == 0:
            return ""
        return format_share_change(new / old - 1, language(), points=False)

    def beside(change: str, before: str) -> str:
        return _("{change}, before {value}", change=change, value=before) if change else before

    return Tiles(
        (
            Tile(
                _("Cost ratio"),
                said.share(row["after"]),
                beside(format_share_change(row["change"], language()), said.share(row["before"])),
            ),
            Tile(
                _("Pay per head"),
                amount(row["pay_after"]),
                beside(grown("pay"), amount(row["pay_before"])),
            ),
            Tile(
                _("People with pay"),
                format_number(row["people_after"], language()),
                beside(grown("people"), format_number(row["people_before"], language())),
            ),
            Tile(
                _("Revenue in the ratio"),
                amount(row["revenue_after"]),
                beside(grown("revenue"), amount(row["revenue_before"])),
            ),
        )
    )
