"""A video that has the form of its job's takes keeps its picture, packet by packet; any other is encoded."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import Track, read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.ports.media import NormalizedTake
from tests.contract.media.archiving import BUNNY, FOOTAGE, FRAMES
from tests.media_samples import ffmpeg, frame_hashes

SOUND = ("-c:a", "flac", "-f", "mp4")


@dataclass(frozen=True)
class Shape:
    """What is done to a take's file, and whether its picture is a take's still.

    Attributes:
        before: ffmpeg's options before the input.
        after: Its options behind it; the picture is copied unless they say otherwise.
        profile: Of the job it comes into.
        frames: Pictures of the clip it comes into.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ("-map", "0:V", "-map", "0:a", "-c:v", "copy")
    profile: MediaProfile = BUNNY
    frames: int = FRAMES


COPY = ("-map", "0:V", "-map", "0:a", "-c:v", "copy")
X264 = "stitchable=1:open-gop=0:ref=3:weightp=1:level=4.0:vbv-maxrate=20000:vbv-bufsize=25000"
SAME = {
    "as it is": Shape(),
    "another time scale": Shape(after=(*COPY, "-video_track_timescale", "12288")),
    "words in its metadata": Shape(after=(*COPY, "-metadata", "comment=partial file")),
    "encoded better": Shape(after=("-map", "0", *recipe.picture_encoder(BUNNY, recipe.EDIT))),
}
OTHER = {
    "turned": Shape(before=("-display_rotation", "180")),
    "mirrored": Shape(before=("-display_hflip", "")),
    "a message that turns it": Shape(
        after=(*COPY, "-bsf:v", "h264_metadata=display_orientation=insert:rotate=180")
    ),
    "headers inside": Shape(after=(*COPY, "-bsf:v", "h264_mp4toannexb,dump_extra=freq=keyframe")),
    "full range": Shape(after=(*COPY, "-bsf:v", "h264_metadata=video_full_range_flag=1")),
    "other colours": Shape(after=(*COPY, "-bsf:v", "h264_metadata=colour_primaries=9")),
    "wide pixels": Shape(after=(*COPY, "-bsf:v", "h264_metadata=sample_aspect_ratio=4/3")),
    "more references": Shape(
        after=("-map", "0", "-c:v", "libx264", "-bf", "2", "-x264-params", X264.replace("ref=3", "ref=4"))
    ),
    "no reordering": Shape(after=("-map", "0", "-c:v", "libx264", "-bf", "0", "-x264-params", X264)),
    "two pictures": Shape(after=("-map", "0:V", "-map", "0:V", "-map", "0:a", "-c:v", "copy")),
    "later": Shape(before=("-itsoffset", "0.5"), after=(*COPY, "-copyts")),
    "cut": Shape(before=("-ss", "0.2")),
    "in Matroska": Shape(after=(*COPY, "-f", "matroska")),
    "a picture more": Shape(frames=FRAMES - 1),
    "a picture less": Shape(frames=FRAMES + 1),
    "for a larger job": Shape(profile=MediaProfile(640, 360, 24)),
    "for a faster job": Shape(profile=MediaProfile(320, 180, 25)),
}


@pytest.fixture(scope="module")
def take(tool: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> NormalizedTake:
    return FfmpegNormalizer(tool).normalize(
        FOOTAGE / "big-buck-bunny.mp4",
        profile=BUNNY,
        frames=FRAMES,
        directory=tmp_path_factory.mktemp("take"),
    )


@pytest.fixture
def shaped(take: NormalizedTake, tmp_path: Path) -> Callable[[Shape], Path]:
    def make(shape: Shape) -> Path:
        made = tmp_path / "source.mp4"
        ffmpeg(
            [
                *filter(None, shape.before),
                "-i",
                str(take.files.video),
                *shape.after,
                *SOUND,
                *(("-f", "matroska") if "matroska" in shape.after else ()),
                str(made),
            ]
        )
        return made

    return make


def normalized(tool: Ffmpeg, source: Path, shape: Shape) -> NormalizedTake:
    directory = source.parent / "made"
    directory.mkdir()
    return FfmpegNormalizer(tool).normalize(
        source, profile=shape.profile, frames=shape.frames, directory=directory
    )


def packets(path: Path) -> bytes:
    """Return each packet's size and hash, without its times."""
    listed = ffmpeg(["-i", str(path), "-map", "0:V:0", "-c", "copy", "-f", "framemd5", "-"]).decode()
    rows = [line.split(",")[4:] for line in listed.splitlines() if not line.startswith("#")]
    return repr(rows).encode()


def _seconds(track: Track) -> list[Fraction]:
    """Return when each picture is shown, in the order of decoding."""
    return [Fraction(time, track.timescale) for time in track.presentation_times]


@pytest.mark.parametrize("name", SAME)
def test_the_picture_is_copied(
    tool: Ffmpeg, take: NormalizedTake, shaped: Callable[[Shape], Path], name: str
) -> None:
    source = shaped(SAME[name])
    made = normalized(tool, source, SAME[name])
    assert packets(made.files.video) == packets(source)
    entry, before, after = (
        read_movie(one).track("vide") for one in (take.files.video, source, made.files.video)
    )
    assert after.sample_entry == entry.sample_entry
    assert sorted(after.presentation_times) == sorted(entry.presentation_times)
    assert _seconds(after) == _seconds(before)  # an encoder reorders pictures as it likes
    assert made.thumbnail.stat().st_size > 100


@pytest.mark.parametrize("name", OTHER)
def test_another_picture_is_encoded(
    tool: Ffmpeg, take: NormalizedTake, shaped: Callable[[Shape], Path], name: str
) -> None:
    shape = OTHER[name]
    source = shaped(shape)
    made = normalized(tool, source, shape)
    assert packets(made.files.video) != packets(source)
    assert len(frame_hashes(made.files.video)) == shape.frames
    if shape.profile == BUNNY:
        before, after = (read_movie(one.files.video).track("vide") for one in (take, made))
        assert after.sample_entry == before.sample_entry


def test_lossless_sound_stays_exact(tool: Ffmpeg, take: NormalizedTake, tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    inputs = ("-i", str(take.files.video), "-i", str(take.files.audio))
    ffmpeg([*inputs, "-map", "0:V", "-map", "1:a", "-c:v", "copy", *SOUND, str(source)])
    made = normalized(tool, source, Shape())
    assert made.files.audio.read_bytes() == take.files.audio.read_bytes()
    assert made.content_hash == take.content_hash


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_a_picture_with_a_byte_flipped_is_not_passed_on(
    tool: Ffmpeg, take: NormalizedTake, tmp_path: Path, at: float
) -> None:
    """It is encoded from what can be decoded, or refused: a take decodes cleanly."""
    track = read_movie(take.files.video).track("vide")
    where = track.offsets[int(at * FRAMES)] + track.sizes[int(at * FRAMES)] // 2
    damaged = bytearray(take.files.video.read_bytes())
    damaged[where] ^= 0x40
    source = tmp_path / "source.mp4"
    source.write_bytes(damaged)
    try:
        made = normalized(tool, source, Shape())
    except UnreadableMediaError:
        return
    if packets(made.files.video) == packets(source):
        ffmpeg(["-xerror", "-err_detect", "explode", "-i", str(made.files.video), "-f", "null", "-"])
    assert len(frame_hashes(made.files.video)) == FRAMES
