"""What is kept is found once, for those who may see the same, and never for others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_ui.kept import kept


def scope_of(*people: str, viewer: str = "M1") -> Scope:
    return Scope(Viewer(ViewerKind.MANAGER, viewer), frozenset(people), PayRight.NONE)


def test_a_scope_counts_by_what_it_allows() -> None:
    asked = []

    @kept(most=8)
    def people(scope: Scope) -> list[str]:
        asked.append(scope)
        return sorted(scope.employees or ())

    assert people(scope_of("Lin", "Wu")) is people(scope_of("Wu", "Lin"))
    assert people(scope_of("Lin")) == ["Lin"]
    assert len(asked) == 2


def test_whoever_asks_at_the_same_time_waits_for_the_one_answer() -> None:
    asked = []

    @kept(most=8)
    def slow(number: int) -> int:
        asked.append(number)
        sleep(0.05)
        return number

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(slow, [7] * 8)) == {7}
    assert asked == [7]


def test_a_failure_is_not_kept_and_old_answers_make_room() -> None:
    asked = []

    @kept(most=2)
    def picky(number: int) -> int:
        asked.append(number)
        if asked.count(number) == 1 and number < 0:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="-1"):
        picky(-1)
    assert picky(-1) == -1
    assert [picky(1), picky(2), picky(-1)] == [1, 2, -1]
    assert asked == [-1, -1, 1, 2, -1]
