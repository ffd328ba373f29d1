"""The events stream, as its reader understands it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retake_client.errors import UnexpectedEndError
from retake_client.events import Event, follow, parse_events


def test_reads_events_and_when_to_ask_again() -> None:
    page = parse_events('retry: 15000\n\nid: 7\nevent: job_ready\ndata: {"clips": 5}\n\n')
    assert page.events == (Event(7, "job_ready", {"clips": 5}),)
    assert page.retry_ms == 15_000


def test_reads_what_the_standard_allows() -> None:
    text = ': a comment\nid:8\r\nevent:x\ndata: {"a":\ndata: 1}\n\nevent: no data\n\nunknown: y\n'
    assert parse_events(text).events == (Event(8, "x", {"a": 1}),)


def test_leaves_out_an_event_that_is_cut_off() -> None:
    assert parse_events('id: 1\nevent: x\ndata: {"a": 1}\n').events == ()


def _frame(number: int) -> str:
    return f"id: {number}\nevent: e{number}\ndata: {{}}\n\n"


class Pages:
    """A stream that answers from a list, and remembers what it was asked."""

    def __init__(self, *pages: str) -> None:
        self._pages: Iterator[str] = iter(pages)
        self.asked: list[int] = []

    def __call__(self, after: int) -> str:
        self.asked.append(after)
        return next(self._pages)


def test_follows_from_the_last_event_and_waits_as_the_server_asks() -> None:
    read, waits = Pages(_frame(3) + _frame(4), "retry: 2500\n\n", _frame(5)), list[float]()
    events = follow(read, after=2, timeout_s=60, pause=waits.append, now=lambda: 0.0)
    assert [next(events).id for _ in range(3)] == [3, 4, 5]
    assert read.asked == [2, 4, 4]
    assert waits == [1.0, 2.5]


def test_ends_in_time_and_never_waits_longer() -> None:
    clock, waits = iter([0.0, 9.0, 10.0]), list[float]()
    events = follow(Pages("retry: 15000\n\n", ""), timeout_s=10, pause=waits.append, now=lambda: next(clock))
    with pytest.raises(UnexpectedEndError, match="within 10 s"):
        next(events)
    assert waits == [1.0]
