"""The Data page: every part in both languages, and what is typed reaches the scores."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind, everything
from perf_core.domain.catalogue import Names
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import parse_period
from perf_core.services.data_desk import DataDesk, FileMapping, mapping_text
from perf_core.services.data_quality import data_quality, roles_without_template
from perf_core.services.directory import read_directory
from perf_core.services.score_period import score_period
from perf_core.services.typed_grids import (
    TYPED_TABLES,
    MonthGrid,
    changed_rows,
    month_grid,
    month_rows,
    table_grid,
    target_grid,
    target_rows,
)
from perf_core.services.typed_names import codes_for, named_columns, names_of
from perf_core.store.engine import Store
from tests.pages.company import LAST
from tests.pages.conftest import OpenPage
from tests.pages.reading import words_of

JUNE = parse_period("2026-06")
PARTS = [
    {"tab": "load"},
    {"tab": "loads"},
    {"tab": "loads", "load": "1"},
    {"tab": "quality"},
    {"tab": "export"},
    *({"tab": "type", "what": what} for what in ("targets", "values", "indicator")),
    *({"tab": "type", "what": what} for what in TYPED_TABLES),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: "-".join(part.values()))
def test_every_part_opens(open_page: OpenPage, part: dict[str, str], lang: str) -> None:
    app = open_page("data", lang=lang, as_="hr", **part)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("part", PARTS[:5], ids=lambda part: "-".join(part.values()))
def test_nobody_but_hr_gets_in(open_page: OpenPage, part: dict[str, str]) -> None:
    app = open_page("data", lang="en", as_="manager", me="M1", **part)
    assert "This page is for HR." in words_of(app)
    assert "Canary" not in "".join(str(table.value) for table in app.dataframe)


def test_an_empty_store_can_be_typed_into(open_empty: OpenPage) -> None:
    for what in ("employees", "targets", "values", "indicator"):
        app = open_empty("data", lang="zh", tab="type", what=what)
        assert not app.exception


def test_only_an_editor_has_a_desk(company_store: Store) -> None:
    manager = Scope(Viewer(ViewerKind.MANAGER, "M1"), frozenset({"P1"}), PayRight.NONE)
    with pytest.raises(NotAllowed):
        DataDesk(company_store, manager)
    directory = read_directory(company_store)
    with pytest.raises(NotAllowed):
        target_grid(company_store, directory, JUNE, scope=manager, role="platform_ops", brand="")
    with pytest.raises(NotAllowed):
        table_grid(company_store, directory, "pay", scope=manager)
    with pytest.raises(NotAllowed):
        data_quality(company_store, scope=manager)


def test_a_target_typed_over_is_the_one_scored(company_store: Store) -> None:
    desk, directory = DataDesk(company_store, everything()), read_directory(company_store)
    before = target_grid(
        company_store, directory, JUNE, scope=desk.scope, role="platform_ops", brand="luxe"
    ).cells
    assert before.loc["P1", "conversion"] == pytest.approx(0.05)
    after = before.copy()
    after.loc["P1", "conversion"] = 0.04
    rows = target_rows(before, after, period=JUNE, reason="the market")
    assert len(rows) == 1
    desk.type_in({"targets": rows}, today=LAST, assignments_from=None)
    lines = score_period(company_store, JUNE, scope=everything()).lines
    line = lines[(lines["employee_id"] == "P1") & (lines["indicator"] == "conversion")]
    assert line["target"].item() == pytest.approx(0.04)


def test_a_month_adds_up_to_what_was_typed(company_store: Store) -> None:
    desk, directory = DataDesk(company_store, everything()), read_directory(company_store)

    def grid() -> MonthGrid:
        return month_grid(
            company_store,
            directory,
            JUNE,
            scope=desk.scope,
            role="platform_ops",
            brand="luxe",
            codes=["visits", "overtime_hours"],
            today=LAST,
        )

    before = grid()
    after = before.grid.cells.copy()
    after.loc["P1", "overtime_hours"] = 12.0
    after.loc["P3", "visits"] = float(before.grid.cells.loc["P3", "visits"]) + 100.0
    after.loc["P5", "visits"] = 1.0
    rows, too_low = month_rows(before, after, directory=directory)
    assert too_low == [("P5", "visits")]
    desk.type_in({"measures": rows}, today=LAST, assignments_from=None)
    typed = grid().grid.cells
    assert typed.loc["P1", "overtime_hours"] == 12.0
    assert typed.loc["P3", "visits"] == after.loc["P3", "visits"]
    assert typed.loc["P5", "visits"] == before.grid.cells.loc["P5", "visits"]


def test_names_in_cells_become_codes(company_store: Store) -> None:
    directory = read_directory(company_store)
    kinds = named_columns(
        "assignments", ["employee_id", "from_date", "role", "brand", "manager_id"]
    )
    assert set(kinds) == {"employee_id", "role", "brand", "manager_id"}
    assert "employee_id" not in named_columns("employees", ["employee_id", "manager_id"])
    names = {kind: names_of(directory, kind, {}) for kind in kinds.values()}
    names["brand"] = {**names["brand"], "luxe": Names(zh="臻品")}
    rows = pd.DataFrame(
        {
            "employee_id": [["CanaryP1"], ["p1"], ["Mara · M1"], ["Nobody"]],
            "brand": [["臻品"], ["luxe"], ["brand-new"], []],
            "manager_id": [["M1"], [], ["M1", "B1"], ["M1"]],
        }
    )
    found, faults = codes_for("assignments", rows, names)
    assert found["employee_id"].tolist() == ["P1", "P1", "M1", "Nobody"]
    assert found["brand"].tolist() == ["luxe", "luxe", "brand-new", ""]
    told = {(one.row, one.column, one.why) for one in faults}
    assert told == {
        (2, "brand", "new"),
        (2, "manager_id", "several"),
        (3, "employee_id", "unknown"),
    }
    first = {**names, "brand": {}}
    assert not [one for one in codes_for("assignments", rows, first)[1] if one.why == "new"]


def test_one_name_of_two_people_is_asked_about() -> None:
    both = {"A1": Names(zh="李娜", en="Li Na"), "A2": Names(zh="李娜", en="Li Na")}
    rows = pd.DataFrame({"employee_id": [["李娜"], ["李娜 · A2"], ["A1"]]})
    found, faults = codes_for("absences", rows, {"person": both})
    assert found["employee_id"].tolist() == ["李娜", "A2", "A1"]
    assert [(one.row, one.why) for one in faults] == [(0, "ambiguous")]


def test_rows_that_cannot_be_kept_are_named_before_anything_is_kept(company_store: Store) -> None:
    desk = DataDesk(company_store, everything())
    good = {"employee_id": "P1", "from_day": "2026-06-08", "to_day": "2026-06-09", "kind": "ill"}
    rows = pd.DataFrame([good, {**good, "employee_id": "P2", "to_day": "2026-06-01"}])
    found = desk.check_typed({"absences": rows}, today=LAST, assignments_from=None)
    assert found.to_dict("records") == [{"table": "absences", "row": 1, "reason": "to_before_from"}]
    targets = pd.DataFrame(
        [
            {"period": "2026-06", "indicator": "conversion", "value": value, "employee_id": "P1"}
            for value in (0.04, -1.0, 1e300)
        ]
    )
    found = desk.check_typed({"targets": targets}, today=LAST, assignments_from=None)
    assert set(found["row"]) >= {1, 2}
    directory = read_directory(company_store)
    assert table_grid(company_store, directory, "absences", scope=desk.scope).empty


def test_what_was_typed_can_be_taken_back(company_store: Store) -> None:
    desk, directory = DataDesk(company_store, everything()), read_directory(company_store)
    before = table_grid(company_store, directory, "absences", scope=desk.scope)
    row = {"employee_id": "P1", "from_day": "2026-06-08", "to_day": "2026-06-09", "kind": "ill"}
    after = pd.concat([before, pd.DataFrame([row])], ignore_index=True)
    account = desk.type_in(
        {"absences": changed_rows(before, after)}, today=LAST, assignments_from=None
    )
    assert account.load is not None
    assert len(table_grid(company_store, directory, "absences", scope=desk.scope)) == 1
    desk.undo(account.load)
    assert table_grid(company_store, directory, "absences", scope=desk.scope).empty


def test_a_new_role_typed_in_starts_an_assignment(company_store: Store) -> None:
    desk, directory = DataDesk(company_store, everything()), read_directory(company_store)
    before = table_grid(company_store, directory, "employees", scope=desk.scope)
    after = before.copy()
    after.loc[after["employee_id"] == "P1", "role"] = "service"
    desk.type_in(
        {"employees": changed_rows(before, after)}, today=LAST, assignments_from=date(2026, 6, 15)
    )
    moves = read_directory(company_store).assignments
    mine = moves[moves["employee_id"] == "P1"]
    assert mine["role"].tolist() == ["platform_ops", "service"]
    assert mine["from_date"].iloc[-1] == pd.Timestamp("2026-06-15")


def test_quality_names_late_sources_and_roles_without_template(company_store: Store) -> None:
    desk = DataDesk(company_store, everything())
    rows = pd.DataFrame(
        {"day": ["2026-06-10"], "measure": ["overtime_hours"], "value": [2], "employee_id": ["P1"]}
    )
    desk.type_in({"measures": rows}, today=LAST, assignments_from=None)
    people = pd.DataFrame(
        {"employee_id": ["X1"], "name": ["Guard"], "hire_date": ["2026-01-01"], "role": ["guard"]}
    )
    desk.type_in({"employees": people}, today=LAST, assignments_from=None)
    found = data_quality(company_store, scope=everything())
    assert found.days.index[-1] == pd.Timestamp(LAST)
    directory = read_directory(company_store)
    lacking = roles_without_template(directory, day=directory.data_day)
    assert lacking.set_index("role")["people"].to_dict() == {"guard": 1}


def test_a_mapping_made_on_the_page_reads_the_next_delivery_too(
    company_store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = DataDesk(company_store, everything())
    columns = {"employee_id": "Agent", "from_day": "Gone", "to_day": "Back"}
    mapping = FileMapping("leave_desk", "absences", "leave_*.csv", columns)
    for month, mapped in (("05", True), ("06", False)):
        folder = tmp_path_factory.mktemp("drop")
        text = f"Agent,Gone,Back,Colour\nP1,2026-{month}-03,2026-{month}-04,red\n"
        (folder / f"leave_{month}.csv").write_text(text)
        if mapped:
            (folder / "perfboard.toml").write_text(mapping_text([mapping]))
        preview = desk.preview(folder, today=LAST)
        assert [one.account.table for one in preview.tables] == ["absences"], month
        account = desk.load(
            folder,
            today=LAST,
            allow_rejects=False,
            assignments_from=None,
            progress=lambda _step, _share: None,
        )
        assert not account.refused
    kept = table_grid(company_store, read_directory(company_store), "absences", scope=desk.scope)
    assert len(kept) == 2
