"""What a video that was stitched before holds of the next one: it says itself which clips it shows.

Behind its tables a stitched video has a ``uuid`` box: a SHA-256 of the tables and of what follows, and JSON,
which says how sound is encoded, and each clip's content hash and number of frames, in order. Where its sound
comes from then follows from the plan for those clips.

References:
    ISO/IEC 14496-12:2022, section 11.1 (boxes of one's own, which readers that do not know them skip).
"""

import hashlib
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from uuid import UUID

from retake.adapters.media import recipe
from retake.adapters.media.boxes.iso import BOX_HEADER_BYTES, Box, BoxWalker
from retake.adapters.media.boxes.reader import ByteReader
from retake.adapters.media.exact_sound import Clip, sound_starts
from retake.adapters.media.mp4 import Movie, Track, guarded, read_tables, unrolled
from retake.adapters.media.stitch.movie_boxes import own_box
from retake.adapters.media.stitch.packets import Packets
from retake.adapters.media.stitch.pieces import CODER
from retake.adapters.media.stitch.plan import FRAME, plan_sound
from retake.adapters.media.stitch.takes import REORDERED_FRAMES, Pictures
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import AUDIO_SAMPLE_RATE_HZ, MediaProfile
from retake.ports.media import EarlierVideo

CLIPS_BOX = UUID("6f5d1d0e-2b0c-4a57-9a39-6a1f0f1f6b75").bytes

_MOST_BYTES = 64 << 20
"""Tables of an hour at 60 pictures a second have 5 MB."""

ShownClip = tuple[str, int]
"""What a clip's take is (its content hash), and how many frames it has."""


@dataclass(frozen=True)
class KnownParts:
    """Parts of an earlier composition that are reused: neither encoded nor downloaded.

    Attributes:
        pictures: By content hash and number of frames.
        packets: Of sound, by the name of a run of the plan.
        sound_entry: The ``stsd`` of that sound; empty where nothing is known.
    """

    pictures: Mapping[ShownClip, Pictures] = field(default_factory=dict)
    packets: Mapping[bytes, Packets] = field(default_factory=dict)
    sound_entry: bytes = b""


@dataclass(frozen=True)
class Contents:
    """What a video shows, and how it sounds.

    Attributes:
        clips: In order.
        sounds: What names the sound of each; none where it is their own, which the clips' hashes name.
    """

    clips: Sequence[ShownClip] = ()
    sounds: Sequence[str] = ()

    @property
    def sound_keys(self) -> Sequence[str]:
        """Return what names the sound of each clip."""
        return self.sounds or [key for key, _ in self.clips]


def clips_box(contents: Contents, tables: bytes) -> bytes:
    """Return the box that says what a video shows; nothing where that is not known.

    Args:
        contents: What it shows.
        tables: Everything before the box in the file.
    """
    if not contents.clips:
        return b""
    found = {"coder": CODER, "clips": contents.clips}
    if contents.sounds:
        found["sounds"] = contents.sounds
    body = json.dumps(found, separators=(",", ":")).encode()
    return own_box(CLIPS_BOX, _digest(tables, body) + body)


def clips_box_size(contents: Contents) -> int:
    """Return the bytes of that box, which do not depend on the tables."""
    return len(clips_box(contents, b""))


def _digest(tables: bytes, body: bytes) -> bytes:
    return hashlib.sha256(tables + body).digest()


def known_parts(earlier: EarlierVideo | None, profile: MediaProfile) -> KnownParts:
    """Return what a video that was composed before holds; nothing where it cannot be used.

    It need not be a stitched one, may be of an older release, and may be damaged: all that costs is time.
    """
    if earlier is None:
        return KnownParts()
    try:
        return guarded(lambda: _read(earlier, profile))
    except UnreadableMediaError:
        return KnownParts()


def _read(earlier: EarlierVideo, profile: MediaProfile) -> KnownParts:
    with ByteReader(earlier.path, fill=earlier.fill) as reader:
        walker = BoxWalker(reader)
        top = tuple(walker.top())
        (own,) = (box for box in top if box.kind == "uuid")
        (payload,) = (box for box in top if box.kind == "mdat")
        earlier.fill(0, payload.start)  # in one request, instead of one a table
        contents = _contents(reader, own)
        movie = unrolled(read_tables(walker), file_size=reader.size)
    shown = contents.clips
    frames = [count for _, count in shown]
    starts = sound_starts(frames, profile)
    samples = [profile.sample_count(count) for count in frames]
    clips = [Clip(key, count) for key, count in zip(contents.sound_keys, samples, strict=True)]
    plan = plan_sound(clips, starts)
    picture, sound = movie.track("vide"), movie.track("soun")
    _require_form(movie, profile, frames=sum(frames), packets=plan.packets)
    packets = Packets(earlier.path, sound.offsets, sound.sizes)
    firsts = accumulate((run.count for run in plan.runs), initial=0)
    return KnownParts(
        dict(zip(shown, _pictures(earlier, picture, frames), strict=True)),
        {run.name: packets.between(first, run.count) for run, first in zip(plan.runs, firsts, strict=False)},
        sound.sample_entry,
    )


def _contents(reader: ByteReader, box: Box) -> Contents:
    """Return what a video shows, once its tables are known to be what was written."""
    if box.end > _MOST_BYTES:
        raise ValueError("its tables are too large")
    head = reader.read(0, box.end)
    digest = box.start + len(CLIPS_BOX)
    body = head[digest + hashlib.sha256().digest_size :]
    tables = head[: box.start - BOX_HEADER_BYTES]
    if not head.startswith(CLIPS_BOX, box.start) or not head.startswith(_digest(tables, body), digest):
        raise ValueError("it was not stitched, or is damaged")
    found = json.loads(body)
    if found["coder"] != CODER:
        raise ValueError("its sound is encoded in another way")
    clips = [(str(key), int(count)) for key, count in found["clips"]]
    return Contents(clips, [str(key) for key in found.get("sounds", ())])


def _require_form(movie: Movie, profile: MediaProfile, *, frames: int, packets: int) -> None:
    ticks = recipe.ticks_a_frame(profile.fps)
    picture, sound = movie.track("vide"), movie.track("soun")
    as_written = (
        (picture.timescale, picture.start, len(picture.sizes), set(picture.durations)),
        (sound.timescale, sound.start, len(sound.sizes)),
    )
    if as_written != (
        (recipe.time_scale(profile.fps), REORDERED_FRAMES * ticks, frames, {ticks}),
        (AUDIO_SAMPLE_RATE_HZ, FRAME, packets),
    ):
        raise ValueError("it is not what it says")


def _pictures(earlier: EarlierVideo, track: Track, frames: Sequence[int]) -> Iterator[Pictures]:
    keys = track.keys or range(1, len(track.sizes) + 1)
    shifts = array("I", track.shifts)
    at = 0
    for first, end in pairwise(accumulate(frames, initial=0)):
        begun = at
        while at < len(keys) and keys[at] <= end:
            at += 1
        yield Pictures(
            earlier.path,
            track.sample_entry,
            track.offsets[first:end],
            track.sizes[first:end],
            shifts[first:end],
            [key - first for key in keys[begun:at]],
        )
