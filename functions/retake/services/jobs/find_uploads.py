"""Find the uploads that a new job is made of, and probe them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retake.domain.errors import Fault
from retake.domain.records.ledger import Upload
from retake.ports.workflows import ProbeResult
from retake.services.context import Context
from retake.services.references.find_references import NO_UPLOAD, NOT_ARRIVED


@dataclass(frozen=True)
class WantedUpload:
    """An upload that the request names: in which field, and as what."""

    field: str
    upload_id: str
    kind: str


@dataclass(frozen=True)
class FoundUpload:
    """One that is there."""

    field: str
    upload: Upload


def find_uploads(
    wanted: Sequence[WantedUpload], faults: list[Fault], ctx: Context, *, user_id: str
) -> Mapping[str, FoundUpload]:
    """Return the uploads that are there, by field; what is wrong is added to ``faults``."""
    found = {}
    for item in wanted:
        upload = ctx.uploads.find_upload(item.upload_id)
        if upload is None or upload.user_id != user_id:
            faults.append(Fault(item.field, NO_UPLOAD))
        elif upload.kind != item.kind:
            faults.append(Fault(item.field, f"This upload is for {upload.kind}; {item.kind} is needed here."))
        elif ctx.objects.find(upload.key) is None:
            faults.append(Fault(item.field, NOT_ARRIVED))
        else:
            found[item.field] = FoundUpload(item.field, upload)
    return found


def probe_found(
    found: Mapping[str, FoundUpload], faults: list[Fault], ctx: Context
) -> Mapping[str, ProbeResult]:
    """Probe the uploads and return what they are, by field; faults are added to ``faults``."""
    pairs = sorted({(item.upload.key, item.upload.kind) for item in found.values()})
    by_key = {result.key: result for result in ctx.workers.probe(pairs)} if pairs else {}
    probed = {field: by_key[item.upload.key] for field, item in found.items()}
    for field, result in probed.items():
        upload = found[field].upload
        if result.info is None:
            faults.append(Fault(field, f"{upload.file_name}: {result.error}"))
        elif upload.kind == "video" and result.info.duration_ms > ctx.limits.max_clip_duration_ms:
            faults.append(
                Fault(field, f"A clip may last at most {ctx.limits.max_clip_duration_ms // 1000} s.")
            )
    return probed
