"""Every kind of file comes in, and is measured after it was composed, and after the archive gave it back."""

import re
from pathlib import Path

import pytest

from retake.domain.errors import InvalidRequestError
from retake.domain.statuses import JobStatus
from tests.corpus.cases import CASES, REFUSED, Case, Refusal
from tests.corpus.trip import Trip
from tests.media_samples import frame_hashes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_a_file_comes_in_and_stays_what_it_is(case: Case, tmp_path: Path) -> None:
    trip = Trip(tmp_path)
    job = trip.make_job(trip.upload(case.file.write(tmp_path)), fps=case.fps)
    assert job.status is JobStatus.READY, job.failure
    for expectation in case.expected:
        expectation.check(trip.composed())
    assert {notice.code for notice in trip.notices} == set(case.notices), trip.notices
    before = frame_hashes(trip.composed())

    trip.regenerate()
    assert trip.take(2).frames == len(before)
    assert frame_hashes(trip.composed()) != before

    trip.archive()
    assert trip.is_archived
    trip.restore()
    for expectation in case.expected:
        expectation.check(trip.composed())
    assert {notice.code for notice in trip.notices} >= set(case.notices), "notices last"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.kind)
def test_a_file_is_refused_with_its_name_and_the_reason(case: Refusal, tmp_path: Path) -> None:
    trip = Trip(tmp_path)
    clip = trip.upload(case.file.write(tmp_path))
    try:
        said = trip.make_job(clip).failure or ""
    except InvalidRequestError as refusal:
        (fault,) = refusal.faults
        assert fault.field == "clips[0].upload_id"
        said = fault.detail
    assert re.search(case.reason, said), said
    assert case.file.name in said
