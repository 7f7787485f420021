"""TOML of the catalogue: what is read, what is refused, and that writing gives it back."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_core.domain.catalogue import AxisValue, Indicator, Measure, Rule
from perf_core.domain.catalogue_entries import RULE_CODES
from perf_core.settings import Settings
from perf_core.sources.catalogue_files import (
    parse_catalogue,
    read_catalogue_files,
    shipped_files,
)
from perf_core.sources.catalogue_text import catalogue_text
from perf_core.store.measure_tables import SHIPPED_MEASURES

SHIPPED = read_catalogue_files(shipped_files(Settings().catalogue_dir))

# catalogue.md, word by word
TEMPLATES = {
    "platform_ops": {"traffic_growth": 40, "conversion": 30, "aov": 20, "attitude": 10},
    "product_ops": {"order_rate": 50, "product_views": 30, "return_rate": 15, "attitude": 5},
    "user_ops": {"repurchase": 40, "retention": 30, "aov": 20, "attitude": 10},
    "store_ops": {
        "conversion": 30,
        "traffic_growth": 20,
        "campaign_effect": 10,
        "launch_plan": 20,
        "collaboration": 10,
        "training": 10,
    },
    "design": {
        "on_time_delivery": 30,
        "main_image_ctr": 20,
        "reuse_rate": 10,
        "brand_refresh": 25,
        "collaboration": 5,
        "new_tools": 10,
    },
    "service": {
        "response_time": 30,
        "resolution": 25,
        "csat": 15,
        "complaint_loop": 20,
        "product_knowledge": 10,
    },
    "warehouse": {
        "on_time_dispatch": 40,
        "pick_accuracy": 30,
        "parcels_per_day": 20,
        "collaboration": 10,
    },
    "growth_ops": {"daily_orders": 30, "conversion": 30, "followers": 20, "repurchase": 20},
    "live_ops": {"live_gmv": 40, "followers": 30, "conversion": 20, "returning_viewers": 10},
}


def test_the_shipped_catalogue_reads_without_a_problem() -> None:
    assert SHIPPED.problems == ()


def test_the_shipped_templates_are_those_of_the_specification() -> None:
    weights = {
        template.code: {item.indicator: item.weight for item in template.items}
        for template in SHIPPED.entries.templates
    }
    assert {code: weights[code] for code in TEMPLATES} == TEMPLATES
    assert set(weights) - set(TEMPLATES) == {"service@luxe", "service@core", "service@value"}


@pytest.mark.parametrize(
    ("code", "indicator", "target"),
    [
        ("service@luxe", "satisfied_share", 0.95),
        ("service@core", "response_time", 30),
        ("service@value", "conversion", 0.08),
    ],
)
def test_a_brands_own_standard_is_the_heaviest_item(
    code: str, indicator: str, target: float
) -> None:
    template = next(one for one in SHIPPED.entries.templates if one.code == code)
    heaviest = max(template.items, key=lambda item: item.weight)
    others = [item.weight for item in template.items if item is not heaviest]
    assert (heaviest.indicator, heaviest.target) == (indicator, target)
    assert heaviest.weight > max(others)


def test_everything_shipped_has_a_name_in_both_languages_and_a_target() -> None:
    entries = SHIPPED.entries
    named: list[Measure | Indicator | AxisValue | Rule] = [*entries.measures, *entries.indicators]
    named += [*entries.axes, *entries.rules]
    for one in named:
        assert one.names.zh, one.code
        assert one.names.en, one.code
    for template in entries.templates:
        for item in template.items:
            assert item.target is not None, (template.code, item.indicator)
            assert item.min_weight is not None
            assert item.max_weight is not None
            assert item.min_weight <= item.weight <= item.max_weight


def test_shipped_measures_and_rules_are_those_the_program_knows() -> None:
    assert {one.code: one.unit for one in SHIPPED.entries.measures} == SHIPPED_MEASURES
    assert [one.code for one in SHIPPED.entries.rules] == list(RULE_CODES)


def test_brands_and_regions_keep_the_group_they_say() -> None:
    document = {
        "brand": {"luxe": {"name": "臻品", "group": "high_end"}, "core": {}},
        "region": {"sh": {"group": "coast"}},
        "region_group": {"coast": {"name": {"zh": "沿海", "en": "Coast"}}},
    }
    parsed = parse_catalogue(document)
    assert parsed.problems == ()
    assert [(one.kind, one.code, one.group) for one in parsed.entries.axes] == [
        ("brand", "luxe", "high_end"),
        ("brand", "core", ""),
        ("region", "sh", "coast"),
        ("region_group", "coast", ""),
    ]
    again = parse_catalogue(tomllib.loads(catalogue_text(parsed.entries)))
    assert again.entries == parsed.entries
    wrong = parse_catalogue({"role": {"hr": {"group": "office"}}}, file="own.toml")
    assert "role.hr" in str(wrong.problems[0])


def test_writing_and_reading_gives_the_same_records() -> None:
    again = parse_catalogue(tomllib.loads(catalogue_text(SHIPPED.entries)))
    assert again.problems == ()
    assert again.entries == SHIPPED.entries


def test_shares_are_exact_decimals() -> None:
    assert SHIPPED.entries.grades is not None
    assert SHIPPED.entries.grades.grades is not None
    assert [grade.share for grade in SHIPPED.entries.grades.grades] == [
        Decimal("0.2"),
        Decimal("0.5"),
        None,
    ]


ITEMS = [{"indicator": "conversion", "weight": 60}, {"indicator": "aov", "weight": 40}]


def _template(**changes: Any) -> dict[str, Any]:
    return {"template": [{"role": "sales", "item": ITEMS, **changes}]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (_template(item=[{"indicator": "conversion", "weight": 99.5}]), "sum to 99.5, not to 100"),
        (_template(item=[]), "no items"),
        (_template(item=[*ITEMS, ITEMS[0]]), "twice"),
        (_template(item=[{"indicator": "aov", "weight": 100, "target": 0}]), "above 0"),
        (_template(item=[{"indicator": "aov", "weight": "100"}]), "without quotes"),
        (_template(item=[{"indicator": "aov", "weight": float("nan")}]), "ordinary number"),
        (_template(curve="bent"), "Write one of linear, step"),
        (_template(kpi_share=70), "from 0 to 1"),
        (_template(**{"from": "soon"}), 'from is "soon"'),
        (_template(colour="red"), "colour is no known setting"),
        (_template(review_weights={"boss": 10}), "boss is no known setting"),
        ({"template": {"role": "sales"}}, "[[template]]"),
        ({"indicator": {"x": {"unit": "percent"}}}, "formula is missing"),
        ({"indicator": {"x": {"formula": "orders", "direction": "up"}}}, "higher, lower"),
        ({"indicator": {"x": "orders"}}, "no table of values"),
        ({"measure": {"a b": {}}}, "cannot stand in a formula"),
        ({"rule": [{"code": "mood"}]}, "Write one of orders_short"),
        ({"rule": [{"code": "attrition", "tell": ["everyone"]}]}, "List some of hr"),
        ({"grades": {"grade": []}}, "no grade"),
        ({"grades": {"grade": [{"code": "a", "share": 0.7}, {"code": "b", "share": 0.7}]}}, "more"),
        ({"nonsense": {}}, "no such section"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_advice(
    document: dict[str, Any], said: str
) -> None:
    problems = parse_catalogue(document, file="own.toml").problems
    assert any(said in str(problem) for problem in problems), problems
    assert all(str(problem).startswith("own.toml: ") for problem in problems)


def test_weights_may_be_fractions_as_long_as_they_sum_to_100() -> None:
    items = [{"indicator": f"i{n}", "weight": 100 / 3} for n in range(3)]
    assert parse_catalogue(_template(item=items)).problems == ()


def test_the_sections_of_a_mapping_are_left_alone() -> None:
    assert parse_catalogue({"source": {"shop": {"table": "orders"}}}).problems == ()


def test_a_broken_file_is_a_problem_and_not_an_end(tmp_path: Path) -> None:
    broken, good = tmp_path / "a.toml", tmp_path / "b.toml"
    broken.write_text("[measure.x\n", encoding="utf-8")
    good.write_bytes('\ufeff[brand.x]\r\nname = { zh = "甲" }\r\n'.encode())
    parsed = read_catalogue_files([broken, good, tmp_path / "not_there.toml"])
    assert [problem.file for problem in parsed.problems] == ["a.toml", "not_there.toml"]
    assert parsed.entries.axes[0].names.in_language("en", "x") == "甲"


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "item", "weight", "indicator", "name", "from", "code", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["measure", "indicator", "template", "rule", "grades", "store", "brand", "veto"]
        ),
        json_values,
        max_size=3,
    )
)
def test_no_document_ends_in_a_traceback(document: dict[str, Any]) -> None:
    parse_catalogue(document, file="any.toml")
