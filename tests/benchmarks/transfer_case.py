"""Recompose a job on S3 as the function does, and count the bytes that it sends and fetches.

Prints one JSON object: ``{"first": {..}, "changed": {..}, "known": {..}}`` of ``{"sent", "fetched"}``, for
the job's first video, for one with another take in the middle, and for the first one again; and
``clip_bytes``, the size of that take's video.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.assets import installed_ffmpeg
from retake.adapters.aws.s3_objects import S3ObjectStore
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.changes import Change
from retake.domain.records.takes import TakeObjects, Version
from retake.ports.media import TakeFiles
from retake.services.versions.recompose_video import recompose_video
from retake.storage.jobs import JobRepository
from tests.benchmarks.clip_form import PROFILE
from tests.benchmarks.compose_case import changed, slots
from tests.builders import JOB, a_clip, a_job, a_version
from tests.fakes.clocks import START, FixedClock, SequentialIds
from tests.fakes.context import a_context
from tests.fakes.in_memory_table import InMemoryTable
from tests.moto_aws import BUCKET, aws, make_bucket


class Traffic:
    """Counts what goes over the wire to S3 and back, but headers.

    Args:
        client: Of S3.
    """

    def __init__(self, client: Any) -> None:
        self.sent = self.fetched = 0
        client.meta.events.register_first("before-send.s3", self._count_sent)
        client.meta.events.register("after-call.s3.GetObject", self._count_fetched)

    def _count_sent(self, request: Any, **_: Any) -> None:
        headers = request.headers
        length = headers.get("X-Amz-Decoded-Content-Length") or headers.get("Content-Length") or 0
        self.sent += int(length)

    def _count_fetched(self, http_response: Any, **_: Any) -> None:
        self.fetched += int(http_response.headers["Content-Length"])

    def take(self) -> dict[str, int]:
        """Return the counts, and begin anew."""
        counted = {"sent": self.sent, "fetched": self.fetched}
        self.sent = self.fetched = 0
        return counted


def count_bytes(directory: Path, count: int) -> dict[str, object]:
    """Recompose a job of so many clips: for the first time, one clip changed, and back."""
    takes = slots(directory, count)
    other, place = changed(takes, directory)[count // 2], count // 2
    clock = FixedClock()
    with aws():
        client = make_bucket()
        traffic = Traffic(client)
        objects = S3ObjectStore(client, BUCKET, clock=clock)
        jobs = JobRepository(InMemoryTable(), clock=clock)
        clips = [a_clip(f"clip-{n}", frames=takes[n].frames, current_version=1) for n in range(count)]
        jobs.put_drafts(clips)
        versions = tuple(_stored(objects, take, n, 1) for n, take in enumerate(takes))
        ids = tuple(clip.clip_id for clip in clips)
        jobs.commit(Change(a_job(clip_ids=ids, profile=PROFILE, timeline_revision=1), versions), now=START)
        ctx = a_context(
            jobs=jobs,
            objects=objects,
            composer=Stitcher(Ffmpeg(installed_ffmpeg())),
            clock=clock,
            ids=SequentialIds(),
        )
        found: dict[str, object] = {"clip_bytes": other.video.stat().st_size}
        traffic.take()
        recompose_video(JOB, ctx)
        found["first"] = traffic.take()
        _show(jobs, replace(clips[place], current_version=2), _stored(objects, other, place, 2))
        traffic.take()
        recompose_video(JOB, ctx)
        found["changed"] = traffic.take()
        _show(jobs, clips[place])
        recompose_video(JOB, ctx)
        found["known"] = traffic.take()
    return found


def _show(jobs: JobRepository, *changes: Any) -> None:
    job = jobs.get_job(JOB)
    jobs.commit(Change(replace(job, timeline_revision=job.timeline_revision + 1), changes), now=START)


def _stored(objects: S3ObjectStore, take: TakeFiles, clip: int, number: int) -> Version:
    prefix = f"clips/{JOB}/clip-{clip}/{number}"
    keys = f"{prefix}/take.mp4", f"{prefix}/sound.wav", f"{prefix}/thumbnail.webp"
    assert take.thumbnail is not None
    files = (take.video, take.audio, take.thumbnail)
    for key, path in zip(keys, files, strict=True):
        objects.upload(path, key, content_type="video/mp4")
    return a_version(
        number,
        clip_id=f"clip-{clip}",
        objects=TakeObjects(*keys, sum(path.stat().st_size for path in files)),
        content_hash=take.content_hash,
        frames=take.frames,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path, help="Holds takes.json.")
    parser.add_argument("--clips", type=int, required=True)
    given = parser.parse_args()
    print(json.dumps(count_bytes(given.directory, given.clips)))  # noqa: T201
