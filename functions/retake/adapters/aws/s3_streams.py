"""Objects of any size in little memory: read block by block, and given to boto3 as it asks for them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from botocore.exceptions import HTTPClientError, IncompleteReadError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BLOCK_BYTES = 1024**2

CUT = (HTTPClientError, IncompleteReadError)
"""What a connection that breaks in the middle of an answer becomes; boto3 repeats requests, not answers."""

MOST_CUTS = 5
"""Times that an object is gone on with; after that something else is wrong."""


def read_object(client: "S3Client", bucket: str, key: str, *, tag: str = "") -> Iterator[bytes]:
    """Yield an object's bytes in order; a broken connection is resumed after the last byte that was yielded.

    Args:
        client: Of S3.
        bucket: Where the object is.
        key: The object.
        tag: The tag that it must have; empty for any.

    Raises:
        botocore.exceptions.ClientError: If it cannot be read.
        botocore.exceptions.HTTPClientError, botocore.exceptions.IncompleteReadError: If it broke again
            and again.
    """
    given = 0
    for cuts in range(MOST_CUTS + 1):
        further: dict[str, Any] = {"Range": f"bytes={given}-"} if given else {}
        if tag:  # what goes on must be the same object
            further["IfMatch"] = f'"{tag}"'
        try:
            answer = client.get_object(Bucket=bucket, Key=key, **further)
            tag = answer["ETag"].strip('"')
            for block in answer["Body"].iter_chunks(BLOCK_BYTES):
                given += len(block)
                yield block
        except CUT:
            if cuts == MOST_CUTS:
                raise
        else:
            return


class BlockReader:
    """A file that boto3 can read, made of blocks.

    Args:
        blocks: The bytes in order.

    Attributes:
        size: How many were read.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = bytearray()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next ``size`` bytes, fewer at the end; all of them for a negative ``size``."""
        while size < 0 or len(self._rest) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._rest += block
        count = len(self._rest) if size < 0 else min(size, len(self._rest))
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        self.size += count
        return taken


PART_BYTES = 8 * 2**20
"""What boto3 sends in one part of a larger object."""


class PartTags:
    """Works out which tag S3 gives to bytes, sent at once or in parts.

    Args:
        sizes: Bytes of each part; none for boto3's.

    References:
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (``ETag``)
    """

    def __init__(self, sizes: Sequence[int] = ()) -> None:
        self._sizes = iter(sizes or repeat(PART_BYTES))
        self._whole = _md5()
        self._part = _md5()
        self._parts: list[bytes] = []
        self._room = next(self._sizes)
        self._in_part = 0

    def add(self, block: bytes) -> None:
        """Take the next bytes."""
        self._whole.update(block)
        while block:
            head, block = block[: self._room], block[self._room :]
            self._part.update(head)
            self._in_part += len(head)
            self._room -= len(head)
            if self._room == 0:
                self._end_part()

    def may_be(self, tag: str) -> bool:
        """Whether the bytes may be those that got a tag; also where it is of parts of another size."""
        if self._in_part:
            self._end_part()
        digest, _, count = tag.partition("-")
        if not count:
            return digest == self._whole.hexdigest()
        if count != str(len(self._parts)):
            return True
        return digest == _md5(b"".join(self._parts)).hexdigest()

    def _end_part(self) -> None:
        self._parts.append(self._part.digest())
        self._part, self._in_part = _md5(), 0
        self._room = next(self._sizes, PART_BYTES)


def _md5(content: bytes = b"") -> "hashlib._Hash":
    return hashlib.md5(content, usedforsecurity=False)
