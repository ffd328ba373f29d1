"""Takes become a playlist that plays each of them once, at the place it has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.clip_versions import ClipTake
from retake.domain.job_streams import STREAM_LIFETIME, is_signed, plan_stream, sign_stream, write_playlist
from retake.domain.records.takes import TakeSegment, TakeStream
from tests.builders import a_clip, a_job, a_version

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
FPS = Fraction(30000, 1001)
LENGTHS = st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=4), min_size=1, max_size=6)


def entry(clip_id: str, stream: TakeStream | None) -> ClipTake:
    version = a_version(1, clip_id=clip_id)
    return ClipTake(a_clip(clip_id), replace(version, objects=replace(version.objects, stream=stream)))


def streams(lengths: list[list[int]], *, form: str = "a") -> list[TakeStream]:
    starts = [0, *accumulate(map(sum, lengths))]
    return [
        TakeStream(start, form, 40, 30, 100, tuple(TakeSegment(frames, 1000 + frames) for frames in each))
        for start, each in zip(starts, lengths, strict=False)
    ]


def playlist(clips: list[ClipTake]) -> list[str]:
    takes = plan_stream(clips)
    return write_playlist(takes, {take.video_key: f"url of {take.video_key}" for take in takes}, FPS).split(
        "\n"
    )


def count(lines: list[str], start: str) -> int:
    return sum(line.startswith(start) for line in lines)


@given(LENGTHS)
def test_takes_in_their_places_are_one_stream(lengths: list[list[int]]) -> None:
    clips = [entry(f"clip-{number}", stream) for number, stream in enumerate(streams(lengths))]
    lines = playlist(clips)
    assert count(lines, "#EXT-X-DISCONTINUITY") == 0
    assert count(lines, "#EXT-X-MAP") == 1
    announced = [Fraction(line.removeprefix("#EXTINF:").rstrip(",")) for line in lines if "EXTINF" in line]
    frames = [number for each in lengths for number in each]
    assert [round(seconds * FPS) for seconds in announced] == frames
    target = next(line for line in lines if "TARGETDURATION" in line)
    assert max(announced) <= int(target.rpartition(":")[2]) < max(announced) + 1
    assert count(lines, "url of ") == len(frames)


@given(LENGTHS, st.randoms(use_true_random=False))
def test_what_moved_is_a_discontinuity_and_nothing_else_is(lengths: list[list[int]], random: object) -> None:
    placed = list(enumerate(streams(lengths)))
    random.shuffle(placed)  # type: ignore[attr-defined]
    lines = playlist([entry(f"clip-{number}", stream) for number, stream in placed])
    numbers = [number for number, _ in placed]
    moved = sum(after != before + 1 for before, after in pairwise(numbers))
    assert count(lines, "#EXT-X-DISCONTINUITY") == count(lines, "#EXT-X-GAP") == moved
    assert count(lines, "#EXT-X-MAP") == 1


def test_ranges_follow_each_other_in_the_take() -> None:
    (stream,) = streams([[120, 120, 61]])
    lines = playlist([entry("clip-0", stream)])
    assert [line for line in lines if "BYTERANGE" in line] == [
        '#EXT-X-MAP:URI="url of clips/job-1/clip-0/1/take.mp4",BYTERANGE="30@40"',
        "#EXT-X-BYTERANGE:1120@100",
        "#EXT-X-BYTERANGE:1120@1220",
        "#EXT-X-BYTERANGE:1061@2340",
    ]


def test_another_form_has_a_beginning_of_its_own() -> None:
    one, _, three = streams([[30], [30], [30]])
    lines = playlist([entry("a", one), entry("b", streams([[30], [30]], form="b")[1]), entry("c", three)])
    assert count(lines, "#EXT-X-MAP") == 3
    assert count(lines, "#EXT-X-DISCONTINUITY") == 2


def test_a_clip_without_a_take_is_left_out() -> None:
    one, _, three = streams([[30], [30], [30]])
    lines = playlist([entry("a", one), ClipTake(a_clip("b"), None), entry("c", three)])
    assert count(lines, "url of ") == 2
    assert count(lines, "#EXT-X-DISCONTINUITY") == 1


def test_nothing_is_played_where_a_take_cannot_be() -> None:
    (one,) = streams([[30]])
    assert plan_stream([entry("a", one), entry("b", None)]) == ()
    assert plan_stream([ClipTake(a_clip("a"), None)]) == ()


def test_an_address_is_of_one_job_and_one_time() -> None:
    job = a_job(stream_key="secret")
    until, signature = sign_stream(job, NOW)
    assert (until, signature) == sign_stream(job, NOW.replace(minute=59))
    end = NOW.replace(minute=0, second=0, microsecond=0) + STREAM_LIFETIME
    assert is_signed(job, until=until, signature=signature, now=end - timedelta(seconds=1))
    assert not is_signed(job, until=until, signature=signature, now=end)
    assert not is_signed(job, until=until + 1, signature=signature, now=NOW)
    assert not is_signed(job, until=until, signature=signature[:-1], now=NOW)
    for other in (replace(job, stream_key="another"), replace(job, job_id="job-2")):
        assert not is_signed(other, until=until, signature=signature, now=NOW)


def test_a_job_without_a_key_has_no_address() -> None:
    job = a_job(stream_key="")
    until, signature = sign_stream(job, NOW)
    assert not is_signed(job, until=until, signature=signature, now=NOW)
