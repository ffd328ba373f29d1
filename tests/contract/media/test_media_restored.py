"""A take that comes back from the archive: the same pictures and sound, each in its place."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.domain.media import MediaProfile
from retake.ports.archive import CompressedTake
from retake.ports.media import Composer, NormalizedTake, Normalizer, TakeFiles
from tests.contract.media.archiving import FOOTAGE
from tests.media_samples import ffmpeg, frame_hashes, written


@dataclass(frozen=True)
class Case:
    """What is archived: footage, or where there is none by that name a picture with that sound."""

    source: str
    profile: MediaProfile
    frames: int


# Its peak of correlation is as narrow as a sample; a tone would have one in each of its waves.
SWEEP = "aevalsrc='0.4*sin(2*PI*t*(200+3000*t))':s=48000:d=2,aeval=val(0)|val(0)"
CASES = {
    "film, 24 fps": Case("big-buck-bunny", MediaProfile(320, 180, 24), 47),
    "phone, 30 fps, silent": Case("cockatoo", MediaProfile(320, 180, 30), 59),
    "portrait, 25 fps": Case("sweep", MediaProfile(180, 320, 25), 23),
    "60 fps": Case("sweep", MediaProfile(160, 90, 60), 61),
    "50 fps, full HD": Case("sweep", MediaProfile(1920, 1080, 50), 5),
    "NTSC film": Case("sweep", MediaProfile(160, 90, Fraction(24000, 1001)), 25),
    "NTSC video": Case("sweep", MediaProfile(160, 90, Fraction(30000, 1001)), 31),
    "generated, 16 fps": Case("sweep", MediaProfile(160, 90, 16), 17),
    "smallest, silent": Case("silence", MediaProfile(64, 64, 24), 7),
    "one frame": Case("sweep", MediaProfile(320, 180, 30), 1),
    "two frames": Case("sweep", MediaProfile(320, 180, 25), 2),
    "three frames": Case("sweep", MediaProfile(320, 180, 60), 3),
}


@dataclass(frozen=True)
class Restored:
    case: Case
    before: NormalizedTake
    small: CompressedTake
    after: TakeFiles


@pytest.fixture(scope="module", params=CASES)
def restored(
    request: pytest.FixtureRequest,
    tool: Ffmpeg,
    normalizer: Normalizer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Restored:
    case = CASES[request.param]
    source = FOOTAGE / f"{case.source}.mp4"
    if not source.exists():
        source = make_source(tmp_path_factory.mktemp("source") / "clip.mkv", case)
    before = normalizer.normalize(
        source,
        profile=case.profile,
        frames=case.frames,
        directory=tmp_path_factory.mktemp("before"),
    )
    # Whether it pays is not asked here: a take of one picture hardly shrinks.
    encoder = FfmpegArchiveEncoder(tool, min_vmaf=0, min_saving=-9)
    directory = tmp_path_factory.mktemp("archive")
    small = encoder.compress(before.files, profile=case.profile, directory=directory)
    assert small is not None
    encoder.verify(small.video, frames=case.frames, duration_ms=case.profile.duration_ms(case.frames))
    packed, audio = directory / "sound.flac", directory / "sound.wav"
    encoder.pack_sound(before.files.audio, path=packed)
    encoder.unpack_sound(packed, audio=audio)
    return Restored(case, before, small, TakeFiles(small.video, audio, case.frames))


def test_every_picture_and_packet_of_sound_keeps_its_time(restored: Restored) -> None:
    before, small = read_movie(restored.before.files.video), read_movie(restored.small.video)
    ticks = 120_000 // restored.case.profile.fps
    assert sorted(small.track("vide").presentation_times) == [n * ticks for n in range(restored.case.frames)]
    assert small.timescale == small.track("vide").timescale == 120_000
    assert small.track("soun").presentation_times == before.track("soun").presentation_times
    assert packets(restored.small.video, "a") == packets(restored.before.files.video, "a")
    assert small.plays_while_loading


def test_colours_are_tagged_as_they_were(restored: Restored) -> None:
    entry = read_movie(restored.small.video).track("vide").sample_entry
    tag = entry[entry.index(b"colrnclx") + 8 :][:7]
    assert tag == bytes([0, 1, 0, 1, 0, 1, 0])  # BT.709 primaries, transfer, matrix; limited range


def test_it_can_be_joined_with_takes_of_its_job_as_it_is(
    restored: Restored, composer: Composer, tmp_path: Path
) -> None:
    before, after = restored.before.files, restored.after
    entries = {read_movie(take.video).track("vide").sample_entry for take in (before, after)}
    assert len(entries) == 1
    joined = composer.compose(
        [before, after, before], profile=restored.case.profile, soundtrack=None, directory=tmp_path
    )
    own = frame_hashes(before.video)
    assert frame_hashes(written(joined)) == [*own, *frame_hashes(after.video), *own]


def test_sound_is_the_same_to_the_sample(restored: Restored) -> None:
    assert restored.after.audio.read_bytes() == restored.before.files.audio.read_bytes()


def test_every_picture_is_in_its_place(restored: Restored) -> None:
    before, after = restored.before.files.video, restored.after.video
    kept = likeness(after, before)
    assert len(kept) == restored.case.frames
    assert min(kept) > 30  # dB
    # Pictures repeated to get from 20 a second to 30 look the same a frame later.
    moves = [other < 40 for other in likeness(before, before, shift=1)]
    assert sum(moves) >= len(moves) / 2
    for shifted in (likeness(after, before, shift=1), likeness(before, after, shift=1)):
        # A picture beside its neighbour's: this is what one frame lost would look like.
        assert all(other < own - 3 for own, other, move in zip(kept, shifted, moves, strict=False) if move)


def test_what_an_older_release_archived_is_normalised_again(normalizer: Normalizer, tmp_path: Path) -> None:
    """Its picture had other codec parameters, and its sound was the take's AAC."""
    profile, frames = MediaProfile(320, 180, 24), 47
    folders = [tmp_path / name for name in ("before", "after")]
    for folder in folders:
        folder.mkdir()
    source = FOOTAGE / "big-buck-bunny.mp4"
    before = normalizer.normalize(source, profile=profile, frames=frames, directory=folders[0])
    old = tmp_path / "archive.mp4"
    encoder = ("-c:v", "libx264", "-preset", "slow", "-crf", "23", "-profile:v", "high", "-c:a", "copy")
    ffmpeg(["-i", str(before.files.video), *encoder, str(old)])
    after = normalizer.normalize(old, profile=profile, frames=frames, directory=folders[1])
    entries = [read_movie(take.files.video).track("vide").sample_entry for take in (before, after)]
    assert entries[0] == entries[1] != read_movie(old).track("vide").sample_entry
    assert len(frame_hashes(after.files.video)) == frames
    assert len(after.files.audio.read_bytes()) == len(before.files.audio.read_bytes())
    assert min(likeness(after.files.video, before.files.video)) > 30


def make_source(path: Path, case: Case) -> Path:
    """Write two seconds in which no picture is like the next, at the rate of the take."""
    picture = f"testsrc2=size=320x180:rate={case.profile.fps}:d=2"
    sound = ("-f", "lavfi", "-i", SWEEP) if case.source == "sweep" else ()
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "pcm_s16le")
    ffmpeg(["-f", "lavfi", "-i", picture, *sound, *options, str(path)])
    return path


def packets(path: Path, kind: str) -> bytes:
    return ffmpeg(["-i", str(path), "-map", f"0:{kind}:0", "-c", "copy", "-f", "framemd5", "-"])


def likeness(left: Path, right: Path, *, shift: int = 0) -> list[float]:
    """Return the PSNR of each picture in dB; ``right`` without its first pictures, if shifted."""
    graph = (
        f"[0:v]settb=1/30,setpts=N[a];[1:v]trim=start_frame={shift},settb=1/30,setpts=N[b];"
        "[a][b]psnr=shortest=1:stats_file=-"
    )
    listed = ffmpeg(["-i", str(left), "-i", str(right), "-lavfi", graph, "-f", "null", "-"]).decode()
    return [float(line.split("psnr_avg:")[1].split()[0]) for line in listed.splitlines()]
