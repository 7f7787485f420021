"""Who came, went and moved, by seat; the other figures are drawn, these are the plot."""

from __future__ import annotations

# Seat: its holder's last day, and the day the next one came. In the 12 months to the end of
# May 2026 the operations departments (20 seats each) lose 2, 3 and 4 people: 10, 15 and 20 %.
TURNOVER: dict[str, tuple[str, str]] = {
    "luxe/platform_ops/3": ("2026-01-30", "2026-03-02"),
    "luxe/platform_ops/6": ("2026-02-10", "2026-03-02"),
    "core/growth_ops/1": ("2026-02-13", "2026-03-02"),
    "core/platform_ops/7": ("2025-09-12", "2025-09-29"),
    "core/product_ops/2": ("2025-12-05", "2025-12-22"),
    "value/platform_ops/4": ("2025-07-18", "2025-08-04"),
    "value/platform_ops/8": ("2025-10-24", "2025-11-03"),
    "value/user_ops/1": ("2026-01-09", "2026-01-26"),
    "value/growth_ops/2": ("2026-03-20", "2026-04-07"),
    "luxe/service/9": ("2025-08-15", "2025-09-01"),
    "luxe/service/15": ("2025-12-19", "2026-01-05"),
    "core/service/8": ("2025-11-14", "2025-12-01"),
    "core/service/16": ("2026-01-16", "2026-02-02"),
    "value/service/6": ("2025-07-11", "2025-07-28"),
    "value/service/12": ("2025-10-17", "2025-11-03"),
    "value/service/17": ("2026-02-06", "2026-02-24"),
    "glow/platform_ops/2": ("2026-02-15", "2026-03-09"),
    "glow/service/2": ("2025-10-12", "2025-10-27"),
    "glow/user_ops/2": ("2025-09-26", "2025-10-13"),
    "glow/live_ops/2": ("2026-04-30", "2026-05-18"),
    "home/live_ops/2": ("2026-05-17", "2026-06-01"),
    "home/platform_ops/2": ("2026-01-31", "2026-02-16"),
    "home/design/1": ("2025-11-28", "2025-12-15"),
    "home/warehouse/1": ("2025-06-27", "2025-07-14"),
    "luxe/product_ops/3": ("2025-03-14", "2025-04-07"),
    "core/platform_ops/5": ("2025-02-28", "2025-03-17"),
    "value/platform_ops/6": ("2025-04-11", "2025-05-06"),
}
# The new holder of a seat is the one who just left another: a move and no leaving.
MOVES = {
    "glow/user_ops/2": "glow/service/2",
    "home/platform_ops/2": "glow/platform_ops/2",
    "glow/live_ops/2": "home/live_ops/2",
}
# Hired while the company grew in the spring of 2025.
GROWTH = {
    "luxe/service/17": "2025-03-03",
    "luxe/platform_ops/9": "2025-02-17",
    "core/service/18": "2025-04-07",
    "core/service/19": "2025-05-12",
    "value/service/18": "2025-03-17",
    "value/service/19": "2025-05-06",
    "value/platform_ops/9": "2025-04-21",
    "glow/live_ops/1": "2025-05-19",
    "home/store_ops/2": "2025-02-24",
    "home/growth_ops/2": "2025-04-14",
    "glow/growth_ops/2": "2025-03-24",
}
# What leavers say: the reason, whether it was their own wish, and the days of service it fits.
PROBATION_DAYS = 183
_EVER = 36_500
_REASONS = (
    ("个人发展", True, 0, _EVER),
    ("薪资偏低", True, 0, _EVER),
    ("家庭原因", True, 0, _EVER),
    ("绩效不达标", False, 0, _EVER),
    ("晋升空间小", True, 365, _EVER),
    ("试用期未通过", False, 0, PROBATION_DAYS),
)
REASONS = len(_REASONS)


def reason_to_leave(drawn: int, *, days: int) -> tuple[str, bool]:
    """Say why somebody left, and whether by their own wish.

    Where the drawn reason does not fit the days of service, the first one of the same kind that
    fits stands in, so that nothing else of the company depends on it.

    Examples
    --------
    >>> reason_to_leave(5, days=90), reason_to_leave(5, days=1800)
    (('试用期未通过', False), ('绩效不达标', False))
    """
    reason, is_voluntary, least, most = _REASONS[drawn]
    if not least <= days <= most:
        reason = next(
            text
            for text, is_wish, first, last in _REASONS
            if is_wish is is_voluntary and first <= days <= last
        )
    return reason, is_voluntary
