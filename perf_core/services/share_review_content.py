"""Freeze what a shared link shows as plain data: only fields that are written down, never pay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import pandas as pd

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.catalogue import AxisKind, Names
from perf_core.domain.errors import NotAllowed, NothingToShare
from perf_core.domain.period import Period
from perf_core.domain.share import (
    CARD_FIELDS,
    FEWEST_NAMELESS,
    GROUP_FIELDS,
    LINE_FIELDS,
    ROW_FIELDS,
    LinkKind,
    LinkWish,
)
from perf_core.domain.share_parts import ViewPart
from perf_core.scoring.groups import Within, is_within
from perf_core.services.compare_groups import (
    ComparedInputs,
    GroupNumbers,
    axes_of,
    axes_within,
    groups_from,
    read_compared,
)
from perf_core.services.person import person_past
from perf_core.services.progress import progress_from
from perf_core.services.score_period import (
    Basis,
    PeriodScores,
    company_scores,
    narrow_scores,
    read_basis,
)
from perf_core.services.share_review_fields import (
    grade_shares,
    histogram,
    plain,
    plain_fields,
    shuffled_numbers,
    withhold_small_groups,
    without_small_ranks,
)
from perf_core.services.share_review_parts import (
    EventFound,
    FrozenPart,
    PartOf,
    PeopleFound,
    ProblemFound,
    frozen_event,
    frozen_people,
    without_pay,
)
from perf_core.services.share_review_problem import frozen_problem
from perf_core.services.team import team_table
from perf_core.store.engine import Store

ScoresOf = Callable[[Period], PeriodScores]
"""Gives the company's scores of a period as of its usual day."""

_BEFORE: Final = 5
_PERSON_AXES: Final = ("brand", "region", "department", "role")


@dataclass(frozen=True)
class Frozen:
    """What a link shows: its name for lists, the day it is frozen at, and its content.

    ``content["people"]`` are those it is about, ``None`` for everybody; it is never shown.
    """

    title: str
    as_of: date
    content: dict[str, Any]


class Freezer:
    """Freezes what a viewer may see now.

    Parameters
    ----------
    store : Store
        The store to read.
    scope : Scope
        What the creator may see.
    wish : LinkWish
        What is to be shown.
    scores_of : callable, optional
        The company's scores of a period, where they are at hand.
    part_of : callable, optional
        Finds what another part of a comparison than the groups shows; it is asked for a viewer
        who may see the same people and no pay.
    """

    def __init__(
        self,
        store: Store,
        scope: Scope,
        wish: LinkWish,
        scores_of: ScoresOf | None = None,
        part_of: PartOf | None = None,
    ) -> None:
        self.store = store
        self.scope = scope
        self.wish = wish
        self._scores_of = scores_of
        self._part_of = part_of
        self._inputs: dict[tuple[str, bool], ComparedInputs] = {}
        with store.reading() as connection:
            self.basis: Basis = read_basis(store, connection)

    def frozen(self) -> Frozen:
        """Freeze what the wish names.

        Raises
        ------
        NotAllowed
            The creator may not see it.
        NothingToShare
            It has no data in the period, or none that a link may carry.
        NotFound
            There is no such part of a comparison that a link shows.
        """
        match self.wish.kind:
            case LinkKind.PERSON:
                return self._person()
            case LinkKind.TEAM:
                return self._team()
            case LinkKind.BRAND:
                within = {"brand": (self.wish.subject,)}
                return self._groups(self.wish.subject, (("role",), ("region",)), within)
            case LinkKind.VIEW if self.wish.part is not ViewPart.GROUPS:
                return self._part()
            case LinkKind.VIEW:
                by = axes_of(self.wish.by)
                return self._groups("", tuple(dict.fromkeys((by[:1], by[:2]))), self.wish.within)

    # --- scores -----------------------------------------------------------------------------------

    def _company(self, period: Period) -> PeriodScores:
        if self.wish.as_of is not None and period == self.wish.period:
            return company_scores(self.store, period, self.wish.as_of)
        if self._scores_of is not None:
            return self._scores_of(period)
        return company_scores(self.store, period)

    def _seen(self, period: Period) -> PeriodScores:
        return narrow_scores(self._company(period), self.scope)

    def _before(self, n: int = _BEFORE) -> list[Period]:
        """The periods before the one that is shared, oldest first, as far as there are people."""
        first = self.basis.company.assignments["from_date"].min()
        found: list[Period] = []
        one = self.wish.period.previous()
        while len(found) < n and pd.notna(first) and pd.Timestamp(one.last_day) >= first:
            found.insert(0, one)
            one = one.previous()
        return found

    # --- one person -------------------------------------------------------------------------------

    def _person(self) -> Frozen:
        wish = self.wish
        if not self.scope.sees_period(wish.subject, wish.period):
            raise NotAllowed(what=wish.subject)
        scores = self._company(wish.period)
        cards = scores.cards[scores.cards["employee_id"] == wish.subject]
        if wish.brand or wish.role:
            cards = cards[(cards["brand"] == wish.brand) & (cards["role"] == wish.role)]
        if cards.empty:
            raise NothingToShare(subject=wish.subject, period=wish.period.code)
        card = {str(name): value for name, value in cards.iloc[-1].items()}
        periods = [one for one in self._before() if self.scope.sees_period(wish.subject, one)]
        past = person_past(
            [*(self._company(one) for one in periods), scores],
            employee_id=wish.subject,
            brand=str(card["brand"]),
            role=str(card["role"]),
        )
        content = {
            **self._about([wish.subject]),
            "who": {
                "name": None if wish.hide_names else str(card["name"]),
                # Without the name the place stays out too, as far as the lines do not tell it.
                **{
                    axis: self.named(axis, str(card[axis]))
                    for axis in _PERSON_AXES
                    if not wish.hide_names or axis in {"role", "brand"}
                },
            },
            "card": without_small_ranks(plain_fields(card, CARD_FIELDS)),
            "lines": self._lines(scores, card["card_id"]),
            "past": [
                {"period": period.code, "total": plain(total), "peers": plain(peers)}
                for period, total, peers in zip(past.periods, past.totals, past.peers, strict=True)
            ],
        }
        return Frozen(str(card["name"]), scores.as_of, content)

    def _lines(self, scores: PeriodScores, card_id: int) -> list[dict[str, Any]]:
        lines = scores.lines[scores.lines["card_id"] == card_id]
        pace = progress_from(
            PeriodScores(
                scores.period,
                scores.as_of,
                scores.cards[scores.cards["card_id"] == card_id],
                lines,
                scores.people,
            )
        )
        joined = lines.merge(pace[["position", "progress", "expected", "pace"]], on="position")
        return [
            {**plain_fields(line, LINE_FIELDS), **self.indicator(line["indicator"])}
            for line in joined.sort_values("position").to_dict("records")
        ]

    # --- a team -----------------------------------------------------------------------------------

    def _team(self) -> Frozen:
        wish = self.wish
        if self.scope.viewer.kind is ViewerKind.EMPLOYEE:
            raise NotAllowed(what=wish.kind.value)
        scores = self._seen(wish.period)
        table = team_table(
            scores,
            progress=progress_from(scores),
            earlier=[self._seen(one) for one in self._before(1)],
            pass_mark=self.basis.catalogue.grades.pass_mark,
        )
        for axis, code in (("brand", wish.brand), ("role", wish.role)):
            if code:
                table = table[table[axis] == code]
        if table.empty:
            subject = self.scope.viewer.employee_id or wish.kind.value
            raise NothingToShare(subject=subject, period=wish.period.code)
        people = [str(one) for one in table["employee_id"]]
        number = shuffled_numbers(people)
        content = {
            **self._about(people),
            "filters": {
                axis: self.named(axis, code)
                for axis, code in (("brand", wish.brand), ("role", wish.role))
                if code
            },
            "rows": [
                {
                    "name": None if wish.hide_names else str(row["name"]),
                    "number": number[str(row["employee_id"])],
                    "role": self.named("role", row["role"]),
                    "brand": self.named("brand", row["brand"]),
                    "weakest": self.indicator(row["weakest"])["name"]
                    if isinstance(row["weakest"], str)
                    else None,
                    **without_small_ranks(plain_fields(row, ROW_FIELDS)),
                }
                for row in table.to_dict("records")
            ],
        }
        title = " · ".join(
            self._in_list(axis, code)
            for axis, code in (("brand", wish.brand), ("role", wish.role))
            if code
        )
        return Frozen(title, scores.as_of, content)

    # --- groups -----------------------------------------------------------------------------------

    def _groups(self, subject: str, tables: Iterable[tuple[str, ...]], within: Within) -> Frozen:
        wish, limits = self.wish, axes_within(within)
        if self.scope.viewer.kind is ViewerKind.EMPLOYEE:
            raise NotAllowed(what=wish.kind.value)
        scores = self._company(wish.period)
        whole = self._compared((), limits, scores)
        if whole.groups.empty:
            raise NothingToShare(subject=subject or wish.kind.value, period=wish.period.code)
        complete = _complete_within(narrow_scores(scores, self.scope).cards, limits)
        content = {
            **self._about(self._people(limits, wish.period)),
            "is_partial": self.scope.employees is not None,
            "limits": self._limits(limits),
            "whole": self._rows(whole, complete)[0],
            "before": self._row_before(limits),
            "indicators": self._group_indicators(whole, n_people=_n_people(complete)),
            "grade_shares": grade_shares(whole.grade_shares, n_people=_n_people(complete)),
            "totals": histogram(complete["total"], n_people=_n_people(complete)),
            "tables": [
                {
                    "by": list(by),
                    "rows": self._rows(self._compared(by, limits, scores), complete),
                }
                for by in tables
                if by
            ],
        }
        return Frozen(self._title(limits), whole.as_of, content)

    def _title(self, limits: Within) -> str:
        return " · ".join(
            self._in_list(axis, code) for axis, codes in limits.items() for code in codes
        )

    def _limits(self, limits: Within) -> list[dict[str, Any]]:
        return [
            {"axis": axis, "codes": [self.named(axis, code) for code in codes]}
            for axis, codes in limits.items()
        ]

    def _compared(self, by: tuple[str, ...], within: Within, scores: PeriodScores) -> GroupNumbers:
        """The numbers of groups; what they are made of is read once for all axes."""
        by_channel = "channel" in {*by, *within}
        key = (scores.period.code, by_channel)
        if key not in self._inputs:
            self._inputs[key] = read_compared(
                self.store,
                scores.period,
                by_channel=by_channel,
                as_of=scores.as_of,
                scores=scores,
            )
        return groups_from(self._inputs[key], by=by, within=within, scope=self.scope)

    def _row_before(self, limits: Within) -> dict[str, Any] | None:
        scores = self._company(self.wish.period.previous())
        found = self._compared((), limits, scores)
        complete = _complete_within(narrow_scores(scores, self.scope).cards, limits)
        rows = self._rows(found, complete)
        return rows[0] if rows else None

    def _people(self, limits: Within, period: Period) -> list[str] | None:
        """Those the numbers of groups are made of; ``None`` where they are everybody's."""
        seen = self.scope.seen_in(period)
        if seen is None:
            return None
        moves = self.basis.company.assignments
        begun = moves["from_date"] <= pd.Timestamp(period.last_day)
        over = moves["to_date"] < pd.Timestamp(period.start)
        inside = is_within(moves, {axis: of for axis, of in limits.items() if axis in moves})
        held = set(moves.loc[begun & ~over & inside, "employee_id"])
        return sorted(seen & held)

    def _rows(self, found: GroupNumbers, complete: pd.DataFrame) -> list[dict[str, Any]]:
        """The numbers of groups, those about people only where nobody can be told from them."""
        rows = []
        for row in found.groups.to_dict("records"):
            codes = {axis: str(row[axis]) for axis in found.by}
            of_people = {axis: (code,) for axis, code in codes.items() if axis != "channel"}
            n_people = _n_people(complete[is_within(complete, of_people)])
            rows.append(
                {
                    **{axis: self.named(axis, code) for axis, code in codes.items()},
                    "n_people": n_people if "channel" not in found.by else 0,
                    **plain_fields(row, GROUP_FIELDS),
                }
            )
        return withhold_small_groups(rows, found.by)

    def _group_indicators(self, found: GroupNumbers, *, n_people: int) -> list[dict[str, Any]]:
        told = found.indicators[found.indicators["group"] == 0]
        return [
            {
                **self.indicator(str(row["indicator"])),
                "actual": plain(row["actual"]),
                "target": plain(row["target"]),
                "attainment": plain(row["attainment"]) if n_people >= FEWEST_NAMELESS else None,
            }
            for row in told.to_dict("records")
        ]

    # --- another part of a comparison -------------------------------------------------------------

    def _part(self) -> Frozen:
        wish, scope = self.wish, self.scope
        if scope.viewer.kind is ViewerKind.EMPLOYEE:
            raise NotAllowed(what=wish.kind.value)
        found = self._part_of(without_pay(scope)) if self._part_of is not None else None
        limits = axes_within(wish.within)
        match found:
            case ProblemFound() if wish.part is ViewPart.PROBLEM:
                part = frozen_problem(found, self, limits, period=wish.period)
            case PeopleFound() if wish.part is ViewPart.PEOPLE:
                part = frozen_people(found, self, limits)
            case EventFound() if wish.part is ViewPart.EVENTS:
                part = frozen_event(found, self, limits)
            case _:
                raise NothingToShare(subject=wish.part.value, period=wish.period.code)
        content = {
            **self._about(self._people(part.limits, wish.period)),
            "part": wish.part.value,
            "by": list(wish.by),
            "spans": self._spans(part),
            "is_partial": scope.employees is not None,
            "limits": self._limits(part.limits),
            **part.content,
        }
        data_day = self.basis.company.data_day or wish.period.last_day
        as_of = part.as_of or min(wish.period.last_day, data_day)
        return Frozen(self._title(part.limits), as_of, content)

    def _spans(self, part: FrozenPart) -> dict[str, list[str]]:
        """Whom the numbers of other periods are made of; nothing where they are everybody's."""
        told = {period.code: self._people(of, period) for period, of in part.spans}
        return {code: people for code, people in told.items() if people is not None}

    # --- words ------------------------------------------------------------------------------------

    def _about(self, people: list[str] | None) -> dict[str, Any]:
        """What every content says: how to write its numbers, and whom it is about."""
        catalogue = self.basis.catalogue
        return {
            "v": 1,
            "people": people,
            "zone": catalogue.settings.timezone,
            "currency": catalogue.settings.currency,
            "pass_mark": catalogue.grades.pass_mark,
            "grades": {one.code: _both(one.names, one.code) for one in catalogue.grades.grades},
        }

    def named(self, axis: str, code: str) -> dict[str, str] | None:
        """A group by its names in both languages; nothing for the one without a code."""
        if not code:
            return None
        value = self.basis.catalogue.axes.get((cast("AxisKind", axis), code))
        return _both(value.names if value is not None else Names(), code)

    def _in_list(self, axis: str, code: str) -> str:
        names = self.named(axis, code)
        return code if names is None else names["zh"]

    def indicator(self, code: str) -> dict[str, Any]:
        """An indicator by its names in both languages, with its unit and direction."""
        found = self.basis.catalogue.indicators.get(code)
        if found is None:
            return {"name": {"zh": code, "en": code}, "unit": "count", "direction": "higher"}
        return {
            "name": _both(found.names, code),
            "unit": found.unit,
            "direction": found.direction,
        }


def _complete_within(cards: pd.DataFrame, limits: Within) -> pd.DataFrame:
    of_people = {axis: codes for axis, codes in limits.items() if axis != "channel"}
    complete = cards[cards["complete"]]
    inside: pd.DataFrame = complete[is_within(complete, of_people)]
    return inside


def _n_people(cards: pd.DataFrame) -> int:
    return int(cards["employee_id"].nunique())


def _both(names: Names, code: str) -> dict[str, str]:
    return {language: names.in_language(language, code) for language in ("zh", "en")}
