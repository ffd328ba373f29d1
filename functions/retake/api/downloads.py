"""Routes of downloads: many videos as one ZIP archive."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    DownloadId,
    IdempotencyKey,
)
from retake.api.http.requests import Submission, answered, user_id
from retake.contracts.downloads import BulkDownloadRequest, BulkDownloadView
from retake.domain.downloads import Download, DownloadStatus
from retake.domain.errors import NotFoundError
from retake.routes import DownloadRoute
from retake.services.downloads.ask_download import ask_download, read_download
from retake.services.downloads.choose_files import DownloadSelection

router = Router()


@router.on(DownloadRoute.CREATE, summary="Have videos packed into one ZIP archive", tags=["downloads"])
@answers(200, 202, raises=(*CONFLICTS, NotFoundError), headers=("Location",))
def post_download(body: BulkDownloadRequest, key: IdempotencyKey = None) -> Response[BulkDownloadView]:
    """Answer 200 where the same archive is ready, else 202 and have it packed."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[BulkDownloadView]:
        download = ask_download(
            DownloadSelection(**body.model_dump()), bootstrap.context, user_id=user_id(router)
        )
        status = 200 if download.status is DownloadStatus.READY else 202
        return answered(
            status, _view(download), location=DownloadRoute.READ.address(download_id=download.download_id)
        )

    return submission.answer_once(carry_out)


@router.on(DownloadRoute.READ, summary="Read how far an archive is", tags=["downloads"])
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
    return BulkDownloadView.of(download, url=url)


handler = entry_point(build_app(router))
