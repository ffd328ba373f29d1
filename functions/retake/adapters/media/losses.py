"""Lists what a take lost of its source, as notices."""

from collections.abc import Iterator
from fractions import Fraction

from retake.adapters.media.outcome import Outcome
from retake.adapters.media.pictures import TONE_MAPPER, is_high_range, is_wide_gamut
from retake.adapters.media.pixels import HDR_TRANSFERS, PRIMARIES, PRIMARIES_NAMES
from retake.adapters.media.sounds import Use
from retake.adapters.media.streams import Contents
from retake.domain.conversions import scaled_down
from retake.domain.frame_rates import FrameRate, rate_number, simple
from retake.domain.media import MediaProfile
from retake.domain.notices import Notice, NoticeCode, notice

_AUDIBLE_S = 0.1
"""Shorter ends and beginnings of sound are what encoders pad with."""

_ROUNDED_S = Fraction(1, 1000)
"""Containers such as Matroska round times to milliseconds: so near the end a frame is the next one."""

_STEREO = 2


def losses(contents: Contents, outcome: Outcome, profile: MediaProfile) -> tuple[Notice, ...]:
    """Return what a take lost of its source, and what was done to it."""
    return (
        *_damage(outcome),
        *_time(contents, outcome, profile),
        *_size(contents, profile),
        *_colours(contents),
        *_tracks(contents),
        *_sound(contents, outcome),
    )


def _damage(outcome: Outcome) -> Iterator[Notice]:
    damage = outcome.damage
    if damage.frames or damage.sounds or damage.errors:
        yield notice(
            NoticeCode.DECODE_ERRORS,
            frames=damage.frames,
            source_frames=outcome.picture.count,
            sounds=damage.sounds,
            errors=damage.errors,
        )


def _time(contents: Contents, outcome: Outcome, profile: MediaProfile) -> Iterator[Notice]:
    frame_s = 1 / Fraction(profile.fps)
    picture = outcome.picture
    source_s = picture.end - (picture.start or Fraction(0))
    kept_s = len(outcome.used) * frame_s
    held = max(0, round((kept_s - source_s) / frame_s))
    source_fps = _source_rate(contents)
    rates = {"source_fps": rate_number(source_fps), "fps": rate_number(profile.fps)}
    # A part of a frame at the end is rounding.
    is_cut = source_s - kept_s > frame_s
    decoded = _decoded_frames(outcome, frame_s=frame_s, is_cut=is_cut)
    dropped = decoded - len(set(outcome.used))
    if dropped:
        yield notice(NoticeCode.FRAMES_DROPPED, frames=dropped, source_frames=decoded, **rates)
    if outcome.shown_again > held:
        yield notice(NoticeCode.FRAMES_REPEATED, frames=outcome.shown_again - held, **rates)
    if is_cut:
        yield notice(NoticeCode.PICTURE_CUT, source_s=_seconds(source_s), kept_s=_seconds(kept_s))
    if held > 1:
        yield notice(NoticeCode.PICTURE_HELD, missing_s=_seconds(kept_s - source_s), frames=held)


def _decoded_frames(outcome: Outcome, *, frame_s: Fraction, is_cut: bool) -> int:
    """Return how many frames the source has up to the take's end.

    After the last one used there may be some that the rate leaves out: a frame is shown at the nearest time
    of the take's frames, which for those of the last half a frame is the take's end. Packets alone do not
    say: VP8 has some without a picture, and damage takes pictures away.

    Args:
        outcome: What was used.
        frame_s: Seconds of one frame of the take.
        is_cut: Whether the source goes on behind the take's end, which is said by a notice of its own.
    """
    until_last = max(outcome.used, default=-1) + 1
    picture = outcome.picture
    end_s = (picture.start or Fraction(0)) + len(outcome.used) * frame_s
    late = picture.count_shown(end_s - frame_s / 2, end_s - _ROUNDED_S if is_cut else None)
    behind = min(late - outcome.damage.frames, picture.count - until_last)
    return until_last + max(0, behind)


def _size(contents: Contents, profile: MediaProfile) -> Iterator[Notice]:
    found = scaled_down(contents.picture.width, contents.picture.height, profile)
    if found is not None:
        yield found


def _colours(contents: Contents) -> Iterator[Notice]:
    pixels = contents.picture.pixels
    if is_high_range(pixels):
        transfer = HDR_TRANSFERS[pixels.transfer]
        yield notice(NoticeCode.TONE_MAPPED, transfer=transfer, tone_mapper=TONE_MAPPER)
    elif is_wide_gamut(pixels):
        name = PRIMARIES_NAMES.get(pixels.primaries, PRIMARIES[pixels.primaries])
        yield notice(NoticeCode.GAMUT_MAPPED, primaries=name)
    if pixels.is_full and not pixels.is_rgb:
        yield notice(NoticeCode.RANGE_REDUCED)
    if pixels.bits > 8:  # noqa: PLR2004 - a take's
        yield notice(NoticeCode.DEPTH_REDUCED, source_bits=pixels.bits, bits=8)
    if pixels.sampling not in ("", "4:2:0"):
        yield notice(NoticeCode.CHROMA_REDUCED, source_sampling=pixels.sampling, sampling="4:2:0")
    if pixels.has_alpha:
        yield notice(NoticeCode.ALPHA_COMPOSITED, ground="black")


def _tracks(contents: Contents) -> Iterator[Notice]:
    if contents.subtitles:
        yield notice(NoticeCode.SUBTITLES_DROPPED, tracks=contents.subtitles)
    if contents.more_pictures:
        yield notice(NoticeCode.PICTURES_DROPPED, tracks=contents.more_pictures)


def _sound(contents: Contents, outcome: Outcome) -> Iterator[Notice]:
    choice, tracks = contents.sound, contents.sounds
    total = len(tracks) + len(contents.silent) + contents.more_sounds
    if contents.silent:
        yield notice(
            NoticeCode.SOUND_UNDECODABLE,
            codec=", ".join(sorted({track.codec for track in contents.silent})),
            tracks=len(contents.silent),
            instead="another track" if tracks else "nowhere, the clip is silent",
        )
    if choice.use is Use.ONE and len(tracks) > 1:
        yield notice(NoticeCode.SOUND_TRACKS_DROPPED, kept=choice.tracks[0].number + 1, tracks=total)
    elif choice.use is Use.PAIR:
        yield notice(NoticeCode.SOUND_TRACKS_PAIRED)
    elif choice.use is Use.MIX:
        yield notice(NoticeCode.SOUND_TRACKS_MIXED, tracks=len(choice.tracks))
    widest = max(choice.tracks, key=lambda track: track.channels, default=None)
    if widest is not None and widest.channels > _STEREO:
        layout = widest.layout or "unnamed"
        yield notice(NoticeCode.CHANNELS_MIXED_DOWN, channels=widest.channels, layout=layout)
    yield from _sound_edges(contents, outcome)


def _sound_edges(contents: Contents, outcome: Outcome) -> Iterator[Notice]:
    """Say what sound lies before the picture or after it."""
    heard = [sound for sound in outcome.sounds if sound.start is not None]
    if not heard:
        return
    lead_s = contents.picture.start_s - float(min(sound.start or 0 for sound in heard))
    if lead_s > _AUDIBLE_S:
        yield notice(NoticeCode.SOUND_LEAD_CUT, lost_s=round(lead_s, 2))
    tail_s = float(max(sound.end for sound in heard) - outcome.picture.end)
    if tail_s > _AUDIBLE_S:
        yield notice(NoticeCode.SOUND_TAIL_CUT, lost_s=round(tail_s, 2))


def _seconds(exact: Fraction) -> float:
    return round(float(exact), 2)


def _source_rate(contents: Contents) -> FrameRate:
    """Return the source's frames a second: exact, or where they come at varying times their average."""
    rate = contents.structure.rate
    if rate is not None and not rate.is_variable:
        return rate.fps
    return simple(Fraction(round((contents.structure.fps or 0) * 100), 100))
