"""A formula in words means what the formula means."""

from __future__ import annotations

import pytest

from perf_core.language.translate import Reader
from perf_core.reporting.formula_words import formula_words


@pytest.mark.parametrize(
    ("formula", "english", "chinese"),
    [
        ("growth(visits)", "growth of visits against the period before", "visits较上期的增长率"),
        (
            "0 - growth(a / b)",
            "fall of (a ÷ b) against the period before",
            "（a ÷ b）较上期的下降率",
        ),
        ("-growth(a)", "fall of a against the period before", "a较上期的下降率"),
        ("per_day(a + b)", "(a + b) ÷ days", "（a + b） ÷ 天数"),
        ("sold / per_day(held)", "sold ÷ (held ÷ days)", "sold ÷ （held ÷ 天数）"),
        ("a - (b - c) + d", "a − (b − c) + d", "a − （b − c） + d"),
        ("(a + b) * c / d", "(a + b) × c ÷ d", "（a + b） × c ÷ d"),
        ("a / (b * c) - -d", "a ÷ (b × c) − −d", "a ÷ （b × c） − −d"),
        ("prev(a) * 0.5", "a of the period before × 0.5", "上期a × 0.5"),
        ("rating(attitude)", "mean mark for attitude", "attitude的平均评分"),
    ],
)
def test_every_verb_and_bracket(formula: str, english: str, chinese: str) -> None:
    said = [formula_words(formula, name=str, reader=Reader(one)) for one in ("en", "zh")]
    assert said == [english, chinese]
