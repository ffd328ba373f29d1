"""JSON schemas of both event streams, made from the catalogue of events.

An event is described as a client has it once it has read ``data`` as JSON. What the streams add to the
catalogue's fields is here: the time, and for a job's events its id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from retake.domain.events.base import JobEvent
from retake.domain.events.catalogue import JOB_EVENTS
from retake.domain.events.jobs import JobReset
from retake.domain.user_events import USER_EVENTS, FeedEvent, UserReset

RESET = "reset"
"""Name of the event that replaces events that are no longer kept."""
REFERENCE = "#/components/schemas/"
_AT = {"at": {"type": "string", "format": "date-time", "description": "When it happened"}}
_JOB_ID = {"job_id": {"type": "string"}}


@dataclass(frozen=True)
class EventUnion:
    """The events of one stream.

    Attributes:
        title: Name of the union among the document's schemas.
        reset: Class of the data of ``reset``.
        added: Data that the stream adds to those of the class.
    """

    title: str
    description: str
    kinds: Sequence[type[JobEvent | FeedEvent]]
    reset: type[JobReset | UserReset]
    added: Mapping[str, Mapping[str, str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return each event's name once, ``reset`` last."""
        return (*dict.fromkeys(str(kind.name) for kind in self.kinds), RESET)

    def component_of(self, name: str) -> str:
        """Return the name of an event's schema.

        >>> JOB_STREAM.component_of("batch_started")
        'BatchStartedEvent'
        """
        if name == RESET:
            return f"{self.title.removesuffix('Event')}ResetEvent"
        return "".join(word.capitalize() for word in name.split("_")) + "Event"


JOB_STREAM = EventUnion("JobEvent", "An event of a job.", JOB_EVENTS, JobReset, {**_JOB_ID, **_AT})
USER_STREAM = EventUnion(
    "UserEvent", "An event of a user's videos, schedules and budget.", USER_EVENTS, UserReset, _AT
)


class _AmountsAsNumbers(GenerateJsonSchema):
    def decimal_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401, ARG002 - pydantic's
        return {"type": "number"}


@cache
def event_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of all events, of both unions, and of what they refer to, by name."""
    schemas: dict[str, dict[str, Any]] = {}
    for stream in (JOB_STREAM, USER_STREAM):
        references = {}
        for name in stream.names:
            kinds: list[type] = [kind for kind in stream.kinds if kind.name == name] or [stream.reset]
            added = {} if name == RESET else stream.added
            component = stream.component_of(name)
            references[name] = f"{REFERENCE}{component}"
            options = [_data_schema(kind, added, schemas) for kind in kinds]
            schemas[component] = _event_schema(component, name, kinds, options)
        schemas[stream.title] = {
            "title": stream.title,
            "description": stream.description,
            "oneOf": [{"$ref": reference} for reference in references.values()],
            "discriminator": {"propertyName": "event", "mapping": references},
        }
    return schemas


def _event_schema(
    component: str, name: str, kinds: Iterable[type], options: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "title": component,
        "description": " ".join((kind.__doc__ or "").partition("\n")[0] for kind in kinds),
        "type": "object",
        "properties": {
            "id": {"type": "integer", "description": "Number of the event, for Last-Event-ID"},
            "event": {"type": "string", "const": name},
            "data": options[0] if len(options) == 1 else {"anyOf": list(options)},
        },
        "required": ["id", "event", "data"],
    }


def _data_schema(
    kind: type, added: Mapping[str, Mapping[str, str]], shared: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the schema of an event's data; the enumerations it refers to are put into ``shared``."""
    schema = TypeAdapter(kind).json_schema(
        ref_template=f"{REFERENCE}{{model}}", schema_generator=_AmountsAsNumbers, mode="serialization"
    )
    for name, definition in schema.pop("$defs", {}).items():
        shared.setdefault(name, definition)
    return {
        "title": f"{kind.__name__}Data",
        "type": "object",
        "properties": {**schema["properties"], **added},
        "required": [*schema["required"], *added],
    }
