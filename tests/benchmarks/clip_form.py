"""The form of the clips that ``retake bench`` joins."""

from retake.domain.media import MediaProfile

PROFILE = MediaProfile(width=1280, height=720, fps=30)
