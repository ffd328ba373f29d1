"""What is stored, on the deployed stack: counted as S3 lists it, shown to whom it concerns, and bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.deployer import read_user
from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack, function_name
from tests.table_audit import make_deletions_due

pytestmark = pytest.mark.local_cloud

CLIP = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
UPLOAD = {"file_name": "a.mp4", "content_type": "video/mp4"}
EXCEEDED = "urn:retake:problem:storage-budget-exceeded"
INTERNAL = 500


@pytest.fixture(scope="module")
def eve(stack: Stack) -> ApiUser:
    """A user of no other test."""
    return stack.person("eve")


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Iterator[ApiUser]:
    """The one whose machine it is."""
    user = read_user(stack.cloud)
    assert user is not None
    person = ApiUser(stack.cloud, user)
    yield person
    person.http.close()


@pytest.fixture(scope="module", autouse=True)
def _by_hand(stack: Stack) -> Iterator[None]:
    """Look at budgets only when a test asks for it: two looks at once may announce one crossing twice."""
    rule = "retake-check-budgets-schedule"
    stack.client("events").disable_rule(Name=rule)
    yield
    stack.client("events").enable_rule(Name=rule)


@pytest.fixture(scope="module")
def job_id(eve: ApiUser) -> str:
    """A job of which one take is in the archive."""
    made = eve.make_job(small_clip(0), small_clip(1))
    for _ in range(3):
        assert eve.run(made, {0: "brighter"})["status"] == "succeeded"
    eve.wait_for(lambda: "archived" in {take["state"] for take in eve.versions(made, 0)})
    return made


def budget_of(person: ApiUser) -> Json:
    budget: Json = person.get("/usage")["budget"]
    return budget


def give_budget(admin: ApiUser, person: ApiUser, budget_bytes: int | None) -> Json:
    path = f"/admin/budgets/{budget_of(person)['user_id']}"
    answer = admin.http.put(path, json={"budget_bytes": budget_bytes})
    assert answer.status_code == 200, answer.text
    given: Json = answer.json()
    return given


def bytes_below(stack: Stack, prefix: str) -> int:
    pages = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=stack.bucket, Prefix=prefix)
    return sum(entry["Size"] for page in pages for entry in page.get("Contents", []))


def test_what_is_counted_is_what_s3_lists(stack: Stack, eve: ApiUser, job_id: str) -> None:
    make_deletions_due(stack)  # what is unneeded and not deleted yet belongs to nothing
    stack.invoke("purge", {"ignore_leases": True})
    active = bytes_below(stack, f"clips/{job_id}/") + bytes_below(stack, f"compositions/{job_id}/")
    archived = bytes_below(stack, f"archive/{job_id}/")
    assert active > archived > 0
    seen = eve.get("/usage")
    stored = {name: seen["stored"][name]["bytes"] for name in ("active", "archived", "total")}
    assert stored == {"active": active, "archived": archived, "total": active + archived}
    assert seen["budget"]["used_bytes"] == active + archived
    assert [job["job_id"] for job in seen["largest_jobs"]] == [job_id]
    assert seen["largest_jobs"][0]["stored"] == seen["stored"]


def test_an_admin_sees_everybody_and_no_one_else_does(
    stack: Stack, eve: ApiUser, admin: ApiUser, job_id: str
) -> None:
    stack.invoke("check_budgets")
    refused = eve.http.get("/admin/storage")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:retake:problem:forbidden")
    assert eve.http.put("/admin/budgets/me", json={"budget_bytes": 1}).status_code == 403
    seen = admin.get("/admin/storage", limit="100")
    own = budget_of(eve)
    (user,) = [user for user in seen["users"] if user["budget"]["user_id"] == own["user_id"]]
    assert user["budget"] == own
    assert user["stored"] == eve.get("/usage")["stored"]
    assert job_id in [job["job_id"] for job in seen["jobs"]]
    assert seen["stored"]["total"]["bytes"] == sum(user["stored"]["total"]["bytes"] for user in seen["users"])
    assert seen["archiving"]["active_bytes_saved"] > 0
    assert seen["bill"]["saving"] < 0
    assert "loses money" in seen["bill"]["warnings"][0]


@pytest.fixture
def listener(stack: Stack) -> Iterator[str]:
    """A queue that hears of storage alerts, as an operator's would."""
    topic, queues = stack.cloud.outputs["StorageAlertsTopicArn"], stack.client("sqs")
    url = queues.create_queue(QueueName="operators")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    topics = stack.client("sns")
    subscription = topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    yield url
    topics.unsubscribe(SubscriptionArn=subscription)
    queues.delete_queue(QueueUrl=url)


def alerts_about(stack: Stack, url: str, user_id: str) -> list[int]:
    """Return the shares of the budget that the queue got alerts of."""
    found: list[dict[str, Any]] = []
    while (
        messages := stack.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")
    ):
        found += [json.loads(message["Body"])["MessageAttributes"] for message in messages]
    return sorted(int(item["percent"]["Value"]) for item in found if item["user_id"]["Value"] == user_id)


def test_a_budget_that_is_used_up_refuses_what_adds_and_is_reported_once(
    stack: Stack, eve: ApiUser, admin: ApiUser, job_id: str, listener: str
) -> None:
    before = eve.job(job_id)["last_event_id"]
    assert give_budget(admin, eve, 1)["percent"] > 100
    try:
        for path, body in (("/uploads", UPLOAD), (f"/jobs/{job_id}/clips/batch-regenerate", CLIP)):
            refused = eve.http.post(path, json=body)
            assert (refused.status_code, refused.json()["type"]) == (403, EXCEEDED)
            for words in (
                "your budget is 1 byte",
                "Delete jobs",
                "ask an admin",
                "Nothing you have is deleted",
            ):
                assert words in refused.json()["detail"]
        assert eve.job(job_id)["last_event_id"] == before
        for _ in range(2):
            stack.invoke("check_budgets")
        assert alerts_about(stack, listener, budget_of(eve)["user_id"]) == [80, 100]
        # What takes nothing in still works.
        assert eve.restore(job_id, 0, 1).status_code in {200, 202}
    finally:
        give_budget(admin, eve, None)
    eve.upload(small_clip(2))


def test_what_would_exceed_a_months_limit_is_refused_and_what_is_made_stays_in_the_history(
    eve: ApiUser, admin: ApiUser, job_id: str
) -> None:
    path = f"/admin/budgets/{budget_of(eve)['user_id']}"
    spent = eve.get("/usage")["spend_limit"]["spent"]
    estimate = eve.post(f"/jobs/{job_id}/clips/batch-regenerate/estimate", CLIP, status=200)
    price = estimate["estimated_total_cost"]
    limit = round(spent + 1.5 * price, 4)
    given = admin.http.put(path, json={"monthly_spend_limit": limit})
    assert given.json()["spend_limit"]["left"] == pytest.approx(1.5 * price)
    try:
        running = eve.regenerate(job_id, {0: "brighter"})["batch_id"]
        refused = eve.http.post(f"/jobs/{job_id}/clips/batch-regenerate", json=CLIP)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:retake:problem:spend-limit")
        assert eve.ended(job_id, running)["status"] == "succeeded"
        seen = eve.get("/usage")["spend_limit"]
        assert (seen["spent"], seen["reserved"]) == (pytest.approx(spent + price), 0)
        assert admin.http.get(path).json()["spend_limit"] == seen
    finally:
        admin.http.put(path, json={"monthly_spend_limit": None})
    newest = eve.get("/generations", kind="job", status="succeeded", limit="1")["generations"][0]
    assert (newest["batch_id"], newest["charged"], newest["instruction"]) == (running, price, "brighter")


@pytest.mark.parametrize(
    ("action", "request_line"),
    [
        ("dynamodb:GetItem", "GET /usage"),
        ("dynamodb:Query", "GET /usage"),
        ("dynamodb:Query", "GET /admin/storage"),
        ("dynamodb:PutItem", "PUT /admin/budgets/{user}"),
        ("cognito-idp:AdminGetUser", "PUT /admin/budgets/{user}"),
    ],
)
def test_a_request_breaks_without(admin: ApiUser, stack: Stack, action: str, request_line: str) -> None:
    user_id = budget_of(admin)["user_id"]
    method, path = request_line.split(" ")
    body = {"budget_bytes": 10**12} if method == "PUT" else None
    with stack.denied("api_usage", action):
        assert admin.http.request(method, path.format(user=user_id), json=body).status_code >= INTERNAL
    assert admin.http.request(method, path.format(user=user_id), json=body).is_success
    give_budget(admin, admin, None)


def test_no_upload_is_taken_in_without_a_look_at_the_counters(stack: Stack, eve: ApiUser) -> None:
    with stack.denied("api_uploads", "dynamodb:Query"):
        assert eve.http.post("/uploads", json=UPLOAD).status_code >= INTERNAL
    assert eve.http.post("/uploads", json=UPLOAD).is_success


def test_a_budget_cannot_be_set_without_adding_to_the_total(stack: Stack, admin: ApiUser) -> None:
    newcomer = stack.person("newcomer")
    newcomer.make_job(small_clip(0))  # no one has looked at these bytes yet
    path = f"/admin/budgets/{budget_of(newcomer)['user_id']}"
    with stack.denied("api_usage", "dynamodb:UpdateItem"):
        assert admin.http.put(path, json={"budget_bytes": None}).status_code >= INTERNAL
    assert admin.http.put(path, json={"budget_bytes": None}).is_success


@pytest.mark.parametrize(
    "action", ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "sns:Publish"]
)
@pytest.mark.usefixtures("job_id")
def test_no_one_is_reported_without(
    stack: Stack, eve: ApiUser, admin: ApiUser, listener: str, action: str
) -> None:
    stack.invoke("check_budgets")
    give_budget(admin, eve, 1)
    try:
        with stack.denied("check_budgets", action):
            answer = stack.client("lambda").invoke(FunctionName=function_name("check_budgets"))
            assert answer["FunctionError"], answer["Payload"].read()
        assert stack.invoke("check_budgets")["errors"] == []
        assert set(alerts_about(stack, listener, budget_of(eve)["user_id"])) == {80, 100}
    finally:
        give_budget(admin, eve, None)
