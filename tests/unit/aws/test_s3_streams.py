"""Objects read block by block over connections that break."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.exceptions import HTTPClientError, IncompleteReadError
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.aws.clients import bounded
from retake.adapters.aws.s3_streams import BLOCK_BYTES, MOST_CUTS, BlockReader, read_object

BODY = bytes(range(256)) * 8 * 4096  # 8 MiB


class Breaking(BaseHTTPRequestHandler):
    """A store that ends its first answers early."""

    cuts = 0
    ranges: list[str | None]

    def do_GET(self) -> None:
        wanted = self.headers["Range"]
        type(self).ranges.append(wanted)
        assert self.headers["If-Match"] == (None if wanted is None else '"tag"')
        found = re.fullmatch(r"bytes=(\d+)-", wanted or "")
        start = int(found[1]) if found else 0
        self.send_response(206 if found else 200)
        self.send_header("Content-Length", str(len(BODY) - start))
        self.send_header("ETag", '"tag"')
        self.end_headers()
        if type(self).cuts:
            type(self).cuts -= 1
            self.wfile.write(BODY[start : start + BLOCK_BYTES + 1])
            return
        self.wfile.write(BODY[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def s3() -> Iterator[Any]:
    Breaking.cuts, Breaking.ranges = 0, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id="AKIATEST",
            aws_secret_access_key="secret",  # noqa: S106 - the server takes any
            config=bounded("s3"),
        )
        server.shutdown()
        thread.join()


def test_an_object_is_read_with_one_request(s3: Any) -> None:
    blocks = list(read_object(s3, "bucket", "key"))
    assert b"".join(blocks) == BODY
    assert max(map(len, blocks)) == BLOCK_BYTES
    assert Breaking.ranges == [None]


def test_where_the_connection_breaks_it_goes_on(s3: Any) -> None:
    Breaking.cuts = 3
    assert b"".join(read_object(s3, "bucket", "key")) == BODY
    assert Breaking.ranges[0] is None
    goes_on = [int(str(wanted).removeprefix("bytes=").rstrip("-")) for wanted in Breaking.ranges[1:]]
    assert len(goes_on) == 3
    assert goes_on == sorted(set(goes_on)), "it began again instead"
    assert goes_on[0] >= BLOCK_BYTES


def test_it_does_not_go_on_for_ever(s3: Any) -> None:
    Breaking.cuts = MOST_CUTS + 1
    with pytest.raises((HTTPClientError, IncompleteReadError)):
        list(read_object(s3, "bucket", "key"))
    assert len(Breaking.ranges) == MOST_CUTS + 1


@given(blocks=st.lists(st.binary(max_size=20)), sizes=st.lists(st.integers(0, 30)))
def test_blocks_are_read_in_any_measure(blocks: list[bytes], sizes: list[int]) -> None:
    whole, reader = b"".join(blocks), BlockReader(blocks)
    position = 0
    for size in sizes:
        assert reader.read(size) == whole[position : position + size]
        position = min(position + size, len(whole))
    assert reader.read() == whole[position:]
    assert reader.read(1) == b""
    assert reader.size == len(whole)
