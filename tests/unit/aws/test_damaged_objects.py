"""Bytes that are not those of the checksum, or of the tag, that S3 keeps with them."""

import base64
import hashlib
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from retake.adapters.aws.s3_objects import S3ObjectStore
from retake.adapters.aws.s3_streams import PART_BYTES, PartTags
from retake.domain.errors import ObjectDamagedError
from tests.fakes.clocks import FixedClock

WRITTEN = b"what was written" * 100
FLIPPED = b"X" + WRITTEN[1:]


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class Bucket(BaseHTTPRequestHandler):
    """A server that has one object, of which a byte was flipped on its disk."""

    has_checksum = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(FLIPPED)))
        self.send_header("ETag", f'"{md5(WRITTEN)}"')
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 20:00:00 GMT")
        if self.has_checksum:
            checksum = base64.b64encode(zlib.crc32(WRITTEN).to_bytes(4, "big")).decode()
            self.send_header("x-amz-checksum-crc32", checksum)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(FLIPPED)

    do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


class OlderBucket(Bucket):
    """The same, whose object was stored without a checksum."""

    has_checksum = False


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[S3ObjectStore]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), getattr(request, "param", Bucket))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - of no account
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )
    try:
        yield S3ObjectStore(s3, "bucket", clock=FixedClock())
    finally:
        s3.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_is_read_is_what_was_written_or_nothing(store: S3ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(ObjectDamagedError, match=r"clips/take\.mp4"):
        store.download("clips/take.mp4", tmp_path / "take")
    with pytest.raises(ObjectDamagedError):
        store.read("clips/take.mp4")
    with pytest.raises(ObjectDamagedError):
        b"".join(store.read_blocks("clips/take.mp4"))


@pytest.mark.parametrize("store", [Bucket, OlderBucket], indirect=True)
def test_a_look_finds_it_by_the_checksum_or_by_the_tag(store: S3ObjectStore) -> None:
    assert not store.verify("clips/take.mp4")


def test_tags_of_several_parts() -> None:
    whole = bytes(range(256)) * (PART_BYTES // 256) + b"and a little more"
    parts = [whole[:PART_BYTES], whole[PART_BYTES:]]
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    for content, is_whole in ((whole, True), (b"X" + whole[1:], False)):
        tags = PartTags()
        for start in range(0, len(content), 1_000_000):
            tags.add(content[start : start + 1_000_000])
        assert tags.may_be(f"{md5(digests)}-2") is is_whole
        assert tags.may_be("0123456789abcdef0123456789abcdef-3"), "of parts of another size"
