from collections.abc import Callable
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe, ProbeLimits
from retake.domain.errors import UnreadableMediaError
from retake.ports.media import MediaProbe
from tests.media_samples import SAMPLES, ffmpeg, make_tone

type_of = {"mp4": "mp4", "mov": "mp4", "mkv": "matroska", "webm": "matroska"}


@pytest.mark.parametrize("name", SAMPLES)
def test_says_what_a_video_is(probe: MediaProbe, sample: Callable[[str], Path], name: str) -> None:
    path = sample(name)
    expected = SAMPLES[name]

    info = probe.probe(path)

    assert (info.width, info.height) == expected.size
    assert info.container == type_of[path.suffix[1:]]
    assert info.duration_ms == pytest.approx(1000, abs=45)
    assert info.has_audio is bool(expected.sound)
    assert bool(info.audio_codec) is info.has_audio
    assert info.size_bytes == path.stat().st_size
    if expected.fps:
        assert info.fps == pytest.approx(expected.fps, abs=0.8)


def test_names_the_codecs(probe: MediaProbe, sample: Callable[[str], Path]) -> None:
    info = probe.probe(sample("10 bit HEVC, Opus"))
    assert (info.video_codec, info.audio_codec) == ("hevc", "opus")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (
            b"Dear diary,\nthis is no video.\n",
            "This is a text file, not a video. Upload MP4, MOV, MKV or WebM.",
        ),
        ("Übermut tut selten gut. ".encode() * 400, "This is a text file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "This is a PNG picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "This is a JPEG picture"),
        (b"RIFF\0\0\0\0AVI LIST", "This is an AVI video, of a kind that is not accepted. Upload MP4"),
        (b"ID3\x04\0\0\0\0\0\0", "This is a sound file"),
        (b"PK\x03\x04" + b"\0" * 40, "This is a ZIP archive"),
        (b"\0\1\2\3" * 100, "This is an unknown kind of file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "incomplete: its table of contents is missing"),
        (b"\0\0\0\x18ftyp", "The file is incomplete"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 400, "No video could be found in this file"),
    ],
)
def test_refuses_what_is_no_video(probe: MediaProbe, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    with pytest.raises(UnreadableMediaError, match=reason):
        probe.probe(path)


@pytest.mark.parametrize("first_line", ["ffconcat version 1.0", "#EXTM3U"])
def test_refuses_a_script_that_names_other_files(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path, first_line: str
) -> None:
    (tmp_path / "sibling.mp4").write_bytes(sample("landscape").read_bytes())
    path = tmp_path / "clip.mp4"
    path.write_text(f"{first_line}\nfile sibling.mp4\n")

    with pytest.raises(UnreadableMediaError, match="This is a text file"):
        probe.probe(path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
@pytest.mark.parametrize("name", ["landscape", "rotated"])
def test_refuses_a_video_whose_end_is_missing(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path, name: str, share: float
) -> None:
    whole = sample(name).read_bytes()
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(UnreadableMediaError, match="incomplete"):
        probe.probe(path)


def test_refuses_a_video_whose_end_is_missing_though_its_tables_come_first(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    ffmpeg(["-i", str(sample("landscape")), "-c", "copy", "-movflags", "+faststart", str(path)])
    path.write_bytes(path.read_bytes()[:-1000])

    with pytest.raises(UnreadableMediaError, match="incomplete"):
        probe.probe(path)


def test_refuses_a_webm_whose_end_is_missing(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    whole = sample("VP9 WebM").read_bytes()
    path = tmp_path / "clip.webm"
    path.write_bytes(whole[: len(whole) * 2 // 3])

    with pytest.raises(UnreadableMediaError, match="incomplete"):
        probe.probe(path)


@pytest.mark.parametrize("options", [(), ("cover",)])
def test_refuses_a_video_without_a_picture(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = make_tone(tmp_path / "sound.m4a", seconds=0.2)
    if options:
        cover = tmp_path / "cover.png"
        ffmpeg(["-i", str(sample("landscape")), "-frames:v", "1", str(cover)])
        path = tmp_path / "sound.mp4"
        ffmpeg(
            [
                *("-i", str(tmp_path / "sound.m4a"), "-i", str(cover), "-map", "0", "-map", "1"),
                *("-c", "copy", "-disposition:v", "attached_pic", str(path)),
            ]
        )

    with pytest.raises(UnreadableMediaError, match="holds only sound"):
        probe.probe(path)


def test_refuses_a_picture_that_cannot_be_decoded(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    whole = bytearray(sample("silent").read_bytes())
    start = whole.index(b"mdat") + 4
    end = whole.index(b"moov") - 4
    whole[start:end] = b"\x55" * (end - start)
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole)

    with pytest.raises(UnreadableMediaError, match="cannot be decoded"):
        probe.probe(path)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ProbeLimits(duration_ms=900), "1 s long; at most 1 s"),
        (ProbeLimits(side_px=200), "320x180; at most 200 pixels"),
        (ProbeLimits(min_side_px=200), "320x180; at least 200 pixels"),
        (ProbeLimits(size_bytes=1000), "MB; at most"),
    ],
)
def test_refuses_what_is_beyond_the_limits(
    tool: Ffmpeg, sample: Callable[[str], Path], limits: ProbeLimits, reason: str
) -> None:
    with pytest.raises(UnreadableMediaError, match=reason):
        FfmpegProbe(tool, limits=limits).probe(sample("landscape"))


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mp3", "mp3"),
        ("m4a", "aac"),
        ("aac", "aac"),
        ("wav", "pcm_s16le"),
        ("flac", "flac"),
        ("ogg", "vorbis"),
    ],
)
def test_says_what_a_sound_track_is(probe: MediaProbe, tmp_path: Path, suffix: str, codec: str) -> None:
    info = probe.probe_audio(make_tone(tmp_path / f"music.{suffix}", seconds=1.5))

    assert info.audio_codec == codec
    assert info.duration_ms == pytest.approx(1500, abs=80)
    assert (info.width, info.height, info.fps, info.video_codec) == (0, 0, None, "")


def test_takes_a_videos_own_sound_as_a_sound_track(probe: MediaProbe, sample: Callable[[str], Path]) -> None:
    assert probe.probe_audio(sample("landscape")).audio_codec == "aac"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty, not a sound track"),
        (b"la la la", "This is a text file, not a sound track. Upload MP3"),
        (b"fLaC" + b"\0" * 400, "no sound that can be read|cannot be decoded"),
    ],
)
def test_refuses_what_is_no_sound(probe: MediaProbe, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "music.mp3"
    path.write_bytes(content)

    with pytest.raises(UnreadableMediaError, match=reason):
        probe.probe_audio(path)


def test_refuses_a_silent_video_as_a_sound_track(probe: MediaProbe, sample: Callable[[str], Path]) -> None:
    with pytest.raises(UnreadableMediaError, match="no sound"):
        probe.probe_audio(sample("silent"))


@pytest.mark.parametrize(
    ("rate", "suffix", "seconds"),
    [
        ("24", "mp4", 1),
        ("24000/1001", "mp4", 1),
        ("24000/1001", "mkv", 0.3),
        ("24", "mkv", 1),
        ("30", "mkv", 0.5),
        ("30000/1001", "mkv", 0.5),
        ("60000/1001", "mov", 1),
        ("16", "mp4", 1),
        ("25/2", "mp4", 2),
        ("240", "mp4", 0.5),
        ("1", "mp4", 3),
        ("25", "mp4", 0.04),
    ],
)
def test_the_frame_rate_is_exact(
    probe: MediaProbe, tmp_path: Path, rate: str, suffix: str, seconds: float
) -> None:
    path = tmp_path / f"clip.{suffix}"
    ffmpeg(["-f", "lavfi", "-i", f"testsrc2=size=64x48:rate={rate}:d={seconds}", str(path)])
    info = probe.probe(path)
    assert (info.frame_rate, info.is_variable) == (rate, False)


def test_varying_times_have_the_rate_of_most_pictures(
    probe: MediaProbe, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    info = probe.probe(sample("variable rate"))
    assert (info.frame_rate, info.is_variable) == ("30", True)
    still = tmp_path / "screen.mp4"
    keep = "select='lt(mod(n\\,60)\\,20)'"
    ffmpeg(
        [
            *("-f", "lavfi", "-i", f"testsrc2=size=64x48:rate=60:d=3,{keep}"),
            *("-fps_mode", "vfr", str(still)),
        ]
    )
    info = probe.probe(still)
    assert (info.frame_rate, info.is_variable) == ("60", True)
