"""Archives that are written as a stream: whole, always the same, readable front to back."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st

from retake.services.downloads.zip_blocks import BIG, MIB, zip_blocks

FILES = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40),
    st.lists(st.binary(max_size=200_000), max_size=4),
    max_size=5,
)
LOCAL, DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"


def packed(files: dict[str, list[bytes]], *, size_bytes: int = 0) -> bytes:
    return b"".join(zip_blocks((name, size_bytes, content) for name, content in files.items()))


def streamed(archive: bytes) -> dict[str, bytes]:
    """Read an archive as a user must who cannot see its end yet."""
    found, rest = {}, archive
    while rest.startswith(LOCAL):
        flags, method, _, date, _, _, _, name_length, extra_length = struct.unpack("<6xHHHHLLLHH", rest[:30])
        assert (flags & 0b1000, method) == (0b1000, 8), "a stream whose sizes follow has to end by itself"
        assert date == 33, "not the first of January 1980"
        name = rest[30 : 30 + name_length].decode("utf-8" if flags & 0x800 else "ascii")
        inflate = zlib.decompressobj(-15)
        found[name] = inflate.decompress(rest[30 + name_length + extra_length :])
        assert inflate.eof
        assert inflate.unused_data.startswith(DESCRIPTOR)
        crc = int.from_bytes(inflate.unused_data[4:8], "little")
        assert crc == zlib.crc32(found[name])
        rest = inflate.unused_data[24 if extra_length else 16 :]
    return found


@given(FILES)
def test_what_goes_in_comes_out(files: dict[str, list[bytes]]) -> None:
    archive = packed(files)
    with ZipFile(BytesIO(archive)) as reader:
        assert reader.testzip() is None
        assert reader.namelist() == list(files)
        for name, content in files.items():
            assert reader.read(reader.getinfo(name)) == b"".join(content)
    assert streamed(archive) == {name: b"".join(content) for name, content in files.items()}
    assert packed(files) == archive, "the same files are another archive"


def test_a_big_file_has_the_form_that_has_room_for_it() -> None:
    old, new = packed({"a": [b"content"]}), packed({"a": [b"content"]}, size_bytes=BIG)
    assert (old[4], new[4]) == (20, 45)  # the version that a reader needs
    assert streamed(old) == streamed(new) == {"a": b"content"}


def test_nothing_is_kept_that_was_handed_over() -> None:
    given_bytes = 0
    asked = 0

    def content() -> object:
        nonlocal asked
        for _ in range(64):
            asked += MIB
            # What was asked for has been handed over, but for the block at hand.
            assert asked - given_bytes <= 2 * MIB
            yield bytes(MIB)

    for block in zip_blocks([("a", 64 * MIB, content())]):  # type: ignore[list-item]
        given_bytes += len(block)
    assert given_bytes > 64 * MIB
