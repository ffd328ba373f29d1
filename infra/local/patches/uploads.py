"""Patches of the emulated S3's uploads by form: signed ones only, received on the disk in front of it."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import base64
import contextvars
import html
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.services import s3

from infra.local.admission import replayed
from infra.local.asgi import Receive, Scope
from infra.local.forms import Form, FormError, FormReader
from infra.local.patches.guard import PatchGuard
from infra.local.spool import HashedSpool, MappedBytes


@dataclass(frozen=True)
class Upload:
    """A form whose file was received."""

    form: Form
    file: HashedSpool


UPLOAD: contextvars.ContextVar[Upload | None] = contextvars.ContextVar("retake_upload", default=None)
"""The form that the request which is being answered brought."""

_PARSED = '_parse_multipart_form(headers.get("content-type", ""), body)'
_UNSIGNED = 'err = _enforce_post_policy_size(fields.get("policy", ""), len(file_value))'
_HASHED = "etag = f'\"{md5_hash(file_value)}\"'"


def signed_forms() -> None:
    """Take uploads by form only with a signed policy, and their file from where it was received."""
    guard = PatchGuard("signed_forms")
    guard.rewrite(
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
    guard.signature(s3._enforce_signed_post_policy, "fields", "bucket_name", "region", "size", "sigv4")
    original = s3._request_access_key
    guard.signature(original, "method", "key", "headers", "query_params", "body")

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
