"""Mends of the emulated S3: objects are on the disk before they are acknowledged, and not in memory."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import asyncio
import base64
import contextvars
import errno
import html
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.core.responses import StreamingResponse
from ministack.services import s3

from infra.local.admission import replayed
from infra.local.asgi import Receive, Scope
from infra.local.disk import write_durably
from infra.local.forms import Form, FormError, FormReader
from infra.local.lifecycle import AHEAD
from infra.local.mends.anchors import Anchors
from infra.local.spool import MappedBytes, Part, Spooled, move_durably, pieces, spooled

_SMALL_BYTES = 64 * 1024
"""What is written, or sent, in one go."""

_SLOW_CHECKSUMS = ("x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme")
"""ministack computes these byte by byte, from ``bytes`` only."""


def durable_objects(ahead_s: Callable[[], int]) -> None:
    """Have an object on the disk, or refuse it and forget it.

    One that could not be written was acknowledged, and lost at the next stop; once that was refused, it
    was served from memory all the same. What cannot be read was served as if it were empty.

    Args:
        ahead_s: Returns how far the clock is ahead, in seconds: kept with each object, whose age it tells.
    """
    anchors = Anchors("durable_objects")
    anchors.require(holds=s3.S3_PERSIST is True, detail="objects are not kept on disk")
    anchors.signature(s3._persist_object, "bucket", "key", "obj")
    anchors.signature(s3._atomic_write, "fpath", "data", "text")
    anchors.signature(s3._read_body, "bucket_name", "key", "obj")

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
_PARTS_JOINED = 'combined = b"".join(combined_parts)'


def mapped_objects(directory: Path) -> None:
    """Read, receive and join objects through files: the memory that it takes does not grow with them.

    An object was read whole for every part of it that was asked for, and held several times over while
    it was received; the parts of one that is uploaded in parts were all held in memory.

    Args:
        directory: Where objects are put while they are received, on the file system of the objects.
    """
    anchors = Anchors("mapped_objects")
    anchors.rewrite(
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
    anchors.rewrite(s3, "_copy_object", [mapped])
    anchors.rewrite(
        s3,
        "_upload_part_copy",
        [
            mapped,
            (_COPIED, _COPIED.replace("src_body[start : end + 1]", "_retake_copied(src_body, start, end)")),
        ],
        _retake_copied=lambda body, start, end: _copied(body[start : end + 1], directory),
    )
    anchors.rewrite(
        s3,
        "_complete_multipart_upload",
        [(_PARTS_JOINED, "combined = _retake_joined(upload, combined_parts)")],
        _retake_joined=_joined,
    )
    original = s3.handle_request
    anchors.require(holds=asyncio.iscoroutinefunction(original), detail="requests are handled in another way")

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


def _copied(part: bytes, directory: Path) -> MappedBytes | bytes:
    """Put a copied part into a file without a name, where it waits for the others."""
    spool = spooled([part], directory, durably=False)
    try:
        return MappedBytes.of(spool.path)
    finally:
        spool.remove()


def _upload_of(method: str, query: dict[str, Any]) -> dict[str, Any] | None:
    """Return the upload in parts that a request completes, if it completes one."""
    if method != "POST" or "uploadId" not in query:
        return None
    found: dict[str, Any] | None = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
    return found


def _joined(upload: dict[str, Any], bodies: Sequence[bytes | MappedBytes]) -> MappedBytes | bytes:
    prepared, spool = upload["retake_joined"]
    if len(prepared) != len(bodies) or any(
        one is not other for one, other in zip(prepared, bodies, strict=True)
    ):
        # Not all parts that were uploaded are part of the object.
        return b"".join(bodies)
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
    """Say whether there is a bucket of a name."""
    return s3._buckets.get(name) is not None


@dataclass(frozen=True)
class Upload:
    """A form whose file was received."""

    form: Form
    file: Spooled


UPLOAD: contextvars.ContextVar[Upload | None] = contextvars.ContextVar("retake_upload", default=None)
"""The form that the request which is being answered brought."""

_PARSED = '_parse_multipart_form(headers.get("content-type", ""), body)'
_UNSIGNED = 'err = _enforce_post_policy_size(fields.get("policy", ""), len(file_value))'
_HASHED = "etag = f'\"{md5_hash(file_value)}\"'"


def signed_forms() -> None:
    """Take uploads by form only with a signed policy, and their file from where it was received."""
    anchors = Anchors("signed_forms")
    anchors.rewrite(
        s3,
        "_post_object",
        [
            (_PARSED, "_retake_form_parts()"),
            (_UNSIGNED, 'err = _error("AccessDenied", "The form is not signed.", 403)'),
            (_HASHED, "etag = _retake_form_etag()"),
        ],
        _retake_form_parts=_form_parts,
        _retake_form_etag=lambda: f'"{_upload().file.md5}"',
    )
    anchors.signature(s3._enforce_signed_post_policy, "fields", "bucket_name", "region", "size", "sigv4")
    original = s3._request_access_key
    anchors.signature(original, "method", "key", "headers", "query_params", "body")

    def request_access_key(*request: Any) -> str:
        upload = UPLOAD.get()
        key: str = original(*request) if upload is None else _signer(upload.form)
        return key

    s3._request_access_key = request_access_key


def _signer(form: Form) -> str:
    return form.fields.get("x-amz-credential", "").partition("/")[0]


def _upload() -> Upload:
    upload = UPLOAD.get()
    if upload is None:
        raise RuntimeError("a form was not received in front of the emulator")
    return upload


def _form_parts() -> list[tuple[str, str | None, dict[str, str], bytes | MappedBytes]]:
    if UPLOAD.get() is None:
        return []
    upload = _upload()
    fields: list[tuple[str, str | None, dict[str, str], bytes | MappedBytes]] = [
        (name, None, {}, value.encode()) for name, value in upload.form.fields.items()
    ]
    head = {"content-type": upload.form.file_type} if upload.form.file_type else {}
    return [*fields, ("file", upload.form.file_name, head, MappedBytes.of(upload.file.path))]


def longest_upload(bucket: str, form: Form) -> int:
    """Return how long the file of a form may be, once its policy and signature were checked.

    Raises:
        FormError: If they are not good; the file need not be received then.
    """
    name = form.file_name
    expanded = {
        field: value if field in _NOT_EXPANDED else value.replace("${filename}", name)
        for field, value in form.fields.items()
    }
    if not expanded.get("key"):
        raise FormError("InvalidArgument", "Bucket POST must contain a field named 'key'.")
    shortest, longest = _length_range(expanded.get("policy", ""))
    region = s3.bucket_region(bucket)
    refused = s3._enforce_signed_post_policy(expanded, bucket, region, shortest, sigv4=True)
    if refused:
        raise FormError(*_reason(refused[2]), status=refused[0])
    return longest


@asynccontextmanager
async def received_form(
    scope: Scope, receive: Receive, directory: Path
) -> AsyncIterator[tuple[Scope, Receive]]:
    """Receive a form, and give what the emulator is asked in its place: the form is in ``UPLOAD``.

    Args:
        scope: Of the request that brings it.
        receive: Gives its body.
        directory: Where the file is put.

    Raises:
        FormError: If the form is malformed, not signed, or its file is not as its policy allows.
    """
    headers = dict(scope["headers"])
    reader = FormReader(receive, headers[b"content-type"].decode("latin-1"))
    form = await reader.read_fields()
    longest = longest_upload(str(scope["path"]).strip("/"), form)
    try:
        file = await reader.read_file(directory, longest)
    except OSError as error:
        raise FormError(
            "ServiceUnavailable", f"The disk does not take it: {error.strerror}.", status=503
        ) from error
    held = UPLOAD.set(Upload(form, file))
    kept = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"transfer-encoding")]
    try:
        yield {**scope, "headers": [*kept, (b"content-length", b"0")]}, replayed(b"")
    finally:
        UPLOAD.reset(held)
        file.remove()


_NOT_EXPANDED = ("policy", "x-amz-signature")
_LONGEST_BYTES = 5 * 1024**3
"""What S3 takes in one request."""


def _length_range(policy: str) -> tuple[int, int]:
    try:
        conditions = json.loads(base64.b64decode(policy, validate=True))["conditions"]
        ranges = [one[1:] for one in conditions if isinstance(one, list) and one[0] == "content-length-range"]
        shortest, longest = ranges[0] if ranges else (0, _LONGEST_BYTES)
        return int(shortest), min(int(longest), _LONGEST_BYTES)
    except (ValueError, TypeError, LookupError):
        return 0, _LONGEST_BYTES  # the check of the policy says what is wrong with it


def _reason(body: bytes) -> tuple[str, str]:
    """Return the code and the message of an error as S3 writes it."""
    text = body.decode()
    code, message = (text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0] for tag in ("Code", "Message"))
    return code, html.unescape(message)
