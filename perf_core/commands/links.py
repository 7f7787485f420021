"""``links``: list the shared links, or take some back."""

from __future__ import annotations

import argparse

from perf_core.commands.output import Output
from perf_core.domain.access import everything
from perf_core.services.share_review import (
    LinkKind,
    LinkState,
    list_links,
    revoke_link,
    this_instant,
)
from perf_core.store.engine import Store

_OPENS = frozenset({LinkState.OPEN, LinkState.USED})
_COLUMNS = ["link", "kind", "part", "title", "period", "made_by", "state", "expires_at", "readers"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    deeds = parser.add_subparsers(dest="deed", metavar="revoke LINK…|all")
    revoke = deeds.add_parser("revoke", help="let links open no more, at once and for good")
    revoke.add_argument("links", metavar="LINK", nargs="+", help="their ids, or all")
    for name, settings in (("--db", {"metavar": "URL"}), ("--json", {"action": "store_true"})):
        revoke.add_argument(name, default=argparse.SUPPRESS, **settings)  # type: ignore[arg-type]


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """List everybody's links, the newest first; what was taken back says so."""
    scope, now = everything(), this_instant()
    if args.deed == "revoke":
        wanted = args.links
        if wanted == ["all"]:
            listed = list_links(store, scope, now=now)
            wanted = [one.link.link_id for one in listed if one.state in _OPENS]
        for link_id in wanted:
            revoke_link(store, scope, link_id, now=now)
        out.say(f"Links taken back: {len(wanted)}.")
    found = [
        {
            "link": one.link.link_id,
            "kind": one.link.kind.value,
            "part": one.link.part.value if one.link.kind is LinkKind.VIEW else "",
            "title": one.link.title,
            "period": one.link.period,
            "made_by": one.made_by,
            "made_at": one.link.created_at.isoformat(timespec="seconds"),
            "expires_at": one.link.expires_at.isoformat(timespec="seconds"),
            "state": one.state.value,
            "readers": one.n_readers,
            "views": one.n_views,
            "answers": len(one.answers),
        }
        for one in list_links(store, scope, now=now)
    ]
    out.document(found)
    out.table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in found])
