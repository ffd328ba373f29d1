"""Copy uploads that clips are made from: an upload expires within a day, a clip may be made again later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retake.domain.records.ledger import Deletion
from retake.domain.sources import KeptFile, WantedReference
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.probed_files import copy_probed
from retake.services.references.find_references import FoundReference, ProbedUpload
from retake.services.staging import stage


def plan_copies(
    job_id: str, found: Sequence[FoundReference], ctx: Context
) -> tuple[Mapping[str, KeptFile], Mapping[str, ProbedUpload]]:
    """Return the copies to make: each upload once, whatever uses it.

    Returns:
        The copies, and what each is made of, both by the upload's id.
    """
    uploads = {item.upload.upload.upload_id: item.upload for item in found if item.upload is not None}
    copies = {
        upload_id: KeptFile(
            f"{Prefix.CLIPS}{job_id}/reference/{ctx.ids.new()}", file.content_type, file.size_bytes
        )
        for upload_id, file in uploads.items()
    }
    return copies, uploads


def keep_uploads(
    job_id: str, found: Sequence[FoundReference], ctx: Context
) -> tuple[Mapping[str, KeptFile], tuple[Deletion, ...]]:
    """Copy the uploads of references to where their job lies; the ledger knows every copy before it is made.

    Returns:
        The copies by the uploads' ids, and the ledger's entries, for the commit that refers to the copies.
    """
    copies, uploads = plan_copies(job_id, found, ctx)
    if not copies:
        return {}, ()
    net = stage(job_id, [file.key for file in copies.values()], "reference never committed", ctx)
    for upload_id, file in copies.items():
        copy_probed(uploads[upload_id].upload.key, file.key, ctx, etag=uploads[upload_id].etag)
    return copies, (net,)


def wanted_of(found: Sequence[FoundReference], copies: Mapping[str, KeptFile]) -> tuple[WantedReference, ...]:
    """Return what is kept of references, with the copies of those that are uploads."""
    return tuple(
        item.wanted
        if item.upload is None
        else replace(item.wanted, file=copies[item.upload.upload.upload_id])
        for item in found
    )
