"""What catalogue files bring: entries, some of them in part, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from perf_core.domain.catalogue import (
    AxisValue,
    Grade,
    GradeRule,
    Indicator,
    Measure,
    Rule,
    Template,
)

_Part = TypeVar("_Part")

# The conditions the program knows how to judge; a rule entry sets one of them (warnings.md).
RULE_CODES: tuple[str, ...] = (
    "orders_short",
    "orders_failing",
    "falling",
    "behind_target",
    "off_standard",
    "stalled",
    "forecast_miss",
    "cost_ratio",
    "cost_ratio_person",
    "cost_ratio_jump",
    "attrition",
    "key_people_leaving",
    "common_gap",
    "paid_heavy",
    "due_soon",
    "data_late",
)
RULE_LEVELS: tuple[str, ...] = ("notice", "warning", "critical")
RULE_LISTENERS: tuple[str, ...] = ("hr", "manager", "head", "executive", "employee")
TEMPLATE_GROUPS: tuple[str, ...] = ("fixed", "focus", "growth", "behaviour")
REVIEW_RELATIONS: tuple[str, ...] = ("self", "peer", "subordinate", "manager")


@dataclass(frozen=True)
class GradeChanges:
    """The settings of the grade scheme that a file names; ``None`` leaves one as it is."""

    rule: GradeRule | None = None
    grades: tuple[Grade, ...] | None = None
    auto_from: int | None = None
    auto_company: int | None = None
    pass_mark: float | None = None
    vetoed_bonus_factor: float | None = None


@dataclass(frozen=True)
class SettingChanges:
    """The settings of the company that a file names; ``None`` leaves one as it is."""

    timezone: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class CatalogueEntries:
    """Entries of one or several files, in their order."""

    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    axes: tuple[AxisValue, ...] = ()
    templates: tuple[Template, ...] = ()
    rules: tuple[Rule, ...] = ()
    grades: GradeChanges | None = None
    settings: SettingChanges | None = None

    def __len__(self) -> int:
        """The number of entries, the grade scheme and the settings counting as one each."""
        return (
            sum(
                len(part)
                for part in (
                    self.measures,
                    self.indicators,
                    self.axes,
                    self.templates,
                    self.rules,
                )
            )
            + (self.grades is not None)
            + (self.settings is not None)
        )

    def __add__(self, later: CatalogueEntries) -> CatalogueEntries:
        """The entries of two files together; of settings that both name, the later counts."""
        return CatalogueEntries(
            self.measures + later.measures,
            self.indicators + later.indicators,
            self.axes + later.axes,
            self.templates + later.templates,
            self.rules + later.rules,
            _over(self.grades, later.grades, GradeChanges),
            _over(self.settings, later.settings, SettingChanges),
        )


def _over(first: _Part | None, later: _Part | None, make: type[_Part]) -> _Part | None:
    if first is None or later is None:
        return later if first is None else first
    return make(**{**vars(first), **{k: v for k, v in vars(later).items() if v is not None}})


@dataclass(frozen=True)
class CatalogueProblem:
    """What is wrong with one entry of a file, and what to do about it."""

    file: str
    entry: str
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        """Say it in one line: place, reason, advice."""
        place = ": ".join(part for part in (self.file, self.entry) if part)
        return f"{place}: {self.reason}." + (f" {self.advice}." if self.advice else "")


@dataclass(frozen=True)
class ParsedCatalogue:
    """The good entries of some files, and the problems of the others."""

    entries: CatalogueEntries = field(default_factory=CatalogueEntries)
    problems: tuple[CatalogueProblem, ...] = ()

    def __add__(self, later: ParsedCatalogue) -> ParsedCatalogue:
        """What two files bring together."""
        return ParsedCatalogue(self.entries + later.entries, self.problems + later.problems)
