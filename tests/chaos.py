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
from typing import Any, TypeVar

import pytest

from retake.domain.errors import (
    AmbiguousSubmissionError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from retake.domain.limits import Limits
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus, RegenerationStatus
from retake.domain.videos import VideoStatus
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.services.retention.sweep_orphans import sweep_orphans
from retake.services.retention.sweep_versions import sweep_versions
from retake.services.upkeep.purge import purge
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.aws_world import AwsWorld
from tests.fakes.fake_media import fake_picture, fake_video
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.handler_world import install
from tests.http_api import Answer, Api
from tests.invariants import (
    PREFIXES,
    check_always,
    check_at_rest,
    check_objects,
    check_payments,
    check_usage,
)
from tests.job_records import batches_of
from tests.lambda_calls import invoke
from tests.ledger_audit import LedgerAudit
from tests.moto_aws import aws

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
            self.books.check(
                self.world.jobs, self.world.usage, self.world.history, self.world.jobs.all_jobs()
            )

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


def _joined(scene: Scene) -> None:
    """The second clip begins with the new end of the first, whose frame is cut when its turn comes."""
    regenerate(scene, **{"from": "previous"})
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


def a_job_of_many(scene: Scene) -> None:
    store_ready_job(scene.world.jobs, scene.world.objects, seconds=(2,) * 5)


def fail_some(scene: Scene, count: int) -> None:
    """Let the provider fail the next jobs that end."""
    failures = [ProviderJobStatus.FAILED] * count
    scene.world.provider.outcome = lambda _: failures.pop() if failures else ProviderJobStatus.SUCCEEDED


def _held(scene: Scene) -> None:
    """Three fail alike; the batch behind them passes, and what is left is made once it is resumed."""
    fail_some(scene, 3)
    held = batch_id_of(regenerate(scene, 0, 1, 2, 3, 4))
    regenerate(scene, 0, key="second")
    scene.rest()
    scene.ask("POST", f"/jobs/{JOB}/batches/{held}/resume")
    scene.rest()


def _held_and_changed(scene: Scene) -> None:
    """Three fail alike, and the rest is made with another model."""
    fail_some(scene, 3)
    held = batch_id_of(regenerate(scene, 0, 1, 2, 3, 4))
    scene.rest()
    scene.ask("POST", f"/jobs/{JOB}/batches/{held}/change-model", {"model": "choosy"})
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


def _added(scene: Scene) -> None:
    """A file and words are added to a job that is there."""
    form = scene.ask("POST", "/uploads", {"file_name": "a.mp4", "content_type": "video/mp4"}).json
    scene.world.objects.write(f"uploads/{form['upload_id']}", fake_video(2), content_type="video/mp4")
    clips = [{"upload_id": form["upload_id"]}, {"prompt": "a fox", "seconds": "2"}]
    scene.ask("POST", f"/jobs/{JOB}/clips", {"clips": clips, "clip_index": 1})
    scene.rest()


def _with_a_track(scene: Scene) -> None:
    """A sound track is set, exchanged, made quieter and removed."""
    for number in range(2):
        form = scene.ask(
            "POST", "/uploads", {"file_name": "a.mp3", "content_type": "audio/mpeg"}, key=f"form {number}"
        ).json
        note = f"track {number}"
        scene.world.objects.write(
            f"uploads/{form['upload_id']}", fake_video(9, note=note), content_type="audio/mpeg"
        )
        scene.ask("PUT", f"/jobs/{JOB}/soundtrack", {"upload_id": form["upload_id"]})
    scene.ask("PUT", f"/jobs/{JOB}/soundtrack", {"level_db": -20, "fade_in_ms": 500})
    scene.ask("DELETE", f"/jobs/{JOB}/soundtrack")
    scene.rest()


def _edited(scene: Scene) -> None:
    """A clip is duplicated, its copy trimmed and taken out, all that is undone, and another clip deleted."""
    scene.ask("POST", f"/jobs/{JOB}/clips/0/duplicate")
    trim = {"title": "Short", "trim": {"in_frame": 10, "out_frame": 40}}
    scene.ask("PATCH", f"/jobs/{JOB}/clips/1", trim)
    scene.ask("DELETE", f"/jobs/{JOB}/clips/1", key="removal")
    for number in range(3):
        scene.ask("POST", f"/jobs/{JOB}/undo", key=f"undo {number}")
    scene.ask("DELETE", f"/jobs/{JOB}/clips/1", key="another removal")
    scene.ask("DELETE", f"/jobs/{JOB}/removed-clips/clip-1")
    scene.rest()


def _undeleted(scene: Scene) -> None:
    scene.world.limits = Limits()
    regenerate(scene)
    scene.go_on(lambda: scene.first_status() is RegenerationStatus.GENERATING)
    scene.note()
    scene.ask("DELETE", f"/jobs/{JOB}")
    scene.until_it_lives(partial(_purge, scene.world))
    scene.ask("POST", f"/jobs/{JOB}/undelete")
    scene.rest()
    scene.until_it_lives(partial(_purge, scene.world))
    with scene.world.saboteur.suspended():
        assert scene.world.jobs.get_job(JOB).status is JobStatus.READY


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
    scene.until_it_lives(lambda: invoke("run_schedule", {"schedule_id": schedule["schedule_id"]}))
    scene.rest()


def _template(scene: Scene) -> None:
    words = {"name": "Fox", "prompt": "a red {animal}", "model": "any", "seconds": "5", "size": "640x360"}
    made = scene.ask("POST", "/templates", words).json
    scene.ask("DELETE", f"/templates/{made['template_id']}")


def _shared(scene: Scene) -> None:
    """A link is made, a viewer comments, the owner deletes the comment and ends the link."""
    made = scene.ask("POST", f"/jobs/{JOB}/shares", {"title": "Cut 2"}).json
    said = {"time_s": 1.5, "author": "Vera", "text": "warmer"}
    comment = scene.ask("POST", f"/shared/{made['token']}/comments", said).json
    share = f"/jobs/{JOB}/shares/{made['share_id']}"
    with scene.world.saboteur.suspended():
        (found,) = scene.world.shares.list_shares(JOB)
        assert found.comment_count == len(scene.world.shares.list_comments(JOB, found.share_id)) == 1
    scene.ask("DELETE", f"{share}/comments/{comment['comment_id']}")
    assert scene.ask("DELETE", share).json["status"] == "revoked"
    with scene.world.saboteur.suspended():
        assert scene.world.shares.list_shares(JOB)[0].comment_count == 0


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
    Flow("clips that continue each other", a_job, _joined),
    Flow("cancel a batch", a_job, _cancelled, polls=3),
    Flow("pause and resume", a_job, _queued),
    Flow("held, and resumed", a_job_of_many, _held),
    Flow("held, with another model", a_job_of_many, _held_and_changed),
    Flow("retry a batch", _failed_batch, _retried),
    *(Flow(f"fetch again, {way}", _an_unfetched_result, _fetched_again, way) for way in SubmissionRecovery),
    Flow("videos", _nothing, _videos),
    Flow("retry a video", _a_failed_video, _video_retried),
    Flow("job of a file and words", _nothing, _new_job),
    Flow("archive what passes the cap", partial(with_takes, count=2), _two_clips),
    Flow("restore a take", partial(with_takes, count=1), _restored),
    Flow("bring a take back", partial(with_takes, count=3), _restored),
    Flow("archive and delete by age", partial(with_takes, count=2), _aged),
    Flow("add a file and words", a_job, _added),
    Flow("edit a timeline and undo it", a_job, _edited),
    Flow("sound track", a_job, _with_a_track),
    Flow("bring a deleted job back", a_job, _undeleted, polls=3),
    Flow("delete a job", a_job, _deleted, polls=3),
    Flow("download a job", partial(with_takes, count=1), _downloaded),
    Flow("schedule a video", _nothing, _scheduled),
    Flow("template", _nothing, _template),
    Flow("share and comment", a_job, _shared),
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
    scene.books.check(world.jobs, world.usage, world.history, jobs)


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
