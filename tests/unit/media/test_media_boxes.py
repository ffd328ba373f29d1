import struct
import subprocess
import sys
from pathlib import Path

import pytest

from retake.adapters.media.boxes.iso import BoxWalker
from retake.adapters.media.boxes.reader import WINDOW_BYTES, ByteReader
from retake.adapters.media.structure import read_structure
from retake.domain.errors import UnreadableMediaError
from tests.crafted_files import box, change_box, edit_list, make_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("boxes") / "clip.mp4").read_bytes()


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("elements") / "clip.mkv").read_bytes()


def refusal(path: Path, content: bytes, *, demuxer: str = "mov") -> str:
    path.write_bytes(content)
    with pytest.raises(UnreadableMediaError) as caught:
        read_structure(path, demuxer=demuxer)
    return str(caught.value)


# --- reading ------------------------------------------------------------------------------------


def kinds_in(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with ByteReader(path) as reader:
        return [found.kind for found in BoxWalker(reader).top()]


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (b"", []),
        (box(b"free"), ["free"]),
        (struct.pack(">I4s", 0, b"mdat") + b"123", ["mdat"]),
        (struct.pack(">I4sQ", 1, b"mdat", 20) + b"1234" + box(b"moov"), ["mdat", "moov"]),
    ],
)
def test_lists_boxes(tmp_path: Path, content: bytes, kinds: list[str]) -> None:
    assert kinds_in(tmp_path / "boxes", content) == kinds


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        struct.pack(">I4s", 9, b"free"),
        struct.pack(">I4s", 7, b"free"),
        struct.pack(">I4sI", 1, b"mdat", 0),
    ],
)
def test_refuses_boxes_that_do_not_fit(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableMediaError, match="incomplete"):
        kinds_in(tmp_path / "boxes", content)


def test_reads_any_part_of_a_file_and_asks_for_it_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = bytes(range(256)) * 1024
    path.write_bytes(content)
    asked: list[tuple[int, int]] = []
    with ByteReader(path, fill=lambda start, end: asked.append((start, end))) as reader:
        for start, length in ((0, 4), (3, 10), (200_000, 16), (len(content) - 2, 8), (5, 2 * WINDOW_BYTES)):
            assert reader.read(start, length) == content[start : start + length]
        assert reader.read(len(content) + 9, 4) == b""
    assert asked[0] == (0, WINDOW_BYTES)
    assert all(end <= len(content) for _, end in asked)


# --- bounds -------------------------------------------------------------------------------------


def test_memory_stays_flat_on_64_megabytes_of_empty_boxes(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.write_bytes(box(b"free") * (8 * 2**20))
    # In a process of its own, which the kernel lets have 400 MB and 20 seconds.
    program = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20,) * 2)\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "from retake.adapters.media.structure import read_structure\n"
        "from retake.domain.errors import UnreadableMediaError\n"
        "try: read_structure(Path(sys.argv[1]), demuxer='mov')\n"
        "except UnreadableMediaError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    ended = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    assert "200,001 boxes; at most 200,000" in ended.stdout


def in_track(content: bytes, path: str, payload: bytes) -> bytes:
    return change_box(content, f"moov/trak/{path}", lambda _: payload)


def numbers(*rows: int, version: int = 0) -> bytes:
    return struct.pack(f">{len(rows) + 1}I", version, *rows)


@pytest.mark.parametrize(
    ("path", "payload", "bound"),
    [
        ("edts/elst", edit_list(1_000, ticks=1000), "1,000 edits; at most 200"),
        ("edts/elst", edit_list(20_000, ticks=1000), "20,000 edits"),
        ("mdia/minf/stbl/stsz", numbers(0, 2_000_000), "2,000,000 table entries"),
        ("mdia/minf/stbl/stts", numbers(4_000_000_000), "table entries"),
        ("mdia/minf/stbl/stsd", bytes(5 * 2**20), "bytes of decoder settings"),
    ],
)
def test_names_the_bound_of_a_table(
    clip: bytes, tmp_path: Path, path: str, payload: bytes, bound: str
) -> None:
    assert bound in refusal(tmp_path / "clip.mp4", in_track(clip, path, payload))


def test_bounds_samples_that_a_few_bytes_speak_of(clip: bytes, tmp_path: Path) -> None:
    many = 3_000_000
    for path, payload in {
        "mdia/minf/stbl/stsz": numbers(1, many),
        "mdia/minf/stbl/stts": numbers(1, many, 10),
        "mdia/minf/stbl/ctts": numbers(1, many, 0),
    }.items():
        clip = in_track(clip, path, payload)
    assert "3,000,000 samples; at most 1,000,000" in refusal(tmp_path / "clip.mp4", clip)


def test_bounds_the_pixels_of_all_frames(clip: bytes, tmp_path: Path) -> None:
    many = 300 * 25

    def as_8k(entry: bytes) -> bytes:
        at = 8 + 32
        return entry[:at] + struct.pack(">HH", 7680, 4320) + entry[at + 4 :]

    clip = change_box(clip, "moov/trak/mdia/minf/stbl/stsd", as_8k)
    for path, payload in {
        "mdia/minf/stbl/stsz": numbers(1, many),
        "mdia/minf/stbl/stts": numbers(1, many, 512),
        "mdia/minf/stbl/ctts": numbers(1, many, 0),
        "mdia/minf/stbl/stsc": numbers(1, 1, many, 1),
        "mdia/minf/stbl/stco": numbers(1, 48),
        "edts/elst": numbers(1, 2**31 - 1, 0, 0x10000),
    }.items():
        clip = in_track(clip, path, payload)
    assert "pixels in all its frames" in refusal(tmp_path / "clip.mp4", clip)


def test_bounds_tracks(clip: bytes, tmp_path: Path) -> None:
    def with_more(moov: bytes) -> bytes:
        return moov + b"".join(box(b"trak") for _ in range(100))

    assert "102 tracks; at most 64" in refusal(tmp_path / "clip.mp4", change_box(clip, "moov", with_more))


# --- damage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["stts", "stsz", "stsd", "elst"])
def test_refuses_tables_that_are_there_twice_or_in_the_wrong_place(
    clip: bytes, tmp_path: Path, kind: str
) -> None:
    path = "edts" if kind == "elst" else "mdia/minf/stbl"
    more = box(kind.encode(), edit_list(20_000, ticks=1))
    twice = change_box(clip, f"moov/trak/{path}", lambda payload: payload + more)
    assert "there twice" in refusal(tmp_path / "clip.mp4", twice)
    for place in ("moov", "moov/trak", "moov/trak/mdia"):
        misplaced = change_box(clip, place, lambda payload: payload + more)
        assert "wrong place" in refusal(tmp_path / "clip.mp4", misplaced)
    assert "wrong place" in refusal(tmp_path / "clip.mp4", clip + more)


def test_refuses_samples_behind_the_end_of_the_file(clip: bytes, tmp_path: Path) -> None:
    def moved(offsets: bytes) -> bytes:
        return offsets[:-4] + struct.pack(">I", len(clip))

    changed = change_box(clip, "moov/trak/mdia/minf/stbl/stco", moved)
    assert "incomplete" in refusal(tmp_path / "clip.mp4", changed)


@pytest.mark.parametrize("table", ["stts", "stsz", "stsc", "stco", "ctts"])
def test_refuses_tables_that_contradict_each_other(clip: bytes, tmp_path: Path, table: str) -> None:
    changed = in_track(clip, f"mdia/minf/stbl/{table}", numbers(0, 0, 0))
    assert "damaged" in refusal(tmp_path / "clip.mp4", changed)


# --- Matroska -----------------------------------------------------------------------------------


def test_refuses_elements_that_do_not_fit(recording: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    assert "incomplete" in refusal(path, recording[:-100], demuxer="matroska")
    assert "No video could be found" in refusal(path, recording[:3] + b"\0" * 500, demuxer="matroska")


def test_bounds_elements(recording: bytes, tmp_path: Path) -> None:
    # A segment of unknown size ends where the file does: Void elements of no bytes follow.
    head = recording.index(b"\x18\x53\x80\x67")
    endless = recording[: head + 4] + b"\x01" + b"\xff" * 7 + recording[head + 12 :]
    bound = refusal(tmp_path / "clip.mkv", endless + b"\xec\x80" * 700_000, demuxer="matroska")
    assert "600,001 elements; at most 600,000" in bound


def test_bounds_attachments(recording: bytes, tmp_path: Path) -> None:
    head = recording.index(b"\x18\x53\x80\x67")
    endless = recording[: head + 4] + b"\x01" + b"\xff" * 7 + recording[head + 12 :]
    attached = b"\x19\x41\xa4\x69" + struct.pack(">Q", (1 << 56) | 40 * 2**20) + bytes(40 * 2**20)
    bound = refusal(tmp_path / "clip.mkv", endless + attached, demuxer="matroska")
    assert "bytes of attachments" in bound
