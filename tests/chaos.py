"""What people ask for, from the request to rest, with a crash before or after any call on the way.

A flow is run once to count its calls of AWS and of the provider; then once for each call and side, killed
there. The caller repeats the request, queues deliver again, the schedules run; then everything that is
always true has to be true, and the job has to be of use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus, RegenerationStatus
from retake.domain.videos import VideoStatus
from retake.ports.providers import SubmissionRecovery
from retake.services.retention.sweep_orphans import sweep_orphans
from retake.services.retention.sweep_versions import sweep_versions
from retake.services.upkeep.purge import purge
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.aws_world import AwsWorld
from tests.fakes.fake_media import fake_picture, fake_video
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import (
    PREFIXES,
    batches_of,
    check_always,
    check_at_rest,
    check_objects,
    check_payments,
    check_usage,
)
from tests.ledger_audit import LedgerAudit
from tests.moto_aws import aws
from tests.unit.handlers.api import Answer, Api, Context
from tests.unit.handlers.conftest import install

T = TypeVar("T")

TRIES = 4
"""How often what died is asked for again."""


@dataclass
class Scene:
    """Everything of one run."""

    world: World
    stack: Stack
    api: Api
    books: LedgerAudit = field(default_factory=lambda: LedgerAudit(USER))

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "once") -> Answer:
        """Send a request, and again when the function died."""
        headers = {"Idempotency-Key": f"{key} {path}"}
        return self.until_it_lives(lambda: self.api.call(method, path, body=body, headers=headers))

    def until_it_lives(self, act: Callable[[], T]) -> T:
        for _ in range(TRIES):
            try:
                return act()
            except Killed:
                self.world.clock.advance(minutes=6)  # the leases of the one that died
        raise AssertionError("It dies again and again.")

    def go_on(self, until: Callable[[], bool]) -> None:
        """Let the stack work until something is so, or nothing moves."""
        for _ in range(400):
            if until():
                return
            if not self.stack.tick() and not self.stack._let_time_pass():
                return

    def rest(self) -> None:
        self.stack.settle()
        self.note()

    def note(self) -> None:
        """Remember what was charged: it outlives deleted jobs."""
        with self.world.saboteur.suspended():
            self.books.check(self.world.jobs, self.world.usage, self.world.jobs.all_jobs())

    def first_status(self) -> RegenerationStatus:
        """Return how the first take of the newest batch is."""
        with self.world.saboteur.suspended():
            ids = self.batches()[0].regeneration_ids
            return self.world.jobs.list_regenerations(JOB, ids)[0].status

    def batches(self) -> Sequence[Batch]:
        """Return the job's batches, the newest first."""
        with self.world.saboteur.suspended():
            return batches_of(self.world.jobs.get_job(JOB), self.world.jobs)


def a_job(scene: Scene) -> None:
    store_ready_job(scene.world.jobs, scene.world.objects, seconds=(2, 2))


def regenerate(scene: Scene, *indexes: int, key: str = "once", **more: Any) -> Answer:
    clips = [{"clip_index": index} for index in indexes or (0, 1)]
    body = {"clips": clips, "instruction": "brighter", **more}
    return scene.ask("POST", f"/jobs/{JOB}/clips/batch-regenerate", body, key=key)


def with_takes(scene: Scene, count: int) -> None:
    a_job(scene)
    for number in range(count):
        regenerate(scene, 0, key=f"take {number}")
        scene.rest()


def batch_id_of(answer: Answer) -> str:
    return str(answer.json["batch_id"])


# --- flows ----------------------------------------------------------------------------------------


def _two_clips(scene: Scene) -> None:
    regenerate(scene, takes=2)
    scene.rest()


def _stopped(scene: Scene) -> None:
    """The execution is stopped while the provider works."""
    regenerate(scene)
    busy = {RegenerationStatus.GENERATING, RegenerationStatus.SUBMITTING}
    scene.go_on(lambda: scene.first_status() in busy)
    for batch_id in list(scene.world.workflow.batches):
        scene.stack.abort(batch_id)
    scene.rest()


def _answer_lost(scene: Scene) -> None:
    scene.world.provider.lost_answers = [AmbiguousSubmissionError("No answer.")]
    regenerate(scene)
    scene.rest()
    batch = scene.batches()[0]
    scene.ask("POST", f"/jobs/{JOB}/batches/{batch.batch_id}/retry", key="retry")
    scene.rest()


def _cancelled(scene: Scene) -> None:
    answer = regenerate(scene)
    scene.go_on(lambda: scene.first_status() is RegenerationStatus.GENERATING)
    scene.ask("POST", f"/jobs/{JOB}/batches/{batch_id_of(answer)}/cancel")
    scene.rest()


def _queued(scene: Scene) -> None:
    regenerate(scene, 0)
    second = batch_id_of(regenerate(scene, 1, key="second"))
    scene.ask("POST", f"/jobs/{JOB}/batches/{second}/pause")
    scene.rest()
    scene.ask("POST", f"/jobs/{JOB}/batches/{second}/resume")
    scene.rest()


def _failed_batch(scene: Scene) -> None:
    a_job(scene)
    scene.world.provider.refusals = [ProviderRejectedError("No."), ProviderRejectedError("No.")]
    regenerate(scene)
    scene.rest()


def _retried(scene: Scene) -> None:
    batch = scene.batches()[-1]
    scene.ask("POST", f"/jobs/{JOB}/batches/{batch.batch_id}/retry")
    scene.rest()


def _an_unfetched_result(scene: Scene) -> None:
    """A clip whose result is at the provider, and could not be fetched."""
    a_job(scene)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene.world.provider, "fetch", _no_result)
        regenerate(scene, 0)
        scene.rest()


def _no_result(*_: object) -> None:
    raise ProviderUnavailableError("No result now.")


def _fetched_again(scene: Scene) -> None:
    _retried(scene)
    assert len(scene.world.provider.jobs) == 1, "paid for twice"


def _videos(scene: Scene) -> None:
    form = scene.ask("POST", "/uploads", {"file_name": "fox.png", "content_type": "image/png"}).json
    scene.world.objects.write(f"uploads/{form['upload_id']}", fake_picture(), content_type="image/png")
    fox = {"prompt": "a fox", "size": "640x360", "seconds": "2", "reference_upload_id": form["upload_id"]}
    hare = {"prompt": "a hare", "size": "640x360", "seconds": "2"}
    scene.ask("POST", "/videos/batch", {"videos": [fox, hare]})
    scene.rest()


def _a_failed_video(scene: Scene) -> None:
    scene.world.provider.refusals = [ProviderRejectedError("No.")]
    scene.ask("POST", "/videos", {"prompt": "a fox", "size": "640x360", "seconds": "2"})
    scene.rest()


def _video_retried(scene: Scene) -> None:
    with scene.world.saboteur.suspended():
        (job,) = scene.world.jobs.all_jobs()
    scene.ask("POST", f"/videos/{job.job_id}/retry")
    scene.rest()


def _new_job(scene: Scene) -> None:
    form = scene.ask("POST", "/uploads", {"file_name": "a.mp4", "content_type": "video/mp4"}).json
    scene.world.objects.write(f"uploads/{form['upload_id']}", fake_video(2), content_type="video/mp4")
    clips = [{"upload_id": form["upload_id"]}, {"prompt": "a fox", "seconds": "2"}]
    scene.ask("POST", "/jobs", {"title": "Film", "clips": clips})
    scene.rest()


def _restored(scene: Scene) -> None:
    with scene.world.saboteur.suspended():
        first = scene.world.jobs.get_clip(JOB, "clip-0").versions[-1]
    scene.ask("POST", f"/jobs/{JOB}/clips/0/versions/{first.version_id}/restore")
    scene.rest()


def _aged(scene: Scene) -> None:
    """Old takes are archived, and deleted later; what is due is removed."""
    world = scene.world
    for days in (8, 31):
        world.clock.advance(days=days)
        until = world.clock.now() + timedelta(minutes=4)
        for resume in (False, True):
            for sweep in (sweep_versions, sweep_orphans):
                scene.until_it_lives(partial(sweep, world.ctx, until=until, resume=resume))
        scene.rest()
        world.clock.advance(hours=3)
        scene.until_it_lives(partial(_purge, world))


def _purge(world: World) -> object:
    return purge(world.ctx)


def _deleted(scene: Scene) -> None:
    regenerate(scene)
    scene.go_on(lambda: scene.first_status() is RegenerationStatus.GENERATING)
    scene.note()
    scene.ask("DELETE", f"/jobs/{JOB}")
    scene.stack.settle()
    scene.world.clock.advance(hours=3)
    for _ in range(2):
        scene.until_it_lives(partial(_purge, scene.world))
    with scene.world.saboteur.suspended():
        assert not scene.world.jobs.all_jobs(), "it was deleted, and is still there"
    assert not [info for prefix in PREFIXES for info in scene.world.objects.list_objects(prefix)]


def _downloaded(scene: Scene) -> None:
    scene.ask("POST", "/downloads", {"job_id": JOB})
    scene.rest()


def _scheduled(scene: Scene) -> None:
    at = scene.world.clock.now() + timedelta(days=2)
    video = {"prompt": "a fox", "size": "640x360", "seconds": "2"}
    schedule = scene.ask("POST", "/schedules", {"at": at.isoformat(), "video": video}).json
    scene.world.clock.move_to(at)
    run = import_module("retake.handlers.run_schedule").handler
    scene.until_it_lives(lambda: run({"schedule_id": schedule["schedule_id"]}, Context()))
    scene.rest()


def _template(scene: Scene) -> None:
    words = {"name": "Fox", "prompt": "a red {animal}", "model": "any", "seconds": "5", "size": "640x360"}
    made = scene.ask("POST", "/templates", words).json
    scene.ask("DELETE", f"/templates/{made['template_id']}")


@dataclass(frozen=True)
class Flow:
    """One thing that people do.

    Attributes:
        prepare: What was there before; no one dies.
        act: What is asked, and everything that follows from it.
        recovery: What the provider knows of lost submissions.
        polls: How long the provider takes.
    """

    name: str
    prepare: Callable[[Scene], None]
    act: Callable[[Scene], None]
    recovery: SubmissionRecovery = SubmissionRecovery.TOKEN
    polls: int = 1


def _nothing(_: Scene) -> None:
    """Nothing is there before."""


FLOWS = (
    *(Flow(f"regenerate, {way}", a_job, _two_clips, way) for way in SubmissionRecovery),
    *(Flow(f"execution stopped, {way}", a_job, _stopped, way, polls=3) for way in SubmissionRecovery),
    *(Flow(f"answer lost, {way}", a_job, _answer_lost, way) for way in SubmissionRecovery),
    Flow("cancel a batch", a_job, _cancelled, polls=3),
    Flow("pause and resume", a_job, _queued),
    Flow("retry a batch", _failed_batch, _retried),
    *(Flow(f"fetch again, {way}", _an_unfetched_result, _fetched_again, way) for way in SubmissionRecovery),
    Flow("videos", _nothing, _videos),
    Flow("retry a video", _a_failed_video, _video_retried),
    Flow("job of a file and words", _nothing, _new_job),
    Flow("archive what passes the cap", partial(with_takes, count=2), _two_clips),
    Flow("restore a take", partial(with_takes, count=1), _restored),
    Flow("bring a take back", partial(with_takes, count=3), _restored),
    Flow("archive and delete by age", partial(with_takes, count=2), _aged),
    Flow("delete a job", a_job, _deleted, polls=3),
    Flow("download a job", partial(with_takes, count=1), _downloaded),
    Flow("schedule a video", _nothing, _scheduled),
    Flow("template", _nothing, _template),
)


# --- runs -----------------------------------------------------------------------------------------


@contextmanager
def scene_of(flow: Flow, *, on_aws: bool) -> Iterator[Scene]:
    """Have a world with handlers for one run; its records in memory, or in a table of moto."""
    with aws() if on_aws else nullcontext(), pytest.MonkeyPatch.context() as patch:
        world = AwsWorld() if on_aws else World()
        world.provider.submission_recovery = flow.recovery
        install(world, patch)
        scene = Scene(world, Stack(world), Api(world))
        flow.prepare(scene)
        scene.note()
        world.provider.polls = flow.polls
        yield scene


def count_calls(flow: Flow, *, on_aws: bool = False) -> int:
    """Return how many calls a flow makes when nothing is killed; it is checked as every run is."""
    with scene_of(flow, on_aws=on_aws) as scene:
        before = scene.world.saboteur.calls
        flow.act(scene)
        made = scene.world.saboteur.calls - before
        check(scene)
    return made


def run(
    flow: Flow, call: int, *, after: bool, on_aws: bool = False, twice: bool = False, reordered: bool = False
) -> bool:
    """Run a flow that is killed at one call, recover, and check everything.

    Args:
        flow: What is done.
        call: The call, from 0.
        after: Whether the call is carried out before the process dies.
        on_aws: Whether each call of the table's client is one, or each call of a port.
        twice: Whether every message is delivered twice.
        reordered: Whether the last message comes first.

    Returns:
        Whether a user was killed.
    """
    with scene_of(flow, on_aws=on_aws) as scene:
        scene.stack.duplicates, scene.stack.newest_first = twice, reordered
        scene.world.saboteur.order(call, after=after)
        flow.act(scene)
        scene.world.saboteur.stand_down()
        check(scene)
        return scene.world.saboteur.kills > 0


def check(scene: Scene) -> None:
    """Come to rest and check what is always true, then that everything can still be used."""
    scene.world.saboteur.stand_down()
    scene.stack.duplicates = scene.stack.newest_first = False
    scene.stack.settle()
    _check_truths(scene)
    for job in scene.world.jobs.all_jobs():
        _use(scene, job)
    _check_truths(scene)


def _check_truths(scene: Scene) -> None:
    world = scene.world
    jobs = world.jobs.all_jobs()
    for job in jobs:
        check_always(job, world.jobs, world.objects)
        check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
        for entry in world.jobs.list_clips(job.job_id):
            numbers = sorted(version.version_number for version in entry.versions)
            assert numbers == list(range(1, entry.clip.next_version_number)), "numbers with gaps"
    check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
    check_payments(world.provider.accepted)
    check_usage(world.jobs, world.objects, world.usage, jobs)
    scene.books.check(world.jobs, world.usage, jobs)
    scene.books.check_history(world.jobs, world.history, jobs)


def _use(scene: Scene, job: Job) -> None:
    """Have something made of a job, or of a video that failed."""
    if job.video is not None and job.video.status is not VideoStatus.COMPLETED:
        assert scene.ask("POST", f"/videos/{job.job_id}/retry", key="use").status == 202
    elif job.status is JobStatus.READY:
        body = {"clips": [{"clip_index": 0, "instruction": "use it"}]}
        path = f"/jobs/{job.job_id}/clips/batch-regenerate"
        assert scene.ask("POST", path, body, key="use").status == 202
    scene.stack.settle()
    used = scene.world.jobs.get_job(job.job_id)
    assert used.status is JobStatus.READY, "a job that cannot be used"
    assert used.is_composed
    newest = batches_of(used, scene.world.jobs)[0]
    assert newest.status == "succeeded"
