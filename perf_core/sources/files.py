"""Which files a delivery holds, and what each one really is whatever its name says."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from perf_core.sources.packed_workbooks import Damaged, TooLarge, check_workbook
from perf_core.sources.problems import FileProblem

FileKind = Literal["text", "workbook", "parquet", "toml"]

MAPPING_NAME = "perfboard.toml"
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class FoundFile:
    """A file of the delivery: where it is and how the person knows it."""

    path: Path
    label: str
    was_named: bool
    """Given by itself, not found in a folder."""

    @property
    def suffix(self) -> str:
        """The lower-case ending of its name."""
        return self.path.suffix.lower()


def found_files(paths: Sequence[Path]) -> tuple[list[FoundFile], list[FileProblem]]:
    """List the files below the paths, each once, in the order given and by name in folders."""
    found: list[FoundFile] = []
    problems: list[FileProblem] = []
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*"), key=lambda one: one.relative_to(path).parts)
            candidates = [
                FoundFile(one, one.relative_to(path).as_posix(), was_named=False)
                for one in inside
                if one.is_file() and not _is_hidden(one.relative_to(path))
            ]
        elif path.exists():
            candidates = [FoundFile(path, path.name, was_named=True)]
        else:
            problems.append(FileProblem(str(path), "not_found"))
            continue
        for candidate in candidates:
            real = candidate.path.resolve()
            if real not in seen:
                seen.add(real)
                found.append(candidate)
    return _told_apart(found), problems


def _told_apart(files: list[FoundFile]) -> list[FoundFile]:
    """Name files of the same name by their folders too."""
    times = Counter(file.label for file in files)
    return [
        file
        if times[file.label] == 1
        else FoundFile(file.path, file.path.as_posix(), was_named=file.was_named)
        for file in files
    ]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts) or (
        path.name.endswith(("~", ".tmp", ".lock", ".crdownload", ".part"))
    )


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def kind_of(file: FoundFile) -> FileKind | FileProblem:
    """Tell what a file is from its bytes; a problem says why it cannot be a table."""
    try:
        with file.path.open("rb") as stream:
            head = stream.read(65536)
    except OSError as error:
        return FileProblem(file.label, "unreadable", {"why": error.strerror or str(error)})
    match head[:4]:
        case b"PAR1":
            return "parquet"
        case b"PARE":
            return FileProblem(file.label, "encrypted")
        case start if start.startswith(b"PK"):
            return _packed_kind(file)
    if head.startswith(_OLE):
        return _ole_problem(file)
    fault = _text_fault(file, head)
    return FileProblem(file.label, fault) if fault else "text"


def _text_fault(file: FoundFile, head: bytes) -> str:
    """Why bytes that are no workbook and no Parquet are no text either; ``""`` where they are."""
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        return "empty"
    if not _is_text(head):
        return "damaged" if file.suffix in {".xlsx", ".xlsm", ".parquet"} else "not_a_table"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    return "web_page" if start.startswith(b"<") else ""


def _is_text(head: bytes) -> bool:
    if head.startswith(_UTF16):
        return True
    return b"\x00" not in head and not head.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"Rar!"))


def _ole_problem(file: FoundFile) -> FileProblem:
    with file.path.open("rb") as stream:
        is_encrypted = _ENCRYPTED in stream.read(4_000_000)
    return FileProblem(file.label, "encrypted" if is_encrypted else "old_excel")


def _packed_kind(file: FoundFile) -> FileKind | FileProblem:
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                is_binary = "xl/workbook.bin" in names
                return FileProblem(file.label, "old_excel" if is_binary else "not_a_table")
            if any(member.flag_bits & 1 for member in members):
                return FileProblem(file.label, "encrypted")
            check_workbook(archive)
    except TooLarge:
        return FileProblem(file.label, "too_large_unpacked")
    except (Damaged, zipfile.BadZipFile, OSError, zlib.error, EOFError, NotImplementedError):
        return FileProblem(file.label, "damaged")
    return "workbook"
