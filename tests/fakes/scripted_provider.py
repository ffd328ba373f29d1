"""The scripted provider with everything in memory."""

import json
from typing import Any

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.ports.objects import ObjectStore
from retake.ports.providers import SubmissionRecovery
from retake.ports.system import Clock
from retake_local.script import RECOVERY
from retake_local.scripted import SCRIPT_KEY, ScriptedVideoProvider
from tests.fakes.in_memory_objects import InMemoryObjectStore


class ScriptedProvider(ScriptedVideoProvider):
    """A ``ScriptedVideoProvider`` that a test directs: ``provider.script("slow", polls=3)``.

    Args:
        clock: The provider's own time.
        objects: The store it shares with the code under test.
        submission_recovery: What it says of lost submissions.
        ffmpeg: Renders what has no source.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        objects: ObjectStore | None = None,
        submission_recovery: SubmissionRecovery = SubmissionRecovery.TOKEN,
        ffmpeg: Ffmpeg | None = None,
    ) -> None:
        self.objects = objects or InMemoryObjectStore(now=clock.now)
        super().__init__(objects=self.objects, clock=clock, ffmpeg=ffmpeg)
        self._scenes: dict[str, Any] = {RECOVERY: submission_recovery.value}
        self._publish()

    def script(self, words: str, **scene: str | float | None) -> None:
        """Say what happens to instructions with these words; see ``Scene`` for what can."""
        self._scenes[words] = scene
        self._publish()

    def _publish(self) -> None:
        body = json.dumps(self._scenes).encode()
        self.objects.write(SCRIPT_KEY, body, content_type="application/json")
