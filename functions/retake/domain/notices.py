"""What a take lost of its source, in words and figures: nothing is dropped without a notice.

A code is added in two places: a member of ``NoticeCode``, and its sentence in ``_SENTENCES``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Figure = int | float | str


class NoticeCode(StrEnum):
    """What happened to a source on its way in; stable, for programs that read notices."""

    SUBTITLES_DROPPED = "subtitles_dropped"
    PICTURES_DROPPED = "pictures_dropped"
    SOUND_TRACKS_DROPPED = "sound_tracks_dropped"
    SOUND_TRACKS_MIXED = "sound_tracks_mixed"
    SOUND_TRACKS_PAIRED = "sound_tracks_paired"
    SOUND_UNDECODABLE = "sound_undecodable"
    CHANNELS_MIXED_DOWN = "channels_mixed_down"
    SOUND_LEAD_CUT = "sound_lead_cut"
    SOUND_TAIL_CUT = "sound_tail_cut"
    FRAMES_DROPPED = "frames_dropped"
    FRAMES_REPEATED = "frames_repeated"
    PICTURE_CUT = "picture_cut"
    PICTURE_HELD = "picture_held"
    SCALED_DOWN = "scaled_down"
    TONE_MAPPED = "tone_mapped"
    GAMUT_MAPPED = "gamut_mapped"
    RANGE_REDUCED = "range_reduced"
    DEPTH_REDUCED = "depth_reduced"
    CHROMA_REDUCED = "chroma_reduced"
    ALPHA_COMPOSITED = "alpha_composited"
    DECODE_ERRORS = "decode_errors"


_SENTENCES: Mapping[NoticeCode, str] = {
    NoticeCode.SUBTITLES_DROPPED: "Subtitles are not kept; tracks left out: {tracks}.",
    NoticeCode.PICTURES_DROPPED: "Only the first picture track is kept; others left out: {tracks}.",
    NoticeCode.SOUND_TRACKS_DROPPED: (
        "Sound track {kept} of {tracks} is kept, the default or the first one; the others are left out."
    ),
    NoticeCode.SOUND_TRACKS_MIXED: "The {tracks} sound tracks are mixed into one, each at its own level.",
    NoticeCode.SOUND_TRACKS_PAIRED: "Two mono sound tracks are taken as left and right.",
    NoticeCode.SOUND_UNDECODABLE: (
        "Sound that cannot be decoded ({codec}) is left out; tracks: {tracks}. Sound comes from: {instead}."
    ),
    NoticeCode.CHANNELS_MIXED_DOWN: "Sound of {channels} channels ({layout}) is mixed down to stereo.",
    NoticeCode.SOUND_LEAD_CUT: "The sound begins {lost_s:.2f} s before the picture; that part is left out.",
    NoticeCode.SOUND_TAIL_CUT: "The sound ends {lost_s:.2f} s after the picture; that part is left out.",
    NoticeCode.FRAMES_DROPPED: (
        "Frames left out: {frames} of {source_frames}; the file has {source_fps} a second, the job {fps}."
    ),
    NoticeCode.FRAMES_REPEATED: (
        "Frames shown again: {frames}; the file has {source_fps} a second, the job {fps}."
    ),
    NoticeCode.PICTURE_CUT: (
        "The file is {source_s:.2f} s long and the clip {kept_s:.2f} s; the rest is left out."
    ),
    NoticeCode.PICTURE_HELD: (
        "The picture ends {missing_s:.2f} s before the clip; its last frame is held so long."
    ),
    NoticeCode.SCALED_DOWN: (
        "Scaled down from {source_width}x{source_height} to {width}x{height} pixels, the job's size."
    ),
    NoticeCode.TONE_MAPPED: (
        "High dynamic range ({transfer}) is tone mapped to standard range, BT.709, by {tone_mapper}."
    ),
    NoticeCode.GAMUT_MAPPED: "Colours of {primaries} are mapped to BT.709; those outside of it are clipped.",
    NoticeCode.RANGE_REDUCED: "Full range (256 levels) is stored as limited range (220 levels).",
    NoticeCode.DEPTH_REDUCED: "Colour depth is reduced from {source_bits} to {bits} bits a channel.",
    NoticeCode.CHROMA_REDUCED: "Colour resolution is reduced from {source_sampling} to {sampling}.",
    NoticeCode.ALPHA_COMPOSITED: "What is transparent is shown on {ground}: a job has no transparency.",
    NoticeCode.DECODE_ERRORS: (
        "The file is damaged: {frames} of {source_frames} frames and {sounds} packets of sound did not "
        "decode cleanly; errors reported: {errors}."
    ),
}


@dataclass(frozen=True)
class Notice:
    """One thing that a take lost, or that was done to it.

    Attributes:
        code: What happened.
        text: The same as a sentence for people, with the figures.
        figures: The figures by name; those in ``_s`` are seconds, the others counts or pixels.
    """

    code: NoticeCode
    text: str
    figures: Mapping[str, Figure] = field(default_factory=dict, hash=False)


def notice(code: NoticeCode, **figures: Figure) -> Notice:
    """Return a notice with its sentence.

    Raises:
        KeyError: If a figure is missing that the sentence has.
    """
    return Notice(code, _SENTENCES[code].format(**figures), figures)
