"""Create, find and end share links (ADR-0062)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, Fault, InvalidRequestError, NotFoundError
from retake.domain.events.shares import ShareCreated, ShareRevoked
from retake.domain.records.jobs import Job
from retake.domain.records.shares import ComparedTakes, Share, ShareToken
from retake.domain.shares import KEPT_AFTER_END, MAX_TOKENS, hash_of, require_open, require_room
from retake.domain.statuses import JobStatus
from retake.services.commits import change_job
from retake.services.context import Context

TOKEN_BYTES = 32


@dataclass(frozen=True)
class ComparisonRequest:
    """Two versions of a clip, by id or number, as a request names them."""

    clip_index: int
    left: str
    right: str


@dataclass(frozen=True)
class ShareRequest:
    """A link as it is asked for.

    Attributes:
        share_id: Derived from the idempotency key: a repeat finds the link that the first request made.
        days: After which it ends by itself.
        compares: What it shows; None for the job's video.
    """

    share_id: str
    request_hash: str
    days: int
    title: str = ""
    takes_comments: bool = True
    shows_prompts: bool = False
    compares: ComparisonRequest | None = None


@dataclass(frozen=True)
class OpenedShare:
    """A link and a token that opens it: the only time that the token is known."""

    share: Share
    token: str


def create_share(job_id: str, request: ShareRequest, ctx: Context) -> OpenedShare:
    """Make a link, or another token for the one that the same request made before.

    No token is stored, so a repeat cannot be answered with the first one; all tokens of a link end with it.

    Raises:
        NotFoundError: If the job is being deleted.
        ConflictError: If the job has no video to show, or the request was repeated too often.
        ShareEndedError: If it repeats one whose link has ended.
        TooManyKeptError: If the job has as many links as are allowed.
        InvalidRequestError: Naming what cannot be compared; or if the id belongs to another request.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)

    def decide(job: Job) -> tuple[Change | None, Share]:
        found = ctx.shares.find_share(job_id, request.share_id)
        before = _new_share(job, request, ctx) if found is None else _repeated(found, request, ctx)
        share = replace(before, token_hashes=(*before.token_hashes, hash_of(token)))
        pointer = ShareToken(hash_of(token), job_id, share.share_id, share.expires_at)
        created = ShareCreated(share_id=share.share_id, shows=share.kind, ends_at=share.ends_at)
        return Change(job, (share, pointer), events=() if found else (created,)), share

    return OpenedShare(change_job(job_id, decide, ctx)[1], token)


def _new_share(job: Job, request: ShareRequest, ctx: Context) -> Share:
    if job.status is JobStatus.DELETING:
        raise NotFoundError(f"There is no job {job.job_id!r}.")
    require_room(ctx.shares.list_shares(job.job_id), most=ctx.limits.max_shares)
    if request.compares is None and job.composition is None:
        raise ConflictError("The job has no video yet; share it once its first video is composed.")
    now = ctx.clock.now()
    ends_at = now + timedelta(days=request.days)
    return Share(
        job_id=job.job_id,
        share_id=request.share_id,
        created_at=now,
        ends_at=ends_at,
        compares=None if request.compares is None else _compared(job, request.compares, ctx),
        title=request.title,
        takes_comments=request.takes_comments,
        shows_prompts=request.shows_prompts,
        request_hash=request.request_hash,
        expires_at=ends_at + KEPT_AFTER_END,
    )


def _compared(job: Job, request: ComparisonRequest, ctx: Context) -> ComparedTakes:
    if not 0 <= request.clip_index < len(job.clip_ids):
        last = len(job.clip_ids) - 1
        raise _refused([Fault("comparison.clip_index", f"Name a clip of the job, from 0 to {last}.")])
    found = ctx.jobs.get_clip(job.job_id, job.clip_ids[request.clip_index])
    sides = {"left": found.named(request.left), "right": found.named(request.right)}
    left, right = sides.values()
    faults = [
        Fault(f"comparison.{side}", "Name a version of this clip that is still stored, by id or number.")
        for side, version in sides.items()
        if version is None or version.location is None
    ]
    if left is None or right is None or faults:
        raise _refused(faults)
    return ComparedTakes(found.clip.clip_id, left.version_number, right.version_number)


def _refused(faults: Sequence[Fault]) -> InvalidRequestError:
    return InvalidRequestError("The link was refused; nothing was written.", faults=faults)


def _repeated(share: Share, request: ShareRequest, ctx: Context) -> Share:
    if share.request_hash != request.request_hash:
        raise InvalidRequestError(
            "This Idempotency-Key was used with another body; use a new key for a new request."
        )
    require_open(share, ctx.clock.now())
    if len(share.token_hashes) >= MAX_TOKENS:
        raise ConflictError(
            f"This request was repeated {MAX_TOKENS} times, each with a token of its own. "
            "Use a new Idempotency-Key for a new link."
        )
    return share


def get_share(job_id: str, share_id: str, ctx: Context) -> Share:
    """Return a link of the job. Raises ``NotFoundError``."""
    found = ctx.shares.find_share(job_id, share_id)
    if found is None:
        raise NotFoundError(f"This job has no share link {share_id!r}.")
    return found


def revoke_share(job_id: str, share_id: str, ctx: Context) -> Share:
    """End a link now; revoking one that has ended changes nothing. Its comments stay for its owner.

    Raises:
        NotFoundError: If the job has no such link.
    """

    def decide(job: Job) -> tuple[Change | None, Share]:
        share = get_share(job_id, share_id, ctx)
        now = ctx.clock.now()
        if not share.is_open(now):
            return None, share
        revoked = replace(share, revoked_at=now)
        return Change(job, (revoked,), events=(ShareRevoked(share_id=share_id),)), revoked

    return change_job(job_id, decide, ctx)[1]
