"""What the stitcher promises beyond every composer: where sound is encoded, and how exact it is."""

import math
import struct
import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retake.adapters.media.compose import FfmpegComposer
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.errors import RetakeError, UnreadableMediaError
from retake.domain.frame_rates import FrameRate
from retake.domain.media import MediaProfile
from retake.ports.media import ComposedVideo, EarlierVideo, TakeFiles
from tests.crafted_files import change_box
from tests.media_samples import ffmpeg, ffmpeg_executable, frame_hashes, frame_times, samples_of, written
from tests.mutations import mutants

PROFILE = MediaProfile(64, 36, 30)
FRAME = 1024
SOUNDS = {
    "music": "aevalsrc='0.2*sin(2*PI*220*t)*exp(-3*mod(t,0.5))+0.2*sin(2*PI*331*t)*exp(-5*mod(t,0.25))'",
    "noise": "anoisesrc=color=pink:amplitude=0.3:seed=3:r=48000",
    "tone": "sine=f=997:r=48000",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stitched")


Take = Callable[..., TakeFiles]


@pytest.fixture(scope="module")
def take(folder: Path) -> Take:
    """Makes takes: each sound is one long sound, cut where the takes are."""
    made: dict[tuple[object, ...], TakeFiles] = {}
    normalizer = FfmpegNormalizer(Ffmpeg(ffmpeg_executable()))

    def make(sound: str, start: int, frames: int, *, fps: FrameRate = 30, place: int = 0) -> TakeFiles:
        wanted = (sound, start, frames, fps, place)
        if wanted not in made:
            room = folder / f"{sound}-{start}-{frames}-{float(fps):.2f}"
            source, directory = room / "source.mkv", room / str(place)
            directory.mkdir(parents=True)
            profile = replace(PROFILE, fps=fps)
            if not source.exists():
                make_source(source, sound, profile, start=start, frames=frames)
            done = normalizer.normalize(
                source, profile=profile, frames=frames, directory=directory, frames_before=place
            )
            made[wanted] = replace(done.files, content_hash=done.content_hash, thumbnail=done.thumbnail)
        return made[wanted]

    return make


def make_source(path: Path, sound: str, profile: MediaProfile, *, start: int, frames: int) -> None:
    first, end = profile.sample_count(start), profile.sample_count(start + frames)
    heard = f"{SOUNDS[sound]},aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=stereo"
    cut = f"{heard},atrim=start_sample={first}:end_sample={end},asetpts=N/SR/TB"
    picture = f"gradients=s=64x36:r={profile.fps}:seed={start + 1}:speed=0.1"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", cut, "-frames:v", str(frames))
    ffmpeg([*inputs, "-c:v", "libx264", "-threads", "1", "-c:a", "pcm_s16le", str(path)])


def in_a_row(
    take: Take, sound: str, lengths: Sequence[int], *, fps: FrameRate = 30, placed: bool = False
) -> list[TakeFiles]:
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    return [
        take(sound, start, frames, fps=fps, place=start if placed else 0)
        for start, frames in zip(starts, lengths, strict=True)
    ]


@pytest.fixture
def tool() -> Ffmpeg:
    return Ffmpeg(ffmpeg_executable())


def stitch(
    tool: Ffmpeg,
    takes: Sequence[TakeFiles],
    directory: Path,
    *,
    fps: FrameRate = 30,
    earlier: EarlierVideo | None = None,
) -> ComposedVideo:
    directory.mkdir(exist_ok=True)
    made = Stitcher(tool).compose(
        takes, profile=replace(PROFILE, fps=fps), soundtrack=None, directory=directory, earlier=earlier
    )
    assert made.ranges[0].path.name == "header.mp4", "ffmpeg joined it"
    return made


def require_exact(made: ComposedVideo, takes: Sequence[TakeFiles], profile: MediaProfile = PROFILE) -> None:
    """Check a video against its takes by what ffmpeg decodes, and that ffmpeg finds nothing to warn of."""
    frames = sum(take.frames for take in takes)
    assert frame_hashes(written(made)) == [item for take in takes for item in frame_hashes(take.video)]
    scale = read_movie(written(made)).track("vide").timescale
    shown = sorted(Fraction(row[1], scale) * profile.fps for row in frame_times(written(made)))
    assert shown == list(range(frames))
    assert len(samples_of(written(made))) == 4 * profile.sample_count(frames)
    assert ffmpeg(["-v", "warning", "-xerror", "-i", str(written(made)), "-f", "null", "-"]) == b""


@pytest.mark.parametrize("count", [1, 2, 3, 20, 100])
def test_is_exact_at_every_number_of_clips(tool: Ffmpeg, take: Take, tmp_path: Path, count: int) -> None:
    lengths = [31, 60, 7, 1, 2, 45]
    pool = in_a_row(take, "music", lengths)
    takes = [pool[number % len(pool)] for number in range(count)]
    require_exact(stitch(tool, takes, tmp_path), takes)


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(30000, 1001), 25, 16])
def test_nothing_adds_up_where_a_frame_is_no_whole_number_of_samples(
    tool: Ffmpeg, take: Take, tmp_path: Path, fps: FrameRate
) -> None:
    takes = in_a_row(take, "noise", [31, 32], fps=fps) * 20
    profile = replace(PROFILE, fps=fps)
    made = stitch(tool, takes, tmp_path, fps=fps)
    require_exact(made, takes, profile)
    movie = read_movie(written(made))
    shown = [Fraction(edit.duration, movie.timescale) for track in movie.tracks for edit in track.edits]
    assert shown[0] == Fraction(40 * 63, 2) / fps / 1
    assert shown[1] == Fraction(profile.sample_count(20 * 63), 48_000)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_any_order_of_takes_is_exact(tool: Ffmpeg, take: Take, tmp_path: Path, order: list[int]) -> None:
    pool = in_a_row(take, "music", [31, 60, 7, 1, 2, 45])
    takes = [pool[number] for number in order]
    require_exact(stitch(tool, takes, tmp_path), takes)


# --- sound --------------------------------------------------------------------------------------


def exact_sound(takes: Sequence[TakeFiles]) -> bytes:
    body = b""
    for item in takes:
        with wave.open(str(item.audio), "rb") as file:
            body += file.readframes(file.getnframes())
    return body


def error_db(heard: bytes, exact: bytes, places: Sequence[int]) -> float:
    """Return the error around some samples, in dB of the signal there."""
    noise = signal = 0.0
    one, other = memoryview(heard).cast("h"), memoryview(exact).cast("h")
    for place in places:
        low, high = max(0, place - 4 * FRAME) * 2, min(len(exact) // 4, place + 4 * FRAME) * 2
        noise += sum((a - b) ** 2 for a, b in zip(one[low:high], other[low:high], strict=True))
        signal += sum(b * b for b in other[low:high])
    return 10 * math.log10(noise / signal)


@pytest.mark.parametrize("placed", [True, False], ids=["at their places", "at other places"])
@pytest.mark.parametrize(("sound", "worse_db"), [("music", 3), ("noise", 3), ("tone", 20)])
def test_joins_sound_like_a_whole_encode(
    tool: Ffmpeg, take: Take, tmp_path: Path, *, sound: str, worse_db: float, placed: bool
) -> None:
    lengths = [31, 40, 37, 45, 33]
    takes = in_a_row(take, sound, lengths, placed=placed)
    joins = [PROFILE.sample_count(sum(lengths[: number + 1])) for number in range(len(lengths) - 1)]
    exact = exact_sound(takes)
    made = stitch(tool, takes, tmp_path / "ours")
    (tmp_path / "whole").mkdir()
    whole = FfmpegComposer(tool).compose(
        takes, profile=PROFILE, soundtrack=None, directory=tmp_path / "whole"
    )
    ours_db = error_db(samples_of(written(made)), exact, joins)
    whole_db = error_db(samples_of(written(whole))[: len(exact)], exact, joins)
    assert ours_db <= whole_db + worse_db, (ours_db, whole_db)


def shown_by(made: ComposedVideo) -> EarlierVideo:
    return EarlierVideo(written(made))


def not_there(takes: Sequence[TakeFiles], folder: Path, fetched: list[str]) -> list[TakeFiles]:
    """Return takes that are fetched when they are needed, and note which, and what of their sound."""
    folder.mkdir()

    def absent(number: int, take: TakeFiles) -> TakeFiles:
        video, audio = folder / f"{number}.mp4", folder / f"{number}.wav"

        def fetch_video() -> None:
            fetched.append(f"video {number}")
            video.write_bytes(take.video.read_bytes())

        def fetch_audio(start: int, end: int) -> None:
            if end - start > FRAME:
                fetched.append(f"audio {number}" if end > take.audio.stat().st_size else f"ends {number}")
            audio.write_bytes(take.audio.read_bytes())

        return replace(take, video=video, audio=audio, fetch_video=fetch_video, fetch_audio=fetch_audio)

    return [absent(number, take) for number, take in enumerate(takes)]


def test_what_was_made_before_is_not_made_again(tool: Ffmpeg, take: Take, tmp_path: Path) -> None:
    takes = in_a_row(take, "music", [31, 60, 45, 38])
    first = stitch(tool, takes, tmp_path / "first")
    busy_ms = tool.busy_ms
    assert busy_ms > 0
    fetched: list[str] = []
    lazy = not_there(takes, tmp_path / "lazy", fetched)
    again = stitch(tool, lazy, tmp_path / "again", earlier=shown_by(first))
    assert (tool.busy_ms, fetched) == (busy_ms, []), "ffmpeg ran, or something was fetched"
    assert written(again).read_bytes() == written(first).read_bytes()


@pytest.mark.parametrize("placed", [True, False], ids=["at its place", "at another place"])
def test_one_changed_clip_changes_its_own_sound_and_its_joins(
    tool: Ffmpeg, take: Take, tmp_path: Path, *, placed: bool
) -> None:
    takes = in_a_row(take, "music", [61, 60, 60, 60, 60], placed=placed)
    first = stitch(tool, takes, tmp_path / "first")
    changed = [*takes[:2], take("noise", 0, 60, place=121 if placed else 0), *takes[3:]]
    fetched: list[str] = []
    lazy = not_there(changed, tmp_path / "lazy", fetched)
    second = stitch(tool, lazy, tmp_path / "second", earlier=shown_by(first))
    require_exact(second, changed)
    encoded = set() if placed else {"audio 2"}
    assert set(fetched) == {"video 2", "ends 1", "ends 2", "ends 3", *encoded}
    before, after = packets_of(written(first)), packets_of(written(second))
    differing = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    start, end = 121 * 1600 // FRAME, 181 * 1600 // FRAME
    assert start - 4 <= min(differing)
    assert max(differing) <= end + 6


def test_only_joins_are_encoded_of_takes_at_their_places(tool: Ffmpeg, take: Take, tmp_path: Path) -> None:
    takes = in_a_row(take, "music", [61, 60, 60, 60, 45], placed=True)
    fetched: list[str] = []
    made = stitch(tool, not_there(takes, tmp_path / "lazy", fetched), tmp_path / "made")
    assert {name for name in fetched if name.startswith("audio")} == set()
    require_exact(made, takes)
    joined = [part for part in made.ranges if part.path.name == "pieces.aac"]
    assert len(joined) <= 4 * 9


@pytest.mark.parametrize("fps", [30, Fraction(30000, 1001)])
def test_a_take_at_a_place_is_the_same_to_the_sample(take: Take, fps: FrameRate) -> None:
    """However many silent samples its AAC has before it."""
    plain = take("music", 0, 40, fps=fps)
    exact = exact_sound([plain])
    plain_db = error_db(samples_of(plain.video), exact, [0, len(exact) // 8, len(exact) // 4])
    for place in (1, 2, 3, 5, 31):
        placed = take("music", 0, 40, fps=fps, place=place)
        assert placed.content_hash == plain.content_hash
        assert placed.audio.read_bytes() == plain.audio.read_bytes()
        assert frame_hashes(placed.video) == frame_hashes(plain.video)
        heard = samples_of(placed.video)
        assert len(heard) == len(exact)
        assert error_db(heard, exact, [0, len(exact) // 8, len(exact) // 4]) < plain_db + 3
        assert ffmpeg(["-v", "warning", "-xerror", "-i", str(placed.video), "-f", "null", "-"]) == b""


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(st.integers(0, 5), min_size=1, max_size=8), data=st.data())
def test_any_timeline_after_any_other_is_what_it_would_be_alone(
    tool: Ffmpeg, take: Take, tmp_path: Path, before: list[int], data: st.DataObject
) -> None:
    """Clips replaced, moved, left out and added."""
    pool = in_a_row(take, "music", [31, 60, 7, 1, 2, 45])
    after = data.draw(st.permutations(before) | st.lists(st.integers(0, 5), min_size=1, max_size=8))
    first = stitch(tool, [pool[number] for number in before], tmp_path / "first")
    takes = [pool[number] for number in after]
    second = stitch(tool, takes, tmp_path / "second", earlier=shown_by(first))
    require_exact(second, takes)
    alone = stitch(tool, takes, tmp_path / "alone")
    ends = list(accumulate(PROFILE.sample_count(take.frames) for take in takes))
    places = [*ends, *(end - PROFILE.sample_count(3) for end in ends)]
    exact = exact_sound(takes)
    ours_db, alone_db = (error_db(samples_of(written(made)), exact, places) for made in (second, alone))
    assert ours_db <= alone_db + 3


def packets_of(video: Path) -> list[bytes]:
    track = read_movie(video).track("soun")
    body = video.read_bytes()
    return [body[at : at + size] for at, size in zip(track.offsets, track.sizes, strict=True)]


def test_damage_in_an_earlier_video_costs_time_and_no_more(tool: Ffmpeg, take: Take, tmp_path: Path) -> None:
    takes = in_a_row(take, "music", [31, 60])
    first = stitch(tool, takes, tmp_path / "first")
    right = written(first).read_bytes()
    head = right.index(b"mdat") - 4
    damaged = [right[:head] + b"mdat", right[: head // 2], b"", b"x" * 400]
    damaged += [body + right[head:] for body in mutants(right[:head], count=40, seed=7, structure=(0, head))]
    for body in damaged:
        (tmp_path / "damaged.mp4").write_bytes(body)
        again = stitch(tool, takes, tmp_path / "again", earlier=EarlierVideo(tmp_path / "damaged.mp4"))
        assert written(again).read_bytes() == right


@pytest.mark.parametrize("other", ["rate", "no stitched video"])
def test_an_earlier_video_of_another_form_is_left_alone(
    tool: Ffmpeg, take: Take, tmp_path: Path, other: str
) -> None:
    takes = in_a_row(take, "music", [31, 60])
    earlier = take("noise", 0, 31).video
    if other == "rate":
        earlier = written(stitch(tool, in_a_row(take, "noise", [31, 32], fps=25), tmp_path / "25", fps=25))
    made = stitch(tool, takes, tmp_path / "made", earlier=EarlierVideo(earlier))
    assert earlier not in {part.path for part in made.ranges}
    require_exact(made, takes)


# --- the file -----------------------------------------------------------------------------------


def test_tables_come_first_and_tracks_alternate_every_second(
    tool: Ffmpeg, take: Take, tmp_path: Path
) -> None:
    takes = in_a_row(take, "music", [60, 60, 45])
    movie = read_movie(written(stitch(tool, takes, tmp_path)))
    assert movie.boxes == ("ftyp", "moov", "uuid", "mdat")
    video, sound = movie.track("vide"), movie.track("soun")
    for second in range(5):
        assert video.offsets[second * 30] < sound.offsets[second * 47 + 2] < video.offsets[second * 30 + 30]


@pytest.mark.parametrize("frame", [0, 30, 31, 32, 90, 91, 97])
def test_can_be_sought_to_the_frame(tool: Ffmpeg, take: Take, tmp_path: Path, frame: int) -> None:
    takes = in_a_row(take, "music", [31, 60, 7])
    video = written(stitch(tool, takes, tmp_path))
    arguments = [
        "-ss",
        f"{frame / 30:.6f}",
        "-i",
        str(video),
        "-frames:v",
        "1",
        "-map",
        "0:v",
        "-f",
        "framemd5",
    ]
    sought = ffmpeg([*arguments, "-"]).decode()
    assert sought.rsplit(",", 1)[1].strip() == frame_hashes(video)[frame]


# --- damaged takes ------------------------------------------------------------------------------


def test_a_take_that_is_cut_off_is_an_error(tool: Ffmpeg, take: Take, tmp_path: Path) -> None:
    files = take("music", 0, 31)
    whole = files.video.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(RetakeError):
            Stitcher(tool).compose(
                [replace(files, video=cut), take("music", 31, 60)],
                profile=PROFILE,
                soundtrack=None,
                directory=tmp_path,
            )


def test_damaged_tables_never_make_another_video(tool: Ffmpeg, take: Take, tmp_path: Path) -> None:
    """Bits, numbers, cuts, gaps and repeats in the tables: an error, or the same video."""
    files, other = take("music", 0, 7), take("music", 31, 7)
    whole = files.video.read_bytes()
    right = frame_hashes(files.video) + frame_hashes(other.video)
    moov = whole.index(b"moov") - 4
    end = moov + struct.unpack_from(">I", whole, moov)[0]
    bits = mutants(whole[moov:end], count=150, seed=5, structure=(0, end - moov))
    made = 0
    for damaged in bits:
        path = tmp_path / "damaged.mp4"
        path.write_bytes(whole[:moov] + damaged + whole[end:])
        takes = [replace(files, video=path), other]
        try:
            result = Stitcher(tool).compose(takes, profile=PROFILE, soundtrack=None, directory=tmp_path)
        except RetakeError:
            continue
        made += 1
        assert frame_hashes(written(result)) == right
    assert 0 < made < 150


@pytest.mark.parametrize("table", ["stco", "stsz"])
def test_tables_that_overlap_or_leave_gaps_are_refused(
    tool: Ffmpeg, take: Take, tmp_path: Path, table: str
) -> None:
    files = take("music", 0, 31)
    at = 8 if table == "stco" else 12

    def less(payload: bytes) -> bytes:
        (number,) = struct.unpack_from(">I", payload, at)
        return payload[:at] + struct.pack(">I", number - 1) + payload[at + 4 :]

    path = tmp_path / "overlap.mp4"
    path.write_bytes(change_box(files.video.read_bytes(), f"moov/trak/mdia/minf/stbl/{table}", less))
    with pytest.raises(UnreadableMediaError, match="overlap or leave gaps"):
        stitch(tool, [replace(files, video=path)], tmp_path)
