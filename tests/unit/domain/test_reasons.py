"""However long and strange the texts are: what they are written to can hold them."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.batches import cause_of, correct_batch, ended_event, fail_regeneration
from retake.domain.events.base import event_data
from retake.domain.pricing import ClipPrice, price_batch
from retake.domain.reasons import (
    MAX_CAUSE_BYTES,
    MAX_REASON_BYTES,
    MOST_TAKES,
    short_reason,
    shorten,
)
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.ledger import Event
from retake.domain.statuses import RegenerationStatus
from retake.services.generation.record_clip_failure import clip_outcome
from tests.builders import JOB, a_batch, a_regeneration
from tests.fakes.clocks import START
from tests.stored_items import stored_item
from tests.table_meter import item_bytes

ITEM_BYTES = 400_000
STATE_BYTES = 262_144
CAUSE_CHARACTERS = 32_768

STRANGE = {
    "letters": "x",
    "japanese": "撮",
    "emoji": "🎬",
    "quotes": '"',
    "backslashes": "\\",
    "controls": "\x01",
    "half a pair": "\ud83d",
    "traceback": "  File 'predict.py', line 1, in predict\n",
}
REASON_CHARACTERS = 5000
texts = st.text(st.characters(), max_size=30).map(lambda text: text * 60)
strange = pytest.mark.parametrize("letter", STRANGE.values(), ids=STRANGE)


def failed_takes(count: int, title: str, reason: str) -> list[Regeneration]:
    return [
        fail_regeneration(
            a_regeneration(
                number % 100,
                regeneration_id=f"{number:036}",
                clip_title=title,
                take=3,
                takes=3,
                model="m" * 60,
            ),
            status=RegenerationStatus.SUBMISSION_UNKNOWN,
            reason=reason,
            now=START,
        )[0]
        for number in range(count)
    ]


def ended_batch(takes: list[Regeneration]) -> Batch:
    prices = [ClipPrice(item.clip_index, 10_000, None, item.model, 3, 3, item.clip_title) for item in takes]
    ids = tuple(item.regeneration_id for item in takes)
    batch = a_batch(regeneration_ids=ids, price=price_batch(prices), recompose_error=takes[0].error)
    return correct_batch(batch, takes)


@given(texts, st.integers(0, 1000))
def test_a_text_is_cut_at_whole_characters_and_only_where_it_is_too_long(text: str, most: int) -> None:
    most += 10
    cut = shorten(text, most)
    assert len(cut.encode(errors="replace")) <= most
    assert cut == text or len(text.encode(errors="replace")) > most


@given(texts)
def test_a_reason_is_one_line_that_can_be_printed(text: str) -> None:
    reason = short_reason(text)
    assert len(reason.encode()) <= MAX_REASON_BYTES
    assert reason == "" or (reason.isprintable() and reason == reason.strip())
    assert short_reason(reason) == reason


def test_both_ends_of_a_traceback_are_kept() -> None:
    text = short_reason(f"Traceback (most recent call last):{STRANGE['traceback'] * 100}OutOfMemory: 12 GB")
    assert text.startswith("Traceback (most recent call last):")
    assert text.endswith("OutOfMemory: 12 GB")


@strange
@pytest.mark.parametrize("count", [1, 100, MOST_TAKES])
def test_the_record_and_the_event_of_a_batch_hold_all_takes(letter: str, count: int) -> None:
    title = letter * 200 if letter != STRANGE["half a pair"] else "t" * 200  # requests refuse it
    batch = ended_batch(failed_takes(count, title, (letter * REASON_CHARACTERS)[:REASON_CHARACTERS]))
    event = Event(JOB, 1, "batch_failed", START, event_data(ended_event(batch)))
    assert item_bytes(stored_item(batch, now=START)) < ITEM_BYTES
    assert item_bytes(stored_item(event, now=START)) < ITEM_BYTES
    assert len(batch.results) == count


@strange
def test_the_outcomes_of_all_takes_are_one_state_and_their_cause_one_cause(letter: str) -> None:
    takes = failed_takes(MOST_TAKES, "t" * 200, (letter * REASON_CHARACTERS)[:REASON_CHARACTERS])
    state = json.dumps([asdict(clip_outcome(take)) for take in takes], ensure_ascii=False)
    assert len(state.encode()) < STATE_BYTES
    batch = ended_batch(takes)
    cause = cause_of(batch.status, batch.results, None) or ""
    assert len(cause.encode()) <= MAX_CAUSE_BYTES < CAUSE_CHARACTERS
    assert (
        len(json.dumps({"status": batch.status, "cause": cause}, ensure_ascii=False).encode()) < STATE_BYTES
    )


def test_a_title_and_a_reason_of_a_common_batch_are_whole() -> None:
    title, reason = "夜" * 66, "撮" * 200
    (first, *_) = ended_batch(failed_takes(75, title, reason)).results
    assert (first.clip_title, first.error) == (title, reason)
