"""What tests of the orphans' sweep, of the recount and of expired takes share."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from retake.domain.changes import Change
from retake.domain.records.jobs import Job
from retake.domain.records.takes import ArchivedTake, Version
from retake.domain.statuses import VersionState
from retake.services.commits import change_job
from retake.services.retention.sweep_orphans import sweep_orphans
from retake.services.retention.sweep_report import OrphanReport
from retake.services.upkeep.purge import purge
from tests.builders import JOB, a_deletion
from tests.fakes.world import World
from tests.invariants import check_always, check_objects, check_usage


def sweep(world: World, **asked: Any) -> OrphanReport:
    asked = {"until": world.clock.now() + timedelta(minutes=4)} | asked
    return sweep_orphans(world.ctx, **asked)


def purge_later(world: World) -> None:
    world.clock.advance(hours=3)
    purge(world.ctx)


def check(world: World) -> None:
    for job in world.jobs.all_jobs():
        check_always(job, world.jobs, world.objects)
    ids = [job.job_id for job in world.jobs.all_jobs()]
    check_objects(world.jobs, world.objects, ids, world.jobs.all_deletions())
    check_usage(world.jobs, world.objects, world.usage, world.jobs.all_jobs())


def archived(world: World, version: Version) -> ArchivedTake:
    """Put a take into the archive by hand; return where it lies."""
    folder = f"archive/{JOB}/{version.clip_id}/1"
    take = ArchivedTake(f"{folder}/take.mp4", None, f"{folder}/thumbnail.webp", 20)
    for key in take.keys:
        world.objects.write(key, b"x" * 10, content_type="video/mp4")

    def decide(job: Job) -> tuple[Change, None]:
        done = replace(version, state=VersionState.ARCHIVED, archived=take, archived_at=world.clock.now())
        ledger = a_deletion("archived", keys=version.objects.keys, due_at=world.clock.now())
        return Change(job, (done, ledger)), None

    change_job(JOB, decide, world.ctx)
    return take
