"""How the parts of an upload are cut: what S3 takes, and no more sent than has to be."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.aws.s3_assembly import (
    LEAST_PART_BYTES,
    MOST_COPIED_BYTES,
    Part,
    Range,
    SentPart,
    part_sizes,
    plan_parts,
)
from retake.ports.objects import FileRange, ObjectRange

MIB = 2**20
HEADER, CLIP = Path("header"), Path("clip")

sizes = st.integers(1, 3 * MIB) | st.integers(1, 300 * MIB) | st.just(LEAST_PART_BYTES)
files = st.builds(FileRange, st.sampled_from([HEADER, CLIP]), st.integers(0, 9), sizes)
objects = st.builds(ObjectRange, st.sampled_from(["one", "two"]), st.just("tag"), st.integers(0, 9), sizes)


def flat(ranges: list[Range]) -> list[Range]:
    """Return ranges with those put together that follow each other."""
    rows: list[Range] = []
    for row in ranges:
        if rows and type(rows[-1]) is type(row) and _follows(rows[-1], row):
            rows[-1] = _with_size(rows[-1], rows[-1].size + row.size)
        else:
            rows.append(row)
    return rows


def _follows(one: Range, other: Range) -> bool:
    return _with_size(one, 0) == _with_size(_at(other, other.start - one.size), 0)


def _with_size(row: Range, size: int) -> Range:
    return (
        FileRange(row.path, row.start, size) if isinstance(row, FileRange) else _stored(row, row.start, size)
    )


def _at(row: Range, start: int) -> Range:
    return (
        FileRange(row.path, start, row.size) if isinstance(row, FileRange) else _stored(row, start, row.size)
    )


def _stored(row: ObjectRange, start: int, size: int) -> ObjectRange:
    return ObjectRange(row.key, row.etag, start, size)


def content(parts: list[Part]) -> list[Range]:
    return [row for part in parts for row in (part.ranges if isinstance(part, SentPart) else (part,))]


def sent(parts: list[Part]) -> int:
    return sum(part.size for part in parts if isinstance(part, SentPart))


@given(st.lists(files | objects, min_size=1, max_size=12))
def test_any_ranges_become_parts_that_s3_takes(ranges: list[Range]) -> None:
    parts = plan_parts(ranges)
    assert flat(content(parts)) == flat(ranges)
    assert all(part.size >= LEAST_PART_BYTES for part in parts[:-1])
    for part in parts:
        assert part.size < (2 * LEAST_PART_BYTES if isinstance(part, SentPart) else MOST_COPIED_BYTES + 1)


@given(
    header=st.integers(1, 4 * MIB),
    before=st.integers(0, 4000 * MIB),
    clip=st.integers(1, 40 * MIB),
    behind=st.integers(0, 4000 * MIB),
)
def test_one_clip_costs_itself_and_ten_mebibytes(header: int, before: int, clip: int, behind: int) -> None:
    """However long the video is: its tables, what is before the clip, the clip, what is behind it."""
    parts = plan_parts(
        [
            FileRange(HEADER, 0, header),
            ObjectRange("earlier", "tag", header, before),
            FileRange(CLIP, 0, clip),
            ObjectRange("earlier", "tag", header + before + 3, behind),
        ]
    )
    assert sent(parts) <= clip + 10 * MIB


def test_what_is_sent_comes_in_parts_and_small_neighbours_with_it() -> None:
    parts = plan_parts(
        [
            FileRange(HEADER, 0, MIB),
            ObjectRange("earlier", "tag", 0, 20 * MIB),
            FileRange(CLIP, 0, MIB),
            ObjectRange("earlier", "tag", 21 * MIB, 2 * MIB),
            FileRange(CLIP, MIB, MIB),
        ]
    )
    assert parts == [
        SentPart((FileRange(HEADER, 0, MIB), ObjectRange("earlier", "tag", 0, 4 * MIB))),
        ObjectRange("earlier", "tag", 4 * MIB, 16 * MIB),
        SentPart(
            (
                FileRange(CLIP, 0, MIB),
                ObjectRange("earlier", "tag", 21 * MIB, 2 * MIB),
                FileRange(CLIP, MIB, MIB),
            )
        ),
    ]


def test_metadata_that_is_no_list_of_sizes_says_nothing() -> None:
    assert part_sizes({"part-sizes": "500000,a"}) == [0x500000, 10]
    assert part_sizes({"part-sizes": "many"}) == []
    assert part_sizes({}) == []
