"""What becomes of old takes, and what never does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.limits import Limits
from retake.domain.records.jobs import Clip
from retake.domain.records.takes import Version
from retake.domain.retention import (
    RetentionAction,
    RetentionPlan,
    RetentionReason,
    pays_under,
    plan_retention,
    send_off,
)
from retake.domain.retention_policy import ArchiveWhen
from retake.domain.statuses import VersionState
from retake.domain.storage_costs import StorageClass
from retake.domain.usage import StoredBytes
from retake.domain.versions import tombstone
from tests.builders import a_clip, a_version, an_archived_take
from tests.fakes.clocks import START

LIMITS = Limits()
ARCHIVED = {VersionState.ARCHIVED, VersionState.RESTORING}


def an_old_take(number: int, *, days: float | None, state: VersionState = VersionState.ACTIVE) -> Version:
    """Return a take that stopped being current so many days ago; None for one whose age is unknown."""
    return a_version(
        number,
        state=state,
        superseded_at=None if days is None else START - timedelta(days=days),
        archived=an_archived_take("clip-0", number) if state in ARCHIVED else None,
    )


def plan(*versions: Version, current: int | None = 9, limits: Limits = LIMITS) -> RetentionPlan:
    takes = (*versions, a_version(9)) if current == 9 else versions
    return plan_retention(a_clip(current_version=current, next_version_number=10), takes, START, limits)


def decided(found: RetentionPlan, number: int) -> tuple[RetentionAction, RetentionReason]:
    (item,) = (item for item in found.decisions if item.version.version_number == number)
    return item.action, item.reason


@pytest.mark.parametrize(
    ("days", "state", "action", "reason"),
    [
        (6.99, VersionState.ACTIVE, "keep", RetentionReason.IS_TOO_YOUNG),
        (7, VersionState.ACTIVE, "archive", RetentionReason.OLD_ENOUGH_FOR_THE_ARCHIVE),
        (29.99, VersionState.ACTIVE, "archive", RetentionReason.OLD_ENOUGH_FOR_THE_ARCHIVE),
        (30, VersionState.ACTIVE, "delete", RetentionReason.OLD_ENOUGH_TO_GO),
        (29.99, VersionState.ARCHIVED, "keep", RetentionReason.IS_TOO_YOUNG),
        (30, VersionState.ARCHIVED, "delete", RetentionReason.OLD_ENOUGH_TO_GO),
        (8, VersionState.ARCHIVING, "keep", RetentionReason.IS_BEING_ARCHIVED),
        (30, VersionState.ARCHIVING, "delete", RetentionReason.OLD_ENOUGH_TO_GO),
        (99, VersionState.RESTORING, "keep", RetentionReason.IS_COMING_BACK),
        (99, VersionState.DELETED, "keep", RetentionReason.IS_GONE),
        (None, VersionState.ACTIVE, "keep", RetentionReason.HAS_NO_AGE),
    ],
)
def test_what_becomes_of_an_old_take(
    days: float | None, state: VersionState, action: str, reason: RetentionReason
) -> None:
    assert decided(plan(an_old_take(1, days=days, state=state)), 1) == (action, reason)


def test_the_current_take_stays_however_old_it_is() -> None:
    ancient = a_version(1, created_at=START - timedelta(days=900))
    found = plan(ancient, current=1)
    assert decided(found, 1) == (RetentionAction.KEEP, RetentionReason.IS_CURRENT)


def test_age_is_counted_from_when_it_stopped_being_current() -> None:
    made_long_ago = replace(an_old_take(1, days=1), created_at=START - timedelta(days=900))
    assert decided(plan(made_long_ago), 1) == (RetentionAction.KEEP, RetentionReason.IS_TOO_YOUNG)


def test_a_clip_without_a_current_take_keeps_its_last_one() -> None:
    found = plan(an_old_take(1, days=99), an_old_take(2, days=99), current=None)
    assert decided(found, 1)[0] is RetentionAction.DELETE
    assert decided(found, 2) == (RetentionAction.KEEP, RetentionReason.IS_THE_LAST_ONE)


def test_what_does_not_pay_stays_where_it_is_until_it_is_deleted() -> None:
    young, old = an_old_take(1, days=8), an_old_take(2, days=31)
    clip = a_clip(current_version=9)
    found = plan_retention(clip, (young, old, a_version(9)), START, LIMITS, pays=lambda _: False)
    assert decided(found, 1) == (RetentionAction.KEEP, RetentionReason.DOES_NOT_PAY)
    assert found.to_delete == (old,)


@pytest.mark.parametrize(
    ("archive_when", "archive_class", "pays"),
    [
        ("always", StorageClass.GLACIER_IR, True),
        # Deleted after 23 of the 90 days that the class charges for: it costs more than STANDARD does.
        ("if_cheaper", StorageClass.GLACIER_IR, False),
    ],
)
def test_archiving_may_have_to_pay(archive_when: str, archive_class: StorageClass, pays: bool) -> None:  # noqa: FBT001 - expected
    limits = Limits(archive_when=ArchiveWhen(archive_when))
    take = replace(a_version(1), objects=replace(a_version(1).objects, size_bytes=5_000_000))
    assert pays_under(limits, archive_class)(take) is pays


def test_where_it_pays_it_is_archived_under_either_policy() -> None:
    limits = Limits(archive_when=ArchiveWhen.IF_CHEAPER, delete_after_days=400)
    large = replace(a_version(1), objects=replace(a_version(1).objects, size_bytes=500_000_000))
    assert pays_under(limits, StorageClass.GLACIER_IR)(large)


def test_the_days_are_settings() -> None:
    limits = Limits(archive_after_days=1, delete_after_days=2)
    assert plan(an_old_take(1, days=1), limits=limits).to_archive
    assert plan(an_old_take(1, days=2), limits=limits).to_delete


def test_a_tombstone_keeps_what_it_cost_and_stores_nothing() -> None:
    take = an_old_take(1, days=31, state=VersionState.ARCHIVED)
    stone = tombstone(take, now=START)
    assert (stone.state, stone.deleted_at) == (VersionState.DELETED, START)
    assert (stone.cost, stone.prompt, stone.created_at) == (take.cost, take.prompt, take.created_at)
    assert stone.keys == ()
    assert stone.stored == StoredBytes(deleted_before=take.objects.size_bytes)


def test_what_is_sent_off_is_asked_for_again_if_the_message_is_lost() -> None:
    sent = send_off(an_old_take(1, days=8), START)
    assert sent.state is VersionState.ARCHIVING
    assert sent.archive_due_at is not None
    assert sent.archive_due_at > START


# --- whatever a clip's history ---------------------------------------------------------------------

AGES = st.none() | st.floats(0, 60)
HISTORIES = st.lists(st.tuples(st.sampled_from(VersionState), AGES), min_size=1, max_size=8)
ANY_LIMITS = st.builds(Limits, archive_after_days=st.integers(1, 40), delete_after_days=st.integers(1, 60))


@st.composite
def clips(draw: st.DrawFn) -> tuple[Clip, Sequence[Version]]:
    history = draw(HISTORIES)
    versions = [
        an_old_take(number, days=days, state=state) for number, (state, days) in enumerate(history, start=1)
    ]
    current = draw(st.none() | st.integers(1, len(versions)))
    if current is not None:
        versions[current - 1] = a_version(current)
    return a_clip(current_version=current, next_version_number=len(versions) + 1), versions


@given(clips(), ANY_LIMITS, st.booleans())
def test_every_take_has_one_decision(
    found: tuple[Clip, Sequence[Version]],
    limits: Limits,
    pays: bool,  # noqa: FBT001 - drawn
) -> None:
    clip, versions = found
    made = plan_retention(clip, versions, START, limits, pays=lambda _: pays)
    assert [item.version for item in made.decisions] == list(versions)
    assert pays or not made.to_archive


@given(clips(), ANY_LIMITS)
def test_current_last_and_returning_takes_are_never_touched(
    found: tuple[Clip, Sequence[Version]], limits: Limits
) -> None:
    clip, versions = found
    made = plan_retention(clip, versions, START, limits)
    touched = {version.version_number for version in (*made.to_archive, *made.to_delete)}
    assert clip.current_version not in touched
    for version in versions:
        if version.state in {VersionState.RESTORING, VersionState.DELETED}:
            assert version.version_number not in touched
    alive = {version.version_number for version in versions if version.state is not VersionState.DELETED}
    deleted = {version.version_number for version in made.to_delete}
    assert not alive or alive - deleted, "nothing of the clip would be left"


@given(clips(), ANY_LIMITS)
def test_only_what_is_old_enough_is_touched(found: tuple[Clip, Sequence[Version]], limits: Limits) -> None:
    made = plan_retention(*found, START, limits)
    for versions, days in (
        (made.to_archive, limits.archive_after_days),
        (made.to_delete, limits.delete_after_days),
    ):
        for version in versions:
            assert version.superseded_at is not None
            assert START - version.superseded_at >= timedelta(days=days)


@given(clips(), ANY_LIMITS)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    found: tuple[Clip, Sequence[Version]], limits: Limits
) -> None:
    clip, versions = found
    made = plan_retention(clip, versions, START, limits)
    after = {version.version_number: version for version in versions}
    after |= {version.version_number: send_off(version, START) for version in made.to_archive}
    after |= {version.version_number: tombstone(version, now=START) for version in made.to_delete}
    again = plan_retention(clip, list(after.values()), START, limits)
    assert (again.to_archive, again.to_delete) == ((), ())
