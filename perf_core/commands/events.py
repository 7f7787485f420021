"""``events``: what changed in the business, and what went with it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from perf_core.commands.compare import limit, merged
from perf_core.commands.output import Output
from perf_core.commands.periods import read_day
from perf_core.domain.access import everything
from perf_core.domain.business_event import EVENT_AXES, EVENT_KINDS, BusinessEvent
from perf_core.domain.errors import BadDay
from perf_core.services.before_after import MONTHS, BeforeAfter
from perf_core.services.business_events import (
    list_events,
    record_event,
    remove_event,
    revise_event,
)
from perf_core.services.event_effect import event_effect, find_event
from perf_core.store.engine import Store

_LISTED: Final = ("event", "kind", "name", "day", *EVENT_AXES, "by")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)

    def deed(name: str, line: str, *, about: str = "") -> argparse.ArgumentParser:
        made = deeds.add_parser(name, help=line, description=line)
        if about:
            made.add_argument("event", metavar="EVENT", help=about)
        made.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help="the store")
        made.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one JSON document and nothing else",
        )
        return made

    which = "its id, as listed"
    deed("list", "list what was marked, and the versions of templates that began")
    add = deed("add", "mark a training, a pilot, a pay change")
    add.add_argument("--name", required=True, help="what it is called")
    add.add_argument("--day", required=True, metavar="D", help="the first day on which it was so")
    change = deed("change", "change what was marked; the rest stays", about=which)
    change.add_argument("--name", help="what it is called")
    change.add_argument("--day", metavar="D", help="the first day on which it was so")
    for one in (add, change):
        one.add_argument("--kind", choices=EVENT_KINDS, help="default: other")
        one.add_argument("--note", help="what else should be known")
        for axis in EVENT_AXES:
            one.add_argument(
                f"--{axis}", metavar="CODE[,CODE]", help=f"only these {axis}s; default: all"
            )
    deed("remove", "take an event off the list", about=which)
    effect = deed("effect", "what changed since, against the groups without it", about=which)
    effect.add_argument(
        "--figure", default="", metavar="F", help="an indicator, revenue, cost_ratio, mean_total …"
    )
    effect.add_argument(
        "--months",
        type=int,
        choices=MONTHS,
        default=6,
        help="whole months on either side, at most (default: 6)",
    )
    effect.add_argument(
        "--within",
        action="append",
        default=[],
        type=limit,
        metavar="AXIS=CODE[,CODE]",
        help="only people and business of these, with and without the event",
    )


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """Do the deed."""
    _DEEDS[args.deed](args, store, out)


def _list(_args: argparse.Namespace, store: Store, out: Output) -> None:
    found = [_record(one) for one in list_events(store, scope=everything())]
    out.document(found)
    out.table(_LISTED, [[_told(row[name]) for name in _LISTED] for row in found])


def _record(event: BusinessEvent) -> dict[str, Any]:
    return {
        "event": event.event_id,
        "kind": event.kind,
        "name": event.name or None,
        "day": event.day,
        **{axis: list(event.codes(axis)) for axis in EVENT_AXES},
        "note": event.note or None,
        "by": event.created_by or None,
        "at": event.created_at,
    }


def _told(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _add(args: argparse.Namespace, store: Store, out: Output) -> None:
    event_id = record_event(
        store,
        scope=everything(),
        kind=args.kind or "other",
        name=args.name,
        day=_day(args.day),
        concerns={axis: _codes(getattr(args, axis)) for axis in EVENT_AXES},
        note=args.note or "",
    )
    out.document({"event": event_id})
    out.say(f"Marked as {event_id}.")


def _change(args: argparse.Namespace, store: Store, out: Output) -> None:
    was = find_event(store, args.event, scope=everything())
    asked = {axis: getattr(args, axis) for axis in EVENT_AXES}
    revise_event(
        store,
        args.event,
        scope=everything(),
        kind=args.kind or was.kind,
        name=was.name if args.name is None else args.name,
        day=was.day if args.day is None else _day(args.day),
        concerns={
            axis: was.codes(axis) if text is None else _codes(text) for axis, text in asked.items()
        },
        note=was.note if args.note is None else args.note,
    )
    out.document({"event": args.event})
    out.say(f"Changed: {args.event}.")


def _remove(args: argparse.Namespace, store: Store, out: Output) -> None:
    remove_event(store, args.event, scope=everything())
    out.document({"event": args.event})
    out.say(f"Off the list: {args.event}.")


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise BadDay(text=text)
    return day


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def _effect(args: argparse.Namespace, store: Store, out: Output) -> None:
    found = event_effect(
        store,
        args.event,
        figure=args.figure,
        n_months=args.months,
        within=merged(args.within),
        scope=everything(),
    )
    if found is None:
        out.document(
            {"event": args.event, "verdict": "none", "months": {"before": [], "after": []}}
        )
        out.say("There is no whole month with data on one of the sides yet.")
        return
    told = as_record(found)
    out.document(told)
    names = ("figure", "verdict", "way", "effect", "low", "high", "own_change", "other_change")
    out.table(names, [[told[name] for name in names]])
    out.say()
    columns = [*found.plan.axes, "has_event", "people", "before", "after"]
    out.table(columns, [[one[name] for name in columns] for one in told["groups"]])
    for doubt in told["doubts"]:
        out.say(f"Doubt: {doubt}")


def as_record(found: BeforeAfter) -> dict[str, Any]:
    """What was found as the JSON document has it: changes of amounts as shares of before."""
    result, plan = found.found, found.plan
    told = {
        name: found.told(getattr(result, name))
        for name in ("own_change", "other_change", "low", "high", "drift")
    }
    return {
        "event": found.event.event_id,
        "figure": found.figure.code,
        "is_share": found.figure.is_relative,
        "verdict": found.verdict,
        "way": result.way,
        "effect": found.effect,
        **told,
        "p_value": result.p_value,
        "rank": result.rank,
        "placebos": result.placebos,
        "months": {
            "before": [one.code for one in plan.before],
            "after": [one.code for one in plan.after],
            "left_out": plan.skipped.code if plan.skipped else None,
        },
        "doubts": list(found.doubts),
        "other_events": [one.event_id for one in found.other_events],
        "groups": [
            {
                **{axis: row[axis] for axis in plan.axes},
                "has_event": bool(row["treated"]),
                **{name: row[name] for name in ("people", "before", "after")},
            }
            for row in found.groups.to_dict("records")
        ],
    }


_DEEDS: dict[str, Callable[[argparse.Namespace, Store, Output], None]] = {
    "list": _list,
    "add": _add,
    "change": _change,
    "remove": _remove,
    "effect": _effect,
}
