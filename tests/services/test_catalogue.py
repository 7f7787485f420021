"""Changing the catalogue: what is taken, what is refused, and what stays the company's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from perf_core.domain.access import everything
from perf_core.domain.catalogue import Indicator, Names, Template, TemplateItem
from perf_core.domain.catalogue_entries import SettingChanges
from perf_core.domain.errors import BadCatalogue, FormulaError
from perf_core.services.catalogue import (
    CatalogueAccount,
    catalogue_entries,
    load_catalogue_entries,
    publish_template,
    read_catalogue,
    save_indicator,
    save_settings,
)
from perf_core.services.set_up import set_up
from perf_core.sources.catalogue_files import parse_catalogue
from perf_core.store.engine import Store, data_version
from perf_core.store.tables import Pay

DATA_DAY = date(2026, 6, 17)


def _load(store: Store, document: dict[str, Any], data_day: date | None = None) -> CatalogueAccount:
    parsed = parse_catalogue(document, file="own.toml")
    with store.writing() as connection:
        return load_catalogue_entries(connection, parsed, data_day=data_day)


def _template(role: str = "platform_ops", first: str = "", weight: float = 70.0) -> Template:
    items = (TemplateItem("conversion", weight), TemplateItem("aov", 100 - weight))
    return Template(role, items, valid_from=first)


def test_set_up_twice_changes_nothing(store: Store) -> None:
    with store.reading() as connection:
        before = catalogue_entries(connection)
    again = set_up(store)
    assert again.people == 0
    assert again.schema
    with store.reading() as connection:
        assert catalogue_entries(connection) == before


def test_an_entry_replaces_the_one_of_its_code(store: Store) -> None:
    own = {"conversion": {"name": {"zh": "成交率"}, "formula": "orders / clicks"}}
    account = _load(store, {"indicator": own})
    assert (account.read, account.loaded, account.unchanged) == (1, 1, 0)
    assert account.changed == {"indicators": [("conversion",)]}
    assert _load(store, {"indicator": own}).unchanged == 1
    with store.reading() as connection:
        assert read_catalogue(connection).indicators["conversion"].formula == "orders / clicks"


def test_the_shipped_catalogue_never_overwrites_the_companys_own(store: Store) -> None:
    _load(store, {"indicator": {"conversion": {"formula": "orders / clicks"}}})
    set_up(store)
    with store.reading() as connection:
        assert read_catalogue(connection).indicators["conversion"].formula == "orders / clicks"


def test_one_wrong_entry_takes_none(store: Store) -> None:
    document = {
        "brand": {"own": {"name": {"en": "Own"}}},
        "indicator": {"x": {"formula": "orders / vists"}},
    }
    with pytest.raises(BadCatalogue, match="vists") as raised:
        _load(store, document)
    assert "at character 9" in raised.value.message()
    with store.reading() as connection:
        assert ("brand", "own") not in read_catalogue(connection).axes


def test_a_formula_may_use_a_measure_and_a_dimension_of_the_same_file(store: Store) -> None:
    _load(
        store,
        {
            "measure": {"calls": {"unit": "count"}},
            "dimension": {"care": {}},
            "indicator": {
                "calls_per_day": {"formula": "per_day(calls)"},
                "care": {"formula": "rating(care)", "unit": "rating"},
            },
        },
    )
    with store.reading() as connection:
        assert "calls" in read_catalogue(connection).measures


def test_a_template_of_an_unknown_indicator_is_refused(store: Store) -> None:
    document = {"template": [{"role": "sales", "item": [{"indicator": "mood", "weight": 100}]}]}
    with pytest.raises(BadCatalogue, match="no indicator “mood”"):
        _load(store, document)


def test_a_role_only_a_template_names_is_created(store: Store) -> None:
    document = {"template": [{"role": "sales", "item": [{"indicator": "aov", "weight": 100}]}]}
    _load(store, document)
    with store.reading() as connection:
        assert ("role", "sales") in read_catalogue(connection).axes


def test_an_indicator_by_hand_is_refused_with_the_position(store: Store) -> None:
    indicator = Indicator("own", Names(), "kpi", "percent", "higher", "orders / (visits")
    with pytest.raises(FormulaError) as raised:
        save_indicator(store, indicator, scope=everything())
    assert raised.value.position == 9
    save_indicator(store, replace(indicator, formula="orders / (visits)"), scope=everything())
    with store.reading() as connection:
        assert "own" in read_catalogue(connection).indicators


def test_grades_may_be_changed_in_part(store: Store) -> None:
    _load(store, {"grades": {"scheme": "threshold", "pass_mark": 85}})
    with store.reading() as connection:
        grades = read_catalogue(connection).grades
    assert (grades.rule.value, grades.pass_mark) == ("threshold", 85)
    assert [grade.code for grade in grades.grades] == ["excellent", "good", "improve"]


def test_an_export_brought_back_changes_nothing(store: Store) -> None:
    _load(store, {"brand": {"luxe": {"group": "high_end"}}, "brand_group": {"high_end": {}}})
    with store.writing() as connection:
        entries = catalogue_entries(connection)
        account = load_catalogue_entries(connection, entries, data_day=DATA_DAY)
    assert account.unchanged == account.read == len(entries)
    assert account.changed == {}


# --- template versions --------------------------------------------------------------------------


def test_the_companys_first_version_may_begin_at_any_time(store: Store) -> None:
    publish_template(store, _template(), data_day=DATA_DAY, by="hr", scope=everything())
    with store.reading() as connection:
        templates = read_catalogue(connection).templates
    assert next(one for one in templates if one.role == "platform_ops") == _template()


def test_a_published_version_never_changes(store: Store) -> None:
    publish_template(
        store, _template(first="2026-01"), data_day=DATA_DAY, by="hr", scope=everything()
    )
    publish_template(
        store, _template(first="2026-01"), data_day=DATA_DAY, by="hr", scope=everything()
    )
    with pytest.raises(BadCatalogue, match="never changes"):
        publish_template(
            store,
            _template(first="2026-01", weight=50),
            data_day=DATA_DAY,
            by="hr",
            scope=everything(),
        )


def test_a_version_for_closed_periods_is_refused(store: Store) -> None:
    publish_template(
        store, _template(first="2026-01"), data_day=DATA_DAY, by="hr", scope=everything()
    )
    late = _template(first="2026-05", weight=50)
    with pytest.raises(BadCatalogue, match="closed periods anew"):
        publish_template(store, late, data_day=DATA_DAY, by="hr", scope=everything())
    for first in ("2026-06", "2026-Q3", "2026"):
        publish_template(
            store, replace(late, valid_from=first), data_day=DATA_DAY, by="hr", scope=everything()
        )
    with store.reading() as connection:
        own = [one for one in read_catalogue(connection).templates if one.role == "platform_ops"]
    assert [one.valid_from for one in own] == ["", "2026", "2026-01", "2026-06", "2026-Q3"]


def test_a_version_of_the_running_month_may_still_change(store: Store) -> None:
    publish_template(
        store, _template(first="2026-06"), data_day=DATA_DAY, by="hr", scope=everything()
    )
    publish_template(
        store, _template(first="2026-06", weight=50), data_day=DATA_DAY, by="hr", scope=everything()
    )


def test_without_data_nothing_is_closed(store: Store) -> None:
    publish_template(store, _template(), data_day=None, by="hr", scope=everything())
    publish_template(store, _template(weight=50), data_day=None, by="hr", scope=everything())


# --- settings -----------------------------------------------------------------------------------


def test_the_currency_stays_once_amounts_are_loaded(store: Store) -> None:
    save_settings(
        store, SettingChanges(currency="USD", timezone="America/New_York"), scope=everything()
    )
    with store.writing() as connection:
        connection.execute(
            Pay.__table__.insert(),  # type: ignore[attr-defined]
            [{"employee_id": "E1", "month": date(2026, 1, 1), "kind": "base", "amount_e4": 1}],
        )
    with pytest.raises(BadCatalogue, match="cannot change from USD to CNY"):
        save_settings(store, SettingChanges(currency="CNY"), scope=everything())
    save_settings(store, SettingChanges(currency="USD"), scope=everything())


@pytest.mark.parametrize("wrong", [{"currency": "RMBX"}, {"timezone": "Mars/Base"}])
def test_unknown_settings_are_refused(store: Store, wrong: dict[str, str]) -> None:
    with store.reading() as connection:
        version = data_version(connection)
    with pytest.raises(BadCatalogue):
        _load(store, {"store": wrong})
    with store.reading() as connection:
        assert data_version(connection) == version
