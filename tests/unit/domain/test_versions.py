from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.active_cap import FutureTakes
from retake.domain.errors import ConflictError, GoneError
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import Clip
from retake.domain.records.takes import ArchiveForm, Version
from retake.domain.statuses import VersionState
from retake.domain.versions import (
    StagedTake,
    VersionPlan,
    fingerprint_of,
    land_version,
    restore_version,
    tombstone,
)
from tests.builders import PROFILE, a_clip, a_take, a_version, an_archived_take
from tests.fakes.clocks import START

NOW = START + timedelta(days=1)
CAP = 3
IN_THE_ARCHIVE = {VersionState.ARCHIVED, VersionState.RESTORING}
BACK = StagedTake(a_take("clip-0", 77), "hash-back", ArchiveForm("h264", 94.0))
STATES = st.lists(st.sampled_from(VersionState), min_size=0, max_size=6)


def a_history(states: Sequence[VersionState] = (), *, current: int = 0) -> tuple[Clip, list[Version]]:
    """Return a clip with an active version 1, then one a state; ``current`` picks among the active."""
    all_states = [VersionState.ACTIVE, *states]
    active = [number for number, state in enumerate(all_states, start=1) if state is VersionState.ACTIVE]
    pointer = active[current % len(active)]
    versions = [
        a_version(
            number,
            state=state,
            superseded_at=None if number == pointer else START,
            archived=an_archived_take("clip-0", number) if state in IN_THE_ARCHIVE else None,
        )
        for number, state in enumerate(all_states, start=1)
    ]
    return a_clip(current_version=pointer, next_version_number=len(versions) + 1), versions


def after(versions: Sequence[Version], plan: VersionPlan) -> dict[int, Version]:
    known = {version.version_number: version for version in versions}
    return known | {version.version_number: version for version in plan.versions}


def numbers_of(versions: Sequence[Version]) -> tuple[int, ...]:
    return tuple(version.version_number for version in versions)


def land(clip: Clip, versions: list[Version], *, make_current: bool = True) -> VersionPlan:
    return land_version(clip, versions, a_version(99), make_current=make_current, now=NOW, cap=CAP)


class TestLanding:
    def test_a_new_take_gets_the_next_number_and_the_pointer(self) -> None:
        clip, versions = a_history()
        plan = land(clip, versions)
        assert (plan.clip.current_version, plan.clip.next_version_number, plan.moved) == (2, 3, True)
        assert after(versions, plan)[1].superseded_at == NOW
        assert after(versions, plan)[2].superseded_at is None
        assert plan.archiving is None

    def test_the_original_of_a_new_clip(self) -> None:
        clip = a_clip(current_version=None, next_version_number=1)
        plan = land(clip, [])
        assert plan.clip.current_version == 1

    def test_one_that_comes_too_late_is_kept_and_overrides_nothing(self) -> None:
        clip, versions = a_history()
        plan = land(clip, versions, make_current=False)
        assert (plan.clip.current_version, plan.clip.next_version_number, plan.moved) == (1, 3, False)
        assert after(versions, plan)[2].superseded_at == NOW

    def test_the_fourth_sends_the_oldest_to_the_archive(self) -> None:
        clip, versions = a_history([VersionState.ACTIVE] * 2, current=2)
        plan = land(clip, versions)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 1
        assert plan.archiving.archive_due_at is not None

    def test_a_restored_first_version_is_spared(self) -> None:
        clip, versions = a_history([VersionState.ACTIVE] * 2, current=0)
        plan = land(clip, versions, make_current=False)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 2

    @given(STATES, st.integers(0, 5), st.booleans())
    def test_whatever_was_before(self, states: list[VersionState], current: int, make_current: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        clip, versions = a_history(states, current=current)
        active_before = sum(version.state is VersionState.ACTIVE for version in versions)
        plan = land(clip, versions, make_current=make_current)
        found = after(versions, plan)
        assert plan.clip.current_version is not None
        assert found[plan.clip.current_version].state is VersionState.ACTIVE
        active = sum(version.state is VersionState.ACTIVE for version in found.values())
        assert active <= max(CAP, active_before)
        assert len(found) == len(versions) + 1

    def test_what_a_take_was_made_of_stays_beside_it(self) -> None:
        clip, versions = a_history([VersionState.ACTIVE] * 2, current=0)
        plan = land_version(clip, versions, a_version(99), make_current=True, base=1, now=NOW, cap=CAP)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 2

    def test_it_goes_where_there_is_no_other(self) -> None:
        clip, versions = a_history()
        plan = land_version(clip, versions, a_version(99), make_current=True, base=1, now=NOW, cap=1)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 1

    @given(STATES, st.integers(0, 5), st.lists(st.integers(1, CAP), min_size=1, max_size=4))
    def test_takes_that_go_are_those_that_were_announced(
        self, states: list[VersionState], current: int, requests: list[int]
    ) -> None:
        """Request after request, each of some takes of what the clip shows when its turn comes."""
        clip, versions = a_history(states, current=current)
        future = FutureTakes.of(clip, versions)
        for takes in requests:
            future, announced = future.landed(takes, cap=CAP)
            base, gone = clip.current_version, []
            for position in range(takes):
                plan = land_version(
                    clip,
                    versions,
                    a_version(99),
                    make_current=position == 0,
                    base=base,
                    now=NOW,
                    cap=CAP,
                )
                clip, versions = plan.clip, list(after(versions, plan).values())
                gone += [] if plan.archiving is None else [plan.archiving.version_number]
            assert gone == list(announced)
            assert clip.current_version not in gone
            assert base not in gone, "what was shown when the request came is what takes are compared with"

    @given(STATES, st.integers(0, 5), st.integers(1, CAP - 1))
    def test_so_are_takes_that_join_those_of_an_earlier_try(
        self, states: list[VersionState], current: int, takes: int
    ) -> None:
        clip, versions = a_history(states, current=current)
        base = clip.current_version
        first = land_version(clip, versions, a_version(99), make_current=True, base=base, now=NOW, cap=CAP)
        clip, versions = first.clip, list(after(versions, first).values())
        future = FutureTakes.of(clip, versions)
        _, announced = future.landed(takes, cap=CAP, joined=True, base=base)
        gone: list[int] = []
        for _ in range(takes):
            plan = land_version(
                clip, versions, a_version(99), make_current=False, base=base, now=NOW, cap=CAP
            )
            clip, versions = plan.clip, list(after(versions, plan).values())
            gone += [] if plan.archiving is None else [plan.archiving.version_number]
        assert gone == list(announced)
        assert clip.current_version not in gone
        assert base not in gone


class TestRestoring:
    def test_an_earlier_take_becomes_current(self) -> None:
        clip, versions = a_history([VersionState.ACTIVE], current=1)
        plan = restore_version(clip, versions, 1, now=NOW)
        assert (plan.clip.current_version, plan.moved) == (1, True)
        assert after(versions, plan)[2].superseded_at == NOW
        assert after(versions, plan)[1].superseded_at is None
        assert plan.clip.next_version_number == clip.next_version_number

    def test_the_current_one_is_left_as_it_is(self) -> None:
        clip, versions = a_history()
        plan = restore_version(clip, versions, 1, now=NOW)
        assert (plan.versions, plan.moved) == ((), False)

    def test_an_archived_one_has_to_be_brought_back(self) -> None:
        clip, versions = a_history([VersionState.ARCHIVED])
        with pytest.raises(ConflictError):
            restore_version(clip, versions, 2, now=NOW)
        plan = restore_version(clip, versions, 2, back=BACK, now=NOW)
        restored = after(versions, plan)[2]
        assert (restored.state, restored.archived) == (VersionState.ACTIVE, None)
        assert (restored.objects, restored.content_hash) == (BACK.objects, BACK.content_hash)
        assert restored.archive_form == BACK.form

    def test_a_deleted_one_is_gone_for_good(self) -> None:
        clip, versions = a_history([VersionState.DELETED])
        with pytest.raises(GoneError, match="history"):
            restore_version(clip, versions, 2, now=NOW)
        with pytest.raises(GoneError):
            restore_version(clip, versions, 2, back=BACK, now=NOW)

    def test_what_is_left_of_a_deleted_one_is_what_it_cost(self) -> None:
        left = tombstone(a_version(2), now=NOW)
        assert (left.state, left.deleted_at, left.location, left.keys) == (
            VersionState.DELETED,
            NOW,
            None,
            (),
        )
        assert left.cost == a_version(2).cost

    def test_one_on_its_way_to_the_archive_stays(self) -> None:
        clip, versions = a_history([VersionState.ARCHIVING])
        plan = restore_version(clip, versions, 2, now=NOW)
        restored = after(versions, plan)[2]
        assert (restored.state, restored.archive_due_at) == (VersionState.ACTIVE, None)

    def test_the_cap_holds(self) -> None:
        clip, versions = a_history([VersionState.ARCHIVED, *[VersionState.ACTIVE] * 2], current=2)
        plan = restore_version(clip, versions, 2, back=BACK, now=NOW, cap=CAP)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 1

    def test_what_was_shown_until_now_stays(self) -> None:
        clip, versions = a_history([VersionState.ARCHIVED, *[VersionState.ACTIVE] * 2], current=0)
        plan = restore_version(clip, versions, 2, back=BACK, now=NOW, cap=CAP)
        assert plan.archiving is not None
        assert plan.archiving.version_number == 3


class TestFingerprint:
    def test_the_same_takes_in_the_same_order_are_the_same_video(self) -> None:
        takes = [a_version(1).content_hash, a_version(2).content_hash]
        one = fingerprint_of(takes, profile=PROFILE, soundtrack_hash="s")
        assert one == fingerprint_of(takes, profile=PROFILE, soundtrack_hash="s")

    def test_anything_else_is_another(self) -> None:
        takes = [a_version(1).content_hash, a_version(2).content_hash]
        prints = {
            fingerprint_of(takes, profile=PROFILE, soundtrack_hash=""),
            fingerprint_of(takes[::-1], profile=PROFILE, soundtrack_hash=""),
            fingerprint_of(takes[:1], profile=PROFILE, soundtrack_hash=""),
            fingerprint_of(takes, profile=MediaProfile(640, 360, 25), soundtrack_hash=""),
            fingerprint_of(takes, profile=PROFILE, soundtrack_hash="s"),
            fingerprint_of(["x", takes[1]], profile=PROFILE, soundtrack_hash=""),
        }
        assert len(prints) == 6
