"""What an answer about an event means for a decision: a verdict in a line, and the next step."""

from __future__ import annotations

import math
from collections.abc import Callable

from perf_core.domain.period import Period, month_of
from perf_core.language.formats import format_period
from perf_core.services.before_after import FEW_MONTHS, BeforeAfter
from perf_ui.i18n import _, language
from perf_ui.widgets import plain


def verdict(found: BeforeAfter) -> str:
    """Whether it may be extended by this figure, and what to do next (markdown)."""
    step = plain(_no_answer_step(found) if found.verdict == "none" else _next_step(found))
    match (found.verdict, found.is_better):
        case ("none", _any):
            return _("**It cannot be judged.** Next: {step}", step=step)
        case ("open", _any):
            return _(
                "**No difference beyond chance.** This figure is no reason to extend it. "
                "Next: {step}",
                step=step,
            )
        case ("hint", True):
            return _("**Promising, but not proven.** Next: {step}", step=step)
        case ("hint", False):
            return _(
                "**Rather harmful, but not proven.** Do not extend it yet. Next: {step}", step=step
            )
        case (_proven, True):
            return _("**Worth extending,** as far as this figure tells. Next: {step}", step=step)
    return _("**Not to be extended as it is.** Next: {step}", step=step)


def _next_step(found: BeforeAfter) -> str:
    """What would settle it, or how to go on where it is settled."""
    if found.verdict == "proven":
        if found.is_better:
            return _("extend it group by group, and look again three months later.")
        return _("stop or change it, and look again three months later.")
    steps: dict[str, Callable[[], str]] = {
        "other_yardstick": lambda: _(
            "choose an indicator above; totals move with a new template by themselves."
        ),
        "few_months": lambda: _later(found),
        "drift": lambda: _(
            "find a figure, or groups, that ran side by side before, or look further back."
        ),
        "one_group": lambda: _(
            "try it in one or two more groups, so that chance can be told from effect."
        ),
        "few_groups": lambda: _(
            "try it in one or two more groups, or in some regions of each, so that chance can be "
            "told from effect."
        ),
        "other_events": lambda: _(
            "find out what the other changes did, perhaps with a figure that they do not touch."
        ),
        "zeros": lambda: _("look at a figure that is not 0 in any month."),
    }
    for doubt, step in steps.items():
        if doubt in found.doubts:
            return step()
    return _("let it run on, and look again when three more months are loaded.")


def _later(found: BeforeAfter) -> str:
    """When there are enough months, where time alone brings them."""
    n_missing = FEW_MONTHS - len(found.plan.after)
    if n_missing <= 0:
        return _("let it run on: there are few months before it, so more are needed after it.")
    month: Period = found.plan.after[-1]
    for _n in range(n_missing):
        month = month_of(month.end)
    return _(
        "look again when {month} is loaded: then there are {n} whole months after it.",
        month=format_period(month, language()),
        n=FEW_MONTHS,
    )


def _no_answer_step(found: BeforeAfter) -> str:
    if "pay_estimated" in found.doubts:
        return _("look again when the pay of the months after it is loaded.")
    if not found.plan.axes:
        return _("next time begin in some groups only: the others show what happens without it.")
    if not found.found.n_treated:
        return _("choose another figure, or more months.")
    return _(
        "choose another figure; if you see only part of the company, ask somebody who sees the "
        "other groups."
    )


def side_by_side(found: BeforeAfter, written: Callable[[float], str]) -> str:
    """That the two kinds of groups ran side by side before, which all of it rests on.

    Or that it cannot be seen; where they did not, that stands among the doubts.

    Parameters
    ----------
    found : BeforeAfter
        What was found, with groups of both kinds.
    written : callable
        Writes a change of the figure.
    """
    result = found.found
    if math.isnan(result.drift):
        return _(
            "Whether the two ran side by side before cannot be seen: that takes three months "
            "before, and groups of both kinds in each."
        )
    return _(
        "Before, the two ran about side by side: its groups moved by {drift} a month against the "
        "others, too little to make the difference.",
        drift=plain(written(found.told(result.drift))),
    )
