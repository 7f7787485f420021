"""Names in the cells of typed tables: shown to people, stored as codes.

A cell may hold a code, a name in either language, or both as ``Name · code``. What names nobody is
given back with its row and column; a brand, region, department or channel that is new is taken as
its own code, as files may bring it, and given back to be asked about: it may be a slip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

import pandas as pd

from perf_core.domain.catalogue import Names
from perf_core.services.directory import Directory

_Why = Literal["unknown", "ambiguous", "several", "new"]
Kind = Literal[
    "person",
    "brand",
    "region",
    "department",
    "role",
    "channel",
    "dimension",
    "veto",
    "indicator",
    "goal",
    "owner",
]

MARK: Final = " · "
"""Between a name and its code."""

_KINDS: Final[Mapping[str, Kind]] = {
    "employee_id": "person",
    "manager_id": "person",
    "ratee_id": "person",
    "rater_id": "person",
    "owner_id": "owner",
    "brand": "brand",
    "region": "region",
    "department": "department",
    "role": "role",
    "channel": "channel",
    "dimension": "dimension",
    "indicator": "indicator",
    "goal_id": "goal",
    "parent_id": "goal",
}
MUST_BE_KNOWN: Final = frozenset({"person", "indicator", "owner", "goal"})
"""What is not made by naming it; a new brand, region or channel is."""

_OWN_NAME: Final = {"employees": "employee_id", "goals": "goal_id"}


@dataclass(frozen=True)
class CellFault:
    """A cell that names nothing, or not one thing.

    Attributes
    ----------
    row : int
        The place of the row, from 0.
    column : str
        The column.
    text : str
        What was typed.
    why : {"unknown", "ambiguous", "several", "new"}
        Nothing is called so, more than one thing is, more than one was chosen, or nothing is
        called so but may be made by naming it.
    """

    row: int
    column: str
    text: str
    why: _Why


def named_columns(table: str, columns: Sequence[str]) -> dict[str, Kind]:
    """The columns of a typed table whose codes have names; not the one that is the row's own."""
    kinds = {name: _KINDS[name] for name in columns if name in _KINDS}
    kinds.pop(_OWN_NAME.get(table, ""), None)
    if table == "veto_events" and "kind" in columns:
        kinds["kind"] = "veto"
    return kinds


def names_of(directory: Directory, kind: Kind, goals: Mapping[str, str]) -> dict[str, Names]:
    """What a kind of thing is called, by code, in the order it is offered.

    Parameters
    ----------
    directory : Directory
        Everybody and everything named.
    kind : Kind
        The kind.
    goals : mapping of str to str
        The titles of the goals, by code.
    """
    if kind == "person":
        return {str(code): _said(str(name)) for code, name in directory.people["name"].items()}
    if kind == "goal":
        return {code: _said(title) for code, title in goals.items()}
    if kind == "indicator":
        return {code: one.names for code, one in directory.catalogue.indicators.items()}
    if kind == "owner":
        places = names_of(directory, "department", goals)
        return {**places, **names_of(directory, "person", goals)}
    known = {code: one.names for (of, code), one in directory.catalogue.axes.items() if of == kind}
    if kind in directory.assignments.columns:
        known = {**dict.fromkeys(directory.codes(kind), Names()), **known}
    return dict(sorted(known.items()))


def _said(name: str) -> Names:
    return Names(zh=name, en=name)


def codes_for(
    table: str,
    rows: pd.DataFrame,
    names: Mapping[Kind, Mapping[str, Names]],
) -> tuple[pd.DataFrame, list[CellFault]]:
    """Put codes in the place of names.

    Parameters
    ----------
    table : str
        A typed table.
    rows : DataFrame
        Its rows; cells of columns with names are lists of what was chosen, pasted or typed.
    names : mapping
        What each kind of thing is called (``names_of``).

    Returns
    -------
    DataFrame
        The rows with text in these cells: a code, or what was typed where nothing is called so.
    list of CellFault
        The cells that cannot be stored; as ``"new"`` those to be asked about, where others of
        their kind are known and none is called so.

    Examples
    --------
    >>> names = {"brand": {"luxe": Names(zh="臻品", en="Luxe"), "core": Names(zh="悦选")}}
    >>> rows = pd.DataFrame({"brand": [["臻品"], ["core"], ["luxe", "core"], []]})
    >>> codes, faults = codes_for("assignments", rows, names)
    >>> codes["brand"].tolist(), [(one.row, one.why) for one in faults]
    (['luxe', 'core', 'luxe, core', ''], [(2, 'several')])
    """
    found, faults = rows.copy(), []
    for column, kind in named_columns(table, [str(name) for name in rows.columns]).items():
        known = names.get(kind, {})
        called = _called(known)
        cells = []
        for row, cell in enumerate(rows[column]):
            code, why = _code(_chosen(cell), known, called, must=kind in MUST_BE_KNOWN)
            cells.append(code)
            if why is not None:
                faults.append(CellFault(row, column, code, why))
        found[column] = pd.Series(cells, index=rows.index, dtype=object)
    return found, sorted(faults, key=lambda one: one.row)


def _chosen(cell: object) -> list[str]:
    if isinstance(cell, str):
        return [cell.strip()] if cell.strip() else []
    if not isinstance(cell, Sequence):
        return [] if cell is None or cell != cell else [str(cell)]  # noqa: PLR0124  # NaN
    return list(dict.fromkeys(str(one).strip() for one in cell if str(one).strip()))


def _called(known: Mapping[str, Names]) -> dict[str, set[str]]:
    """The codes behind each way of calling something."""
    called: dict[str, set[str]] = {}
    for code, names in known.items():
        for name in {names.zh, names.en} - {""}:
            for said in (name, f"{name}{MARK}{code}"):
                called.setdefault(said.casefold(), set()).add(code)
        called.setdefault(code.casefold(), set()).add(code)
    return called


def _code(
    chosen: list[str], known: Mapping[str, Names], called: Mapping[str, set[str]], *, must: bool
) -> tuple[str, _Why | None]:
    codes, is_new = [], False
    for text in chosen:
        if text in known:
            codes.append(text)
            continue
        meant = called.get(text.casefold(), set())
        if len(meant) > 1:
            return text, "ambiguous"
        if not meant and must:
            return text, "unknown"
        is_new = is_new or (not meant and bool(known))
        codes.append(next(iter(meant), text))
    codes = list(dict.fromkeys(codes))
    return ", ".join(codes), "several" if len(codes) > 1 else "new" if is_new else None


def likest(said: str, known: Mapping[str, Names]) -> list[str]:
    """The codes of what is known, the likest to what was typed first.

    Examples
    --------
    >>> likest("Luxxe", {"core": Names(en="Core"), "l1": Names(zh="臻品", en="Luxe")})
    ['l1', 'core']
    """

    def likeness(code: str) -> float:
        called = {code, known[code].zh, known[code].en} - {""}
        folded = said.casefold()
        return max(SequenceMatcher(None, one.casefold(), folded).ratio() for one in called)

    return sorted(known, key=lambda code: (-likeness(code), code))
