"""Look into damaged copies of one file, and make takes of those that are accepted.

Prints one JSON object of counts. Files about which another build of the decoders disagrees are left in the
directory, named ``wrong-NUMBER``.
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from infra.assets import installed_ffmpeg
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.probe import FfmpegProbe
from retake.adapters.media.sniff import video_demuxer
from retake.adapters.media.structure import read_structure
from retake.domain.errors import MediaToolError, MediaToolTimeoutError, UnreadableMediaError
from retake.domain.media import MediaInfo, MediaProfile
from tests.crafted_files import make_clip
from tests.mutations import mutants

FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-g", "5")
CONTAINERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mp4": ("clip.mp4", ("-movflags", "+faststart")),
    "mov": ("clip.mov", ()),
    "fragmented mp4": ("fragments.mp4", FRAGMENTS),
    "mkv": ("clip.mkv", ()),
    "webm": ("clip.webm", ("-deadline", "realtime")),
}
LOOK_S, MAKE_S = 20.0, 30.0
LONGEST_MS = 5 * 60 * 1000
"""As a clip may last in a job."""


class Case:
    """Damaged copies of one container's seed."""

    def __init__(self, container: str, directory: Path) -> None:
        ffmpeg = Ffmpeg(installed_ffmpeg())
        self._probe = FfmpegProbe(ffmpeg, timeout_s=LOOK_S)
        self._normalizer = FfmpegNormalizer(ffmpeg, timeout_s=MAKE_S)
        self._directory = directory
        self._container = container
        self.counts: Counter[str] = Counter()
        self.accepted: list[tuple[Path, MediaInfo]] = []
        self.slowest_s = 0.0

    def run(self, *, count: int, seed: int, takes: int) -> None:
        """Look into ``count`` copies, and make takes of the first ``takes`` that are accepted."""
        name, options = CONTAINERS[self._container]
        body = make_clip(self._directory / name, options=options, seconds=0.6).read_bytes()
        for number, damaged in enumerate(mutants(body, count=count, seed=seed, structure=structure_of(body))):
            path = self._directory / f"{number}-{name}"
            path.write_bytes(damaged)
            began = time.monotonic()
            info = self._look(path)
            if info is not None and self.counts["takes"] + self.counts["no takes"] < takes:
                self._make(path, info)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            if info is None:
                path.unlink()
            else:
                self.accepted.append((path, info))

    def _look(self, path: Path) -> MediaInfo | None:
        try:
            read_structure(path, demuxer=video_demuxer(path))
        except UnreadableMediaError:
            self.counts["refused by structure"] += 1
            return None
        try:
            info = self._probe.probe(path)
        except UnreadableMediaError:
            self.counts["refused by decoder"] += 1
        except MediaToolTimeoutError:
            self.counts["timed out"] += 1
        else:
            self.counts["accepted"] += 1
            return info
        return None

    def _make(self, path: Path, info: MediaInfo) -> None:
        profile = MediaProfile(64, 64)
        frames = profile.frame_count(min(info.duration_ms, LONGEST_MS))
        room = self._directory / "take"
        room.mkdir(exist_ok=True)
        try:
            self._normalizer.normalize(path, profile=profile, frames=frames, directory=room)
        except (UnreadableMediaError, MediaToolError):
            self.counts["no takes"] += 1
        except MediaToolTimeoutError:
            self.counts["timed out"] += 1
        else:
            self.counts["takes"] += 1

    def judge(self) -> int:
        """Return how many accepted files another decoder does not open, or finds another picture in."""
        wrong = 0
        for path, info in self.accepted:
            seen = judged(path) or judged(path)  # a process may have been ended for the machine's sake
            if seen is None or [info.width, info.height] not in seen["sizes"]:
                wrong += 1
                path.rename(path.with_name(f"wrong-{path.name}"))
        return wrong


def judged(path: Path) -> dict[str, Any] | None:
    """Return what PyAV finds in a file, in a process of its own; None where it finds no picture."""
    command = [sys.executable, "-m", "tests.benchmarks.fuzz_judge", str(path)]
    try:
        ended = subprocess.run(command, capture_output=True, check=True, timeout=60)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def structure_of(body: bytes) -> tuple[int, int]:
    """Return where most of what says how a file is built lies."""
    at = body.find(b"moov")
    if at < 0:
        return 0, min(len(body), 1500)
    size = int.from_bytes(body[at - 4 : at], "big")
    return at - 4, min(len(body), at - 4 + size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("container", choices=CONTAINERS)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--takes", type=int, default=100)
    given = parser.parse_args()
    case = Case(given.container, given.directory)
    case.run(count=given.count, seed=given.seed, takes=given.takes)
    answer = {**case.counts, "wrong": case.judge(), "slowest_s": case.slowest_s}
    print(json.dumps(answer))  # noqa: T201
