"""Objects in S3."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, FlexibleChecksumError

from retake.adapters.aws.clients import error_code
from retake.adapters.aws.presigning import PeriodicPresigner, attachment
from retake.adapters.aws.s3_assembly import Assembler, part_sizes, plan_parts
from retake.adapters.aws.s3_streams import PART_BYTES, BlockReader, PartTags, read_object
from retake.domain.errors import (
    ObjectChangedError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
)
from retake.ports.objects import Availability, FileRange, ObjectInfo, ObjectRange, PresignedPost
from retake.ports.system import Clock

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, HeadObjectOutputTypeDef

URL_PERIOD_S = 3600
"""Signed as of the full hour: a URL works for one hour at least, two at most, and is the same within it."""

BRIEF_URL_PERIOD_S = 15 * 60
"""The same for those without an account: once their link is revoked a URL works for half an hour at most."""

THAWING = {"GLACIER": timedelta(hours=5), "DEEP_ARCHIVE": timedelta(hours=12)}
"""How long the standard tier takes at most; objects of all other classes can be read at once.

References:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
"""

COLD_CODES = {"InvalidObjectState", "ObjectNotInActiveTierError"}
CHANGED_CODES = {"PreconditionFailed", "412"}
FAILED = (ClientError, FlexibleChecksumError)
"""What a read becomes that S3 refuses, or whose bytes are not those of the checksum stored with them."""

MISSING_CODES = {"404", "NoSuchKey", "NotFound"}


class S3ObjectStore:
    """Implements ``ObjectStore`` on one bucket."""

    def __init__(self, client: "S3Client", bucket: str, *, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock
        self._presigner = PeriodicPresigner(client, bucket, period_s=URL_PERIOD_S)
        self._brief = PeriodicPresigner(client, bucket, period_s=BRIEF_URL_PERIOD_S)

    def download(self, key: str, path: Path, *, etag: str = "") -> None:
        try:
            if not etag:
                self._client.download_file(self._bucket, key, str(path))
                self._require_whole(key, path)
                return
            # boto3's parallel download takes no condition; this one is made of conditional requests.
            with path.open("wb") as file:
                file.writelines(read_object(self._client, self._bucket, key, tag=etag))
        except FAILED as error:
            raise _translated(error, key) from error

    def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{end - 1}", IfMatch=f'"{etag}"'
            )
            return answer["Body"].read()
        except FAILED as error:
            raise _translated(error, key) from error

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        self._client.upload_file(str(path), self._bucket, key, ExtraArgs={"ContentType": content_type})

    def read(self, key: str) -> bytes:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except FAILED as error:
            raise _translated(error, key) from error

    def write(self, key: str, body: bytes, *, content_type: str, if_absent: bool = False) -> bool:
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if if_absent else {}
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, **condition
            )
        except ClientError as error:
            if if_absent and error_code(error) in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def read_blocks(self, key: str) -> Iterator[bytes]:
        try:
            yield from read_object(self._client, self._bucket, key)
        except FAILED as error:
            raise _translated(error, key) from error

    def write_blocks(self, key: str, blocks: Iterable[bytes], *, content_type: str) -> int:
        """Store what ``blocks`` give, whole or not at all.

        boto3 sends it in parts of 8 MiB, holds ten of them at most, and aborts the parts that were sent
        where something fails. 10,000 parts are 84 GB.
        """
        reader = BlockReader(blocks)
        extra = {"ContentType": content_type}
        self._client.upload_fileobj(reader, self._bucket, key, ExtraArgs=extra)  # type: ignore[arg-type]
        return reader.size

    def assemble(self, key: str, ranges: Sequence[FileRange | ObjectRange], *, content_type: str) -> None:
        assembler = Assembler(self._client, self._bucket)
        try:
            assembler.assemble(key, plan_parts(ranges), content_type=content_type)
        except ClientError as error:
            sources = {row.key for row in ranges if isinstance(row, ObjectRange)}
            raise _translated(error, ", ".join(sorted(sources))) from error

    def find(self, key: str) -> ObjectInfo | None:
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) in MISSING_CODES:
                return None
            raise
        modified = self._by_our_clock(head["LastModified"])
        return ObjectInfo(key, head["ContentLength"], head["ETag"].strip('"'), modified)

    def verify(self, key: str) -> bool:
        """Read the object through; False where its checksum or its tag says that it is damaged.

        A tag of several parts is checked against boto3's part size, or the sizes that the metadata tells.
        """
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
            tags = PartTags(part_sizes(head["Metadata"]))
            for block in read_object(self._client, self._bucket, key):
                tags.add(block)
            return self._may_be(key, head, tags)
        except FlexibleChecksumError:
            return False
        except ClientError as error:
            raise _translated(error, key) from error

    def _require_whole(self, key: str, path: Path) -> None:
        """Check a file that was fetched in parts, which no checksum covers, by the object's tag.

        Raises:
            ObjectDamagedError: If it has another one.
        """
        if path.stat().st_size <= PART_BYTES:
            return
        head = self._client.head_object(Bucket=self._bucket, Key=key)
        tags = PartTags(part_sizes(head["Metadata"]))
        with path.open("rb") as file:
            while block := file.read(PART_BYTES):
                tags.add(block)
        if not self._may_be(key, head, tags):
            raise ObjectDamagedError(key)

    def _may_be(self, key: str, head: "HeadObjectOutputTypeDef", tags: PartTags) -> bool:
        """Whether an object's tag is that of some bytes, or cannot be compared."""
        tag = head["ETag"].strip('"')
        if head.get("ServerSideEncryption", "AES256") != "AES256":  # with a key of KMS it is no MD5
            return True
        if "-" in tag and not part_sizes(head["Metadata"]):
            part = self._client.get_object(Bucket=self._bucket, Key=key, PartNumber=1)
            part["Body"].close()  # its length is in the headers; the local cloud's HEAD knows no parts
            if part["ContentLength"] != PART_BYTES:  # not in boto3's parts
                return True
        return tags.may_be(tag)

    def availability(self, key: str) -> Availability:
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except FAILED as error:
            raise _translated(error, key) from error
        takes = THAWING.get(head.get("StorageClass", "STANDARD"))
        if takes is None:
            return Availability(is_ready=True)
        state = head.get("Restore", "")
        if 'ongoing-request="false"' in state:
            return Availability(is_ready=True)
        return Availability(is_ready=False, is_coming='ongoing-request="true"' in state, takes=takes)

    def thaw(self, key: str, *, days: int) -> None:
        try:
            self._client.restore_object(
                Bucket=self._bucket,
                Key=key,
                RestoreRequest={"Days": days, "GlacierJobParameters": {"Tier": "Standard"}},
            )
        except ClientError as error:
            if error_code(error) != "RestoreAlreadyInProgress":
                raise _translated(error, key) from error

    def copy(self, source_key: str, key: str, *, etag: str = "") -> None:
        """Copy, in parts where it is large."""
        source: CopySourceTypeDef = {"Bucket": self._bucket, "Key": source_key}
        condition = {"CopySourceIfMatch": f'"{etag}"'} if etag else {}
        try:
            self._client.copy(source, self._bucket, key, ExtraArgs=condition)
        except ClientError as error:
            raise _translated(error, source_key) from error

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def list_objects(self, prefix: str) -> Sequence[ObjectInfo]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [
            ObjectInfo(
                item["Key"],
                item["Size"],
                item["ETag"].strip('"'),
                self._by_our_clock(item["LastModified"]),
            )
            for page in pages
            for item in page.get("Contents", [])
        ]

    def list_folders(self, prefix: str, *, after: str, limit: int) -> Sequence[str]:
        # The keys of a folder sort before its name and "0", the character behind the slash.
        begin: dict[str, Any] = {"StartAfter": f"{prefix}{after}0"} if after else {}
        names: list[str] = []
        while len(names) < limit:
            answer = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, Delimiter="/", MaxKeys=limit - len(names), **begin
            )
            found = [item["Prefix"] for item in answer.get("CommonPrefixes", [])]
            names += [name.removeprefix(prefix).rstrip("/") for name in found]
            if not answer["IsTruncated"]:
                break
            begin = {"ContinuationToken": answer["NextContinuationToken"]}
        return names

    def presign_get(self, key: str, *, file_name: str | None = None, brief: bool = False) -> str:
        """Return a URL that reads the object; the same within a full hour, or a quarter of one."""
        parameters = {}
        if file_name is not None:
            parameters["response-content-disposition"] = attachment(file_name)
        # The real time, also where a local stack's clock is ahead: S3 judges a URL by its own clock.
        presigner = self._brief if brief else self._presigner
        return presigner.sign(key, parameters, now=datetime.now(UTC))

    def presign_post(self, key: str, *, content_type: str, max_bytes: int, expires_s: int) -> PresignedPost:
        """Return a form that uploads exactly this key and type, of at most ``max_bytes``.

        An empty file is taken: S3 would refuse it in XML, the API says which file of a request it is.
        """
        # botocore signs with the real time, as S3 will judge.
        made = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 0, max_bytes]],
            ExpiresIn=expires_s,
        )
        return PresignedPost(made["url"], made["fields"])

    def _by_our_clock(self, at: datetime) -> datetime:
        """Return a time of S3's by our clock, so that an object is exactly as old as it really is.

        Where a local stack's clock is days ahead of S3's, an object made a second ago would look
        days old, and a grace for new objects would not cover this one.
        """
        ahead_s = round((self._clock.now() - datetime.now(UTC)).total_seconds())
        return at + timedelta(seconds=ahead_s)


def _translated(error: ClientError | FlexibleChecksumError, key: str) -> Exception:
    if isinstance(error, FlexibleChecksumError):
        return ObjectDamagedError(key)
    if error_code(error) in COLD_CODES:
        return ObjectColdError(key)
    if error_code(error) in CHANGED_CODES:
        return ObjectChangedError(key)
    return ObjectMissingError(key) if error_code(error) in MISSING_CODES else error
