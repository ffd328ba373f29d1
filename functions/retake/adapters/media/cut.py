"""Cuts a take to some of its frames: encoded once more, near lossless, into the headers of its job."""

import wave
from pathlib import Path

from retake.adapters.media import recipe
from retake.adapters.media.ffmpeg import untrusted_input
from retake.adapters.media.mp4 import read_movie
from retake.adapters.media.work import FfmpegWork
from retake.domain.errors import UnreadableMediaError
from retake.domain.media import MediaProfile

_BLOCK = 1 << 16


class FfmpegCutter(FfmpegWork):
    """Cuts pictures by one encode and sound by copying samples: a ``TakeCutter``.

    A cut begins at any frame, and pictures depend on those before them, so they are encoded anew, at the
    quality of a take that is made of another one. It is always made of the whole take: moving a trim again
    and again loses nothing more.
    """

    def cut_sound(self, audio: Path, *, profile: MediaProfile, first: int, frames: int, path: Path) -> None:
        """Copy the samples of some frames.

        A frame may be no whole number of samples: the part is as long as so many frames are at the start of
        a take, with one moment of silence where the take ends before that.
        """
        samples = profile.sample_count(frames)
        with wave.open(str(audio), "rb") as source, wave.open(str(path), "wb") as target:
            target.setparams(source.getparams())
            source.setpos(min(profile.sample_count(first), source.getnframes()))
            left, frame_bytes = samples, source.getnchannels() * source.getsampwidth()
            while left:
                block = source.readframes(min(left, _BLOCK)) or bytes(left * frame_bytes)
                target.writeframes(block)
                left -= len(block) // frame_bytes

    def cut_picture(
        self, video: Path, sound: Path, *, profile: MediaProfile, first: int, frames: int, path: Path
    ) -> None:
        """Encode some frames into the same headers as the take's, with their sound beside them.

        Equal takes make equal bytes.
        """
        shown = (
            f"trim=start_frame={first}:end_frame={first + frames},"
            f"settb={recipe.frame_base(profile.fps)},setpts=N"
        )
        with self._session() as session:
            session.run(
                [
                    *("-v", "error", *untrusted_input(video, demuxers="mov")),
                    *untrusted_input(sound, demuxers="wav"),
                    *("-map", "0:V:0", "-vf", shown),
                    *recipe.picture_encoder(profile, recipe.EDIT),
                    *("-map", "1:a:0", *recipe.SOUND_ENCODER, *recipe.mp4_container(profile.fps)),
                    path.absolute(),
                ]
            )
        found = len(read_movie(path).track("vide").sizes)
        if found != frames:
            raise UnreadableMediaError(f"Of the take {found} pictures came out, not {frames}.")
