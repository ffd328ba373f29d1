"""Record a release's batches in flight, for the tests of later releases: ``python -m tests.upgrade.record``.

Run it with the code of the release that is recorded (CONTRIBUTING.md, *A release*). A batch of two clips is
stopped wherever its execution, a generation or a message is somewhere else than before; each stop, a line of
JSON, holds all that outlives a deployment: items, objects, messages, task tokens, executions and their input,
and the provider's jobs. The first line says what each step of the state machines gives its function.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.builders import JOB, store_ready_job
from tests.fakes.aws_world import AwsWorld
from tests.fakes.stack import Stack
from tests.moto_aws import TABLE, aws
from tests.unit.services.service_user import ServiceUser

ROOT = Path(__file__).resolve().parents[2]

LOOKS = 2
"""Of each generation, at which it still runs."""
MOST_STOPS = 200


def main() -> None:
    """Print all lines."""
    definitions = sorted((ROOT / "infra" / "workflows").glob("*.asl.json"))
    given = {
        path.name: dict(fields_given(json.loads(path.read_text(encoding="utf-8")))) for path in definitions
    }
    sys.stdout.write(json.dumps(given, sort_keys=True) + "\n")
    for steps in range(MOST_STOPS):
        with aws():
            world, stack = begin()
            moved = all(stack.tick() or stack._let_time_pass() for _ in range(steps))
            stop = snapshot(world, stack)
        if stop["place"] not in _seen:
            _seen.add(stop["place"])
            sys.stdout.write(json.dumps(stop, sort_keys=True, default=str) + "\n")
        if not moved:
            return


_seen: set[str] = set()


def fields_given(definition: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield each step that calls a function or sends a message, and the fields that it hands over."""
    for name, state in definition["States"].items():
        arguments = state.get("Arguments", {})
        body = arguments.get("Payload", arguments.get("MessageBody"))
        if isinstance(body, dict):
            yield name, sorted(body)
        if "ItemProcessor" in state:
            yield from fields_given(state["ItemProcessor"])


def begin() -> tuple[AwsWorld, Stack]:
    """Return a world in which a batch was accepted."""
    world = AwsWorld()
    world.provider.polls = LOOKS
    store_ready_job(world.jobs, world.objects)
    ServiceUser(world).regenerate(0, 1)
    return world, Stack(world)


def snapshot(world: AwsWorld, stack: Stack) -> dict[str, Any]:
    """Return all that outlives a deployment."""
    executions = [
        {name: value for name, value in asdict(execution).items() if name != "regenerations"}
        for execution in stack.executions.values()
    ]
    batch = world.jobs.get_batch(JOB, "batch-1")
    made = world.jobs.list_regenerations(JOB, batch.regeneration_ids)
    place = [
        str(batch.status),
        *(f"{item.status}/{item.result_key is not None}/{item.poll_seq}" for item in made),
        *(f"{one['step']}/{one['position']}/{one['waiting'] is not None}" for one in executions),
        *sorted(message.queue for message in world.queue.messages),
    ]
    items = world.client.scan(TableName=TABLE)["Items"]
    read = TypeDeserializer().deserialize
    return {
        "place": " ".join(place),
        "now": world.clock.now().isoformat(),
        "items": [_plain({name: read(value) for name, value in item.items()}) for item in items],
        "objects": {
            info.key: world.objects.read(info.key).decode() for info in world.objects.list_objects("")
        },
        "messages": [
            {"queue": one.queue, "body": one.body, "visible_at": one.visible_at.isoformat()}
            for one in world.queue.messages
        ],
        "inputs": {batch_id: list(given) for batch_id, given in world.workflow.inputs.items()},
        "executions": json.loads(json.dumps(executions, default=_text)),
        "answers": [asdict(answer) for answer in world.callbacks.answers],
        "dead": sorted(world.callbacks.dead),
        "jobs": {
            name: {
                "submitted_at": job.submitted_at and job.submitted_at.isoformat(),
                "status": str(job.status),
            }
            for name, job in world.provider.jobs.items()
        },
        "accepted": world.provider.accepted,
        "looks": world.provider.looks,
        "instructions": world.provider.instructions,
    }


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case bool() | str() | None:
            return value
        case _:
            return int(value) if value == int(value) else float(value)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


if __name__ == "__main__":
    main()
