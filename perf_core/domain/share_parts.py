"""What a link to a part of the comparison may carry: its parts, and every field by name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ViewPart(StrEnum):
    """The parts of a comparison that a link can show; cost is made of pay and is none of them."""

    GROUPS = "groups"
    PROBLEM = "problem"
    PEOPLE = "people"
    EVENTS = "events"


# As in ``domain.share``: nothing else is ever taken over, so a new column stays out of links until
# somebody writes it down here. None of these is pay, or is made of it.
VERDICT_FIELDS: Final = ("verdict", "n_groups", "n_short", "n_short_ago", "worst_at", "best_at")
STANDING_FIELDS: Final = ("people", "achievement", "change")
FUNNEL_FIELDS: Final = (
    "visits",
    "orders",
    "revenue",
    "refund_amount",
    "conversion",
    "order_value",
    "kept",
)
STEP_FIELDS: Final = ("traffic", "conversion", "order_value", "kept")
CHANNEL_FIELDS: Final = (
    "visits",
    "visit_share",
    "orders",
    "revenue",
    "conversion",
    "order_value",
    "refund_share",
    "paid_share",
    "repeat_share",
)
CUSTOMER_FIELDS: Final = ("visits", "paid_share", "orders", "repeat_share")
RATE_FIELDS: Final = ("left", "n", "at_start", "at_end", "rate", "low", "high")
RATES_OF_PEOPLE: Final = ("left", "n", "at_start", "rate", "low", "high")
"""The numbers of a rate of leaving that tell about its people; the headcount at last stays."""

SHARE_FIELDS: Final = ("n", "top", "share", "mean_total")
EFFECT_FIELDS: Final = (
    "way",
    "rank",
    "placebos",
    "n_treated",
    "n_untreated",
    "n_before",
    "n_after",
)
CHANGE_FIELDS: Final = ("own_change", "other_change", "low", "high", "drift")
COURSE_FIELDS: Final = ("treated", "untreated")
MOVED_FIELDS: Final = ("people", "treated", "before", "after", "change")
