"""What a look into an upload costs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe
from retake.ports.objects import ObjectInfo
from retake.ports.workflows import ProbeResult
from retake.services.jobs.probe_uploads import probe_uploads
from retake.services.partial_download import BLOCK_BYTES, MOST_REQUESTS, PartialDownload
from tests.crafted_files import box, make_clip
from tests.fakes.context import a_context
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.media_samples import ffmpeg, ffmpeg_executable, make_tone


class CountingObjects(InMemoryObjectStore):
    """Counts what is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[int] = []

    def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        self.fetched.append(end - start)
        return super().read_range(key, start, end, etag=etag)


def probed(objects: CountingObjects, body: bytes, directory: Path, *, kind: str = "video") -> ProbeResult:
    objects.write("uploads/a", body, content_type="video/mp4")
    probe = FfmpegProbe(Ffmpeg(ffmpeg_executable()))
    return probe_uploads([("uploads/a", kind)], a_context(objects=objects, probe=probe), directory=directory)[
        0
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("probing")


@pytest.fixture(scope="module")
def noise(folder: Path) -> Path:
    """Return 20 s of noise in 50 MB, a key frame a second."""
    path = folder / "noise.mkv"
    options = ("-b:v", "20M", "-g", "25", "-preset", "ultrafast", "-c:v", "libx264", "-c:a", "aac")
    inputs = ("-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=20", "-f", "lavfi", "-i", "sine=d=20")
    ffmpeg([*inputs, "-vf", "noise=alls=100:allf=t", *options, str(path)])
    return path


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("last.mp4", ()),
        ("first.mp4", ("-movflags", "+faststart")),
        ("fragments.mp4", ("-movflags", "+frag_keyframe+empty_moov+default_base_moof")),
        ("clusters.mkv", ("-cluster_time_limit", "1000")),
    ],
)
def test_a_large_file_is_not_fetched(
    noise: Path, folder: Path, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    """What is read: the tables, and what the first picture is made of."""
    path = folder / name
    ffmpeg(["-i", str(noise), "-c", "copy", *options, str(path)])
    body = path.read_bytes()
    assert len(body) > 40_000_000
    for kind in ("video", "audio"):
        objects = CountingObjects()
        found = probed(objects, body, tmp_path, kind=kind)
        assert found.error is None
        assert found.info is not None
        assert found.info.duration_ms == pytest.approx(20_000, abs=60)
        assert found.info.size_bytes == len(body)
        assert sum(objects.fetched) < len(body) / 2
        assert len(objects.fetched) < 50


def test_what_is_fetched_does_not_grow_with_the_payload(tmp_path: Path) -> None:
    body = make_clip(tmp_path / "clip.mp4", seconds=2).read_bytes()
    end = body.index(b"moov") - 4
    costs = []
    for size in (10_000_000, 100_000_000):
        objects = CountingObjects()
        assert probed(objects, body[:end] + box(b"free", bytes(size)) + body[end:], tmp_path).error is None
        costs.append(sum(objects.fetched))
    assert abs(costs[1] - costs[0]) <= BLOCK_BYTES


def test_sounds_and_pictures_are_looked_into(tmp_path: Path) -> None:
    for suffix in ("mp3", "m4a", "wav", "flac", "ogg"):
        found = probed(
            CountingObjects(),
            make_tone(tmp_path / f"tone.{suffix}", seconds=1).read_bytes(),
            tmp_path,
            kind="audio",
        )
        assert found.info is not None, (suffix, found.error)
        assert found.info.duration_ms == pytest.approx(1000, abs=80)
    ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", str(tmp_path / "still.png")])
    found = probed(CountingObjects(), (tmp_path / "still.png").read_bytes(), tmp_path, kind="image")
    assert found.info is not None
    assert (found.info.width, found.info.height) == (64, 64)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=8))
def test_a_partial_download_has_what_was_asked_for(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, int]]
) -> None:
    body = bytes(range(1, 252)) * (20 * BLOCK_BYTES // 251)
    objects = CountingObjects()
    objects.write("a", body, content_type="video/mp4")
    info = objects.find("a")
    assert info is not None
    path = tmp_path_factory.getbasetemp() / "partial"
    partial = PartialDownload(objects, info, path)
    wanted: set[int] = set()
    for block, count in asked:
        start, end = block * BLOCK_BYTES // 2 + 7, (block + count) * BLOCK_BYTES // 2
        partial.fill(start, end)
        assert path.read_bytes()[start:end] == body[start:end]
        wanted.update(range(start // BLOCK_BYTES, -(-min(end, len(body)) // BLOCK_BYTES)))
    assert sum(objects.fetched) <= len(wanted) * BLOCK_BYTES
    assert path.stat().st_size == len(body)


def test_after_many_requests_the_rest_comes_in_one_go(tmp_path: Path) -> None:
    objects = CountingObjects()
    objects.write("a", b"x" * (2 * MOST_REQUESTS + 50), content_type="video/mp4")
    found = objects.find("a")
    assert found is not None
    spread = ObjectInfo("a", 1000 * BLOCK_BYTES, found.etag, found.last_modified)
    partial = PartialDownload(objects, spread, tmp_path / "partial")
    for block in range(0, 1000, 2):
        partial.fill(block * BLOCK_BYTES, block * BLOCK_BYTES + 1)
    assert len(objects.fetched) < 1000 / 2
    assert sum(objects.fetched) == 1000 * BLOCK_BYTES
