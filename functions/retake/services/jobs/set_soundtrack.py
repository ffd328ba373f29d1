"""Give a job a sound track, change how it is heard, or remove it; then compose."""

from dataclasses import dataclass, replace

from retake.domain.changes import Change
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Job, Soundtrack, SoundtrackMix
from retake.domain.records.ledger import Deletion
from retake.domain.timeline import require_timeline
from retake.domain.versions import READER_GRACE
from retake.ports.workflows import ProbeResult
from retake.prefixes import Prefix
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.jobs.change_timeline import recomposed
from retake.services.jobs.find_uploads import WantedUpload, find_uploads, probe_found
from retake.services.probed_files import copy_probed
from retake.services.staging import stage
from retake.services.usage.allowances import require_budget
from retake.services.versions.restore_version import require_revision

UPLOAD = "upload_id"
REFUSED = "The sound track was refused; nothing was changed."
NO_TRACK = "The job has no sound track; send an audio file as POST /uploads says, and name the upload here."


@dataclass(frozen=True)
class SoundtrackRequest:
    """What a person asks for; without an upload the track that there is."""

    job_id: str
    user_id: str
    upload_id: str | None
    mix: SoundtrackMix


@dataclass(frozen=True)
class _NewTrack:
    """A track that is copied for the job, with the ledger's entry that removes it until it is committed."""

    track: Soundtrack
    net: Deletion


def set_soundtrack(request: SoundtrackRequest, ctx: Context, *, if_revision: int | None) -> Job:
    """Have a sound track heard with the video; a repeat changes nothing.

    Raises:
        InvalidRequestError: If the upload is not there or cannot be read, or there is no track to change.
        ConflictError: If the job is not ready, or is a video.
        PreconditionFailedError: If the timeline moved since ``if_revision``.
        StorageBudgetExceededError: If the user may add nothing now; nothing was written.
    """
    job = ctx.jobs.get_job(request.job_id)
    _require_changeable(job, if_revision)
    new = _copy(job, request, request.upload_id, ctx) if request.upload_id is not None else None

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_changeable(job, if_revision)
        track = job.soundtrack if new is None else new.track
        if track is None:
            raise InvalidRequestError(REFUSED, faults=[Fault(UPLOAD, NO_TRACK)])
        return _change(job, replace(track, mix=request.mix), new, ctx), None

    return recomposed(change_job(request.job_id, decide, ctx)[0], ctx)


def remove_soundtrack(job_id: str, ctx: Context, *, if_revision: int | None) -> Job:
    """Have the clips' own sound heard alone; without a track nothing changes.

    Raises:
        ConflictError: If the job is not ready, or is a video.
        PreconditionFailedError: If the timeline moved since ``if_revision``.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_changeable(job, if_revision)
        return _change(job, None, None, ctx), None

    return recomposed(change_job(job_id, decide, ctx)[0], ctx)


def _require_changeable(job: Job, if_revision: int | None) -> None:
    require_timeline(job)
    require_ready(job)
    require_revision(job, if_revision)


def _copy(job: Job, request: SoundtrackRequest, upload_id: str, ctx: Context) -> _NewTrack | None:
    """Copy an upload, which expires; None where the job has the very file already."""
    faults: list[Fault] = []
    found = find_uploads([WantedUpload(UPLOAD, upload_id, "audio")], faults, ctx, user_id=request.user_id)
    probed = probe_found(found, faults, ctx)
    if faults:
        raise InvalidRequestError(REFUSED, faults=faults)
    probe = probed[UPLOAD]
    if job.soundtrack is not None and job.soundtrack.content_hash == probe.etag:
        return None
    require_budget(request.user_id, ctx)
    key = f"{Prefix.CLIPS}{job.job_id}/soundtrack/{ctx.ids.new()}"
    net = stage(job.job_id, (key,), "sound track never committed", ctx)
    copy_probed(probe.key, key, ctx, etag=probe.etag)
    return _NewTrack(track_of(probe, key, file_name=found[UPLOAD].upload.file_name), net)


def track_of(probed: ProbeResult, key: str, *, file_name: str) -> Soundtrack:
    """Return the record of a track that was probed and copied."""
    size_bytes = 0 if probed.info is None else probed.info.size_bytes
    duration_ms = 0 if probed.info is None else probed.info.duration_ms
    return Soundtrack(key, probed.etag, size_bytes, file_name=file_name, duration_ms=duration_ms)


def _change(job: Job, track: Soundtrack | None, new: _NewTrack | None, ctx: Context) -> Change | None:
    before = job.soundtrack
    if track == before:
        return None
    moved = replace(job, soundtrack=track, timeline_revision=job.timeline_revision + 1)
    nets = () if new is None else (new.net,)
    if before is None or (track is not None and track.key == before.key):
        return Change(moved, removes=nets)
    due_at = ctx.clock.now() + READER_GRACE
    gone = Deletion(job.job_id, ctx.ids.new(), (before.key,), due_at, "sound track not used any more")
    return Change(moved, (gone,), nets)
