"""What is wrong with catalogue entries, as far as only the store can tell."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from perf_core.domain.catalogue import Catalogue, CompanySettings, Measure, Template
from perf_core.domain.catalogue_entries import CatalogueEntries, CatalogueProblem, SettingChanges
from perf_core.domain.errors import FormulaError
from perf_core.domain.period import parse_period
from perf_core.scoring.formulas import parse_formula
from perf_core.store import catalogue as rows
from perf_core.store.catalogue import Standing
from perf_core.store.measure_tables import SHIPPED_MEASURES

_CURRENCY = re.compile(r"[A-Z]{3}")


def rating_dimensions(axes: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The codes of what people rate in each other."""
    return frozenset(code for kind, code in axes if kind == "dimension")


def _problem(entry: str, reason: str, advice: str = "") -> CatalogueProblem:
    return CatalogueProblem("", entry, reason, advice)


def entry_problems(
    connection: Connection, entries: CatalogueEntries, current: Catalogue
) -> list[CatalogueProblem]:
    """Say what is wrong: names that are not there, and what can no longer change.

    Units, the currency and the time zone decided what is stored; they stay once something is.
    """
    measures = {**current.measures, **{one.code: one for one in entries.measures}}
    axes = {*current.axes, *((one.kind, one.code) for one in entries.axes)}
    indicators = {*current.indicators, *(one.code for one in entries.indicators)}
    problems: list[CatalogueProblem] = []
    for one in entries.indicators:
        if one.kind == "veto" and not one.formula:
            continue
        try:
            parse_formula(
                one.formula, measures=frozenset(measures), dimensions=rating_dimensions(axes)
            )
        except FormulaError as error:
            problems.append(_problem(f"indicator.{one.code}", error.message().rstrip(".")))
    for template in entries.templates:
        problems += _item_problems(template, indicators)
    problems += [
        _problem(
            f"rule {rule.code}",
            f"there is no indicator “{rule.indicator}”",
            "Name one of the catalogue",
        )
        for rule in entries.rules
        if rule.indicator and rule.indicator not in indicators
    ]
    problems += _measure_problems(connection, entries.measures, current)
    if entries.settings is not None:
        problems += _setting_problems(connection, entries.settings, current.settings)
    return problems


def _item_problems(template: Template, indicators: set[str]) -> Iterable[CatalogueProblem]:
    place = f"template {template.code}"
    total = sum(item.weight for item in template.items)
    if abs(total - 100) > 1e-9:
        yield _problem(
            place,
            f"the weights sum to {total:.12g}, not to 100",
            "Change them until the sum is 100",
        )
    for item in template.items:
        if item.indicator not in indicators:
            yield _problem(
                place,
                f"there is no indicator “{item.indicator}”",
                "Add it as [indicator." + item.indicator + "] or correct the code",
            )
        if item.target is not None and item.target <= 0:
            yield _problem(
                place,
                f"the target of {item.indicator} is {item.target:g}",
                "A target must be above 0",
            )


def _measure_problems(
    connection: Connection, measures: Iterable[Measure], current: Catalogue
) -> Iterable[CatalogueProblem]:
    loaded: frozenset[str] | None = None
    for one in measures:
        before = current.measures.get(one.code)
        if before is None or one.code in SHIPPED_MEASURES:
            continue
        if (before.unit == "money") == (one.unit == "money"):
            continue
        loaded = rows.loaded_measures(connection) if loaded is None else loaded
        if one.code in loaded:
            yield _problem(
                f"measure.{one.code}",
                f"its unit cannot change from {before.unit} to {one.unit}, values are loaded",
                "Give the new measure another code",
            )


def _setting_problems(
    connection: Connection, changes: SettingChanges, current: CompanySettings
) -> Iterable[CatalogueProblem]:
    currency, zone = changes.currency, changes.timezone
    if currency is not None and currency != current.currency:
        if not _CURRENCY.fullmatch(currency):
            yield _problem("store", f"“{currency}” is no currency", "Write a code such as CNY")
        elif rows.has_amounts(connection):
            yield _problem(
                "store",
                f"the currency cannot change from {current.currency} to {currency}, "
                "amounts are loaded",
                "Set it in an empty store, before the first load",
            )
    if zone is not None and zone != current.timezone:
        if zone not in zoneinfo.available_timezones():
            yield _problem("store", f"“{zone}” is no time zone", "Write one such as Asia/Shanghai")
        elif rows.has_raw_rows(connection):
            yield _problem(
                "store",
                f"the time zone cannot change from {current.timezone} to {zone}, it decided the "
                "days of the orders and tickets that are loaded",
                "Set it in an empty store, before the first load",
            )


def template_problems(
    templates: Iterable[Template], current: Catalogue, standing: Standing, data_day: date | None
) -> Iterable[CatalogueProblem]:
    """Say which template versions may not be taken; see :func:`template_problem`."""
    seen: set[tuple[str, str, str]] = set()
    for one in templates:
        key = (one.role, one.brand, one.valid_from)
        if key in seen:
            yield _problem(f"template {one.code}", "it stands there twice", "Keep one of the two")
        seen.add(key)
        reason = template_problem(one, current, standing, data_day)
        if reason:
            yield _problem(
                f"template {one.code}",
                reason,
                "Publish a new version from the running period on: from = "
                f'"{_running_month(data_day)}"',
            )


def template_problem(
    template: Template, current: Catalogue, standing: Standing, data_day: date | None
) -> str:
    """Say why a template version may not be taken; empty when it may.

    A company's first own version for a role and brand may begin at any time, and takes the place
    of the shipped one. From then on a version that holds for a closed period, one that ended
    before the data day, is neither changed nor superseded.
    """
    if data_day is None or not _is_closed(template.valid_from, data_day):
        return ""
    own = [
        other
        for other in current.templates
        if (other.role, other.brand) == (template.role, template.brand)
        and standing.origin("templates", _key(other)) == "company"
    ]
    if not own or template in own:
        return ""
    first = template.valid_from or "the beginning"
    if any(other.valid_from == template.valid_from for other in own):
        return f"the version from {first} is published and never changes afterwards"
    return f"a version from {first} would score closed periods anew"


def _key(template: Template) -> dict[str, str]:
    return {
        "role": template.role,
        "brand": template.brand,
        "valid_from": template.valid_from,
    }


def _is_closed(valid_from: str, data_day: date) -> bool:
    return not valid_from or parse_period(valid_from).last_day < data_day


def _running_month(data_day: date | None) -> str:
    return "" if data_day is None else f"{data_day:%Y-%m}"
