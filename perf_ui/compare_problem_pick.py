"""What was picked in a chart: one group and one indicator, which all the rest then follows.

The pick stands in the address, so that the back button takes it back and a link brings it along.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.shared_problems import SharedProblems
from perf_ui import address, compare_parts, compare_picks
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said

_NAME: Final = "pick"


@dataclass(frozen=True)
class Told:
    """Whose problem is told to whom: groups of an axis, or the people of one role.

    Attributes
    ----------
    scope, directory, view
        Who looks, and at what.
    found : SharedProblems
        The verdicts.
    role : str
        The role whose people are compared; empty where groups are.
    """

    scope: Scope
    directory: Directory
    view: ComparisonView
    found: SharedProblems
    role: str = ""

    @property
    def is_of_people(self) -> bool:
        """Whether people are compared, not groups."""
        return bool(self.role)

    @property
    def plural(self) -> str:
        """What is compared, in the plural."""
        return said.groups_word(self.found.axis)

    def name(self, code: str) -> str:
        """A group or person by name."""
        return said.group_name(self.directory, self.found.axis, code)

    def kept(self, *what: str, make: Callable[[], Any]) -> Any:
        """Make a figure or table once (``compare_problem_reads.kept``)."""
        return problem_reads.kept(
            self.scope, self.view, *what, self.found.axis, self.role, make=make
        )


def picked(groups: Collection[str]) -> str:
    """The group that was picked, if it is one of these."""
    found = address.read(_NAME)
    return found if found in groups else ""


def pick(view: ComparisonView, codes: list[str]) -> None:
    """Pick a cell, of an indicator and a group; picked again it is let go, the indicator stays."""
    if len(codes) != 2:
        return
    indicator, group = codes
    if (view.indicator, address.read(_NAME)) == (indicator, group):
        compare_parts.show(view, **{_NAME: ""})
    else:
        compare_parts.show(replace(view, indicator=indicator), **{_NAME: group})


def link(label: str, view: ComparisonView, *, key: str, group: str = "", **changes: str) -> None:
    """Words that pick a group, and show what they are about."""
    compare_parts.view_link(label, view, key=f"told_{key}", **{_NAME: group}, **changes)


def crumb(name: str, *, key: str) -> None:
    """Say above a part what was picked, with a cross that lets it go; nothing for none."""
    compare_picks.chips({_NAME: name}, key=key)


def folded(title: str, make: Callable[[], pd.DataFrame], *, key: str, **settings: Any) -> None:
    """A table behind a line that opens it; it is not made before."""

    @st.fragment
    def fold() -> None:
        with st.expander(
            title, icon=":material/table_rows:", key=f"fold_{key}", on_change="rerun"
        ) as opened:
            if opened.open:
                st.dataframe(make(), hide_index=True, placeholder="–", **settings)

    fold()
