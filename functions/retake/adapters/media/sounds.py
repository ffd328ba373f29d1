"""Which sound tracks of a file are heard, and by which filters they become one stereo track."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from retake.domain.media import AUDIO_SAMPLE_RATE_HZ

_STEREO = 2
_UNPLACED = re.compile(r"\d+ channels")
_UNKNOWN_LANGUAGES = frozenset({"", "und", "mis", "mul", "zxx"})


@dataclass(frozen=True)
class SoundTrack:
    """A sound track of a file.

    Attributes:
        number: Its place among the file's sound tracks, from 0.
        codec: Such as ``aac``.
        is_default: Whether the file marks it as the one to play.
        language: As the file says, in ISO 639-2; empty where it does not.
        channels: 0 for a track that cannot be decoded.
        layout: Such as ``5.1``.
    """

    number: int
    codec: str
    is_default: bool = False
    language: str = ""
    channels: int = 0
    layout: str = ""


class Use(Enum):
    """What becomes of a file's sound tracks."""

    SILENCE = "silence"
    ONE = "one"
    PAIR = "pair"
    MIX = "mix"


@dataclass(frozen=True)
class SoundChoice:
    """The tracks that are heard, and how."""

    use: Use
    tracks: tuple[SoundTrack, ...] = ()


def choose_sound(tracks: Sequence[SoundTrack], *, demuxer: str) -> SoundChoice:
    """Decide which of the tracks that can be decoded are heard.

    A track that the file marks as default although it is not the first was chosen by a person, and is heard
    alone. A mark on the first says nothing: most programs set it there. Two mono tracks of an MP4 or MOV
    file are a camera's left and right.
    Tracks in different languages are translations, and unlike ones (5.1 beside stereo, AC-3 beside AAC) are
    forms of the same sound: one of them is heard. Like ones are several sources, such as a game and a
    microphone: they are mixed.
    """
    if not tracks:
        return SoundChoice(Use.SILENCE)
    marked = [track for track in tracks if track.is_default]
    first = marked[0] if marked else tracks[0]
    is_chosen = len(marked) == 1 and first is not tracks[0]
    if len(tracks) == 1 or is_chosen or _are_alternatives(tracks):
        return SoundChoice(Use.ONE, (first,))
    if demuxer == "mov" and [track.channels for track in tracks] == [1, 1]:
        return SoundChoice(Use.PAIR, tuple(tracks))
    return SoundChoice(Use.MIX, tuple(tracks))


def _are_alternatives(tracks: Sequence[SoundTrack]) -> bool:
    languages = {track.language for track in tracks} - _UNKNOWN_LANGUAGES
    return len(languages) > 1 or len({(track.codec, track.channels) for track in tracks}) > 1


def sound_graph(choice: SoundChoice, *, start_s: float, samples: int, phase: int = 0) -> str:
    """Return the filters from a file's sound to ``[aac]`` and ``[pcm]``: exact 16 bit stereo.

    Args:
        choice: Which tracks.
        start_s: When the picture begins, in seconds: it begins the take, and the sound moves with it.
        samples: How many samples a channel; silence fills what is missing.
        phase: Silent samples that the encoder gets before them, at times below zero.
    """
    late = f"asplit[late][pcm];[late]adelay=delays={phase}S:all=1,asetpts=N-{phase}[aac]"
    end = f"aformat=sample_fmts=s16:channel_layouts=stereo,{late if phase else 'asplit[aac][pcm]'}"
    if choice.use is Use.SILENCE:
        return f"anullsrc=r={AUDIO_SAMPLE_RATE_HZ}:cl=stereo,atrim=end_sample={samples},{end}"
    chains = [
        f"[0:a:{track.number}]asetpts=PTS-{start_s:.6f}/TB,"
        + track_filters(track, samples=samples, is_side=choice.use is Use.PAIR)
        for track in choice.tracks
    ]
    if choice.use is Use.ONE:
        return f"{chains[0]},{end}"
    inputs = "".join(f"[track{number}]" for number in range(len(chains)))
    parted = "".join(f"{chain}[track{number}];" for number, chain in enumerate(chains))
    if choice.use is Use.PAIR:
        return f"{parted}{inputs}join=inputs=2:channel_layout=stereo,{end}"
    return f"{parted}{inputs}amix=inputs={len(chains)}:normalize=0,{LIMITER},{end}"


LIMITER = "alimiter=level=0:latency=1"
"""Sums may pass full scale. Below it nothing is changed."""


def track_filters(track: SoundTrack, *, samples: int, is_side: bool = False) -> str:
    """Return the filters that make a track exactly so many samples of stereo, or of one side of it."""
    channels = "aformat=channel_layouts=mono" if is_side else _to_stereo(track)
    resampled = f"aresample={AUDIO_SAMPLE_RATE_HZ}:async=1000:first_pts=0"
    return f"{resampled},{channels},apad,atrim=end_sample={samples}"


def _to_stereo(track: SoundTrack) -> str:
    """Return the filters that make stereo of a track without a change of level.

    Mono is heard on both sides as loud as it is: ffmpeg's own matrix takes 3 dB off. More channels are mixed
    by the matrix of ITU-R BS.775, centre and surround at -3 dB, in floating point: for integers ffmpeg would
    scale the whole matrix down until no sum can pass full scale. Channels without places are all heard on
    both sides.

    References:
        https://www.itu.int/rec/R-REC-BS.775 (table 2)
    """
    if track.channels == 1:
        return "pan=stereo|c0=c0|c1=c0"
    if track.channels == _STEREO:
        return "aformat=channel_layouts=stereo"
    if _UNPLACED.fullmatch(track.layout):
        together = "+".join(f"c{number}" for number in range(track.channels))
        return f"aformat=sample_fmts=fltp,pan=stereo|c0={together}|c1={together},{LIMITER}"
    return f"aformat=sample_fmts=fltp,aformat=sample_fmts=fltp:channel_layouts=stereo,{LIMITER}"
