"""The overview in words: its tiles, and why somebody is on the list."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_change,
    format_number,
    format_share,
    format_share_change,
    is_absent,
)
from perf_core.services.directory import Directory
from perf_core.services.overview import on_track_share
from perf_ui import reads, words
from perf_ui.i18n import _, language
from perf_ui.kept import kept
from perf_ui.rows import Row, Tile, bar_picture
from perf_ui.widgets import plain

SHOWN: Final = 8

_ROW: Final = [
    "card_id",
    "employee_id",
    "name",
    "role",
    "brand",
    "total",
    "change",
    "reason",
    "indicator",
    "actual",
    "target",
    "points_change",
]


def tiles(scope: Scope, period: Period, *, brand: str) -> tuple[Tile, ...]:
    """Five figures, each beside the period before."""
    return _tiles(reads.key(), scope, period, brand, language())


@kept(most=256)
def _tiles(
    _state: reads.State, scope: Scope, period: Period, brand: str, _language: str
) -> tuple[Tile, ...]:
    directory = reads.directory()
    mark = directory.catalogue.grades.pass_mark
    now = _numbers(scope, period, brand)
    before = reads.periods_before(period, 1)
    last = _numbers(scope, before[0], brand) if before else {}
    growth = now.get("revenue_growth")
    return (
        Tile(
            _("Headcount"),
            format_number(now.get("headcount"), language(), digits=0),
            _("People on the last day looked at, and the change since the period before."),
            _delta(now, last, "headcount"),
            "off",
        ),
        Tile(
            _("Attainment"),
            format_share(now.get("attainment"), language()),
            _("Complete scorecards with a total of {mark} or more.", mark=f"{mark:g}"),
            _delta(now, last, "attainment"),
        ),
        Tile(
            _("Mean total"),
            words.total_words(now.get("mean_total")),
            _("Of the complete scorecards; 100 means that every target was met."),
            _delta(now, last, "mean_total"),
        ),
        Tile(
            _("Revenue"),
            format_amount(now.get("revenue"), directory.currency, language(), compact=True),
            _("What was paid for valid orders, and its growth against the same days before."),
            None
            if is_absent(growth)
            else _ascii(format_share_change(growth, language(), points=False)),
        ),
        _last_tile(scope, period, brand, now, last),
    )


def _last_tile(
    scope: Scope, period: Period, brand: str, now: dict[str, Any], last: dict[str, Any]
) -> Tile:
    """What people cost, for whom pay may be shown; else how many keep up with time."""
    ratio = now.get("cost_ratio")
    if scope.pay is PayRight.NONE or is_absent(ratio):
        table = of_brand(reads.team(scope, period), brand)
        return Tile(
            _("On pace"),
            format_share(on_track_share(table), language()),
            _("Scorecards whose progress keeps up with the time gone."),
        )
    note = _("Pay ÷ the revenue credited to the same people.")
    if now["pay_estimated"]:
        note += " " + _("Pay is estimated from the last base pay.")
    change = _delta(now, last, "cost_ratio")
    return Tile(_("Cost ratio"), format_share(ratio, language()), note, change, "inverse")


def _numbers(scope: Scope, period: Period, brand: str) -> dict[str, Any]:
    """The numbers of a brand, or of everything the viewer may see."""
    groups = reads.groups(scope, period, ("brand",) if brand else ()).groups
    if brand:
        groups = groups[groups["brand"] == brand]
    return {} if groups.empty else dict(groups.iloc[0])


def _delta(now: dict[str, Any], before: dict[str, Any], number: str) -> str | None:
    """The change of a number as a tile takes it; none where either is unknown."""
    if is_absent(now.get(number)) or is_absent(before.get(number)):
        return None
    change = float(now[number]) - float(before[number])
    if number in {"attainment", "cost_ratio"}:
        return _ascii(format_share_change(change, language()))
    return _ascii(format_change(change, language()))


def _ascii(change: str) -> str:
    """A change with the minus that tiles tell direction by; nothing for no change."""
    return "" if change.startswith("±") else change.replace("−", "-")


def of_brand(table: pd.DataFrame, brand: str) -> pd.DataFrame:
    """The rows of a brand, or all."""
    return table[table["brand"] == brand] if brand else table


def attention_rows(scope: Scope, period: Period, *, brand: str) -> tuple[tuple[Row, ...], int]:
    """The first of those who are behind or fell, the worst first, and how many there are."""
    return _attention_rows(reads.key(), scope, period, brand, language())


@kept(most=256)
def _attention_rows(
    _state: reads.State, scope: Scope, period: Period, brand: str, _language: str
) -> tuple[tuple[Row, ...], int]:
    directory = reads.directory()
    listed = of_brand(reads.needs_attention(scope, period), brand)
    shown = words.rows_of(listed[_ROW].head(SHOWN))
    return tuple(_attention_row(directory, row) for row in shown), len(listed)


def _attention_row(directory: Directory, row: Any) -> Row:
    total = words.total_words(row.total)
    fell = "" if is_absent(row.change) else format_change(row.change, language())
    return Row(
        key=f"attention_{row.card_id}",
        name=plain(row.name),
        under=plain(words.place_words(directory, row)),
        sentence=words.attention_reason(directory, row),
        picture=bar_picture(
            row.total / 100,
            expected=directory.catalogue.grades.pass_mark / 100,
            tone="behind",
        ),
        alt=_("Total {total} of 100", total=total),
        figure=f"**{total}**",
        note=plain(fell) or ABSENT,
        person=row.employee_id,
    )
