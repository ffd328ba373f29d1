"""Hashes the pictures and the sound of a take."""

import hashlib
from pathlib import Path

from retake.adapters.media.mp4 import read_movie


def take_hash(video: Path, audio: Path) -> str:
    """Return the SHA-256 (hex) of a take's video stream and its PCM.

    The stream is hashed packet by packet with its decoder's configuration, not as a file: how the
    packets were wrapped, or which AAC stands beside them, does not count.
    """
    digest = hashlib.sha256()
    track = read_movie(video).track("vide")
    digest.update(track.sample_entry)
    with video.open("rb") as file:
        for offset, size in zip(track.offsets, track.sizes, strict=True):
            file.seek(offset)
            digest.update(file.read(size))
    with audio.open("rb") as sound:
        while block := sound.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
