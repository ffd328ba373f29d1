"""Upload forms are read as they arrive, whatever pieces they arrive in."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.asgi import Receive
from infra.local.forms import _PIECE_BYTES, Form, FormError, FormReader


def form(fields: dict[str, str], content: bytes) -> tuple[str, bytes]:
    """Encode a form as a client does; return its content type and its body."""
    file = {"file": ("clip.mp4", content, "video/mp4")}
    request = httpx.Request("POST", "http://x/", data=fields, files=file)
    return request.headers["content-type"], request.read()


def arriving(body: bytes, sizes: list[int], *, whole: bool = True) -> Receive:
    """Give a body in pieces of these sizes, and the rest in one."""
    pieces: list[dict[str, Any]] = []
    at = 0
    for size in sizes:
        pieces.append({"type": "http.request", "body": body[at : at + size], "more_body": True})
        at += size
    pieces.append({"type": "http.request", "body": body[at:], "more_body": not whole})

    async def receive() -> dict[str, Any]:
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    return receive


def read(receive: Receive, content_type: str, directory: Path, limit: int = 10**9) -> tuple[Form, bytes, str]:
    async def run() -> tuple[Form, bytes, str]:
        reader = FormReader(receive, content_type)
        found = await reader.read_fields()
        spool = await reader.read_file(directory, limit)
        content = spool.path.read_bytes()
        spool.remove()
        return found, content, spool.md5

    return asyncio.run(run())


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True).filter(lambda name: name != "file"),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
        max_size=4,
    ),
    st.binary(max_size=300) | st.sampled_from([b"\r\n--", b"\r\n--x--\r\n", b"--", b"\r\n\r\n"]),
    st.lists(st.integers(0, 40), max_size=20),
)
def test_a_form_is_read_in_whatever_pieces_it_arrives(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str], content: bytes, sizes: list[int]
) -> None:
    content_type, body = form(fields, content)
    directory = tmp_path_factory.mktemp("spool")
    found, received, md5 = read(arriving(body, sizes), content_type, directory)
    assert (found.fields, found.file_name, found.file_type) == (fields, "clip.mp4", "video/mp4")
    assert (received, md5) == (content, hashlib.md5(content, usedforsecurity=False).hexdigest())
    assert not list(directory.iterdir())


def test_a_long_file_is_not_held_in_memory(tmp_path: Path) -> None:
    content_type, body = form({"key": "k"}, b"\r\n--a" * (_PIECE_BYTES // 2))
    seen = []

    async def run() -> None:
        reader = FormReader(arriving(body, [65_536] * (len(body) // 65_536)), content_type)
        await reader.read_fields()
        read_more = reader._read_more

        async def watched() -> None:
            await read_more()
            seen.append(len(reader._buffer))

        reader._read_more = watched  # type: ignore[method-assign]
        (await reader.read_file(tmp_path, 10**9)).remove()

    asyncio.run(run())
    assert max(seen) < 2 * _PIECE_BYTES


@pytest.mark.parametrize(
    ("cut", "code"),
    [(10, "MalformedPOSTRequest"), (200, "MalformedPOSTRequest"), (330, "MalformedPOSTRequest")],
)
def test_a_form_that_ends_early_leaves_nothing(tmp_path: Path, cut: int, code: str) -> None:
    content_type, body = form({"key": "k"}, b"x" * 300)
    with pytest.raises(FormError) as refused:
        read(arriving(body[:cut], []), content_type, tmp_path)
    assert (refused.value.code, list(tmp_path.iterdir())) == (code, [])


def test_a_client_that_goes_away_leaves_nothing(tmp_path: Path) -> None:
    content_type, body = form({"key": "k"}, b"x" * 300)
    with pytest.raises(FormError):
        read(arriving(body[:-100], [], whole=False), content_type, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_longer_than_allowed_leaves_nothing(tmp_path: Path) -> None:
    content_type, body = form({"key": "k"}, b"x" * 300)
    with pytest.raises(FormError) as refused:
        read(arriving(body, []), content_type, tmp_path, limit=299)
    assert (refused.value.code, list(tmp_path.iterdir())) == ("EntityTooLarge", [])


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n--b--',
        ),
        ("multipart/form-data; boundary=b", b"x" * 50_000),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"x" * 50_000),
    ],
)
def test_a_malformed_form_is_refused(tmp_path: Path, content_type: str, body: bytes) -> None:
    with pytest.raises(FormError):
        read(arriving(body, []), content_type, tmp_path)


def test_too_many_fields_are_refused(tmp_path: Path) -> None:
    content_type, body = form({f"f{number}": "x" * 1000 for number in range(30)}, b"x")
    with pytest.raises(FormError) as refused:
        read(arriving(body, []), content_type, tmp_path)
    assert refused.value.code == "MaxPostPreDataLengthExceeded"
