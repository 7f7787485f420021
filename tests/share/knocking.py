"""A reader without a browser: plain requests over a socket, cookies kept by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: SimpleCookie

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Reader:
    """One browser of its own, as far as cookies go."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> Answered:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"accept": "text/html", **self.headers, **sent}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            sent["content-type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=body, headers=sent)
            return self._kept(connection.getresponse())
        finally:
            connection.close()

    def _kept(self, response: HTTPResponse) -> Answered:
        cookies: SimpleCookie = SimpleCookie()
        for value in response.headers.get_all("set-cookie") or []:
            cookies.load(value)
        self.cookies.update({name: one.value for name, one in cookies.items()})
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answered(response.status, headers, response.read().decode(), cookies)

    def get(self, path: str, **headers: str) -> Answered:
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answered:
        return self.ask("POST", path, form or {}, **headers)

    def open(self, token: str, **form: str) -> Answered:
        """Press the button, and follow to the review where it opened."""
        answered = self.post(f"/r/{token}", form)
        return self.get(answered.location) if answered.status == 303 else answered
