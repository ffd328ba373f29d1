"""Which of several takes a clip shows, whatever happens while they are made."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.landing import Landing, decide_landing
from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.statuses import RegenerationStatus
from tests.builders import a_clip, a_job, a_regeneration

QUEUED, INGESTING = RegenerationStatus.QUEUED, RegenerationStatus.INGESTING
SUCCEEDED, FAILED = RegenerationStatus.SUCCEEDED, RegenerationStatus.FAILED
BASE = 2


def a_set(takes: int = 3) -> list[Regeneration]:
    ids = [f"regeneration-{take}" for take in range(1, takes + 1)]
    return [
        a_regeneration(
            regeneration_id=regeneration_id,
            take=number,
            takes=takes,
            siblings=tuple(other for other in ids if other != regeneration_id),
        )
        for number, regeneration_id in enumerate(ids, start=1)
    ]


def land(
    takes: list[Regeneration], position: int, *, clip: Clip | None = None, job: Job | None = None
) -> Landing:
    takes = list(takes)
    mine = replace(takes.pop(position), base_version=BASE)
    if not mine.status.is_terminal:
        mine = replace(mine, status=INGESTING)
    clip = clip or a_clip(current_version=BASE, next_version_number=4)
    return decide_landing(job or a_job(active_batch_id="batch-1"), clip, mine, takes)


def test_the_only_take_is_shown() -> None:
    assert land(a_set(1), 0) == Landing(make_current=True, is_late=False)


def test_the_first_is_shown() -> None:
    assert land(a_set(), 0) == Landing(make_current=True, is_late=False)


def test_later_ones_are_there_to_be_chosen() -> None:
    first, second, third = a_set()
    first = replace(first, status=SUCCEEDED, version_number=4)
    clip = a_clip(current_version=4, next_version_number=5)
    assert land([first, second, third], 1, clip=clip) == Landing(make_current=False, is_late=False)
    second = replace(second, status=SUCCEEDED, version_number=5)
    clip = a_clip(current_version=4, next_version_number=6)
    assert land([first, second, third], 2, clip=clip) == Landing(make_current=False, is_late=False)


def test_the_second_is_shown_where_the_first_failed() -> None:
    first, *rest = a_set()
    assert land([replace(first, status=FAILED), *rest], 1).make_current


def test_a_choice_meanwhile_is_not_overridden() -> None:
    clip = a_clip(current_version=1, next_version_number=4)
    landing = land(a_set(), 0, clip=clip)
    assert (landing.make_current, landing.is_late) == (False, True)


def test_not_even_the_choice_of_what_was_there_before() -> None:
    """A user saw the first take and went back: the second has the pointer that it was claimed with."""
    first, *rest = a_set()
    landing = land([replace(first, status=SUCCEEDED, version_number=3), *rest], 1)
    assert (landing.make_current, landing.is_late) == (False, False)


def test_the_choice_of_a_sibling_makes_the_next_one_no_late_comer() -> None:
    first, second, third = a_set()
    made = [replace(first, status=SUCCEEDED, version_number=3)]
    made.append(replace(second, status=SUCCEEDED, version_number=4))
    landing = land([*made, third], 2, clip=a_clip(current_version=4, next_version_number=5))
    assert (landing.make_current, landing.is_late) == (False, False)


@pytest.mark.parametrize("over", ["batch", "take"])
def test_no_one_waits_any_more(over: str) -> None:
    takes = a_set()
    if over == "take":
        takes[0] = replace(takes[0], status=FAILED)
    landing = land(takes, 0, job=a_job(active_batch_id="batch-1" if over == "take" else "batch-2"))
    assert (landing.make_current, landing.is_late) == (False, True)


def test_a_clip_without_a_take_shows_even_a_late_one() -> None:
    video = a_clip(current_version=None, next_version_number=1)
    mine = a_regeneration(status=FAILED)
    assert decide_landing(a_job(), video, mine, ()) == Landing(make_current=True, is_late=True)


STATUSES = st.sampled_from([QUEUED, SUCCEEDED, FAILED])


@given(st.lists(STATUSES, min_size=2, max_size=2), st.sampled_from([1, BASE, 3]))
def test_it_is_shown_only_over_its_base_and_as_the_first(
    others: list[RegenerationStatus], current: int
) -> None:
    first, second, third = a_set()
    takes = [replace(first, status=others[0]), second, replace(third, status=others[1])]
    landing = land(takes, 1, clip=a_clip(current_version=current, next_version_number=4))
    assert landing.make_current == (current == BASE and SUCCEEDED not in others)
    assert not (landing.make_current and landing.is_late)
