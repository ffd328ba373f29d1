"""What every video provider promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe
from retake.adapters.providers.openai_videos import Dialect
from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.ports.providers import (
    GenerationRequest,
    ProviderJob,
    ProviderJobStatus,
    SubmissionRecovery,
    VideoProvider,
)
from retake_local.provider import LocalVideoProvider
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.providers.world import ProviderWorld
from tests.fakes.scripted_provider import ScriptedProvider
from tests.fakes.ticking_clock import TickingClock
from tests.media_samples import ffmpeg_executable

FOOTAGE = Path(__file__).parents[1] / "footage" / "big-buck-bunny.mp4"
REQUEST = GenerationRequest(
    idempotency_key="regeneration-1",
    instruction="a bit warmer",
    prompt="a bird on a branch",
    source_key="clips/source.mp4",
    duration_ms=1000,
    width=160,
    height=90,
    fps=24,
    seed=7,
)
MISSING_JOB = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Surroundings:
    """What a provider is built in. Building it again is another process at the same service."""

    objects: InMemoryObjectStore
    ffmpeg: Ffmpeg
    world: ProviderWorld


@dataclass(frozen=True)
class Case:
    """A provider, the shortest video that it makes, in milliseconds, and whether it says when a job ran."""

    build: Callable[[Surroundings], VideoProvider]
    shortest_ms: int = 0
    tells_times: bool = True


def _scripted(recovery: SubmissionRecovery) -> Case:
    return Case(
        lambda given: ScriptedProvider(
            objects=given.objects,
            clock=TickingClock(),
            ffmpeg=given.ffmpeg,
            submission_recovery=recovery,
        )
    )


def _openai_videos(dialect: Dialect) -> Case:
    return Case(lambda given: given.world.openai_videos(dialect))


PROVIDERS = {
    "local": Case(
        lambda given: LocalVideoProvider(objects=given.objects, clock=TickingClock(), ffmpeg=given.ffmpeg)
    ),
    **{f"scripted, {recovery.value}": _scripted(recovery) for recovery in SubmissionRecovery},
    "openai_videos": _openai_videos(Dialect()),
    "openai_videos, honours keys": _openai_videos(Dialect(extensions=True, honours_keys=True)),
    "replicate": Case(lambda given: given.world.replicate(), shortest_ms=4000),
    "openrouter": Case(lambda given: given.world.openrouter(), shortest_ms=4000, tells_times=False),
    "gemini": Case(lambda given: given.world.gemini(), shortest_ms=3000),
    "vertex": Case(lambda given: given.world.vertex(), shortest_ms=4000, tells_times=False),
    "fal": Case(lambda given: given.world.fal(), shortest_ms=3000, tells_times=False),
    "bedrock_async": Case(lambda given: given.world.bedrock_async(), shortest_ms=5000),
}


@pytest.fixture
def objects() -> InMemoryObjectStore:
    store = InMemoryObjectStore()
    store.upload(FOOTAGE, "clips/source.mp4", content_type="video/mp4")
    return store


@pytest.fixture
def ffmpeg() -> Ffmpeg:
    return Ffmpeg(ffmpeg_executable())


@pytest.fixture
def surroundings(objects: InMemoryObjectStore, ffmpeg: Ffmpeg) -> Iterator[Surroundings]:
    world = ProviderWorld(objects=objects)
    yield Surroundings(objects, ffmpeg, world)
    world.close()


@pytest.fixture(params=PROVIDERS.values(), ids=list(PROVIDERS))
def case(request: pytest.FixtureRequest) -> Case:
    given: Case = request.param
    return given


@pytest.fixture
def provider(case: Case, surroundings: Surroundings) -> VideoProvider:
    return case.build(surroundings)


def finish(provider: VideoProvider, job: ProviderJob) -> ProviderJob:
    for _ in range(20):
        if job.status not in {ProviderJobStatus.QUEUED, ProviderJobStatus.RUNNING}:
            return job
        job = provider.poll(job.provider_job_id)
    raise AssertionError(f"The job does not end: {job}")


@pytest.mark.parametrize("source_key", ["clips/source.mp4", None], ids=["edit", "new"])
def test_a_job_ends_in_a_video_of_the_length_asked_for_or_the_next_that_is_made(
    source_key: str | None, provider: VideoProvider, case: Case, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    job = finish(provider, provider.submit(replace(REQUEST, source_key=source_key, duration_ms=2000)))

    assert (job.status, job.progress, job.error) == (ProviderJobStatus.SUCCEEDED, 100, None)
    path = tmp_path / "result.mp4"
    provider.fetch(job.provider_job_id, path)
    info = FfmpegProbe(ffmpeg).probe(path)
    assert info.duration_ms == pytest.approx(max(2000, case.shortest_ms), abs=50)
    assert (info.video_codec, info.has_audio) == ("h264", True)


def test_a_job_reports_its_times(provider: VideoProvider, case: Case) -> None:
    job = finish(provider, provider.submit(REQUEST))

    if not case.tells_times:  # then ours are kept, of when it was sent and when its end was seen
        assert (job.submitted_at, job.finished_at) == (None, None)
        return
    assert job.submitted_at is not None
    assert job.finished_at is not None
    assert job.submitted_at < job.finished_at
    assert job.finished_at.tzinfo is not None


def test_a_key_is_one_job_where_the_provider_knows_keys(provider: VideoProvider) -> None:
    first, second = provider.submit(REQUEST), provider.submit(REQUEST)

    known = provider.submission_recovery is SubmissionRecovery.TOKEN
    assert (first.provider_job_id == second.provider_job_id) is known
    other = provider.submit(replace(REQUEST, idempotency_key="regeneration-2"))
    assert other.provider_job_id not in {first.provider_job_id, second.provider_job_id}


def test_a_key_is_refused_for_another_request_where_the_provider_knows_keys(
    provider: VideoProvider,
) -> None:
    first = provider.submit(REQUEST)
    other = replace(REQUEST, instruction="cooler")

    if provider.submission_recovery is SubmissionRecovery.TOKEN:
        with pytest.raises(ProviderRejectedError, match="another request"):
            provider.submit(other)
    else:
        assert provider.submit(other).provider_job_id != first.provider_job_id


def test_a_lost_submission_is_found_unless_no_one_can_know(provider: VideoProvider) -> None:
    assert provider.find(REQUEST.idempotency_key) is None
    job = provider.submit(REQUEST)

    found = provider.find(REQUEST.idempotency_key)
    if provider.submission_recovery is SubmissionRecovery.NONE:
        assert found is None
    elif provider.submission_recovery is SubmissionRecovery.LOOKUP:
        assert found is not None
    # One that knows keys is simply asked again; it need not know how to search.
    if found is not None:
        assert found.provider_job_id == job.provider_job_id


def test_polling_a_finished_job_changes_nothing(provider: VideoProvider) -> None:
    job = finish(provider, provider.submit(REQUEST))

    assert provider.poll(job.provider_job_id) == job


def test_an_unknown_job_has_failed(provider: VideoProvider) -> None:
    job = provider.poll(MISSING_JOB)

    assert job.status is ProviderJobStatus.FAILED
    assert job.error


def test_there_is_nothing_to_fetch_of_an_unknown_job(provider: VideoProvider, tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailableError):
        provider.fetch(MISSING_JOB, tmp_path / "result.mp4")


def test_cancelling_what_is_finished_or_unknown_is_no_error(provider: VideoProvider) -> None:
    job = finish(provider, provider.submit(REQUEST))

    provider.cancel(job.provider_job_id)
    provider.cancel(MISSING_JOB)
    assert provider.poll(job.provider_job_id).status is ProviderJobStatus.SUCCEEDED


def test_a_check_starts_nothing(provider: VideoProvider) -> None:
    provider.check()

    assert provider.find(REQUEST.idempotency_key) is None


def test_another_instance_knows_the_job(case: Case, surroundings: Surroundings) -> None:
    job = case.build(surroundings).submit(REQUEST)

    assert finish(case.build(surroundings), job).status is ProviderJobStatus.SUCCEEDED
