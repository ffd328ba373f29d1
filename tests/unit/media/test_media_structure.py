"""What our own readers say of a file, beside what ffmpeg shows of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retake.adapters.media.structure import Structure, read_structure
from tests.crafted_files import make_clip
from tests.media_samples import SAMPLES, ffmpeg, make_sample

FRAGMENTED = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-g", "10")
LIVE = ("-f", "matroska", "-live", "1")


def measured(path: Path) -> tuple[int, float]:
    """Return how many frames ffmpeg shows, and the seconds from the first one to the end of the last."""
    shown = ("-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base:v", "demux", "-f", "framecrc", "-")
    lines = ffmpeg(["-i", str(path), *shown]).decode().splitlines()
    over, under = next(line for line in lines if line.startswith("#tb"))[7:].split("/")
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    times = [(int(row[2]), int(row[2]) + int(row[3])) for row in rows]
    ticks = max(end for _, end in times) - min(start for start, _ in times)
    return len(rows), ticks * int(over) / int(under)


def structure_of(path: Path, *, count_all: bool = True) -> Structure:
    demuxer = "matroska" if path.suffix in {".mkv", ".webm"} else "mov"
    return read_structure(path, demuxer=demuxer, count_all=count_all)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("samples")
    return lambda name: make_sample(SAMPLES[name], folder)


@pytest.mark.parametrize("name", SAMPLES)
def test_counts_what_ffmpeg_counts(sample: Callable[[str], Path], name: str) -> None:
    path = sample(name)
    frames, length_s = measured(path)
    found = structure_of(path)
    assert found.frames == frames
    assert found.length_s == pytest.approx(length_s, abs=0.0015)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", ()),
        ("first.mp4", ("-movflags", "+faststart")),
        ("fragments.mp4", FRAGMENTED),
        ("hybrid.mp4", ("-movflags", "+hybrid_fragmented", "-g", "10")),
        ("late.mp4", ("-output_ts_offset", "0.5")),
        ("camera.mov", ()),
        ("clusters.mkv", ("-cluster_time_limit", "200")),
        ("live.mkv", LIVE),
        ("web.webm", ("-deadline", "realtime")),
    ],
)
@pytest.mark.parametrize("count_all", [True, False])
def test_reads_every_layout(tmp_path: Path, name: str, options: tuple[str, ...], *, count_all: bool) -> None:
    path = make_clip(tmp_path / name, options=options, seconds=2)
    frames, length_s = measured(path)
    found = structure_of(path, count_all=count_all)
    assert found.frames == pytest.approx(frames, abs=0 if count_all else 1)
    assert found.length_s == pytest.approx(length_s, abs=0.0015)
    assert found.fps == pytest.approx(25, abs=0.1)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("cut") / "source.mp4", seconds=2, options=("-g", "12", "-bf", "2")
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 1700), length=st.integers(100, 900))
def test_edit_lists_cut_where_ffmpeg_cuts(source: Path, tmp_path: Path, start: int, length: int) -> None:
    """A copy that starts between key frames carries an edit list that hides what comes before."""
    path = tmp_path / "cut.mp4"
    ffmpeg(["-ss", f"{start}ms", "-t", f"{length}ms", "-i", str(source), "-c", "copy", str(path)])
    frames, length_s = measured(path)
    found = structure_of(path)
    assert found.length_s == pytest.approx(length_s, abs=0.0015)
    assert found.frames == frames
