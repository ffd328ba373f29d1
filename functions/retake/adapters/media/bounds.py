"""How large the structure of a file may be, checked before any decoder sees it.

Every bound lies far above what cameras, editors and video models write, and far below what costs
a process 400 MB or a minute. The product's own limits (length, sides, bytes) are in ``ProbeLimits``.
"""

from dataclasses import dataclass

from retake.domain.errors import UnreadableMediaError


@dataclass(frozen=True)
class Bound:
    """One bound.

    Attributes:
        what: What is counted, as a message says it.
        most: The largest value that is accepted.
        way_out: What the person can do.
    """

    what: str
    most: int
    way_out: str = "Export it again."

    def require(self, value: int) -> None:
        """Refuse a larger value.

        Raises:
            UnreadableMediaError: It names the bound and the value.
        """
        if value > self.most:
            raise UnreadableMediaError(
                f"The file has {value:,} {self.what}; at most {self.most:,} are read. {self.way_out}"
            )


BOXES = Bound("boxes", 200_000)
"""MP4 boxes that are visited. 30 minutes in fragments of half a second with two tracks have 54,000,
looked at twice; 8 million empty ones fit into 64 MB and took 2.2 GB as objects."""

ELEMENTS = Bound("elements", 600_000)
"""Matroska elements that are visited: one a frame or sound packet where clusters are read through.
30 minutes at 60 frames and 100 packets of sound a second have 290,000."""

TABLES_BYTES = Bound("bytes of tables and metadata", 64 * 2**20)
"""The boxes beside the payload, which ffmpeg reads through; 30 minutes at 60 frames a second need 2 MB."""

TRACKS = Bound("tracks", 64)
"""Cameras write up to ten (sensor data, time codes), recorders of meetings one a speaker. ffmpeg keeps
a decoder's parameters and an index of each."""

TRACK_HEADER_BYTES = Bound("bytes of decoder settings", 4 * 2**20)
"""A track's ``stsd`` or ``TrackEntry``: some hundred bytes, with a colour profile some hundred thousand."""

SAMPLE_ENTRIES = Bound("sample entries in a track", 64)
"""One as a rule; one for each part where unlike files were joined."""

SAMPLES = Bound("samples", 1_000_000)
"""Frames or sound packets that ffmpeg holds an index of, all tracks together: 30 minutes at 240 frames and
100 packets a second have 612,000. An entry takes about 100 bytes in ffmpeg."""

TABLE_ENTRIES = Bound("table entries", 1_000_000)
"""Entries of one table; none needs more than one a sample."""

EDITS = Bound("edits", 200)
"""Edit list entries of a track. Phones write up to two, an editor one a cut."""

EDITED_SAMPLES = Bound("samples in edits", 2_000_000)
"""Samples of a track times its edits: ffmpeg copies the index for every edit that covers it. 1,000 edits of
the whole of a small file took 2.2 GB."""

ATTACHED_BYTES = Bound("bytes of attachments, tags and chapters", 32 * 2**20)
"""Fonts, covers and tags, which ffmpeg reads into memory."""

FRAME_PIXELS = Bound("pixels a frame", 8192 * 4352, "Export it with a smaller picture.")
"""Decoders refuse larger pictures: one 16 bit 4:4:4 frame of this size is 214 MB."""

DECODED_PIXELS = Bound(
    "pixels in all its frames together", 60_000_000_000, "Export it with a smaller picture, or cut it."
)
"""What decoding a whole file costs does not depend on its bytes: 298 s of one 8K picture are 170 KB and
took 20 minutes of processor. This much is 4 minutes of 3840x2160 at 30 frames a second, or 8 of 1920x1080
at 60: two processors decode and scale 100 to 250 million pixels a second (measured with ffmpeg 9.0.2 on a
loaded machine), and a take is given 4 minutes."""
