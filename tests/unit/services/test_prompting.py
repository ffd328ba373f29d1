"""In which words a provider is asked: decided once, sent however often, kept with the version."""

import pytest

from retake.domain.changes import Change
from retake.domain.errors import AmbiguousSubmissionError, ProviderThrottledError, ProviderUnavailableError
from retake.ports.providers import SubmissionRecovery
from retake.services.generation.submit_generation import submit_generation
from tests.builders import JOB
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.video_maker import VideoMaker

FIRST = "a street in the rain, nighttime (wording 1)"


def asked(world: World) -> list[str | None]:
    return [request.full_prompt for request in world.provider.requests]


@pytest.mark.usefixtures("job")
class TestRegenerations:
    def test_the_provider_the_record_and_the_version_say_the_same(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0)
        stack.run()

        assert asked(world) == [FIRST]
        assert person.regeneration().prompt == FIRST
        assert [version.prompt for version in person.versions(0)] == [FIRST, "a street in the rain"]
        assert person.versions(0)[0].user_instruction == "make it nighttime"

    def test_the_next_one_goes_on_from_the_take_that_is_shown(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0)
        stack.run()
        person.regenerate(0, words="add rain", key="batch-2")
        stack.run()
        person.restore(0, 1)
        person.regenerate(0, words="add rain", key="batch-3")
        stack.run()

        assert asked(world)[1:] == [
            "a street in the rain, nighttime (wording 1), with rain (wording 2)",
            "a street in the rain, with rain (wording 3)",
        ]

    @pytest.mark.parametrize(
        "error",
        [
            ProviderThrottledError("Not now."),
            ProviderUnavailableError("Not there."),
        ],
    )
    def test_what_was_turned_away_is_asked_in_the_same_words(
        self,
        error: ProviderThrottledError | ProviderUnavailableError,
        world: World,
        person: ServiceUser,
        stack: Stack,
    ) -> None:
        world.provider.refusals = [error] * 3
        person.regenerate(0)
        stack.run()

        assert asked(world) == [FIRST] * 4
        assert world.prompts.made == 1

    def test_what_may_have_arrived_is_asked_in_the_same_words(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
        person.regenerate(0)
        stack.run()

        assert asked(world) == [FIRST, FIRST]
        assert person.versions(0)[0].prompt == FIRST

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("dies_at", range(8))
    def test_whenever_the_worker_dies_one_key_has_one_wording(
        self, dies_at: int, when: str, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0)
        stack.carry_out(stack.tick)  # the batch's start; the next ticks submit
        world.saboteur.order(dies_at, after=when == "after")
        stack.settle()

        assert world.saboteur.kills == 1
        assert len(set(asked(world))) == 1
        assert person.versions(0)[0].prompt == asked(world)[0] == person.regeneration().prompt

    def test_a_claim_that_is_overtaken_is_not_worded_again(
        self, world: World, person: ServiceUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person.regenerate(0)
        reword = world.prompts.rewrite

        def overtaken(prompt: str, instruction: str) -> str:
            job = world.jobs.get_job(JOB)
            world.jobs.commit(Change(job, ()), now=world.clock.now())
            return reword(prompt, instruction)

        monkeypatch.setattr(world.prompts, "rewrite", overtaken)
        submit_generation(JOB, person.regeneration().regeneration_id, "token-1", world.ctx)

        assert (asked(world), world.prompts.made) == ([FIRST], 1)

    def test_a_result_that_comes_too_late_keeps_its_words(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.submission_recovery = SubmissionRecovery.LOOKUP
        person.regenerate(0)
        submit_generation(JOB, person.regeneration().regeneration_id, "token-0", world.ctx)
        person.restore(0, 1)
        stack.abort("batch-1")
        stack.settle()

        assert person.versions(0)[0].prompt == FIRST

    def test_nothing_is_worded_for_what_no_one_wants(self, world: World, person: ServiceUser) -> None:
        person.regenerate(0)
        person.cancel()
        submit_generation(JOB, person.regeneration().regeneration_id, "token-1", world.ctx)

        assert world.prompts.made == 0


def test_a_videos_first_take_is_asked_for_in_the_persons_own_words(world: World, stack: Stack) -> None:
    viewer = VideoMaker(world)
    viewer.create("a red fox in snow")
    stack.run()

    (request,) = world.provider.requests
    assert (request.instruction, request.full_prompt) == ("a red fox in snow", None)
    assert world.prompts.made == 0
