"""The catalogue: measures, indicators, roles, templates, grades and rules as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

Unit = Literal["count", "money", "percent", "seconds", "points", "rating"]
Direction = Literal["higher", "lower"]
AxisKind = Literal[
    "brand",
    "region",
    "department",
    "channel",
    "dimension",
    "veto",
    "role",
    "brand_group",
    "region_group",
]

GroupKind = Literal["brand_group", "region_group"]
GROUPED: Final[dict[GroupKind, Literal["brand", "region"]]] = {
    "brand_group": "brand",
    "region_group": "region",
}
"""The axis whose codes a named group gathers: price levels of brands, groups of regions."""


class NoData(StrEnum):
    """Where the weight of an item without data goes."""

    SPREAD = "spread"
    ZERO = "zero"
    FULL = "full"


class Curve(StrEnum):
    """How an achievement becomes points."""

    LINEAR = "linear"
    STEP = "step"


class LowerMode(StrEnum):
    """How a lower-is-better achievement is taken."""

    LINEAR = "linear"
    INVERSE = "inverse"


class GradeRule(StrEnum):
    """How totals become grades."""

    AUTO = "auto"
    RANK = "rank"
    THRESHOLD = "threshold"


@dataclass(frozen=True)
class Names:
    """A name in each language; the one missing falls back to the other, then to the code."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: str, code: str) -> str:
        """The name in a language (``zh`` or ``en``)."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or code


@dataclass(frozen=True)
class Measure:
    """An additive quantity of one person, day and channel."""

    code: str
    names: Names
    unit: Unit


@dataclass(frozen=True)
class Indicator:
    """A formula over measures with a direction, a unit and a kind."""

    code: str
    names: Names
    kind: Literal["kpi", "cpi", "veto"]
    unit: Unit
    direction: Direction
    formula: str
    source: str = ""
    benchmark: float | None = None
    caution: Literal["", "spend", "outcome"] = ""


@dataclass(frozen=True)
class AxisValue:
    """A named brand, region, department, channel, role, rating dimension or veto kind.

    ``group`` is the code of the price level of a brand or of the group of a region.
    """

    kind: AxisKind
    code: str
    names: Names
    earns: bool = True
    group: str = ""


@dataclass(frozen=True)
class TemplateItem:
    """One line of a template."""

    indicator: str
    weight: float
    group: str = "fixed"
    target: float | None = None
    cap: float = 1.2
    floor: float = 0.0
    mode: LowerMode = LowerMode.LINEAR
    min_weight: float | None = None
    max_weight: float | None = None


@dataclass(frozen=True)
class Template:
    """A role's items and weights, from one period on; ``brand`` empty means every brand.

    ``valid_from`` is the first period's code (``"2026-01"``), empty for "always".
    """

    role: str
    items: tuple[TemplateItem, ...]
    brand: str = ""
    valid_from: str = ""
    curve: Curve = Curve.LINEAR
    no_data: NoData = NoData.SPREAD
    kpi_share: float = 1.0
    review_weights: dict[str, float] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """``role`` or ``role@brand``."""
        return f"{self.role}@{self.brand}" if self.brand else self.role


@dataclass(frozen=True)
class Grade:
    """One grade of a scheme, best first; the last one's share is the rest."""

    code: str
    names: Names
    share: Decimal | None
    at_least: float
    bonus_factor: float


@dataclass(frozen=True)
class GradeScheme:
    """How totals become grades."""

    rule: GradeRule
    grades: tuple[Grade, ...]
    auto_from: int = 10
    auto_company: int = 30
    pass_mark: float = 80.0
    vetoed_bonus_factor: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A warning rule as it is set for everyone, a brand, a role, or both."""

    code: str
    level: str
    limit: float | None
    names: Names = Names()
    brand: str = ""
    role: str = ""
    indicator: str = ""
    tell: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompanySettings:
    """What a company decides once."""

    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"


@dataclass(frozen=True)
class Catalogue:
    """Everything named and ruled, by code."""

    measures: dict[str, Measure]
    indicators: dict[str, Indicator]
    axes: dict[tuple[str, str], AxisValue]
    templates: tuple[Template, ...]
    grades: GradeScheme
    rules: tuple[Rule, ...]
    settings: CompanySettings
