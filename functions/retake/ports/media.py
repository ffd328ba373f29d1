"""What is done to pictures and sound.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from retake.domain.media import MediaInfo, MediaProfile
from retake.domain.notices import Notice
from retake.domain.records.jobs import SoundtrackMix
from retake.domain.records.takes import TakeStream
from retake.ports.objects import FileRange

Fill = Callable[[int, int], None]
"""Makes the bytes from one offset to another present in a file that is only partly on disk."""

TO_THE_END = 1 << 62
"""As an end: a ``Fill`` is asked for all that is left, and checks the file where it brings it whole."""


def everything_is_there(start: int, end: int) -> None:
    """Do nothing: the ``Fill`` of a file that is whole."""


def always_wanted() -> bool:
    """Return True: nothing ends the work early."""
    return True


@dataclass(frozen=True)
class TakeFiles:
    """The files of one take.

    Attributes:
        video: Playable MP4: the mezzanine's video stream, plus AAC.
        audio: The exact PCM (WAV, 48 kHz stereo 16 bit), as long as the video.
        frames: Number of video frames.
        content_hash: Equal for takes that look and sound alike; empty where it is not known.
        thumbnail: Its picture, where it is there.
        fetch_video: Brings ``video`` onto the disk, where it is not there yet; None where it is.
        fetch_audio: Brings a part of ``audio`` onto the disk; None where it is there.
    """

    video: Path
    audio: Path
    frames: int
    content_hash: str = ""
    thumbnail: Path | None = None
    fetch_video: Callable[[], None] | None = None
    fetch_audio: Fill | None = None


@dataclass(frozen=True)
class NormalizedTake:
    """What normalising a source file made.

    Attributes:
        files: The take's video and sound.
        thumbnail: WebP picture, 480 pixels wide.
        content_hash: SHA-256 (hex) of the video stream and the sound: equal takes have equal hashes.
        notices: What the take lost of the source.
        stream: The segments of its video; None where it has none.
    """

    files: TakeFiles
    thumbnail: Path
    content_hash: str
    notices: tuple[Notice, ...] = ()
    stream: TakeStream | None = None


@dataclass(frozen=True)
class EarlierVideo:
    """A video that was composed before, of which the next one may take over parts.

    Attributes:
        path: The file, of its full size, maybe with holes.
        fill: Brings bytes onto the disk before they are read.
    """

    path: Path
    fill: Fill = everything_is_there


@dataclass(frozen=True)
class SoundtrackFile:
    """A sound track over the whole video.

    Attributes:
        path: An audio file.
        name: The same for what sounds alike.
        mix: How it is heard.
        duration_ms: Its own length; 0 where that is not known.
        fetch: Brings it onto the disk, where it is not there yet; None where it is.
    """

    path: Path
    name: str
    mix: SoundtrackMix = field(default_factory=SoundtrackMix)
    duration_ms: int = 0
    fetch: Callable[[], None] | None = None


@dataclass(frozen=True)
class ComposedVideo:
    """What joining takes made.

    Attributes:
        ranges: Parts of files which are the video, one behind the other. Those of the earlier video need
            not be on the disk.
        poster: A WebP picture.
    """

    ranges: tuple[FileRange, ...]
    poster: Path
    frames: int
    duration_ms: int

    @property
    def size_bytes(self) -> int:
        """Return the size of the video."""
        return sum(part.size for part in self.ranges)


class MediaProbe(Protocol):
    """Probes untrusted files without decoding them whole, and without reading them whole where it can.

    All raise ``UnreadableMediaError``, with a reason for people, and ``MediaToolTimeoutError``. The file has
    its full size; where it has holes, ``fill`` is called for each part before that is read.
    """

    def probe(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the video is."""
        ...

    def probe_audio(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the sound track is (width and height 0)."""
        ...

    def probe_picture(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the picture is (length 0)."""
        ...


class Normalizer(Protocol):
    """Turns any video into a take of the job's profile."""

    def normalize(
        self,
        source: Path,
        *,
        profile: MediaProfile,
        frames: int,
        directory: Path,
        frames_before: int = 0,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> NormalizedTake:
        """Write the take's files into ``directory``.

        The picture is fitted (never cropped) and padded; a shorter source holds its last frame, a
        longer one is cut; sound follows, or is silence.

        Args:
            source: Any video.
            profile: What to make of it.
            frames: How many frames to make.
            directory: Where the files are written.
            frames_before: How many frames the clips before it have in the job's video: its sound is encoded
                so that it can be copied to that place, and is the same at any other.
            is_wanted: Asked every few seconds.

        Raises:
            UnreadableMediaError: If the source cannot be decoded.
            WorkDroppedError: If it was not wanted any more.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def make_streamable(
        self, files: TakeFiles, *, profile: MediaProfile, frames_before: int
    ) -> TakeStream | None:
        """Write a take's video anew, in place, as one that has segments; what it shows stays as it is.

        Args:
            files: The take.
            profile: The job's.
            frames_before: How many frames the clips before it had when its sound was encoded.

        Returns:
            Its segments; None, and the file as it was, where it cannot have any.

        Raises:
            UnreadableMediaError: If the take is damaged.
        """
        ...

    def extract_thumbnail(self, source: Path, *, at_ms: int, path: Path) -> None:
        """Write one frame as a WebP, 480 pixels wide."""
        ...

    def extract_frame(self, take: Path, *, frame: int, profile: MediaProfile, path: Path) -> None:
        """Write one frame of a take of the profile as a PNG of its own size.

        Args:
            take: A take that ``normalize`` made, or one of the archive.
            frame: Its number, from 0.
            profile: The take's.
            path: Where the picture is written.

        Raises:
            UnreadableMediaError: If the take has no such frame, or cannot be decoded.
        """
        ...


class Composer(Protocol):
    """Joins takes of one profile into one video."""

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: SoundtrackFile | None,
        directory: Path,
        earlier: EarlierVideo | None = None,
    ) -> ComposedVideo:
        """Join the takes in order, frame-exact and without re-encoding the picture.

        Args:
            takes: At least one, all normalised to ``profile``.
            profile: The job's profile.
            soundtrack: A sound track over the whole, cut or padded with silence to the video's length.
            directory: Where the files are written.
            earlier: A video that this port composed before: what is the same is taken from it, and the
                takes that it shows need not be fetched.

        Raises:
            MediaToolError: If the takes cannot be joined as they are.
            UnreadableMediaError: If a take is damaged, or the sound track cannot be decoded.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...


class TakeCutter(Protocol):
    """Makes a shorter take of a part of one, which can be joined with its job's takes as it is."""

    def cut_sound(self, audio: Path, *, profile: MediaProfile, first: int, frames: int, path: Path) -> None:
        """Write the exact sound of some frames of a take.

        Args:
            audio: The take's exact sound (WAV).
            profile: The job's.
            first: The first frame, from 0.
            frames: How many.
            path: Where the WAV is written.
        """
        ...

    def cut_picture(
        self, video: Path, sound: Path, *, profile: MediaProfile, first: int, frames: int, path: Path
    ) -> None:
        """Write a playable MP4 of some frames of a take.

        Args:
            video: The take's MP4.
            sound: The sound of these frames, as ``cut_sound`` made it.
            profile: The job's.
            first: The first frame, from 0.
            frames: How many.
            path: Where the MP4 is written.

        Raises:
            UnreadableMediaError: If the take cannot be decoded, or does not have these frames.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...


class VideoComparer(Protocol):
    """Measures how similar two takes look."""

    def similarity(self, left: Path, right: Path) -> float:
        """Return the mean structural similarity (SSIM) of the frames, 0 to 1.

        Raises:
            UnreadableMediaError: If one of them cannot be decoded.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...
