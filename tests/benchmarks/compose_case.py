"""Join takes in one of the ways that ``retake bench`` compares, in a process of its own.

Prints one JSON object: ``{"seconds": [..], "cpu_seconds": [..]}``, with ``in turn`` one of these for each of
three ways that are compared with each other: what else the machine does then concerns all alike.
With ``check`` it prints ``{"exact"}``.
Imports are done before the clock starts, for every way.
"""

import argparse
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from retake.adapters.file_ranges import read_ranges
from retake.adapters.media.compose import FfmpegComposer
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.ports.media import ComposedVideo, EarlierVideo, TakeFiles
from tests.benchmarks.clip_form import PROFILE

KEPT = "kept.mp4"
"""The video before, which the next one takes parts of."""

Join = Callable[[Sequence[TakeFiles], Path], Path]


def join_first(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Join them as if they had never been joined; keep the video for the others."""
    made = _stitch(takes, directory, None)
    shutil.copyfile(made, directory / KEPT)
    return made


def join_again(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Join them when there is a video of them."""
    return _stitch(takes, directory, EarlierVideo(directory / KEPT))


def join_changed(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Join them when there is a video of them, the clip in the middle being another one."""
    return _stitch(changed(takes, directory), directory, EarlierVideo(directory / KEPT))


def join_whole(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Do all that a changed clip takes: normalise the new file for its place, then join."""
    place = len(takes) // 2
    others = json.loads((directory / "takes.json").read_text())["others"]
    room = directory / "whole"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    frames = takes[place].frames
    new = FfmpegNormalizer(Ffmpeg(tool_in(directory))).normalize(
        Path(others[place % len(others)]["source"]),
        profile=PROFILE,
        frames=frames,
        directory=room,
        frames_before=sum(take.frames for take in takes[:place]),
    )
    made = replace(new.files, content_hash=new.content_hash, thumbnail=new.thumbnail)
    shown = [*takes[:place], made, *takes[place + 1 :]]
    return _stitch(shown, directory, EarlierVideo(directory / KEPT))


def changed(takes: Sequence[TakeFiles], directory: Path) -> list[TakeFiles]:
    """Return the takes with another one in the middle."""
    others = json.loads((directory / "takes.json").read_text())["others"]
    middle = len(takes) // 2
    other = _slot(others[middle % len(others)], len(takes))
    return [*takes[:middle], other, *takes[middle + 1 :]]


def _stitch(takes: Sequence[TakeFiles], directory: Path, earlier: EarlierVideo | None) -> Path:
    made = Stitcher(Ffmpeg(tool_in(directory))).compose(
        takes, profile=PROFILE, soundtrack=None, directory=directory, earlier=earlier
    )
    if made.ranges[0].path.name != "header.mp4":
        raise AssertionError("The takes were joined by ffmpeg.")
    return _write(made, directory)


def _write(made: ComposedVideo, directory: Path) -> Path:
    video = directory / "joined.mp4"
    with video.open("wb", buffering=0) as file:
        for block in read_ranges(made.ranges):
            file.write(block)
    return video


def join_exactly(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Copy the pictures' packets by ffmpeg, encode the exact sound of the whole."""
    composer = FfmpegComposer(Ffmpeg(tool_in(directory)))
    room = directory / "exact"
    room.mkdir(exist_ok=True)
    return _write(composer.compose(takes, profile=PROFILE, soundtrack=None, directory=room), room)


def join_by_filter(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Decode everything, join with ffmpeg's concat filter, encode again."""
    video = directory / "filter.mp4"
    inputs = [part for take in takes for part in ("-i", str(take.video))]
    pads = "".join(f"[{number}:v][{number}:a]" for number in range(len(takes)))
    _ffmpeg(
        tool_in(directory),
        [
            *(*inputs, "-filter_complex", f"{pads}concat=n={len(takes)}:v=1:a=1[v][a]"),
            *("-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac"),
            str(video),
        ],
    )
    return video


def join_by_moviepy(takes: Sequence[TakeFiles], directory: Path) -> Path:
    """Do as MoviePy's documentation shows, with its defaults."""
    video = directory / "moviepy.mp4"
    clips = [moviepy.VideoFileClip(str(take.video)) for take in takes]
    # Its sound goes through a file of its own, by default in the current folder.
    moviepy.concatenate_videoclips(clips).write_videofile(
        str(video), logger=None, temp_audiofile_path=str(directory)
    )
    for clip in clips:
        clip.close()
    return video


def copy_bytes(_: Sequence[TakeFiles], directory: Path) -> Path:
    """Copy the video that ours made: what moving these bytes costs at least."""
    return Path(shutil.copyfile(directory / "joined.mp4", directory / "copy.mp4"))


JOINS: dict[str, Join] = {
    "first": join_first,
    "retake": join_again,
    "changed": join_changed,
    "whole": join_whole,
    "exact": join_exactly,
    "filter": join_by_filter,
    "moviepy": join_by_moviepy,
    "copy": copy_bytes,
}


IN_TURN = ("changed", "retake", "copy")

MADE = {
    "copy": "copy.mp4",
    "exact": "exact/joined.mp4",
    "filter": "filter.mp4",
    "moviepy": "moviepy.mp4",
}
"""The file that a way makes, where it is not ``joined.mp4``."""


def is_exact(tool: Path, takes: Sequence[TakeFiles], video: Path) -> bool:
    """Whether the video shows exactly the takes' frames, in their order."""
    seen: dict[Path, list[str]] = {}
    for take in takes:
        if take.video not in seen:
            seen[take.video] = frame_hashes(tool, take.video)
    wanted = [frame for take in takes for frame in seen[take.video]]
    counted = all(len(seen[take.video]) == take.frames for take in takes)
    return counted and frame_hashes(tool, video) == wanted


def frame_hashes(tool: Path, video: Path) -> list[str]:
    """Return the MD5 of every decoded picture, in the order shown."""
    listed = _ffmpeg(tool, ["-i", str(video), "-map", "0:v", "-f", "framemd5", "-"]).decode()
    return [line.rsplit(",", 1)[1].strip() for line in listed.splitlines() if not line.startswith("#")]


def tool_in(directory: Path) -> Path:
    """Return ffmpeg, to which there is a link: looking for it would take 7 MiB that the product does not."""
    return (directory / "ffmpeg").resolve()


def _ffmpeg(tool: Path, arguments: Sequence[str]) -> bytes:
    command = [str(tool), "-nostdin", "-v", "error", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603


def slots(directory: Path, count: int) -> list[TakeFiles]:
    """Return so many takes: those in the directory in turn, each as if it were unlike all others."""
    listed = json.loads((directory / "takes.json").read_text())["takes"]
    return [_slot(listed[number % len(listed)], number) for number in range(count)]


def _slot(take: dict[str, Any], number: int) -> TakeFiles:
    """Return a take as if it were unlike all others: repeats must not share what is encoded for them."""
    names = Path(take["video"]).with_name(f"{number}.mp4"), Path(take["audio"]).with_name(f"{number}.wav")
    for name, made in zip(names, (take["video"], take["audio"]), strict=True):
        name.unlink(missing_ok=True)
        name.hardlink_to(made)
    return TakeFiles(*names, take["frames"], content_hash=f"take {number}", thumbnail=Path(take["thumbnail"]))


def _measure(
    ways: Sequence[str], takes: Sequence[TakeFiles], directory: Path, repeat: int
) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {way: {"seconds": [], "cpu_seconds": []} for way in ways}
    for _ in range(repeat):
        for way in ways:
            # A composition is a new file; to free the pages of the one before took a third of the time.
            (directory / MADE.get(way, "joined.mp4")).unlink(missing_ok=True)
            began, cpu_began = time.perf_counter(), _cpu_seconds()
            JOINS[way](takes, directory)
            found[way]["seconds"].append(time.perf_counter() - began)
            found[way]["cpu_seconds"].append(_cpu_seconds() - cpu_began)
    return found


def _cpu_seconds() -> float:
    """Return the processor time of this process and of all its children that ended."""
    spent = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=[*JOINS, "in turn", "check", "check changed"])
    parser.add_argument("directory", type=Path, help="Where videos are written; holds takes.json.")
    parser.add_argument("--clips", type=int, required=True)
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    if given.way == "moviepy":
        import moviepy
    if given.way == "whole":
        from retake.adapters.media.normalize import FfmpegNormalizer
    files = slots(given.directory, given.clips)
    if given.way in ("check", "check changed"):
        shown = changed(files, given.directory) if given.way == "check changed" else files
        answer: dict[str, object] = {
            "exact": is_exact(tool_in(given.directory), shown, given.directory / "joined.mp4")
        }
    else:
        ways = IN_TURN if given.way == "in turn" else (given.way,)
        measured = _measure(ways, files, given.directory, given.repeat)
        answer = dict(measured) if given.way == "in turn" else dict(measured[given.way])
    print(json.dumps(answer))  # noqa: T201
