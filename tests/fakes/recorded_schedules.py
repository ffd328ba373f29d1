"""Wake-ups and runs of schedules, written down."""

from dataclasses import dataclass, field
from datetime import datetime

from retake.domain.errors import WorkflowUnavailableError


@dataclass
class RecordingWakeUps:
    """``WakeUps`` for tests: what was asked for; nothing is called."""

    asked: dict[str, datetime] = field(default_factory=dict)
    refuses: bool = False

    def set_wake_up(self, schedule_id: str, at: datetime) -> None:
        if self.refuses:
            raise WorkflowUnavailableError("It could not be scheduled; nothing was kept. Try again later.")
        self.asked.setdefault(schedule_id, at)

    def drop_wake_up(self, schedule_id: str) -> None:
        self.asked.pop(schedule_id, None)


@dataclass
class RecordingRunner:
    """A ``ScheduleRunner`` for tests."""

    handed_over: list[str] = field(default_factory=list)

    def run_schedule(self, schedule_id: str) -> None:
        self.handed_over.append(schedule_id)
