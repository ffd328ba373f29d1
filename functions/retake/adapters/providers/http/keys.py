"""A provider's API key: read when it is needed, kept for a while, never shown."""

import base64
import json
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote, quote_plus

KEEP_S = 300.0
"""Seconds a key is kept: a rotated one is in use five minutes later, or after the first refusal."""

HIDDEN = "***"


class Credential(Protocol):
    """What a request is authorised with: a key, or a token that a key is exchanged for."""

    def reveal(self) -> str:
        """Return it; empty for a server that asks for none."""
        ...

    def forget(self) -> None:
        """Get it anew next time: the provider refused it."""
        ...

    def redact(self, text: str) -> str:
        """Return a text without it."""
        ...


class ApiKey:
    """One key.

    Args:
        read: Where it comes from; called at most once in ``keep_s`` while the key is accepted.
        now: A clock that only goes forward, in seconds.
        keep_s: How long it is kept.
    """

    def __init__(
        self, read: Callable[[], str], *, now: Callable[[], float] = time.monotonic, keep_s: float = KEEP_S
    ) -> None:
        self._read = read
        self._now = now
        self._keep_s = keep_s
        self._value = ""
        self._seen: set[str] = set()
        self._expires_at: float | None = None

    def __repr__(self) -> str:
        return f"ApiKey({HIDDEN})"

    def reveal(self) -> str:
        """Return the key; empty for a server that asks for none."""
        if self._expires_at is None or self._now() >= self._expires_at:
            self._value = self._read()
            self._seen |= {self._value} - {""}
            self._expires_at = self._now() + self._keep_s
        return self._value

    def forget(self) -> None:
        """Read it anew next time: the provider refused it, so it may have been rotated."""
        self._expires_at = None

    def hide(self, value: str) -> None:
        """Hide another secret likewise: what the key was exchanged for."""
        self._seen |= {value} - {""}

    def redact(self, text: str) -> str:
        """Return a text without the key: some providers repeat it in their refusals.

        Also without one that was in use before, and however it is written: as it is, in an address, in
        Base64 as basic authentication has it, or in JSON.
        """
        for value in self._seen:
            for form in _forms_of(value):
                text = text.replace(form, HIDDEN)
        return text


def _forms_of(value: str) -> tuple[str, ...]:
    encoded = [
        base64.b64encode(text.encode()).decode().rstrip("=") for text in (value, f":{value}", f"{value}:")
    ]
    return value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], *encoded
