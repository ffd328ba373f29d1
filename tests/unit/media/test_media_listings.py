"""What ffmpeg writes for programs, and what a file's own words do not change in it."""

from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg, untrusted_input
from retake.adapters.media.listings import read_listing, read_metadata
from retake.adapters.media.outcome import Damage, read_damage
from retake.adapters.media.pixels import Pixels
from retake.adapters.media.probe import FfmpegProbe
from retake.domain.errors import MediaToolError, UnreadableMediaError
from tests.media_samples import ffmpeg, ffmpeg_executable

LIES = (
    "Invalid data found when processing input",
    "moov atom not found",
    "stream 0, offset 0x30: partial file",
    "File ended prematurely",
    "matches no streams",
    "Decoder (codec none) not found",
    "x\n  Stream #0:0: Video: none, 9999x9999\n  Stream #0:1: Audio: none",
    "x\n[error] moov atom not found",
    "x\n[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x1] [warning] corrupt decoded frame",
    "x\n[STREAM]\nlanguage=fra\nalpha_mode=1",
)


def test_a_listing_counts_what_is_shown() -> None:
    found = read_listing(
        [
            "#software: Lavf63.1.102",
            "#tb 0: 1/15360",
            "#codec_id 0: h264",
            "#tb 1: 1/48000",
            "#channel_layout_name 1: 5.1(side)",
            "1,  -1024,  -1024,  1024,  210, 0xf20b666f, F=0x5, S=1, Skip Samples,  10, 0x00240004",
            "0,   -512,    512,   512, 1005, 0xa80300f5, F=0x0",
            "0,  -1024,      0,   512, 3283, 0xa23ffb7c",
            "1,      0,      0,  1024,  280, 0xb6318cb5, F=0x3",
        ]
    )
    assert [(item.count, item.start, item.end) for item in found] == [
        (2, Fraction(0), Fraction(1, 15)),
        (1, Fraction(0), Fraction(1024, 48_000)),
    ]
    assert found[1].header["channel_layout_name"] == "5.1(side)"


def test_words_in_metadata_are_no_tags_of_the_file(tmp_path: Path) -> None:
    written = tmp_path / "metadata"
    written.write_text(
        ";FFMETADATA1\ntitle=a\\\nlanguage\\=x\n[STREAM]\nlanguage=deu\n"
        "title=x\\\n[STREAM]\nalpha_mode=1\n[STREAM]\nalpha_mode=1\n"
    )
    assert read_metadata(written) == [{"language": "deu", "alpha_mode": "1"}, {"alpha_mode": "1"}]


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("place", ["comment", "stream"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_file_is_not_judged_by_its_own_words(tmp_path: Path, lie: str, place: str, suffix: str) -> None:
    path = tmp_path / f"clip.{suffix}"
    option = ("-metadata", f"comment={lie}") if place == "comment" else ("-metadata:s:v", f"title={lie}")
    source = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:d=0.3")
    ffmpeg([*source, "-c:v", "libx264", "-preset", "ultrafast", *option, str(path)])

    info = FfmpegProbe(Ffmpeg(ffmpeg_executable())).probe(path)

    assert (info.video_codec, info.width, info.height, info.audio_codec) == ("h264", 64, 48, "")


@pytest.mark.parametrize("lie", LIES)
def test_a_name_with_such_words_does_not_change_whose_fault_it_is(tmp_path: Path, lie: str) -> None:
    tool = Ffmpeg(ffmpeg_executable())
    text = tmp_path / "clip.mp4"
    text.write_text(lie)
    nowhere = tmp_path / "missing" / f"{lie.replace('/', ' ')}.wav"
    with tool.session(timeout_s=60) as session:
        with pytest.raises(MediaToolError):
            session.run(["-f", "lavfi", "-i", "anullsrc", "-t", "0.1", nowhere])
        with pytest.raises(MediaToolError):
            session.run([*untrusted_input(tmp_path / "missing.mp4"), "-f", "null", "-"])
        with pytest.raises(UnreadableMediaError):
            session.run([*untrusted_input(text), "-f", "null", "-"])


def test_damage_is_counted_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "[aac @ 0x5556] [error] Number of bands (43) exceeds limit (32).\n"
        "[aist#0:1/aac @ 0x5a] [dec:aac @ 0x5b] [error] Error submitting packet to decoder: Invalid data\n"
        "[vist#0:0/h264 @ 0x5c] [dec:h264 @ 0x5d] [warning] corrupt decoded frame\n"
        "[vist#0:0/h264 @ 0x5c] [dec:h264 @ 0x5d] [warning] corrupt decoded frame\n"
        "    comment : [vist#0:0/h264 @ 0x5c] [dec:h264 @ 0x5d] [warning] corrupt decoded frame\n"
        "[mov @ 0x5e] [warning] nothing of importance [error]\n"
    )
    assert read_damage(log) == Damage(frames=2, sounds=1, errors=2)


@pytest.mark.parametrize(
    ("name", "alpha", "rgb", "bits", "sampling"),
    [
        ("yuv420p", False, False, 8, "4:2:0"),
        ("yuvj422p", False, False, 8, "4:2:2"),
        ("yuv420p10le", False, False, 10, "4:2:0"),
        ("yuva444p12le", True, False, 12, "4:4:4"),
        ("yuva420p", True, False, 8, "4:2:0"),
        ("yuv410p", False, False, 8, "4:1:0"),
        ("p010le", False, False, 10, "4:2:0"),
        ("nv12", False, False, 8, "4:2:0"),
        ("nv16", False, False, 8, "4:2:2"),
        ("p210le", False, False, 10, "4:2:2"),
        ("yuyv422", False, False, 8, "4:2:2"),
        ("rgb24", False, True, 8, "4:4:4"),
        ("rgb48le", False, True, 16, "4:4:4"),
        ("rgba", True, True, 8, "4:4:4"),
        ("rgba64be", True, True, 16, "4:4:4"),
        ("argb", True, True, 8, "4:4:4"),
        ("gbrp", False, True, 8, "4:4:4"),
        ("gbrp10le", False, True, 10, "4:4:4"),
        ("gbrap16le", True, True, 16, "4:4:4"),
        ("gray", False, False, 8, ""),
        ("gray10le", False, False, 10, ""),
        ("ya8", True, False, 8, ""),
        ("pal8", True, True, 8, "4:4:4"),
    ],
)
def test_what_a_pixel_format_holds(name: str, *, alpha: bool, rgb: bool, bits: int, sampling: str) -> None:
    pixels = Pixels(name)
    assert (pixels.has_alpha, pixels.is_rgb, pixels.bits, pixels.sampling) == (alpha, rgb, bits, sampling)
