"""Regenerate a take six times without a visible change, send it to the archive six times; say what is left.

Prints one JSON object: VMAF, sizes in bytes, and whether the sound is the same to the sample.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from infra.assets import installed_ffmpeg
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe
from retake.domain.profiles import ProfileChoice, ProfileLimits, format_of, plan_profile
from retake.ports.media import NormalizedTake, TakeFiles
from tests.generations import Footage, first_take, regenerations, trips, vmaf
from tests.media_samples import ffmpeg, frame_hashes

FOOTAGE = Path(__file__).parents[1] / "footage"


def footage_of(tool: Ffmpeg, source: Path) -> Footage:
    """Return footage in the profile of a job that begins with it."""
    info = FfmpegProbe(tool).probe(source)
    limits = ProfileLimits(info.duration_ms, info.duration_ms)
    profile = plan_profile([format_of(info)], ProfileChoice(), limits).profile
    return Footage(source, profile, profile.frame_count(info.duration_ms))


def measure(tool: Ffmpeg, footage: Footage, directory: Path) -> dict[str, object]:
    """Return what six of each leave of version 1."""
    rate = footage.profile.fps
    first, made_in, came_in = (directory / name for name in ("first", "made", "came"))
    for folder in (first, made_in, came_in):
        folder.mkdir()
    take = first_take(tool, footage, first)
    source = directory / "source.mkv"
    one_a_frame = f"fps={rate}:start_time=0:round=near,trim=end_frame={footage.frames}"
    ffmpeg(["-i", str(footage.source), "-map", "0:V", "-vf", one_a_frame, "-c:v", "ffv1", str(source)])

    def judged(video: Path, reference: Path) -> float:
        return vmaf(video, reference, rate=rate, directory=directory)

    made = list(regenerations(tool, footage, take.files, made_in))
    came_back = list(trips(tool, footage, take, came_in))
    return {
        "width": footage.profile.width,
        "height": footage.profile.height,
        "frames": footage.frames,
        "own_vmaf": judged(take.files.video, take.files.video),
        "regenerated_vmaf": judged(made[-1].files.video, take.files.video),
        "source_vmaf": judged(take.files.video, source),
        "regenerated_source_vmaf": judged(made[-1].files.video, source),
        "first_trip_vmaf": judged(came_back[0].video, take.files.video),
        "trips_vmaf": judged(came_back[-1].video, take.files.video),
        "trips_same": len({tuple(frame_hashes(back.video)) for back in came_back}) == 1,
        "sound_same": _is_same_sound(take, [*(one.files for one in made), *came_back]),
        "bytes": take.files.video.stat().st_size,
        "regenerated_bytes": statistics.mean(one.files.video.stat().st_size for one in made),
    }


def _is_same_sound(take: NormalizedTake, later: list[TakeFiles]) -> bool:
    own = take.files.audio.read_bytes()
    return all(files.audio.read_bytes() == own for files in later)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--footage", required=True, help="A clip of tests/footage, or a file.")
    given = parser.parse_args()
    ffmpeg_tool = Ffmpeg(installed_ffmpeg())
    named = FOOTAGE / f"{given.footage}.mp4"
    with tempfile.TemporaryDirectory() as folder:
        chosen = footage_of(ffmpeg_tool, named if named.exists() else Path(given.footage))
        found = measure(ffmpeg_tool, chosen, Path(folder))
    print(json.dumps(found))  # noqa: T201
