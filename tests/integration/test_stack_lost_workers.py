"""Single workers are killed (SIGKILL) between and within their steps: the batch goes on, paid once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.api_user import ApiUser, Json
from tests.deliveries import abort_uploads, ask_archive, forget_archive, unfinished_uploads
from tests.stack import Stack, function_name
from tests.table_audit import assert_consistent, assert_paid_once

pytestmark = pytest.mark.local_cloud

STEPS = {
    "submit_generation": "provider/scripted/jobs/",
    "poll_generation": "provider/results/",
    "ingest_clip": "clips/{job_id}/",
    "recompose_video": "compositions/{job_id}/",
}
"""A function, and the object after whose writing it is killed, before it can say so."""


@pytest.fixture(scope="module", autouse=True)
def prompt_redelivery(stack: Stack) -> Iterator[None]:
    """Let a message that was not finished come back after two seconds instead of minutes.

    A busy machine takes longer than that: what comes back while it is still worked on is not put aside.
    """
    with stack.redelivered_after(seconds=2, at_most=100):
        yield


@pytest.mark.parametrize("module", STEPS)
def test_a_worker_killed_within_its_step_is_made_up_for(
    scripted: Stack, ada: ApiUser, shared_job: str, module: str
) -> None:
    known = scripted.keys()
    accepted = ada.regenerate(shared_job, {0: "brighter", 1: "darker"})
    scripted.wait_for_key(STEPS[module].format(job_id=shared_job), besides=known)
    assert scripted.kill_workers(module)
    batch = ada.ended(shared_job, accepted["batch_id"])
    assert (batch["status"], batch["cause"]) == ("succeeded", None)
    assert ada.job(shared_job)["video"]["up_to_date"]
    ada.wait_for(scripted.is_quiet)
    assert_paid_once(scripted)
    assert_consistent(scripted)


def test_workers_killed_again_and_again_between_steps(scripted: Stack, ada: ApiUser, shared_job: str) -> None:
    accepted = ada.regenerate(shared_job, {0: "brighter", 1: "darker"})
    killed = 0
    for module in ("start_batch", *STEPS, "finish_batch") * 2:
        killed += scripted.kill_workers(module)
    assert killed
    batch = ada.ended(shared_job, accepted["batch_id"])
    assert batch["status"] in {"succeeded", "partial"}
    assert all(item["error"] for item in batch["regenerations"] if item["status"] != "succeeded")
    ada.wait_for(scripted.is_quiet)
    assert_paid_once(scripted)
    assert_consistent(scripted)


def test_a_worker_killed_while_it_packs_is_called_again_and_another_keeps_away(
    stack: Stack, ada: ApiUser
) -> None:
    # Many requests: it is still at them when it is killed.
    sizes = {f"{number:03} video.mp4": 2**20 for number in range(80)}
    call = ask_archive(stack, "killed", sizes)
    stack.client("lambda").invoke(
        FunctionName=function_name("pack_download"), InvocationType="Event", Payload=json.dumps(call).encode()
    )
    ada.wait_for(lambda: unfinished_uploads(stack))
    assert stack.kill_workers("pack_download")
    assert not stack.keys("downloads/killed/"), "half of an archive"
    assert stack.invoke("pack_download", {**call, "worker": "another"}) == {"outcome": "nothing"}
    # Lambda's own repetition, without the minute that it waits.
    assert stack.invoke("pack_download", call) == {"outcome": "packed"}
    (key,) = stack.keys("downloads/killed/")
    body = stack.client("s3").get_object(Bucket=stack.bucket, Key=key)["Body"].read()
    with ZipFile(BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert {info.filename: info.file_size for info in archive.infolist()} == sizes
    abort_uploads(stack)
    forget_archive(stack, call)


def test_a_message_that_kills_every_worker_is_put_aside_and_its_clip_says_so(
    scripted: Stack, ada: ApiUser, shared_job: str
) -> None:
    known = scripted.keys("dead-letters/")
    with scripted.redelivered_after(seconds=3, at_most=1, of=("SubmitQueueUrl", "PollQueueUrl")):
        accepted = ada.regenerate(shared_job, {0: "poison", 1: "darker"})
        regeneration_id = accepted["regenerations"][0]["regeneration_id"]
        scripted.direct({"poison": {"throttle": "x"}})  # the provider itself falls over it, when it is asked
        scripted.wait_for_key("dead-letters/", besides=known)  # before the next clip falls over it as well
        item = ada.wait_for(lambda: in_doubt(ada, shared_job, accepted["batch_id"]))
        assert "asked or searched for it by its key" in item["doubt"]["awaited"]
        scripted.direct({})
        batch = ada.settled(scripted, shared_job, accepted["batch_id"], ignore_leases=True)
    letters = scripted.keys("dead-letters/") - known  # one more where it was looked after meanwhile
    assert {scripted.read_json(letter)["regeneration_id"] for letter in letters} == {regeneration_id}
    statuses = [item["status"] for item in batch["regenerations"]]
    assert statuses == ["succeeded", "succeeded"], "the provider knows our keys: it is asked again"
    assert_paid_once(scripted)
    assert_consistent(scripted)


def in_doubt(ada: ApiUser, job_id: str, batch_id: str) -> Json | None:
    items = ada.batch(job_id, batch_id)["regenerations"]
    return next((item for item in items if item["status"] == "in_doubt"), None)
