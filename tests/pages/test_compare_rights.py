"""Nothing of the comparison tells of groups outside the viewer's, nor what pay is withheld."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from perf_core.domain.access import PayRight, everything
from perf_core.domain.period import parse_period
from perf_core.services.compare_groups import compare_groups
from perf_core.store.engine import Store
from tests.conftest import Stores
from tests.pages.conftest import OpenPage, loaded
from tests.pages.odd_companies import OddCompany, several_axes
from tests.pages.reading import words_of
from tests.pages.shown import charts_of, numbers_of

PARTS = ("groups", "problem", "cost", "people", "events")
NARROW = (
    {"as_": "brand_head", "led": "luxe"},
    {"as_": "manager", "me": "Q1"},
)
TRICKS: tuple[dict[str, str], ...] = (
    {"fig": "pay_cost", "cols": "role"},
    {"in_": "brand:secretbrand", "fig": "cost_ratio"},
    {"in_": "region:secretregion", "rows": "department"},
    {"rows": "person", "in_": "brand:secretbrand"},
    {"group": "secretbrand", "of": "conversion", "who": "secretbrand"},
)


def company() -> OddCompany:
    """The same company beside a brand, a region and people whom nobody else sees."""
    made = several_axes()
    made.catalogue["brand"]["secretbrand"] = {"name": {"zh": "Hidden name", "en": "Hidden name"}}
    for n in range(5):
        made.person(
            f"CANARY{n}",
            "secretbrand",
            region="secretregion",
            department="secretdepartment",
            role="store_ops",
            manager="B1",
            left="2026-05-20" if n == 4 else "",
        )
    for n in range(4):
        made.person(f"Q{n + 1}", "luxe", manager="Q1" if n else "P00")
    return made


@pytest.fixture(scope="module")
def filled(sqlite_stores: Stores) -> Path:
    return loaded(sqlite_stores, company())


@pytest.mark.parametrize("viewer", NARROW, ids=["brand head", "manager"])
def test_other_groups_are_nowhere_whatever_the_address_asks(
    open_page: OpenPage, viewer: dict[str, str]
) -> None:
    for name, trick in zip((*PARTS, *PARTS), (*TRICKS, *TRICKS[1:], {}), strict=True):
        app = open_page("compare", lang="en", period="2026-05", part=name, **viewer, **trick)
        assert not app.exception
        said = shown(app)
        for secret in ("secretbrand", "Hidden name", "secretregion", "secretdepartment", "CANARY"):
            assert secret not in said, (name, trick, secret)
        for pay in ("Pay cost", "Cost ratio", "Bonus cost"):
            assert pay not in said, (name, trick, pay)


def shown(app: AppTest) -> str:
    """The page as it reaches the browser, less the box to choose a viewer beside it.

    What the address asks for is read back to the reader, in the words for what there is not.
    """
    main = words_of(SimpleNamespace(_tree=app.main))
    return re.sub(r"[^\n]*It is unknown here, or not yours to see[^\n]*", "", main)


def all_numbers(app: AppTest) -> list[float]:
    """Every number in tables and charts, wherever it stands in them."""
    found: list[float] = []

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            found.extend(numbers_of(node))
            for one in node.values():
                visit(one)
        elif isinstance(node, list):
            for one in node:
                visit(one)
        elif isinstance(node, int | float) and not isinstance(node, bool):
            found.append(float(node))

    visit(charts_of(app))
    for table in app.dataframe:
        for column in table.value.select_dtypes("number"):
            found.extend(table.value[column].dropna().astype(float))
    return found


@pytest.mark.parametrize("by", [("brand", ""), ("brand", "role"), ("region", "department")])
def test_withheld_pay_is_in_no_cell_and_no_mark(
    open_page: OpenPage, company_store: Store, by: tuple[str, str]
) -> None:
    axes = [axis for axis in by if axis]
    period = parse_period("2026-05")
    told, seen = (
        compare_groups(company_store, period, by=axes, scope=scope).groups
        for scope in (everything(), replace(everything(), pay=PayRight.GROUPS))
    )
    withheld = seen["pay_withheld"].astype(bool) & told["pay_cost"].notna()
    assert withheld.any()
    assert not seen.loc[withheld, ["pay_cost", "cost_ratio"]].notna().any(axis=None)
    secrets = [
        float(value)
        for name in ("pay_cost", "cost_ratio")
        for value in told.loc[withheld, name].dropna()
    ]
    for part, figure in (("groups", "pay_cost"), ("groups", "cost_ratio"), ("cost", "")):
        app = open_page(
            "compare", as_="executive", lang="en", period="2026-05",
            part=part, rows=by[0], cols=by[1], fig=figure,
        )  # fmt: skip
        assert not app.exception
        numbers = all_numbers(app)
        assert numbers
        for secret in secrets:
            for scaled in (secret, secret * 100, secret / 1000):
                assert not any(math.isclose(one, scaled, rel_tol=1e-9) for one in numbers), (
                    part,
                    figure,
                    secret,
                )
