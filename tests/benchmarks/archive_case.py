"""Make one take, compress it for the archive, and say what that saved and what it took.

Prints one JSON object: the files' sizes in bytes, VMAF, and processor seconds.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from infra.assets import installed_ffmpeg
from retake.adapters.media.archive import FfmpegArchiveEncoder
from retake.adapters.media.ffmpeg import Ffmpeg, untrusted_input
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.probe import FfmpegProbe
from retake.domain.media import MediaInfo, MediaProfile
from retake.domain.profiles import ProfileChoice, ProfileLimits, format_of, plan_profile
from retake.ports.media import NormalizedTake
from retake.ports.providers import GenerationRequest
from retake_local.language import parse_instruction
from retake_local.rendering import LocalRenderer

FOOTAGE = Path(__file__).parents[1] / "footage"
MADE_PROFILE = MediaProfile(width=1280, height=720, fps=30)
MADE_MS = 2_000
TIMEOUT_S = 600.0


def make_clip(tool: Ffmpeg, directory: Path, *, footage: Path | None, words: str) -> Path:
    """Return a clip as the product gets it: footage, changed or not, or one made of words."""
    if footage is not None and not words:
        return footage
    clip = directory / "clip.mp4"
    renderer = LocalRenderer(ffmpeg=tool, font=None, timeout_s=TIMEOUT_S)
    if footage is None:
        renderer.create(_request(words, MADE_PROFILE, MADE_MS), clip)
        return clip
    info = FfmpegProbe(tool).probe(footage)
    renderer.edit(footage, parse_instruction(words), _request(words, _profile(info), info.duration_ms), clip)
    return clip


def _profile(info: MediaInfo) -> MediaProfile:
    limits = ProfileLimits(info.duration_ms, info.duration_ms)
    return plan_profile([format_of(info)], ProfileChoice(), limits).profile


def _request(words: str, profile: MediaProfile, duration_ms: int) -> GenerationRequest:
    return GenerationRequest(
        idempotency_key="benchmark",
        instruction=words,
        prompt="",
        source_key=None,
        duration_ms=duration_ms,
        width=profile.width,
        height=profile.height,
        fps=profile.fps,
        seed=1,
    )


def normalize(tool: Ffmpeg, clip: Path, directory: Path) -> tuple[NormalizedTake, MediaProfile]:
    """Return the clip's take, in the profile of a job that begins with it."""
    info = FfmpegProbe(tool).probe(clip)
    profile = _profile(info)
    frames = profile.frame_count(info.duration_ms)
    take = FfmpegNormalizer(tool).normalize(clip, profile=profile, frames=frames, directory=directory)
    return take, profile


def measure(tool: Ffmpeg, take: NormalizedTake, profile: MediaProfile, *, repeat: int) -> dict[str, object]:
    """Compress a take, and encode it plainly for comparison, in turns."""
    encoder = FfmpegArchiveEncoder(tool, timeout_s=TIMEOUT_S)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        cpu_seconds, plain_cpu_seconds = [], []
        for _ in range(repeat):
            began = _cpu_seconds()
            made = encoder.compress(take.files, profile=profile, directory=directory)
            ended = _cpu_seconds()
            _encode_plainly(tool, take.files.video, directory)
            cpu_seconds.append(ended - began)
            plain_cpu_seconds.append(_cpu_seconds() - ended)
        sound = directory / "sound.flac"
        encoder.pack_sound(take.files.audio, path=sound)
        kept = [made.video if made else take.files.video, sound, take.thumbnail]
        return {
            "width": profile.width,
            "height": profile.height,
            "frames": take.files.frames,
            "picture_bytes": _picture_bytes(take.files.video),
            "archived_picture_bytes": _picture_bytes(kept[0]),
            "bytes": _bytes([take.files.video, take.files.audio, take.thumbnail]),
            "archived_bytes": _bytes(kept),
            "vmaf": made.vmaf if made else None,
            "cpu_seconds": statistics.median(cpu_seconds),
            "plain_cpu_seconds": statistics.median(plain_cpu_seconds),
        }


def _cpu_seconds() -> float:
    """Return the processor time of all children that ended: what else the machine does changes it less."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _encode_plainly(tool: Ffmpeg, video: Path, directory: Path) -> None:
    """Encode the picture as a quick script would: x264 veryfast at its default quality."""
    with tool.session(timeout_s=TIMEOUT_S) as session:
        options = ("-map", "0:v", "-c:v", "libx264", "-preset", "veryfast", "-threads", "4")
        session.run(["-v", "error", *untrusted_input(video), *options, directory / "plain.mp4"])


def _picture_bytes(video: Path) -> int:
    return sum(read_movie(video).track("vide").sizes)


def _bytes(paths: Sequence[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--footage", help="A clip of tests/footage; none makes one of the words.")
    parser.add_argument("--words", default="", help="An instruction for the footage, or a prompt.")
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    ffmpeg = Ffmpeg(installed_ffmpeg())
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        source = FOOTAGE / f"{given.footage}.mp4" if given.footage else None
        clip = make_clip(ffmpeg, directory, footage=source, words=given.words)
        take, profile = normalize(ffmpeg, clip, directory)
        found = measure(ffmpeg, take, profile, repeat=given.repeat)
    print(json.dumps(found))  # noqa: T201
