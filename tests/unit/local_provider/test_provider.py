"""The local provider as a service: crashes, leases, refusals, failures."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.adapters.providers.records import JobRecord
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
    StorageUnavailableError,
)
from retake.ports.objects import ObjectInfo
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus
from retake_local.provider import LocalVideoProvider
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.ticking_clock import TickingClock
from tests.media_samples import ffmpeg, ffmpeg_executable
from tests.unit.local_provider.measuring import FOOTAGE, request_for

REQUEST = request_for(fps=24, instruction="darker")


class FlakyObjectStore(InMemoryObjectStore):
    """Does something first where a test says so, such as to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[str, str], None] = lambda *_: None

    def find(self, key: str) -> ObjectInfo | None:
        self.before("find", key)
        return super().find(key)

    def read(self, key: str) -> bytes:
        self.before("read", key)
        return super().read(key)

    def download(self, key: str, path: Path, *, etag: str = "") -> None:
        self.before("download", key)
        super().download(key, path, etag=etag)

    def upload(self, path: Path, key: str, *, content_type: str) -> None:
        self.before("upload", key)
        super().upload(path, key, content_type=content_type)


class KilledError(BaseException):
    """Stands for SIGKILL: nothing in the provider may catch it."""


def raises_at(operation: str, prefix: str, error: BaseException) -> Callable[[str, str], None]:
    def before(called: str, key: str) -> None:
        if called == operation and key.startswith(prefix):
            raise error

    return before


@pytest.fixture
def objects() -> FlakyObjectStore:
    store = FlakyObjectStore()
    store.upload(FOOTAGE / "big-buck-bunny.mp4", "source", content_type="video/mp4")
    return store


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def provider(objects: FlakyObjectStore, clock: TickingClock) -> LocalVideoProvider:
    return LocalVideoProvider(objects=objects, clock=clock, ffmpeg=Ffmpeg(ffmpeg_executable()), timeout_s=60)


CRASHES = [("download", "source"), ("upload", "provider/local/results/")]


def kill_renderer(provider: LocalVideoProvider, objects: FlakyObjectStore, at: tuple[str, str]) -> JobRecord:
    objects.before = raises_at(*at, KilledError())
    with pytest.raises(KilledError):
        provider.submit(REQUEST)
    objects.before = lambda *_: None
    (left,) = provider.list_jobs()
    assert left.status is ProviderJobStatus.RUNNING
    return left


@pytest.mark.parametrize("crash_at", CRASHES)
def test_a_job_whose_renderer_was_killed_is_rendered_by_the_next_submission(
    crash_at: tuple[str, str], provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    left = kill_renderer(provider, objects, crash_at)
    clock.advance(1)
    # Or it would be waited for: a message that is worked on before its batch is settled only looks for it.
    assert provider.find(REQUEST.idempotency_key) is None
    job = provider.submit(REQUEST)
    assert job.status is ProviderJobStatus.SUCCEEDED
    assert provider.find(REQUEST.idempotency_key) == job
    (record,) = provider.list_jobs()
    assert record.submitted_at == left.submitted_at


@pytest.mark.parametrize("crash_at", CRASHES)
def test_a_poll_never_renders_and_reports_a_killed_renderer_after_its_lease(
    crash_at: tuple[str, str], provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    left = kill_renderer(provider, objects, crash_at)
    # What the role of the function that polls cannot do.
    objects.before = raises_at("download", "", AssertionError("A poll reads no take."))
    assert provider.poll(left.provider_job_id).status is ProviderJobStatus.RUNNING
    clock.advance(61)
    seen = provider.poll(left.provider_job_id)
    assert (seen.status, seen.is_transient) == (ProviderJobStatus.FAILED, True)
    assert seen.error == "The rendering was interrupted."
    assert provider.poll(left.provider_job_id) == seen


def test_a_renderer_that_was_taken_for_dead_ends_the_job_where_it_is_the_first_to_be_done(
    provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    """Or each would be overtaken by the next, where submissions come faster than a clip is rendered."""

    def overtake_and_die(operation: str, key: str) -> None:
        if operation == "download" and key == "source":
            clock.advance(1)
            kill_renderer(provider, objects, CRASHES[0])

    objects.before = overtake_and_die
    assert provider.submit(REQUEST).status is ProviderJobStatus.SUCCEEDED


def test_a_renderer_that_was_taken_for_dead_does_not_fail_the_job(
    provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    def overtake_and_lose_the_source(operation: str, key: str) -> None:
        if operation == "download" and key == "source":
            clock.advance(1)
            kill_renderer(provider, objects, CRASHES[0])
            objects.damaged.add("source")

    objects.before = overtake_and_lose_the_source
    assert provider.submit(REQUEST).status is ProviderJobStatus.RUNNING
    objects.damaged.clear()
    assert provider.submit(REQUEST).status is ProviderJobStatus.SUCCEEDED


def test_a_renderer_that_was_taken_for_dead_leaves_the_end_to_one_that_is_done(
    provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    later: list[ProviderJob] = []

    def overtake(operation: str, key: str) -> None:
        if operation == "download" and key == "source" and not later:
            clock.advance(1)
            objects.before = lambda *_: None
            later.append(provider.submit(REQUEST))

    objects.before = overtake
    assert provider.submit(REQUEST) == later[0]
    assert later[0].status is ProviderJobStatus.SUCCEEDED
    (record,) = provider.list_jobs()
    assert record.finished_at == later[0].finished_at


def test_submissions_at_the_same_moment_are_one_job(provider: LocalVideoProvider) -> None:
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(provider.submit, [REQUEST] * 4))

    assert len({job.provider_job_id for job in jobs}) == 1
    assert len(provider.list_jobs()) == 1
    assert provider.poll(jobs[0].provider_job_id).status is ProviderJobStatus.SUCCEEDED


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(25, 2), 16])
def test_any_exact_frame_rate_is_kept(
    provider: LocalVideoProvider, tmp_path: Path, fps: Fraction | int
) -> None:
    request = replace(REQUEST, instruction="brighter", fps=fps)
    job = provider.submit(request)
    assert job.status is ProviderJobStatus.SUCCEEDED, job.error
    assert provider.submit(request) == provider.poll(job.provider_job_id) == job
    provider.fetch(job.provider_job_id, tmp_path / "made.mp4")
    video = read_movie(tmp_path / "made.mp4").track("vide")
    frames = round(request.duration_ms * fps / 1000)
    assert sorted(video.presentation_times) == [round(n * video.timescale / fps) for n in range(frames)]


@pytest.mark.parametrize(
    "words", ['write "你好 🎬 עברית"', "a caption saying Привет", "the title 'a\u200bb'"]
)
def test_text_that_cannot_be_written_is_refused_before_there_is_a_job(
    provider: LocalVideoProvider, words: str
) -> None:
    with pytest.raises(ProviderRejectedError, match="cannot be written with the font there is: "):
        provider.submit(replace(REQUEST, instruction=words))
    assert provider.list_jobs() == []


def test_the_same_request_makes_the_same_bytes(
    objects: FlakyObjectStore, provider: LocalVideoProvider
) -> None:
    request = replace(REQUEST, instruction='more motion, grainy and write "Hi"')
    results = []
    for key in ("one", "two"):
        job = provider.submit(replace(request, idempotency_key=key))
        results.append(objects.read(f"provider/local/results/{job.provider_job_id}.mp4"))

    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"instruction": "add a dinosaur"}, "add a dinosaur"),
        ({"source_key": "gone"}, "no longer stored"),
    ],
)
def test_what_is_refused_leaves_no_job(
    change: dict[str, str], reason: str, provider: LocalVideoProvider
) -> None:
    with pytest.raises(ProviderRejectedError, match=reason):
        provider.submit(replace(REQUEST, **change))  # type: ignore[arg-type]

    assert not provider.list_jobs()


def test_moderation_may_refuse(objects: FlakyObjectStore, clock: TickingClock) -> None:
    def reject(request: GenerationRequest) -> str | None:
        return "Not this." if "darker" in request.instruction else None

    strict = LocalVideoProvider(objects=objects, clock=clock, reject=reject)
    with pytest.raises(ProviderRejectedError, match="Not this"):
        strict.submit(REQUEST)


def test_a_source_that_is_no_video_fails_the_job_with_a_reason(
    provider: LocalVideoProvider, objects: FlakyObjectStore
) -> None:
    objects.write("source", b"just words", content_type="video/mp4")

    job = provider.submit(REQUEST)

    assert job.status is ProviderJobStatus.FAILED
    assert "could not be read" in (job.error or "")
    assert provider.poll(job.provider_job_id) == job


def test_a_render_that_takes_too_long_fails_the_job(objects: FlakyObjectStore, clock: TickingClock) -> None:
    hasty = LocalVideoProvider(
        objects=objects, clock=clock, ffmpeg=Ffmpeg(ffmpeg_executable()), timeout_s=0.001
    )

    job = hasty.submit(REQUEST)

    assert job.status is ProviderJobStatus.FAILED
    assert "longer than" in (job.error or "")


def test_what_is_cancelled_while_it_renders_is_thrown_away(
    provider: LocalVideoProvider, objects: FlakyObjectStore
) -> None:
    def cancel(operation: str, key: str) -> None:
        if operation == "download" and key == "source":
            provider.cancel(provider.list_jobs()[0].provider_job_id)

    objects.before = cancel
    job = provider.submit(REQUEST)

    assert job.status is ProviderJobStatus.CANCELLED
    assert not objects.list_objects("provider/local/results/")


def test_storage_that_fails_before_and_after_acceptance(
    provider: LocalVideoProvider, objects: FlakyObjectStore
) -> None:
    down = StorageUnavailableError("down")
    objects.before = raises_at("read", "provider/local/jobs/", down)
    with pytest.raises(ProviderUnavailableError):
        provider.submit(REQUEST)
    objects.before = raises_at("upload", "provider/local/results/", down)
    with pytest.raises(AmbiguousSubmissionError):
        provider.submit(REQUEST)


def test_a_portrait_at_another_rate_without_sound(
    provider: LocalVideoProvider, objects: FlakyObjectStore, tmp_path: Path
) -> None:
    with Ffmpeg(ffmpeg_executable()).session(timeout_s=30) as session:
        silent = tmp_path / "silent.mp4"
        session.run(["-v", "error", "-i", FOOTAGE / "cockatoo.mp4", "-an", "-c", "copy", silent])
    objects.upload(silent, "source", content_type="video/mp4")

    request = replace(REQUEST, width=90, height=160, fps=30, duration_ms=3000, instruction="slightly slower")
    job = provider.submit(request)

    assert job.status is ProviderJobStatus.SUCCEEDED


def sound_of(path: Path) -> bytes:
    return ffmpeg(["-i", str(path), "-map", "0:a", "-f", "s16le", "-"])


@pytest.mark.parametrize("packed", ["pcm_s16le", "flac"])
def test_the_exact_sound_is_what_is_changed(
    packed: str, provider: LocalVideoProvider, objects: FlakyObjectStore, tmp_path: Path
) -> None:
    """As PCM beside the take, or as FLAC in the archive: what is not changed keeps every sample."""
    exact = tmp_path / ("sound.wav" if packed == "pcm_s16le" else "sound.flac")
    tone = "aevalsrc='0.4*sin(2*PI*t*330)|0.2*sin(2*PI*t*550)':s=48000:d=1"
    ffmpeg(["-f", "lavfi", "-i", tone, "-c:a", packed, "-sample_fmt", "s16", str(exact)])
    objects.upload(exact, "sound", content_type="audio/wav")
    job = provider.submit(replace(REQUEST, instruction="mirrored", source_audio_key="sound"))
    provider.fetch(job.provider_job_id, tmp_path / "made.mp4")
    assert sound_of(tmp_path / "made.mp4") == sound_of(exact)


def test_a_take_that_goes_to_the_archive_between_two_tries_is_the_same_job(
    provider: LocalVideoProvider, objects: FlakyObjectStore, clock: TickingClock
) -> None:
    objects.before = raises_at("download", "source", KilledError())
    with pytest.raises(KilledError):
        provider.submit(REQUEST)
    objects.before = lambda *_: None
    objects.copy("source", "archive/take.mp4")
    objects.delete("source")
    clock.advance(61)
    moved = replace(REQUEST, source_key="archive/take.mp4")
    assert provider.submit(moved).status is ProviderJobStatus.SUCCEEDED
    assert len(provider.list_jobs()) == 1


def test_a_take_that_is_damaged_fails_the_job_with_a_reason(
    provider: LocalVideoProvider, objects: FlakyObjectStore
) -> None:
    objects.damaged.add("source")
    job = provider.submit(REQUEST)
    assert (job.status, job.error) == (
        ProviderJobStatus.FAILED,
        "The clip that should be changed is damaged in the store.",
    )


def test_a_take_in_a_cold_archive_fails_the_job_with_a_way_out(
    provider: LocalVideoProvider, objects: FlakyObjectStore
) -> None:
    objects.cold["source"] = timedelta(hours=5)
    job = provider.submit(REQUEST)
    assert job.status is ProviderJobStatus.FAILED
    assert "restore it and retry" in (job.error or "")
