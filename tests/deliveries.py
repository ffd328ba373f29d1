"""Messages that a test hands to a worker, or puts into a queue, itself."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from retake.domain.downloads import LEASE, LIFETIME, DownloadFile
from retake.storage.layout import DOWNLOADS, user_key
from tests.api_user import Json
from tests.builders import a_download
from tests.stack import DEAD_LETTERS, Stack, function_name
from tests.stored_items import stored_item
from tests.waiting import PATIENCE_S

REFUSED_DELIVERY = "may not {action}: nothing is delivered to it"
"""What the local cloud's log says of a function whose role may not consume its queue."""


def answer_of(stack: Stack, module: str, payload: Json) -> str:
    """Call a function that may fail, and return what it says."""
    answer = stack.client("lambda").invoke(
        FunctionName=function_name(module), Payload=json.dumps(payload).encode()
    )
    return str(answer["Payload"].read().decode())


def ask_archive(stack: Stack, name: str, sizes: Mapping[str, int | None]) -> Json:
    """Store files larger than the API would take, and the record of an archive of them.

    Files of the same size are the same object.

    Args:
        stack: The stack.
        name: The archive's id.
        sizes: Bytes of each file, by name; None for one that is not there.

    Returns:
        The call that packs it.
    """
    now, store = datetime.now(UTC), stack.client("s3")
    files = []
    for file, size in sizes.items():
        files.append(DownloadFile(file, f"clips/none/{name}/{size}", size or 1))
    for size in set(sizes.values()) - {None}:
        store.put_object(Bucket=stack.bucket, Key=f"clips/none/{name}/{size}", Body=bytes(size or 0))
    times = {"created_at": now, "expires_at": now + LIFETIME, "lease_until": now + LEASE}
    download = a_download(name, revision=1, files=tuple(files), **times)
    stack.client("dynamodb").put_item(TableName=stack.table, Item=stored_item(download, now=now))
    return {"user_id": download.user_id, "download_id": name, "worker": "by hand"}


def forget_archive(stack: Stack, call: Json) -> None:
    """Remove what ``ask_archive`` stored, and the archive."""
    for prefix in ("clips/none/", f"downloads/{call['download_id']}/"):
        for key in stack.keys(prefix):
            stack.client("s3").delete_object(Bucket=stack.bucket, Key=key)
    place = f"{DOWNLOADS}{call['download_id']}"
    record = {"PK": {"S": user_key(call["user_id"])}, "SK": {"S": place}}
    stack.client("dynamodb").delete_item(TableName=stack.table, Key=record)


def unfinished_uploads(stack: Stack) -> list[Json]:
    """Return the uploads in parts that are neither finished nor aborted."""
    found: list[Json] = stack.client("s3").list_multipart_uploads(Bucket=stack.bucket).get("Uploads", [])
    return found


def abort_uploads(stack: Stack) -> None:
    """Abort what ``unfinished_uploads`` lists, as S3's lifecycle does after a day."""
    objects = stack.client("s3")
    for upload in unfinished_uploads(stack):
        with contextlib.suppress(objects.exceptions.NoSuchUpload):  # its worker may be aborting it itself
            objects.abort_multipart_upload(
                Bucket=stack.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
            )


def is_done(stack: Stack, module: str, message: Json) -> bool:
    """Hand a message to a queue's worker; False when it wants it again."""
    record = {"messageId": "by-hand", "body": json.dumps(message), "eventSource": "aws:sqs"}
    failures = json.loads(answer_of(stack, module, {"Records": [record]}))["batchItemFailures"]
    return not failures


def send(stack: Stack, output: str, message: Json, *, dead: bool = False) -> None:
    """Put a message into a queue, named by the stack's output, or into its dead-letter queue."""
    url = stack.cloud.outputs[output] + (DEAD_LETTERS if dead else "")
    stack.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(message))


def wait_for_refused_delivery(stack: Stack, action: str, *, since: int, within_s: float = PATIENCE_S) -> None:
    """Wait until a message was kept from a function because of a permission.

    Args:
        stack: The stack.
        action: The permission, as in a policy.
        since: Length of the log, in bytes, before the message was sent.
        within_s: How long to wait, in seconds.
    """
    words, deadline = REFUSED_DELIVERY.format(action=action).encode(), time.monotonic() + within_s
    while words not in stack.cloud.directory.log.read_bytes()[since:]:
        assert time.monotonic() < deadline, f"not refused: {action}"
        time.sleep(0.02)
