import hashlib
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.errors import MediaToolTimeoutError, UnreadableMediaError
from retake.domain.media import MediaProfile
from retake.domain.notices import NoticeCode
from retake.ports.media import MediaProbe, NormalizedTake, Normalizer
from tests.media_samples import (
    SAMPLES,
    X264,
    ffmpeg,
    frame_hashes,
    frame_times,
    make_tone,
    running_children,
    samples_of,
)

Take = Callable[[str, int], NormalizedTake]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_source_becomes_exact_frames_and_samples(take: Take, name: str) -> None:
    made = take(name, 30)

    video, sound = read_movie(made.files.video).tracks
    assert (video.kind, sound.kind) == ("vide", "soun")
    assert sorted(video.presentation_times) == list(range(0, 120_000, 4000))
    assert len(frame_hashes(made.files.video)) == made.files.frames == 30
    with wave.open(str(made.files.audio)) as pcm:
        assert (pcm.getframerate(), pcm.getnchannels(), pcm.getsampwidth()) == (48_000, 2, 2)
        assert pcm.getnframes() == 48_000
    assert sum(sound.durations) - sound.edits[0].media_time == 48_000


def test_every_take_has_the_same_sample_entry(take: Take) -> None:
    entries = {read_movie(take(name, 30).files.video).track("vide").sample_entry for name in SAMPLES}
    assert len(entries) == 1


@pytest.mark.parametrize("frames", [1, 2, 3, 29, 61])
def test_a_source_is_cut_or_holds_its_last_picture(take: Take, frames: int) -> None:
    made = take("landscape", frames)

    video = read_movie(made.files.video).track("vide")
    assert sorted(video.presentation_times) == [n * 4000 for n in range(frames)]
    with wave.open(str(made.files.audio)) as pcm:
        assert pcm.getnframes() == frames * 1600
    assert video.sample_entry == read_movie(take("landscape", 30).files.video).track("vide").sample_entry


def test_the_held_picture_is_the_last(take: Take) -> None:
    pictures = ffmpeg(
        ["-i", str(take("landscape", 61).files.video), "-vf", "scale=16:9", "-f", "rawvideo", "-"]
    )
    size = len(pictures) // 61
    last, held = (pictures[n * size : n * size + size // 2] for n in (29, 60))
    assert max(abs(a - b) for a, b in zip(last, held, strict=True)) < 12


@pytest.mark.parametrize(
    ("width", "height", "fps", "level"),
    [
        (64, 64, 24, 40),
        (180, 320, 25, 40),
        (320, 180, 50, 40),
        (160, 90, 60, 40),
        (1920, 1080, 60, 42),
        (3840, 2160, 60, 52),
    ],
)
def test_any_profile_can_be_made(
    *,
    normalizer: Normalizer,
    sample: Callable[[str], Path],
    tmp_path: Path,
    width: int,
    height: int,
    fps: int,
    level: int,
) -> None:
    profile = MediaProfile(width=width, height=height, fps=fps)

    made = normalizer.normalize(sample("landscape"), profile=profile, frames=7, directory=tmp_path)

    video = read_movie(made.files.video).track("vide")
    assert sorted(video.presentation_times) == [n * 120_000 // fps for n in range(7)]
    assert int.from_bytes(video.sample_entry[40:42], "big") == width
    assert int.from_bytes(video.sample_entry[42:44], "big") == height
    assert video.sample_entry[video.sample_entry.index(b"avcC") + 7] == level


def test_a_portrait_is_fitted_and_padded_never_cropped(take: Take) -> None:
    left, middle = (
        ffmpeg(
            [
                *("-i", str(take("portrait", 30).files.video), "-frames:v", "1"),
                *("-vf", f"crop=20:180:{x}:0,format=gray,scale=1:1:flags=area", "-f", "rawvideo", "-"),
            ]
        )[0]
        for x in (20, 150)
    )
    assert left <= 17
    assert middle > 30


def test_full_range_becomes_video_range_and_looks_the_same(take: Take, sample: Callable[[str], Path]) -> None:
    def mean(path: Path) -> int:
        look = "scale=1:1:flags=area:out_range=pc,format=gray"
        return ffmpeg(["-i", str(path), "-frames:v", "1", "-vf", look, "-f", "rawvideo", "-"])[0]

    assert mean(take("full range", 30).files.video) == pytest.approx(mean(sample("full range")), abs=4)


def test_sound_follows_and_ends_in_silence(take: Take) -> None:
    pcm = samples_of(take("sound shorter than the picture", 30).files.audio)
    assert max(pcm[: 48_000 * 4 // 5]) > 0
    assert set(pcm[48_000 * 4 // 2 :]) == {0}


def test_silence_where_there_is_no_sound(take: Take) -> None:
    assert set(samples_of(take("silent", 30).files.audio)) == {0}


def test_equal_sources_make_equal_bytes(
    normalizer: Normalizer, sample: Callable[[str], Path], take: Take, tmp_path: Path
) -> None:
    profile = MediaProfile(width=320, height=180, fps=30)
    first = take("variable rate", 30)

    again = normalizer.normalize(sample("variable rate"), profile=profile, frames=30, directory=tmp_path)

    assert again.content_hash == first.content_hash
    for name in ("take.mp4", "take.wav", "thumbnail.webp"):
        assert digest(tmp_path / name) == digest(first.files.video.with_name(name))
    assert take("landscape", 30).content_hash != first.content_hash


def test_the_thumbnail_is_a_webp_480_wide(take: Take) -> None:
    assert webp_size(take("landscape", 30).thumbnail) == (480, 270)


@pytest.mark.parametrize(
    ("name", "size"),
    [("landscape", (480, 270)), ("rotated", (480, 852)), ("wide pixels, interlaced", (480, 264))],
)
@pytest.mark.parametrize("at_ms", [0, 500, 60_000])
def test_a_frame_of_any_video_can_be_taken(
    *,
    normalizer: Normalizer,
    sample: Callable[[str], Path],
    tmp_path: Path,
    name: str,
    size: tuple[int, int],
    at_ms: int,
) -> None:
    normalizer.extract_thumbnail(sample(name), at_ms=at_ms, path=tmp_path / "frame.webp")

    width, height = webp_size(tmp_path / "frame.webp")
    assert width == 480
    assert height == pytest.approx(size[1], abs=2)


@pytest.mark.parametrize("delay_s", [0, 0.4])
def test_sound_stays_with_its_picture(normalizer: Normalizer, tmp_path: Path, delay_s: float) -> None:
    source = tmp_path / "flash.mkv"
    beep = f"aevalsrc='if(gte(t,{delay_s}+0.5),0.5*sin(2000*PI*t),0)':s=48000:d=2"
    ffmpeg(
        [
            *("-itsoffset", str(delay_s), "-f", "lavfi"),
            *("-i", "color=black:size=64x64:rate=30:d=1,drawbox=c=white:t=fill:enable='gte(t,0.5)'"),
            *("-f", "lavfi", "-i", beep, "-map", "0", "-map", "1"),
            *("-c:v", "libx264", "-c:a", "pcm_s16le", str(source)),
        ]
    )

    made = normalizer.normalize(source, profile=MediaProfile(64, 64), frames=30, directory=tmp_path)

    look = ["-i", str(made.files.video), "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-"]
    flash = next(n for n, light in enumerate(ffmpeg(look)) if light > 128)
    pcm = memoryview(samples_of(made.files.audio)).cast("h")[::2]
    heard = next(n for n, sample in enumerate(pcm) if abs(sample) > 1000)
    assert flash == 15
    assert heard / 48_000 == pytest.approx(flash / 30, abs=0.003)


LACED = ("-flags", "+ildct+ilme")
REALTIME = ("-deadline", "realtime", "-cpu-used", "8")


@pytest.mark.parametrize(
    "codec",
    [("libvpx", *REALTIME), ("libvpx-vp9", *REALTIME), (*X264[1:], "-bf", "0"), (*X264[1:], *LACED)],
    ids=["VP8", "VP9", "H.264", "interlaced H.264"],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((240, 136), (160, 200)),
        ((320, 180), (160, 120)),
        ((320, 180), (640, 360)),
        ((320, 180), (320, 96)),
        ((160, 120), (640, 360)),
        ((640, 360), (160, 244)),
    ],
)
def test_a_size_that_changes_midway_is_fitted_again(
    normalizer: Normalizer,
    tmp_path: Path,
    codec: tuple[str, ...],
    before: tuple[int, int],
    after: tuple[int, int],
) -> None:
    source = tmp_path / "both.mkv"
    make_resized(source, sizes=(before, after), codec=codec)

    made = normalizer.normalize(source, profile=MediaProfile(320, 180), frames=30, directory=tmp_path)

    decoded = ffmpeg(["-i", str(made.files.video), *("-f", "rawvideo", "-pix_fmt", "gray", "-")])
    pictures = [decoded[n : n + 320 * 180] for n in range(0, len(decoded), 320 * 180)]
    assert len(pictures) == 30
    for shown, (width, height) in ((pictures[:15], before), (pictures[15:], after)):
        scale = min(320 / width, 180 / height)
        for picture in shown:
            row, column = picture[90 * 320 : 91 * 320], picture[160::320]
            assert sum(light > 128 for light in row) == pytest.approx(width * scale, abs=2)
            assert sum(light > 128 for light in column) == pytest.approx(height * scale, abs=2)


@pytest.mark.parametrize(
    ("shown", "seconds", "fps", "left_out"),
    [
        ((*range(0, 300, 30), 299), 10, 5, 1),
        ((0, 60, 61, 149), 5, 5, 2),
        ((0, 60, 149), 5, 30, 0),
        (range(60), 2, 15, 30),
        ((*range(0, 90, 3), 89), 3, 10, 1),
        (range(30), 1, 30, 0),
        (range(60), 1, 30, 0),
        (range(60), 1, 15, 15),
    ],
    ids=["last", "middle and last", "none", "half", "thirds and last", "all", "cut", "half and cut"],
)
@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_every_picture_that_is_left_out_is_counted(
    *,
    normalizer: Normalizer,
    tmp_path: Path,
    container: str,
    shown: Sequence[int],
    seconds: int,
    fps: int,
    left_out: int,
) -> None:
    source = tmp_path / f"slides.{container}"
    chosen = "+".join(f"eq(n\\,{number})" for number in shown)
    greys = [30 + number * 200 // len(shown) for number in range(len(shown))]
    drawn = f"geq=lum='30+floor(N*200/{len(shown)})':cb=128:cr=128"
    ffmpeg(
        [
            *("-f", "lavfi", "-i", f"color=black:size=64x64:rate=30:duration={shown[-1] // 30 + 1}"),
            *("-vf", f"select={chosen},{drawn}", "-fps_mode", "vfr", "-c:v", "libx264", "-qp", "0"),
            str(source),
        ]
    )
    profile = MediaProfile(64, 64, fps)

    made = normalizer.normalize(source, profile=profile, frames=seconds * fps, directory=tmp_path)

    look = ["-i", str(made.files.video), "-vf", "extractplanes=y,scale=1:1:flags=area", "-f", "rawvideo", "-"]
    seen = {min(greys, key=lambda grey: abs(grey - light)) for light in ffmpeg(look)}
    begun = sum(number < seconds * 30 for number in shown)
    assert begun - len(seen) == left_out
    found = [notice.figures for notice in made.notices if notice.code is NoticeCode.FRAMES_DROPPED]
    expected = [(left_out, begun)] if left_out else []
    assert [(figures["frames"], figures["source_frames"]) for figures in found] == expected


@pytest.mark.parametrize(
    ("shape", "turned", "size"),
    [
        ("1/2", (), (320, 360)),
        ("2", (), (640, 180)),
        ("1/2", ("-display_rotation", "90"), (360, 320)),
        ("2", ("-display_rotation", "90"), (180, 640)),
    ],
)
def test_pixels_of_any_shape_keep_their_detail(
    *,
    normalizer: Normalizer,
    probe: MediaProbe,
    tmp_path: Path,
    shape: str,
    turned: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    plain, source = tmp_path / "plain.mp4", tmp_path / "shaped.mp4"
    checks = "color=black:size=320x180:rate=30:duration=0.1,geq=lum='16+219*mod(floor(X/2)+floor(Y/2),2)'"
    drawn = f"{checks}:cb=128:cr=128,setsar={shape}"
    ffmpeg(["-f", "lavfi", "-i", drawn, "-c:v", "libx264", "-qp", "0", str(plain)])
    ffmpeg([*turned, "-i", str(plain), "-c", "copy", str(source)])

    info = probe.probe(source)
    assert (info.width, info.height) == size
    profile = MediaProfile(info.width, info.height)
    made = normalizer.normalize(source, profile=profile, frames=3, directory=tmp_path)

    small = "320:180" if not turned else "180:320"
    look = f"extractplanes=y,scale={small}:flags=area"
    found = ffmpeg(["-i", str(made.files.video), "-frames:v", "1", "-vf", look, "-f", "rawvideo", "-"])
    wanted = ffmpeg(["-i", str(source), "-frames:v", "1", "-vf", "extractplanes=y", "-f", "rawvideo", "-"])
    off = [abs(light - drawn_light) for light, drawn_light in zip(found, wanted, strict=True)]
    assert sum(off) / len(off) < 40


def test_a_sliver_keeps_a_picture(normalizer: Normalizer, tmp_path: Path) -> None:
    source = tmp_path / "sliver.mkv"
    ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=2000x8:rate=30:d=0.2", "-c:v", "ffv1", str(source)])
    made = normalizer.normalize(source, profile=MediaProfile(64, 64), frames=6, directory=tmp_path)
    assert len(frame_hashes(made.files.video)) == 6


def test_sound_that_changes_its_format_midway_is_refused_with_a_reason(
    normalizer: Normalizer, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    parts = [
        make_tone(tmp_path / "mono.mp3", seconds=0.5, options=["-ar", "44100", "-ac", "1"]),
        make_tone(tmp_path / "stereo.mp3", seconds=0.5, options=["-ar", "48000", "-ac", "2"]),
    ]
    music = tmp_path / "both.mp3"
    music.write_bytes(b"".join(part.read_bytes() for part in parts))
    source = tmp_path / "clip.mkv"
    ffmpeg(
        ["-i", str(sample("silent")), "-i", str(music), "-map", "0", "-map", "1", "-c", "copy", str(source)]
    )

    with pytest.raises(UnreadableMediaError, match="sound changes its format midway"):
        normalizer.normalize(source, profile=MediaProfile(64, 64), frames=30, directory=tmp_path)


def test_decoding_times_rise(take: Take) -> None:
    decoded = [row[0] for row in frame_times(take("variable rate", 30).files.video)]
    assert decoded == sorted(set(decoded))


@pytest.mark.parametrize("content", [b"", b"just words", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"])
def test_refuses_what_cannot_be_decoded(normalizer: Normalizer, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(content)

    with pytest.raises(UnreadableMediaError):
        normalizer.normalize(source, profile=MediaProfile(320, 180), frames=30, directory=tmp_path)


def test_a_source_that_breaks_off_holds_its_last_good_picture(
    normalizer: Normalizer, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    whole = bytearray(sample("silent").read_bytes())
    start, end = whole.index(b"mdat") + 4, whole.index(b"moov") - 4
    whole[(start + end) // 2 : end] = b"\0" * (end - (start + end) // 2)
    source = tmp_path / "clip.mp4"
    source.write_bytes(whole)

    made = normalizer.normalize(source, profile=MediaProfile(320, 180), frames=30, directory=tmp_path)

    assert len(frame_hashes(made.files.video)) == 30


def test_a_deadline_ends_the_work_and_leaves_no_process(
    tool: Ffmpeg, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    before = running_children()

    with pytest.raises(MediaToolTimeoutError, match="did not finish in the time"):
        FfmpegNormalizer(tool, timeout_s=0.5).normalize(
            sample("landscape"), profile=MediaProfile(1920, 1080), frames=36_000, directory=tmp_path
        )

    assert running_children() == before


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def webp_size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:30]
    assert (head[:4], head[8:16]) == (b"RIFF", b"WEBPVP8 ")
    return int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")


def make_resized(path: Path, *, sizes: Sequence[tuple[int, int]], codec: Sequence[str]) -> None:
    """Write one white stream of half a second for each size, none of which is encoded anew."""
    parts = [path.with_name(f"{path.stem}{number}.mkv") for number in range(len(sizes))]
    for part, (width, height) in zip(parts, sizes, strict=True):
        white = f"color=white:size={width}x{height}:rate=30:duration=0.5"
        ffmpeg(["-f", "lavfi", "-i", white, "-pix_fmt", "yuv420p", "-c:v", *codec, str(part)])
    listed = path.with_suffix(".txt")
    listed.write_text("".join(f"file '{part.name}'\n" for part in parts))
    ffmpeg(["-f", "concat", "-i", str(listed), "-c", "copy", str(path)])
