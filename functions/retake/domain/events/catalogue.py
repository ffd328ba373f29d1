"""Catalogue of the events of a job: one class for each, whose fields are the event's data. Pure.

Names, fields and their order are part of the API and of stored data. A commit turns each into a numbered
``Event`` (``retake.domain.changes.finalize``); the OpenAPI document describes them from the same classes.
"""

from collections.abc import Sequence

from retake.domain.events import batches, jobs, shares, takes, versions
from retake.domain.events.base import JobEvent
from retake.domain.statuses import EventName

_ORDER = list(EventName)

JOB_EVENTS: Sequence[type[JobEvent]] = sorted(
    (
        kind
        for module in (batches, jobs, shares, takes, versions)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, JobEvent) and "name" in vars(kind)
    ),
    key=lambda kind: _ORDER.index(kind.name),
)
"""Every class with a name, by its name. Two may share one: their data have different fields."""
