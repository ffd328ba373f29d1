"""What every ``ArchiveEncoder`` does; what the real one makes of pictures is shown beside this."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from retake.domain.errors import ArchiveDamagedError, UnreadableMediaError
from retake.ports.archive import CompressedTake
from retake.ports.media import NormalizedTake
from tests.contract.media.archiving import BUNNY, Archiving, fake_archiving
from tests.fakes.fake_media import FakeArchiveEncoder


@pytest.fixture(scope="module")
def old(archiving: Archiving) -> NormalizedTake:
    return archiving.take


@pytest.fixture(scope="module")
def small(
    archiving: Archiving, old: NormalizedTake, tmp_path_factory: pytest.TempPathFactory
) -> CompressedTake:
    made = archiving.encoder.compress(old.files, profile=BUNNY, directory=tmp_path_factory.mktemp("archive"))
    assert made is not None
    return made


def test_is_smaller_and_nearly_as_good(small: CompressedTake, old: NormalizedTake) -> None:
    assert small.size_bytes == small.video.stat().st_size
    assert small.size_bytes <= 0.9 * old.files.video.stat().st_size
    assert 93 <= small.vmaf <= 100


def test_writes_into_the_directory_and_leaves_the_take_alone(
    archiving: Archiving, old: NormalizedTake, tmp_path: Path
) -> None:
    before = [digest(path) for path in (old.files.video, old.files.audio, old.thumbnail)]
    made = archiving.encoder.compress(old.files, profile=BUNNY, directory=tmp_path)
    assert made is not None
    assert list(tmp_path.iterdir()) == [made.video]
    assert [digest(path) for path in (old.files.video, old.files.audio, old.thumbnail)] == before


def test_equal_takes_make_equal_bytes(
    archiving: Archiving, small: CompressedTake, old: NormalizedTake, tmp_path: Path
) -> None:
    again = archiving.encoder.compress(old.files, profile=BUNNY, directory=tmp_path)
    assert again is not None
    assert digest(again.video) == digest(small.video)


def test_a_take_that_cannot_shrink_is_left_as_it_is(
    archiving: Archiving, old: NormalizedTake, tmp_path: Path
) -> None:
    assert archiving.stubborn.compress(old.files, profile=BUNNY, directory=tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"just words", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"])
def test_refuses_a_take_that_is_none(
    archiving: Archiving, old: NormalizedTake, tmp_path: Path, content: bytes
) -> None:
    video = tmp_path / "take.mp4"
    video.write_bytes(content)
    with pytest.raises(UnreadableMediaError):
        archiving.encoder.compress(replace(old.files, video=video), profile=BUNNY, directory=tmp_path)


def test_what_comes_back_is_named_by_its_picture_and_the_exact_sound(
    archiving: Archiving, small: CompressedTake, old: NormalizedTake
) -> None:
    assert archiving.encoder.identify(old.files) == old.content_hash
    assert archiving.encoder.identify(replace(old.files, video=small.video)) == small.content_hash
    assert small.content_hash != old.content_hash


def test_sound_is_packed_without_a_loss(archiving: Archiving, old: NormalizedTake, tmp_path: Path) -> None:
    packed, audio = tmp_path / "packed", tmp_path / "back.wav"
    archiving.encoder.pack_sound(old.files.audio, path=packed)
    assert list(tmp_path.iterdir()) == [packed]
    archiving.encoder.unpack_sound(packed, audio=audio)
    assert digest(audio) == digest(old.files.audio)


def test_sound_that_an_older_release_left_unpacked_stays_as_it_is(
    archiving: Archiving, old: NormalizedTake, tmp_path: Path
) -> None:
    audio = tmp_path / "back.wav"
    archiving.encoder.unpack_sound(old.files.audio, audio=audio)
    assert digest(audio) == digest(old.files.audio)


def test_damaged_sound_is_refused(archiving: Archiving, tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(b"just words")
    with pytest.raises(UnreadableMediaError):
        archiving.encoder.unpack_sound(packed, audio=tmp_path / "back.wav")


def test_what_was_made_is_whole(archiving: Archiving, small: CompressedTake) -> None:
    archiving.encoder.verify(small.video, frames=archiving.frames, duration_ms=archiving.duration_ms)


def test_a_take_that_is_archived_as_it_is_can_be_verified(archiving: Archiving) -> None:
    video, encoder = archiving.take.files.video, archiving.encoder
    encoder.verify(video, frames=archiving.frames, duration_ms=archiving.duration_ms)
    with pytest.raises(ArchiveDamagedError):
        encoder.verify(video, frames=archiving.frames + 1, duration_ms=archiving.duration_ms)


@pytest.mark.parametrize(("more_frames", "more_ms"), [(1, 0), (-1, 0), (0, 42), (0, -42)])
def test_another_length_is_reported(
    archiving: Archiving, small: CompressedTake, more_frames: int, more_ms: int
) -> None:
    with pytest.raises(ArchiveDamagedError):
        archiving.encoder.verify(
            small.video,
            frames=archiving.frames + more_frames,
            duration_ms=archiving.duration_ms + more_ms,
        )


def cut_off(whole: bytes) -> bytes:
    return whole[: len(whole) * 3 // 4]


def one_byte_lost(whole: bytes) -> bytes:
    return whole[: len(whole) * 2 // 3] + whole[len(whole) * 2 // 3 + 1 :]


def overwritten(whole: bytes) -> bytes:
    start = len(whole) // 2
    return whole[:start] + b"\0" * 16 + whole[start + 16 :]


def nothing(_: bytes) -> bytes:
    return b""


def words(_: bytes) -> bytes:
    return b"ffconcat version 1.0\nfile other.mp4\n"


@pytest.mark.parametrize("damage", [cut_off, one_byte_lost, overwritten, nothing, words])
def test_damage_is_reported(
    *, archiving: Archiving, small: CompressedTake, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    video = tmp_path / "archive.mp4"
    video.write_bytes(damage(small.video.read_bytes()))
    with pytest.raises(ArchiveDamagedError):
        archiving.encoder.verify(video, frames=archiving.frames, duration_ms=archiving.duration_ms)


def test_the_fake_can_write_what_fails_verification(tmp_path: Path) -> None:
    archiving = fake_archiving(tmp_path)
    encoder = FakeArchiveEncoder()
    encoder.damages = True
    made = encoder.compress(archiving.take.files, profile=BUNNY, directory=tmp_path)
    assert made is not None
    with pytest.raises(ArchiveDamagedError):
        encoder.verify(made.video, frames=archiving.frames, duration_ms=archiving.duration_ms)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
