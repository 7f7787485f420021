"""What groups cost and who leaves them, as each kind of viewer sees it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from perf_core.domain.access import everything
from perf_core.services.load_files import load_typed
from perf_core.store.engine import Store
from tests.pages.company import LAST, PAY
from tests.pages.conftest import OpenPage, _forget, _opener
from tests.pages.reading import words_of

VIEWERS: dict[str, dict[str, str]] = {
    "hr": {"as_": "hr"},
    "executive": {"as_": "executive"},
    "manager": {"as_": "manager", "me": "M1"},
}
NEW_PAY, OLD_PAY = 76_543.21, 65_432.1
"""Pays that no other figure looks like, of one person each."""
NEW_PAY_A_MONTH = NEW_PAY / 28 * 365.25 / 12
"""The same of an average month: the new one began on the fourth of May."""


@pytest.fixture(scope="module")
def with_leavers(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that has also April's pay, a hire of May, and three who left."""
    file = tmp_path_factory.mktemp("leavers") / "company.db"
    shutil.copyfile(filled, file)
    store = Store(f"sqlite:///{file.as_posix()}", lock_wait_seconds=30)
    _load(store)
    store.dispose()
    return file


@pytest.fixture
def open_page(
    with_leavers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenPage]:
    """Open a page of the app on a copy of that store."""
    yield from open_on(with_leavers, tmp_path, monkeypatch)


@pytest.fixture
def open_plain(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Open a page of the app on the small company as it is."""
    yield from open_on(filled, tmp_path, monkeypatch)


def open_on(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    copy = folder / "company.db"
    shutil.copyfile(file, copy)
    store = Store(f"sqlite:///{copy.as_posix()}", lock_wait_seconds=30)
    yield _opener(store, monkeypatch)
    _forget()
    store.dispose()


def _load(store: Store) -> None:
    gone = {
        "G1": ("luxe", "2026-04-20"),
        "G2": ("luxe", "2026-05-11"),
        "G3": ("core", "2026-06-02"),
    }
    people: list[tuple[str, str, str, str | None]] = [("N1", "luxe", "2026-05-04", None)]
    people += [(who, brand, "2024-01-01", last) for who, (brand, last) in gone.items()]
    staff = [f"P{n}" for n in range(1, 11)]
    pay = [(who, "2026-04", 60_000.0) for who in staff]
    pay += [("N1", "2026-05", NEW_PAY), ("B1", "2026-04", OLD_PAY)]
    account = load_typed(
        store,
        {
            "employees": pd.DataFrame(
                [
                    {
                        "employee_id": who,
                        "name": f"Canary{who}",
                        "hire_date": hired,
                        "leave_date": last,
                        "leave_reason": "secretreason" if last else None,
                        "leave_type": "voluntary" if last else None,
                    }
                    for who, _brand, hired, last in people
                ]
            ),
            "assignments": pd.DataFrame(
                [
                    {
                        "employee_id": who,
                        "from_date": hired,
                        "role": "platform_ops",
                        "brand": brand,
                        "region": "east",
                        "department": "ops",
                        "manager_id": "M1" if brand == "luxe" else "M2",
                    }
                    for who, brand, hired, _last in people
                ]
            ),
            "pay": pd.DataFrame(pay, columns=["employee_id", "month", "amount"]).astype("str"),
            "measures": pd.DataFrame(
                [
                    {
                        "day": day.isoformat(),
                        "employee_id": "N1",
                        "measure": "revenue",
                        "value": "9",
                    }
                    for day in (date(2026, 5, 10), date(2026, 6, 10))
                ]
            ),
        },
        today=LAST,
        by="test",
        scope=everything(),
    )
    assert not account.refused


def part(open_page: OpenPage, name: str, **address: Any) -> AppTest:
    app = open_page("compare", part=name, **address)
    assert not app.exception
    assert "Something went wrong" not in words_of(app)
    assert "出错" not in words_of(app)
    return app


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("name", ["cost", "people"])
def test_both_parts_open_for_every_leader(
    open_page: OpenPage, name: str, viewer: str, language: str
) -> None:
    said = words_of(part(open_page, name, lang=language, period="2026-05", **VIEWERS[viewer]))
    expected = {
        ("cost", "en"): "New people: pay against what they bring",
        ("cost", "zh"): "新员工：薪资与创收",
        ("people", "en"): "How long people stay",
        ("people", "zh"): "员工留任多久",
    }
    assert expected[name, language] in said


def test_hr_reads_why_the_ratio_moved(open_page: OpenPage) -> None:
    app = part(open_page, "cost", lang="en", period="2026-05", **VIEWERS["hr"])
    said = words_of(app)
    assert "of which pay per head" in said
    assert {"Cost ratio", "Pay per head", "People with pay", "Revenue in the ratio"} <= {
        one.label for one in app.metric
    }
    assert f"{NEW_PAY_A_MONTH:,.0f}" in said  # HR sees each person's pay


@pytest.mark.parametrize("viewer", ["executive", "manager"])
@pytest.mark.parametrize("address", [{"rows": "role"}, {"in_": "brand:luxe"}])
def test_one_persons_pay_is_nowhere(
    open_page: OpenPage, viewer: str, address: dict[str, str]
) -> None:
    for name in ("cost", "people"):
        app = part(open_page, name, lang="en", period="2026-05", **VIEWERS[viewer], **address)
        said = words_of(app)
        for pay in (NEW_PAY, NEW_PAY_A_MONTH, OLD_PAY):
            for shape in (
                f"{pay:,.2f}",
                f"{pay:.2f}",
                f"{pay:,.0f}",
                f"{pay:.0f}",
                "76.5K",
                "83.2K",
                "65.4K",
            ):
                assert shape not in said, (name, shape)


def test_a_manager_gets_no_figure_made_of_pay(open_page: OpenPage) -> None:
    app = part(open_page, "cost", lang="en", period="2026-05", **VIEWERS["manager"])
    said = words_of(app)
    assert "Pay is not among what you may see" in said
    assert f"{PAY:,.0f}" not in said
    assert "of which pay per head" not in said
    assert not {one.label for one in app.metric} & {"Cost ratio", "Pay per head"}


def test_leavers_are_named_to_those_who_may_see_them_and_reasons_to_hr(open_page: OpenPage) -> None:
    seen = {
        viewer: words_of(part(open_page, "people", lang="en", period="2026-06", **address))
        for viewer, address in VIEWERS.items()
    }
    for who in ("CanaryG1", "CanaryG2", "CanaryG3"):
        assert who in seen["hr"]
        assert who in seen["executive"]
    assert "CanaryG1" in seen["manager"]
    assert "CanaryG3" not in seen["manager"]
    # Three leavers: their reasons are told together, one by one to HR alone.
    assert seen["hr"].count("secretreason") > seen["executive"].count("secretreason") > 0
    assert "secretreason" not in seen["manager"]
    assert "Reasons are withheld" in seen["manager"]


def test_odd_data_says_so_in_words(open_plain: OpenPage) -> None:
    said = words_of(part(open_plain, "people", lang="en", period="2026-05", as_="hr"))
    assert "No last day of anybody is recorded" in said
    said = words_of(part(open_plain, "cost", lang="en", period="2026-05", as_="hr"))
    assert "Groups that cannot be compared" in said  # April has no pay
    assert "Nobody is new here" in said
    said = words_of(part(open_plain, "cost", lang="en", period="2026-04", as_="hr"))
    assert "There is no earlier period to compare with" in said
    for name in ("cost", "people"):
        said = words_of(part(open_plain, name, lang="en", rows="channel", as_="hr"))
        assert "belong to no channel" in said or "belongs to no channel" in said


def test_a_store_without_people_opens(open_empty: OpenPage) -> None:
    for name in ("cost", "people"):
        app = open_empty("compare", part=name, as_="hr")
        assert not app.exception
