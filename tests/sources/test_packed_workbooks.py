"""Files made to harm: refused in words, before any memory is spent on them."""

from __future__ import annotations

import ast
import io
import pickle
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from perf_core.sources import files, packed_workbooks, workbooks
from perf_core.sources.files import FoundFile
from perf_core.sources.packed_workbooks import _Look
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import Relations
from tests.sources.conftest import Read

Reader = Callable[..., Read]

ROOT = Path(__file__).resolve().parents[2]
_OPEN = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OPEN}/spreadsheetml/2006/main"'
_RELATION = f"{_OPEN}/officeDocument/2006/relationships"


def _rels(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_OPEN}/package/2006/relationships">{listed}</Relationships>'


def book(rows: str, strings: str = "", **more: bytes) -> bytes:
    """A workbook with one sheet, written by hand."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", _rels(("officeDocument", "xl/workbook.xml")))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_RELATION}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _rels(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")),
        )
        sheet = f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/sharedStrings.xml", strings or f"<sst {_MAIN}/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return stream.getvalue()


def cells(*texts: str, at: str = "") -> str:
    """The cells of one row; ``at`` gives their row number where they say where they stand."""
    return "".join(
        f'<c{f" r={chr(34)}{chr(65 + place)}{at}{chr(34)}" if at else ""} t="inlineStr">'
        f"<is><t>{text}</t></is></c>"
        for place, text in enumerate(texts)
    )


HEAD = cells("员工工号", "姓名", "入职日期")
LIN = cells("1", "林", "2026-06-01")


def test_a_sheet_written_by_hand_is_read(read: Reader) -> None:
    first = cells("员工工号", "姓名", "入职日期", at="1")
    last = cells("1", "林", "2026-06-01", at="9")
    placed = f"<row r='1'>{first}</row><row r = '9'>{last}</row>"
    for rows in (f"<row>{HEAD}</row><row>{LIN}</row>", placed):
        assert read({"a.xlsx": book(rows)}).rows("employees", "employee_id", "name") == [
            ("1", "林")
        ]


FAR = "<row r='1'><c r='A1'><v>1</v></c></row>"
PROMISES = f'<sst {_MAIN} count="9" uniqueCount="4294967295"><si><t>a</t></si></sst>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (book(FAR + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too_large_unpacked"),
        (book(FAR + "<row r='1048576'><c\n r =  'xfd1048576'/></row>"), "too_large_unpacked"),
        (book(FAR + '<row><c r="Z1048576"><v>1</v></c></row>'), "too_large_unpacked"),
        (book(FAR + f'<row><c {" " * 5_000_000}r="XFD1048576"/></row>'), "damaged"),
        (book(FAR + '<row r="99999999999999999999999"/>'), "too_large_unpacked"),
        (book(FAR + f'<row r="2"><c r="{"Z" * 500}2"/></row>'), "too_large_unpacked"),
        (book(f"<row>{'<c/>' * 20_000}</row>{'<row/>' * 20_000}"), "too_large_unpacked"),
        (book(FAR, PROMISES), "damaged"),
    ],
)
def test_a_small_file_cannot_ask_for_room_without_end(
    read: Reader, content: bytes, code: str
) -> None:
    """A reader that made room for these cells would end the whole process."""
    assert len(content) < 20_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = read({"a.xlsx": content})
    assert result.codes == [code]
    assert "a.xlsx" in result.delivery.problems[0].message()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_what_the_reader_did_not_expect_is_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A panic is no Exception; past the first check, it would pass every handler."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(f'{FAR}<row r="2"><c r="ZZZZZZZ99999999999"><v>1</v></c></row>'))
    monkeypatch.setattr(files, "check_workbook", lambda _: None)
    with duckdb.connect() as connection:
        found = workbooks.land_workbook(
            connection,
            FoundFile(path, "a.xlsx", was_named=True),
            relations=Relations(),
            count_known=lambda _: 0,
        )
    assert isinstance(found, FileProblem)
    assert found.code == "damaged"


def test_a_workbook_packed_too_tightly_is_refused_early(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_workbooks, "_RATIO_FROM", 1_000_000)
    started = time.monotonic()
    for name in ("xl/worksheets/sheet2.xml", "xl/media/image1.png", "docProps/app.xml"):
        tight = book(FAR, **{name: b"<a>" + bytes(50_000_000)})
        assert len(tight) < 100_000
        assert read({"a.xlsx": tight}).codes == ["too_large_unpacked"]
    assert time.monotonic() - started < 20


def test_a_workbook_of_ever_so_many_files_is_refused(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_workbooks, "MAX_MEMBERS", 300)
    many = {f"xl/media/{number}.png": b"x" for number in range(300)}
    assert read({"a.xlsx": book(FAR, **many)}).codes == ["too_large_unpacked"]


def test_files_that_share_their_bytes_are_counted_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many entries of the directory lead to one and the same packed file."""
    monkeypatch.setattr(packed_workbooks, "MAX_UNPACKED", 10_000_000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(FAR, **{"xl/big.xml": bytes(1_000_000)}))
    with zipfile.ZipFile(path, "a") as archive:
        big = archive.getinfo("xl/big.xml")
        for number in range(20):
            twin = zipfile.ZipInfo(f"xl/twin{number}.xml")
            for name in ("header_offset", "compress_size", "compress_type", "CRC"):
                setattr(twin, name, getattr(big, name))
            twin.file_size = 10  # what it says of itself is little
            archive.filelist.append(twin)
        archive._didModify = True  # type: ignore[attr-defined]
    found = files.kind_of(FoundFile(path, "a.xlsx", was_named=True))
    assert isinstance(found, FileProblem)
    assert found.code == "too_large_unpacked"


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_the_look_is_the_same_however_the_bytes_come(size: int) -> None:
    sheet = f'<x:row r="3">{"<x:c/>" * 5}</x:row><row><c r="AB4"/>{"<c/>" * 9}</row><cols/>' * 3
    content = sheet.encode() + b"<rowBreaks/>"
    look = _Look()
    for start in range(0, len(content), size):
        look.at(content[start : start + size])
    assert (look._tags, look._rows, look._widest) == (3 * 17, 6, 10)
    assert (look.last_row, look.last_column) == (4, 28)


def test_other_packings_are_refused(read: Reader) -> None:
    stream = io.BytesIO(book(FAR))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/more.xml", b"<a/>")
    assert read({"a.xlsx": stream.getvalue()}).codes == ["damaged"]


def test_a_parquet_file_of_billions_of_equal_cells_is_not_unpacked(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perf_core.sources.parquet_files.MAX_CELLS", 1_000_000)
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as duck:
        duck.execute(
            f"copy (select 1 as order_id, 2 as amount from range(600000)) to '{path.as_posix()}'"
        )
    assert path.stat().st_size < 20_000
    assert read(paths=[path]).codes == ["too_large_unpacked"]


class _Harm:
    """What runs when somebody unpickles it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("suffix", ["pkl", "csv", "xlsx", "parquet", "npy", "joblib", "toml"])
@pytest.mark.parametrize("protocol", [0, 5])
def test_nothing_that_comes_from_outside_is_unpickled(
    read: Reader, tmp_path: Path, suffix: str, protocol: int
) -> None:
    mark = tmp_path / "harmed"
    content = pickle.dumps(_Harm(mark), protocol=protocol)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    result = read(paths=[path])
    assert not mark.exists()
    assert result.delivery.tables == []
    said = [*result.delivery.problems, *result.delivery.unrecognised]
    assert said
    pickle.loads(content)  # noqa: S301 - the test's own: it would have shown
    assert mark.exists()


@pytest.mark.parametrize("name", ["a.exe", "a.docx", "a.zip", "a.json", "a.html", "a.gz", "a.xlsb"])
def test_other_kinds_of_files_are_refused_in_words(read: Reader, tmp_path: Path, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    contents = {
        ".exe": b"MZ\x90\x00" + bytes(200),
        ".docx": packed.getvalue(),
        ".zip": packed.getvalue(),
        ".html": b"<!doctype html><table></table>",
        ".json": b'{"a": 1}',
        ".gz": b"\x1f\x8b\x08\x00" + bytes(60),
        ".xlsb": packed.getvalue(),
    }
    path = tmp_path / name
    path.write_bytes(contents[path.suffix])
    named = read(paths=[path]).delivery
    assert named.tables == []
    assert named.problems or named.unrecognised
    for problem in named.problems:
        assert name in problem.message()
    inside = read({name: contents[path.suffix]}).delivery
    assert [note.code for note in inside.notes] == ["unknown_kind"]
    assert "CSV" in inside.notes[0].message()


_UNSAFE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
_UNSAFE_CALLS = {"eval", "exec", "read_pickle", "to_pickle"}


def test_no_module_can_read_what_runs() -> None:
    """Neither pickles nor code: what is loaded is data."""
    found = []
    for folder in ("perf_core", "perf_ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names: set[str] = set()
                if isinstance(node, ast.Import):
                    names = {one.name.split(".")[0] for one in node.names} & _UNSAFE
                elif isinstance(node, ast.ImportFrom):
                    names = {(node.module or "").split(".")[0]} & _UNSAFE
                elif isinstance(node, ast.Call):
                    called = str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
                    is_plain = isinstance(node.func, ast.Name) or called.endswith("pickle")
                    names = {called} & _UNSAFE_CALLS if is_plain else set()
                    names |= {str(one.arg) for one in node.keywords} & {"allow_pickle"}
                found += [(path.name, name) for name in names]
    assert found == []
