"""The studio is sent compressed to those who take it, as CloudFront sends it, and is the same for all."""

import asyncio
import gzip
from pathlib import Path

import pytest

from infra.local.asgi import Message
from infra.local.studio_files import StudioFiles

SCRIPT = b"export const words = 'again and again';\n" * 200
BROTLI = b"as the build has written it"


@pytest.fixture
def studio(tmp_path: Path) -> StudioFiles:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "index-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "assets" / "index-1.js.br").write_bytes(BROTLI)
    (tmp_path / "assets" / "font-1.woff2").write_bytes(SCRIPT)
    return StudioFiles(tmp_path, port=8005)


def ask(
    studio: StudioFiles, path: str, encoding: str | None, method: str = "GET"
) -> tuple[dict[str, str], bytes]:
    headers = {} if encoding is None else {"accept-encoding": encoding}
    file = studio.find({"type": "http", "method": method, "path": path}, headers)
    assert file is not None
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    asyncio.run(studio.send(send, file, headers, head=method == "HEAD"))
    reported = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return reported, b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("encoding", ["gzip", "br;q=0, gzip", "gzip;q=0.5, identity", "deflate , gzip"])
def test_a_script_is_sent_compressed(studio: StudioFiles, encoding: str) -> None:
    reported, content = ask(studio, "/assets/index-1.js", encoding)
    assert reported["content-encoding"] == "gzip"
    assert reported["vary"] == "accept-encoding"
    assert int(reported["content-length"]) == len(content) < len(SCRIPT) / 10
    assert gzip.decompress(content) == SCRIPT


@pytest.mark.parametrize("encoding", ["br", "gzip, deflate, br", "br;q=0.5, gzip"])
def test_the_smaller_form_is_sent_to_browsers_that_take_both(studio: StudioFiles, encoding: str) -> None:
    reported, content = ask(studio, "/assets/index-1.js", encoding)
    assert reported["content-encoding"] == "br"
    assert reported["content-type"].startswith("text/javascript")
    assert int(reported["content-length"]) == len(content)
    assert content == BROTLI


@pytest.mark.parametrize("encoding", [None, "", "deflate", "gzip;q=0", "gzip;q=0.0", "identity"])
def test_who_does_not_take_it_gets_it_as_it_is(studio: StudioFiles, encoding: str | None) -> None:
    reported, content = ask(studio, "/assets/index-1.js", encoding)
    assert "content-encoding" not in reported
    assert content == SCRIPT


def test_what_is_compressed_already_is_sent_as_it_is(studio: StudioFiles) -> None:
    reported, content = ask(studio, "/assets/font-1.woff2", "gzip")
    assert "content-encoding" not in reported
    assert content == SCRIPT


def test_a_head_reports_the_same(studio: StudioFiles) -> None:
    reported, content = ask(studio, "/assets/index-1.js", "gzip", method="HEAD")
    assert reported == ask(studio, "/assets/index-1.js", "gzip")[0]
    assert content == b""
