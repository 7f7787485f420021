"""Ibis expressions over one relation, stacked into one statement of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis


class Stages:
    """A relation and what is computed from it, step by step.

    Each step sees the columns of the one before and is a query of its own in the statement. Left
    to itself, Ibis would merge the steps and compute what they share again and again.
    """

    def __init__(self, relation: str, schema: Mapping[str, Any]) -> None:
        self._steps: list[str] = []
        self.table: Any = ibis.table(dict(schema), name=relation)

    def then(self, table: Any) -> None:
        """Add a step: a table expression over ``table``, which then takes its place."""
        self._steps.append(ibis.to_sql(table, dialect="duckdb"))
        self.table = ibis.table(table.schema(), name=f"step_{len(self._steps)}")

    def sql(self) -> str:
        """The whole as one SELECT."""
        steps = ", ".join(
            f"step_{number} as not materialized ({step})"
            for number, step in enumerate(self._steps, start=1)
        )
        return f"with {steps} select * from step_{len(self._steps)}"
