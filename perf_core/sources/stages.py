"""Ibis expressions over one relation, stacked into one statement of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ibis
from ibis.expr.operations import Node


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
        self._steps.append(compiled(table))
        self.table = ibis.table(table.schema(), name=f"step_{len(self._steps)}")

    def sql(self) -> str:
        """The whole as one SELECT."""
        steps = ", ".join(
            f"step_{number} as not materialized ({step})"
            for number, step in enumerate(self._steps, start=1)
        )
        return f"with {steps} select * from step_{len(self._steps)}"


def compiled(expression: Any) -> str:
    """Give the SQL of an expression, as DuckDB reads it.

    Writing it takes longer than reading a small file with it, and a delivery asks the same of
    file after file, first for the preview and then for the load.
    """
    return _compiled(expression.op())


@lru_cache(maxsize=256)
def _compiled(node: Node) -> str:
    return str(ibis.to_sql(node.to_expr(), dialect="duckdb"))
