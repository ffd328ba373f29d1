"""A job as a person writes it in a TOML file: clips of files, videos and words, in playback order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retake_client.cli.references import Upload
from retake_client.cli.video_specs import (
    WORDS,
    VideoSpec,
    faults_of_references,
    read_references,
    read_toml,
    unknown_names,
    wrong_values,
)
from retake_client.errors import UsageError
from retake_client.http import Json
from retake_client.session import VIDEO_TYPES, content_type_of

NEIGHBOURS = frozenset({"from", "to"})
"""What says that a clip continues the one beside it; the server judges the values."""

PROFILE = frozenset({"width", "height", "fps"})
"""What the whole video may be; the server judges the values."""

NAMES = WORDS | NEIGHBOURS | {"upload", "video"}


@dataclass(frozen=True)
class ClipSource:
    """One clip to ask for.

    Attributes:
        spec: What the API takes as it is, and its references.
        upload: The file that it is made of; None for one that is made of something else.
    """

    spec: VideoSpec
    upload: Path | None


@dataclass(frozen=True)
class JobFile:
    """A job as a TOML file describes it.

    Attributes:
        profile: Size and frame rate of the video; what it leaves out is the first clip's.
    """

    title: str | None
    clips: tuple[ClipSource, ...]
    profile: Json

    def request(self, send: Upload) -> Json:
        """Return what the API is asked for; files are uploaded."""
        clips = [
            {
                **clip.spec.request(send),
                **({} if clip.upload is None else {"upload_id": send(clip.upload, VIDEO_TYPES)}),
            }
            for clip in self.clips
        ]
        titled = {} if self.title is None else {"title": self.title}
        return {"clips": clips, **titled, **({"profile": self.profile} if self.profile else {})}


def read_job_file(file: Path) -> JobFile:
    """Read ``[[clips]]`` and ``[profile]`` from a TOML file; paths in it start where the file is.

    What only the server can judge is left to it.

    Raises:
        UsageError: If it is no TOML; else naming everything that no clip has, and files that cannot be sent.
    """
    content = read_toml(file)
    clips = content.get("clips")
    if not isinstance(clips, list) or not clips or not all(isinstance(one, dict) for one in clips):
        raise UsageError(
            f'{file} asks for no clips; write [[clips]] and for each upload = "shot.mp4", '
            'video = "ID" or prompt = "…"'
        )
    known = {"title", "clips", "profile"}
    faults = [*unknown_names(content, known), *wrong_values(content, {"title"}), *_faults_of_profile(content)]
    for index, clip in enumerate(clips):
        faults += [f"clips[{index}]{fault}" for fault in _faults_of(clip, file.parent)]
    if faults:
        raise UsageError("\n  ".join([f"{file} cannot be understood; nothing was started.", *faults]))
    made_of = tuple(_clip(one, file.parent) for one in clips)
    return JobFile(content.get("title"), made_of, content.get("profile", {}))


def _faults_of_profile(content: dict[str, Any]) -> Iterator[str]:
    profile = content.get("profile", {})
    if isinstance(profile, dict):
        yield from (f"profile: {fault}" for fault in unknown_names(profile, PROFILE))
    else:
        yield "profile is no table; write [profile] and below it width, height or fps"


def _faults_of(clip: dict[str, Any], folder: Path) -> Iterator[str]:
    yield from (f": {fault}" for fault in unknown_names(clip, NAMES | {"reference"}))
    yield from (f".{fault}" for fault in wrong_values(clip, NAMES))
    if not {"upload", "video", "prompt"} & clip.keys():
        yield ": say what it is made of: an upload, a video, or a prompt"
    yield from faults_of_references(clip, folder)
    if isinstance(clip.get("upload"), str):
        try:
            content_type_of(folder / clip["upload"], VIDEO_TYPES)
        except UsageError as error:
            yield f".upload: {error}"


def _clip(clip: dict[str, Any], folder: Path) -> ClipSource:
    settings = {name: value for name, value in clip.items() if name in WORDS | NEIGHBOURS}
    if "video" in clip:
        settings["video_id"] = clip["video"]
    upload = folder / clip["upload"] if "upload" in clip else None
    return ClipSource(VideoSpec(settings, read_references(clip, folder)), upload)
