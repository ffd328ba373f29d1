"""References as a request names them, before they are looked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from retake.contracts.references import ReferenceModel
from retake.domain.errors import Fault
from retake.domain.references import ReferenceRole
from retake.domain.sources import FramePlace, KeptFile, Neighbour, beside, needs_frame

FIELDS = {Neighbour.PREVIOUS: "from", Neighbour.NEXT: "to"}


@dataclass(frozen=True)
class RequestedReference:
    """One reference of a request.

    Attributes:
        field: Where in the request it stands, such as ``clips[0].references[1]``.
        role: None for what the model makes of a file of its kind.
        job_id: The job of ``clip_index``; None for the job that the request is about.
        kept: The copy of its upload, once there is one.
    """

    field: str
    role: ReferenceRole | None = None
    upload_id: str | None = None
    video_id: str | None = None
    job_id: str | None = None
    clip_index: int | None = None
    version_id: str | None = None
    frame: FramePlace | None = None
    neighbour: Neighbour | None = None
    kept: KeptFile | None = None

    @classmethod
    def of(cls, body: ReferenceModel, *, field: str) -> Self:
        """Return what a body names."""
        return cls(field, **body.model_dump())

    @classmethod
    def plain_upload(cls, upload_id: str, *, field: str) -> Self:
        """Return an upload that was given without a role."""
        return cls(field, upload_id=upload_id)

    @classmethod
    def beside(cls, neighbour: Neighbour, *, field: str) -> Self:
        """Return the frame that a clip has in common with the one beside it."""
        return cls(f"{field}{FIELDS[neighbour]}", beside(neighbour).role, neighbour=neighbour)

    def faults(self) -> Iterator[Fault]:
        """Give what cannot be meant, whatever there is."""
        if self.neighbour is not None:
            return
        named = [name for name in ("upload_id", "video_id", "clip_index") if getattr(self, name) is not None]
        if len(named) != 1:
            yield Fault(self.field, "Name one of 'upload_id', 'video_id' and 'clip_index'.")
        if self.version_id is not None and self.upload_id is not None:
            yield Fault(f"{self.field}.version_id", "An upload has no versions; leave it out.")
        if self.job_id is not None and self.clip_index is None:
            yield Fault(f"{self.field}.job_id", "It says whose 'clip_index' is meant; name that too.")
        if self.frame is not None and (self.upload_id is not None or not _takes_frame(self.role)):
            yield Fault(f"{self.field}.frame", "Only of a video or clip that gives a picture; leave it out.")


def _takes_frame(role: ReferenceRole | None) -> bool:
    return role is not None and needs_frame(role)


def requested(
    references: Sequence[ReferenceModel] | None, neighbours: Sequence[Neighbour], *, field: str
) -> tuple[RequestedReference, ...]:
    """Return the references of one clip or video of a request.

    Args:
        references: As its body names them.
        neighbours: The clips beside it that it continues.
        field: Where in the request it stands, with its dot: ``clips[0].``.
    """
    return (
        *(RequestedReference.beside(neighbour, field=field) for neighbour in neighbours),
        *(
            RequestedReference.of(body, field=f"{field}references[{position}]")
            for position, body in enumerate(references or ())
        ),
    )
