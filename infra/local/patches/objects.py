"""Patches of the emulated S3: objects are on the disk before they are acknowledged, and not in memory."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import asyncio
import errno
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from ministack.core.responses import StreamingResponse
from ministack.services import s3

from infra.local.disk import write_durably
from infra.local.lifecycle import AHEAD
from infra.local.patches.guard import PatchGuard
from infra.local.spool import Content, MappedBytes, Part, Spooled, md5_of, move_durably, pieces, spooled

_SMALL_BYTES = 64 * 1024
"""What is written, or sent, in one go."""

_SLOW_CHECKSUMS = ("x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme")
"""ministack computes these byte by byte, from ``bytes`` only."""


def durable_objects(ahead_s: Callable[[], int]) -> None:
    """Write an object to the disk before it is acknowledged, or refuse it.

    One that could not be written was acknowledged, and lost at the next stop; once that was refused, it
    was served from memory all the same. What cannot be read was served as if it were empty.

    Args:
        ahead_s: Returns how far the clock is ahead, in seconds: kept with each object, for its age.
    """
    guard = PatchGuard("durable_objects")
    guard.require(holds=s3.S3_PERSIST is True, detail="objects are not kept on disk")
    guard.signature(s3._persist_object, "bucket", "key", "obj")
    guard.signature(s3._atomic_write, "fpath", "data", "text")
    guard.signature(s3._read_body, "bucket_name", "key", "obj")

    def persist_object(bucket: str, key: str, obj: dict[str, Any]) -> None:
        obj.setdefault(AHEAD, ahead_s())
        _persist_object(bucket, key, obj)

    s3._persist_object = persist_object
    s3._atomic_write = _write
    s3._read_body = lambda bucket, key, obj: bytes(_mapped(bucket, key, obj)[:])


def _write(path: str, data: bytes | str, *, text: bool = False) -> None:
    write_durably(Path(path), pieces(str(data).encode() if text else data))  # type: ignore[arg-type]


def _persist_object(bucket: str, key: str, obj: dict[str, Any]) -> None:
    path = Path(s3._object_disk_path(bucket, key))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = obj.get("body")
        # The record first: without it a restart would take what is there for an object without a type.
        described = {**s3._object_meta_from_record(obj), **s3._key_history_meta(bucket, key), "key": key}
        described[AHEAD] = obj.get(AHEAD, 0)
        write_durably(Path(f"{path}.meta.json"), [json.dumps(described).encode()])
        if isinstance(data, MappedBytes) and data.path.name.startswith("spool-"):
            move_durably(data.path, path)
        elif data is not None:
            write_durably(path, pieces(data))
    except OSError:
        _forget(bucket, key)
        raise
    obj["body"] = None
    base = Path(s3.DATA_DIR, s3.get_account_id(), bucket)
    s3._remove_key_files(s3._other_key_disk_path(str(base), key, str(path)))


def _forget(bucket: str, key: str) -> None:
    """Take an object that could not be written out of memory again, and its half from the disk."""
    s3._buckets[bucket]["objects"].pop(key, None)
    s3._object_tags.pop((bucket, key, None), None)
    path = Path(s3._object_disk_path(bucket, key))
    if not path.exists():
        Path(f"{path}.meta.json").unlink(missing_ok=True)


def _mapped(bucket: str, key: str, obj: dict[str, Any]) -> MappedBytes | bytes:
    body: MappedBytes | bytes | None = obj.get("body")
    if body is not None:
        return body
    return MappedBytes.of(Path(s3._object_disk_path(bucket, key)))


_READ = "_read_body(bucket_name, key, obj)"
_SLICED = "slice_body = body[start : end + 1]"
_COPY_SOURCE = "x-amz-copy-source"
_COPIED = "src_body = src_body[start : end + 1]"
_COPY_HASHED = "etag = f'\"{md5_hash(src_body)}\"'"
_HASHED_AGAIN = 'hashlib.md5(stored["body"]).digest()'
_PARTS_JOINED = 'combined = b"".join(combined_parts)'


def mapped_objects(directory: Path) -> None:
    """Read, receive and join objects through files: the memory that it takes does not grow with them.

    An object was read whole for every part of it that was asked for, and held several times over while
    it was received; the parts of one that is uploaded in parts were all held in memory.

    Args:
        directory: Where objects are put while they are received, on the file system of the objects.
    """
    guard = PatchGuard("mapped_objects")
    guard.rewrite(
        s3,
        "_get_object",
        [
            (_READ, "_retake_mapped(bucket_name, key, obj)"),
            (_SLICED, "slice_body = _retake_part(body, start, end + 1)"),
        ],
        _retake_mapped=_mapped,
        _retake_part=_part,
    )
    source = "_read_body(src_bucket_name, src_key, src_obj)"
    mapped = (source, source.replace("_read_body", "_retake_mapped"))
    guard.rewrite(s3, "_copy_object", [mapped])
    guard.rewrite(
        s3,
        "_upload_part_copy",
        [
            mapped,
            (_COPIED, _COPIED.replace("src_body[start : end + 1]", "_retake_part(src_body, start, end + 1)")),
            (_COPY_HASHED, _COPY_HASHED.replace("md5_hash", "_retake_md5")),
        ],
        _retake_md5=md5_of,
    )
    guard.rewrite(
        s3,
        "_complete_multipart_upload",
        [
            (_PARTS_JOINED, "combined = _retake_joined(upload, combined_parts)"),
            (_HASHED_AGAIN, 'bytes.fromhex(stored["etag"].strip(\'"\'))'),
        ],
        _retake_joined=_joined,
    )
    original = s3.handle_request
    guard.require(holds=asyncio.iscoroutinefunction(original), detail="requests are handled in another way")

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | MappedBytes,
        query_params: dict[str, Any],
        **rest: Any,
    ) -> Any:
        upload = _upload_of(method, query_params)
        made: list[Spooled] = []
        try:
            if upload is not None:
                bodies = [part["body"] for _, part in sorted(upload["parts"].items())]
                made.append(await asyncio.to_thread(spooled, bodies, directory))
                upload["retake_joined"] = (bodies, made[0])
            elif method == "PUT" and len(body) > _SMALL_BYTES and not set(_SLOW_CHECKSUMS) & set(headers):
                # Beside the loop that answers everybody else: the disk may be slow.
                # A part of an upload is put on the disk with the whole.
                durably = "partNumber" not in query_params
                made.append(await asyncio.to_thread(spooled, [body], directory, durably=durably))
                body = MappedBytes.of(made[0].path)
            answering = original(method, path, headers, body, query_params, **rest)
            if upload is not None or _COPY_SOURCE in headers:
                # What is hashed and copied takes its time: beside the loop too.
                status, answered, content = await asyncio.to_thread(asyncio.run, answering)
            else:
                status, answered, content = await answering
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES):
                raise
            return s3._error("ServiceUnavailable", f"The disk does not take it: {error.strerror}.", 503)
        finally:
            for spool in made:
                spool.remove()
        return status, answered, _streamed(content) if isinstance(content, MappedBytes | Part) else content

    s3.handle_request = handle_request


def _upload_of(method: str, query: dict[str, Any]) -> dict[str, Any] | None:
    """Return the upload in parts that a request completes, if it completes one."""
    if method != "POST" or "uploadId" not in query:
        return None
    found: dict[str, Any] | None = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
    return found


def _joined(upload: dict[str, Any], bodies: Sequence[Content]) -> MappedBytes | bytes:
    prepared, spool = upload["retake_joined"]
    if len(prepared) != len(bodies) or any(
        one is not other for one, other in zip(prepared, bodies, strict=True)
    ):
        # Not all parts that were uploaded are part of the object.
        return b"".join(piece for body in bodies for piece in pieces(body))
    return MappedBytes.of(spool.path)


def _part(body: MappedBytes | bytes, start: int, stop: int) -> Part | bytes:
    if isinstance(body, MappedBytes) and stop - start > _SMALL_BYTES:
        return Part(body, start, min(stop, len(body)))
    return body[start:stop]


def _streamed(content: MappedBytes | Part) -> StreamingResponse:
    part = content if isinstance(content, Part) else Part(content, 0, len(content))

    async def run(send: Callable[[dict[str, Any]], Awaitable[None]], _receive: object) -> None:
        chunks = part.chunks()
        # Beside the loop that answers everybody else: the disk may be slow.
        while chunk := await asyncio.to_thread(next, chunks, b""):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return StreamingResponse(run)


def is_bucket(name: str) -> bool:
    """Return whether there is a bucket of a name."""
    return s3._buckets.get(name) is not None
