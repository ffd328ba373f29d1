"""Lists what an untrusted file holds, and finds out what of it can be decoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retake.adapters.media.ffmpeg import FfmpegSession, untrusted_input
from retake.adapters.media.listings import (
    Listed,
    read_listing,
    read_listing_file,
    read_metadata,
    read_sources,
)
from retake.adapters.media.sounds import SoundTrack

MAX_SOUND_TRACKS = 32
"""Tracks after these are left out: each costs a decoder."""

_MOMENT = ("-t", "0.001")
_16_BITS = 2


@dataclass(frozen=True)
class Track:
    """A track as its container describes it.

    Attributes:
        kind: ``video``, ``audio`` or ``subtitle``.
        codec: ffmpeg's name, ``none`` where it knows the codec not even by name.
        has_alpha: Whether the container says that transparency lies beside the picture.
        is_default: Whether the file marks it as the one to play.
        language: As the file says; empty where it does not.
        listed: Its packets: all of them if they were counted, else the first ones.
    """

    kind: str
    codec: str
    has_alpha: bool
    is_default: bool
    language: str
    listed: Listed


def list_tracks(session: FfmpegSession, path: Path, *, demuxer: str, whole: bool = False) -> list[Track]:
    """List the pictures, sounds and subtitles of a file; none where it cannot be opened.

    Pictures that are attached, such as a cover, are none of them.

    Args:
        session: Where ffmpeg runs.
        path: The file.
        demuxer: What reads it.
        whole: Count every packet; else only the first ones are read.
    """
    graphs, packets, metadata = (session.directory / name for name in ("graphs", "packets", "metadata"))
    for left in (graphs, packets, metadata):
        left.unlink(missing_ok=True)
    part = () if whole else _MOMENT
    maps = ("-map", "0:V?", "-map", "0:a?", "-map", "0:s?")
    session.attempt(
        [
            *("-v", "error", *untrusted_input(path, demuxers=demuxer)),
            *("-print_graphs_file", graphs, "-print_graphs_format", "json"),
            # Default sounds are listed once more: what is listed twice is default.
            *(*maps, "-map", "0:a:disp:default?", "-c", "copy", *part, "-f", "framecrc", packets),
            *(*maps, "-c", "copy", *_MOMENT, "-f", "ffmetadata", metadata),
        ]
    )
    listed, sources = read_listing_file(packets), read_sources(graphs)
    said = read_metadata(metadata) if metadata.exists() else []
    return [
        Track(
            kind=found.header.get("media_type", ""),
            codec=found.header.get("codec_id", "none"),
            has_alpha=more.get("alpha_mode") == "1",
            is_default=sources.count(source) > 1,
            language=more.get("language", ""),
            listed=found,
        )
        for found, source, more in zip(listed, sources, said, strict=False)
    ]


def decodable_sounds(
    session: FfmpegSession, path: Path, sounds: Sequence[Track], *, demuxer: str
) -> tuple[list[SoundTrack], list[SoundTrack]]:
    """Return the sound tracks that can be decoded, and those that cannot; one without content is neither."""
    good: list[SoundTrack] = []
    bad: list[SoundTrack] = []
    for number, track in enumerate(sounds[:MAX_SOUND_TRACKS]):
        beginning = (
            "-map",
            f"0:a:{number}",
            "-frames:a",
            "1",
            "-c:a",
            "pcm_s16le",
            "-f",
            "framecrc",
            "pipe:1",
        )
        ran = session.attempt(["-v", "error", *untrusted_input(path, demuxers=demuxer), *beginning])
        decoded = read_listing(ran.output.decode("latin-1").splitlines())
        found = decoded[0] if decoded else Listed()
        sound = SoundTrack(
            number=number,
            codec=track.codec,
            is_default=track.is_default,
            language=track.language,
            channels=found.first_bytes // (_16_BITS * found.first_ticks) if found.first_ticks else 0,
            layout=found.header.get("channel_layout_name", ""),
        )
        if sound.channels:
            good.append(sound)
        elif ran.exit_code:
            bad.append(sound)
    return good, bad
