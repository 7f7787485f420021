"""What people were paid, in the store's currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, Select, and_, func, select
from sqlmodel import col

from perf_core.store.tables import Pay, Rate


def read_pay(connection: Connection, *, first: date, last: date) -> pd.DataFrame:
    """Read the pay of the months that share a day with a span, and what may stand in for it.

    Parameters
    ----------
    connection : Connection
        A connection that reads.
    first, last : date
        The days of the span, both included.

    Returns
    -------
    DataFrame
        ``employee_id``, ``month`` (its first day), ``kind`` and ``amount_e4`` as a number in the
        store's currency, at the rate of the row's month. If a month of the span has no pay of
        anybody, the last base pay that each person had before the span comes too.
    """
    opening = first.replace(day=1)
    in_span = _amounts().where(col(Pay.month) >= opening, col(Pay.month) <= last)
    pay = _frame(connection, in_span)
    months = pd.date_range(opening, last, freq="MS")
    if months.isin(pay["month"]).all():
        return pay
    return pd.concat([_frame(connection, _last_base(opening)), pay], ignore_index=True)


def _amounts() -> Select[*tuple[Any, ...]]:
    return select(
        col(Pay.employee_id),
        col(Pay.month),
        col(Pay.kind),
        col(Pay.amount_e4),
        col(Pay.currency),
        col(Rate.rate),
    ).outerjoin(
        Rate,
        and_(col(Rate.month) == col(Pay.month), col(Rate.currency) == col(Pay.currency)),
    )


def _last_base(before: date) -> Select[*tuple[Any, ...]]:
    newest = (
        select(col(Pay.employee_id), func.max(col(Pay.month)).label("month"))
        .where(col(Pay.kind) == "base", col(Pay.month) < before)
        .group_by(col(Pay.employee_id))
        .subquery()
    )
    return (
        _amounts()
        .join(
            newest,
            and_(newest.c.employee_id == col(Pay.employee_id), newest.c.month == col(Pay.month)),
        )
        .where(col(Pay.kind) == "base")
    )


def no_pay() -> pd.DataFrame:
    """Give what :func:`read_pay` would where nobody has been paid."""
    return _laid_out([])


def _frame(connection: Connection, query: Select[*tuple[Any, ...]]) -> pd.DataFrame:
    return _laid_out(connection.execute(query).all())


def _laid_out(rows: Sequence[Row[*tuple[Any, ...]]]) -> pd.DataFrame:
    employee, month, kind, amount, currency, rate = (
        list(column) for column in (zip(*rows, strict=True) if rows else [()] * 6)
    )
    # A foreign amount whose rate is gone stays unknown: it is never taken at 1.
    factor = np.array(
        [1.0 if code == "" else one for code, one in zip(currency, rate, strict=True)], dtype=float
    )
    return pd.DataFrame(
        {
            "employee_id": pd.Series(employee, dtype="str"),
            "month": np.array(month, dtype="datetime64[s]"),
            "kind": pd.Series(kind, dtype="str"),
            "amount_e4": np.array(amount, dtype=float) * factor,
        }
    )
