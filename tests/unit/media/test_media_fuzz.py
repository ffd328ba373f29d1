"""Damaged files, a few of each container; ``retake bench --only fuzz --full`` looks at 2,000."""

from pathlib import Path

import pytest

from retake.adapters.media.sniff import video_demuxer
from retake.adapters.media.structure import read_structure
from retake.domain.errors import UnreadableMediaError
from tests.benchmarks.fuzz_case import CONTAINERS, Case, structure_of
from tests.crafted_files import make_clip
from tests.mutations import mutants


@pytest.mark.parametrize("container", CONTAINERS)
def test_structure_is_read_or_refused(container: str, tmp_path: Path) -> None:
    """Whatever the damage, there is an answer or one kind of refusal."""
    name, options = CONTAINERS[container]
    body = make_clip(tmp_path / name, options=options, seconds=0.6).read_bytes()
    path = tmp_path / f"damaged-{name}"
    refused = 0
    for damaged in mutants(body, count=300, seed=2, structure=structure_of(body)):
        path.write_bytes(damaged)
        try:
            found = read_structure(path, demuxer=video_demuxer(path))
        except UnreadableMediaError:
            refused += 1
        else:
            assert found.frames >= 0
    assert 50 < refused < 300


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_no_damage_is_taken_for_anything_but_damage(container: str, tmp_path: Path) -> None:
    case = Case(container, tmp_path)
    case.run(count=12, seed=3, takes=4)
    assert case.counts["timed out"] == 0
    looked = ("refused by structure", "refused by decoder", "accepted")
    assert sum(case.counts[name] for name in looked) == 12
