"""Real providers over HTTP under the real use cases: paid at most once, whatever dies or is lost."""

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from retake.domain.models import MODELS
from retake.domain.statuses import RegenerationStatus
from retake.ports.providers import SubmissionRecovery, VideoProvider
from retake.services.generation.poll_generation import FETCH_DELAYS_S
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.in_memory_workflow import RecordingCallbacks
from tests.fakes.providers import bedrock, fal, gemini, openai_videos, openrouter, replicate, vertex
from tests.fakes.providers.openai_videos import KEY
from tests.fakes.providers.server import How, ProviderServer, Reply
from tests.fakes.providers.world import ProviderWorld
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

INGESTED_IN_S = 2
"""What making a take of a result takes, by the world's clock."""


@dataclass(frozen=True)
class Real:
    """A provider, its server, and what the server was paid for."""

    provider: VideoProvider
    server: ProviderServer
    submission: str
    jobs: MutableMapping[str, Any]
    objects: dict[str, Any]


@pytest.fixture(scope="module")
def providers() -> Iterator[ProviderWorld]:
    with pytest.MonkeyPatch.context() as patch:
        for app in (openai_videos, replicate, bedrock, gemini, vertex, openrouter, fal):
            patch.setattr(app, "finished_video", fake_video)  # the media tools here know no other
        world = ProviderWorld()
        yield world
        world.close()


Build = Callable[[ProviderWorld], tuple[VideoProvider, ProviderServer, str, MutableMapping[str, Any]]]
REALS: dict[str, Build] = {
    "openai_videos": lambda w: (w.openai_videos(), w.openai_server, "/v1/videos", w.openai_app.videos),
    "replicate": lambda w: (
        w.replicate(),
        w.replicate_server,
        "/predictions",
        w.replicate_app.predictions,
    ),
    "bedrock_async": lambda w: (
        w.bedrock_async(),
        w.bedrock_server,
        "/async-invoke",
        w.bedrock_app.invocations,
    ),
    "gemini": lambda w: (
        w.gemini(),
        w.gemini_server,
        "/v1beta/interactions",
        w.gemini_app.interactions,
    ),
    "vertex": lambda w: (w.vertex(), w.vertex_server, ":predictLongRunning", w.vertex_app.asked),
    "openrouter": lambda w: (w.openrouter(), w.openrouter_server, "/videos", w.openrouter_app.jobs),
    "fal": lambda w: (w.fal(), w.fal_server, "/gemini-omni-flash", w.fal_app.queued),
}
"""Each provider on the network, its server, a part of the path of submissions, and what was begun there."""


@pytest.fixture(params=list(REALS))
def real(request: pytest.FixtureRequest, providers: ProviderWorld) -> Real:
    return Real(*REALS[request.param](providers), providers.objects.stored)


def regenerate(real: Real, *, dies_at: int | None = None) -> World:
    """Regenerate one clip on a world of its own; the worker dies at one of its steps, if the test says so."""
    world = World()
    real.jobs.clear()
    real.objects.clear()
    # The provider reads takes and writes results where this world's workers look.
    world.objects.stored = real.objects
    world.provider = real.provider  # type: ignore[assignment]
    world.models = [model for model in MODELS if model.provider == real.provider.name]
    world.default_model = world.models[0].name
    world.normalizer.before = lambda _: world.clock.advance(seconds=INGESTED_IN_S)
    store_ready_job(world.jobs, world.objects)
    ServiceUser(world).regenerate(0)
    if dies_at is not None:
        world.saboteur.order(dies_at, after=True)
    Stack(world).settle()
    world.saboteur.stand_down()
    return world


def test_a_worker_may_die_after_any_of_its_steps(real: Real) -> None:
    sure = real.provider.submission_recovery is not SubmissionRecovery.NONE
    for dies_at in count():
        world = regenerate(real, dies_at=dies_at)

        person = ServiceUser(world)
        ended = person.regeneration()
        assert len(real.jobs) <= 1, dies_at
        if ended.status is RegenerationStatus.SUCCEEDED:
            assert len(real.jobs) == 1, dies_at
            assert len(person.versions(0)) == 2, dies_at
        else:
            assert not sure or len(real.jobs) == 0, dies_at
            assert "may have been charged" in (ended.error or ""), dies_at
        if not world.saboteur.kills:
            break
    assert dies_at > 10, "no process was ever killed"


EXPECTED = {
    (SubmissionRecovery.TOKEN, How.LOSE_ANSWER): (True, 1),
    (SubmissionRecovery.TOKEN, How.LOSE_REQUEST): (True, 1),
    (SubmissionRecovery.LOOKUP, How.LOSE_ANSWER): (True, 1),
    (SubmissionRecovery.LOOKUP, How.LOSE_REQUEST): (False, 0),
    (SubmissionRecovery.NONE, How.LOSE_ANSWER): (False, 1),
    (SubmissionRecovery.NONE, How.LOSE_REQUEST): (False, 0),
}


@pytest.mark.parametrize("how", [How.LOSE_ANSWER, How.LOSE_REQUEST])
def test_a_lost_answer_is_recovered_as_the_provider_allows(real: Real, how: How) -> None:
    before = len(real.server.seen("POST", real.submission))
    real.server.fail("POST", real.submission, how)

    ended = ServiceUser(regenerate(real)).regeneration()

    recovery = real.provider.submission_recovery
    succeeds, paid = EXPECTED[recovery, how]
    assert (ended.status is RegenerationStatus.SUCCEEDED, len(real.jobs)) == (succeeds, paid)
    if not succeeds:
        assert "may have been charged" in (ended.error or "")
    asked = len(real.server.seen("POST", real.submission)) - before
    assert asked == (2 if recovery is SubmissionRecovery.TOKEN else 1)


def test_how_long_a_clip_took_is_reported_by_our_own_clock(real: Real) -> None:
    world = regenerate(real)  # whose clock is months apart from those of the servers

    (took_ms,) = world.times.recent_ms(ServiceUser(world).regeneration().model)
    assert INGESTED_IN_S * 1000 <= took_ms < 60_000
    assert ServiceUser(world).regeneration().submitted_at is not None


def test_patience_loses_no_work(real: Real) -> None:
    reply = bedrock.throttled() if real.provider.name == "bedrock_async" else None
    slow_down = reply or openai_videos.throttled()
    real.server.fail("POST", real.submission, How.ANSWER, times=3, reply=slow_down)

    ended = ServiceUser(regenerate(real)).regeneration()

    assert (ended.status, len(real.jobs)) == (RegenerationStatus.SUCCEEDED, 1)


@pytest.mark.parametrize("real", ["openai_videos"], indirect=True)
def test_a_result_that_cannot_be_fetched_is_fetched_by_a_retry_and_paid_once(real: Real) -> None:
    before = len(real.server.seen("GET", "/content"))
    real.server.fail("GET", "/content", How.ANSWER, times=len(FETCH_DELAYS_S) + 1, reply=Reply(500))
    world = regenerate(real)
    person = ServiceUser(world)

    assert person.regeneration().status is RegenerationStatus.FAILED
    assert "its server answers 500" in (person.regeneration().error or "")
    world.callbacks = RecordingCallbacks()  # a new stack counts its tokens from the first one again
    person.retry("batch-1")
    Stack(world).settle()

    assert person.regeneration("batch-2").status is RegenerationStatus.SUCCEEDED
    assert len(real.jobs) == 1
    assert len(real.server.seen("GET", "/content")) - before == len(FETCH_DELAYS_S) + 2
    (month,) = world.usage.list_months(USER, since="2026-01")
    assert (month.spent.takes, month.spent.charged) == (1, person.batch("batch-2").charged)


@pytest.mark.parametrize("real", ["openai_videos"], indirect=True)
def test_a_key_that_a_failed_job_repeats_is_in_no_record_and_no_answer(real: Real) -> None:
    error = {"code": "quota", "message": f"The quota of {KEY} is used up; see https://x/?sig=c0ffee."}
    failed = Reply.of_json({"id": "video_0001", "status": "failed", "error": error})
    real.server.fail("GET", "/v1/videos/", How.ANSWER, reply=failed)

    world = regenerate(real)

    reported = "The quota of *** is used up; see https://x/?sig=***"
    assert ServiceUser(world).regeneration().error == reported
    stored = [world.jobs.get_job(JOB), ServiceUser(world).batch(), ServiceUser(world).regeneration()]
    events = [event.data for event in world.jobs.list_events(JOB, after=0, limit=1000)]
    assert KEY not in f"{stored} {events} {world.callbacks.answers}"
