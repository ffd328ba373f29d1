"""Copy the files that a job's clips are made of, so that they last as long as they are needed."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from retake.domain.errors import Fault, ObjectMissingError
from retake.domain.records.ledger import Deletion
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.jobs.build_job import KeptFiles
from retake.services.jobs.job_request import refused
from retake.services.jobs.plan_job import JobPlan
from retake.services.jobs.set_soundtrack import track_of
from retake.services.probed_files import copy_probed
from retake.services.references.keep_uploads import plan_copies
from retake.services.staging import stage

COPIES_AT_ONCE = 16
"""S3 needs up to half a second for each, and the request has 29: a job may have 100 of them."""
SOURCE_LIFETIME = timedelta(days=1)
"""How long a copy of a video's take is kept, as an upload is: a preparation ends within a day."""


def keep_files(job_id: str, plan: JobPlan, ctx: Context) -> tuple[KeptFiles, tuple[Deletion, ...]]:
    """Copy what may go before it is used; the ledger knows every copy before it is made.

    Returns:
        The copies, and the ledger's entry that the job's commit strikes, since it refers to them. That of
        clips' sources stays: they are needed until they are takes, and then no more.
    """
    sources = _copy_sources(job_id, plan, ctx)
    soundtrack = None
    found = [reference for clip in plan.clips for reference in clip.references]
    references, uploads = plan_copies(job_id, found, ctx)
    copies = {
        file.key: (uploads[upload_id].upload.key, uploads[upload_id].etag)
        for upload_id, file in references.items()
    }
    if plan.soundtrack is not None:
        key = f"{Prefix.CLIPS}{job_id}/soundtrack/{ctx.ids.new()}"
        soundtrack = track_of(plan.soundtrack, key, file_name="")
        copies[key] = (plan.soundtrack.key, plan.soundtrack.etag)
    # One entry for all: a job has up to 100 references, and its commit holds 100 items.
    nets = (stage(job_id, copies, "job never committed", ctx),) if copies else ()
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        for made in [pool.submit(_copy_probed, copy, *source, ctx) for copy, source in copies.items()]:
            made.result()
    return KeptFiles(sources, references, soundtrack), nets


def _copy_sources(job_id: str, plan: JobPlan, ctx: Context) -> dict[str, str]:
    """Copy takes of videos: they may be deleted or archived before they are worked on."""
    lent = dict.fromkeys(clip.source_key for clip in plan.clips if clip.is_lent)
    copies = {key: f"{Prefix.CLIPS}{job_id}/source/{ctx.ids.new()}" for key in lent}
    if copies:
        stage(job_id, copies.values(), "source of a clip", ctx, lifetime=SOURCE_LIFETIME)
    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        copying = {key: pool.submit(ctx.objects.copy, key, copy) for key, copy in copies.items()}
    faults = [fault for key, made in copying.items() for fault in _gone(key, plan) if _is_missing(made)]
    if faults:
        raise refused(faults)
    return copies


def _copy_probed(copy: str, source: str, etag: str, ctx: Context) -> None:
    copy_probed(source, copy, ctx, etag=etag)


def _is_missing(made: Future[None]) -> bool:
    """Whether what was to be copied is not there; any other failure is raised."""
    try:
        made.result()
    except ObjectMissingError:
        return True
    return False


def _gone(key: str, plan: JobPlan) -> list[Fault]:
    return [
        Fault(f"clips[{position}].video_id", "The video was deleted at this moment.")
        for position, clip in enumerate(plan.clips)
        if clip.source_key == key
    ]
