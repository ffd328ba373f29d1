"""Write a ZIP archive as a stream: block in, block out, nothing kept but the list of files."""

from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile

MIB = 1024**2
BIG = 2_147_000_000
"""Bytes from which on a file is written in the ZIP64 form: ``zipfile`` writes the old one up to 2 GiB (of
Deflate, a little more than the file has). As late as it can be: Java 17, where it reads a stream, looks
for the form's long sizes behind files of 4 GiB only."""

PackedFile = tuple[str, int, Iterable[bytes]]
"""Name, size in bytes, and content of a file."""


def zip_blocks(files: Iterable[PackedFile]) -> Iterator[bytes]:
    """Yield the bytes of a ZIP archive of these files; each file's content is read as it is needed.

    Videos do not get smaller, so nothing is compressed: the Deflate stream has stored blocks only (level
    0, 5 bytes more for each of up to 64 KiB). Deflate it is all the same, because the sizes stand behind
    each file in an archive that is written as a stream, and a Deflate stream says itself where it ends:
    a plainly stored file does not, and readers that stream (Java's ZipInputStream, macOS at times) refuse
    it. Times are the format's first day, so that the same files are the same archive, byte for byte.

    Args:
        files: In their order.

    References:
        https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.9, 4.4.4)
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=0) as archive:
        for name, size_bytes, content in files:
            # A name and no ZipInfo: that is dated 1980-01-01, and takes the archive's level.
            with archive.open(name, "w", force_zip64=size_bytes >= BIG) as target:
                for block in content:
                    target.write(block)
                    if sink.size >= MIB:
                        yield sink.take()
    yield sink.take()


class _Sink:
    """What ``ZipFile`` writes to: it cannot seek, so the archive is written front to back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes, /) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: there is nowhere to flush to."""

    def close(self) -> None:
        """Do nothing: what was written last is still to be taken."""

    def take(self) -> bytes:
        """Hand over what was written."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken
