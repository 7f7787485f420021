"""What is planted in the demo company: who, when, and what must be found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from perf_core.demo.company import DATA_DAY, Company, make_company


@dataclass(frozen=True)
class Story:
    """One plot of the demo.

    Attributes
    ----------
    code : str
        Its name in tests and documents.
    tells : str
        The plot in a sentence.
    people : tuple of str
        Employee ids, the main person first.
    brand, role : str
        Where it plays, if it is about a group.
    indicator : str
        What it is about.
    figures : mapping of period code to number
        What must be found in each period.
    """

    code: str
    tells: str
    people: tuple[str, ...] = ()
    brand: str = ""
    role: str = ""
    indicator: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


RECOVERY_STEPS = (
    # from a day on: orders a day, in turn
    (date(2026, 3, 2), (2, 3, 2, 3, 3, 2)),
    (date(2026, 4, 20), (6,)),
    (date(2026, 5, 11), (10, 9, 10, 11)),
)
FOLLOWERS_BY_WEDNESDAY = (19_000, 20_500, 20_500)
CONVERSION_CUT = date(2026, 5, 16)
COST_RATIOS = {"2025-12": 0.20, "2026-01": 0.20, "2026-02": 0.20, "2026-03": 0.35}
COST_RATIOS |= {"2026-04": 0.31, "2026-05": 0.25}
REPURCHASE = {"2026-03": 0.18, "2026-04": 0.22, "2026-05": 0.25, "2026-06": 0.25}
"""Core's user operations; 15 % before."""
STANDARDS = {"luxe": 18, "core": 17, "value": 16}
"""Of twenty in customer service, how many reach their brand's own standard."""
OFF_STANDARD = {"luxe": (4, 13), "core": (3, 10, 14), "value": (2, 7, 11, 18)}

SEATS = {
    "recovery": ("core/growth_ops/1",),
    "conversion": ("home/platform_ops/1",),
    "followers": ("value/live_ops/1",),
    "followers_cut": ("glow/live_ops/0",),
    "paid": ("core/platform_ops/2", "core/platform_ops/4", "value/platform_ops/2"),
    "fake_orders": ("value/product_ops/1",),
    "banned_account": ("glow/live_ops/1",),
    "repurchase": ("core/user_ops/0", "core/user_ops/1", "core/user_ops/2"),
    "costly_hires": ("luxe/platform_ops/3", "luxe/platform_ops/6"),
}
SHOP_SEATS = {"conversion": ("shop/store_ops/1",)}


def seats_of(company: Company) -> dict[str, tuple[str, ...]]:
    """The stories that the company is large enough for, and the seats they play on."""
    wanted = SHOP_SEATS if company.is_shop else SEATS
    return {
        story: seats for story, seats in wanted.items() if all(company.has(seat) for seat in seats)
    }


def planted(company: Company) -> dict[str, Story]:
    """Who and where every story of a company is, by its code."""
    people = {
        story: tuple(company.holder(seat) for seat in seats)
        for story, seats in seats_of(company).items()
    }
    stories = [
        Story(
            "conversion",
            "Conversion stuck at 2 % against 3 %; the target cut to 2.5 %, ended at 2.8 % = 112 %",
            people.get("conversion", ()),
            indicator="conversion",
            figures={"2026-04": 0.02, "2026-05-01..2026-05-15": 0.02, "2026-05": 0.028},
        ),
        Story(
            "recovery",
            "2–3 orders a day against 10; 6 under the plan; 10 in the end",
            people.get("recovery", ()),
            indicator="daily_orders",
            figures={
                "2026-03-02..2026-04-19": 2.5,
                "2026-04-20..2026-05-10": 6,
                "2026-05-11..2026-06-17": 10,
            },
        ),
        Story(
            "followers",
            "60,000 of 100,000 new followers by Wednesday",
            people.get("followers", ()),
            indicator="followers",
            figures={"2026-W25": 0.60},
        ),
        Story(
            "followers_cut",
            "60,000 by Wednesday, the week's target cut from 100,000 to 80,000: 75 %",
            people.get("followers_cut", ()),
            indicator="followers",
            figures={"2026-W25": 0.75},
        ),
        Story(
            "paid",
            "Excellent, but on paid traffic",
            people.get("paid", ()),
            indicator="paid_share",
            figures={"2026-05": 0.60},
        ),
        Story(
            "fake_orders",
            "Confirmed fake orders on 2026-05-20: total 0",
            people.get("fake_orders", ()),
            figures={"2026-05": 0, "2026-Q2": 0},
        ),
        Story(
            "banned_account",
            "An account banned on 2026-04-11: total 0",
            people.get("banned_account", ()),
            figures={"2026-04": 0, "2026-Q2": 0},
        ),
        Story(
            "repurchase",
            "Repurchase rate of core's user operations from 15 to 25 % in three months",
            people.get("repurchase", ()),
            brand="core",
            role="user_ops",
            indicator="repurchase",
            figures={"2026-02": 0.15, "2026-05": 0.25},
        ),
        Story(
            "cost_ratio",
            "Luxe's platform operators cost 20, then 35, then 25 % of what they sell",
            people.get("costly_hires", ()),
            brand="luxe",
            role="platform_ops",
            figures={"2026-02": 0.20, "2026-03": 0.35, "2026-05": 0.25},
        ),
    ]
    kept = {story.code: story for story in stories if story.people}
    if not company.is_shop and company.people >= 200:
        for brand, reached in STANDARDS.items():
            indicator = {
                "luxe": "satisfied_share",
                "core": "response_time",
                "value": "conversion",
            }[brand]
            kept[f"attainment_{brand}"] = Story(
                f"attainment_{brand}",
                "Customer service reaching its brand's own standard: 90, 85, 80 %",
                brand=brand,
                role="service",
                indicator=indicator,
                figures={"2026-05": reached / 20},
            )
        for brand, rate in (("luxe", 0.10), ("core", 0.15), ("value", 0.20)):
            kept[f"attrition_{brand}"] = Story(
                f"attrition_{brand}",
                "Attrition of the operations department over twelve months: 10, 15, 20 %",
                brand=brand,
                figures={"2025-06-01..2026-05-31": rate},
            )
    if company.is_shop:
        kept["shop_conversion"] = Story(
            "shop_conversion",
            "The shop's conversion from 2.8 to 4.1 % in six months",
            brand="shop",
            role="store_ops",
            indicator="conversion",
            figures={"2025-11": 0.028, "2026-05": 0.041},
        )
        kept["shop_csat"] = Story(
            "shop_csat",
            "Customer satisfaction from 4.3 to 4.7 in six months",
            brand="shop",
            role="service",
            indicator="csat",
            figures={"2025-11": 4.3, "2026-05": 4.7},
        )
    return kept


PLANTED: dict[str, Story] = planted(make_company())
"""The stories of the default company of 200; ids do not depend on the seed."""

WEEK = f"{DATA_DAY.isocalendar().year}-W{DATA_DAY.isocalendar().week:02d}"
"""The running week on the data day."""
