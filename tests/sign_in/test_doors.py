"""What a stranger, and whoever is no longer signed in, gets at each door: nothing."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from perf_core.services import accounts
from perf_core.store import accounts as rows
from perf_ui.navigation import ENTRIES
from tests.sign_in.conftest import METRICS_TOKEN, SECRET, SignInApp
from tests.sign_in.visitor import Heard, Visitor, made_cookie

CANARY = re.compile("Canary|87,?654")


# --- strangers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{entry.code}" for entry in ENTRIES),
        "/",
        "/pages/team.py",
        "/pages/team",
        "/perf_ui/main.py",
        "/main",
        "/anything",
    ],
)
def test_a_stranger_gets_the_sign_in_page_at_every_address(app: SignInApp, path: str) -> None:
    answer = app.visitor().page(f"{path}?as=hr&period=2026-05")
    assert answer.status_code == 200
    assert "示例 SSO" in answer.text
    assert "<script" not in answer.text  # nothing of the app itself
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/media/0123456789abcdef.csv"),
        ("GET", "/_stcore/host-config"),
        ("GET", "/_stcore/script-health-check"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("POST", "/team"),
        ("GET", "/component/x/index.html"),
        ("GET", "/_stcore/bidi-components/x"),
        ("GET", "/app/static/x"),
    ],
)
def test_a_stranger_gets_nothing_else(app: SignInApp, method: str, path: str) -> None:
    answer = app.visitor().http.request(method, path)
    assert answer.status_code == 401
    assert answer.text == "Sign in first."


@pytest.mark.parametrize("page", ["", "team", "data", "accounts", "pages/team.py"])
def test_a_strangers_socket_is_sent_to_the_sign_in_before_any_run(
    app: SignInApp, page: str
) -> None:
    heard = app.visitor().see(page, "as=hr&me=M1")
    assert heard.sent_to == "/sign-in?why=over"
    assert heard.is_closed
    assert not heard.is_run


def test_metrics_ask_for_their_token(app: SignInApp) -> None:
    visitor = app.visitor()
    for path in ("/metrics", "/_stcore/metrics"):
        assert visitor.http.get(path).status_code == 404
        wrong = {"authorization": "Bearer something-else-altogether"}
        assert visitor.http.get(path, headers=wrong).status_code == 404
        right = {"authorization": f"Bearer {METRICS_TOKEN}"}
        assert visitor.http.get(path, headers=right).status_code == 200
    told = visitor.http.get("/metrics", headers=right).text
    for name in ("runs_total", "run_seconds_bucket", "open_sockets", "sign_ins_total"):
        assert f"perfboard_{name}" in told
    assert "@" not in told
    assert not CANARY.search(told)


def test_health_is_open_and_says_nothing_more(app: SignInApp) -> None:
    assert app.visitor().http.get("/health").json() == {"status": "ok"}


# --- who is signed in -----------------------------------------------------------------------------


def test_view_as_in_the_address_has_no_effect(app: SignInApp) -> None:
    employee = app.signed_in("sub-p1")
    for page in ("", "person", "team", "data"):
        heard = employee.see(page, "as=hr&me=M1&person=P2")
        assert heard.is_run
        assert "CanaryP2" not in heard.text
        assert "View as" not in heard.text


@pytest.mark.parametrize(
    ("subject", "page", "said"),
    [
        ("sub-p1", "team", "This page is for those who lead others"),
        ("sub-p1", "data", "This page is for HR"),
        ("sub-p1", "accounts", "This page is for administrators"),
        ("sub-mara", "data", "This page is for HR"),
        ("sub-mara", "accounts", "This page is for administrators"),
        ("sub-admin", "", "You keep accounts and settings here"),
        ("sub-admin", "team", "You keep accounts and settings here"),
        ("sub-admin", "person", "You keep accounts and settings here"),
    ],
)
def test_a_page_without_right_says_so_and_ends(
    app: SignInApp, subject: str, page: str, said: str
) -> None:
    heard = app.signed_in(subject).see(page, "person=P2")
    assert said in heard.text
    # The menu says who is signed in.
    assert not CANARY.search(heard.text.replace("**CanaryP1**", ""))


def test_an_account_without_part_and_person_sees_nothing(app: SignInApp) -> None:
    idle = app.signed_in("sub-idle")
    for page in ("", "team", "person", "data", "accounts"):
        heard = idle.see(page)
        assert "nobody has given you access" in heard.text
        assert not CANARY.search(heard.text)
    assert idle.http.put("/_stcore/upload_file/x/y", content=b"x").status_code == 403


def test_only_hr_uploads(app: SignInApp) -> None:
    for subject, status in (("sub-p1", 403), ("sub-mara", 403), ("sub-admin", 403)):
        answer = app.signed_in(subject).http.put("/_stcore/upload_file/x/y", content=b"x")
        assert answer.status_code == status
    # HR gets as far as Streamlit's own check of the form's token.
    answer = app.signed_in("sub-hr").http.put("/_stcore/upload_file/x/y", content=b"x")
    assert "XSRF" in answer.text


def _button(heard: Heard) -> DownloadButton:
    """The first button of a page that writes a file when somebody asks for it."""
    return next(
        button
        for one in heard.messages
        if one.HasField("delta")
        and (button := one.delta.new_element.download_button).deferred_file_id
    )


def _written(socket: ClientConnection, heard: Heard, name: str) -> str:
    """Ask over a socket for a file to be written; its address, or nothing within two seconds."""
    asked = BackMsg()
    session = next(one.new_session for one in heard.messages if one.HasField("new_session"))
    asked.backend_operation_request.session_id = session.initialize.session_id
    asked.backend_operation_request.request_id = "1"
    asked.backend_operation_request.deferred_file.file_id = name
    socket.send(asked.SerializeToString())
    try:
        while True:
            data = socket.recv(timeout=2)
            assert isinstance(data, bytes)
            answer = ForwardMsg.FromString(data).backend_operation_response
            if answer.request_id:
                return str(answer.deferred_file.url)
    except TimeoutError:
        return ""


def test_a_file_of_a_page_is_for_whom_it_was_made(app: SignInApp) -> None:
    leader, other = app.signed_in("sub-mara"), app.signed_in("sub-p1")
    with leader.socket() as hers, other.socket() as his:
        seen = leader.see("team", socket=hers)
        offered = _button(seen).deferred_file_id
        # Nobody else has it written, however the name came to them.
        assert not _written(his, other.see("", socket=his), offered)
        path = _written(hers, seen, offered)
        # Nor does it help to have the app say the address over one's own socket.
        for query in ("", f"q={path}", f"person={path}"):
            other.see("person", query, socket=his)
            assert _written(hers, seen, offered) == path
            missing, found = other.http.get("/media/0123456789abcdef.csv"), other.http.get(path)
            assert found.status_code == 404
            assert (found.text, dict(found.headers)) == (missing.text, dict(missing.headers))
            assert app.visitor().http.get(path).status_code == 401
            assert "Canary" in leader.http.get(path).raise_for_status().text


# --- a sign-in that is over -----------------------------------------------------------------------


def _is_out(visitor: Visitor) -> None:
    assert "示例 SSO" in visitor.page("/team").text
    assert visitor.http.get("/media/0123456789abcdef.csv").status_code == 401
    heard = visitor.see("team")
    assert heard.sent_to
    assert not heard.is_run


@pytest.mark.parametrize("place", ["first", "middle", "last", "cut", "other"])
def test_a_changed_cookie_opens_nothing(app: SignInApp, place: str) -> None:
    visitor = app.signed_in("sub-mara")
    good = visitor.cookie
    changed = {
        "first": ("A" if good[0] != "A" else "B") + good[1:],
        "middle": good[: len(good) // 2] + "_" + good[len(good) // 2 + 1 :],
        "last": good[:-2] + ("Aw" if good[-2:] != "Aw" else "Bg"),
        "cut": good.rpartition(".")[0],
        "other": made_cookie(good, SECRET).replace(".", "..", 1),
    }[place]
    visitor.hold(changed)
    _is_out(visitor)


@pytest.mark.parametrize(
    "claims",
    [
        {"origin": "https://elsewhere.example"},
        {"provider": "unknown"},
        {"is_logged_in": False},
        {"aud": "another-app"},
        {"sub": ""},
        {"iat": None},
        {"iat": 10**30},
    ],
)
def test_a_genuine_cookie_that_is_not_for_this_app_opens_nothing(
    app: SignInApp, claims: dict[str, object]
) -> None:
    visitor = app.signed_in("sub-mara")
    visitor.hold(made_cookie(visitor.cookie, SECRET, **claims))
    _is_out(visitor)


def test_a_sign_in_holds_twelve_hours_and_no_longer(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p2")
    good = visitor.cookie
    accounts.end_sessions(app.store, app.ids["p2"], scope=app.scope)
    _long_ago(app, "p2")
    visitor.hold(made_cookie(good, SECRET, seconds_ago=12 * 3600 - 60))
    assert visitor.see("person").is_run
    visitor.hold(made_cookie(good, SECRET, seconds_ago=12 * 3600 + 1))
    _is_out(visitor)
    assert "Your session has ended" in visitor.page("/person").text


def _long_ago(app: SignInApp, name: str) -> None:
    """Put the end of all former sessions two days back, where only age counts."""
    with app.store.noting() as connection:
        rows.update_account(
            connection,
            app.ids[name],
            sessions_valid_after=datetime.now(UTC) - timedelta(days=2),
        )


def test_ended_sessions_end_at_the_next_touch(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p3")
    with visitor.socket() as socket:
        assert visitor.see("person", socket=socket).is_run
        accounts.end_sessions(app.store, app.ids["p3"], scope=app.scope)
        heard = visitor.see("person", socket=socket)
        assert heard.sent_to == "/sign-in?why=over"
        assert heard.is_closed
        assert not heard.is_run
    _is_out(visitor)


def test_a_closed_account_is_told_so_at_once(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p4")
    with visitor.socket() as socket:
        assert visitor.see("person", socket=socket).is_run
        accounts.set_active(
            app.store, app.ids["p4"], is_active=False, scope=app.scope, today=_today()
        )
        assert visitor.see("person", socket=socket).is_closed
    answer = visitor.page("/person")
    assert answer.status_code == 403
    assert "this account is not active" in answer.text
    assert "people@example.com" in answer.text


def _today() -> date:
    return datetime.now(UTC).date()


def test_a_withdrawn_part_is_gone_in_the_next_run(app: SignInApp) -> None:
    accounts.grant_role(app.store, app.ids["p5"], "hr", scope=app.scope, from_day=_today())
    visitor = app.signed_in("sub-p5")
    with visitor.socket() as socket:
        assert "CanaryP2" in visitor.see("team", socket=socket).text
        accounts.withdraw_role(app.store, app.ids["p5"], "hr", scope=app.scope, today=_today())
        again = visitor.see("team", socket=socket)
        assert again.is_run
        assert "CanaryP2" not in again.text


def test_a_copied_cookie_is_worth_nothing_after_sign_out(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p6")
    copied = visitor.cookie
    thief = app.visitor()
    thief.hold(copied)
    with thief.socket() as socket:
        assert thief.see("person", socket=socket).is_run
        left = visitor.http.get("/auth/logout")
        assert left.status_code == 302
        assert not visitor.cookie
        assert thief.see("person", socket=socket).is_closed
    _is_out(thief)


def test_another_site_cannot_sign_anybody_out(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p7")
    answer = visitor.http.get("/auth/logout", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/"
    assert visitor.see("person").is_run


# --- signing in -----------------------------------------------------------------------------------


def test_sign_in_lands_where_one_wanted_to_go(app: SignInApp) -> None:
    visitor = app.visitor()
    answer = visitor.sign_in("sub-mara", to="/team?period=2026-05")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/team?period=2026-05"
    assert "perf_landing" not in visitor.http.cookies
    given = [one for one in answer.headers.get_list("set-cookie") if one.startswith("_streamlit")]
    assert given
    for one in given:
        assert "httponly" in one.lower()
        assert "samesite=lax" in one.lower()


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/auth/logout",
        "/oauth2callback?error=x",
        "/sign-in?to=//evil.example",
        "/_stcore/metrics",
        "x" * 3000,
        "/%0d%0aset-cookie:x=1",
    ],
)
def test_sign_in_never_leads_elsewhere(app: SignInApp, to: str) -> None:
    answer = app.visitor().sign_in("sub-mara", to=to)
    landed = answer.headers["location"]
    assert landed in {"/", "/%0d%0aset-cookie%3Ax%3D1"}
    assert "x" not in answer.cookies


@pytest.mark.parametrize("subject", ["sub-audience", "sub-azp", "sub-issuer", "sub-expired"])
def test_a_wrong_token_opens_nothing(app: SignInApp, subject: str) -> None:
    visitor = app.visitor()
    answer = visitor.sign_in(subject, to="/team")
    if visitor.cookie:  # Authlib lets a token for another app pass when azp names us; we do not
        _is_out(visitor)
    else:
        assert answer.headers["location"] == "/sign-in?why=failed&to=%2Fteam"
        page = visitor.page(answer.headers["location"])
        assert "could not be completed" in page.text
        assert 'to=%2Fteam"' in page.text


def test_a_callback_that_nobody_asked_for_opens_nothing(app: SignInApp) -> None:
    visitor = app.visitor()
    for query in ("code=x&state=y", "code=x", "error=access_denied&state=y", "state=%00"):
        answer = visitor.http.get(f"/oauth2callback?{query}")
        assert answer.headers["location"].startswith("/sign-in?why=")
        assert not visitor.cookie


@pytest.mark.parametrize("subject", ["sub-stranger", "sub-unproven"])
def test_somebody_the_company_does_not_know_is_told_whom_to_ask(
    app: SignInApp, subject: str
) -> None:
    visitor = app.visitor()
    visitor.sign_in(subject)
    answer = visitor.page("/team", **{"accept-language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 403
    assert "尚未开通" in answer.text
    assert "people@example.com" in answer.text
    assert "/auth/logout" in answer.text
    heard = visitor.see("team")
    assert heard.sent_to
    assert not heard.is_run


def test_a_provider_that_is_down_is_told_without_a_fault(app: SignInApp) -> None:
    visitor = app.visitor()
    begun = visitor.http.get("/sign-in/down", params={"to": "/team"})
    answer = visitor.http.get(begun.headers["location"])
    assert answer.headers["location"] == "/sign-in?why=down&to=%2Fteam"
    page = visitor.page(answer.headers["location"])
    assert "cannot be reached" in page.text
    assert "Traceback" not in page.text


def test_names_and_errors_are_shown_as_text(app: SignInApp) -> None:
    page = app.visitor().page('/team?x="><script>alert(1)</script>')
    assert "<script>" not in page.text
    page = app.visitor().page("/sign-in?why=<script>&to=javascript:alert(1)&lang=<b>")
    assert "<script>" not in page.text
    assert "javascript:" not in page.text


def test_the_sign_in_speaks_the_readers_language(app: SignInApp) -> None:
    assert "请使用公司账号登录" in app.visitor().page("/", **{"accept-language": "zh-CN"}).text
    assert "With your company account" in app.visitor().page("/?lang=en").text


def test_no_log_line_tells_who(app: SignInApp) -> None:
    visitor = app.signed_in("sub-mara")
    visitor.see("team")
    said = app.log.read_text()
    assert "@example.com" not in said
    assert not CANARY.search(said)


def test_signed_in_again_after_a_moment(app: SignInApp) -> None:
    visitor = app.signed_in("sub-p8", anew=True)
    visitor.http.get("/auth/logout")
    time.sleep(1.1)
    visitor.sign_in("sub-p8")
    assert visitor.see("person").is_run


def test_the_way_in_over_another_name_leads_home(app: SignInApp) -> None:
    answer = httpx.get(
        app.url.replace("localhost", "127.0.0.1") + "/team?period=2026-05",
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{app.url}/team?period=2026-05"
