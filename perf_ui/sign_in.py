"""The pages in front of the door: plain HTML, so that a stranger gets no session and no socket."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from starlette.responses import HTMLResponse

from perf_core.language.translate import LANGUAGES, OWN_NAMES, language_of
from perf_ui.i18n import LANGUAGE_COOKIE, _, speaking
from perf_ui.providers import SignInSettings
from perf_ui.widgets import LOGO

WHY: Final = ("out", "over", "failed", "declined", "down")
"""What may have brought somebody to the sign-in page."""

_LONGEST_ADDRESS: Final = 1500
_NOT_LANDED_ON: Final = ("/auth/", "/oauth2callback", "/sign-in", "/_stcore/", "/media/", "/r/")

_STYLE: Final = """
:root { color-scheme: light dark; --paper: #f4f5f8; --card: #fff; --ink: #1c2230; --soft: #5b6475;
  --line: #e3e6ec; --accent: #2f56c8; --on: #fff; --note: #eef2fd; --warn: #fdf3e7; }
@media (prefers-color-scheme: dark) { :root { --paper: #0c0f14; --card: #191e27; --ink: #e7eaf0;
  --soft: #98a2b5; --line: #2a303c; --accent: #86a4ff; --on: #101319; --note: #1f2a48;
  --warn: #3a2a17; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center;
  padding: 1.25rem; background: var(--paper); color: var(--ink); line-height: 1.55;
  font: 16px/1.55 "Source Sans 3", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",
  "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.9rem; padding: 2.1rem 2rem 1.5rem; }
main > svg { display: block; width: 9.5rem; height: auto; margin: 0 0 1.6rem -0.1rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 0.35rem; font-weight: 650; }
p { margin: 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; }
p.note { background: var(--note); color: var(--ink); border-radius: 0.55rem;
  padding: 0.6rem 0.8rem; }
p.warn { background: var(--warn); color: var(--ink); border-radius: 0.55rem;
  padding: 0.6rem 0.8rem; }
a.button { display: block; text-align: center; text-decoration: none; font-weight: 600;
  padding: 0.72rem 1rem; border-radius: 0.55rem; margin: 0 0 0.65rem; min-height: 2.9rem;
  border: 1px solid var(--line); color: var(--ink); }
a.button.first { background: var(--accent); border-color: var(--accent); color: var(--on); }
a.button:hover { filter: brightness(1.06); }
a:focus-visible { outline: 3px solid color-mix(in srgb, var(--accent) 55%, transparent);
  outline-offset: 2px; }
nav { display: flex; gap: 1rem; justify-content: center; margin-top: 1.4rem; padding-top: 1rem;
  border-top: 1px solid var(--line); font-size: 0.9rem; }
nav a, nav b { color: var(--soft); font-weight: 400; padding: 0.25rem 0.1rem; }
nav b { color: var(--ink); font-weight: 600; }
@media (max-width: 480px) { body { place-items: start center; padding-top: 12vh; }
  main { padding: 1.7rem 1.3rem 1.2rem; } }
"""
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def own_address(text: str) -> str:
    r"""Keep an address only if it is one of this app's own pages; else the first page.

    Examples
    --------
    >>> own_address("/team?period=2026-05")
    '/team?period=2026-05'
    >>> own_address("//evil.example"), own_address("https://evil.example"), own_address(r"/\evil")
    ('/', '/', '/')
    """
    is_plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_ADDRESS
    if not is_plain or not text.startswith("/") or text[1:2] in {"/", "\\"} or "\\" in text:
        return "/"
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or f"{parts.path}/".startswith(_NOT_LANDED_ON):
        return "/"
    path = quote(parts.path, safe="/%")
    query = quote(parts.query, safe="=&%+:,.-_~@!*()'")
    return f"{path}?{query}" if query else path


def language_for(*, query: Mapping[str, str], cookies: Mapping[str, str], accepts: str) -> str:
    """The language of a reader without a session: the address, what was chosen, the browser's.

    Examples
    --------
    >>> language_for(query={}, cookies={}, accepts="zh-CN,zh;q=0.9,en;q=0.8")
    'zh'
    """
    for chosen in (query.get("lang", ""), cookies.get(LANGUAGE_COOKIE, "")):
        if chosen in LANGUAGES:
            return chosen
    return language_of(accepts.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip())


def sign_in_page(
    settings: SignInSettings, *, language: str, to: str, why: str = ""
) -> HTMLResponse:
    """The page with a button for each provider, and what brought the reader here."""
    with speaking(language):
        said = {
            "out": ("note", _("You are signed out.")),
            "over": ("note", _("Your session has ended. Sign in again to go on where you were.")),
            "failed": (
                "warn",
                _("The sign-in could not be completed. Nothing is lost: please try again."),
            ),
            "declined": ("warn", _("The sign-in was cancelled.")),
            "down": (
                "warn",
                _(
                    "The sign-in service cannot be reached at the moment. Nothing is lost: "
                    "please try again in a few minutes."
                ),
            ),
        }
        parts = [_heading(_("Sign in"))]
        if why in said:
            tone, text = said[why]
            parts.append(_paragraph(text, tone=tone))
        else:
            parts.append(_paragraph(_("With your company account.")))
        for n, provider in enumerate(settings.providers):
            label = (
                _("Continue with {provider}", provider=provider.name)
                if provider.name
                else _("Sign in")
            )
            link = f"/sign-in/{provider.code}?{urlencode({'to': to})}"
            parts.append(_button(label, link, is_first=n == 0))
        return _page(_("Sign in"), parts, language=language, to=to, why=why)


def stranger_page(
    who: str, *, language: str, to: str, contact: str, is_closed: bool = False
) -> HTMLResponse:
    """The page for somebody the provider knows and the company does not (or no longer)."""
    with speaking(language):
        title = _("Not known here yet")
        text = _(
            "You are signed in as {who}, but nobody has given you access to Perfboard.", who=who
        )
        if is_closed:
            title = _("Your access is closed")
            text = _("You are signed in as {who}, but this account is not active.", who=who)
        ask = (
            _("To get access, ask {contact}.", contact=contact)
            if contact
            else _("To get access, ask whoever looks after Perfboard in your company.")
        )
        parts = [
            _heading(title),
            _paragraph(text),
            _paragraph(ask),
            _button(_("Try again"), to, is_first=True),
            _button(_("Sign out"), "/auth/logout"),
        ]
        return _page(title, parts, language=language, to=to, status=403)


def busy_page(*, language: str, to: str) -> HTMLResponse:
    """The page for a moment in which nobody can be looked up."""
    with speaking(language):
        text = _(
            "Perfboard cannot look up your account at the moment, because data is being loaded. "
            "Nothing is lost: please try again in a minute."
        )
        parts = [
            _heading(_("One moment")),
            _paragraph(text, tone="warn"),
            _button(_("Try again"), to, is_first=True),
        ]
        return _page(_("One moment"), parts, language=language, to=to, status=503)


def _heading(text: str) -> str:
    return f"<h1>{escape(text)}</h1>"


def _paragraph(text: str, *, tone: str = "") -> str:
    kind = f' class="{tone}" role="status"' if tone else ""
    return f"<p{kind}>{escape(text)}</p>"


def _button(label: str, link: str, *, is_first: bool = False) -> str:
    kind = "button first" if is_first else "button"
    return f'<a class="{kind}" href="{escape(link)}">{escape(label)}</a>'


def _page(
    title: str, parts: list[str], *, language: str, to: str, why: str = "", status: int = 200
) -> HTMLResponse:
    switch = "".join(
        f"<b>{escape(OWN_NAMES[code])}</b>"
        if code == language
        else f'<a hreflang="{code}" href="/sign-in?{escape(_same(code, to, why))}">'
        f"{escape(OWN_NAMES[code])}</a>"
        for code in LANGUAGES
    )
    tongue = "zh-CN" if language == "zh" else language
    body = (
        f'<!doctype html><html lang="{tongue}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><title>{escape(title)} · Perfboard</title>'
        f"<style>{_STYLE}</style></head><body><main>{LOGO}{''.join(parts)}"
        f"<nav>{switch}</nav></main></body></html>"
    )
    headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
    return HTMLResponse(body, status_code=status, headers=headers)


def _same(language: str, to: str, why: str) -> str:
    return urlencode({"lang": language, "to": to} | ({"why": why} if why else {}))
