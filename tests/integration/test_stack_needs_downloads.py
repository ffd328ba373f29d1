"""Every permission by which archives are packed is needed: without it, nothing is packed, as reported here.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, Json
from tests.deliveries import abort_uploads, answer_of, ask_archive, forget_archive, unfinished_uploads
from tests.stack import Stack
from tests.table_audit import records

pytestmark = pytest.mark.local_cloud

ASKING = [
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:BatchWriteItem",
    "s3:GetObject",
    "lambda:InvokeFunction",
]
PACKING = ["dynamodb:GetItem", "dynamodb:PutItem", "s3:GetObject", "s3:PutObject"]
INTERNAL = 500


def record_of(stack: Stack, job_id: str) -> Json | None:
    """Return the record of the one archive that was asked for of a job."""
    found = [item for item in records(stack, "Download") if job_id in str(item["files"])]
    assert len(found) < 2
    return found[0] if found else None


def test_no_archive_is_begun_without(stack: Stack, ada: ApiUser, shared_job: str) -> None:
    for action in ASKING:
        with stack.denied("api_downloads", action):
            answer = ada.http.post("/downloads", json={"job_id": shared_job})
        assert answer.status_code >= INTERNAL, f"{action}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
    # All but the call was done by now; the next request makes it.
    begun = record_of(stack, shared_job)
    assert begun is not None
    assert (begun["status"], begun["worker"]) == ("processing", "")
    call = {"user_id": begun["user_id"], "download_id": begun["download_id"], "worker": "by hand"}
    for action in PACKING:
        with stack.denied("pack_download", action):
            assert action in answer_of(stack, "pack_download", call)
    assert stack.invoke("pack_download", call) == {"outcome": "packed"}
    archive = ada.post("/downloads", {"job_id": shared_job}, status=200)
    assert ada.http.get(archive["url"], headers={"Authorization": ""}).status_code == 200
    with stack.denied("api_downloads", "s3:GetObject"):
        assert ada.http.get(archive["url"], headers={"Authorization": ""}).status_code == 403


def test_parts_of_what_cannot_be_packed_are_paid_for_without(stack: Stack) -> None:
    left = {}
    for action in ("s3:AbortMultipartUpload", "s3:ListAllMyBuckets"):
        call = ask_archive(stack, "in-parts", {"01 big.mp4": 10 * 2**20, "02 gone.mp4": None})
        with stack.denied("pack_download", action):
            assert stack.invoke("pack_download", call) == {"outcome": "failed"}
        left[action] = len(unfinished_uploads(stack))
        abort_uploads(stack)
        forget_archive(stack, call)
    assert left == {"s3:AbortMultipartUpload": 1, "s3:ListAllMyBuckets": 0}
