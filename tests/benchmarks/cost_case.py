"""One batch of regenerations on an emulated table: what it asks of the table, the store and the queues."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from retake.domain.changes import Change
from retake.ports.providers import ProviderJob
from tests.builders import JOB, a_clip, a_job, a_take, a_version
from tests.fakes.aws_world import AwsWorld
from tests.fakes.clocks import START
from tests.fakes.stack import Stack
from tests.moto_aws import aws
from tests.table_meter import Meter
from tests.unit.services.service_user import ServiceUser

STORE_WRITES = {"upload", "write", "copy", "list_objects", "write_blocks"}
STORE_READS = {"download", "read", "read_range", "read_blocks", "find"}
A_COMMIT = 50


class CountedStore:
    """An object store whose requests are counted by what S3 bills them as."""

    def __init__(self, store: Any, counts: Counter[str]) -> None:
        self._store = store
        self._counts = counts

    def __getattr__(self, name: str) -> Any:
        if name in STORE_WRITES:
            self._counts["puts"] += 1
        elif name in STORE_READS:
            self._counts["gets"] += 1
        return getattr(self._store, name)


def store_job(world: AwsWorld, clips: int) -> None:
    """Store a job whose clips have version 1 each."""
    ids = tuple(f"{'0' * 30}{index:06}" for index in range(clips))
    world.jobs.put_drafts([a_clip(clip_id, seconds=5, title=f"shot {clip_id}.mp4") for clip_id in ids])
    job = a_job(clip_ids=ids, timeline_revision=1)
    for start in range(0, clips, A_COMMIT):
        takes = [a_version(clip_id=clip_id) for clip_id in ids[start : start + A_COMMIT]]
        job = world.jobs.commit(Change(job, tuple(takes)), now=START)
    for key in (key for clip_id in ids for key in a_take(clip_id, 1).keys):
        world.objects.write(key, b"take.mp4", content_type="video/mp4")


def regenerate(world: AwsWorld, clips: int, seconds: float) -> None:
    """Accept a batch of all clips and see it through."""
    accepted = ServiceUser(world).regenerate(*range(clips))
    # The model was used before, so that it is known about how long it takes.
    world.ctx.times.note(accepted.regenerations[0].model, int(seconds * 1000))
    Stack(world).run(steps=10**6)
    assert world.jobs.get_batch(JOB, "batch-1").status == "succeeded"


def take_time(world: AwsWorld, seconds: float) -> None:
    """Let the provider work on a clip for some seconds, however often it is asked."""
    poll, world.provider.polls = world.provider.poll, 10**6

    def poll_by_time(provider_job_id: str) -> ProviderJob:
        job = world.provider.jobs[provider_job_id]
        submitted = job.submitted_at or world.clock.now()
        if world.clock.now() - submitted >= timedelta(seconds=seconds):
            world.provider.polls = 0
        seen = poll(provider_job_id)
        world.provider.polls = 10**6
        return (
            replace(seen, progress=min(99, int((world.clock.now() - submitted).total_seconds())))
            if seen.finished_at is None
            else seen
        )

    world.provider.poll = poll_by_time  # type: ignore[method-assign]


def main() -> None:
    """Print what one batch took, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    with aws():
        world = AwsWorld()
        store_job(world, arguments.clips)
        take_time(world, arguments.seconds)
        meter, counts = Meter.on(world), Counter[str]()
        world.objects = CountedStore(world.objects, counts)  # type: ignore[assignment]
        regenerate(world, arguments.clips, arguments.seconds)
    looks = sum(world.provider.looks.values())
    json.dump(
        {
            "clips": arguments.clips,
            "looks": looks,
            "read_units": meter.read,
            "write_units": meter.written,
            "operations": dict(meter.operations),
            "puts": counts["puts"],
            "gets": counts["gets"],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
