"""``import``, ``loads`` and ``export`` from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from perf_core.cli import main
from perf_core.store.engine import Store
from tests.services.deliveries import PEOPLE, cells, folder_of

ROOT = Path(__file__).resolve().parents[2]
VISITS = "day,measure,value,employee_id\n2026-06-01,visits,5,E1\n2026-06-01,carts,5,E9\n"


def url_of(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_one_document_and_nothing_else(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE, "poem": "line\nroses are red\n"})
    status, out, err = run(capsys, "import", str(folder), "--json", "--db", url_of(store))
    assert (status, err) == (0, "")
    document = json.loads(out)
    assert set(document) == {"load", "tables"}
    assert document["load"] == 1
    people, poem = document["tables"]
    assert people == {
        "file": people["file"],
        "source": "",
        "table": "employees",
        "read": 4,
        "loaded": 4,
        "excluded": {},
        "rejected": {},
        "notes": {"assignments_created": 4},
    }
    assert people["file"].endswith("employees.csv")
    assert poem["table"] is None
    assert poem["notes"]


def test_a_refused_load_prints_its_account(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE, "measures": VISITS})
    words = ("--db", url_of(sqlite_store), "import", str(folder))
    status, out, err = run(capsys, *words, "--json")
    assert status == 1
    assert err.count("\n") == 1
    assert "Traceback" not in err
    document = json.loads(out)
    assert document["refused"]
    assert document["load"] is None
    assert document["tables"][1]["rejected"] == {"unknown_employee": 1}
    status, out, err = run(capsys, *words)
    assert status == 1
    assert "unknown_employee 1" in out
    assert run(capsys, *words, "--skip-bad-files")[0] == 0
    assert cells(sqlite_store, "visits") == []
    assert run(capsys, *words, "--allow-rejects")[0] == 0
    assert cells(sqlite_store, "visits") == [(5.0,)]


def test_loads_are_listed_and_undone(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE})
    at = ("--db", url_of(sqlite_store))
    run(capsys, *at, "import", str(folder))
    status, out, _ = run(capsys, *at, "loads", "--json")
    (load,) = json.loads(out)
    assert status == 0
    assert load["load"] == 1
    assert load["files"] == ["employees.csv"]
    assert load["loaded"] == 4
    assert "done" in run(capsys, *at, "loads")[1]
    assert run(capsys, "loads", "undo", "1", *at)[0] == 0
    assert cells(sqlite_store, "name", "employees") == []
    status, out, err = run(capsys, *at, "loads", "undo", "1")
    assert (status, out) == (1, "")
    assert "undone" in err
    assert run(capsys, *at, "loads", "undo", "77")[0] == 1


def test_importing_makes_the_store_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE})
    url = f"sqlite:///{(tmp_path / 'new' / 'store.db').as_posix()}"
    status, out, err = run(capsys, "import", str(folder), "--db", url, "--json")
    assert status == 0
    assert json.loads(out)["load"] == 1
    assert "set up" in err


def test_other_commands_want_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{(tmp_path / 'store.db').as_posix()}"
    status, out, err = run(capsys, "loads", "--db", url)
    assert (status, out) == (1, "")
    assert "init" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [[], ["import"], ["nonsense"], ["loads", "undo"], ["loads", "undo", "x"], ["export"]]
)
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *words)
    assert status == 2
    assert out == ""
    assert "usage" in err


def test_trying_leaves_no_load(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE})
    words = ("import", str(folder), "--dry-run", "--json", "--db", url_of(sqlite_store))
    status, out, _ = run(capsys, *words)
    assert status == 0
    assert json.loads(out)["load"] is None
    assert json.loads(run(capsys, "loads", "--json", "--db", url_of(sqlite_store))[1]) == []


def test_help_is_there_at_once() -> None:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "perf_core", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.perf_counter() - started < 10
    assert "import" in done.stdout
    for heavy in ("pandas", "duckdb", "sqlalchemy", "ibis"):
        assert f" {heavy}\n" not in done.stderr


def test_a_pipe_gets_no_progress_bar(sqlite_store: Store, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"employees": PEOPLE})
    done = subprocess.run(
        [sys.executable, "-m", "perf_core", "--db", url_of(sqlite_store), "import", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "employees" in done.stdout


def exported(capsys: pytest.CaptureFixture[str], store: Store, folder: Path) -> dict[str, bytes]:
    at = ("--db", url_of(store))
    status, out, _ = run(capsys, *at, "export", "all", "--to", str(folder), "--json")
    assert status == 0
    written = [Path(path) for path in json.loads(out)["written"]]
    return {path.name: path.read_bytes() for path in written}


WHOLE: dict[str, Any] = {
    "employees": """
employee_id,name,hire_date,leave_date,email,bonus_base
007,"Lin ""the"" =2+3",2025-01-01,,a@b.example,1234.5678
E2,'t Hooft,2025-01-01,2026-06-10,,
E3,=cmd|' /C calc'!A0,2024-01-01,,,
""",
    "assignments": """
employee_id,from_date,to_date,role,brand,region,department,manager_id
007,2025-01-01,2025-12-31,design,core,east,D1,E3
007,2026-02-01,,platform_ops,luxe,east,D1,E3
E2,2025-01-01,,service,core,,,
""",
    "absences": "employee_id,from_day,to_day,kind\n007,2026-06-03,2026-06-04,leave\n",
    "owners": """
channel,employee_id,from_date,to_date,brand,region
tmall:a,E2,2026-06-02,,core,west
""",
    "rates": "month,currency,rate\n2026-06,USD,7.1234\n",
    "pay": """
employee_id,month,amount,currency,kind
007,2026-05,10000.01,,base
007,2026-06,1,USD,other
""",
    "orders": """
order_id,ordered_at,amount,employee_id,brand,region,channel,currency,buyer_id,status,units,updated_at
1,2026-06-01 23:30:00,100.1234,007,luxe,,tmall,,b1,paid,1,2026-06-02 00:00:00
2,2026-06-01T16:30:00Z,50.5,007,core,,tmall,USD,b1,refunded,2,
3,2026-06-02 11:00:00,60,007,,,tmall,,b1,cancelled,2,
4,2026-06-11,70,,,,tmall:a,,b1,,1.5,
5,2026-06-03,70,,zed,,web,,@b,,,
""",
    "tickets": """
ticket_id,opened_at,employee_id,channel,response_seconds,resolved,csat,status
T1,2026-06-01 10:00,E2,im,30.25,yes,5,closed
T2,2026-06-01 11:00,E2,im,,no,,open
""",
    "measures": """
day,measure,value,employee_id,brand,region,channel,currency
2026-06-01,visits,12,007,,,tmall,
2026-06-01,orders,9,007,,,tmall,
2026-06-01,ad_spend,-0.0001,007,,,tmall,USD
2026-06-01,samples,0.1,007,,,tmall,
2026-06-01,fees,12.5,007,,,tmall,
2026-06-05,visits,0.333333333333,,zed,north,jd,
""",
    "targets": """
period,indicator,value,employee_id,brand,role,reason,revised_on,currency
2026-06,aov,300,007,,,,,
2026-06,aov,280.5,007,,,-5 % agreed,2026-06-10,
2026-05-30..2026-08-29,conversion,0.05,,,platform_ops,,,
""",
    "ratings": """
period,ratee_id,rater_id,relation,dimension,score,comment
2026-06,007,E3,manager,attitude,4.5,"good, but
late"
""",
    "veto_events": """
event_id,day,employee_id,kind,source,note,status
V1,2026-06-02,E2,fake_orders,shop,+seen,confirmed
""",
    "goals": "goal_id,period,title,owner_kind,owner_id\nG1,2026,Grow,employee,007\n",
    "tasks": "task_id,title,employee_id,due,progress\nK1,Write,007,2026-07-01,0.5\n",
    "notes": """
note_id,written_at,author_id,employee_id,text
N1,2026-06-01T10:00:00Z,E3,007,Talked
""",
    "trainings": "training_id,employee_id,course,score\nC1,007,Pricing,88\n",
    "perfboard.toml": """
[measure.samples]
name = { zh = "样品", en = "Samples" }
unit = "count"

[measure.fees]
name = { zh = "费用", en = "Fees" }
unit = "money"

[brand.value]
name = { zh = "实惠", en = "Value" }
""",
}


def test_every_table_comes_back_unchanged(
    store: Store,
    sqlite_store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(
        capsys, "import", str(folder_of(tmp_path, WHOLE)), "--db", url_of(store), "--json"
    )
    assert status == 0
    assert all(not table["rejected"] for table in json.loads(out)["tables"])
    first = exported(capsys, store, tmp_path / "one")
    assert all(len(text.splitlines()) > 1 for text in first.values())
    status, out, _ = run(
        capsys, "import", str(tmp_path / "one"), "--db", url_of(sqlite_store), "--json"
    )
    assert status == 0
    assert all(not table["rejected"] for table in json.loads(out)["tables"])
    second = exported(capsys, sqlite_store, tmp_path / "two")
    for name, text in first.items():
        assert second[name].decode() == text.decode(), name
    columns = "day, employee_id, brand, region, channel, currency, credited_to, orders, revenue"
    columns += ", repeat_orders, visits, ad_spend, tickets"
    assert cells(sqlite_store, columns) == cells(store, columns)
    columns = columns.replace("day", "month").replace("credited_to, ", "")
    assert cells(sqlite_store, columns, "monthly_measures") == cells(
        store, columns, "monthly_measures"
    )


def test_a_spreadsheet_runs_nothing_of_an_export(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "import", str(folder_of(tmp_path, WHOLE)), "--db", url_of(sqlite_store))
    files = exported(capsys, sqlite_store, tmp_path / "out")
    assert files["employees.csv"].startswith(b"\xef\xbb\xbfemployee_id,name")
    assert "'=cmd|" in files["employees.csv"].decode()
    assert "'@b" in files["orders.csv"].decode()
    assert "'+seen" in files["veto_events.csv"].decode()
    assert "'-5 % agreed" in files["targets.csv"].decode()
    assert ",-0.0001," in files["measures.csv"].decode()


def test_unknown_tables_are_named(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--db", url_of(sqlite_store))
    status, _, err = run(capsys, *at, "export", "nonsense", "--to", str(tmp_path / "out"))
    assert status == 1
    assert "nonsense" in err
    assert not (tmp_path / "out").exists()
