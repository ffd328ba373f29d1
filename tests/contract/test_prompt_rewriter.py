"""What every prompt rewriter does, and what becomes of a model that is of no help."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import boto3
import pytest

from retake.adapters.aws.clients import bounded
from retake.adapters.prompts.converse import ConversePromptRewriter
from retake.adapters.prompts.merge import MergingPromptRewriter
from retake.domain.prompts import MAX_PROMPT_CHARS
from retake.ports.providers import PromptRewriter
from tests.fakes.numbered_prompts import NumberedPromptRewriter
from tests.fakes.providers import converse
from tests.fakes.providers.server import How, ProviderServer, Reply

SCENE, INSTRUCTION = "a street in the rain", "make it nighttime"
MERGED = "a street in the rain, nighttime"


@dataclass
class Bedrock:
    """A model on a server of this machine, and the warnings about it."""

    server: ProviderServer
    warned: list[str] = field(default_factory=list)

    def rewriter(self, *, model: str = converse.MODEL, read_timeout_s: int = 10) -> ConversePromptRewriter:
        client = boto3.client(
            "bedrock-runtime",
            region_name="eu-central-1",
            endpoint_url=self.server.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the server only looks whether it is signed
            config=bounded("bedrock-runtime", read_timeout_s=read_timeout_s, attempts=1),
        )
        return ConversePromptRewriter(
            client=client, model=model, otherwise=MergingPromptRewriter(), warn=self.warned.append
        )


@pytest.fixture
def bedrock() -> Iterator[Bedrock]:
    server = ProviderServer(converse.converse_app)
    yield Bedrock(server)
    server.close()


BUILDERS: dict[str, Callable[[Bedrock], PromptRewriter]] = {
    "merge": lambda _: MergingPromptRewriter(),
    "fake": lambda _: NumberedPromptRewriter(),
    "converse": Bedrock.rewriter,
}


@pytest.fixture(params=BUILDERS)
def rewriter(request: pytest.FixtureRequest, bedrock: Bedrock) -> PromptRewriter:
    return BUILDERS[request.param](bedrock)


class TestEveryRewriter:
    def test_the_clip_and_the_request_are_in_the_prompt(self, rewriter: PromptRewriter) -> None:
        made = rewriter.rewrite(SCENE, INSTRUCTION)
        assert SCENE in made
        assert "nighttime" in made

    def test_a_clip_of_which_nothing_is_known(self, rewriter: PromptRewriter) -> None:
        assert "nighttime" in rewriter.rewrite("", INSTRUCTION)

    def test_a_prompt_is_one_line(self, rewriter: PromptRewriter) -> None:
        made = rewriter.rewrite("a street\n\nin the rain", "make it\nnighttime")
        assert made == " ".join(made.split())

    def test_a_prompt_is_never_too_long(self, rewriter: PromptRewriter) -> None:
        made = rewriter.rewrite("rain on a street " * 400, "make it nighttime " * 20)
        assert 0 < len(made) <= MAX_PROMPT_CHARS


class TestAModelOnBedrock:
    def test_its_words_are_used(self, bedrock: Bedrock) -> None:
        assert bedrock.rewriter().rewrite(SCENE, INSTRUCTION) == f"{MERGED}, beautifully worded"
        assert bedrock.warned == []

    @pytest.mark.parametrize(
        ("reply", "why"),
        [
            (converse.refusal(429, "ThrottlingException"), "ThrottlingException"),
            (converse.refusal(403, "AccessDeniedException"), "AccessDeniedException"),
            (converse.refusal(424, "ModelErrorException"), "ModelErrorException"),
            (Reply(502, b"<html>Bad gateway"), "502"),
            (converse.answer("I cannot help with that."), "without a prompt"),
            (converse.answer("<prompt> </prompt>"), "without a prompt"),
            (converse.answer("<prompt>a street at ni", stop_reason="max_tokens"), "max_tokens"),
            (converse.answer("<prompt>x</prompt>", stop_reason="guardrail_intervened"), "guardrail"),
            (converse.answer(f"<prompt>{'x' * 2001}</prompt>"), "2001 characters"),
            (Reply(200, b"{}"), "None"),
            (Reply(200, b"<html>Welcome"), ""),
        ],
    )
    def test_one_that_is_of_no_help_is_reported_and_done_without(
        self, reply: Reply, why: str, bedrock: Bedrock
    ) -> None:
        bedrock.server.fail("POST", "/converse", How.ANSWER, reply=reply)

        assert bedrock.rewriter().rewrite(SCENE, INSTRUCTION) == MERGED
        (warning,) = bedrock.warned
        assert why in warning
        assert len(bedrock.server.requests) == 1

    @pytest.mark.parametrize("how", [How.LOSE_REQUEST, How.TRUNCATE, How.HANG])
    def test_one_that_does_not_answer_is_not_waited_for(self, how: How, bedrock: Bedrock) -> None:
        bedrock.server.fail("POST", "/converse", how)

        assert bedrock.rewriter(read_timeout_s=1).rewrite(SCENE, INSTRUCTION) == MERGED
        assert len(bedrock.warned) == 1

    def test_one_that_is_not_there_is_warned_about(self, bedrock: Bedrock) -> None:
        assert bedrock.rewriter(model="no.such-model").rewrite(SCENE, INSTRUCTION) == MERGED
        assert bedrock.warned == ["ResourceNotFoundException"]
