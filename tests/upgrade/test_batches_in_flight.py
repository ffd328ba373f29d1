"""An upgrade with batches in flight: what an earlier release left goes on with the functions of this one.

An execution keeps the definition that it was started with, so its steps call today's functions with what that
release gave them; so do its messages and task tokens.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from retake.domain.records.batches import Regeneration
from retake.ports.providers import ProviderJob, ProviderJobStatus
from retake.ports.table import Put
from retake.services.generation.record_clip_failure import ClipOutcome
from tests.builders import JOB
from tests.fakes.in_memory_queue import Message
from tests.fakes.in_memory_workflow import Answer
from tests.fakes.stack import Execution, Stack, Waiting
from tests.fakes.world import World
from tests.upgrade.record import ROOT, fields_given

RELEASES = {
    path.stem: path.read_text(encoding="utf-8").splitlines()
    for path in sorted(Path(__file__).parent.glob("*.jsonl"))
}
STOPS = [
    pytest.param(line, id=f"{release}: {json.loads(line)['place']}")
    for release, lines in RELEASES.items()
    for line in lines[1:]
]
FIRST_NEW_ID = 10_000


def test_a_release_is_recorded_at_each_step() -> None:
    assert RELEASES
    stops = [json.loads(line) for lines in RELEASES.values() for line in lines[1:]]
    assert {one["step"] for stop in stops for one in stop["executions"]} == {
        "generate",
        "recompose",
        "finish",
    }
    assert {one["queue"] for stop in stops for one in stop["messages"]} == {"submit", "poll"}


@pytest.mark.parametrize("release", RELEASES)
def test_todays_steps_need_nothing_that_a_former_definition_does_not_give(release: str) -> None:
    """A field that is new may be missing: adding one here says that its function does without."""
    former = json.loads(RELEASES[release][0])
    for name, states in former.items():
        today = json.loads((ROOT / "infra" / "workflows" / name).read_text(encoding="utf-8"))
        given = dict(fields_given(today))
        for state, fields in states.items():
            assert set(given.get(state, fields)) <= set(fields), (release, name, state)


@pytest.mark.parametrize("stop", STOPS)
def test_a_batch_in_flight_ends_as_it_would_have(stop: str) -> None:
    world, stack = take_over(stop)
    stack.settle()
    require_made(world)


@pytest.mark.parametrize("stop", STOPS)
def test_an_execution_that_the_upgrade_ended_is_settled(stop: str) -> None:
    world, stack = take_over(stop)
    stack.abort("batch-1")
    stack.settle()
    batch = world.jobs.get_batch(JOB, "batch-1")
    assert batch.status.is_terminal
    assert world.jobs.get_job(JOB).active_batch_id is None
    # What was paid for has become a take.
    takes = [one.version_number for one in world.jobs.list_regenerations(JOB, batch.regeneration_ids)]
    assert len([number for number in takes if number]) == len(world.provider.accepted)


def require_made(world: World) -> None:
    batch = world.jobs.get_batch(JOB, "batch-1")
    assert batch.status == "succeeded", batch.cause
    made = world.jobs.list_regenerations(JOB, batch.regeneration_ids)
    assert [one.version_number for one in made] == [2, 2]
    assert {len(jobs) for jobs in world.provider.accepted.values()} == {1}, "paid twice"
    job = world.jobs.get_job(JOB)
    assert (job.active_batch_id, job.is_composed) == (None, True)


def take_over(line: str) -> tuple[World, Stack]:
    """Return a world that goes on from a stop of another release."""
    stop, world = json.loads(line), World()
    world.clock.move_to(datetime.fromisoformat(stop["now"]))
    world.ids._last = FIRST_NEW_ID
    for item in stop["items"]:
        world.table.write(Put(item))
    for key, body in stop["objects"].items():
        world.objects.write(key, body.encode(), content_type="video/mp4")
    world.queue.messages = [
        Message(one["queue"], one["body"], datetime.fromisoformat(one["visible_at"]))
        for one in stop["messages"]
    ]
    for job_id, batch_id in stop["inputs"].values():
        world.workflow.start_batch(job_id, batch_id)
    world.callbacks.answers = [Answer(**one) for one in stop["answers"]]
    world.callbacks.dead = set(stop["dead"])
    world.provider.jobs = {name: job_of(name, said) for name, said in stop["jobs"].items()}
    world.provider.accepted = stop["accepted"]
    world.provider.looks = stop["looks"]
    world.provider.instructions = stop["instructions"]
    world.provider.polls = 2
    stack = Stack(world)
    stack._tokens = len(stop["answers"]) + 100
    made = {one.regeneration_id: one for one in regenerations_of(world)}
    stack.executions = {one["batch_id"]: execution_of(one, made) for one in stop["executions"]}
    return world, stack


def regenerations_of(world: World) -> list[Regeneration]:
    batch = world.jobs.get_batch(JOB, "batch-1")
    return list(world.jobs.list_regenerations(JOB, batch.regeneration_ids))


def job_of(name: str, said: dict[str, Any]) -> ProviderJob:
    submitted_at = said["submitted_at"] and datetime.fromisoformat(said["submitted_at"])
    return ProviderJob(name, ProviderJobStatus(said["status"]), submitted_at=submitted_at)


def execution_of(recorded: dict[str, Any], made: dict[str, Regeneration]) -> Execution:
    waiting, outcomes = recorded.pop("waiting"), recorded.pop("outcomes")
    if waiting is not None:
        for name in ("since", "beat_at"):
            waiting[name] = datetime.fromisoformat(waiting[name])
    return Execution(
        **recorded,
        regenerations=made,
        waiting=None if waiting is None else Waiting(**waiting),
        outcomes=[ClipOutcome(**one) for one in outcomes],
    )
