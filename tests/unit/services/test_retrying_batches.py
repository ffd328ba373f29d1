"""A batch is retried once; what its retry leaves, the retry of that makes: nothing is paid for twice."""

from dataclasses import replace
from threading import Thread

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ConflictError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from tests.builders import JOB
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.video_maker import VideoMaker

pytestmark = pytest.mark.usefixtures("job")


@pytest.fixture
def failed(world: World, person: ServiceUser, stack: Stack) -> str:
    """A batch of two clips that the provider refused."""
    world.provider.refusals = [ProviderRejectedError("No."), ProviderRejectedError("No.")]
    person.regenerate(0, 1)
    stack.run()
    return person.batch().batch_id


def batches(world: World) -> list[str]:
    return [batch.batch_id for batch in world.jobs.list_batches(JOB, limit=99, cursor=None).items]


@pytest.mark.parametrize("until", ["running", "succeeded"])
def test_a_second_retry_is_refused_and_names_the_first(
    world: World, person: ServiceUser, stack: Stack, failed: str, until: str
) -> None:
    person.retry(failed, key="first")
    if until == "succeeded":
        stack.run()
    with pytest.raises(ConflictError, match="retried as batch first, which") as refused:
        person.retry(failed, key="second")
    assert ("nothing to retry" in refused.value.detail) == (until == "succeeded")
    stack.run()
    assert person.batch(failed).retried_by == "first"
    assert person.batch("first").retry_of == failed
    assert batches(world) == ["first", failed]


def test_of_three_at_the_same_moment_one_is_accepted(world: World, person: ServiceUser, failed: str) -> None:
    outcomes: list[str] = []

    def retry(key: str) -> None:
        try:
            outcomes.append(person.retry(failed, key=key).batch.batch_id)
        except ConflictError as error:
            outcomes.append(error.detail)

    threads = [Thread(target=retry, args=(f"retry-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = set(batches(world)) - {failed}
    assert outcomes.count(first) == 1
    assert all(first in outcome for outcome in outcomes), "the others name it"


def test_one_that_is_accepted_at_the_very_moment_of_another(
    world: World, person: ServiceUser, failed: str
) -> None:
    met: list[str] = []

    def others() -> None:
        if not met:
            met.append("faster")
            person.retry(failed, key="faster")

    world.jobs.before_commit = others
    with pytest.raises(ConflictError, match="being retried already, as batch faster"):
        person.retry(failed, key="slower")
    assert batches(world) == ["faster", failed]


def test_a_repeat_of_the_request_finds_its_batch(
    world: World, person: ServiceUser, stack: Stack, failed: str
) -> None:
    person.retry(failed, key="first")
    assert person.retry(failed, key="first").batch.batch_id == "first"
    stack.run()
    assert person.retry(failed, key="first").batch.status is BatchStatus.SUCCEEDED
    assert batches(world) == ["first", failed]


def test_after_a_partly_failed_retry_only_what_is_missing_is_made(
    world: World, person: ServiceUser, stack: Stack, failed: str
) -> None:
    world.provider.refusals = [ProviderRejectedError("No.")]
    person.retry(failed, key="first")
    stack.run()
    assert person.batch("first").status is BatchStatus.PARTIAL
    again = person.retry(failed, key="second")
    assert [item.clip_index for item in again.regenerations] == [0]
    assert again.batch.retry_of == "first"
    stack.run()
    assert [person.current(index) for index in range(2)] == [2, 2]
    assert len({*world.provider.accepted}) == len(world.provider.jobs) == 2
    with pytest.raises(ConflictError, match="retried as batch second, which made every clip"):
        person.retry(failed, key="third")


@pytest.mark.parametrize("status", [ProviderJobStatus.SUCCEEDED, ProviderJobStatus.FAILED])
def test_a_job_whose_state_no_one_said_is_asked_for_before_another_is_paid(
    world: World, person: ServiceUser, stack: Stack, status: ProviderJobStatus
) -> None:
    provider = world.provider
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider, "poll", _unreachable)
        patch.setattr(provider, "cancel", _unreachable)
        person.regenerate(0)
        stack.run()
    assert person.regeneration().status is RegenerationStatus.SUBMISSION_UNKNOWN
    ((job_id, job),) = provider.jobs.items()
    provider.jobs[job_id] = replace(job, status=status)
    person.retry("batch-1")
    stack.run()
    assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
    assert len(provider.jobs) == (1 if status is ProviderJobStatus.SUCCEEDED else 2)


def test_a_cancelled_job_that_the_provider_could_not_stop_is_not_paid_for_again(
    world: World, person: ServiceUser, stack: Stack
) -> None:
    world.provider.polls = 3
    person.regenerate(0)
    while not world.provider.jobs:
        assert stack.tick()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.provider, "cancel", lambda _: None)
        person.cancel()
        stack.run()
    assert person.batch().status is BatchStatus.CANCELLED
    person.retry("batch-1")
    stack.run()
    assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
    assert len(world.provider.jobs) == 1


def _unreachable(_: str) -> None:
    raise ProviderUnavailableError("No connection.")


@pytest.mark.parametrize("recovery", SubmissionRecovery)
def test_a_video_whose_answer_was_lost_is_made_once(
    world: World, stack: Stack, recovery: SubmissionRecovery
) -> None:
    viewer = VideoMaker(world)
    world.provider.submission_recovery = recovery
    world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
    viewer.create("a fox")
    stack.settle()
    (video,) = viewer.creation().videos
    if viewer.statuses() == ["failed"]:
        viewer.retry(video.job_id)
        stack.settle()
    assert viewer.statuses() == ["completed"]
    paid = 2 if recovery is SubmissionRecovery.NONE else 1
    assert len(world.provider.jobs) == paid, "only where it cannot be found out, a user decides"
