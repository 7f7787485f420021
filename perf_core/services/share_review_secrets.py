"""Tokens, cookies and passcodes of shared links: made here, kept as hashes, guessed in vain."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final

TOKEN_SHAPE: Final = re.compile(r"[kovw][A-Za-z0-9_-]{43}", re.ASCII)
"""A sign for what it is (with or without passcode ``k`` or ``o``, of a comparison ``w`` or ``v``),
then 256 bits: the first page asks no store."""

COOKIE_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

_BYTES: Final = 32
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is taken for something else when it is read aloud or copied by hand."""

_PARTS: Final = 2
_PART: Final = 4
_COST: Final = 2**14
_BLOCK: Final = 8

# Each hash takes 16 MB and some 40 ms: two at a time leave the pages their processor.
_hashing = threading.BoundedSemaphore(2)


def digest(secret: str) -> str:
    """What the store keeps of a token or cookie: 256 random bits need no salt and no patience."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token(*, has_passcode: bool, is_comparison: bool = False) -> str:
    """Make a token of 256 bits."""
    signs = ("w", "v") if is_comparison else ("k", "o")
    return signs[0 if has_passcode else 1] + secrets.token_urlsafe(_BYTES)


def asks_passcode(token: str) -> bool:
    """Whether a token says that its link has a passcode; true or not, it opens nothing."""
    return token.startswith(("k", "w"))


def says_comparison(token: str) -> bool:
    """Whether a token says that its link shows a comparison; true or not, it opens nothing."""
    return token.startswith(("v", "w"))


def new_cookie() -> str:
    """Make a cookie's value of 256 bits."""
    return secrets.token_urlsafe(_BYTES)


def new_passcode() -> str:
    """Make a passcode that is easily read aloud, of 39 bits: ``K7QM-2XRD``."""
    parts = ("".join(secrets.choice(_SIGNS) for _ in range(_PART)) for _ in range(_PARTS))
    return "-".join(parts)


def _plain(passcode: str) -> str:
    """A passcode however it was typed: small letters, spaces, without its dash."""
    return re.sub(r"[\s\-–—]", "", passcode).upper()[:64]


def hashed_passcode(passcode: str, *, salt: bytes | None = None) -> str:
    """Hash a passcode with scrypt and a salt of its own."""
    salt = salt or secrets.token_bytes(16)
    with _hashing:
        key = hashlib.scrypt(_plain(passcode).encode(), salt=salt, n=_COST, r=_BLOCK, p=1, dklen=32)
    return "$".join(base64.b64encode(part).decode() for part in (salt, key))


def is_passcode(passcode: str, hashed: str) -> bool:
    """Whether a passcode is the one that was hashed.

    Examples
    --------
    >>> is_passcode("k7qm 2xrd", hashed_passcode("K7QM-2XRD"))
    True
    """
    salt = base64.b64decode(hashed.partition("$")[0])
    return hmac.compare_digest(hashed_passcode(passcode, salt=salt), hashed)


class Buckets:
    """Buckets of tries by name: each holds so many and fills again with time.

    Bounded: the one not used for longest is forgotten, which is to fill it.

    Parameters
    ----------
    size : float
        How many tries a bucket holds.
    per_second : float
        How fast it fills.
    most : int
        How many names are kept.
    clock : callable, default=time.monotonic
        Seconds that only go up.
    """

    def __init__(
        self,
        size: float,
        per_second: float,
        *,
        most: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.size = size
        self.per_second = per_second
        self.most = most
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> bool:
        """Take one try out of a bucket; whether there was one."""
        with self._lock:
            left = self._now(name)
            has_one = left >= 1.0
            self._keep(name, left - 1.0 if has_one else left)
            return has_one

    def is_empty(self, name: str) -> bool:
        """Whether no try is left, without taking one."""
        with self._lock:
            return self._now(name) < 1.0

    def fill(self, name: str) -> None:
        """Forget what was taken."""
        with self._lock:
            self._left.pop(name, None)

    def __len__(self) -> int:
        return len(self._left)

    def _now(self, name: str) -> float:
        left, at = self._left.get(name, (self.size, self._clock()))
        return min(self.size, left + (self._clock() - at) * self.per_second)

    def _keep(self, name: str, left: float) -> None:
        self._left[name] = (left, self._clock())
        self._left.move_to_end(name)
        while len(self._left) > self.most:
            self._left.popitem(last=False)


class Attempts:
    """Counts passcodes that were tried, so that guessing takes longer than any link lasts.

    From one address five, then one a minute: whoever guesses locks out nobody but themselves.
    From everywhere together thirty, then six a minute: of 39 bits that is one in a million over
    90 days. Both fill again, so nobody can close a link for good.

    This counts within one process. Wrong ones are counted in the store, too: thirty of one link in
    any five minutes, however many processes there are.
    """

    most_of_link: Final = 30
    counted_for: Final = timedelta(minutes=5)

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._by_address = Buckets(5, 1 / 60, clock=clock)
        self._by_link = Buckets(30, 6 / 60, clock=clock)

    def may_try(self, link_id: str, address: str) -> bool:
        """Take one try; whether there was one."""
        return self._by_address.take(f"{link_id} {address}") and self._by_link.take(link_id)

    def forget(self, link_id: str, address: str) -> None:
        """Give an address its tries back: it knew the passcode."""
        self._by_address.fill(f"{link_id} {address}")
