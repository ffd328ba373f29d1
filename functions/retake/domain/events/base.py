"""What events of a job have in common. Pure."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from retake.domain.statuses import EventName


def event_data(event: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    """Return the fields of an event as JSON values: times in ISO 8601, amounts as exact text."""
    data: dict[str, object] = json.loads(json.dumps(asdict(event), default=_as_text))
    return data


def _as_text(value: datetime | Decimal) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, kw_only=True)
class JobEvent:
    """Base of the events of a job, before a commit numbers them.

    An event without fields of its own inherits the dataclass of its base: each decorator costs time in
    every start of every function.
    """

    name: ClassVar[EventName]
