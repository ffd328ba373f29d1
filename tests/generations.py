"""A take that is regenerated without a visible change, and one that goes to the archive and back, six times.

For the benchmark and for the test that holds its figures.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.domain.changes import Change
from retake.domain.media import MediaProfile
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState
from retake.domain.versions import ARCHIVE_LEASE, request_restore
from retake.ports.media import NormalizedTake, TakeFiles
from retake.ports.providers import GenerationRequest
from retake.services.commits import change_job
from retake.services.versions.archive_version import archive_version
from retake.services.versions.rehydrate_version import Outcome, rehydrate_version
from retake_local.effects import Effect, EffectKind
from retake_local.rendering import LocalRenderer
from tests.builders import JOB, a_clip, a_job, a_take, a_version
from tests.fakes.context import context_of
from tests.fakes.world import World
from tests.media_samples import ffmpeg

TIMES = 6
TIMEOUT_S = 600.0
CLIP = "clip-0"


@dataclass(frozen=True)
class Footage:
    """What the first take is made of, in the profile of a job that has it alone."""

    source: Path
    profile: MediaProfile
    frames: int


def first_take(tool: Ffmpeg, footage: Footage, directory: Path) -> NormalizedTake:
    """Return version 1."""
    return FfmpegNormalizer(tool).normalize(
        footage.source, profile=footage.profile, frames=footage.frames, directory=directory
    )


def regenerations(
    tool: Ffmpeg, footage: Footage, take: TakeFiles, directory: Path
) -> Iterator[NormalizedTake]:
    """Give version 2 and those after it: each is the one before, mirrored by the local provider."""
    renderer = LocalRenderer(ffmpeg=tool, font=None, timeout_s=TIMEOUT_S)
    for number in range(TIMES):
        folder = directory / f"{number}"
        folder.mkdir()
        result = folder / "result.mp4"
        mirror = [Effect(EffectKind.MIRROR)]
        renderer.edit(take.video, mirror, _request(footage), result, sound=take.audio)
        made = FfmpegNormalizer(tool).normalize(
            result, profile=footage.profile, frames=footage.frames, directory=folder
        )
        yield made
        take = made.files


def _request(footage: Footage) -> GenerationRequest:
    return GenerationRequest(
        idempotency_key="generations",
        instruction="mirrored",
        prompt="",
        source_key="take",
        duration_ms=footage.profile.duration_ms(footage.frames),
        width=footage.profile.width,
        height=footage.profile.height,
        fps=footage.profile.fps,
        seed=1,
    )


def trips(tool: Ffmpeg, footage: Footage, take: NormalizedTake, directory: Path) -> Iterator[TakeFiles]:
    """Give version 1 as it came back from the archive, each time by the product's own services."""
    world = World()
    encoder = FfmpegArchiveEncoder(tool, timeout_s=TIMEOUT_S)
    ctx = context_of(world, archive_encoder=encoder, normalizer=FfmpegNormalizer(tool))
    _store(world, footage, take)
    for number in range(TIMES):
        _mark(world)
        assert archive_version(JOB, CLIP, 1, ctx) is not None
        _want_back(world)
        assert rehydrate_version(JOB, CLIP, 1, ctx) is Outcome.RESTORED
        back = _first(world).objects
        video, audio = directory / f"{number}.mp4", directory / f"{number}.wav"
        world.objects.download(back.video_key, video)
        world.objects.download(back.audio_key, audio)
        yield TakeFiles(video, audio, footage.frames)


def _store(world: World, footage: Footage, take: NormalizedTake) -> None:
    """Store a job of one clip whose version 1 is the take, behind the current version 2."""
    paths = (take.files.video, take.files.audio, take.thumbnail)
    size_bytes = sum(path.stat().st_size for path in paths)
    objects = replace(a_take(CLIP, 1), size_bytes=size_bytes)
    for path, key in zip(paths, objects.keys, strict=True):
        world.objects.upload(path, key, content_type="application/octet-stream")
    clip = a_clip(
        CLIP,
        frames=footage.frames,
        duration_ms=footage.profile.duration_ms(footage.frames),
        current_version=2,
        next_version_number=3,
    )
    original = a_version(
        1,
        objects=objects,
        content_hash=take.content_hash,
        frames=footage.frames,
        duration_ms=clip.duration_ms,
        superseded_at=world.clock.now(),
    )
    world.jobs.put_drafts((clip,))
    job = a_job(clip_ids=(CLIP,), profile=footage.profile, timeline_revision=1)
    world.jobs.commit(Change(job, (original, a_version(2))), now=world.clock.now())


def _first(world: World) -> Version:
    return next(item for item in world.jobs.get_clip(JOB, CLIP).versions if item.version_number == 1)


def _mark(world: World) -> None:
    """Let version 2 be current, and version 1 go to the archive."""
    clip = replace(world.jobs.get_clip(JOB, CLIP).clip, current_version=2)
    going = replace(
        _first(world), state=VersionState.ARCHIVING, archive_due_at=world.clock.now() + ARCHIVE_LEASE
    )
    change_job(JOB, lambda job: (Change(job, (clip, going)), None), world.ctx)


def _want_back(world: World) -> None:
    wanted = request_restore(_first(world), base_version=2, now=world.clock.now())
    change_job(JOB, lambda job: (Change(job, (wanted,)), None), world.ctx)


def vmaf(video: Path, reference: Path, *, rate: Fraction | int, directory: Path) -> float:
    """Return the mean VMAF of one video beside another, picture by picture."""
    base = f"settb=1/({rate}),setpts=N"
    log = directory / "vmaf.json"
    graph = f"[0:v]{base}[a];[1:v]{base}[b];[a][b]libvmaf=n_threads=2:log_fmt=json:log_path={log}"
    ffmpeg(["-i", str(video), "-i", str(reference), "-lavfi", graph, "-f", "null", "-"])
    return float(json.loads(log.read_bytes())["pooled_metrics"]["vmaf"]["mean"])
