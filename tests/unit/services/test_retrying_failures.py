"""A generation that failed at its provider is asked for again where that costs nothing, and nowhere else."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.domain.generation_retries import pause_before_retry_s, retry_generation
from retake.domain.limits import Limits
from retake.domain.statuses import EventName, RegenerationStatus
from retake.domain.videos import VideoStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.services.generation.poll_generation import FETCH_DELAYS_S, FETCHED_AGAIN, UNFETCHED
from tests.builders import JOB, MODELS, a_regeneration, store_ready_job
from tests.fakes.clocks import START
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_payments
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.video_maker import VideoMaker

GENERATING = RegenerationStatus.GENERATING


@given(st.integers(0, 4), st.integers(0, 9))
def test_never_more_often_than_allowed_and_each_time_under_a_new_key(limit: int, failing: int) -> None:
    now = a_regeneration(status=GENERATING, provider_job_id="job-0", task_token="t")  # noqa: S106
    keys, seeds, pauses = [now.submission_key], [now.seed], []
    for number in range(1, failing + 1):
        decided = retry_generation(now, reason="Overloaded.", limit=limit, now=START)
        if decided is None:
            break
        again, event = decided
        assert again.is_unsubmitted
        assert event.attempt == again.attempts == number + 1
        now = replace(again, status=GENERATING, provider_job_id=f"job-{number}")
        keys.append(now.submission_key)
        seeds.append(now.seed)
        pauses.append(pause_before_retry_s(now))
    assert len(keys) == 1 + min(limit, failing)
    assert len(set(keys)) == len(keys)
    assert len(set(seeds)) == len(seeds)
    assert pauses == sorted(set(pauses)), "it does not wait longer each time"
    assert [failure.provider_job_id for failure in now.failures] == [f"job-{n}" for n in range(len(keys) - 1)]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": RegenerationStatus.FAILED, "task_token": "t", "provider_job_id": "job-1"},
        {"status": GENERATING, "task_token": None, "provider_job_id": "job-1"},
        {"status": RegenerationStatus.QUEUED, "task_token": "t", "provider_job_id": None},
    ],
    ids=["ended", "no step waits", "not submitted"],
)
def test_what_is_over_is_not_asked_for_again(fields: dict[str, Any]) -> None:
    assert retry_generation(a_regeneration(**fields), reason="no", limit=9, now=START) is None


@pytest.mark.usefixtures("job")
class TestClips:
    @pytest.mark.parametrize("failures", [1, 2])
    def test_it_succeeds_in_the_end(
        self, person: ServiceUser, stack: Stack, world: World, failures: int
    ) -> None:
        world.provider.failures = failures
        person.regenerate(0)
        stack.run()
        made = person.regeneration()
        assert (made.status, made.attempts) == (RegenerationStatus.SUCCEEDED, failures + 1)
        assert [failure.reason for failure in made.failures] == ["Overloaded."] * failures
        assert person.saw(EventName.CLIP_RETRYING) == failures
        assert person.saw(EventName.CLIP_REGENERATING) == person.saw(EventName.CLIP_COMPLETE) == 1
        assert str(person.batch().charged) == "0.1500"
        check_paid_once(world)

    def test_not_for_ever(self, person: ServiceUser, stack: Stack, world: World) -> None:
        world.provider.failures = 100
        person.regenerate(0)
        stack.run()
        assert len(world.provider.requests) == 1 + Limits().generation_retries
        assert person.regeneration().error == "Overloaded."
        assert person.regeneration().status is RegenerationStatus.FAILED

    def test_where_a_failure_may_be_charged_a_person_decides(
        self, stack: Stack, world: World, person: ServiceUser
    ) -> None:
        world.models = [replace(model, free_failures=False) for model in MODELS]
        world.provider.failures = 1
        person.regenerate(0)
        stack.run()
        assert len(world.provider.requests) == 1
        assert person.regeneration().status is RegenerationStatus.FAILED
        assert person.saw(EventName.CLIP_RETRYING) == 0

    def test_a_failure_that_stays_is_final_at_once(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        person.regenerate(0)
        stack.run()
        assert len(world.provider.requests) == 1

    def test_a_refusal_of_another_attempt_is_final_at_once(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        world.provider.failures = 1
        person.regenerate(0)
        while not person.regeneration().failures:
            assert stack.tick()
        world.provider.refusals = [ProviderRejectedError("Not this.")]
        stack.run()
        assert person.regeneration().error == "Not this."
        assert len(world.provider.requests) == 2

    def test_cancelled_before_the_next_attempt(self, person: ServiceUser, stack: Stack, world: World) -> None:
        world.provider.failures = 1
        person.regenerate(0)
        while not person.regeneration().failures:
            assert stack.tick()
        person.cancel()
        stack.settle()
        assert person.regeneration().status is RegenerationStatus.CANCELLED
        assert len(world.provider.requests) == 1

    def test_a_result_that_cannot_be_fetched_is_fetched_again_and_never_made_again(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        made, fetch = [], world.provider.fetch

        def broken(*args: object) -> None:
            made.append(args)
            raise ProviderUnavailableError("cut off")

        world.provider.__dict__["fetch"] = broken
        person.regenerate(0)
        stack.run()
        assert len(made) == len(FETCH_DELAYS_S) + 1
        assert str(person.regeneration().error) == f"{UNFETCHED} cut off {FETCHED_AGAIN}"
        person.retry("batch-1")
        stack.run()
        assert person.regeneration("batch-2").status is RegenerationStatus.FAILED
        world.provider.__dict__["fetch"] = fetch
        person.retry("batch-1", key="batch-3")
        stack.run()
        assert person.regeneration("batch-3").status is RegenerationStatus.SUCCEEDED
        assert len(world.provider.requests) == 1
        assert len(world.provider.jobs) == 1

    def test_a_deadline_of_its_own_for_each_attempt(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        world.provider.failures, world.provider.polls = 1, 40  # some three minutes, twice
        person.regenerate(0)
        stack.run()
        assert person.regeneration().status is RegenerationStatus.SUCCEEDED


@pytest.mark.parametrize("recovery", SubmissionRecovery)
def test_who_looks_or_asks_may_die_after_any_call(recovery: SubmissionRecovery) -> None:
    for dies_at in count():
        world = World()
        world.provider.submission_recovery = recovery
        world.provider.failures = 2
        store_ready_job(world.jobs, world.objects)
        person, stack = ServiceUser(world), Stack(world)
        person.regenerate(0)
        world.saboteur.order(dies_at, after=True)
        stack.settle()
        world.saboteur.stand_down()
        job = person.job()
        check_always(job, world.jobs, world.objects)
        check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
        check_paid_once(world)
        ended = person.regeneration()
        if ended.status is not RegenerationStatus.SUCCEEDED:
            assert recovery is not SubmissionRecovery.TOKEN, dies_at
            assert ended.status is RegenerationStatus.SUBMISSION_UNKNOWN
        if not world.saboteur.kills:
            break
    assert dies_at > 20, "no process was ever killed"


def test_a_video_reports_its_attempts(world: World, stack: Stack) -> None:
    world.provider.failures = 1
    viewer = VideoMaker(world)
    viewer.create("a fox")
    stack.run()
    (video,) = viewer.videos()
    assert (video.status, video.attempts) == (VideoStatus.COMPLETED, 2)
    assert video.seed == world.provider.requests[-1].seed != world.provider.requests[0].seed


def check_paid_once(world: World) -> None:
    """Check that of each generation at most one job did not fail: only these are charged."""
    check_payments(world.provider.accepted)
    charged: dict[str, int] = {}
    for key, (job_id,) in world.provider.accepted.items():
        if world.provider.jobs[job_id].status is not ProviderJobStatus.FAILED:
            generation = key if world.jobs.list_regenerations(JOB, [key]) else key.rpartition("-")[0]
            charged[generation] = charged.get(generation, 0) + 1
    assert max(charged.values(), default=0) <= 1, f"paid twice: {charged}"
