"""Routes of downloads: many videos as one ZIP archive."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.downloads import BulkDownloadFile, BulkDownloadRequest, BulkDownloadView
from retake.domain.downloads import Download, DownloadStatus
from retake.domain.errors import NotFoundError, StorageBudgetExceededError, TooManyKeptError
from retake.handlers.http.operations import answers
from retake.handlers.http.parameters import (
    DownloadId,
    IdempotencyKey,
)
from retake.handlers.http.requests import Submission, answered, user_id
from retake.services.downloads.ask_download import ask_download, read_download
from retake.services.downloads.choose_files import DownloadSelection

router = APIGatewayHttpRouter()


@router.post("/downloads", summary="Have videos packed into one ZIP archive", tags=["downloads"])
@answers(
    200, 202, raises=(NotFoundError, StorageBudgetExceededError, TooManyKeptError), headers=("Location",)
)
def post_download(body: BulkDownloadRequest, key: IdempotencyKey = None) -> Response[BulkDownloadView]:
    """Answer 200 where the same archive is ready, else 202 and have it packed."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[BulkDownloadView]:
        download = ask_download(
            DownloadSelection(**body.model_dump()), bootstrap.context, user_id=user_id(router)
        )
        status = 200 if download.status is DownloadStatus.READY else 202
        return answered(status, _view(download), location=f"/api/v1/downloads/{download.download_id}")

    return submission.answer_once(carry_out)


@router.get("/downloads/<download_id>", summary="Read how far an archive is", tags=["downloads"])
def get_download(download_id: DownloadId) -> BulkDownloadView:
    """Read an archive: its progress, and its URL once it is ready."""
    return _view(read_download(download_id, bootstrap.context, user_id=user_id(router)))


def _view(download: Download) -> BulkDownloadView:
    is_ready = download.status is DownloadStatus.READY
    url = (
        bootstrap.context.objects.presign_get(download.key, file_name=download.file_name)
        if is_ready
        else None
    )
    return BulkDownloadView(
        download_id=download.download_id,
        status=download.status,
        progress=download.progress,
        file_name=download.file_name,
        url=url,
        size_bytes=download.size_bytes,
        files=[BulkDownloadFile(name=file.name, size_bytes=file.size_bytes) for file in download.files],
        left_out=list(download.left_out),
        created_at=download.created_at,
        expires_at=download.expires_at,
        error=download.error,
    )
