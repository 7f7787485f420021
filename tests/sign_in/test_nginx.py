"""The app behind nginx, with the very file of the documentation: https, cookies, socket, limits."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from perf_core.store.engine import Store
from tests.browser.conftest import ROOT, _free_port
from tests.conftest import Stores, lacks
from tests.sign_in.conftest import METRICS_TOKEN, SECRET, people, running, start_command
from tests.sign_in.visitor import Visitor


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "cert.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _settings(folder: Path, *, inside: int, outside: int, plain: int) -> str:
    """The file of the documentation with this test's names and ports."""
    site = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for said, here in {
        "127.0.0.1:8501": f"127.0.0.1:{inside}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{outside} ssl;",
        "/etc/ssl/perf.example.com.pem": f"{folder}/cert.pem",
        "/etc/ssl/perf.example.com.key": f"{folder}/cert.key",
        "server_name perf.example.com;": "server_name localhost;",
        # A port of its own stands in the name that the browser asks for.
        "Host              $host;": "Host              $http_host;",
        "Host       $host;": "Host       $http_host;",
    }.items():
        assert said in site, said
        site = site.replace(said, here)
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
access_log off;
{temporary}
{site}
}}
"""


@pytest.fixture(scope="module")
def plain_port() -> int:
    """The port on which nginx answers without https."""
    return _free_port()


@pytest.fixture(scope="module")
def behind(
    provider: str,
    sqlite_stores: Stores,
    tmp_path_factory: pytest.TempPathFactory,
    plain_port: int,
) -> Iterator[str]:
    """The https address of the app behind nginx; its settings come from the environment."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/bin")
    if nginx is None:
        lacks("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    _certificate(folder)
    inside, outside = _free_port(), _free_port()
    (folder / "nginx.conf").write_text(
        _settings(folder, inside=inside, outside=outside, plain=plain_port), encoding="utf-8"
    )
    store = Store(sqlite_stores.fresh("company"), lock_wait_seconds=30)
    people(store)
    url = f"https://localhost:{outside}"
    environment = {
        "PERF_DATABASE_URL": store.url.render_as_string(hide_password=False),
        "PERF_METRICS_TOKEN": METRICS_TOKEN,
        "PERF_AUTH_REDIRECT_URI": f"{url}/oauth2callback",
        "STREAMLIT_SERVER_COOKIE_SECRET": SECRET,
        "PERF_AUTH_CORP_CLIENT_ID": "perfboard",
        "PERF_AUTH_CORP_CLIENT_SECRET": "only-for-the-tests",
        "PERF_AUTH_CORP_SERVER_METADATA_URL": f"{provider}/.well-known/openid-configuration",
        "PERF_AUTH_CORP_DISPLAY_NAME": "Corp",
    }
    command = [nginx, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    with running(
        start_command(inside),
        f"http://127.0.0.1:{inside}",
        folder / "app.log",
        environment=environment,
    ):
        proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(60):
                assert proxy.poll() is None, (folder / "error.log").read_text()
                try:
                    httpx.get(f"{url}/health", verify=False)  # noqa: S501
                    break
                except httpx.ConnectError:
                    time.sleep(0.2)
            yield url
        finally:
            proxy.terminate()
            proxy.wait(timeout=10)
    store.dispose()


@pytest.fixture(scope="module")
def visitor(behind: str) -> Visitor:
    """Somebody who signed in through the proxy."""
    one = Visitor(behind, verify=False)
    answer = one.sign_in("sub-mara", to="/team")
    assert answer.headers["location"] == "/team"
    given = [cookie for cookie in answer.headers.get_list("set-cookie") if "_streamlit" in cookie]
    assert given
    for cookie in given:
        assert "secure" in cookie.lower()
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()
    return one


def test_a_whole_visit_through_the_proxy(visitor: Visitor) -> None:
    answer = visitor.page("/team")
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "Streamlit" not in answer.headers.get("server", "")
    with visitor.socket(ssl=_any_certificate()) as socket:
        heard = visitor.see("team", "lang=en", socket=socket)
        assert "CanaryP1" in heard.text
        assert "CanaryP2" not in heard.text


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_a_stranger_gets_no_further_than_the_sign_in(behind: str) -> None:
    stranger = Visitor(behind, verify=False)
    assert "Continue with Corp" in stranger.page("/team?lang=en").text
    with stranger.socket(ssl=_any_certificate()) as socket:
        assert stranger.see("team", socket=socket).sent_to


def test_what_is_for_the_inside_stays_inside(behind: str) -> None:
    stranger = Visitor(behind, verify=False)
    for path in ("/metrics", "/_stcore/metrics", "/_stcore/metrics/"):
        answer = stranger.http.get(path, headers={"authorization": f"Bearer {METRICS_TOKEN}"})
        assert answer.status_code == 404
    assert stranger.http.post("/team", content=b"x" * 2_000_000).status_code == 413


def test_guessing_is_slowed_down(behind: str) -> None:
    stranger = Visitor(behind, verify=False)
    answers = [stranger.http.get("/oauth2callback?code=x&state=y").status_code for _ in range(60)]
    assert 429 in answers


def test_plain_http_is_sent_to_https(behind: str, plain_port: int) -> None:
    assert behind.startswith("https://")
    answer = httpx.get(f"http://localhost:{plain_port}/team?a=1")
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://localhost/team?a=1"
