"""What a person is told of takes that go to the archive, before they go. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from retake.domain.records.takes import Version


@dataclass(frozen=True)
class ArchiveNotice:
    """Which take a regeneration will send to the archive, and until when it can be restored.

    Attributes:
        version_id: None for one of the takes that are still to be made.
    """

    clip_index: int
    version_id: str | None
    version_number: int
    restorable_until: datetime


def archive_notices(
    clip_index: int, versions: Sequence[Version], numbers: Iterable[int], *, until: datetime
) -> Iterator[ArchiveNotice]:
    """Return the notices of the takes with some numbers, in their order.

    Args:
        clip_index: The clip's place.
        versions: The clip's versions.
        numbers: Of those that go, as ``FutureTakes`` says.
        until: When the policy deletes them.
    """
    known = {version.version_number: version for version in versions}
    for number in numbers:
        version = known.get(number)
        yield ArchiveNotice(clip_index, version.version_id if version else None, number, until)
