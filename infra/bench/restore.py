"""How long a restore takes to answer with the video's address: the whole stack, through the HTTP API."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from infra.assets import installed_ffmpeg
from infra.bench.footprint import processor_s
from infra.bench.processes import BenchError
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.stack import BenchStack, bench_stack
from retake.routes import VersionRoute

CLIPS = 20
CLIP_SECONDS = 10
REGENERATED = 9
"""Clips with a second version: each is restored to its first, which makes a new video, and back again."""

NOISE = 10
"""With it a clip of 320x180 has 3 to 4 MB once it is normalised, as one of 720p has without."""

TARGETS_S = {"new": 0.4, "known": 0.1}
OK = 200

COLUMNS = (
    Column("video", "video"),
    Column("requests", "requests", "count"),
    Column("median_s", "median", "s"),
    Column("least_s", "least", "s"),
    Column("most_s", "most", "s"),
    Column("target_s", "wanted", "s"),
    Column("processor_s", "processor", "s"),
    Column("machine_load", "load"),
)


def measure_restore(*, report: Report) -> Section:
    """Restore takes of a job of 20 clips of 10 s.

    Raises:
        BenchError: If a restore failed, or answered before the video was composed.
    """
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name, bench_stack(report) as stack:
        clips = [_make_clip(Path(name), number) for number in range(CLIPS)]
        report(f"making a job of {CLIPS} clips")
        job_id = stack.make_job(clips)
        report(f"regenerating {REGENERATED} clips")
        places = range(1, 2 * REGENERATED, 2)
        stack.run_batch(job_id, dict.fromkeys(places, "mirror"))
        report("restoring takes")
        found = _restore_each(stack, job_id, places)
    rows = [_row(video, times) for video, times in found.items()]
    return Section("restore", "A restore, from the request to the answer", COLUMNS, rows, _notes())


def _restore_each(
    stack: BenchStack, job_id: str, places: Sequence[int]
) -> Mapping[str, list[tuple[float, float]]]:
    """Restore each clip's first version and its second again.

    Returns:
        Of both kinds, the seconds that each took, and those of a processor.
    """
    found: dict[str, list[tuple[float, float]]] = {"new": [], "known": []}
    server = stack.cloud.pid or 0
    headers = {"Authorization": f"Bearer {stack.token}"}
    with httpx.Client(base_url=stack.cloud.endpoint, headers=headers, timeout=35, trust_env=False) as client:
        for place in places:
            for number, video in ((1, "new"), (2, "known")):
                path = VersionRoute.RESTORE.address(job_id=job_id, clip_index=place, version_id=str(number))
                used, began = processor_s(server), time.perf_counter()
                answer = client.post(path)
                taken = time.perf_counter() - began
                found[video].append((taken, processor_s(server) - used))
                if answer.status_code != OK or not answer.json()["video_ready"]:
                    raise BenchError(f"A restore failed: {answer.status_code} {answer.text[:200]}")
    return found


def _row(video: str, found: Sequence[tuple[float, float]]) -> Row:
    times, used = zip(*found, strict=True)
    return {
        "video": video,
        "requests": len(times),
        "median_s": statistics.median(times),
        "least_s": min(times),
        "most_s": max(times),
        "target_s": TARGETS_S[video],
        "processor_s": statistics.median(used),
        "machine_load": f"{os.getloadavg()[0]:.1f}",
    }


def _make_clip(directory: Path, number: int) -> Path:
    """Make a clip that is unlike the others; its noise gives a small picture the bytes of a large one."""
    path = directory / f"clip-{number}.mp4"
    picture = f"testsrc2=s=320x180:r=30,noise=alls={NOISE}:allf=t:all_seed={number},format=yuv420p"
    subprocess.run(  # noqa: S603 - our own ffmpeg
        [
            *(str(installed_ffmpeg()), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture),
            *("-f", "lavfi", "-i", f"sine=f={220 + 20 * number}:r=48000", "-t", str(CLIP_SECONDS)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac", "-ac", "2", str(path)),
        ],
        check=True,
    )
    return path


def _notes() -> list[str]:
    return [
        f"{CLIPS} clips of {CLIP_SECONDS} s at 320x180, with the bytes of 720p. One request after another.",
        "New: the video is stitched, sent and published within the request. Known: it is there already.",
        "Processor: of the server and all its workers, which the machine's other work changes less.",
        "Through the gateway, the token's check, the function, the one that composes, and the table.",
    ]
