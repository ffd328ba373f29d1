"""How takes are made small for the archive, and checked there.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retake.domain.media import MediaProfile
from retake.ports.media import TakeFiles


@dataclass(frozen=True)
class CompressedTake:
    """What compressing a take made.

    Attributes:
        video: Playable MP4, its tables first: the picture encoded once more, into the same headers, so
            that it can be joined with its job's takes as it is; the take's AAC as it was.
        size_bytes: Size of the file.
        vmaf: Quality beside the take, 0 to 100.
        content_hash: Of its picture and the take's sound, as ``NormalizedTake`` has one.
    """

    video: Path
    size_bytes: int
    vmaf: float
    content_hash: str


class ArchiveEncoder(Protocol):
    """Makes old takes small, and says whether what was made is whole."""

    def compress(self, files: TakeFiles, *, profile: MediaProfile, directory: Path) -> CompressedTake | None:
        """Write a smaller video of the take into ``directory``, frame for frame.

        Returns:
            The smaller video; None where the take cannot shrink enough at the quality wanted, so
            that its picture is archived as it is.

        Raises:
            UnreadableMediaError: If the take does not decode cleanly.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def identify(self, files: TakeFiles) -> str:
        """Return the content hash of a take's files, as ``NormalizedTake`` has one.

        Raises:
            UnreadableMediaError: If they are no take's.
        """
        ...

    def pack_sound(self, audio: Path, *, path: Path) -> None:
        """Write a take's PCM smaller and without loss.

        Raises:
            MediaToolError: If that failed.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def unpack_sound(self, path: Path, *, audio: Path) -> None:
        """Write packed sound as the PCM that it was; PCM stays as it is.

        Raises:
            UnreadableMediaError: If it does not decode cleanly.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...

    def verify(self, path: Path, *, frames: int, duration_ms: int) -> None:
        """Decode a whole archived video, picture and sound.

        Raises:
            ArchiveDamagedError: If it does not decode cleanly, or is not as long as it should be.
            MediaToolTimeoutError: If it took longer than allowed.
        """
        ...
