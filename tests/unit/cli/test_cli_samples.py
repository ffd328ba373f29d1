"""The demo's own clips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.cli.frames import frame_hashes
from infra.cli.samples import SAMPLES, make_samples
from infra.cli.walkthrough import DemoClip, naming
from retake_client.errors import ApiError, UnexpectedEndError, UsageError
from tests.media_samples import samples_of

SHORT = [replace(sample, seconds=1) for sample in SAMPLES]
RATES = [30, 24, 25, 60, 30]


def test_are_five_that_differ_and_move(tmp_path: Path) -> None:
    files = make_samples(tmp_path, SHORT)
    assert [len(frame_hashes(file)) for file in files] == RATES
    assert all(len(set(frame_hashes(file))) > 10 for file in files)
    assert [bool(sample.sound) for sample in SHORT] == [True, False, True, True, True]
    assert samples_of(files[0])


def test_are_made_once(tmp_path: Path) -> None:
    before = [file.stat().st_mtime_ns for file in make_samples(tmp_path, SHORT[2:4])]
    assert [file.stat().st_mtime_ns for file in make_samples(tmp_path, SHORT[2:4])] == before


def test_a_failure_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedEndError, match="could not draw the sample 1-meadow"):
        make_samples(tmp_path, [replace(SAMPLES[0], picture="nothing")])
    assert [path for path in tmp_path.iterdir() if path.suffix == ".mp4"] == []


def test_a_file_that_is_refused_for_several_clips_is_named_once() -> None:
    clip = DemoClip(Path("bad.mp4"), title="bad")
    refusal = ApiError(
        status=422,
        kind="urn:retake:problem:invalid-request",
        detail="Refused.",
        faults=tuple((f"clips[{index}].upload_id", "This is no video.") for index in range(5)),
    )
    with pytest.raises(UsageError) as shown, naming([clip] * 5):
        raise refusal
    assert str(shown.value) == "bad.mp4: This is no video."
