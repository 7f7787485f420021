"""A company that is scored: empty but for indicators of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from perf_core.store.engine import Store
from tests.services.small_company import SmallCompany


@pytest.fixture
def small_store(sqlite_stores: Any) -> Iterator[Store]:
    """A store with its tables and nothing in them."""
    store = Store(sqlite_stores.fresh("schema"))
    yield store
    store.dispose()


@pytest.fixture
def company(small_store: Store) -> SmallCompany:
    made = SmallCompany(small_store)
    for code, formula in {
        "visits": "visits",
        "orders": "orders",
        "conversion": "orders / visits",
        "daily": "per_day(visits)",
        "traffic": "growth(visits)",
        "then": "prev(visits)",
        "attitude": "rating(attitude)",
        "turnover": "revenue",
    }.items():
        made.indicator(code, formula)
    made.indicator("response", "response_seconds / responses", direction="lower")
    return made
