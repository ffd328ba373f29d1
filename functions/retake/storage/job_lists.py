"""Lists of a user's jobs: videos by time, project and status, and jobs with open work."""

from datetime import datetime

from retake.domain.due import instant
from retake.domain.open_work import OpenWork
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import VideoFilter
from retake.ports.table import BY_OWNER, Check, Comparison, Condition, Page, Query, Table
from retake.storage.layout import OPEN_WORK, VIDEOS, user_key
from retake.storage.paging import READ_AT_ONCE, read_matching_page, read_page

STILL_OPEN = Condition(or_without="expires_at")
"""An entry of a job without open work is left to TTL rather than deleted: no commit needs leave to delete."""


def list_videos(
    table: Table, user_id: str, wanted: VideoFilter, *, limit: int, cursor: str | None
) -> Page[Job]:
    """Return a page of videos; see ``retake.storage.jobs.JobRepository.list_videos``.

    Time is part of the index's key; project and status are filtered while reading: a person has
    hundreds of videos, not millions, and an index for each would cost a write at every change. Words are
    looked for here and not in the table, which compares letters by their codes alone.
    """
    if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
        return Page([], None)  # the table refuses bounds in the wrong order
    query = Query(
        user_key(user_id),
        BY_OWNER,
        between=(f"{VIDEOS}{_text(wanted.since, '')}", f"{VIDEOS}{_text(wanted.until, '~')}"),
        newest_first=True,
        where=_where(wanted),
    )
    if wanted.words:
        return read_matching_page(
            table, Job, query, limit=limit, cursor=cursor, keep=lambda job: _is_found(wanted, job)
        )
    at_once = None if wanted.project_id is None and wanted.status is None else READ_AT_ONCE
    return read_page(table, Job, query, limit=limit, cursor=cursor, at_once=at_once)


def _is_found(wanted: VideoFilter, job: Job) -> bool:
    return job.video is not None and wanted.finds(job.title, job.video.prompt)


def list_open_work(table: Table, user_id: str, *, limit: int, cursor: str | None) -> Page[OpenWork]:
    """Return a page of the entries that say which jobs have open work: some 150 bytes each."""
    query = Query(user_key(user_id), prefix=OPEN_WORK, where=STILL_OPEN)
    return read_page(table, OpenWork, query, limit=limit, cursor=cursor, at_once=READ_AT_ONCE)


def _text(at: datetime | None, otherwise: str) -> str:
    return otherwise if at is None else instant(at)


def _where(wanted: VideoFilter) -> Condition:
    checks = [Check("status", Comparison.OTHER, JobStatus.DELETING.value)]
    if wanted.project_id is not None:
        checks.append(Check("video.project_id", Comparison.EQUAL, wanted.project_id))
    if wanted.status is not None:
        checks.append(Check("video.status", Comparison.EQUAL, wanted.status.value))
    return Condition(tuple(checks))
