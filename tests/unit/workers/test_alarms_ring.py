"""Each alarm on a metric of our own rings: its function writes what it watches, as much as its threshold."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.stack.metrics import MESSAGES_FAILED, OwnMetrics
from retake.domain.changes import Change
from retake.domain.errors import StorageUnavailableError
from retake.domain.records.ledger import Deletion
from retake.domain.usage import StoredBytes
from retake.observability import metrics
from retake.services.upkeep.purge import AT_ONCE
from tests.builders import JOB, a_take, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.lambda_calls import Context, invoke
from tests.unit.services.service_user import ServiceUser

Drive = Callable[[World], None]
NO_MESSAGE = {"Records": [{"messageId": "m", "body": json.dumps({"job_id": JOB}), "eventSource": "aws:sqs"}]}


def fail_clip(error: str) -> Drive:
    def drive(world: World) -> None:
        (made,) = ServiceUser(world).regenerate(0).regenerations
        clip = {"job_id": JOB, "regeneration_id": made.regeneration_id}
        invoke("record_clip_failure", {**clip, "error": error, "cause": "no answer"})

    return drive


def silent_batch(world: World) -> None:
    ServiceUser(world).regenerate(0)
    Stack(world).abort("batch-1")
    world.workflow.batches.clear()
    world.clock.advance(days=1)
    invoke("reconcile", {})


def lost_take(world: World) -> None:
    world.clock.advance(days=2)
    world.objects.delete(a_take("clip-0", 1).video_key)
    invoke("sweep_orphans", {"dry_run": True})


def drift(world: World) -> None:
    world.clock.advance(days=2)
    world.jobs.overwrite_job(replace(world.jobs.get_job(JOB), takes_stored=StoredBytes(active=1)))
    invoke("sweep_orphans", {"dry_run": True})


class OutOfTime(Context):
    """What Lambda says to a function whose time is up."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 0


def backlog(world: World) -> None:
    for part in range(0, AT_ONCE, 50):
        due = [Deletion(JOB, f"d{n}", (f"k{n}",), world.clock.now(), "test") for n in range(part, part + 50)]
        world.jobs.commit(Change(world.jobs.get_job(JOB), tuple(due)), now=world.clock.now())
    invoke("purge", {}, OutOfTime())


def broken_version(world: World) -> None:
    ServiceUser(world).regenerate(0)
    Stack(world).run()
    world.clock.advance(days=8)

    def refuse(*_: object, **__: object) -> None:
        raise StorageUnavailableError("no")

    world.jobs.get_clip = refuse  # type: ignore[assignment,method-assign]
    invoke("sweep_versions", {})


def broken_job(world: World) -> None:
    world.clock.advance(days=2)

    def refuse(*_: object, **__: object) -> None:
        raise StorageUnavailableError("no")

    world.jobs.list_clips = refuse  # type: ignore[assignment,method-assign]
    invoke("sweep_orphans", {"dry_run": True})


def fail_message(name: str) -> Drive:
    def drive(world: World) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise StorageUnavailableError("no")

        world.objects.write = refuse  # type: ignore[assignment,method-assign]
        invoke(name, NO_MESSAGE)

    return drive


CASES: dict[OwnMetrics, Drive] = {
    OwnMetrics.CLIPS_FAILED: fail_clip("GenerationFailedError"),
    OwnMetrics.SUBMISSION_UNKNOWN: fail_clip("SubmissionUnknownError"),
    OwnMetrics.EXPIRED_LEASES: silent_batch,
    OwnMetrics.USAGE_DRIFT: drift,
    OwnMetrics.CURRENT_TAKES_LOST: lost_take,
    OwnMetrics.DELETION_BACKLOG: backlog,
    OwnMetrics.VERSION_SWEEP_ERRORS: broken_version,
    OwnMetrics.ORPHAN_SWEEP_ERRORS: broken_job,
    **{metric: fail_message(metric.value.function) for metric in MESSAGES_FAILED},
}
"""How each is made to happen; `tests/infrastructure/test_stack_alarms.py` asks for one for every alarm."""

LARGEST: dict[OwnMetrics, int] = {OwnMetrics.DELETION_BACKLOG: AT_ONCE}
"""What one value reaches at least, where an alarm watches the largest; the others are summed up."""


@pytest.mark.parametrize("metric", CASES, ids=lambda metric: metric.name)
def test_what_an_alarm_watches_is_written_when_it_happens(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, metric: OwnMetrics
) -> None:
    # On Lambda the environment says so (tests/infrastructure/test_stack_functions.py).
    monkeypatch.setattr(metrics.provider, "service", metric.value.function)
    store_ready_job(world.jobs, world.objects)
    CASES[metric](world)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    values = [value for line in lines for value in line.get(metric.value.name, ())]
    assert max(values, default=0) >= LARGEST.get(metric, 1)
    # In embedded metric format: what CloudWatch makes a metric of, by the function's name.
    (declared,) = lines[-1]["_aws"]["CloudWatchMetrics"]
    assert (declared["Dimensions"], lines[-1]["service"]) == ([["service"]], metric.value.function)


def test_a_batch_that_runs_is_no_expired_lease(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    store_ready_job(world.jobs, world.objects)
    ServiceUser(world).regenerate(0)
    world.clock.advance(days=1)
    report = invoke("reconcile", {})
    assert (report["settled"]["batch"], report["batches_silent"]) == (1, 0)
    assert '"ExpiredLeases":[0' in capsys.readouterr().out.replace(" ", "").replace(".0", "")
