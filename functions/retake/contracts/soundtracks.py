"""Requests and answers about the sound track of a job."""

from typing import Annotated

from pydantic import Field, StrictBool

from retake.contracts.common import Contract
from retake.contracts.values import Id, Whole

FadeMs = Annotated[Whole, Field(ge=0, le=60_000)]


class SoundtrackModel(Contract):
    """A sound track over the whole video, and how it is heard; what is left out has its default."""

    upload_id: Id | None = Field(
        default=None, description="An uploaded audio file; without one the job's track is kept"
    )
    with_clips: StrictBool = Field(default=True, description="Whether the clips' own sound is heard too")
    level_db: Whole = Field(default=-6, ge=-60, le=12, description="How much louder it is made, in dB")
    ducking_db: Whole = Field(
        default=9, ge=0, le=40, description="How many dB quieter it is while the clips have sound"
    )
    fade_in_ms: FadeMs = Field(default=0, description="Over how long it gets from silence to its level")
    fade_out_ms: FadeMs = Field(
        default=0, description="Over how long it gets to silence, at the end of the video or at its own"
    )
    loops: StrictBool = Field(default=False, description="Whether it begins again where the video is longer")


class SoundtrackView(Contract):
    """The sound track of a job."""

    file_name: str | None = Field(description="Of the upload; null for tracks of earlier releases")
    duration_ms: int | None = Field(description="Its own length; null for tracks of earlier releases")
    size_bytes: int
    with_clips: bool
    level_db: int
    ducking_db: int
    fade_in_ms: int
    fade_out_ms: int
    loops: bool
