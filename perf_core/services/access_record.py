"""The record of what happened to accounts, rights and links, with what its numbers stand for."""

from __future__ import annotations

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.errors import NotAllowed
from perf_core.store import accounts as rows
from perf_core.store.engine import Store
from perf_core.store.share_links import told_links


def _refuse_unless_record(scope: Scope) -> None:
    if not (scope.may_administer or scope.may_edit):
        raise NotAllowed(what="the record of access")


def access_events(store: Store, *, scope: Scope, limit: int = 500) -> pd.DataFrame:
    """Read what happened to accounts, rights and links, the newest first.

    Wrong passcodes of one link are one row, the last try, with their number.

    Returns
    -------
    DataFrame
        ``event_id``, ``at``, ``kind``, ``by``, ``subject``, ``details``, ``link``: what the link
        of the event shows, as a mapping of ``kind``, ``title``, ``period`` and ``made_by`` (the
        signature of its maker); ``None`` where the event is about none. A title names people, so
        it is empty for whoever may not see everybody. The link's token is not kept anywhere.

    Raises
    ------
    NotAllowed
        The scope is neither HR's nor an administrator's.
    """
    _refuse_unless_record(scope)
    with store.reading() as connection:
        found = rows.read_events(connection, limit=limit)
        is_link = found["kind"].str.startswith("link_")
        links = told_links(connection, set(found.loc[is_link, "subject"]))
    if scope.employees is not None:
        links = {link_id: {**told, "title": ""} for link_id, told in links.items()}
    told = [
        links.get(subject) if about else None
        for subject, about in zip(found["subject"], is_link, strict=True)
    ]
    return found.assign(link=pd.Series(told, index=found.index, dtype=object))


def account_names(store: Store, *, scope: Scope) -> dict[str, str]:
    """What accounts are called, by id: whoever may read the record reads who did something.

    Raises
    ------
    NotAllowed
        The scope is neither HR's nor an administrator's.
    """
    _refuse_unless_record(scope)
    with store.reading() as connection:
        accounts = rows.all_accounts(connection)
    return {one.account_id: one.name or one.email or one.employee_id for one in accounts}
