"""Queues in a list: delayed, redelivered, put aside."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from retake.domain.records.batches import Regeneration
from retake.ports.system import Clock


@dataclass
class Message:
    """A message on its way.

    Attributes:
        queue: ``submit``, ``poll`` or ``archive``.
        visible_at: When it can be received.
        receives: How often it was.
    """

    queue: str
    body: dict[str, str | int]
    visible_at: datetime
    receives: int = 0


@dataclass
class InMemoryQueue:
    """A ``WorkQueue`` for tests."""

    clock: Clock
    messages: list[Message] = field(default_factory=list)

    def send_submit(self, regeneration: Regeneration, *, token: str, delay_s: int) -> None:
        self._send("submit", {**regeneration.ids, "task_token": token}, delay_s)

    def send_poll(self, regeneration: Regeneration, *, poll_seq: int, delay_s: int) -> None:
        self._send("poll", {**regeneration.ids, "poll_seq": poll_seq}, delay_s)

    def send_archive(self, job_id: str, clip_id: str, version_number: int) -> None:
        self._send("archive", {"job_id": job_id, "clip_id": clip_id, "version_number": version_number}, 0)

    def visible(self) -> list[Message]:
        """Return what can be received now, in order."""
        return [message for message in self.messages if message.visible_at <= self.clock.now()]

    def remove(self, message: Message) -> None:
        """Acknowledge one."""
        self.messages = [item for item in self.messages if item is not message]

    def _send(self, queue: str, body: dict[str, str | int], delay_s: int) -> None:
        at = self.clock.now() + timedelta(seconds=delay_s)
        self.messages.append(Message(queue, body, at))
