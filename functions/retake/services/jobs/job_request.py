"""The request for a new job, and its faults that need no look-up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.limits import Limits
from retake.domain.profiles import ProfileChoice
from retake.domain.reasons import is_blank
from retake.domain.records.jobs import Job
from retake.services.references.requested import RequestedReference
from retake.services.videos.plan_videos import VideoRequest


@dataclass(frozen=True)
class NewClip:
    """A clip of the request: made of an upload or of a video, or else generated from its prompt.

    Attributes:
        video_id: One of the person's videos: its take that is current, or ``version_id``.
        prompt: What it shows; what it is generated from where it is made of nothing else.
        model: Here and below: only for a clip that is generated, and as for a video.
        references: What it is made from besides its prompt, such as the clip before it.
    """

    upload_id: str | None = None
    video_id: str | None = None
    version_id: str | None = None
    title: str | None = None
    prompt: str = ""
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    references: tuple[RequestedReference, ...] = ()

    @property
    def is_generated(self) -> bool:
        """Whether it is made of words only."""
        return self.upload_id is None and self.video_id is None

    def video_request(self, position: int) -> VideoRequest:
        """Return what a clip that is generated asks of a model."""
        return VideoRequest(
            prompt=self.prompt,
            title=self.title,
            model=self.model,
            size=self.size,
            seconds=self.seconds,
            references=self.references,
            field=f"{field_of(position)}.",
        )


@dataclass(frozen=True)
class JobRequest:
    """What a person asks for; ``job_id`` is derived from the idempotency key.

    Attributes:
        job: The job that the clips are added to; None for a new one.
        place: Where in its timeline the first of them stands.
    """

    job_id: str
    user_id: str
    request_hash: str
    title: str
    clips: Sequence[NewClip]
    soundtrack_upload_id: str | None = None
    profile: ProfileChoice = field(default_factory=ProfileChoice)
    job: Job | None = None
    place: int = 0


def field_of(position: int) -> str:
    """Return where in the request a clip stands."""
    return f"clips[{position}]"


def refused(faults: Sequence[Fault]) -> InvalidRequestError:
    """Return the refusal of a new job."""
    return InvalidRequestError("The job was refused; nothing was written or charged.", faults=faults)


def check_shape(clips: Sequence[NewClip], limits: Limits) -> list[Fault]:
    """Return what cannot be meant about each clip, whatever there is.

    Raises:
        InvalidRequestError: If there are none, or so many that nothing is looked up for each.
    """
    if not clips:
        raise refused([Fault("clips", "Name at least one upload or video, or write a prompt.")])
    if len(clips) > limits.max_clips:
        raise refused([Fault("clips", f"A job has at most {limits.max_clips} clips.")])
    return [fault for position, clip in enumerate(clips) for fault in _faults_of(clip, field_of(position))]


def _faults_of(clip: NewClip, field: str) -> Iterator[Fault]:
    if clip.upload_id is not None and clip.video_id is not None:
        yield Fault(f"{field}.video_id", "A clip is made of an upload or of a video; leave one of them out.")
    if clip.version_id is not None and clip.video_id is None:
        yield Fault(f"{field}.version_id", "It names a version of a video; name the video in 'video_id'.")
    if clip.is_generated:
        if is_blank(clip.prompt):
            yield Fault(
                f"{field}.prompt",
                'Name an upload or a video, or say what to generate, such as "a red fox in snow".',
            )
        return
    given = [f"{field}.{name}" for name in ("model", "size", "seconds") if getattr(clip, name) is not None]
    for where in (*given, *(reference.field for reference in clip.references)):
        yield Fault(where, "This is for a clip that is generated from its prompt; leave it out.")
