"""The provider that tests direct."""

from dataclasses import replace
from pathlib import Path

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)
from retake.ports.providers import ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake_local.script import Outcome
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.scripted_provider import ScriptedProvider
from tests.fakes.ticking_clock import TickingClock
from tests.unit.local_provider.measuring import request_for

REQUEST = request_for(fps=24, instruction="brighter, and slow")


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def provider(clock: TickingClock) -> ScriptedProvider:
    objects = InMemoryObjectStore()
    objects.write("source", b"a film", content_type="video/mp4")
    return ScriptedProvider(clock=clock, objects=objects)


def statuses(provider: ScriptedProvider, job: ProviderJob, *, polls: int) -> list[ProviderJobStatus]:
    return [provider.poll(job.provider_job_id).status for _ in range(polls)]


def test_slow(provider: ScriptedProvider) -> None:
    provider.script("slow", polls=2)
    job = provider.submit(REQUEST)

    running, succeeded = ProviderJobStatus.RUNNING, ProviderJobStatus.SUCCEEDED
    assert statuses(provider, job, polls=4) == [running, running, succeeded, succeeded]


def test_slow_by_the_clock(provider: ScriptedProvider, clock: TickingClock) -> None:
    provider.script("slow", seconds=10)
    job = provider.submit(REQUEST)

    assert statuses(provider, job, polls=3) == [ProviderJobStatus.RUNNING] * 3
    clock.advance(10)
    assert statuses(provider, job, polls=1) == [ProviderJobStatus.SUCCEEDED]


def test_failing_after_a_while(provider: ScriptedProvider) -> None:
    provider.script("slow", polls=1, fail="too hard")
    job = provider.submit(REQUEST)

    assert provider.poll(job.provider_job_id).status is ProviderJobStatus.RUNNING
    assert provider.poll(job.provider_job_id).error == "too hard"


def test_rejecting(provider: ScriptedProvider) -> None:
    provider.script("slow", reject="moderated")

    with pytest.raises(ProviderRejectedError, match="moderated"):
        provider.submit(REQUEST)
    assert not provider.list_jobs()


def test_throttling_and_being_unavailable_at_first(provider: ScriptedProvider) -> None:
    provider.script("slow", throttle=1, unavailable=1)

    with pytest.raises(ProviderThrottledError) as throttled:
        provider.submit(REQUEST)
    assert throttled.value.retry_after_s == 1
    with pytest.raises(ProviderUnavailableError):
        provider.submit(REQUEST)
    provider.submit(REQUEST)

    calls = provider.list_submissions()
    assert [call.outcome for call in calls] == [Outcome.THROTTLED, Outcome.UNAVAILABLE, Outcome.ACCEPTED]
    assert len(provider.list_jobs()) == 1


@pytest.mark.parametrize(
    ("recovery", "really", "jobs"),
    [
        (SubmissionRecovery.TOKEN, "accepted", 1),
        (SubmissionRecovery.TOKEN, "lost", 1),
        (SubmissionRecovery.LOOKUP, "accepted", 2),  # without a look-up it is paid twice
        (SubmissionRecovery.NONE, "accepted", 2),
        (SubmissionRecovery.NONE, "lost", 1),
    ],
)
def test_leaving_the_caller_in_doubt(
    recovery: SubmissionRecovery, really: str, jobs: int, clock: TickingClock
) -> None:
    provider = ScriptedProvider(clock=clock, submission_recovery=recovery)
    provider.script("slow", ambiguous=really)

    with pytest.raises(AmbiguousSubmissionError):
        provider.submit(REQUEST)
    known = provider.find(REQUEST.idempotency_key)
    assert (known is not None) is (really == "accepted" and recovery is not SubmissionRecovery.NONE)
    provider.submit(REQUEST)
    assert len(provider.list_jobs()) == jobs


def test_polls_and_fetches_that_fail_at_first(provider: ScriptedProvider, tmp_path: Path) -> None:
    provider.script("slow", poll_throttle=1, poll_unavailable=1, fetch_unavailable=1)
    job = provider.submit(REQUEST)

    with pytest.raises(ProviderThrottledError):
        provider.poll(job.provider_job_id)
    with pytest.raises(ProviderUnavailableError):
        provider.poll(job.provider_job_id)
    assert provider.poll(job.provider_job_id).status is ProviderJobStatus.SUCCEEDED
    with pytest.raises(ProviderUnavailableError):
        provider.fetch(job.provider_job_id, tmp_path / "result")
    provider.fetch(job.provider_job_id, tmp_path / "result")
    assert (tmp_path / "result").read_bytes() == b"a film"


def test_cancelling(provider: ScriptedProvider, tmp_path: Path) -> None:
    provider.script("slow", polls=5)
    job = provider.submit(REQUEST)
    provider.cancel(job.provider_job_id)

    assert provider.poll(job.provider_job_id).status is ProviderJobStatus.CANCELLED
    with pytest.raises(ProviderUnavailableError):
        provider.fetch(job.provider_job_id, tmp_path / "result")


def test_the_longest_words_that_fit_decide(provider: ScriptedProvider) -> None:
    provider.script("bright", fail="the shorter")
    provider.script("Brighter, and", fail="the longer")
    job = provider.submit(REQUEST)
    other = provider.submit(replace(REQUEST, idempotency_key="other", instruction="plain"))

    assert provider.poll(job.provider_job_id).error == "the longer"
    assert provider.poll(other.provider_job_id).status is ProviderJobStatus.SUCCEEDED


def test_a_misspelt_scene_is_refused(provider: ScriptedProvider) -> None:
    provider.script("slow", pols=3)

    with pytest.raises(ValueError, match="pols"):
        provider.submit(REQUEST)
