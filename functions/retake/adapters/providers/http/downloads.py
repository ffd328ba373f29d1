"""Downloads of results from addresses that a provider names.

A result's URL is a stranger's word: it may lead into our own network. So it is HTTPS, every redirect
is judged like the first address, a host is looked up once and the address that was judged is the one
that is used, and size and time are bounded.

References:
    OWASP, Server-Side Request Forgery Prevention
"""

import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urljoin

from retake.adapters.providers.http.addresses import is_public
from retake.adapters.providers.http.connections import Connection, Deadline, Origin, target_of
from retake.domain.errors import ProviderUnavailableError, ResultRefusedError

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
TOO_LARGE = "The result is refused: it is larger than Retake takes."
_TEXTS = ("text/", "application/json", "application/problem+json", "application/xml")


@dataclass(frozen=True)
class DownloadLimits:
    """What one download may take.

    Attributes:
        max_bytes: Size of the file.
        total_s: Seconds from the first look-up to the last byte.
        step_s: Seconds for any one thing, such as the next bytes.
    """

    max_bytes: int = 1024**3
    total_s: float = 45.0
    step_s: float = 10.0


def look_up(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses. Raises ``OSError`` when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class SafeDownloader:
    """Writes what lies at a URL into a file.

    Args:
        trusted: Servers that the settings name: they may be private, and without TLS.
        limits: What one download may take.
        resolve: Looks a host up.
        context: What TLS trusts; by default the system's authorities.
    """

    def __init__(
        self,
        *,
        trusted: Collection[Origin] = (),
        limits: DownloadLimits | None = None,
        resolve: Callable[[str, int], Sequence[str]] = look_up,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._trusted = frozenset(trusted)
        self._limits = limits or DownloadLimits()
        self._resolve = resolve
        self._context = context

    def download(self, url: str, path: Path, *, headers: Mapping[str, str] | None = None) -> None:
        """Write it to ``path``, whole or not at all.

        Args:
            url: Where it is said to lie.
            path: The file.
            headers: Such as a key: sent to the first server only, never where it redirects to.

        Raises:
            ProviderUnavailableError: If it cannot be had now; the message says why.
            ResultRefusedError: If it never can: its address or its size is refused.
        """
        deadline = Deadline.within(self._limits.total_s, step_s=self._limits.step_s)
        first, part = None, path.with_name(f"{path.name}.part")
        try:
            for _ in range(MAX_REDIRECTS + 1):
                origin = _origin_of(url)
                first = first or origin
                with self._connect(origin, deadline) as connection:
                    sent = {"Accept-Encoding": "identity", **((headers or {}) if origin == first else {})}
                    response = connection.ask("GET", target_of(url), headers=sent)
                    if response.status not in _REDIRECTS:
                        self._keep(connection, response, part)
                        part.replace(path)
                        return
                    url = urljoin(url, response.headers.get("Location", ""))
        except (OSError, HTTPException) as exc:
            why = "it took too long" if isinstance(exc, TimeoutError) else str(exc) or type(exc).__name__
            raise ProviderUnavailableError(f"The result could not be downloaded: {why}.") from exc
        finally:
            part.unlink(missing_ok=True)
        raise ResultRefusedError("The result is refused: its server redirects again and again.")

    def _connect(self, origin: Origin, deadline: Deadline) -> Connection:
        """Connect to an address that may be used, and no other: it is not looked up again."""
        trusted = origin in self._trusted
        if origin.scheme != "https" and not trusted:
            raise ResultRefusedError("The result's address is refused: it is not HTTPS.")
        addresses = self._resolve(origin.host, origin.port)
        if not trusted and not all(is_public(address) for address in addresses):
            raise ResultRefusedError("The result's address is refused: it is a private one.")
        for address in addresses[:-1]:
            try:
                return Connection(origin, address=address, deadline=deadline, context=self._context)
            except OSError:
                continue  # the host's next address
        return Connection(origin, address=addresses[-1], deadline=deadline, context=self._context)

    def _keep(self, connection: Connection, response: HTTPResponse, part: Path) -> None:
        if response.status != HTTPStatus.OK:
            raise HTTPException(f"its server answers {response.status}")
        if response.headers.get_content_type().startswith(_TEXTS) and "Content-Type" in response.headers:
            raise HTTPException("its server sends a text instead of a video")
        declared = response.length  # None where the body is chunked, or ends with the connection
        if declared is not None and declared > self._limits.max_bytes:
            raise ResultRefusedError(TOO_LARGE)
        size = 0
        with part.open("wb") as file:
            for chunk in connection.chunks(response):
                size += len(chunk)
                if size > self._limits.max_bytes:
                    raise ResultRefusedError(TOO_LARGE)
                file.write(chunk)
        if size == 0 or (declared is not None and size != declared):
            raise HTTPException(f"it is cut off after {size} bytes")


def _origin_of(url: str) -> Origin:
    try:
        return Origin.of(url)
    except ValueError as exc:
        raise ResultRefusedError(f"The result's address is refused: {exc}") from exc
