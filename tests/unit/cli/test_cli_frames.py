"""The proof that a restore changed what it should, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.frames import frame_hashes, prove_restore, span_similarity
from retake_client.errors import UnexpectedEndError
from tests.media_samples import SAMPLES, ffmpeg, make_sample

FIRST = ["a1", "a2", "b1", "b2", "c1"]
SECOND = ["A1", "A2", "B1", "B2", "c1"]


def test_holds_when_the_span_is_the_firsts_and_the_rest_the_seconds() -> None:
    proof = prove_restore(
        first=FIRST, second=SECOND, restored=["A1", "A2", "b1", "b2", "c1"], start=2, count=2
    )
    assert proof.holds
    assert (proof.frames_in_span, proof.frames_elsewhere) == (2, 3)


@pytest.mark.parametrize(
    ("restored", "span", "rest"),
    [
        (SECOND, False, True),
        (FIRST, True, False),
        (["A1", "A2", "b1", "b2"], True, False),
        (["A1", "A2", "b1"], False, False),
        (["A1", "A2", "b1", "b2", "c1", "c1"], True, False),
        ([], False, False),
    ],
)
def test_sees_what_is_wrong(restored: list[str], span: bool, rest: bool) -> None:  # noqa: FBT001 - a table
    proof = prove_restore(first=FIRST, second=SECOND, restored=restored, start=2, count=2)
    assert (proof.span_is_first, proof.rest_is_second, proof.holds) == (span, rest, False)


def test_takes_that_do_not_differ_show_nothing() -> None:
    assert not prove_restore(first=FIRST, second=FIRST, restored=FIRST, start=0, count=2).holds


def test_counts_and_reports_apart_decoded_frames(tmp_path: Path) -> None:
    hashes = frame_hashes(make_sample(SAMPLES["landscape"], tmp_path))
    assert len(hashes) == 30
    assert len(set(hashes)) == 30


def test_what_does_not_play_is_reported(tmp_path: Path) -> None:
    video = tmp_path / "broken.mp4"
    video.write_bytes(make_sample(SAMPLES["landscape"], tmp_path).read_bytes()[:20_000])
    with pytest.raises(UnexpectedEndError, match=r"broken\.mp4 does not play"):
        frame_hashes(video)


def test_likeness_is_of_the_first_frames_only(tmp_path: Path) -> None:
    video = make_sample(SAMPLES["landscape"], tmp_path)
    cut, changed = tmp_path / "cut.mp4", tmp_path / "changed.mp4"
    lossless = ["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-an"]
    ffmpeg(["-i", str(video), "-frames:v", "20", *lossless, str(cut)])
    ffmpeg(["-i", str(video), "-vf", "negate=enable='gte(n,10)'", *lossless, str(changed)])
    assert span_similarity(cut, video, count=20) == 1.0
    assert span_similarity(changed, video, count=10) == 1.0
    assert span_similarity(changed, video, count=20) < 0.8


def test_what_cannot_be_compared_is_reported(tmp_path: Path) -> None:
    video = make_sample(SAMPLES["landscape"], tmp_path)
    with pytest.raises(UnexpectedEndError, match=r"cannot be compared with .*missing\.mp4"):
        span_similarity(video, tmp_path / "missing.mp4", count=10)
