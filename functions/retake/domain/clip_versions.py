"""A clip together with versions of it, as it is read from the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version


@dataclass(frozen=True)
class ClipVersions:
    """A clip and its versions, newest first: all of them, or those in active storage."""

    clip: Clip
    versions: Sequence[Version]

    @property
    def current(self) -> Version | None:
        """The version that the clip shows; None if it has none yet."""
        number = self.clip.current_version
        return None if number is None else self.numbered(number)

    def numbered(self, number: int) -> Version | None:
        """Return the version with a number, if it is among them."""
        return self._first(lambda version: version.version_number == number)

    def by_id(self, version_id: str) -> Version | None:
        """Return the version with an id, if it is among them."""
        return self._first(lambda version: version.version_id == version_id)

    def named(self, name: str) -> Version | None:
        """Return the version with an id, or with a number written as text, if it is among them."""
        return self._first(lambda version: name in {version.version_id, str(version.version_number)})

    def owner_of(self, key: str) -> Version | None:
        """Return the version that an object belongs to, if it is among them."""
        return self._first(lambda version: key in version.keys)

    def _first(self, fits: Callable[[Version], bool]) -> Version | None:
        return next(filter(fits, self.versions), None)


@dataclass(frozen=True)
class ClipTake:
    """A clip and one of its versions, such as the current one; None if there is none."""

    clip: Clip
    version: Version | None
