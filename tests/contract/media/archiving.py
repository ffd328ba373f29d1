"""Takes to archive, with an encoder that knows them: real ones, and those of the fakes."""

from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.media import MediaProfile
from retake.ports.archive import ArchiveEncoder
from retake.ports.media import NormalizedTake
from tests.fakes.fake_media import FakeArchiveEncoder, FakeNormalizer, fake_video

FOOTAGE = Path(__file__).parents[2] / "footage"
BUNNY = MediaProfile(width=320, height=180, fps=24)
FRAMES = 47


@dataclass(frozen=True)
class Archiving:
    """An encoder and what to try it on.

    Attributes:
        encoder: The one to try.
        stubborn: One of its kind for which no take shrinks well enough.
        take: One that shrinks.
        duration_ms: How long the take is.
    """

    encoder: ArchiveEncoder
    stubborn: ArchiveEncoder
    take: NormalizedTake
    duration_ms: int

    @property
    def frames(self) -> int:
        return self.take.files.frames


def real_archiving(tool: Ffmpeg, directory: Path) -> Archiving:
    source = FOOTAGE / "big-buck-bunny.mp4"
    take = FfmpegNormalizer(tool).normalize(source, profile=BUNNY, frames=FRAMES, directory=directory)
    # Nothing is better than perfect.
    stubborn = FfmpegArchiveEncoder(tool, min_vmaf=100.1)
    return Archiving(FfmpegArchiveEncoder(tool), stubborn, take, BUNNY.duration_ms(FRAMES))


def fake_archiving(directory: Path) -> Archiving:
    source = directory / "source.mp4"
    source.write_bytes(fake_video())
    folder = directory / "take"
    folder.mkdir()
    take = FakeNormalizer().normalize(source, profile=BUNNY, frames=FRAMES, directory=folder)
    stubborn = FakeArchiveEncoder()
    stubborn.shrinks = False
    return Archiving(FakeArchiveEncoder(), stubborn, take, BUNNY.duration_ms(FRAMES))
