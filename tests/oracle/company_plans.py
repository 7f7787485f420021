"""The indicators, templates and grades that random companies draw from."""

from __future__ import annotations

import random
from typing import Any

OWN_MEASURES = {"calls": "count", "kickback": "money"}


def _entry(formula: str, target: float, unit: str = "count", direction: str = "higher") -> Any:
    return {"formula": formula, "target": target, "unit": unit, "direction": direction}


# Code: formula, a month's target that about half of the cards reach, unit, direction.
INDICATORS: dict[str, dict[str, Any]] = {
    "x_orders": _entry("orders", 8),
    "x_revenue": _entry("revenue", 1500, "money"),
    "x_net": _entry("revenue - refund_amount", 1300, "money"),
    "x_units": _entry("units", 12),
    "x_conversion": _entry("orders / visits", 0.02, "percent"),
    "x_value": _entry("revenue / orders", 170, "money"),
    "x_daily": _entry("per_day(orders)", 0.3),
    "x_growth": _entry("growth(visits)", 0.1, "percent"),
    "x_growth_ratio": _entry("growth(orders / visits)", 0.1, "percent"),
    "x_growth_day": _entry("growth(per_day(orders))", 0.1, "percent"),
    "x_against": _entry("visits / prev(visits)", 1.1, "percent"),
    "x_less": _entry("0 - growth(complaints)", 0.05, "percent"),
    "x_more": _entry("orders - prev(orders)", 2),
    "x_attitude": _entry("rating(attitude)", 3.5, "rating"),
    "x_team": _entry("rating(teamwork) / 5", 0.7, "percent"),
    "x_complaints": _entry("complaints", 6, "count", "lower"),
    "x_response": _entry("response_seconds / responses", 40, "seconds", "lower"),
    "x_satisfied": _entry("csat_satisfied / csat_count", 0.6, "percent"),
    "x_repeat": _entry("repeat_orders / orders", 0.6, "percent"),
    "x_refunds": _entry("refund_orders / orders", 0.1, "percent", "lower"),
    "x_mixed": _entry("calls * 2 + new_followers - -clicks", 60),
    "x_half": _entry("(visits + clicks) / 2", 400),
    "x_spend": _entry("ad_spend / revenue", 0.1, "percent", "lower"),
    "x_kickback": _entry("kickback", 9, "money", "lower"),
    "x_tickets": _entry("tickets", 3),
}
_LOWER = [code for code, entry in INDICATORS.items() if entry["direction"] == "lower"]


def grades_toml(rng: random.Random) -> str:
    """The company's grades; shares and thresholds vary."""
    shares = rng.choice([("0.20", "0.50"), ("0.1", "0.7"), ("0.333", "0.333")])
    marks = rng.choice([(100, 80), (90, 60), (75.5, 40)])
    return f"""
[grades]
scheme = "{rng.choice(["auto", "auto", "rank", "threshold"])}"
auto_from = {rng.choice([2, 3, 10])}
auto_company = {rng.choice([2, 5, 30])}
pass_mark = {rng.choice([80, 60])}
[[grades.grade]]
code = "excellent"
name = {{ zh = "优秀", en = "Excellent" }}
share = {shares[0]}
at_least = {marks[0]}
bonus_factor = 1.5
[[grades.grade]]
code = "good"
name = {{ zh = "良好", en = "Good" }}
share = {shares[1]}
at_least = {marks[1]}
bonus_factor = {rng.choice([1.0, 1.1])}
[[grades.grade]]
code = "improve"
name = {{ zh = "待改进", en = "Needs improvement" }}
at_least = 0
bonus_factor = {rng.choice([0.5, 0])}
"""


def _weights(rng: random.Random, n: int) -> list[float]:
    """Weights that sum to exactly 100, some with a decimal."""
    cuts = sorted(rng.sample(range(1, 40), n - 1))
    parts = [(b - a) * 2.5 for a, b in zip([0, *cuts], [*cuts, 40], strict=True)]
    rng.shuffle(parts)
    return parts


def template_toml(rng: random.Random, role: str, brand: str, start: str) -> str:
    """A version of a template with three to seven items."""
    lines = ["[[template]]", f'role = "{role}"']
    if brand:
        lines.append(f'brand = "{brand}"')
    if start:
        lines.append(f'from = "{start}"')
    if rng.random() < 0.3:
        lines.append('curve = "step"')
    if rng.random() < 0.4:
        lines.append(f'no_data = "{rng.choice(["spread", "zero", "full"])}"')
    if rng.random() < 0.4:
        lines.append(f"kpi_share = {rng.choice([0.7, 0.55])}")
        shares = rng.choice(
            [
                "self = 10, peer = 40, subordinate = 20, manager = 30",
                "self = 20, manager = 80",
                "peer = 100",
            ]
        )
        lines.append(f"review_weights = {{ {shares} }}")
    codes = rng.sample(list(INDICATORS), rng.randrange(3, 8))
    weights = _weights(rng, len(codes))
    for code, weight in zip(codes, weights, strict=True):
        lines += ["[[template.item]]", f'indicator = "{code}"', f"weight = {weight:g}"]
        lines.append(f'group = "{rng.choice(["fixed", "focus", "growth", "behaviour"])}"')
        if rng.random() < 0.93:
            target = round(INDICATORS[code]["target"] * rng.uniform(0.5, 1.6), 4)
            lines.append(f"target = {target}")
        if rng.random() < 0.25:
            lines.append(f"cap = {rng.choice([1.0, 1.5, 0.9])}")
        if rng.random() < 0.25:
            lines.append(f"floor = {rng.choice([0.5, 0.8])}")
        if code in _LOWER and rng.random() < 0.5:
            lines.append('mode = "inverse"')
    return "\n".join(lines) + "\n"
