"""Requests and answers about uploads."""

from typing import Literal

from pydantic import Field

from retake.contracts.common import Contract, Moment
from retake.contracts.values import Title, Whole

ContentType = Literal[
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
    "audio/mpeg",
    "audio/mp4",
    "audio/wav",
    "audio/x-wav",
    "audio/aac",
    "audio/flac",
    "audio/ogg",
    "image/png",
    "image/jpeg",
    "image/webp",
]


UploadKind = Literal["video", "audio", "image"]


class UploadRequest(Contract):
    """A file that is going to be sent."""

    file_name: Title = Field(min_length=1, examples=["shot-1.mp4"])
    content_type: ContentType
    size_bytes: Whole | None = Field(
        default=None, ge=1, description="The form takes no more; without it, as much as the largest file has"
    )


class UploadForm(Contract):
    """Send the file as a form: all ``fields`` first, then ``file``, by POST to ``url``."""

    upload_id: str
    kind: UploadKind
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: Moment
