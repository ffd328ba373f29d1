"""What is announced of takes that go to the archive, before they go. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from retake.domain.media import ARCHIVE_MIN_VMAF
from retake.domain.records.takes import Version


@dataclass(frozen=True)
class ArchiveNotice:
    """Which take a regeneration will send to the archive, and until when it can be restored.

    Attributes:
        version_id: None for one of the takes that are still to be made.
        min_vmaf: How close its picture is to the take then at least (VMAF, 0 to 100): the one loss of its
            life; None where it came back from the archive before and loses nothing more.
    """

    clip_index: int
    clip_title: str
    version_id: str | None
    version_number: int
    restorable_until: datetime
    min_vmaf: float | None = ARCHIVE_MIN_VMAF


def archive_notices(
    clip_index: int, clip_title: str, versions: Sequence[Version], numbers: Iterable[int], *, until: datetime
) -> Iterator[ArchiveNotice]:
    """Return the notices of the takes with some numbers, in their order.

    Args:
        clip_index: The clip's place.
        clip_title: What the clip is called.
        versions: The clip's versions.
        numbers: Of those that go, as ``FutureTakes`` says.
        until: When the policy deletes them.
    """
    known = {version.version_number: version for version in versions}
    for number in numbers:
        version = known.get(number)
        if version is None:
            yield ArchiveNotice(clip_index, clip_title, None, number, until)
        else:
            loses = version.archive_form is None
            min_vmaf = ARCHIVE_MIN_VMAF if loses else None
            yield ArchiveNotice(clip_index, clip_title, version.version_id, number, until, min_vmaf)
