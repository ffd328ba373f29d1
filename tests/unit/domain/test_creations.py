"""How far videos are together."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.creations import CreationStatus, progress_of
from retake.domain.videos import VideoDetails, VideoStatus, video_id_of
from tests.builders import a_video

ENDED = [VideoStatus.COMPLETED, VideoStatus.FAILED, VideoStatus.CANCELLED]


def a_detail(**details: Any) -> VideoDetails:
    video = a_video(**details).video
    assert video is not None
    return video


def having(*statuses: str, progress: int = 0) -> list[VideoDetails]:
    return [
        a_detail(status=VideoStatus(status), progress=100 if status == "completed" else progress)
        for status in statuses
    ]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["processing", "completed", "failed"], CreationStatus.PROCESSING),
        (["completed", "completed"], CreationStatus.COMPLETED),
        (["completed", "failed"], CreationStatus.PARTIAL),
        (["completed", "cancelled"], CreationStatus.PARTIAL),
        (["failed", "cancelled"], CreationStatus.FAILED),
        (["cancelled"], CreationStatus.CANCELLED),
    ],
)
def test_what_the_videos_are_together(statuses: list[str], expected: CreationStatus) -> None:
    assert progress_of(having(*statuses)).status is expected


def test_progress_is_the_mean_and_what_ended_counts_as_done() -> None:
    assert progress_of(having("processing", "processing", progress=40)).percent == 40
    assert progress_of(having("processing", "failed", progress=40)).percent == 70
    assert progress_of(having("processing", "completed", "failed", progress=99)).percent == 99


@given(st.lists(st.sampled_from(VideoStatus), min_size=1, max_size=5), st.integers(0, 99))
def test_it_is_at_a_hundred_exactly_when_all_ended(statuses: list[VideoStatus], progress: int) -> None:
    together = progress_of(having(*statuses, progress=progress))
    assert (together.percent == 100) == all(status in ENDED for status in statuses)
    is_open = any(status.is_open for status in statuses)
    assert (together.status is CreationStatus.PROCESSING) == is_open
    assert sum(together.counts.values()) == len(statuses)


def test_what_was_paid_is_what_is_finished() -> None:
    done = a_detail(status=VideoStatus.COMPLETED, actual_cost=Decimal("0.0600"))
    assert progress_of([done, *having("failed"), done]).actual_cost == Decimal("0.1200")
    unpriced = a_detail(status=VideoStatus.COMPLETED, estimated_cost=None)
    assert progress_of([done, unpriced]).actual_cost is None


def test_ids_are_the_same_for_the_same_request_and_no_other() -> None:
    ids = [video_id_of(creation, position) for creation in ("one", "other") for position in range(3)]
    assert len(set(ids)) == 6
    assert ids[:3] == [video_id_of("one", position) for position in range(3)]
