"""A job as a person writes it in a TOML file: clips of files, videos and words, in playback order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retake_client.cli.video_specs import WORDS, read_toml, unknown_names, wrong_values
from retake_client.errors import UsageError
from retake_client.http import Json
from retake_client.session import PICTURE_TYPES, VIDEO_TYPES, content_type_of

FILES: Mapping[str, Mapping[str, str]] = {
    "upload": VIDEO_TYPES,
    "reference": {**PICTURE_TYPES, **VIDEO_TYPES},
}
"""What names a file in a clip, and which kinds of file it may be."""

PROFILE = frozenset({"width", "height", "fps"})
"""What the whole video may be; the server judges the values."""

NAMES = WORDS | {"video"} | FILES.keys()


@dataclass(frozen=True)
class ClipSource:
    """One clip to ask for.

    Attributes:
        settings: What the API takes as it is.
        files: What has to be uploaded first, by its name in the file.
    """

    settings: Json
    files: Mapping[str, Path]


@dataclass(frozen=True)
class JobFile:
    """What a TOML file asks for.

    Attributes:
        profile: Size and frame rate of the video; what it leaves out is the first clip's.
    """

    title: str | None
    clips: tuple[ClipSource, ...]
    profile: Json

    def request(self, send: Callable[[Path, Mapping[str, str]], str]) -> Json:
        """Return what the API is asked for.

        Args:
            send: Gives the upload's id for a file and the kinds it may be of.
        """
        clips = [
            {
                **clip.settings,
                **{_field_of(name): send(file, FILES[name]) for name, file in clip.files.items()},
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
    yield from (f": {fault}" for fault in unknown_names(clip, NAMES))
    yield from (f".{fault}" for fault in wrong_values(clip, NAMES))
    if not {"upload", "video", "prompt"} & clip.keys():
        yield ": say what it is made of: an upload, a video, or a prompt"
    for name, kinds in FILES.items():
        if isinstance(clip.get(name), str):
            try:
                content_type_of(folder / clip[name], kinds)
            except UsageError as error:
                yield f".{name}: {error}"


def _clip(clip: dict[str, Any], folder: Path) -> ClipSource:
    settings = {name: value for name, value in clip.items() if name in WORDS}
    if "video" in clip:
        settings["video_id"] = clip["video"]
    return ClipSource(settings, {name: folder / clip[name] for name in FILES if name in clip})


def _field_of(name: str) -> str:
    return "upload_id" if name == "upload" else f"{name}_upload_id"
