"""The functions behind queues, workflows and schedules."""

import json
from typing import Any

import pytest

from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.workers.workflows.causes import readable_cause, recompose_error
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api
from tests.lambda_calls import invoke

LAMBDA_CAUSE = json.dumps({"errorMessage": "This is not a video.", "errorType": "E", "stackTrace": ["…"]})


def records(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": f"message-{number}", "body": body, "eventSource": "aws:sqs"}
            for number, body in enumerate(bodies)
        ]
    }


@pytest.fixture
def regeneration_id(api: Api, world: World) -> str:
    store_ready_job(world.jobs, world.objects)
    body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
    answer = api.post(f"/jobs/{JOB}/clips/batch-regenerate", body, headers={"idempotency-key": "k"})
    return str(answer.json["regenerations"][0]["regeneration_id"])


def test_the_whole_workflow_by_its_functions(world: World, regeneration_id: str) -> None:
    (batch_id,) = world.workflow.batches
    both = {"job_id": JOB, "batch_id": batch_id}
    started = invoke("start_batch", {**both, "execution_arn": "arn"})
    assert started["items"] == [{"clip_id": "clip-0", "clip_index": 0, "regeneration_id": regeneration_id}]
    assert started["timeout_s"] > started["heartbeat_s"] > 0
    clip = {"job_id": JOB, "regeneration_id": regeneration_id}
    assert invoke("submit_generation", records(json.dumps({**clip, "task_token": "t"}))) == {
        "batchItemFailures": []
    }
    assert invoke("poll_generation", records(json.dumps({**clip, "poll_seq": 1}))) == {
        "batchItemFailures": []
    }
    assert [(answer.token, answer.error) for answer in world.callbacks.answers] == [("t", None)]
    outcome = invoke("ingest_clip", clip)
    assert (outcome["status"], outcome["version_number"]) == ("succeeded", 2)
    assert invoke("recompose_video", both)["timeline_revision"] == 2
    assert invoke("finish_batch", both) == {"status": "succeeded", "cause": ""}


def test_a_clip_that_failed_says_why(world: World, regeneration_id: str) -> None:
    event = {"job_id": JOB, "regeneration_id": regeneration_id, "error": "UnreadableMediaError"}
    outcome = invoke("record_clip_failure", {**event, "cause": LAMBDA_CAUSE})
    assert (outcome["status"], outcome["reason"]) == ("failed", "This is not a video.")
    assert world.jobs.get_regeneration(JOB, regeneration_id).status is RegenerationStatus.FAILED


@pytest.mark.parametrize(
    ("cause", "sentence"), [(LAMBDA_CAUSE, "This is not a video."), ("plain", "plain"), ("7", "7"), ("", "")]
)
def test_a_cause_is_a_sentence(cause: str, sentence: str) -> None:
    assert readable_cause(cause) == sentence


def test_why_the_video_could_not_be_composed() -> None:
    assert recompose_error({}) is None
    assert (
        recompose_error({"recompose_error": {"error": "E", "cause": LAMBDA_CAUSE}}) == "This is not a video."
    )
    assert recompose_error({"recompose_error": {"error": "States.Timeout", "cause": ""}}) == "States.Timeout"


@pytest.mark.usefixtures("world")
def test_only_the_message_that_failed_comes_again_and_is_counted(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    broken = json.dumps({"job_id": JOB})
    gone = json.dumps({"job_id": "gone", "regeneration_id": "gone", "poll_seq": 1})
    answer = invoke("poll_generation", records(gone, broken))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    # What the alarms watch, in embedded metric format, and what the runbook's filter looks for.
    assert [line["MessagesFailed"] for line in written if "MessagesFailed" in line] == [[1.0]]
    assert "message failed" in errors(caplog)


@pytest.mark.usefixtures("world")
def test_a_function_that_fails_says_so_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KeyError):
        invoke("ingest_clip", {})
    assert "failed" in errors(caplog)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.usefixtures("regeneration_id")
def test_a_dead_letter_is_kept_whatever_it_is(world: World) -> None:
    assert invoke("handle_dead_letters", records("not json")) == {"batchItemFailures": []}
    assert world.objects.read("dead-letters/message-0.json") == b"not json"


def test_a_failed_call_is_kept_and_not_made_again(
    world: World, regeneration_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What Lambda sends to the destination of a call that no caller waits for, after its last retry."""
    regeneration = world.jobs.get_regeneration(JOB, regeneration_id)
    body = {
        "version": "1.0",
        "timestamp": "2026-11-29T12:00:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": "arn:aws:lambda:eu-central-1:123456789012:function:retake-ingest-clip:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": dict(regeneration.ids),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "no room", "errorType": "StorageUnavailableError"},
    }
    assert invoke("handle_dead_letters", records(json.dumps(body))) == {"batchItemFailures": []}
    assert json.loads(world.objects.read("dead-letters/message-0.json")) == body
    assert world.workers.late == []
    (line,) = (record for record in caplog.records if record.getMessage() == "message put aside")
    assert vars(line)["call"] == {
        "function": "retake-ingest-clip",
        "condition": "RetriesExhausted",
        "error": "StorageUnavailableError",
        "reason": "no room",
    }


@pytest.mark.usefixtures("regeneration_id")
def test_an_execution_that_was_aborted_is_settled(world: World, stack: Stack) -> None:
    (batch_id,) = world.workflow.batches
    stack.abort(batch_id)
    detail = {"input": json.dumps({"job_id": JOB, "batch_id": batch_id}), "status": "ABORTED"}
    invoke("reconcile", {"detail-type": "Step Functions Execution Status Change", "detail": detail})
    assert world.jobs.get_batch(JOB, batch_id).status is BatchStatus.FAILED


@pytest.mark.usefixtures("world")
def test_the_schedules_report_what_they_did() -> None:
    assert invoke("reconcile", {}) == {"settled": {}, "errors": (), "batches": (), "batches_silent": 0}
    assert invoke("purge", {})["backlog"] == 0


def test_a_video_by_the_functions_of_its_workflow(api: Api, world: World) -> None:
    made = api.post("/videos", {"prompt": "a fox", "seconds": 1}).json
    (creation_id,) = world.workflow.creations
    both = {"job_id": made["video_id"], "batch_id": creation_id}
    started = invoke("start_batch", {**both, "execution_arn": "arn"})
    clip = {"job_id": made["video_id"], "regeneration_id": started["items"][0]["regeneration_id"]}
    assert clip["regeneration_id"] == made["regeneration_id"]
    invoke("submit_generation", records(json.dumps({**clip, "task_token": "t"})))
    invoke("poll_generation", records(json.dumps({**clip, "poll_seq": 1})))
    assert invoke("ingest_clip", clip)["version_number"] == 1
    invoke("recompose_video", both)
    assert invoke("finish_batch", both) == {"status": "succeeded", "cause": ""}
    assert invoke("finish_creation", {"creation_id": creation_id}) == {"status": "completed", "cause": ""}


def test_a_creation_whose_branches_died_is_ended_by_its_last_step(api: Api, world: World) -> None:
    made = api.post("/videos", {"prompt": "a fox", "title": "Fox"}).json
    (creation_id,) = world.workflow.creations
    ended = invoke("finish_creation", {"creation_id": creation_id})
    assert ended["status"] == "failed"
    assert ended["cause"].startswith("Fox: The service was interrupted")
    assert api.get(f"/videos/{made['video_id']}").json["status"] == "failed"
