"""Shared reviews, served beside the app: no script, no session, nothing that a stranger may ask."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from http.cookies import SimpleCookie
from ipaddress import ip_address
from typing import Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from perf_core.domain.errors import PerfError, StoreBusy
from perf_core.domain.share import Refusal
from perf_core.language.translate import LANGUAGES, Reader, language_of
from perf_core.reporting.review_document import review_parts, review_title, watermark_words
from perf_core.reporting.review_forms import answer_parts, door_parts, refusal_parts
from perf_core.reporting.review_markup import page
from perf_core.reporting.review_style import STYLE_SOURCE
from perf_core.services.open_store import Store
from perf_core.services.share_review import this_instant
from perf_core.services.share_review_reader import (
    Attempts,
    Opened,
    Refused,
    Review,
    answer,
    open_review,
    redeem,
)
from perf_core.services.share_review_secrets import Buckets, asks_passcode, says_comparison
from perf_ui import providers, start
from perf_ui.i18n import LANGUAGE_COOKIE

_LOG = logging.getLogger("perfboard.shared_links")

COOKIE: Final = "perf_review_"
"""Followed by the link's name, which opens nothing: several reviews may be open side by side."""

_HEADERS: Final = {
    "content-security-policy": (
        f"default-src 'none'; style-src {STYLE_SOURCE}; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_STATUS: Final = {
    Refusal.UNKNOWN: 404,
    Refusal.EXPIRED: 410,
    Refusal.GONE: 410,
    Refusal.TOO_MANY: 429,
    Refusal.PASSCODE_NEEDED: 200,
    Refusal.PASSCODE_WRONG: 403,
}
_LARGEST_FORM: Final = 32_768
_MOST_WAITING: Final = 64
_PAUSE: Final = 1.0
_THREADS: Final = 4
_MOST_ASKING: Final = 400

_Found = TypeVar("_Found")


class Guard:
    """Slows down and writes down whoever guesses; whoever knows is never asked to wait.

    What is right costs one statement and is always looked up, so nobody's guessing locks anybody
    else out. What is wrong takes from two buckets, the address's and everybody's. Once one is
    empty, the answer waits a second, and once too many wait, it comes at once as "too many".
    """

    def __init__(self) -> None:
        self.attempts = Attempts()
        self._by_address = Buckets(10, 1 / 6)
        self._of_all = Buckets(100, 5, most=1)
        self._told = Buckets(1, 1 / 60)
        self._told_of_all = Buckets(10, 1 / 6, most=1)
        self._salt = secrets.token_bytes(16)
        self._waiting = 0

    def name_of(self, request: Request) -> str:
        """The reader's address as a short text that says nothing about it."""
        host = request.client.host if request.client else ""
        return sha256(self._salt + _network(host).encode()).hexdigest()[:12]

    async def wrong(self, name: str, what: str) -> bool:
        """Note a wrong attempt; whether it is to be answered with "too many"."""
        is_fine = self._by_address.take(name) & self._of_all.take("")
        if self._told.take(name) and self._told_of_all.take(""):
            _LOG.warning("wrong %s of a shared link, from %s", what, name)
        if is_fine:
            return False
        if self._waiting < _MOST_WAITING:
            self._waiting += 1
            try:
                await asyncio.sleep(_PAUSE)
            finally:
                self._waiting -= 1
        return True


def _network(host: str) -> str:
    """An address without what its holder may choose freely: of IPv6 the first half."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(address) if address.version == 4 else address.exploded[:19]


class ShareRoutes:
    """The pages of shared reviews.

    Parameters
    ----------
    store : callable
        Gives the store.
    has_sign_in : callable
        Whether there is sign-in: then links end whose creator had only said who they were.
    """

    def __init__(self, store: Callable[[], Store], has_sign_in: Callable[[], bool]) -> None:
        self._store = store
        self._has_sign_in = has_sign_in
        self._guard = Guard()
        self._asking = 0
        # Threads of their own: however many guess, the pages and /health keep theirs.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="shared-link")

    def routes(self) -> list[BaseRoute]:
        """The routes, the more special first."""
        return [
            Route("/r/view/{link_id}", self._answered(self._view), methods=["GET"]),
            Route("/r/view/{link_id}", self._answered(self._say), methods=["POST"]),
            Route("/r/{token}", self._answered(self._door), methods=["GET"]),
            Route("/r/{token}", self._answered(self._redeem), methods=["POST"]),
            Route("/r/{rest:path}", self._answered(self._nothing), methods=["GET", "POST"]),
        ]

    def _answered(
        self, handle: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Send the headers with whatever is answered, and a plain page for every fault."""

        async def answered(request: Request) -> Response:
            try:
                response = await handle(request)
            except PerfError:  # the store is busy, or cannot be reached: /health says which
                response = _refusal(request, None)
            except Exception:  # noqa: BLE001  # the border: the log says what
                _LOG.exception("a shared link failed")
                response = _refusal(request, None)
            response.headers.update(_HEADERS)
            return response

        return answered

    async def _asked(self, ask: Callable[[], _Found]) -> _Found:
        """Ask the store beside the loop; a queue that grows without end helps nobody."""
        if self._asking >= _MOST_ASKING:
            raise StoreBusy
        self._asking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        finally:
            self._asking -= 1

    # --- the door ---------------------------------------------------------------------------------

    async def _door(self, request: Request) -> Response:
        """One button; the store is not asked, so the page says nothing about the token."""
        return _door_page(request, None)

    async def _redeem(self, request: Request) -> Response:
        if not _is_own_form(request):
            return _refusal(request, Refusal.UNKNOWN, status=403)
        form = await _form(request)
        token = request.path_params["token"]
        name = self._guard.name_of(request)
        found = await self._asked(
            partial(
                redeem,
                self._store(),
                token,
                form.get("passcode", ""),
                this_instant(),
                needs_account=self._has_sign_in(),
                address=name,
                attempts=self._guard.attempts,
                cookies=_cookies(request),
            )
        )
        if isinstance(found, Opened):
            return _opened(request, found, _chosen(request, form))
        if found.reason in {Refusal.PASSCODE_NEEDED, Refusal.PASSCODE_WRONG}:
            return _door_page(request, found.reason)
        if found.reason is Refusal.UNKNOWN and await self._guard.wrong(name, "token"):
            return _refusal(request, Refusal.TOO_MANY)
        return _refusal(request, found.reason)

    async def _nothing(self, request: Request) -> Response:
        return _refusal(request, Refusal.UNKNOWN)

    # --- the review -------------------------------------------------------------------------------

    async def _view(self, request: Request) -> Response:
        return await self._shown(request)

    async def _shown(self, request: Request, *, problem: str = "", status: int = 200) -> Response:
        link_id, cookie = _cookie(request)
        found = await self._asked(
            partial(
                open_review,
                self._store(),
                link_id,
                cookie,
                this_instant(),
                needs_account=self._has_sign_in(),
            )
        )
        if isinstance(found, Refused):
            return await self._refused(request, found, cookie)
        written = await self._asked(partial(_review_page, request, found, cookie, problem))
        return HTMLResponse(written, status_code=status)

    async def _refused(self, request: Request, found: Refused, cookie: str) -> Response:
        is_guess = found.reason is Refusal.UNKNOWN and cookie
        name = self._guard.name_of(request)
        if is_guess and await self._guard.wrong(name, "cookie"):
            return _refusal(request, Refusal.TOO_MANY)
        return _refusal(request, found.reason)

    async def _say(self, request: Request) -> Response:
        link_id, cookie = _cookie(request)
        form = await _form(request)
        if not _is_own_form(request) or not hmac.compare_digest(
            form.get("check", "").encode(), check_of(cookie).encode()
        ):
            return _refusal(request, Refusal.UNKNOWN, status=403)
        reader = Reader(_language(request, form))
        try:
            refused = await self._asked(
                partial(
                    answer,
                    self._store(),
                    link_id,
                    cookie,
                    this_instant(),
                    needs_account=self._has_sign_in(),
                    reader=form.get("reader", ""),
                    verdict=form.get("verdict", ""),
                    text=form.get("text", ""),
                )
            )
        except StoreBusy:
            raise
        except PerfError as error:
            told = reader(type(error).sentence, **error.facts())
            return await self._shown(request, problem=told, status=422)
        if refused is not None:
            return await self._refused(request, refused, cookie)
        address = f"/r/view/{link_id}" + _query(_chosen(request, form)) + "#answer"
        return RedirectResponse(address, status_code=303)


def routes(
    store: Callable[[], Store] = start.store,
    *,
    has_sign_in: Callable[[], bool] = lambda: providers.current() is not None,
) -> list[BaseRoute]:
    """The routes of shared reviews (:class:`ShareRoutes`)."""
    return ShareRoutes(store, has_sign_in).routes()


def check_of(cookie: str) -> str:
    """What a form carries to show that it comes from the page of this cookie."""
    return sha256(f"answer {cookie}".encode()).hexdigest()[:32]


# --- what a request says --------------------------------------------------------------------------


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; what is larger is read no further and counts as empty."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return {}
    try:
        fields = parse_qs(body.decode(), max_num_fields=20, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _is_own_form(request: Request) -> bool:
    """Whether a form was sent from a page of this server, as far as the browser says.

    A page without referrer sends ``Origin: null``, so ``Sec-Fetch-Site`` decides where it is sent.
    """
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "")
    return origin in {"", "null"} or urlsplit(origin).netloc == request.headers.get("host", "")


def _cookies(request: Request) -> dict[str, str]:
    return {
        name.removeprefix(COOKIE): value
        for name, value in request.cookies.items()
        if name.startswith(COOKIE)
    }


def _cookie(request: Request) -> tuple[str, str]:
    link_id = str(request.path_params["link_id"])
    return link_id, _cookies(request).get(link_id, "")


def _chosen(request: Request, form: Mapping[str, str]) -> str:
    """The language that somebody chose here; nothing where the browser's is meant."""
    chosen = request.query_params.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    sent = form.get("lang", "")
    return sent if sent in LANGUAGES and sent != _language(request, {}) else ""


def _language(request: Request, form: Mapping[str, str]) -> str:
    for chosen in (
        request.query_params.get("lang", ""),
        form.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
    ):
        if chosen in LANGUAGES:
            return chosen
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        found = language_of(part.partition(";")[0].strip(), default="")
        if found:
            return found
    return "en"


def _query(language: str) -> str:
    return f"?lang={language}" if language else ""


# --- what is answered -----------------------------------------------------------------------------


def _door_page(request: Request, refused: Refusal | None) -> Response:
    reader = Reader(_language(request, {}))
    token = str(request.path_params["token"])
    parts = door_parts(
        reader=reader,
        asks_passcode=asks_passcode(token),
        is_comparison=says_comparison(token),
        refused=refused,
    )
    return HTMLResponse(
        page(parts, title="Perfboard", reader=reader, switch=request.url.path, class_="door"),
        status_code=_STATUS[refused] if refused else 200,
    )


def _refusal(request: Request, refused: Refusal | None, *, status: int = 503) -> Response:
    reader = Reader(_language(request, {}))
    code = status if refused is None or status != 503 else _STATUS[refused]
    parts = refusal_parts(refused, reader=reader)
    headers = {"retry-after": "60"} if code in {429, 503} else None
    written = page(parts, title="Perfboard", reader=reader, switch=request.url.path, class_="door")
    return HTMLResponse(written, status_code=code, headers=headers)


def _opened(request: Request, found: Opened, language: str) -> Response:
    address = f"/r/view/{found.link_id}{_query(language)}"
    response = RedirectResponse(address, status_code=303)
    cookie: SimpleCookie = SimpleCookie()
    name = f"{COOKIE}{found.link_id}"
    cookie[name] = found.cookie
    left = int((found.expires_at - this_instant()).total_seconds())
    cookie[name].update({"path": "/r", "max-age": str(left), "samesite": "Strict"})
    cookie[name]["httponly"] = True
    is_https = "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}
    if is_https:
        cookie[name]["secure"] = True
    response.headers.append("set-cookie", cookie[name].OutputString())
    return response


def _review_page(request: Request, review: Review, cookie: str, problem: str) -> str:
    reader = Reader(_language(request, {}))
    link = review.link
    return page(
        review_parts(link, shared_by=review.shared_by, reader=reader),
        answer_parts(
            link,
            review.answers,
            action=request.url.path + _query(_chosen(request, {})),
            check=check_of(cookie),
            problem=problem,
            reader=reader,
        ),
        title=review_title(link, reader),
        reader=reader,
        switch=request.url.path,
        mark=watermark_words(link, shared_by=review.shared_by, reader=reader),
    )
