"""Say which role a job title stands for."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pyarrow as pa

from perf_core.domain.access import Scope
from perf_core.services.people_reference import table_of
from perf_core.services.rights import require_editor
from perf_core.store.clock import now
from perf_core.store.engine import Store
from perf_core.store.loads import Journal, finish_load, start_load
from perf_core.store.row_writes import delete, read_table, rows_of, upsert
from perf_core.store.tables import Assignment, TitleRole


def save_titles(store: Store, roles: Mapping[str, str], *, scope: Scope, by: str = "") -> None:
    """Remember which role each job title stands for; an empty role forgets the title.

    Assignments loaded before under the bare title get the role: a title was never a role of its
    own, only one that had no name yet. All of it is a load like any other and can be undone.
    """
    require_editor(scope, "job titles")
    started = time.perf_counter()
    titles, assignments = table_of(TitleRole), table_of(Assignment)
    with store.writing() as connection:
        load_id = start_load(connection, at=now(), by=by, kind="typed")
        journal = Journal()
        named = [{"title": title, "role": role} for title, role in roles.items() if role]
        forgotten = pa.table({"title": pa.array([t for t in roles if not roles[t]], pa.string())})
        journal.add(delete(connection, titles, forgotten))
        journal.add(upsert(connection, titles, rows_of(titles, named)))
        wanted = {one["title"]: one["role"] for one in named}
        moved = [
            {**row, "role": wanted[row["role"]]}
            for row in read_table(connection, assignments).to_pylist()
            if row["role"] in wanted
        ]
        journal.add(upsert(connection, assignments, rows_of(assignments, moved)))
        journal.write(connection, load_id)
        account = {
            "file": "title_roles",
            "table": "title_roles",
            "read": len(roles),
            "loaded": len(roles),
            "excluded": {},
            "rejected": {},
            "notes": {"assignments_renamed": len(moved)} if moved else {},
        }
        finish_load(
            connection,
            load_id,
            status="done",
            note="",
            seconds=time.perf_counter() - started,
            files=[{**account, "source": "", "sha256": "", "set_aside": None}],
        )
