"""Catalogue records as TOML text, the counterpart of ``catalogue_files``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import tomli_w

from perf_core.domain.catalogue import Indicator, Names, Rule, Template
from perf_core.domain.catalogue_entries import CatalogueEntries, GradeChanges


def catalogue_text(entries: CatalogueEntries) -> str:
    """Write entries as the TOML that ``parse_catalogue`` reads back to the same records."""
    document: dict[str, Any] = {}
    for measure in entries.measures:
        document.setdefault("measure", {})[measure.code] = {
            **_names(measure.names),
            "unit": measure.unit,
        }
    for one in entries.indicators:
        document.setdefault("indicator", {})[one.code] = _indicator_body(one)
    for axis in entries.axes:
        body = {**_names(axis.names), **({} if axis.earns else {"earns": False})}
        body |= _given({"group": axis.group})
        document.setdefault(axis.kind, {})[axis.code] = body
    if entries.templates:
        document["template"] = [_template_body(template) for template in entries.templates]
    if entries.grades is not None:
        document["grades"] = _grades_body(entries.grades)
    if entries.rules:
        document["rule"] = [_rule_body(rule) for rule in entries.rules]
    if entries.settings is not None:
        document["store"] = _given(vars(entries.settings))
    return tomli_w.dumps(document)


def _given(values: Mapping[str, Any], absent: Collection[Any] = (None, "")) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in absent}


def _names(names: Names) -> dict[str, Any]:
    given = _given({"zh": names.zh, "en": names.en})
    return {"name": given} if given else {}


def _indicator_body(one: Indicator) -> dict[str, Any]:
    fields = ("kind", "unit", "direction", "formula", "source", "benchmark", "caution")
    return {**_names(one.names), **_given({field: getattr(one, field) for field in fields})}


def _template_body(template: Template) -> dict[str, Any]:
    return {
        **_given({"role": template.role, "brand": template.brand, "from": template.valid_from}),
        "curve": template.curve.value,
        "no_data": template.no_data.value,
        "kpi_share": template.kpi_share,
        # PostgreSQL does not keep the order of the keys.
        **(
            {"review_weights": dict(sorted(template.review_weights.items()))}
            if template.review_weights
            else {}
        ),
        "item": [
            _given(
                {**vars(item), "mode": item.mode.value},
                (None, ""),
            )
            for item in template.items
        ],
    }


def _rule_body(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        **_names(rule.names),
        "level": rule.level,
        **_given(
            {
                "limit": rule.limit,
                "brand": rule.brand,
                "role": rule.role,
                "indicator": rule.indicator,
            }
        ),
        **({"tell": list(rule.tell)} if rule.tell else {}),
    }


def _grades_body(grades: GradeChanges) -> dict[str, Any]:
    body = _given(
        {
            "scheme": None if grades.rule is None else grades.rule.value,
            "auto_from": grades.auto_from,
            "auto_company": grades.auto_company,
            "pass_mark": grades.pass_mark,
            "vetoed_bonus_factor": grades.vetoed_bonus_factor,
        }
    )
    if grades.grades is not None:
        body["grade"] = [
            {
                "code": grade.code,
                **_names(grade.names),
                **_given({"share": None if grade.share is None else float(grade.share)}),
                "at_least": grade.at_least,
                "bonus_factor": grade.bonus_factor,
            }
            for grade in grades.grades
        ]
    return body
