"""``access``: who may see what and why; accounts, their parts and deputies without a browser."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from perf_core.commands.output import Output
from perf_core.domain.access import Grant, Reason, everything
from perf_core.domain.accounts import read_part
from perf_core.domain.errors import BadDay, NotFound
from perf_core.services.accounts import (
    access_events,
    add_account,
    end_deputy,
    end_sessions,
    free_sign_in,
    grant_role,
    link_employee,
    list_accounts,
    list_deputies,
    name_deputy,
    set_active,
    withdraw_role,
)
from perf_core.services.viewers import (
    company_day,
    explain_access,
    find_named_account,
    named_viewer,
)
from perf_core.store.clock import now
from perf_core.store.engine import Store

_WHO = "an account's e-mail or id, or the employee_id of its person"
_PART = "hr, executive, administrator, brand_head:BRAND or manager:DEPARTMENT"

_SENTENCES: dict[Reason, str] = {
    Reason.HR: "HR sees and changes everything of people and schemes.",
    Reason.EXECUTIVE: "Executives see every brand and everybody's cards, but no one person's pay.",
    Reason.BRAND: "The person's place today is in the brand “{about}”, which they head.",
    Reason.DEPARTMENT: "The person's place today is in the department “{about}”, which they lead.",
    Reason.LINE: "The person reports to them today, directly or through others.",
    Reason.SELF: "It is they themselves.",
    Reason.FORMER_TEAM: "The person was in their line before: cards of that time stay seen.",
    Reason.ADMINISTRATOR: "Administrators keep accounts and settings.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)

    def deed(name: str, line: str, *words: tuple[str, str]) -> argparse.ArgumentParser:
        made = deeds.add_parser(name, help=line, description=line)
        for word, told in words:
            made.add_argument(word, metavar=word.upper(), help=told)
        made.add_argument("--db", metavar="URL", default=argparse.SUPPRESS, help="the store")
        made.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one JSON document and nothing else",
        )
        return made

    explain = deed("explain", "say what somebody may see of a person today, and why")
    explain.add_argument("--viewer", metavar="V", required=True, help=f"{_WHO}, or a part: {_PART}")
    explain.add_argument("--person", metavar="ID", required=True, help="whom it is about")
    deed("list", "list the accounts and their parts")
    add = deed("add", "let somebody sign in", ("email", "the address they sign in with"))
    add.add_argument("--name", default="", help="what they are called")
    add.add_argument("--employee", metavar="ID", default="", help="the person they are")
    deed("link", "say which person an account is", ("who", _WHO), ("employee", "employee_id"))
    deed("close", "shut an account out at once", ("who", _WHO))
    deed("open", "let an account in again", ("who", _WHO))
    deed("end-sessions", "end every session of an account at once", ("who", _WHO))
    deed("free", "match an account anew: the provider changed", ("who", _WHO))
    grant = deed("grant", "let an account play a part", ("who", _WHO), ("part", _PART))
    grant.add_argument("--from", dest="from_day", metavar="DAY", help="first day; default: today")
    grant.add_argument("--to", dest="to_day", metavar="DAY", help="last day; default: open")
    deed("withdraw", "take a part away at once", ("who", _WHO), ("part", _PART))
    deputy = deed("deputy", "let somebody stand in", ("employee", "who stands in: employee_id"))
    deputy.add_argument("--for", dest="stands_in_for", metavar="ID", required=True, help="for whom")
    deputy.add_argument("--from", dest="from_day", metavar="DAY", help="first day; default: today")
    deputy.add_argument("--to", dest="to_day", metavar="DAY", required=True, help="last day")
    deputy.add_argument("--reason", default="", help="why")
    deed("deputies", "list deputies")
    deed("end-deputy", "end a deputy's time at once", ("deputy", "its id, as listed"))
    deed("events", "what happened to accounts, rights and links, the newest first")


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """Do the deed and say what holds now."""
    today = company_day(store, now())
    _DEEDS[args.deed](args, store, out, today)


def _explain(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    viewer = named_viewer(store, args.viewer, today=today, scope=everything())
    found = explain_access(store, viewer, args.person, today=today)
    because = [reason_sentence(grant) for grant in found.because]
    if not found.allowed:
        because.append("Nothing they are today opens this person to them.")
    out.document({"allowed": found.allowed, "because": because})
    out.say("Allowed: " + (", ".join(found.allowed) or "nothing"))
    for line in because:
        out.say(f"  {line}")


def reason_sentence(grant: Grant) -> str:
    """A grant as an English sentence."""
    sentence = _SENTENCES[grant.reason].format(about=grant.about)
    if grant.deputy_for:
        sentence = f"As the deputy of {grant.deputy_for}: {sentence}"
    return sentence


def _list(_args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    accounts = list_accounts(store, scope=everything())
    roles = [_parts(rows.to_dict(orient="records")) for rows in accounts["roles"]]
    listed = accounts.assign(roles=pd.Series(roles, accounts.index, dtype=object))
    out.document(listed.to_dict(orient="records"))
    columns = ["account_id", "email", "name", "employee_id", "is_active", "last_seen_at"]
    rows = [
        (*(row[name] for name in columns), ", ".join(map(_told, row["roles"])))
        for row in listed.to_dict(orient="records")
    ]
    out.table([*columns, "parts"], rows)


def _parts(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "part": ":".join(filter(None, (row["role"], row["brand"], row["department"]))),
            "from": row["from_day"],
            "to": row["to_day"] if isinstance(row["to_day"], date) else None,
            "by": row["granted_by"],
        }
        for row in rows
    ]


def _told(part: dict[str, Any]) -> str:
    return f"{part['part']} {part['from']}…{part['to'] or ''}"


def _add(args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    account_id = add_account(
        store, scope=everything(), email=args.email, name=args.name, employee_id=args.employee
    )
    out.document({"account_id": account_id})
    out.say(f"{args.email} may sign in (account {account_id}).")


def _account(args: argparse.Namespace, store: Store) -> str:
    found = find_named_account(store, args.who)
    if found is None:
        raise NotFound(kind="account", code=args.who)
    return found.account_id


def _done(args: argparse.Namespace, store: Store, out: Output, told: str) -> None:
    out.document({"account_id": _account(args, store)})
    out.say(told)


def _link(args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    link_employee(store, _account(args, store), args.employee, scope=everything())
    _done(args, store, out, f"{args.who} is {args.employee}.")


def _close(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    set_active(store, _account(args, store), is_active=False, scope=everything(), today=today)
    _done(args, store, out, f"{args.who} is shut out.")


def _open(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    set_active(store, _account(args, store), is_active=True, scope=everything(), today=today)
    _done(args, store, out, f"{args.who} may come in again.")


def _end_sessions(args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    end_sessions(store, _account(args, store), scope=everything())
    _done(args, store, out, f"All sessions of {args.who} are over.")


def _free(args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    free_sign_in(store, _account(args, store), scope=everything())
    _done(args, store, out, f"{args.who} is matched anew at the next sign-in.")


def _grant(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    part = read_part(args.part)
    grant_role(
        store,
        _account(args, store),
        part.role,
        brand=part.brand,
        department=part.department,
        scope=everything(),
        from_day=_day(args.from_day) or today,
        to_day=_day(args.to_day),
    )
    _done(args, store, out, f"{args.who} is {args.part}.")


def _withdraw(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    part = read_part(args.part)
    withdraw_role(
        store,
        _account(args, store),
        part.role,
        brand=part.brand,
        department=part.department,
        scope=everything(),
        today=today,
    )
    _done(args, store, out, f"{args.who} is no longer {args.part}.")


def _deputy(args: argparse.Namespace, store: Store, out: Output, today: date) -> None:
    deputy_id = name_deputy(
        store,
        args.employee,
        stands_in_for=args.stands_in_for,
        scope=everything(),
        from_day=_day(args.from_day) or today,
        to_day=_day(args.to_day) or today,
        reason=args.reason,
    )
    out.document({"deputy_id": deputy_id})
    out.say(f"{args.employee} stands in for {args.stands_in_for} until {args.to_day}.")


def _deputies(_args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    found = list_deputies(store, scope=everything())
    out.document(found.to_dict(orient="records"))
    columns = ["deputy_id", "employee_id", "stands_in_for", "from_day", "to_day", "ended_at"]
    out.table(columns, found[columns].itertuples(index=False))


def _end_deputy(args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    end_deputy(store, args.deputy, scope=everything())
    out.document({"deputy_id": args.deputy})
    out.say(f"{args.deputy} is over.")


def _events(_args: argparse.Namespace, store: Store, out: Output, _today: date) -> None:
    found = access_events(store, scope=everything())
    out.document(found.to_dict(orient="records"))
    shown = found.assign(at=[f"{at:%Y-%m-%d %H:%M}" for at in found["at"]])
    out.table(["at", "kind", "by", "subject"], shown[["at", "kind", "by", "subject"]].to_numpy())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDay(text=text) from error


_DEEDS: dict[str, Callable[[argparse.Namespace, Store, Output, date], None]] = {
    "explain": _explain,
    "list": _list,
    "add": _add,
    "link": _link,
    "close": _close,
    "open": _open,
    "end-sessions": _end_sessions,
    "free": _free,
    "grant": _grant,
    "withdraw": _withdraw,
    "deputy": _deputy,
    "deputies": _deputies,
    "end-deputy": _end_deputy,
    "events": _events,
}
