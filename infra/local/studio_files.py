"""The studio's built files, served with the headers that CloudFront sends."""

import asyncio
import mimetypes
import re
from pathlib import Path

from infra.local.asgi import Scope, Send
from infra.stack.browser_policy import HEADERS, content_security_policy

_CHUNK_BYTES = 256 * 1024
_FORMS = {"br": ".br", "gzip": ".gz"}
"""What the build writes beside each text, by the name of the encoding; the smaller one first."""


class StudioFiles:
    """Finds and sends files of one directory; every address without a dot is the page itself.

    Args:
        directory: What Vite built; may appear later.
        port: Where the presigned URLs lead that the page reads videos from.
    """

    def __init__(self, directory: Path, *, port: int) -> None:
        self._directory = directory.resolve()
        # Presigned URLs and sign-in name one of these, whichever the page itself was opened by.
        origins = [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
        policy = content_security_policy(media=origins, identity=origins)
        given = {**HEADERS, "Content-Security-Policy": policy}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in given.items()]

    def find(self, scope: Scope, headers: dict[str, str]) -> Path | None:
        """Return the file that a request asks for, if it asks for one of the studio's."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        path = str(scope["path"]).removesuffix("/") or "/index.html"
        file = (self._directory / path.lstrip("/")).resolve()
        if file.is_relative_to(self._directory) and file.is_file():
            return file
        wants_page = "text/html" in headers.get("accept", "") and "." not in path.rsplit("/", 1)[-1]
        page = self._directory / "index.html"
        return page if wants_page and page.is_file() else None

    async def send(self, send: Send, file: Path, headers: dict[str, str], *, head: bool) -> None:
        """Send a file, or only what would be sent with it; compressed for those who take it."""
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        # A built asset carries its content's hash in its name; the page itself does not.
        hashed = file.relative_to(self._directory).parts[0] == "assets"
        lasting = b"public, max-age=31536000, immutable" if hashed else b"no-cache"
        encoding, form = _choose_form(file, headers.get("accept-encoding", ""))
        size = (await asyncio.to_thread(form.stat)).st_size
        sent = [
            (b"content-type", media_type.encode()),
            (b"content-length", str(size).encode()),
            (b"cache-control", lasting),
            (b"vary", b"accept-encoding"),
            *([(b"content-encoding", encoding.encode())] if encoding else []),
            *self._headers,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": sent})
        if not head:
            with await asyncio.to_thread(form.open, "rb") as content:
                while chunk := await asyncio.to_thread(content.read, _CHUNK_BYTES):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _choose_form(file: Path, accepted: str) -> tuple[str, Path]:
    """Return the smallest form of a file that is there and accepted, with its encoding; "" for none."""
    for encoding, suffix in _FORMS.items():
        form = file.with_name(file.name + suffix)
        if re.search(rf"\b{encoding}\s*(,|$|;\s*q=(1|0?\.\d*[1-9]))", accepted) and form.is_file():
            return encoding, form
    return "", file
