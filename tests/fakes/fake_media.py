"""Media tools that work on a few bytes instead of pictures; the same bytes give the same result."""

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from retake.domain.errors import ArchiveDamagedError, UnreadableMediaError, WorkDroppedError
from retake.domain.media import MediaInfo, MediaProfile
from retake.domain.notices import Notice
from retake.domain.records.takes import TakeSegment, TakeStream
from retake.ports.archive import CompressedTake
from retake.ports.media import (
    ComposedVideo,
    EarlierVideo,
    Fill,
    NormalizedTake,
    SoundtrackFile,
    TakeFiles,
    always_wanted,
    everything_is_there,
)
from retake.ports.objects import FileRange


def fake_video(
    seconds: float = 10,
    *,
    width: int = 640,
    height: int = 360,
    rate: str = "30",
    is_variable: bool = False,
    note: str = "",
) -> bytes:
    """Return the bytes of a "video" that these tools understand."""
    size: dict[str, object] = {"width": width, "height": height, "rate": rate, "is_variable": is_variable}
    return json.dumps({"seconds": seconds, "note": note, **size}).encode()


def fake_picture(kind: str = "png") -> bytes:
    """Return the bytes of a "picture" that these tools understand."""
    return json.dumps({"picture": kind}).encode()


def fake_frame(take: bytes, frame: int) -> bytes:
    """Return the bytes of the "picture" that is cut out of a take."""
    return json.dumps({"picture": "png", "frame": frame, "of": _hash(take)}).encode()


TAKE = b"take.mp4 "
"""How the takes begin that ``FakeNormalizer`` makes."""

SOUND = b"sound.wav "
"""How their sound begins."""

PACKED = b"packed "
"""How it begins in the archive of ``FakeArchiveEncoder``."""


class FakeProbe:
    """A ``MediaProbe`` for ``fake_video``."""

    def probe(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        (fill or everything_is_there)(0, path.stat().st_size)
        return self._info(path, codec="h264")

    def probe_audio(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        (fill or everything_is_there)(0, path.stat().st_size)
        return self._info(path, codec="")

    def probe_picture(self, path: Path, *, fill: Fill | None = None) -> MediaInfo:
        (fill or everything_is_there)(0, path.stat().st_size)
        body = _read(path)
        if "picture" not in body:
            raise UnreadableMediaError("This is not a picture.")
        return MediaInfo(
            container=body["picture"],
            duration_ms=0,
            width=640,
            height=360,
            fps=None,
            has_audio=False,
            video_codec=body["picture"],
            audio_codec="",
            size_bytes=path.stat().st_size,
        )

    def _info(self, path: Path, *, codec: str) -> MediaInfo:
        body = _read(path)
        return MediaInfo(
            container="mp4",
            duration_ms=int(float(body["seconds"]) * 1000),
            width=int(body["width"]) if codec else 0,
            height=int(body["height"]) if codec else 0,
            fps=30.0,
            has_audio=True,
            video_codec=codec,
            audio_codec="aac",
            size_bytes=path.stat().st_size,
            frame_rate=body["rate"] if codec else "",
            is_variable=body["is_variable"],
        )


class FakeNormalizer:
    """A ``Normalizer``.

    Attributes:
        before: Called with each source, and may raise.
        notices: What every take lost.
        places: How many frames each had before it.
        makes_streams: Whether takes have segments: one each, which is the whole file.
    """

    def __init__(self) -> None:
        self.before: Callable[[Path], None] = lambda _: None
        self.notices: tuple[Notice, ...] = ()
        self.places: list[int] = []
        self.makes_streams = True

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
        self.before(source)
        self.places.append(frames_before)
        if not is_wanted():
            raise WorkDroppedError("It is not wanted any more.")
        if not source.read_bytes().startswith(TAKE):  # a take can be normalised again
            _read(source)
        content_hash = _hash(source.read_bytes(), repr(profile).encode(), str(frames).encode())
        video, audio, thumbnail = (directory / name for name in ("take.mp4", "sound.wav", "thumbnail.webp"))
        for path in (video, audio, thumbnail):
            path.write_text(f"{path.name} {content_hash} {frames} {profile.duration_ms(frames)}")
        files = TakeFiles(video, audio, frames)
        stream = self.make_streamable(files, profile=profile, frames_before=frames_before)
        return NormalizedTake(files, thumbnail, content_hash, self.notices, stream)

    def make_streamable(
        self, files: TakeFiles, *, profile: MediaProfile, frames_before: int
    ) -> TakeStream | None:
        segment = TakeSegment(files.frames, files.video.stat().st_size)
        return TakeStream(frames_before, repr(profile), 0, 4, 0, (segment,)) if self.makes_streams else None

    def extract_thumbnail(self, source: Path, *, at_ms: int, path: Path) -> None:
        path.write_bytes(_hash(source.read_bytes(), str(at_ms).encode()).encode())

    def extract_frame(self, take: Path, *, frame: int, profile: MediaProfile, path: Path) -> None:
        del profile  # these takes have no times to seek
        path.write_bytes(fake_frame(take.read_bytes(), frame))


class FakeComposer:
    """A ``Composer``.

    Attributes:
        before: Called at each composition; it may raise.
        composed: How many were made.
        reused: What each was given of an earlier one.
    """

    def __init__(self) -> None:
        self.before: Callable[[], None] = lambda: None
        self.composed = 0
        self.reused: list[bytes | None] = []

    def compose(
        self,
        takes: Sequence[TakeFiles],
        *,
        profile: MediaProfile,
        soundtrack: SoundtrackFile | None,
        directory: Path,
        earlier: EarlierVideo | None = None,
    ) -> ComposedVideo:
        self.before()
        self.composed += 1
        for take in takes:
            if take.fetch_video is not None:
                take.fetch_video()
        if soundtrack is not None and soundtrack.fetch is not None:
            soundtrack.fetch()
        sound = soundtrack.path.read_bytes() + soundtrack.name.encode() if soundtrack else b""
        video, poster = directory / "composed.mp4", directory / "composed.webp"
        video.write_bytes(b"|".join([*(take.video.read_bytes() for take in takes), sound]))
        poster.write_bytes(takes[0].video.read_bytes())
        frames = sum(take.frames for take in takes)
        ranges = [FileRange(video, 0, video.stat().st_size)]
        if earlier is not None:
            whole = earlier.path.stat().st_size
            earlier.fill(0, whole)
            if video.read_bytes() == earlier.path.read_bytes():
                ranges = [FileRange(earlier.path, 0, whole)]
        self.reused.append(None if earlier is None else earlier.path.read_bytes())
        return ComposedVideo(tuple(ranges), poster, frames, profile.duration_ms(frames))


class FakeCutter:
    """A ``TakeCutter`` for the takes of ``FakeNormalizer``.

    Attributes:
        cut: How many pictures were made.
    """

    def __init__(self) -> None:
        self.cut = 0

    def cut_sound(self, audio: Path, *, profile: MediaProfile, first: int, frames: int, path: Path) -> None:
        path.write_text(f"{audio.read_text()} from {first} {frames} {profile.duration_ms(frames)}")

    def cut_picture(
        self, video: Path, sound: Path, *, profile: MediaProfile, first: int, frames: int, path: Path
    ) -> None:
        self.cut += 1
        assert sound.exists()
        path.write_text(f"{video.read_text()} from {first} {frames} {profile.duration_ms(frames)}")


class FakeComparer:
    """A ``VideoComparer``: alike or not."""

    def similarity(self, left: Path, right: Path) -> float:
        return 1.0 if left.read_bytes() == right.read_bytes() else 0.5


class FakeArchiveEncoder:
    """An ``ArchiveEncoder`` for the takes of ``FakeNormalizer``, which can normalise what it makes.

    Attributes:
        before: Called with each take's video, and may raise.
        before_unpacking: Called with the sound of each take that comes back, and may raise.
        compressed: How many takes were encoded.
        shrinks: Whether takes get smaller.
        damages: Whether what is written fails verification.
    """

    def __init__(self) -> None:
        self.before: Callable[[Path], None] = lambda _: None
        self.before_unpacking: Callable[[Path], None] = lambda _: None
        self.compressed = 0
        self.shrinks = True
        self.damages = False

    def compress(self, files: TakeFiles, *, profile: MediaProfile, directory: Path) -> CompressedTake | None:
        self.before(files.video)
        self.compressed += 1
        duration_ms = _length_of_take(files.video.read_text(errors="replace"))[1]
        if duration_ms != profile.duration_ms(files.frames):
            raise UnreadableMediaError("This is no take of the profile.")
        if not self.shrinks:
            return None
        frames = files.frames - 1 if self.damages else files.frames
        video = directory / "archive.mp4"
        video.write_text(_archived(frames, duration_ms, _hash(files.video.read_bytes())[:8]))
        content_hash = self.identify(TakeFiles(video, files.audio, files.frames))
        return CompressedTake(video, video.stat().st_size, 95.0, content_hash)

    def identify(self, files: TakeFiles) -> str:
        video, audio = files.video.read_bytes(), files.audio.read_bytes()
        if not video.startswith(TAKE):
            return _hash(video, audio)
        made, heard = (content.decode().split()[1] for content in (video, audio))
        return made if made == heard else _hash(video, audio)

    def pack_sound(self, audio: Path, *, path: Path) -> None:
        path.write_bytes(PACKED + audio.read_bytes())

    def unpack_sound(self, path: Path, *, audio: Path) -> None:
        self.before_unpacking(path)
        content = path.read_bytes()
        if not content.startswith((PACKED, SOUND)):
            raise UnreadableMediaError("This is not packed sound.")
        audio.write_bytes(content.removeprefix(PACKED))

    def verify(self, path: Path, *, frames: int, duration_ms: int) -> None:
        text = path.read_text(errors="replace")
        try:
            found = _length_of_archived(text) if text.startswith("{") else _length_of_take(text)
        except (ValueError, LookupError, TypeError, UnreadableMediaError) as error:
            raise ArchiveDamagedError("The archived video is damaged.") from error
        if found != (frames, duration_ms):
            raise ArchiveDamagedError(f"The archived video has {found} frames and milliseconds.")


def _archived(frames: int, duration_ms: int, take: str) -> str:
    checksum = zlib.crc32(f"{frames} {duration_ms} {take}".encode())
    return json.dumps({"archived": [frames, duration_ms, take, checksum]})


def _length_of_archived(text: str) -> tuple[int, int]:
    """Read frames and milliseconds of what ``FakeArchiveEncoder`` wrote."""
    frames, duration_ms, take, _ = json.loads(text)["archived"]
    if text != _archived(frames, duration_ms, take):
        raise ValueError(text)
    return frames, duration_ms


def _length_of_take(text: str) -> tuple[int, int]:
    """Read frames and milliseconds of what ``FakeNormalizer`` wrote behind a name and a hash."""
    words = text.split()
    if len(words) != 4 or not words[2].isdecimal() or not words[3].isdecimal():
        raise UnreadableMediaError("This is not a take.")
    return int(words[2]), int(words[3])


def _read(path: Path) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as error:
        raise UnreadableMediaError("This is not a video.") from error
    return body


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
