"""Several takes of a clip to choose from: made of one take, the first shown, all kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from retake.domain.changes import Change
from retake.domain.errors import InvalidRequestError
from retake.domain.limits import Limits
from retake.domain.records.ledger import Event
from retake.domain.records.takes import Version
from retake.domain.statuses import BatchStatus, RegenerationStatus, VersionState
from retake.domain.versions import tombstone
from retake.ports.providers import ProviderJobStatus
from retake.services.commits import change_job
from tests.builders import JOB, a_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_objects, check_payments
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

SUCCEEDED, FAILED, CANCELLED = (
    RegenerationStatus.SUCCEEDED,
    RegenerationStatus.FAILED,
    RegenerationStatus.CANCELLED,
)


def failing(world: World, *numbers: int) -> None:
    """Let the provider's n-th jobs fail."""
    made = {f"job-{number}" for number in numbers}
    world.provider.outcome = lambda _: (
        ProviderJobStatus.FAILED if f"job-{len(world.provider.jobs)}" in made else ProviderJobStatus.SUCCEEDED
    )


def landed(world: World) -> list[Event]:
    names = {"clip_complete", "version_landed_late"}
    return [event for event in world.jobs.list_events(JOB, after=0, limit=1000) if event.name in names]


def active(versions: Sequence[Version]) -> list[int]:
    return sorted(item.version_number for item in versions if item.state is VersionState.ACTIVE)


def go_on_until(world: World, stack: Stack, is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        if not stack.tick():
            world.clock.advance(seconds=1)
    raise AssertionError("It never comes to that.")


class TestMaking:
    def test_all_become_versions_and_the_first_is_shown(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0, takes=3)
        stack.run()
        batch = person.batch()
        assert batch.status is BatchStatus.SUCCEEDED
        assert (person.current(0), [item.version_number for item in person.versions(0)]) == (2, [4, 3, 2, 1])
        reported = [
            (event.name, event.data["take"], event.data["takes"], event.data["is_current"])
            for event in landed(world)
        ]
        assert reported == [
            ("clip_complete", 1, 3, True),
            ("clip_complete", 2, 3, False),
            ("clip_complete", 3, 3, False),
        ]
        assert world.composer.composed == 1

    def test_they_are_made_of_one_take_in_one_wording_with_a_seed_each(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0, 1, takes=2)
        stack.run()
        asked = world.provider.requests
        assert [request.source_key for request in asked] == [
            *["clips/job-1/clip-0/1/take.mp4"] * 2,
            *["clips/job-1/clip-1/1/take.mp4"] * 2,
        ]
        assert [request.full_prompt for request in asked] == [
            *["a street in the rain, nighttime (wording 1)"] * 2,
            *["a street in the rain, nighttime (wording 2)"] * 2,
        ]
        assert len({request.seed for request in asked}) == 4
        assert [person.current(index) for index in range(3)] == [2, 2, 1]

    def test_each_is_priced_and_takes_of_one_clip_are_one_clip(
        self, person: ServiceUser, stack: Stack
    ) -> None:
        accepted = person.regenerate(0, takes=3)
        price = accepted.batch.price
        assert [(take.clip_index, take.take, take.takes, str(take.cost)) for take in price.clips] == [
            (0, 1, 3, "0.1500"),
            (0, 2, 3, "0.1500"),
            (0, 3, 3, "0.1500"),
        ]
        assert (str(price.discount), str(price.total)) == ("0.0000", "0.4500")
        stack.run()
        assert person.batch().charged == price.total
        assert [item.cost for item in person.versions(0)] == [*[Decimal("0.1500")] * 3, Decimal("0.1200")]

    def test_three_clips_are_discounted_whatever_the_takes(self, person: ServiceUser) -> None:
        price = person.regenerate(0, 1, 2, takes=2).batch.price
        assert (str(price.subtotal), str(price.discount)) == ("0.9000", "0.0900")

    def test_only_those_that_succeed_are_charged(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        failing(world, 1)
        person.regenerate(0, takes=3)
        stack.run()
        batch = person.batch()
        assert (batch.status, str(batch.charged)) == (BatchStatus.PARTIAL, "0.3000")
        assert batch.cause == "“clip-0” (clip 0), take 1 of 3: The directed provider could not do it."
        assert person.current(0) == 2
        assert [event.data["is_current"] for event in landed(world)] == [True, False]

    @pytest.mark.parametrize("takes", [0, 4, -1])
    def test_no_more_than_allowed(self, person: ServiceUser, takes: int) -> None:
        with pytest.raises(InvalidRequestError) as caught:
            person.regenerate(0, takes=takes)
        assert [fault.field for fault in caught.value.faults] == ["takes"]

    def test_no_more_than_stay_active(self, world: World, person: ServiceUser) -> None:
        world.limits = Limits(max_active_versions=2)
        with pytest.raises(InvalidRequestError) as caught:
            person.regenerate(0, takes=3)
        assert "From 1 to 2" in caught.value.faults[0].detail


class TestChoosing:
    def test_another_costs_nothing(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0, takes=3)
        stack.run()
        person.restore(0, 4)
        assert (person.current(0), len(world.provider.requests)) == (4, 3)
        assert world.jobs.get_job(JOB).is_composed

    @pytest.mark.parametrize("choice", [1, 2, 3])
    def test_what_a_user_chose_meanwhile_stays(
        self, world: World, person: ServiceUser, stack: Stack, choice: int
    ) -> None:
        """Also the take that they are made of: it was left, and chosen again."""
        world.provider.polls = 3
        person.regenerate(0, takes=3)
        go_on_until(world, stack, lambda: len(person.versions(0)) == 3)
        person.restore(0, choice)
        stack.run()
        assert (person.current(0), len(person.versions(0))) == (choice, 4)
        assert [event.name for event in landed(world)] == ["clip_complete"] * 3

    def test_before_the_first_is_there(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.run()
        world.provider.polls = 3
        person.regenerate(0, takes=2, key="batch-2")
        go_on_until(world, stack, lambda: len(world.provider.requests) == 2)
        person.restore(0, 1)
        stack.run()
        assert (person.current(0), len(person.versions(0))) == (1, 4)
        assert [event.name for event in landed(world)][1:] == [
            "clip_complete",
            "version_landed_late",
            "clip_complete",
        ]
        assert world.provider.requests[1].source_key == world.provider.requests[2].source_key

    def test_cancelled_between_two(self, world: World, person: ServiceUser, stack: Stack) -> None:
        world.provider.polls = 3
        person.regenerate(0, takes=3)
        go_on_until(world, stack, lambda: len(person.versions(0)) == 2)
        person.cancel()
        stack.run()
        assert [result.status for result in person.batch().results] == [SUCCEEDED, CANCELLED, CANCELLED]
        assert person.current(0) == 2


class TestArchive:
    @pytest.mark.parametrize("current", [1, 2, 3])
    def test_what_goes_was_announced_and_what_was_shown_stays(
        self, world: World, person: ServiceUser, stack: Stack, current: int
    ) -> None:
        for key in ("past-1", "past-2"):
            person.regenerate(0, key=key)
            stack.run()
        person.restore(0, current)
        base = next(item for item in person.versions(0) if item.version_number == current)
        accepted = person.regenerate(0, takes=3)
        assert accepted.priced is not None
        others = [number for number in (1, 2, 3) if number != current]
        assert [notice.version_number for notice in accepted.priced.archives] == [*others, 5]
        assert [notice.version_id is None for notice in accepted.priced.archives] == [False, False, True]
        stack.run()
        assert (person.current(0), active(person.versions(0))) == (4, [current, 4, 6])
        assert person.batch().status is BatchStatus.SUCCEEDED
        assert {request.source_key for request in world.provider.requests[2:]} == {base.objects.video_key}

    def test_the_original_that_was_restored_stays_beside_the_new_take(
        self, person: ServiceUser, stack: Stack
    ) -> None:
        for key in ("past-1", "past-2", "past-3"):
            person.regenerate(0, key=key)
            stack.run()
        person.restore(0, 2)
        accepted = person.regenerate(0)
        assert accepted.priced is not None
        assert [notice.version_number for notice in accepted.priced.archives] == [3]
        stack.run()
        assert (person.current(0), active(person.versions(0))) == (5, [2, 4, 5])

    def test_room_for_some(self, person: ServiceUser, stack: Stack) -> None:
        accepted = person.regenerate(0, takes=2)
        assert accepted.priced is not None
        assert accepted.priced.archives == ()
        stack.run()
        assert active(person.versions(0)) == [1, 2, 3]


class TestRetrying:
    def test_only_the_takes_that_failed_and_beside_the_one_that_is_shown(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        failing(world, 1, 3)
        person.regenerate(0, 1, takes=3)
        stack.run()
        accepted = person.retry("batch-1")
        assert [(item.clip_index, item.take, item.takes) for item in accepted.regenerations] == [
            (0, 1, 3),
            (0, 3, 3),
        ]
        assert accepted.priced is not None
        stack.run()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        assert (person.current(0), len(person.versions(0))) == (2, 4)
        again = world.provider.requests[6:]
        assert {request.source_key for request in again} == {"clips/job-1/clip-0/1/take.mp4"}
        assert {request.full_prompt for request in again} == {world.provider.requests[0].full_prompt}
        assert [notice.version_number for notice in accepted.priced.archives] == [3]
        assert active(person.versions(0)) == [1, 2, 4]

    def test_a_retry_of_a_retry(self, world: World, person: ServiceUser, stack: Stack) -> None:
        failing(world, 2, 3, 4)
        person.regenerate(0, takes=3)
        stack.run()
        person.retry("batch-1")
        stack.run()
        accepted = person.retry("batch-2", key="batch-3")
        assert [(item.take, item.takes) for item in accepted.regenerations] == [(2, 3)]
        stack.run()
        assert (person.current(0), len(person.versions(0))) == (2, 4)
        assert len({request.source_key for request in world.provider.requests}) == 1

    def test_where_none_succeeded_the_clip_is_regenerated_as_it_is(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        failing(world, 1, 2)
        person.regenerate(0, takes=2)
        stack.run()
        assert person.batch().status is BatchStatus.FAILED
        person.regenerate(0, key="batch-between")
        stack.run()
        person.retry("batch-1", key="batch-3")
        stack.run()
        assert (person.current(0), len(person.versions(0))) == (3, 4)
        assert world.provider.requests[3].source_key == person.versions(0)[2].objects.video_key

    @pytest.fixture
    def base(self, world: World, person: ServiceUser, stack: Stack) -> Version:
        """Version 1, which takes are still to be made of, in the archive."""
        failing(world, 2)
        person.regenerate(0, takes=2)
        stack.run()
        for key in ("later-1", "later-2"):
            person.regenerate(0, key=key)
            stack.run()
        take = person.versions(0)[-1]
        assert take.state is VersionState.ARCHIVED
        return take

    def test_what_they_are_made_of_is_read_in_the_archive(
        self, world: World, person: ServiceUser, stack: Stack, base: Version
    ) -> None:
        current = person.current(0)
        person.retry("batch-1", key="retry-1")
        stack.run()
        assert person.batch("retry-1").status is BatchStatus.SUCCEEDED
        assert base.archived is not None
        asked = world.provider.requests[-1]
        assert (asked.source_key, asked.source_audio_key) == (
            base.archived.video_key,
            base.archived.audio_key,
        )
        assert (person.current(0), len(person.versions(0))) == (current, 5)

    def test_what_they_are_made_of_is_gone(
        self, world: World, person: ServiceUser, stack: Stack, base: Version
    ) -> None:
        gone = tombstone(base, now=world.clock.now())
        change_job(JOB, lambda job: (Change(job, (gone,)), None), world.ctx)
        person.retry("batch-1", key="retry-1")
        stack.run()
        (result,) = person.batch("retry-1").results
        assert (result.status, person.batch("retry-1").charged) == (FAILED, Decimal(0))
        assert "Version 1, which this take is made of, was deleted" in (result.error or "")
        assert len(world.provider.requests) == 4, "nothing was asked for"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(0, 48, 3))
def test_who_dies_each_is_paid_once_and_the_first_is_shown(
    world: World, person: ServiceUser, stack: Stack, dies_at: int, *, after: bool
) -> None:
    person.regenerate(0, takes=3)
    world.saboteur.order(dies_at, after=after)
    stack.settle()
    world.saboteur.stand_down()
    stack.settle()
    job = world.jobs.get_job(JOB)
    check_always(job, world.jobs, world.objects)
    check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
    check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())
    check_payments(world.provider.accepted)
    assert len(person.versions(0)) - 1 == sum(len(jobs) for jobs in world.provider.accepted.values())
    assert job.is_composed


class TestModels:
    def test_a_clip_is_made_with_what_made_its_first_take(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        clip = world.jobs.get_clip(JOB, "clip-1").clip
        world.jobs.put_drafts((replace(clip, model="choosy"),))
        accepted = person.regenerate(0, 1, takes=2)
        assert [item.model for item in accepted.regenerations] == ["any", "any", "choosy", "choosy"]
        assert [str(take.cost) for take in accepted.batch.price.clips] == ["0.1500"] * 2 + ["0.8000"] * 2
        assert [item.deadline_s for item in accepted.regenerations] == [None, None, 600, 600]
        stack.run()
        assert [request.model for request in world.provider.requests] == ["any", "any", "choosy", "choosy"]

    def test_an_older_record_of_a_video_has_it_in_its_details(
        self, world: World, person: ServiceUser
    ) -> None:
        video = a_video(model="choosy").video
        world.jobs.commit(Change(replace(world.jobs.get_job(JOB), video=video)), now=world.clock.now())
        assert person.regenerate(0).regenerations[0].model == "choosy"

    def test_another_is_for_one_request(self, person: ServiceUser, stack: Stack) -> None:
        assert person.regenerate(0, model="choosy").regenerations[0].model == "choosy"
        stack.run()
        assert person.regenerate(0, key="batch-2").regenerations[0].model == "any"

    def test_a_retry_keeps_it(self, world: World, person: ServiceUser, stack: Stack) -> None:
        failing(world, 1)
        person.regenerate(0, model="choosy")
        stack.run()
        assert person.retry("batch-1").regenerations[0].model == "choosy"

    def test_one_that_is_no_more_is_not_replaced_quietly(self, world: World, person: ServiceUser) -> None:
        clip = world.jobs.get_clip(JOB, "clip-1").clip
        world.jobs.put_drafts((replace(clip, model="ended"),))
        with pytest.raises(InvalidRequestError) as caught:
            person.regenerate(0, 1)
        (fault,) = caught.value.faults
        assert fault.field == "clips[1].model"
        assert "Use any or choosy or unpriced instead." in fault.detail
        assert world.workflow.batches == {}
        assert person.regenerate(0, 1, model="any").regenerations[1].model == "any"
