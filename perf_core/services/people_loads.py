"""Which deliveries brought people, their places and their pay."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from perf_core.store.engine import Store
from perf_core.store.loads import read_files, read_loads

OF_PEOPLE = ("employees", "assignments")
"""The tables that headcounts and leaving come from."""


def loads_of_tables(store: Store, tables: Iterable[str], *, most: int = 50) -> pd.DataFrame:
    """List the loads that stand and brought rows of some tables, newest first.

    People, assignments and pay are replaced by later loads, so all of them may have a part in what
    holds now.

    Returns
    -------
    DataFrame
        ``load_id``, ``at``, ``by``, ``files`` (those with such rows).
    """
    wanted = set(tables)
    with store.reading() as connection:
        files = read_files(connection)
        loads = read_loads(connection)
    mine = files[files["table"].isin(wanted)]
    names = mine.groupby("load_id")["file"].agg(lambda some: ", ".join(dict.fromkeys(some)))
    found = loads[loads["load_id"].isin(names.index) & (loads["status"] == "done")].head(most)
    return pd.DataFrame(
        {
            "load_id": found["load_id"],
            "at": found["at"],
            "by": found["by"],
            "files": found["load_id"].map(names),
        }
    ).reset_index(drop=True)
