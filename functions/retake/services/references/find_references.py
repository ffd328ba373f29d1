"""Find what clips shall be made from: uploads, takes of videos and of clips, and the clips beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retake.domain.catalogue import Model
from retake.domain.errors import Fault, NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Upload
from retake.domain.records.takes import Version
from retake.domain.references import ReferenceKind, ReferenceRole
from retake.domain.sources import Neighbour, WantedReference, needs_frame
from retake.domain.statuses import JobStatus, VersionState
from retake.ports.workflows import ProbeResult
from retake.services.context import Context
from retake.services.references.requested import RequestedReference

MEDIA_TYPES = {
    "mp4": "video/mp4",
    "matroska": "video/x-matroska",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
"""Media types by the container that a probe found; what the upload was said to be decides nothing."""

REFERENCE_KINDS = tuple(ReferenceKind)

NO_UPLOAD = "There is no such upload, or it expired; upload the file again."
NOT_ARRIVED = "The file has not arrived yet: send it to the upload's URL first."
KINDS = {ReferenceKind.IMAGE: "a picture", ReferenceKind.VIDEO: "a video"}


@dataclass(frozen=True)
class ProbedUpload:
    """An upload that a clip can be made from."""

    upload: Upload
    content_type: str
    size_bytes: int
    etag: str
    duration_ms: int = 0

    @property
    def kind(self) -> ReferenceKind:
        """Return the kind of file that it is."""
        return ReferenceKind(self.content_type.partition("/")[0])


@dataclass(frozen=True)
class FoundReference:
    """A reference that is there.

    Attributes:
        wanted: What is kept of it; its file is still to be copied where it is an upload.
        upload: The upload, if it is one.
    """

    wanted: WantedReference
    upload: ProbedUpload | None = None


@dataclass(frozen=True)
class Target:
    """A clip or video of a request, and what it shall be made from.

    Attributes:
        field: Where in the request it stands, with its dot; empty for the request itself.
        place: The clip's place in its job's timeline; None for a video.
        clips: How many clips the timeline has.
    """

    field: str
    model: Model
    references: Sequence[RequestedReference]
    place: int | None = None
    clips: int = 0


@dataclass
class _Search:
    """What was found for the targets of one request, and what is wrong with it."""

    job: Job | None
    user_id: str
    ctx: Context
    faults: list[Fault] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    probed: dict[str, ProbeResult] = field(default_factory=dict)

    def fault(self, where: str, detail: str) -> None:
        self.faults.append(Fault(where, detail))


def find_references(
    targets: Sequence[Target], faults: list[Fault], ctx: Context, *, user_id: str, job: Job | None = None
) -> Mapping[str, tuple[FoundReference, ...]]:
    """Return the references of each target, by its field; what is wrong is added to ``faults``.

    Nothing is written, and nothing is cut: that is done when a clip's turn comes.

    Args:
        targets: Clips and videos.
        faults: Gets what is missing, unreadable, or not taken by the model.
        ctx: The ports.
        user_id: Whose uploads, videos and jobs may be used.
        job: The job that the request is about, if there is one already.
    """
    search = _Search(job, user_id, ctx, faults)
    named = [reference for target in targets for reference in target.references]
    well_formed = [reference for reference in named if _is_well_formed(reference, search)]
    _find_uploads(well_formed, search)
    found = {}
    for target in targets:
        there = [
            reference
            for requested in target.references
            if requested in well_formed and (reference := _find(requested, target, search)) is not None
        ]
        if len(there) == len(target.references):
            _require_taken(target, there, search)
        found[target.field] = tuple(there)
    return found


def _is_well_formed(reference: RequestedReference, search: _Search) -> bool:
    before = len(search.faults)
    search.faults += reference.faults()
    return len(search.faults) == before


def _find_uploads(named: Sequence[RequestedReference], search: _Search) -> None:
    """Look for the uploads and probe them all at once."""
    for reference in named:
        if reference.upload_id is None or reference.kept or reference.upload_id in search.uploads:
            continue
        where = _upload_field(reference)
        upload = search.ctx.uploads.find_upload(reference.upload_id)
        if upload is None or upload.user_id != search.user_id:
            search.fault(where, NO_UPLOAD)
        elif upload.kind not in REFERENCE_KINDS:
            search.fault(where, "This upload is for sound; a picture or a video is needed here.")
        elif search.ctx.objects.find(upload.key) is None:
            search.fault(where, NOT_ARRIVED)
        else:
            search.uploads[reference.upload_id] = upload
    if search.uploads:
        pairs = [(upload.key, upload.kind) for upload in search.uploads.values()]
        search.probed = {result.key: result for result in search.ctx.workers.probe(pairs)}


def _find(requested: RequestedReference, target: Target, search: _Search) -> FoundReference | None:
    role = requested.role
    if requested.kept is not None and role is not None:
        return FoundReference(WantedReference(role, file=requested.kept))
    if requested.upload_id is not None:
        return _of_upload(requested, target, search)
    if role is None:  # pragma: no cover - only uploads are given without one
        return None
    if requested.neighbour is not None:
        return _beside(requested.neighbour, role, requested, target, search)
    return _of_take(requested, role, target, search)


def _of_upload(requested: RequestedReference, target: Target, search: _Search) -> FoundReference | None:
    upload = search.uploads.get(str(requested.upload_id))
    if upload is None:
        return None
    probed = search.probed[upload.key]
    content_type = None if probed.info is None else MEDIA_TYPES.get(probed.info.container)
    where = _upload_field(requested)
    if probed.info is None or content_type is None:
        search.fault(where, f"{upload.file_name}: {probed.error or 'This is neither a picture nor a video.'}")
        return None
    file = ProbedUpload(upload, content_type, probed.info.size_bytes, probed.etag, probed.info.duration_ms)
    rules = target.model.references
    if requested.role is None and file.kind not in rules.kinds:
        takes = " or ".join(sorted(rules.kinds)) or "words only"
        search.fault(where, f"{target.model.title} cannot go by a {file.kind}; it can go by: {takes}.")
        return None
    role = requested.role or rules.role_of(file.kind)
    if role.kind is not file.kind:
        needed, given = KINDS[role.kind], KINDS[file.kind]
        search.fault(where, f"{upload.file_name} is {given}; a {role.words} has to be {needed}.")
        return None
    if not _is_short_enough(file.duration_ms, role, target, where, search):
        return None
    return FoundReference(WantedReference(role), file)


def _beside(
    neighbour: Neighbour,
    role: ReferenceRole,
    requested: RequestedReference,
    target: Target,
    search: _Search,
) -> FoundReference | None:
    place = None if target.place is None else target.place + neighbour.step
    if place is None or not 0 <= place < target.clips:
        which, where = ("first", "before") if neighbour is Neighbour.PREVIOUS else ("last", "after")
        search.fault(requested.field, f"This is the {which} clip; there is none {where} it.")
        return None
    return FoundReference(WantedReference(role, neighbour=neighbour, frame=requested.frame))


def _of_take(
    requested: RequestedReference, role: ReferenceRole, target: Target, search: _Search
) -> FoundReference | None:
    job = _job_of(requested, search)
    if job is None:
        return None
    index = 0 if requested.video_id is not None else requested.clip_index
    if index is None or not 0 <= index < len(job.clip_ids):
        last = len(job.clip_ids) - 1
        search.fault(f"{requested.field}.clip_index", f"There is no clip {index}; the job has 0 to {last}.")
        return None
    found = search.ctx.jobs.get_clip(job.job_id, job.clip_ids[index])
    is_own = search.job is not None and job.job_id == search.job.job_id
    version = found.current if requested.version_id is None else found.named(requested.version_id)
    if version is None or version.state is VersionState.DELETED:
        search.fault(requested.field, _no_take(version, requested))
        return None
    if not _is_short_enough(version.duration_ms, role, target, requested.field, search):
        return None
    return FoundReference(
        WantedReference(
            role,
            job_id=job.job_id,
            clip_id=found.clip.clip_id,
            # The take that a clip of the same job shows when the turn comes; of another job, the one of now.
            version_number=None if is_own and requested.version_id is None else version.version_number,
            frame=requested.frame if needs_frame(role) else None,
        )
    )


def _job_of(requested: RequestedReference, search: _Search) -> Job | None:
    """Return the job whose clip is meant, if it is there and the user's."""
    named = requested.video_id or requested.job_id
    if named is None and search.job is not None:
        return search.job
    if named is None:
        search.fault(f"{requested.field}.job_id", "Name the job whose clip is meant.")
        return None
    try:
        job = search.ctx.jobs.get_job(named)
    except NotFoundError:
        job = None
    is_video = requested.video_id is not None
    is_there = job is not None and job.user_id == search.user_id and job.status is not JobStatus.DELETING
    if job is None or not is_there or (is_video and job.video is None):
        name, what = ("video_id", "video") if is_video else ("job_id", "job")
        search.fault(f"{requested.field}.{name}", f"There is no such {what}.")
        return None
    return job


def _no_take(version: Version | None, requested: RequestedReference) -> str:
    if version is not None:
        return f"Version {version.version_number} was deleted; choose another."
    if requested.version_id is not None:
        return "The clip has no such version."
    return "It has no take yet; have it made first."


def _is_short_enough(
    duration_ms: int, role: ReferenceRole, target: Target, where: str, search: _Search
) -> bool:
    longest = target.model.references.video_ms
    if role.kind is not ReferenceKind.VIDEO or longest is None or duration_ms <= longest:
        return True
    title = target.model.title
    search.fault(
        where, f"{title} takes a video of at most {longest / 1000:g} s; it has {duration_ms / 1000:g} s."
    )
    return False


def _require_taken(target: Target, there: Sequence[FoundReference], search: _Search) -> None:
    roles = [reference.wanted.role for reference in there]
    for detail in target.model.references.faults(roles, title=target.model.title):
        search.fault(_fields_of(target), detail)


def _fields_of(target: Target) -> str:
    """Return the field that a fault of all references together names."""
    if len(target.references) == 1:
        return target.references[0].field
    return f"{target.field}references"


def _upload_field(reference: RequestedReference) -> str:
    return reference.field if reference.role is None else f"{reference.field}.upload_id"
