"""What every ``IdempotencyStore`` promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retake.domain.records.answers import StoredAnswer
from retake.ports.table import Table
from retake.storage.requests import IdempotencyStore
from tests.fakes.clocks import FixedClock

NOW = datetime.now(UTC).replace(microsecond=0)
ANSWER = StoredAnswer(
    key="key-1",
    request_hash="hash",
    status_code=202,
    body='{"batch_id": "b", "estimated_total_cost": 0.405}',
    headers={"Location": "/api/v1/jobs/j", "ETag": '"3"'},
    expires_at=NOW + timedelta(hours=24),
)


@pytest.fixture
def answers(table: Table) -> IdempotencyStore:
    return IdempotencyStore(table, clock=FixedClock(NOW))


def test_an_answer_is_repeated_word_for_word(answers: IdempotencyStore) -> None:
    answers.put_answer(ANSWER)
    assert answers.find_answer("key-1") == ANSWER


def test_an_answer_longer_than_an_item_is_repeated_word_for_word(answers: IdempotencyStore) -> None:
    """1.2 MB of characters of four bytes; a shorter one under the same key then replaces it."""
    long = replace(ANSWER, body="".join(chr(0x1F600 + number % 64) for number in range(300_001)))
    answers.put_answer(long)
    assert answers.find_answer("key-1") == long
    answers.put_answer(ANSWER)
    assert answers.find_answer("key-1") == ANSWER


@pytest.mark.parametrize("length", [0, 1, 75_000, 75_001])
def test_no_length_is_special(answers: IdempotencyStore, length: int) -> None:
    answers.put_answer(replace(ANSWER, body="x" * length))
    assert answers.find_answer("key-1") == replace(ANSWER, body="x" * length)


def test_a_new_key_has_none(answers: IdempotencyStore) -> None:
    answers.put_answer(ANSWER)
    assert answers.find_answer("key-2") is None


def test_one_that_expired_has_none(answers: IdempotencyStore) -> None:
    answers.put_answer(replace(ANSWER, expires_at=NOW - timedelta(seconds=1)))
    assert answers.find_answer("key-1") is None
