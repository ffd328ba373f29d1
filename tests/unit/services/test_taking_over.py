"""A retry asks about the submission that it takes over, however often it is itself stopped or retried."""

from dataclasses import replace
from pathlib import Path

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ConflictError,
    MediaToolError,
    ProviderRejectedError,
    ProviderUnavailableError,
    WorkflowUnavailableError,
)
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.services.batches.change_model import change_model
from retake.services.generation.submit_generation import submit_generation
from retake.services.jobs.change_timeline import remove_clip, return_clip
from retake.services.retention.delete_removed import delete_removed_clip
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always
from tests.ledger_audit import LedgerAudit
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.video_maker import VideoMaker

DEAD = "token-dead"


def _unreachable(_: object) -> ProviderJob:
    raise ProviderUnavailableError("No connection.")


def _refused(*_: object) -> None:
    raise WorkflowUnavailableError("Too many executions.")


def lose_contact(world: World, stack: Stack) -> None:
    """Work until what has been started has ended, while the provider cannot be reached."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.provider, "poll", _unreachable)
        patch.setattr(world.provider, "cancel", _unreachable)
        stack.settle()


def finish_jobs(world: World) -> int:
    """Let all jobs at the provider be done; return how many there are."""
    jobs = world.provider.jobs
    for provider_job_id, job in jobs.items():
        jobs[provider_job_id] = replace(job, status=ProviderJobStatus.SUCCEEDED)
    return len(jobs)


@pytest.fixture(autouse=True)
def job(world: World) -> Job:
    """A ready job of five short clips."""
    return store_ready_job(world.jobs, world.objects, seconds=(4,) * 5)


@pytest.fixture
def unknown(world: World, person: ServiceUser, stack: Stack) -> int:
    """Make a batch of two clips whose jobs are done, which is not known; return how many they are."""
    person.regenerate(0, 1)
    lose_contact(world, stack)
    statuses = {person.regeneration(position=place).status for place in (0, 1)}
    assert statuses == {RegenerationStatus.SUBMISSION_UNKNOWN}
    return finish_jobs(world)


def assert_made_of(world: World, person: ServiceUser, stack: Stack, *, jobs: int, batch_id: str) -> None:
    """All clips of a batch were made of the jobs that there were, and of no other."""
    stack.settle()
    assert person.batch(batch_id).status is BatchStatus.SUCCEEDED
    assert len(world.provider.jobs) == jobs
    check_always(person.job(), world.jobs, world.objects)
    LedgerAudit(USER).check(world.jobs, world.usage, world.history, world.jobs.all_jobs())


def test_a_retry_that_is_cancelled_while_it_waits_passes_it_on(
    world: World, person: ServiceUser, stack: Stack, unknown: int
) -> None:
    person.regenerate(2, key="other")
    person.retry("batch-1", key="batch-2")
    person.cancel("batch-2")
    person.retry("batch-1", key="batch-3")
    assert person.regeneration("batch-3").adopted == person.regeneration("batch-2").adopted
    assert_made_of(world, person, stack, jobs=unknown + 1, batch_id="batch-3")


def test_a_retry_that_cannot_start_passes_it_on(
    world: World, person: ServiceUser, stack: Stack, unknown: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.workflow, "start_batch", _refused)
        with pytest.raises(WorkflowUnavailableError):
            person.retry("batch-1", key="batch-2")
    person.retry("batch-1", key="batch-3")
    assert_made_of(world, person, stack, jobs=unknown, batch_id="batch-3")


def test_a_retry_whose_execution_is_stopped_passes_it_on(
    world: World, person: ServiceUser, stack: Stack, unknown: int
) -> None:
    person.retry("batch-1", key="batch-2")
    stack.tick()
    stack.abort("batch-2")
    stack.settle()
    person.retry("batch-1", key="batch-3")
    assert_made_of(world, person, stack, jobs=unknown, batch_id="batch-3")


def test_a_video_that_is_paused_in_its_retry_passes_it_on(world: World, stack: Stack) -> None:
    viewer = VideoMaker(world)
    viewer.create("a fox")
    lose_contact(world, stack)
    made = finish_jobs(world)
    (video,) = viewer.creation().videos
    viewer.retry(video.job_id)
    viewer.pause(video.job_id)
    viewer.resume(video.job_id)
    stack.settle()
    assert viewer.statuses() == ["completed"]
    assert len(world.provider.jobs) == made


@pytest.mark.parametrize("recovery", [SubmissionRecovery.LOOKUP, SubmissionRecovery.NONE])
def test_after_a_free_failure_of_what_it_took_over_it_asks_like_any_other(
    world: World, person: ServiceUser, stack: Stack, recovery: SubmissionRecovery
) -> None:
    provider = world.provider
    provider.submission_recovery = recovery
    person.regenerate(0)
    lose_contact(world, stack)
    provider.polls, provider.failures = 1, 1  # the first one's job fails, and costs nothing
    person.retry("batch-1")
    stack.run_until(lambda: person.regeneration("batch-2").failures)

    submit = provider.submit
    killed: list[ProviderJob] = []

    def die_after(request: GenerationRequest) -> ProviderJob:
        made = submit(request)
        if not killed:
            killed.append(made)
            raise Killed
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider, "submit", die_after)
        stack.settle()
    assert killed
    assert all(len(jobs) == 1 for jobs in provider.accepted.values()), provider.accepted


def test_what_takes_over_is_not_given_to_another_model(
    world: World, person: ServiceUser, stack: Stack
) -> None:
    provider = world.provider
    provider.submission_recovery = SubmissionRecovery.LOOKUP
    provider.refusals = [ProviderRejectedError("No.")] * 2
    person.regenerate(0, 1, 2, 3)
    lose_contact(world, stack)
    jobs = finish_jobs(world)
    third, _ = provider.jobs.values()
    provider.jobs[third.provider_job_id] = replace(third, status=ProviderJobStatus.FAILED)
    provider.refusals = [ProviderRejectedError("No.")] * 3
    person.retry("batch-1")
    stack.run()
    assert person.batch("batch-2").status is BatchStatus.HELD
    with pytest.raises(ConflictError, match="Nothing is left"):
        change_model(JOB, "batch-2", "any", world.ctx)
    person.resume("batch-2")
    stack.settle()
    assert person.regeneration("batch-2", 3).status is RegenerationStatus.SUCCEEDED
    assert len(provider.jobs) == jobs


def test_a_result_at_which_our_tool_failed_is_tried_once_more_before_another_is_paid(
    world: World, person: ServiceUser, stack: Stack
) -> None:
    def killed(_: Path) -> None:
        raise MediaToolError("ffmpeg was ended by signal 9: it took too much.")

    world.normalizer.before = killed
    person.regenerate(0)
    stack.settle()
    person.retry("batch-1", key="batch-2")
    stack.settle()
    assert person.regeneration("batch-2").status is RegenerationStatus.FAILED
    assert len(world.provider.jobs) == 1
    world.normalizer.before = lambda _: None
    person.retry("batch-1", key="batch-3")
    assert_made_of(world, person, stack, jobs=2, batch_id="batch-3")


def test_a_retry_makes_the_take_of_it(world: World, person: ServiceUser, stack: Stack) -> None:
    def killed(_: Path) -> None:
        world.normalizer.before = lambda _: None
        raise MediaToolError("ffmpeg was ended by signal 9: it took too much.")

    world.normalizer.before = killed
    person.regenerate(0)
    stack.settle()
    assert person.regeneration().status is RegenerationStatus.FAILED
    person.retry("batch-1", key="batch-2")
    assert_made_of(world, person, stack, jobs=1, batch_id="batch-2")


@pytest.fixture
def lost(world: World, person: ServiceUser, stack: Stack) -> None:
    """Make a batch of two clips whose answers were lost, at a provider whose list lags behind."""
    world.provider.submission_recovery = SubmissionRecovery.LOOKUP
    world.provider.lost_answers = [AmbiguousSubmissionError("No answer.") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.provider, "find", lambda _: None)
        person.regenerate(0, 1)
        stack.settle()
    finish_jobs(world)
    world.callbacks.dead.add(DEAD)


@pytest.mark.usefixtures("lost")
def test_what_a_retry_left_out_lands_late(world: World, person: ServiceUser, stack: Stack) -> None:
    second = person.regeneration(position=1)
    remove_clip(JOB, 1, world.ctx, if_revision=None)
    person.retry("batch-1")
    stack.settle()
    return_clip(JOB, second.clip_id, None, world.ctx, if_revision=None)
    submit_generation(JOB, second.regeneration_id, DEAD, world.ctx)
    stack.settle()
    assert person.regeneration(position=1).version_number is not None
    assert [len(jobs) for jobs in world.provider.accepted.values()] == [1, 1]
    check_always(person.job(), world.jobs, world.objects)


@pytest.mark.usefixtures("lost")
def test_nothing_lands_in_a_clip_that_was_deleted_for_good(
    world: World, person: ServiceUser, stack: Stack
) -> None:
    second = person.regeneration(position=1)
    remove_clip(JOB, 1, world.ctx, if_revision=None)
    delete_removed_clip(JOB, second.clip_id, world.ctx)
    submit_generation(JOB, second.regeneration_id, DEAD, world.ctx)
    stack.settle()
    found = world.jobs.get_clip(JOB, second.clip_id)
    assert found.clip.current_version is None
    assert person.regeneration(position=1).version_number is None
    check_always(person.job(), world.jobs, world.objects)


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("when", ["before the retry ends", "after it"])
def test_another_model_is_another_order_and_what_the_first_made_lands_at_its_own_price(
    world: World, person: ServiceUser, stack: Stack, when: str
) -> None:
    first = person.regeneration()
    person.retry("batch-1", model="choosy")
    assert person.regeneration("batch-2").adopted is None
    if when == "after it":
        stack.settle()
    submit_generation(JOB, first.regeneration_id, DEAD, world.ctx)
    stack.settle()
    made = {item.provider_cost or item.cost for item in person.versions(0) if item.regeneration_id}
    assert made == {first.estimated_cost, person.regeneration("batch-2").estimated_cost}
    assert [request.model for request in world.provider.requests] == ["any", "any", "choosy", "choosy"]
    check_always(person.job(), world.jobs, world.objects)
    LedgerAudit(USER).check(world.jobs, world.usage, world.history, world.jobs.all_jobs())
