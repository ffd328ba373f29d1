"""Requests and answers about archives that are downloaded."""

from pydantic import Field

from retake.contracts.common import Contract, Moment
from retake.contracts.values import Id
from retake.domain.downloads import DownloadStatus


class BulkDownloadRequest(Contract):
    """What to pack into one ZIP archive: exactly one of the three."""

    job_id: Id | None = Field(
        default=None, description="The job's current takes in their order, and its composed video"
    )
    batch_id: Id | None = Field(
        default=None, description="The completed videos that were asked for together (POST /videos/batch)"
    )
    video_ids: list[Id] | None = Field(default=None, description="Completed videos, in this order")


class BulkDownloadFile(Contract):
    """A file in the archive, as large as it is by itself."""

    name: str
    size_bytes: int


class BulkDownloadView(Contract):
    """An archive, and how far its packing is."""

    download_id: str
    status: DownloadStatus
    progress: int = Field(description="Percent; 100 only with the URL")
    file_name: str
    url: str | None = Field(description="Once it is ready; saves it under its name")
    size_bytes: int | None = Field(description="Of the archive, once it is ready")
    files: list[BulkDownloadFile]
    left_out: list[str] = Field(description="What was meant and is not in it, such as videos that failed")
    created_at: Moment
    expires_at: Moment = Field(description="From then on it has to be asked for again")
    error: str | None = Field(description="Why it failed")
