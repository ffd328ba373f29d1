"""What is counted, held against what is there."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from retake.domain.changes import Change, finalize
from retake.domain.records.jobs import Composition, Soundtrack
from retake.domain.records.takes import Version
from retake.domain.recount import recount
from retake.domain.statuses import VersionState
from retake.domain.usage import NOTHING, StoredBytes
from tests.builders import a_job, a_version, an_archived_take
from tests.fakes.clocks import START

FILM = Composition("f", "compositions/1.mp4", "compositions/1.webp", 30, 1000, 20, 1)
KEPT = replace(FILM, video_key="compositions/0.mp4", poster_key="compositions/0.webp", size_bytes=8)
SIZES = {FILM.video_key: 15, FILM.poster_key: 5, KEPT.video_key: 6, KEPT.poster_key: 2, "sound": 9}
JOB = a_job(composition=FILM, kept_compositions=(KEPT,), soundtrack=Soundtrack("sound", "hash", 9))


def counted(version: Version) -> Version:
    return replace(version, counted=version.stored)


def sizes_of(*versions: Version) -> dict[str, int]:
    found = dict(SIZES)
    for version in versions:
        keys, total = version.keys, version.stored.total
        found |= dict.fromkeys(keys, 0) | ({keys[0]: total} if keys else {})
    return found


ACTIVE = counted(a_version(1))
ARCHIVED = counted(a_version(2, state=VersionState.ARCHIVED, archived=an_archived_take("clip-0", 2)))
DELETED = counted(a_version(3, state=VersionState.DELETED))
TAKES = (ACTIVE, ARCHIVED, DELETED)
STORED = StoredBytes(active=300, archived=200, archived_before=300, deleted_before=300)


def test_what_is_right_is_exact() -> None:
    job = replace(JOB, takes_stored=STORED)
    job = replace(job, counted=job.stored)
    count = recount(job, TAKES, sizes_of(*TAKES))
    assert count.is_exact
    assert (count.job, count.repaired_versions, count.drift) == (job, (), NOTHING)
    assert count.found == STORED + StoredBytes(active=20 + 8 + 9)


def test_what_waits_in_the_ledger_is_no_ones() -> None:
    job = replace(JOB, takes_stored=STORED, counted=STORED + StoredBytes(active=37))
    assert recount(job, TAKES, sizes_of(*TAKES) | {"clips/other": 99}).is_exact


def test_a_missing_object_is_no_wrong_counter() -> None:
    job = replace(JOB, takes_stored=STORED, counted=STORED + StoredBytes(active=37))
    there = sizes_of(*TAKES)
    for key in (ACTIVE.objects.audio_key, FILM.poster_key, "sound"):
        del there[key]
    assert recount(job, TAKES, there).is_exact


def test_a_counter_of_the_user_alone_can_be_wrong() -> None:
    job = replace(JOB, takes_stored=STORED, counted=StoredBytes(active=1))
    count = recount(job, TAKES, sizes_of(*TAKES))
    assert count.drift == NOTHING
    assert not count.is_exact


BYTES = st.integers(0, 1000)
WRONG = st.builds(StoredBytes, BYTES, BYTES, BYTES, BYTES)


@given(WRONG, WRONG, WRONG, st.tuples(BYTES, BYTES, BYTES), BYTES)
def test_a_commit_of_the_recount_makes_everything_right(
    taken: StoredBytes,
    of_user: StoredBytes,
    of_version: StoredBytes,
    wrong: tuple[int, int, int],
    sound: int,
) -> None:
    """Whatever was wrong: the job's counters, what was counted for its user or a version, any size."""
    active = replace(ACTIVE, objects=replace(ACTIVE.objects, size_bytes=wrong[0]), counted=of_version)
    kept = replace(KEPT, size_bytes=wrong[1])
    job = replace(
        JOB,
        takes_stored=taken,
        counted=of_user,
        composition=None,
        kept_compositions=(kept,),
        soundtrack=Soundtrack("sound", "hash", wrong[2]),
    )
    there = sizes_of(ACTIVE, ARCHIVED) | {"sound": sound}
    count = recount(job, (active, ARCHIVED, DELETED), there)
    final = finalize(Change(count.job, count.repaired_versions), START)
    assert final.job.stored == final.job.counted == count.found
    assert final.job.stored == STORED + StoredBytes(active=8 + sound)
    assert final.user_stored == final.job.counted - of_user
    known = {version.version_id: version for version in (active, ARCHIVED, DELETED)}
    known |= {item.version_id: item for item in final.puts if isinstance(item, Version)}
    assert recount(final.job, [*known.values()], there).is_exact
