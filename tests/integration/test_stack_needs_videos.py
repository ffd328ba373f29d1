"""Every permission by which videos are made is needed: without it, requests or videos end as shown here.

What the local cloud cannot enforce is listed in ``test_stack_needs.py``.
"""

from __future__ import annotations

import json

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("soon_again")]

SAID = {"time_s": 0, "author": "Guest", "text": "warmer"}
SMALL = {"size": "160x90", "seconds": "0.2"}
PROBLEM = "application/problem+json"
INTERNAL, NOT_STARTED = 500, 503
REFUSED = "not authorized"
INTERRUPTED = "interrupted"

REQUESTS = [
    ("api_videos", "dynamodb:GetItem", "GET /videos/{video}"),
    ("api_videos", "dynamodb:Query", "GET /videos"),
    ("api_videos", "dynamodb:PutItem", "POST /videos"),
    ("api_videos", "dynamodb:BatchWriteItem", "POST /videos by a reference"),
    ("api_videos", "dynamodb:DeleteItem", "POST /videos by a reference"),
    ("api_videos", "dynamodb:UpdateItem", "POST /videos by a reference"),
    ("api_videos", "s3:GetObject", "POST /videos by a reference"),
    ("api_videos", "s3:PutObject", "POST /videos by a reference"),
    ("api_videos", "lambda:InvokeFunction", "POST /videos by a reference"),
    ("api_projects", "dynamodb:GetItem", "POST /projects"),
    ("api_projects", "dynamodb:PutItem", "POST /projects"),
    ("api_projects", "dynamodb:DeleteItem", "DELETE /projects/{project}"),
    ("api_projects", "dynamodb:Query", "GET /projects"),
    ("api_templates", "dynamodb:PutItem", "POST /templates"),
    ("api_templates", "dynamodb:Query", "GET /templates"),
    ("api_templates", "dynamodb:GetItem", "GET /templates/{template}"),
    ("api_templates", "dynamodb:DeleteItem", "DELETE /templates/{template}"),
    ("api_events", "dynamodb:GetItem", "GET /events"),
    ("api_events", "dynamodb:Query", "GET /events"),
]
"""Role, permission, and the request that then answers a problem of ours instead of what was asked for."""


@pytest.fixture(scope="module")
def ada(stack: Stack) -> ApiUser:
    return stack.person("vera")


@pytest.fixture(scope="module")
def video_id(ada: ApiUser) -> str:
    return str(ended(ada, ada.post("/videos", {"prompt": "a fox", **SMALL}, status=202)["video_id"])["id"])


@pytest.fixture(scope="module")
def upload_id(ada: ApiUser) -> str:
    return ada.upload(small_clip(1))


def ended(ada: ApiUser, video_id: str) -> Json:
    def look() -> Json | None:
        found = ada.get(f"/videos/{video_id}")
        return None if found["status"] == "processing" else found

    return ada.wait_for(look)


def creation_of(stack: Stack, batch_id: str) -> Json:
    """Return the execution that makes the videos of one request, once it has ended."""
    machine = stack.cloud.outputs["CreateMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{batch_id}"
    found: Json = stack.client("stepfunctions").describe_execution(executionArn=arn)
    return found


@pytest.mark.parametrize("case", REQUESTS, ids=" ".join)
def test_a_request_breaks_without(
    stack: Stack, ada: ApiUser, video_id: str, upload_id: str, case: tuple[str, str, str]
) -> None:
    module, action, request_line = case
    method, path = request_line.split(" ")[:2]
    body: Json | None = None
    if method == "POST":
        body = {"prompt": "a fox", **SMALL} | ({"name": "Winter"} if "templates" in path else {})
        body = {"name": f"Without {action}"} if "projects" in path else body
        body |= {"reference_upload_id": upload_id} if "reference" in request_line else {}
    headers = {"Idempotency-Key": " ".join(case)} if method == "POST" else {}
    if "{template}" in path:
        path = path.format(template=ada.get("/templates")["templates"][0]["template_id"])
    if "{project}" in path:
        path = path.format(project=ada.get("/projects")["projects"][0]["project_id"])
    with stack.denied(module, action):
        answer = ada.http.request(method, path.format(video=video_id), json=body, headers=headers)
    assert answer.status_code >= INTERNAL, answer.text
    assert answer.headers["content-type"] == PROBLEM
    again = ada.http.request(method, path.format(video=video_id), json=body, headers=headers)
    assert again.status_code < INTERNAL, again.text
    if path == "/videos" and method == "POST":
        assert ended(ada, again.json()["video_id"])["status"] == "completed"


SHARES = [
    ("api_shares", "dynamodb:GetItem", "GET /jobs/{job}/shares"),
    ("api_shares", "dynamodb:Query", "GET /jobs/{job}/shares"),
    ("api_shares", "dynamodb:PutItem", "POST /jobs/{job}/shares"),
    ("api_shares", "dynamodb:BatchGetItem", "GET /jobs/{job}/comments"),
    ("api_shares", "dynamodb:DeleteItem", "DELETE /jobs/{job}/shares/{share}/comments/{comment}"),
    ("api_shared", "dynamodb:GetItem", "GET /shared/{token}"),
    ("api_shared", "dynamodb:BatchGetItem", "GET /shared/{token}"),
    ("api_shared", "dynamodb:Query", "GET /shared/{token}/comments"),
    ("api_shared", "dynamodb:PutItem", "POST /shared/{token}/comments"),
]


@pytest.fixture(scope="module")
def shared(ada: ApiUser, video_id: str) -> Json:
    """Ids of a video's link and of its comment."""
    ada.wait_for(lambda: ada.get(f"/jobs/{video_id}")["video"])
    made = ada.post(f"/jobs/{video_id}/shares", {}, status=201)
    comment = ada.post(f"/shared/{made['token']}/comments", SAID, status=201)
    ids = {"job": video_id, "share": made["share_id"], "token": made["token"]}
    return {**ids, "comment": comment["comment_id"]}


@pytest.mark.parametrize("case", SHARES, ids=" ".join)
def test_a_share_breaks_without(stack: Stack, ada: ApiUser, shared: Json, case: tuple[str, str, str]) -> None:
    module, action, request_line = case
    method, path = request_line.format(**shared).split(" ")
    body = None if method != "POST" else SAID if path.startswith("/shared") else {}
    headers = {"Idempotency-Key": " ".join(case)} if method == "POST" else {}
    with stack.denied(module, action):
        answer = ada.http.request(method, path, json=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (INTERNAL, PROBLEM)
    assert ada.http.request(method, path, json=body, headers=headers).is_success


def test_what_a_share_shows_cannot_be_read_without(stack: Stack, ada: ApiUser, shared: Json) -> None:
    url = ada.get(f"/shared/{shared['token']}")["video"]["url"]
    assert ada.http.get(url, headers={"Authorization": ""}).status_code == 200
    with stack.denied("api_shared", "s3:GetObject"):
        assert ada.http.get(url, headers={"Authorization": ""}).status_code == 403


def test_videos_that_may_not_start_are_refused_and_recorded(stack: Stack, ada: ApiUser) -> None:
    wanted = {"prompt": "never started", **SMALL}
    with stack.denied("api_videos", "states:StartExecution"):
        answer = ada.http.post("/videos", json=wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (NOT_STARTED, PROBLEM)
    newest = ada.get("/videos", limit="1")["videos"][0]
    assert (newest["prompt"], newest["status"]) == ("never started", "failed")
    with stack.denied("api_videos", "states:StartExecution", "dynamodb:BatchGetItem"):
        assert ada.http.post("/videos", json=wanted).status_code == INTERNAL


@pytest.mark.parametrize(
    ("module", "action", "reason"),
    [
        ("CreateVideos", "sqs:SendMessage", REFUSED),
        ("CreateVideos", "lambda:InvokeFunction", INTERRUPTED),
        ("start_batch", "dynamodb:GetItem", INTERRUPTED),
    ],
)
def test_a_video_fails_and_says_so_without(
    stack: Stack, ada: ApiUser, module: str, action: str, reason: str
) -> None:
    with stack.denied(module, action):
        made = ada.post("/videos", {"prompt": "a fox", **SMALL}, status=202)
        video = ended(ada, made["video_id"])
    assert video["status"] == "failed"
    assert reason in video["error"]


@pytest.mark.parametrize(
    "action", ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
)
def test_what_a_branch_left_is_not_ended_by_the_last_step_without(
    stack: Stack, ada: ApiUser, action: str
) -> None:
    with stack.denied("start_batch", "dynamodb:GetItem"), stack.denied("finish_creation", action):
        made = ada.post("/videos", {"prompt": "a fox", **SMALL}, status=202)
        execution = ada.wait_for(
            lambda: found if (found := creation_of(stack, made["batch_id"]))["status"] != "RUNNING" else None
        )
    assert execution["status"] == "FAILED"
    assert REFUSED in json.dumps(execution, default=str)
    # EventBridge calls the reconciliation, which has its own permissions.
    assert INTERRUPTED in ended(ada, made["video_id"])["error"]


def test_what_is_signed_cannot_be_read_without(stack: Stack, ada: ApiUser, video_id: str) -> None:
    url = ada.get(f"/videos/{video_id}/download")["url"]
    assert ada.http.get(url, headers={"Authorization": ""}).status_code == 200
    with stack.denied("api_videos", "s3:GetObject"):
        assert ada.http.get(url, headers={"Authorization": ""}).status_code == 403
