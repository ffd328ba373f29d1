"""Messages that failed again and again: kept, and their clip ends, or gets what was paid for."""

import json

import pytest

from retake.domain.records.batches import Regeneration
from retake.services.generation.handle_dead_letter import REASON, handle_dead_letter
from retake.services.generation.ingest_clip import ingest_regeneration
from retake.services.generation.poll_generation import poll_generation
from retake.services.generation.record_clip_failure import record_clip_failure
from retake.services.generation.submit_generation import submit_generation
from tests.builders import JOB
from tests.fakes.in_memory_workflow import Answer
from tests.fakes.saboteur import Killed
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

TOKEN = "token-1"  # noqa: S105 - a test's token


@pytest.fixture
def regeneration(world: World, person: ServiceUser) -> Regeneration:
    """A regeneration that the provider works on."""
    person.regenerate(0)
    submit_generation(JOB, person.regeneration().regeneration_id, TOKEN, world.ctx)
    return person.regeneration()


@pytest.fixture
def kept(world: World, person: ServiceUser, regeneration: Regeneration) -> Regeneration:
    """The same when its result is kept, and the worker died before it reported."""
    world.callbacks.__dict__["succeed"] = _die
    with pytest.raises(Killed):
        poll_generation(JOB, regeneration.regeneration_id, 1, world.ctx)
    del world.callbacks.__dict__["succeed"]
    assert person.regeneration().result_key is not None
    return person.regeneration()


def _die(_token: str, _output: dict[str, str]) -> bool:
    raise Killed


def put_aside(world: World, body: str) -> None:
    handle_dead_letter(body, world.ctx, message_id="message-1")


def message_about(regeneration: Regeneration) -> str:
    return json.dumps({"job_id": JOB, "regeneration_id": regeneration.regeneration_id, "task_token": "old"})


def time_out(world: World, regeneration: Regeneration) -> None:
    """Let the workflow give the clip up."""
    record_clip_failure(JOB, regeneration.regeneration_id, world.ctx, error="GenerationFailedError", cause="")


def test_the_clip_ends_and_the_body_is_kept(world: World, regeneration: Regeneration) -> None:
    body = message_about(regeneration)
    put_aside(world, body)
    assert world.callbacks.answers == [Answer(TOKEN, "GenerationMessagePoisonedError", REASON)]
    assert world.objects.read("dead-letters/message-1.json").decode() == body


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "7",
        '{"clip_id": "clip-0"}',
        '{"regeneration_id": "nothing"}',
        '{"regeneration_id": 7}',
    ],
)
def test_any_body_is_kept(world: World, body: str) -> None:
    put_aside(world, body)
    assert world.objects.read("dead-letters/message-1.json").decode() == body
    assert world.callbacks.answers == []


def test_a_clip_that_ended_stays_as_it_is(world: World, regeneration: Regeneration) -> None:
    time_out(world, regeneration)
    put_aside(world, message_about(regeneration))
    assert world.callbacks.answers == []
    assert world.workers.late == []


def test_a_result_that_is_kept_is_handed_over(world: World, kept: Regeneration) -> None:
    put_aside(world, message_about(kept))
    assert [(answer.token, answer.error) for answer in world.callbacks.answers] == [(TOKEN, None)]
    assert world.workers.late == []


def test_a_result_that_no_one_waits_for_lands_all_the_same(
    world: World, person: ServiceUser, kept: Regeneration
) -> None:
    time_out(world, kept)
    put_aside(world, message_about(kept))
    ((job_id, regeneration_id),) = world.workers.late
    world.workers.late.clear()
    ingest_regeneration(job_id, regeneration_id, world.ctx)
    assert [version.version_number for version in person.versions(0)] == [2, 1]
    assert person.current(0) == 1
    put_aside(world, message_about(kept))
    assert world.workers.late == [], "it has landed"
