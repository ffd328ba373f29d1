"""Every permission is needed: each is taken away from its role, and a named flow breaks as reported here.

The local cloud checks permissions of DynamoDB, S3, SQS, Lambda and Step Functions at each call, so these
are shown here. What it cannot show is asserted on the template (``tests/infrastructure``):

| permission | why not here |
|---|---|
| ``logs:*``, ``xray:*`` | logs and traces are kept without asking the role |
| ``lambda:InvokeFunction`` of EventBridge | rules call their targets without a role |
| ``iam:PassRole`` | the local cloud hands roles on without asking |
| ``lambda:InvokeFunction`` of EventBridge Scheduler | schedules call their targets without their role |
| ``sqs:ChangeMessageVisibility`` | event sources of the local cloud never change it |
| ``s3:AbortMultipartUpload`` of ``recompose_video`` | only an object that vanishes midway makes it abort |
| ``s3:ListBucket`` (but of ``purge``) | a key that is missing is a 404 here with and without it |
"""

from __future__ import annotations

import pytest

from retake.storage.request_counts import COUNTED_TOGETHER
from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("soon_again")]

CLIP = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
PROBLEM = "application/problem+json"
INTERNAL, NOT_STARTED = 500, 503


@pytest.fixture(scope="module")
def batch(ada: ApiUser) -> Json:
    return ada.run(ada.make_job(small_clip(0), small_clip(1)), {0: "brighter"})


@pytest.fixture(scope="module")
def job_id(batch: Json) -> str:
    return str(batch["job_id"])


@pytest.fixture(scope="module")
def upload_id(ada: ApiUser) -> str:
    return ada.upload(small_clip(2))


READS = [
    ("api_system", "dynamodb:GetItem", "GET /status"),
    ("api_uploads", "dynamodb:PutItem", "POST /uploads"),
    ("api_uploads", "dynamodb:GetItem", "POST /uploads again"),
    ("api_events", "dynamodb:GetItem", "GET /jobs/{job}/events"),
    ("api_events", "dynamodb:Query", "GET /jobs/{job}/events"),
    ("api_jobs", "dynamodb:GetItem", "GET /jobs/{job}"),
    ("api_jobs", "dynamodb:Query", "GET /jobs"),
    ("api_jobs", "dynamodb:PutItem", "POST /jobs"),
    ("api_jobs", "dynamodb:BatchWriteItem", "POST /jobs"),
    ("api_jobs", "dynamodb:DeleteItem", "POST /jobs with sound"),
    ("api_jobs", "dynamodb:UpdateItem", "POST /jobs with sound"),
    ("api_jobs", "s3:GetObject", "POST /jobs"),
    ("api_jobs", "s3:PutObject", "POST /jobs with sound"),
    ("api_jobs", "lambda:InvokeFunction", "POST /jobs"),
    ("probe_uploads", "s3:GetObject", "POST /jobs"),
    ("api_batches", "dynamodb:GetItem", "GET /jobs/{job}/batches/{batch}"),
    ("api_batches", "dynamodb:BatchGetItem", "GET /jobs/{job}/batches/{batch}"),
    ("api_batches", "dynamodb:Query", "GET /jobs/{job}/batches"),
    ("api_batches", "dynamodb:PutItem", "POST /jobs/{job}/clips/batch-regenerate"),
    ("api_batches", "dynamodb:UpdateItem", "POST /jobs/{job}/clips/batch-regenerate"),
    ("api_batches", "dynamodb:BatchWriteItem", "POST /jobs/{job}/clips/batch-regenerate"),
    ("api_batches", "s3:PutObject", "POST /jobs/{job}/clips/batch-regenerate of an upload"),
    ("api_batches", "dynamodb:DeleteItem", "POST /jobs/{job}/clips/batch-regenerate of an upload"),
    ("api_batches", "lambda:InvokeFunction", "POST /jobs/{job}/recompose"),
    ("api_versions", "dynamodb:GetItem", "GET /jobs/{job}/clips/0/versions"),
    ("api_versions", "dynamodb:Query", "GET /jobs/{job}/clips/0/versions"),
    ("api_versions", "dynamodb:PutItem", "POST /jobs/{job}/clips/0/versions/{old}/restore"),
    (
        "api_versions",
        "lambda:InvokeFunction",
        "GET /jobs/{job}/clips/0/versions/compare?left={old}&right={new}",
    ),
    ("compare_takes", "s3:GetObject", "GET /jobs/{job}/clips/0/versions/compare?left={old}&right={new}"),
]
"""Role, permission, and the request that then answers a problem of ours instead of what was asked for."""


@pytest.mark.parametrize("case", READS, ids=" ".join)
def test_a_request_breaks_without(
    stack: Stack, ada: ApiUser, batch: Json, upload_id: str, case: tuple[str, str, str]
) -> None:
    module, action, request_line = case
    job_id = batch["job_id"]
    ids = {"job": job_id, "batch": batch["batch_id"]}
    takes = ada.versions(job_id, 0)
    ids |= {"old": takes[-1]["version_id"], "new": takes[0]["version_id"]}
    method, path = request_line.split(" ")[:2]
    body = body_of(request_line, ada, upload_id)
    headers = {"Idempotency-Key": " ".join(case)} if method == "POST" else {}
    with stack.denied(module, action):
        answer = ada.http.request(method, path.format(**ids), json=body, headers=headers)
    assert answer.status_code >= INTERNAL, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert ada.job(job_id)["active_batch_id"] is None
    again = ada.http.request(method, path.format(**ids), json=body, headers=headers)
    assert again.status_code < INTERNAL, again.text
    if method == "POST" and "batch-regenerate" in path:
        ada.ended(job_id, again.json()["batch_id"])


COUNTED = [
    ("api_events", "dynamodb:UpdateItem", "/events"),
    ("api_versions", "dynamodb:UpdateItem", "/jobs/{job}/clips/0/versions"),
    ("api_downloads", "dynamodb:UpdateItem", "/downloads/none"),
    ("api_projects", "dynamodb:UpdateItem", "/projects"),
    ("api_shares", "dynamodb:UpdateItem", "/jobs/{job}/shares"),
    ("api_templates", "dynamodb:UpdateItem", "/templates"),
    ("api_schedules", "dynamodb:UpdateItem", "/schedules"),
    ("api_uploads", "dynamodb:UpdateItem", "/uploads"),
]


@pytest.mark.parametrize("case", COUNTED, ids=" ".join)
def test_requests_are_not_counted_without(
    stack: Stack, ada: ApiUser, job_id: str, case: tuple[str, str, str]
) -> None:
    module, action, path = case
    method, body = ("GET", None) if path != "/uploads" else ("POST", {"nothing": 1})
    with stack.denied(module, action):
        # Counted in tens; a new minute begins anew.
        statuses = [
            ada.http.request(method, path.format(job=job_id), json=body).status_code
            for _ in range(2 * COUNTED_TOGETHER)
        ]
    assert INTERNAL in statuses


def body_of(request_line: str, ada: ApiUser, upload_id: str) -> Json | None:
    """Return what a request sends."""
    if "/uploads" in request_line:
        return {"file_name": "a.mp4", "content_type": "video/mp4"}
    if "of an upload" in request_line:
        return {"clips": [{**CLIP["clips"][0], "references": [{"role": "video", "upload_id": upload_id}]}]}
    if "batch-regenerate" in request_line:
        return CLIP
    if not request_line.startswith("POST /jobs ") and request_line != "POST /jobs":
        return None
    body: Json = {"title": "x", "clips": [{"upload_id": upload_id}]}
    if "sound" in request_line:
        body["soundtrack_upload_id"] = ada.upload(small_clip(1), content_type="audio/mp4")
    return body


def test_a_batch_that_may_not_start_is_refused_and_recorded(stack: Stack, ada: ApiUser, job_id: str) -> None:
    with stack.denied("api_batches", "states:StartExecution"):
        answer = ada.http.post(f"/jobs/{job_id}/clips/batch-regenerate", json=CLIP)
    assert (answer.status_code, answer.headers["content-type"]) == (NOT_STARTED, PROBLEM)
    assert answer.json()["type"] == "urn:retake:problem:workflow-unavailable"
    newest = ada.get(f"/jobs/{job_id}/batches")["batches"][0]
    assert (newest["status"], newest["charged"]) == ("failed", 0)
    assert ada.job(job_id)["active_batch_id"] is None


def test_a_job_whose_preparation_may_not_start_is_refused_and_recorded(
    stack: Stack, ada: ApiUser, upload_id: str
) -> None:
    body = {"title": "Not started", "clips": [{"upload_id": upload_id}]}
    with stack.denied("api_jobs", "states:StartExecution"):
        assert ada.http.post("/jobs", json=body).status_code == NOT_STARTED
    newest = ada.get("/jobs")["jobs"][0]
    assert (newest["title"], newest["status"]) == ("Not started", "failed")


def test_what_was_to_be_generated_is_not_ended_without(stack: Stack, ada: ApiUser) -> None:
    body = {"title": "Not ended", "clips": [{"prompt": "a fox", "size": "160x90", "seconds": "0.2"}]}
    with stack.denied("api_jobs", "states:StartExecution"):
        with stack.denied("api_jobs", "dynamodb:BatchGetItem"):
            assert ada.http.post("/jobs", json=body).status_code == INTERNAL
        assert ada.http.post("/jobs", json=body).status_code == NOT_STARTED
    ended, stuck = ada.get("/jobs")["jobs"][:2]
    assert [(job["title"], job["status"]) for job in (ended, stuck)] == [
        ("Not ended", "failed"),
        ("Not ended", "preparing"),
    ]
    ada.http.delete(f"/jobs/{stuck['job_id']}").raise_for_status()


def test_a_job_is_not_prepared_without(stack: Stack, ada: ApiUser, upload_id: str) -> None:
    with stack.denied("PrepareJob", "lambda:InvokeFunction"):
        job = ada.post("/jobs", {"title": "x", "clips": [{"upload_id": upload_id}]}, status=202)
        ended = ada.wait_for(
            lambda: found if (found := ada.job(job["job_id"]))["status"] != "preparing" else None
        )
    assert ended["status"] == "failed"


@pytest.mark.parametrize(("module", "name"), [("api_jobs", "url"), ("api_jobs", "poster_url")])
def test_what_is_signed_cannot_be_read_without(
    stack: Stack, ada: ApiUser, job_id: str, module: str, name: str
) -> None:
    url = ada.job(job_id)["video"][name]
    assert ada.http.get(url, headers={"Authorization": ""}).status_code == 200
    with stack.denied(module, "s3:GetObject"):
        assert ada.http.get(url, headers={"Authorization": ""}).status_code == 403


def test_a_version_cannot_be_read_without(stack: Stack, ada: ApiUser, job_id: str) -> None:
    url = ada.versions(job_id, 0)[0]["video_url"]
    assert ada.http.get(url, headers={"Authorization": ""}).status_code == 200
    with stack.denied("api_versions", "s3:GetObject"):
        assert ada.http.get(url, headers={"Authorization": ""}).status_code == 403


def test_nothing_can_be_uploaded_without(stack: Stack, ada: ApiUser) -> None:
    form = ada.post("/uploads", {"file_name": "a.mp4", "content_type": "video/mp4"}, status=201)
    with stack.denied("api_uploads", "s3:PutObject"):
        assert ada.send_form(form, small_clip(0)).status_code == 403
    assert ada.send_form(form, small_clip(0)).is_success


def test_a_video_that_was_composed_again_cannot_be_read_without(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    url = ada.post(f"/jobs/{job_id}/recompose", status=200)["url"]
    assert ada.http.get(url, headers={"Authorization": ""}).status_code == 200
    with stack.denied("api_batches", "s3:GetObject"):
        assert ada.http.get(url, headers={"Authorization": ""}).status_code == 403
