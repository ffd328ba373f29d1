"""How often a user may ask: all copies of the functions count together; one user's loop stops no other's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import TooManyRequestsError
from retake.storage.request_counts import COUNTED_TOGETHER, RequestCounts
from tests.fakes.clocks import FixedClock
from tests.fakes.in_memory_table import InMemoryTable

MOST = 100


class Copies:
    """Copies of functions that count in one table."""

    def __init__(self, count: int, *, most: int = MOST) -> None:
        self.table, self.clock = InMemoryTable(), FixedClock()
        self.counts = [RequestCounts(self.table, clock=self.clock, most=most) for _ in range(count)]

    def ask(self, user_id: str, copy: int = 0) -> bool:
        """Ask once; return whether it was let through."""
        try:
            self.counts[copy].admit(user_id)
        except TooManyRequestsError:
            return False
        return True


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=900))
def test_no_user_gets_more_than_the_limit_and_what_copies_have_not_counted(
    asked: list[tuple[str, int]],
) -> None:
    copies = Copies(4)
    passed = dict.fromkeys("abc", 0)
    for user_id, copy in asked:
        passed[user_id] += copies.ask(user_id, copy)
    assert all(count <= MOST + 4 * (COUNTED_TOGETHER - 1) for count in passed.values())
    for user_id in "abc":
        # A user within the limit never hears of it, whatever the others do.
        wanted = sum(one == user_id for one, _ in asked)
        assert passed[user_id] == wanted or wanted > MOST


def test_a_loop_is_refused_until_the_minute_is_over_and_the_others_are_not() -> None:
    copies = Copies(2)
    assert [copies.ask("loop") for _ in range(150)].count(True) == MOST + COUNTED_TOGETHER - 1
    assert copies.ask("other")
    copies.clock.advance(minutes=1)
    assert copies.ask("loop")


def test_what_is_refused_writes_and_reads_nothing() -> None:
    copies = Copies(1)
    while copies.ask("loop"):
        pass
    before = copies.table.items_under("")
    assert not any(copies.ask("loop") for _ in range(100))
    assert copies.table.items_under("") == before


def test_few_requests_write_nothing() -> None:
    copies = Copies(1)
    assert all(copies.ask("person") for _ in range(COUNTED_TOGETHER - 1))
    assert not copies.table.items_under("")


def test_the_refusal_says_how_long_to_wait() -> None:
    copies = Copies(1)
    while copies.ask("loop"):
        pass
    copies.clock.advance(seconds=20)
    with pytest.raises(TooManyRequestsError, match=r"100 times in this minute.*Wait 40 seconds"):
        copies.counts[0].admit("loop")


def test_there_may_be_no_limit() -> None:
    copies = Copies(1, most=0)
    assert all(copies.ask("person") for _ in range(3000))
