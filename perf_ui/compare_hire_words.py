"""New people in words: who is new, what each number is, what a month since hire says."""

from __future__ import annotations

from typing import Any

from perf_core.domain.access import PayRight, Scope
from perf_core.language.formats import ABSENT, format_amount, format_share, is_absent
from perf_core.services.directory import Directory
from perf_core.services.new_hires import WHOLE, NewHires
from perf_ui import compare_words
from perf_ui.i18n import _, language, ngettext


def who_is_new() -> str:
    """How new people are told from those there before."""
    return _(
        "New on a day is who was hired in the half-year of that day or the one before (January to "
        "June, July to December): 6 to 12 months. Those there before are everybody else in the "
        "roles that have new people. Roles without revenue of their own are left out."
    )


def titles() -> dict[str, str]:
    """What the numbers are called."""
    return {
        "n": _("New people"),
        "revenue": _("Brought"),
        "per_head": _("Each brings a month"),
        "pay_cost": _("Paid"),
        "pay_per_head": _("Each is paid a month"),
        "cost_ratio": _("Cost ratio"),
        "settled_n": _("There before: people"),
        "settled_revenue": _("There before: brought"),
        "settled_per_head": _("There before bring"),
        "settled_pay_cost": _("There before: paid"),
        "settled_pay_per_head": _("There before: each is paid"),
        "settled_cost_ratio": _("Their cost ratio"),
        "reached": _("Catches up in month"),
    }


def definitions() -> dict[str, str]:
    """How the numbers are defined, by name."""
    return {
        "n": _("People who were new on a day of the period, in roles with revenue of their own."),
        "per_head": _(
            "Revenue credited to the new in the period ÷ their days employed × the days of an "
            "average month (30.4)."
        ),
        "pay_per_head": _(
            "Pay of the new, spread over the days employed, ÷ their days with pay × the days of an "
            "average month (30.4)."
        ),
        "cost_ratio": _(
            "Pay of the new ÷ the revenue credited to them on the same days; a day without known "
            "pay counts on neither side."
        ),
        "settled_per_head": _(
            "The same of those there before, in the same roles and group, over the same days."
        ),
        "settled_cost_ratio": _(
            "Pay ÷ revenue of those there before, in the same roles and group, over the same days."
        ),
        "reached": _(
            "The first month since hire in which the new bring at least what those there before "
            "bring, and from which on all later months together do, too; the last month alone does "
            "not count. Over the last twelve months, from months of three people and more."
        ),
    }


def sees_pay(scope: Scope) -> bool:
    """Whether the viewer sees any pay at all."""
    return scope.pay is not PayRight.NONE or bool(scope.more_pay)


def amount(directory: Directory, value: float | None) -> str:
    """An amount of money per head: whole, since a tenth of ten thousand is much of a pay."""
    return format_amount(value, directory.currency, language(), whole=True)


def short_amount(directory: Directory, value: float | None) -> str:
    """A sum of money, in short."""
    return format_amount(value, directory.currency, language(), compact=True, whole=True)


def group_words(directory: Directory, axis: str, code: str) -> str:
    """A group by its name."""
    return _("All together") if code == WHOLE else compare_words.group_name(directory, axis, code)


def reached_words(month: float | None) -> str:
    """The month in which the new catch up."""
    if month is None or is_absent(month):
        return ABSENT
    return str(int(month)) if month else _("not yet")


def month_note(directory: Directory, row: Any) -> str:
    """What a month since hire says."""
    told = _(
        "Month {month} since hire, people: {n}. Each brings {each} a month",
        month=int(row["month"]),
        n=int(row["n"]),
        each=amount(directory, row["per_head"]),
    )
    if is_absent(row["cost_ratio"]):
        return told
    paid = _(
        "Each is paid {pay} a month: {ratio}",
        pay=amount(directory, row["pay_per_head"]),
        ratio=format_share(row["cost_ratio"], language()),
    )
    return f"{told}<br>{paid}"


def left_out(found: NewHires) -> list[str]:
    """Who is left out for want of revenue."""
    if not found.n_not_earning:
        return []
    return [
        ngettext(
            "{n} new person is in a role without revenue of its own, which has nothing to be "
            "set against.",
            "{n} new people are in roles without revenue of their own, which have nothing to be "
            "set against.",
            found.n_not_earning,
        )
    ]
