"""Request a download: pack videos into one archive, unless the same archive exists or is being packed."""

from retake.domain.downloads import LEASE, LIFETIME, Download, DownloadFile, DownloadStatus, download_id_of
from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    Fault,
    InvalidRequestError,
    NotFoundError,
)
from retake.domain.versions import READER_GRACE
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.downloads.choose_files import REFUSED, ChosenFiles, DownloadSelection, choose_files
from retake.services.staging import stage

ROUNDS = 5
GB = 10**9


def ask_download(selection: DownloadSelection, ctx: Context, *, user_id: str) -> Download:
    """Return the archive: ready where it was packed before, else on its way.

    Raises:
        InvalidRequestError: If the selection is wrong, or its files are too large together.
        NotFoundError: If there is no such thing, or it is another user's.
        ConflictError: If there is nothing to download yet, a chosen video is not completed, or the user
            has as many archives as there may be at once.
        ConcurrentUpdateError: If every attempt met another writer.
    """
    chosen = choose_files(selection, ctx, user_id=user_id)
    download_id = download_id_of(user_id, chosen.file_name, chosen.files, chosen.left_out)
    for _ in range(ROUNDS):
        found = ctx.downloads.find_download(user_id, download_id)
        if found is not None and _is_of_use(found, ctx):
            download = found
            break
        try:
            download = _begin(download_id, user_id, chosen, selection, ctx, before=found)
        except ConcurrentUpdateError:  # another request asks for the same at this moment
            continue
        break
    else:
        raise ConcurrentUpdateError("The download was changed again and again.")
    if download.status is DownloadStatus.PROCESSING and not download.worker:
        # Also where the request before died in between; of two calls the second finds the first's claim.
        ctx.workers.pack_download(user_id, download_id)
    return download


def _is_of_use(found: Download, ctx: Context) -> bool:
    now = ctx.clock.now()
    seen = found.as_seen(now)
    if seen.expires_at <= now or seen.status is DownloadStatus.FAILED:
        return False
    return seen.status is DownloadStatus.PROCESSING or ctx.objects.find(seen.key) is not None


def _begin(
    download_id: str,
    user_id: str,
    chosen: ChosenFiles,
    selection: DownloadSelection,
    ctx: Context,
    *,
    before: Download | None,
) -> Download:
    files = _measured(chosen, selection, ctx)
    now = ctx.clock.now()
    others = ctx.downloads.count_downloads(user_id, now=now)
    is_counted = before is not None and before.expires_at > now
    if not is_counted and others >= ctx.limits.max_downloads:
        raise ConflictError(
            f"You have {others} archives to download, and each is kept for a day: try when one is gone."
        )
    download = Download(
        download_id=download_id,
        user_id=user_id,
        file_name=chosen.file_name,
        key=f"{Prefix.DOWNLOADS}{download_id}/{ctx.ids.new()}.zip",
        files=files,
        left_out=chosen.left_out,
        created_at=now,
        expires_at=now + LIFETIME,
        lease_until=now + LEASE,
        revision=0 if before is None else before.revision,
    )
    # Under the archive's own id: no job refers to it, so the ledger removes it when it is due.
    stage(download_id, (download.key,), "download expired", ctx, lifetime=LIFETIME + READER_GRACE)
    return ctx.downloads.save_download(download)


def _measured(chosen: ChosenFiles, selection: DownloadSelection, ctx: Context) -> tuple[DownloadFile, ...]:
    """Return the files with their sizes; the records count a take with its sound and thumbnail."""
    files = []
    for name, key in chosen.files:
        info = ctx.objects.find(key)
        if info is None:
            raise ConflictError(f"{name} was deleted at this moment. Ask for the download again.")
        files.append(DownloadFile(name, key, info.size_bytes))
    total, most = sum(file.size_bytes for file in files), ctx.limits.max_download_bytes
    if total > most:
        detail = (
            f"Together they have {total / GB:.1f} GB, an archive holds {most / GB:g} GB at most: "
            "choose fewer videos, or download them one by one."
        )
        raise InvalidRequestError(REFUSED, faults=[Fault(selection.field, detail)])
    return tuple(files)


def read_download(download_id: str, ctx: Context, *, user_id: str) -> Download:
    """Return an archive as it is now. Raises ``NotFoundError``, also for one that is expired or another's."""
    found, now = ctx.downloads.find_download(user_id, download_id), ctx.clock.now()
    if found is None or found.expires_at <= now:
        raise NotFoundError(f"There is no download {download_id!r}, or it expired; ask for it again.")
    return found.as_seen(now)
