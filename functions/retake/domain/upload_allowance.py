"""Limits the bytes that a user can upload within a day, counted when an upload form is issued. Pure.

A form is signed for an hour, and what it brings is kept for a day at most. Until then it is in no one's
storage, so that it has a limit of its own.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from retake.domain.errors import StorageBudgetExceededError
from retake.domain.usage import readable_bytes

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class UploadAllowance:
    """Bytes that the upload forms of a user may bring, by the hour.

    Attributes:
        promised: Bytes by the hour in which the forms were given, such as ``2026-11-28T20``.
        revision: Grows with every change; 0 before the first.
    """

    user_id: str
    promised: dict[str, int]
    revision: int = 0

    def with_form(self, max_bytes: int, *, most: int, now: datetime) -> "UploadAllowance":
        """Return the allowance after one more form.

        Raises:
            StorageBudgetExceededError: If the forms of a day could bring more than ``most`` bytes.
        """
        oldest = _hour_of(now - WINDOW)
        kept = {hour: count for hour, count in self.promised.items() if hour > oldest}
        if sum(kept.values()) + max_bytes > most:
            given = readable_bytes(sum(kept.values()))
            raise StorageBudgetExceededError(
                f"The upload forms that you were given within 24 hours may bring {given}, and "
                f"{readable_bytes(most)} are allowed; this is for up to {readable_bytes(max_bytes)}. Give "
                "size_bytes with each file, so that its form is for no more than that, or ask again later."
            )
        hour = _hour_of(now)
        return replace(
            self, promised={**kept, hour: kept.get(hour, 0) + max_bytes}, revision=self.revision + 1
        )


def _hour_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")
