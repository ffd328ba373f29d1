"""Objects of any size in little memory: read block by block, and given to boto3 as it asks for them."""

from collections.abc import Iterable, Iterator
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
    """Give an object's bytes in order; where the connection breaks, go on behind what was given.

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
