"""Budgets: what is reported when, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.budgets import give_budget, look_at, mark_sent
from retake.domain.usage import (
    ALERT_PERCENTS,
    StoredBytes,
    UserStorage,
    crossed_percent,
    is_used_up,
    percent_of_budget,
    readable_bytes,
)

BUDGET = 1000
SIZES = st.integers(min_value=0, max_value=2 * BUDGET)
NOTHING_STORED = UserStorage("user-1")


def look(storage: UserStorage, used: int) -> UserStorage:
    return look_at(storage, StoredBytes(active=used), default_bytes=BUDGET)


def reported(storage: UserStorage) -> UserStorage:
    """Return the record once everything is reported."""
    for percent in storage.unsent_percents:
        storage = mark_sent(storage, percent)
    return storage


@pytest.mark.parametrize(
    ("used", "unsent"),
    [(0, ()), (799, ()), (800, (80,)), (999, (80,)), (1000, (80, 100)), (5000, (80, 100))],
)
def test_what_a_first_look_reports(used: int, unsent: tuple[int, ...]) -> None:
    assert look(NOTHING_STORED, used).unsent_percents == unsent


def test_the_archive_counts_as_much_as_what_is_active() -> None:
    seen = look_at(NOTHING_STORED, StoredBytes(active=500, archived=300), default_bytes=BUDGET)
    assert seen.unsent_percents == (80,)
    before = StoredBytes(active=500, archived_before=300, deleted_before=900)
    assert look_at(NOTHING_STORED, before, default_bytes=BUDGET).unsent_percents == ()


def test_a_crossing_is_reported_once_and_again_only_after_it_was_left() -> None:
    over = reported(look(NOTHING_STORED, 850))
    assert look(over, 950).unsent_percents == ()
    full = look(over, 1000)
    assert full.unsent_percents == (100,)
    back = look(reported(full), 900)
    assert back.unsent_percents == ()
    assert look(back, 1100).unsent_percents == (100,)
    assert look(look(back, 10), 1100).unsent_percents == (80, 100)


def test_what_is_not_sent_yet_is_kept() -> None:
    unsent = look(NOTHING_STORED, 1000)
    assert look(unsent, 1).unsent_percents == (80, 100)
    assert mark_sent(unsent, 80).unsent_percents == (100,)


@given(st.lists(SIZES, max_size=30))
def test_every_crossing_upward_is_reported_exactly_once(sizes: list[int]) -> None:
    storage, before = NOTHING_STORED, 0
    for used in sizes:
        seen = look(storage, used)
        crossed = [p for p in ALERT_PERCENTS if before * 100 < p * BUDGET <= used * 100]
        assert list(seen.unsent_percents) == crossed
        storage, before = reported(seen), used


def test_a_smaller_budget_reports_what_it_makes_crossed() -> None:
    quiet = reported(look(NOTHING_STORED, 500))
    full = give_budget(quiet, StoredBytes(active=500), budget_bytes=100, default_bytes=BUDGET)
    assert (full.budget(BUDGET), full.unsent_percents) == (100, (80, 100))


def test_a_larger_budget_takes_back_what_no_longer_holds() -> None:
    unsent = look(NOTHING_STORED, 1000)
    eased = give_budget(unsent, StoredBytes(active=1000), budget_bytes=1200, default_bytes=BUDGET)
    assert (eased.unsent_percents, eased.alerted_percent) == ((80,), 80)
    free = give_budget(eased, StoredBytes(active=1000), budget_bytes=10_000, default_bytes=BUDGET)
    assert (free.unsent_percents, free.alerted_percent) == ((), 0)


def test_without_a_budget_of_ones_own_everybodys_holds_again() -> None:
    own = give_budget(NOTHING_STORED, StoredBytes(active=900), budget_bytes=5000, default_bytes=BUDGET)
    shared = give_budget(own, StoredBytes(active=900), budget_bytes=None, default_bytes=BUDGET)
    assert (shared.budget_bytes, shared.unsent_percents) == (None, (80,))


@given(used=SIZES, budget=st.integers(min_value=0, max_value=2 * BUDGET))
def test_nothing_new_is_taken_in_exactly_from_the_last_alert_on(used: int, budget: int) -> None:
    assert is_used_up(used, budget) is (crossed_percent(used, budget) == ALERT_PERCENTS[-1])


def test_a_budget_of_nothing_is_used_up() -> None:
    assert is_used_up(0, 0)
    assert percent_of_budget(0, 0) == 100


def test_the_total_holds_what_was_last_written() -> None:
    storage = replace(NOTHING_STORED, stored=StoredBytes(active=5))
    written = storage.written()
    assert (written.counted, written.revision) == (StoredBytes(active=5), 1)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1_540_000, "1.5 MB"),
        (10**11, "100 GB"),
        (3 * 10**12, "3 TB"),
    ],
)
def test_sizes_in_words(count: int, words: str) -> None:
    assert readable_bytes(count) == words
