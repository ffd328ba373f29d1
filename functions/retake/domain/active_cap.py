"""How many takes of a clip stay in active storage, and which one goes when there are too many. Pure."""

from collections.abc import Collection, Sequence

from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState

MAX_ACTIVE_VERSIONS = 3
"""The PRD's cap on takes in active storage, a clip; a setting up to 5."""


def oldest_to_archive(
    clip: Clip, versions: Sequence[Version], *, cap: int, last: Collection[int] = ()
) -> Version | None:
    """Return the active version that is one too many, were there more than ``cap``.

    The lowest number that is not current; those in ``last`` only where there is no other. The current
    version is never archived.
    """
    active = [version for version in versions if version.state is VersionState.ACTIVE]
    if len(active) <= cap:
        return None
    candidates = [version for version in active if version.version_number != clip.current_version]
    return min(candidates, key=lambda item: (item.version_number in last, item.version_number), default=None)


def next_to_archive(
    clip: Clip,
    versions: Sequence[Version],
    *,
    takes: int = 1,
    stays_current: bool = False,
    cap: int = MAX_ACTIVE_VERSIONS,
) -> tuple[Version, ...]:
    """Return the versions that a regeneration would send to the archive, the oldest first, for the screen.

    The first new take becomes current, so even today's current version can be among them. Each take that
    lands sends one at most.

    Args:
        clip: The clip.
        versions: All its versions.
        takes: How many takes are made, no more than ``cap``.
        stays_current: Whether the clip goes on showing what it shows: takes that are tried again.
        cap: Active versions a clip may have.
    """
    active = [version for version in versions if version.state is VersionState.ACTIVE]
    going = min(takes, len(active) + takes - cap)
    if going <= 0:
        return ()
    kept = clip.current_version if stays_current else None
    candidates = [version for version in active if version.version_number != kept]
    return tuple(sorted(candidates, key=lambda version: version.version_number)[:going])
