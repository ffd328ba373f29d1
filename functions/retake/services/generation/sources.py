"""What a take is made from besides words: decided when its turn comes, and its frames cut then."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.domain.clip_names import clip_name
from retake.domain.clip_versions import ClipTake
from retake.domain.errors import NotFoundError, ObjectMissingError, SourceTakeGoneError
from retake.domain.media import MediaProfile
from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import Version
from retake.domain.sources import FramePlace, Neighbour, Source, WantedReference, needs_frame, usual_frame
from retake.ports.providers import RequestReference
from retake.prefixes import Prefix
from retake.services.batches.accept_batch import list_siblings
from retake.services.context import Context

FRAMES = f"{Prefix.PROVIDER}frames/"
"""Where cut frames lie; what is below ``provider/`` expires within a day, and is cut again where needed."""

OLD = timedelta(hours=12)
"""Age from which a frame is cut again: it must not expire while a provider is being asked."""

PNG = "image/png"
NOT_CHARGED = "Nothing was charged."


def resolve_sources(job: Job, regeneration: Regeneration, ctx: Context) -> tuple[Source, ...]:
    """Return what a take is made from, as it is at this moment of the job; siblings share it.

    Raises:
        SourceTakeGoneError: If the clip, or its take, is not there (any more).
    """
    for sibling in list_siblings(regeneration, ctx):
        if sibling.made_from is not None:
            return sibling.made_from
    return tuple(_resolve(job, regeneration, wanted, ctx) for wanted in regeneration.wanted)


def _resolve(job: Job, regeneration: Regeneration, wanted: WantedReference, ctx: Context) -> Source:
    if wanted.file is not None:
        return Source(wanted.role, file=wanted.file)
    clip_id = wanted.clip_id
    if wanted.neighbour is not None:
        clip_id = _neighbour(job, regeneration, wanted.neighbour)
    job_id = wanted.job_id or job.job_id
    found = _find_take(job_id, str(clip_id), wanted.version_number, ctx)
    version = None if found is None else found.version
    if found is None or version is None:
        place = job.place_of(str(clip_id))
        name = "The clip" if place is None or job_id != job.job_id else clip_name(place, "").capitalize()
        raise SourceTakeGoneError(
            f"{name} that gives the {wanted.role.words} of this clip has no take. {NOT_CHARGED} Have it "
            "made first, then retry this clip."
        )
    place_in_take = (wanted.frame or usual_frame(wanted.role)) if needs_frame(wanted.role) else None
    return Source(
        wanted.role,
        neighbour=wanted.neighbour,
        job_id=job_id,
        clip_id=version.clip_id,
        version_id=version.version_id,
        version_number=version.version_number,
        frame=None if place_in_take is None else _frame_at(place_in_take, found.clip, version, wanted),
        frame_place=place_in_take,
        # Takes of other jobs are named by their numbers, and what their clips show later is not followed.
        is_followed=(
            wanted.version_number is None
            and job_id == job.job_id
            and version.clip_id != regeneration.clip_id  # its own take before is no change of it
        ),
    )


def _neighbour(job: Job, regeneration: Regeneration, neighbour: Neighbour) -> str:
    own = job.place_of(regeneration.clip_id)
    place = None if own is None else own + neighbour.step
    if place is None or not 0 <= place < len(job.clip_ids):
        where = "before" if neighbour is Neighbour.PREVIOUS else "after"
        raise SourceTakeGoneError(f"There is no clip {where} this one any more. {NOT_CHARGED}")
    return job.clip_ids[place]


def _frame_at(place: FramePlace, clip: Clip, version: Version, wanted: WantedReference) -> int:
    """Return which frame is meant: of what a clip shows, the first or last that it shows."""
    return place.number_in(version.frames) if wanted.version_number is not None else clip.shown_frame(place)


def _find_take(job_id: str, clip_id: str, number: int | None, ctx: Context) -> ClipTake | None:
    try:
        if number is not None:
            return ctx.jobs.get_take(job_id, clip_id, number)
        return ctx.jobs.list_takes(job_id, (clip_id,))[0]
    except NotFoundError:
        return None


def cut_frames(regeneration: Regeneration, ctx: Context) -> None:
    """Cut the frames that a take is made from out of the takes that were decided, unless they are there.

    Raises:
        SourceTakeGoneError: If such a take was deleted since.
        UnreadableMediaError, MediaToolError: If a frame cannot be cut.
    """
    for source in regeneration.made_from or ():
        if source.frame is not None and not _is_cut(source, ctx):
            _cut(source, source.frame, ctx)


def references_of(regeneration: Regeneration, ctx: Context) -> tuple[RequestReference, ...]:
    """Return what a provider is given; frames that are not there any more are cut again.

    Raises:
        As ``cut_frames``.
    """
    cut_frames(regeneration, ctx)
    return tuple(_reference(source, ctx) for source in regeneration.made_from or ())


def _reference(source: Source, ctx: Context) -> RequestReference:
    if source.file is not None:
        return RequestReference(source.role, source.file.key, source.file.content_type)
    if source.frame is not None:
        return RequestReference(source.role, _frame_key(source), PNG)
    return RequestReference(source.role, _video_key(_take_of(source, ctx)), "video/mp4")


def _frame_key(source: Source) -> str:
    return f"{FRAMES}{source.version_id}-{source.frame}.png"


def _is_cut(source: Source, ctx: Context) -> bool:
    found = ctx.objects.find(_frame_key(source))
    return found is not None and ctx.clock.now() - found.last_modified < OLD


def _cut(source: Source, frame: int, ctx: Context) -> None:
    key = _video_key(_take_of(source, ctx))
    with TemporaryDirectory() as name:
        take, picture = Path(name) / "take.mp4", Path(name) / "frame.png"
        try:
            ctx.objects.download(key, take)
        except ObjectMissingError as error:
            raise _gone(source) from error
        ctx.normalizer.extract_frame(take, frame=frame, profile=_profile_of(source, ctx), path=picture)
        ctx.objects.upload(picture, _frame_key(source), content_type=PNG)


def _take_of(source: Source, ctx: Context) -> Version:
    number = source.version_number
    found = _find_take(str(source.job_id), str(source.clip_id), number, ctx)
    if found is None or found.version is None:
        raise _gone(source)
    return found.version


def _profile_of(source: Source, ctx: Context) -> MediaProfile:
    profile = ctx.jobs.get_job(str(source.job_id)).profile
    if profile is None:  # pragma: no cover - set when the job is made
        raise _gone(source)
    return profile


def _video_key(version: Version) -> str:
    where = version.location
    if where is None:
        raise SourceTakeGoneError(
            f"Version {version.version_number}, which this clip is made from, was deleted. {NOT_CHARGED}"
        )
    return where.video_key


def _gone(source: Source) -> SourceTakeGoneError:
    return SourceTakeGoneError(
        f"The take that gives the {source.role.words} of this clip was deleted. {NOT_CHARGED}"
    )
