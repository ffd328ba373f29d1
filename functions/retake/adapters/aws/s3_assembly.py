"""Makes one object of parts of files and of other objects, which S3 copies where they are large enough.

References:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html (a part has 5 MiB at least, but the last
    one, and 5 GiB at most; there are 10,000 at most)
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, groupby, pairwise
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from retake.adapters.file_ranges import read_ranges
from retake.ports.objects import FileRange, ObjectRange

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

LEAST_PART_BYTES = 5 * 2**20
MOST_COPIED_BYTES = 64 * 2**20
"""Of a part that is copied: S3 takes a second for so much, and several parts at once."""

PARTS_AT_ONCE = 4
"""Each part that is sent, of at most 10 MiB, is held in memory."""

PART_SIZES = "part-sizes"
"""The metadata that says how many bytes each part has, so that the object's tag can be checked."""

_MOST_METADATA_BYTES = 1500
"""S3 takes 2 KB of metadata."""

Range = FileRange | ObjectRange


@dataclass(frozen=True)
class SentPart:
    """A part that is put together here."""

    ranges: tuple[Range, ...]

    @property
    def size(self) -> int:
        """Return its bytes."""
        return sum(part.size for part in self.ranges)


Part = SentPart | ObjectRange


def plan_parts(ranges: Sequence[Range]) -> list[Part]:
    """Return the parts of an upload that makes one object of ranges.

    A stretch that has to be sent is filled up to a part's least size with what follows it. With that, and
    with what is too small to be copied, less than 5 MiB are sent besides for each such stretch.
    """
    parts: list[Part] = []
    waiting: list[Range] = []
    rows = _joined(ranges)
    for number, row in enumerate(rows):
        rest: Range | None = row
        is_last = number == len(rows) - 1
        if isinstance(row, ObjectRange):
            taken, rest = _needed_for(waiting, row, is_last=is_last)
            waiting += taken
        if rest is None:
            continue
        if isinstance(rest, FileRange):
            waiting.append(rest)
            continue
        parts += [*_sent(waiting), *_split(rest, MOST_COPIED_BYTES)]
        waiting = []
    return [*parts, *_sent(waiting)]


def _needed_for(
    waiting: Sequence[Range], row: ObjectRange, *, is_last: bool
) -> tuple[list[ObjectRange], ObjectRange | None]:
    """Return what of a stored range is sent with what waits, and what is left to be copied."""
    held = sum(part.size for part in waiting)
    fill = max(0, LEAST_PART_BYTES - held) if held else 0
    left = row.size - fill
    if left <= 0 or (left < LEAST_PART_BYTES and not is_last):
        return [row], None
    rest = replace(row, start=row.start + fill, size=left)
    return ([replace(row, size=fill)] if fill else []), rest


def _sent(waiting: Sequence[Range]) -> Iterator[SentPart]:
    """Give what waits in parts of 5 to 10 MiB; fewer where it is less."""
    left = sum(part.size for part in waiting)
    count = max(1, left // LEAST_PART_BYTES)
    rows = list(waiting)
    while rows:
        room = -(-left // count)
        left, count = left - room, count - 1
        taken: list[Range] = []
        while room:
            row = rows.pop(0)
            taken.append(replace(row, size=min(row.size, room)))
            if row.size > room:
                rows.insert(0, replace(row, start=row.start + room, size=row.size - room))
            room -= taken[-1].size
        yield SentPart(tuple(taken))


def _split(row: ObjectRange, most: int) -> Iterator[ObjectRange]:
    count = -(-row.size // most)
    ends = [row.size * number // count for number in range(count + 1)]
    for begin, end in pairwise(ends):
        yield replace(row, start=row.start + begin, size=end - begin)


def _joined(ranges: Sequence[Range]) -> list[Range]:
    """Return the same bytes in as few ranges as possible, without empty ones."""
    rows: list[Range] = []
    for row in ranges:
        before = rows[-1] if rows else None
        if before is not None and replace(before, start=before.start + before.size, size=row.size) == row:
            rows[-1] = replace(before, size=before.size + row.size)
        elif row.size:
            rows.append(row)
    return rows


class Assembler:
    """Sends and copies the parts of one object.

    Args:
        client: Of S3.
        bucket: Where all objects are.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def assemble(self, key: str, parts: Sequence[Part], *, content_type: str) -> None:
        """Store the object; where something fails, the parts that were sent are dropped.

        Raises:
            botocore.exceptions.ClientError: If an object is not there, or has another tag.
        """
        if len(parts) == 1 and isinstance(parts[0], SentPart):
            body = self._read(parts[0])
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
            return
        begun = self._client.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ContentType=content_type,
            Metadata=_metadata(parts),
            ChecksumAlgorithm="CRC32",  # which boto3 sends with each part
        )
        upload = begun["UploadId"]
        try:
            with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
                made = list(pool.map(partial(self._put, key, upload), count(1), parts))
            self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": made}
            )
        except BaseException:
            with suppress(ClientError, BotoCoreError):  # what it leaves is removed after a day
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
            raise

    def _put(self, key: str, upload: str, number: int, part: Part) -> "CompletedPartTypeDef":
        answer: Any
        if isinstance(part, ObjectRange):
            answer = self._client.upload_part_copy(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                CopySource={"Bucket": self._bucket, "Key": part.key},
                CopySourceIfMatch=f'"{part.etag}"',
                CopySourceRange=_bytes_of(part),
            )["CopyPartResult"]
        else:
            answer = self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=self._read(part)
            )
        made: CompletedPartTypeDef = {"PartNumber": number, "ETag": answer["ETag"]}
        if "ChecksumCRC32" in answer:
            made["ChecksumCRC32"] = answer["ChecksumCRC32"]
        return made

    def _read(self, part: SentPart) -> bytes:
        body = bytearray()
        for is_stored, rows in groupby(part.ranges, key=lambda row: isinstance(row, ObjectRange)):
            if is_stored:
                for row in rows:
                    body += self._fetch(cast("ObjectRange", row))
            else:
                for block in read_ranges(cast("Iterator[FileRange]", rows)):
                    body += block
        return bytes(body)

    def _fetch(self, row: ObjectRange) -> bytes:
        answer = self._client.get_object(
            Bucket=self._bucket, Key=row.key, IfMatch=f'"{row.etag}"', Range=_bytes_of(row)
        )
        return answer["Body"].read()


def _bytes_of(row: ObjectRange) -> str:
    return f"bytes={row.start}-{row.start + row.size - 1}"


def _metadata(parts: Sequence[Part]) -> Mapping[str, str]:
    sizes = ",".join(f"{part.size:x}" for part in parts)
    return {PART_SIZES: sizes} if len(sizes) <= _MOST_METADATA_BYTES else {}


def part_sizes(metadata: Mapping[str, str]) -> list[int]:
    """Return how many bytes each part of an object has; empty where its metadata does not say."""
    try:
        return [int(size, 16) for size in metadata.get(PART_SIZES, "").split(",") if size]
    except ValueError:
        return []
