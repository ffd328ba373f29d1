"""Trims and undo steps in requests and answers."""

from typing import Annotated

from pydantic import Field

from retake.contracts.common import Contract, Moment
from retake.contracts.values import Whole
from retake.domain.records.timeline import StepKind

Frame = Annotated[Whole, Field(ge=0)]


class TrimModel(Contract):
    """The frames of a clip that the video shows; its takes stay whole."""

    in_frame: Frame = Field(description="The first frame that is shown, from 0")
    out_frame: Frame = Field(description="The first frame behind it that is not shown; at most `frames`")


class TrimView(TrimModel):
    """What the video shows of a clip."""

    frames: int = Field(description="How many frames are shown")
    duration_ms: int = Field(description="How long that is")


class UndoStepView(Contract):
    """The change that POST /jobs/{job_id}/undo takes back."""

    kind: StepKind
    clip_title: str | None = Field(description="Of the clip that was changed; null for a new order")
    at: Moment = Field(description="When it was made")
