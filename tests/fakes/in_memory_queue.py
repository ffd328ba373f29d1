"""Queues in a list: delayed, redelivered, put aside."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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

    def send_submit(self, job_id: str, regeneration_id: str, *, token: str, delay_s: int) -> None:
        body: dict[str, str | int] = {"regeneration_id": regeneration_id, "task_token": token}
        self._send("submit", job_id, body, delay_s)

    def send_poll(self, job_id: str, regeneration_id: str, *, poll_seq: int, delay_s: int) -> None:
        self._send("poll", job_id, {"regeneration_id": regeneration_id, "poll_seq": poll_seq}, delay_s)

    def send_archive(self, job_id: str, clip_id: str, version_number: int) -> None:
        self._send("archive", job_id, {"clip_id": clip_id, "version_number": version_number}, 0)

    def visible(self) -> list[Message]:
        """Return what can be received now, in order."""
        return [message for message in self.messages if message.visible_at <= self.clock.now()]

    def remove(self, message: Message) -> None:
        """Acknowledge one."""
        self.messages = [item for item in self.messages if item is not message]

    def _send(self, queue: str, job_id: str, body: dict[str, str | int], delay_s: int) -> None:
        at = self.clock.now() + timedelta(seconds=delay_s)
        self.messages.append(Message(queue, {"job_id": job_id, **body}, at))
