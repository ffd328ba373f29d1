"""Compose a job's video from its current takes; the same set of takes is composed once."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.errors import (
    ConflictError,
    NotFoundError,
    ObjectDamagedError,
    ObjectMissingError,
    TakeDamagedError,
)
from retake.domain.events.batches import BatchComplete
from retake.domain.events.jobs import VideoRecomposed
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import Composition, Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.records.timeline import Trim
from retake.domain.statuses import JobStatus
from retake.domain.versions import deletion_of, fingerprint_of, shown_hash
from retake.ports.media import ComposedVideo, EarlierVideo, SoundtrackFile, TakeFiles
from retake.ports.objects import FileRange, ObjectInfo, ObjectRange
from retake.prefixes import Prefix
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.partial_download import LazyDownload, PartialDownload
from retake.services.staging import stage
from retake.services.versions.cut_take import cut_files
from retake.services.versions.damage import WAY_OUT, clear_damage, describe_damage, owner_of, record_damage

KEPT_COMPOSITIONS = 2
"""Besides the current one, those used last stay for a day, so that going back and forth is instant."""

ROUNDS = 5
"""How often a composition that was overtaken by another change is made again."""


@dataclass(frozen=True)
class Timeline:
    """What the video should show, at one revision of the job.

    Attributes:
        takes: In order.
        trims: What is shown of each; None for all of it.
    """

    revision: int
    takes: tuple[Version, ...]
    trims: tuple[Trim | None, ...]
    profile: MediaProfile
    fingerprint: str


@dataclass(frozen=True)
class EarlierComposition:
    """A composed video, of which only what is read is fetched.

    Attributes:
        info: What the store knows of it.
        file: The file on disk.
    """

    info: ObjectInfo
    file: PartialDownload

    @property
    def video(self) -> EarlierVideo:
        """Return it as a composer reads it."""
        return EarlierVideo(self.file.path, self.file.fill)

    def stored(self, part: FileRange) -> FileRange | ObjectRange:
        """Return a part of it as one of the object; a part of another file as it is."""
        if part.path != self.file.path:
            return part
        return ObjectRange(self.info.key, self.info.etag, part.start, part.size)


def recompose_video(job_id: str, ctx: Context, *, batch_id: str | None = None) -> Composition:
    """Compose the video of the current timeline; does nothing where it is up to date.

    Args:
        job_id: The job.
        batch_id: The batch whose clips are all done now, if that is why.
        ctx: The ports.

    Returns:
        The composition published, made new or found in the store.

    Raises:
        ConflictError: If a clip that is made of a file has no take yet, or none of them has, or the
            timeline kept moving. One that could not be generated is left out.
        TakeDamagedError: If a take is damaged in the store; it is said which.
        MediaToolError, MediaToolTimeoutError: If the takes could not be joined.
    """
    if batch_id is not None:
        _tell_batch_complete(job_id, batch_id, ctx)
    for _ in range(ROUNDS):
        job = ctx.jobs.get_job(job_id)
        if job.is_composed and job.composition is not None:
            return job.composition
        if job.status is JobStatus.DELETING:
            raise NotFoundError("The job is being deleted.")
        published = _publish(job_id, *_compose(job, _timeline(job, ctx), ctx), ctx)
        if published is not None:
            return published
    raise ConflictError("The timeline changed again and again while the video was composed.")


def _tell_batch_complete(job_id: str, batch_id: str, ctx: Context) -> None:
    def decide(job: Job) -> tuple[Change | None, None]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if batch.composing or batch.held is not None or batch.status.is_terminal:
            return None, None
        event = BatchComplete(batch_id=batch_id)
        return Change(job, (replace(batch, composing=True),), events=(event,)), None

    change_job(job_id, decide, ctx)


def _timeline(job: Job, ctx: Context) -> Timeline:
    if job.profile is None:  # pragma: no cover - set when the job is made
        raise ConflictError("The job has no media profile.")
    takes, trims = [], []
    for index, entry in enumerate(ctx.jobs.list_takes(job.job_id, job.clip_ids)):
        if entry.version is not None:
            takes.append(entry.version)
            trims.append(entry.clip.trim)
        elif job.awaits_files and not entry.clip.is_generated:  # an added clip is left out until it has one
            raise ConflictError(f"{clip_name(index, entry.clip.title)} has no take yet.")
    if not takes:
        raise ConflictError("No clip has a take yet.")
    sound = "" if job.soundtrack is None else job.soundtrack.name
    shown = [shown_hash(take, trim) for take, trim in zip(takes, trims, strict=True)]
    fingerprint = fingerprint_of(shown, profile=job.profile, soundtrack_hash=sound)
    return Timeline(job.timeline_revision, tuple(takes), tuple(trims), job.profile, fingerprint)


def _compose(job: Job, timeline: Timeline, ctx: Context) -> tuple[Composition, tuple[Deletion, ...]]:
    """Find or make the composition; what is new comes with the ledger entry that would remove it."""
    for composition in job.compositions:
        same = composition.fingerprint == timeline.fingerprint
        if same and ctx.objects.find(composition.video_key) is not None:
            again = replace(composition, timeline_revision=timeline.revision, superseded_at=None)
            return again, ()
    return _make(job, timeline, ctx)


def _make(job: Job, timeline: Timeline, ctx: Context) -> tuple[Composition, tuple[Deletion, ...]]:
    prefix = f"{Prefix.COMPOSITIONS}{job.job_id}/{timeline.fingerprint}-{ctx.ids.new()[:8]}"
    video_key, poster_key = f"{prefix}.mp4", f"{prefix}.webp"
    net = stage(job.job_id, (video_key, poster_key), "composition never published", ctx)
    with TemporaryDirectory() as name:
        made = _store_video(job, timeline, Path(name), video_key, ctx)
        for take in timeline.takes:
            if take.damaged_at is not None:  # all were read
                clear_damage(take, ctx)
        ctx.objects.upload(made.poster, poster_key, content_type="image/webp")
        size = made.size_bytes + made.poster.stat().st_size
    composition = Composition(
        timeline.fingerprint,
        video_key,
        poster_key,
        made.frames,
        made.duration_ms,
        size,
        timeline.revision,
        video_bytes=made.size_bytes,
    )
    return composition, (net,)


def _store_video(job: Job, timeline: Timeline, directory: Path, key: str, ctx: Context) -> ComposedVideo:
    """Join the takes and store the video, of which the parts that an earlier one has are copied."""
    earlier = _earlier(job, timeline, directory, ctx)
    made = _join(job, timeline, directory, None if earlier is None else earlier.video, ctx)
    ranges = [part if earlier is None else earlier.stored(part) for part in made.ranges]
    ctx.objects.assemble(key, ranges, content_type="video/mp4")
    return made


def _join(
    job: Job, timeline: Timeline, directory: Path, earlier: EarlierVideo | None, ctx: Context
) -> ComposedVideo:
    """Join the takes, which are read on the way; where one is damaged, say which."""
    thumbnail = _first_picture(timeline, directory, ctx)
    takes = [
        _files(take, index, directory, ctx)
        if trim is None
        else cut_files(take, trim, index, directory, ctx, profile=timeline.profile)
        for index, (take, trim) in enumerate(zip(timeline.takes, timeline.trims, strict=True))
    ]
    try:
        return ctx.composer.compose(
            [replace(takes[0], thumbnail=thumbnail), *takes[1:]],
            profile=timeline.profile,
            soundtrack=_soundtrack(job, directory, ctx),
            directory=directory,
            earlier=earlier,
        )
    except (ObjectDamagedError, ObjectMissingError) as error:
        take = owner_of(error.key, timeline.takes)
        if take is None:  # the sound track
            raise
        record_damage(take, ctx)
        reason = f"The video cannot be joined. {describe_damage(job, take)} {WAY_OUT}"
        raise TakeDamagedError(reason) from error


def _first_picture(timeline: Timeline, directory: Path, ctx: Context) -> Path | None:
    """Return the picture of the first take; of a trimmed one it is drawn anew, of what is shown."""
    take, trim = timeline.takes[0], timeline.trims[0]
    path = directory / "thumbnail"
    if trim is None:
        return _find(take.objects.thumbnail_key, path, ctx)
    whole = directory / "first"
    ctx.objects.download(take.objects.video_key, whole)
    shown = trim.in_frame + min(round(timeline.profile.fps), trim.frames // 2)
    ctx.normalizer.extract_thumbnail(whole, at_ms=timeline.profile.duration_ms(shown), path=path)
    whole.unlink()
    return path


def _files(take: Version, index: int, directory: Path, ctx: Context) -> TakeFiles:
    """Describe a take's files, which are fetched when they are needed."""
    video, audio = directory / f"{index:03}.mp4", directory / f"{index:03}.wav"
    return TakeFiles(
        video,
        audio,
        take.frames,
        content_hash=take.content_hash,
        fetch_video=partial(ctx.objects.download, take.objects.video_key, video),
        fetch_audio=LazyDownload(ctx.objects, take.objects.audio_key, audio).fill,
    )


def _earlier(job: Job, timeline: Timeline, directory: Path, ctx: Context) -> EarlierComposition | None:
    """Return the newest video of the job; None where everything has to be read.

    That is so where a take was found damaged: only reading it tells whether it still is.
    """
    if any(take.damaged_at is not None for take in timeline.takes):
        return None
    for composition in job.compositions:
        found = ctx.objects.find(composition.video_key)
        if found is not None:
            return EarlierComposition(found, PartialDownload(ctx.objects, found, directory / "earlier"))
    return None


def _find(key: str, path: Path, ctx: Context) -> Path | None:
    """Fetch what can be made again; None where it is missing or damaged."""
    try:
        ctx.objects.download(key, path)
    except (ObjectDamagedError, ObjectMissingError):
        return None
    return path


def _soundtrack(job: Job, directory: Path, ctx: Context) -> SoundtrackFile | None:
    """Describe the sound track's file, which is fetched when it is needed."""
    sound = job.soundtrack
    if sound is None:
        return None
    path = directory / "soundtrack"
    fetch = partial(ctx.objects.download, sound.key, path)
    return SoundtrackFile(path, sound.name, sound.mix, duration_ms=sound.duration_ms, fetch=fetch)


def _publish(
    job_id: str, composition: Composition, nets: tuple[Deletion, ...], ctx: Context
) -> Composition | None:
    """Point the job at the composition, unless the timeline moved on meanwhile."""

    def decide(job: Job) -> tuple[Change | None, Composition | None]:
        if job.is_composed:
            return None, job.composition
        if job.timeline_revision != composition.timeline_revision:
            return None, None
        now = ctx.clock.now()
        older = [
            replace(item, superseded_at=item.superseded_at or now)
            for item in job.compositions
            if item.video_key != composition.video_key
        ]
        kept, dropped = older[:KEPT_COMPOSITIONS], older[KEPT_COMPOSITIONS:]
        published = replace(job, composition=composition, kept_compositions=tuple(kept))
        if job.status is JobStatus.READY:
            published = replace(published, lease_until=None)
        event = VideoRecomposed(fingerprint=composition.fingerprint, duration_ms=composition.duration_ms)
        gone = tuple(
            deletion_of(
                item, job_id=job_id, deletion_id=ctx.ids.new(), now=now, reason="composition not kept"
            )
            for item in dropped
        )
        return Change(published, gone, nets, (event,)), composition

    _, published = change_job(job_id, decide, ctx)
    return published
