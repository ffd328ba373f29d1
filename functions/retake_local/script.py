"""The script of the scripted provider, read from words in the instruction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from retake.ports.providers import SubmissionRecovery

RECOVERY = "submission_recovery"
"""The one key of a script that is no words of an instruction."""


class Outcome(StrEnum):
    """What became of one call of ``submit``."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    ANSWER_LOST = "answer lost"  # accepted, but the caller never matched
    REQUEST_LOST = "request lost"  # not accepted, and the caller cannot know


@dataclass(frozen=True)
class Scene:
    """What happens to instructions with certain words; by default all goes well at the first poll.

    Attributes:
        reject: Reason with which ``submit`` refuses.
        throttle: How many calls of ``submit`` are asked for patience, first of all.
        unavailable: How many get no connection, after those.
        ambiguous: ``accepted`` or ``lost``: what really happened to a call that gets no answer.
        ambiguous_times: How many calls get no answer, after those.
        fail: Reason with which the job ends.
        fail_times: How many jobs of the same request fail for a reason that passes, first of all.
        polls: How many polls say that it is running.
        seconds: How long it runs at least, by the provider's clock.
        poll_throttle: How many polls are asked for patience, first of all.
        poll_unavailable: How many get no connection, after those.
        fetch_unavailable: How many calls of ``fetch`` fail first.
    """

    reject: str | None = None
    throttle: int = 0
    unavailable: int = 0
    ambiguous: str | None = None
    ambiguous_times: int = 1
    fail: str | None = None
    fail_times: int = 0
    polls: int = 0
    seconds: float = 0.0
    poll_throttle: int = 0
    poll_unavailable: int = 0
    fetch_unavailable: int = 0

    def outcome(self, attempt: int) -> Outcome:
        """Return what becomes of a key's n-th call of ``submit``, counted from 0."""
        answers_lost = self.ambiguous_times if self.ambiguous else 0
        lost = Outcome.ANSWER_LOST if self.ambiguous == "accepted" else Outcome.REQUEST_LOST
        turns = [Outcome.THROTTLED] * self.throttle + [Outcome.UNAVAILABLE] * self.unavailable
        turns += [lost] * answers_lost
        if attempt < len(turns):
            return turns[attempt]
        return Outcome.REJECTED if self.reject else Outcome.ACCEPTED


@dataclass(frozen=True)
class Script:
    """Scenes by words, and how the provider says lost submissions can be recovered."""

    scenes: Mapping[str, Scene]
    submission_recovery: SubmissionRecovery = SubmissionRecovery.TOKEN

    def scene_for(self, instruction: str) -> Scene:
        """Return the scene whose words the instruction holds (the longest), else a plain one."""
        found = [words for words in self.scenes if words.lower() in instruction.lower()]
        return self.scenes[max(found, key=len)] if found else Scene()


def parse_script(body: Mapping[str, Any]) -> Script:
    """Read a script, such as ``{"fail me": {"fail": "too hard"}, "slow": {"polls": 5}}``.

    Raises:
        ValueError: If a scene has a field that there is not: a test that is misspelt must not pass.
    """
    known = {field.name for field in fields(Scene)}
    scenes = {words: scene for words, scene in body.items() if words != RECOVERY}
    for words, scene in scenes.items():
        if unknown := set(scene) - known:
            raise ValueError(f"The scene {words!r} has unknown fields: {', '.join(sorted(unknown))}.")
    return Script(
        scenes={words: Scene(**scene) for words, scene in scenes.items()},
        submission_recovery=SubmissionRecovery(body.get(RECOVERY, SubmissionRecovery.TOKEN)),
    )
