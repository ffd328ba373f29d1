"""Objects are in the ledger before they exist, and are deleted where no commit refers to them."""

from datetime import timedelta
from pathlib import Path

import pytest

from retake.domain.versions import READER_GRACE
from retake.services.staging import TAKE_FILES, stage, stage_take, store_take
from retake.services.upkeep.purge import purge
from tests.builders import JOB
from tests.fakes.saboteur import Killed
from tests.fakes.world import World


def test_keys_are_in_the_ledger_before_anything_has_them(world: World) -> None:
    entry = stage(JOB, ("clips/a", "clips/b"), "a test", world.ctx)
    assert list(world.jobs.all_deletions()) == [entry]
    assert (entry.job_id, entry.keys, entry.reason) == (JOB, ("clips/a", "clips/b"), "a test")
    assert entry.due_at == world.clock.now() + READER_GRACE
    later = stage(JOB, ("clips/c",), "a test", world.ctx, lifetime=timedelta(hours=9))
    assert later.due_at == world.clock.now() + timedelta(hours=9)
    assert later.deletion_id != entry.deletion_id


def test_a_take_is_stored_under_new_keys(world: World, tmp_path: Path) -> None:
    paths = [tmp_path / name for name, _ in TAKE_FILES]
    for size, path in enumerate(paths, start=1):
        path.write_bytes(b"x" * size)
    entries = [stage_take(JOB, "clip-0", "a test", world.ctx) for _ in range(2)]
    assert not set(entries[0].keys) & set(entries[1].keys)
    take = store_take(entries[0], paths, world.ctx, stream=None)
    assert (take.video_key, take.audio_key, take.thumbnail_key) == entries[0].keys
    assert take.size_bytes == 6
    stored = {info.key: info.size_bytes for info in world.objects.list_objects(f"clips/{JOB}/")}
    assert stored == dict(zip(entries[0].keys, (1, 2, 3), strict=True))


@pytest.mark.parametrize("call", range(4))
@pytest.mark.parametrize("after", [False, True])
def test_what_a_crash_leaves_is_deleted_when_it_is_due(
    world: World, tmp_path: Path, call: int, *, after: bool
) -> None:
    paths = [tmp_path / name for name, _ in TAKE_FILES]
    for path in paths:
        path.write_bytes(b"x")
    world.saboteur.order(call, after=after)
    with pytest.raises(Killed):
        store_take(stage_take(JOB, "clip-0", "a test", world.ctx), paths, world.ctx, stream=None)
    known = {key for entry in world.jobs.all_deletions() for key in entry.keys}
    assert {info.key for info in world.objects.list_objects("clips/")} <= known
    world.clock.advance(seconds=READER_GRACE.total_seconds())
    purge(world.ctx)
    assert not world.objects.list_objects("clips/")
    assert not world.jobs.all_deletions()
