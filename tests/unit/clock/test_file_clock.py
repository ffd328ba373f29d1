"""The clock that a local stack can move: both ends of the file that moves it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.clock import format_span, move_clock, read_clock, write_clock
from infra.local.directory import DataDirectory
from infra.local.errors import ClockError, DataDirectoryBusyError
from retake.adapters.system import ClockFileError, FileClock, SystemClock

EIGHT_DAYS = timedelta(days=8)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = DataDirectory(tmp_path / "data")
    made.prepare()
    return made


def is_ahead_by(clock: FileClock | SystemClock, expected: timedelta) -> bool:
    return abs(clock.now() - datetime.now(UTC) - expected) < timedelta(minutes=1)


def test_without_a_file_it_is_the_real_time(directory: DataDirectory) -> None:
    assert is_ahead_by(SystemClock(), timedelta())
    assert is_ahead_by(FileClock(directory.clock), timedelta())
    assert read_clock(directory.clock) == timedelta()


def test_a_clock_that_is_in_use_follows(directory: DataDirectory) -> None:
    clock = FileClock(directory.clock)
    assert is_ahead_by(clock, timedelta())
    for days in (8, 40):
        move_clock(directory, timedelta(days=days), cloud=None)
        assert is_ahead_by(clock, timedelta(days=days))
        assert read_clock(directory.clock) == timedelta(days=days)


def test_two_moves_at_the_same_moment_are_distinguished(directory: DataDirectory) -> None:
    clock = FileClock(directory.clock)
    for days in (1, 2):
        write_clock(directory.clock, timedelta(days=days))
        os.utime(directory.clock, ns=(1, 1))  # a file system whose times are coarse
        assert is_ahead_by(clock, timedelta(days=days))


@pytest.mark.parametrize("garbage", ["", "eight days", "1.5", "9" * 30])
def test_garbage_is_named_and_never_guessed_at(directory: DataDirectory, garbage: str) -> None:
    clock = FileClock(directory.clock)
    directory.clock.write_text(garbage)
    for _ in range(2):
        with pytest.raises(ClockFileError, match="no whole number of seconds"):
            clock.now()
    with pytest.raises(ClockError, match="--reset"):
        read_clock(directory.clock)
    with pytest.raises(ClockError):
        move_clock(directory, EIGHT_DAYS, cloud=None)
    assert directory.clock.read_text() == garbage


def test_it_is_replaced_whole(directory: DataDirectory) -> None:
    write_clock(directory.clock, EIGHT_DAYS)
    with directory.clock.open() as before:
        write_clock(directory.clock, timedelta(days=40))
        assert before.read() == "691200\n"  # who was reading still reads one time, not half of each
    assert [path.name for path in directory.root.glob("clock*")] == ["clock"]


def test_it_only_moves_forward(directory: DataDirectory) -> None:
    move_clock(directory, EIGHT_DAYS, cloud=None)
    move_clock(directory, EIGHT_DAYS, cloud=None)
    with pytest.raises(ClockError, match="8 days ahead and only moves forward"):
        move_clock(directory, timedelta(days=7, hours=23), cloud=None)
    assert read_clock(directory.clock) == EIGHT_DAYS


def test_a_server_that_does_not_answer_yet_keeps_its_clock(directory: DataDirectory) -> None:
    with directory.locked(), pytest.raises(DataDirectoryBusyError):
        move_clock(directory, EIGHT_DAYS, cloud=None)
    assert read_clock(directory.clock) == timedelta()


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=8, hours=1, seconds=2), "8 days 1 hour 2 seconds"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
    ],
)
def test_a_span_is_reported_as_people_do(span: timedelta, said: str) -> None:
    assert format_span(span) == said
