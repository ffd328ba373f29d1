"""What is done to pictures and sound.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retake.domain.media import MediaInfo, MediaProfile
from retake.domain.notices import Notice
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
    """

    files: TakeFiles
    thumbnail: Path
    content_hash: str
    notices: tuple[Notice, ...] = ()


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
    """Looks into untrusted files without decoding them whole, nor reading them whole where it can.

    The file has its full size; where it has holes, ``fill`` is called for each part before that is read.
    """

    def probe(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the video is. Raises ``UnreadableMediaError`` with a reason for people."""
        ...

    def probe_audio(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the sound track is (width and height 0). Raises ``UnreadableMediaError``."""
        ...

    def probe_picture(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        """Return what the picture is (length 0). Raises ``UnreadableMediaError``."""
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

    def extract_thumbnail(self, source: Path, *, at_ms: int, path: Path) -> None:
        """Write one frame as a WebP, 480 pixels wide."""
        ...


class Composer(Protocol):
    """Joins takes of one profile into one video."""

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: Path | None,
        directory: Path,
        earlier: EarlierVideo | None = None,
    ) -> ComposedVideo:
        """Join the takes in order, frame-exact and without re-encoding the picture.

        Args:
            takes: At least one, all normalised to ``profile``.
            profile: The job's profile.
            soundtrack: An audio file laid over the whole, cut or padded with silence to the video's
                length; it replaces the clips' own sound.
            directory: Where the files are written.
            earlier: A video that this port composed before: what is the same is taken from it, and the
                takes that it shows need not be fetched.
        """
        ...


class VideoComparer(Protocol):
    """Says how alike two takes look."""

    def similarity(self, left: Path, right: Path) -> float:
        """Return the mean structural similarity (SSIM) of the frames, 0 to 1."""
        ...


@dataclass(frozen=True)
class CompressedTake:
    """What compressing a take made.

    Attributes:
        video: Playable MP4, its tables first: the picture encoded once more, into the same headers, so
            that it can be joined with its job's takes as it is; the take's AAC as it was.
        size_bytes: Size of the file.
        vmaf: Quality beside the take, 0 to 100.
        content_hash: Of its picture and the take's sound, as ``NormalizedTake`` has one.
    """

    video: Path
    size_bytes: int
    vmaf: float
    content_hash: str


class ArchiveEncoder(Protocol):
    """Makes old takes small, and says whether what was made is whole."""

    def compress(self, files: TakeFiles, *, profile: MediaProfile, directory: Path) -> CompressedTake | None:
        """Write a smaller video of the take into ``directory``, frame for frame.

        Returns:
            The smaller video; None where the take cannot shrink enough at the quality wanted, so
            that its picture is archived as it is.

        Raises:
            UnreadableMediaError: If the take does not decode cleanly.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def identify(self, files: TakeFiles) -> str:
        """Return the content hash of a take's files, as ``NormalizedTake`` has one.

        Raises:
            UnreadableMediaError: If they are no take's.
        """
        ...

    def pack_sound(self, audio: Path, *, path: Path) -> None:
        """Write a take's PCM smaller and without loss.

        Raises:
            MediaToolError: If that failed.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def unpack_sound(self, path: Path, *, audio: Path) -> None:
        """Write packed sound as the PCM that it was; PCM stays as it is.

        Raises:
            UnreadableMediaError: If it does not decode cleanly.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def verify(self, path: Path, *, frames: int, duration_ms: int) -> None:
        """Decode a whole archived video, picture and sound.

        Raises:
            ArchiveDamagedError: If it does not decode cleanly, or is not as long as it should be.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...
