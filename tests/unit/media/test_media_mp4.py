import random
from pathlib import Path

import pytest

from retake.adapters.media.fingerprint import take_hash
from retake.adapters.media.mp4 import read_movie
from retake.domain.errors import UnreadableMediaError
from tests.media_samples import ffmpeg, frame_times, make_tone


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp4") / "clip.mp4"
    ffmpeg(
        [
            *("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:d=2", "-f", "lavfi", "-i", "sine=d=2"),
            *("-c:v", "libx264", "-bf", "2", "-c:a", "aac", "-video_track_timescale", "120000"),
            *("-write_btrt", "0", str(path)),
        ]
    )
    return path


def test_reads_what_ffmpeg_reads(clip: Path) -> None:
    track = read_movie(clip).track("vide")
    rows = frame_times(clip)
    assert list(track.presentation_times) == [row[1] for row in rows]
    assert list(track.durations) == [row[2] for row in rows]
    assert track.timescale == 120_000


def test_finds_every_sample_in_the_file(clip: Path) -> None:
    movie = read_movie(clip)
    whole = clip.read_bytes()
    for kind, end in (("vide", 1), ("soun", 0)):
        track = movie.track(kind)
        stream = b"".join(whole[at : at + size] for at, size in zip(track.offsets, track.sizes, strict=True))
        arguments = [
            "-i",
            str(clip),
            "-map",
            f"0:{kind[0].replace('s', 'a')}",
            "-c",
            "copy",
            "-f",
            "data",
            "-",
        ]
        assert stream == ffmpeg(arguments), (kind, end)


def test_knows_whether_it_plays_while_loading(clip: Path, tmp_path: Path) -> None:
    fast = tmp_path / "fast.mp4"
    ffmpeg(["-i", str(clip), "-c", "copy", "-movflags", "+faststart", str(fast)])
    assert not read_movie(clip).plays_while_loading
    assert read_movie(fast).plays_while_loading


def test_says_which_track_is_missing(clip: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="no 'text' track"):
        read_movie(clip).track("text")


def test_damaged_tables_are_refused_and_nothing_else_happens(clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    start = whole.index(b"moov")
    dice = random.Random(7)  # noqa: S311 - the same damage in every run
    path = tmp_path / "damaged.mp4"
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[dice.randrange(start, len(whole))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_movie(path)
        except UnreadableMediaError:
            continue


def test_the_hash_is_of_the_stream_not_of_the_file(clip: Path, tmp_path: Path) -> None:
    sound = make_tone(tmp_path / "sound.wav", seconds=0.1)
    wrapped = tmp_path / "wrapped.mp4"
    options = [
        "-c:v",
        "copy",
        "-c:a",
        "aac",
        "-b:a",
        "64k",
        "-write_btrt",
        "0",
        "-video_track_timescale",
        "120000",
    ]
    ffmpeg(["-i", str(clip), *options, "-movflags", "+faststart", "-metadata", "title=other", str(wrapped)])
    changed = make_tone(tmp_path / "other.wav", seconds=0.2)

    assert take_hash(clip, sound) == take_hash(wrapped, sound)
    assert take_hash(clip, sound) != take_hash(clip, changed)
