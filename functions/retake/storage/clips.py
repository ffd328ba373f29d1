"""Clips of a job and their versions: the part of its partition that is read most."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version
from retake.ports.table import Item, Query, Table
from retake.storage.items import find, from_item
from retake.storage.layout import VERSION_MARK, job_key, version_place
from retake.storage.paging import read_all

FEW_CLIPS = 5
"""Older clips that are read one by one; more of them with all versions of the job, by one query."""

T = TypeVar("T")


class ClipRecords:
    """Clips and versions. Reads are consistent; ``get`` raises, ``find`` returns None."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_clip(self, job_id: str, clip_id: str) -> ClipVersions:
        """Return one clip and all its versions: one query. Raises ``NotFoundError``."""
        bounds = f"CLIP#{clip_id}", f"CLIP#{clip_id}{VERSION_MARK}~"
        found = _grouped(read_all(self._table, Query(job_key(job_id), between=bounds)))
        if not found:
            raise NotFoundError(f"This job has no clip {clip_id!r}.")
        return found[0]

    def list_clips(self, job_id: str) -> Sequence[ClipVersions]:
        """Return all clips with their versions, in no particular order."""
        return _grouped(read_all(self._table, Query(job_key(job_id), prefix="CLIP#")))

    def read_clips(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[Clip]:
        """Return these clips without their versions, in this order.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        places = [f"CLIP#{clip_id}" for clip_id in clip_ids]
        found = self._read(job_id, places)
        if gone := set(places) - set(found):
            raise NotFoundError(f"This job has no clip {min(gone).removeprefix('CLIP#')!r}.")
        return [from_item(Clip, found[place]) for place in places]

    def list_takes(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipTake]:
        """Return these clips with their current versions, in this order.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        clips = self.read_clips(job_id, clip_ids)
        current = {
            clip.clip_id: version_place(clip.clip_id, clip.current_version)
            for clip in clips
            if clip.current_version is not None
        }
        found = self._read_versions(job_id, current.values())
        return [
            ClipTake(clip, found[current[clip.clip_id]] if clip.clip_id in current else None)
            for clip in clips
        ]

    def list_active(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipVersions]:
        """Return these clips with their versions in active storage, in this order.

        However many versions there are besides; some that have just been archived may be among them.

        Raises:
            NotFoundError: If one is gone: its job was deleted.
        """
        clips = self.read_clips(job_id, clip_ids)
        whole = self._read_whole(job_id, [clip.clip_id for clip in clips if clip.active_versions is None])
        active = {
            clip.clip_id: [version_place(clip.clip_id, number) for number in clip.active_versions]
            for clip in clips
            if clip.active_versions is not None
        }
        found = self._read_versions(job_id, [place for places in active.values() for place in places])
        return [
            ClipVersions(clip, _newest_first(found[place] for place in active[clip.clip_id]))
            if clip.clip_id in active
            else whole[clip.clip_id]
            for clip in clips
        ]

    def get_take(self, job_id: str, clip_id: str, number: int | None) -> ClipTake:
        """Return a clip and its version with this number, if there is one.

        Raises:
            NotFoundError: If the clip is gone: its job was deleted.
        """
        clip = self._get(Clip, job_id, f"CLIP#{clip_id}", f"This job has no clip {clip_id!r}.")
        if number is None:
            return ClipTake(clip, None)
        return ClipTake(clip, find(self._table, Version, (job_key(job_id), version_place(clip_id, number))))

    def _get(self, kind: type[T], job_id: str, place: str, missing: str) -> T:
        found = find(self._table, kind, (job_key(job_id), place))
        if found is None:
            raise NotFoundError(missing)
        return found

    def _read(self, job_id: str, places: Iterable[str]) -> dict[str, Item]:
        """Return the items that are there, by sort key."""
        items = self._table.get_many([(job_key(job_id), place) for place in places])
        return {item["SK"]: item for item in items}

    def _read_whole(self, job_id: str, clip_ids: Sequence[str]) -> dict[str, ClipVersions]:
        """Return clips with all their versions: many by one query, few without the job's others."""
        many = len(clip_ids) > FEW_CLIPS
        found = self.list_clips(job_id) if many else [self.get_clip(job_id, item) for item in clip_ids]
        return {entry.clip.clip_id: entry for entry in found}

    def _read_versions(self, job_id: str, places: Iterable[str]) -> dict[str, Version]:
        """Return versions that a clip named a moment ago, by sort key."""
        wanted = [*places]
        found = self._read(job_id, wanted)
        if len(found) < len(wanted):
            raise NotFoundError("This job was deleted.")
        return {place: from_item(Version, item) for place, item in found.items()}


def _newest_first(versions: Iterable[Version]) -> list[Version]:
    return sorted(versions, key=lambda item: -item.version_number)


def _grouped(items: Iterable[Item]) -> list[ClipVersions]:
    clips: dict[str, Clip] = {}
    versions: dict[str, list[Version]] = {}
    for item in items:
        if VERSION_MARK in item["SK"]:
            version = from_item(Version, item)
            versions.setdefault(version.clip_id, []).append(version)
        else:
            clip = from_item(Clip, item)
            clips[clip.clip_id] = clip
    return [ClipVersions(clip, _newest_first(versions.get(clip_id, []))) for clip_id, clip in clips.items()]
