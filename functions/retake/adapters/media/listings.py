"""Reads what ffmpeg writes for programs: listings of packets, graphs, colour boxes, metadata.

Nothing here reads ffmpeg's log, which repeats words of the file: a prompt in a comment may look like
any message.

References:
    https://ffmpeg.org/ffmpeg-formats.html#framecrc
    https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 (``ffmetadata``)
    https://ffmpeg.org/ffmpeg.html#Advanced-options (``print_graphs_file``)
"""

import json
import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

_DISCARDED = 0x4
"""Flag of a packet that is decoded and not shown (``AV_PKT_FLAG_DISCARD``)."""

_HEADER = re.compile(r"#(?P<name>\w+) (?P<stream>\d+): (?P<value>.+)")
_FLAGS = re.compile(r"F=0x(?P<flags>[0-9A-Fa-f]+)")
_NO_TIME = -(2**63)
_KEPT_KEYS = ("language=", "alpha_mode=")


@dataclass
class Listed:
    """One stream of a ``framecrc`` listing.

    Attributes:
        header: What the listing says of the stream, such as ``codec_id`` and ``dimensions``.
        count: Packets, or pictures, that are shown.
        start: When the first one begins, in seconds; None without any.
        end: When the last one ends, in seconds.
        first_bytes: Size of the first packet.
        first_ticks: Length of the first packet, in ticks.
        shown_ticks: When each picture begins, in ticks; none of sounds.
    """

    header: dict[str, str] = field(default_factory=dict)
    count: int = 0
    start: Fraction | None = None
    end: Fraction = Fraction(0)
    first_bytes: int = 0
    first_ticks: int = 0
    shown_ticks: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, line: str) -> None:
        """Count one row (stream, dts, pts, duration, size, checksum, flags)."""
        columns = line.split(",", 5)
        pts, ticks, size = (int(column) for column in columns[2:5])
        found = _FLAGS.search(columns[5])
        flags = int(found["flags"], 16) if found else 0
        if flags & _DISCARDED or pts == _NO_TIME:
            return
        base = Fraction(self.header["tb"])
        if self.start is None:
            self.first_bytes, self.first_ticks = size, ticks
        self.start = pts * base if self.start is None else min(self.start, pts * base)
        self.end = max(self.end, (pts + ticks) * base)
        self.count += 1
        if self.header.get("media_type") == "video":
            self.shown_ticks.append(pts)

    def count_shown(self, since: Fraction, until: Fraction | None) -> int:
        """Return how many pictures begin in a time, in seconds; until None: to the end."""
        base = Fraction(self.header.get("tb", 1))
        first, end = since / base, None if until is None else until / base
        return sum(first <= ticks and (end is None or ticks < end) for ticks in self.shown_ticks)


def read_listing(lines: Iterable[str]) -> list[Listed]:
    """Read a ``framecrc`` listing: its streams in order."""
    streams: dict[int, Listed] = {}
    for line in lines:
        if not line.startswith("#"):
            if line.strip():
                streams.setdefault(int(line.split(",", 1)[0]), Listed()).add(line)
            continue
        header = _HEADER.match(line.rstrip("\n"))
        if header:
            stream = streams.setdefault(int(header["stream"]), Listed())
            stream.header[header["name"]] = header["value"]
    return [streams[number] for number in sorted(streams)]


def read_listing_file(path: Path) -> list[Listed]:
    """Read a listing that ffmpeg wrote into a file; empty where it wrote none."""
    if not path.exists():
        return []
    with path.open(encoding="latin-1") as lines:
        return read_listing(lines)


def read_sources(graphs: Path) -> list[int]:
    """Return which stream of the input each stream of the first output was copied from.

    Args:
        graphs: What ``-print_graphs_file`` wrote as JSON; no streams where it wrote nothing.
    """
    if not graphs.exists():
        return []
    links = json.loads(graphs.read_bytes())["streamlinks"]
    first = [link for link in links if link["dest_stream_id"].startswith("r_out__0_")]
    return [int(link["source_stream_id"].rsplit("_", 1)[1]) for link in first]


def read_decoded(graphs: Path) -> dict[str, str]:
    """Return how the first decoded picture enters the filters: ``format``, ``color_range`` and more."""
    for graph in json.loads(graphs.read_bytes())["graphs"]:
        for item in graph["filters"]:
            if item["filter_name"] == "buffer":
                return {str(name): str(value) for name, value in item["filter_outputs"][0].items()}
    return {}


def read_metadata(path: Path) -> list[dict[str, str]]:
    """Return each stream's ``language`` and ``alpha_mode``, of what ``ffmetadata`` wrote.

    A value's own line breaks and equal signs are written behind a backslash.
    """
    streams: list[dict[str, str]] = []
    continued = False
    with path.open(encoding="utf-8", errors="replace") as lines:
        for raw in lines:
            line, goes_on = raw.rstrip("\n"), continued
            continued = line.endswith("\\")
            if goes_on:
                continue
            if line == "[STREAM]":
                streams.append({})
            elif streams and line.startswith(_KEPT_KEYS):
                name, _, value = line.partition("=")
                streams[-1][name] = value
    return streams


def count_listed(listing: Path) -> tuple[int, float]:
    """Return how many packets or pictures a listing of one stream has, and when the last ends, in seconds."""
    found = read_listing_file(listing)
    return (found[0].count, float(found[0].end)) if found else (0, 0.0)
