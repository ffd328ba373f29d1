"""Find and probe the uploads that videos use as references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retake.domain.catalogue import ReferenceKind
from retake.domain.errors import Fault
from retake.domain.records.ledger import Upload
from retake.ports.workflows import ProbeResult
from retake.services.context import Context
from retake.services.videos.plan_videos import VideoPlan, refusal

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


@dataclass(frozen=True)
class FoundReference:
    """An upload that a video can go by."""

    upload: Upload
    content_type: str
    size_bytes: int
    etag: str


def find_references(
    plans: Sequence[VideoPlan], ctx: Context, *, user_id: str
) -> Mapping[str, FoundReference]:
    """Return the references that the plans name, by upload id.

    Raises:
        InvalidRequestError: Naming each that is missing, unreadable, or of a kind that the model does
            not take.
    """
    naming = [(plan, plan.request.reference_upload_id) for plan in plans]
    named = [(plan, upload_id) for plan, upload_id in naming if upload_id is not None]
    wanted = _find_uploads(named, ctx, user_id=user_id)
    probed = _probe(tuple(wanted.values()), ctx)
    faults: list[Fault] = []
    found: dict[str, FoundReference] = {}
    for plan, upload_id in named:
        upload = wanted[upload_id]
        reference = _judge(plan, upload, probed[upload.key], faults)
        if reference is not None:
            found[upload_id] = reference
    if faults:
        raise refusal(faults)
    return found


def _find_uploads(
    named: Sequence[tuple[VideoPlan, str]], ctx: Context, *, user_id: str
) -> Mapping[str, Upload]:
    faults: list[Fault] = []
    found: dict[str, Upload] = {}
    for plan, upload_id in named:
        upload = ctx.uploads.find_upload(upload_id)
        if upload is None or upload.user_id != user_id:
            faults.append(Fault(_field(plan), NO_UPLOAD))
        elif upload.kind not in REFERENCE_KINDS:
            faults.append(
                Fault(_field(plan), "This upload is for sound; a picture or a video is needed here.")
            )
        elif ctx.objects.find(upload.key) is None:
            faults.append(Fault(_field(plan), NOT_ARRIVED))
        else:
            found[upload_id] = upload
    if faults:
        raise refusal(faults)
    return found


def _probe(uploads: Sequence[Upload], ctx: Context) -> Mapping[str, ProbeResult]:
    if not uploads:
        return {}
    return {result.key: result for result in ctx.workers.probe([(item.key, item.kind) for item in uploads])}


def _judge(
    plan: VideoPlan, upload: Upload, probed: ProbeResult, faults: list[Fault]
) -> FoundReference | None:
    content_type = None if probed.info is None else MEDIA_TYPES.get(probed.info.container)
    if probed.info is None or content_type is None:
        reason = probed.error or "This is neither a picture nor a video."
        faults.append(Fault(_field(plan), f"{upload.file_name}: {reason}"))
        return None
    kind = ReferenceKind(content_type.partition("/")[0])
    if kind not in plan.model.references:
        takes = " or ".join(sorted(plan.model.references))
        faults.append(
            Fault(_field(plan), f"{plan.model.title} cannot go by a {kind}; it can go by: {takes}.")
        )
        return None
    return FoundReference(upload, content_type, probed.info.size_bytes, probed.etag)


def _field(plan: VideoPlan) -> str:
    return f"{plan.request.field}reference_upload_id"
