"""What a reader of a shared link is asked and told: the door, the answer, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from perf_core.domain.share import (
    LONGEST_ANSWER,
    LONGEST_NAME,
    Answer,
    AsksFor,
    Refusal,
    ShareLink,
    Verdict,
)
from perf_core.language.formats import format_instant
from perf_core.language.translate import Reader
from perf_core.reporting.review_markup import Markup, joined, tag


def door_parts(
    *,
    reader: Reader,
    asks_passcode: bool,
    is_comparison: bool = False,
    refused: Refusal | None = None,
) -> Markup:
    """One button, and room for a passcode: what whoever opens a link sees first.

    Opening the address does nothing by itself, since mail scanners open every link.
    """
    _ = reader
    passcode = tag(
        "label",
        _("Passcode"),
        _single(
            "input",
            type="text",
            name="passcode",
            class_="code",
            autocomplete="off",
            autocapitalize="characters",
            spellcheck="false",
            maxlength="40",
            required="",
        ),
    )
    problem = (
        {
            Refusal.PASSCODE_NEEDED: _("This link asks for the passcode that was sent separately."),
            Refusal.PASSCODE_WRONG: _("This is not the passcode. Look at it again."),
        }.get(refused)
        if refused
        else None
    )
    return joined(
        [
            tag(
                "h1",
                _("A comparison of groups was shared with you")
                if is_comparison
                else _("A review was shared with you"),
            ),
            tag(
                "p",
                _(
                    "Opening it keeps one cookie in this browser, so that the page can be shown "
                    "without the secret part of the link. Nothing else is kept."
                ),
                class_="quiet",
            ),
            tag("p", problem, class_="problem", role="alert") if problem else "",
            tag(
                "form",
                passcode if asks_passcode else "",
                _language(reader),
                tag(
                    "p",
                    tag(
                        "button",
                        _("Open the comparison") if is_comparison else _("Open the review"),
                        type="submit",
                    ),
                ),
                method="post",
            ),
        ]
    )


def refusal_parts(refused: Refusal | None, *, reader: Reader) -> Markup:
    """Why nothing is shown, and what to do; ``None``: the store is busy."""
    _ = reader
    title, text = {
        Refusal.EXPIRED: (
            _("This link is no longer open"),
            _("Its time is over. Ask whoever sent it for a new link."),
        ),
        Refusal.GONE: (
            _("This link is no longer open"),
            _("It was taken back. Ask whoever sent it for a new link."),
        ),
        Refusal.TOO_MANY: (
            _("Too many attempts"),
            _("Wait a minute, then try once more."),
        ),
        None: (
            _("One moment"),
            _("Data is being loaded at this moment. Try again in a minute."),
        ),
    }.get(
        refused,
        (
            _("This link does not open anything"),
            _(
                "It may be incomplete, over, taken back, or used already. Ask whoever sent it for "
                "a new one."
            ),
        ),
    )
    return joined([tag("h1", title), tag("p", text, class_="quiet")])


def answer_parts(
    link: ShareLink,
    answers: Sequence[Answer],
    *,
    action: str,
    check: str,
    problem: str,
    reader: Reader,
) -> Markup:
    """What the reader said so far, and room to say more.

    Parameters
    ----------
    link : ShareLink
        What it asks for.
    answers : sequence of Answer
        This reader's, the oldest first.
    action, check : str
        Where the answer goes, and what shows that it comes from this page.
    problem : str
        What was wrong with the answer just sent, in the reader's language.
    reader : Reader
        The language.
    """
    _ = reader
    if link.asks_for is AsksFor.NOTHING:
        return Markup("")
    is_signed = link.asks_for is AsksFor.SIGN_OFF
    last = answers[-1] if answers else None
    parts = [tag("h2", _("Your answer"), id="answer")]
    if last is not None:
        parts.append(_said(last, link, reader))
    parts.append(
        tag(
            "form",
            tag(
                "fieldset",
                tag("legend", _("Answer again") if last else _("Tell what you think")),
                tag("p", problem, class_="problem", role="alert") if problem else "",
                _verdicts(reader) if is_signed else "",
                tag(
                    "label",
                    _("Why, or what you want to add") if is_signed else _("Comment"),
                    tag("textarea", name="text", maxlength=str(LONGEST_ANSWER)),
                ),
                tag(
                    "label",
                    _("Your name"),
                    _single(
                        "input",
                        type="text",
                        name="reader",
                        value=last.reader if last else "",
                        maxlength=str(LONGEST_NAME),
                        autocomplete="name",
                        required="",
                    ),
                ),
                _single("input", type="hidden", name="check", value=check),
                _language(reader),
                tag("p", tag("button", _("Send the answer"), type="submit")),
                tag(
                    "p",
                    _("It goes to whoever shared this page and stays with its records."),
                    class_="note",
                ),
            ),
            method="post",
            action=action,
        )
    )
    return joined(parts)


def verdict_names(reader: Reader) -> dict[str, str]:
    """What a reader may sign, in words."""
    _ = reader
    return {
        Verdict.SEEN.value: _("I have seen it"),
        Verdict.AGREE.value: _("I agree"),
        Verdict.DISAGREE.value: _("I disagree, because …"),
    }


def _verdicts(reader: Reader) -> Markup:
    return joined(
        tag(
            "label",
            _single("input", type="radio", name="verdict", value=code, required=""),
            " ",
            word,
            class_="choice",
        )
        for code, word in verdict_names(reader).items()
    )


def _said(last: Answer, link: ShareLink, reader: Reader) -> Markup:
    _ = reader
    at = last.answered_at.astimezone(ZoneInfo(link.content["zone"]))
    verdict = verdict_names(reader).get(last.verdict, "")
    told = "\n".join(part for part in (verdict, last.text) if part)
    return joined(
        [
            tag(
                "p",
                _(
                    "You answered on {at} as {name}. You may answer again: everything is kept, "
                    "the last answer counts.",
                    at=format_instant(at, reader.language),
                    name=last.reader,
                ),
            ),
            tag("div", told, class_="said"),
        ]
    )


def _language(reader: Reader) -> Markup:
    return _single("input", type="hidden", name="lang", value=reader.language)


def _single(element: str, /, **attributes: str) -> Markup:
    """An element without an end."""
    return Markup(tag(element, **attributes).removesuffix(f"</{element}>"))
