"""Share what is on the page: a button, a form, the link shown once, and what became of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.errors import PerfError
from perf_core.domain.period import Period, parse_period
from perf_core.domain.share import LONGEST_READERS, USUAL_DAYS, Verdict
from perf_core.language.formats import format_instant, format_period
from perf_core.services.explain_card import CardKey
from perf_core.services.share_review import (
    Answer,
    AsksFor,
    CreatedLink,
    LinkKind,
    LinkState,
    LinkWish,
    ListedLink,
    PartFound,
    ViewPart,
    answers_about,
    create_link,
    list_links,
    may_share,
    revoke_link,
    this_instant,
)
from perf_ui import reads, start
from perf_ui.i18n import _, language, ngettext
from perf_ui.viewer import current_scope, current_viewer
from perf_ui.widgets import heading, plain, worded

_DAYS: Final = (1, 3, USUAL_DAYS, 14, 30, 60, 90)
_NEW: Final = "perf_new_link"
_SHOWN: Final = 30


@dataclass(frozen=True)
class SharedPart:
    """The part of a comparison that a link is to show.

    Attributes
    ----------
    part : ViewPart
        Which one.
    shows : str
        What exactly the link will show.
    found : callable, optional
        Finds what the part shows to a scope; the groups side by side are found without.
    why_not : str
        Why no link can be made of it; empty where one can.
    """

    part: ViewPart = ViewPart.GROUPS
    shows: str = ""
    found: Callable[[Scope], PartFound | None] | None = None
    why_not: str = ""


@dataclass(frozen=True)
class _Subject:
    """What a button shares."""

    kind: LinkKind
    title: str
    period: Period
    subject: str = ""
    brand: str = ""
    role: str = ""
    by: tuple[str, ...] = ()
    within: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    shared: SharedPart = SharedPart()

    @property
    def key(self) -> str:
        """What tells this button's widgets apart."""
        return f"{self.kind.value}_{self.subject}_{self.brand}_{self.role}".replace(" ", "_")


def share_person(scope: Scope, period: Period, card: CardKey) -> None:
    """A button that shares one person's card."""
    _button(
        scope,
        _Subject(
            LinkKind.PERSON,
            _("Share this scorecard"),
            period,
            subject=card.employee_id,
            brand=card.brand,
            role=card.role,
        ),
    )


def share_team(scope: Scope, period: Period, *, brand: str = "", role: str = "") -> None:
    """A button that shares the review of the team, or of a part of it."""
    title = _("Share this team review")
    _button(scope, _Subject(LinkKind.TEAM, title, period, brand=brand, role=role))


def share_brand(scope: Scope, period: Period, brand: str) -> None:
    """A button that shares a brand's period."""
    title = _("Share this brand's figures")
    _button(scope, _Subject(LinkKind.BRAND, title, period, subject=brand))


def share_view(
    scope: Scope,
    period: Period,
    *,
    by: tuple[str, ...],
    within: Mapping[str, tuple[str, ...]] | None = None,
    shared: Callable[[], SharedPart],
) -> None:
    """A button that shares a part of a comparison by one or two axes within codes.

    Parameters
    ----------
    shared : callable
        Gives the part; asked when somebody wants to share it.
    """
    title = _("Share this comparison")
    subject = _Subject(LinkKind.VIEW, title, period, by=by, within=within or {})
    _button(scope, subject, shared)


def _button(scope: Scope, subject: _Subject, shared: Callable[[], SharedPart] = SharedPart) -> None:
    own_card = start.settings().employees_may_share
    if not may_share(scope, subject.kind, subject.subject, own_card=own_card):
        return
    if st.button(_("Share"), key=f"share_{subject.key}", icon=":material/share:"):
        st.session_state.pop(_NEW, None)
        _open(replace(subject, shared=shared()))


def _open(subject: _Subject) -> None:
    @st.dialog(subject.title, width="medium")
    def shown() -> None:
        # The dialog runs by itself at every touch: who looks, and what they may, is asked again.
        scope = current_scope(current_viewer())
        making, made = st.tabs([_("New link"), _("Links so far")])
        with making:
            _new_link(scope, subject)
        with made:
            _links(scope)

    shown()


# --- a new link -----------------------------------------------------------------------------------


def _new_link(scope: Scope, subject: _Subject) -> None:
    created: CreatedLink | None = st.session_state.get(_NEW)
    if created is not None:
        _shown_once(created)
        return
    if subject.shared.why_not:
        st.info(subject.shared.why_not, icon=":material/lock:")
        return
    if subject.shared.shows:
        st.markdown(plain(subject.shared.shows))
    # Before and after has months of its own, and leaving is looked at over a year.
    has_own_days = subject.shared.part in {ViewPart.PEOPLE, ViewPart.EVENTS}
    st.caption(
        _(
            "Whoever gets the link sees it as it is now, without any pay, and needs no account. "
            "It shows nothing once you may no longer see it yourself."
        )
        if has_own_days
        else _(
            "Whoever gets the link sees {period} as it is now, without any pay, and needs no "
            "account. It shows nothing once you may no longer see it yourself.",
            period=plain(format_period(subject.period, language())),
        )
    )
    wish = _form(subject)
    if wish is None:
        return
    try:
        with st.spinner(_("Putting it together")):
            created = create_link(
                start.store(),
                scope,
                wish,
                this_instant(),
                scores_of=_scores_of,
                part_of=subject.shared.found,
                own_card=start.settings().employees_may_share,
            )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    st.session_state[_NEW] = created
    st.rerun(scope="fragment")


def _scores_of(period: Period) -> Any:
    return reads.company_scores_of(reads.key(), period.code)


def _form(subject: _Subject) -> LinkWish | None:
    """What the link is to be; nothing until it is sent."""
    names_people = subject.kind in {LinkKind.PERSON, LinkKind.TEAM}
    with st.form(f"share_form_{subject.key}", border=False, enter_to_submit=False):
        readers = st.text_input(
            _("For whom"),
            max_chars=LONGEST_READERS,
            placeholder=_("Names, or nobody in particular"),
            help=_("Stands on every page of it, also on paper."),
            key=f"share_readers_{subject.key}",
        )
        left, right = st.columns(2)
        days = left.selectbox(
            _("Opens for"),
            _DAYS,
            index=_DAYS.index(USUAL_DAYS),
            format_func=lambda days: ngettext("{n} day", "{n} days", days),
            key=f"share_days_{subject.key}",
        )
        asks = right.selectbox(
            _("Asks the reader for"),
            [one.value for one in AsksFor],
            format_func=lambda code: _asked_names()[code],
            key=f"share_asks_{subject.key}",
        )
        passcode = st.checkbox(
            _("With a passcode, which you send by another way"),
            key=f"share_passcode_{subject.key}",
        )
        single = st.checkbox(
            _("Only the first browser that opens it may see it"),
            key=f"share_single_{subject.key}",
        )
        hide = names_people and st.checkbox(
            _("Without names"),
            help=_("People stand as numbers, in an order that says nothing about them."),
            key=f"share_hide_{subject.key}",
        )
        sent = st.form_submit_button(_("Make the link"), type="primary", icon=":material/link:")
    if not sent:
        return None
    return LinkWish(
        subject.kind,
        subject.shared.part.value if subject.kind is LinkKind.VIEW else subject.subject,
        subject.period,
        brand=subject.brand,
        role=subject.role,
        by=subject.by,
        within=subject.within,
        expires_in_days=int(days or USUAL_DAYS),
        with_passcode=passcode,
        is_single_use=single,
        hide_names=bool(hide),
        asks_for=AsksFor(asks or AsksFor.NOTHING.value),
        readers=readers or "",
    )


def _asked_names() -> dict[str, str]:
    return {
        AsksFor.NOTHING.value: _("Nothing"),
        AsksFor.COMMENT.value: _("A comment"),
        AsksFor.SIGN_OFF.value: _("Seen, agree or disagree"),
    }


def _shown_once(created: CreatedLink) -> None:
    st.success(
        _("The link is ready. Copy it now: it cannot be shown again."),
        icon=":material/check_circle:",
    )
    st.caption(_("Link"))
    st.code(f"{_origin()}/r/{created.token}", language=None, wrap_lines=True)
    if created.passcode:
        st.caption(_("Passcode, to be sent by another way than the link"))
        st.code(created.passcode, language=None)
    st.caption(_("Opens until {until}.", until=_at(created.expires_at)))
    if st.button(_("Make another one"), icon=":material/add:", key="share_another"):
        st.session_state.pop(_NEW, None)
        st.rerun(scope="fragment")


def _origin() -> str:
    """Where this app was opened: the link leads to the same place."""
    parts = urlsplit(st.context.url or "http://localhost:8501")
    return f"{parts.scheme}://{parts.netloc}"


# --- links so far ---------------------------------------------------------------------------------


def _links(scope: Scope) -> None:
    links = list_links(start.store(), scope, now=this_instant(), limit=_SHOWN + 1)
    if not links:
        st.caption(_("There are none yet."))
        return
    if scope.may_edit:
        st.caption(_("Everybody's links; each can be taken back here."))
    for one in links[:_SHOWN]:
        with st.container(border=True, key=f"link_{one.link.link_id}", gap="xsmall"):
            _link(scope, one)
    if len(links) > _SHOWN:
        st.caption(_("Older ones are not listed."))


def _link(scope: Scope, one: ListedLink) -> None:
    link = one.link
    period = format_period(parse_period(link.period), language())
    named = " · ".join(
        said
        for said in (
            link_kinds()[link.kind],
            view_parts().get(link.part, "") if link.kind is LinkKind.VIEW else "",
            link.title,
            period,
        )
        if said
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(named)}**", width="stretch")
        name, colour = _state_names()[one.state]
        st.badge(name, color=colour)
    st.caption(plain(" · ".join(part for part in _facts(one) if part)))
    for answer in one.latest_answers:
        _answer(answer)
    if one.state in {LinkState.OPEN, LinkState.USED}:
        with st.popover(_("Take back"), icon=":material/link_off:", type="tertiary"):
            st.write(_("It opens no more, at once and for everybody who has it."))
            if st.button(_("Yes, take it back"), key=f"revoke_{link.link_id}", type="primary"):
                _take_back(scope, link.link_id)


def _facts(one: ListedLink) -> list[str]:
    link = one.link
    if one.first_opened_at is None or one.last_seen_at is None:
        opened = _("not opened yet")
    else:
        opened = ngettext(
            "opened by {n} reader, first {first}, last {last}",
            "opened by {n} readers, first {first}, last {last}",
            one.n_readers,
            first=_at(one.first_opened_at),
            last=_at(one.last_seen_at),
        )
    return [
        _("for {readers}", readers=link.readers) if link.readers else "",
        _("made {at} by {name}", at=_at(link.created_at), name=one.made_by)
        if one.made_by
        else _("made {at}", at=_at(link.created_at)),
        _("opens until {until}", until=_at(link.expires_at)),
        opened,
        _("with a passcode") if link.passcode_hash else "",
        _("without names") if link.hide_names else "",
    ]


def _take_back(scope: Scope, link_id: str) -> None:
    try:
        revoke_link(start.store(), scope, link_id, now=this_instant())
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    st.rerun(scope="fragment")


def link_kinds() -> dict[LinkKind, str]:
    """What links show, in words."""
    return {
        LinkKind.PERSON: _("Scorecard"),
        LinkKind.TEAM: _("Team"),
        LinkKind.BRAND: _("Brand"),
        LinkKind.VIEW: _("Comparison"),
    }


def view_parts() -> dict[ViewPart, str]:
    """The parts of a comparison that a link shows, in words."""
    return {
        ViewPart.GROUPS: _("Side by side"),
        ViewPart.PROBLEM: _("Shared or own"),
        ViewPart.PEOPLE: _("Coming and going"),
        ViewPart.EVENTS: _("Before and after"),
    }


def _state_names() -> dict[LinkState, tuple[str, Any]]:
    return {
        LinkState.OPEN: (_("open"), "blue"),
        LinkState.USED: (_("in use"), "blue"),
        LinkState.EXPIRED: (_("over"), "gray"),
        LinkState.REVOKED: (_("taken back"), "gray"),
        LinkState.ENDED: (_("ended: its maker may no longer see it"), "orange"),
    }


# --- answers --------------------------------------------------------------------------------------


def shared_answers(scope: Scope, employee_id: str) -> None:
    """What readers of a person's shared cards said; nothing at all where nobody did."""
    told = answers_about(start.store(), scope, employee_id)
    if not told:
        return
    with st.container(border=True, key="shared_answers", gap="small"):
        heading(_("Answers to shared reviews"))
        for period, answer in reversed(told):
            st.caption(plain(format_period(parse_period(period), language())))
            _answer(answer)


def _answer(answer: Answer) -> None:
    said = [part for part in (_verdict_names().get(answer.verdict, ""), answer.text) if part]
    st.markdown(
        f":material/format_quote: **{plain(answer.reader)}** "
        f":gray[{plain(_at(answer.answered_at))}]  \n{plain(' – '.join(said))}"
    )


def _verdict_names() -> dict[str, str]:
    return {
        Verdict.SEEN.value: _("Has seen it"),
        Verdict.AGREE.value: _("Agrees"),
        Verdict.DISAGREE.value: _("Disagrees"),
    }


def _at(instant: datetime) -> str:
    """An instant in the company's zone."""
    zone = ZoneInfo(reads.directory().catalogue.settings.timezone)
    return format_instant(instant.astimezone(zone), language())
