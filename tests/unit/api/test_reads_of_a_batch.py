"""What a batch reads of the table: as much of a clip with hundreds of versions as of one with a few."""

import json
from dataclasses import dataclass, replace
from typing import Any

from retake.domain.changes import Change
from retake.domain.records.kinds import Record
from retake.domain.statuses import VersionState
from tests.builders import JOB, a_version, an_archived_take
from tests.chaos import Flow, Scene, a_job, regenerate, scene_of
from tests.fakes.aws_world import AwsSaboteur
from tests.fakes.clocks import START

_READING = ("GetItem", "BatchGetItem", "Query")


@dataclass
class Read:
    """What the table's client was answered."""

    requests: int = 0
    size_bytes: int = 0


class _Counter(AwsSaboteur):
    """Counts what is read of the table; ends no process."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read()

    def call(self, method: Any, args: Any, kwargs: Any) -> Any:
        answer = super().call(method, args, kwargs)
        if args and args[0] in _READING:
            self.read.requests += 1
            items = [answer.get("Item"), answer.get("Items"), answer.get("Responses")]
            self.read.size_bytes += len(json.dumps(items))
        return answer


def _with_versions(scene: Scene, count: int) -> None:
    """Give the first clip versions, of which the last three are active."""
    jobs = scene.world.jobs
    versions = [
        a_version(
            number,
            state=VersionState.ACTIVE if number > count - 3 else VersionState.ARCHIVED,
            archived=None if number > count - 3 else an_archived_take("clip-0", number),
            superseded_at=None if number == count else START,
        )
        for number in range(2, count + 1)
    ]
    (entry,) = jobs.list_takes(JOB, ["clip-0"])
    clip = replace(
        entry.clip,
        current_version=count,
        next_version_number=count + 1,
        active_versions=(count - 2, count - 1, count),
    )
    for start in range(0, len(versions), 90):
        part: tuple[Record, ...] = (clip, *versions[start : start + 90])
        jobs.commit(Change(jobs.get_job(JOB), part), now=scene.world.clock.now())


def _read_by_a_batch(*, versions: int) -> Read:
    flow = Flow("regenerate", a_job, lambda _: None)
    with scene_of(flow, on_aws=True) as scene:
        _with_versions(scene, versions)
        for key in scene.world.jobs.get_clip(JOB, "clip-0").versions[0].keys:
            scene.world.objects.write(key, b"take", content_type="video/mp4")
        counter = _Counter()
        scene.world.saboteur = counter
        answer = regenerate(scene, 0)
        assert answer.status == 202
        scene.stack.settle()
        assert scene.world.jobs.get_job(JOB).is_composed
        (entry,) = scene.world.jobs.list_takes(JOB, ["clip-0"])
        assert entry.clip.current_version == versions + 1
        return counter.read


def test_a_batch_reads_no_more_of_a_clip_with_hundreds_of_versions() -> None:
    few, many = _read_by_a_batch(versions=4), _read_by_a_batch(versions=154)
    assert many.requests == few.requests
    assert many.size_bytes < few.size_bytes * 1.02
